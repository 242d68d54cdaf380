package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"strata/internal/load"
	"strata/internal/ssa"
)

// conversion lowers T(x).
func (b *builder) conversion(e *ast.CallExpr) val {
	to := b.typeOf(e.Fun)
	x := e.Args[0]
	if tv := b.info.Types[x]; tv.Value != nil {
		from := b.typ(tv.Type)
		if u, ok := under(from).(*types.Basic); ok && sameKind(u, to) || isInterface(to) {
			return b.exTo(x, to)
		}
		b.setPos(e.Pos())
		return b.convert(b.constant(tv.Value, types.Default(from)), to, e.Pos())
	}
	v := b.ex(x)
	b.setPos(load.ExprPos(x))
	r := b.convert(v, to, e.Pos())
	if isUnsafePointer(to) && r.s[0].Op == ssa.OpIntToPtr && r.s[0] != v.s[0] && !b.derivesPointer(x) {
		r.s[0].AuxInt = 1
	}
	return r
}

// derivesPointer tells whether an integer is computed from uintptr(pointer) in the expression itself. Through variables
// no pointer is tracked: the library's noescape functions rely on that.
func (b *builder) derivesPointer(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		return b.derivesPointer(x.X) || b.derivesPointer(x.Y)
	case *ast.UnaryExpr:
		return b.derivesPointer(x.X)
	case *ast.CallExpr:
		return len(x.Args) == 1 && b.info.Types[x.Fun].IsType() && isUnsafePointer(b.typeOf(x.Args[0]))
	}
	return false
}

// sameKind tells whether a constant of basic type u simply is one of type t.
func sameKind(u *types.Basic, t types.Type) bool {
	b, ok := under(t).(*types.Basic)
	if !ok {
		return false
	}
	for _, class := range []types.BasicInfo{types.IsBoolean, types.IsString, types.IsNumeric} {
		if u.Info()&class != 0 {
			return b.Info()&class != 0
		}
	}
	return false
}

// convert converts a value to a type, explicitly or implicitly.
func (b *builder) convert(v val, to types.Type, pos token.Pos) val {
	switch {
	case v.t == to:
		return v
	case isUntypedNil(v.t):
		return b.zero(to)
	case isInterface(to):
		return b.toInterface(v, to, pos)
	}
	from, want := under(v.t), under(to)
	switch w := want.(type) {
	case *types.Basic:
		return b.toBasic(v, w, to)
	case *types.Slice:
		if isString(from) {
			return b.stringToSlice(v, w, to)
		}
	case *types.Array:
		if _, ok := from.(*types.Slice); ok {
			p := b.sliceToArray(v, w.Len())
			return b.snapshot(b.load(p, to))
		}
	case *types.Pointer:
		if a, ok := under(w.Elem()).(*types.Array); ok {
			if _, ok := from.(*types.Slice); ok {
				return scalarVal(to, b.sliceToArray(v, a.Len()))
			}
		}
		if v.s[0].Type != ssa.Ptr {
			return scalarVal(to, b.coerce(v.s[0], ssa.Ptr))
		}
	}
	return v.as(to)
}

// sliceToArray checks the length and gives the pointer.
func (b *builder) sliceToArray(v val, n int64) *ssa.Value {
	b.opI(ssa.OpBounds, ssa.I64, int64(ssa.BoundsConvert), b.int(n), v.s[1])
	return v.s[0]
}

// toBasic converts to a basic type.
func (b *builder) toBasic(v val, w *types.Basic, to types.Type) val {
	switch info := w.Info(); {
	case info&types.IsString != 0:
		return b.toString(v, to)
	case info&types.IsComplex != 0:
		return b.complexTo(v, to)
	case info&(types.IsInteger|types.IsFloat) != 0:
		if isUnsafePointer(v.t) || v.s[0].Type == ssa.Ptr {
			return scalarVal(to, b.coerce(v.s[0], ssa.I64))
		}
		return scalarVal(to, b.number(v.scalar(), v.t, to))
	case w.Kind() == types.UnsafePointer:
		return scalarVal(to, b.coerce(v.s[0], ssa.Ptr))
	}
	return v.as(to)
}

// number converts between integers and floats.
func (b *builder) number(x *ssa.Value, from, to types.Type) *ssa.Value {
	t := b.p.typeOfScalar(to)
	switch ff, tf := isFloat(from), isFloat(to); {
	case ff && tf:
		if x.Type == t {
			return x
		}
		return b.op(ssa.OpFloatCvt, t, x)
	case ff:
		return b.floatToInt(x, t, isUnsigned(to))
	case tf:
		return b.intToFloat(x, t, isUnsigned(from))
	case x.Type.Size() > t.Size():
		if x.Op == ssa.OpConst {
			return b.constInt(t, extendConst(x.AuxInt, t, false))
		}
		return b.op(ssa.OpTrunc, t, x)
	}
	return b.extend(x, t, isUnsigned(from))
}

func (b *builder) intToFloat(x *ssa.Value, t ssa.Type, unsigned bool) *ssa.Value {
	if !unsigned || x.Type.Size() < 8 {
		want := ssa.I32
		if unsigned && x.Type == ssa.I32 || x.Type == ssa.I64 {
			want = ssa.I64
		}
		return b.op(ssa.OpIntToFloat, t, b.extend(x, want, unsigned))
	}
	// A number with its top bit set is halved, its lowest bit kept for rounding, and the result doubled.
	one := b.int(1)
	half := b.op(ssa.OpOr, ssa.I64, b.opI(ssa.OpShr, ssa.I64, 1, x, one), b.op(ssa.OpAnd, ssa.I64, x, one))
	h := b.op(ssa.OpIntToFloat, t, half)
	return b.op(ssa.OpSelect, t, b.op(ssa.OpLt, ssa.Bool, x, b.int(0)), b.op(ssa.OpAdd, t, h, h), b.op(ssa.OpIntToFloat, t, x))
}

// floatToInt goes by the same integer types as gc, so that a number out of range gives the same bits.
func (b *builder) floatToInt(x *ssa.Value, t ssa.Type, unsigned bool) *ssa.Value {
	switch {
	case t.Size() < 4:
		return b.op(ssa.OpTrunc, t, b.op(ssa.OpFloatToInt, ssa.I32, x))
	case t == ssa.I32 && unsigned:
		return b.op(ssa.OpTrunc, t, b.op(ssa.OpFloatToInt, ssa.I64, x))
	case !unsigned:
		return b.op(ssa.OpFloatToInt, t, x)
	}
	// 2^63 and above is brought into the signed range first.
	bits := int64(0x43e0000000000000)
	if x.Type == ssa.F32 {
		bits = 0x5f000000
	}
	limit := b.opI(ssa.OpConstF, x.Type, bits)
	big := b.op(ssa.OpOr, t, b.op(ssa.OpFloatToInt, t, b.op(ssa.OpSub, x.Type, x, limit)), b.int(-1<<63))
	return b.op(ssa.OpSelect, t, b.op(ssa.OpLt, ssa.Bool, x, limit), b.op(ssa.OpFloatToInt, t, x), big)
}

// partType is the float type of a complex type's parts.
func (b *builder) partType(t types.Type) ssa.Type {
	if b.p.sizeof(t) == 8 {
		return ssa.F32
	}
	return ssa.F64
}

func (b *builder) complexVal(t types.Type, re, im *ssa.Value) val {
	return val{t: t, s: []*ssa.Value{re, im}}
}

func (b *builder) complexTo(v val, to types.Type) val {
	t := b.partType(to)
	if len(v.s) == 1 {
		return b.complexVal(to, b.floatTo(v.s[0], t), b.opI(ssa.OpConstF, t, 0))
	}
	return b.complexVal(to, b.floatTo(v.s[0], t), b.floatTo(v.s[1], t))
}

func (b *builder) floatTo(x *ssa.Value, t ssa.Type) *ssa.Value {
	if x.Type == t {
		return x
	}
	return b.op(ssa.OpFloatCvt, t, x)
}

// toString converts runes, bytes, code points and strings to a string type.
func (b *builder) toString(v val, to types.Type) val {
	switch u := under(v.t).(type) {
	case *types.Basic:
		if u.Info()&types.IsString != 0 {
			return v.as(to)
		}
		return val{t: to, s: b.rt("intstring", b.nilPtr(), b.toInt64(v))}
	case *types.Slice:
		if b.p.sizeof(u.Elem()) == 1 {
			return val{t: to, s: b.rt("slicebytetostring", b.nilPtr(), v.s[0], v.s[1])}
		}
		return val{t: to, s: b.rt("slicerunetostring", b.nilPtr(), v.s[0], v.s[1], v.s[2])}
	}
	b.fail(b.at.P, "cannot convert %s to a string", v.t)
	return val{}
}

func (b *builder) stringToSlice(v val, w *types.Slice, to types.Type) val {
	if b.p.sizeof(w.Elem()) == 1 {
		return val{t: to, s: b.rt("stringtoslicebyte", b.nilPtr(), v.s[0], v.s[1])}
	}
	return val{t: to, s: b.rt("stringtoslicerune", b.nilPtr(), v.s[0], v.s[1])}
}
