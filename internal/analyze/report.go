package analyze

import (
	"go/token"
	"slices"
	"strings"

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

// ParamFlow is a Flow with the number of dereferences on the shortest way to each result component.
type ParamFlow struct {
	Flow
	Levels map[int]int // by result component
	Path   []Step      // why the argument or what it points to escapes
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
		if f.ContentTo|f.DeepTo != 0 {
			f.Levels = e.levels(i)
		}
		switch p := e.param(i); {
		case f.Escapes:
			f.Path = e.path(p, 0)
		case f.ContentEscapes:
			f.Path = e.path(p+1, 0)
		case f.DeepEscapes:
			f.Path = e.path(p+2, 0)
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
			sym == "runtime.staticuint64s" || sym == "runtime.zerobase"
	case ssa.OpCall:
		return makers[strings.TrimPrefix(v.Aux.(*ssa.Call).Sym, "runtime.")] && !placeable(v)
	}
	return false
}

// makers are the runtime functions behind make and append.
var makers = map[string]bool{"makeslice": true, "makeslice64": true, "makemap64": true, "growslice": true}

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

// route lists the stores, loads and calls through which the address of o comes to an operation that is wanted;
// nil wants the end of a return.
func (e *escapes) route(o int, wanted func(*ssa.Value) bool) []Step {
	var steps []Step
	var last token.Pos
	for _, b := range e.f.RPO() {
		for _, v := range b.Values {
			if wanted != nil && wanted(v) {
				return steps
			}
			what := e.carries(v, o)
			if what != "" && v.Pos.P != last {
				steps = append(steps, Step{v.Pos, what})
				last = v.Pos.P
			}
			if len(steps) > 12 {
				return steps
			}
		}
	}
	return steps
}

// carries says how v hands on the address of o, "" if it does not.
func (e *escapes) carries(v *ssa.Value, o int) string {
	holds := func(a *ssa.Value) bool { s := e.of(a); return s != nil && s.has(o) }
	switch v.Op {
	case ssa.OpStore:
		if holds(v.Args[1]) {
			return "assigned"
		}
	case ssa.OpLoad:
		if holds(v) {
			return "read back"
		}
	case ssa.OpResult:
		call, ok := v.Args[0].Aux.(*ssa.Call)
		if ok && holds(v) && slices.ContainsFunc(v.Args[0].Args, holds) {
			return "returned by " + call.Sym
		}
	}
	return ""
}

// maxLevel bounds the dereferences that are counted.
const maxLevel = 5

// levels counts for parameter component i how many dereferences lead to each result component, at least.
func (e *escapes) levels(i int) map[int]int {
	l := leveler{e: e, value: map[*ssa.Value]int{}, object: map[int]int{}, param: e.param(i)}
	for l.changed = true; l.changed; {
		l.changed = false
		for _, b := range e.f.RPO() {
			for _, v := range b.Values {
				l.visit(v)
			}
		}
	}
	out := map[int]int{}
	for _, b := range e.f.Blocks {
		if b.Kind != ssa.BlockRet {
			continue
		}
		for r, c := range b.Controls {
			if n, ok := l.returned(r, c); ok {
				if old, seen := out[r]; !seen || n < old {
					out[r] = n
				}
			}
		}
	}
	return out
}

// leveler finds least numbers of dereferences from one parameter.
type leveler struct {
	e       *escapes
	param   int
	value   map[*ssa.Value]int
	object  map[int]int // of what local objects hold
	changed bool
}

// returned is the level of result component r, whose control is c.
func (l *leveler) returned(r int, c *ssa.Value) (level int, ok bool) {
	level, ok = l.value[c]
	if !isMem(l.e.f.ABI.Out[r].Class) {
		return level, ok
	}
	level++
	l.each(c, func(o int) {
		if n, holds := l.object[o]; holds && (!ok || n < level) {
			level, ok = n, true
		}
	})
	return level, ok
}

func (l *leveler) lower(v *ssa.Value, n int) {
	n = min(n, maxLevel)
	if old, ok := l.value[v]; !ok || n < old {
		l.value[v] = n
		l.changed = true
	}
}

func (l *leveler) visit(v *ssa.Value) {
	switch v.Op {
	case ssa.OpArg, ssa.OpArgAddr:
		if s := l.e.of(v); s != nil && s.has(l.param) {
			l.lower(v, 0)
		}
	case ssa.OpLoad, ssa.OpAtomicLoad:
		if v.Type == ssa.Ptr {
			l.load(v)
		}
	case ssa.OpStore:
		if n, ok := l.value[v.Args[1]]; ok {
			l.hold(v.Args[0], n)
		}
	case ssa.OpMove, ssa.OpMemCopy:
		if n, ok := l.value[v.Args[1]]; ok {
			l.hold(v.Args[0], n+1)
		}
		l.each(v.Args[1], func(o int) {
			if n, ok := l.object[o]; ok {
				l.hold(v.Args[0], n)
			}
		})
	case ssa.OpResult:
		l.result(v)
	default:
		if v.Type != ssa.Ptr {
			return
		}
		for _, a := range v.Args {
			if n, ok := l.value[a]; ok && a.Type == ssa.Ptr {
				l.lower(v, n)
			}
		}
	}
}

func (l *leveler) each(addr *ssa.Value, f func(o int)) {
	if s := l.e.of(addr); s != nil {
		s.each(func(o int) {
			if o != heap && o < l.e.params {
				f(o)
			}
		})
	}
}

func (l *leveler) load(v *ssa.Value) {
	if n, ok := l.value[v.Args[0]]; ok {
		l.lower(v, n+1)
	}
	l.each(v.Args[0], func(o int) {
		if n, ok := l.object[o]; ok {
			l.lower(v, n)
		}
	})
}

func (l *leveler) hold(addr *ssa.Value, n int) {
	n = min(n, maxLevel)
	l.each(addr, func(o int) {
		if old, ok := l.object[o]; !ok || n < old {
			l.object[o] = n
			l.changed = true
		}
	})
}

func (l *leveler) result(v *ssa.Value) {
	call := v.Args[0]
	if !call.Op.IsCall() {
		return
	}
	in, _, known := l.e.p.flowsOf(l.e.n, call)
	if !known {
		return
	}
	bit := uint64(1) << min(v.AuxInt, 63)
	for i, a := range call.Args[argBase(call):] {
		n, ok := l.value[a]
		if !ok {
			continue
		}
		if in[i].ToResult&bit != 0 {
			l.lower(v, n)
		}
		if in[i].ContentTo&bit != 0 {
			l.lower(v, n+1)
		}
		if in[i].DeepTo&bit != 0 {
			l.lower(v, n+2)
		}
	}
}
