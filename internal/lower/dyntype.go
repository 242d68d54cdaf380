package lower

import (
	"go/types"
	"strings"

	"strata/internal/load"
)

// This file answers what is known of a dynamic type when the analysis has found which one it is. Answers depend on symbols
// that the code mentions and on declarations alone, so they are the same whether or not a cache had part of the program.

// AssertItab gives the itab that asserting a value of type typ to the interface type inter gives, both named by
// their descriptors; "" if typ lacks a method. ok is false if one of the types is not known.
func (p *Program) AssertItab(typ, inter string) (itab string, ok bool) {
	t, i := p.typeNamed(typ), p.typeNamed(inter)
	if t == nil || i == nil || isInterface(t) || !isInterface(i) || isEmptyInterface(i) {
		return "", false
	}
	if !types.Implements(t, under(i).(*types.Interface)) {
		return "", true
	}
	return p.itabSym(t, i), true
}

// TypeMethods names the functions in the method table of the type that descriptor typ describes, as itabs hold them.
func (p *Program) TypeMethods(typ string) []string {
	if cached, ok := p.tables.Load(typ); ok {
		return cached.([]string)
	}
	var list []string
	if t := p.typeNamed(typ); t != nil {
		list = p.desc.Methods(t)
	}
	cached, _ := p.tables.LoadOrStore(typ, list)
	return cached.([]string)
}

// typeNamed is the type behind a descriptor's symbol, nil if it is not known. Types that packages declare are found by name, whether or
// not anything was lowered that mentions them. Of others, those of the standard library do not count, since a cache may have had the
// functions that mention them; what is kept of the program's own functions mentions none (see TypeFound).
func (p *Program) typeNamed(sym string) types.Type {
	if t := p.declaredType(sym); t != nil {
		return t
	}
	p.mu.RLock()
	t := p.typesBy[sym]
	p.mu.RUnlock()
	if p.base == nil && t != nil && packageSet(p.standard).has(t) {
		return nil
	}
	return t
}

// TypeFound tells whether the type behind a descriptor's symbol is known even if nothing that mentions it is lowered.
func (p *Program) TypeFound(sym string) bool { return p.declaredType(sym) != nil }

// Source is the package whose source declares the function or variable behind a symbol, or whose variables it initialises; nil for what
// lowering makes up.
func (p *Program) Source(sym string) *load.Package {
	if f := p.index.funcs[sym]; f != nil {
		return f.pkg
	}
	if v := p.index.vars[sym]; v != nil {
		return v.pkg
	}
	return p.initPkg(sym)
}

// LinkedPackage gives the prefix of the symbols of the package that a linkname directive's target belongs to.
func LinkedPackage(target string) string {
	target = escapeTarget(target)
	slash := strings.LastIndexByte(target, '/')
	if dot := strings.IndexByte(target[slash+1:], '.'); dot >= 0 {
		return target[:slash+1+dot]
	}
	return target
}

// declaredType finds the type behind a descriptor's symbol if it is one that a package declares, or a pointer to one.
func (p *Program) declaredType(sym string) types.Type {
	name, ok := strings.CutPrefix(sym, "type:")
	if !ok {
		return nil
	}
	name, pointer := strings.CutPrefix(name, "*")
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 {
		return nil
	}
	pkg := p.byPrefix()[name[:dot]]
	if pkg == nil {
		return nil
	}
	obj, ok := pkg.Scope().Lookup(name[dot+1:]).(*types.TypeName)
	if !ok || obj.IsAlias() {
		return nil
	}
	if n, ok := obj.Type().(*types.Named); !ok || n.TypeParams().Len() > 0 {
		return nil
	}
	if pointer {
		return types.NewPointer(obj.Type())
	}
	return obj.Type()
}

// packagesByPrefix are the program's packages by what the names of their symbols begin with.
func (p *Program) packagesByPrefix() map[string]*types.Package {
	m := make(map[string]*types.Package, len(p.Load.Packages))
	for _, pkg := range p.Load.Packages {
		if pkg.Types != nil {
			m[p.Names.Prefix(pkg.Types)] = pkg.Types
		}
	}
	return m
}
