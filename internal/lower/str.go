package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"

	"strata/internal/ssa"
)

// concat lowers a chain of string additions with one call.
func (b *builder) concat(e *ast.BinaryExpr) val {
	t := b.typeOf(e)
	var parts []val
	operands := b.concatOperands(e, nil)
	copied := b.alwaysCopied(operands)
	for _, x := range operands {
		if copied {
			parts = append(parts, b.compared(x, t))
			continue
		}
		parts = append(parts, b.exTo(x, t))
	}
	b.setPos(e.OpPos)
	return b.concatVals(t, parts)
}

// alwaysCopied tells whether a concatenation makes a new string for sure: the
// runtime hands back its only operand that is not empty.
func (b *builder) alwaysCopied(operands []ast.Expr) bool {
	for _, x := range operands {
		if b.info.Types[x].Value != nil {
			return true
		}
	}
	return false
}

// concatOperands flattens a chain of additions.
func (b *builder) concatOperands(e ast.Expr, list []ast.Expr) []ast.Expr {
	if tv := b.info.Types[e]; tv.Value == nil {
		switch x := e.(type) {
		case *ast.ParenExpr:
			return b.concatOperands(x.X, list)
		case *ast.BinaryExpr:
			if x.Op == token.ADD {
				return b.concatOperands(x.Y, b.concatOperands(x.X, list))
			}
		}
	}
	if tv := b.info.Types[e]; tv.Value != nil && constant.StringVal(tv.Value) == "" {
		return list
	}
	return append(list, e)
}

// tmpString evaluates string(bytes) without a copy, for uses that neither keep the
// string nor run other code while they look at it.
func (b *builder) tmpString(e ast.Expr) (val, bool) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || !b.info.Types[call.Fun].IsType() || b.info.Types[e].Value != nil {
		return val{}, false
	}
	t := b.typeOf(call)
	s, ok := under(b.typeOf(call.Args[0])).(*types.Slice)
	if !ok || !isString(t) || b.p.sizeof(s.Elem()) != 1 {
		return val{}, false
	}
	v := b.ex(call.Args[0])
	return val{t: t, s: v.s[:2]}, true
}

// compared evaluates an operand of a comparison.
func (b *builder) compared(e ast.Expr, t types.Type) val {
	if isString(t) {
		if v, ok := b.tmpString(e); ok {
			return v.as(t)
		}
	}
	return b.exTo(e, t)
}

// concatVals joins strings.
func (b *builder) concatVals(t types.Type, parts []val) val {
	switch n := len(parts); {
	case n == 0:
		return b.stringConst("", t)
	case n == 1:
		return parts[0].as(t)
	case n <= 5:
		args := []*ssa.Value{b.nilPtr()}
		for _, p := range parts {
			args = append(args, p.s...)
		}
		return val{t: t, s: b.rt("concatstring"+strconv.Itoa(n), args...)}
	}
	n := int64(len(parts))
	a := b.temp(types.NewArray(tString, n))
	for i, p := range parts {
		b.storeOff(a, int64(i)*16, p.as(tString))
	}
	return val{t: t, s: b.rt("concatstrings", b.nilPtr(), a, b.int(n), b.int(n))}
}

// sliceExpr lowers x[i:j:k].
func (b *builder) sliceExpr(e *ast.SliceExpr) val {
	t := b.typeOf(e)
	var ptr, n, c *ssa.Value
	array := false
	switch u := under(b.typeOf(e.X)).(type) {
	case *types.Basic:
		s := b.ex(e.X)
		ptr, n, c = s.s[0], s.s[1], nil
	case *types.Slice:
		s := b.ex(e.X)
		ptr, n, c = s.s[0], s.s[1], s.s[2]
	case *types.Array:
		ptr, array = b.addr(e.X), true
		n = b.int(u.Len())
		c = n
	case *types.Pointer:
		ptr, array = b.ex(e.X).scalar(), true
		n = b.int(under(u.Elem()).(*types.Array).Len())
		c = n
	}
	i, j, k := b.sliceIndex(e.Low), b.sliceIndex(e.High), b.sliceIndex(e.Max)
	b.setPos(e.Lbrack)
	if array {
		ptr = b.nilCheck(ptr)
	}
	elem := elemOf(b.typeOf(e.X))
	return b.slice(t, elem, ptr, n, c, i, j, k, array)
}

// elemOf is the element type of what can be sliced.
func elemOf(t types.Type) types.Type {
	switch u := under(t).(type) {
	case *types.Slice:
		return u.Elem()
	case *types.Array:
		return u.Elem()
	case *types.Pointer:
		return under(u.Elem()).(*types.Array).Elem()
	}
	return tUint8
}

func (b *builder) sliceIndex(e ast.Expr) *val {
	if e == nil {
		return nil
	}
	v := b.ex(e)
	return &v
}

// slice checks bounds and makes the new slice or string. c is nil for strings.
func (b *builder) slice(t, elem types.Type, ptr, n, c *ssa.Value, low, high, max *val, array bool) val {
	i, j, k := b.sliceBounds(n, c, low, high, max, array)
	newLen := b.minus(j, i)
	if c == nil {
		return val{t: t, s: []*ssa.Value{b.advance(ptr, i, newLen, 1), newLen}}
	}
	newCap := newLen
	if j != k {
		newCap = b.minus(k, i)
	}
	return val{t: t, s: []*ssa.Value{b.advance(ptr, i, newCap, b.p.sizeof(elem)), newLen, newCap}}
}

// sliceBounds checks low <= high <= max <= capacity and gives all three. Without max the third is the capacity.
func (b *builder) sliceBounds(n, c *ssa.Value, low, high, max *val, array bool) (i, j, k *ssa.Value) {
	limit, three := n, max != nil
	if c != nil {
		limit = c
	}
	j, k = n, limit
	kindHigh := ssa.BoundsSliceAcap
	if array || c == nil {
		kindHigh = ssa.BoundsSliceAlen
	}
	if three {
		kind := ssa.BoundsSlice3Acap
		if array {
			kind = ssa.BoundsSlice3Alen
		}
		k = b.bounds(*max, limit, kind)
		limit, kindHigh = k, ssa.BoundsSlice3B
	}
	if high != nil {
		j = b.bounds(*high, limit, kindHigh)
	}
	i = b.int(0)
	if low != nil {
		kind := ssa.BoundsSliceB
		if three {
			kind = ssa.BoundsSlice3C
		}
		i = b.bounds(*low, j, kind)
	}
	return i, j, k
}

// minus is x - y, simply.
func (b *builder) minus(x, y *ssa.Value) *ssa.Value {
	if y = lookBounds(y); y.Op == ssa.OpConst {
		if y.AuxInt == 0 {
			return x
		}
		if c := lookBounds(x); c.Op == ssa.OpConst {
			return b.int(c.AuxInt - y.AuxInt)
		}
	}
	return b.op(ssa.OpSub, ssa.I64, x, y)
}

// advance moves a slice's pointer by i elements, but not when nothing is left: it
// must not point behind its object.
func (b *builder) advance(ptr, i, left *ssa.Value, size int64) *ssa.Value {
	c := lookBounds(i)
	if c.Op == ssa.OpConst && c.AuxInt == 0 || size == 0 {
		return ptr
	}
	off := b.op(ssa.OpMul, ssa.I64, i, b.int(size))
	if c.Op == ssa.OpConst {
		off = b.int(c.AuxInt * size)
	} else if size == 1 {
		off = i
	}
	if left.Op == ssa.OpConst {
		if left.AuxInt == 0 {
			return ptr
		}
		return b.op(ssa.OpAddPtr, ssa.Ptr, ptr, off)
	}
	// -left has its sign bit set unless left is 0.
	mask := b.opI(ssa.OpSar, ssa.I64, 1, b.op(ssa.OpNeg, ssa.I64, left), b.int(63))
	return b.op(ssa.OpAddPtr, ssa.Ptr, ptr, b.op(ssa.OpAnd, ssa.I64, off, mask))
}
