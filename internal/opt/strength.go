package opt

import (
	"math/bits"

	"strata/internal/ssa"
)

// strength replaces tests of divisibility by a constant, x%c == 0, by a
// multiplication (Granlund and Montgomery, PLDI 1994, section 9): the
// multiples of c are what the inverse of c's odd part maps to the smallest numbers.
//
// It comes after prove, which tells where a remainder is unsigned.
func strength(f *ssa.Func, _ *Config) {
	for _, b := range f.Blocks {
		for i := 0; i < len(b.Values); i++ {
			v := b.Values[i]
			if v.Op != ssa.OpEq && v.Op != ssa.OpNe {
				continue
			}
			n := len(b.Values)
			divisible(v)
			i += len(b.Values) - n
		}
	}
}

// divisible rewrites v if it compares a remainder with zero.
func divisible(v *ssa.Value) {
	m, z := v.Args[0], v.Args[1]
	if m.Op == ssa.OpConst {
		m, z = z, m
	}
	if z.Op != ssa.OpConst || z.AuxInt != 0 || m.Uses != 1 || m.Op != ssa.OpMod && m.Op != ssa.OpModU || m.Args[1].Op != ssa.OpConst {
		return
	}
	t, x := m.Type, m.Args[0]
	signed := m.Op == ssa.OpMod
	c := unsigned(t, m.Args[1].AuxInt)
	if signed && m.Args[1].AuxInt < 0 {
		c = unsigned(t, -m.Args[1].AuxInt)
	}
	if c < 2 {
		return
	}
	if c&(c-1) == 0 {
		mask := before(v, ssa.OpConst, t, norm(t, int64(c-1)), nil)
		low := before(v, ssa.OpAnd, t, 0, nil, x, mask)
		zero := before(v, ssa.OpConst, t, 0, nil)
		rewriteTo(v, v.Op, 0, nil, low, zero)
		return
	}
	k := bits.TrailingZeros64(c)
	product := before(v, ssa.OpMul, t, 0, nil, x, before(v, ssa.OpConst, t, norm(t, int64(inverse(c>>k))), nil))
	limit := unsigned(t, -1) / c
	if signed {
		q := (uint64(1)<<(t.Bits()-1) - 1) / c
		product = before(v, ssa.OpAdd, t, 0, nil, product, before(v, ssa.OpConst, t, norm(t, int64(q<<k)), nil))
		limit = 2 * q
	}
	if k > 0 {
		product = before(v, ssa.OpRotL, t, 0, nil, product, before(v, ssa.OpConst, ssa.I8, int64(t.Bits())-int64(k), nil))
	}
	bound := before(v, ssa.OpConst, t, norm(t, int64(limit)), nil)
	if v.Op == ssa.OpEq {
		rewriteTo(v, ssa.OpLeU, 0, nil, product, bound)
	} else {
		rewriteTo(v, ssa.OpLtU, 0, nil, bound, product)
	}
}

// inverse is the inverse of the odd number d modulo 2^64, by Newton's iteration.
func inverse(d uint64) uint64 {
	x := d // right to 3 bits
	for range 5 {
		x *= 2 - d*x
	}
	return x
}
