package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"go/version"

	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// builderExt is what statements keep about the function being lowered.
type builderExt struct {
	targets  []*target // what break and continue may mean, innermost last
	labels   map[*types.Label]*ssa.Block
	fallthru *ssa.Block            // body of the next clause
	loops    int                   // loops around the statement
	labelled bool                  // a label came before: a goto may lead back over the statement
	rng      *rangeBody            // set in the body of a range over a function
	gotos    map[*types.Label]bool // labels that goto statements name
	wrappers int                   // functions made for go and defer statements so far
	statics  int                   // static data made so far
	open     *openDefers           // nil where deferred calls have records
	// resultSlots hold the addresses of results that may be on the heap.
	resultSlots map[*types.Var]*ssa.Slot
}

// programExt is what statements, wrappers and initialisation keep about the program.
type programExt struct {
	inits initCache
}

// target is a statement that break or continue leaves.
type target struct {
	label     *types.Label
	brk, cont *ssa.Block // cont is nil for switch and select
}

func (b *builder) pushTarget(t *target) {
	b.ext.targets = append(b.ext.targets, t)
	if t.cont != nil {
		b.ext.loops++
	}
}

func (b *builder) popTarget() {
	n := len(b.ext.targets) - 1
	if b.ext.targets[n].cont != nil {
		b.ext.loops--
	}
	b.ext.targets = b.ext.targets[:n]
}

// block lowers a list of statements.
func (b *builder) block(list []ast.Stmt) {
	for _, s := range list {
		// What nothing leads to is left out, unless a goto may lead there.
		if b.cur == nil && !hasLabel(s) {
			continue
		}
		b.stmt(s)
	}
}

func hasLabel(s ast.Stmt) (found bool) {
	ast.Inspect(s, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.LabeledStmt:
			found = true
		case ast.Expr:
			return false
		}
		return !found
	})
	return found
}

// stmt lowers a statement.
func (b *builder) stmt(s ast.Stmt) { b.labelledStmt(s, nil) }

func (b *builder) labelledStmt(s ast.Stmt, label *types.Label) {
	b.setPos(s.Pos())
	switch s := s.(type) {
	case *ast.BlockStmt:
		b.block(s.List)
	case *ast.IfStmt:
		b.ifStmt(s)
	case *ast.ForStmt:
		b.forStmt(s, label)
	case *ast.RangeStmt:
		b.rangeStmt(s, label)
	case *ast.SwitchStmt:
		b.switchStmt(s, label)
	case *ast.TypeSwitchStmt:
		b.typeSwitch(s, label)
	case *ast.SelectStmt:
		b.selectStmt(s, label)
	case *ast.LabeledStmt:
		b.labelStmt(s)
	case *ast.BranchStmt:
		b.branchStmt(s)
	case *ast.ReturnStmt:
		b.returnStmt(s)
	case *ast.DeferStmt:
		b.deferStmt(s)
	case *ast.GoStmt:
		b.goStmt(s)
	default:
		b.simpleStmt(s)
	}
}

// simpleStmt lowers the statements that control flows straight through.
func (b *builder) simpleStmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.EmptyStmt:
	case *ast.ExprStmt:
		b.exprStmt(s.X)
	case *ast.AssignStmt:
		switch s.Tok {
		case token.ASSIGN, token.DEFINE:
			b.assign(s.Lhs, s.Rhs, s.Tok == token.DEFINE, s.TokPos)
		default:
			b.opAssign(s.Lhs[0], assignOps[s.Tok], s.Rhs[0], s.TokPos)
		}
	case *ast.IncDecStmt:
		b.incDec(s)
	case *ast.DeclStmt:
		b.declStmt(s)
	case *ast.SendStmt:
		b.send(s)
	default:
		b.fail(s.Pos(), "statement %T is not supported", s)
	}
}

func (b *builder) exprStmt(e ast.Expr) {
	if c, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		b.call(c)
		return
	}
	b.expr(e)
}

var assignOps = map[token.Token]token.Token{
	token.ADD_ASSIGN: token.ADD, token.SUB_ASSIGN: token.SUB, token.MUL_ASSIGN: token.MUL,
	token.QUO_ASSIGN: token.QUO, token.REM_ASSIGN: token.REM, token.AND_ASSIGN: token.AND,
	token.OR_ASSIGN: token.OR, token.XOR_ASSIGN: token.XOR, token.SHL_ASSIGN: token.SHL,
	token.SHR_ASSIGN: token.SHR, token.AND_NOT_ASSIGN: token.AND_NOT,
}

func (b *builder) declStmt(s *ast.DeclStmt) {
	g, ok := s.Decl.(*ast.GenDecl)
	if !ok || g.Tok != token.VAR {
		return
	}
	for _, spec := range g.Specs {
		vs := spec.(*ast.ValueSpec)
		b.setPos(vs.Pos())
		if len(vs.Values) > 0 {
			lhs := make([]ast.Expr, len(vs.Names))
			for i, id := range vs.Names {
				lhs[i] = id
			}
			b.assign(lhs, vs.Values, true, vs.Pos())
			continue
		}
		for _, id := range vs.Names {
			if obj, ok := b.info.Defs[id].(*types.Var); ok && id.Name != "_" {
				b.declare(obj, nil)
			}
		}
	}
}

// send lowers c <- v; the runtime copies the value from memory.
func (b *builder) send(s *ast.SendStmt) {
	elem := under(b.typeOf(s.Chan)).(*types.Chan).Elem()
	vals := b.exprs([]ast.Expr{s.Chan, s.Value}, []types.Type{nil, elem})
	v := b.snapshot(vals[1])
	b.setPos(s.Arrow)
	b.rt("chansend1", vals[0].s[0], b.elemAddr(v))
}

// elemAddr is the address of a value for a runtime function that copies it.
func (b *builder) elemAddr(v val) *ssa.Value {
	if b.p.sizeof(v.t) == 0 {
		return b.globalAddr(rtcall.ZeroBase)
	}
	return b.addrOf(v)
}

func (b *builder) ifStmt(s *ast.IfStmt) {
	if s.Init != nil {
		b.stmt(s.Init)
	}
	b.setPos(s.Cond.Pos())
	then, done := b.newBlock(), b.newBlock()
	els := done
	if s.Else != nil || b.counting() {
		els = b.newBlock()
	}
	b.cond(s.Cond, then, els, ssa.Unknown)
	b.next(then)
	b.body(s.Body.List)
	b.jump(done)
	if els != done {
		b.next(els)
		b.edge()
		if s.Else != nil {
			b.block([]ast.Stmt{s.Else})
		}
		b.jump(done)
	}
	b.next(done)
}

// forStmt lowers a for statement. Variables of its own that live in memory are
// fresh in every iteration (from Go 1.22 on); between iterations their values
// travel in carriers.
func (b *builder) forStmt(s *ast.ForStmt, label *types.Label) {
	if s.Init != nil {
		b.stmt(s.Init)
	}
	carried := b.carry(s)
	before := len(carried) > 0 && (b.keepsVars(s.Cond, carried) || b.keepsVars(s.Post, carried))
	var again *variable
	if before {
		again = b.newVar(tBool)
		b.writeVar(again, scalarVal(tBool, b.constInt(ssa.Bool, 0)))
	}
	head, body, cont, done := b.newBlock(), b.newBlock(), b.newBlock(), b.newBlock()
	b.jump(head)
	b.setBlock(head)
	for _, c := range carried {
		v := b.readVar(c.x)
		b.declare(c.obj, &v)
	}
	if before {
		b.postFirst(s.Post, again)
	}
	if s.Cond != nil {
		b.setPos(s.Cond.Pos())
		b.cond(s.Cond, body, done, ssa.Taken)
	} else {
		b.jump(body)
	}
	b.next(body)
	b.pushTarget(&target{label, done, cont})
	b.body(s.Body.List)
	b.popTarget()
	b.jump(cont)
	b.next(cont)
	for _, c := range carried {
		b.assignVar(c.x, b.readVar(b.vars[c.obj]))
		if !before {
			b.vars[c.obj] = c.x
		}
	}
	if s.Post != nil && !before && b.cur != nil {
		b.stmt(s.Post)
	}
	b.jump(head)
	b.seal(head)
	b.next(done)
}

// postFirst runs the post statement at the start of all iterations but the
// first: on the fresh variables, which closures in the statement may capture.
func (b *builder) postFirst(post ast.Stmt, again *variable) {
	run, on := b.newBlock(), b.newBlock()
	first := b.readVar(again).s[0]
	b.branch(first, run, on, ssa.Taken)
	b.next(run)
	if post != nil {
		b.stmt(post)
	}
	b.jump(on)
	b.next(on)
	b.writeVar(again, scalarVal(tBool, b.constInt(ssa.Bool, 1)))
}

// carrier takes a loop variable's value from one iteration to the next.
type carrier struct {
	obj *types.Var
	x   *variable
}

// carry finds the loop variables that closures or pointers may keep, and loads their first values.
func (b *builder) carry(s *ast.ForStmt) (list []carrier) {
	a, ok := s.Init.(*ast.AssignStmt)
	if !ok || a.Tok != token.DEFINE || !b.freshLoopVars(s.Pos()) {
		return nil
	}
	for _, e := range a.Lhs {
		obj, ok := b.info.Defs[e.(*ast.Ident)].(*types.Var)
		if !ok || obj.Name() == "_" || b.vars[obj] == nil || b.vars[obj].addr == nil {
			continue
		}
		if vi := b.fi.varInfo(obj); vi == nil || !vi.inMemory() {
			continue
		}
		c := carrier{obj, b.hiddenVar(b.vars[obj].t)}
		b.assignVar(c.x, b.readVar(b.vars[obj]))
		list = append(list, c)
	}
	return list
}

// hiddenVar makes a variable that no source expression can take the address of.
func (b *builder) hiddenVar(t types.Type) *variable {
	if b.ssaable(t) {
		return b.newVar(t)
	}
	return &variable{t: t, addr: b.temp(t)}
}

// assignVar writes a variable wherever it lives.
func (b *builder) assignVar(x *variable, v val) {
	if x.addr != nil {
		b.store(x.addr, v)
		return
	}
	b.writeVar(x, v)
}

// keepsVars tells whether a node may keep the variables themselves: it captures
// them in function literals, takes their addresses, or calls methods that do.
func (b *builder) keepsVars(n ast.Node, vars []carrier) (found bool) {
	if n == nil {
		return false
	}
	root := func(e ast.Expr) bool {
		v := b.fi.a.root(e)
		for _, c := range vars {
			if c.obj == v {
				return true
			}
		}
		return false
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			found = true
		case *ast.UnaryExpr:
			found = found || n.Op == token.AND && root(n.X)
		case *ast.SliceExpr:
			found = found || root(n.X)
		case *ast.SelectorExpr:
			sel := b.info.Selections[n]
			found = found || sel != nil && sel.Kind() == types.MethodVal && root(n.X)
		}
		return !found
	})
	return found
}

// freshLoopVars tells whether the language version of a file gives every iteration its own variables.
func (b *builder) freshLoopVars(pos token.Pos) bool {
	v := b.pkg.GoVersion
	for _, f := range b.pkg.Files {
		if f.FileStart <= pos && pos < f.FileEnd {
			if fv := b.info.FileVersions[f]; fv != "" {
				v = fv
			}
			break
		}
	}
	return v == "" || version.Compare(v, "go1.22") >= 0
}

// opAssign lowers x op= y. The place is evaluated once, after the functions that y calls
// and before the rest of y.
func (b *builder) opAssign(l ast.Expr, op token.Token, r ast.Expr, pos token.Pos) {
	b.hoistPlace(l)
	b.hoistAll(r)
	p := b.place(l)
	if p.kind == placeMem || p.kind == placeIndex {
		b.setPos(pos)
		b.memory(p)
	}
	var y val
	if op == token.SHL || op == token.SHR {
		y = b.ex(r)
	} else {
		y = b.exTo(r, p.t)
	}
	b.setPos(pos)
	b.updatePlace(p, op, y, pos)
}

// updatePlace stores x op y in the place x. An element of a map is looked up
// once, for assignment, unless the operation may panic and must leave no trace.
func (b *builder) updatePlace(p place, op token.Token, y val, pos token.Pos) {
	if p.kind != placeMap || op == token.QUO || op == token.REM {
		b.storePlace(p, b.opVals(op, b.loadPlace(p), y, pos))
		return
	}
	y = b.snapshotFrom(y)
	b.setPos(p.pos)
	slot := b.mapAssign(p.m, p.key)
	b.setPos(pos)
	b.store(slot, b.opVals(op, b.load(slot, p.t), y, pos).as(p.t))
}

func (b *builder) incDec(s *ast.IncDecStmt) {
	op := token.ADD
	if s.Tok == token.DEC {
		op = token.SUB
	}
	b.hoist(s.X)
	p := b.place(s.X)
	b.setPos(s.TokPos)
	one := b.constant(constant.MakeInt64(1), p.t)
	b.updatePlace(p, op, one, s.TokPos)
}
