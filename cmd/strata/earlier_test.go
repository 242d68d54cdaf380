package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"strata/internal/reuse"
)

// edited is a module that is changed step by step.
type edited struct {
	t    *testing.T
	dir  string
	env  []string
	args []string
}

func (m *edited) write(name, text string) {
	m.t.Helper()
	name = filepath.Join(m.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		m.t.Fatal(err)
	}
}

// build makes the executable and gives what that prints.
func (m *edited) build() string {
	m.t.Helper()
	time.Sleep(50 * time.Millisecond) // what changes while a build begins is not kept
	cmd := exec.Command(os.Args[0], append([]string{"build", "-o", "out"}, m.args...)...)
	cmd.Dir = m.dir
	cmd.Env = append(os.Environ(), m.env...)
	if text, err := cmd.CombinedOutput(); err != nil || len(text) > 0 {
		m.t.Fatalf("%v\n%s", err, text)
	}
	text, err := exec.Command(filepath.Join(m.dir, "out")).CombinedOutput()
	if err != nil {
		m.t.Fatal(err)
	}
	return string(text)
}

func (m *edited) replace(name, old, text string) {
	data, err := os.ReadFile(filepath.Join(m.dir, name))
	if err != nil || !strings.Contains(string(data), old) {
		m.t.Fatalf("%s: no %q: %v", name, old, err)
	}
	m.write(name, strings.Replace(string(data), old, text, 1))
}

var editedFiles = map[string]string{
	"go.mod":       "module example.com/m\n\ngo 1.26\n\nrequire example.com/r v1.0.0\n\nreplace example.com/r => ./r1\n",
	"r1/go.mod":    "module example.com/r\n",
	"r1/r.go":      "package r\n\nconst R = \"r1\"\n",
	"r2/go.mod":    "module example.com/r\n",
	"r2/r.go":      "package r\n\nconst R = \"r2\"\n",
	"p/p.go":       "package p\n\nimport _ \"unsafe\"\n\nvar Parts []string\n\nfunc F() string { return \"one\" }\n",
	"p/ignored.go": "//go:build ignore\n\npackage p\n\nfunc init() { Parts = append(Parts, \"ignored\") }\n",
	"p/tagged.go":  "//go:build special\n\npackage p\n\nfunc init() { Parts = append(Parts, \"special\") }\n",
	"files/a.txt":  "text",
	"main.go": `package main

import (
	"embed"

	"example.com/m/p"
	"example.com/r"
)

//go:embed files/*
var files embed.FS

var V = "unset"

func main() {
	print(p.F(), " ", r.R, " ", V)
	for _, s := range p.Parts {
		print(" ", s)
	}
	list, _ := files.ReadDir("files")
	for _, e := range list {
		data, _ := files.ReadFile("files/" + e.Name())
		print(" ", e.Name(), "=", string(data))
	}
}
`,
}

// TestUnchanged builds a module again and again: what an earlier build made stands if nothing has changed, and only then.
func TestUnchanged(t *testing.T) {
	dir := t.TempDir()
	m := &edited{t: t, dir: dir, args: []string{"."}, env: []string{withCompiler + "=1", "GOFLAGS=-mod=mod", "GOWORK=off", "STRATACACHE=" + filepath.Join(dir, ".cache"), "PWD=" + dir}}
	for name, text := range editedFiles {
		m.write(name, text)
	}
	out := filepath.Join(dir, "out")
	last := reuse.State{}
	for _, step := range []struct {
		name string
		do   func()
		want string
		same bool // the executable stays as it is
		long bool
	}{
		{name: "first", do: func() {}, want: "one r1 unset a.txt=text"},
		{name: "again", do: func() {}, want: "one r1 unset a.txt=text", same: true},
		{name: "touched", do: func() { now := time.Now(); os.Chtimes(filepath.Join(dir, "p/p.go"), now, now) }, want: "one r1 unset a.txt=text", same: true},
		{name: "again after touch", do: func() {}, want: "one r1 unset a.txt=text", same: true},
		{name: "a file that is no part", do: func() { m.write("p/notes.txt", "x") }, want: "one r1 unset a.txt=text", same: true},
		{name: "same size and time", do: func() {
			name := filepath.Join(dir, "p/p.go")
			st, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			m.replace("p/p.go", "one", "two")
			os.Chtimes(name, st.ModTime(), st.ModTime())
		}, want: "two r1 unset a.txt=text"},
		{name: "embedded file", do: func() { m.write("files/a.txt", "TEXT") }, want: "two r1 unset a.txt=TEXT"},
		{name: "one more embedded file", do: func() { m.write("files/b.txt", "b") }, want: "two r1 unset a.txt=TEXT b.txt=b", long: true},
		{name: "constraint", do: func() { m.replace("p/ignored.go", "ignore", "linux") }, want: "two r1 unset ignored a.txt=TEXT b.txt=b"},
		{name: "tag", do: func() { m.args = []string{"-tags=special", "."} }, want: "two r1 unset ignored special a.txt=TEXT b.txt=b", long: true},
		{name: "no tag", do: func() { m.args = []string{"."} }, want: "two r1 unset ignored a.txt=TEXT b.txt=b", long: true},
		{name: "tag by environment", do: func() { m.env = append(m.env, "GOFLAGS=-mod=mod -tags=special") }, want: "two r1 unset ignored special a.txt=TEXT b.txt=b"},
		{name: "renamed", do: func() {
			m.env = append(m.env, "GOFLAGS=-mod=mod")
			os.Rename(filepath.Join(dir, "p/ignored.go"), filepath.Join(dir, "p/x_windows.go"))
		}, want: "two r1 unset a.txt=TEXT b.txt=b"},
		{name: "new file", do: func() {
			m.write("p/x_linux.go", "package p\n\nfunc init() { Parts = append(Parts, \"new\") }\n")
		}, want: "two r1 unset new a.txt=TEXT b.txt=b", long: true},
		{name: "go.mod", do: func() { m.replace("go.mod", "./r1", "./r2") }, want: "two r2 unset new a.txt=TEXT b.txt=b"},
		{name: "replaced module", do: func() { m.replace("r2/r.go", "r2", "r3") }, want: "two r3 unset new a.txt=TEXT b.txt=b", long: true},
		{name: "-X", do: func() { m.args = []string{"-ldflags=-X=main.V=set", "."} }, want: "two r3 set new a.txt=TEXT b.txt=b", long: true},
		{name: "output removed", do: func() { os.Remove(out) }, want: "two r3 set new a.txt=TEXT b.txt=b", long: true},
		{name: "output damaged", do: func() {
			data, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			data[len(data)/2] ^= 1
			os.WriteFile(out, data, 0o777)
		}, want: "two r3 set new a.txt=TEXT b.txt=b", long: true},
	} {
		if step.long && testing.Short() {
			step.want = ""
		}
		step.do()
		if got := m.build(); got != step.want && step.want != "" {
			t.Fatalf("%s: %q, want %q", step.name, got, step.want)
		}
		now := reuse.StateOf(out)
		if same := now == last; same != step.same {
			t.Errorf("%s: the executable is the same: %v", step.name, same)
		}
		last = now
	}
	results, err := filepath.Glob(filepath.Join(dir, ".cache/results/*/*"))
	if err != nil || len(results) == 0 {
		t.Fatal("no results are kept", err)
	}
	for _, name := range results { // what is kept is read with distrust
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		data[len(data)*2/3] ^= 4
		os.WriteFile(name, data, 0o600)
	}
	os.Remove(out)
	if got := m.build(); !strings.HasPrefix(got, "two ") {
		t.Errorf("from damaged results: %q", got)
	}
	os.Chmod(filepath.Join(dir, ".cache"), 0o777)
	cmd := exec.Command(os.Args[0], "build", "-o", "out", ".")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), m.env...)
	if text, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(text), "others can write") {
		t.Errorf("a cache that others can write to: %v\n%s", err, text)
	}
}
