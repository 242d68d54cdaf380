package lower

import (
	"go/types"

	"strata/internal/abi"
	"strata/internal/ssa"
)

// val is a Go value taken apart. A value of an ssaable type is its scalars, in
// order of memory; any other is the address of memory that holds it and that
// nobody writes while the val is in use. Values of size zero have neither.
type val struct {
	t    types.Type
	s    []*ssa.Value
	addr *ssa.Value
}

// scalar gives the only scalar of v.
func (v val) scalar() *ssa.Value {
	if len(v.s) != 1 {
		panic("lower: not a scalar: " + v.t.String())
	}
	return v.s[0]
}

// inMem tells whether v is held in memory.
func (v val) inMem() bool { return v.addr != nil }

// as gives v a type of the same layout.
func (v val) as(t types.Type) val { v.t = t; return v }

// scalarVal makes a value of a type that is one scalar.
func scalarVal(t types.Type, v *ssa.Value) val { return val{t: t, s: []*ssa.Value{v}} }

// ssaable tells whether values of t are taken apart into scalars.
func (b *builder) ssaable(t types.Type) bool { return b.p.Sizes.SSAable(t) }

// ssaType gives the machine type of a scalar.
func ssaType(s abi.Scalar) ssa.Type {
	switch s.Class {
	case abi.Ptr:
		return ssa.Ptr
	case abi.Float:
		if s.Size == 4 {
			return ssa.F32
		}
		return ssa.F64
	}
	if s.Bool {
		return ssa.Bool
	}
	return ssa.IntType(s.Size)
}

// scalarsOf gives the machine types of t's scalars.
func (p *Program) scalarsOf(t types.Type) []abi.Scalar { return p.layout(t).scalars }

// typeOfScalar is the machine type of a type that is one scalar.
func (p *Program) typeOfScalar(t types.Type) ssa.Type {
	ss := p.scalarsOf(t)
	if len(ss) != 1 {
		panic("lower: not a scalar type: " + t.String())
	}
	return ssaType(ss[0])
}

func (p *Program) sizeof(t types.Type) int64  { return p.layout(t).mem.Size }
func (p *Program) alignof(t types.Type) int64 { return p.layout(t).mem.Align }

// hasPointers tells whether values of t hold pointers.
func (p *Program) hasPointers(t types.Type) bool { return p.layout(t).mem.PtrMask != nil }

// memType is what memory operations know of t. It registers t's descriptor.
func (p *Program) memType(t types.Type) *ssa.MemType { return p.layout(t).mem }

// underlying types, asked for all the time.

func under(t types.Type) types.Type { return types.Unalias(t).Underlying() }

func isInterface(t types.Type) bool { _, ok := under(t).(*types.Interface); return ok }

func isEmptyInterface(t types.Type) bool {
	i, ok := under(t).(*types.Interface)
	return ok && i.NumMethods() == 0
}

func isString(t types.Type) bool { return hasBasic(t, types.IsString) }

func isFloat(t types.Type) bool { return hasBasic(t, types.IsFloat) }

func isComplex(t types.Type) bool { return hasBasic(t, types.IsComplex) }

func isInteger(t types.Type) bool { return hasBasic(t, types.IsInteger) }

func isUnsigned(t types.Type) bool { return hasBasic(t, types.IsUnsigned) }

func hasBasic(t types.Type, info types.BasicInfo) bool {
	b, ok := under(t).(*types.Basic)
	return ok && b.Info()&info != 0
}

func isUnsafePointer(t types.Type) bool {
	b, ok := under(t).(*types.Basic)
	return ok && b.Kind() == types.UnsafePointer
}

func isUntypedNil(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Kind() == types.UntypedNil
}

// pointee gives T of a *T.
func pointee(t types.Type) types.Type { return under(t).(*types.Pointer).Elem() }

// isPointer tells whether t is a pointer type.
func isPointer(t types.Type) bool { _, ok := under(t).(*types.Pointer); return ok }

// directIface tells whether values of t are the data word of an interface themselves.
func (p *Program) directIface(t types.Type) bool {
	ss := p.scalarsOf(t)
	return len(ss) == 1 && ss[0].Class == abi.Ptr && p.sizeof(t) == 8
}

// frequently used types.
var (
	tInt     = types.Typ[types.Int]
	tUint8   = types.Typ[types.Uint8]
	tUintptr = types.Typ[types.Uintptr]
	tBool    = types.Typ[types.Bool]
	tString  = types.Typ[types.String]
	tFloat64 = types.Typ[types.Float64]
	tUnsafe  = types.Typ[types.UnsafePointer]
	tAny     = types.NewInterfaceType(nil, nil)
)
