package lower

import (
	"go/types"

	"strata/internal/ssa"
)

// hashAt mixes the value of type t at address x into the hash h.
func (b *builder) hashAt(x, h *ssa.Value, t types.Type) *ssa.Value {
	switch b.p.alg(t) {
	case algMem:
		return b.memHash(x, h, b.p.sizeof(t))
	case algString:
		return b.rt("strhash", x, h)[0]
	case algInter:
		return b.rt("interhash", x, h)[0]
	case algNilInter:
		return b.rt("nilinterhash", x, h)[0]
	case algFloat, algComplex:
		return b.rt(floatHash(b.p.sizeof(t), b.p.alg(t)), x, h)[0]
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for _, part := range b.p.algParts(u) {
			p := b.offPtr(x, part.off)
			if part.t == nil {
				h = b.memHash(p, h, part.size)
			} else {
				h = b.hashAt(p, h, part.t)
			}
		}
	case *types.Array:
		h = b.hashLoop(x, h, u)
	}
	return h
}

func floatHash(size int64, k algKind) string {
	switch {
	case k == algFloat && size == 4:
		return "f32hash"
	case k == algFloat:
		return "f64hash"
	case size == 8:
		return "c64hash"
	}
	return "c128hash"
}

func (b *builder) memHash(x, h *ssa.Value, size int64) *ssa.Value {
	switch size {
	case 0:
		return h
	case 4:
		return b.rt("memhash32", x, h)[0]
	case 8:
		return b.rt("memhash64", x, h)[0]
	}
	return b.rt("memhash", x, h, b.constInt(ssa.I64, size))[0]
}

// hashLoop mixes in the elements of an array one after the other.
func (b *builder) hashLoop(x, h *ssa.Value, u *types.Array) *ssa.Value {
	size := b.p.sizeof(u.Elem())
	var sum, last *ssa.Value
	b.countTo(b.constInt(ssa.I64, u.Len()), func(i *ssa.Value) {
		sum = i.Block.NewPhi(ssa.I64, b.at)
		off := b.op(ssa.OpMul, ssa.I64, i, b.constInt(ssa.I64, size))
		last = b.hashAt(b.op(ssa.OpAddPtr, ssa.Ptr, x, off), sum, u.Elem())
	})
	sum.AddArgs(h, last)
	return sum
}
