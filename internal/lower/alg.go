package lower

import (
	"fmt"
	"go/types"

	"strata/internal/abi"
	"strata/internal/object"
	"strata/internal/rtcall"
)

// algKind says how values of a type are compared and hashed.
type algKind uint8

const (
	algNone     algKind = iota // not comparable
	algMem                     // == compares all bytes
	algString                  //
	algInter                   // interface with methods
	algNilInter                // interface without methods
	algFloat                   // float32, float64: NaN differs from itself, +0 equals -0
	algComplex                 //
	algSpecial                 // struct or array of several kinds
)

// alg classifies t, which must be free of type parameters.
func (p *Program) alg(t types.Type) algKind {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return basicAlg(u)
	case *types.Pointer, *types.Chan:
		return algMem
	case *types.Interface:
		if u.NumMethods() == 0 {
			return algNilInter
		}
		return algInter
	case *types.Array:
		return p.arrayAlg(u)
	case *types.Struct:
		return p.structAlg(u)
	}
	return algNone
}

func basicAlg(u *types.Basic) algKind {
	switch info := u.Info(); {
	case info&types.IsString != 0:
		return algString
	case info&types.IsFloat != 0:
		return algFloat
	case info&types.IsComplex != 0:
		return algComplex
	case u.Kind() == types.UntypedNil:
		return algNone
	}
	return algMem
}

func (p *Program) arrayAlg(u *types.Array) algKind {
	elem := p.alg(u.Elem())
	switch {
	case elem == algNone || elem == algMem:
		return elem
	case u.Len() == 0:
		return algMem
	}
	return algSpecial
}

func (p *Program) structAlg(u *types.Struct) algKind {
	kind, end := algMem, int64(0)
	offs := p.fieldOffsets(u)
	for i := range u.NumFields() {
		f := u.Field(i)
		switch p.alg(f.Type()) {
		case algNone:
			return algNone
		case algMem:
			if f.Name() == "_" || offs[i] != end {
				kind = algSpecial
			}
		default:
			kind = algSpecial
		}
		end = offs[i] + p.sizeof(f.Type())
	}
	if end != p.sizeof(u) {
		kind = algSpecial
	}
	return kind
}

// fieldOffsets lists where the fields of a struct are.
func (p *Program) fieldOffsets(u *types.Struct) []int64 {
	return p.Sizes.Offsets(u)
}

// RegularMemory tells whether == on t compares all its bytes.
func (p *Program) RegularMemory(t types.Type) bool { return p.alg(t) == algMem }

// algPart is a part of a struct that is compared or hashed as one: a run of
// fields without padding that are plain memory, or one field of another kind.
type algPart struct {
	off, size int64
	t         types.Type // nil for a run of memory
	field     int        // the first
}

// algParts takes a struct apart, blank fields left out.
func (p *Program) algParts(u *types.Struct) []algPart {
	var parts []algPart
	offs := p.fieldOffsets(u)
	for i := range u.NumFields() {
		f := u.Field(i)
		size := p.sizeof(f.Type())
		if f.Name() == "_" || size == 0 {
			continue
		}
		if p.alg(f.Type()) != algMem {
			parts = append(parts, algPart{offs[i], size, f.Type(), i})
			continue
		}
		if n := len(parts); n > 0 && parts[n-1].t == nil && parts[n-1].off+parts[n-1].size == offs[i] {
			parts[n-1].size += size
			continue
		}
		parts = append(parts, algPart{offs[i], size, nil, i})
	}
	return parts
}

// algName names the functions of t: types that are plain memory share theirs by size.
func (p *Program) algName(t types.Type) string {
	if p.alg(t) == algMem {
		return fmt.Sprintf("mem%d", p.sizeof(t))
	}
	return p.Names.Type(t)
}

func funcSig(params []types.Type, results ...types.Type) *types.Signature {
	return types.NewSignatureType(nil, nil, nil, varTuple(params), varTuple(results), false)
}

func varTuple(ts []types.Type) *types.Tuple {
	vars := make([]*types.Var, len(ts))
	for i, t := range ts {
		vars[i] = types.NewParam(0, nil, "", t)
	}
	return types.NewTuple(vars...)
}

// eqFuncSym names the func value (a static closure) of type
// func(p, q unsafe.Pointer) bool that compares two values of type t in memory;
// it is empty if t is not comparable.
func (p *Program) eqFuncSym(t types.Type) string {
	if o := p.owner(t); o != p {
		return o.eqFuncSym(t)
	}
	if p.alg(t) == algNone {
		return ""
	}
	// The function that finds the size in its closure is written for registers.
	if size := p.sizeof(t); p.alg(t) == algMem && size > maxInlineCompare && p.Conv == abi.Register {
		return p.sizedClosure("type:.eqfunc", rtcall.MemEqualVar, size)
	}
	return p.funcValueSym(p.eqCode(t))
}

// eqCode defines the function behind eqFuncSym.
func (p *Program) eqCode(t types.Type) string {
	if o := p.owner(t); o != p {
		return o.eqCode(t)
	}
	sym := "type:.eq." + p.algName(t)
	sig := funcSig([]types.Type{tUnsafe, tUnsafe}, tBool)
	p.defineFunc(sym, sym, sig, func(b *builder) {
		ps := b.params()
		x, y := ps[0].s[0], ps[1].s[0]
		b.ret([]val{scalarVal(tBool, b.equalAt(x, y, t, true))})
	})
	return sym
}

// hashFuncSym names the func value of type func(p unsafe.Pointer, h uintptr)
// uintptr that hashes a value of type t in memory; it is empty if t is not comparable.
func (p *Program) hashFuncSym(t types.Type) string {
	if o := p.owner(t); o != p {
		return o.hashFuncSym(t)
	}
	if p.alg(t) == algNone {
		return ""
	}
	return p.funcValueSym(p.hashCode(t))
}

func (p *Program) hashCode(t types.Type) string {
	if o := p.owner(t); o != p {
		return o.hashCode(t)
	}
	sym := "type:.hash." + p.algName(t)
	sig := funcSig([]types.Type{tUnsafe, tUintptr}, tUintptr)
	p.defineFunc(sym, sym, sig, func(b *builder) {
		ps := b.params()
		x, h := ps[0].s[0], ps[1].s[0]
		b.ret([]val{scalarVal(tUintptr, b.hashAt(x, h, t))})
	})
	return sym
}

// sizedClosure is the closure of an assembly function that finds a size behind its code pointer.
func (p *Program) sizedClosure(prefix, code string, size int64) string {
	sym := fmt.Sprintf("%s%d", prefix, size)
	p.defineData(sym, func() ([]*object.Symbol, error) {
		s := closureData(sym, code)
		s.Data = append(s.Data, le64(uint64(size))...)
		s.Size = int64(len(s.Data))
		s.Flags |= object.DupOK
		return []*object.Symbol{s}, nil
	})
	return sym
}

// closureData is a static closure that captures nothing.
func closureData(sym, code string) *object.Symbol {
	return &object.Symbol{
		Name: sym, Kind: object.ROData, Align: 8, Size: 8, Data: make([]byte, 8),
		Relocs: []object.Reloc{{Kind: object.Abs64, Target: code}},
	}
}

func le64(v uint64) []byte {
	var out [8]byte
	for i := range out {
		out[i] = byte(v >> (8 * i))
	}
	return out[:]
}

// maxInlineCompare is the most bytes that OpMemEqConst compares.
const maxInlineCompare = 64
