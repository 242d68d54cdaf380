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
		return b.equalInterface(x, y, t)
	case *types.Struct, *types.Array:
		return b.equalParts(x, y, t)
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
func (b *builder) equalInterface(x, y val, t types.Type) *ssa.Value {
	same := b.op(ssa.OpEq, ssa.Bool, x.s[0], y.s[0])
	return b.andAlso(same, func() *ssa.Value {
		return b.rt(ifaceEqual(t), x.s[0], x.s[1], y.s[1])[0]
	})
}

// ifaceEqual names the function that compares the values of two interfaces of one dynamic type.
func ifaceEqual(t types.Type) string {
	if isEmptyInterface(t) {
		return "efaceeq"
	}
	return "ifaceeq"
}

// A cmpStep is a part of a comparison.
//
// Steps run until one finds a difference. Cheap ones (scalars, lengths of
// strings, types of interfaces) go before others, but none crosses a step that
// may panic: whether a comparison panics depends on the order of fields alone.
type cmpStep struct {
	cheap, panics bool
	eval          func() *ssa.Value
}

// runSteps evaluates the steps in a good order.
func (b *builder) runSteps(list []cmpStep) *ssa.Value {
	sorted := make([]cmpStep, 0, len(list))
	var late []cmpStep
	for _, s := range list {
		switch {
		case s.panics:
			sorted = append(append(sorted, late...), s)
			late = nil
		case s.cheap:
			sorted = append(sorted, s)
		default:
			late = append(late, s)
		}
	}
	sorted = append(sorted, late...)
	if len(sorted) == 0 {
		return b.constInt(ssa.Bool, 1)
	}
	result := sorted[0].eval()
	for _, s := range sorted[1:] {
		result = b.andAlso(result, s.eval)
	}
	return result
}

// mayPanic tells whether comparing values of t may panic: they hold interfaces.
func (p *Program) mayPanic(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Interface:
		return true
	case *types.Array:
		return p.mayPanic(u.Elem())
	case *types.Struct:
		for i := range u.NumFields() {
			if p.mayPanic(u.Field(i).Type()) {
				return true
			}
		}
	}
	return false
}

// stringSteps compare the lengths, then the bytes.
func (b *builder) stringSteps(list []cmpStep, x, y func() val) []cmpStep {
	return append(list, cmpStep{cheap: true, eval: func() *ssa.Value {
		return b.op(ssa.OpEq, ssa.Bool, x().s[1], y().s[1])
	}}, cmpStep{eval: func() *ssa.Value {
		v := x()
		return b.rt("memequal", v.s[0], y().s[0], v.s[1])[0]
	}})
}

// ifaceSteps compare the types, then the values.
func (b *builder) ifaceSteps(list []cmpStep, x, y func() val, t types.Type) []cmpStep {
	return append(list, cmpStep{cheap: true, eval: func() *ssa.Value {
		return b.op(ssa.OpEq, ssa.Bool, x().s[0], y().s[0])
	}}, cmpStep{panics: true, eval: func() *ssa.Value {
		v := x()
		return b.rt(ifaceEqual(t), v.s[0], v.s[1], y().s[1])[0]
	}})
}

// memSteps compares values in memory.
func (b *builder) memSteps(list []cmpStep, x, y *ssa.Value, t types.Type) []cmpStep {
	xv := func() val { return b.load(x, t) }
	yv := func() val { return b.load(y, t) }
	switch b.p.alg(t) {
	case algMem:
		return b.runStep(list, x, y, b.p.sizeof(t))
	case algFloat, algComplex:
		return append(list, cmpStep{cheap: true, eval: func() *ssa.Value { return b.equal(xv(), yv(), t) }})
	case algString:
		return b.stringSteps(list, xv, yv)
	case algInter, algNilInter:
		return b.ifaceSteps(list, xv, yv, t)
	}
	if b.p.algCost(t) > maxInlineParts {
		return append(list, cmpStep{panics: b.p.mayPanic(t), eval: func() *ssa.Value { return b.callEqual(x, y, t) }})
	}
	return b.partSteps(list, x, y, t)
}

// runStep compares a run of plain memory.
func (b *builder) runStep(list []cmpStep, x, y *ssa.Value, size int64) []cmpStep {
	return append(list, cmpStep{cheap: size <= maxInlineCompare, eval: func() *ssa.Value { return b.memEqual(x, y, size) }})
}

// partSteps compares the parts of a struct or array in memory.
func (b *builder) partSteps(list []cmpStep, x, y *ssa.Value, t types.Type) []cmpStep {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for _, part := range b.p.algParts(u) {
			p, q := b.offPtr(x, part.off), b.offPtr(y, part.off)
			if part.t == nil {
				list = b.runStep(list, p, q, part.size)
			} else {
				list = b.memSteps(list, p, q, part.t)
			}
		}
	case *types.Array:
		size := b.p.sizeof(u.Elem())
		for i := range u.Len() {
			list = b.memSteps(list, b.offPtr(x, i*size), b.offPtr(y, i*size), u.Elem())
		}
	}
	return list
}

// valSteps compares values that are made of scalars.
func (b *builder) valSteps(list []cmpStep, x, y val, t types.Type) []cmpStep {
	t = b.typ(t)
	xv, yv := func() val { return x }, func() val { return y }
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			f := u.Field(i)
			if f.Name() != "_" && b.p.sizeof(b.typ(f.Type())) > 0 {
				list = b.valSteps(list, b.fieldOf(x, i), b.fieldOf(y, i), f.Type())
			}
		}
		return list
	case *types.Array:
		for i := range u.Len() {
			list = b.valSteps(list, b.elemOf(x, i), b.elemOf(y, i), u.Elem())
		}
		return list
	case *types.Interface:
		return b.ifaceSteps(list, xv, yv, t)
	case *types.Basic:
		if u.Info()&types.IsString != 0 {
			return b.stringSteps(list, xv, yv)
		}
	}
	return append(list, cmpStep{cheap: true, eval: func() *ssa.Value { return b.equal(x, y, t) }})
}

// equalParts compares structs and arrays.
func (b *builder) equalParts(x, y val, t types.Type) *ssa.Value {
	if x.inMem() && y.inMem() {
		return b.equalAt(x.addr, y.addr, t, false)
	}
	return b.runSteps(b.valSteps(nil, x, y, t))
}

// equalAt compares two values in memory. expand is set in the body of t's own
// function, which must not call itself.
func (b *builder) equalAt(x, y *ssa.Value, t types.Type, expand bool) *ssa.Value {
	if !expand || b.p.alg(t) != algSpecial {
		return b.runSteps(b.memSteps(nil, x, y, t))
	}
	if u, ok := t.Underlying().(*types.Array); ok {
		return b.equalLoop(x, y, u)
	}
	return b.runSteps(b.partSteps(nil, x, y, t))
}

// callEqual calls the function that compares values of type t.
func (b *builder) callEqual(x, y *ssa.Value, t types.Type) *ssa.Value {
	sig := funcSig([]types.Type{tUnsafe, tUnsafe}, tBool)
	args := []val{scalarVal(tUnsafe, x), scalarVal(tUnsafe, y)}
	return b.callFunc(b.p.eqCode(t), sig, args)[0].s[0]
}

func (b *builder) memEqual(x, y *ssa.Value, size int64) *ssa.Value {
	switch {
	case size == 0:
		return b.constInt(ssa.Bool, 1)
	case size <= maxInlineCompare:
		return b.memEqConst(x, y, size)
	}
	return b.rt("memequal", x, y, b.int(size))[0]
}

// maxInlineParts is how many comparisons are worth a call.
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
