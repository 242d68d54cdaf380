package design

import (
	"strings"
	"testing"
)

// Every row names all dimensions, every conflict real variants, and no era is impossible.
func TestTables(t *testing.T) {
	for _, e := range Eras() {
		for _, d := range Dimensions {
			if err := known(d.Name, e.designs[d.Name]); err != nil {
				t.Errorf("era %s: %v", e.Name, err)
			}
		}
		if err := e.designs.Check(); err != nil {
			t.Errorf("era %s: %v", e.Name, err)
		}
	}
	for _, c := range conflicts {
		for _, p := range [][2]string{{c.dim1, c.variant1}, {c.dim2, c.variant2}} {
			if err := known(p[0], p[1]); err != nil {
				t.Error(err)
			}
		}
	}
	if got, want := Default().String(), Eras()[len(Eras())-1].designs.String(); got != want {
		t.Errorf("the default is %s, now is %s", got, want)
	}
}

func TestLookupEra(t *testing.T) {
	for name, want := range map[string]string{
		"1.0": "1.0", "1.3": "1.2", "1.12": "1.9", "1.26": "1.20", "now": "now", "1.": "", "2.0": "", "1.x": "", "go1.5": "",
	} {
		e, err := LookupEra(name)
		if e.Name != want || (err == nil) != (want != "") {
			t.Errorf("%s: got %q, %v; want %q", name, e.Name, err, want)
		}
	}
}

func TestChoice(t *testing.T) {
	tests := []struct {
		flags string // in this order
		want  string // what some dimensions come to, or part of the error
	}{
		{"", "backend=ssa regalloc=split gc=" + Default()["gc"]},
		{"gc=dijkstra", "gc=dijkstra backend=ssa"},
		{"era=1.9 gc=stw", "gc=stw preempt=cooperative"},
		{"gc=stw era=1.9", "gc=stw preempt=cooperative"},
		{"era=1.5 backend=ssa", "backend=ssa regalloc=split gc=dijkstra"},
		{"backend=classic", "backend=classic regalloc=none"},
		{"regalloc=none", "backend=classic regalloc=none"},
		{"regalloc=split backend=classic", "cannot be had together: the classic back end"},
		{"gc=best", "there is dijkstra, hybrid"},
		{"gc=none", "gc=none assist=on"},
		{"gc=stw assist=off", "cannot be had together: a collector that marks while the world stands still"},
		{"assist=capped", "assist=capped gc=hybrid"},
		{"assist=capped:80us", "assist=capped:80us"},
		{"assist=capped:soon", "invalid duration"},
		{"assist=capped:-1us", "is no time"},
		{"assist=off:1us", "takes no argument"},
		{"era=1.17", "limit=none gc=hybrid"},
		{"era=1.18 limit=soft", "limit=soft abi=register"},
		{"era=1.19", "limit=soft"},
		{"era=0.9", `no era "0.9"`},
	}
	for _, test := range tests {
		c, err := ParseChoice(test.flags)
		set, _ := c.Designs()
		got := set.String()
		if err != nil {
			got = err.Error()
		}
		for _, w := range strings.Fields(test.want) {
			if !strings.Contains(got, w) {
				t.Errorf("%s: got %s, want %s", test.flags, got, test.want)
				break
			}
		}
	}
}

// Facts say what the variants do together.
func TestFacts(t *testing.T) {
	e, err := LookupEra("1.14")
	if err != nil {
		t.Fatal(err)
	}
	f := e.designs.Facts()
	if f.MemoryLimit || f.WriteBarrier != HybridBarrier || !f.AsyncPreempt || !f.PollsAtPrologue || !f.AllocsRegisters || f.RegisterABI || f.RescansStacks {
		t.Errorf("1.14: %+v", f)
	}
}

// A fact that depends on an argument.
func TestArgument(t *testing.T) {
	s, err := Default().With("assist", "capped:2ms")
	if f := s.Facts(); err != nil || f.AssistCap != 2e6 || f.NoAssists {
		t.Errorf("capped:2ms: %+v, %v", f, err)
	}
	if src := string(s.Sources()["runtime/internal/design/design.go"]); !strings.Contains(src, "AssistCap = 2000000\n") {
		t.Error("the runtime is not told:", src)
	}
}

// Every pair of variants that can be had together is in one of the combinations, and all of these are possible.
func TestPairs(t *testing.T) {
	sets := Pairs()
	for _, s := range sets {
		if err := s.Check(); err != nil {
			t.Error(err)
		}
	}
	for i, d := range Dimensions {
		for _, e := range Dimensions[i+1:] {
			for _, v := range d.Variants {
				for _, w := range e.Variants {
					possible := complete([]choice{{d.Name, v.Name}, {e.Name, w.Name}}) != nil
					found := false
					for _, s := range sets {
						found = found || s[d.Name] == v.Name && s[e.Name] == w.Name
					}
					if found != possible {
						t.Errorf("-%s=%s with -%s=%s: in a combination: %v, possible: %v", d.Name, v.Name, e.Name, w.Name, found, possible)
					}
				}
			}
		}
	}
	if n := len(sets); n > 35 {
		t.Errorf("%d combinations; pairs need about as many as the two longest dimensions multiplied", n)
	}
}
