package c2go

import "modernc.org/cc/v4"

// Go has goto, but not into blocks, and not over declarations. A function in which C jumps into a block is flattened as far as
// needed: the statements around the label, up to the innermost one around both, become tests and jumps in one block. Then all
// variables are declared at the top.

// flow finds out what of a function must be flat.
func (u *unit) flow(fd *cc.FunctionDefinition, x *facts) {
	w := &walker{parents: map[cc.Node]cc.Node{}, labels: map[string]cc.Node{}, clauses: map[cc.Node]bool{}}
	w.compound(fd.CompoundStatement, nil)
	for _, g := range w.gotos {
		x.hoist = true
		l := w.labels[g.Token2.SrcStr()]
		if l == nil {
			fail(g, "label %s is not defined", g.Token2.SrcStr())
		}
		x.flatten(w, l, g)
	}
	if len(w.computed) > 0 {
		x.hoist = true
		for _, l := range w.labels {
			x.flatten(w, l, nil)
		}
		for _, g := range w.computed {
			x.flatten(w, g, nil)
		}
	}
	for _, s := range w.switches {
		if !plainSwitch(s) {
			x.hoist = true
			x.flat[s] = true
			for _, l := range caseLabels(s) {
				x.flatten(w, l, s)
			}
		} else if declares(s.Statement.CompoundStatement) {
			x.hoist = true
		}
	}
	// A flat switch around a label needs its cases in the same block, and so on outwards.
	for again := true; again; {
		again = false
		for _, s := range w.switches {
			if x.flat[s] {
				for _, l := range caseLabels(s) {
					again = x.flatten(w, l, s) || again
				}
			}
		}
		for _, g := range w.gotos {
			again = x.flatten(w, w.labels[g.Token2.SrcStr()], g) || again
		}
	}
}

// flatten makes the statements around label flat that are not around from.
func (x *facts) flatten(w *walker, label, from cc.Node) (changed bool) {
	around := map[cc.Node]bool{}
	for n := from; n != nil; n = w.parents[n] {
		around[n] = true
	}
	mark := func(n cc.Node) {
		if !x.flat[n] {
			x.flat[n] = true
			changed = true
		}
	}
	n := w.parents[label]
	defer func() {
		switch n.(type) {
		case *cc.SelectionStatement, *cc.IterationStatement: // label and jump are in different parts of it
			if from != nil && n != from {
				mark(n)
			}
		}
	}()
	for ; n != nil && !around[n]; n = w.parents[n] {
		mark(n)
		if w.clauses[n] { // one clause of a switch is flat only if all are
			body := w.parents[n]
			mark(body)
			mark(w.parents[body])
		}
	}
	return changed
}

// walker visits statements.
type walker struct {
	parents  map[cc.Node]cc.Node
	labels   map[string]cc.Node
	gotos    []*cc.JumpStatement
	computed []cc.Node
	switches []*cc.SelectionStatement
	clauses  map[cc.Node]bool // case labels that begin a clause of a switch: to Go a clause is a block
}

func (w *walker) compound(b *cc.CompoundStatement, parent cc.Node) {
	w.parents[b] = parent
	s, _ := parent.(*cc.SelectionStatement)
	isSwitch := s != nil && s.Case == cc.SelectionStatementSwitch && s.Statement.Case == cc.StatementCompound && s.Statement.CompoundStatement == b
	var block cc.Node = b
	for l := b.BlockItemList; l != nil; l = l.BlockItemList {
		if l.BlockItem.Case != cc.BlockItemStmt {
			continue
		}
		st := l.BlockItem.Statement
		if isSwitch && st.Case == cc.StatementLabeled && st.LabeledStatement.Case != cc.LabeledStatementLabel {
			block = st.LabeledStatement
			w.clauses[block] = true
			w.parents[block] = b
		}
		w.statement(st, block)
	}
}

func (w *walker) statement(s *cc.Statement, parent cc.Node) {
	switch s.Case {
	case cc.StatementLabeled:
		l := s.LabeledStatement
		if !w.clauses[l] {
			w.parents[l] = parent
		}
		if l.Case == cc.LabeledStatementLabel {
			w.labels[l.Token.SrcStr()] = l
		}
		w.statement(l.Statement, parent)
	case cc.StatementCompound:
		w.compound(s.CompoundStatement, parent)
	case cc.StatementExpr:
		w.parents[s] = parent
	case cc.StatementSelection:
		x := s.SelectionStatement
		w.parents[x] = parent
		if x.Case == cc.SelectionStatementSwitch {
			w.switches = append(w.switches, x)
		}
		w.statement(x.Statement, x)
		if x.Case == cc.SelectionStatementIfElse {
			w.statement(x.Statement2, x)
		}
	case cc.StatementIteration:
		x := s.IterationStatement
		w.parents[x] = parent
		w.statement(x.Statement, x)
	case cc.StatementJump:
		j := s.JumpStatement
		w.parents[j] = parent
		switch j.Case {
		case cc.JumpStatementGoto:
			w.gotos = append(w.gotos, j)
		case cc.JumpStatementGotoExpr:
			w.computed = append(w.computed, j)
		}
	}
}

// hasContinue and hasBreak report whether a loop's body has such a statement that means the loop.
func hasContinue(s *cc.Statement) bool { return hasJump(s, cc.JumpStatementContinue, true) }
func hasBreak(s *cc.Statement) bool    { return hasJump(s, cc.JumpStatementBreak, false) }

func hasJump(s *cc.Statement, what cc.JumpStatementCase, inSwitch bool) bool {
	switch s.Case {
	case cc.StatementLabeled:
		return hasJump(s.LabeledStatement.Statement, what, inSwitch)
	case cc.StatementCompound:
		for l := s.CompoundStatement.BlockItemList; l != nil; l = l.BlockItemList {
			if l.BlockItem.Case == cc.BlockItemStmt && hasJump(l.BlockItem.Statement, what, inSwitch) {
				return true
			}
		}
	case cc.StatementSelection:
		x := s.SelectionStatement
		if x.Case == cc.SelectionStatementSwitch && !inSwitch {
			return false
		}
		return hasJump(x.Statement, what, inSwitch) || x.Case == cc.SelectionStatementIfElse && hasJump(x.Statement2, what, inSwitch)
	case cc.StatementJump:
		return s.JumpStatement.Case == what
	}
	return false
}

// declares reports whether a block has declarations of its own.
func declares(b *cc.CompoundStatement) bool {
	for l := b.BlockItemList; l != nil; l = l.BlockItemList {
		if l.BlockItem.Case == cc.BlockItemDecl {
			return true
		}
	}
	return false
}

// plainSwitch reports whether a switch is one in Go's sense: its labels stand in its block itself.
func plainSwitch(s *cc.SelectionStatement) bool {
	if s.Statement.Case != cc.StatementCompound {
		return false
	}
	n := 0
	first := true
	for l := s.Statement.CompoundStatement.BlockItemList; l != nil; l = l.BlockItemList {
		it := l.BlockItem
		if it.Case != cc.BlockItemStmt {
			continue
		}
		st := it.Statement
		for st.Case == cc.StatementLabeled && st.LabeledStatement.Case != cc.LabeledStatementLabel {
			n++
			first = false
			st = st.LabeledStatement.Statement
		}
		for st.Case == cc.StatementLabeled {
			if st.LabeledStatement.Case != cc.LabeledStatementLabel {
				return false
			}
			st = st.LabeledStatement.Statement
		}
		if first {
			return false // statements in front of the first label
		}
	}
	return n == len(caseLabels(s))
}
