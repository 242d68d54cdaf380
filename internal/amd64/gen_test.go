package amd64

import (
	"go/types"
	"maps"
	"math"
	"math/rand/v2"

	"strata/internal/abi"
	"strata/internal/codegen"
	"strata/internal/ssa"
)

// randomFunc makes a random function. It computes on its arguments and on the
// memory its first argument points to (bufSize bytes), branches, loops a bounded number of times,
// calls callees, and returns a hash of what it computed.
type randomFunc struct {
	r       *rand.Rand
	f       *ssa.Func
	b       *ssa.Block
	pool    map[ssa.Type][]*ssa.Value
	buf     *ssa.Value
	callees []*ssa.Func
	budget  int
	loops   int
	panics  bool
	mems    []*ssa.Value // addresses of parameters in memory
}

const bufSize = 512

var intTypes = []ssa.Type{ssa.I8, ssa.I16, ssa.I32, ssa.I64}

// goTypes are the parameter types that random signatures draw from.
var goTypes = []types.Type{
	types.Typ[types.Int64], types.Typ[types.Int32], types.Typ[types.Int16], types.Typ[types.Int8], types.Typ[types.Bool],
	types.Typ[types.Float64], types.Typ[types.Float32], types.Typ[types.Int64], types.Typ[types.Float64],
}

// memTypes are passed in memory.
var memTypes = []types.Type{types.NewArray(types.Typ[types.Int64], 2), types.NewArray(types.Typ[types.Int8], 3), types.NewArray(types.Typ[types.Int64], 40), types.NewArray(types.Typ[types.Int32], 7)}

// randomType is a parameter type, sometimes one in memory.
func randomType(r *rand.Rand) types.Type {
	if r.IntN(6) == 0 {
		return memTypes[r.IntN(len(memTypes))]
	}
	return goTypes[r.IntN(len(goTypes))]
}

func vars(ts ...types.Type) (out []*types.Var) {
	for _, t := range ts {
		out = append(out, types.NewParam(0, nil, "", t))
	}
	return out
}

// newRandom makes a function with the given parameters behind the buffer, and results.
func newRandom(r *rand.Rand, name string, params, results []types.Type, conv abi.Conv, callees []*ssa.Func, size int) *randomFunc {
	g := &randomFunc{r: r, pool: map[ssa.Type][]*ssa.Value{}, callees: callees, budget: size, loops: 3}
	in := append([]types.Type{types.Typ[types.UnsafePointer]}, params...)
	g.f = &ssa.Func{Name: name, Pragma: ssa.NoSplit, ABI: (*abi.Sizes)(nil).AssignVars(vars(in...), vars(results...), conv)}
	g.f.Entry = g.f.NewBlock(ssa.BlockRet)
	g.b = g.f.Entry
	for i := range g.f.ABI.In {
		c := &g.f.ABI.In[i]
		if c.Class == abi.Mem {
			p := g.opI(ssa.OpArgAddr, ssa.Ptr, c.Off)
			for range 2 {
				t := pick(r, ssa.I8, ssa.I16)
				if c.Size >= 16 {
					t = pick(r, ssa.I64, ssa.I32)
				}
				g.add(g.opI(ssa.OpLoad, t, r.Int64N(c.Size-t.Size()+1), p))
			}
			g.mems = append(g.mems, p)
			continue
		}
		t := codegen.CompType(c)
		if c.Bool {
			t = ssa.Bool
		}
		v := g.b.NewValueI(ssa.OpArg, t, ssa.Pos{}, int64(i))
		if i == 0 {
			g.buf = v
			continue
		}
		g.add(v)
	}
	return g
}

func (g *randomFunc) add(v *ssa.Value) *ssa.Value {
	g.pool[v.Type] = append(g.pool[v.Type], v)
	return v
}

func (g *randomFunc) op(op ssa.Op, t ssa.Type, args ...*ssa.Value) *ssa.Value {
	return g.b.NewValue(op, t, ssa.Pos{}, args...)
}

func (g *randomFunc) opI(op ssa.Op, t ssa.Type, c int64, args ...*ssa.Value) *ssa.Value {
	return g.b.NewValueI(op, t, ssa.Pos{}, c, args...)
}

// interesting integers sit at the borders of widths.
var interesting = []int64{0, 1, 2, 3, 5, 7, 8, 9, 10, 31, 32, 63, 64, 100, 127, 128, 255, 256, 1000, 32767, 65535, 65536, 1<<31 - 1, 1 << 31, 1<<32 - 1, 1 << 32, math.MaxInt64, math.MinInt64, -1, -2, -3, -128, -32768}

func (g *randomFunc) constant(t ssa.Type) *ssa.Value {
	if t.IsFloat() {
		xs := []float64{0, math.Copysign(0, -1), 1, -1, 0.5, 1e10, -3.25, math.Inf(1), math.NaN(), 1e300}
		x := xs[g.r.IntN(len(xs))]
		if t == ssa.F32 {
			return g.opI(ssa.OpConstF, t, int64(math.Float32bits(float32(x))))
		}
		return g.opI(ssa.OpConstF, t, int64(math.Float64bits(x)))
	}
	if t == ssa.Bool {
		return g.opI(ssa.OpConst, t, g.r.Int64N(2))
	}
	c := interesting[g.r.IntN(len(interesting))]
	if g.r.IntN(4) == 0 {
		c = int64(g.r.Uint64())
	}
	s := 64 - t.Bits()
	return g.opI(ssa.OpConst, t, c<<s>>s)
}

// any is some value of type t.
func (g *randomFunc) any(t ssa.Type) *ssa.Value {
	list := g.pool[t]
	if len(list) == 0 || g.r.IntN(6) == 0 {
		return g.constant(t)
	}
	// Recent values more often, old ones sometimes: long live ranges.
	if g.r.IntN(3) > 0 {
		n := min(len(list), 4)
		return list[len(list)-1-g.r.IntN(n)]
	}
	return list[g.r.IntN(len(list))]
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// place is an address inside the buffer with room for n bytes.
func (g *randomFunc) place(n int64) (*ssa.Value, int64) {
	p := g.buf
	switch g.r.IntN(4) {
	case 0:
		p = g.opI(ssa.OpOffPtr, ssa.Ptr, g.r.Int64N(64), p)
		return p, g.r.Int64N(bufSize - 64 - n)
	case 1:
		i := g.op(ssa.OpAnd, ssa.I64, g.any(ssa.I64), g.opI(ssa.OpConst, ssa.I64, 15))
		if k := g.r.Int64N(4); k > 0 {
			i = g.opI(ssa.OpShl, ssa.I64, 1, i, g.opI(ssa.OpConst, ssa.I64, k))
		}
		if g.r.IntN(2) == 0 {
			i = g.op(ssa.OpAdd, ssa.I64, i, g.opI(ssa.OpConst, ssa.I64, g.r.Int64N(32)))
		}
		p = g.op(ssa.OpAddPtr, ssa.Ptr, p, i)
		return p, g.r.Int64N(bufSize - 160 - n)
	}
	return p, g.r.Int64N(bufSize - n)
}

// step adds one random operation.
func (g *randomFunc) step() {
	g.budget--
	switch n := g.r.IntN(100); {
	case n < 45:
		g.intOp()
	case n < 60:
		g.floatOp()
	case n < 70:
		g.conversion()
	case n < 78:
		t := pick(g.r, ssa.I8, ssa.I16, ssa.I32, ssa.I64, ssa.F64, ssa.F32)
		p, off := g.place(t.Size())
		v := g.opI(ssa.OpLoad, t, off, p)
		if t.IsFloat() {
			v = g.clean(v)
		}
		g.add(v)
	case n < 86:
		g.store()
	case n < 88:
		g.block()
	case n < 90:
		g.atomic()
	case n < 92:
		g.tuple()
	case n < 95:
		g.call()
	case n < 96 && g.panics:
		g.op(ssa.OpBounds, ssa.I64, g.op(ssa.OpAnd, ssa.I64, g.any(ssa.I64), g.opI(ssa.OpConst, ssa.I64, 255)), g.opI(ssa.OpConst, ssa.I64, pick(g.r, int64(254), 256, 200)))
	default:
		g.compare()
	}
}

func (g *randomFunc) intOp() {
	t := intTypes[g.r.IntN(4)]
	x, y := g.any(t), g.any(t)
	switch op := pick(g.r, ssa.OpAdd, ssa.OpAdd, ssa.OpSub, ssa.OpMul, ssa.OpAnd, ssa.OpOr, ssa.OpXor, ssa.OpNeg, ssa.OpNot, ssa.OpShl, ssa.OpShr, ssa.OpSar,
		ssa.OpRotL, ssa.OpDiv, ssa.OpDivU, ssa.OpMod, ssa.OpModU, ssa.OpMulHi, ssa.OpMulHiU, ssa.OpCtz, ssa.OpBitLen, ssa.OpBswap, ssa.OpPopCnt, ssa.OpSelect); op {
	case ssa.OpNeg, ssa.OpNot, ssa.OpCtz, ssa.OpBitLen, ssa.OpBswap, ssa.OpPopCnt:
		g.add(g.op(op, t, x))
	case ssa.OpShl, ssa.OpShr, ssa.OpSar:
		if g.r.IntN(2) == 0 {
			n := g.op(ssa.OpAnd, t, y, g.opI(ssa.OpConst, t, int64(t.Bits())-1))
			g.add(g.opI(op, t, 1, x, n))
			return
		}
		g.add(g.op(op, t, x, g.any(intTypes[g.r.IntN(4)])))
	case ssa.OpRotL:
		g.add(g.op(op, t, x, g.any(intTypes[g.r.IntN(4)])))
	case ssa.OpDiv, ssa.OpDivU, ssa.OpMod, ssa.OpModU:
		if y.Op != ssa.OpConst || y.AuxInt == 0 {
			y = g.op(ssa.OpOr, t, y, g.opI(ssa.OpConst, t, 1))
		}
		g.add(g.op(op, t, x, y))
		if g.r.IntN(2) == 0 { // quotient and remainder, in either order
			g.add(g.op(map[ssa.Op]ssa.Op{ssa.OpDiv: ssa.OpMod, ssa.OpMod: ssa.OpDiv, ssa.OpDivU: ssa.OpModU, ssa.OpModU: ssa.OpDivU}[op], t, x, y))
		}
	case ssa.OpSelect:
		t = pick(g.r, ssa.I8, ssa.I32, ssa.I64, ssa.F64, ssa.F32)
		g.add(g.op(op, t, g.any(ssa.Bool), g.any(t), g.any(t)))
	default:
		g.add(g.op(op, t, x, y))
	}
}

// clean replaces NaN by a number: payloads are not specified.
func (g *randomFunc) clean(v *ssa.Value) *ssa.Value {
	ok := g.op(ssa.OpEq, ssa.Bool, v, v)
	return g.op(ssa.OpSelect, v.Type, ok, v, g.opI(ssa.OpConstF, v.Type, 0x40000000))
}

func (g *randomFunc) floatOp() {
	t := pick(g.r, ssa.F32, ssa.F64)
	x, y := g.any(t), g.any(t)
	switch op := pick(g.r, ssa.OpAdd, ssa.OpSub, ssa.OpMul, ssa.OpDiv, ssa.OpNeg, ssa.OpSqrt, ssa.OpAbs, ssa.OpCopySign, ssa.OpFloor, ssa.OpCeil, ssa.OpTruncF, ssa.OpRoundEven, ssa.OpMinF, ssa.OpMaxF, ssa.OpFMA); op {
	case ssa.OpNeg, ssa.OpSqrt, ssa.OpAbs, ssa.OpFloor, ssa.OpCeil, ssa.OpTruncF, ssa.OpRoundEven:
		g.add(g.op(op, t, x))
	case ssa.OpCopySign:
		g.add(g.op(op, t, x, g.clean(y)))
	case ssa.OpFMA:
		g.add(g.op(op, ssa.F64, g.any(ssa.F64), g.any(ssa.F64), g.any(ssa.F64)))
	default:
		g.add(g.op(op, t, x, y))
	}
}

func (g *randomFunc) conversion() {
	switch g.r.IntN(7) {
	case 0:
		g.add(g.op(ssa.OpSignExt, ssa.I64, g.any(pick(g.r, ssa.I8, ssa.I16, ssa.I32))))
	case 1:
		g.add(g.op(ssa.OpZeroExt, pick(g.r, ssa.I64, ssa.I32), g.any(pick(g.r, ssa.I8, ssa.I16, ssa.Bool))))
	case 2:
		g.add(g.op(ssa.OpTrunc, pick(g.r, ssa.I32, ssa.I16, ssa.I8), g.any(ssa.I64)))
	case 3:
		g.add(g.op(ssa.OpIntToFloat, pick(g.r, ssa.F32, ssa.F64), g.any(pick(g.r, ssa.I32, ssa.I64))))
	case 4:
		g.add(g.op(ssa.OpFloatToInt, pick(g.r, ssa.I32, ssa.I64), g.any(pick(g.r, ssa.F32, ssa.F64))))
	case 5:
		if g.r.IntN(2) == 0 {
			g.add(g.op(ssa.OpFloatCvt, ssa.F32, g.any(ssa.F64)))
		} else {
			g.add(g.op(ssa.OpFloatCvt, ssa.F64, g.any(ssa.F32)))
		}
	default:
		if g.r.IntN(2) == 0 {
			g.add(g.op(ssa.OpZeroExt, ssa.I64, g.any(ssa.I32)))
		} else {
			g.add(g.op(ssa.OpBitcast, ssa.I32, g.clean(g.any(ssa.F32))))
		}
	}
}

func (g *randomFunc) compare() {
	t := pick(g.r, ssa.I8, ssa.I16, ssa.I32, ssa.I64, ssa.F32, ssa.F64)
	op := pick(g.r, ssa.OpEq, ssa.OpNe, ssa.OpLt, ssa.OpLe)
	if !t.IsFloat() {
		op = pick(g.r, ssa.OpEq, ssa.OpNe, ssa.OpLt, ssa.OpLe, ssa.OpLtU, ssa.OpLeU)
	}
	x, y := g.any(t), g.any(t)
	if !t.IsFloat() && g.r.IntN(4) == 0 {
		x, y = g.op(ssa.OpAnd, t, x, y), g.opI(ssa.OpConst, t, 0)
	}
	v := g.op(op, ssa.Bool, x, y)
	if g.r.IntN(5) == 0 {
		v = g.op(ssa.OpNot, ssa.Bool, v)
	}
	g.add(v)
}

func (g *randomFunc) store() {
	t := pick(g.r, ssa.I8, ssa.I16, ssa.I32, ssa.I64, ssa.F64, ssa.F32)
	p, off := g.place(t.Size())
	x := g.any(t)
	if t.IsFloat() {
		x = g.clean(x)
	} else if g.r.IntN(3) == 0 {
		l := g.opI(ssa.OpLoad, t, off, p)
		x = g.op(pick(g.r, ssa.OpAdd, ssa.OpSub, ssa.OpAnd, ssa.OpOr, ssa.OpXor), t, l, x)
	}
	g.opI(ssa.OpStore, ssa.Void, off, p, x)
}

// block copies, clears or compares pieces of the buffer.
func (g *randomFunc) block() {
	n := 1 + g.r.Int64N(100)
	p := g.opI(ssa.OpOffPtr, ssa.Ptr, g.r.Int64N(100), g.buf)
	q := g.opI(ssa.OpOffPtr, ssa.Ptr, 256+g.r.Int64N(100), g.buf)
	switch g.r.IntN(3) {
	case 0:
		g.opI(ssa.OpMove, ssa.Void, n, p, q)
	case 1:
		g.opI(ssa.OpZero, ssa.Void, n, p)
	default:
		g.add(g.opI(ssa.OpMemEqConst, ssa.Bool, min(n, 64), p, q))
	}
}

func (g *randomFunc) atomic() {
	t := pick(g.r, ssa.I32, ssa.I64)
	off := 8 * g.r.Int64N(bufSize/8)
	x := g.any(t)
	switch op := pick(g.r, ssa.OpAtomicAdd, ssa.OpAtomicXchg, ssa.OpAtomicAnd, ssa.OpAtomicOr, ssa.OpAtomicCAS, ssa.OpAtomicStore, ssa.OpAtomicLoad); op {
	case ssa.OpAtomicCAS:
		old := x
		if g.r.IntN(2) == 0 {
			old = g.opI(ssa.OpLoad, t, off, g.buf)
		}
		g.add(g.opI(op, ssa.Bool, off, g.buf, old, g.any(t)))
	case ssa.OpAtomicStore:
		g.opI(op, ssa.Void, off, g.buf, x)
	case ssa.OpAtomicLoad:
		g.add(g.opI(op, t, off, g.buf))
	default:
		v := g.opI(op, t, off, g.buf, x)
		if g.r.IntN(2) == 0 {
			g.add(v)
		}
	}
}

func (g *randomFunc) tuple() {
	x, y := g.any(ssa.I64), g.any(ssa.I64)
	var v *ssa.Value
	switch g.r.IntN(4) {
	case 0, 1:
		c := g.op(ssa.OpAnd, ssa.I64, g.any(ssa.I64), g.opI(ssa.OpConst, ssa.I64, 1))
		if g.r.IntN(3) == 0 {
			c = g.opI(ssa.OpConst, ssa.I64, 0)
		}
		v = g.op(pick(g.r, ssa.OpAddCarry, ssa.OpSubBorrow), ssa.Tuple, x, y, c)
	case 2:
		v = g.op(ssa.OpMulWideU, ssa.Tuple, x, y)
	default:
		z := g.op(ssa.OpOr, ssa.I64, y, g.opI(ssa.OpConst, ssa.I64, math.MinInt64))
		x = g.op(ssa.OpShr, ssa.I64, x, g.opI(ssa.OpConst, ssa.I64, 2))
		v = g.op(ssa.OpDivWideU, ssa.Tuple, x, y, z)
	}
	for i := range int64(2) {
		if g.r.IntN(4) > 0 {
			g.add(g.opI(ssa.OpResult, ssa.I64, i, v))
		}
	}
}

// call calls a callee with fitting arguments.
func (g *randomFunc) call() {
	if len(g.callees) == 0 {
		return
	}
	f := g.callees[g.r.IntN(len(g.callees))]
	args := []*ssa.Value{g.buf}
	for i := 1; i < len(f.ABI.In); i++ {
		c := &f.ABI.In[i]
		if c.Class == abi.Mem {
			args = append(args, g.object(c.Size))
			continue
		}
		t := codegen.CompType(c)
		if c.Bool {
			t = ssa.Bool
		}
		x := g.any(t)
		if t.IsFloat() {
			x = g.clean(x)
		}
		args = append(args, x)
	}
	call := &ssa.Call{Sym: f.Name, ABI: f.ABI}
	for i := range f.ABI.Out {
		if c := &f.ABI.Out[i]; c.Class == abi.Mem {
			call.ResultSlots = append(call.ResultSlots, g.f.NewSlot("r", c.Size, 8, nil))
		}
	}
	v := g.b.NewValueA(ssa.OpCall, ssa.Tuple, ssa.Pos{}, 0, call, args...)
	for _, s := range call.ResultSlots {
		p := g.b.NewValueA(ssa.OpLocalAddr, ssa.Ptr, ssa.Pos{}, 0, s)
		g.add(g.opI(ssa.OpLoad, ssa.I8, g.r.Int64N(s.Size), p))
	}
	for i := range f.ABI.Out {
		c := &f.ABI.Out[i]
		if c.Class == abi.Mem {
			continue
		}
		t := codegen.CompType(c)
		if c.Bool {
			t = ssa.Bool
		}
		g.add(g.opI(ssa.OpResult, t, int64(i), v))
	}
}

// object is the address of n bytes: in the buffer, a parameter, or a slot.
func (g *randomFunc) object(n int64) *ssa.Value {
	switch {
	case g.r.IntN(3) == 0:
		s := g.f.NewSlot("o", n, 8, nil)
		p := g.b.NewValueA(ssa.OpLocalAddr, ssa.Ptr, ssa.Pos{}, 0, s)
		q := g.opI(ssa.OpOffPtr, ssa.Ptr, g.r.Int64N(bufSize-n), g.buf)
		g.opI(ssa.OpMove, ssa.Void, n, p, q)
		if n >= 8 {
			g.opI(ssa.OpStore, ssa.Void, 0, p, g.any(ssa.I64))
		}
		return p
	case len(g.mems) > 0 && g.r.IntN(2) == 0 && n <= 3:
		return g.mems[g.r.IntN(len(g.mems))]
	}
	return g.opI(ssa.OpOffPtr, ssa.Ptr, g.r.Int64N(bufSize-n), g.buf)
}

// body fills the function: straight code, ifs, loops, switches.
func (g *randomFunc) body(depth int) {
	for n := 3 + g.r.IntN(12); n > 0 && g.budget > 0; n-- {
		g.step()
	}
	for g.budget > 0 && depth > 0 {
		switch g.r.IntN(4) {
		case 0:
			g.loop(depth)
		case 1:
			g.choice(depth)
		default:
			g.branch(depth)
		}
		for n := g.r.IntN(8); n > 0; n-- {
			g.step()
		}
		if g.r.IntN(3) == 0 {
			break
		}
	}
}

// scope runs build with a copy of the pool, which is restored afterwards.
func (g *randomFunc) scope(build func()) map[ssa.Type][]*ssa.Value {
	old := g.pool
	g.pool = map[ssa.Type][]*ssa.Value{}
	for t, list := range old {
		g.pool[t] = append([]*ssa.Value(nil), list...)
	}
	build()
	inner := g.pool
	g.pool = old
	return inner
}

// arms builds the successors of the current block and joins them with phis.
func (g *randomFunc) arms(head *ssa.Block, n, depth int) {
	join := g.f.NewBlock(ssa.BlockRet)
	var ends []map[ssa.Type][]*ssa.Value
	for i := range n {
		if i == n-1 && g.r.IntN(4) == 0 {
			head.AddEdge(join)
			ends = append(ends, maps.Clone(g.pool)) // what merge adds must not be seen
			continue
		}
		arm := g.f.NewBlock(ssa.BlockRet)
		head.AddEdge(arm)
		g.b = arm
		ends = append(ends, g.scope(func() { g.body(depth - 1) }))
		g.b.Kind = ssa.BlockJump
		g.b.AddEdge(join)
	}
	g.b = join
	g.merge(join, ends)
}

// merge makes phis of values from each predecessor.
func (g *randomFunc) merge(join *ssa.Block, ends []map[ssa.Type][]*ssa.Value) {
	for range 1 + g.r.IntN(5) {
		t := pick(g.r, ssa.I64, ssa.I64, ssa.I32, ssa.F64, ssa.Bool, ssa.I8)
		var args []*ssa.Value
		for _, e := range ends {
			if len(e[t]) == 0 {
				args = nil
				break
			}
			args = append(args, e[t][g.r.IntN(len(e[t]))])
		}
		if args == nil {
			continue
		}
		phi := join.NewPhi(t, ssa.Pos{})
		phi.AddArgs(args...)
		g.add(phi)
	}
}

func (g *randomFunc) branch(depth int) {
	head := g.b
	head.Kind = ssa.BlockIf
	head.SetControls(g.any(ssa.Bool))
	head.Likely = pick(g.r, ssa.Unknown, ssa.Taken, ssa.Unlikely)
	g.arms(head, 2, depth)
}

func (g *randomFunc) choice(depth int) {
	n := 2 + g.r.IntN(4)
	i := g.op(ssa.OpModU, ssa.I64, g.any(ssa.I64), g.opI(ssa.OpConst, ssa.I64, int64(n)))
	head := g.b
	head.Kind = ssa.BlockSwitch
	head.SetControls(i)
	g.arms(head, n, depth)
}

// loop counts down; values carried around the loop become phis.
func (g *randomFunc) loop(depth int) {
	if g.loops == 0 {
		return
	}
	g.loops--
	pre := g.b
	count := g.opI(ssa.OpConst, ssa.I64, 1+g.r.Int64N(4))
	head := g.f.NewBlock(ssa.BlockIf)
	exit := g.f.NewBlock(ssa.BlockRet)
	body := g.f.NewBlock(ssa.BlockRet)
	pre.Kind = ssa.BlockJump
	pre.AddEdge(head)
	type carried struct {
		phi *ssa.Value
		t   ssa.Type
	}
	var phis []carried
	g.b = pre
	i := head.NewPhi(ssa.I64, ssa.Pos{})
	i.AddArgs(count)
	for range g.r.IntN(6) {
		t := pick(g.r, ssa.I64, ssa.I64, ssa.I32, ssa.F64, ssa.I16)
		init := g.any(t)
		phi := head.NewPhi(t, ssa.Pos{})
		phi.AddArgs(init)
		phis = append(phis, carried{phi, t})
	}
	g.b = head
	for _, p := range phis {
		g.add(p.phi)
	}
	g.add(i)
	done := g.op(ssa.OpLe, ssa.Bool, i, g.opI(ssa.OpConst, ssa.I64, 0))
	head.SetControls(done)
	head.AddEdge(exit)
	head.AddEdge(body)
	g.b = body
	g.scope(func() {
		g.body(depth - 1)
		next := g.op(ssa.OpSub, ssa.I64, i, g.opI(ssa.OpConst, ssa.I64, 1))
		i.AddArgs(next)
		for _, p := range phis {
			p.phi.AddArgs(g.any(p.t))
		}
		g.b.Kind = ssa.BlockJump
		g.b.AddEdge(head)
	})
	g.b = exit
}

// finish returns values of the right types; the last ones are mixed into the first integer result.
func (g *randomFunc) finish() *ssa.Func {
	var out []*ssa.Value
	for i := range g.f.ABI.Out {
		c := &g.f.ABI.Out[i]
		if c.Class == abi.Mem {
			out = append(out, g.object(c.Size))
			continue
		}
		t := codegen.CompType(c)
		if c.Bool {
			t = ssa.Bool
		}
		v := g.any(t)
		if t.IsFloat() {
			v = g.clean(v)
		}
		if t == ssa.I64 {
			for _, w := range g.pool[ssa.I64] {
				m := g.op(ssa.OpMul, ssa.I64, v, g.opI(ssa.OpConst, ssa.I64, 31))
				v = g.op(ssa.OpAdd, ssa.I64, m, w)
			}
			for _, w := range g.pool[ssa.F64] {
				v = g.op(ssa.OpXor, ssa.I64, v, g.op(ssa.OpBitcast, ssa.I64, g.clean(w)))
			}
		}
		out = append(out, v)
	}
	g.b.Kind = ssa.BlockRet
	g.b.SetControls(out...)
	return g.f
}
