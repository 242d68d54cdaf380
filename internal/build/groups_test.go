package build

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"strata/internal/design"
	"strata/internal/load"
	"strata/internal/reuse"
	"strata/rt"
)

// An edit changes texts in files; made twice it is undone.
type edit struct {
	name   string
	change []change
}

type change struct{ file, old, new string }

var edits = []edit{
	{"nothing", nil},
	{"body in main", []change{{"m/main.go", `print("main\n")`, `print("MAIN\n")`}}},
	{"constant", []change{{"a/a.go", "Size = 3", "Size = 4"}}},
	{"constant inside", []change{{"a/a.go", `text = "a"`, `text = "b"`}}},
	{"inlined body", []change{{"a/a.go", "Small(n int) int { return n + 1 }", "Small(n int) int { return n + 2 }"}}},
	{"body that is called", []change{{"a/a.go", "sum := 0\n\tfor i := range n", "sum := 1\n\tfor i := range n"}}},
	{"line", []change{{"a/a.go", "const text", "// A comment.\nconst text"}}},
	{"signature", []change{{"a/a.go", "func Large(n int) int {", "func Large(n int, more ...int) int {"}, {"d/d.go", "func large(n int) int", "func large(n int, more ...int) int"}}},
	{"field", []change{{"a/a.go", "ID int\n", "ID int\n\tMore [3]string\n"}}},
	{"method set", []change{{"a/a.go", "func (s *Square) Scale", "func (s Square) Title() string { return \"titled\" }\n\nfunc (s *Square) Scale"}}},
	{"generic body", []change{{"a/a.go", "l.items = append(l.items, v)", "l.items = append(l.items, v, v)"}}},
	{"generic type", []change{{"a/a.go", "\titems []T", "\tn int\n\titems []T"}}},
	{"generic function", []change{{"a/a.go", "var out []U", "out := make([]U, 0, len(list))"}}},
	{"recursion", []change{{"a/a.go", "return Odd(n - 1)", "return !Odd(n)"}, {"a/a.go", "return Even(n - 1)", "return n%2 != 0"}}},
	{"initial data", []change{{"a/a.go", `"two": 2`, `"two": 22`}}},
	{"variable", []change{{"a/a.go", "Count = 5", "Count = Large(3)"}}},
	{"receiver", []change{{"b/b.go", "func (c *Circle) Name()", "func (c Circle) Name()"}}},
	{"closure", []change{{"b/b.go", "n += step\n", "n += 2 * step\n"}}},
	{"one more closure", []change{{"b/b.go", "n := 0\n\treturn func", "n := 0\n\tdefer func() { n++ }()\n\treturn func"}}},
	{"init", []change{{"b/b.go", `func init() { order = append(order, "b") }`, "func init() { order = append(order, \"b\") }\n\nfunc init() { order = append(order, \"c\") }"}}},
	{"devirtualised", []change{{"b/b.go", "return &Circle{r} }", "if r > 1 {\n\t\treturn a.Square{Side: r}\n\t}\n\treturn &Circle{r}\n}"}}},
	{"instance", []change{{"b/b.go", "type Key struct{ X, Y int }", "type Key struct{ X, Y int64 }"}, {"c/c.go", "sum += n.X", "sum += int(n.X)"}, {"c/c.go", "return b.Pairs().Key.Y", "return int(b.Pairs().Key.Y)"}, {"c/c.go", "b.Key{X: n}", "b.Key{X: int64(n)}"}}},
	{"embedded file", []change{{"c/text.txt", "some", "any"}}},
	{"promoted", []change{{"c/c.go", "\ta.Square\n", "\t*a.Square\n"}, {"c/c.go", `T{Extra: "x"}`, `T{Square: &a.Square{}, Extra: "x"}`}, {"c/c.go", "T{Square: a.Square{Side: 2}}", "T{Square: &a.Square{Side: 2}}"}, {"c/c.go", "{T{}, &T{}, b.New(2)}", "{T{Square: new(a.Square)}, b.New(2)}"}}},
	{"recursion across functions", []change{{"c/c.go", "return walk(n-1) * 2", "return walk(n-1) * 3"}}},
	{"assembly", []change{{"d/d.s", "$42", "$43"}}},
	{"pragma", []change{{"a/a.go", "//go:noinline\n", "\n"}}},
	{"language", []change{{"go", "go1.26", "go1.21"}}},
}

// workspace is a copy of testdata/edits that is edited.
type workspace struct {
	t   *testing.T
	dir string
}

func (w *workspace) apply(e edit, undo bool) {
	w.t.Helper()
	for _, c := range e.change {
		old, text := c.old, c.new
		if undo {
			old, text = text, old
		}
		name := filepath.Join(w.dir, c.file)
		data, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(data, []byte(old)) {
			w.t.Fatalf("%s: no %q in %s: %v", e.name, old, c.file, err)
		}
		if err := os.WriteFile(name, bytes.Replace(data, []byte(old), []byte(text), 1), 0o666); err != nil {
			w.t.Fatal(err)
		}
	}
}

// compile builds the program as a process of its own would, with a store of what is compiled of its packages or none. It tells of which
// packages something was made.
func (w *workspace) compile(std, dir string) (exe []byte, made []string) {
	t := w.t
	t.Helper()
	prog, base := w.load(std, dir)
	out := filepath.Join(t.TempDir(), "a.out")
	o := Options{Program: prog.For(prog.Roots[0]), Base: base, Out: out}
	if dir != "" { // as commands do
		o.Reload = func() (*load.Program, *Base, error) {
			prog, base = w.load(std, dir)
			return prog.For(prog.Roots[0]), base, nil
		}
	}
	if err := Build(o); err != nil {
		t.Fatal(err)
	}
	for _, gr := range base.groups {
		for sym := range gr.made {
			if path, _, _ := strings.Cut(strings.TrimPrefix(sym, "example.com/"), "."); len(path) == 1 || path == "main" {
				made = append(made, path)
			}
		}
	}
	slices.Sort(made)
	if err := base.Flush(); err != nil {
		t.Fatal(err)
	}
	exe, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return exe, slices.Compact(made)
}

// load loads the program, with a base that has the stores.
func (w *workspace) load(std, dir string) (*load.Program, *Base) {
	t := w.t
	t.Helper()
	set := design.Default()
	session, err := load.NewSession(load.Config{Overlay: rt.FS, Generated: set.Sources()})
	if err != nil {
		t.Fatal(err)
	}
	version, _ := os.ReadFile(filepath.Join(w.dir, "go"))
	var list []load.Source
	for _, name := range []string{"a", "b", "c", "d", "m"} {
		src := load.Source{ImportPath: "example.com/" + name, GoVersion: string(version), Complete: true}
		for _, pattern := range []string{"*.go", "*.s"} {
			files, _ := filepath.Glob(filepath.Join(w.dir, name, pattern))
			src.Files = append(src.Files, files...)
		}
		list = append(list, src)
	}
	prog, err := session.LoadSources(list...)
	if err != nil {
		t.Fatal(err)
	}
	if err := prog.Err(); err != nil {
		t.Fatal(err)
	}
	base, err := NewBase(prog.Standard(), set, BaseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := base.UseStore(std, "test", prog); err != nil {
		t.Fatal(err)
	}
	if dir != "" {
		results, err := reuse.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		base.UseGroups(results, "test")
	}
	return prog, base
}

// TestEdits edits a program and builds it again and again over one store, of which parts get lost: it must come out as without a store.
func TestEdits(t *testing.T) {
	w := &workspace{t: t, dir: t.TempDir()}
	if err := os.CopyFS(w.dir, os.DirFS("testdata/edits")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.dir, "go"), []byte("go1.26"), 0o666); err != nil {
		t.Fatal(err)
	}
	std, dir := t.TempDir(), t.TempDir()
	on := map[string]bool{}
	check := func(e edit) (made []string) {
		w.apply(e, on[e.name])
		on[e.name] = !on[e.name]
		want, _ := w.compile(std, "")
		got, made := w.compile(std, dir)
		if !bytes.Equal(got, want) {
			t.Fatalf("%s (%v): differs with a store", e.name, on)
		}
		return made
	}
	check(edits[0])
	if made := check(edits[0]); len(made) > 0 {
		t.Errorf("unchanged: something is made of %v", made)
	}
	if made := check(edits[1]); !slices.Equal(made, []string{"main"}) {
		t.Errorf("after an edit of main: something is made of %v", made)
	}
	exe := filepath.Join(t.TempDir(), "a.out")
	data, _ := w.compile(std, dir)
	if err := os.WriteFile(exe, data, 0o777); err != nil {
		t.Fatal(err)
	}
	if text, err := exec.Command(exe).CombinedOutput(); err != nil || !strings.HasSuffix(string(text), "MAIN\n") {
		t.Errorf("%v\n%s", err, text)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	steps := 60
	if testing.Short() {
		steps = 4
	}
	list := rnd.Perm(len(edits))
	for i := range steps {
		if i >= len(list) {
			list = append(list, rnd.IntN(len(edits)))
		}
		check(edits[list[i]])
		if rnd.IntN(3) == 0 {
			files, _ := filepath.Glob(filepath.Join(dir, "results/*/*"))
			for _, name := range files {
				if rnd.IntN(4) == 0 {
					os.Remove(name)
				}
			}
		}
	}
}
