package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// clearsElems lowers for i := range x { x[i] = zero } as a clearing of all elements at once, and tells whether the
// statement is one. The loop evaluates x once, its body each time; both must be the same elements throughout. So x is a
// variable, or the elements have no pointers and x is a path of fields and pointers from one: no element is part of that path.
func (r *ranger) clearsElems(elem types.Type) bool {
	b := r.b
	if b.f.Debug || r.s.Tok != token.DEFINE || !wants(r.s.Key) || r.s.Value != nil || len(r.s.Body.List) != 1 || b.p.sizeof(elem) == 0 {
		return false
	}
	stmt, ok := r.s.Body.List[0].(*ast.AssignStmt)
	if !ok || stmt.Tok != token.ASSIGN || len(stmt.Lhs) != 1 || !b.isZeroExpr(stmt.Rhs[0], elem) {
		return false
	}
	at, ok := ast.Unparen(stmt.Lhs[0]).(*ast.IndexExpr)
	if !ok || !b.samePath(r.s.X, at.X, !b.p.hasPointers(elem)) {
		return false
	}
	i, ok := ast.Unparen(at.Index).(*ast.Ident)
	if !ok || b.info.Uses[i] != b.info.Defs[r.s.Key.(*ast.Ident)] {
		return false
	}
	t := b.typeOf(r.s.X)
	switch u := under(t).(type) {
	case *types.Slice:
		v := b.expr(r.s.X)
		b.setPos(r.s.For)
		b.clearElems(v.s[0], v.s[1], elem)
		return true
	case *types.Pointer:
		p := b.expr(r.s.X).s[0]
		b.setPos(r.s.For)
		if under(u.Elem()).(*types.Array).Len() > 0 {
			b.clearMem(b.nilCheck(p), u.Elem())
		}
		return true
	case *types.Array:
		p := b.place(r.s.X)
		if p.kind != placeMem || u.Len() == 0 {
			return false
		}
		b.setPos(r.s.For)
		if p.l.check {
			p.l.addr = b.nilCheck(p.l.addr)
		}
		b.clearMem(b.offPtr(p.l.addr, p.l.off), t)
		return true
	}
	return false
}

// samePath tells whether x and y, in one function, are the same variable, or where fields is set the same field of a variable
// or of what one points to.
func (b *builder) samePath(x, y ast.Expr, fields bool) bool {
	x, y = ast.Unparen(x), ast.Unparen(y)
	switch x := x.(type) {
	case *ast.Ident:
		y, ok := y.(*ast.Ident)
		_, isVar := b.info.Uses[x].(*types.Var)
		return ok && isVar && b.info.Uses[x] == b.info.Uses[y]
	case *ast.SelectorExpr:
		y, ok := y.(*ast.SelectorExpr)
		if !ok || b.info.Uses[x.Sel] != b.info.Uses[y.Sel] {
			return false
		}
		if s := b.info.Selections[x]; s != nil {
			return fields && s.Kind() == types.FieldVal && b.samePath(x.X, y.X, true)
		}
		_, isVar := b.info.Uses[x.Sel].(*types.Var) // of another package
		return isVar
	case *ast.StarExpr:
		y, ok := y.(*ast.StarExpr)
		return ok && fields && b.samePath(x.X, y.X, true)
	}
	return false
}

// isZeroExpr tells whether e is written as the zero value of t.
func (b *builder) isZeroExpr(e ast.Expr, t types.Type) bool {
	e = ast.Unparen(e)
	tv := b.info.Types[e]
	if tv.Value != nil {
		switch under(t).(type) {
		case *types.Basic:
			return isZeroConst(tv.Value)
		}
		return false
	}
	if tv.IsNil() {
		return true
	}
	lit, ok := e.(*ast.CompositeLit)
	if !ok || len(lit.Elts) > 0 {
		return false
	}
	switch under(b.typeOf(e)).(type) {
	case *types.Struct, *types.Array:
		return types.Identical(b.typeOf(e), t)
	}
	return false
}

// isZeroConst tells whether a constant is its type's zero value. Constants of floating-point types are never negative zero.
func isZeroConst(c constant.Value) bool {
	switch c.Kind() {
	case constant.Bool:
		return !constant.BoolVal(c)
	case constant.String:
		return constant.StringVal(c) == ""
	case constant.Int, constant.Float:
		return constant.Sign(c) == 0
	case constant.Complex:
		return constant.Sign(constant.Real(c)) == 0 && constant.Sign(constant.Imag(c)) == 0
	}
	return false
}
