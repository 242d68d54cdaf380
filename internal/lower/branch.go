package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"strata/internal/ssa"
)

func (b *builder) labelStmt(s *ast.LabeledStmt) {
	label, _ := b.info.Defs[s.Label].(*types.Label)
	if b.isGotoLabel(label) {
		blk := b.labelBlock(label)
		b.jump(blk)
		b.setBlock(blk)
		b.ext.labelled = true
	}
	b.labelledStmt(s.Stmt, label)
}

// isGotoLabel tells whether a goto leads to the label: others need no block.
func (b *builder) isGotoLabel(l *types.Label) bool {
	if b.ext.gotos == nil {
		b.ext.gotos = map[*types.Label]bool{}
		root := b.fi.node
		ast.Inspect(root, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return n == root
			case *ast.BranchStmt:
				if n.Tok == token.GOTO {
					to, _ := b.info.Uses[n.Label].(*types.Label)
					b.ext.gotos[to] = true
				}
			}
			return true
		})
	}
	return b.ext.gotos[l]
}

// labelBlock is the block that a label names. It is sealed at the end of the function: gotos may come from anywhere.
func (b *builder) labelBlock(l *types.Label) *ssa.Block {
	if blk := b.ext.labels[l]; blk != nil {
		return blk
	}
	if b.ext.labels == nil {
		b.ext.labels = map[*types.Label]*ssa.Block{}
	}
	blk := b.newBlock()
	b.ext.labels[l] = blk
	return blk
}

func (b *builder) branchStmt(s *ast.BranchStmt) {
	var label *types.Label
	if s.Label != nil {
		label, _ = b.info.Uses[s.Label].(*types.Label)
	}
	if s.Tok == token.FALLTHROUGH {
		b.jump(b.ext.fallthru)
		return
	}
	b.leaveTo(exitKey{label, s.Tok})
}

// exitKey is a place that a branch statement names: label may be nil for break and continue.
type exitKey struct {
	label *types.Label
	tok   token.Token
}

// leaveTo branches to a place in this function, or out of the body of a range over a function.
func (b *builder) leaveTo(key exitKey) {
	if to := b.findTarget(key); to != nil {
		b.jump(to)
		return
	}
	b.leaveBody(b.exitID(key))
}

// findTarget finds the block of a branch inside this function, nil if it is further out.
func (b *builder) findTarget(key exitKey) *ssa.Block {
	if key.tok == token.GOTO {
		if b.ext.rng != nil && !b.ext.rng.contains(key.label.Pos()) {
			return nil
		}
		return b.labelBlock(key.label)
	}
	for i := len(b.ext.targets) - 1; i >= 0; i-- {
		t := b.ext.targets[i]
		if key.label != nil && t.label != key.label {
			continue
		}
		if key.tok == token.BREAK {
			return t.brk
		}
		if t.cont != nil {
			return t.cont
		}
	}
	return nil
}

// returnStmt evaluates the results. With deferred functions they go through the result variables, which those may change.
func (b *builder) returnStmt(s *ast.ReturnStmt) {
	if b.ext.rng != nil {
		b.returnFromBody(s)
		return
	}
	if len(s.Results) == 0 {
		b.leave()
		return
	}
	vals := b.returnVals(s, b.results)
	if !b.fi.hasDefer && !b.f.Debug { // a debugger reads results where the variables were
		b.ret(vals)
		return
	}
	b.setResults(vals)
	b.leave()
}

// returnVals evaluates the operands of a return statement, converted to the types of the results.
func (b *builder) returnVals(s *ast.ReturnStmt, results []*types.Var) []val {
	var vals []val
	if len(s.Results) == 1 && len(results) > 1 {
		for i, v := range b.exprMulti(s.Results[0]) {
			vals = append(vals, b.convert(v, b.typ(results[i].Type()), s.Return))
		}
	} else {
		ts := make([]types.Type, len(results))
		for i, r := range results {
			ts[i] = b.typ(r.Type())
		}
		vals = b.exprs(s.Results, ts)
	}
	b.setPos(s.Return)
	return vals
}

// setResults stores return values; operands may refer to the result variables themselves.
func (b *builder) setResults(vals []val) {
	if len(vals) > 1 {
		for i := range vals {
			vals[i] = b.snapshot(vals[i])
		}
	}
	for i, r := range b.results {
		b.assignVar(b.vars[r], vals[i])
	}
}

// leave returns what the result variables hold, after running deferred calls.
func (b *builder) leave() {
	if b.cur == nil {
		return
	}
	if b.fi != nil && b.fi.hasDefer {
		b.runDeferred(false)
	}
	b.ret(b.resultVals())
}

func (b *builder) resultVals() []val {
	vals := make([]val, len(b.results))
	for i, r := range b.results {
		vals[i] = b.readVar(b.vars[r])
	}
	return vals
}

// fallOff returns at the closing brace.
func (b *builder) fallOff() {
	if b.ext.rng != nil {
		b.jump(b.ext.rng.cont)
		return
	}
	b.leave()
}
