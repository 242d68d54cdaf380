package lower

import (
	"strings"
	"sync"

	"strata/internal/load"
	"strata/internal/object"
	"strata/internal/ssa"
)

// This file is what the driver and whole-program analysis ask of lowering.

// NewOver makes a program whose standard packages are those of base, a program of
// the same load.Session: what base defines is taken from there.
func NewOver(base *Program, lp *load.Program) *Program {
	return newProgram(lp, base.Conv, base)
}

// KnownInits lists the functions that initialise a package, if that has been worked out.
func (p *Program) KnownInits(pkg *load.Package) ([]string, bool) {
	list, ok := p.initFns.Load(pkg)
	if !ok {
		return nil, false
	}
	return list.([]string), true
}

// Owner is the program whose definition d is.
func (d *FuncDef) Owner() *Program { return d.p }

// itabMethods caches the method symbols of itabs by itab symbol.
type itabMethods struct{ m sync.Map } // of map[int]string

// Overrides tells whether a symbol is the program's own even if its base has one of that name.
func (p *Program) Overrides(sym string) bool {
	if p.base == nil || WholeProgram(sym) {
		return true
	}
	if f := p.index.funcs[sym]; f != nil && p.base.index.pkgOf[f.pkg.Types] == nil {
		return true
	}
	v := p.index.vars[sym]
	return v != nil && p.base.index.pkgOf[v.pkg.Types] == nil
}

// WholeProgram tells whether a symbol is made of all packages of a program.
func WholeProgram(sym string) bool { return sym == symMainInits || sym == symRuntimeInits }

// FromBase tells whether a symbol's definition is one of the base's.
func (p *Program) FromBase(sym string) bool {
	return p.base != nil && !p.Overrides(sym) && p.base.Def(sym) != nil
}

// ItabMethods gives the function symbols of an itab by slot; ok is false if the itab is not known.
func (p *Program) ItabMethods(itab string) (methods map[int]string, ok bool) {
	if cached, ok := p.itabs.m.Load(itab); ok {
		return cached.(map[int]string), true
	}
	d, ok := p.Def(itab).(*DataDef)
	if !ok {
		return nil, false
	}
	syms, err := d.Build()
	if err != nil || len(syms) == 0 {
		return nil, false
	}
	return p.ReadItab(itab, syms[0]), true
}

// ReadItab reads the slots of an itab (at offset 24, see internal/abi.ITab).
func (p *Program) ReadItab(itab string, s *object.Symbol) map[int]string {
	slots := map[int]string{}
	for _, r := range s.Relocs {
		if r.Kind == object.MethodAbs64 {
			slots[int(r.Off-24)/8] = r.Target
		}
	}
	cached, _ := p.itabs.m.LoadOrStore(itab, slots)
	return cached.(map[int]string)
}

// CallOf describes a direct call of a function symbol, nil if it is not known.
func (p *Program) CallOf(sym string) *ssa.Call {
	d, ok := p.Def(sym).(*FuncDef)
	if !ok {
		return nil
	}
	return &ssa.Call{Sym: sym, ABI: p.Sizes.Assign(d.Sig, d.Conv)}
}

// ClosureCode gives the function of a static closure symbol, "" if sym is none.
func (p *Program) ClosureCode(sym string) string {
	code, ok := strings.CutSuffix(sym, "·f")
	if !ok {
		return ""
	}
	return code
}
