package amd64

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"strata/internal/abi"
	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/object"
	"strata/internal/regalloc"
	"strata/internal/ssa"
	"strata/internal/ssa/interp"
)

// image is executable memory with linked functions.
type image struct {
	mem  []byte
	used int
	syms map[string]int
	fix  []func() error
}

func newImage(t testing.TB) *image {
	mem, err := syscall.Mmap(-1, 0, 1<<20, syscall.PROT_READ|syscall.PROT_WRITE|syscall.PROT_EXEC, syscall.MAP_ANON|syscall.MAP_PRIVATE|syscall.MAP_32BIT)
	if err != nil {
		t.Skip("no executable memory: ", err)
	}
	t.Cleanup(func() { syscall.Munmap(mem) })
	return &image{mem: mem, syms: map[string]int{}}
}

func (im *image) addr(off int) uintptr { return uintptr(unsafe.Pointer(&im.mem[0])) + uintptr(off) }

func (im *image) place(name string, data []byte) int {
	im.used = (im.used + 15) &^ 15
	off := im.used
	copy(im.mem[off:], data)
	im.used += len(data)
	im.syms[name] = off
	return off
}

// add places a symbol; link resolves its relocations.
func (im *image) add(s *object.Symbol) {
	off := im.place(s.Name, s.Data)
	im.fix = append(im.fix, func() error {
		for _, r := range s.Relocs {
			to, ok := im.syms[r.Target]
			if !ok {
				return fmt.Errorf("undefined %s in %s", r.Target, s.Name)
			}
			p := off + int(r.Off)
			switch r.Kind {
			case object.PCRel32, object.Call32:
				binary.LittleEndian.PutUint32(im.mem[p:], uint32(to+int(r.Add)-(p+4)))
			case object.Abs32:
				binary.LittleEndian.PutUint32(im.mem[p:], uint32(int(im.addr(to))+int(r.Add)))
			default:
				return fmt.Errorf("relocation %d", r.Kind)
			}
		}
		return nil
	})
}

func (im *image) link() error {
	for _, f := range im.fix {
		if err := f(); err != nil {
			return err
		}
	}
	im.fix = nil
	return nil
}

// assemble adds handwritten code.
func (im *image) assemble(t testing.TB, name string, prog ...x86.Inst) {
	res, err := x86.Assemble(prog)
	if err != nil {
		t.Fatal(err)
	}
	s := &object.Symbol{Name: name, Kind: object.Text, Data: res.Code}
	for _, r := range res.Relocs {
		s.Relocs = append(s.Relocs, object.Reloc{Off: r.Off, Kind: object.PCRel32, Target: r.Sym, Add: r.Add + 4})
	}
	im.add(s)
}

const panicMark = 0x0DEAD00000000000

// support adds the way in and the functions that compiled code may call.
func (im *image) support(t testing.TB, target string) {
	im.place("savedSP", make([]byte, 8))
	R, M := x86.R, x86.M
	// Go calls this in its own register convention and expects X15 to be zero afterwards.
	im.assemble(t, "trampoline",
		x86.New(x86.PUSHQ, R(x86.BP)),
		x86.New(x86.MOVQ, R(x86.SP), x86.SymMem("savedSP", 0)),
		x86.New(x86.CALL, x86.CallSym(target)),
		x86.New(x86.XORPS, R(x86.X15), R(x86.X15)),
		x86.New(x86.POPQ, R(x86.BP)),
		x86.New(x86.RET))
	// A failed check leaves the compiled code and returns a mark with the operands.
	im.assemble(t, "runtime.panicBounds",
		x86.New(x86.MOVQ, x86.SymMem("savedSP", 0), R(x86.SP)),
		x86.New(x86.LEAQ, x86.MI(x86.AX, x86.BX, 2, 0), R(x86.AX)),
		x86.New(x86.LEAQ, x86.MI(x86.AX, x86.CX, 4, 0), R(x86.AX)),
		x86.New(x86.MOVQ, x86.I(panicMark), R(x86.BX)),
		x86.New(x86.ADDQ, R(x86.BX), R(x86.AX)),
		x86.New(x86.XORPS, R(x86.X15), R(x86.X15)),
		x86.New(x86.POPQ, R(x86.BP)),
		x86.New(x86.RET))
	// copy and clear, slowly, clobbering what a call may clobber.
	im.assemble(t, "runtime.memmove",
		x86.New(x86.MOVQ, R(x86.AX), R(x86.DI)),
		x86.New(x86.MOVQ, R(x86.BX), R(x86.SI)),
		x86.New(x86.REP), x86.New(x86.MOVSB),
		x86.New(x86.JMP, x86.CallSym("trash")))
	im.assemble(t, "runtime.memclrNoHeapPointers",
		x86.New(x86.MOVQ, R(x86.AX), R(x86.DI)),
		x86.New(x86.MOVQ, R(x86.BX), R(x86.CX)),
		x86.New(x86.XORL, R(x86.AX), R(x86.AX)),
		x86.New(x86.REP), x86.New(x86.STOSB),
		x86.New(x86.JMP, x86.CallSym("trash")))
	var trash []x86.Inst
	for _, r := range intRegs {
		trash = append(trash, x86.New(x86.MOVL, x86.I(0x7ace), R(x86.Reg(r))))
	}
	for _, r := range append(floatRegs, preg(x86.X15)) {
		trash = append(trash, x86.New(x86.MOVQ, R(x86.AX), R(x86.Reg(r))))
	}
	im.assemble(t, "trash", append(trash, x86.New(x86.RET))...)
	_ = M
}

// entryFunc is how tests call compiled code: the buffer, integers and floats.
type entryFunc func(buf unsafe.Pointer, a, b int64, c int32, d int16, e int8, ok bool, x, y float64, z float32) int64

var entryParams = []types.Type{
	types.Typ[types.Int64], types.Typ[types.Int64], types.Typ[types.Int32], types.Typ[types.Int16], types.Typ[types.Int8],
	types.Typ[types.Bool], types.Typ[types.Float64], types.Typ[types.Float64], types.Typ[types.Float32],
}

func (im *image) entry(name string) entryFunc {
	code := im.addr(im.syms[name])
	closure := &code
	return *(*entryFunc)(unsafe.Pointer(&closure))
}

// deep runs f on a goroutine whose stack has room for code without stack checks.
func deep(f func()) {
	done := make(chan any)
	go func() {
		defer func() { done <- recover() }()
		grow(64)
		f()
	}()
	if r := <-done; r != nil {
		panic(r)
	}
}

//go:noinline
func grow(n int) byte {
	var pad [8192]byte
	if n > 0 {
		pad[n] = grow(n - 1)
	}
	return pad[n%3]
}

// allocators are those under test.
var allocators = map[string]regalloc.Allocator{"simple": regalloc.Simple, "linear": regalloc.Linear, "split": regalloc.Split}

func seeds(t *testing.T, n int) (uint64, uint64) {
	if s := os.Getenv("STRATA_SEED"); s != "" {
		v, _ := strconv.ParseUint(s, 10, 64)
		return v, v + 1
	}
	if testing.Short() {
		n /= 10
	}
	return 1, uint64(n)
}

// TestRandomFunctions compares compiled random functions with the interpreter.
func TestRandomFunctions(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	from, to := seeds(t, seedCount())
	for name, alloc := range allocators {
		t.Run(name, func(t *testing.T) {
			for seed := from; seed < to; seed++ {
				if !randomCase(t, seed, alloc) {
					return
				}
			}
		})
	}
}

// program makes the functions of one seed; the last is the entry.
func program(seed uint64) []*ssa.Func {
	r := rand.New(rand.NewPCG(seed, 1))
	var funcs []*ssa.Func
	for i := range r.IntN(4) {
		var in, out []types.Type
		for range r.IntN(14) {
			in = append(in, randomType(r))
		}
		for range r.IntN(5) {
			out = append(out, randomType(r))
		}
		g := newRandom(r, fmt.Sprintf("f%d", i), in, out, abi.Conv(r.IntN(2)), funcs, 40)
		g.body(2)
		funcs = append(funcs, g.finish())
	}
	g := newRandom(r, "main", entryParams, []types.Type{types.Typ[types.Int64]}, abi.Register, funcs, 20+r.IntN(200))
	g.panics = true
	g.body(3)
	return append(funcs, g.finish())
}

func randomCase(t *testing.T, seed uint64, alloc regalloc.Allocator) bool {
	want, wantBuf, args := interpret(t, seed)
	funcs := program(seed)
	im := newImage(t)
	im.support(t, "main")
	var listing strings.Builder
	texts := ""
	for _, f := range funcs {
		if err := ssa.Verify(f); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		texts += f.String()
		s, err := codegen.Compile(&Target, f, codegen.Options{Alloc: alloc, Check: true, Listing: &listing})
		if err != nil {
			t.Errorf("seed %d: %v\n%s", seed, err, f)
			return false
		}
		im.add(s)
	}
	if err := im.link(); err != nil {
		t.Fatal(err)
	}
	buf := initialBuf(seed)
	var got int64
	deep(func() {
		got = im.entry("trampoline")(unsafe.Pointer(&buf[0]), args.a, args.b, args.c, args.d, args.e, args.ok, args.x, args.y, args.z)
	})
	if uint64(got) != want || !bytes.Equal(buf, wantBuf) {
		os.WriteFile("/tmp/strata_fail.txt", []byte(texts+listing.String()), 0o666)
		t.Errorf("seed %d: got %#x, want %#x (buffers equal: %v); see /tmp/strata_fail.txt", seed, got, want, bytes.Equal(buf, wantBuf))
		return false
	}
	return true
}

type entryArgs struct {
	a, b int64
	c    int32
	d    int16
	e    int8
	ok   bool
	x, y float64
	z    float32
}

func initialBuf(seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 3))
	buf := make([]byte, bufSize)
	for i := range buf {
		buf[i] = byte(r.Uint64())
	}
	return buf
}

// interpret gives the result and the buffer that the program of a seed should leave.
func interpret(t *testing.T, seed uint64) (uint64, []byte, entryArgs) {
	r := rand.New(rand.NewPCG(seed, 2))
	a := entryArgs{a: int64(r.Uint64()), b: interesting[r.IntN(len(interesting))], c: int32(r.Uint32()), d: int16(r.Uint32()), e: int8(r.Uint32()),
		ok: r.IntN(2) == 0, x: r.NormFloat64() * 1000, y: float64(r.IntN(10)), z: float32(r.NormFloat64())}
	buf := initialBuf(seed)
	funcs := program(seed)
	by := map[string]*ssa.Func{}
	for _, f := range funcs {
		by[f.Name] = f
	}
	m := &interp.Machine{Steps: 1 << 22}
	m.Call = func(sym string, args []uint64) ([]uint64, error) { return m.Run(by[sym], args) }
	out, err := m.Run(by["main"], []uint64{
		uint64(uintptr(unsafe.Pointer(&buf[0]))), uint64(a.a), uint64(a.b), uint64(uint32(a.c)), uint64(uint16(a.d)), uint64(uint8(a.e)),
		b2i(a.ok), f64(a.x), f64(a.y), f32(a.z),
	})
	var p *interp.Panic
	if errors.As(err, &p) {
		return panicMark + p.Args[0] + 2*p.Args[1] + 4*p.Args[2], buf, a
	}
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	return out[0], buf, a
}

func b2i(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func f64(x float64) uint64 { return *(*uint64)(unsafe.Pointer(&x)) }
func f32(x float32) uint64 { return uint64(*(*uint32)(unsafe.Pointer(&x))) }

// seedCount is the number of random programs, more on demand.
func seedCount() int {
	if n, err := strconv.Atoi(os.Getenv("STRATA_SEEDS")); err == nil {
		return n
	}
	return 300
}

// position makes every position a line of its own.
func position(p token.Pos) (string, int32) { return "f", int32(p) }
