package typedesc

import (
	"go/token"
	"go/types"

	"strata/internal/goroot"
	"strata/internal/object"
)

// Limits and flags of Swiss tables, as in internal/abi.
const (
	mapSlots  = 8
	mapInline = 128 // larger keys and elements are stored through a pointer

	// The header of a map, internal/runtime/maps.Map.
	MapSize   = 48
	MapSeed   = 8
	MapDirPtr = 16 // offset of the pointer to the only group, or to the tables

	MapNeedKeyUpdate  = 1
	MapHashMightPanic = 2
	MapIndirectKey    = 4
	MapIndirectElem   = 8
)

// MapLayout is how a map type stores its entries.
type MapLayout struct {
	Group     *types.Struct // struct { ctrl uint64; slots [8]struct { key K; elem E } }
	GroupSize int64
	SlotSize  int64
	ElemOff   int64 // of the element in its slot
	Flags     uint32
}

// LayoutMap returns the layout of map types with this key and element.
func (m Layout) LayoutMap(key, elem types.Type) MapLayout {
	var l MapLayout
	k, e := key, elem
	if m.Size(key) > mapInline {
		k = types.NewPointer(key)
		l.Flags |= MapIndirectKey
	}
	if m.Size(elem) > mapInline {
		e = types.NewPointer(elem)
		l.Flags |= MapIndirectElem
	}
	if keyNeedsUpdate(key) {
		l.Flags |= MapNeedKeyUpdate
	}
	if hashMayPanic(key) {
		l.Flags |= MapHashMightPanic
	}
	field := func(name string, t types.Type) *types.Var { return types.NewField(token.NoPos, nil, name, t, false) }
	slot := types.NewStruct([]*types.Var{field("key", k), field("elem", e)}, nil)
	l.Group = types.NewStruct([]*types.Var{
		field("ctrl", types.Typ[types.Uint64]), field("slots", types.NewArray(slot, mapSlots)),
	}, nil)
	l.GroupSize = m.Size(l.Group)
	l.SlotSize = m.Size(slot)
	l.ElemOff = m.FieldOffsets(slot)[1]
	return l
}

// words are the layout as internal/abi.MapType's fields of all releases name it.
func (l *MapLayout) words() map[string]int64 {
	const ctrls = 8 // bytes of control words before the slots
	return map[string]int64{
		"GroupSize": l.GroupSize, "SlotSize": l.SlotSize, "ElemOff": l.ElemOff, "Flags": int64(l.Flags),
		"KeysOff": ctrls, "KeyStride": l.SlotSize, "ElemsOff": ctrls + l.ElemOff, "ElemStride": l.SlotSize,
	}
}

// keyNeedsUpdate reports whether equal keys can differ in their bytes, so that
// assignment must store the new key: zeros of both signs, strings and
// interfaces with other backing memory.
func keyNeedsUpdate(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsFloat|types.IsComplex|types.IsString) != 0
	case *types.Interface:
		return true
	case *types.Array:
		return keyNeedsUpdate(u.Elem())
	case *types.Struct:
		for i := 0; i < u.NumFields(); i++ {
			if keyNeedsUpdate(u.Field(i).Type()) {
				return true
			}
		}
	}
	return false
}

// hashMayPanic reports whether t contains an interface.
func hashMayPanic(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Interface:
		return true
	case *types.Array:
		return hashMayPanic(u.Elem())
	case *types.Struct:
		for i := 0; i < u.NumFields(); i++ {
			if hashMayPanic(u.Field(i).Type()) {
				return true
			}
		}
	}
	return false
}

func (d *desc) mapType(u *types.Map) {
	l := d.b.LayoutMap(u.Key(), u.Elem())
	d.elem(48, u.Key())
	d.elem(56, u.Elem())
	d.addr(64, d.group("type:map.group[", groupOf{l.Group, u}))
	d.addr(72, d.b.cb.Hash(u.Key()))
	for name, value := range l.words() {
		if off, ok := goroot.Current.MapWord(name); ok {
			d.put64(off, value)
		}
	}
	if isNamed(d.t) {
		// Reflection finds the hash function through the unnamed type.
		d.reloc(0, object.Keep, d.typeSym(u), 0)
	}
}

// groupOf is a group type together with its map type, whose name it gets: the
// full struct would print twice as long.
type groupOf struct {
	*types.Struct
	m *types.Map
}

// group builds the descriptor of a part of a map's group, and returns its
// symbol. Only the runtime's allocator and collector look at these.
func (d *desc) group(prefix string, t types.Type) string {
	var name string
	if g, ok := t.(groupOf); ok {
		name = prefix + d.b.n.Type(g.m.Key()) + "]" + d.b.n.Type(g.m.Elem())
		t = g.Struct
	} else {
		name = prefix + d.b.n.Type(t)
	}
	sub := d.b.newDesc(name, name[len("type:"):], t)
	sub.noalg = true
	sub.build()
	d.extra = append(append(d.extra, sub.sym), sub.extra...)
	return name
}

// isGroupPart reports whether t is the array of slots or a slot: they are the
// only structs whose fields have no package.
func isGroupPart(t types.Type) bool {
	if a, ok := t.(*types.Array); ok {
		t = a.Elem()
	}
	s, ok := t.(*types.Struct)
	return ok && s.NumFields() == 2 && s.Field(0).Pkg() == nil && s.Field(0).Name() == "key"
}
