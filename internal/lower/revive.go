package lower

import (
	"go/types"
	"strings"
)

// Revive makes definitions known that only come about when something else is built, for symbols that were
// not built because a cache had them: sym is wanted, from refers to it. It tells whether sym is known then.
func (p *Program) Revive(sym, from string) bool {
	if p.base != nil {
		return p.base.Revive(sym, from)
	}
	if path, _, ok := strings.Cut(sym, mapInit); ok {
		for _, pkg := range p.Load.Packages {
			if pkg.Types != nil && p.Names.Prefix(pkg.Types) == path {
				p.pkgInit(pkg)
			}
		}
	}
	if t := p.namedType(from); t != nil {
		if d, ok := p.Def(p.typeSym(t)).(*DataDef); ok {
			d.Build() // defines the methods and their types
		}
	}
	return p.Def(sym) != nil
}

// namedType finds the type behind a descriptor's symbol if it is a declared one, or a pointer to one.
func (p *Program) namedType(sym string) types.Type {
	name, ok := strings.CutPrefix(sym, "type:")
	if !ok {
		return nil
	}
	name, pointer := strings.CutPrefix(name, "*")
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 {
		return nil
	}
	for _, pkg := range p.Load.Packages {
		if pkg.Types == nil || p.Names.Prefix(pkg.Types) != name[:dot] {
			continue
		}
		obj, ok := pkg.Types.Scope().Lookup(name[dot+1:]).(*types.TypeName)
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
	return nil
}
