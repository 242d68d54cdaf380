package opt

import (
	"go/types"
	"math/rand/v2"

	"strata/internal/abi"
	"strata/internal/ssa"
)

// bufWords is the number of 8-byte words behind the buffer argument of random functions.
const bufWords = 40

// randomFunc builds a function of the shape that lowering gives: variables are
// Allocs, control is structured, indices are checked. Arguments: the buffer, the
// length of the slice of words that it holds (0 to bufWords), two integers, a 4-byte integer.
type randomFunc struct {
	r      *rand.Rand
	f      *ssa.Func
	b      *ssa.Block
	pool   [11][]*ssa.Value // values in scope by type
	vars   []variable       // objects in scope
	tops   int              // how many of them belong to the outermost scope
	buf, n *ssa.Value
	hash   *ssa.Value // Alloc of the result
	ptr    *ssa.Value // Alloc of a pointer to one of the outermost objects
	budget int
	depth  int
}

type variable struct {
	addr *ssa.Value
	size int64
}

var randomParams = []types.Type{types.Typ[types.UnsafePointer], types.Typ[types.Int64], types.Typ[types.Int64], types.Typ[types.Int64], types.Typ[types.Int32]}

func newRandomFunc(r *rand.Rand, size int) *ssa.Func {
	g := &randomFunc{r: r, budget: size}
	var in []*types.Var
	for _, t := range randomParams {
		in = append(in, types.NewParam(0, nil, "", t))
	}
	out := []*types.Var{types.NewParam(0, nil, "", types.Typ[types.Int64])}
	g.f = &ssa.Func{Name: "random", ABI: (*abi.Sizes)(nil).AssignVars(in, out, abi.Register)}
	g.b = g.f.NewBlock(ssa.BlockRet)
	g.f.Entry = g.b
	for i, t := range []ssa.Type{ssa.Ptr, ssa.I64, ssa.I64, ssa.I64, ssa.I32} {
		v := g.b.NewValueI(ssa.OpArg, t, ssa.Pos{}, int64(i))
		switch i {
		case 0:
			g.buf = v
		case 1:
			g.n = v
			fallthrough
		default:
			g.add(v)
		}
	}
	g.hash = g.alloc("hash", 8, nil)
	g.ptr = g.alloc("ptr", 8, []byte{1})
	for range 2 + r.IntN(3) {
		g.declare()
	}
	g.tops = len(g.vars)
	g.store(g.ptr, 0, g.vars[0].addr)
	g.block()
	for _, v := range g.vars[:g.tops] {
		for off := int64(0); off < v.size; off += 8 {
			g.mix(g.load(ssa.I64, v.addr, off))
		}
	}
	g.ret()
	return g.f
}

func (g *randomFunc) op(op ssa.Op, t ssa.Type, args ...*ssa.Value) *ssa.Value {
	return g.b.NewValue(op, t, ssa.Pos{}, args...)
}

func (g *randomFunc) opI(op ssa.Op, t ssa.Type, c int64, args ...*ssa.Value) *ssa.Value {
	return g.b.NewValueI(op, t, ssa.Pos{}, c, args...)
}

func (g *randomFunc) add(v *ssa.Value) *ssa.Value {
	g.pool[v.Type] = append(g.pool[v.Type], v)
	return v
}

func (g *randomFunc) alloc(name string, size int64, ptrs []byte) *ssa.Value {
	v := g.op(ssa.OpAlloc, ssa.Ptr)
	info := &ssa.AllocInfo{Name: name, Mem: &ssa.MemType{Size: size, Align: 8, PtrMask: ptrs}, TypeSym: "type:T", OnStack: true}
	if g.r.IntN(4) == 0 {
		info.OnStack, info.Heap = false, true
	}
	v.Aux = info
	return v
}

func (g *randomFunc) declare() {
	size := 16 + 8*g.r.Int64N(4)
	v := variable{g.alloc("x", size, nil), size}
	g.vars = append(g.vars, v)
	for off := int64(0); off < size; off += 8 {
		if g.r.IntN(2) == 0 {
			g.store(v.addr, off, g.expr(ssa.I64, 1))
		}
	}
}

func (g *randomFunc) load(t ssa.Type, p *ssa.Value, off int64) *ssa.Value {
	if g.r.IntN(3) == 0 && off > 0 {
		p, off = g.opI(ssa.OpOffPtr, ssa.Ptr, off, p), 0
	}
	return g.opI(ssa.OpLoad, t, off, p)
}

func (g *randomFunc) store(p *ssa.Value, off int64, v *ssa.Value) {
	g.opI(ssa.OpStore, ssa.Void, off, p, v)
}

func (g *randomFunc) konst(t ssa.Type, c int64) *ssa.Value { return g.opI(ssa.OpConst, t, norm(t, c)) }

var someInts = []int64{0, 1, 2, 3, 4, 5, 7, 8, 10, 15, 16, 31, 32, 33, 63, 64, 100, 127, 128, 255, 256, 1000, 1 << 15, 1 << 16, 1<<31 - 1, 1 << 31, 1 << 32, 1<<63 - 1, -1 << 63, -1, -2, -7, -128, -1 << 31}

func (g *randomFunc) any(t ssa.Type) *ssa.Value {
	if list := g.pool[t]; len(list) > 0 && g.r.IntN(4) > 0 {
		return list[g.r.IntN(len(list))]
	}
	switch g.r.IntN(3) {
	case 0:
		if t != ssa.Bool && len(g.vars) > 0 {
			p, off := g.place(t.Size())
			return g.add(g.load(t, p, off))
		}
	case 1:
		return g.konst(t, g.r.Int64N(12)-2)
	}
	return g.konst(t, someInts[g.r.IntN(len(someInts))])
}

// place is room for n bytes inside a variable, behind the pointer variable, or in the buffer.
func (g *randomFunc) place(n int64) (*ssa.Value, int64) {
	align := func(k int64) int64 {
		if g.r.IntN(8) == 0 {
			return k
		}
		return k / n * n
	}
	switch k := g.r.IntN(10); {
	case k < 6:
		v := g.vars[g.r.IntN(len(g.vars))]
		return v.addr, align(g.r.Int64N(v.size - n + 1))
	case k < 7 && g.tops > 0:
		return g.opI(ssa.OpLoad, ssa.Ptr, 0, g.ptr), align(g.r.Int64N(16 - n + 1))
	case k < 8:
		i := g.op(ssa.OpAnd, ssa.I64, g.any(ssa.I64), g.konst(ssa.I64, 15))
		i = g.opI(ssa.OpShl, ssa.I64, 1, i, g.konst(ssa.I8, g.r.Int64N(4)))
		return g.op(ssa.OpAddPtr, ssa.Ptr, g.buf, i), align(g.r.Int64N(8*16 - n + 1))
	}
	return g.buf, align(g.r.Int64N(8*bufWords - n + 1))
}

var (
	intTypes  = []ssa.Type{ssa.I64, ssa.I64, ssa.I64, ssa.I32, ssa.I16, ssa.I8}
	binaryOps = []ssa.Op{ssa.OpAdd, ssa.OpSub, ssa.OpMul, ssa.OpAnd, ssa.OpOr, ssa.OpXor, ssa.OpAdd, ssa.OpSub}
	divOps    = []ssa.Op{ssa.OpDiv, ssa.OpDivU, ssa.OpMod, ssa.OpModU}
	shiftOps  = []ssa.Op{ssa.OpShl, ssa.OpShr, ssa.OpSar}
	cmpOps    = []ssa.Op{ssa.OpEq, ssa.OpNe, ssa.OpLt, ssa.OpLe, ssa.OpLtU, ssa.OpLeU}
	unaryOps  = []ssa.Op{ssa.OpNeg, ssa.OpNot, ssa.OpBitLen, ssa.OpCtz, ssa.OpPopCnt}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// expr makes a value of integer type t.
func (g *randomFunc) expr(t ssa.Type, depth int) *ssa.Value {
	if depth <= 0 {
		return g.any(t)
	}
	if t == ssa.Bool {
		return g.cond(depth)
	}
	sub := func() *ssa.Value { return g.expr(t, depth-1-g.r.IntN(2)) }
	var v *ssa.Value
	switch g.r.IntN(12) {
	case 0, 1, 2, 3:
		v = g.op(pick(g.r, binaryOps), t, sub(), sub())
	case 4:
		d := g.konst(t, pick(g.r, []int64{1, 2, 3, 5, 7, 8, 10, 16, 60, 100, 125, -1, -3, -8}))
		if g.r.IntN(3) == 0 {
			d = g.op(ssa.OpOr, t, sub(), g.konst(t, 1))
		}
		v = g.op(pick(g.r, divOps), t, sub(), d)
	case 5, 6:
		c := pick(g.r, intTypes)
		count := g.konst(c, g.r.Int64N(int64(t.Bits())+2))
		if g.r.IntN(3) == 0 {
			count = g.op(ssa.OpAnd, c, g.expr(c, 0), g.konst(c, 15))
		} else if g.r.IntN(3) == 0 {
			count = g.expr(c, 0)
		}
		v = g.op(pick(g.r, shiftOps), t, sub(), count)
	case 7:
		v = g.op(pick(g.r, unaryOps), t, sub())
	case 8:
		v = g.op(ssa.OpSelect, t, g.cond(depth-1), sub(), sub())
	case 9, 10:
		v = g.convert(t, pick(g.r, intTypes), depth)
	default:
		v = g.op(ssa.OpRotL, t, sub(), g.konst(ssa.I64, g.r.Int64N(int64(t.Bits()))))
	}
	return g.add(v)
}

func (g *randomFunc) convert(t, from ssa.Type, depth int) *ssa.Value {
	x := g.expr(from, depth-1)
	switch {
	case from.Size() > t.Size():
		return g.op(ssa.OpTrunc, t, x)
	case from.Size() < t.Size() && g.r.IntN(2) == 0:
		return g.op(ssa.OpZeroExt, t, x)
	case from.Size() < t.Size():
		return g.op(ssa.OpSignExt, t, x)
	}
	return x
}

func (g *randomFunc) cond(depth int) *ssa.Value {
	if depth > 0 && g.r.IntN(6) == 0 {
		op := pick(g.r, []ssa.Op{ssa.OpAnd, ssa.OpOr, ssa.OpXor})
		return g.op(op, ssa.Bool, g.cond(depth-1), g.cond(depth-1))
	}
	if g.r.IntN(10) == 0 {
		return g.op(ssa.OpNot, ssa.Bool, g.cond(depth-1))
	}
	t := pick(g.r, intTypes)
	return g.op(pick(g.r, cmpOps), ssa.Bool, g.expr(t, depth-1), g.expr(t, depth-1))
}

// mix puts v into the result.
func (g *randomFunc) mix(v *ssa.Value) {
	h := g.opI(ssa.OpLoad, ssa.I64, 0, g.hash)
	h = g.op(ssa.OpMul, ssa.I64, h, g.konst(ssa.I64, 31))
	g.store(g.hash, 0, g.op(ssa.OpAdd, ssa.I64, h, v))
}

func (g *randomFunc) ret() {
	g.b.Kind = ssa.BlockRet
	g.b.SetControls(g.opI(ssa.OpLoad, ssa.I64, 0, g.hash))
}

// scoped runs body and forgets what it declared.
func (g *randomFunc) scoped(body func()) {
	pool, vars := g.pool, g.vars
	g.depth++
	body()
	g.depth--
	for i := range pool {
		pool[i] = pool[i][:len(pool[i]):len(pool[i])]
	}
	g.pool, g.vars = pool, vars[:len(vars):len(vars)]
}

func (g *randomFunc) block() {
	for k := 2 + g.r.IntN(5); k > 0 && g.budget > 0; k-- {
		g.statement()
	}
}

func (g *randomFunc) statement() {
	g.budget--
	k := g.r.IntN(22)
	if g.depth > 3 && k >= 10 && k < 16 {
		k -= 10
	}
	switch {
	case k < 3:
		g.mix(g.expr(ssa.I64, 3))
	case k < 7:
		t := pick(g.r, intTypes)
		v := g.expr(t, 2)
		p, off := g.place(t.Size())
		g.store(p, off, v)
	case k < 10:
		g.index()
	case k < 13:
		g.ifElse()
	case k < 16:
		g.loop()
	case k < 17:
		g.declare()
	case k < 18:
		g.bulk()
	case k < 19:
		g.call()
	case k < 21:
		g.bytes()
	default:
		g.store(g.ptr, 0, g.vars[g.r.IntN(g.tops)].addr)
	}
}

// index reads or writes the slice of words behind a check.
func (g *randomFunc) index() {
	i := g.expr(ssa.I64, 2)
	switch g.r.IntN(4) {
	case 0:
		i = g.op(ssa.OpAnd, ssa.I64, i, g.konst(ssa.I64, 15))
	case 1:
		i = g.op(ssa.OpModU, ssa.I64, i, g.konst(ssa.I64, 20))
	}
	if g.r.IntN(8) == 0 {
		g.add(g.opI(ssa.OpBounds, ssa.I64, int64(ssa.BoundsSliceAlen), i, g.n))
		return
	}
	i = g.opI(ssa.OpBounds, ssa.I64, int64(ssa.BoundsIndex), i, g.n)
	g.add(i)
	p := g.op(ssa.OpAddPtr, ssa.Ptr, g.buf, g.opI(ssa.OpShl, ssa.I64, 1, i, g.konst(ssa.I8, 3)))
	if g.r.IntN(2) == 0 {
		g.store(p, 0, g.expr(ssa.I64, 1))
	} else {
		g.mix(g.add(g.load(ssa.I64, p, 0)))
	}
}

func (g *randomFunc) ifElse() {
	head := g.b
	c := g.cond(2)
	then, els, join := g.f.NewBlock(ssa.BlockJump), g.f.NewBlock(ssa.BlockJump), g.f.NewBlock(ssa.BlockJump)
	head.Kind = ssa.BlockIf
	head.SetControls(c)
	head.AddEdge(then)
	head.AddEdge(els)
	arm := func(b *ssa.Block, empty, leave bool) {
		g.b = b
		if !empty {
			g.scoped(g.block)
		}
		if leave {
			g.ret()
			return
		}
		g.b.Kind = ssa.BlockJump
		g.b.AddEdge(join)
	}
	arm(then, false, g.r.IntN(12) == 0)
	arm(els, g.r.IntN(2) == 0, false)
	g.b = join
}

// loop counts a variable up or down and does not run for long.
func (g *randomFunc) loop() {
	g.scoped(func() {
		i := g.alloc("i", 8, nil)
		step := int64(1 + g.r.IntN(3)/2)
		limit, init := g.n, g.konst(ssa.I64, g.r.Int64N(4))
		if g.r.IntN(2) == 0 {
			limit = g.konst(ssa.I64, g.r.Int64N(12))
		}
		down := g.r.IntN(4) == 0
		if down {
			init, limit, step = g.op(ssa.OpSub, ssa.I64, limit, g.konst(ssa.I64, 1)), g.konst(ssa.I64, g.r.Int64N(3)-1), -step
		}
		g.store(i, 0, init)
		head, body, post, exit := g.f.NewBlock(ssa.BlockIf), g.f.NewBlock(ssa.BlockJump), g.f.NewBlock(ssa.BlockJump), g.f.NewBlock(ssa.BlockJump)
		g.b.Kind = ssa.BlockJump
		g.b.AddEdge(head)
		g.b = head
		x := g.opI(ssa.OpLoad, ssa.I64, 0, i)
		op := ssa.OpLt
		if g.r.IntN(4) == 0 {
			op = ssa.OpLe
		}
		if down {
			head.SetControls(g.op(op, ssa.Bool, limit, x))
		} else {
			head.SetControls(g.op(op, ssa.Bool, x, limit))
		}
		head.AddEdge(body)
		head.AddEdge(exit)
		g.b = body
		g.scoped(func() {
			g.add(g.opI(ssa.OpLoad, ssa.I64, 0, i))
			g.block()
			if g.r.IntN(4) == 0 {
				g.brk(exit)
			}
		})
		g.b.Kind = ssa.BlockJump
		g.b.AddEdge(post)
		g.b = post
		y := g.opI(ssa.OpLoad, ssa.I64, 0, i)
		g.store(i, 0, g.op(ssa.OpAdd, ssa.I64, y, g.konst(ssa.I64, step)))
		post.AddEdge(head)
		g.b = exit
	})
}

// brk leaves the loop on a condition.
func (g *randomFunc) brk(exit *ssa.Block) {
	next := g.f.NewBlock(ssa.BlockJump)
	c := g.cond(1)
	g.b.Kind = ssa.BlockIf
	g.b.SetControls(c)
	g.b.AddEdge(exit)
	g.b.AddEdge(next)
	g.b = next
}

// bulk clears or copies an object.
func (g *randomFunc) bulk() {
	a, b := pick(g.r, g.vars), pick(g.r, g.vars)
	n := min(a.size, b.size)
	if g.r.IntN(2) == 0 || a == b {
		z := g.op(ssa.OpZero, ssa.Void, a.addr)
		z.AuxInt, z.Aux = a.size, &ssa.MemType{Size: a.size, Align: 8}
		return
	}
	p, q := a.addr, b.addr
	if g.r.IntN(3) == 0 && n > 16 {
		n -= 8
		p = g.opI(ssa.OpOffPtr, ssa.Ptr, 8, p)
	}
	m := g.op(ssa.OpMove, ssa.Void, p, q)
	m.AuxInt, m.Aux = n, &ssa.MemType{Size: n, Align: 8}
}

var touchABI = (*abi.Sizes)(nil).AssignVars([]*types.Var{types.NewParam(0, nil, "", types.Typ[types.UnsafePointer]), types.NewParam(0, nil, "", types.Typ[types.Int64])},
	[]*types.Var{types.NewParam(0, nil, "", types.Typ[types.Int64])}, abi.Register)

// call hands an object to a function that reads and changes it.
func (g *randomFunc) call() {
	v := pick(g.r, g.vars)
	p, n := v.addr, g.konst(ssa.I64, v.size)
	if g.r.IntN(3) == 0 {
		p, n = g.opI(ssa.OpLoad, ssa.Ptr, 0, g.ptr), g.konst(ssa.I64, 16)
	}
	c := g.op(ssa.OpCall, ssa.Tuple, p, n)
	c.Aux = &ssa.Call{Sym: "touch", ABI: touchABI}
	g.mix(g.add(g.opI(ssa.OpResult, ssa.I64, 0, c)))
}

// bytes reads or writes a number byte by byte, in some order, now and then with a mistake.
func (g *randomFunc) bytes() {
	n := pick(g.r, []int64{2, 4, 8})
	t := pick(g.r, []ssa.Type{ssa.I16, ssa.I32, ssa.I64})
	p, off := g.place(8)
	order := g.r.Perm(int(n))
	big, write := g.r.IntN(2) == 0, g.r.IntN(2) == 0
	x := g.expr(ssa.I64, 1)
	var sum *ssa.Value
	for _, k := range order {
		at := int64(k)
		if big {
			at = n - 1 - at
		}
		if g.r.IntN(20) == 0 {
			at = g.r.Int64N(8)
		}
		shift := g.konst(ssa.I8, 8*int64(k))
		if write {
			b := x
			if k > 0 {
				b = g.opI(ssa.OpShr, ssa.I64, 0, x, shift)
			}
			b = g.op(ssa.OpTrunc, ssa.I8, b)
			if g.r.IntN(30) == 0 {
				b = g.konst(ssa.I8, at)
			}
			g.store(p, off+at, b)
			continue
		}
		v := g.op(ssa.OpZeroExt, t, g.load(ssa.I8, p, off+at))
		if k > 0 {
			v = g.opI(ssa.OpShl, t, 0, v, shift)
		}
		if sum == nil {
			sum = v
		} else {
			sum = g.op(pick(g.r, []ssa.Op{ssa.OpOr, ssa.OpOr, ssa.OpAdd, ssa.OpXor}), t, sum, v)
		}
	}
	if !write {
		g.add(sum)
		if t == ssa.I64 {
			g.mix(sum)
		}
	}
}
