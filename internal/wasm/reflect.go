package wasm

import (
	"fmt"
	"strings"

	"strata/internal/object"
	"strata/internal/rtcall"
	"strata/internal/wasm/module"
)

// Calls by reflection. runtime.reflectcall gets a function and its arguments in memory: those that other machines have in registers in an
// abi.RegArgs. WebAssembly calls a function by its type alone, so the linker makes an adapter for each type that a function has whose
// address is known, and a table that leads from the function to its type's adapter.

// Symbols that the linker defines: the table, a number of 16 bits for every 16 program counters, and the index in the table of functions
// of the first adapter.
const (
	AdaptersSym     = "wasm.adapters"
	AdapterBaseSym  = "wasm.adapterbase"
	ReflectCallSym  = "runtime.reflectcall"
	reflectCallMove = "runtime.reflectcallmove"
)

// Offset of the floats in an abi.RegArgs; integers come first.
const regFloats = 9 * 8

// Adapter makes the function (code, regs) that calls a function of a type with arguments from an abi.RegArgs, and leaves the results there.
func Adapter(m *module.Module, typ string) module.Func {
	var c module.Code
	in, out, _ := strings.Cut(typ, ":")
	t := module.ParseType(typ)
	var locals []module.Type
	for i := range t.Results {
		locals = append(locals, module.Type(t.Results[i]))
	}
	c.Bytes = module.Locals(locals)
	ints, floats := uint32(0), uint32(0)
	next := func(class byte) uint32 {
		if class == 'f' || class == 'd' {
			floats++
			return regFloats + 8*(floats-1)
		}
		ints++
		return 8 * (ints - 1)
	}
	for i := range in {
		c.Idx(module.LocalGet, 1)
		c.Mem(localLoad[module.Type(t.Params[i])], next(in[i]))
	}
	c.Idx(module.LocalGet, 0)
	c.Idx(module.CallIndirect, m.TypeIndex(t))
	c.Bytes = append(c.Bytes, 0)
	for i := len(out) - 1; i >= 0; i-- {
		c.Idx(module.LocalSet, uint32(2+i))
	}
	c.Idx(module.GlobalGet, State)
	c.Begin(module.If, module.Empty)
	c.Op(module.Return)
	c.Op(module.End)
	ints, floats = 0, 0
	for i := range out {
		c.Idx(module.LocalGet, 1)
		c.Idx(module.LocalGet, uint32(2+i))
		op := localStore[locals[i]]
		if out[i] == 'i' {
			c.Op(module.I64ExtendI32U)
			op = module.I64Store
		}
		c.Mem(op, next(out[i]))
	}
	c.Op(module.End)
	return module.Func{Type: module.ParseType("ii:"), Body: c.Bytes}
}

// frameClasses are the sizes of frames that reflectcall may have; each is a function of its own for the unwinder, whose argument area
// has what reflectcall was called with.
func frameClasses() (list []int64) {
	for n := int64(64); n <= 1<<24; n *= 4 {
		list = append(list, n)
	}
	return list
}

func frameClassSym(n int64) string { return fmt.Sprintf("runtime/internal/task.reflectcall%d", n) }

func init() {
	for _, n := range frameClasses() {
		builtins[frameClassSym(n)] = &builtinRow{sym: frameClassSym(n), typ: ":", code: func(b *builtin) { b.Op(module.Unreachable) }, frame: n}
	}
	i32 := module.I32
	builtins[ReflectCallSym] = &builtinRow{sym: ReflectCallSym, typ: "iiiiiii:",
		locals: []module.Type{i32, i32, i32, module.I64}, code: reflectCall}
}

func reflectCall(b *builtin) {
	const typ, fn, args, argSize, retOff, frameSize, regs, fp, size, old, pc = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
	// Places of the parameters in the argument area.
	off := [...]uint32{typ: 0, fn: 8, args: 16, argSize: 24, retOff: 28, frameSize: 32, regs: 40}
	resumed := func() {
		b.getG(Limit)
		b.I32(-1)
		b.Op(module.I32Eq)
	}
	resumed()
	b.Begin(module.If, module.Empty)
	for i, o := range off {
		b.getG(Base)
		b.load(8 + o)
		b.set(uint32(i))
	}
	b.Op(module.Else)
	for i, o := range off {
		b.getG(Base)
		b.get(uint32(i))
		if o >= 24 && o < 40 {
			b.Mem(module.I32Store, 8+o)
		} else {
			b.Op(module.I64ExtendI32U)
			b.Mem(module.I64Store, 8+o)
		}
	}
	b.Op(module.End)
	classes := frameClasses()
	for i := len(classes) - 1; i >= 0; i-- {
		b.get(frameSize)
		b.I32(int32(classes[i]))
		b.Op(module.I32LeU)
		b.when(func() {
			b.I32(int32(classes[i]))
			b.set(size)
			b.Op(module.I64Const)
			b.reloc(object.LebAddr, frameClassSym(classes[i]), 1)
			b.set(pc)
		})
	}
	b.get(size)
	b.Op(module.I32Eqz)
	b.when(func() { b.call("runtime/internal/task.badReflectcall") })
	b.getG(Base)
	b.Idx(module.LocalTee, old)
	b.get(size)
	b.I32(8)
	b.ops(module.I32Add, module.I32Sub)
	b.Idx(module.LocalTee, fp)
	b.getG(Limit)
	b.Op(module.I32LtU)
	b.when(func() {
		b.get(pc)
		b.call(GrowSym)
		b.when(func() {
			for i := range uint32(7) {
				b.get(i)
			}
			b.call(ReflectCallSym)
			b.get(old)
			b.call(ShrinkSym)
			b.Op(module.Return)
		})
	})
	b.get(fp)
	b.setG(Base)
	resumed()
	b.Op(module.I32Eqz)
	b.when(func() {
		b.get(fp)
		b.I32(8)
		b.Op(module.I32Add)
		b.get(args)
		b.get(argSize)
		b.Op(module.MemoryCopy)
		b.get(fp)
		b.get(pc)
		b.I64(1)
		b.Op(module.I64Add)
		b.Mem(module.I64Store, 0)
	})
	b.get(fn)
	b.setG(Ctxt)
	b.get(fn)
	b.load(0)
	b.get(regs)
	b.addr(AdapterBaseSym, 0)
	b.get(fn)
	b.load(0)
	b.I32(4)
	b.Op(module.I32ShrU)
	b.I32(1)
	b.Op(module.I32Shl)
	b.addr(AdaptersSym, 0)
	b.Op(module.I32Add)
	b.Mem(module.I32Load16U, 0)
	b.Op(module.I32Add)
	b.callIndirect("ii:")
	b.getG(State)
	b.Op(module.I32Eqz)
	b.when(func() {
		b.get(typ)
		b.get(args)
		b.get(retOff)
		b.Op(module.I32Add)
		b.get(fp)
		b.I32(8)
		b.Op(module.I32Add)
		b.get(retOff)
		b.Op(module.I32Add)
		b.get(argSize)
		b.get(retOff)
		b.ops(module.I32Sub, module.I64ExtendI32U)
		b.get(regs)
		b.call(reflectCallMove)
	})
	b.get(old)
	b.setG(Base)
}

// frameInfo is what unwinding knows of a function that is only known by its frames.
func frameInfo(f *object.FuncInfo, size int64) {
	f.FrameSize, f.ArgsSize = int32(size), 48
	f.FuncID = object.FuncWrapper
	f.PCSP = []object.PCValue{{PC: 0, Value: 0}, {PC: 1, Value: int32(size)}}
	f.Args = []object.Bitmap{{1 | 2 | 4 | 32}}
	f.Locals = []object.Bitmap{nil}
}

var _ = rtcall.Kind
