package amd64

import (
	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// loadOp reads a value of type t into a register.
func loadOp(t ssa.Type) x86.Op {
	switch t {
	case ssa.F32, ssa.F64:
		return floatMOV.of(t)
	case ssa.V128:
		return x86.MOVUPS
	}
	return opZX.of(t)
}

// storeOp writes the low part of a register.
func storeOp(t ssa.Type) x86.Op {
	switch t {
	case ssa.F32, ssa.F64:
		return floatMOV.of(t)
	case ssa.V128:
		return x86.MOVUPS
	}
	return opMOV.of(t)
}

func lowerLoad(s *selector, v *ssa.Value) {
	if s.VRegs[v.ID] == 0 {
		return // folded, or an atomic load whose value nobody wants
	}
	in := s.ins(loadOp(v.Type))
	in.Set(s.address(in, v.Args[0], v.AuxInt), in.Def(s.Result(v)))
}

func lowerStore(s *selector, v *ssa.Value) {
	p, x := v.Args[0], v.Args[1]
	if s.storeInPlace(v) {
		return
	}
	in := s.ins(storeOp(x.Type))
	if c, ok := storedConst(x); ok {
		in.Op = mop(opMOV.of(x.Type))
		m := s.address(in, p, v.AuxInt)
		in.Set(codegen.Imm(c), m)
		return
	}
	r := s.Register(in, x)
	m := s.address(in, p, v.AuxInt)
	in.Set(r, m)
}

// storedConst is a constant that an instruction can write to memory.
func storedConst(x *ssa.Value) (int64, bool) {
	switch {
	case x.Op == ssa.OpConst:
		c := codegen.ConstOf(x)
		return c, fits32(c)
	case x.Op == ssa.OpConstF && x.Type == ssa.F32:
		return int64(int32(x.AuxInt)), true
	case x.Op == ssa.OpConstF:
		return x.AuxInt, fits32(x.AuxInt)
	}
	return 0, false
}

// inPlaceOps are the operations that work on memory.
var inPlaceOps = map[ssa.Op]*widths{
	ssa.OpAdd: &memADD, ssa.OpSub: &memSUB, ssa.OpAnd: &memAND, ssa.OpOr: &memOR, ssa.OpXor: &memXOR,
}

// storeInPlace selects *p = *p op y as one instruction.
func (s *selector) storeInPlace(v *ssa.Value) bool {
	x := v.Args[1]
	op := inPlaceOps[x.Op]
	if op == nil || x.Uses != 1 || x.Block != s.B || s.VRegs[x.ID] != 0 || !x.Type.IsInt() {
		return false
	}
	l, y := x.Args[0], x.Args[1]
	if !s.samePlace(l, v) {
		if l, y = y, l; x.Op == ssa.OpSub || !s.samePlace(l, v) {
			return false
		}
	}
	in := s.ins(op.of(x.Type))
	s.Folded[l.ID], s.FoldedIn[l.ID] = true, in
	var a codegen.Arg
	if c, ok := s.immediate(y); ok {
		a = codegen.Imm(c)
	} else {
		a = s.Register(in, y)
	}
	m := s.address(in, v.Args[0], v.AuxInt)
	in.Set(a, m)
	return true
}

// samePlace tells whether l is a load of what the store v overwrites, with nothing in between.
func (s *selector) samePlace(l, v *ssa.Value) bool {
	if l.Op != ssa.OpLoad || s.Foldable(l, v.Args[1].Type.Size()) == nil || l.Type != v.Args[1].Type {
		return false
	}
	p, po := s.offset(l.Args[0], l.AuxInt)
	q, qo := s.offset(v.Args[0], v.AuxInt)
	return p == q && po == qo
}

// offset takes an address apart into a pointer and a constant.
func (s *selector) offset(p *ssa.Value, off int64) (*ssa.Value, int64) {
	for {
		p = s.Root(p)
		if p.Op != ssa.OpOffPtr {
			return p, off
		}
		off += p.AuxInt
		p = p.Args[0]
	}
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
		in.Args[0] = s.address(in, v.Args[0], 0)
		s.NoteAccess(in, v.Args[0], 0)
	}
}

// expandZero clears memory with stores of the zeroed scratch register, or of constants for small sizes.
func expandZero(e *emitter, in *codegen.Inst) {
	m := e.operand(in, in.Args[0])
	zeroed := false
	codegen.Chunks(in.Imm, func(off, size int64) {
		if size < 16 {
			e.op(opMOV.of(ssa.IntType(size)), x86.I(0), offset(m, off))
			return
		}
		if !zeroed {
			e.op(x86.XORPS, x86.R(scratchX), x86.R(scratchX))
			zeroed = true
		}
		e.op(x86.MOVUPS, x86.R(scratchX), offset(m, off))
	})
}

// offset moves a memory operand by off bytes.
func offset(m x86.Operand, off int64) x86.Operand {
	m.Mem.Disp += off
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
		in.Args[0] = s.address(in, v.Args[0], 0)
		in.Args[1] = s.address(in, v.Args[1], 0)
		s.copyTemp(in)
		s.NoteAccess(in, v.Args[0], 0)
		s.NoteAccess(in, v.Args[1], 0)
	}
}

// copyTemp gives a copy the general register that pieces below 4 bytes go through.
func (s *selector) copyTemp(in *codegen.Inst) {
	small := false
	codegen.Chunks(in.Imm, func(_, size int64) { small = small || size < 4 })
	if small {
		in.Args[2] = in.Temp(s.NewTemp(ssa.I64))
	}
}

// expandMove copies memory to memory. Source and destination are apart or the same.
func expandMove(e *emitter, in *codegen.Inst) {
	dst, src := e.operand(in, in.Args[0]), e.operand(in, in.Args[1])
	e.copy(in.Imm, dst, src, in)
}

func (e *emitter) copy(n int64, dst, src x86.Operand, in *codegen.Inst) {
	codegen.Chunks(n, func(off, size int64) {
		r, op := x86.R(scratchX), x86.MOVUPS
		switch size {
		case 8:
			op = x86.MOVQ
		case 4:
			op = x86.MOVL
		case 2, 1:
			r, op = e.operand(in, in.Args[2]), opMOV.of(ssa.IntType(size))
			e.op(opZX.of(ssa.IntType(size)), offset(src, off), r)
			e.op(op, r, offset(dst, off))
			return
		}
		e.op(op, offset(src, off), r)
		e.op(op, r, offset(dst, off))
	})
}

// copyLarge copies n bytes by a loop, for argument areas, where no call may come in between.
func (s *selector) copyBlock(n int64, dst, src func(in *codegen.Inst) codegen.Arg) {
	if n == 0 {
		return
	}
	if n <= inlineLimit {
		in := s.pseudo(expandMove)
		in.Imm = n
		in.Args[0] = dst(in)
		in.Args[1] = src(in)
		s.copyTemp(in)
		return
	}
	d, p := s.NewTemp(ssa.Ptr), s.NewTemp(ssa.Ptr)
	in := s.ins(x86.LEAQ)
	in.Set(dst(in), in.Def(d))
	in = s.ins(x86.LEAQ)
	in.Set(src(in), in.Def(p))
	in = s.pseudo(expandMoveLoop)
	in.Imm = n
	in.UseLate(d)
	in.UseLate(p)
	in.Temp(s.NewTemp(ssa.I64))
}

// expandMoveLoop copies more than 16 bytes, 16 at a time; the last piece may overlap the one before.
func expandMoveLoop(e *emitter, in *codegen.Inst) {
	dst, src, i := e.reg(in, 0).Reg, e.reg(in, 1).Reg, e.reg(in, 2)
	x := x86.R(scratchX)
	n := in.Imm &^ 15
	e.op(x86.MOVQ, x86.I(-n), i)
	loop := e.Here()
	e.op(x86.MOVUPS, x86.MI(src, i.Reg, 1, n), x)
	e.op(x86.MOVUPS, x, x86.MI(dst, i.Reg, 1, n))
	e.op(x86.ADDQ, x86.I(16), i)
	e.op(x86.JNE, x86.To(loop))
	if in.Imm != n {
		e.op(x86.MOVUPS, x86.M(src, in.Imm-16), x)
		e.op(x86.MOVUPS, x, x86.M(dst, in.Imm-16))
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
		in.UseFixed(a, preg(abiInts[i]))
	}
	in.Aux = callAux{sym: sym}
	in.Clobbers, in.Safepoint = allRegs, true
	s.M.HasCalls, s.M.Returns = true, true
	s.M.NeedOut(8 * int64(len(args)))
}

// lowerMemEqConst compares up to 64 bytes of memory.
func lowerMemEqConst(s *selector, v *ssa.Value) { s.setcc(v, s.compareMem(v)) }

func (s *selector) compareMem(v *ssa.Value) cond {
	n := v.AuxInt
	p, q := v.Args[0], v.Args[1]
	switch n {
	case 1, 2, 4, 8:
		t := ssa.IntType(n)
		r := s.NewTemp(t)
		in := s.ins(opZX.of(t))
		in.Set(s.address(in, q, 0), in.Def(r))
		in = s.ins(opCMP.of(t))
		m := s.address(in, p, 0)
		in.Set(m, in.Use(r))
		return cond{cc: ccEQ}
	}
	in := s.pseudo(expandCompareMem)
	in.Imm = n
	in.Args[0] = s.address(in, p, 0)
	in.Args[1] = s.address(in, q, 0)
	in.Args[2] = in.Temp(s.NewTemp(ssa.I64))
	if n > 8 {
		in.Aux = in.Temp(s.NewTemp(ssa.V128)).Reg
	} else {
		in.Aux = in.Temp(s.NewTemp(ssa.I64)).Reg
	}
	return cond{cc: ccEQ}
}

// expandCompareMem leaves ZF set if the two places hold the same bytes.
func expandCompareMem(e *emitter, in *codegen.Inst) {
	p, q, t := e.operand(in, in.Args[0]), e.operand(in, in.Args[1]), e.operand(in, in.Args[2])
	u := e.reg(in, int(in.Aux.(int8)))
	n := in.Imm
	var ends []int
	if n > 16 || n == 16 {
		x := x86.R(scratchX)
		for off := int64(0); off < n; {
			at := min(off, n-16)
			e.op(x86.MOVUPS, offset(p, at), x)
			e.op(x86.MOVUPS, offset(q, at), u)
			e.op(x86.PCMPEQB, u, x)
			e.op(x86.PMOVMSKB, x, t)
			e.op(x86.CMPL, t, x86.I(0xffff))
			if off += 16; off < n {
				ends = append(ends, e.branch(x86.JNE))
			}
		}
	} else {
		size := int64(4)
		op, load := x86.CMPL, x86.MOVL
		switch {
		case n > 8:
			size, op, load = 8, x86.CMPQ, x86.MOVQ
		case n == 3:
			size, op, load = 2, x86.CMPW, x86.MOVWLZX
		}
		e.op(load, offset(p, 0), t)
		e.op(op, t, offset(q, 0))
		ends = append(ends, e.branch(x86.JNE))
		e.op(load, offset(p, n-size), t)
		e.op(op, t, offset(q, n-size))
	}
	for _, j := range ends {
		e.bind(j)
	}
}
