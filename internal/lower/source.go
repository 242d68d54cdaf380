package lower

import (
	"go/ast"
	"go/types"

	"strata/internal/inlcost"
	"strata/internal/load"
	"strata/internal/ssa"
)

// This file shows the syntax behind functions to those who measure and explain.

// Package is the package whose source made d, nil for functions without source.
func (d *FuncDef) Package() *load.Package { return d.pkg }

// Literal is the function literal that d was made of, nil for other functions.
func (d *FuncDef) Literal() *ast.FuncLit {
	if d.fi == nil {
		return nil
	}
	lit, _ := d.fi.node.(*ast.FuncLit)
	return lit
}

// InlineModel makes a model that measures p's functions.
func (p *Program) InlineModel() *inlcost.Model {
	return &inlcost.Model{Source: p.source, Intrinsic: p.isKnown, Sizes: p.Sizes}
}

// Verdict is what the model says of d; ok is false for functions without source.
func (d *FuncDef) Verdict(m *inlcost.Model) (v inlcost.Verdict, ok bool) {
	switch {
	case d.Decl != nil:
		return m.Func(d.Decl), true
	case d.Literal() != nil && d.pkg != nil:
		return m.Lit(d.Literal(), d.pkg.Info, d.pkg.Path), true
	}
	return v, false
}

// forbidding says which directives forbid inlining, in the compiler's words.
var forbidding = []struct {
	pragma ssa.Pragma
	reason string
}{
	{ssa.NoInline, "marked go:noinline"},
	{ssa.UintptrKeepAlive, "marked as having a keep-alive uintptr argument"},
	{ssa.UintptrEscapes, "marked as having an escaping uintptr argument"},
	{ssa.YesWriteBarrierRec, "marked go:yeswritebarrierrec"},
	{ssa.SystemStack, "marked go:systemstack"},
}

// source finds the syntax of a declared function; a function without body may have one elsewhere, by linkname.
func (p *Program) source(fn *types.Func) *inlcost.Source {
	f := p.index.declOf[fn]
	if f != nil && !f.body {
		f = p.index.funcs[f.sym]
	}
	if f == nil || !f.body {
		return nil
	}
	s := &inlcost.Source{Decl: f.decl, Info: f.pkg.Info, PkgPath: f.pkg.Path}
	pragma := p.index.pragma(f)
	for _, x := range forbidding {
		if pragma&x.pragma != 0 {
			s.Forbid = x.reason
			break
		}
	}
	return s
}

// isKnown tells whether calls of a function are lowered to instructions.
func (p *Program) isKnown(fn *types.Func) bool {
	return fn.Pkg() != nil && fn.Signature().Recv() == nil && p.intrinsics[fn.Pkg().Path()+"."+fn.Name()] != nil
}

// Syntax is the declaration behind d, nil for literals and functions that the compiler made.
func (p *Program) Syntax(d *FuncDef) *ast.FuncDecl {
	if d.Decl == nil {
		return nil
	}
	f := p.index.declOf[p.originOf(d.Decl)]
	if f == nil {
		return nil
	}
	return f.decl
}

// Declared lists the symbols of a package's functions with bodies that are not generic, in order of the source.
func (p *Program) Declared(pkg *load.Package) []string {
	var list []string
	p.eachDecl(pkg, func(f *funcDecl) {
		if f.sym != "" && f.body {
			list = append(list, f.sym)
		}
	})
	return list
}

// Declaration is a function without a body.
type Declaration struct {
	Sym    string
	Decl   *ast.FuncDecl
	Pragma ssa.Pragma
}

// Bodyless lists a package's functions that are written elsewhere.
func (p *Program) Bodyless(pkg *load.Package) []Declaration {
	var list []Declaration
	p.eachDecl(pkg, func(f *funcDecl) {
		if !f.body {
			list = append(list, Declaration{f.sym, f.decl, p.index.pragma(f)})
		}
	})
	return list
}

func (p *Program) eachDecl(pkg *load.Package, do func(f *funcDecl)) {
	for _, file := range pkg.Files {
		for _, d := range file.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			fn, _ := pkg.Info.Defs[fd.Name].(*types.Func)
			if f := p.index.declOf[fn]; f != nil {
				do(f)
			}
		}
	}
}
