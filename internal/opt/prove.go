package opt

import (
	"math"

	"strata/internal/abi"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// prove removes checks and branches whose outcome follows from what dominates
// them. It keeps difference constraints a - b <= k between integer values along the
// dominator tree, with the constant zero as one more node, and answers a
// question by a short search for a path, as ABCD does (Bodík, Gupta, Sarkar,
// PLDI 2000). Pointers known not to be nil are kept beside.
//
// Law: a constraint is over mathematical integers, so x + c is written as an
// offset of x only where the addition cannot overflow.
func prove(f *ssa.Func, cfg *Config) {
	p := &prover{f: f, edges: make([][]edge, f.NumValues()+1), lows: make([][]int64, f.NumValues()+1), zero: int32(f.NumValues()), nonNil: map[*ssa.Value]int{}}
	p.bits = make([]uint8, f.NumValues())
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			p.bits[v.ID] = uint8(v.Type.Bits())
		}
	}
	p.lengths()
	p.capacities()
	p.walk()
	f.ReplaceCopies()
	cleanCFG(f, cfg)
}

// edge of node a says: a - to <= k.
type edge struct {
	to int32
	k  int64
}

type prover struct {
	f      *ssa.Func
	edges  [][]edge
	bits   []uint8   // width of a value by ID
	log    []int32   // nodes in order of their new edges
	lows   [][]int64 // by node: its lower bounds
	zero   int32
	nonNil map[*ssa.Value]int
	nilLog []*ssa.Value
	steps  int
	from   int32 // where the search at work began
}

// lengths: those of slices and strings that come in as parameters or out of calls are not negative, anywhere.
func (p *prover) lengths() {
	for _, b := range p.f.Blocks {
		for _, v := range b.Values {
			var in []abi.Component
			switch {
			case v.Op == ssa.OpArg && p.f.ABI != nil:
				in = p.f.ABI.In
			case v.Op == ssa.OpResult && v.Args[0].Op.IsCall():
				in = v.Args[0].Aux.(*ssa.Call).ABI.Out
			default:
				continue
			}
			if int(v.AuxInt) < len(in) && v.Type == ssa.I64 && in[v.AuxInt].Count {
				p.le(p.zero, p.base(v), 0)
			}
		}
	}
}

func (p *prover) walk() {
	type frame struct {
		b            *ssa.Block
		mark, marknl int
		done         bool
	}
	work := []frame{{b: p.f.Entry}}
	for len(work) > 0 {
		top := &work[len(work)-1]
		if top.done {
			p.undo(top.mark, top.marknl)
			work = work[:len(work)-1]
			continue
		}
		top.done, top.mark, top.marknl = true, len(p.log), len(p.nilLog)
		p.enter(top.b)
		p.block(top.b)
		for _, k := range p.f.DomChildren(top.b) {
			work = append(work, frame{b: k})
		}
	}
}

func (p *prover) undo(mark, marknl int) {
	for _, n := range p.log[mark:] {
		last := len(p.edges[n]) - 1
		if n == p.zero {
			to := p.edges[n][last].to
			p.lows[to] = p.lows[to][:len(p.lows[to])-1]
		}
		p.edges[n] = p.edges[n][:last]
	}
	p.log = p.log[:mark]
	for _, v := range p.nilLog[marknl:] {
		p.nonNil[v]--
	}
	p.nilLog = p.nilLog[:marknl]
}

// base strips what does not change the mathematical value.
func (p *prover) base(v *ssa.Value) int32 { n, _ := p.split(v); return n }

// split writes v as node + c.
func (p *prover) split(v *ssa.Value) (node int32, c int64) {
	for {
		switch v.Op {
		case ssa.OpCopy, ssa.OpBounds, ssa.OpSignExt:
			v = v.Args[0]
			continue
		case ssa.OpConst:
			if !moderate(v.AuxInt) {
				return v.ID, c // near the ends sums of weights could wrap
			}
			return p.zero, c + v.AuxInt
		case ssa.OpAdd:
			if d := v.Args[1]; d.Op == ssa.OpConst && small(d.AuxInt) && small(c) && p.noOverflow(v.Args[0], d.AuxInt) {
				c += d.AuxInt
				v = v.Args[0]
				continue
			}
			if d := v.Args[0]; d.Op == ssa.OpConst && small(d.AuxInt) && small(c) && p.noOverflow(v.Args[1], d.AuxInt) {
				c += d.AuxInt
				v = v.Args[1]
				continue
			}
		}
		return v.ID, c
	}
}

func moderate(c int64) bool { return c > -1<<61 && c < 1<<61 }

func small(c int64) bool { return c > -1<<30 && c < 1<<30 }

// noOverflow tells whether x + c is known not to wrap.
func (p *prover) noOverflow(x *ssa.Value, c int64) bool {
	if p.steps > 0 {
		return false // asked from within a search: no nesting
	}
	x = strip(x)
	lo, hi := typeRange(x.Type)
	if c >= 0 {
		return p.atMostRaw(x.ID, p.zero, hi-c) || p.belowSomething(x, c)
	}
	return p.atMostRaw(p.zero, x.ID, -(lo - c))
}

// belowSomething: x - y <= -c for some value y no wider than x means x + c <= y, which is representable.
func (p *prover) belowSomething(x *ssa.Value, c int64) bool {
	for _, e := range p.edges[x.ID] {
		if e.to != p.zero && e.k <= -c && p.bits[e.to] <= uint8(x.Type.Bits()) {
			return true
		}
	}
	return false
}

func typeRange(t ssa.Type) (lo, hi int64) {
	switch t {
	case ssa.I8:
		return math.MinInt8, math.MaxInt8
	case ssa.I16:
		return math.MinInt16, math.MaxInt16
	case ssa.I32:
		return math.MinInt32, math.MaxInt32
	case ssa.Bool:
		return 0, 1
	}
	return math.MinInt64, math.MaxInt64
}

// le adds the constraint a - b <= k between nodes.
func (p *prover) le(a, b int32, k int64) {
	if a == b {
		return
	}
	p.edges[a] = append(p.edges[a], edge{b, k})
	if a == p.zero {
		p.lows[b] = append(p.lows[b], -k)
	}
	p.log = append(p.log, a)
}

// assertLE notes x <= y + k for values.
func (p *prover) assertLE(x, y *ssa.Value, k int64) {
	a, c := p.split(x)
	b, d := p.split(y)
	p.le(a, b, k-c+d)
	// The additions that split saw through may also be asked for as values of their own.
	a2, c2 := p.plain(x)
	b2, d2 := p.plain(y)
	if a != a2 || b != b2 {
		p.le(a2, b2, k-c2+d2)
	}
}

// plain is split without looking through additions.
func (p *prover) plain(v *ssa.Value) (node int32, c int64) {
	v = strip(v)
	if v.Op == ssa.OpConst && moderate(v.AuxInt) {
		return p.zero, v.AuxInt
	}
	return v.ID, 0
}

// strip looks through ops that keep the mathematical value.
func strip(v *ssa.Value) *ssa.Value {
	for v.Op == ssa.OpCopy || v.Op == ssa.OpBounds || v.Op == ssa.OpSignExt {
		v = v.Args[0]
	}
	return v
}

// atLeast notes v >= k.
func (p *prover) atLeast(v *ssa.Value, k int64) {
	n, c := p.plain(v)
	p.le(p.zero, n, c-k)
}

// provesLE tells whether x <= y + k is known.
func (p *prover) provesLE(x, y *ssa.Value, k int64) bool {
	a, c := p.split(x)
	b, d := p.split(y)
	if p.atMostRaw(a, b, k-c+d) {
		return true
	}
	a2, c2 := p.plain(x)
	b2, d2 := p.plain(y)
	return (a != a2 || b != b2) && p.atMostRaw(a2, b2, k-c2+d2)
}

const maxSteps = 200

// atMostRaw searches for a path from a to b of total weight at most k.
func (p *prover) atMostRaw(a, b int32, k int64) bool {
	p.steps, p.from = 1, a
	ok := p.search(a, b, k, 5)
	p.steps = 0
	return ok
}

func (p *prover) search(a, b int32, k int64, depth int) bool {
	if a == b {
		return k >= 0
	}
	es := p.edges[a]
	for i := len(es) - 1; i >= 0; i-- {
		if es[i].to == b && es[i].k <= k {
			return true
		}
	}
	if depth == 0 {
		return false
	}
	for i := len(es) - 1; i >= 0; i-- {
		e := es[i]
		if e.to == p.from { // round in a circle
			continue
		}
		if p.steps++; p.steps > maxSteps {
			return false
		}
		rest := k - e.k
		if !moderate(e.k) || !moderate(k) {
			continue
		}
		if p.search(e.to, b, rest, depth-1) {
			return true
		}
	}
	return false
}

// enter asserts what taking the edge into b tells.
func (p *prover) enter(b *ssa.Block) {
	p.inductions(b)
	if len(b.Preds) != 1 {
		return
	}
	q := b.Preds[0]
	if q.Kind != ssa.BlockIf || q.Succs[0] == q.Succs[1] {
		return
	}
	p.assume(q.Controls[0], q.Succs[0] == b)
}

func (p *prover) assume(c *ssa.Value, truth bool) {
	switch c.Op {
	case ssa.OpNot:
		p.assume(c.Args[0], !truth)
		return
	case ssa.OpAnd:
		if truth {
			p.assume(c.Args[0], true)
			p.assume(c.Args[1], true)
		}
		return
	case ssa.OpOr:
		if !truth {
			p.assume(c.Args[0], false)
			p.assume(c.Args[1], false)
		}
		return
	}
	if len(c.Args) != 2 || !c.Op.Has(ssa.Pure) {
		return
	}
	x, y := c.Args[0], c.Args[1]
	if x.Type == ssa.Ptr {
		if (c.Op == ssa.OpNe) == truth && (c.Op == ssa.OpNe || c.Op == ssa.OpEq) {
			p.notNil(x, y)
		}
		return
	}
	if !x.Type.IsInt() {
		return
	}
	p.relate(c.Op, x, y, truth)
}

// relate asserts x op y (or its opposite) for integers.
func (p *prover) relate(op ssa.Op, x, y *ssa.Value, truth bool) {
	if !truth {
		switch op {
		case ssa.OpEq:
			op = ssa.OpNe
		case ssa.OpNe:
			op = ssa.OpEq
		case ssa.OpLt:
			op, x, y = ssa.OpLe, y, x
		case ssa.OpLe:
			op, x, y = ssa.OpLt, y, x
		case ssa.OpLtU:
			op, x, y = ssa.OpLeU, y, x
		case ssa.OpLeU:
			op, x, y = ssa.OpLtU, y, x
		default:
			return
		}
	}
	switch op {
	case ssa.OpEq:
		p.assertLE(x, y, 0)
		p.assertLE(y, x, 0)
	case ssa.OpNe:
		if p.provesLE(y, x, 0) {
			p.assertLE(y, x, -1)
		}
		if p.provesLE(x, y, 0) {
			p.assertLE(x, y, -1)
		}
	case ssa.OpLt:
		p.assertLE(x, y, -1)
	case ssa.OpLe:
		p.assertLE(x, y, 0)
	case ssa.OpLtU, ssa.OpLeU:
		k := int64(-1)
		if op == ssa.OpLeU {
			k = 0
		}
		if p.nonNegative(y) {
			p.assertLE(x, y, k)
			p.atLeast(x, 0)
			if op == ssa.OpLtU {
				p.atLeast(y, 1)
			}
		}
	}
}

func (p *prover) nonNegative(v *ssa.Value) bool {
	if inherentlyNonNegative(v, 0) {
		return true
	}
	n, c := p.split(v)
	return p.atMostRaw(p.zero, n, c)
}

// inherentlyNonNegative looks at how v is computed.
func inherentlyNonNegative(v *ssa.Value, depth int) bool {
	if depth > 4 {
		return false
	}
	switch v.Op {
	case ssa.OpConst:
		return v.AuxInt >= 0
	case ssa.OpZeroExt, ssa.OpBitLen, ssa.OpPopCnt, ssa.OpCtz:
		return true
	case ssa.OpAnd:
		return inherentlyNonNegative(v.Args[0], depth+1) || inherentlyNonNegative(v.Args[1], depth+1)
	case ssa.OpShr:
		c := v.Args[1]
		return c.Op == ssa.OpConst && c.AuxInt > 0 || inherentlyNonNegative(v.Args[0], depth+1)
	case ssa.OpSar, ssa.OpSignExt, ssa.OpCopy, ssa.OpBounds, ssa.OpDivU, ssa.OpModU:
		return inherentlyNonNegative(v.Args[0], depth+1)
	case ssa.OpSelect:
		return inherentlyNonNegative(v.Args[1], depth+1) && inherentlyNonNegative(v.Args[2], depth+1)
	}
	return false
}

func (p *prover) notNil(x, y *ssa.Value) {
	if y.Op == ssa.OpConst && y.AuxInt == 0 {
		p.markNonNil(x)
	}
	if x.Op == ssa.OpConst && x.AuxInt == 0 {
		p.markNonNil(y)
	}
}

func (p *prover) markNonNil(v *ssa.Value) {
	for v.Op == ssa.OpCopy || v.Op == ssa.OpNilCheck {
		v = v.Args[0]
	}
	p.nonNil[v]++
	p.nilLog = append(p.nilLog, v)
}

func (p *prover) isNonNil(v *ssa.Value) bool {
	for v.Op == ssa.OpCopy || v.Op == ssa.OpNilCheck {
		if v.Op == ssa.OpNilCheck {
			return true
		}
		v = v.Args[0]
	}
	switch v.Op {
	case ssa.OpLocalAddr, ssa.OpGlobalAddr, ssa.OpFuncAddr, ssa.OpAlloc, ssa.OpArgAddr:
		return true
	case ssa.OpResult:
		if call, ok := v.Args[0].Aux.(*ssa.Call); ok && rtcall.Has(call.Known(), rtcall.NonNil) {
			return true
		}
	}
	return p.nonNil[v] > 0
}

// block uses what is known at b and learns from its checks.
func (p *prover) block(b *ssa.Block) {
	for _, v := range b.Values {
		switch v.Op {
		case ssa.OpNilCheck:
			if p.isNonNil(v.Args[0]) {
				v.CopyOf(v.Args[0])
			} else {
				p.markNonNil(v.Args[0])
			}
		case ssa.OpBounds:
			p.bounds(v)
		case ssa.OpCheck:
			if p.known(v.Args[0]) > 0 {
				v.Reset(ssa.OpInvalid)
			} else {
				p.assume(v.Args[0], true)
			}
		case ssa.OpShl, ssa.OpShr, ssa.OpSar:
			p.shift(v)
			p.derive(v)
		case ssa.OpMul, ssa.OpDivU, ssa.OpAdd, ssa.OpTrunc, ssa.OpSelect:
			p.derive(v)
		case ssa.OpDiv, ssa.OpMod:
			p.division(v)
		case ssa.OpAnd:
			p.masked(v)
		case ssa.OpZeroExt:
			if v.Args[0].Type.Bits() < 63 {
				p.le(v.ID, p.zero, int64(1)<<v.Args[0].Type.Bits()-1)
			}
			p.le(p.zero, v.ID, 0)
			p.derive(v)
		case ssa.OpModU:
			if d := v.Args[1]; d.Op == ssa.OpConst && d.AuxInt > 0 {
				p.le(v.ID, p.zero, d.AuxInt-1)
				p.le(p.zero, v.ID, 0)
			}
		case ssa.OpSub:
			p.difference(v)
		}
	}
	b.Remove(func(v *ssa.Value) bool { return v.Op == ssa.OpInvalid })
	if b.Kind == ssa.BlockIf && !b.Controls[0].IsConst() {
		if k := p.known(b.Controls[0]); k != 0 {
			b.ToJump((1 - k) / 2)

		}
	}
}

// known is 1 if c is true here, -1 if false, 0 if undecided.
func (p *prover) known(c *ssa.Value) int {
	if c.Op == ssa.OpConst {
		return int(2*c.AuxInt - 1)
	}
	if c.Op == ssa.OpNot {
		return -p.known(c.Args[0])
	}
	if len(c.Args) != 2 {
		return 0
	}
	x, y := c.Args[0], c.Args[1]
	if x.Type == ssa.Ptr {
		return p.knownPtr(c.Op, x, y)
	}
	if !x.Type.IsInt() || x.Type == ssa.Bool {
		return 0
	}
	switch c.Op {
	case ssa.OpLt:
		return p.decide(p.provesLE(x, y, -1), func() bool { return p.provesLE(y, x, 0) })
	case ssa.OpLe:
		return p.decide(p.provesLE(x, y, 0), func() bool { return p.provesLE(y, x, -1) })
	case ssa.OpLtU:
		if p.nonNegative(x) && p.nonNegative(y) {
			return p.decide(p.provesLE(x, y, -1), func() bool { return p.provesLE(y, x, 0) })
		}
	case ssa.OpLeU:
		if p.nonNegative(x) && p.nonNegative(y) {
			return p.decide(p.provesLE(x, y, 0), func() bool { return p.provesLE(y, x, -1) })
		}
	case ssa.OpEq, ssa.OpNe:
		differ := p.provesLE(x, y, -1) || p.provesLE(y, x, -1)
		equal := !differ && p.provesLE(x, y, 0) && p.provesLE(y, x, 0)
		k := p.decide(equal, func() bool { return differ })
		if c.Op == ssa.OpNe {
			k = -k
		}
		return k
	}
	return 0
}

func (p *prover) decide(yes bool, no func() bool) int {
	if yes {
		return 1
	}
	if no() {
		return -1
	}
	return 0
}

func (p *prover) knownPtr(op ssa.Op, x, y *ssa.Value) int {
	if x.Op == ssa.OpConst {
		x, y = y, x
	}
	if y.Op != ssa.OpConst || y.AuxInt != 0 || !p.isNonNil(x) {
		return 0
	}
	switch op {
	case ssa.OpNe:
		return 1
	case ssa.OpEq:
		return -1
	}
	return 0
}

// bounds drops a check that must succeed; otherwise what it checks holds from here on.
func (p *prover) bounds(v *ssa.Value) {
	i, n := v.Args[0], v.Args[1]
	k := int64(-1)
	if ssa.BoundsKind(v.AuxInt).Inclusive() {
		k = 0
	}
	switch ssa.BoundsKind(v.AuxInt) &^ ssa.BoundsUnsigned {
	case ssa.BoundsIndex, ssa.BoundsSliceAlen, ssa.BoundsSliceAcap, ssa.BoundsSlice3Alen, ssa.BoundsSlice3Acap:
		p.atLeast(n, 0) // a length; what made a slice of it has checked that before
	}
	if p.nonNegative(i) && p.provesLE(i, n, k) {
		v.CopyOf(i)
		return
	}
	p.assertLE(i, n, k)
	p.atLeast(i, 0)
	if k < 0 {
		p.atLeast(n, 1)
	}
}

// shift notes that a count is below the width.
func (p *prover) shift(v *ssa.Value) {
	c := v.Args[1]
	if v.AuxInt == 1 || c.Op == ssa.OpConst {
		return
	}
	n, d := p.split(c)
	if p.nonNegative(c) && p.atMostRaw(n, p.zero, int64(v.Type.Bits())-1-d) {
		v.AuxInt = 1
	}
}

// division of non-negative numbers is unsigned, which powers of two make cheap.
func (p *prover) division(v *ssa.Value) {
	if !v.Type.IsInt() || !p.nonNegative(v.Args[0]) || !p.nonNegative(v.Args[1]) {
		return
	}
	if v.Op == ssa.OpDiv {
		v.Op = ssa.OpDivU
	} else {
		v.Op = ssa.OpModU
		if d := v.Args[1]; d.Op == ssa.OpConst && d.AuxInt > 0 {
			p.le(v.ID, p.zero, d.AuxInt-1)
		}
		p.le(p.zero, v.ID, 0)
	}
}

func (p *prover) masked(v *ssa.Value) {
	for _, m := range v.Args {
		if m.Op == ssa.OpConst && m.AuxInt >= 0 {
			p.le(v.ID, p.zero, m.AuxInt)
			p.le(p.zero, v.ID, 0)
		}
	}
}

// difference: x - y of non-negative x >= y lies in [0, x].
func (p *prover) difference(v *ssa.Value) {
	x, y := v.Args[0], v.Args[1]
	if !v.Type.IsInt() || !p.nonNegative(y) || !p.provesLE(y, x, 0) {
		return
	}
	p.le(p.zero, v.ID, 0)
	a, c := p.split(x)
	p.le(v.ID, a, c)
}

// inductions learns from phis of loop header b that count up or down.
func (p *prover) inductions(b *ssa.Block) {
	if len(b.Preds) != 2 {
		return
	}
	for _, v := range b.Values {
		if v.Op != ssa.OpPhi {
			return
		}
		if !v.Type.IsInt() || v.Type == ssa.Bool {
			continue
		}
		for k := range 2 {
			init, next := v.Args[k], v.Args[1-k]
			if next.Op == ssa.OpCopy || !p.f.Dominates(b, b.Preds[1-k]) || p.f.Dominates(b, b.Preds[k]) {
				continue
			}
			p.induction(v, init, next, b)
		}
	}
}

// induction: v = phi(init, v + c). Counting up, v >= init if the addition cannot wrap, which
// a test v < limit on the way to the addition ensures.
func (p *prover) induction(v, init, next *ssa.Value, b *ssa.Block) {
	if next.Op != ssa.OpAdd {
		return
	}
	x, d := next.Args[0], next.Args[1]
	if x.Op == ssa.OpConst {
		x, d = d, x
	}
	for x.Op == ssa.OpBounds || x.Op == ssa.OpCopy {
		x = x.Args[0]
	}
	if x != v || d.Op != ssa.OpConst || d.AuxInt == 0 || !p.guarded(v, next, d.AuxInt) {
		return
	}
	if d.AuxInt > 0 {
		p.assertLE(init, v, 0)
	} else {
		p.assertLE(v, init, 0)
	}
}

// guarded tells whether a test of v that dominates its increment keeps the increment from wrapping.
func (p *prover) guarded(v, next *ssa.Value, step int64) bool {
	for b := next.Block; b != nil && b != v.Block; b = p.f.Idom(b) {
		if len(b.Preds) != 1 {
			continue
		}
		q := b.Preds[0]
		if q.Kind != ssa.BlockIf || q.Succs[0] == q.Succs[1] {
			continue
		}
		if limits(q.Controls[0], q.Succs[0] == b, v, step) {
			return true
		}
	}
	return false
}

// limits tells whether condition c being truth bounds v away from wrapping by step.
func limits(c *ssa.Value, truth bool, v *ssa.Value, step int64) bool {
	if c.Op != ssa.OpLt && c.Op != ssa.OpLe {
		return false
	}
	x, y, strict := c.Args[0], c.Args[1], c.Op == ssa.OpLt
	if !truth {
		x, y, strict = y, x, !strict
	}
	lo, hi := typeRange(v.Type)
	if step > 0 && x == v { // v < y or v <= y
		if y.Op == ssa.OpConst {
			return y.AuxInt <= hi-step
		}
		return strict && step == 1
	}
	if step < 0 && y == v { // x < v or x <= v
		if x.Op == ssa.OpConst {
			return x.AuxInt >= lo-step
		}
		return strict && step == -1
	}
	return false
}
