package lower

import (
	"errors"
	"go/types"
)

// ErrForgotten says that a function was to be lowered after the syntax had been forgotten.
var ErrForgotten = errors.New("its syntax has been forgotten")

// Forget drops what only lowering needs of the program and its base: syntax, what was found out about it, and how definitions are made of
// it. Which symbols there are, their signatures and types stay known; a function can be lowered no more. Nobody may be lowering.
func (p *Program) Forget() {
	if p.base != nil {
		p.base.Forget()
	}
	for _, f := range p.index.declOf {
		f.decl = nil
	}
	for _, list := range p.index.inits {
		for _, f := range list {
			f.decl = nil
		}
	}
	for _, d := range p.defs {
		if d, ok := d.(*FuncDef); ok {
			d.make, d.fi, d.sub = nil, nil, nil
		}
	}
	for _, in := range p.ext.inits.by {
		in.lits, in.writes = nil, nil
		for i := range in.steps {
			in.steps[i].rhs = nil
		}
	}
	p.warm.seen = map[types.Type]bool{}
	p.forgotten = true
}
