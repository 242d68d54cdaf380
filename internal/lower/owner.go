package lower

import (
	"go/types"
	"slices"
)

// owner is the program that defines what is made of types alone: the base if all of them are its, so that every
// program over the base has the same definition.
func (p *Program) owner(list ...types.Type) *Program {
	if p.base == nil || slices.ContainsFunc(list, func(t types.Type) bool { return !packageSet(p.base.owns).has(t) }) {
		return p
	}
	return p.base
}

// owns tells whether a package is one of p's.
func (p *Program) owns(pkg *types.Package) bool { return p.index.pkgOf[pkg] != nil }

// standard tells whether a package belongs to the standard library.
func (p *Program) standard(pkg *types.Package) bool {
	q := p.index.pkgOf[pkg]
	return q != nil && q.Standard
}

// packageSet tells which packages are in it.
type packageSet func(*types.Package) bool

// has tells whether t is made of nothing but predeclared types and types that packages of the set declare.
func (in packageSet) has(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return true
	case *types.Named:
		return in.hasNamed(t)
	case *types.Pointer:
		return in.has(t.Elem())
	case *types.Slice:
		return in.has(t.Elem())
	case *types.Array:
		return in.has(t.Elem())
	case *types.Chan:
		return in.has(t.Elem())
	case *types.Map:
		return in.has(t.Key()) && in.has(t.Elem())
	case *types.Signature:
		return in.hasTuple(t.Params()) && in.hasTuple(t.Results())
	case *types.Struct:
		for i := range t.NumFields() {
			f := t.Field(i)
			if !f.Exported() && !in(f.Pkg()) || !in.has(f.Type()) {
				return false
			}
		}
		return true
	case *types.Interface:
		for i := range t.NumMethods() {
			m := t.Method(i)
			if !m.Exported() && !in(m.Pkg()) || !in.has(m.Signature()) {
				return false
			}
		}
		return true
	}
	return false
}

// hasNamed leaves local types out: those of generic functions hide what they were instantiated with.
func (in packageSet) hasNamed(t *types.Named) bool {
	obj := t.Obj()
	if obj.Pkg() != nil && (!in(obj.Pkg()) || obj.Parent() != obj.Pkg().Scope()) {
		return false
	}
	for i := range t.TypeArgs().Len() {
		if !in.has(t.TypeArgs().At(i)) {
			return false
		}
	}
	return true
}

func (in packageSet) hasTuple(t *types.Tuple) bool {
	for i := range t.Len() {
		if !in.has(t.At(i).Type()) {
			return false
		}
	}
	return true
}
