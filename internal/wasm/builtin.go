package wasm

import (
	"strata/internal/object"
	"strata/internal/rtcall"
	"strata/internal/symname"
	"strata/internal/wasm/module"
)

// Functions that have no source: what a machine has in assembly elsewhere. A row has the symbol, the type and the code.

// Symbols that only compiled code calls.
const (
	GrowSym   = "wasm.grow"   // func(base, size) bool: of a frame that does not fit, or of a function that is resumed (false)
	ShrinkSym = "wasm.shrink" // func(base): gives up the segment that grow began
	MulHiSym  = "wasm.mulhi"
	MulHiUSym = "wasm.mulhiu"
	EntrySym  = "_rt0_wasm"
)

// Offsets in G and M, see rt/src/runtime/internal/task/offsets.h.
const (
	gStackLo = 0
	gStackHi = 8
	gM       = 48
	gSP      = 56
	gPC      = 64
	gCtxt    = 80
	mG0      = 0
	gSegment = 424

	// of a stack.segment
	segmentPrev = 16
	segmentSP   = 40
	segmentCopy = 64
)

// builtin is a function in the making.
type builtin struct {
	module.Code
	sym    string
	relocs []object.Reloc
}

type builtinRow struct {
	sym    string
	typ    string
	locals []module.Type
	code   func(b *builtin)
	frame  int64 // of the frames that unwinding finds for it
}

func (b *builtin) get(l uint32)    { b.Idx(module.LocalGet, l) }
func (b *builtin) set(l uint32)    { b.Idx(module.LocalSet, l) }
func (b *builtin) getG(g uint32)   { b.Idx(module.GlobalGet, g) }
func (b *builtin) setG(g uint32)   { b.Idx(module.GlobalSet, g) }
func (b *builtin) load(off uint32) { b.Mem(module.I32Load, off) }
func (b *builtin) ops(list ...module.Op) {
	for _, op := range list {
		b.Op(op)
	}
}

func (b *builtin) reloc(k object.RelocKind, target string, add int64) {
	b.relocs = append(b.relocs, object.Reloc{Off: int32(b.Len()), Kind: k, Target: target, Add: add})
}

func (b *builtin) call(sym string) {
	b.Op(module.Call)
	b.reloc(object.LebFunc, sym, 0)
}

// callClosure calls the closure in local l, whose arguments are on the stack.
func (b *builtin) callIndirect(typ string) {
	b.Op(module.CallIndirect)
	b.reloc(object.LebType, typ, 0)
	b.Bytes = append(b.Bytes, 0)
}

func (b *builtin) addr(sym string, add int64) {
	b.Op(module.I32Const)
	b.reloc(object.LebAddr, sym, add)
}

// when writes code that runs if the number on the stack is not 0.
func (b *builtin) when(code func()) {
	b.Begin(module.If, module.Empty)
	code()
	b.Op(module.End)
}

// returnAddress stores the second number of a function where the return address stands.
func (b *builtin) returnAddress(sym string) {
	b.getG(Base)
	b.Op(module.I64Const)
	b.reloc(object.LebAddr, sym, 2)
	b.Mem(module.I64Store, 0)
}

// limit makes Limit that of the goroutine in local g.
func (b *builtin) limit(g uint32) {
	b.get(g)
	b.load(stackGuard0)
	b.setG(Limit)
}

var builtins = map[string]*builtinRow{}

func init() {
	i32, i64 := module.I32, module.I64
	_ = i64
	for _, r := range []builtinRow{
		{sym: EntrySym, typ: ":", locals: []module.Type{i32, i32, i32}, code: entry},
		{sym: GrowSym, typ: "l:i", locals: []module.Type{i32, i32, i32}, code: grow},
		{sym: ShrinkSym, typ: "i:", locals: []module.Type{i32, i32}, code: shrink},
		{sym: "runtime.systemstack", typ: "i:", locals: []module.Type{i32, i32, i32}, code: systemstack},
		{sym: "runtime.mcall", typ: "i:", code: mcall},
		{sym: "runtime/internal/task.Gogo", typ: "i:", code: func(b *builtin) {
			b.get(0)
			b.setG(Pending)
			b.I32(Going)
			b.setG(State)
		}},
		{sym: "runtime/internal/task.Setg", typ: "i:", code: func(b *builtin) {
			b.get(0)
			b.setG(G)
		}},
		{sym: "runtime/internal/task.SP", typ: ":l", code: func(b *builtin) {
			b.getG(Base)
			b.I32(8)
			b.ops(module.I32Add, module.I64ExtendI32U)
		}},
		{sym: "runtime.goexit", typ: ":", code: func(b *builtin) { b.call("runtime.goexit1") }},
		{sym: "runtime.memmove", typ: "iil:", code: func(b *builtin) {
			b.get(0)
			b.get(1)
			b.get(2)
			b.ops(module.I32WrapI64, module.MemoryCopy)
		}},
		{sym: "runtime.memclrNoHeapPointers", typ: "il:", code: func(b *builtin) {
			b.get(0)
			b.I32(0)
			b.get(1)
			b.ops(module.I32WrapI64, module.MemoryFill)
		}},
		{sym: MulHiUSym, typ: "ll:l", locals: []module.Type{i64, i64, i64, i64, i64}, code: mulHiU},
		{sym: MulHiSym, typ: "ll:l", code: mulHi},
		{sym: "runtime/internal/kernel.memoryGrow", typ: "i:i", code: func(b *builtin) {
			b.get(0)
			b.Op(module.MemoryGrow)
		}},
		{sym: "runtime/internal/kernel.memorySize", typ: ":i", code: func(b *builtin) { b.Op(module.MemorySize) }},
	} {
		builtins[r.sym] = &r
	}
	for name, op := range map[string]module.Op{"Floor": module.F64Floor, "Ceil": module.F64Ceil, "Trunc": module.F64Trunc} {
		sym := "math.arch" + name
		builtins[sym] = &builtinRow{sym: sym, typ: "d:d", code: func(b *builtin) {
			b.get(0)
			b.Op(op)
		}}
	}
	trap := func(b *builtin) { b.Op(module.Unreachable) }
	for _, sym := range []string{"runtime.morestack<ABI0>", "runtime.morestack_noctxt<ABI0>", "runtime.lessstack", "mstart", "reflect.makeFuncStub<ABI0>", "reflect.methodValueCall<ABI0>"} {
		builtins[sym] = &builtinRow{sym: sym, typ: ":", code: trap}
	}
	for name, of := range map[string]string{"GoexitPC": "runtime.goexit", "LessstackPC": "runtime.lessstack", "MstartPC": "mstart",
		"SystemstackPC": "runtime.systemstack", "GopanicEntry": "runtime.gopanic", "SigpanicEntry": "runtime.sigpanic", "SigtrampPC": "mstart", "SigreturnPC": "mstart", "SigpanicPC": "mstart", "AsyncPreemptPC": "mstart", "MorestackPC": "runtime.morestack<ABI0>"} {
		sym := "runtime/internal/task." + name
		builtins[sym] = &builtinRow{sym: sym, typ: ":l", code: func(b *builtin) {
			b.Op(module.I64Const)
			b.reloc(object.LebAddr, of, 0)
		}}
	}
}

// Builtin makes the symbol of a function without source, nil if there is none of the name.
func Builtin(sym string) *object.Symbol {
	r := builtins[sym]
	if r == nil {
		return nil
	}
	b := &builtin{sym: sym}
	b.Bytes = module.Locals(r.locals)
	b.relocs = []object.Reloc{{Kind: object.FuncSig, Target: r.typ}}
	r.code(b)
	b.Op(module.End)
	name, _ := symname.TrimABI(sym)
	s := &object.Symbol{Name: sym, Kind: object.Text, Align: Target.LoopAlign, Data: b.Bytes, Size: 4, Relocs: b.relocs, Flags: object.Asm | object.NoSplit,
		Func: &object.FuncInfo{FuncID: rtcall.Kind(name), DisplayName: name}}
	if r.frame > 0 {
		frameInfo(s.Func, r.frame)
	}
	switch sym {
	case EntrySym, "runtime.goexit", "mstart":
		s.Flags |= object.TopFrame
	}
	if sym == EntrySym {
		s.Func.FuncID = object.FuncRTStart
	}
	return s
}

// mcall has everybody return to the entry function, which calls the closure in local 0 on the system stack. Called again when the
// goroutine goes on, it ends that.
func mcall(b *builtin) {
	b.getG(Limit)
	b.I32(-1)
	b.Op(module.I32Eq)
	b.when(func() {
		b.getG(G)
		b.load(stackGuard0)
		b.setG(Limit)
		b.Op(module.Return)
	})
	saveCaller(b, func() { b.getG(G) })
	b.get(0)
	b.setG(Pending)
	b.I32(Calling)
	b.setG(State)
}

// saveCaller makes the Sched of a goroutine that of the caller.
func saveCaller(b *builtin, g func()) {
	g()
	b.getG(Base)
	b.Mem(module.I64Load, 0)
	b.Mem(module.I64Store, gPC)
	g()
	b.getG(Base)
	b.I32(8)
	b.ops(module.I32Add, module.I64ExtendI32U)
	b.Mem(module.I64Store, gSP)
}

// systemBase makes Base that of an empty system stack of the goroutine in local g0, entered from sym.
func systemBase(b *builtin, g0 uint32, sym string) {
	b.get(g0)
	b.load(gSP)
	b.I32(8)
	b.Op(module.I32Sub)
	b.setG(Base)
	b.returnAddress(sym)
	b.limit(g0)
}

func systemstack(b *builtin) {
	const fn, gp, old, g0 = 0, 1, 2, 3
	b.getG(G)
	b.Idx(module.LocalTee, gp)
	b.load(gM)
	b.load(mG0)
	b.Idx(module.LocalTee, g0)
	b.get(gp)
	b.Op(module.I32Eq)
	b.when(func() {
		b.get(fn)
		b.setG(Ctxt)
		b.get(fn)
		b.load(0)
		b.callIndirect(":")
		b.Op(module.Return)
	})
	saveCaller(b, func() { b.get(gp) })
	b.getG(Base)
	b.set(old)
	b.get(g0)
	b.setG(G)
	systemBase(b, g0, "runtime.systemstack")
	b.get(fn)
	b.setG(Ctxt)
	b.get(fn)
	b.load(0)
	b.callIndirect(":")
	b.getG(State)
	b.when(func() { b.Op(module.Return) })
	b.get(old)
	b.setG(Base)
	backTo(b, gp)
}

// grow tells functions that are resumed from those that need more stack, and gives the latter a segment: Base leads there then. A
// function that is resumed has a segment of its own if it had one: that which remembers the place of its return address.
func grow(b *builtin) {
	const pc, gp, g0, seg = 0, 1, 2, 3
	b.getG(G)
	b.set(gp)
	b.getG(Limit)
	b.I32(-1)
	b.Op(module.I32Eq)
	b.when(func() {
		b.get(gp)
		b.load(gSegment)
		b.set(seg)
		b.Begin(module.Loop, module.Empty)
		b.get(seg)
		b.when(func() {
			b.get(seg)
			b.load(segmentSP)
			b.getG(Base)
			b.Op(module.I32Eq)
			b.when(func() {
				b.get(seg)
				b.load(segmentCopy)
				b.I32(8)
				b.Op(module.I32Sub)
				b.setG(Base)
				b.I32(1)
				b.Op(module.Return)
			})
			b.get(seg)
			b.load(segmentPrev)
			b.set(seg)
			b.Idx(module.Br, 1)
		})
		b.Op(module.End)
		b.I32(0)
		b.Op(module.Return)
	})
	b.get(gp)
	b.load(gM)
	b.load(mG0)
	b.Idx(module.LocalTee, g0)
	b.get(gp)
	b.Op(module.I32Eq)
	b.when(func() { b.call("runtime/internal/task.badMorestack") })
	b.get(gp)
	b.get(pc)
	b.Mem(module.I64Store, gPC)
	b.get(gp)
	b.getG(Base)
	b.Op(module.I64ExtendI32U)
	b.Mem(module.I64Store, gSP)
	b.get(g0)
	b.setG(G)
	systemBase(b, g0, "runtime.morestack<ABI0>")
	b.call("runtime.splitstack")
	b.get(gp)
	b.load(gSP)
	b.setG(Base)
	backTo(b, gp)
	b.I32(1)
}

// backTo makes the goroutine in local gp the running one again.
func backTo(b *builtin, gp uint32) {
	b.get(gp)
	b.setG(G)
	b.limit(gp)
	b.get(gp)
	b.I64(0)
	b.Mem(module.I64Store, gSP)
}

// shrink gives up the last segment, unless everybody returns because the goroutine is switched away from.
func shrink(b *builtin) {
	const base, gp, g0 = 0, 1, 2
	b.getG(State)
	b.Op(module.I32Eqz)
	b.when(func() {
		b.getG(G)
		b.Idx(module.LocalTee, gp)
		b.load(gM)
		b.load(mG0)
		b.Idx(module.LocalTee, g0)
		b.setG(G)
		systemBase(b, g0, "runtime.morestack<ABI0>")
		b.call("runtime.oldstack")
		backTo(b, gp)
	})
	b.get(base)
	b.setG(Base)
}

// stackSize is the size of the first system stack.
const stackSize = 64 << 10

// FirstStack is the variable that is the first system stack.
const FirstStack = "runtime/internal/task.firstStack"

// Words of a G that Go's keeps for other things: what its first function is, the Base with which that is called, and whether a
// recovered panic resumes it (Sched.BP, which means nothing here).
const (
	gBottom    = 88
	gBase      = 96
	gRecovered = 72
)

// entry starts the runtime and then does what State says, for ever.
func entry(b *builtin) {
	const gp, g0, sp = 0, 1, 2
	const task = "runtime/internal/task."
	b.addr(task+"G0", 0)
	b.Idx(module.LocalTee, g0)
	b.setG(G)
	word := func(base func(), off uint32, value func()) {
		base()
		value()
		b.Op(module.I64ExtendI32U)
		b.Mem(module.I64Store, off)
	}
	inG := func() { b.get(g0) }
	inM := func() { b.addr(task+"M0", 0) }
	word(inG, gStackLo, func() { b.addr(FirstStack, 0) })
	word(inG, gStackHi, func() { b.addr(FirstStack, stackSize) })
	word(inG, gSP, func() { b.addr(FirstStack, stackSize-64) })
	word(inG, stackGuard0, func() { b.addr(FirstStack, 928) })
	word(inG, stackGuard0+8, func() { b.addr(FirstStack, 928) })
	word(inG, gM, inM)
	word(inM, mG0, inG)
	systemBase(b, g0, EntrySym)
	b.I64(0)
	b.I32(0)
	b.call("runtime.bootstrap")
	b.Begin(module.Loop, module.Empty)
	b.getG(State)
	b.I32(Calling)
	b.Op(module.I32Eq)
	b.when(func() {
		b.I32(0)
		b.setG(State)
		b.getG(G)
		b.Idx(module.LocalTee, gp)
		b.load(gM)
		b.load(mG0)
		b.Idx(module.LocalTee, g0)
		b.setG(G)
		systemBase(b, g0, "runtime.mcall")
		b.get(gp)
		b.getG(Pending)
		b.setG(Ctxt)
		b.getG(Pending)
		b.load(0)
		b.callIndirect("i:")
		b.Idx(module.Br, 1)
	})
	b.getG(State)
	b.I32(Going)
	b.Op(module.I32Eq)
	b.when(func() {
		b.I32(0)
		b.setG(State)
		b.getG(Pending)
		b.Idx(module.LocalTee, gp)
		b.setG(G)
		b.get(gp)
		b.load(gSP)
		b.set(sp)
		b.get(gp)
		b.I64(0)
		b.Mem(module.I64Store, gSP)
		b.get(gp)
		b.load(gBottom)
		b.Op(module.I32Eqz)
		b.Begin(module.If, module.Empty)
		{ // it begins
			b.get(gp)
			b.get(gp)
			b.Mem(module.I64Load, gPC)
			b.Mem(module.I64Store, gBottom)
			word(func() { b.get(gp) }, gBase, func() { b.get(sp) })
			b.limit(gp)
			b.get(sp)
			b.setG(Base)
			b.get(gp)
			b.load(gCtxt)
			b.setG(Ctxt)
			b.get(gp)
			b.I64(0)
			b.Mem(module.I64Store, gCtxt)
		}
		b.Op(module.Else)
		{
			b.I32(0)
			b.get(sp)
			b.get(gp)
			b.load(gRecovered)
			b.ops(module.I32Eqz, module.Select)
			b.setG(Target0)
			b.get(gp)
			b.I64(0)
			b.Mem(module.I64Store, gRecovered)
			b.I32(-1)
			b.setG(Limit)
			b.get(gp)
			b.load(gBase)
			b.setG(Base)
		}
		b.Op(module.End)
		b.get(gp)
		b.load(gBottom)
		b.callIndirect(":")
		b.getG(State)
		b.Op(module.I32Eqz)
		b.when(func() { // its function has returned
			b.get(gp)
			b.load(gBase)
			b.setG(Base)
			b.returnAddress("runtime.goexit")
			b.call("runtime.goexit")
		})
		b.Idx(module.Br, 1)
	})
	b.Op(module.End)
	b.Op(module.Unreachable)
}

// mulHiU is the high half of a product, from products of halves.
func mulHiU(b *builtin) {
	const x, y, lo, mid, mid2, xh, yh = 0, 1, 2, 3, 4, 5, 6
	half := func(l uint32) {
		b.get(l)
		b.I64(32)
		b.Op(module.I64ShrU)
	}
	low := func(l uint32) {
		b.get(l)
		b.I64(0xffffffff)
		b.Op(module.I64And)
	}
	half(x)
	b.set(xh)
	half(y)
	b.set(yh)
	low(x)
	low(y)
	b.Op(module.I64Mul)
	b.set(lo)
	b.get(xh) // mid = xh*yl + lo>>32
	low(y)
	b.Op(module.I64Mul)
	half(lo)
	b.Op(module.I64Add)
	b.set(mid)
	low(x) // mid2 = xl*yh + low(mid)
	b.get(yh)
	b.Op(module.I64Mul)
	low(mid)
	b.Op(module.I64Add)
	b.set(mid2)
	b.get(xh)
	b.get(yh)
	b.Op(module.I64Mul)
	half(mid)
	b.Op(module.I64Add)
	half(mid2)
	b.Op(module.I64Add)
}

// mulHi takes from the unsigned high half what negative operands added.
func mulHi(b *builtin) {
	b.get(0)
	b.get(1)
	b.call(MulHiUSym)
	for i := range uint32(2) {
		b.get(i)
		b.I64(63)
		b.Op(module.I64ShrS)
		b.get(1 - i)
		b.Op(module.I64And)
		b.Op(module.I64Sub)
	}
}
