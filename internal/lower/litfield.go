package lower

import (
	"go/ast"
	"go/types"
)

// fieldInit is an element of a struct literal: an expression, and the field that it initialises, which may be a promoted one
// (Go 1.27), part of embedded structs that are never behind a pointer.
type fieldInit struct {
	path []int // field of the literal's struct, then of the struct embedded there, and so on
	t    types.Type
	e    ast.Expr
	// blank fields keep zero; their initialisers are evaluated all the same.
	blank bool
}

// fieldInits pairs a struct literal's elements with fields of u, its type with all type arguments in place.
func fieldInits(info *types.Info, e *ast.CompositeLit, u *types.Struct) []fieldInit {
	list := make([]fieldInit, len(e.Elts))
	for i, x := range e.Elts {
		f := fieldInit{path: []int{i}, e: x}
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			f.path, f.e = fieldPath(u, info.Uses[kv.Key.(*ast.Ident)]), kv.Value
		}
		var v *types.Var
		at := u
		for _, j := range f.path {
			v = at.Field(j)
			at, _ = v.Type().Underlying().(*types.Struct)
		}
		f.t, f.blank = v.Type(), v.Name() == "_"
		list[i] = f
	}
	return list
}

// fieldPath finds a field by its name and package: the object itself is another where u is an instance.
func fieldPath(u *types.Struct, key types.Object) []int {
	for i := range u.NumFields() {
		if f := u.Field(i); f == key || f.Name() == key.Name() && (f.Exported() || f.Pkg() == key.Pkg()) {
			return []int{i}
		}
	}
	_, path, _ := types.LookupFieldOrMethod(u, false, key.Pkg(), key.Name())
	return path
}

// offsetOf is where a field, found along a path of embedded structs, lies in u.
func (p *Program) offsetOf(u *types.Struct, path []int) (off int64) {
	for _, i := range path {
		off += p.fieldOff(u, i)
		u, _ = u.Field(i).Type().Underlying().(*types.Struct)
	}
	return off
}

// scalarsAt tells which of u's scalars are those of a field found along a path of embedded structs.
func (p *Program) scalarsAt(u *types.Struct, path []int) (first, n int) {
	for _, i := range path {
		var skip int
		skip, n = p.scalarRange(u, i)
		first += skip
		u, _ = u.Field(i).Type().Underlying().(*types.Struct)
	}
	return first, n
}
