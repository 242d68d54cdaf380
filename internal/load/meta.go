package load

import (
	"crypto/sha256"
	"go/ast"
	"go/build"
	"go/parser"
	"go/scanner"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"strata/internal/goroot"
)

// meta is what is known of a package before it is type-checked: its files and how its imports resolve.
// It is shared by the package's test variants.
type meta struct {
	importPath string
	name       string
	dir        string
	standard   bool
	goVersion  string
	complete   bool // functions without a body are errors, unless there is assembly
	module     *Module

	goFiles, sFiles, hFiles []string // absolute
	testFiles, xtestFiles   []string // absolute

	importMap map[string]string // source path → import path, where they differ
	errs      []*Error          // why the package cannot be built at all; printed without a header

	noGo string // why there are only test files, if so

	named bool // on the command line

	parseOnce, testOnce, xtestOnce, coverOnce sync.Once
	parsed, testParsed, xParsed               []*file
	instrumented                              *instrumented
}

// file is one parsed Go file.
type file struct {
	name    string
	syntax  *ast.File
	imports []importSpec
	errs    []*Error    // syntax errors
	strays  []token.Pos // directives that are not alone in their line
	sum     [sha256.Size]byte
}

type importSpec struct {
	path string
	pos  token.Pos
}

// files, tests and xtests parse on first use.
func (m *meta) files(s *Session) []*file {
	m.parseOnce.Do(func() {
		m.parsed = s.parseAll(m.goFiles)
		if s.covers(m) {
			m.parsed = m.covered(s).files
		}
	})
	return m.parsed
}

func (m *meta) tests(s *Session) []*file {
	m.testOnce.Do(func() { m.testParsed = s.parseAll(m.testFiles) })
	return m.testParsed
}

func (m *meta) xtests(s *Session) []*file {
	m.xtestOnce.Do(func() { m.xParsed = s.parseAll(m.xtestFiles) })
	return m.xParsed
}

// resolve maps an import path in the package's source to a package's import path.
func (m *meta) resolve(s *Session, path string) string {
	if to, ok := m.importMap[path]; ok {
		return to
	}
	if m.standard {
		return s.vendored(m.importPath, path)
	}
	return path
}

// parseAll parses files in order; files that import "C" are left out, as with CGO_ENABLED=0.
func (s *Session) parseAll(names []string) []*file {
	var out []*file
	for _, name := range names {
		f := s.parse(name)
		if !slices.ContainsFunc(f.imports, func(i importSpec) bool { return i.path == "C" }) {
			out = append(out, f)
		}
	}
	return out
}

func (s *Session) parse(name string) *file {
	f := &file{name: name}
	src, err := s.src.ReadFile(name)
	if err != nil {
		f.errs = []*Error{{Msg: err.Error()}}
		return f
	}
	return s.parseSource(name, src)
}

func (s *Session) parseSource(name string, src []byte) *file {
	f := &file{name: name, sum: sha256.Sum256(src)}
	syntax, err := parser.ParseFile(s.fset, name, src, parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
	f.syntax = syntax
	if list, ok := err.(scanner.ErrorList); ok {
		for _, e := range list {
			if se := syntaxError(e, src); len(f.errs) == 0 || !followsFrom(se) {
				f.errs = append(f.errs, se)
			}
		}
	} else if err != nil {
		f.errs = []*Error{{Msg: err.Error()}}
	}
	if syntax == nil {
		return f
	}
	f.strays = strayDirectives(s.fset, syntax, src)
	for _, spec := range syntax.Imports {
		if path, err := strconv.Unquote(spec.Path.Value); err == nil {
			f.imports = append(f.imports, importSpec{path, spec.Path.Pos()})
		}
	}
	return f
}

func importsOf(files []*file) []importSpec {
	var all []importSpec
	seen := map[string]bool{}
	for _, f := range files {
		for _, i := range f.imports {
			if !seen[i.path] {
				seen[i.path] = true
				all = append(all, i)
			}
		}
	}
	return all
}

// scan sorts the files of a directory into a meta, by name and build constraint.
func (s *Session) scan(m *meta) error {
	names, err := s.src.list(m.dir)
	if err != nil {
		return err
	}
	ctx := s.buildContext(m.standard)
	for _, name := range names {
		ext := filepath.Ext(name)
		if ext != ".go" && ext != ".s" && ext != ".h" {
			continue
		}
		if name[0] == '_' || name[0] == '.' {
			continue
		}
		if ok, err := ctx.MatchFile(m.dir, name); err != nil || !ok {
			s.excluded(ctx, m.dir, name)
			if err != nil {
				// The parser says what is wrong with the file.
				m.goFiles = append(m.goFiles, filepath.Join(m.dir, name))
			}
			continue
		}
		full := filepath.Join(m.dir, name)
		switch {
		case ext == ".s":
			m.sFiles = append(m.sFiles, full)
		case ext == ".h":
			m.hFiles = append(m.hFiles, full)
		case strings.HasSuffix(name, "_test.go"):
			m.testFiles = append(m.testFiles, full)
		default:
			m.goFiles = append(m.goFiles, full)
		}
	}
	return nil
}

// splitTests moves the test files of the external test package out of testFiles.
func (s *Session) splitTests(m *meta) {
	if len(m.testFiles) == 0 || len(m.xtestFiles) > 0 {
		return
	}
	var in []string
	for _, name := range m.testFiles {
		src, _ := s.src.ReadFile(name)
		f, _ := parser.ParseFile(token.NewFileSet(), name, src, parser.PackageClauseOnly)
		if f != nil && f.Name != nil && strings.HasSuffix(f.Name.Name, "_test") && f.Name.Name != m.name {
			m.xtestFiles = append(m.xtestFiles, name)
		} else {
			in = append(in, name)
		}
	}
	m.testFiles = in
	if m.name == "" {
		for _, f := range append(m.tests(s), m.xtests(s)...) {
			if f.syntax != nil && f.syntax.Name != nil {
				m.name = strings.TrimSuffix(f.syntax.Name.Name, "_test")
				break
			}
		}
	}
}

// buildContext evaluates build constraints. Standard packages see the tag strata too.
func (s *Session) buildContext(standard bool) *build.Context {
	ctx := &build.Context{
		GOOS: s.cfg.GOOS, GOARCH: s.cfg.GOARCH, GOROOT: s.goroot, Compiler: "gc",
		BuildTags: slices.Clone(s.cfg.Tags),
		OpenFile:  s.src.open,
	}
	if standard {
		ctx.BuildTags = append(ctx.BuildTags, "strata")
	}
	for i := 1; i <= goroot.Current.Number; i++ {
		ctx.ReleaseTags = append(ctx.ReleaseTags, "go1."+strconv.Itoa(i))
	}
	for _, e := range goroot.Current.Experiments {
		ctx.ToolTags = append(ctx.ToolTags, "goexperiment."+e)
	}
	if _, level, ok := strings.Cut(s.cfg.Level, "="); ok {
		ctx.ToolTags = append(ctx.ToolTags, s.cfg.GOARCH+"."+level)
	}
	return ctx
}
