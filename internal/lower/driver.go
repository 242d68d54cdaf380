package lower

import (
	"strings"
	"sync"

	"strata/internal/abi"
	"strata/internal/load"
	"strata/internal/object"
	"strata/internal/ssa"
)

// This file is what the driver and whole-program analysis ask of lowering.

// NewOver makes a program whose standard packages are those of base, a program of
// the same load.Session: what base defines is taken from there.
func NewOver(base *Program, lp *load.Program) *Program {
	p := NewProgram(lp, base.Conv)
	p.base = base
	return p
}

// Owner is the program whose definition d is.
func (d *FuncDef) Owner() *Program { return d.p }

// itabMethods caches the method symbols of itabs by itab symbol.
type itabMethods struct{ m sync.Map }

// ItabMethod gives the function symbol in slot i of an itab, "" if the itab is
// not known or has no such slot.
func (p *Program) ItabMethod(itab string, i int) string {
	if !strings.HasPrefix(itab, "go:itab.") {
		return ""
	}
	cached, ok := p.itabs.m.Load(itab)
	if !ok {
		cached, _ = p.itabs.m.LoadOrStore(itab, p.readItab(itab))
	}
	return cached.(map[int]string)[i]
}

// readItab builds the table once more and reads its slots (at offset 24, see internal/abi.ITab).
func (p *Program) readItab(itab string) map[int]string {
	slots := map[int]string{}
	d, ok := p.Def(itab).(*DataDef)
	if !ok {
		return slots
	}
	syms, err := d.Build()
	if err != nil || len(syms) == 0 {
		return slots
	}
	for _, r := range syms[0].Relocs {
		if r.Kind == object.MethodAbs64 {
			slots[int(r.Off-24)/8] = r.Target
		}
	}
	return slots
}

// CallOf describes a direct call of a function symbol, nil if it is not known.
func (p *Program) CallOf(sym string) *ssa.Call {
	d, ok := p.Def(sym).(*FuncDef)
	if !ok {
		return nil
	}
	return &ssa.Call{Sym: sym, ABI: abi.Assign(d.Sig, d.Conv)}
}

// ClosureCode gives the function of a static closure symbol, "" if sym is none.
func (p *Program) ClosureCode(sym string) string {
	code, ok := strings.CutSuffix(sym, "·f")
	if !ok {
		return ""
	}
	return code
}
