package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"strata/internal/rtcall"
	"strata/internal/ssa"
	"strata/internal/typedesc"
)

// Element types up to this size have their zero value in the runtime's zeroVal.
const maxZeroVal = 1024

// mapVariant is the suffix of the runtime's special functions for a map type.
type mapVariant string

const (
	mapSlow  mapVariant = ""
	mapFast4 mapVariant = "_fast32"
	mapFast8 mapVariant = "_fast64"
	mapStr   mapVariant = "_faststr"
)

// variant picks the runtime's functions as gc does: by the key's memory.
func (p *Program) variant(m *types.Map) mapVariant {
	if p.sizeof(m.Elem()) > 128 {
		return mapSlow
	}
	switch p.alg(m.Key()) {
	case algMem:
		switch p.sizeof(m.Key()) {
		case 4:
			return mapFast4
		case 8:
			return mapFast8
		}
	case algString:
		return mapStr
	}
	return mapSlow
}

// keyArgs are the scalars that a map function takes for a key.
func (b *builder) keyArgs(v mapVariant, key val) []*ssa.Value {
	switch v {
	case mapStr:
		return key.s
	case mapFast4, mapFast8:
		t := ssa.I32
		if v == mapFast8 {
			t = ssa.I64
		}
		if len(key.s) == 1 && (key.s[0].Type == t || key.s[0].Type == ssa.Ptr) {
			return key.s
		}
		return []*ssa.Value{b.opI(ssa.OpLoad, t, 0, b.addrOf(key))}
	}
	if b.p.sizeof(key.t) == 0 {
		return []*ssa.Value{b.globalAddr(rtcall.ZeroBase)}
	}
	return []*ssa.Value{b.addrOf(key)}
}

// mapIndexExpr lowers m[k] as a value, with presence when asked for.
func (b *builder) mapIndexExpr(e *ast.IndexExpr, ok bool) (val, *ssa.Value) {
	m := b.ex(e.X)
	mt := under(m.t).(*types.Map)
	key := b.lookupKey(e.Index, mt.Key())
	b.setPos(e.Lbrack)
	return b.mapIndex(m, key, ok)
}

// lookupKey evaluates a key that is not kept: string(bytes) needs no copy.
func (b *builder) lookupKey(e ast.Expr, t types.Type) val {
	if v, ok := b.tmpString(e); ok && isString(t) {
		return v.as(t)
	}
	return b.exTo(e, t)
}

// mapIndex reads an element; the result in memory belongs to the map.
func (b *builder) mapIndex(m, key val, ok bool) (val, *ssa.Value) {
	mt := under(m.t).(*types.Map)
	v := b.p.variant(mt)
	name := "mapaccess1"
	if ok {
		name = "mapaccess2"
	}
	args := append([]*ssa.Value{b.globalAddr(b.p.typeSym(m.t)), m.scalar()}, b.keyArgs(v, key)...)
	if size := b.p.sizeof(mt.Elem()); size > maxZeroVal {
		name, v = name+"_fat", ""
		args = append(args, b.globalAddr(b.p.zeroSym(size)))
	}
	r := b.rt(name+string(v), args...)
	elem := b.load(r[0], mt.Elem())
	if ok {
		return elem, r[1]
	}
	return elem, nil
}

// mapAssign makes room for an element and gives its address.
func (b *builder) mapAssign(m, key val) *ssa.Value {
	mt := under(m.t).(*types.Map)
	v := b.p.variant(mt)
	name := "mapassign" + string(v)
	if v == mapFast8 && b.p.hasPointers(mt.Key()) {
		name += "ptr"
	}
	args := append([]*ssa.Value{b.globalAddr(b.p.typeSym(m.t)), m.scalar()}, b.keyArgs(v, key)...)
	return b.rt1(name, args...)
}

func (b *builder) mapDelete(m, key val) {
	mt := under(m.t).(*types.Map)
	v := b.p.variant(mt)
	args := append([]*ssa.Value{b.globalAddr(b.p.typeSym(m.t)), m.scalar()}, b.keyArgs(v, key)...)
	b.rt("mapdelete"+string(v), args...)
}

// makeMap makes a map for n elements; n nil means few. The call tells what memory the map takes if it lies in the
// frame: the header and, for few elements, a group.
func (b *builder) makeMap(t types.Type, n *ssa.Value) val {
	header := b.p.runtimeType("internal/runtime/maps", "Map")
	offs := b.p.Sizes.Offsets(under(header).(*types.Struct))
	if b.p.sizeof(header) != typedesc.MapSize || offs[1] != typedesc.MapSeed || offs[2] != typedesc.MapDirPtr {
		b.fail(b.at.P, "internal/runtime/maps.Map has another layout than the compiler counts on")
	}
	if n == nil || n.Op == ssa.OpConst && n.AuxInt <= 8 && n.AuxInt >= 0 {
		m := under(t).(*types.Map)
		field := func(t types.Type) *types.Var { return types.NewField(token.NoPos, nil, "_", t, false) }
		whole := types.NewStruct([]*types.Var{field(header), field(b.p.desc.LayoutMap(m.Key(), m.Elem()).Group)}, nil)
		return val{t: t, s: b.rtMakes(b.p.memType(whole), "makemap_small")}
	}
	return val{t: t, s: b.rtMakes(b.p.memType(header), "makemap", b.globalAddr(b.p.typeSym(t)), n, b.nilPtr())}
}
