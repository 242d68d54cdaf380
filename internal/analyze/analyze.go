// Package analyze looks at many functions at once: it inlines, finds the
// targets of closure calls, and decides which objects may live in the frame.
//
// It takes the functions that discovery lowered and rewrites them in place,
// callees before callers (strongly connected components of the call graph, bottom
// up). What a caller needs to know of a callee is its Summary. Functions of one
// level of the component graph do not depend on each other and are worked on in parallel;
// within a component nothing is inlined, and the summaries are the least ones that agree with
// each other, so the result does not depend on any order.
package analyze

import (
	"slices"

	"strata/internal/ssa"
)

// Config tells Run how to work.
type Config struct {
	// Parallel runs work(0..n-1), possibly at once.
	Parallel func(n int, work func(i int))
	// Clean simplifies a function after inlining changed it.
	Clean func(*ssa.Func) error
	// ClosureCode gives the function symbol of a static closure object, "" if sym is none.
	ClosureCode func(sym string) string
	// ItabMethod gives the function symbol in slot i of an itab symbol, "" if unknown.
	ItabMethod func(itab string, i int) string
	// ItabType gives the descriptor of an itab's concrete type.
	ItabType func(itab string) string
	// AssertItab gives the itab of a concrete type for an interface type, "" if it does not implement that; ok is
	// false if nothing can be told.
	AssertItab func(typ, inter string) (itab string, ok bool)
	// SwitchCases gives the interface types' descriptors of the variable that a switch over interface types has.
	SwitchCases func(sym string) []string
	// TypeMethods gives the functions that itabs of a concrete type may hold.
	TypeMethods func(typ string) []string
	// SignatureOf describes a direct call of a function symbol (for devirtualised calls).
	SignatureOf func(sym string) *ssa.Call
	// Known gives what an earlier run found out about a function, nil if nothing.
	Known func(sym string) *Known
	// Small tells whether a function is worth inlining whatever its size in operations: by its source.
	Small func(sym string) bool
	// Profile steers by a CPU profile; nil for none.
	Profile *Profile
	// Report tells which functions reports are wanted of; nil: none.
	Report func(sym string) bool
	// Pack says that functions may come packed, and puts their bodies away when callers do not need them any more.
	Pack     bool
	NoInline bool
	NoEscape bool // leave every object on the heap
}

// Program is the set of functions under analysis with what is known of them.
type Program struct {
	cfg   Config
	funcs map[string]*ssa.Func
	nodes map[string]*node
}

// node is a function in the call graph.
type node struct {
	f         *ssa.Func
	refs      []*node // functions called or taken the address of
	methods   []*node // methods of itabs that are mentioned
	scc       int32   // component number, in bottom-up order
	low       int32
	index     int32
	onStack   bool
	level     int32    // see levels; 0 also for what an earlier run found out
	sum       *Summary // nil until analysed
	cost      int      // inlining cost, valid with sum
	inlinable bool
	small     bool // inlinable beyond the budget
	report    *Report
}

// Known is what callers need of an analysed function. Func is its body for inlining, nil if it is not worth that.
type Known struct {
	Func      *ssa.Func
	Summary   *Summary
	Cost      int
	Inlinable bool
	Small     bool
}

// Known returns the result for a function of this run, with a packed copy of its body
// where callers may inline it.
func (p *Program) Known(sym string) *Known {
	n := p.nodes[sym]
	if n == nil || n.sum == nil {
		return nil
	}
	k := &Known{Summary: n.sum, Cost: n.cost, Small: n.small, Inlinable: n.wanted()}
	if k.Inlinable {
		k.Func = n.f.Packed()
	}
	return k
}

// Unpacked is k with a body of its own, if there is one.
func (k *Known) Unpacked() *Known {
	c := *k
	if c.Func != nil {
		c.Func = c.Func.Unpacked()
	}
	return &c
}

// wanted tells whether callers may inline n.
func (n *node) wanted() bool { return n.inlinable && (n.cost <= budget || n.small) }

// Component numbers the groups of functions of this run that call each other; ok is false for functions that
// were known before.
func (p *Program) Component(sym string) (id int32, ok bool) {
	n := p.nodes[sym]
	if n == nil || n.index == 0 {
		return 0, false
	}
	return n.scc, true
}

// Run analyses funcs; order fixes the numbering of components.
func Run(order []string, funcs map[string]*ssa.Func, cfg Config) (*Program, error) {
	p := &Program{cfg: cfg, funcs: funcs, nodes: map[string]*node{}}
	var list []*node
	for _, sym := range order {
		if p.nodes[sym] != nil {
			continue
		}
		if k := cfg.known(sym); k != nil {
			p.nodes[sym] = &node{f: k.Func, sum: k.Summary, cost: k.Cost, inlinable: k.Inlinable, small: k.Small}
		} else if f := funcs[sym]; f != nil {
			n := &node{f: f}
			if cfg.Report != nil && cfg.Report(sym) {
				n.report = &Report{}
			}
			p.nodes[sym] = n
			list = append(list, n)
		}
	}
	if cfg.Profile != nil {
		cfg.Profile.index(list)
	}
	cfg.Parallel(len(list), func(i int) {
		f := list[i].f
		f.Read(func() { list[i].refs, list[i].methods = p.references(f) })
	})
	sccs := components(list)
	for _, level := range levels(sccs) {
		errs := make([]error, len(level))
		cfg.Parallel(len(level), func(i int) { errs[i] = p.component(level[i]) })
		for _, err := range errs {
			if err != nil {
				return nil, err
			}
		}
	}
	if cfg.Pack {
		cfg.Parallel(len(list), func(i int) { list[i].f.Pack() })
	}
	return p, nil
}

func (c *Config) known(sym string) *Known {
	if c.Known == nil {
		return nil
	}
	return c.Known(sym)
}

// component analyses one strongly connected component: first all members are
// rewritten, then all summarised, then the summaries are published.
func (p *Program) component(scc []*node) error {
	for _, n := range scc {
		n.f.Unpack()
		if err := p.rewrite(n); err != nil {
			return err
		}
	}
	p.solve(scc)
	sums := make([]*Summary, len(scc))
	for i, n := range scc {
		sums[i] = p.decide(n)
	}
	for i, n := range scc {
		n.cost, n.inlinable = inlineCost(n.f)
		// As in gc: calls of a function that calls itself stay, so that its depth is the stack's.
		n.inlinable = n.inlinable && !(len(scc) == 1 && callsItself(n.f))
		n.small = n.inlinable && p.cfg.Small != nil && p.cfg.Small(n.f.Name)
		n.sum = sums[i]
		if p.cfg.Pack && !n.wanted() {
			n.f.Pack()
		}
	}
	return nil
}

// Functions that call each other are analysed together up to this number, in so many rounds.
const (
	maxRecursive = 64
	maxRounds    = 10
)

// solve finds the least summaries that agree with each other for functions that
// call each other: it begins with nothing that escapes. Without them, calls inside the component leak.
func (p *Program) solve(scc []*node) {
	if len(scc) > maxRecursive || len(scc) == 1 && !slices.Contains(scc[0].refs, scc[0]) {
		return
	}
	for _, n := range scc {
		n.sum = &Summary{In: make([]Flow, len(n.f.ABI.In))}
	}
	for range maxRounds {
		stable := true
		for _, n := range scc {
			if s := p.flows(n); s.Context != n.sum.Context || !slices.Equal(s.In, n.sum.In) {
				n.sum, stable = s, false
			}
		}
		if stable {
			return
		}
	}
	for _, n := range scc {
		n.sum = nil
	}
}

// rewrite devirtualises and inlines until nothing new turns up, a few rounds at most.
func (p *Program) rewrite(n *node) error {
	if n.f.Debug {
		return nil
	}
	for round := 0; round < 3; round++ {
		changed := p.devirtualize(n)
		if p.guardCalls(n) {
			changed = true
		}
		if !p.cfg.NoInline && p.inlineCalls(n) {
			changed = true
		}
		if !changed {
			return nil
		}
		if err := p.cfg.Clean(n.f); err != nil {
			return err
		}
	}
	return nil
}

// lookup returns the finished node of a symbol that n may ask for, nil if it is unknown or not due before n:
// others may be finished by chance.
func (p *Program) lookup(n *node, sym string) *node {
	m := p.nodes[sym]
	if m == nil || m.index != 0 && m.level >= n.level && m.scc != n.scc || m.sum == nil {
		return nil
	}
	return m
}
