package lower

import (
	"go/types"

	"strata/internal/abi"
	"strata/internal/ssa"
)

// layout is what lowering knows of a type, computed once per types.Type.
type layout struct {
	scalars []abi.Scalar // of ssaable types
	ssa     bool
	mem     *ssa.MemType
}

func (p *Program) layout(t types.Type) *layout {
	if l, ok := p.layouts.Load(t); ok {
		return l.(*layout)
	}
	t0 := t
	if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		t = typed(b)
	}
	l := &layout{}
	var list []abi.Scalar
	if list, l.ssa = p.Sizes.Flatten(t, abi.MaxSSA); l.ssa {
		l.scalars = list
	}
	l.mem = &ssa.MemType{Size: p.Sizes.Sizeof(t), Align: p.Sizes.Alignof(t)}
	l.mem.PtrMask = p.ptrMask(t, l.mem.Size)
	if l.mem.PtrMask != nil {
		l.mem.TypeSym = p.typeSym(t)
	}
	p.layouts.Store(t0, l)
	return l
}

// typed gives an untyped constant's or expression's type in memory.
func typed(b *types.Basic) types.Type {
	if b.Kind() == types.UntypedNil {
		return tUnsafe
	}
	return types.Default(b)
}

// ptrMask makes the bitmap of t's pointer words; nil when it has none.
func (p *Program) ptrMask(t types.Type, size int64) []byte {
	var m []byte
	p.Sizes.PointerWords(t, 0, func(off int64) {
		if m == nil {
			m = make([]byte, (size/8+7)/8)
		}
		m[off/64] |= 1 << (off / 8 % 8)
	})
	return m
}

// fieldOff is the offset of a struct's i-th field.
func (p *Program) fieldOff(st *types.Struct, i int) int64 { return p.offsets(st)[i] }

func (p *Program) offsets(st *types.Struct) []int64 { return p.Sizes.Offsets(st) }

// scalarRange tells which scalars of an ssaable struct belong to its i-th field.
func (p *Program) scalarRange(st *types.Struct, i int) (first, n int) {
	for j := range i {
		first += len(p.scalarsOf(st.Field(j).Type()))
	}
	return first, len(p.scalarsOf(st.Field(i).Type()))
}
