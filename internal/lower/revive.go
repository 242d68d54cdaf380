package lower

import "strings"

// Revive makes definitions known that only come about when something else is built, for symbols that were
// not built because a cache had them: sym is wanted, from refers to it. It tells whether sym is known then.
func (p *Program) Revive(sym, from string) bool {
	if p.base != nil && p.base.Revive(sym, from) {
		return true
	}
	if path, _, ok := strings.Cut(sym, mapInit); ok {
		for _, pkg := range p.Load.Packages {
			if pkg.Types != nil && p.Names.Prefix(pkg.Types) == path {
				p.pkgInit(pkg)
			}
		}
	}
	if t := p.declaredType(from); t != nil {
		if d, ok := p.Def(p.typeSym(t)).(*DataDef); ok {
			d.Build() // defines the methods and their types
		}
	}
	return p.Def(sym) != nil
}
