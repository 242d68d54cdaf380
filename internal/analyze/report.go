package analyze

import (
	"go/token"
	"slices"
	"strings"

	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// A Report is what the analysis of one function decided, for messages. It is made for the functions that
// Config.Report asks for; making it changes no decision.
type Report struct {
	Unknown  bool         // escapes were not analysed: everything stays on the heap
	Inlines  []ssa.Inline // what was inlined
	Sites    []Site
	Params   []ParamFlow // one for each ABI component of the parameters
	Devirt   []Devirtualized
	Stayed   []StayedCall
	Profiled []Profiled
}

// Site is an object that the function makes: by a variable, an expression, or a call of the runtime.
type Site struct {
	Pos     ssa.Pos // of the expression or variable
	What    string  // as AllocInfo.Name, a runtime function, or Static
	Var     bool    // a variable
	Escapes bool    // reachable after the function has returned, as far as the analysis can tell
	Heap    bool    // its memory comes from the heap
	Path    []Step  // why it escapes
	Size    int64
}

// Static is the What of objects that lie in static data.
const Static = "static data"

// Step is a step of a pointer on its way out of the function.
type Step struct {
	Pos  ssa.Pos
	What string
}

// ParamFlow is a Flow with the reason for what escapes.
type ParamFlow struct {
	Flow
	Path []Step // why the argument or what it leads to escapes
}

// Variable is the site of the variable declared at pos, nil if it is no object.
func (r *Report) Variable(pos token.Pos) *Site {
	i := slices.IndexFunc(r.Sites, func(s Site) bool { return s.Var && s.Pos.P == pos && s.Pos.Inl == 0 })
	if i < 0 {
		return nil
	}
	return &r.Sites[i]
}

// Devirtualized is an interface call that became direct.
type Devirtualized struct {
	Pos  ssa.Pos
	Type string // descriptor of the dynamic type
}

// StayedCall is a call of a known function that was not inlined.
type StayedCall struct {
	Pos ssa.Pos
	Sym string
	Why string
}

// Report returns the report of a function, nil if none was asked for.
func (p *Program) Report(sym string) *Report {
	if n := p.nodes[sym]; n != nil {
		return n.report
	}
	return nil
}

// Cost gives the size of a function as a callee in operations, and whether callers may inline it.
func (p *Program) Cost(sym string) (cost int, inlinable bool) {
	n := p.nodes[sym]
	if n == nil || n.sum == nil || !n.inlinable {
		return 0, false
	}
	return n.cost, n.cost <= budget || n.small
}

// Budget is the size in operations up to which every function is inlined.
const Budget = budget

// fill completes the report of n after its analysis.
func (p *Program) fill(n *node, e *escapes) {
	r := n.report
	r.Inlines = slices.Clone(n.f.Inlines)
	for _, b := range n.f.Blocks {
		for _, v := range b.Values {
			if v.Op != ssa.OpCall && v.Op != ssa.OpClosureCall {
				continue
			}
			if _, _, why := p.candidate(n, b, v); why != "" {
				r.Stayed = append(r.Stayed, StayedCall{v.Pos, v.Aux.(*ssa.Call).Sym, string(why)})
			}
		}
	}
	if e == nil {
		r.Unknown = true
		return
	}
	for o, a := range e.allocs {
		if a != nil {
			r.Sites = append(r.Sites, e.site(o, a))
		}
	}
	for i := range e.nparams - 1 {
		f := ParamFlow{Flow: e.paramFlow(i)}
		if level := f.HeapLevel(); level >= 0 {
			f.Path = e.path(e.param(i)+level, 0)
		}
		r.Params = append(r.Params, f)
	}
}

func (e *escapes) site(o int, a *ssa.Value) Site {
	s := Site{Pos: a.Pos, Escapes: e.content[heap].has(o)}
	switch aux := a.Aux.(type) {
	case *ssa.AllocInfo:
		s.Pos.P, s.What, s.Var, s.Size = aux.Site, aux.Name, aux.Named, aux.Mem.Size
		s.Heap = !aux.OnStack
	case *ssa.Call:
		s.What, s.Heap = aux.Sym, s.Escapes || o >= e.shown
	default:
		s.What = Static
	}
	if s.Escapes {
		s.Path = e.path(o, 0)
	}
	return s
}

// tracked tells whether a value stands for an object that only reports are interested in: one in static data, or
// one that the runtime makes.
func tracked(v *ssa.Value) bool {
	switch v.Op {
	case ssa.OpGlobalAddr:
		sym := v.Aux.(string)
		return strings.HasSuffix(sym, "·f") || strings.HasPrefix(sym, "go:const.") || strings.HasPrefix(sym, "go:stringhdr.") ||
			sym == rtcall.ByteValues || sym == rtcall.ZeroBase
	case ssa.OpCall:
		return rtcall.Has(v.Aux.(*ssa.Call).Known(), rtcall.Makes) && !placeable(v)
	}
	return false
}

// cause is what made an object escape.
type cause struct {
	by     *ssa.Value // a store, call or other operation
	ret    *ssa.Block // a return
	holder int        // an escaping object that holds it
	what   string     // what holds without any flow
}

// path explains why object o escapes: the places that its address goes through.
func (e *escapes) path(o, depth int) []Step {
	c := e.cause[o]
	switch {
	case depth > 8:
		return nil
	case c.what != "":
		return []Step{{e.posOf(o), c.what}}
	case c.holder != heap:
		steps := e.route(o, func(v *ssa.Value) bool { return e.storesInto(v, c.holder) })
		return append(steps, e.path(c.holder, depth+1)...)
	case c.ret != nil:
		steps := e.route(o, nil)
		return append(steps, Step{c.ret.Pos, "returned"})
	case c.by != nil:
		steps := e.route(o, func(v *ssa.Value) bool { return v == c.by })
		return append(steps, Step{c.by.Pos, e.describe(c.by, o)})
	}
	return nil
}

func (e *escapes) posOf(o int) ssa.Pos {
	if o < len(e.allocs) && e.allocs[o] != nil {
		return e.allocs[o].Pos
	}
	return ssa.Pos{P: e.f.Pos}
}

func (e *escapes) storesInto(v *ssa.Value, o int) bool {
	switch v.Op {
	case ssa.OpStore, ssa.OpMove, ssa.OpMemCopy:
		s := e.of(v.Args[0])
		return s != nil && s.has(o)
	}
	return false
}

// describe says in words what v does with object o.
func (e *escapes) describe(v *ssa.Value, o int) string {
	switch v.Op {
	case ssa.OpStore, ssa.OpMove, ssa.OpMemCopy:
		return "stored into " + e.memory(v.Args[0])
	case ssa.OpCall:
		return "passed to " + v.Aux.(*ssa.Call).Sym
	case ssa.OpInterCall:
		return "passed to an interface's method"
	case ssa.OpClosureCall:
		return "passed to a function value"
	case ssa.OpAtomicStore, ssa.OpAtomicXchg, ssa.OpAtomicCAS:
		return "stored atomically"
	}
	return "used by " + v.Op.String()
}

// memory names what an address points into.
func (e *escapes) memory(addr *ssa.Value) string {
	for addr.Op == ssa.OpOffPtr || addr.Op == ssa.OpNilCheck || addr.Op == ssa.OpCopy || addr.Op == ssa.OpAddPtr {
		addr = addr.Args[0]
	}
	if addr.Op == ssa.OpGlobalAddr {
		return addr.Aux.(string)
	}
	if addr.Op == ssa.OpArg || addr.Op == ssa.OpArgAddr {
		return "what a parameter points to"
	}
	if addr.Op == ssa.OpClosurePtr {
		return "a captured variable"
	}
	s := e.of(addr)
	if s == nil {
		return "memory"
	}
	name := "memory on the heap"
	s.each(func(o int) {
		if o >= e.params {
			name = "what a parameter points to"
		}
	})
	return name
}
