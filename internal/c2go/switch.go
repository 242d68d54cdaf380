package c2go

import (
	"fmt"
	"strings"

	"modernc.org/cc/v4"
)

// mostValues is up to how many values of a range of cases are listed one by one.
const mostValues = 64

// switchStatement translates a switch: as one of Go, or, if flat, as a table of jumps in front of its body.
func (f *fn) switchStatement(s *cc.SelectionStatement) {
	v := f.expr(s.ExpressionList)
	t := f.promoted(v)
	v = f.convert(s, v, t)
	if !isInt(t) {
		fail(s, "switch of %s", t)
	}
	tag := f.plain(s, v)
	if v.c != nil {
		tag = f.typed(s, v)
	}
	wide := false
	for _, l := range caseLabels(s) {
		if l.Case == cc.LabeledStatementRange {
			lo, hi := f.caseRange(l, t)
			wide = wide || hi.i-lo.i > mostValues
		}
	}
	if wide {
		tag = f.temp(s, value{s: tag, t: t, prec: precPrimary}).s
	}
	head := "switch " + tag + " {"
	if wide {
		head = "switch {"
	}
	defer f.inside(s)()
	if f.facts.flat[s] {
		f.flatSwitch(s, t, head, tag, wide)
		return
	}
	f.targets = append(f.targets, target{})
	f.emit("%s", head)
	open, clauses := false, 0
	jumps := true
	for l := s.Statement.CompoundStatement.BlockItemList; l != nil; l = l.BlockItemList {
		it := l.BlockItem
		if it.Case == cc.BlockItemDecl {
			f.declaration(it.Declaration)
			jumps = false
			continue
		}
		if it.Case != cc.BlockItemStmt {
			continue
		}
		st := it.Statement
		var labels []*cc.LabeledStatement
		for st.Case == cc.StatementLabeled && st.LabeledStatement.Case != cc.LabeledStatementLabel {
			labels = append(labels, st.LabeledStatement)
			st = st.LabeledStatement.Statement
		}
		if len(labels) > 0 {
			if open && !jumps {
				f.emit("fallthrough")
			}
			f.caseHeads(labels, t, tag, wide)
			open = true
			clauses++
			f.line = ""
		}
		last := l.BlockItemList == nil
		if last && st.Case == cc.StatementJump && st.JumpStatement.Case == cc.JumpStatementBreak {
			jumps = true
			continue
		}
		f.statement(st)
		jumps = isJump(st)
	}
	f.emit("}")
	f.line = ""
	f.targets = f.targets[:len(f.targets)-1]
}

// caseHeads writes the heads of a clause with several labels. If default is one of them, the others are covered by it.
func (f *fn) caseHeads(labels []*cc.LabeledStatement, t cc.Type, tag string, wide bool) {
	var list []string
	for _, l := range labels {
		if l.Case == cc.LabeledStatementDefault {
			list = nil
			break
		}
		list = append(list, f.caseValues(l, t, tag, wide)...)
	}
	isDefault := false
	for _, l := range labels {
		isDefault = isDefault || l.Case == cc.LabeledStatementDefault
	}
	if isDefault {
		f.emit("default:")
		return
	}
	f.emit("case %s:", strings.Join(list, ", "))
}

// caseRange are the bounds of a label.
func (f *fn) caseRange(l *cc.LabeledStatement, t cc.Type) (lo, hi *constant) {
	get := func(n cc.ExpressionNode) *constant {
		c, ok := constantOf(n.Value())
		if !ok {
			fail(n, "case label is no constant")
		}
		return convertConstant(c, n.Type(), t)
	}
	lo = get(l.ConstantExpression)
	hi = lo
	if l.Case == cc.LabeledStatementRange {
		hi = get(l.ConstantExpression2)
	}
	return lo, hi
}

func (f *fn) caseValues(l *cc.LabeledStatement, t cc.Type, tag string, wide bool) []string {
	lo, hi := f.caseRange(l, t)
	if wide {
		if lo.i == hi.i {
			return []string{tag + " == " + literal(lo, t).s}
		}
		return []string{fmt.Sprintf("%s >= %s && %s <= %s", tag, literal(lo, t).s, tag, literal(hi, t).s)}
	}
	if hi == lo {
		v := f.expr(l.ConstantExpression)
		if v.c != nil && v.c.i == lo.i && isSigned(v.t) == isSigned(t) {
			return []string{v.s}
		}
		return []string{literal(lo, t).s}
	}
	var list []string
	for i := int64(lo.i); i <= int64(hi.i); i++ {
		list = append(list, literal(&constant{i: uint64(i)}, t).s)
	}
	if len(list) == 0 {
		fail(l, "empty range of cases")
	}
	return list
}

// flatSwitch jumps to the labels of a body that follows in the same block.
func (f *fn) flatSwitch(s *cc.SelectionStatement, t cc.Type, head, tag string, wide bool) {
	end := f.newLabel()
	otherwise := end
	f.emit("%s", head)
	if f.cases == nil {
		f.cases = map[*cc.LabeledStatement]string{}
	}
	for _, l := range caseLabels(s) {
		name := f.newLabel()
		f.cases[l] = name
		if l.Case == cc.LabeledStatementDefault {
			otherwise = name
			continue
		}
		f.emit("case %s:", strings.Join(f.caseValues(l, t, tag, wide), ", "))
		f.jumpTo(name)
	}
	f.emit("default:")
	f.jumpTo(otherwise)
	f.emit("}")
	f.targets = append(f.targets, target{brk: end})
	f.nested(s.Statement)
	f.targets = f.targets[:len(f.targets)-1]
	f.label(end)
}

// caseLabels are the case and default labels of a switch.
func caseLabels(s *cc.SelectionStatement) []*cc.LabeledStatement {
	var list []*cc.LabeledStatement
	for _, l := range s.LabeledStatements() {
		if l.Case != cc.LabeledStatementLabel && l.Switch() == s {
			list = append(list, l)
		}
	}
	return list
}
