package build

import (
	"sync"

	"strata/internal/analyze"
	"strata/internal/design"
	"strata/internal/load"
	"strata/internal/lower"
	"strata/internal/object"
)

// Base keeps what was compiled of standard packages, for further programs of the
// same load.Session with the same designs. The code of a standard function depends only on
// other standard functions, so it is the same in every program. Safe for concurrent use.
type Base struct {
	low   *lower.Program
	asm   *asmIndex
	mu    sync.RWMutex
	funcs map[string]*baseFunc
}

// baseFunc is a finished function.
type baseFunc struct {
	refs  []object.Reloc // of the lowered function, for discovery
	known *analyze.Known
	obj   *object.Symbol
}

// NewBase makes a base over a program that holds the wanted standard packages
// and the runtime (no main package).
func NewBase(std *load.Program, designs design.Set) (*Base, error) {
	if designs == nil {
		designs = design.Default()
	}
	conv := convention(designs.Facts())
	asm, err := newAsmIndex(std, conv, nil)
	if err != nil {
		return nil, err
	}
	b := &Base{low: lower.NewProgram(std, conv), asm: asm, funcs: map[string]*baseFunc{}}
	b.low.AsmText, b.low.Segmented = asm.defines, designs.Facts().SegmentsStacks
	return b, nil
}

// lookup returns the finished function behind d, or nil.
func (b *Base) lookup(c *compiler, d *lower.FuncDef) *baseFunc {
	if b == nil || d.Owner() != b.low {
		return nil
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.funcs[d.Sym]
}

// known offers finished functions to the analysis of c.
func (b *Base) known(c *compiler) func(sym string) *analyze.Known {
	if b == nil {
		return nil
	}
	return func(sym string) *analyze.Known {
		if c.funcs[sym] != nil {
			return nil // lowered in this program: analyse it, whatever others finish meanwhile
		}
		b.mu.RLock()
		defer b.mu.RUnlock()
		if f := b.funcs[sym]; f != nil {
			return f.known
		}
		return nil
	}
}

// keep takes a copy of d's analysed body before it is compiled, if it belongs here.
func (b *Base) keep(c *compiler, d *lower.FuncDef) *analyze.Known {
	if b == nil || d.Owner() != b.low {
		return nil
	}
	for _, r := range c.refs[d.Sym] {
		if f, ok := c.low.Def(r.Target).(*lower.FuncDef); ok && f.Owner() != b.low {
			return nil // runtime.main calls the program's main.main, and may have it inlined
		}
	}
	if c.analysis == nil {
		return &analyze.Known{} // nobody will ask what it says
	}
	return c.analysis.Known(d.Sym)
}

// add makes a finished function known.
func (b *Base) add(sym string, known *analyze.Known, refs []object.Reloc, obj *object.Symbol) {
	if b == nil || known == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.funcs[sym] == nil {
		b.funcs[sym] = &baseFunc{refs, known, obj}
	}
}
