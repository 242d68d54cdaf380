package load

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc"
	"slices"
	"sort"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"

	"strata/internal/goroot"
)

// Test is the test program of one package, as `go test` would build it.
type Test struct {
	Package  *Package // the package as programs import it
	Internal *Package // Package with its _test.go files; Package itself if there are none
	External *Package // the p_test package, or nil
	Main     *Package // the generated main package, or nil if there are no test files or an error
	NoTests  bool     // there are no test files at all
	Setup    []error  // why the test program cannot be set up
	Meta     string   // with NoTests: the file of the package's coverage meta-data, if it is covered and has any
}

// closure lists what the test program consists of, or what the package does where there are no tests.
func (t *Test) closure() []*Package {
	if t.Main == nil {
		return initOrder([]*Package{t.Package})
	}
	return initOrder(append(slices.Clone(t.Main.implicit), t.Main))
}

// Reach lists the paths of the tested package, its tests and all they import; what only the generated main imports is not among them.
func (t *Test) Reach() []string {
	roots := []*Package{t.Internal}
	if t.External != nil {
		roots = append(roots, t.External)
	}
	var paths []string
	for _, p := range initOrder(roots) {
		paths = append(paths, p.Path)
	}
	sort.Strings(paths)
	return slices.Compact(paths)
}

// Errors are the compile errors of the test program's packages.
func (t *Test) Errors(prog *Program) error {
	var list ErrorList
	for _, p := range t.closure() {
		if len(p.Errors) > 0 && !p.DepErrors {
			list = append(list, prog.packageErrors(p))
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

func (t *Test) packages() []*Package {
	var out []*Package
	for _, p := range []*Package{t.Internal, t.External, t.Main} {
		if p != nil && p != t.Package {
			out = append(out, p)
		}
	}
	if t.Main != nil {
		out = append(out, t.Main.implicit...)
	}
	return out
}

// testMainImports is what a generated test main imports beside the package under test.
var testMainImports = []string{"os", "reflect", "testing", "testing/internal/testdeps"}

// coverImport is what it imports for coverage.
const coverImport = "internal/coverage/cfile"

// variants makes the packages of one test program: those that import the package under test are made again,
// with its test variant in place of it.
type variants struct {
	l       *loader
	forTest string
	under   *Package // the test variant
	reach   map[*meta]bool
	made    map[*meta]*Package
	covered []Covered
}

// test builds the graph of m's test program; p is m's ordinary package, covered what -coverpkg covers.
func (l *loader) test(m *meta, p *Package, covered []Covered) *Test {
	s := l.s
	t := &Test{Package: p, Internal: p}
	if t.Setup = l.setupErrors(m); len(t.Setup) > 0 {
		return t
	}
	tests, xtests := m.tests(s), m.xtests(s)
	if len(tests) == 0 && len(xtests) == 0 {
		t.NoTests = true
		if s.covers(m) || s.cover.local() && s.coverable(m) {
			t.Meta = m.covered(s).metaFile
		}
		return t
	}
	v := &variants{l: l, forTest: m.importPath, under: p, reach: map[*meta]bool{}, made: map[*meta]*Package{}, covered: covered}
	own := s.cover.local() && s.coverable(m)
	if len(tests) > 0 || own {
		for _, path := range l.deps(m, tests) {
			if chain := v.chain(l.meta(m, path), m); chain != nil {
				t.Setup = []error{&Error{Msg: l.stackText(append([]*meta{m}, chain...), tests) + ": import cycle not allowed in test"}}
				return t
			}
		}
		files := m.files(s)
		if own {
			files = m.covered(s).files
		}
		v.under = v.internal(m, files, tests)
		t.Internal = v.under
	}
	if len(xtests) > 0 {
		t.External = v.external(m, xtests)
	}
	t.Main = v.main(m, t)
	return t
}

func importer(s *Session, m *meta, files []*file, path string) string {
	for _, f := range files {
		for _, i := range f.imports {
			if m.resolve(s, i.path) == path {
				return f.name
			}
		}
	}
	return ""
}

// reaches says whether d imports m, directly or not.
func (v *variants) reaches(d, m *meta) bool {
	if r, ok := v.reach[d]; ok {
		return r
	}
	v.reach[d] = false
	for _, path := range v.l.deps(d, d.files(v.l.s)) {
		if q := v.l.meta(d, path); q == m || v.reaches(q, m) {
			v.reach[d] = true
			return true
		}
	}
	return false
}

// chain gives the imports by which d reaches m, both included, or nil.
func (v *variants) chain(d, m *meta) []*meta {
	if d == m {
		return []*meta{m}
	}
	if !v.reaches(d, m) {
		return nil
	}
	for _, path := range v.l.deps(d, d.files(v.l.s)) {
		if rest := v.chain(v.l.meta(d, path), m); rest != nil {
			return append([]*meta{d}, rest...)
		}
	}
	return nil
}

// internal is m, of these files, with its internal test files.
func (v *variants) internal(m *meta, files, tests []*file) *Package {
	l := v.l
	files = append(slices.Clone(files), tests...)
	p := l.newPackage(m, files)
	p.ImportPath = m.importPath + " [" + m.importPath + ".test]"
	p.Path = m.importPath
	p.ForTest = m.importPath
	for _, path := range l.deps(m, files) {
		p.Imports = append(p.Imports, l.pkg(l.meta(m, path)))
	}
	v.vendor(p, m, files)
	v.made[m] = p
	l.pkgs[p.ImportPath] = p
	return p
}

// vendor notes how the imports of test files resolve inside the standard library.
func (v *variants) vendor(p *Package, m *meta, files []*file) {
	for _, i := range importsOf(files) {
		if to := m.resolve(v.l.s, i.path); to != i.path && p.ImportMap[i.path] == "" {
			p.mapImport(i.path, to)
		}
	}
}

// external is the package m_test.
func (v *variants) external(m *meta, xtests []*file) *Package {
	l := v.l
	x := &meta{importPath: m.importPath + "_test", dir: m.dir, standard: m.standard, goVersion: m.goVersion,
		module: m.module, importMap: m.importMap}
	for _, f := range xtests {
		if f.syntax != nil {
			x.name = f.syntax.Name.Name
			break
		}
	}
	p := l.newPackage(x, xtests)
	p.ImportPath = x.importPath + " [" + m.importPath + ".test]"
	p.ForTest = m.importPath
	v.vendor(p, m, xtests)
	for _, path := range l.deps(m, xtests) {
		v.addImport(p, path, path, l.meta(m, path))
	}
	return p
}

// addImport makes p import d, or d's variant; source is the path in p's files.
func (v *variants) addImport(p *Package, source, path string, d *meta) {
	q := v.pkg(d)
	p.Imports = append(p.Imports, q)
	if q.ImportPath == path {
		return
	}
	for from, to := range p.ImportMap {
		if to == path {
			p.mapImport(from, q.ImportPath)
		}
	}
	if _, ok := p.ImportMap[source]; !ok {
		p.mapImport(source, q.ImportPath)
	}
}

// pkg is d as this test program sees it.
func (v *variants) pkg(d *meta) *Package {
	l := v.l
	if v.under.meta == d {
		return v.under
	}
	if v.under.ForTest == "" || !v.reaches(d, v.under.meta) {
		return l.pkg(d)
	}
	if q := v.made[d]; q != nil {
		return q
	}
	p := l.newPackage(d, d.files(l.s))
	p.ImportPath = d.importPath + " [" + v.forTest + ".test]"
	p.ForTest = v.forTest
	v.made[d] = p
	for _, path := range l.deps(d, d.files(l.s)) {
		v.addImport(p, path, path, l.meta(d, path))
	}
	return p
}

// main is the generated main package.
func (v *variants) main(m *meta, t *Test) *Package {
	l := v.l
	s := l.s
	name := "_testmain.go"
	info := &testMain{ImportPath: m.importPath, Cover: s.cover, Covered: v.covered}
	if m.module != nil {
		info.ModulePath = m.module.Path
	} else if m.standard {
		info.ModulePath = "std"
	}
	if t.Internal.ForTest != "" {
		info.find("_test", m.tests(s))
		info.ImportTest = true
	} else {
		info.ImportTest = t.External == nil
	}
	if t.External != nil {
		info.find("_xtest", m.xtests(s))
		info.ImportXtest = true
	}
	if info.err != nil {
		t.Setup = []error{info.err}
		return nil
	}
	src := info.source()
	mm := &meta{importPath: m.importPath + ".test", name: "main", dir: m.dir, goVersion: goroot.Current.Minor(), module: m.module}
	f := s.parseSource(name, src)
	p := l.newPackage(mm, []*file{f})
	p.meta = program
	p.ForTest = m.importPath
	for _, i := range f.imports {
		switch i.path {
		case m.importPath:
			p.Imports = append(p.Imports, t.Internal)
			if t.Internal.ImportPath != i.path {
				p.mapImport(i.path, t.Internal.ImportPath)
			}
		case m.importPath + "_test":
			p.Imports = append(p.Imports, t.External)
			p.mapImport(i.path, t.External.ImportPath)
		default:
			v.addImport(p, i.path, i.path, s.std(i.path))
		}
	}
	sort.Slice(p.Imports, func(i, j int) bool { return p.Imports[i].Path < p.Imports[j].Path })
	for _, path := range s.implicit() {
		p.implicit = append(p.implicit, v.pkg(s.std(path)))
	}
	return p
}

// testMain is what the generated main needs to know.
type testMain struct {
	ImportPath, ModulePath  string
	Cover                   *coverage
	Covered                 []Covered
	ImportTest, ImportXtest bool
	Tests, Benchmarks, Fuzz []testFunc
	Examples                []testFunc
	TestMain                *testFunc
	err                     error
}

type testFunc struct {
	Package, Name, Output string
	Unordered             bool
}

// find collects the test functions of files, in order of appearance.
func (t *testMain) find(pkg string, files []*file) {
	for _, f := range files {
		if f.syntax == nil {
			continue
		}
		for _, d := range f.syntax.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil {
				continue
			}
			t.add(pkg, fn)
		}
		examples := doc.Examples(f.syntax)
		sort.Slice(examples, func(i, j int) bool { return examples[i].Order < examples[j].Order })
		for _, e := range examples {
			if e.Output == "" && !e.EmptyOutput {
				continue // compiled, not run
			}
			t.Examples = append(t.Examples, testFunc{pkg, "Example" + e.Name, e.Output, e.Unordered})
		}
	}
}

func (t *testMain) add(pkg string, fn *ast.FuncDecl) {
	name := fn.Name.Name
	switch {
	case name == "TestMain":
		if takes(fn, "T") {
			t.Tests = append(t.Tests, testFunc{Package: pkg, Name: name})
			return
		}
		if !takes(fn, "M") {
			t.fail(name, "M")
		} else if t.TestMain != nil {
			t.err = &Error{Msg: "multiple definitions of TestMain"}
		} else {
			t.TestMain = &testFunc{Package: pkg, Name: name}
		}
	case isTestName(name, "Test"):
		t.Tests = t.checked(t.Tests, pkg, fn, "T")
	case isTestName(name, "Benchmark"):
		t.Benchmarks = t.checked(t.Benchmarks, pkg, fn, "B")
	case isTestName(name, "Fuzz"):
		t.Fuzz = t.checked(t.Fuzz, pkg, fn, "F")
	}
}

func (t *testMain) checked(list []testFunc, pkg string, fn *ast.FuncDecl, arg string) []testFunc {
	if !takes(fn, arg) || fn.Type.TypeParams != nil {
		t.fail(fn.Name.Name, arg)
		return list
	}
	return append(list, testFunc{Package: pkg, Name: fn.Name.Name})
}

func (t *testMain) fail(name, arg string) {
	t.err = &Error{Msg: fmt.Sprintf("wrong signature for %s, must be: func %s(%s *testing.%s)", name, name, strings.ToLower(arg), arg)}
}

// isTestName: TestX and Test, but not Testify.
func isTestName(name, prefix string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !unicode.IsLower(r)
}

// takes says whether a function has the single parameter *testing.arg, by whatever name testing is imported,
// and no result.
func takes(fn *ast.FuncDecl, arg string) bool {
	ps := fn.Type.Params.List
	if fn.Type.Results != nil && len(fn.Type.Results.List) > 0 || len(ps) != 1 || len(ps[0].Names) > 1 {
		return false
	}
	star, ok := ps[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	switch x := star.X.(type) {
	case *ast.Ident:
		return x.Name == arg
	case *ast.SelectorExpr:
		return x.Sel.Name == arg
	}
	return false
}

func (t *testMain) source() []byte {
	var b bytes.Buffer
	if err := testMainText.Execute(&b, t); err != nil {
		panic(err) // the template is constant
	}
	return b.Bytes()
}

// Uses says whether the main refers to one of the two test packages by name.
func (t *testMain) Uses(pkg string) bool {
	in := func(list []testFunc) bool {
		return slices.ContainsFunc(list, func(f testFunc) bool { return f.Package == pkg })
	}
	return in(t.Tests) || in(t.Benchmarks) || in(t.Fuzz) || in(t.Examples) || t.TestMain != nil && t.TestMain.Package == pkg
}

// CoveredText is what the line about coverage says of what is covered, nothing if that is the package itself.
func (t *testMain) CoveredText() string {
	if t.Cover.local() {
		return ""
	}
	return " in " + strings.Join(t.Cover.Patterns, ", ")
}

// Selected are the import paths of what is covered.
func (t *testMain) Selected() []string {
	if t.Cover.local() {
		return []string{t.ImportPath}
	}
	list := []string{}
	for _, c := range t.Covered {
		list = append(list, c.ImportPath)
	}
	return list
}

var testMainText = template.Must(template.New("main").Parse(`// Code generated by 'strata test'. DO NOT EDIT.

package main

import (
	"os"
{{- if .TestMain}}
	"reflect"
{{- end}}
	"testing"
	"testing/internal/testdeps"
{{- if .Cover}}
	"internal/coverage/cfile"
{{- end}}
{{- if .ImportTest}}
	{{if .Uses "_test"}}_test{{else}}_{{end}} {{printf "%q" .ImportPath}}
{{- end}}
{{- if .ImportXtest}}
	{{if .Uses "_xtest"}}_xtest{{else}}_{{end}} {{printf "%s_test" .ImportPath | printf "%q"}}
{{- end}}
)

var tests = []testing.InternalTest{
{{- range .Tests}}
	{ {{printf "%q" .Name}}, {{.Package}}.{{.Name}} },
{{- end}}
}

var benchmarks = []testing.InternalBenchmark{
{{- range .Benchmarks}}
	{ {{printf "%q" .Name}}, {{.Package}}.{{.Name}} },
{{- end}}
}

var fuzzTargets = []testing.InternalFuzzTarget{
{{- range .Fuzz}}
	{ {{printf "%q" .Name}}, {{.Package}}.{{.Name}} },
{{- end}}
}

var examples = []testing.InternalExample{
{{- range .Examples}}
	{ {{printf "%q" .Name}}, {{.Package}}.{{.Name}}, {{printf "%q" .Output}}, {{.Unordered}} },
{{- end}}
}

func init() {
	testdeps.ModulePath = {{printf "%q" .ModulePath}}
	testdeps.ImportPath = {{printf "%q" .ImportPath}}
{{- with .Cover}}
	testdeps.CoverMode = {{printf "%q" .Mode}}
	testdeps.Covered = {{printf "%q" $.CoveredText}}
	testdeps.CoverSelectedPackages = {{printf "%#v" $.Selected}}
	testdeps.CoverSnapshotFunc = cfile.Snapshot
	testdeps.CoverProcessTestDirFunc = cfile.ProcessCoverTestDir
	testdeps.CoverMarkProfileEmittedFunc = cfile.MarkProfileEmitted
	cfile.InitHook(true)
{{- end}}
}

func main() {
	m := testing.MainStart(testdeps.TestDeps{}, tests, benchmarks, fuzzTargets, examples)
{{- with .TestMain}}
	{{.Package}}.{{.Name}}(m)
	os.Exit(int(reflect.ValueOf(m).Elem().FieldByName("exitCode").Int()))
{{- else}}
	os.Exit(m.Run())
{{- end}}
}
`))
