package wasm

import (
	"strata/internal/ssa"
	"strata/internal/wasm/module"
)

// shift shifts. The instructions take the count modulo the width of the stack's type; counts beyond give 0, or the sign.
func (e *emitter) shift(v *ssa.Value) {
	x, n := v.Args[0], v.Args[1]
	t := wasmType(v.Type)
	width := int64(32)
	if t == module.I64 {
		width = 64
	}
	operand := func() {
		switch v.Op {
		case ssa.OpShl:
			e.push(x)
		case ssa.OpShr:
			e.pushZ(x)
		default:
			e.pushS(x)
		}
	}
	apply := func() {
		switch v.Op {
		case ssa.OpShl:
			e.op4(v, v.Type, module.I32Shl, module.I64Shl, 0, 0)
		case ssa.OpShr:
			e.op4(v, v.Type, module.I32ShrU, module.I64ShrU, 0, 0)
		default:
			e.op4(v, v.Type, module.I32ShrS, module.I64ShrS, 0, 0)
		}
	}
	if n.Op == ssa.OpConst {
		c := n.AuxInt & (1<<(n.Type.Bits()-1)*2 - 1)
		if n.Type.Size() == 8 {
			c = n.AuxInt
		}
		switch {
		case uint64(c) < uint64(width):
			operand()
			e.count(t, c)
			apply()
		case v.Op == ssa.OpSar:
			operand()
			e.count(t, width-1)
			apply()
		default:
			e.zero(t)
		}
		return
	}
	if v.AuxInt == 1 {
		operand()
		e.push(n)
		e.convert(name(n).Type, v.Type)
		apply()
		return
	}
	nt := wasmType(n.Type)
	c := e.temp(nt)
	e.pushZ(n)
	e.code.Idx(module.LocalSet, c)
	small := func() {
		e.code.Idx(module.LocalGet, c)
		e.count(nt, width)
		e.op4(v, n.Type, module.I32LtU, module.I64LtU, 0, 0)
	}
	if v.Op == ssa.OpSar {
		operand()
		e.code.Idx(module.LocalGet, c)
		e.count(nt, width-1)
		small()
		e.code.Op(module.Select)
		e.convert(n.Type, v.Type)
		apply()
	} else {
		operand()
		e.code.Idx(module.LocalGet, c)
		e.convert(n.Type, v.Type)
		apply()
		e.zero(t)
		small()
		e.code.Op(module.Select)
	}
	e.release(nt, c)
}

// count pushes a number of a type.
func (e *emitter) count(t module.Type, n int64) {
	if t == module.I64 {
		e.code.I64(n)
	} else {
		e.code.I32(int32(n))
	}
}

func (e *emitter) rotl(v *ssa.Value) {
	x, n := v.Args[0], v.Args[1]
	if v.Type.Size() >= 4 {
		e.push(x)
		e.push(n)
		e.convert(name(n).Type, v.Type)
		e.op4(v, v.Type, module.I32Rotl, module.I64Rotl, 0, 0)
		return
	}
	// The number twice, or four times, in 32 bits.
	e.pushZ(x)
	bits := int32(v.Type.Bits())
	if bits == 8 {
		e.code.I32(0x01010101)
	} else {
		e.code.I32(0x00010001)
	}
	e.code.Op(module.I32Mul)
	e.push(n)
	e.convert(name(n).Type, ssa.I32)
	e.code.Op(module.I32Rotl)
}

func (e *emitter) ctz(v *ssa.Value) {
	t := v.Args[0].Type
	e.push(v.Args[0])
	if t.Size() < 4 {
		e.code.I32(1 << t.Bits())
		e.code.Op(module.I32Or)
	}
	e.op4(v, t, module.I32Ctz, module.I64Ctz, 0, 0)
	e.convert(t, v.Type)
}

func (e *emitter) bitLen(v *ssa.Value) {
	t := v.Args[0].Type
	w := wasmType(t)
	n := int64(32)
	if w == module.I64 {
		n = 64
	}
	e.count(w, n)
	e.pushZ(v.Args[0])
	e.op4(v, t, module.I32Clz, module.I64Clz, 0, 0)
	e.op4(v, t, module.I32Sub, module.I64Sub, 0, 0)
	e.convert(t, v.Type)
}

func (e *emitter) popCnt(v *ssa.Value) {
	t := v.Args[0].Type
	e.pushZ(v.Args[0])
	e.op4(v, t, module.I32Pop, module.I64Pop, 0, 0)
	e.convert(t, v.Type)
}

// bswap reverses bytes: neighbours first, then pairs, then halves.
func (e *emitter) bswap(v *ssa.Value) {
	t := wasmType(v.Type)
	x := e.temp(t)
	e.push(v.Args[0])
	swap := func(mask int64, by int64) {
		e.code.Idx(module.LocalTee, x)
		e.count(t, by)
		e.op4(v, v.Type, module.I32ShrU, module.I64ShrU, 0, 0)
		e.count(t, mask)
		e.op4(v, v.Type, module.I32And, module.I64And, 0, 0)
		e.code.Idx(module.LocalGet, x)
		e.count(t, mask)
		e.op4(v, v.Type, module.I32And, module.I64And, 0, 0)
		e.count(t, by)
		e.op4(v, v.Type, module.I32Shl, module.I64Shl, 0, 0)
		e.op4(v, v.Type, module.I32Or, module.I64Or, 0, 0)
	}
	swap(0x00ff00ff00ff00ff, 8)
	if v.Type.Size() > 2 {
		if t == module.I64 {
			swap(0x0000ffff0000ffff, 16)
		}
		e.count(t, v.Type.Size()*4)
		e.op4(v, v.Type, module.I32Rotl, module.I64Rotl, 0, 0)
	}
	e.release(t, x)
}

func (e *emitter) signExt(v *ssa.Value) {
	a := v.Args[0]
	e.pushS(a)
	if v.Type == ssa.I64 && wasmType(a.Type) == module.I32 {
		e.code.Op(module.I64ExtendI32S)
	}
}

func (e *emitter) zeroExt(v *ssa.Value) {
	e.pushZ(v.Args[0])
	e.convert(v.Args[0].Type, v.Type)
}

func (e *emitter) trunc(v *ssa.Value) {
	e.push(v.Args[0])
	e.convert(name(v.Args[0]).Type, v.Type)
	if v.Type == ssa.Bool {
		e.code.I32(1)
		e.code.Op(module.I32And)
	}
}

func (e *emitter) resize(v *ssa.Value) {
	e.push(v.Args[0])
	e.convert(v.Args[0].Type, v.Type)
}

func (e *emitter) intToFloat(v *ssa.Value) {
	e.pushS(v.Args[0])
	long := v.Args[0].Type == ssa.I64
	switch {
	case v.Type == ssa.F32 && long:
		e.code.Op(module.F32ConvertI64S)
	case v.Type == ssa.F32:
		e.code.Op(module.F32ConvertI32S)
	case long:
		e.code.Op(module.F64ConvertI64S)
	default:
		e.code.Op(module.F64ConvertI32S)
	}
}

func (e *emitter) floatToInt(v *ssa.Value) {
	e.push(v.Args[0])
	short := v.Args[0].Type == ssa.F32
	switch {
	case v.Type == ssa.I64 && short:
		e.code.Op(module.I64SatF32S)
	case v.Type == ssa.I64:
		e.code.Op(module.I64SatF64S)
	case short:
		e.code.Op(module.I32SatF32S)
	default:
		e.code.Op(module.I32SatF64S)
	}
}

func (e *emitter) floatCvt(v *ssa.Value) {
	e.push(v.Args[0])
	switch {
	case v.Type == v.Args[0].Type:
	case v.Type == ssa.F32:
		e.code.Op(module.F32DemoteF64)
	default:
		e.code.Op(module.F64PromoteF32)
	}
}

func (e *emitter) bitcast(v *ssa.Value) {
	e.push(v.Args[0])
	from, to := wasmType(v.Args[0].Type), wasmType(v.Type)
	ops := map[[2]module.Type]module.Op{
		{module.F32, module.I32}: module.I32BitsF32, {module.F64, module.I64}: module.I64BitsF64,
		{module.I32, module.F32}: module.F32BitsI32, {module.I64, module.F64}: module.F64BitsI64,
	}
	if op, ok := ops[[2]module.Type{from, to}]; ok {
		e.code.Op(op)
	} else if from != to {
		e.fail(v, "no lowering")
	}
}

func (e *emitter) choice(v *ssa.Value) {
	e.push(v.Args[1])
	e.push(v.Args[2])
	e.push(v.Args[0])
	e.code.Op(module.Select)
}

// tuple computes an op with two results into the locals of those that are wanted.
func (e *emitter) tuple(v *ssa.Value) {
	t := wasmType(v.Args[0].Type)
	if v.Args[0].Type != ssa.I64 {
		e.fail(v, "no lowering for this width")
		return
	}
	a := make([]uint32, len(v.Args))
	for i := range v.Args {
		a[i] = e.temp(t)
		e.pushAs(v.Args[i], ssa.I64)
		e.code.Idx(module.LocalSet, a[i])
	}
	get := func(l uint32) { e.code.Idx(module.LocalGet, l) }
	set := func(i int64) {
		op := module.Drop
		var last uint32
		for _, r := range e.x.parts[v] {
			if r.AuxInt != i {
				continue
			}
			if op != module.Drop {
				e.code.Idx(module.LocalTee, last)
			}
			op, last = module.LocalSet, e.x.reg[r.ID]
		}
		if op == module.Drop {
			e.code.Op(op)
		} else {
			e.code.Idx(op, last)
		}
	}
	c := &e.code
	switch v.Op {
	case ssa.OpMulWideU:
		get(a[0])
		get(a[1])
		e.callSym(MulHiUSym)
		get(a[0])
		get(a[1])
		c.Op(module.I64Mul)
		set(1)
		set(0)
	case ssa.OpAddCarry:
		// The carry out is that of x+y or that of the sum and the carry in.
		s := e.temp(t)
		get(a[0])
		get(a[1])
		c.Op(module.I64Add)
		c.Idx(module.LocalTee, s)
		get(a[0])
		c.Op(module.I64LtU)
		c.Op(module.I64ExtendI32U)
		get(s)
		get(a[2])
		c.Op(module.I64Add)
		c.Idx(module.LocalTee, s)
		get(a[2])
		c.Op(module.I64LtU)
		c.Op(module.I64ExtendI32U)
		c.Op(module.I64Or)
		set(1)
		get(s)
		set(0)
		e.release(t, s)
	case ssa.OpSubBorrow:
		d := e.temp(t)
		get(a[0])
		get(a[1])
		c.Op(module.I64LtU)
		c.Op(module.I64ExtendI32U)
		get(a[0])
		get(a[1])
		c.Op(module.I64Sub)
		c.Idx(module.LocalTee, d)
		get(a[2])
		c.Op(module.I64LtU)
		c.Op(module.I64ExtendI32U)
		c.Op(module.I64Or)
		set(1)
		get(d)
		get(a[2])
		c.Op(module.I64Sub)
		set(0)
		e.release(t, d)
	default:
		e.fail(v, "no lowering")
	}
	for _, l := range a {
		e.release(t, l)
	}
}
