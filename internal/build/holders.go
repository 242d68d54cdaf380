package build

import (
	"slices"
	"strings"

	"strata/internal/load"
	"strata/internal/lower"
	"strata/internal/object"
	"strata/internal/ssa"
	"strata/internal/wire"
)

// holders finds out for symbols that a program has made in which groups they belong. Declared ones belong in that of their package.
// What lowering made up belongs to the packages that lead to it: what it is follows from any one of them, so of two of which one
// imports the other, that other alone is enough.
type holders struct {
	g      *groups
	made   map[string]*finished
	within []bits // for each package those that it imports, directly or not, and itself
	of     map[string][]int
	work   []held
}

type held struct {
	sym string
	pkg int
}

// bits is a set of numbers.
type bits []uint64

func (s bits) has(i int) bool { return s[i/64]>>(i%64)&1 != 0 }
func (s bits) add(i int)      { s[i/64] |= 1 << (i % 64) }

// closures gives for each package the ones it imports, directly or not, and itself.
func (g *groups) closures() []bits {
	within := make([]bits, len(g.pkgs))
	for i, p := range g.pkgs {
		set := make(bits, (len(g.pkgs)+63)/64)
		set.add(i)
		for _, d := range p.Imports {
			if j, ok := g.place[d]; ok {
				for w, word := range within[j] {
					set[w] |= word
				}
			}
		}
		within[i] = set
	}
	return within
}

func (g *groups) holders(low *lower.Program, made map[string]*finished) *holders {
	h := &holders{g: g, made: made, within: g.closures(), of: map[string][]int{}}
	for sym := range made {
		if p := low.Source(sym); p != nil {
			if i, ok := g.place[p]; ok {
				h.of[sym] = []int{i}
				h.work = append(h.work, held{sym, i})
			}
		}
	}
	declared := func(sym string) bool { return low.Source(sym) != nil }
	for len(h.work) > 0 {
		at := h.work[len(h.work)-1]
		h.work = h.work[:len(h.work)-1]
		f := made[at.sym]
		if f == nil {
			f = g.find(at.sym)
		}
		if f != nil {
			f.targets(func(target string) {
				if target != at.sym {
					h.lead(target, at.pkg, declared)
				}
			})
		}
	}
	return h
}

// lead notes that something in the group of package pkg mentions a symbol.
func (h *holders) lead(sym string, pkg int, declared func(string) bool) {
	if h.made[sym] == nil {
		e, ok := h.g.index[sym]
		if !ok {
			return
		}
		if i, ok := h.g.number[e.group]; ok && h.within[pkg].has(i) {
			return // found whenever pkg's group is valid
		}
	}
	if declared(sym) {
		return
	}
	list := h.of[sym]
	kept := list[:0:0]
	for _, i := range list {
		if h.within[pkg].has(i) {
			return
		}
		if !h.within[i].has(pkg) {
			kept = append(kept, i)
		}
	}
	h.of[sym] = append(kept, pkg)
	h.work = append(h.work, held{sym, pkg})
}

// settle takes away what cannot be used alone once something else is in no group: functions that call each other, whose code was decided
// together, and whatever mentions what no source declares, since who finds the one could not make the other.
func (h *holders) settle(low *lower.Program, component func(sym string) (int32, bool)) {
	users := map[string][]string{}
	mates := map[int32][]string{}
	var work []string
	drop := func(sym string) {
		if h.of[sym] != nil {
			delete(h.of, sym)
			work = append(work, sym)
		}
	}
	for sym, f := range h.made {
		if h.of[sym] == nil {
			work = append(work, sym)
		}
		if id, ok := component(sym); ok && f.isFunc {
			mates[id] = append(mates[id], sym)
		}
		f.targets(func(target string) {
			if h.made[target] != nil {
				users[target] = append(users[target], sym)
			}
		})
	}
	for _, list := range mates {
		for _, sym := range list {
			if !slices.Equal(h.of[sym], h.of[list[0]]) {
				drop(list[0])
			}
		}
	}
	for len(work) > 0 {
		sym := work[len(work)-1]
		work = work[:len(work)-1]
		if id, ok := component(sym); ok {
			for _, mate := range mates[id] {
				drop(mate)
			}
		}
		if low.Source(sym) == nil {
			for _, user := range users[sym] {
				drop(user)
			}
		}
	}
}

// targets lists the symbols that f mentions, also for debuggers.
func (f *finished) targets(yield func(sym string)) {
	for _, list := range [][]object.Reloc{f.obj.Relocs, f.refs} {
		for _, r := range list {
			yield(r.Target)
		}
	}
	if f.obj.GoType != "" {
		yield(f.obj.GoType)
	}
	if f.obj.Func != nil {
		for _, v := range f.obj.Func.Vars {
			if v.GoType != "" {
				yield(v.GoType)
			}
		}
	}
}

// publishOwn puts what the program has made of its own packages into their groups.
func (c *compiler) publishOwn(tainted map[string]bool, whole func(string) bool) {
	g := c.own
	if g == nil || len(c.made.own) == 0 {
		return
	}
	h := g.holders(c.low, c.made.own)
	leaves := c.leaving(h)
	for sym := range c.made.own {
		if f := c.made.own[sym]; f.isFunc && (tainted[sym] || leaves[sym] || !whole(sym) || !c.self(f)) {
			delete(h.of, sym)
		}
	}
	h.settle(c.low, c.analysis.Component)
	type put struct {
		sym string
		to  []int
	}
	var list []put
	for sym, to := range h.of {
		list = append(list, put{sym, to})
	}
	c.parallel(len(list), func(i int) {
		sym := list[i].sym
		var data []byte
		if f := c.made.own[sym]; f != nil {
			var e wire.Encoder
			data = g.b.encode(&e, f)
		} else {
			data = g.index[sym].record(sym)
		}
		if data == nil {
			return
		}
		for _, n := range list[i].to {
			gr := g.list[n]
			gr.mu.Lock()
			gr.made[sym] = data
			gr.mu.Unlock()
		}
	})
}

// self tells whether what callers know of f can be used without f having been lowered: an inlinable body must not mention types that
// only lowering makes known.
func (c *compiler) self(f *finished) bool {
	if f.known == nil {
		return false
	}
	k := f.known()
	if k.Func == nil {
		return true
	}
	plain := typeArguments(k.Func)
	for _, b := range k.Func.Blocks {
		for _, v := range b.Values {
			sym, ok := v.Aux.(string)
			if !ok || v.Op != ssa.OpGlobalAddr || plain[v] {
				continue
			}
			if strings.HasPrefix(sym, "go:itab.") {
				sym = itabType(sym)
			}
			if strings.HasPrefix(sym, "type:") && !c.low.TypeFound(sym) {
				return false
			}
		}
	}
	return true
}

// leaving are the functions that call, directly or not, a declared function of a package that theirs does not import.
func (c *compiler) leaving(h *holders) map[string]bool {
	pkg := func(sym string) (int, bool) {
		var p *load.Package
		if d, ok := c.low.Def(sym).(*lower.FuncDef); ok && d.Owner() == c.low {
			p = c.low.Source(sym)
		}
		i, ok := h.g.place[p]
		return i, ok
	}
	return c.spread(func(sym string, r object.Reloc) bool {
		to, ok := pkg(r.Target)
		if !ok {
			return false
		}
		for _, from := range h.of[sym] {
			if !h.within[from].has(to) {
				return true
			}
		}
		return false
	})
}
