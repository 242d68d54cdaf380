package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSplitSpec(t *testing.T) {
	for _, c := range [][3]string{
		{"main.f", "main.f", ""}, {"main.f:prove", "main.f", "prove"}, {"main.(*T).m:*", "main.(*T).m", "*"},
		{"main.f[func(x:int)]", "main.f[func(x:int)]", ""}, {"main.f[a:b]:gvn,cfg", "main.f[a:b]", "gvn,cfg"},
	} {
		if name, passes := splitSpec(c[0]); name != c[1] || passes != c[2] {
			t.Errorf("%s: %q and %q", c[0], name, passes)
		}
	}
}

// TestSSA makes the pages of a function and of two settings.
func TestSSA(t *testing.T) {
	dir := t.TempDir()
	const src = `package main

//go:noinline
func sum(list []int) (s int) {
	for i := range list {
		s += list[i]
	}
	return s
}

func main() { println(sum([]int{1, 2, 3})) }
`
	if err := os.WriteFile(filepath.Join(dir, "x.go"), []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	page := func(name string, want ...string) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
			return
		}
		for _, w := range want {
			if !strings.Contains(string(text), w) {
				t.Errorf("%s does not contain %q", name, w)
			}
		}
	}
	if r := invoke(t, dir, self, "ssa", "-func", "main.sum", "-pass", "prove", "x.go"); r.code != 0 {
		t.Errorf("ssa: %+v", r)
	}
	page("ssa.html", "main.sum", `"name":"AST"`, `"name":"prove"`, `"name":"assembly"`, "s += list[i]", `\u003csvg`)
	if r := invoke(t, dir, self, "ssa", "-func", "main.sum", "-o", "diff.html", "-diff=-gcflags=-d=ssa/prove/off", "x.go"); r.code != 0 {
		t.Errorf("ssa -diff: %+v", r)
	}
	page("diff.html", "-d=ssa/prove/off", "absent")
	if r := invoke(t, dir, self, "ssa", "-func", "main.nothing", "x.go"); r.code == 0 || !strings.Contains(r.stderr, "no function main.nothing") {
		t.Errorf("ssa of nothing: %+v", r)
	}
	if r := invoke(t, dir, self, "build", "-gcflags=-d=ssa/barriers/off", "x.go"); r.code == 0 {
		t.Error("a pass that is required can be switched off")
	}
}
