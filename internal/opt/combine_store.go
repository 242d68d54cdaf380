package opt

import (
	"slices"

	"strata/internal/ssa"
)

// part is a store of some bits of a number, or of a constant.
type part struct {
	store *ssa.Value
	at    spot
	of    *ssa.Value // the number; nil for a constant
	shift int64      // of the part in the number, bits; the constant's value if of is nil
	size  int64
}

// combineStores looks at runs of stores with nothing but pure values between them.
func combineStores(b *ssa.Block) bool {
	found := false
	var run []part
	flush := func() {
		if len(run) > 1 && joinStores(b, run) {
			found = true
		}
		run = run[:0]
	}
	for _, v := range slices.Clone(b.Values) { // joining inserts values
		switch {
		case v.Op == ssa.OpStore:
			p, ok := partOf(v)
			if !ok || len(run) > 0 && !p.joins(run[0]) {
				flush()
			}
			if ok {
				run = append(run, p)
				if len(run) == 8 {
					flush()
				}
			}
		case v.Op.Has(ssa.Pure), v.Op == ssa.OpPhi:
		case v.Op == ssa.OpNilCheck || v.Op == ssa.OpNop || v.Op == ssa.OpArg:
			if v.Op == ssa.OpNilCheck {
				flush()
			}
		default:
			flush()
		}
	}
	flush()
	if found {
		b.Remove(func(v *ssa.Value) bool { return v.Op == ssa.OpInvalid })
	}
	return found
}

// joins tells whether p may be part of one store with q: same object, same number.
func (p part) joins(q part) bool {
	return p.at.base == q.at.base && p.at.index == q.at.index && p.of == q.of && p.size == q.size
}

func partOf(v *ssa.Value) (part, bool) {
	x := v.Args[1]
	p := part{store: v, at: spotOf(v.Args[0], v.AuxInt), size: x.Type.Size()}
	if !x.Type.IsInt() || x.Type == ssa.Bool || p.size > 4 {
		return p, false
	}
	if x.Op == ssa.OpConst {
		p.shift = x.AuxInt
		return p, true
	}
	for x.Op == ssa.OpTrunc || x.Op == ssa.OpCopy {
		x = x.Args[0]
	}
	if c := x; c.Op == ssa.OpShr && c.Args[1].Op == ssa.OpConst && c.Args[1].AuxInt > 0 && c.Args[1].AuxInt < int64(c.Type.Bits()) {
		p.of, p.shift = c.Args[0], c.Args[1].AuxInt
		return p, true
	}
	p.of = x
	return p, true
}

// joinStores replaces a run, or the largest part of it that fits, by one store at the place of the last.
func joinStores(b *ssa.Block, run []part) bool {
	found := false
	for i := 0; i+1 < len(run); {
		n := 0
		for k := largest(len(run)-i, run[i].size); k >= 2; k /= 2 {
			if joinRun(b, run[i:i+k]) {
				n = k
				break
			}
		}
		if n == 0 {
			i++
			continue
		}
		found = true
		i += n
	}
	return found
}

// largest is the greatest power of two of parts that fit 8 bytes.
func largest(n int, size int64) int {
	k := 1
	for k*2 <= n && int64(k*2)*size <= 8 {
		k *= 2
	}
	return k
}

func joinRun(b *ssa.Block, run []part) bool {
	n, size := len(run), run[0].size
	lowest := run[0]
	for _, p := range run {
		if p.at.off < lowest.at.off {
			lowest = p
		}
	}
	sorted := make([]*part, n)
	for i := range run {
		k := (run[i].at.off - lowest.at.off) / size
		if k >= int64(n) || (run[i].at.off-lowest.at.off)%size != 0 || sorted[k] != nil {
			return false
		}
		sorted[k] = &run[i]
	}
	t := ssa.IntType(size * int64(n))
	last := run[n-1].store
	if run[0].of == nil {
		storeWide(b, run, lowest, joinedConst(sorted, t, size, last))
		return true
	}
	bits := size * 8
	little, big := true, true
	low := sorted[0].shift
	for k, p := range sorted {
		little = little && p.shift == low+int64(k)*bits
		big = big && p.shift == sorted[n-1].shift+int64(n-1-k)*bits
	}
	x := run[0].of
	from := low
	if big && !little {
		from = sorted[n-1].shift
	}
	if !little && !(big && size == 1) || from+int64(n)*bits > int64(x.Type.Bits()) {
		return false
	}
	if from > 0 {
		x = before(last, ssa.OpShr, x.Type, 1, nil, x, before(last, ssa.OpConst, ssa.I8, from, nil))
	}
	if x.Type != t {
		x = before(last, ssa.OpTrunc, t, 0, nil, x)
	}
	if !little {
		if t == ssa.I16 {
			x = before(last, ssa.OpRotL, t, 0, nil, x, before(last, ssa.OpConst, ssa.I8, 8, nil))
		} else {
			x = before(last, ssa.OpBswap, t, 0, nil, x)
		}
	}
	storeWide(b, run, lowest, x)
	return true
}

func joinedConst(sorted []*part, t ssa.Type, size int64, at *ssa.Value) *ssa.Value {
	var c uint64
	for k, p := range sorted {
		c |= (uint64(p.shift) & (1<<(8*size) - 1)) << (8 * size * int64(k))
	}
	return before(at, ssa.OpConst, t, norm(t, int64(c)), nil)
}

// storeWide lets the last store of the run store x and drops the others.
func storeWide(b *ssa.Block, run []part, lowest part, x *ssa.Value) {
	last := run[len(run)-1].store
	p, off := lowest.store.Args[0], lowest.store.AuxInt
	last.SetArg(0, p)
	last.SetArg(1, x)
	last.AuxInt = off
	for _, q := range run[:len(run)-1] {
		q.store.Reset(ssa.OpInvalid)
	}
}
