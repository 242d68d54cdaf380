package ssahtml

import (
	"strings"
	"testing"

	"strata/internal/ssa"
)

const loop = `func "main.f" (i64) (i64) {
b0:
  v0 = Arg.i64 [0]
  v1 = Const.i64 [0]
  jump -> b1
b1: <- b0 b2
  v2 = Phi.i64 v1 v3
  v4 = Lt.bool v2 v0
  if v4 -> b2 b3 likely
b2: <- b1
  v3 = Add.i64 v2 v0
  jump -> b1
b3: <- b1
  ret v2
}
`

func recording(t *testing.T, text string) *Recording {
	t.Helper()
	f, err := ssa.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	r := &Recording{Func: "main.f"}
	if !r.Wanted(f) {
		t.Fatal("not wanted")
	}
	r.Record("start", f)
	return r
}

// TestGraph checks the drawing: forward edges lead down, the loop's edge is one back, nothing overlaps.
func TestGraph(t *testing.T) {
	r := recording(t, loop)
	g := newGraph(r.passes[0].blocks)
	if len(g.layers) != 3 {
		t.Errorf("%d layers", len(g.layers))
	}
	back := 0
	for _, e := range g.edges {
		from, to := e.path[0], e.path[len(e.path)-1]
		if e.back {
			back++
		} else if from.layer >= to.layer {
			t.Errorf("edge from layer %d to %d", from.layer, to.layer)
		}
	}
	if back != 1 {
		t.Errorf("%d edges back", back)
	}
	for _, l := range g.layers {
		for i := 1; i < len(l); i++ {
			if l[i-1].x+l[i-1].w/2 > l[i].x-l[i].w/2 {
				t.Errorf("%s and %s overlap", l[i-1].block.label(), l[i].block.label())
			}
		}
	}
	if s := g.svg(); strings.Count(s, "<rect") != 4 || !strings.Contains(s, `class="e back"`) {
		t.Errorf("drawing %s", s)
	}
}

// TestDiff compares texts that differ in one line and in all numbers.
func TestDiff(t *testing.T) {
	a := recording(t, loop)
	b := recording(t, strings.NewReplacer("v3", "v9", "Add", "Sub").Replace(loop))
	p := newPage("x")
	rows, same := p.sideBySide(a.passes[0].lines(), b.passes[0].lines())
	if same {
		t.Error("no difference found")
	}
	alone := 0
	for _, r := range rows {
		if r[0] < 0 || r[2] < 0 {
			alone++
			continue
		}
		x, y := p.data.Lines[r[0]], p.data.Lines[r[2]]
		if strings.Contains(x, "Add") != strings.Contains(y, "Add") && !strings.Contains(y, "Sub") {
			t.Errorf("%q faces %q", x, y)
		}
	}
	if want := len(a.passes[0].lines()); len(rows)-alone/2 > want+1 {
		t.Errorf("%d rows for %d lines, %d alone", len(rows), want, alone)
	}
	if _, same := p.sideBySide(a.passes[0].lines(), a.passes[0].lines()); !same {
		t.Error("a text differs from itself")
	}
}

// TestPage checks that a page is self-contained and that nothing in the data ends its script.
func TestPage(t *testing.T) {
	r := recording(t, loop)
	r.Listing("\t0x0000 00000 (/src/x.go:3)\tMOVQ\t$0, AX // </script>\n")
	var w strings.Builder
	if err := WritePage(&w, r, ""); err != nil {
		t.Fatal(err)
	}
	page := w.String()
	if n := strings.Count(page, "</script>"); n != 2 {
		t.Errorf("%d ends of scripts, want 2", n)
	}
	for _, bad := range []string{"http://", "https://", "{{"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page contains %q", bad)
		}
	}
	if r.asm[0].at != 3 || !strings.Contains(r.asm[0].text, "(x.go:3)") {
		t.Errorf("listing line %+v", r.asm[0])
	}
}
