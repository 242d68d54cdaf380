package load

import (
	"go/ast"
	"go/token"
)

// ExprPos is where gc reports an expression and shows what it does at run time: at its operator or bracket, which may
// stand in another line than its first token.
func ExprPos(e ast.Expr) token.Pos {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return ExprPos(e.X)
	case *ast.SelectorExpr:
		return dotPos(e.X, e.Sel.Pos())
	case *ast.IndexExpr:
		return e.Lbrack
	case *ast.IndexListExpr:
		return e.Lbrack
	case *ast.SliceExpr:
		return e.Lbrack
	case *ast.CallExpr:
		return e.Lparen
	case *ast.TypeAssertExpr:
		return dotPos(e.X, e.Lparen)
	case *ast.BinaryExpr:
		return e.OpPos
	case *ast.CompositeLit:
		return e.Lbrace
	}
	return e.Pos()
}

// dotPos is where the dot between x and what follows it at next stands, if there are no blanks around it but the end of
// a line: the dot then is in front of that, as it would otherwise be a semicolon.
func dotPos(x ast.Expr, next token.Pos) token.Pos { return min(x.End(), next-1) }
