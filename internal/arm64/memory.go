package arm64

import (
	"strata/internal/arm64/a64"
	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// zero is the register that reads as zero and takes what nobody wants.
var zero = preg(a64.ZR)

func lowerLoad(s *selector, v *ssa.Value) {
	if s.VRegs[v.ID] == 0 {
		return
	}
	s.loadFrom(loadOp(v.Type), v.Type.Size(), s.Result(v), func(in *codegen.Inst) codegen.Arg { return s.address(in, v.Args[0], v.AuxInt, v.Type.Size()) })
}

// loadFrom loads size bytes from a place.
func (s *selector) loadFrom(op a64.Op, size int64, d regalloc.VReg, place func(in *codegen.Inst) codegen.Arg) {
	in := s.pseudo(expandLoad)
	in.Op, in.Imm = mop(op), size
	in.Set(place(in), in.Def(d))
}

// expandLoad is a load of in.Imm bytes.
func expandLoad(e *emitter, in *codegen.Inst) {
	e.load(a64.Op(in.Op), in.Imm, in.Args[0].M, e.operand(in, in.Args[1]).Reg)
}

func lowerStore(s *selector, v *ssa.Value) {
	p, x := v.Args[0], v.Args[1]
	in := s.pseudo(expandStore)
	in.Op, in.Imm = mop(storeOp(x.Type)), x.Type.Size()
	r := s.stored(in, x)
	in.Set(r, s.address(in, p, v.AuxInt, x.Type.Size()))
}

// stored is the operand of a store: zero costs nothing.
func (s *selector) stored(in *codegen.Inst, x *ssa.Value) codegen.Arg {
	if (x.Op == ssa.OpConst || x.Op == ssa.OpConstF) && x.AuxInt == 0 {
		in.Op = mop(storeOps[log2(x.Type.Size())])
		return codegen.Phys(zero)
	}
	return s.Register(in, x)
}

func expandStore(e *emitter, in *codegen.Inst) {
	m := e.memory(in.Args[1].M, in.Imm, tmpA)
	e.op(a64.Op(in.Op), e.operand(in, in.Args[0]), m)
}

// inlineLimit is the largest size that is copied or cleared without a call.
const inlineLimit = 256

func lowerZero(s *selector, v *ssa.Value) {
	n := v.AuxInt
	switch {
	case n == 0:
	case n > inlineLimit:
		p, size := s.Reg(v.Args[0]), s.number(ssa.I64, n)
		s.callHelper(rtcall.MemClear, p, size)
	default:
		in := s.pseudo(expandZero)
		in.Imm = n
		in.Args[0] = s.address(in, v.Args[0], 0, 0)
		s.NoteAccess(in, v.Args[0], 0)
	}
}

// expandZero clears memory with the register that is zero.
func expandZero(e *emitter, in *codegen.Inst) {
	e.clear(e.area(in.Args[0].M, in.Imm, tmpA), in.Imm)
}

func (e *emitter) clear(m a64.Operand, n int64) {
	codegen.Chunks(n, func(off, size int64) {
		to := offset(m, off)
		if size == 16 && to.Imm&7 == 0 && to.Imm < 512 {
			e.op(a64.STP, a64.P(a64.ZR, a64.ZR), to)
			return
		}
		if size == 16 {
			e.op(a64.MOVD, a64.R(a64.ZR), to)
			e.op(a64.MOVD, a64.R(a64.ZR), offset(to, 8))
			return
		}
		e.op(storeOps[log2(size)], a64.R(a64.ZR), to)
	})
}

// offset moves a memory operand by off bytes.
func offset(m a64.Operand, off int64) a64.Operand {
	m.Imm += off
	return m
}

func lowerMove(s *selector, v *ssa.Value) {
	n := v.AuxInt
	switch {
	case n == 0:
	case n > inlineLimit:
		dst, src, size := s.Reg(v.Args[0]), s.Reg(v.Args[1]), s.number(ssa.I64, n)
		s.callHelper(rtcall.MemMove, dst, src, size)
	default:
		in := s.pseudo(expandMove)
		in.Imm = n
		in.Args[0] = s.address(in, v.Args[0], 0, 0)
		in.Args[1] = s.address(in, v.Args[1], 0, 0)
		s.NoteAccess(in, v.Args[0], 0)
		s.NoteAccess(in, v.Args[1], 0)
	}
}

// expandMove copies memory to memory. Source and destination are apart or the same.
func expandMove(e *emitter, in *codegen.Inst) {
	dst, src := e.area(in.Args[0].M, in.Imm, tmpA), e.area(in.Args[1].M, in.Imm, tmpB)
	codegen.Chunks(in.Imm, func(off, size int64) {
		from, to := offset(src, off), offset(dst, off)
		if size == 16 {
			if a64.FitsOffset(from.Imm, 4) && a64.FitsOffset(to.Imm, 4) {
				e.op(a64.FMOVQ, from, a64.R(scratchV))
				e.op(a64.FMOVQ, a64.R(scratchV), to)
				return
			}
			for i := int64(0); i < 16; i += 8 {
				e.op(a64.MOVD, offset(from, i), a64.R(tmpC))
				e.op(a64.MOVD, a64.R(tmpC), offset(to, i))
			}
			return
		}
		e.op(loadOps[log2(size)], from, a64.R(tmpC))
		e.op(storeOps[log2(size)], a64.R(tmpC), to)
	})
}

// copyBlock copies n bytes, for argument areas, where no call may come in between.
func (s *selector) copyBlock(n int64, dst, src func(in *codegen.Inst) codegen.Arg) {
	if n == 0 {
		return
	}
	if n <= inlineLimit {
		in := s.pseudo(expandMove)
		in.Imm = n
		in.Args[0] = dst(in)
		in.Args[1] = src(in)
		return
	}
	d, p := s.NewTemp(ssa.Ptr), s.NewTemp(ssa.Ptr)
	in := s.pseudo(expandLEA)
	in.Set(dst(in), in.Def(d))
	in = s.pseudo(expandLEA)
	in.Set(src(in), in.Def(p))
	in = s.pseudo(expandMoveLoop)
	in.Imm = n
	in.UseLate(d)
	in.UseLate(p)
	in.Temp(s.NewTemp(ssa.I64))
}

// expandMoveLoop copies more than 16 bytes, 16 at a time; the last piece may overlap the one before.
func expandMoveLoop(e *emitter, in *codegen.Inst) {
	dst, src, i := e.reg(in, 0), e.reg(in, 1), a64.R(e.reg(in, 2))
	n := in.Imm &^ 15
	e.number(0, i.Reg)
	e.number(n, tmpC)
	loop := e.Here()
	from, to := a64.MX(src, i.Reg, 0), a64.MX(dst, i.Reg, 0)
	e.op(a64.FMOVQ, from, a64.R(scratchV))
	e.op(a64.FMOVQ, a64.R(scratchV), to)
	e.op(a64.ADD, a64.I(16), i, i)
	e.op(a64.CMP, a64.R(tmpC), i)
	e.op(a64.BLO, a64.To(loop))
	if in.Imm != n {
		e.addImm(in.Imm-16, src, tmpB)
		e.addImm(in.Imm-16, dst, tmpA)
		e.op(a64.FMOVQ, a64.M(tmpB, 0), a64.R(scratchV))
		e.op(a64.FMOVQ, a64.R(scratchV), a64.M(tmpA, 0))
	}
}

func lowerMemCopy(s *selector, v *ssa.Value) {
	s.callHelper(rtcall.MemMove, s.Reg(v.Args[0]), s.Reg(v.Args[1]), s.Reg(v.Args[2]))
}

func lowerMemClear(s *selector, v *ssa.Value) {
	s.callHelper(rtcall.MemClear, s.Reg(v.Args[0]), s.Reg(v.Args[1]))
}

// callHelper calls a function of the register convention with integer arguments and no results.
func (s *selector) callHelper(sym string, args ...regalloc.VReg) {
	in := s.pseudo(expandCall)
	for i, a := range args {
		in.UseFixed(a, preg(a64.R0+a64.Reg(i)))
	}
	in.Aux = callAux{sym: sym}
	in.Clobbers, in.Safepoint = allRegs, true
	s.M.HasCalls, s.M.Returns = true, true
	s.M.NeedOut(8 * int64(len(args)))
}

// lowerMemEqConst compares up to 64 bytes of memory.
func lowerMemEqConst(s *selector, v *ssa.Value) { s.setcc(v, s.compareMem(v)) }

func (s *selector) compareMem(v *ssa.Value) a64.Cond {
	in := s.pseudo(expandCompareMem)
	in.Imm = v.AuxInt
	in.Args[0] = s.address(in, v.Args[0], 0, 0)
	in.Args[1] = s.address(in, v.Args[1], 0, 0)
	in.Args[2] = in.Temp(s.NewTemp(ssa.I64))
	return a64.EQ
}

// expandCompareMem leaves the flags at equal if the two places hold the same bytes.
func expandCompareMem(e *emitter, in *codegen.Inst) {
	p, q := e.area(in.Args[0].M, in.Imm, tmpA), e.area(in.Args[1].M, in.Imm, tmpB)
	t := e.operand(in, in.Args[2])
	var ends []int
	n, size := in.Imm, int64(8)
	for size > n {
		size /= 2
	}
	for off := int64(0); off < n; {
		at := min(off, n-size)
		e.op(loadOps[log2(size)], offset(p, at), t)
		e.op(loadOps[log2(size)], offset(q, at), a64.R(tmpC))
		e.op(a64.CMP, a64.R(tmpC), t)
		if off += size; off < n {
			ends = append(ends, e.branchIf(a64.NE))
		}
	}
	for _, j := range ends {
		e.bind(j)
	}
}
