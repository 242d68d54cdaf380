package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"strata/internal/ssa"
)

// A range over a function calls it with the loop's body as a closure. The
// closure returns true to go on. Each loop has a state variable, checked at
// every entry of the body and after the call, that tells misuse of the body. A
// statement that leaves more than its own loop (return, goto, break and
// continue with labels) notes its number in the variable #next, makes all
// bodies between return false, and takes effect once control is back in the
// function or body that holds its target.

// States of a loop; the runtime words its panics by them.
const (
	rangeDone         = 0 // the body must not be called: it returned false
	rangeReady        = 1 // the body may be called
	rangePanic        = 2 // the body runs, or has panicked
	rangeExhausted    = 3 // the function has returned
	rangeMissingPanic = 4 // the function swallowed the body's panic
)

// nextReturn is the number in #next for return statements; other exits count from 1.
const nextReturn = -1

// funcExt holds the hidden variables of loops over functions.
type funcExt struct {
	state  *types.Var // of a range body: its loop's state
	next   *types.Var // of a real function: which exit is under way
	defers *types.Var // of a real function: where bodies attach their deferred calls
	keys   []exitKey  // of a real function: the exits by number - 1, but for return
}

// rangeFunc declares the hidden variables of a loop over a function.
func (a *analysis) rangeFunc(rs *ast.RangeStmt, outer, body *funcInfo) {
	body.ext.state = a.newVar(outer, rs.For, "#state", tInt)
	a.captureRef(body, body.ext.state)
	real := outer.real()
	exits, defers := leavesBody(rs.Body)
	if exits {
		if real.ext.next == nil {
			real.ext.next = a.newVar(real, rs.For, "#next", tInt)
		}
		a.captureRef(body, real.ext.next)
		a.numberExits(real, rs.Body)
	}
	if defers {
		if real.ext.defers == nil {
			real.ext.defers = a.newVar(real, rs.For, "#defers", tAny)
		}
		a.captureRef(body, real.ext.defers)
	}
}

// leavesBody tells whether a body holds statements that may leave it for
// somewhere else than its loop's next iteration or end, and defer statements.
func leavesBody(body *ast.BlockStmt) (exits, defers bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			exits = true
		case *ast.BranchStmt:
			exits = exits || n.Label != nil
		case *ast.DeferStmt:
			defers = true
		}
		return true
	})
	return exits, defers
}

// numberExits gives every branch out of a range body a number. Bodies are lowered
// apart, perhaps at the same time, so numbers are fixed before.
func (a *analysis) numberExits(real *funcInfo, body *ast.BlockStmt) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BranchStmt:
			if n.Label == nil {
				break
			}
			label, _ := a.info.Uses[n.Label].(*types.Label)
			key := exitKey{label, n.Tok}
			if real.exitNumber(key) == 0 {
				real.ext.keys = append(real.ext.keys, key)
			}
		}
		return true
	})
}

// exitNumber is the number of an exit, 0 if it has none.
func (f *funcInfo) exitNumber(key exitKey) int {
	for i, k := range f.ext.keys {
		if k == key {
			return i + 1
		}
	}
	return 0
}

// rangeBody is the body being lowered as a function of its own.
type rangeBody struct {
	stmt  *ast.RangeStmt
	label *types.Label
	brk   *ssa.Block   // marks the loop done and returns false
	cont  *ssa.Block   // marks it ready and returns true
	used  map[int]bool // exits that this body or one inside takes
	rets  bool         // it returns from the function
}

// contains tells whether a position is inside the body.
func (r *rangeBody) contains(pos token.Pos) bool {
	return r.stmt.Body.Pos() <= pos && pos < r.stmt.Body.End()
}

// exitID numbers a place that is outside the body being lowered.
func (b *builder) exitID(key exitKey) int {
	id := b.fi.real().exitNumber(key)
	if id == 0 {
		b.fail(b.at.P, "branch to an unknown label")
	}
	return id
}

// leaveBody leaves the body for the exit of that number.
func (b *builder) leaveBody(id int) {
	b.setHidden(b.fi.real().ext.next, int64(id))
	b.jump(b.ext.rng.brk)
}

func (b *builder) setHidden(v *types.Var, n int64) {
	b.assignVar(b.vars[v], scalarVal(tInt, b.int(n)))
}

func (b *builder) hidden(v *types.Var) *ssa.Value { return b.readVar(b.vars[v]).s[0] }

// returnFromBody sets the results of the function around and leaves all its loops.
func (b *builder) returnFromBody(s *ast.ReturnStmt) {
	results := b.fi.real().results
	if len(s.Results) > 0 {
		vals := b.returnVals(s, results)
		for i := range vals {
			vals[i] = b.snapshot(vals[i])
		}
		for i, r := range results {
			b.assignVar(b.vars[r], vals[i])
		}
	}
	b.leaveBody(nextReturn)
}

// rangeOver lowers a loop over the function f with the signature u.
func (b *builder) rangeOver(s *ast.RangeStmt, label *types.Label, u *types.Signature) {
	f := b.expr(s.X)
	b.setPos(s.For)
	fi := b.fi.a.lits[s]
	real := b.fi.real()
	b.rangeStart(fi, real)
	yield := b.typ(under(u.Params().At(0).Type())).(*types.Signature)
	body := &rangeBody{stmt: s, label: label, used: map[int]bool{}}
	body.findExits(b)
	closure := b.makeClosure(fi, yield, func(inner *builder) { inner.rangeBody(body.copy(), yield) })
	b.callClosure(f, []val{closure})
	b.rangeEnd(fi, body)
}

// copy lets every lowering of the body have blocks of its own.
func (r *rangeBody) copy() *rangeBody {
	c := *r
	return &c
}

// rangeStart makes the hidden variables before the call.
func (b *builder) rangeStart(fi, real *funcInfo) {
	ready := scalarVal(tInt, b.int(rangeReady))
	b.declare(fi.ext.state, &ready)
	if b.fi.rangeBody {
		return
	}
	if v := real.ext.next; v != nil && fi.captured(v) {
		if b.vars[v] == nil {
			b.declareAtEntry(v)
		}
		b.setHidden(v, 0)
	}
	if v := real.ext.defers; v != nil && fi.captured(v) {
		if b.vars[v] == nil {
			b.declareAtEntry(v)
		}
		token := b.rt("deferrangefunc")
		b.assignVar(b.vars[v], val{t: tAny, s: token})
	}
}

// captured tells whether a function captures the variable.
func (f *funcInfo) captured(v *types.Var) bool {
	_, ok := f.capIndex[v]
	return ok
}

// declareAtEntry declares a hidden variable of the whole function. Its memory is
// made in the entry block so that it dominates all loops that use it.
func (b *builder) declareAtEntry(v *types.Var) {
	cur := b.cur
	b.cur = b.f.Entry
	b.declare(v, nil)
	b.cur = cur
}

// rangeEnd checks the state after the call and takes the exits that the body asked for.
func (b *builder) rangeEnd(fi *funcInfo, body *rangeBody) {
	state := fi.ext.state
	bad, good := b.newBlock(), b.newBlock()
	panicked := b.op(ssa.OpEq, ssa.Bool, b.hidden(state), b.int(rangePanic))
	b.branch(panicked, bad, good, ssa.Unlikely)
	b.next(bad)
	b.rt("panicrangestate", b.int(rangeMissingPanic))
	b.unreachable()
	b.next(good)
	b.setHidden(state, rangeExhausted)
	if len(body.used) == 0 && !body.rets {
		return
	}
	next := b.fi.real().ext.next
	id := b.hidden(next)
	on, leave := b.newBlock(), b.newBlock()
	b.branch(b.op(ssa.OpEq, ssa.Bool, id, b.int(0)), on, leave, ssa.Unknown)
	b.next(leave)
	for n, key := range b.fi.real().ext.keys {
		if body.used[n+1] {
			b.takeExit(next, id, n+1, key)
		}
	}
	if body.rets {
		if b.ext.rng != nil {
			b.jump(b.ext.rng.brk)
		} else {
			b.leave()
		}
	}
	b.unreachable()
	b.next(on)
}

// takeExit goes to the target of an exit if it is in this function, otherwise one body further out.
func (b *builder) takeExit(next *types.Var, id *ssa.Value, n int, key exitKey) {
	take, other := b.newBlock(), b.newBlock()
	b.branch(b.op(ssa.OpEq, ssa.Bool, id, b.int(int64(n))), take, other, ssa.Unknown)
	b.next(take)
	if to := b.findTarget(key); to != nil {
		b.setHidden(next, 0)
		b.jump(to)
	} else {
		b.jump(b.ext.rng.brk)
	}
	b.next(other)
}

// rangeBody lowers the body as a function: a check of the state, the statements, and the two ways back.
func (b *builder) rangeBody(r *rangeBody, sig *types.Signature) {
	vals := b.params()
	b.captures()
	b.ext.rng = r
	b.ext.loops = 1 // a deferred call in here may be made many times
	r.brk, r.cont = b.newBlock(), b.newBlock()
	s, state := r.stmt, b.fi.ext.state
	b.setPos(s.For)
	bad, good := b.newBlock(), b.newBlock()
	was := b.hidden(state)
	b.setHidden(state, rangePanic) // also for a call that comes too late: rangeEnd sees that the function has hidden the panic
	b.branch(b.op(ssa.OpEq, ssa.Bool, was, b.int(rangeReady)), good, bad, ssa.Taken)
	b.next(bad)
	b.rt("panicrangestate", was)
	b.unreachable()
	b.next(good)
	rg := &ranger{b: b, s: s}
	var key, value val
	if len(vals) > 0 {
		key = vals[0]
	}
	if len(vals) > 1 {
		value = vals[1]
	}
	rg.bind(key, value)
	b.pushTarget(&target{r.label, r.brk, r.cont})
	b.body(s.Body.List)
	b.popTarget()
	if b.cur != nil {
		b.setPos(s.Body.Rbrace)
	}
	b.jump(r.cont)
	b.bodyEnd(r.cont, state, rangeReady)
	b.bodyEnd(r.brk, state, rangeDone)
}

// bodyEnd returns from the body: true if the state says that the loop goes on.
func (b *builder) bodyEnd(blk *ssa.Block, state *types.Var, n int64) {
	b.next(blk)
	if b.cur == nil {
		return
	}
	b.setHidden(state, n)
	b.ret([]val{scalarVal(tBool, b.constInt(ssa.Bool, n))})
}

// findExits notes by syntax alone which exits the body takes, those of bodies inside it included.
func (r *rangeBody) findExits(b *builder) {
	f := exitFinder{r: r, b: b}
	f.block(r.stmt.Body, nil)
}

// exitFinder walks a range body for statements that leave it.
type exitFinder struct {
	r *rangeBody
	b *builder
}

// block looks at statements; inside are the labels of statements around n in the body.
func (f *exitFinder) block(n ast.Node, inside []*types.Label) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			f.r.rets = true
		case *ast.LabeledStmt:
			label, _ := f.b.info.Defs[n.Label].(*types.Label)
			f.block(n.Stmt, append(inside[:len(inside):len(inside)], label))
			return false
		case *ast.BranchStmt:
			f.branch(n, inside)
		}
		return true
	})
}

func (f *exitFinder) branch(n *ast.BranchStmt, inside []*types.Label) {
	if n.Label == nil {
		return // stays inside, or is the loop's own
	}
	label, _ := f.b.info.Uses[n.Label].(*types.Label)
	if label == f.r.label && n.Tok != token.GOTO {
		return
	}
	if n.Tok == token.GOTO && f.r.contains(label.Pos()) {
		return
	}
	for _, l := range inside {
		if l == label && n.Tok != token.GOTO {
			return
		}
	}
	f.r.used[f.b.exitID(exitKey{label, n.Tok})] = true
}
