package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"strata/internal/load"
	"strata/internal/ssa"
)

// loc is an operand: a place in memory, or a value.
type loc struct {
	t     types.Type
	addr  *ssa.Value // memory at addr+off; nil for a value
	off   int64
	check bool    // addr must be checked for nil before memory is touched
	at    ssa.Pos // of the dereference, which the check is for
	v     val
}

// loc evaluates an operand without loading more than needed.
func (b *builder) loc(e ast.Expr) loc {
	switch x := e.(type) {
	case *ast.ParenExpr:
		return b.loc(x.X)
	case *ast.Ident:
		if l, ok := b.varLoc(x); ok {
			return l
		}
	case *ast.SelectorExpr:
		if l, ok := b.selectorLoc(x); ok {
			return l
		}
	case *ast.StarExpr:
		if _, hoisted := b.hoisted[e]; !hoisted {
			p := b.ex(x.X)
			b.setPos(x.Star)
			return b.deref(p)
		}
	case *ast.IndexExpr:
		if l, ok := b.indexLoc(x); ok {
			return l
		}
	}
	v := b.ex(e)
	return loc{t: v.t, v: v}
}

// deref is the place a pointer points to.
func (b *builder) deref(p val) loc {
	return loc{t: pointee(p.t), addr: p.scalar(), check: true, at: b.at}
}

// varLoc finds variables that live in memory.
func (b *builder) varLoc(id *ast.Ident) (loc, bool) {
	v, ok := b.objectOf(id).(*types.Var)
	if !ok {
		return loc{}, false
	}
	return b.varObjLoc(v)
}

func (b *builder) varObjLoc(v *types.Var) (loc, bool) {
	if isGlobal(v) {
		return loc{t: v.Type(), addr: b.globalAddr(b.p.globalSym(v))}, true
	}
	if x := b.varOf(v); x.addr != nil {
		return loc{t: x.t, addr: x.addr}, true
	}
	return loc{}, false
}

// isGlobal tells whether a variable belongs to a package.
func isGlobal(v *types.Var) bool {
	return v.Pkg() != nil && v.Parent() == v.Pkg().Scope()
}

// selectorLoc is the place of a field or of another package's variable.
func (b *builder) selectorLoc(e *ast.SelectorExpr) (loc, bool) {
	sel := b.info.Selections[e]
	if sel == nil {
		return b.varLoc(e.Sel)
	}
	if sel.Kind() != types.FieldVal {
		return loc{}, false
	}
	l := b.loc(e.X)
	if isPointer(l.t) { // loaded where it is selected, dereferenced here
		l = loc{t: l.t, v: b.locVal(l)}
	}
	b.setPos(load.ExprPos(e))
	for _, i := range sel.Index() {
		l = b.field(l, i)
	}
	return l, true
}

// field is the i-th field of an operand, which may be a pointer to the struct.
func (b *builder) field(l loc, i int) loc {
	if isPointer(l.t) {
		l = b.deref(b.locVal(l))
	}
	st := under(l.t).(*types.Struct)
	t := st.Field(i).Type()
	if l.addr != nil {
		l.off += b.p.fieldOff(st, i)
		l.t = t
		return l
	}
	return loc{t: t, v: b.fieldOf(l.v, i)}
}

// fieldOf is a field of a struct value.
func (b *builder) fieldOf(v val, i int) val {
	st := under(v.t).(*types.Struct)
	t := st.Field(i).Type()
	if v.inMem() {
		return b.loadOff(v.addr, b.p.fieldOff(st, i), t)
	}
	if !b.ssaable(v.t) {
		b.fail(b.at.P, "field of a value without memory: %s", v.t)
	}
	first, n := b.p.scalarRange(st, i)
	return val{t: t, s: v.s[first : first+n]}
}

// indexLoc is the place of an element of an array in memory or of a slice.
func (b *builder) indexLoc(e *ast.IndexExpr) (loc, bool) {
	if _, ok := b.hoisted[e]; ok {
		return loc{}, false
	}
	switch under(b.typeOf(e.X)).(type) {
	case *types.Array, *types.Slice, *types.Pointer:
	default:
		return loc{}, false
	}
	ix, ok := b.indexOperands(e)
	if !ok {
		return loc{}, false
	}
	return b.element(ix), true
}

// indexed is a[i] with its operands evaluated and nothing checked yet.
type indexed struct {
	pos   token.Pos
	elem  types.Type
	arr   loc        // the array, when indexing an array
	base  *ssa.Value // the slice's pointer otherwise
	n     *ssa.Value // its length
	index val
	known bool // the index is a constant that the checker has seen to be in range
	k     int64
}

// indexOperands evaluates x and i of x[i]. An array that is a value comes back as a loc without address.
func (b *builder) indexOperands(e *ast.IndexExpr) (ix indexed, ok bool) {
	ix.pos = e.Lbrack
	l := b.loc(e.X)
	if isPointer(l.t) {
		p := b.locVal(l)
		b.setPos(ix.pos)
		l = b.deref(p)
	}
	switch u := under(l.t).(type) {
	case *types.Array:
		ix.elem, ix.arr = u.Elem(), l
		if tv := b.info.Types[e.Index]; tv.Value != nil {
			ix.known, ix.k = true, intBits(tv.Value)
			return ix, true
		}
		ix.n = b.int(u.Len())
	case *types.Slice:
		v := b.locVal(l)
		ix.elem, ix.base, ix.n = u.Elem(), v.s[0], v.s[1]
	default:
		b.fail(e.Pos(), "cannot index %s", l.t)
	}
	ix.index = b.ex(e.Index)
	return ix, true
}

// element checks the index and gives the place of the element.
func (b *builder) element(ix indexed) loc {
	b.setPos(ix.pos)
	size := b.p.sizeof(ix.elem)
	if ix.base == nil && ix.arr.addr == nil {
		return b.elementOfValue(ix)
	}
	if ix.known {
		l := ix.arr
		l.off += ix.k * size
		l.t = ix.elem
		return l
	}
	base := ix.base
	if base == nil {
		base = b.locAddr(ix.arr) // of a nil pointer no index is in range
	}
	i := b.bounds(ix.index, ix.n, ssa.BoundsIndex)
	return loc{t: ix.elem, addr: b.addIndex(base, i, size)}
}

// elementOfValue takes an element out of an array that is a value.
func (b *builder) elementOfValue(ix indexed) loc {
	v := ix.arr.v
	size := b.p.sizeof(ix.elem)
	if !ix.known {
		i := b.bounds(ix.index, ix.n, ssa.BoundsIndex)
		if v.inMem() {
			return loc{t: ix.elem, addr: b.addIndex(v.addr, i, size)}
		}
	} else if v.inMem() {
		return loc{t: ix.elem, addr: v.addr, off: ix.k * size}
	}
	// An array of one element is its element; one of none has no element to get at.
	if len(v.s) == 0 {
		return loc{t: ix.elem, v: b.zero(ix.elem)}
	}
	return loc{t: ix.elem, v: v.as(ix.elem)}
}

// addIndex is base + i*size.
func (b *builder) addIndex(base, i *ssa.Value, size int64) *ssa.Value {
	if i = lookBounds(i); i.Op == ssa.OpConst {
		return b.offPtr(base, i.AuxInt*size)
	}
	if size == 0 {
		return base
	}
	if size != 1 {
		i = b.op(ssa.OpMul, ssa.I64, i, b.int(size))
	}
	return b.op(ssa.OpAddPtr, ssa.Ptr, base, i)
}

// lookBounds finds the constant behind a checked index.
func lookBounds(i *ssa.Value) *ssa.Value {
	if i.Op == ssa.OpBounds && i.Args[0].Op == ssa.OpConst {
		return i.Args[0]
	}
	return i
}

// bounds checks an index of any integer type against a length.
func (b *builder) bounds(index val, n *ssa.Value, kind ssa.BoundsKind) *ssa.Value {
	i := b.toInt64(index)
	if isUnsigned(index.t) {
		kind |= ssa.BoundsUnsigned
	}
	if i.Op == ssa.OpConst && n.Op == ssa.OpConst && i.AuxInt >= 0 && (i.AuxInt < n.AuxInt || i.AuxInt == n.AuxInt && kind.Inclusive()) {
		return i
	}
	return b.opI(ssa.OpBounds, ssa.I64, int64(kind), i, n)
}

// toInt64 widens an integer.
func (b *builder) toInt64(v val) *ssa.Value {
	return b.extend(v.scalar(), ssa.I64, isUnsigned(v.t))
}

// extend makes an integer at least as wide as t.
func (b *builder) extend(v *ssa.Value, t ssa.Type, unsigned bool) *ssa.Value {
	switch {
	case v.Type.Size() >= t.Size():
		return v
	case v.Op == ssa.OpConst:
		return b.constInt(t, extendConst(v.AuxInt, v.Type, unsigned))
	case unsigned:
		return b.op(ssa.OpZeroExt, t, v)
	}
	return b.op(ssa.OpSignExt, t, v)
}

// extendConst normalises a constant of a type to 64 bits.
func extendConst(v int64, t ssa.Type, unsigned bool) int64 {
	s := 64 - t.Bits()
	if unsigned {
		return int64(uint64(v) << s >> s)
	}
	return v << s >> s
}

// locVal reads an operand.
func (b *builder) locVal(l loc) val {
	if l.addr == nil {
		return l.v
	}
	if b.p.sizeof(l.t) == 0 && l.check {
		b.locBase(l)
		return val{t: l.t}
	}
	return b.loadOff(b.locBase(l), l.off, l.t)
}

// locBase is the address of memory without its offset, checked if needed.
func (b *builder) locBase(l loc) *ssa.Value {
	if !l.check {
		return l.addr
	}
	at := b.at
	b.at = l.at
	p := b.nilCheck(l.addr)
	b.at = at
	return p
}

// locAddr is the address of an operand; a value is put into memory of its own.
func (b *builder) locAddr(l loc) *ssa.Value {
	if l.addr == nil {
		return b.addrOf(l.v)
	}
	return b.offPtr(b.locBase(l), l.off)
}

// addr is the address of an addressable expression.
func (b *builder) addr(e ast.Expr) *ssa.Value {
	l := b.loc(e)
	if l.addr == nil {
		b.fail(e.Pos(), "address of an operand that is not in memory")
	}
	return b.locAddr(l)
}
