package ssahtml

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// Syntax notes where the function stands in the source: the text of its lines, and its syntax tree.
// pos is the position of the declaration or the function literal.
func (r *Recording) Syntax(files []*ast.File, info *types.Info, pos token.Pos, read func(name string) ([]byte, error)) {
	node := functionAt(files, pos)
	if node == nil {
		return
	}
	name, first := r.Position(node.Pos())
	_, last := r.Position(node.End())
	text, err := read(name)
	if err != nil {
		return
	}
	lines := strings.Split(string(text), "\n")
	if first < 1 || int(last) > len(lines) {
		return
	}
	r.source = []sourceFile{{name, first, lines[first-1 : last]}}
	r.syntax = r.tree(node, info)
}

// functionAt finds the function declaration or literal, or the range statement over a function, that begins at pos.
func functionAt(files []*ast.File, pos token.Pos) (found ast.Node) {
	for _, f := range files {
		if pos < f.FileStart || pos >= f.FileEnd {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.FuncDecl, *ast.FuncLit, *ast.RangeStmt:
				if n.Pos() == pos && found == nil {
					found = n
				}
			}
			return found == nil
		})
	}
	return found
}

// tree prints a syntax tree, a node a line.
func (r *Recording) tree(root ast.Node, info *types.Info) []line {
	var out []line
	depth := 0
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			depth--
			return true
		}
		switch n.(type) {
		case *ast.Comment, *ast.CommentGroup:
			return false
		}
		out = append(out, line{strings.Repeat("  ", depth) + label(n, info), r.lineOf(n.Pos())})
		depth++
		return true
	})
	return out
}

// label is a node's kind, what it holds itself, and its type.
func label(n ast.Node, info *types.Info) string {
	s := strings.TrimPrefix(fmt.Sprintf("%T", n), "*ast.")
	switch n := n.(type) {
	case *ast.Ident:
		s += " " + n.Name
	case *ast.BasicLit:
		s += " " + n.Value
	case *ast.BinaryExpr:
		s += " " + n.Op.String()
	case *ast.UnaryExpr:
		s += " " + n.Op.String()
	case *ast.AssignStmt:
		s += " " + n.Tok.String()
	case *ast.IncDecStmt:
		s += " " + n.Tok.String()
	case *ast.BranchStmt:
		s += " " + n.Tok.String()
	case *ast.FuncDecl:
		s += " " + n.Name.Name
	}
	e, ok := n.(ast.Expr)
	if !ok || info == nil {
		return s
	}
	short := func(p *types.Package) string { return p.Name() }
	if tv, ok := info.Types[e]; ok && tv.Type != nil {
		s += ": " + types.TypeString(tv.Type, short)
		if tv.Value != nil {
			s += " = " + tv.Value.String()
		}
	} else if id, ok := e.(*ast.Ident); ok {
		if obj := info.ObjectOf(id); obj != nil && obj.Type() != nil {
			s += ": " + types.TypeString(obj.Type(), short)
		}
	}
	return s
}
