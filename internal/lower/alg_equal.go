package lower

import (
	"go/types"

	"strata/internal/ssa"
)

// equal compares two values of type t with ==.
func (b *builder) equal(x, y val, t types.Type) *ssa.Value {
	t = b.typ(t)
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return b.equalBasic(x, y, u)
	case *types.Interface:
		return b.equalInterface(x, y, u)
	case *types.Struct:
		return b.equalStruct(x, y, t, u)
	case *types.Array:
		return b.equalArray(x, y, t, u)
	}
	// Pointers, channels, and the comparison of maps, functions and slices with nil.
	return b.op(ssa.OpEq, ssa.Bool, x.s[0], y.s[0])
}

func (b *builder) equalBasic(x, y val, u *types.Basic) *ssa.Value {
	switch {
	case u.Info()&types.IsString != 0:
		return b.equalString(x, y)
	case u.Info()&types.IsComplex != 0:
		re := b.op(ssa.OpEq, ssa.Bool, x.s[0], y.s[0])
		im := b.op(ssa.OpEq, ssa.Bool, x.s[1], y.s[1])
		return b.op(ssa.OpAnd, ssa.Bool, re, im)
	}
	return b.op(ssa.OpEq, ssa.Bool, x.s[0], y.s[0])
}

// equalString compares lengths first, bytes only if they agree.
func (b *builder) equalString(x, y val) *ssa.Value {
	n := x.s[1]
	if n.IsConst() {
		x, y = y, x
	}
	n = y.s[1]
	same := b.op(ssa.OpEq, ssa.Bool, x.s[1], n)
	if n.IsConst() && n.AuxInt == 0 {
		return same
	}
	return b.andAlso(same, func() *ssa.Value {
		if n.IsConst() && n.AuxInt <= maxInlineCompare {
			return b.memEqConst(x.s[0], y.s[0], n.AuxInt)
		}
		return b.rt("memequal", x.s[0], y.s[0], n)[0]
	})
}

func (b *builder) memEqConst(p, q *ssa.Value, n int64) *ssa.Value {
	return b.opI(ssa.OpMemEqConst, ssa.Bool, n, p, q)
}

// equalInterface compares the type words; only equal ones have comparable data.
func (b *builder) equalInterface(x, y val, u *types.Interface) *ssa.Value {
	f := "ifaceeq"
	if u.NumMethods() == 0 {
		f = "efaceeq"
	}
	same := b.op(ssa.OpEq, ssa.Bool, x.s[0], y.s[0])
	return b.andAlso(same, func() *ssa.Value {
		return b.rt(f, x.s[0], x.s[1], y.s[1])[0]
	})
}

// maxInlineParts is how many comparisons of struct parts are worth a call.
const maxInlineParts = 4

// algCost is the number of comparisons that t takes.
func (p *Program) algCost(t types.Type) int64 {
	if p.alg(t) != algSpecial {
		return 1
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		return u.Len() * p.algCost(u.Elem())
	case *types.Struct:
		n := int64(0)
		for _, part := range p.algParts(u) {
			if part.t == nil {
				n++
			} else {
				n += p.algCost(part.t)
			}
		}
		return n
	}
	return 1
}

func (b *builder) equalStruct(x, y val, t types.Type, u *types.Struct) *ssa.Value {
	if x.addr != nil && y.addr != nil {
		return b.equalAt(x.addr, y.addr, t, false)
	}
	result := b.constInt(ssa.Bool, 1)
	first := true
	for i := range u.NumFields() {
		f := u.Field(i)
		if f.Name() == "_" || b.p.sizeof(b.typ(f.Type())) == 0 {
			continue
		}
		cmp := func() *ssa.Value { return b.equal(b.fieldOf(x, i), b.fieldOf(y, i), f.Type()) }
		switch {
		case first:
			result = cmp()
		case b.p.alg(b.typ(f.Type())) == algMem || b.p.alg(b.typ(f.Type())) == algFloat:
			result = b.op(ssa.OpAnd, ssa.Bool, result, cmp())
		default:
			result = b.andAlso(result, cmp)
		}
		first = false
	}
	return result
}

func (b *builder) equalArray(x, y val, t types.Type, u *types.Array) *ssa.Value {
	if u.Len() == 0 {
		return b.constInt(ssa.Bool, 1)
	}
	if x.addr != nil && y.addr != nil {
		return b.equalAt(x.addr, y.addr, t, false)
	}
	result := b.equal(b.elemOf(x, 0), b.elemOf(y, 0), u.Elem())
	for i := int64(1); i < u.Len(); i++ {
		result = b.andAlso(result, func() *ssa.Value {
			return b.equal(b.elemOf(x, i), b.elemOf(y, i), u.Elem())
		})
	}
	return result
}

// equalAt compares two values in memory. expand is set in the body of t's own
// function, which must not call itself.
func (b *builder) equalAt(x, y *ssa.Value, t types.Type, expand bool) *ssa.Value {
	switch b.p.alg(t) {
	case algMem:
		return b.memEqual(x, y, b.p.sizeof(t))
	case algSpecial:
	default:
		return b.equal(b.load(x, t), b.load(y, t), t)
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		if expand || b.p.algCost(t) <= maxInlineParts {
			return b.equalParts(x, y, b.p.algParts(u))
		}
	case *types.Array:
		if expand {
			return b.equalLoop(x, y, u)
		}
		if b.p.algCost(t) <= maxInlineParts {
			return b.equalUnrolled(x, y, u)
		}
	}
	sig := funcSig([]types.Type{tUnsafe, tUnsafe}, tBool)
	args := []val{{t: tUnsafe, s: []*ssa.Value{x}}, {t: tUnsafe, s: []*ssa.Value{y}}}
	return b.callFunc(b.p.eqCode(t), sig, args)[0].s[0]
}

func (b *builder) memEqual(x, y *ssa.Value, size int64) *ssa.Value {
	switch {
	case size == 0:
		return b.constInt(ssa.Bool, 1)
	case size <= maxInlineCompare:
		return b.memEqConst(x, y, size)
	}
	return b.rt("memequal", x, y, b.constInt(ssa.I64, size))[0]
}

func (b *builder) equalParts(x, y *ssa.Value, parts []algPart) *ssa.Value {
	result := b.constInt(ssa.Bool, 1)
	for i, part := range parts {
		cmp := func() *ssa.Value {
			p, q := b.offPtr(x, part.off), b.offPtr(y, part.off)
			if part.t == nil {
				return b.memEqual(p, q, part.size)
			}
			return b.equalAt(p, q, part.t, false)
		}
		if i == 0 {
			result = cmp()
		} else {
			result = b.andAlso(result, cmp)
		}
	}
	return result
}

func (b *builder) equalUnrolled(x, y *ssa.Value, u *types.Array) *ssa.Value {
	size := b.p.sizeof(u.Elem())
	result := b.equalAt(x, y, u.Elem(), false)
	for i := int64(1); i < u.Len(); i++ {
		result = b.andAlso(result, func() *ssa.Value {
			return b.equalAt(b.offPtr(x, i*size), b.offPtr(y, i*size), u.Elem(), false)
		})
	}
	return result
}

// equalLoop compares arrays element by element and stops at the first difference.
func (b *builder) equalLoop(x, y *ssa.Value, u *types.Array) *ssa.Value {
	size := b.p.sizeof(u.Elem())
	done, next := b.newBlock(), (*ssa.Block)(nil)
	b.countTo(b.constInt(ssa.I64, u.Len()), func(i *ssa.Value) {
		off := b.op(ssa.OpMul, ssa.I64, i, b.constInt(ssa.I64, size))
		p := b.op(ssa.OpAddPtr, ssa.Ptr, x, off)
		q := b.op(ssa.OpAddPtr, ssa.Ptr, y, off)
		next = b.newBlock()
		b.branch(b.equalAt(p, q, u.Elem(), false), next, done, ssa.Taken)
		b.next(next)
	})
	all := b.cur
	b.jump(done)
	b.next(done)
	phi := done.NewPhi(ssa.Bool, b.at)
	for _, pred := range done.Preds {
		v := int64(0)
		if pred == all {
			v = 1
		}
		phi.AddArgs(b.constIn(pred, ssa.Bool, v))
	}
	return phi
}

// constIn puts a constant at the end of another block, for a phi.
func (b *builder) constIn(blk *ssa.Block, t ssa.Type, v int64) *ssa.Value {
	return blk.NewValueI(ssa.OpConst, t, b.at, v)
}

// andAlso evaluates f only if c holds; the result is whether both do.
func (b *builder) andAlso(c *ssa.Value, f func() *ssa.Value) *ssa.Value {
	rest, done := b.newBlock(), b.newBlock()
	from := b.here()
	b.branch(c, rest, done, ssa.Unknown)
	b.next(rest)
	v := f()
	b.jump(done)
	b.next(done)
	phi := done.NewPhi(ssa.Bool, b.at)
	for _, pred := range done.Preds {
		if pred == from {
			phi.AddArgs(b.constIn(pred, ssa.Bool, 0))
		} else {
			phi.AddArgs(v)
		}
	}
	return phi
}

// countTo runs body for i from 0 to n-1 and goes on behind the loop.
func (b *builder) countTo(n *ssa.Value, body func(i *ssa.Value)) {
	zero := b.constInt(ssa.I64, 0)
	head, in, out := b.newBlock(), b.newBlock(), b.newBlock()
	b.jump(head)
	b.setBlock(head)
	i := head.NewPhi(ssa.I64, b.at)
	b.branch(b.op(ssa.OpLt, ssa.Bool, i, n), in, out, ssa.Taken)
	b.next(in)
	body(i)
	i.AddArgs(zero)
	if b.cur != nil {
		i.AddArgs(b.op(ssa.OpAdd, ssa.I64, i, b.constInt(ssa.I64, 1)))
	}
	b.jump(head)
	b.seal(head)
	b.next(out)
}
