package amd64

import (
	"go/types"
	"math"
	"math/rand/v2"
	"runtime/debug"
	"testing"
	"unsafe"

	"strata/internal/abi"
	"strata/internal/codegen"
	"strata/internal/ssa"
	"strata/internal/ssa/interp"
)

// opCase is one op at one type; the arguments are loaded from the buffer.
type opCase struct {
	op   ssa.Op
	t    ssa.Type // of the result
	args []ssa.Type
	imm  int64
}

func opCases() (list []opCase) {
	add := func(op ssa.Op, t ssa.Type, args ...ssa.Type) { list = append(list, opCase{op, t, args, 0}) }
	for _, t := range intTypes {
		for _, op := range []ssa.Op{ssa.OpAdd, ssa.OpSub, ssa.OpMul, ssa.OpAnd, ssa.OpOr, ssa.OpXor, ssa.OpDiv, ssa.OpDivU, ssa.OpMod, ssa.OpModU, ssa.OpMulHi, ssa.OpMulHiU} {
			add(op, t, t, t)
		}
		for _, op := range []ssa.Op{ssa.OpNeg, ssa.OpNot, ssa.OpCtz, ssa.OpBitLen, ssa.OpPopCnt, ssa.OpBswap} {
			add(op, t, t)
		}
		for _, c := range intTypes {
			for _, op := range []ssa.Op{ssa.OpShl, ssa.OpShr, ssa.OpSar, ssa.OpRotL} {
				add(op, t, t, c)
			}
			if c.Size() > t.Size() {
				add(ssa.OpSignExt, c, t)
				add(ssa.OpZeroExt, c, t)
				add(ssa.OpTrunc, t, c)
			}
		}
		for _, op := range []ssa.Op{ssa.OpEq, ssa.OpNe, ssa.OpLt, ssa.OpLe, ssa.OpLtU, ssa.OpLeU} {
			add(op, ssa.Bool, t, t)
		}
		add(ssa.OpSelect, t, ssa.Bool, t, t)
	}
	for _, t := range []ssa.Type{ssa.F32, ssa.F64} {
		for _, op := range []ssa.Op{ssa.OpAdd, ssa.OpSub, ssa.OpMul, ssa.OpDiv, ssa.OpCopySign, ssa.OpMinF, ssa.OpMaxF} {
			add(op, t, t, t)
		}
		for _, op := range []ssa.Op{ssa.OpNeg, ssa.OpAbs, ssa.OpSqrt, ssa.OpFloor, ssa.OpCeil, ssa.OpTruncF, ssa.OpRoundEven} {
			add(op, t, t)
		}
		for _, op := range []ssa.Op{ssa.OpEq, ssa.OpNe, ssa.OpLt, ssa.OpLe} {
			add(op, ssa.Bool, t, t)
		}
		for _, i := range []ssa.Type{ssa.I32, ssa.I64} {
			add(ssa.OpIntToFloat, t, i)
			add(ssa.OpFloatToInt, i, t)
		}
		add(ssa.OpSelect, t, ssa.Bool, t, t)
	}
	add(ssa.OpFloatCvt, ssa.F32, ssa.F64)
	add(ssa.OpFloatCvt, ssa.F64, ssa.F32)
	add(ssa.OpBitcast, ssa.I64, ssa.F64)
	add(ssa.OpBitcast, ssa.F32, ssa.I32)
	add(ssa.OpFMA, ssa.F64, ssa.F64, ssa.F64, ssa.F64)
	add(ssa.OpNot, ssa.Bool, ssa.Bool)
	return list
}

// build makes a function that loads the arguments, or takes those given as constants, and stores the result at 64.
func (c *opCase) build(consts map[int]int64) *ssa.Func {
	f := &ssa.Func{Name: "main", Pragma: ssa.NoSplit, ABI: (*abi.Sizes)(nil).AssignVars(vars(append([]types.Type{types.Typ[types.UnsafePointer]}, entryParams...)...), vars(types.Typ[types.Int64]), abi.Register)}
	b := f.NewBlock(ssa.BlockRet)
	f.Entry = b
	p := b.NewValueI(ssa.OpArg, ssa.Ptr, ssa.Pos{}, 0)
	var args []*ssa.Value
	for i, t := range c.args {
		if k, ok := consts[i]; ok {
			op := ssa.OpConst
			if t.IsFloat() {
				op = ssa.OpConstF
			}
			args = append(args, b.NewValueI(op, t, ssa.Pos{}, k))
			continue
		}
		args = append(args, b.NewValueI(ssa.OpLoad, t, ssa.Pos{}, int64(8*i), p))
	}
	v := b.NewValueI(c.op, c.t, ssa.Pos{}, c.imm, args...)
	b.NewValueI(ssa.OpStore, ssa.Void, ssa.Pos{}, 64, p, v)
	b.SetControls(b.NewValueI(ssa.OpConst, ssa.I64, ssa.Pos{}, 0))
	return f
}

// samples are operands worth trying.
func samples(r *rand.Rand, t ssa.Type) uint64 {
	switch {
	case t == ssa.Bool:
		return r.Uint64N(2)
	case t.IsFloat():
		xs := []float64{0, math.Copysign(0, -1), 1, -1, 0.5, 1.5, 2.5, -2.5, 1e10, -1e19, 1e30, math.Inf(1), math.Inf(-1), math.NaN(), r.NormFloat64() * 1e5}
		x := xs[r.IntN(len(xs))]
		if t == ssa.F32 {
			return uint64(math.Float32bits(float32(x)))
		}
		return math.Float64bits(x)
	}
	x := uint64(interesting[r.IntN(len(interesting))])
	if r.IntN(3) == 0 {
		x = r.Uint64() >> r.IntN(64)
	}
	return x & (1<<(t.Bits()-1)<<1 - 1)
}

// TestOps runs every op on samples, with operands in memory and as constants.
func TestOps(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range opCases() {
		rounds := 12
		for round := range rounds {
			in := make([]uint64, 16)
			for i, at := range c.args {
				in[i] = samples(r, at)
			}
			switch c.op {
			case ssa.OpDiv, ssa.OpDivU, ssa.OpMod, ssa.OpModU:
				if !c.t.IsFloat() && in[1] == 0 {
					in[1] = 1
				}
			}
			consts := map[int]int64{}
			if round >= rounds/2 {
				i := r.IntN(len(c.args))
				if len(c.args) > 1 || c.args[0].IsFloat() {
					s := 64 - c.args[i].Bits()
					consts[i] = int64(in[i]) << s >> s
				}
			}
			if !runOp(t, c, in, consts) {
				break
			}
		}
	}
}

// runOp compiles c, runs it several times on variations of in, and compares.
func runOp(t *testing.T, c opCase, in []uint64, consts map[int]int64) bool {
	m := &interp.Machine{}
	want := append([]uint64(nil), in...)
	f := c.build(consts)
	if err := ssa.Verify(f); err != nil {
		t.Fatal(err)
	}
	args := make([]uint64, 10)
	args[0] = uint64(uintptr(unsafe.Pointer(&want[0])))
	if _, err := m.Run(f, args); err != nil {
		t.Error(err)
		return false
	}
	s, err := codegen.Compile(&Target, f, codegen.Options{Alloc: allocators["simple"]})
	if err != nil {
		t.Error(err)
		return false
	}
	im := newImage(t)
	im.support(t, "main")
	im.add(s)
	if err := im.link(); err != nil {
		t.Fatal(err)
	}
	got := append([]uint64(nil), in...)
	deep(func() { im.entry("trampoline")(unsafe.Pointer(&got[0]), 0, 0, 0, 0, 0, false, 0, 0, 0) })
	if got[8] != want[8] && !bothNaN(c.t, got[8], want[8]) {
		t.Errorf("%s.%s %v: %#x (constants %v): got %#x, want %#x", c.op, c.t, c.args, in[:len(c.args)], consts, got[8], want[8])
		return false
	}
	return true
}

func bothNaN(t ssa.Type, a, b uint64) bool {
	switch t {
	case ssa.F32:
		return math.IsNaN(float64(math.Float32frombits(uint32(a)))) && math.IsNaN(float64(math.Float32frombits(uint32(b))))
	case ssa.F64:
		return math.IsNaN(math.Float64frombits(a)) && math.IsNaN(math.Float64frombits(b))
	}
	return false
}
