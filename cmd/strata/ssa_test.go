package main

import (
	"encoding/json"
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

// TestSSAProfiles compares a function under two profiles: a call that only the second one has seen is inlined on that side.
func TestSSAProfiles(t *testing.T) {
	dir := t.TempDir()
	const src = `package main

func mix(list []uint) (s uint) {
	for i, x := range list {
		s = s<<5 ^ s>>3 ^ x*uint(i)
		s += list[s%uint(len(list))] | list[x%uint(len(list))]
		s ^= list[(s+x)%uint(len(list))] * 3
		s += list[(s^x)%uint(len(list))] * 5
		s -= list[(s*x)%uint(len(list))] * 7
		s |= list[(s-x)%uint(len(list))] * 9
	}
	return s
}

func main() {
	list := []uint{1, 2, 3}
	for range 3 {
		list[0] += mix(list)
	}
	println(list[0], mix(list[1:]))
}
`
	if err := os.WriteFile(filepath.Join(dir, "hot.go"), []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
	writeProfile(t, filepath.Join(dir, "old.pprof"), stackFrame{"main.main", 15, 16})
	writeProfile(t, filepath.Join(dir, "new.pprof"), stackFrame{"main.mix", 3, 5}, stackFrame{"main.main", 15, 18})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r := invoke(t, dir, self, "ssa", "-func", "main.main", "-pgo=old.pprof", "-diff=-pgo=new.pprof", "hot.go")
	if r.code != 0 {
		t.Fatalf("%+v", r)
	}
	text, err := os.ReadFile(filepath.Join(dir, "ssa.html"))
	if err != nil {
		t.Fatal(err)
	}
	// explain follows the profile as well.
	for profile, want := range map[string]string{"old.pprof": "The call of mix stays a call", "new.pprof": "The call of mix is inlined"} {
		if r := invoke(t, dir, self, "explain", "-pgo="+profile, "hot.go:18"); !strings.Contains(r.stdout, want) {
			t.Errorf("explain -pgo=%s: %+v, want %q", profile, r, want)
		}
	}
	if calls := assemblyCalls(t, string(text), "main.mix(SB)"); calls != [2]int{2, 1} {
		t.Errorf("mix is called %d times under the first profile and %d under the second, want 2 and 1", calls[0], calls[1])
	}
}

// assemblyCalls counts the calls of a function in either side's assembly on a page that compares two.
func assemblyCalls(t *testing.T, page, callee string) (calls [2]int) {
	t.Helper()
	_, data, _ := strings.Cut(page, `id="data">`)
	data, _, _ = strings.Cut(data, "</script>")
	var p struct {
		Lines   []string
		Columns []struct {
			Name string
			Rows [][]int
		}
	}
	if err := json.Unmarshal([]byte(data), &p); err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Columns {
		if c.Name != "assembly" {
			continue
		}
		for _, r := range c.Rows {
			for side := range calls {
				if n := r[2*side]; n >= 0 && strings.Contains(p.Lines[n], "CALL") && strings.Contains(p.Lines[n], callee) {
					calls[side]++
				}
			}
		}
	}
	return calls
}
