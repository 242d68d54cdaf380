package pgo

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/pprof/profile"
)

// write makes a profile file of stacks of (function, line), innermost first, with weights.
func write(t *testing.T, startLine int64, stacks map[int64][]Site) string {
	p := &profile.Profile{SampleType: []*profile.ValueType{{Type: "samples", Unit: "count"}}, PeriodType: &profile.ValueType{}}
	funcs := map[string]*profile.Function{}
	for w, stack := range stacks {
		s := &profile.Sample{Value: []int64{w}}
		for _, at := range stack {
			f := funcs[at.Func]
			if f == nil {
				f = &profile.Function{ID: uint64(len(funcs) + 1), Name: at.Func, StartLine: startLine}
				funcs[at.Func] = f
				p.Function = append(p.Function, f)
			}
			l := &profile.Location{ID: uint64(len(p.Location) + 1), Line: []profile.Line{{Function: f, Line: startLine + int64(at.Line)}}}
			p.Location = append(p.Location, l)
			s.Location = append(s.Location, l)
		}
		p.Sample = append(p.Sample, s)
	}
	name := filepath.Join(t.TempDir(), "cpu.pprof")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := p.Write(f); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestRead(t *testing.T) {
	name := write(t, 10, map[int64][]Site{
		990: {{"main.leaf", 2}, {"main.mid", 3}, {"main.main", 1}},
		9:   {{"main.mid", 4}, {"main.main", 1}},
		1:   {{"main.rare", 0}, {"main.main", 7}, {"main.main", 7}},
	})
	p, err := Read(name)
	if err != nil {
		t.Fatal(err)
	}
	hot := Edge{Site{"main.mid", 3}, "main.leaf"}
	if p.Total != 1000 || p.Weight(hot) != 990 || !p.Hot(hot) {
		t.Errorf("total %d, weight of the hot call %d, hot %v", p.Total, p.Weight(hot), p.Hot(hot))
	}
	if rare := (Edge{Site{"main.main", 7}, "main.rare"}); p.Weight(rare) != 1 || p.Hot(rare) {
		t.Errorf("the rare call weighs %d, hot %v", p.Weight(rare), p.Hot(rare))
	}
	if w := p.Jumps[[2]string{"main.main", "main.mid"}]; w != 999 {
		t.Errorf("main's code calls mid's %d times", w)
	}
	if w := p.Jumps[[2]string{"main.main", "main.main"}]; w != 1 {
		t.Errorf("a recursive call counts %d times", w)
	}
	if w := p.Weight(Edge{Site{"main.main", 1}, "main.mid"}); w != 999 {
		t.Errorf("main calls mid %d times", w)
	}
	if l := p.Lines[Site{"main.mid", 4}]; l != 9 {
		t.Errorf("line 4 of mid ran %d times", l)
	}
	if c := p.Callees(Site{"main.main", 7}); len(c) != 2 || p.Physical["main.leaf"] != 990 {
		t.Errorf("callees %v, samples in leaf %d", c, p.Physical["main.leaf"])
	}
}

// TestNoStartLines wants an error for profiles that cannot be used.
func TestNoStartLines(t *testing.T) {
	if _, err := Read(write(t, 0, map[int64][]Site{5: {{"main.main", 1}}})); err == nil {
		t.Error("a profile without start lines was read")
	}
	if _, err := Read(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that does not exist was read")
	}
}

// TestOwn wants time in what a callee calls left out of the callee's own, and interruptions not taken for calls.
func TestOwn(t *testing.T) {
	p, err := Read(write(t, 10, map[int64][]Site{
		7: {{"main.leaf", 2}, {"main.mid", 3}, {"main.main", 1}},
		5: {{"runtime.asyncPreempt", 0}, {"main.mid", 4}, {"main.main", 1}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	mid := Edge{Site{"main.main", 1}, "main.mid"}
	if p.Weight(mid) != 12 || p.Own[mid] != 5 {
		t.Errorf("mid was on the stack in %d samples, %d of its own", p.Weight(mid), p.Own[mid])
	}
	if leaf := (Edge{Site{"main.mid", 3}, "main.leaf"}); p.Own[leaf] != 7 {
		t.Errorf("leaf has %d samples of its own", p.Own[leaf])
	}
	if p.Physical["main.mid"] != 5 || p.Lines[Site{"main.mid", 4}] != 5 || p.Physical["runtime.asyncPreempt"] != 0 {
		t.Errorf("samples in functions %v, at lines %v", p.Physical, p.Lines)
	}
}
