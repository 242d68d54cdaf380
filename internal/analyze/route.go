package analyze

import (
	"slices"

	"strata/internal/ssa"
)

// maxRoute bounds the places that a route names.
const maxRoute = 12

// route lists the places through which the address of object o comes to an operation that is wanted, on the shortest
// way; nil wants the end of a return. Ways through memory that is not this function's are left out: there, everything
// meets everything.
func (e *escapes) route(o int, wanted func(*ssa.Value) bool) []Step {
	r := router{e: e, wanted: wanted, seen: map[*ssa.Value]bool{}, held: map[int]bool{}}
	r.index()
	r.start(o)
	for i := 0; i < len(r.queue) && !r.found; i++ {
		r.follow(i)
	}
	if !r.found {
		return nil
	}
	var steps []Step
	for i := r.last; i >= 0; i = r.queue[i].from {
		if h := r.queue[i]; h.what != "" && (len(steps) == 0 || steps[len(steps)-1].Pos.P != h.v.Pos.P) {
			steps = append(steps, Step{h.v.Pos, h.what})
		}
	}
	slices.Reverse(steps)
	return steps[:min(len(steps), maxRoute)]
}

// hop is a value that carries the address, or an operation that puts it into memory.
type hop struct {
	v    *ssa.Value
	from int    // the hop before, -1 for none
	what string // what a step says, "" if it says nothing
}

// router searches breadth first.
type router struct {
	e       *escapes
	wanted  func(*ssa.Value) bool
	users   map[*ssa.Value][]*ssa.Value
	readers []*ssa.Value // operations that read memory: loads, copies and calls
	returns map[*ssa.Value]bool
	seen    map[*ssa.Value]bool
	held    map[int]bool // objects that hold the address
	queue   []hop
	found   bool
	last    int // the hop that leads to what is wanted
}

func (r *router) index() {
	r.users, r.returns = map[*ssa.Value][]*ssa.Value{}, map[*ssa.Value]bool{}
	for _, b := range r.e.f.Blocks {
		for _, v := range b.Values {
			for _, a := range v.Args {
				r.users[a] = append(r.users[a], v)
			}
			if v.Op.Has(ssa.Reads) {
				r.readers = append(r.readers, v)
			}
		}
		if b.Kind == ssa.BlockRet {
			for _, c := range b.Controls {
				r.returns[c] = true
			}
		}
	}
}

// start begins with the values that are o's address: for what lies behind parameters, those read through it.
func (r *router) start(o int) {
	e := r.e
	if o < e.params {
		if a := e.allocs[o]; a != nil {
			r.add(a, -1, "")
		}
		for _, v := range r.users[e.allocs[o]] {
			if v.Op == ssa.OpResult {
				r.add(v, -1, "")
			}
		}
		return
	}
	level := (o - e.params) % Levels
	for _, b := range e.f.RPO() {
		for _, v := range b.Values {
			switch v.Op {
			case ssa.OpArg, ssa.OpArgAddr, ssa.OpClosurePtr:
				if level == 0 && e.mayPointTo(v, o) {
					r.add(v, -1, "")
				}
			case ssa.OpLoad:
				if level > 0 && e.mayPointTo(v, o) && e.mayPointTo(v.Args[0], o-1) {
					r.add(v, -1, "")
				}
			}
		}
	}
}

// mayPointTo tells whether v may point to o.
func (e *escapes) mayPointTo(v *ssa.Value, o int) bool {
	s := e.of(v)
	return s != nil && s.has(o)
}

func (r *router) add(v *ssa.Value, from int, what string) {
	if !r.seen[v] {
		r.seen[v] = true
		r.queue = append(r.queue, hop{v, from, what})
	}
}

// reaches ends the search at hop i if v is wanted.
func (r *router) reaches(v *ssa.Value, i int) bool {
	if r.wanted != nil && r.wanted(v) {
		r.found, r.last = true, i
	}
	return r.found
}

// follow looks at what is done with the value of hop i.
func (r *router) follow(i int) {
	v := r.queue[i].v
	if r.wanted == nil && r.returns[v] {
		r.found, r.last = true, i
		return
	}
	for _, u := range r.users[v] {
		if r.reaches(u, i) {
			return
		}
		switch u.Op {
		case ssa.OpStore:
			if u.Args[1] == v {
				r.add(u, i, "assigned")
				r.hold(u.Args[0], len(r.queue)-1)
			}
		case ssa.OpPhi, ssa.OpCopy, ssa.OpOffPtr, ssa.OpAddPtr, ssa.OpNilCheck, ssa.OpSelect:
			if u.Type == ssa.Ptr {
				r.add(u, i, "")
			}
		case ssa.OpCall, ssa.OpClosureCall, ssa.OpInterCall:
			r.results(u, i)
		}
		if r.found {
			return
		}
	}
}

// results goes on with the results of call that may be what hop i carries.
func (r *router) results(call *ssa.Value, i int) {
	v := r.queue[i].v
	in, _, known := r.e.p.flowsOf(r.e.n, call)
	if !known {
		return
	}
	for _, u := range r.users[call] {
		if u.Op != ssa.OpResult || u.Type != ssa.Ptr {
			continue
		}
		for k, a := range call.Args[argBase(call):] {
			if a == v && in[k].To[0]>>min(u.AuxInt, 63)&1 != 0 {
				r.add(u, i, "returned by "+call.Aux.(*ssa.Call).Sym)
			}
		}
	}
}

// hold goes on with what reads the objects of this function that addr points into, when hop i has put the address there.
func (r *router) hold(addr *ssa.Value, i int) {
	s := r.e.of(addr)
	if s == nil {
		return
	}
	s.each(func(x int) {
		if x == heap || x >= r.e.params || r.held[x] || r.found {
			return
		}
		r.held[x] = true
		for _, v := range r.readers {
			if r.reads(v, x, i) {
				return
			}
		}
	})
}

// reads looks at what v reads from object x, which holds the address since hop i; true ends the search.
func (r *router) reads(v *ssa.Value, x, i int) bool {
	from := v.Args
	if v.Op == ssa.OpMove || v.Op == ssa.OpMemCopy {
		from = v.Args[1:2]
	}
	if !slices.ContainsFunc(from, func(a *ssa.Value) bool { return r.e.mayPointTo(a, x) }) {
		return false
	}
	if r.reaches(v, i) {
		return true
	}
	switch v.Op {
	case ssa.OpLoad:
		if v.Type == ssa.Ptr {
			r.add(v, i, "read back")
		}
	case ssa.OpMove:
		if v.Aux.(*ssa.MemType).HasPointers() && !r.seen[v] {
			r.add(v, i, "copied")
			r.hold(v.Args[0], len(r.queue)-1)
		}
	}
	return r.found
}
