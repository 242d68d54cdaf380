package wasm

import (
	"strata/internal/abi"
	"strata/internal/ssa"
	"strata/internal/wasm/module"
)

// Values narrower than 32 bits have junk above their width in locals, but for booleans, which are 0 or 1.

// computation leaves the value of an op on the stack.
type computation func(e *emitter, v *ssa.Value)

var computations [ssa.FirstMachineOp]computation

// statements are done in their place; those that have a result leave it on the stack.
var statements [ssa.FirstMachineOp]computation

func init() {
	computations = [ssa.FirstMachineOp]computation{
		ssa.OpConst: (*emitter).constant, ssa.OpConstF: (*emitter).constantF,
		ssa.OpArg: (*emitter).arg, ssa.OpClosurePtr: global(Ctxt), ssa.OpGetG: global(G),
		ssa.OpGlobalAddr: (*emitter).pointer, ssa.OpLocalAddr: (*emitter).pointer, ssa.OpArgAddr: (*emitter).pointer, ssa.OpOffPtr: (*emitter).pointer,
		ssa.OpFuncAddr: (*emitter).funcAddr, ssa.OpCallerPC: (*emitter).callerPC, ssa.OpCallerSP: (*emitter).callerSP, ssa.OpSP: (*emitter).sp,

		ssa.OpAdd: arith(module.I32Add, module.I64Add, module.F32Add, module.F64Add),
		ssa.OpSub: arith(module.I32Sub, module.I64Sub, module.F32Sub, module.F64Sub),
		ssa.OpMul: arith(module.I32Mul, module.I64Mul, module.F32Mul, module.F64Mul),
		ssa.OpAnd: arith(module.I32And, module.I64And, 0, 0), ssa.OpOr: arith(module.I32Or, module.I64Or, 0, 0),
		ssa.OpXor: arith(module.I32Xor, module.I64Xor, 0, 0),
		ssa.OpNeg: (*emitter).neg, ssa.OpNot: (*emitter).not,
		ssa.OpDiv: (*emitter).div, ssa.OpDivU: unsigned(module.I32DivU, module.I64DivU),
		ssa.OpMod: signed(module.I32RemS, module.I64RemS), ssa.OpModU: unsigned(module.I32RemU, module.I64RemU),
		ssa.OpMulHi: (*emitter).mulHi, ssa.OpMulHiU: (*emitter).mulHi,
		ssa.OpShl: (*emitter).shift, ssa.OpShr: (*emitter).shift, ssa.OpSar: (*emitter).shift, ssa.OpRotL: (*emitter).rotl,
		ssa.OpCtz: (*emitter).ctz, ssa.OpBitLen: (*emitter).bitLen, ssa.OpPopCnt: (*emitter).popCnt, ssa.OpBswap: (*emitter).bswap,

		ssa.OpSqrt: arith(0, 0, module.F32Sqrt, module.F64Sqrt), ssa.OpAbs: arith(0, 0, module.F32Abs, module.F64Abs),
		ssa.OpCopySign: arith(0, 0, module.F32Copysign, module.F64Copysign),
		ssa.OpFloor:    arith(0, 0, module.F32Floor, module.F64Floor), ssa.OpCeil: arith(0, 0, module.F32Ceil, module.F64Ceil),
		ssa.OpTruncF: arith(0, 0, module.F32Trunc, module.F64Trunc), ssa.OpRoundEven: arith(0, 0, module.F32Nearest, module.F64Nearest),
		ssa.OpMinF: arith(0, 0, module.F32Min, module.F64Min), ssa.OpMaxF: arith(0, 0, module.F32Max, module.F64Max),

		ssa.OpAddPtr: (*emitter).addPtr,
		ssa.OpEq:     compare(module.I32Eq, module.I64Eq, module.F32Eq, module.F64Eq, false),
		ssa.OpNe:     compare(module.I32Ne, module.I64Ne, module.F32Ne, module.F64Ne, false),
		ssa.OpLt:     compare(module.I32LtS, module.I64LtS, module.F32Lt, module.F64Lt, true),
		ssa.OpLe:     compare(module.I32LeS, module.I64LeS, module.F32Le, module.F64Le, true),
		ssa.OpLtU:    compare(module.I32LtU, module.I64LtU, 0, 0, false),
		ssa.OpLeU:    compare(module.I32LeU, module.I64LeU, 0, 0, false),

		ssa.OpSignExt: (*emitter).signExt, ssa.OpZeroExt: (*emitter).zeroExt, ssa.OpTrunc: (*emitter).trunc,
		ssa.OpIntToFloat: (*emitter).intToFloat, ssa.OpFloatToInt: (*emitter).floatToInt, ssa.OpFloatCvt: (*emitter).floatCvt,
		ssa.OpBitcast: (*emitter).bitcast, ssa.OpPtrToInt: (*emitter).resize, ssa.OpIntToPtr: (*emitter).resize,
		ssa.OpSelect: (*emitter).choice, ssa.OpLoad: (*emitter).load, ssa.OpMemEqConst: (*emitter).memEqConst,
		ssa.OpGetCPUFlag: func(e *emitter, v *ssa.Value) { e.code.I32(0) },
	}
	nothing := func(e *emitter, v *ssa.Value) {}
	statements = [ssa.FirstMachineOp]computation{
		ssa.OpStore: (*emitter).store, ssa.OpMove: (*emitter).move, ssa.OpZero: (*emitter).zeroMem,
		ssa.OpMemCopy: (*emitter).memCopy, ssa.OpMemClear: (*emitter).memClear,
		ssa.OpNilCheck: (*emitter).nilCheck, ssa.OpBounds: (*emitter).bounds, ssa.OpCheck: (*emitter).check,
		ssa.OpCall: (*emitter).plainCall, ssa.OpClosureCall: (*emitter).plainCall, ssa.OpInterCall: (*emitter).plainCall,
		ssa.OpAtomicLoad: (*emitter).load, ssa.OpAtomicStore: (*emitter).store,
		ssa.OpAtomicXchg: (*emitter).readWrite, ssa.OpAtomicAdd: (*emitter).readWrite, ssa.OpAtomicAnd: (*emitter).readWrite, ssa.OpAtomicOr: (*emitter).readWrite,
		ssa.OpAtomicCAS: (*emitter).compareSwap,
		ssa.OpKeepAlive: nothing, ssa.OpVarDef: nothing, ssa.OpPrefetch: nothing, ssa.OpNop: nothing, ssa.OpUnsafePointMark: nothing, ssa.OpPublish: nothing,
	}
}

// compute leaves a value on the stack.
func (e *emitter) compute(v *ssa.Value) {
	if int(v.Op) < len(computations) && computations[v.Op] != nil {
		computations[v.Op](e, v)
		return
	}
	e.fail(v, "no lowering")
}

// statement does v and puts its result, if it is wanted, where it belongs.
func (e *emitter) statement(v *ssa.Value) {
	if int(v.Op) >= len(statements) || statements[v.Op] == nil {
		e.fail(v, "no lowering")
		return
	}
	statements[v.Op](e, v)
	if v.Op.IsCall() || v.Type == ssa.Void || v.Type == ssa.Tuple || v.Op == ssa.OpNilCheck || v.Op == ssa.OpBounds || !v.Type.IsReg() {
		return
	}
	if e.x.place[v.ID] == local {
		e.code.Idx(module.LocalSet, e.x.reg[v.ID])
		e.shadow(v)
	} else {
		e.code.Op(module.Drop)
	}
}

func (e *emitter) plainCall(v *ssa.Value) {
	e.callPrepare(v)
	e.callHere(v)
}

func (e *emitter) constant(v *ssa.Value) {
	if wasmType(v.Type) == module.I64 {
		e.code.I64(v.AuxInt)
	} else {
		e.code.I32(int32(constOf(v)))
	}
}

func (e *emitter) constantF(v *ssa.Value) {
	if v.Type == ssa.F32 {
		e.code.F32(uint32(v.AuxInt))
	} else {
		e.code.F64(uint64(v.AuxInt))
	}
}

func (e *emitter) arg(v *ssa.Value) {
	c := &e.F.ABI.In[v.AuxInt]
	switch {
	case c.Reg >= 0:
		e.code.Idx(module.LocalGet, paramIndex(e.F.ABI, int(v.AuxInt)))
	case c.Class == abi.Mem:
		e.pushAddr(e.argArea(c.Off))
	default:
		e.loadFrom(e.argArea(c.Off), v.Type)
	}
}

func global(i uint32) computation {
	return func(e *emitter, v *ssa.Value) {
		e.code.Idx(module.GlobalGet, i)
		e.convert(ssa.Ptr, v.Type)
	}
}

func (e *emitter) pointer(v *ssa.Value) {
	e.pushAddr(e.addrOf(v, 0))
	e.convert(ssa.Ptr, v.Type)
}

func (e *emitter) funcAddr(v *ssa.Value) {
	e.address(v.Aux.(string), v.AuxInt)
	e.convert(ssa.Ptr, v.Type)
}

func (e *emitter) callerPC(v *ssa.Value) {
	a := e.argArea(-8)
	if a.off < 0 {
		panic("return address of a function without frame")
	}
	e.loadFrom(a, v.Type)
}

func (e *emitter) callerSP(v *ssa.Value) {
	e.pushAddr(e.argArea(0))
	e.convert(ssa.Ptr, v.Type)
}

func (e *emitter) sp(v *ssa.Value) {
	if e.hasFrame {
		e.pushAddr(e.atFrame(8))
	} else {
		e.code.Idx(module.GlobalGet, Base)
		e.code.I32(8)
		e.code.Op(module.I32Add)
	}
	e.convert(ssa.Ptr, v.Type)
}

// op4 chooses by type.
func (e *emitter) op4(v *ssa.Value, t ssa.Type, i32, i64, f32, f64 module.Op) {
	op := i32
	switch wasmType(t) {
	case module.I64:
		op = i64
	case module.F32:
		op = f32
	case module.F64:
		op = f64
	}
	if op == 0 {
		e.fail(v, "no instruction for the type")
		return
	}
	e.code.Op(op)
}

func arith(i32, i64, f32, f64 module.Op) computation {
	return func(e *emitter, v *ssa.Value) {
		for _, a := range v.Args {
			e.push(a)
		}
		e.op4(v, v.Type, i32, i64, f32, f64)
	}
}

// clean tells whether the bits above v's width are zero on the stack.
func clean(v *ssa.Value) bool {
	switch v.Type {
	case ssa.I8, ssa.I16:
	default:
		return true
	}
	switch v.Op {
	case ssa.OpLoad, ssa.OpAtomicLoad:
		return true
	case ssa.OpZeroExt:
		return true
	case ssa.OpAnd:
		return clean(v.Args[0]) || clean(v.Args[1])
	case ssa.OpConst:
		return constOf(v) >= 0
	}
	return false
}

// pushZ and pushS push an integer with its width extended.
func (e *emitter) pushZ(v *ssa.Value) {
	e.push(v)
	if v.Type.Size() < 4 && !(clean(v) && clean(name(v)) && v.Type == name(v).Type) && v.Type != ssa.Bool {
		e.code.I32(1<<v.Type.Bits() - 1)
		e.code.Op(module.I32And)
	} else if v.Type == ssa.Bool && name(v).Type != ssa.Bool {
		e.code.I32(1)
		e.code.Op(module.I32And)
	}
}

func (e *emitter) pushS(v *ssa.Value) {
	e.push(v)
	switch {
	case v.Op == ssa.OpConst:
	case v.Type == ssa.I8:
		e.code.Op(module.I32Extend8S)
	case v.Type == ssa.I16:
		e.code.Op(module.I32Extend16S)
	}
}

func unsigned(i32, i64 module.Op) computation {
	return func(e *emitter, v *ssa.Value) {
		e.pushZ(v.Args[0])
		e.pushZ(v.Args[1])
		e.op4(v, v.Type, i32, i64, 0, 0)
	}
}

func signed(i32, i64 module.Op) computation {
	return func(e *emitter, v *ssa.Value) {
		e.pushS(v.Args[0])
		e.pushS(v.Args[1])
		e.op4(v, v.Type, i32, i64, 0, 0)
	}
}

// div divides; the quotient of the least number and -1, at which the instruction traps, is that number.
func (e *emitter) div(v *ssa.Value) {
	if v.Type.IsFloat() {
		e.push(v.Args[0])
		e.push(v.Args[1])
		e.op4(v, v.Type, 0, 0, module.F32Div, module.F64Div)
		return
	}
	y := v.Args[1]
	if v.Type.Size() < 4 || y.IsConst() && constOf(y) != -1 {
		signed(module.I32DivS, module.I64DivS)(e, v)
		return
	}
	t := wasmType(v.Type)
	a, b := e.temp(t), e.temp(t)
	e.push(v.Args[0])
	e.code.Idx(module.LocalSet, a)
	e.push(y)
	e.code.Idx(module.LocalTee, b)
	if t == module.I64 {
		e.code.I64(-1)
		e.code.Op(module.I64Eq)
	} else {
		e.code.I32(-1)
		e.code.Op(module.I32Eq)
	}
	e.code.Begin(module.If, t)
	e.zero(t)
	e.code.Idx(module.LocalGet, a)
	e.op4(v, v.Type, module.I32Sub, module.I64Sub, 0, 0)
	e.code.Op(module.Else)
	e.code.Idx(module.LocalGet, a)
	e.code.Idx(module.LocalGet, b)
	e.op4(v, v.Type, module.I32DivS, module.I64DivS, 0, 0)
	e.code.Op(module.End)
	e.release(t, a)
	e.release(t, b)
}

func (e *emitter) neg(v *ssa.Value) {
	if v.Type.IsFloat() {
		e.push(v.Args[0])
		e.op4(v, v.Type, 0, 0, module.F32Neg, module.F64Neg)
		return
	}
	e.zero(wasmType(v.Type))
	e.push(v.Args[0])
	e.op4(v, v.Type, module.I32Sub, module.I64Sub, 0, 0)
}

func (e *emitter) not(v *ssa.Value) {
	e.push(v.Args[0])
	switch {
	case v.Type == ssa.Bool:
		e.code.Op(module.I32Eqz)
	case v.Type == ssa.I64:
		e.code.I64(-1)
		e.code.Op(module.I64Xor)
	default:
		e.code.I32(-1)
		e.code.Op(module.I32Xor)
	}
}

// mulHi is the high half of a product: of 64 bits by a function of the compiler's.
func (e *emitter) mulHi(v *ssa.Value) {
	if v.Type == ssa.I64 {
		e.push(v.Args[0])
		e.push(v.Args[1])
		if v.Op == ssa.OpMulHi {
			e.callSym(MulHiSym)
		} else {
			e.callSym(MulHiUSym)
		}
		return
	}
	ext := module.I64ExtendI32U
	if v.Op == ssa.OpMulHi {
		ext = module.I64ExtendI32S
	}
	for _, a := range v.Args {
		if v.Op == ssa.OpMulHi {
			e.pushS(a)
		} else {
			e.pushZ(a)
		}
		e.code.Op(ext)
	}
	e.code.Op(module.I64Mul)
	e.code.I64(int64(v.Type.Bits()))
	e.code.Op(module.I64ShrU)
	e.code.Op(module.I32WrapI64)
}

func (e *emitter) addPtr(v *ssa.Value) {
	e.push(v.Args[0])
	e.pushAs(v.Args[1], ssa.I32)
	e.code.Op(module.I32Add)
}

func compare(i32, i64, f32, f64 module.Op, isSigned bool) computation {
	return func(e *emitter, v *ssa.Value) {
		t := v.Args[0].Type
		a, b := v.Args[0], v.Args[1]
		if isSigned || t.IsFloat() {
			e.pushS(a)
			e.pushS(b)
		} else {
			if zero(b) && (i32 == module.I32Eq || i32 == module.I32Ne) && t.Size() < 8 {
				e.pushZ(a)
				e.code.Op(module.I32Eqz)
				if i32 == module.I32Ne {
					e.code.Op(module.I32Eqz)
				}
				return
			}
			e.pushZ(a)
			e.pushZ(b)
		}
		e.op4(v, t, i32, i64, f32, f64)
	}
}

func zero(v *ssa.Value) bool { return v.Op == ssa.OpConst && v.AuxInt == 0 && v.Type != ssa.Ptr }

// readWrite is an atomic operation that gives what was there before.
func (e *emitter) readWrite(v *ssa.Value) {
	a, done := e.keep(e.addrOf(v.Args[0], v.AuxInt), v.Args[0])
	t := v.Args[1].Type
	w := wasmType(t)
	old, arg := e.temp(w), e.temp(w)
	e.push(v.Args[1])
	e.code.Idx(module.LocalSet, arg)
	e.loadFrom(a, t)
	e.code.Idx(module.LocalSet, old)
	a.push()
	if v.Op != ssa.OpAtomicXchg {
		e.code.Idx(module.LocalGet, old)
	}
	e.code.Idx(module.LocalGet, arg)
	switch v.Op {
	case ssa.OpAtomicAdd:
		e.op4(v, t, module.I32Add, module.I64Add, 0, 0)
	case ssa.OpAtomicAnd:
		e.op4(v, t, module.I32And, module.I64And, 0, 0)
	case ssa.OpAtomicOr:
		e.op4(v, t, module.I32Or, module.I64Or, 0, 0)
	}
	e.storeOp(t, a.off)
	if v.Type != ssa.Void {
		e.code.Idx(module.LocalGet, old)
	}
	e.release(w, old)
	e.release(w, arg)
	done()
}

func (e *emitter) compareSwap(v *ssa.Value) {
	a, done := e.keep(e.addrOf(v.Args[0], v.AuxInt), v.Args[0])
	t := v.Args[1].Type
	w := wasmType(t)
	val := e.temp(w)
	e.push(v.Args[2])
	e.code.Idx(module.LocalSet, val)
	e.loadFrom(a, t)
	e.pushZ(v.Args[1])
	e.op4(v, t, module.I32Eq, module.I64Eq, 0, 0)
	e.code.Begin(module.If, module.I32)
	a.push()
	e.code.Idx(module.LocalGet, val)
	e.storeOp(t, a.off)
	e.code.I32(1)
	e.code.Op(module.Else)
	e.code.I32(0)
	e.code.Op(module.End)
	e.release(w, val)
	done()
}

func (e *emitter) nilCheck(v *ssa.Value) {
	if e.nonNil(v.Args[0]) {
		return
	}
	e.push(v.Args[0])
	e.code.Op(module.I32Eqz)
	e.failIf(v, nilFailure, nil)
}

func (e *emitter) check(v *ssa.Value) {
	e.push(v.Args[0])
	e.code.Op(module.I32Eqz)
	e.failIf(v, v.Aux.(string), nil)
}

func (e *emitter) bounds(v *ssa.Value) {
	if e.checkOf(v) == "" {
		return
	}
	e.pushAs(v.Args[0], ssa.I64)
	e.pushAs(v.Args[1], ssa.I64)
	if ssa.BoundsKind(v.AuxInt).Inclusive() {
		e.code.Op(module.I64GtU)
	} else {
		e.code.Op(module.I64GeU)
	}
	e.failIf(v, boundsFailure, func() {
		for i, a := range v.Args {
			e.pushAs(a, ssa.I64)
			e.code.Idx(module.LocalSet, e.index[i])
		}
		e.code.I64(v.AuxInt)
		e.code.Idx(module.LocalSet, e.kind)
	})
}
