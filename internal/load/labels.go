package load

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// The compiler checks labels and branches apart from types and words its errors differently from go/types; so
// does this file. go/types' errors about them are dropped (isBranchError).

// branchChecker checks one function body.
type branchChecker struct {
	errs   []*Error
	at     func(token.Pos) string
	labels map[string]*label
	gotos  []*ast.BranchStmt
	where  map[*ast.BranchStmt]*block
}

type label struct {
	stmt *ast.LabeledStmt
	in   *block
	used bool
}

// block is a list of statements with its own scope, and how a branch inside it may leave.
type block struct {
	outer *block
	start token.Pos
	decls []*ast.Ident // variables declared in this block, in order

	canBreak, canContinue bool // an unlabelled one, in this block or one around it
	name                  string
	breaks, continues     bool // whether name can be broken out of, or continued
}

// branchErrors checks the labels and branches of a file's functions. at prints a position inside a message.
func branchErrors(f *ast.File, at func(token.Pos) string) []*Error {
	var errs []*Error
	ast.Inspect(f, func(n ast.Node) bool {
		var body *ast.BlockStmt
		switch n := n.(type) {
		case *ast.FuncDecl:
			body = n.Body
		case *ast.FuncLit:
			body = n.Body
		}
		if body != nil {
			c := &branchChecker{at: at, labels: map[string]*label{}, where: map[*ast.BranchStmt]*block{}}
			c.list(body.List, &block{start: body.Lbrace})
			c.finish()
			errs = append(errs, c.errs...)
		}
		return true
	})
	return errs
}

func (c *branchChecker) errorf(pos token.Pos, format string, args ...any) {
	c.errs = append(c.errs, &Error{Pos: pos, Msg: fmt.Sprintf(format, args...)})
}

// finish reports labels that nothing uses, and resolves gotos, now that all labels are known.
func (c *branchChecker) finish() {
	for _, g := range c.gotos {
		l := c.labels[g.Label.Name]
		if l == nil {
			c.errorf(g.Label.Pos(), "label %s not defined", g.Label.Name)
			continue
		}
		l.used = true
		c.jump(g, l)
	}
	for _, l := range c.labels {
		if !l.used && l.stmt.Label.Name != "_" {
			c.errorf(l.stmt.Label.Pos(), "label %s defined and not used", l.stmt.Label.Name)
		}
	}
}

// jump checks that a goto enters no block and skips no declaration.
func (c *branchChecker) jump(g *ast.BranchStmt, l *label) {
	from := c.where[g]
	for b := from; b != nil; b = b.outer {
		if b != l.in {
			continue
		}
		for _, d := range slices.Backward(b.decls) {
			if g.Pos() < d.Pos() && d.Pos() < l.stmt.Pos() {
				c.errorf(g.Label.Pos(), "goto %s jumps over declaration of %s at %s", g.Label.Name, d.Name, c.at(d.Pos()))
				return
			}
		}
		return
	}
	c.errorf(g.Label.Pos(), "goto %s jumps into block starting at %s", g.Label.Name, c.at(l.in.start))
}

// list checks the statements of a block.
func (c *branchChecker) list(stmts []ast.Stmt, b *block) {
	for _, s := range stmts {
		c.stmt(s, b, "")
	}
}

// stmt checks one statement; name is its label.
func (c *branchChecker) stmt(s ast.Stmt, b *block, name string) {
	inner := func(start token.Pos) *block {
		return &block{outer: b, start: start, canBreak: b.canBreak, canContinue: b.canContinue}
	}
	switch s := s.(type) {
	case *ast.LabeledStmt:
		c.define(s, b)
		c.stmt(s.Stmt, b, s.Label.Name)
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE {
			for _, x := range s.Lhs {
				if id, ok := x.(*ast.Ident); ok && id.Name != "_" {
					b.decls = append(b.decls, &ast.Ident{NamePos: s.TokPos, Name: id.Name})
					break
				}
			}
		}
	case *ast.DeclStmt:
		if g, ok := s.Decl.(*ast.GenDecl); ok && g.Tok == token.VAR {
			for _, spec := range g.Specs {
				b.decls = append(b.decls, spec.(*ast.ValueSpec).Names...)
			}
		}
	case *ast.BlockStmt:
		in := inner(s.Lbrace)
		in.name = name
		c.list(s.List, in)
	case *ast.IfStmt:
		c.list(s.Body.List, inner(s.Body.Lbrace))
		if s.Else != nil {
			c.stmt(s.Else, b, "")
		}
	case *ast.ForStmt:
		c.loop(s.Body, inner(s.Body.Lbrace), name)
	case *ast.RangeStmt:
		c.loop(s.Body, inner(s.Body.Lbrace), name)
	case *ast.SwitchStmt:
		c.clauses(s.Body, b, name)
	case *ast.TypeSwitchStmt:
		c.clauses(s.Body, b, name)
	case *ast.SelectStmt:
		c.clauses(s.Body, b, name)
	case *ast.BranchStmt:
		c.branch(s, b)
	}
}

func (c *branchChecker) loop(body *ast.BlockStmt, in *block, name string) {
	in.name, in.breaks, in.continues = name, true, true
	in.canBreak, in.canContinue = true, true
	c.list(body.List, in)
}

func (c *branchChecker) clauses(body *ast.BlockStmt, b *block, name string) {
	for _, s := range body.List {
		in := &block{outer: b, canBreak: true, canContinue: b.canContinue, name: name, breaks: true}
		switch s := s.(type) {
		case *ast.CaseClause:
			in.start = s.Colon
			c.list(s.Body, in)
		case *ast.CommClause:
			in.start = s.Colon
			c.list(s.Body, in)
		}
	}
}

func (c *branchChecker) define(s *ast.LabeledStmt, b *block) {
	name := s.Label.Name
	if name == "_" {
		return
	}
	if old := c.labels[name]; old != nil {
		c.errorf(s.Label.Pos(), "label %s already defined at %s", name, c.at(old.stmt.Label.Pos()))
		return
	}
	c.labels[name] = &label{stmt: s, in: b}
}

func (c *branchChecker) branch(s *ast.BranchStmt, b *block) {
	switch {
	case s.Tok == token.GOTO && s.Label != nil:
		c.gotos = append(c.gotos, s)
		c.where[s] = b
	case s.Tok == token.BREAK && s.Label == nil:
		if !b.canBreak {
			c.errorf(s.Pos(), "break is not in a loop, switch, or select")
		}
	case s.Tok == token.CONTINUE && s.Label == nil:
		if !b.canContinue {
			c.errorf(s.Pos(), "continue is not in a loop")
		}
	case s.Tok == token.BREAK || s.Tok == token.CONTINUE:
		c.labelled(s, b)
	}
}

// labelled checks a break or continue with a label, which must be that of a statement around it.
func (c *branchChecker) labelled(s *ast.BranchStmt, b *block) {
	name := s.Label.Name
	l := c.labels[name]
	if l == nil {
		c.errorf(s.Label.Pos(), "%s label not defined: %s", s.Tok, name)
		return
	}
	l.used = true
	for ; b != nil; b = b.outer {
		if b.name == name && name != "" {
			if s.Tok == token.BREAK && b.breaks || s.Tok == token.CONTINUE && b.continues {
				return
			}
			break
		}
	}
	c.errorf(s.Label.Pos(), "invalid %s label %s", s.Tok, name)
}

// isBranchError says whether an error of go/types is one that branchErrors reports.
func isBranchError(msg string) bool {
	for _, prefix := range []string{"label ", "goto ", "invalid break label ", "invalid continue label ", "break not in ", "continue not in "} {
		if strings.HasPrefix(msg, prefix) {
			return true
		}
	}
	return false
}
