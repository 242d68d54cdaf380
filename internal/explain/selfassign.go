package explain

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
)

// selfAssignments reports assignments that only move a value about in the memory that it was read from, as in
// b.buf = b.buf[n:] or p.x = p.y: nothing new is reachable afterwards.
func (s *siteFinder) selfAssignments(n *ast.AssignStmt) {
	if n.Tok == token.DEFINE || len(n.Lhs) != len(n.Rhs) {
		return
	}
	c := comparer{s.info()}
	for i := range n.Lhs {
		if dst, src := ast.Unparen(n.Lhs[i]), ast.Unparen(n.Rhs[i]); c.sameMemory(dst, src) || c.resliced(dst, src) {
			t := printText{pkg: s.f.Pkg, info: s.info()}
			s.say(n.TokPos, "%s ignoring self-assignment in %s", s.f.Name(s.f.Pkg), t.stmt(n))
		}
	}
}

// comparer compares expressions of one package.
type comparer struct{ info *types.Info }

// sameMemory tells whether dst and src are fields of one struct, or elements of one array or slice.
func (c comparer) sameMemory(dst, src ast.Expr) bool {
	switch d := dst.(type) {
	case *ast.SelectorExpr:
		r, ok := src.(*ast.SelectorExpr)
		return ok && c.sameOwner(d, r) && c.same(d.X, r.X)
	case *ast.IndexExpr:
		r, ok := src.(*ast.IndexExpr)
		return ok && !c.isMap(d.X) && !c.isMap(r.X) && c.harmless(d.Index) && c.harmless(r.Index) && c.same(d.X, r.X)
	}
	return false
}

// resliced tells whether src is a slice of what lies behind the variable through which dst is written.
func (c comparer) resliced(dst, src ast.Expr) bool {
	e, ok := src.(*ast.SliceExpr)
	if !ok || isArray(c.info.TypeOf(e.X)) {
		return false
	}
	d, r := c.through(dst), c.through(ast.Unparen(e.X))
	return d != nil && d == r
}

// through is the pointer variable that e dereferences, by * or by a field, nil if e is something else.
func (c comparer) through(e ast.Expr) types.Object {
	var x ast.Expr
	switch e := e.(type) {
	case *ast.StarExpr:
		x = e.X
	case *ast.SelectorExpr:
		if sel := c.info.Selections[e]; sel == nil || sel.Kind() != types.FieldVal || len(sel.Index()) != 1 || !sel.Indirect() {
			return nil
		}
		x = e.X
	default:
		return nil
	}
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok {
		return nil
	}
	return c.info.Uses[id]
}

// sameOwner tells whether two selectors name fields at the end of the same path of embedded structs.
func (c comparer) sameOwner(a, b *ast.SelectorExpr) bool {
	x, y := c.info.Selections[a], c.info.Selections[b]
	if x == nil || y == nil || x.Kind() != types.FieldVal || y.Kind() != types.FieldVal {
		return false
	}
	i, j := x.Index(), y.Index()
	return slices.Equal(i[:len(i)-1], j[:len(j)-1])
}

// same tells whether two expressions surely have the same value, evaluated one after the other.
func (c comparer) same(a, b ast.Expr) bool {
	a, b = ast.Unparen(a), ast.Unparen(b)
	if x, y := c.info.Types[a], c.info.Types[b]; x.Value != nil || y.Value != nil {
		return x.Value != nil && y.Value != nil && types.Identical(x.Type, y.Type) && constant.Compare(x.Value, token.EQL, y.Value)
	}
	switch a := a.(type) {
	case *ast.Ident:
		b, ok := b.(*ast.Ident)
		return ok && c.info.Uses[a] != nil && c.info.Uses[a] == c.info.Uses[b]
	case *ast.SelectorExpr:
		b, ok := b.(*ast.SelectorExpr)
		if !ok || c.info.Uses[a.Sel] != c.info.Uses[b.Sel] {
			return false
		}
		if c.info.Selections[a] == nil { // a package's variable
			return c.info.Selections[b] == nil
		}
		return c.sameOwner(a, b) && c.same(a.X, b.X)
	case *ast.StarExpr:
		b, ok := b.(*ast.StarExpr)
		return ok && c.same(a.X, b.X)
	case *ast.UnaryExpr:
		b, ok := b.(*ast.UnaryExpr)
		return ok && a.Op == b.Op && a.Op != token.AND && a.Op != token.ARROW && c.same(a.X, b.X)
	case *ast.BinaryExpr:
		b, ok := b.(*ast.BinaryExpr)
		return ok && a.Op == b.Op && c.same(a.X, b.X) && c.same(a.Y, b.Y)
	case *ast.IndexExpr:
		b, ok := b.(*ast.IndexExpr)
		return ok && c.same(a.X, b.X) && c.same(a.Index, b.Index)
	}
	return false
}

// harmless tells whether an expression neither calls, receives nor makes anything.
func (c comparer) harmless(e ast.Expr) bool {
	e = ast.Unparen(e)
	if c.info.Types[e].Value != nil {
		return true
	}
	switch e := e.(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		sel := c.info.Selections[e]
		return sel == nil || sel.Kind() == types.FieldVal && c.harmless(e.X)
	case *ast.StarExpr:
		return c.harmless(e.X)
	case *ast.UnaryExpr:
		return e.Op != token.AND && e.Op != token.ARROW && c.harmless(e.X)
	case *ast.BinaryExpr:
		return c.harmless(e.X) && c.harmless(e.Y)
	case *ast.IndexExpr:
		return !c.isMap(e.X) && c.harmless(e.X) && c.harmless(e.Index)
	case *ast.CallExpr:
		return c.harmlessCall(e)
	}
	return false
}

// harmlessCall: of calls, conversions of numbers, len and cap are harmless.
func (c comparer) harmlessCall(e *ast.CallExpr) bool {
	if len(e.Args) != 1 || !c.harmless(e.Args[0]) {
		return false
	}
	if c.info.Types[e.Fun].IsType() {
		b, ok := c.info.TypeOf(e).Underlying().(*types.Basic)
		return ok && b.Info()&types.IsNumeric != 0
	}
	id, ok := ast.Unparen(e.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	b, ok := c.info.Uses[id].(*types.Builtin)
	return ok && (b.Name() == "len" || b.Name() == "cap")
}

func (c comparer) isMap(e ast.Expr) bool {
	_, ok := c.info.TypeOf(e).Underlying().(*types.Map)
	return ok
}

func isArray(t types.Type) bool {
	_, ok := t.Underlying().(*types.Array)
	return ok
}
