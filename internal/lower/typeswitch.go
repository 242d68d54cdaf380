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
	for _, c := range clauses {
		for _, e := range c.node.List {
			sw.test(e, c, bound)
		}
	}
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
