package lower

import (
	"go/ast"
	"go/types"

	"strata/internal/ssa"
)

// typeSwitch lowers a type switch: descriptors of concrete types are unique,
// so their addresses are compared; interface types ask the runtime.
func (b *builder) typeSwitch(s *ast.TypeSwitchStmt, label *types.Label) {
	if s.Init != nil {
		b.stmt(s.Init)
	}
	b.setPos(s.Switch)
	x := switchOperand(s)
	v := b.expr(x)
	sw := &typeSwitcher{b: b, v: v, typ: b.typeWord(v)}
	done := b.newBlock()
	clauses, deflt := b.clauses(s.Body, done)
	bound := map[*ast.CaseClause]val{}
	sw.tests(clauses, bound)
	b.jump(deflt)
	b.typeBodies(clauses, bound, v, done, label)
}

func switchOperand(s *ast.TypeSwitchStmt) ast.Expr {
	var e ast.Expr
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		e = a.X
	case *ast.AssignStmt:
		e = a.Rhs[0]
	}
	return ast.Unparen(e).(*ast.TypeAssertExpr).X
}

// typeBodies lowers the bodies. In a clause of one type the variable has that
// type, in others it is the operand itself.
func (b *builder) typeBodies(clauses []clause, bound map[*ast.CaseClause]val, v val, done *ssa.Block, label *types.Label) {
	b.pushTarget(&target{label: label, brk: done})
	for _, c := range clauses {
		b.next(c.body)
		if obj, ok := b.info.Implicits[c.node].(*types.Var); ok && b.cur != nil {
			x, one := bound[c.node]
			if !one {
				x = v
			} else if x.s == nil && x.addr == nil && b.p.sizeof(x.t) > 0 {
				x = b.unbox(v.s[1], x.t)
			}
			b.declare(obj, &x)
			if a := b.vars[obj].addr; a != nil && a.Op == ssa.OpAlloc {
				a.Aux.(*ssa.AllocInfo).Site = c.node.Pos() // each clause has a variable of its own
			}
		}
		b.body(c.node.Body)
		b.jump(done)
	}
	b.popTarget()
	b.next(done)
}

// typeSwitcher is the operand of a type switch while its cases are tested.
type typeSwitcher struct {
	b   *builder
	v   val
	typ *ssa.Value // dynamic type
}

// tests branches to the clauses in turn. The runtime looks for several interface types that follow each other at once.
func (sw *typeSwitcher) tests(clauses []clause, bound map[*ast.CaseClause]val) {
	var list []typeCase
	for _, c := range clauses {
		for _, e := range c.node.List {
			list = append(list, typeCase{e, c})
		}
	}
	for len(list) > 0 {
		n := 0
		for n < len(list) && sw.looksUp(list[n].e) {
			n++
		}
		if n > 1 {
			sw.lookUp(list[:n], bound)
		} else {
			n = 1
			sw.test(list[0].e, list[0].c, bound)
		}
		list = list[n:]
	}
}

// A typeCase is a type with the clause that is for it.
type typeCase struct {
	e ast.Expr
	c clause
}

// looksUp tells whether a case needs the runtime: its type is an interface with methods that not every operand has.
func (sw *typeSwitcher) looksUp(e ast.Expr) bool {
	t := sw.b.typeOf(e)
	return !isUntypedNil(t) && isInterface(t) && !isEmptyInterface(t) && !types.Identical(t, sw.v.t) && joinable(sw.b.p.typeSym(t))
}

// lookUp branches to the first case whose interface type the operand's type implements.
func (sw *typeSwitcher) lookUp(list []typeCase, bound map[*ast.CaseClause]val) {
	b := sw.b
	b.setPos(list[0].e.Pos())
	inters := make([]string, len(list))
	for i, k := range list {
		inters[i] = b.p.typeSym(b.typeOf(k.e))
	}
	index, itab := b.newVar(tInt), b.newVar(tUnsafe)
	b.writeVar(index, scalarVal(tInt, b.int(int64(len(list)))))
	b.writeVar(itab, scalarVal(tUnsafe, b.nilPtr()))
	some, done := b.newBlock(), b.newBlock()
	b.branch(b.op(ssa.OpNe, ssa.Bool, sw.typ, b.nilPtr()), some, done, ssa.Taken)
	b.next(some)
	if b.cur != nil {
		r := b.rt("interfaceSwitch", b.globalAddr(SwitchSym(inters)), sw.typ)
		b.writeVar(index, scalarVal(tInt, r[0]))
		b.writeVar(itab, scalarVal(tUnsafe, r[1]))
		b.jump(done)
	}
	b.next(done)
	i, tab := b.readVar(index).scalar(), b.readVar(itab).scalar()
	for n, k := range list {
		b.setPos(k.e.Pos())
		next := b.newBlock()
		b.branch(b.op(ssa.OpEq, ssa.Bool, i, b.int(int64(n))), k.c.body, next, ssa.Unknown)
		if len(k.c.node.List) == 1 {
			bound[k.c.node] = val{t: b.typeOf(k.e), s: []*ssa.Value{tab, sw.v.s[1]}}
		}
		b.next(next)
	}
}

// test branches to the clause if the operand is of the type that e names. For
// a clause of a single type bound says what its variable holds.
func (sw *typeSwitcher) test(e ast.Expr, c clause, bound map[*ast.CaseClause]val) {
	b := sw.b
	b.setPos(e.Pos())
	single := len(c.node.List) == 1
	next := b.newBlock()
	null := b.nilPtr()
	t := b.typeOf(e)
	switch {
	case isUntypedNil(t):
		b.branch(b.op(ssa.OpEq, ssa.Bool, sw.typ, null), c.body, next, ssa.Unknown)
	case isEmptyInterface(t):
		b.branch(b.op(ssa.OpNe, ssa.Bool, sw.typ, null), c.body, next, ssa.Unknown)
		if single {
			bound[c.node] = val{t: t, s: []*ssa.Value{sw.typ, sw.v.s[1]}}
		}
	case isInterface(t) && types.Identical(t, sw.v.t):
		b.branch(b.op(ssa.OpNe, ssa.Bool, sw.typ, null), c.body, next, ssa.Unknown)
		if single {
			bound[c.node] = sw.v.as(t)
		}
	case isInterface(t):
		itab := b.ifNotNil(sw.typ, func(typ *ssa.Value) *ssa.Value {
			return b.rt("assertE2I2", b.typePtr(t), typ)[0]
		})
		b.branch(b.op(ssa.OpNe, ssa.Bool, itab, null), c.body, next, ssa.Unknown)
		if single {
			bound[c.node] = val{t: t, s: []*ssa.Value{itab, sw.v.s[1]}}
		}
	default:
		b.branch(b.op(ssa.OpEq, ssa.Bool, sw.typ, b.typePtr(t)), c.body, next, ssa.Unknown)
		if single {
			bound[c.node] = val{t: t}
		}
	}
	b.next(next)
}
