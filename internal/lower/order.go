package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Go leaves open whether x or f() comes first in x + f(). Programs have come to
// depend on what gc does: calls, receives, map reads and type assertions of an
// expression happen from left to right, and variables and fields are read
// afterwards. hoist evaluates the former ahead and keeps them for ex.

// hoist evaluates the calls inside e ahead, unless e itself is the only one.
func (b *builder) hoist(e ast.Expr) {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident, *ast.BasicLit, *ast.FuncLit:
		return
	case *ast.CallExpr:
		// A call orders its own arguments; conversions and simple builtins are operators.
		if b.hoistable(x) {
			return
		}
	case *ast.UnaryExpr:
		if x.Op == token.ARROW {
			return
		}
	}
	if countHoistable(b, e) == 0 {
		return
	}
	b.hoistIn(e, false)
}

// hoistPlace evaluates ahead, of what is assigned to, what comes before the right-hand side: calls, and keys that
// the runtime takes the address of.
func (b *builder) hoistPlace(l ast.Expr) {
	b.hoistIn(l, false)
	ix, ok := ast.Unparen(l).(*ast.IndexExpr)
	if !ok {
		return
	}
	m, ok := under(b.typeOf(ix.X)).(*types.Map)
	if !ok || b.p.variant(m) != mapSlow {
		return
	}
	if tv := b.info.Types[ix.Index]; tv.Value == nil && !tv.IsNil() {
		b.keep(ix.Index, b.snapshot(b.ex(ix.Index)))
	}
}

// hoistAll evaluates the calls inside e ahead, e among them.
func (b *builder) hoistAll(e ast.Expr) {
	if b.info.Types[e].Value != nil {
		return
	}
	b.hoistIn(e, true)
}

// hoistParts is hoistAll for the operands of one operation.
func (b *builder) hoistParts(list ...ast.Expr) {
	for _, e := range list {
		b.hoistAll(e)
	}
}

// hoistable tells whether e is evaluated ahead of variables.
func (b *builder) hoistable(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.CallExpr:
		tv := b.info.Types[x.Fun]
		if tv.IsType() {
			return b.restoresPointer(x)
		}
		if tv.IsBuiltin() {
			switch builtinName(x.Fun) {
			case "append", "copy", "recover", "delete", "clear", "close", "panic", "print", "println", "make":
				return true
			}
			return false
		}
		return true
	case *ast.UnaryExpr:
		return x.Op == token.ARROW
	case *ast.TypeAssertExpr:
		return x.Type != nil
	case *ast.IndexExpr:
		if tv, ok := b.info.Types[x.X]; ok && tv.IsValue() {
			_, isMap := under(b.typ(tv.Type)).(*types.Map)
			return isMap
		}
	case *ast.BinaryExpr: // calls on the right may not be made
		return isLogical(x) && countHoistable(b, x.Y) > 0
	}
	return false
}

// isLogical tells of && and ||.
func isLogical(e ast.Expr) bool {
	x, ok := ast.Unparen(e).(*ast.BinaryExpr)
	return ok && (x.Op == token.LAND || x.Op == token.LOR)
}

// measures tells of builtins that are operators, yet are evaluated in their place among the calls beside them: what
// they look at, a call may change.
func (b *builder) measures(e *ast.CallExpr) bool {
	if !b.info.Types[e.Fun].IsBuiltin() {
		return false
	}
	switch builtinName(e.Fun) {
	case "len", "cap", "min", "max", "real", "imag", "complex":
		return true
	}
	return false
}

// restoresPointer tells of conversions unsafe.Pointer(f()) of a uintptr, which package unsafe allows: what the result
// points to has no other pointer to it while further calls are made.
func (b *builder) restoresPointer(e *ast.CallExpr) bool {
	call, ok := ast.Unparen(e.Args[0]).(*ast.CallExpr)
	return ok && isUnsafePointer(b.typeOf(e.Fun)) && !b.info.Types[call.Fun].IsType() && b.hoistable(call)
}

func builtinName(f ast.Expr) string {
	switch x := ast.Unparen(f).(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}

// countHoistable counts the calls of an expression, not those inside of calls.
func countHoistable(b *builder, e ast.Expr) (n int) {
	ast.Inspect(e, func(x ast.Node) bool {
		switch x := x.(type) {
		case *ast.FuncLit:
			return false
		case ast.Expr:
			if b.hoistable(x) {
				n++
				return false
			}
		}
		return true
	})
	return n
}

// hoistIn evaluates calls inside e, and e if self, from left to right.
func (b *builder) hoistIn(e ast.Expr, self bool) {
	if e == nil {
		return
	}
	if tv, ok := b.info.Types[e]; ok && (tv.Value != nil || tv.IsType()) {
		return
	}
	if _, done := b.hoisted[e]; done {
		return
	}
	if self && b.hoistable(e) {
		b.evalAhead(e)
		return
	}
	switch x := e.(type) {
	case *ast.ParenExpr:
		b.hoistIn(x.X, self)
	case *ast.SelectorExpr:
		if b.info.Selections[x] != nil {
			b.hoistIn(x.X, true)
		}
	case *ast.StarExpr:
		b.hoistIn(x.X, true)
	case *ast.UnaryExpr:
		b.hoistIn(x.X, x.Op != token.AND)
	case *ast.IndexExpr:
		b.hoistIn(x.X, true)
		b.hoistIn(x.Index, true)
	case *ast.SliceExpr:
		for _, i := range []ast.Expr{x.X, x.Low, x.High, x.Max} {
			b.hoistIn(i, true)
		}
	case *ast.TypeAssertExpr:
		b.hoistIn(x.X, true)
	case *ast.BinaryExpr:
		if isLogical(x) {
			b.hoistIn(x.X, !isLogical(x.X)) // all of e comes before anything else
		} else {
			b.hoistIn(x.X, true)
			b.hoistIn(x.Y, true)
		}
	case *ast.CallExpr:
		for _, a := range x.Args {
			b.hoistIn(a, true)
		}
		if self && b.measures(x) {
			b.evalAhead(x)
		}
	case *ast.CompositeLit:
		b.hoistElements(x)
	}
}

func (b *builder) hoistElements(lit *ast.CompositeLit) {
	if _, isMap := under(b.typeOf(lit)).(*types.Map); isMap {
		return // its elements are assigned one by one
	}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		b.hoistIn(e, true)
	}
}

// evalAhead evaluates e now, for ex to find.
func (b *builder) evalAhead(e ast.Expr) {
	if t, ok := b.info.Types[e].Type.(*types.Tuple); ok && t != nil && t.Len() != 1 {
		return // f(g()) with several values
	}
	if b.info.Types[e].IsVoid() {
		return
	}
	v := b.ex(e)
	if _, ok := e.(*ast.IndexExpr); ok {
		v = b.snapshot(v) // a map's memory
	}
	b.keep(e, v)
}

// keep notes the value of e for ex to find.
func (b *builder) keep(e ast.Expr, v val) {
	if b.hoisted == nil {
		b.hoisted = map[ast.Expr]val{}
	}
	b.hoisted[e] = v
}
