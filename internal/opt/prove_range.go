package opt

import (
	"math"

	"strata/internal/ssa"
)

// What prove learns from the way a value is computed: numeric bounds pass through arithmetic.

// upper returns the least k found with node <= k.
func (p *prover) upper(v *ssa.Value) (int64, bool) {
	if v.Op == ssa.OpConst {
		return v.AuxInt, moderate(v.AuxInt)
	}
	n, c := p.split(v)
	best, ok := p.bound(n, 3)
	if _, hi := typeRange(strip(v).Type); !ok && hi < 1<<40 {
		best, ok = hi, c <= 0
	}
	return best + c, ok && moderate(best)
}

// interval returns bounds found for v on both sides.
func (p *prover) interval(v *ssa.Value) (lo, hi int64, ok bool) {
	hi, ok = p.upper(v)
	if !ok {
		return 0, 0, false
	}
	lo, ok = p.lower(v)
	return lo, hi, ok && lo <= hi
}

// lower returns the greatest k noted with node >= k.
func (p *prover) lower(v *ssa.Value) (best int64, ok bool) {
	if v.Op == ssa.OpConst {
		return v.AuxInt, moderate(v.AuxInt)
	}
	n, c := p.split(v)
	if lo, _ := typeRange(strip(v).Type); lo > -1<<40 && c >= 0 {
		best, ok = lo, true
	}
	for _, k := range p.lows[n] {
		if moderate(k) && (!ok || k > best) {
			best, ok = k, true
		}
	}
	if p.nonNegative(v) && (!ok || best+c < 0) {
		return 0, true
	}
	return best + c, ok
}

// bound searches for the smallest weight of a path from n to zero.
func (p *prover) bound(n int32, depth int) (best int64, ok bool) {
	if n == p.zero {
		return 0, true
	}
	if depth == 0 {
		return 0, false
	}
	es := p.edges[n]
	for i := len(es) - 1; i >= max(0, len(es)-8); i-- {
		if !moderate(es[i].k) {
			continue
		}
		if k, found := p.bound(es[i].to, depth-1); found && (!ok || k+es[i].k < best) && moderate(k+es[i].k) {
			best, ok = k+es[i].k, true
		}
	}
	return best, ok
}

// within notes 0 <= v <= hi.
func (p *prover) within(v *ssa.Value, hi int64) {
	p.le(v.ID, p.zero, hi)
	p.le(p.zero, v.ID, 0)
}

// derive learns about v from its arguments.
func (p *prover) derive(v *ssa.Value) {
	if !v.Type.IsInt() || v.Type == ssa.Bool {
		return
	}
	switch v.Op {
	case ssa.OpShl, ssa.OpMul:
		p.scaled(v)
	case ssa.OpShr, ssa.OpSar, ssa.OpDivU:
		p.divided(v)
	case ssa.OpAdd:
		p.sum(v)
	case ssa.OpTrunc, ssa.OpZeroExt:
		p.converted(v)
	case ssa.OpSelect:
		p.chosen(v, v.Args[1:])
	}
}

// scaled: x << c and x * c for small non-negative x.
func (p *prover) scaled(v *ssa.Value) {
	x, y := v.Args[0], v.Args[1]
	if x.Op == ssa.OpConst && v.Op == ssa.OpMul {
		x, y = y, x
	}
	if y.Op != ssa.OpConst || y.AuxInt <= 0 {
		return
	}
	factor := y.AuxInt
	if v.Op == ssa.OpShl {
		if y.AuxInt > 40 {
			return
		}
		factor = 1 << uint(y.AuxInt)
	}
	if !p.nonNegative(x) {
		return
	}
	_, max := typeRange(v.Type)
	if hi, ok := p.upper(x); ok && hi >= 0 && hi <= max/factor {
		p.within(v, hi*factor)
	}
}

// divided: a quotient or a right shift of a non-negative number is smaller.
func (p *prover) divided(v *ssa.Value) {
	x, y := v.Args[0], v.Args[1]
	if y.Op != ssa.OpConst || y.AuxInt <= 0 {
		return
	}
	p.middle(v)
	if v.Op == ssa.OpShr && y.AuxInt > 0 && y.AuxInt < int64(v.Type.Bits()) {
		p.within(v, int64(uint64(1)<<(v.Type.Bits()-uint(y.AuxInt))-1))
	}
	if !p.nonNegative(x) {
		return
	}
	a, c := p.split(x)
	p.le(v.ID, a, c)
	p.le(p.zero, v.ID, 0)
	if hi, ok := p.upper(x); ok && hi >= 0 {
		if v.Op == ssa.OpDivU {
			hi /= y.AuxInt
		} else {
			hi >>= uint(min(y.AuxInt, 63))
		}
		p.within(v, hi)
	}
}

// middle: the mean (i+j)/2 of 0 <= i <= j, computed without sign, lies between them; below j if i < j.
func (p *prover) middle(v *ssa.Value) {
	s := v.Args[0]
	half := v.Op == ssa.OpShr && v.Args[1].AuxInt == 1 || v.Op == ssa.OpDivU && v.Args[1].AuxInt == 2
	if !half || s.Op != ssa.OpAdd {
		return
	}
	i, j := s.Args[0], s.Args[1]
	if i.Op == ssa.OpConst || j.Op == ssa.OpConst || !p.nonNegative(i) || !p.nonNegative(j) {
		return
	}
	if !p.provesLE(i, j, 0) {
		i, j = j, i
		if !p.provesLE(i, j, 0) {
			return
		}
	}
	k := int64(0)
	if p.provesLE(i, j, -1) {
		k = -1
	}
	p.assertLE(v, j, k)
	p.assertLE(i, v, 0)
}

// sum: numbers so small that their sum cannot wrap.
func (p *prover) sum(v *ssa.Value) {
	x, y := v.Args[0], v.Args[1]
	if x.Op == ssa.OpConst || y.Op == ssa.OpConst {
		return
	}
	lx, hx, ok1 := p.interval(x)
	ly, hy, ok2 := p.interval(y)
	if !ok1 || !ok2 {
		return
	}
	if min, max := typeRange(v.Type); lx+ly < min || hx+hy > max {
		return
	}
	p.le(v.ID, p.zero, hx+hy)
	p.le(p.zero, v.ID, -(lx + ly))
	a, c := p.split(x)
	b, d := p.split(y)
	p.le(a, v.ID, -c-ly)
	p.le(v.ID, a, c+hy)
	p.le(b, v.ID, -d-lx)
	p.le(v.ID, b, d+hx)
}

// converted: extending or cutting a number that fits leaves it as it is.
func (p *prover) converted(v *ssa.Value) {
	x := v.Args[0]
	if !x.Type.IsInt() || x.Type == ssa.Bool || !p.nonNegative(x) {
		return
	}
	if v.Op == ssa.OpTrunc {
		_, max := typeRange(v.Type)
		if hi, ok := p.upper(x); !ok || hi > max {
			return
		}
	}
	n, c := p.split(x)
	p.le(v.ID, n, c)
	p.le(n, v.ID, -c)
}

// chosen: one of several numbers.
func (p *prover) chosen(v *ssa.Value, list []*ssa.Value) {
	hi := int64(math.MinInt64)
	for _, x := range list {
		h, ok := p.upper(x)
		if !ok {
			return
		}
		hi = max(hi, h)
	}
	p.le(v.ID, p.zero, hi)
	for _, x := range list {
		if !p.nonNegative(x) {
			return
		}
	}
	p.le(p.zero, v.ID, 0)
}
