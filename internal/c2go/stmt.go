package c2go

import (
	"fmt"
	"strings"

	"modernc.org/cc/v4"
)

// target is where break and continue lead.
type target struct {
	loop     bool
	brk      string // label to go to; empty: Go's own break
	cont     string // label to go to; empty: Go's own continue
	before   func() // emits what comes in front of Go's continue
	brkUsed  bool
	contUsed bool
}

// body translates the statements of a function.
func (f *fn) body(fd *cc.FunctionDefinition) {
	if f.facts.setjmp > 0 {
		f.jumpBody(fd)
		return
	}
	last := f.items(fd.CompoundStatement)
	if !last {
		f.finish(fd)
	}
}

// finish ends a function that falls off its end.
func (f *fn) finish(at cc.Node) {
	r := f.typ.Result()
	if f.facts.framed {
		f.emit("libc.SP = bp")
	}
	if !isVoid(r) {
		f.emit("return %s", f.zero(at, r))
	}
}

// items translates the items of a block, and reports whether the last one is a jump.
func (f *fn) items(b *cc.CompoundStatement) (jumps bool) {
	defer f.inside(b)()
	for l := b.BlockItemList; l != nil; l = l.BlockItemList {
		jumps = false
		switch it := l.BlockItem; it.Case {
		case cc.BlockItemDecl:
			f.declaration(it.Declaration)
		case cc.BlockItemStmt:
			f.statement(it.Statement)
			jumps = isJump(it.Statement)
		case cc.BlockItemFuncDef:
			fail(it, "nested functions cannot be translated")
		}
	}
	return jumps
}

// inside notes that what is translated until the function it gives is called lies in n.
func (f *fn) inside(n cc.Node) func() {
	f.around = append(f.around, n)
	return func() { f.around = f.around[:len(f.around)-1] }
}

// isJump reports whether control never passes a statement's end, as far as that is obvious.
func isJump(s *cc.Statement) bool {
	switch s.Case {
	case cc.StatementJump:
		return true
	case cc.StatementCompound:
		var last *cc.BlockItem
		for l := s.CompoundStatement.BlockItemList; l != nil; l = l.BlockItemList {
			last = l.BlockItem
		}
		return last != nil && last.Case == cc.BlockItemStmt && isJump(last.Statement)
	case cc.StatementLabeled:
		return isJump(s.LabeledStatement.Statement)
	}
	return false
}

// block translates a compound statement.
func (f *fn) block(b *cc.CompoundStatement) {
	if f.facts.flat[b] {
		f.items(b)
		return
	}
	f.emit("{")
	f.items(b)
	f.emit("}")
}

// nested translates a statement that Go wants in braces, without them.
func (f *fn) nested(s *cc.Statement) {
	if s.Case == cc.StatementCompound {
		f.items(s.CompoundStatement)
		return
	}
	f.statement(s)
}

func (f *fn) statement(s *cc.Statement) {
	switch s.Case {
	case cc.StatementLabeled:
		f.labeled(s.LabeledStatement)
	case cc.StatementCompound:
		f.block(s.CompoundStatement)
	case cc.StatementExpr:
		if s.ExpressionStatement.ExpressionList != nil {
			f.at(s)
			f.scoped(func() { f.discard(s.ExpressionStatement.ExpressionList) })
		}
	case cc.StatementSelection:
		f.at(s)
		f.selectionStatement(s.SelectionStatement)
	case cc.StatementIteration:
		f.at(s)
		f.iteration(s.IterationStatement)
	case cc.StatementJump:
		f.at(s)
		f.jump(s.JumpStatement)
	case cc.StatementAsm:
		f.asm(s.AsmStatement.Asm)
	}
}

// asm accepts the empty instruction, which programs use as a barrier for the compiler.
func (f *fn) asm(a *cc.Asm) {
	text := strings.Trim(a.Token3.SrcStr(), "\" \t")
	if text == "" {
		for l := a.AsmArgList; l != nil; l = l.AsmArgList {
			if l.AsmExpressionList != nil && l.AsmExpressionList.AssignmentExpression != nil && strings.Contains(cc.NodeSource(l), "=") {
				fail(a, "inline assembly cannot be translated")
			}
		}
		return
	}
	fail(a, "inline assembly cannot be translated")
}

// scoped runs g, which translates a statement without labels, and keeps its temporaries to itself.
func (f *fn) scoped(g func()) {
	if !f.facts.hoist || f.facts.setjmp > 0 {
		g()
		return
	}
	f.facts.hoist = false
	lines := f.sub(g)
	f.facts.hoist = true
	braces := false
	for _, s := range lines {
		braces = braces || strings.HasPrefix(s, "var ")
	}
	if braces {
		f.emit("{")
		f.lines = append(f.lines, lines...)
		f.emit("}")
		return
	}
	f.lines = append(f.lines, lines...)
}

// label emits a label if something goes there.
func (f *fn) label(name string) {
	if f.facts.labels[name] > 0 {
		f.emit("%s:", name)
	}
}

// jumpTo emits a goto.
func (f *fn) jumpTo(name string) {
	f.emit("goto %s", name)
	f.usedLabels[name] = 1
}

// newLabel makes a label's name. Numbers are the same in every run.
func (f *fn) newLabel() string {
	f.labels++
	return fmt.Sprintf("_l%d", f.labels)
}

func userLabel(name string) string { return "l_" + name }

func (f *fn) labeled(s *cc.LabeledStatement) {
	switch s.Case {
	case cc.LabeledStatementLabel:
		f.label(userLabel(s.Token.SrcStr()))
	default:
		if name := f.cases[s]; name != "" {
			f.label(name)
		}
	}
	f.statement(s.Statement)
}

func (f *fn) jump(j *cc.JumpStatement) {
	switch j.Case {
	case cc.JumpStatementGoto:
		f.jumpTo(userLabel(j.Token2.SrcStr()))
	case cc.JumpStatementGotoExpr:
		f.computedGoto(j)
	case cc.JumpStatementContinue:
		for i := len(f.targets) - 1; i >= 0; i-- {
			if t := &f.targets[i]; t.loop {
				if t.cont != "" {
					f.jumpTo(t.cont)
				} else {
					if t.before != nil {
						t.before()
					}
					f.emit("continue")
				}
				return
			}
		}
		fail(j, "continue outside a loop")
	case cc.JumpStatementBreak:
		if len(f.targets) == 0 {
			fail(j, "break outside a loop or switch")
		}
		if t := &f.targets[len(f.targets)-1]; t.brk != "" {
			f.jumpTo(t.brk)
		} else {
			f.emit("break")
		}
	case cc.JumpStatementReturn:
		f.scoped(func() { f.returns(j) })
	}
}

func (f *fn) returns(j *cc.JumpStatement) {
	r := f.typ.Result()
	if j.ExpressionList == nil {
		f.leave()
		if f.facts.setjmp > 0 {
			f.emit("return true")
		} else if isVoid(r) {
			f.emit("return")
		} else {
			f.emit("return %s", f.zero(j, r))
		}
		return
	}
	if isVoid(r) {
		f.discard(j.ExpressionList)
		f.leave()
		if f.facts.setjmp > 0 {
			f.emit("return true")
		} else {
			f.emit("return")
		}
		return
	}
	v := f.convert(j, f.expr(j.ExpressionList), r)
	v.s = f.plain(j, v)
	v.cond = false
	if f.facts.framed {
		v = f.temp(j, v)
		f.leave()
	}
	if f.facts.setjmp > 0 {
		f.emit("_result = %s", v.s)
		f.emit("return true")
		return
	}
	f.emit("return %s", v.s)
}

// leave gives the frame back.
func (f *fn) leave() {
	if f.facts.framed {
		f.emit("libc.SP = bp")
	}
}

func (f *fn) selectionStatement(s *cc.SelectionStatement) {
	if s.Case == cc.SelectionStatementSwitch {
		f.switchStatement(s)
		return
	}
	c := f.truth(s, f.expr(s.ExpressionList))
	if f.facts.flat[s] {
		f.flatIf(s, c)
		return
	}
	defer f.inside(s)()
	yes := f.sub(func() { f.nested(s.Statement) })
	f.line = ""
	var no []string
	if s.Case == cc.SelectionStatementIfElse {
		no = f.sub(func() { f.nested(s.Statement2) })
		f.line = ""
	}
	f.emit("if %s {", c.s)
	f.lines = append(f.lines, yes...)
	if len(no) > 0 {
		f.emit("} else {")
		f.lines = append(f.lines, no...)
	}
	f.emit("}")
}

func (f *fn) flatIf(s *cc.SelectionStatement, c value) {
	defer f.inside(s)()
	otherwise, end := f.newLabel(), f.newLabel()
	f.emit("if %s {", not(c).s)
	f.jumpTo(otherwise)
	f.emit("}")
	f.nested(s.Statement)
	if s.Case == cc.SelectionStatementIfElse {
		f.jumpTo(end)
	}
	f.label(otherwise)
	if s.Case == cc.SelectionStatementIfElse {
		f.nested(s.Statement2)
		f.label(end)
	}
}

// condition translates a loop's condition; without one it is true.
func (f *fn) condition(n cc.ExpressionNode) (lines []string, c value) {
	c = value{s: "true", cond: true, prec: precPrimary, same: true}
	if n != nil {
		lines = f.sub(func() { c = f.truth(n, f.expr(n)) })
	}
	return
}

func (f *fn) iteration(s *cc.IterationStatement) {
	defer f.inside(s)()
	cond, post := s.ExpressionList, cc.ExpressionNode(nil)
	switch s.Case {
	case cc.IterationStatementFor:
		if s.ExpressionList != nil {
			f.discard(s.ExpressionList)
		}
		cond, post = s.ExpressionList2, s.ExpressionList3
	case cc.IterationStatementForDecl:
		f.declaration(s.Declaration)
		cond, post = s.ExpressionList, s.ExpressionList2
	}
	switch {
	case f.facts.flat[s]:
		f.flatLoop(s, cond, post)
	case s.Case == cc.IterationStatementDo:
		f.doLoop(s)
	default:
		f.loop(s, cond, post)
	}
}

// loop is a while or for loop as a loop of Go.
func (f *fn) loop(s *cc.IterationStatement, cond, post cc.ExpressionNode) {
	lines, c := f.condition(cond)
	t := target{loop: true}
	var after []string
	if post != nil {
		after = f.sub(func() { f.discard(post) })
		if len(after) != 1 || !isSimple(after[0]) {
			t.before = func() { f.discard(post) }
		}
	}
	head := "for "
	switch {
	case len(lines) > 0:
		head += "{"
	case post != nil && t.before == nil:
		head += "; " + strings.TrimSuffix(c.s, "true") + "; " + after[0] + " {"
	case c.s == "true":
		head += "{"
	default:
		head += c.s + " {"
	}
	if len(lines) > 0 && post != nil && t.before == nil {
		head = "for ; ; " + after[0] + " {"
	}
	f.emit("%s", head)
	if len(lines) > 0 {
		f.lines = append(f.lines, lines...)
		f.emit("if %s {", not(c).s)
		f.emit("break")
		f.emit("}")
	}
	f.targets = append(f.targets, t)
	f.nested(s.Statement)
	f.targets = f.targets[:len(f.targets)-1]
	if t.before != nil && !isJump(s.Statement) {
		f.line = ""
		t.before()
	}
	f.emit("}")
	f.line = ""
}

// isSimple tells of statements that can stand at the end of a for clause.
func isSimple(s string) bool {
	for _, p := range []string{"if ", "var ", "for ", "{", "goto ", "//", "panic("} {
		if strings.HasPrefix(s, p) {
			return false
		}
	}
	return !strings.Contains(s, "{")
}

// doLoop is a do loop as a loop of Go.
func (f *fn) doLoop(s *cc.IterationStatement) {
	lines, c := f.condition(s.ExpressionList)
	once := c.s == "false" && len(lines) == 0
	if once && !hasBreak(s.Statement) && !hasContinue(s.Statement) {
		f.statement(s.Statement)
		return
	}
	t := target{loop: true}
	again := hasContinue(s.Statement)
	switch {
	case !again:
		f.emit("for {")
	case len(lines) == 0:
		f.temps++
		ok := fmt.Sprintf("_ok%d", f.temps)
		f.emit("for %s := true; %s; %s = %s {", ok, ok, ok, c.s)
	default:
		if !f.facts.flat[s] {
			f.facts.flat[s] = true
			f.facts.needHoist = true
			f.facts.changed = true
		}
		return
	}
	f.targets = append(f.targets, t)
	f.nested(s.Statement)
	f.targets = f.targets[:len(f.targets)-1]
	f.line = ""
	if !again {
		switch {
		case once:
			if !isJump(s.Statement) {
				f.emit("break")
			}
		case c.s == "true" && len(lines) == 0:
		default:
			lines, c = f.condition(s.ExpressionList)
			f.lines = append(f.lines, lines...)
			f.emit("if %s {", not(c).s)
			f.emit("break")
			f.emit("}")
		}
	}
	f.emit("}")
}

// flatLoop is a loop that something jumps into.
func (f *fn) flatLoop(s *cc.IterationStatement, cond, post cc.ExpressionNode) {
	top, cont, end := f.newLabel(), f.newLabel(), f.newLabel()
	test := func(to string, yes bool) {
		lines, c := f.condition(cond)
		f.lines = append(f.lines, lines...)
		if !yes {
			c = not(c)
		}
		if c.s == "false" {
			return
		}
		f.emit("if %s {", c.s)
		f.jumpTo(to)
		f.emit("}")
	}
	f.label(top)
	if s.Case != cc.IterationStatementDo {
		test(end, false)
	}
	f.targets = append(f.targets, target{loop: true, brk: end, cont: cont})
	f.nested(s.Statement)
	f.targets = f.targets[:len(f.targets)-1]
	f.line = ""
	f.label(cont)
	if s.Case == cc.IterationStatementDo {
		test(top, true)
	} else {
		if post != nil {
			f.scoped(func() { f.discard(post) })
		}
		f.jumpTo(top)
	}
	f.label(end)
}

// statementExpression is ({ ... }): its value is that of the last statement.
func (f *fn) statementExpression(b *cc.CompoundStatement) value {
	v := value{t: f.u.ast.Void, prec: precPrimary, same: true}
	for l := b.BlockItemList; l != nil; l = l.BlockItemList {
		it := l.BlockItem
		switch it.Case {
		case cc.BlockItemDecl:
			f.declaration(it.Declaration)
		case cc.BlockItemStmt:
			s := it.Statement
			if l.BlockItemList == nil && s.Case == cc.StatementExpr && s.ExpressionStatement.ExpressionList != nil {
				v = f.expr(s.ExpressionStatement.ExpressionList)
				if isVoid(v.t) {
					return f.void(s, v)
				}
				return f.temp(s, v)
			}
			f.statement(s)
		}
	}
	return v
}
