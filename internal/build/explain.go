package build

import (
	"slices"
	"sync"

	"strata/internal/explain"
	"strata/internal/lower"
	"strata/internal/ssa"
	"strata/internal/symname"
)

// Explain links nothing; it compiles all functions of the packages in o.Report and gives what was decided.
func Explain(o Options) (*explain.Unit, error) {
	c, err := newCompiler(o)
	if err != nil {
		return nil, err
	}
	if err := c.discover(); err != nil {
		return nil, err
	}
	if err := c.analyze(); err != nil {
		return nil, err
	}
	return c.reported()
}

// reported tells what was decided about the packages in o.Report.
func (c *compiler) reported() (*explain.Unit, error) {
	if err := c.compileReported(); err != nil {
		return nil, err
	}
	return c.unit(), nil
}

// wantsReport tells whether messages about a function are wanted.
func (c *compiler) wantsReport(sym string) bool {
	d, ok := c.low.Def(sym).(*lower.FuncDef)
	return ok && slices.Contains(c.o.Report, d.Package())
}

// unit gathers the decisions about the packages that messages are wanted of.
func (c *compiler) unit() *explain.Unit {
	u := &explain.Unit{Fset: c.o.Program.Fset, NoInline: c.o.NoInline, Type: c.low.TypeOf}
	finder := finder{c: c, known: map[string]*explain.Func{}}
	u.Find = finder.find
	for _, sym := range c.order {
		if !c.wantsReport(sym) {
			continue
		}
		if f := finder.find(sym); f != nil {
			u.Funcs = append(u.Funcs, f)
		} else if outer, ok := symname.Wrapped(sym); ok {
			c.addWrapper(finder.find(outer), sym)
		}
	}
	for _, p := range c.o.Report {
		for _, f := range c.low.Bodyless(p) {
			u.Funcs = append(u.Funcs, &explain.Func{Sym: f.Sym, Pkg: p, Decl: f.Decl, NoEscape: f.Pragma&ssa.NoEscape != 0})
		}
	}
	return u
}

// addWrapper adds what was decided about the function made for a go or defer statement of f.
func (c *compiler) addWrapper(f *explain.Func, sym string) {
	made := c.funcs[sym]
	if f == nil || made == nil {
		return
	}
	w := &explain.Wrapper{Sym: sym, Pos: made.Pos, Report: c.analysis.Report(sym)}
	_, w.Inlinable = c.analysis.Cost(sym)
	f.Wrappers = append(f.Wrappers, w)
}

// finder finds functions by symbol and remembers them.
type finder struct {
	c     *compiler
	mu    sync.Mutex
	known map[string]*explain.Func
}

func (x *finder) find(sym string) *explain.Func {
	x.mu.Lock()
	defer x.mu.Unlock()
	if f, ok := x.known[sym]; ok {
		return f
	}
	f := x.c.explained(sym)
	x.known[sym] = f
	return f
}

// explained describes a function of the source, nil if sym is none.
func (c *compiler) explained(sym string) *explain.Func {
	d, ok := c.low.Def(sym).(*lower.FuncDef)
	if !ok || d.Package() == nil {
		return nil
	}
	decl := c.low.Syntax(d)
	lit := d.Literal()
	if lit == nil && (decl == nil || decl.Body == nil) {
		return nil
	}
	f := &explain.Func{Sym: sym, Pkg: d.Package(), Decl: decl, Lit: lit, Sig: d.Sig}
	if lit != nil {
		f.Decl = nil
	}
	f.Verdict, _ = d.Verdict(c.model)
	if c.analysis != nil {
		f.Report = c.analysis.Report(sym)
		f.Cost, f.Inlinable = c.analysis.Cost(sym)
	}
	f.Late = c.late[sym]
	if s := c.funcs[sym]; s != nil {
		f.ABI = s.ABI
		f.Forbidden = forbidden(s)
	}
	return f
}

// forbidden says why callers never inline f, "" if they may.
func forbidden(f *ssa.Func) string {
	for _, c := range append(f.ABI.In[:len(f.ABI.In):len(f.ABI.In)], f.ABI.Out...) {
		if c.Reg < 0 {
			return "parameters or results are passed in memory"
		}
	}
	if f.Recover != nil {
		return "unhandled op DEFER"
	}
	return "the body uses its own frame"
}

// reportedRoots makes discovery lower every function of the packages that messages are wanted of.
func (c *compiler) reportedRoots(root func(sym string)) {
	for _, p := range c.o.Report {
		for _, sym := range c.low.Declared(p) {
			root(sym)
		}
	}
}
