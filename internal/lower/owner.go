package lower

import (
	"go/types"
	"slices"
)

// owner is the program that defines what is made of types alone: the base if all of them are its, so that every
// program over the base has the same definition.
func (p *Program) owner(list ...types.Type) *Program {
	if p.base == nil || slices.ContainsFunc(list, func(t types.Type) bool { return !p.base.has(t) }) {
		return p
	}
	return p.base
}

// has tells whether t is made of nothing but predeclared types and types that p's packages declare.
func (p *Program) has(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return true
	case *types.Named:
		return p.hasNamed(t)
	case *types.Pointer:
		return p.has(t.Elem())
	case *types.Slice:
		return p.has(t.Elem())
	case *types.Array:
		return p.has(t.Elem())
	case *types.Chan:
		return p.has(t.Elem())
	case *types.Map:
		return p.has(t.Key()) && p.has(t.Elem())
	case *types.Signature:
		return p.hasTuple(t.Params()) && p.hasTuple(t.Results())
	case *types.Struct:
		for i := range t.NumFields() {
			f := t.Field(i)
			if !f.Exported() && p.index.pkgOf[f.Pkg()] == nil || !p.has(f.Type()) {
				return false
			}
		}
		return true
	case *types.Interface:
		for i := range t.NumMethods() {
			m := t.Method(i)
			if !m.Exported() && p.index.pkgOf[m.Pkg()] == nil || !p.has(m.Signature()) {
				return false
			}
		}
		return true
	}
	return false
}

// hasNamed leaves local types out: those of generic functions hide what they were instantiated with.
func (p *Program) hasNamed(t *types.Named) bool {
	obj := t.Obj()
	if obj.Pkg() != nil && (p.index.pkgOf[obj.Pkg()] == nil || obj.Parent() != obj.Pkg().Scope()) {
		return false
	}
	for i := range t.TypeArgs().Len() {
		if !p.has(t.TypeArgs().At(i)) {
			return false
		}
	}
	return true
}

func (p *Program) hasTuple(t *types.Tuple) bool {
	for i := range t.Len() {
		if !p.has(t.At(i).Type()) {
			return false
		}
	}
	return true
}
