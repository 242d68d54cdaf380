package load

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"strata/internal/cover"
)

// Cover says which packages are instrumented for coverage, and how. With Patterns it is every package that one of
// them matches. Without, it is each tested package in its own test, or, where no tests are made, the packages of
// the main module and those that are named.
type Cover struct {
	Mode     string // one of cover.Modes
	Patterns []string
	Work     string // a directory for what is made on the way; Test.Meta and Program.Covered lie in it
}

// coverage is a session's Cover.
type coverage struct {
	*Cover
	tool  cover.Tool
	match []func(m *meta) bool // beside Patterns
}

// Covered is a package that is instrumented.
type Covered struct {
	ImportPath string
	Meta       string // file of its meta-data, "" if there is nothing to count
}

func (s *Session) newCoverage(c *Cover) *coverage {
	if c == nil {
		return nil
	}
	out := &coverage{Cover: c, tool: cover.Tool{Goroot: s.goroot, Mode: c.Mode, Work: c.Work}}
	for _, p := range c.Patterns {
		out.match = append(out.match, packagePattern(p, s.cfg.Dir))
	}
	return out
}

// local says that each test covers its own package and nothing else.
func (c *coverage) local() bool { return c != nil && len(c.Patterns) == 0 }

// covers says whether m is instrumented wherever it is used.
func (s *Session) covers(m *meta) bool {
	c := s.cover
	switch {
	case c == nil || s.cfg.Tests && c.local() || !s.coverable(m):
		return false
	case c.local():
		return m.named || m.module != nil && m.module.Main
	}
	return slices.ContainsFunc(c.match, func(match func(*meta) bool) bool { return match(m) })
}

// coverable leaves out what atomic counters are made of, and the runtime's packages: their source is Strata's and not
// where profiles would point.
func (s *Session) coverable(m *meta) bool {
	if !m.standard {
		return len(m.goFiles) > 0 && s.src.onDisk(m.goFiles)
	}
	if s.cover.Mode == "atomic" && (m.importPath == "sync/atomic" || m.importPath == "internal/runtime/atomic") {
		return false
	}
	return len(m.goFiles) > 0 && !s.src.replaced(m.dir) && s.src.onDisk(m.goFiles)
}

// packagePattern says which packages a pattern of -coverpkg means; dir is what relative ones are relative to.
func packagePattern(pattern, dir string) func(m *meta) bool {
	switch {
	case pattern == "all":
		return func(*meta) bool { return true }
	case pattern == "std":
		return func(m *meta) bool { return m.standard }
	case pattern == "cmd":
		return func(m *meta) bool { return m.standard && strings.HasPrefix(m.importPath, "cmd/") }
	case pattern == "work":
		return func(m *meta) bool { return m.module != nil && m.module.Main }
	case pattern == "." || pattern == ".." || strings.HasPrefix(pattern, "./") || strings.HasPrefix(pattern, "../"):
		matches := wildcard(filepath.ToSlash(filepath.Join(dir, pattern)))
		return func(m *meta) bool { return matches(filepath.ToSlash(m.dir)) }
	}
	matches := wildcard(pattern)
	return func(m *meta) bool { return matches(m.importPath) }
}

// wildcard matches names with a pattern in which ... stands for anything; x/... matches x as well.
func wildcard(pattern string) func(name string) bool {
	text := regexp.QuoteMeta(pattern)
	if cut, ok := strings.CutSuffix(text, `/\.\.\.`); ok {
		text = cut + `(/.*)?`
	}
	return regexp.MustCompile(`^` + strings.ReplaceAll(text, `\.\.\.`, `.*`) + `$`).MatchString
}

// instrumented is a package's files with counters.
type instrumented struct {
	files    []*file
	counters string // Package.Counters
	metaFile string
}

// covered instruments m, which has been parsed. Files with errors stay as they are: nothing will be compiled.
func (m *meta) covered(s *Session) *instrumented {
	m.coverOnce.Do(func() { m.instrumented = s.instrument(m) })
	return m.instrumented
}

func (s *Session) instrument(m *meta) *instrumented {
	plain := m.parsed
	in := &instrumented{files: plain}
	p := &cover.Package{ImportPath: m.importPath, Local: m.importPath == commandLine}
	for _, f := range plain {
		if len(f.errs) > 0 || f.syntax == nil {
			return in
		}
		p.Name = f.syntax.Name.Name
		p.Files = append(p.Files, f.name)
	}
	if len(p.Files) == 0 {
		return in
	}
	if m.module != nil {
		p.Module = m.module.Path
	}
	src, err := s.cover.tool.Instrument(p)
	if err != nil {
		failed := *plain[0]
		failed.errs = []*Error{{Msg: err.Error()}}
		in.files = append([]*file{&failed}, plain[1:]...)
		return in
	}
	made := func(name string, text []byte) *file { return s.parseSource(filepath.Join(m.dir, name), text) }
	in.files = []*file{made("cover_register.go", src.Register), made("cover_vars.go", src.Vars)}
	for i, f := range plain {
		in.files = append(in.files, s.parseSource(f.name, src.Files[i]))
	}
	if p.Name == "main" && !s.cfg.Tests {
		in.files = append(in.files, made("cover_main.go", cover.Main(p.Name)))
	}
	in.counters, in.metaFile = src.Prefix, src.Meta
	return in
}

// coveredPackages lists what -coverpkg covers of the packages that the roots and their tests reach, and the
// patterns that match none of them.
func (l *loader) coveredPackages(roots []*meta) (list []Covered, unmatched []string) {
	s := l.s
	if s.cover == nil {
		return nil, nil
	}
	matched := make([]bool, len(s.cover.match))
	seen := map[*meta]bool{}
	var visit func(m *meta, files []*file)
	follow := func(m *meta, files []*file) {
		for _, path := range l.deps(m, files) {
			d := l.meta(m, path)
			visit(d, d.files(s))
		}
	}
	visit = func(m *meta, files []*file) {
		if seen[m] {
			return
		}
		seen[m] = true
		follow(m, files)
		for i, match := range s.cover.match {
			matched[i] = matched[i] || match(m)
		}
		if s.covers(m) {
			list = append(list, Covered{m.importPath, m.covered(s).metaFile})
		}
	}
	for _, m := range roots {
		visit(m, m.files(s))
	}
	if s.cfg.Tests {
		for _, m := range roots {
			follow(m, m.tests(s))
			follow(m, m.xtests(s))
		}
	}
	for i, ok := range matched {
		if !ok {
			unmatched = append(unmatched, s.cover.Patterns[i])
		}
	}
	return list, unmatched
}
