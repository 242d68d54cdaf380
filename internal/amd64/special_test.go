package amd64

import (
	"encoding/binary"
	"go/types"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"testing"
	"unsafe"

	"strata/internal/abi"
	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/object"
	"strata/internal/ssa"
)

var (
	ptrType = types.Typ[types.UnsafePointer]
	intType = types.Typ[types.Int64]
)

// fn starts a function of the given parameters and results.
func fn(name string, in, out []types.Type, conv abi.Conv) (*ssa.Func, *ssa.Block, []*ssa.Value) {
	f := &ssa.Func{Name: name, Pragma: ssa.NoSplit, ABI: (*abi.Sizes)(nil).AssignVars(vars(in...), vars(out...), conv)}
	b := f.NewBlock(ssa.BlockRet)
	f.Entry = b
	var args []*ssa.Value
	for i := range f.ABI.In {
		args = append(args, b.NewValueI(ssa.OpArg, codegen.CompType(&f.ABI.In[i]), ssa.Pos{}, int64(i)))
	}
	return f, b, args
}

func konst(b *ssa.Block, c int64) *ssa.Value {
	return b.NewValueI(ssa.OpConst, ssa.I64, ssa.Pos{}, c)
}

// entryFn is fn for what the trampoline calls.
func entryFn() (*ssa.Func, *ssa.Block, []*ssa.Value) {
	return fn("main", append([]types.Type{ptrType}, entryParams...), []types.Type{intType}, abi.Register)
}

// run compiles and runs functions; extra adds handwritten code and data. The buffer begins with data.
func run(t *testing.T, funcs []*ssa.Func, buf []uint64, a, b int64, extra func(im *image)) int64 {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	result := int64(0)
	for name, alloc := range allocators {
		im := newImage(t)
		im.support(t, "main")
		if extra != nil {
			extra(im)
		}
		for _, f := range funcs {
			if err := ssa.Verify(f); err != nil {
				t.Fatal(err)
			}
			s, err := codegen.Compile(&Target, f, codegen.Options{Alloc: alloc, Check: true})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			im.add(s)
		}
		if err := im.link(); err != nil {
			t.Fatal(err)
		}
		mem := append(append([]uint64(nil), buf...), make([]uint64, 64)...)
		if len(buf) > 0 && buf[0] == codeAddress {
			mem[0] = uint64(im.addr(im.syms["callee"]))
		}
		var got int64
		deep(func() { got = im.entry("trampoline")(unsafe.Pointer(&mem[0]), a, b, 0, 0, 0, false, 0, 0, 0) })
		if result != 0 && got != result {
			t.Fatalf("allocators disagree: %d, %d", result, got)
		}
		result = got
	}
	return result
}

// codeAddress in a buffer's first word stands for the address of "callee".
const codeAddress = 0xC0DEC0DE

func TestClosureCall(t *testing.T) {
	// callee(x) = x*2 + captured word
	callee, cb, args := fn("callee", []types.Type{intType}, []types.Type{intType}, abi.Register)
	ctxt := cb.NewValue(ssa.OpClosurePtr, ssa.Ptr, ssa.Pos{})
	w := cb.NewValueI(ssa.OpLoad, ssa.I64, ssa.Pos{}, 8, ctxt)
	two := cb.NewValue(ssa.OpAdd, ssa.I64, ssa.Pos{}, args[0], args[0])
	cb.SetControls(cb.NewValue(ssa.OpAdd, ssa.I64, ssa.Pos{}, two, w))

	for _, op := range []ssa.Op{ssa.OpClosureCall, ssa.OpInterCall} {
		f, b, in := entryFn()
		sig := callee.ABI
		target := in[0]
		if op == ssa.OpInterCall {
			target = b.NewValueI(ssa.OpLoad, ssa.Ptr, ssa.Pos{}, 0, in[0])
		}
		call := b.NewValueA(op, ssa.Tuple, ssa.Pos{}, 0, &ssa.Call{ABI: sig}, target, in[1])
		r := b.NewValueI(ssa.OpResult, ssa.I64, ssa.Pos{}, 0, call)
		b.SetControls(b.NewValue(ssa.OpAdd, ssa.I64, ssa.Pos{}, r, in[2]))
		if op == ssa.OpInterCall {
			continue // the callee needs a context, which this call does not pass
		}
		if got := run(t, []*ssa.Func{callee, f}, []uint64{codeAddress, 1000}, 21, 5, nil); got != 1047 {
			t.Errorf("%s: got %d", op, got)
		}
	}
}

func TestInterCall(t *testing.T) {
	callee, cb, args := fn("callee", []types.Type{intType, intType}, []types.Type{intType}, abi.Register)
	cb.SetControls(cb.NewValue(ssa.OpSub, ssa.I64, ssa.Pos{}, args[0], args[1]))
	f, b, in := entryFn()
	code := b.NewValueI(ssa.OpLoad, ssa.Ptr, ssa.Pos{}, 0, in[0])
	call := b.NewValueA(ssa.OpInterCall, ssa.I64, ssa.Pos{}, 0, &ssa.Call{ABI: callee.ABI}, code, in[2], in[1])
	b.SetControls(b.NewValue(ssa.OpAdd, ssa.I64, ssa.Pos{}, call, in[1]))
	if got := run(t, []*ssa.Func{callee, f}, []uint64{codeAddress}, 21, 5, nil); got != 5 {
		t.Errorf("got %d", got)
	}
}

func TestTailCall(t *testing.T) {
	callee, cb, args := fn("callee", []types.Type{intType, intType}, []types.Type{intType}, abi.Register)
	cb.SetControls(cb.NewValue(ssa.OpSub, ssa.I64, ssa.Pos{}, args[0], args[1]))
	w, wb, wargs := fn("wrapper", []types.Type{intType, intType}, []types.Type{intType}, abi.Register)
	wb.Kind, wb.Aux = ssa.BlockTailCall, &ssa.Call{Sym: "callee", ABI: callee.ABI}
	more := wb.NewValue(ssa.OpAdd, ssa.I64, ssa.Pos{}, wargs[1], konst(wb, 3))
	wb.SetControls(more, wargs[0])
	f, b, in := entryFn()
	b.SetControls(b.NewValueA(ssa.OpCall, ssa.I64, ssa.Pos{}, 0, &ssa.Call{Sym: "wrapper", ABI: w.ABI}, in[1], in[2]))
	if got := run(t, []*ssa.Func{callee, w, f}, []uint64{0}, 21, 5, nil); got != 5+3-21 {
		t.Errorf("got %d", got)
	}
}

// TestGrowStack enters a function below a faked guard: it must call morestack
// with its arguments saved and start over with them.
func TestGrowStack(t *testing.T) {
	for _, size := range []int64{8, 1000, 10000, 1 << 20} {
		callee, cb, args := fn("callee", []types.Type{intType, types.Typ[types.Float64], types.Typ[types.Int8], ptrType}, []types.Type{intType}, abi.Register)
		callee.Pragma = 0
		slot := callee.NewSlot("big", size, 8, nil)
		p := cb.NewValueA(ssa.OpLocalAddr, ssa.Ptr, ssa.Pos{}, 0, slot)
		cb.NewValue(ssa.OpStore, ssa.Void, ssa.Pos{}, p, args[0])
		cb.NewValueA(ssa.OpCall, ssa.Tuple, ssa.Pos{}, 0, &ssa.Call{Sym: "trash", ABI: &abi.Signature{}})
		fi := cb.NewValue(ssa.OpFloatToInt, ssa.I64, ssa.Pos{}, args[1])
		sum := cb.NewValue(ssa.OpAdd, ssa.I64, ssa.Pos{}, cb.NewValue(ssa.OpLoad, ssa.I64, ssa.Pos{}, p), fi)
		sum = cb.NewValue(ssa.OpAdd, ssa.I64, ssa.Pos{}, sum, cb.NewValue(ssa.OpSignExt, ssa.I64, ssa.Pos{}, args[2]))
		sum = cb.NewValue(ssa.OpAdd, ssa.I64, ssa.Pos{}, sum, cb.NewValue(ssa.OpLoad, ssa.I64, ssa.Pos{}, args[3]))
		cb.SetControls(sum)
		f, b, in := entryFn()
		x := b.NewValue(ssa.OpIntToFloat, ssa.F64, ssa.Pos{}, in[2])
		i8 := b.NewValue(ssa.OpTrunc, ssa.I8, ssa.Pos{}, in[2])
		b.SetControls(b.NewValueA(ssa.OpCall, ssa.I64, ssa.Pos{}, 0, &ssa.Call{Sym: "shim", ABI: callee.ABI}, in[1], x, i8, in[0]))
		grown := 0
		got := run(t, []*ssa.Func{callee, f}, []uint64{7}, 100, -5, func(im *image) {
			g := make([]byte, 64)
			binary.LittleEndian.PutUint64(g[16:], ^uint64(0)) // stackguard0
			im.place("fakeG", g)
			im.place("realG", make([]byte, 8))
			R := x86.R
			im.assemble(t, "shim",
				x86.New(x86.MOVQ, R(x86.R14), x86.SymMem("realG", 0)),
				x86.New(x86.LEAQ, x86.SymMem("fakeG", 0), R(x86.R14)),
				x86.New(x86.SUBQ, x86.I(64), R(x86.SP)),
				x86.New(x86.CALL, x86.CallSym("callee")),
				x86.New(x86.ADDQ, x86.I(64), R(x86.SP)),
				x86.New(x86.MOVQ, x86.SymMem("realG", 0), R(x86.R14)),
				x86.New(x86.RET))
			im.assemble(t, "runtime.morestack_noctxt<ABI0>",
				x86.New(x86.MOVQ, x86.I(0), x86.SymMem("fakeG", 16)),
				x86.New(x86.JMP, x86.CallSym("trash")))
			grown = im.syms["fakeG"]
		})
		if got != 100-5-5+7 || grown == 0 {
			t.Errorf("frame of %d: got %d", size, got)
		}
	}
}

// TestZeroedSlots fills the stack with junk and looks for it in a slot with pointers.
func TestZeroedSlots(t *testing.T) {
	for _, words := range []int64{1, 2, 3, 5, 40, 100} {
		mask := make([]byte, (words+7)/8)
		for i := range mask {
			mask[i] = 0xFF
		}
		callee, cb, _ := fn("callee", nil, []types.Type{intType}, abi.Register)
		slot := callee.NewSlot("s", 8*words, 8, mask)
		sum := konst(cb, 0)
		p := cb.NewValueA(ssa.OpLocalAddr, ssa.Ptr, ssa.Pos{}, 0, slot)
		for i := range words {
			sum = cb.NewValue(ssa.OpOr, ssa.I64, ssa.Pos{}, sum, cb.NewValueI(ssa.OpLoad, ssa.I64, ssa.Pos{}, 8*i, p))
		}
		cb.SetControls(sum)
		f, b, _ := entryFn()
		junk := f.NewSlot("junk", 4000, 8, nil)
		b.NewValueA(ssa.OpCall, ssa.Tuple, ssa.Pos{}, 0, &ssa.Call{Sym: "dirty", ABI: &abi.Signature{}})
		_ = junk
		b.SetControls(b.NewValueA(ssa.OpCall, ssa.I64, ssa.Pos{}, 0, &ssa.Call{Sym: "callee", ABI: callee.ABI}))
		got := run(t, []*ssa.Func{callee, f}, []uint64{0}, 0, 0, func(im *image) {
			var prog []x86.Inst
			for i := int64(1); i < 150; i++ {
				prog = append(prog, x86.New(x86.MOVQ, x86.I(-1), x86.M(x86.SP, -8*i)))
			}
			im.assemble(t, "dirty", append(prog, x86.New(x86.RET))...)
		})
		if got != 0 {
			t.Errorf("%d words: junk %#x", words, got)
		}
	}
}

func TestWriteBarrier(t *testing.T) {
	// if WB { WBPtr(new, slot) }; *slot = new
	f, b, in := entryFn()
	then, join := f.NewBlock(ssa.BlockJump), f.NewBlock(ssa.BlockRet)
	slot := b.NewValueI(ssa.OpOffPtr, ssa.Ptr, ssa.Pos{}, 8, in[0])
	b.NewValueI(ssa.OpUnsafePointMark, ssa.Void, ssa.Pos{}, 1)
	wb := b.NewValue(ssa.OpWB, ssa.Bool, ssa.Pos{})
	b.Kind = ssa.BlockIf
	b.SetControls(wb)
	b.AddEdge(then)
	b.AddEdge(join)
	then.NewValue(ssa.OpWBPtr, ssa.Void, ssa.Pos{}, in[0], slot)
	then.AddEdge(join)
	join.NewValue(ssa.OpStore, ssa.Void, ssa.Pos{}, slot, in[0])
	join.NewValueI(ssa.OpUnsafePointMark, ssa.Void, ssa.Pos{}, 0)
	l := join.NewValueI(ssa.OpLoad, ssa.I64, ssa.Pos{}, 16, in[0])
	join.SetControls(join.NewValue(ssa.OpAdd, ssa.I64, ssa.Pos{}, l, in[1]))
	for _, on := range []uint64{0, 1} {
		var off int
		var im0 *image
		got := run(t, []*ssa.Func{f}, []uint64{0, 77, 5}, 37, 0, func(im *image) {
			im0 = im
			off = im.place("buffer", make([]byte, 16))
			im.place("runtime.writeBarrier", binary.LittleEndian.AppendUint64(nil, on))
			im.assemble(t, "runtime.gcWriteBarrier2", x86.New(x86.LEAQ, x86.SymMem("buffer", 0), x86.R(x86.R11)), x86.New(x86.RET))
		})
		if got != 42 {
			t.Errorf("got %d", got)
		}
		if old := binary.LittleEndian.Uint64(im0.mem[off+8:]); old != 77*on {
			t.Errorf("barrier %d: buffer holds %d", on, old)
		}
	}
	s, err := codegen.Compile(&Target, f, codegen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(s.Func.UnsafePoints); n < 3 || s.Func.UnsafePoints[n-1].Value != 0 {
		t.Errorf("unsafe points %v", s.Func.UnsafePoints)
	}
}

func TestCtrlGroup(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for kind := int64(ssa.GroupMatchH2); kind <= ssa.GroupMatchFull; kind++ {
		for range 20 {
			f, b, in := entryFn()
			args := []*ssa.Value{in[1]}
			if kind == ssa.GroupMatchH2 {
				args = append(args, in[2])
			}
			b.SetControls(b.NewValueI(ssa.OpCtrlGroup, ssa.I64, ssa.Pos{}, kind, args...))
			h2 := r.Uint64N(128)
			var ctrl, want uint64
			for i := range 8 {
				c := pick(r, h2, 0x80, 0xFE, r.Uint64N(128))
				ctrl |= c << (8 * i)
				match := [...]bool{c == h2, c == 0x80, c&0x80 != 0, c&0x80 == 0}[kind]
				if match {
					want |= 1 << i
				}
			}
			if got := run(t, []*ssa.Func{f}, []uint64{0}, int64(ctrl), int64(h2), nil); uint64(got) != want {
				t.Fatalf("kind %d: %#x, %#x: got %#x, want %#x", kind, ctrl, h2, got, want)
			}
		}
	}
}

func TestCPUFlag(t *testing.T) {
	f, b, _ := entryFn()
	v := b.NewValueA(ssa.OpGetCPUFlag, ssa.Bool, ssa.Pos{}, 0, "POPCNT")
	b.SetControls(b.NewValue(ssa.OpZeroExt, ssa.I64, ssa.Pos{}, v))
	got := run(t, []*ssa.Func{f}, []uint64{0}, 0, 0, func(im *image) {
		x := make([]byte, 200)
		x[64+27] = 1 // HasPOPCNT is the 28th field of internal/cpu.X86
		im.place("internal/cpu.X86", x)
	})
	if got != 1 {
		t.Error("flag not found")
	}
}

// TestTables checks what the runtime reads: SP deltas, maps and positions.
func TestTables(t *testing.T) {
	f, b, in := fn("main", []types.Type{ptrType, intType}, []types.Type{intType}, abi.Register)
	f.Pragma = 0
	f.Pos = 1
	f.Inlines = []ssa.Inline{{Callee: "inner", Call: 20, Start: 40}}
	slot := f.NewSlot("obj", 24, 8, []byte{0b101})
	p := b.NewValueA(ssa.OpLocalAddr, ssa.Ptr, ssa.Pos{P: 10}, 0, slot)
	b.NewValue(ssa.OpStore, ssa.Void, ssa.Pos{P: 10}, p, in[0])
	b.NewValueA(ssa.OpCall, ssa.Tuple, ssa.Pos{P: 50, Inl: 1}, 0, &ssa.Call{Sym: "g", ABI: &abi.Signature{}})
	b.SetControls(b.NewValueI(ssa.OpLoad, ssa.I64, ssa.Pos{P: 11}, 8, in[0]))
	s, err := codegen.Compile(&Target, f, codegen.Options{Alloc: allocators["split"], Check: true, Position: position})
	if err != nil {
		t.Fatal(err)
	}
	fi := s.Func
	var call int32
	for _, r := range s.Relocs {
		if r.Target == "g" {
			call = r.Off - 1
		}
	}
	m := valueAt(fi.StackMap, call)
	if sp := valueAt(fi.PCSP, call); sp != fi.FrameSize || fi.FrameSize == 0 {
		t.Errorf("SP delta %d at the call, frame %d", sp, fi.FrameSize)
	}
	// Map 0 has the object's two pointers; at the call the spilled pointer is live too.
	if ones(fi.Locals[0]) != 2 || ones(fi.Locals[m]) != 3 || valueAt(fi.StackMap, call+5) != 0 {
		t.Errorf("maps %v, at the call number %d", fi.Locals, m)
	}
	if len(fi.Inlines) != 1 || lineAt(fi, fi.Inlines[0].CallPC) != (object.PCLine{File: "f", Line: 20, Inl: -1}) {
		t.Errorf("inlined calls %+v", fi.Inlines)
	}
	if got := lineAt(fi, call); got.Line != 50 || got.Inl != 0 {
		t.Errorf("position of the call %+v", got)
	}
	grow := strings.Index(relocs(s), "morestack")
	if grow < 0 {
		t.Error("no stack check")
	}
}

func valueAt(rows []object.PCValue, pc int32) (v int32) {
	for _, r := range rows {
		if r.PC <= pc {
			v = r.Value
		}
	}
	return v
}

func lineAt(fi *object.FuncInfo, pc int32) (l object.PCLine) {
	for _, r := range fi.Lines {
		if r.PC <= pc {
			l = r
		}
	}
	l.PC = 0
	return l
}

func ones(b object.Bitmap) (n int) {
	for _, x := range b {
		for ; x != 0; x &= x - 1 {
			n++
		}
	}
	return n
}

func relocs(s *object.Symbol) (out string) {
	for _, r := range s.Relocs {
		out += r.Target + " "
	}
	return out
}

// TestGlobalIndex reads a table by a computed index, with and without scale.
func TestGlobalIndex(t *testing.T) {
	f, b, in := entryFn()
	table := b.NewValueA(ssa.OpGlobalAddr, ssa.Ptr, ssa.Pos{}, 0, "table")
	at := func(i *ssa.Value) *ssa.Value { return b.NewValue(ssa.OpAddPtr, ssa.Ptr, ssa.Pos{}, table, i) }
	shl := b.NewValueI(ssa.OpShl, ssa.I64, ssa.Pos{}, 1, in[1], konst(b, 3))
	x := b.NewValueI(ssa.OpLoad, ssa.I64, ssa.Pos{}, 8, at(shl))
	y := b.NewValueI(ssa.OpLoad, ssa.I8, ssa.Pos{}, 0, at(in[2]))
	ext := b.NewValue(ssa.OpZeroExt, ssa.I64, ssa.Pos{}, y)
	addr := b.NewValue(ssa.OpPtrToInt, ssa.I64, ssa.Pos{}, at(in[2]))
	addr2 := b.NewValue(ssa.OpPtrToInt, ssa.I64, ssa.Pos{}, table)
	d := b.NewValue(ssa.OpSub, ssa.I64, ssa.Pos{}, addr, addr2)
	sum := b.NewValue(ssa.OpAdd, ssa.I64, ssa.Pos{}, b.NewValue(ssa.OpAdd, ssa.I64, ssa.Pos{}, x, ext), d)
	b.SetControls(sum)
	got := run(t, []*ssa.Func{f}, []uint64{0}, 2, 16, func(im *image) {
		var tab []byte
		for i := range uint64(5) {
			tab = binary.LittleEndian.AppendUint64(tab, 100*i+7)
		}
		im.place("table", tab)
	})
	if got != 307+207+16 {
		t.Errorf("got %d", got)
	}
}
