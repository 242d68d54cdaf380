package opt

import (
	"errors"
	"flag"
	"fmt"
	"go/types"
	"hash/fnv"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"testing"
	"unsafe"

	"strata/internal/abi"
	"strata/internal/design"
	"strata/internal/ssa"
	"strata/internal/ssa/interp"
)

var fuzzCount = flag.Int("fuzz.count", 400, "random functions to compare")
var fuzzSeed = flag.Uint64("fuzz.seed", 1, "first seed")

func testConfig() *Config {
	return &Config{
		Facts: design.Facts{Optimises: true},
		RT: func(name string) *ssa.Call {
			return &ssa.Call{Sym: "runtime." + name, ABI: helperABIs[name]}
		},
		Verify: true,
	}
}

// pointerABI is the signature of a function of pointers.
func pointerABI(in, out int) *abi.Signature {
	vars := func(n int) (vs []*types.Var) {
		for range n {
			vs = append(vs, types.NewParam(0, nil, "", types.Typ[types.UnsafePointer]))
		}
		return vs
	}
	return (*abi.Sizes)(nil).AssignVars(vars(in), vars(out), abi.Register)
}

var helperABIs = map[string]*abi.Signature{"newobject": pointerABI(1, 1), "wbMove": pointerABI(3, 0), "wbZero": pointerABI(2, 0),
	"newscan": pointerABI(3, 1), "newplain": pointerABI(2, 1), "newtiny": pointerABI(2, 1)}

// outcome is all that can be seen of a run.
type outcome struct {
	Out   []uint64
	Panic string
	Buf   [bufWords]uint64
	Trace []uint64
}

// world serves the calls of one run.
type world struct {
	heap  [][]byte
	trace []uint64
}

func (w *world) call(sym string, args []uint64) ([]uint64, error) {
	switch sym {
	case "runtime.wbMove", "runtime.wbZero":
		return nil, nil
	case "runtime.newobject":
		b := make([]byte, 64)
		w.heap = append(w.heap, b)
		return []uint64{uint64(uintptr(unsafe.Pointer(&b[0])))}, nil
	case "touch":
		p := args[0]
		mem := unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&p))), args[1])
		h := fnv.New64a()
		h.Write(mem)
		x := h.Sum64()
		w.trace = append(w.trace, x)
		mem[x%args[1]]++
		return []uint64{x >> 32}, nil
	}
	return nil, fmt.Errorf("no function %s", sym)
}

// run interprets f.
func run(f *ssa.Func, buf []uint64, args []uint64) (o outcome, err error) {
	debug.SetPanicOnFault(true)
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("fault: %v", r)
		}
	}()
	var mem [bufWords]uint64
	copy(mem[:], buf)
	w := &world{}
	descriptor := new([64]byte)
	m := &interp.Machine{Call: w.call, Addr: func(string) uint64 { return uint64(uintptr(unsafe.Pointer(descriptor))) }, Steps: 3_000_000, Junk: 0xa5, Barrier: args[0]%2 == 0}
	heap := &mem
	in := append([]uint64{uint64(uintptr(unsafe.Pointer(heap)))}, args...)
	out, err := m.Run(f, in)
	var p *interp.Panic
	if errors.As(err, &p) {
		o.Panic, err = p.Error(), nil
	}
	o.Out, o.Buf, o.Trace = out, *heap, w.trace
	return o, err
}

func same(a, b outcome) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

// inputs are a few sets of arguments.
func inputs(r *rand.Rand) (buf []uint64, args [][]uint64) {
	buf = make([]uint64, bufWords)
	for i := range buf {
		buf[i] = r.Uint64() >> r.IntN(64)
	}
	for range 6 {
		n := uint64(r.IntN(bufWords + 1))
		a, b := uint64(someInts[r.IntN(len(someInts))]), r.Uint64()>>r.IntN(64)
		args = append(args, []uint64{n, a, b, r.Uint64() >> r.IntN(64) & 0xffffffff})
	}
	return buf, args
}

// variants are the passes that a random function goes through.
func compare(seed uint64, size int, early, table []Pass) error {
	r := rand.New(rand.NewPCG(seed, 7))
	plain := newRandomFunc(r, size)
	text := plain.String()
	optimised, err := ssa.Parse(text)
	if err != nil {
		return err
	}
	if err := ssa.Verify(plain); err != nil {
		return fmt.Errorf("generator: %w", err)
	}
	lowerAllocs(plain, testConfig())
	cfg := testConfig()
	cfg.Disable = map[string]bool{"runs": true} // what it makes reads records of the runtime
	cfg.Facts.WriteBarrier = design.Barrier(seed % 3)
	for _, t := range [][]Pass{early, table} {
		if err := Run(optimised, t, cfg); err != nil {
			return fmt.Errorf("%w\n%s", err, optimised)
		}
	}
	buf, sets := inputs(r)
	for _, args := range sets {
		want, err1 := run(plain, buf, args)
		got, err2 := run(optimised, buf, args)
		if err1 != nil {
			if !strings.Contains(err1.Error(), "too many steps") {
				return err1
			}
			continue
		}
		if err2 != nil || !same(want, got) {
			return fmt.Errorf("arguments %x: got %v, %v, want %v", args, got, err2, want)
		}
	}
	return nil
}

// TestRandom compares random functions with and without optimisation.
func TestRandom(t *testing.T) {
	fails := 0
	for i := range uint64(*fuzzCount) {
		seed := *fuzzSeed + i
		size := 4 + int(seed%7)*8
		if err := compare(seed, size, Early, Passes); err != nil {
			if fails++; fails > 5 {
				t.Fatal("too many failures")
			}
			t.Errorf("seed %d: %v\n%s", seed, err, blame(seed, size))
		}
	}
}

// blame finds the shortest prefix of the pipeline that goes wrong.
func blame(seed uint64, size int) string {
	for n := 0; n <= len(Early); n++ {
		if compare(seed, size, Early[:n], finish) != nil {
			return "after " + Early[max(n-1, 0)].Name
		}
	}
	for n := 0; n <= len(Passes); n++ {
		tail := finish
		if n > indexOfPass("allocs") {
			tail = nil
		}
		if compare(seed, size, Early, append(append([]Pass(nil), Passes[:n]...), tail...)) != nil {
			return "after " + Passes[max(n-1, 0)].Name
		}
	}
	return "no prefix fails"
}

var finish = []Pass{{"allocs", lowerAllocs, true}}

func indexOfPass(name string) int {
	for i := range Passes {
		if Passes[i].Name == name {
			return i
		}
	}
	return -1
}
