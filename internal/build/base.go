package build

import (
	"slices"
	"sync"

	"strata/internal/abi"
	"strata/internal/analyze"
	"strata/internal/cache"
	"strata/internal/design"
	"strata/internal/load"
	"strata/internal/lower"
	"strata/internal/object"
	"strata/internal/reuse"
	"strata/internal/ssa"
	"strata/internal/target"
)

// Base keeps what was compiled of standard packages, for further programs of the
// same load.Session with the same options. The code of a standard function depends only on
// other standard functions, so it is the same in every program. Safe for concurrent use.
//
// A base with a store also finds there what earlier runs compiled.
type Base struct {
	std     *load.Program
	byPath  map[string]*load.Package
	designs design.Set
	o       BaseOptions
	low     *lower.Program
	asm     *asmIndex
	pos     *positions

	mu    sync.RWMutex
	done  map[string]*finished // by symbol: made in this process
	store *cache.Store         // nil for none
	huge  sync.Map             // see setHuge
	old   sync.Map             // symbol → *finished from the store, nil if it is not there

	// What is kept of the programs' own packages, see groups.go.
	results   *reuse.Store
	toolchain string
	groups    map[reuse.Key]*group
	sums      sync.Map // *load.Package → reuse.Sum
	stdOnce   sync.Once
	stdKeys   map[*load.Package]reuse.Key
}

// BaseOptions are the options that change what compiled functions look like; programs built over a base must have the same.
type BaseOptions struct {
	Machine                      *target.Machine // nil for the default
	NoInline, NoEscape, TrimPath bool
	CountEdges                   []string
	Race                         bool
}

// finished is a symbol as it is in every program.
type finished struct {
	obj    *object.Symbol
	isFunc bool // made from SSA
	// refs are what a body that callers may inline mentions, beyond obj's relocations.
	refs []object.Reloc
	abi  *abi.Signature // of functions made from SSA
	// known is what the analysis found out about a function.
	known func() *analyze.Known

	seen    sync.Once
	mention *object.Symbol
}

// mentions is a symbol without content that leads reachability wherever obj, or a caller that has its body inlined, may lead.
func (f *finished) mentions() *object.Symbol {
	if len(f.refs) == 0 {
		return f.obj
	}
	f.seen.Do(func() {
		f.mention = &object.Symbol{Name: f.obj.Name, Kind: f.obj.Kind, Flags: f.obj.Flags, Relocs: append(f.obj.Relocs[:len(f.obj.Relocs):len(f.obj.Relocs)], f.refs...)}
	})
	return f.mention
}

// NewBase makes a base over a program that holds the wanted standard packages
// and the runtime (no main package).
func NewBase(std *load.Program, designs design.Set, o BaseOptions) (*Base, error) {
	if designs == nil {
		designs = design.Default()
	}
	if o.Machine == nil {
		o.Machine = target.Default()
	}
	conv := convention(designs.Facts())
	b := &Base{std: std, byPath: map[string]*load.Package{}, designs: designs, o: o, low: lower.NewProgram(std, conv),
		asm: newAsmIndex(std, o.Machine, conv, nil), pos: &positions{fset: std.Fset}, done: map[string]*finished{}}
	b.asm.trim = o.TrimPath
	for _, p := range std.Packages {
		b.byPath[p.Path] = p
	}
	b.low.Without(o.Machine.Code.Without)
	b.low.CountEdges = countsEdges(std, o.CountEdges)
	b.low.SetRace(o.Race)
	b.low.AsmText, b.low.Segmented = b.asm.defines, designs.Facts().SegmentsStacks
	return b, nil
}

// shadowed tells whether the program has a package of its own in place of one of the base's, as the tests of
// standard packages do.
func (b *Base) shadowed(prog *load.Program) bool {
	if b == nil {
		return false
	}
	return slices.ContainsFunc(prog.Packages, func(p *load.Package) bool {
		q := b.byPath[p.Path]
		return q != nil && q != p
	})
}

// find returns the finished symbol, or nil.
func (b *Base) find(sym string) *finished {
	b.mu.RLock()
	f := b.done[sym]
	b.mu.RUnlock()
	if f != nil || b.store == nil {
		return f
	}
	return b.fromStore(sym)
}

// stored finds a symbol that is the same in every program, or nil.
func (c *compiler) stored(sym string) *finished {
	b := c.o.Base
	if f := c.own.find(sym); f != nil {
		return f
	}
	if b == nil || c.low.Overrides(sym) {
		return nil
	}
	return b.find(sym)
}

// batch is what one program has made that further programs can use.
type batch struct {
	mu    sync.Mutex
	funcs map[string]*finished
	data  map[string]*finished
	own   map[string]*finished // of the program's own packages
}

// keepFunc takes a copy of d's analysed body before it is compiled, if it belongs to the base.
func (c *compiler) keepFunc(d *lower.FuncDef, f *ssa.Func) *finished {
	if c.o.Base == nil || d.Owner() != c.o.Base.low && (c.own == nil || lower.WholeProgram(d.Sym)) {
		return nil
	}
	kept := &finished{isFunc: true, abi: f.ABI}
	known := c.analysis.Known(d.Sym)
	if known == nil {
		return nil
	}
	if known.Func != nil {
		kept.refs = references(f)
	}
	kept.known = known.Unpacked
	return kept
}

// keptFunc notes the compiled function.
func (c *compiler) keptFunc(d *lower.FuncDef, kept *finished, s *object.Symbol) {
	if kept == nil {
		if c.own == nil || d.Owner() == c.o.Base.low {
			return
		}
		kept = &finished{isFunc: true} // it is there, but cannot be kept
	}
	kept.obj = s
	c.made.mu.Lock()
	defer c.made.mu.Unlock()
	if d.Owner() != c.o.Base.low {
		c.made.own[s.Name] = kept
	} else {
		c.made.funcs[s.Name] = kept
	}
}

// keepData notes symbols that the base defines too: such definitions do not depend on the program.
func (c *compiler) keepData(syms []*object.Symbol, owned bool) {
	if c.o.Base == nil || !owned && c.own == nil {
		return
	}
	c.made.mu.Lock()
	defer c.made.mu.Unlock()
	for _, s := range syms {
		if owned {
			c.made.data[s.Name] = &finished{obj: s}
		} else {
			c.made.own[s.Name] = &finished{obj: s}
		}
	}
}

// publish gives the base what this program has compiled.
func (c *compiler) publish() {
	b := c.o.Base
	if b == nil {
		return
	}
	tainted := c.tainted()
	whole := c.wholeComponents(tainted)
	c.publishOwn(tainted, whole)
	b.mu.Lock()
	defer b.mu.Unlock()
	for sym, f := range c.made.funcs {
		if b.done[sym] == nil && !tainted[sym] && whole(sym) {
			b.done[sym] = f
		}
	}
	for sym, f := range c.made.data {
		if b.done[sym] == nil {
			b.done[sym] = f
		}
	}
}

// tainted are the functions whose code may depend on functions of the program that are not the base's, as
// runtime.main's on main.main, directly or through what they call.
func (c *compiler) tainted() map[string]bool {
	return c.spread(func(sym string, r object.Reloc) bool {
		d, ok := c.low.Def(r.Target).(*lower.FuncDef)
		if !ok || d.Owner() == c.o.Base.low {
			return false
		}
		d, ok = c.low.Def(sym).(*lower.FuncDef)
		return ok && d.Owner() == c.o.Base.low
	})
}

// spread gives the functions for one of whose references first holds, and all that call them, directly or not.
func (c *compiler) spread(first func(sym string, r object.Reloc) bool) map[string]bool {
	users := map[string][]string{}
	out := map[string]bool{}
	var work []string
	add := func(sym string) {
		if !out[sym] {
			out[sym] = true
			work = append(work, sym)
		}
	}
	for sym, refs := range c.refs {
		for _, r := range refs {
			if r.Kind != object.Keep {
				continue
			}
			if c.refs[r.Target] != nil {
				users[r.Target] = append(users[r.Target], sym)
			}
			if first(sym, r) {
				add(sym)
			}
		}
	}
	for len(work) > 0 {
		sym := work[len(work)-1]
		work = work[:len(work)-1]
		for _, user := range users[sym] {
			add(user)
		}
	}
	return out
}

// wholeComponents tells of which functions all were kept that call each other: their code was decided
// together, so a program must find all or none.
func (c *compiler) wholeComponents(tainted map[string]bool) func(sym string) bool {
	missing := map[int32]bool{}
	for sym := range c.refs {
		if id, ok := c.analysis.Component(sym); ok && (c.made.funcs[sym] == nil && c.made.own[sym] == nil || tainted[sym]) {
			missing[id] = true
		}
	}
	return func(sym string) bool {
		id, ok := c.analysis.Component(sym)
		return ok && !missing[id]
	}
}
