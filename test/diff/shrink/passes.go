package shrink

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// without leaves out everything from the start of one node to the end of another, and the lines that would be left empty.
func (f *file) without(first, last ast.Node) edit {
	from, to := f.offset(first.Pos()), f.offset(last.End())
	line := len(bytes.TrimRight(f.src[:from], "\t "))
	if line > 0 && f.src[line-1] == '\n' && to < len(f.src) && f.src[to] == '\n' {
		from = line - 1
	}
	return edit{from, to, ""}
}

// as puts the source of one node in the place of another.
func (f *file) as(n, by ast.Node) edit {
	return edit{f.offset(n.Pos()), f.offset(n.End()), string(f.src[f.offset(by.Pos()):f.offset(by.End())])}
}

// unused leaves out declarations that nothing refers to, then single ones.
func unused(f *file) []edit {
	used := map[types.Object]bool{}
	for _, o := range f.info.Uses {
		used[o] = true
		if fn, ok := o.(*types.Func); ok {
			used[fn.Origin()] = true
		}
	}
	var dead, all []edit
	for _, d := range f.ast.Decls {
		one := f.without(d, d)
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name == "main" {
				continue
			}
			if !used[f.info.Defs[d.Name]] {
				dead = append(dead, one)
			}
			all = append(all, one)
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				continue
			}
			all = append(all, one)
		}
	}
	return append(together(f, dead), all...)
}

// together is one edit of many, as an edit of the whole source.
func together(f *file, edits []edit) []edit {
	if len(edits) == 0 {
		return nil
	}
	return []edit{{0, len(f.src), string(applyAll(f.src, edits))}}
}

// statements leaves out runs of statements, long ones first.
func statements(f *file) []edit {
	var out []edit
	ast.Inspect(f.ast, func(n ast.Node) bool {
		l := list(n)
		for size := len(l); size > 0; size /= 2 {
			for i := 0; i+size <= len(l); i += size {
				out = append(out, f.without(l[i], l[i+size-1]))
			}
		}
		if c, ok := n.(*ast.CaseClause); ok {
			out = append(out, f.without(c, c))
		}
		return true
	})
	largestFirst(out)
	return out
}

func largestFirst(edits []edit) {
	slices.SortStableFunc(edits, func(a, b edit) int { return (b.to - b.from - len(b.text)) - (a.to - a.from - len(a.text)) })
}

// unwrapped puts the parts of statements in the place of the statements.
func unwrapped(f *file) []edit {
	var out []edit
	add := func(n ast.Node, parts ...ast.Node) {
		for _, p := range parts {
			out = append(out, f.as(n, p))
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			add(n, n.Body)
			if n.Else != nil {
				add(n, n.Else)
				out = append(out, edit{f.offset(n.Body.End()), f.offset(n.End()), ""})
			}
		case *ast.ForStmt:
			add(n, n.Body)
		case *ast.RangeStmt:
			add(n, n.Body)
		case *ast.LabeledStmt:
			add(n, n.Stmt)
		case *ast.SwitchStmt:
			for _, c := range n.Body.List {
				if body := list(c); len(body) > 0 {
					text := f.src[f.offset(body[0].Pos()):f.offset(body[len(body)-1].End())]
					out = append(out, edit{f.offset(n.Pos()), f.offset(n.End()), "{" + string(text) + "\n}"})
				}
			}
		case *ast.ExprStmt:
			if c, ok := n.X.(*ast.CallExpr); ok {
				if lit, ok := c.Fun.(*ast.FuncLit); ok {
					add(n, lit.Body)
				}
			}
		case *ast.DeferStmt:
			add(n, n.Call)
		case *ast.GoStmt:
			add(n, n.Call)
		}
		return true
	})
	largestFirst(out)
	return out
}

// expressions puts parts of expressions, or the simplest value of a type, in the place of expressions, and shortens lists.
func expressions(f *file) []edit {
	var out []edit
	ast.Inspect(f.ast, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		if tv := f.info.Types[e]; tv.IsValue() {
			for _, part := range parts(e) {
				if p := f.info.Types[part]; p.IsValue() && types.Identical(p.Type, tv.Type) {
					out = append(out, f.as(e, part))
				}
			}
			if text := simplest(tv.Type); text != "" && len(text) < int(e.End()-e.Pos()) {
				out = append(out, edit{f.offset(e.Pos()), f.offset(e.End()), text})
			}
		}
		if lit, ok := e.(*ast.CompositeLit); ok && len(lit.Elts) > 0 {
			out = append(out, edit{f.offset(lit.Lbrace) + 1, f.offset(lit.Rbrace), ""})
		}
		return true
	})
	largestFirst(out)
	return out
}

// parts are expressions inside an expression.
func parts(e ast.Expr) []ast.Expr {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return []ast.Expr{e.X, e.Y}
	case *ast.UnaryExpr:
		return []ast.Expr{e.X}
	case *ast.ParenExpr:
		return []ast.Expr{e.X}
	case *ast.CallExpr:
		return e.Args
	case *ast.IndexExpr:
		return []ast.Expr{e.X}
	case *ast.SliceExpr:
		return []ast.Expr{e.X}
	}
	return nil
}

// simplest is the shortest expression of a basic type.
func simplest(t types.Type) string {
	b, ok := t.(*types.Basic)
	if !ok {
		return ""
	}
	switch info := b.Info(); {
	case b.Kind() == types.Int:
		return "0"
	case info&types.IsNumeric != 0 && info&types.IsUntyped == 0:
		return b.Name() + "(0)"
	case info&types.IsBoolean != 0:
		return "false"
	case info&types.IsString != 0:
		return `""`
	}
	return ""
}
