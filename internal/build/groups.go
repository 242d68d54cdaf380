package build

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"slices"
	"sync"

	"strata/internal/cache"
	"strata/internal/load"
	"strata/internal/lower"
	"strata/internal/reuse"
)

// This file keeps what is compiled of a program's own packages, those that are not the base's. What a function is compiled to
// depends on its package and on packages that this imports, directly or not: callees, types, and instances of generic functions are
// theirs, or made of them. So each package has a key, the checksum of itself and of its imports' keys; and a group of symbols that
// are the same in every program in which the package has that key. Linkname directives between packages are the exception: see linkSum.
//
// A symbol that no source declares (an instance, a wrapper, a literal's function, a descriptor) is in the groups of those packages
// that it came from; see holders. So whatever a symbol of a group mentions can be declared by the program, or is in
// a group of the same program: it never happens that one is found and the other is not.

// groups are the groups of one program's own packages.
type groups struct {
	b      *Base
	pkgs   []*load.Package // in order of dependency
	place  map[*load.Package]int
	list   []*group
	number map[*group]int // in list
	index  map[string]entry
	old    sync.Map // symbol → *finished, decoded
}

// group is what is known of one package.
type group struct {
	key  reuse.Key
	disk *cache.Group // nil for none

	mu   sync.RWMutex
	made map[string][]byte // by this process: records by symbol
}

// entry is where a symbol's record is.
type entry struct {
	group *group
	n     int // in disk; -1: in made
}

// UseGroups lets b keep symbols of the programs' own packages in a store. toolchain identifies the compiler.
func (b *Base) UseGroups(s *reuse.Store, toolchain string) {
	b.results, b.toolchain = s, toolchain
}

// groupsOf finds the groups of a program's packages; nil if b keeps none.
func (b *Base) groupsOf(prog *load.Program, low *lower.Program, debug func(*load.Package) bool) (*groups, error) {
	if b == nil || b.results == nil {
		return nil, nil
	}
	g := &groups{b: b, place: map[*load.Package]int{}, number: map[*group]int{}}
	for _, p := range prog.Packages {
		if b.std.ByPath[p.Path] != p {
			g.place[p] = len(g.pkgs)
			g.pkgs = append(g.pkgs, p)
		}
	}
	keys, err := g.keys(low, debug)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, key := range keys {
		gr := b.group(key)
		g.number[gr] = len(g.list)
		g.list = append(g.list, gr)
		if gr.disk != nil {
			n += gr.disk.Len()
		}
	}
	g.index = make(map[string]entry, n)
	for _, gr := range g.list {
		gr.mu.RLock()
		for sym := range gr.made {
			g.index[sym] = entry{gr, -1}
		}
		gr.mu.RUnlock()
		if gr.disk == nil {
			continue
		}
		for i := range gr.disk.Len() {
			g.index[gr.disk.Name(i)] = entry{gr, i}
		}
	}
	return g, nil
}

// group finds a group by key.
func (b *Base) group(key reuse.Key) *group {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.groups == nil {
		b.groups = map[reuse.Key]*group{}
	}
	gr := b.groups[key]
	if gr == nil {
		gr = &group{key: key, disk: cache.OpenGroup(b.results.Place(key)), made: map[string][]byte{}}
		b.groups[key] = gr
	}
	return gr
}

// keys gives the key of each package.
func (g *groups) keys(low *lower.Program, debug func(*load.Package) bool) ([]reuse.Key, error) {
	if err := g.b.sumStd(); err != nil {
		return nil, err
	}
	sums := make([]reuse.Sum, len(g.pkgs))
	for i, p := range g.pkgs {
		sum, err := g.b.sourceSum(p)
		if err != nil {
			return nil, err
		}
		sums[i] = sum
	}
	links, stdBy := g.linksInto(low), byPrefix(low, g.b.std.Packages)
	linked, sum := g.linkSum(low, sums)
	keys := make([]reuse.Key, len(g.pkgs))
	for i, p := range g.pkgs {
		h := sha256.New()
		fmt.Fprintf(h, "package\n%s\n%s\n%x\n%v %v\n%q\n", g.b.key(g.b.toolchain), p.Path, sums[i], debug != nil && debug(p), g.counted(low, p), links[p])
		g.addImports(h, p, keys)
		for _, l := range p.Linknames {
			if q := stdBy[lower.LinkedPackage(l.Target)]; q != nil {
				fmt.Fprintf(h, "links %x\n", g.b.stdKeys[q])
			}
		}
		if linked[i] {
			fmt.Fprintf(h, "%x\n", sum)
		}
		keys[i] = reuse.Key(h.Sum(nil))
	}
	return keys, nil
}

func (g *groups) counted(low *lower.Program, p *load.Package) bool {
	return low.CountEdges != nil && low.CountEdges(p)
}

// addImports adds what p's imports mean and what they are.
func (g *groups) addImports(h hash.Hash, p *load.Package, keys []reuse.Key) {
	for _, d := range p.Imports {
		if i, ok := g.place[d]; ok {
			fmt.Fprintf(h, "import %s %x\n", d.ImportPath, keys[i])
		} else {
			fmt.Fprintf(h, "import %s %x\n", d.ImportPath, g.b.stdKeys[d])
		}
	}
	fmt.Fprintf(h, "runtime %x\n", g.b.stdKeys[g.b.byPath["runtime"]])
	var maps []string
	for from, to := range p.ImportMap {
		maps = append(maps, from+" "+to)
	}
	slices.Sort(maps)
	fmt.Fprintf(h, "%q\n", maps)
}

// linksInto lists for each package the linkname directives of others that name its symbols: such symbols are treated with more care.
func (g *groups) linksInto(low *lower.Program) map[*load.Package][]string {
	byPrefix := byPrefix(low, g.pkgs)
	links := map[*load.Package][]string{}
	for _, p := range g.pkgs {
		for _, l := range p.Linknames {
			if q := byPrefix[lower.LinkedPackage(l.Target)]; q != nil && !l.OneArg {
				links[q] = append(links[q], l.Target)
			}
		}
	}
	for _, list := range links {
		slices.Sort(list)
	}
	return links
}

// byPrefix finds packages by what the names of their symbols begin with.
func byPrefix(low *lower.Program, list []*load.Package) map[string]*load.Package {
	m := map[string]*load.Package{}
	for _, p := range list {
		if p.Types != nil {
			m[low.Names.Prefix(p.Types)] = p
		}
	}
	return m
}

// linkSum treats packages that linkname directives tie together, against the order of imports: their code may depend on each other's,
// and on all that they import. One sum stands for all of that; linked tells which packages it is part of.
func (g *groups) linkSum(low *lower.Program, sums []reuse.Sum) (linked []bool, sum reuse.Sum) {
	linked = make([]bool, len(g.pkgs))
	byPrefix := byPrefix(low, g.pkgs)
	any := false
	for i, p := range g.pkgs {
		for _, l := range p.Linknames {
			if q := byPrefix[lower.LinkedPackage(l.Target)]; q != nil && q != p && !l.OneArg {
				linked[i], linked[g.place[q]], any = true, true, true
			}
		}
	}
	if !any {
		return linked, sum
	}
	reached := slices.Clone(linked)
	h := sha256.New()
	for i := len(g.pkgs) - 1; i >= 0; i-- { // users come before what they import
		if !reached[i] {
			continue
		}
		fmt.Fprintf(h, "%s %x\n", g.pkgs[i].ImportPath, sums[i])
		for _, d := range g.pkgs[i].Imports {
			if j, ok := g.place[d]; ok {
				reached[j] = true
			} else {
				fmt.Fprintf(h, "%x\n", g.b.stdKeys[d])
			}
		}
	}
	return linked, reuse.Sum(h.Sum(nil))
}

// sumStd works out keys of the base's packages.
func (b *Base) sumStd() (err error) {
	b.stdOnce.Do(func() {
		b.stdKeys = map[*load.Package]reuse.Key{}
		for _, p := range b.std.Packages {
			var sum reuse.Sum
			if sum, err = b.sourceSum(p); err != nil {
				return
			}
			h := sha256.New()
			fmt.Fprintf(h, "%s %x\n", p.Path, sum)
			for _, d := range p.Imports {
				fmt.Fprintf(h, "%x\n", b.stdKeys[d])
			}
			b.stdKeys[p] = reuse.Key(h.Sum(nil))
		}
	})
	return err
}

// sourceSum is the checksum of a package's source, worked out once.
func (b *Base) sourceSum(p *load.Package) (reuse.Sum, error) {
	if sum, ok := b.sums.Load(p); ok {
		return sum.(reuse.Sum), nil
	}
	sum, err := b.std.SourceSum(p)
	if err == nil {
		b.sums.Store(p, reuse.Sum(sum))
	}
	return sum, err
}

// find returns a symbol that is in one of the groups, or nil.
func (g *groups) find(sym string) *finished {
	if g == nil {
		return nil
	}
	e, ok := g.index[sym]
	if !ok {
		return nil
	}
	if f, ok := g.old.Load(sym); ok {
		return f.(*finished)
	}
	var f *finished
	if data := e.record(sym); data != nil {
		f = g.b.decode(sym, data)
	}
	got, _ := g.old.LoadOrStore(sym, f)
	return got.(*finished)
}

func (e entry) record(sym string) []byte {
	if e.n >= 0 {
		return e.group.disk.Content(e.n)
	}
	e.group.mu.RLock()
	defer e.group.mu.RUnlock()
	return e.group.made[sym]
}

func (gr *group) damaged() bool { return gr.disk != nil && gr.disk.Damaged() }

// used tells whether symbols may come from the groups.
func (g *groups) used() bool { return g != nil && len(g.index) > 0 }

// flushGroups writes the groups that have grown.
func (b *Base) flushGroups() error {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for key, gr := range b.groups {
		if err := gr.flush(b.results, key); err != nil {
			return err
		}
	}
	return nil
}

func (gr *group) flush(s *reuse.Store, key reuse.Key) error {
	gr.mu.RLock()
	defer gr.mu.RUnlock()
	if len(gr.made) == 0 {
		return nil
	}
	var list []cache.Record
	for sym, data := range gr.made {
		list = append(list, cache.Record{Name: sym, Data: data})
	}
	if gr.disk != nil {
		for i := range gr.disk.Len() {
			name := gr.disk.Name(i)
			if gr.made[name] != nil {
				continue
			}
			if data := gr.disk.Content(i); data != nil {
				list = append(list, cache.Record{Name: name, Data: data})
			}
		}
	}
	slices.SortFunc(list, func(a, b cache.Record) int {
		switch {
		case a.Name < b.Name:
			return -1
		case a.Name > b.Name:
			return 1
		}
		return 0
	})
	data, err := cache.EncodeGroup(list)
	if err != nil {
		return err
	}
	return s.PutPlain(key, data)
}
