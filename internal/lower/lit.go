package lower

import (
	"go/ast"
	"go/types"
	"slices"

	"strata/internal/ssa"
)

// compositeLit evaluates T{...}. Of an elided &T{...} the type is a pointer.
func (b *builder) compositeLit(e *ast.CompositeLit) val {
	t := b.typeOf(e)
	b.setPos(e.Pos())
	switch u := under(t).(type) {
	case *types.Pointer:
		return scalarVal(t, b.litPointer(e))
	case *types.Slice:
		return b.sliceLit(e, u, t)
	case *types.Map:
		return b.mapLit(e, u, t)
	case *types.Struct:
		if b.ssaable(t) {
			return b.structVal(e, u, t)
		}
	case *types.Array:
		if b.ssaable(t) {
			return b.arrayVal(e, u, t)
		}
	}
	a := b.temp(t)
	b.litInto(e, a, 0, t, false)
	return val{t: t, addr: a}
}

// litPointer makes a new object from a literal and gives its address.
func (b *builder) litPointer(e *ast.CompositeLit) *ssa.Value {
	t := b.typeOf(e)
	if isPointer(t) {
		t = pointee(t)
	}
	a := b.alloc("&composite literal", e.Pos(), t)
	b.litAt(e, a, 0, t, true)
	return a
}

// litAt stores a literal of type t at addr+off.
func (b *builder) litAt(e *ast.CompositeLit, addr *ssa.Value, off int64, t types.Type, zeroed bool) {
	switch under(t).(type) {
	case *types.Struct, *types.Array:
		b.litInto(e, addr, off, t, zeroed)
	case *types.Slice:
		b.storeOff(addr, off, b.sliceLit(e, under(t).(*types.Slice), t))
	case *types.Map:
		b.storeOff(addr, off, b.mapLit(e, under(t).(*types.Map), t))
	default:
		b.storeOff(addr, off, b.compositeLit(e))
	}
}

// litInto builds a struct or array literal in memory that nothing else sees yet.
func (b *builder) litInto(e *ast.CompositeLit, addr *ssa.Value, off int64, t types.Type, zeroed bool) {
	switch u := under(t).(type) {
	case *types.Struct:
		if !zeroed && !b.fillsStruct(e, u) {
			b.clearMem(b.offPtr(addr, off), t)
			zeroed = true
		}
		for _, f := range fieldInits(b.info, e, u) {
			if f.blank {
				b.exTo(f.e, f.t)
				continue
			}
			b.elementInto(f.e, addr, off+b.p.offsetOf(u, f.path), f.t, zeroed)
		}
	case *types.Array:
		if b.staticArray(e, addr, off, u.Elem(), u.Len(), t) {
			return
		}
		b.arrayInto(e, addr, off, u.Elem(), u.Len(), t, zeroed)
	}
}

func (b *builder) arrayInto(e *ast.CompositeLit, addr *ssa.Value, off int64, elem types.Type, n int64, t types.Type, zeroed bool) {
	if !zeroed && int64(len(e.Elts)) < n {
		b.clearMem(b.offPtr(addr, off), t)
		zeroed = true
	}
	size := b.p.sizeof(elem)
	for _, x := range b.elements(e) {
		b.elementInto(x.e, addr, off+x.i*size, elem, zeroed)
	}
}

// elementInto stores one element of a literal.
func (b *builder) elementInto(e ast.Expr, addr *ssa.Value, off int64, t types.Type, zeroed bool) {
	if lit, ok := ast.Unparen(e).(*ast.CompositeLit); ok && !b.ssaable(t) && types.Identical(b.typeOf(lit), t) {
		if _, hoisted := b.hoisted[e]; !hoisted {
			b.litInto(lit, addr, off, t, zeroed)
			return
		}
	}
	b.setPos(e.Pos())
	b.storeOff(addr, off, b.exTo(e, t))
}

// fillsStruct tells whether a literal sets every byte of a struct.
func (b *builder) fillsStruct(e *ast.CompositeLit, u *types.Struct) bool {
	for i := range u.NumFields() {
		if u.Field(i).Name() == "_" {
			return false
		}
	}
	return len(e.Elts) == u.NumFields() &&
		!slices.ContainsFunc(fieldInits(b.info, e, u), func(f fieldInit) bool { return len(f.path) > 1 })
}

// elementInit is the initialiser of an array's element.
type elementInit struct {
	i int64
	e ast.Expr
}

func (b *builder) elements(e *ast.CompositeLit) []elementInit {
	var list []elementInit
	i := int64(0)
	for _, x := range e.Elts {
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			i = intBits(b.info.Types[kv.Key].Value)
			x = kv.Value
		}
		list = append(list, elementInit{i, x})
		i++
	}
	return list
}

func (b *builder) structVal(e *ast.CompositeLit, u *types.Struct, t types.Type) val {
	v := b.zero(t)
	for _, f := range fieldInits(b.info, e, u) {
		first, n := b.p.scalarsAt(u, f.path)
		x := b.exTo(f.e, f.t)
		if f.blank {
			continue
		}
		copy(v.s[first:first+n], x.s)
	}
	return v
}

func (b *builder) arrayVal(e *ast.CompositeLit, u *types.Array, t types.Type) val {
	v := b.zero(t)
	for _, x := range b.elements(e) {
		v = b.exTo(x.e, u.Elem()).as(t)
	}
	return v
}

// sliceLit makes the array behind a slice literal.
func (b *builder) sliceLit(e *ast.CompositeLit, u *types.Slice, t types.Type) val {
	n := int64(0)
	for _, x := range b.elements(e) {
		n = max(n, x.i+1)
	}
	array := types.NewArray(u.Elem(), n)
	a := b.alloc("slice literal", e.Pos(), array)
	if !b.staticArray(e, a, 0, u.Elem(), n, array) {
		b.arrayInto(e, a, 0, u.Elem(), n, array, true)
	}
	b.setPos(e.Pos())
	return val{t: t, s: []*ssa.Value{a, b.int(n), b.int(n)}}
}

// Arrays of constants at least this long are copied from static data.
const minStaticArray = 8

// staticArray fills an array from static data if all its elements are
// numbers or strings known now.
func (b *builder) staticArray(e *ast.CompositeLit, addr *ssa.Value, off int64, elem types.Type, n int64, t types.Type) bool {
	if n < minStaticArray || len(e.Elts) < minStaticArray {
		return false
	}
	list := b.elements(e)
	for _, x := range list {
		if b.info.Types[x.e].Value == nil {
			return false
		}
	}
	sym, ok := b.constArraySym(list, elem, n)
	if !ok {
		return false
	}
	b.move(b.offPtr(addr, off), b.globalAddr(sym), t)
	return true
}

// mapLit makes a map and assigns its elements in order.
func (b *builder) mapLit(e *ast.CompositeLit, u *types.Map, t types.Type) val {
	m := b.makeMap(t, b.int(int64(len(e.Elts))))
	if b.mapFromArrays(e, u, m) {
		return m
	}
	for _, x := range e.Elts {
		kv := x.(*ast.KeyValueExpr)
		key := b.snapshot(b.exprTo(kv.Key, u.Key()))
		v := b.exprTo(kv.Value, u.Elem())
		b.setPos(kv.Pos())
		v = b.snapshotFrom(v)
		b.store(b.mapAssign(m, key), v)
	}
	return m
}
