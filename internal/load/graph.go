package load

import (
	"container/heap"
	"fmt"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"
)

// loader is the work of one Load.
type loader struct {
	s *Session
	// listed says that the go command has spoken about every package outside the standard library, and so about
	// imports that do not exist.
	listed   bool
	wildcard map[*meta]bool      // roots that a pattern with "..." named
	mods     map[string]*meta    // packages outside the standard library by import path
	pkgs     map[string]*Package // by ImportPath, variants too; standard ones without variants are the session's
	errs     []error
	said     map[string]bool
}

func (s *Session) newLoader() *loader {
	return &loader{s: s, mods: map[string]*meta{}, pkgs: map[string]*Package{}, said: map[string]bool{}}
}

func (l *loader) addError(text string) {
	if !l.said[text] {
		l.said[text] = true
		l.errs = append(l.errs, &Error{Msg: text})
	}
}

// meta finds a package by import path. The standard library sees only itself.
func (l *loader) meta(importer *meta, path string) *meta {
	if m := l.mods[path]; m != nil && !importer.standard {
		return m
	}
	return l.s.std(path)
}

// exists says whether meta finds a package.
func (l *loader) exists(importer *meta, path string) bool {
	return l.mods[path] != nil && !importer.standard || l.s.isStd(path)
}

// program stands for the importer of packages that nobody imports.
var program = &meta{}

// load parses what the roots reach, builds the package graph and checks it.
func (l *loader) load(roots []*meta) (*Program, error) {
	s := l.s
	for _, m := range roots {
		if !m.standard {
			l.mods[m.importPath] = m
		}
	}
	l.parseClosure(roots)
	prog := &Program{Fset: s.fset, Goroot: s.goroot, session: s, ByPath: map[string]*Package{}}
	var top []*Package
	var implicit []*Package
	if stack := l.cycle(roots); stack != nil {
		if len(l.errs) == 0 { // else the go command has said it
			l.addError(l.stackText(stack, nil) + ": import cycle not allowed")
		}
		prog.Errors = l.errs
		return prog, nil
	}
	for _, path := range s.implicit() {
		implicit = append(implicit, l.pkg(l.s.std(path)))
	}
	for _, m := range roots {
		for _, e := range m.errs {
			l.addError(e.Msg)
		}
		if m.noGo != "" && !s.cfg.Tests {
			if !l.wildcard[m] {
				l.addError(m.importPath + ": " + m.noGo)
			}
			continue
		}
		p := l.pkg(m)
		p.implicit = implicit
		prog.Roots = append(prog.Roots, p)
		top = append(top, p)
	}
	prog.Covered, prog.Unmatched = l.coveredPackages(roots)
	if s.cfg.Tests {
		for i, m := range roots {
			t := l.test(m, prog.Roots[i], prog.Covered)
			prog.Tests = append(prog.Tests, t)
			top = append(top, t.packages()...)
		}
	}
	if s.cfg.Complete || needsImplicit(top) {
		top = append(slices.Clone(implicit), top...)
	}
	prog.Packages = initOrder(top)
	for _, p := range prog.Packages {
		prog.ByPath[p.ImportPath] = p
		l.missing(p)
	}
	prog.Errors = l.errs
	l.check(prog.Packages)
	for _, p := range prog.Packages {
		for _, e := range p.patternErrs {
			e.fset = s.fset
			l.addError(strings.TrimPrefix(e.text(s.cfg.Dir), "./"))
		}
	}
	prog.Errors = l.errs
	s.addInputs(prog)
	return prog, nil
}

// setupErrors lists why the packages that m's test program reaches cannot all be loaded.
func (l *loader) setupErrors(m *meta) []error {
	var out []error
	seen := map[*meta]bool{}
	said := map[string]bool{}
	add := func(msg string) {
		if !said[msg] {
			said[msg] = true
			out = append(out, &Error{Msg: msg})
		}
	}
	var visit func(m *meta, files []*file)
	visit = func(m *meta, files []*file) {
		for _, path := range l.deps(m, files) {
			if d := l.meta(m, path); !seen[d] {
				seen[d] = true
				visit(d, d.files(l.s))
			}
		}
		for _, e := range m.errs {
			add(e.Msg)
		}
		if !l.listed || m.standard {
			for _, e := range l.absent(m, files) {
				add(e)
			}
		}
	}
	visit(m, slices.Concat(m.files(l.s), m.tests(l.s), m.xtests(l.s)))
	return out
}

// missing reports imports of p that do not exist, where the go command has not done so.
func (l *loader) missing(p *Package) {
	m := p.meta
	if l.listed && !m.standard || m == program {
		return
	}
	for _, text := range l.absent(m, p.allFiles) {
		l.addError(text)
	}
}

// absent says which imports of m's files do not exist.
func (l *loader) absent(m *meta, files []*file) []string {
	var out []string
	for _, i := range importsOf(files) {
		path := m.resolve(l.s, i.path)
		if i.path == "unsafe" || l.exists(m, path) {
			continue
		}
		e := &Error{Pos: i.pos, fset: l.s.fset, Msg: fmt.Sprintf("package %s is not in std (%s)", i.path, l.s.stdDir(i.path))}
		out = append(out, strings.TrimPrefix(e.text(l.s.cfg.Dir), "./"))
	}
	return out
}

func needsImplicit(top []*Package) bool { return slices.ContainsFunc(top, (*Package).IsMain) }

// parseClosure finds and parses all packages that are reachable, many at once.
func (l *loader) parseClosure(roots []*meta) {
	s := l.s
	// What the standard library imports is looked up there, even if a package outside has the same path; to
	// parse both does no harm.
	var mu sync.Mutex
	var wg sync.WaitGroup
	seen := map[string]bool{"unsafe": true, "C": true}
	var visit func(path string)
	follow := func(m *meta, files []*file) {
		for _, i := range importsOf(files) {
			visit(m.resolve(s, i.path))
		}
	}
	visitMeta := func(m *meta, tests bool) {
		wg.Go(func() {
			follow(m, m.files(s))
			if tests {
				s.splitTests(m)
				follow(m, m.tests(s))
				follow(m, m.xtests(s))
			}
		})
	}
	visit = func(path string) {
		mu.Lock()
		was := seen[path]
		seen[path] = true
		mu.Unlock()
		if was {
			return
		}
		if m := l.mods[path]; m != nil {
			visitMeta(m, false)
		}
		if s.isStd(path) {
			wg.Go(func() { visitMeta(s.std(path), false) })
		}
	}
	for _, m := range roots {
		visitMeta(m, s.cfg.Tests)
	}
	for _, path := range s.implicit() {
		visit(path)
	}
	if s.cfg.Tests {
		for _, path := range testMainImports {
			visit(path)
		}
		if s.cover != nil {
			visit(coverImport)
		}
	}
	wg.Wait()
}

// cycle looks for an import cycle and gives the stack that shows it.
func (l *loader) cycle(roots []*meta) []*meta {
	const (
		open = 1
		done = 2
	)
	state := map[*meta]int{}
	var stack []*meta
	var visit func(m *meta) []*meta
	visit = func(m *meta) []*meta {
		stack = append(stack, m)
		if state[m] == open {
			return slices.Clone(stack)
		}
		if state[m] == 0 {
			state[m] = open
			for _, path := range l.deps(m, m.files(l.s)) {
				if found := visit(l.meta(m, path)); found != nil {
					return found
				}
			}
			state[m] = done
		}
		stack = stack[:len(stack)-1]
		return nil
	}
	for _, m := range roots {
		if found := visit(m); found != nil {
			return found
		}
	}
	for _, path := range l.s.implicit() {
		if found := visit(l.s.std(path)); found != nil {
			return found
		}
	}
	return nil
}

// stackText shows a chain of imports, each with the file that has it; first are the files of the first package,
// nil for all but its tests.
func (l *loader) stackText(stack []*meta, first []*file) string {
	var b strings.Builder
	b.WriteString("package " + stack[0].importPath)
	files := first
	for i, m := range stack[1:] {
		from := stack[i]
		if files == nil {
			files = from.files(l.s)
		}
		fmt.Fprintf(&b, "\n\timports %s from %s", m.importPath, filepath.Base(importer(l.s, from, files, m.importPath)))
		files = nil
	}
	return b.String()
}

// deps gives the import paths, sorted, of the packages that files of m import and that exist.
func (l *loader) deps(m *meta, files []*file) []string {
	var out []string
	for _, i := range importsOf(files) {
		if i.path == "unsafe" || i.path == "C" {
			continue
		}
		path := m.resolve(l.s, i.path)
		if l.exists(m, path) {
			out = append(out, path)
		}
	}
	sort.Strings(out)
	return slices.Compact(out)
}

// pkg gives the package of a meta, as it is outside tests.
func (l *loader) pkg(m *meta) *Package {
	if m.standard {
		l.s.findMu.Lock()
		defer l.s.findMu.Unlock()
	}
	return l.pkgLocked(m)
}

func (l *loader) pkgLocked(m *meta) *Package {
	table := l.pkgs
	if m.standard {
		table = l.s.pkgs
	}
	if p := table[m.importPath]; p != nil {
		return p
	}
	p := l.newPackage(m, m.files(l.s))
	for _, path := range l.deps(m, m.files(l.s)) {
		d := l.meta(m, path)
		if d.standard && !m.standard {
			p.Imports = append(p.Imports, l.pkg(d))
		} else {
			p.Imports = append(p.Imports, l.pkgLocked(d))
		}
	}
	table[m.importPath] = p
	return p
}

// newPackage makes a package that is not yet checked; its Imports are for the caller to fill.
func (l *loader) newPackage(m *meta, files []*file) *Package {
	p := &Package{
		Path: m.importPath, ImportPath: m.importPath, Name: m.name, Dir: m.dir, Standard: m.standard,
		SFiles: m.sFiles, HFiles: m.hFiles, GoVersion: m.goVersion, Module: m.module,
		meta: m, done: make(chan struct{}),
	}
	if m.instrumented != nil {
		p.Counters = m.instrumented.counters
	}
	if m.name == "main" {
		p.Path = "main"
	}
	for from, to := range m.importMap {
		p.mapImport(from, to)
	}
	p.addFiles(files)
	return p
}

func (p *Package) mapImport(from, to string) {
	if p.ImportMap == nil {
		p.ImportMap = map[string]string{}
	}
	p.ImportMap[from] = to
}

func (p *Package) addFiles(files []*file) {
	for _, f := range files {
		p.allFiles = append(p.allFiles, f)
		p.strays = append(p.strays, f.strays...)
		if f.syntax != nil {
			p.Files = append(p.Files, f.syntax)
			p.FileNames = append(p.FileNames, f.name)
		}
	}
}

// initOrder orders the closure of roots: every package after its imports and, among those that are ready,
// by path; the closure of the runtime comes first. That is the order in which Go initialises packages.
func initOrder(roots []*Package) []*Package {
	var out []*Package
	placed := map[*Package]bool{}
	place := func(roots []*Package) {
		waits := map[*Package]int{}
		users := map[*Package][]*Package{}
		var ready pathHeap
		var visit func(p *Package)
		visit = func(p *Package) {
			if _, seen := waits[p]; seen || placed[p] {
				return
			}
			waits[p] = 0
			for _, d := range p.Imports {
				visit(d)
				if !placed[d] {
					waits[p]++
					users[d] = append(users[d], p)
				}
			}
			if waits[p] == 0 {
				heap.Push(&ready, p)
			}
		}
		for _, r := range roots {
			visit(r)
		}
		for ready.Len() > 0 {
			p := heap.Pop(&ready).(*Package)
			placed[p] = true
			out = append(out, p)
			for _, u := range users[p] {
				if waits[u]--; waits[u] == 0 {
					heap.Push(&ready, u)
				}
			}
		}
	}
	if i := slices.IndexFunc(roots, func(p *Package) bool { return p.Path == "runtime" }); i >= 0 {
		place(roots[i : i+1])
	}
	place(roots)
	return out
}

type pathHeap []*Package

func (h pathHeap) Len() int { return len(h) }
func (h pathHeap) Less(i, j int) bool {
	if h[i].Path != h[j].Path {
		return h[i].Path < h[j].Path
	}
	return h[i].ImportPath < h[j].ImportPath
}
func (h pathHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *pathHeap) Push(x any)   { *h = append(*h, x.(*Package)) }
func (h *pathHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

func (p *Package) String() string { return fmt.Sprintf("%s (%s)", p.ImportPath, p.Name) }
