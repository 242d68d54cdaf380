package amd64

import (
	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/rtcall"
	"strata/internal/ssa"
	"strata/internal/symname"
)

// Prologue checks the stack, makes the frame and zeroes its pointers.
func (e *emitter) Prologue() {
	e.At = ssa.Pos{P: e.F.Pos}
	e.SetSP(0)
	if e.F.Pragma&ssa.ABI0Func != 0 {
		e.loadG()
	}
	if !e.NoSplit {
		e.stackCheck()
	}
	n := e.Frame.Size
	if n == 0 {
		return
	}
	e.op(x86.PUSHQ, x86.R(x86.BP))
	e.SetSP(8)
	e.op(x86.MOVQ, x86.R(x86.SP), x86.R(x86.BP))
	if n > 8 {
		e.op(x86.SUBQ, x86.I(n-8), x86.R(x86.SP))
		e.SetSP(n)
	}
	e.zeroSlots()
}

// stackCheck compares SP with the guard and leaves to a stub that grows the stack.
func (e *emitter) stackCheck() {
	n := e.Frame.Size
	guard := x86.M(regG, guardOffset)
	a := x86.R(prologueA)
	switch {
	case n <= stackSmall:
		e.op(x86.CMPQ, x86.R(x86.SP), guard)
	case n <= stackBig:
		e.op(x86.LEAQ, x86.M(x86.SP, stackSmall-n), a)
		e.op(x86.CMPQ, a, guard)
	default:
		// SP minus a large frame may wrap around; the preemption guard is so
		// large that every difference is below it.
		e.op(x86.MOVQ, x86.R(x86.SP), a)
		e.op(x86.SUBQ, x86.I(n-stackSmall), a)
		wrapped := e.branch(x86.JCS)
		e.op(x86.CMPQ, a, guard)
		e.Stub(e.At, wrapped, e.growStack)
	}
	e.Stub(e.At, e.branch(x86.JLS), e.growStack)
}

// growStack saves the argument registers in the caller's frame, grows the stack and starts over.
func (e *emitter) growStack() {
	body := e.Delta()
	e.SetSP(0)
	e.spillArgs(true)
	sym := rtcall.MoreStackNoCtxt
	if e.M.UsesCtxt || e.F.Pragma&ssa.NeedCtxt != 0 {
		sym = rtcall.MoreStack
	}
	e.CallMap(e.Maps.Local(nil, e.Frame.SpilledArgMap))
	e.op(x86.CALL, x86.CallSym(symname.ABI0(sym)))
	e.spillArgs(false)
	e.op(x86.JMP, x86.To(0))
	e.SetSP(int64(body))
}

// spillArgs stores the argument registers to their spill slots, or loads them back.
func (e *emitter) spillArgs(store bool) {
	if e.F.ABI == nil {
		return
	}
	for i := range e.F.ABI.In {
		c := &e.F.ABI.In[i]
		if c.Reg < 0 {
			continue
		}
		t := codegen.CompType(c)
		m, r := x86.M(x86.SP, 8+c.Off), x86.R(compReg(c))
		if store {
			e.op(storeOp(t), r, m)
		} else {
			e.op(loadOp(t), m, r)
		}
	}
}

// zeroSlots clears the pointers of the frame's objects, which the collector may scan at any time.
func (e *emitter) zeroSlots() {
	lo, hi := e.Frame.ZeroLo, e.Frame.ZeroHi
	if lo == hi {
		return
	}
	x, n := x86.R(scratchX), hi-lo
	if n == 8 {
		e.op(x86.MOVQ, x86.I(0), x86.M(x86.SP, lo))
		return
	}
	e.op(x86.XORPS, x, x)
	if n <= 2*inlineLimit {
		codegen.Chunks(n, func(off, size int64) {
			op := x86.MOVUPS
			if size == 8 {
				op = x86.MOVQ
			}
			e.op(op, x, x86.M(x86.SP, lo+off))
		})
		return
	}
	i := x86.R(prologueA)
	whole := n &^ 15
	e.op(x86.MOVQ, x86.I(-whole), i)
	loop := e.Here()
	e.op(x86.MOVUPS, x, x86.MI(x86.SP, prologueA, 1, lo+whole))
	e.op(x86.ADDQ, x86.I(16), i)
	e.op(x86.JNE, x86.To(loop))
	if whole != n {
		e.op(x86.MOVUPS, x, x86.M(x86.SP, hi-16))
	}
}

// epilogue gives the frame back.
func (e *emitter) epilogue() {
	n := e.Frame.Size
	if n == 0 {
		return
	}
	if n > 8 {
		e.op(x86.ADDQ, x86.I(n-8), x86.R(x86.SP))
		e.SetSP(8)
	}
	e.op(x86.POPQ, x86.R(x86.BP))
	e.SetSP(0)
}

// body says that code behind a return has a frame again.
func (e *emitter) body() { e.SetSP(e.Frame.Size) }
