package load

import (
	"fmt"
	"go/ast"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

// shared is a session for tests that need no overlay of their own.
var shared = sync.OnceValues(func() (*Session, error) { return NewSession(Config{}) })

func session(t *testing.T) *Session {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// source loads one command from memory.
func source(t *testing.T, s *Session, text string) *Program {
	t.Helper()
	prog, err := s.LoadSources(Source{Files: []string{"prog.go"}, Contents: map[string][]byte{"prog.go": []byte(text)}, Complete: true})
	if err != nil {
		t.Fatal(err)
	}
	return prog
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	full := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return full
}

func TestSessionSharesStd(t *testing.T) {
	s := session(t)
	var wg sync.WaitGroup
	progs := make([]*Program, 8)
	for i := range progs {
		wg.Go(func() {
			name := fmt.Sprintf("p%d.go", i)
			text := fmt.Sprintf("package main\nimport \"strconv\"\nfunc main() { println(strconv.Itoa(%d)) }\n", i)
			prog, err := s.LoadSources(Source{Files: []string{name}, Contents: map[string][]byte{name: []byte(text)}})
			if err != nil {
				t.Error(err)
				return
			}
			if err := prog.Err(); err != nil {
				t.Error(err)
			}
			progs[i] = prog
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	for _, prog := range progs[1:] {
		if prog.ByPath["strconv"] != progs[0].ByPath["strconv"] {
			t.Error("strconv is not shared")
		}
	}
	main := progs[0].Roots[0]
	if main.Path != "main" || main.ImportPath != "command-line-arguments" || main.Types.Path() != "main" {
		t.Errorf("main package is %s, %s, %s", main.Path, main.ImportPath, main.Types.Path())
	}
	checkOrder(t, progs[0].For(main))
}

// checkOrder: imports first, the runtime before what is not below it, and no path twice.
func checkOrder(t *testing.T, prog *Program) {
	t.Helper()
	at := map[string]int{}
	for i, p := range prog.Packages {
		if _, twice := at[p.Path]; twice {
			t.Errorf("%s is there twice", p.Path)
		}
		at[p.Path] = i
		for _, d := range p.Imports {
			if j, ok := at[d.Path]; !ok || prog.Packages[j] != d {
				t.Errorf("%s comes before its import %s, or imports another variant", p.Path, d.ImportPath)
			}
		}
		if prog.ByPath[p.Path] != p {
			t.Errorf("ByPath[%q] is wrong", p.Path)
		}
	}
	if _, ok := at["runtime"]; !ok {
		t.Error("no runtime")
	}
	if last := prog.Packages[len(prog.Packages)-1]; last != prog.Main {
		t.Errorf("last is %s, not the main package", last.Path)
	}
}

func TestOverlay(t *testing.T) {
	s, err := NewSession(Config{
		Overlay: fstest.MapFS{
			"errors/REPLACE":          {},
			"errors/only.go":          {Data: []byte("//go:build strata\n\npackage errors\n\nfunc Only() int { return 1 }\n")},
			"container/ring/extra.go": {Data: []byte("//go:build strata\n\npackage ring\n\nfunc Extra() {}\n")},
			"container/list/list.go":  {},
			"container/list/new.go":   {Data: []byte("package list\n\nimport \"x/made\"\n\nvar X = made.Up\n")},
			"x/made/up.go":            {Data: []byte("package made\n\nconst Up = 1\n")},
		},
		Generated: map[string][]byte{"x/gen/gen.go": []byte("package gen\n\nconst G = 1\n")},
		Implicit:  []string{},
	})
	if err != nil {
		t.Fatal(err)
	}
	prog, err := s.Load("errors", "container/ring", "container/list", "x/gen")
	if err != nil {
		t.Fatal(err)
	}
	if err := prog.Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, file string }{
		{"errors", "only.go"}, {"container/ring", "extra.go ring.go"}, {"container/list", "new.go"}, {"x/gen", "gen.go"},
	} {
		var names []string
		for _, f := range prog.ByPath[c.path].FileNames {
			names = append(names, filepath.Base(f))
			if _, err := prog.ReadFile(f); err != nil {
				t.Error(err)
			}
		}
		if got := strings.Join(names, " "); got != c.file {
			t.Errorf("%s has %q, want %q", c.path, got, c.file)
		}
	}
}

func TestOverlayCycle(t *testing.T) {
	s, err := NewSession(Config{
		Overlay: fstest.MapFS{
			"x/a/a.go": {Data: []byte("package a\n\nimport _ \"x/b\"\n")},
			"x/b/b.go": {Data: []byte("package b\n\nimport _ \"x/a\"\n")},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	prog, err := s.Load("x/a")
	if err != nil {
		t.Fatal(err)
	}
	want := "package x/a\n\timports x/b from a.go\n\timports x/a from b.go: import cycle not allowed"
	if got := fmt.Sprint(prog.Err()); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestErrors(t *testing.T) {
	s := session(t)
	for _, c := range []struct{ name, src, want string }{
		{"types", "package main\nfunc main() { var x int = \"a\" }\n",
			"# command-line-arguments\n" +
				"./prog.go:2:19: declared and not used: x\n" +
				"./prog.go:2:27: cannot use \"a\" (untyped string constant) as int value in variable declaration"},
		{"twice", "package main\nfunc f() {}\nfunc f() {}\nfunc main() {}\n",
			"# command-line-arguments\n./prog.go:3:6: f redeclared in this block\n\t./prog.go:2:6: other declaration of f"},
		{"syntax", "package main\nfunc main() { x := ; }\n",
			"# command-line-arguments\n./prog.go:2:20: syntax error: unexpected semicolon, expected expression"},
		{"no body", "package main\nfunc f()\nfunc main() { f() }\n",
			"# command-line-arguments\n./prog.go:2:6: missing function body"},
		{"no main", "package main\n",
			"# command-line-arguments\nruntime.main_main·f: function main is undeclared in the main package"},
		{"import", "package main\nimport \"no/such\"\nfunc main() {}\n",
			"prog.go:2:8: package no/such is not in std (" + s.Goroot() + "/src/no/such)"},
		{"line", "package main\n//line x.go:100\nfunc main() { y() }\n",
			"# command-line-arguments\nx.go:100: undefined: y"},
		{"labels", "package main\nfunc main() {\nL:\n\tfor {\n\t\tbreak M\n\t}\n\tcontinue\n\tgoto N\n\tx := 1\n\t_ = x\nN:\n}\n",
			"# command-line-arguments\n" +
				"./prog.go:3:1: label L defined and not used\n" +
				"./prog.go:5:9: break label not defined: M\n" +
				"./prog.go:7:2: continue is not in a loop\n" +
				"./prog.go:8:7: goto N jumps over declaration of x at ./prog.go:9:4"},
		{"linkname", "package main\n//go:linkname f g\nfunc f() {}\nfunc main() {}\n",
			"# command-line-arguments\n./prog.go:2:3: //go:linkname only allowed in Go files that import \"unsafe\""},
		{"directive", "package main\n//go:noinline\nvar x int\nfunc main() {}\n",
			"# command-line-arguments\n./prog.go:2:3: misplaced compiler directive"},
		{"embed type", "package main\nimport _ \"embed\"\n//go:embed load.go\nvar x int\nfunc main() {}\n",
			"# command-line-arguments\n./prog.go:4:5: go:embed cannot apply to var of type int"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fmt.Sprint(source(t, s, c.src).Err()); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestTooManyErrors(t *testing.T) {
	var b strings.Builder
	b.WriteString("package main\nfunc main() {\n")
	for i := range 12 {
		fmt.Fprintf(&b, "u%d()\n", i)
	}
	b.WriteString("}\n")
	text := fmt.Sprint(source(t, session(t), b.String()).Err())
	lines := strings.Split(text, "\n")
	if len(lines) != 12 || lines[11] != "./prog.go:12:1: too many errors" {
		t.Errorf("got %d lines:\n%s", len(lines), text)
	}
}

func TestDirectives(t *testing.T) {
	prog := source(t, session(t), `//go:debug panicnil=1
package main

import _ "unsafe"

//go:noinline
func f() {}

//go:linkname g runtime.g
//go:noescape

func g()

//go:linkname one
func one() {}

type (
	//go:notinheap
	T struct{}
	U struct{}
)

func main() { f(); g(); one() }
`)
	p := prog.Roots[0]
	if err := prog.Err(); err != nil {
		t.Error(err)
	}
	if len(p.Debug) != 1 || p.Debug[0].Args != "panicnil=1" {
		t.Errorf("debug: %v", p.Debug)
	}
	var links []string
	for _, l := range p.Linknames {
		links = append(links, fmt.Sprintf("%s→%s %v", l.Local, l.Target, l.OneArg))
	}
	if want := []string{"g→runtime.g false", "one→ true"}; !slices.Equal(links, want) {
		t.Errorf("linknames %q, want %q", links, want)
	}
	got := map[string]string{}
	for node, list := range p.Pragmas {
		var names []string
		for _, d := range list {
			names = append(names, d.Name)
		}
		switch n := node.(type) {
		case *ast.FuncDecl:
			got[n.Name.Name] = strings.Join(names, " ")
		case *ast.TypeSpec:
			got[n.Name.Name] = strings.Join(names, " ")
		}
	}
	want := map[string]string{"f": "go:noinline", "g": "go:linkname go:noescape", "one": "go:linkname", "T": "go:notinheap"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("pragmas %v, want %v", got, want)
	}
}

func TestEmbed(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.txt", "d/x.txt", "d/.hidden", "d/sub/y.txt", "_d/z.txt"} {
		write(t, dir, name, "<"+name+">")
	}
	write(t, dir, "main.go", `package main

import "embed"

//go:embed a.txt
var s string

//go:embed "a.txt"
var b []byte

//go:embed d `+"`a.txt`"+`
//go:embed all:d/sub
var f embed.FS

//go:embed all:d
var all embed.FS

func main() {}
`)
	s, err := NewSession(Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	prog, err := s.LoadFiles("main.go")
	if err != nil {
		t.Fatal(err)
	}
	if err := prog.Err(); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for v, e := range prog.Roots[0].Embeds {
		var names []string
		for _, f := range e.Files {
			names = append(names, f.Name)
			if data := string(f.Data); !strings.HasSuffix(f.Name, "/") && data != "<"+f.Name+">" {
				t.Errorf("%s holds %q", f.Name, data)
			}
		}
		got[v.Name()] = e.Kind.String() + " " + strings.Join(names, " ")
	}
	want := map[string]string{
		"s": "string a.txt", "b": "bytes a.txt",
		"f":   "FS a.txt d/ d/sub/ d/x.txt d/sub/y.txt",
		"all": "FS d/ d/.hidden d/sub/ d/x.txt d/sub/y.txt",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestStdTestVariants(t *testing.T) {
	s, err := NewSession(Config{Tests: true})
	if err != nil {
		t.Fatal(err)
	}
	prog, err := s.Load("strings", "errors")
	if err != nil {
		t.Fatal(err)
	}
	if err := prog.Err(); err != nil {
		t.Fatal(err)
	}
	for _, test := range prog.Tests {
		sub := prog.For(test.Main)
		checkOrder(t, sub)
		under := sub.ByPath[test.Package.Path]
		if under != test.Internal || under == test.Package && test.Package.Path == "strings" {
			t.Errorf("%s: the program has %s", test.Package.Path, under.ImportPath)
		}
	}
	// fmt imports strconv, which does not import strings, but testing does.
	sub := prog.For(prog.Tests[0].Main)
	if got := sub.ByPath["testing"].ImportPath; got != "testing [strings.test]" {
		t.Errorf("testing is %s", got)
	}
	if got := sub.ByPath["strconv"].ImportPath; got != "strconv" {
		t.Errorf("strconv is %s", got)
	}
	if got := sub.ByPath["strings_test"]; got == nil || got.Types.Name() != "strings_test" {
		t.Errorf("strings_test is %v", got)
	}
	if sub.Main.Path != "main" || sub.Main.ImportPath != "strings.test" {
		t.Errorf("main is %s", sub.Main)
	}
}

func TestModules(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "m/go.mod", "module example.com/m\n\ngo 1.21\n\nrequire example.com/dep v1.0.0\n\nreplace example.com/dep => ../dep\n")
	write(t, dir, "m/main.go", "package main\n\nimport \"example.com/dep\"\n\nfunc main() { dep.F() }\n")
	write(t, dir, "m/main_test.go", "package main\n\nimport \"testing\"\n\nfunc TestF(t *testing.T) { main() }\n")
	write(t, dir, "dep/go.mod", "module example.com/dep\n\ngo 1.20\n")
	write(t, dir, "dep/dep.go", "package dep\n\nfunc F() {}\n")
	write(t, dir, "dep/tagged.go", "//go:build special\n\npackage dep\n\nfunc Special() {}\n")
	s, err := NewSession(Config{Dir: filepath.Join(dir, "m"), Tests: true, Tags: []string{"special"}})
	if err != nil {
		t.Fatal(err)
	}
	prog, err := s.Load(".")
	if err != nil {
		t.Fatal(err)
	}
	if err := prog.Err(); err != nil {
		t.Fatal(err)
	}
	main, dep := prog.Roots[0], prog.ByPath["example.com/dep"]
	if main.Path != "main" || main.ImportPath != "example.com/m" || main.GoVersion != "go1.21" || !main.Module.Main {
		t.Errorf("main: %s %s %s %+v", main.Path, main.ImportPath, main.GoVersion, main.Module)
	}
	if dep.GoVersion != "go1.20" || dep.Module.Replace == nil || dep.Types.Scope().Lookup("Special") == nil {
		t.Errorf("dep: %s %+v %v", dep.GoVersion, dep.Module, dep.FileNames)
	}
	// Under test a main package is an ordinary one.
	if got := prog.Tests[0].Internal.Path; got != "example.com/m" {
		t.Errorf("path of the main package under test: %s", got)
	}
	checkOrder(t, prog.For(prog.Tests[0].Main))
}

func TestVersions(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		version string
		ok      bool
	}{
		{"go1.26.8\ntime x\n", true}, {"go1.26", true}, {"go1.26rc1", true}, {"go1.25.3\n", false}, {"go1.260", false}, {"devel x", false},
	} {
		write(t, dir, "VERSION", c.version)
		write(t, dir, "src/unsafe/unsafe.go", "package unsafe\n")
		_, _, err := FindGoroot([]string{"GOROOT=" + dir})
		if (err == nil) != c.ok {
			t.Errorf("%q: %v", c.version, err)
		}
		if err != nil && !strings.Contains(err.Error(), "GOTOOLCHAIN=go1.26.8 strata") {
			t.Errorf("%q: no advice in %v", c.version, err)
		}
	}
	for from, want := range map[string]string{"1.21": "go1.21", "1.22.3": "go1.22", "1.23rc1": "go1.23", "1": "go1"} {
		if got := langVersion(from); got != want {
			t.Errorf("langVersion(%s) = %s", from, got)
		}
	}
}

// TestFileVersions: a file's own //go:build line can raise its language version.
func TestFileVersions(t *testing.T) {
	s := session(t)
	text := "package main\nfunc main() { for i := range 3 { println(i) } }\n"
	load := func(src string) error {
		prog, err := s.LoadSources(Source{Files: []string{"v.go"}, Contents: map[string][]byte{"v.go": []byte(src)}, GoVersion: "go1.21"})
		if err != nil {
			t.Fatal(err)
		}
		return prog.Err()
	}
	if err := load(text); err == nil || !strings.Contains(err.Error(), "go1.22") {
		t.Errorf("range over int in Go 1.21: %v", err)
	}
	if err := load("//go:build go1.22\n\n" + text); err != nil {
		t.Error(err)
	}
}

func TestTestMain(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/p\n\ngo 1.26\n")
	write(t, dir, "p_test.go", `package p

import ("fmt"; "testing")

func TestMain(m *testing.M) { m.Run() }
func TestA(t *testing.T) {}
func Testify(t *testing.T) {}
func BenchmarkA(b *testing.B) {}
func FuzzA(f *testing.F) {}
func Example() { fmt.Println(1)
	// Output: 1
}
func Example_second() { fmt.Println(2)
	// Unordered output: 2
}
func ExampleNotRun() {}
`)
	s, err := NewSession(Config{Dir: dir, Tests: true})
	if err != nil {
		t.Fatal(err)
	}
	prog, err := s.Load("./...")
	if err != nil {
		t.Fatal(err)
	}
	if err := prog.Err(); err != nil {
		t.Fatal(err)
	}
	scope := prog.Tests[0].Main.Types.Scope()
	for _, name := range []string{"tests", "benchmarks", "fuzzTargets", "examples"} {
		if _, ok := scope.Lookup(name).(*types.Var); !ok {
			t.Errorf("no %s", name)
		}
	}
	info := &testMain{ImportPath: "example.com/p"}
	info.find("_test", s.parseAll([]string{filepath.Join(dir, "p_test.go")}))
	got := fmt.Sprint(info.Tests, info.Benchmarks, info.Fuzz, info.Examples, info.TestMain.Name)
	want := "[{_test TestA  false}] [{_test BenchmarkA  false}] [{_test FuzzA  false}] " +
		"[{_test Example 1\n false} {_test Example_second 2\n true}]TestMain"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
