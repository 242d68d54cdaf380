package lower

import (
	"go/ast"
	"go/token"

	"strata/internal/ssa"
)

// Open-coded defers: a function whose defer statements run at most once each keeps their closures in slots of
// its frame and a bit for each that is due, and calls them itself before it returns. Only a panic or Goexit
// needs the runtime, which finds slots and bits through the function's tables. The closures and bits are
// variables as well, so that what is known of them where the function returns is not tested there.

// openDefers is what a function with open-coded defers keeps.
type openDefers struct {
	bits     *variable   // as in Func.OpenDeferBits
	closures []*variable // as in Func.OpenDeferSlots, more than those not used so far
	used     int
}

const (
	maxOpenDefers = 8  // the bits are a byte
	maxOpenCalls  = 15 // returns times defer statements
)

// startOpenDefers prepares a function for open-coded defers if it qualifies.
func (b *builder) startOpenDefers() {
	n := countOpenDefers(b.fi.node)
	if n == 0 {
		return
	}
	o := &openDefers{bits: b.newVar(tUint8)}
	b.ext.open = o
	b.f.OpenDeferBits = b.tempSlot("deferBits", tUint8)
	b.setDeferBits(b.constInt(ssa.I8, 0))
	for range n {
		c := b.newVar(tUnsafe)
		b.writeVar(c, b.zero(tUnsafe))
		o.closures = append(o.closures, c)
	}
}

func (b *builder) setDeferBits(bits *ssa.Value) {
	b.writeVar(b.ext.open.bits, scalarVal(tUint8, bits))
	b.opI(ssa.OpStore, ssa.Void, 0, b.slotAddr(b.f.OpenDeferBits), bits)
}

// deferOpen makes the call of fn due.
func (b *builder) deferOpen(fn *ssa.Value) {
	o := b.ext.open
	slot := b.tempSlot("deferred", tUnsafe)
	b.opI(ssa.OpStore, ssa.Void, 0, b.slotAddr(slot), fn)
	b.writeVar(o.closures[o.used], scalarVal(tUnsafe, fn))
	bits := b.readVar(o.bits).s[0]
	b.setDeferBits(b.op(ssa.OpOr, ssa.I8, bits, b.constInt(ssa.I8, 1<<o.used)))
	b.f.OpenDeferSlots = append(b.f.OpenDeferSlots, slot)
	o.used++
}

// runDeferred makes the calls that are due. Behind a recovered panic what is due stands in the frame alone.
func (b *builder) runDeferred(recovered bool) {
	o := b.ext.open
	if o == nil {
		b.rt("deferreturn")
		return
	}
	plain := funcSig(nil)
	for i := o.used - 1; i >= 0; i-- {
		if recovered {
			b.writeVar(o.bits, scalarVal(tUint8, b.opI(ssa.OpLoad, ssa.I8, 0, b.slotAddr(b.f.OpenDeferBits))))
		}
		bits, mask := b.readVar(o.bits).s[0], int64(1)<<i
		due, done := b.newBlock(), b.newBlock()
		b.branch(b.op(ssa.OpNe, ssa.Bool, b.op(ssa.OpAnd, ssa.I8, bits, b.constInt(ssa.I8, mask)), b.constInt(ssa.I8, 0)), due, done, ssa.Unknown)
		b.next(due)
		b.setDeferBits(b.op(ssa.OpAnd, ssa.I8, bits, b.constInt(ssa.I8, 0xFF&^mask)))
		var fn *ssa.Value
		if recovered {
			fn = b.opI(ssa.OpLoad, ssa.Ptr, 0, b.slotAddr(b.f.OpenDeferSlots[i]))
		} else {
			fn = b.readVar(o.closures[i]).s[0]
		}
		b.callClosure(scalarVal(plain, fn), nil)
		b.jump(done)
		b.next(done)
	}
}

// countOpenDefers counts the defer statements of a function, 0 if they cannot be open-coded: one may run more
// than once, or there are too many of them or of returns.
func countOpenDefers(fn ast.Node) int {
	c := deferCounter{fn: fn, returns: 1}
	c.count(fn, false)
	if c.repeated || c.defers > maxOpenDefers || c.defers*c.returns > maxOpenCalls {
		return 0
	}
	return c.defers
}

type deferCounter struct {
	fn              ast.Node
	defers, returns int
	repeated        bool
}

// count looks through part of the function, which is in a loop or not.
func (c *deferCounter) count(part ast.Node, loop bool) {
	ast.Inspect(part, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n == c.fn
		case *ast.ForStmt:
			if !loop {
				c.count(n, true)
			}
			return loop
		case *ast.RangeStmt:
			if !loop {
				c.count(n, true)
			}
			return loop
		case *ast.BranchStmt:
			c.repeated = c.repeated || n.Tok == token.GOTO
		case *ast.ReturnStmt:
			c.returns++
		case *ast.DeferStmt:
			c.defers++
			c.repeated = c.repeated || loop
		}
		return true
	})
}
