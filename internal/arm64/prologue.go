package arm64

import (
	"strata/internal/arm64/a64"
	"strata/internal/codegen"
	"strata/internal/rtcall"
	"strata/internal/ssa"
	"strata/internal/symname"
)

// Frames. A call leaves the return address in LR; a function that calls keeps it at the bottom of its frame, where SP points, and its
// caller's frame pointer in the word below that. So the last word of every frame is left free for the caller's.

// Prologue checks the stack, makes the frame and zeroes its pointers.
func (e *emitter) Prologue() {
	e.At = ssa.Pos{P: e.F.Pos}
	e.SetSP(0)
	if !e.NoSplit {
		e.stackCheck()
	}
	if n := e.Frame.Size; n != 0 {
		e.pushFrame(n)
		e.SetSP(n)
		e.zeroSlots()
	}
}

// shortFrame is the largest frame that one instruction makes and gives back.
const shortFrame = 240

// pushFrame makes a frame of n bytes. SP changes and LR is saved at the same instruction, or LR first.
func (e *emitter) pushFrame(n int64) {
	if n <= shortFrame {
		e.op(a64.MOVD, a64.R(a64.LR), a64.MPre(a64.SP, -n))
		e.op(a64.MOVD, a64.R(a64.FP), a64.M(a64.SP, -8))
	} else {
		if arithImm(n) {
			e.op(a64.SUB, a64.I(n), a64.R(a64.SP), a64.R(tmpA))
		} else {
			e.number(n, tmpC)
			e.op(a64.MOVD, a64.R(a64.SP), a64.R(tmpA))
			e.op(a64.SUB, a64.R(tmpC), a64.R(tmpA), a64.R(tmpA))
		}
		e.op(a64.STP, a64.P(a64.FP, a64.LR), a64.M(tmpA, -8))
		e.op(a64.MOVD, a64.R(tmpA), a64.R(a64.SP))
	}
	e.op(a64.SUB, a64.I(8), a64.R(a64.SP), a64.R(a64.FP))
}

// stackCheck compares SP with the guard and leaves to a stub that grows the stack.
func (e *emitter) stackCheck() {
	n := e.Frame.Size
	guard, sp := a64.R(tmpB), a64.R(tmpA)
	e.op(a64.MOVD, a64.M(regG, guardOffset), guard)
	switch {
	case n <= stackSmall:
		e.op(a64.CMP, guard, a64.R(a64.SP))
	case n <= stackBig:
		e.op(a64.SUB, a64.I(n-stackSmall), a64.R(a64.SP), sp)
		e.op(a64.CMP, guard, sp)
	default:
		// SP minus a large frame may wrap around; the preemption guard is so
		// large that every difference is below it.
		e.number(n-stackSmall, tmpC)
		e.op(a64.MOVD, a64.R(a64.SP), sp)
		e.op(a64.SUBS, a64.R(tmpC), sp, sp)
		e.Stub(e.At, e.branchIf(a64.LO), e.growStack)
		e.op(a64.CMP, guard, sp)
	}
	e.Stub(e.At, e.branchIf(a64.LS), e.growStack)
}

// growStack saves the argument registers in the caller's frame, grows the stack and starts over. morestack wants the return address in R3.
func (e *emitter) growStack() {
	body := e.Delta()
	e.SetSP(0)
	e.spillArgs(true)
	sym := rtcall.MoreStackNoCtxt
	if e.M.UsesCtxt || e.F.Pragma&ssa.NeedCtxt != 0 {
		sym = rtcall.MoreStack
	}
	e.op(a64.MOVD, a64.R(a64.LR), a64.R(a64.R3))
	e.CallMap(e.Maps.Local(nil, e.Frame.SpilledArgMap))
	e.op(a64.BL, a64.CallSym(symname.ABI0(sym)))
	e.spillArgs(false)
	e.op(a64.JMP, a64.To(0))
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
		r := a64.R(compReg(c))
		m := a64.M(a64.SP, 8+c.Off)
		if !a64.FitsOffset(m.Imm, uint(log2(t.Size()))) {
			e.addImm(m.Imm, a64.SP, tmpA)
			m = a64.M(tmpA, 0)
		}
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
	n := hi - lo
	if n == 0 {
		return
	}
	m := a64.M(a64.SP, lo)
	if lo+n > 4096 {
		e.addImm(lo, a64.SP, tmpA)
		m = a64.M(tmpA, 0)
	}
	if n <= 2*inlineLimit {
		e.clear(m, n)
		return
	}
	// Words, 16 bytes a turn, from the end downwards.
	e.addImm(m.Imm, m.Reg, tmpA)
	i := a64.R(tmpB)
	e.number(n&^15, tmpB)
	e.op(a64.ADD, i, a64.R(tmpA), i)
	loop := e.Here()
	e.op(a64.STP, a64.P(a64.ZR, a64.ZR), a64.MPre(tmpB, -16))
	e.op(a64.CMP, a64.R(tmpA), i)
	e.op(a64.BNE, a64.To(loop))
	if n&15 != 0 {
		e.addImm(n-8, tmpA, tmpA)
		e.op(a64.MOVD, a64.R(a64.ZR), a64.M(tmpA, 0))
	}
}

// epilogue gives the frame back.
func (e *emitter) epilogue() {
	n := e.Frame.Size
	switch {
	case n == 0:
		return
	case n <= shortFrame:
		e.op(a64.MOVD, a64.M(a64.SP, -8), a64.R(a64.FP))
		e.op(a64.MOVD, a64.MPost(a64.SP, n), a64.R(a64.LR))
	default:
		e.op(a64.LDP, a64.M(a64.SP, -8), a64.P(a64.FP, a64.LR))
		e.addImm(n, a64.SP, a64.SP)
	}
	e.SetSP(0)
}

// body says that code behind a return has a frame again.
func (e *emitter) body() { e.SetSP(e.Frame.Size) }
