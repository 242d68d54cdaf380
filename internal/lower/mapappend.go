package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

// mapAppend lowers m[k] = append(m[k], ...) with one lookup, for assignment.
// It refuses (and does nothing) unless both elements are plainly the same.
func (b *builder) mapAppend(l, r ast.Expr, pos token.Pos) bool {
	to, ok := ast.Unparen(l).(*ast.IndexExpr)
	call, isCall := ast.Unparen(r).(*ast.CallExpr)
	if !ok || !isCall || len(call.Args) < 2 || builtinName(call.Fun) != "append" || !b.info.Types[call.Fun].IsBuiltin() {
		return false
	}
	from, ok := ast.Unparen(call.Args[0]).(*ast.IndexExpr)
	if !ok {
		return false
	}
	mt, ok := under(b.typeOf(to.X)).(*types.Map)
	if !ok || !b.sameOperand(to.X, from.X) || !b.sameOperand(to.Index, from.Index) {
		return false
	}
	rest := call.Args[1:]
	for _, a := range rest {
		if countHoistable(b, a) > 0 && !(b.unchanging(to.X) && b.unchanging(to.Index)) {
			return false
		}
	}
	if !types.Identical(b.typeOf(r), mt.Elem()) {
		return false
	}
	m, key := b.expr(to.X), b.snapshot(b.exprTo(to.Index, mt.Key()))
	b.hoistParts(rest...)
	if b.hoisted == nil {
		b.hoisted = map[ast.Expr]val{}
	}
	for _, a := range rest {
		tv := b.info.Types[a]
		if _, lit := ast.Unparen(a).(*ast.FuncLit); lit || tv.Value != nil || tv.IsNil() {
			continue
		}
		b.hoisted[a] = b.snapshot(b.ex(a))
	}
	b.setPos(pos)
	slot := b.mapAssign(m, key)
	b.hoisted[call.Args[0]] = b.load(slot, mt.Elem())
	v := b.ex(call)
	b.setPos(pos)
	b.store(slot, v.as(mt.Elem()))
	return true
}

// sameOperand tells whether two expressions are the same variable, field of a variable, or constant.
func (b *builder) sameOperand(x, y ast.Expr) bool {
	x, y = ast.Unparen(x), ast.Unparen(y)
	switch x := x.(type) {
	case *ast.Ident:
		y, ok := y.(*ast.Ident)
		return ok && b.info.Uses[x] != nil && b.info.Uses[x] == b.info.Uses[y]
	case *ast.SelectorExpr:
		y, ok := y.(*ast.SelectorExpr)
		return ok && b.info.Uses[x.Sel] != nil && b.info.Uses[x.Sel] == b.info.Uses[y.Sel] && b.sameOperand(x.X, y.X)
	case *ast.BasicLit:
		y, ok := y.(*ast.BasicLit)
		return ok && x.Kind == y.Kind && x.Value == y.Value
	}
	return false
}

// unchanging tells whether no call can change an operand: a constant, or a variable whose address nobody else has.
func (b *builder) unchanging(e ast.Expr) bool {
	if b.info.Types[e].Value != nil {
		return true
	}
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := b.info.Uses[id].(*types.Var)
	if !ok || isGlobal(v) {
		return false
	}
	vi := b.fi.varInfo(v)
	return b.varOf(v).addr == nil || vi != nil && vi.owner == b.fi && !vi.inMemory()
}
