package lower

import (
	"go/types"
	"strings"
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

// typeNamed is the type behind a descriptor's symbol, nil if it is not known. Of the base's types, which may have come from a cache with
// the functions that use them, only those count that can be found without; the same types count where there is no base.
func (p *Program) typeNamed(sym string) types.Type {
	declarer := p
	if p.base != nil {
		declarer = p.base
	}
	if t := declarer.declaredType(sym); t != nil {
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
