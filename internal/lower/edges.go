package lower

import (
	"go/ast"

	"strata/internal/object"
	"strata/internal/ssa"
)

// Fuzzing is guided by counters of the ways that control takes: one in each body of statements, in the else and the default
// that a statement lacks, and in the second operand of && and ||. They have 8 bits, and stay above zero once they have been.

// counting tells whether this function has counters.
func (b *builder) counting() bool {
	return b.p.CountEdges != nil && b.pkg != nil && b.p.CountEdges(b.pkg)
}

// body is block for a body that control enters or does not.
func (b *builder) body(list []ast.Stmt) {
	b.edge()
	b.block(list)
}

// edge counts that control comes by.
func (b *builder) edge() {
	if b.cur == nil || !b.counting() {
		return
	}
	addr := b.opA(ssa.OpGlobalAddr, ssa.Ptr, int64(b.nedge), edgesSym(b.def))
	b.nedge++
	one := b.constInt(ssa.I8, 1)
	sum := b.op(ssa.OpAdd, ssa.I8, b.op(ssa.OpLoad, ssa.I8, addr), one)
	over := b.op(ssa.OpEq, ssa.Bool, sum, b.constInt(ssa.I8, 0))
	b.op(ssa.OpStore, ssa.Void, addr, b.op(ssa.OpSelect, ssa.I8, over, one, sum))
}

func edgesSym(d *FuncDef) string { return "go:edges." + d.Sym }

// defineEdges defines the function's counters.
func (b *builder) defineEdges() {
	if b.nedge == 0 {
		return
	}
	sym, size := edgesSym(b.def), int64(b.nedge)
	b.p.defineData(sym, func() ([]*object.Symbol, error) {
		return []*object.Symbol{{Name: sym, Kind: object.EdgeCounter, Flags: object.DupOK, Align: 1, Size: size}}, nil
	})
}
