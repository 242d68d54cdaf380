package inlcost

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// exprTo counts an expression and its implicit conversion to t.
func (w *walker) exprTo(e ast.Expr, t types.Type) {
	if e == nil {
		return
	}
	from := w.info.TypeOf(e)
	if from != nil && t != nil && types.IsInterface(t) && !isTypeParam(t) && !types.Identical(from, t) && !w.info.Types[e].IsNil() {
		w.add(1)
	}
	w.expr(e)
}

func isTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

func (w *walker) exprs(list []ast.Expr) {
	for _, e := range list {
		w.expr(e)
	}
}

// expr counts an expression.
func (w *walker) expr(e ast.Expr) {
	if e == nil {
		return
	}
	tv := w.info.Types[e]
	if tv.Value != nil {
		w.add(1)
		return
	}
	if tv.IsType() {
		return
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		w.expr(e.X)
	case *ast.Ident, *ast.BasicLit:
		w.add(1)
	case *ast.SelectorExpr:
		w.selector(e)
	case *ast.CallExpr:
		w.call(e)
	case *ast.UnaryExpr:
		w.unary(e)
	case *ast.BinaryExpr:
		w.binary(e)
	case *ast.StarExpr:
		w.add(1)
		if w.takesAddress(e.X) {
			w.add(-1)
		}
		w.expr(e.X)
	case *ast.IndexExpr:
		if _, ok := w.info.TypeOf(e.X).Underlying().(*types.Signature); ok {
			w.expr(e.X)
			return
		}
		w.add(1)
		w.implicitDeref(e.X)
		w.expr(e.X)
		if m, ok := w.info.TypeOf(e.X).Underlying().(*types.Map); ok {
			w.exprTo(e.Index, m.Key())
		} else {
			w.expr(e.Index)
		}
	case *ast.IndexListExpr:
		w.expr(e.X)
	case *ast.SliceExpr:
		w.slice(e)
	case *ast.TypeAssertExpr:
		w.add(1)
		w.expr(e.X)
	case *ast.FuncLit:
		w.add(1 + closureExtra)
	case *ast.CompositeLit:
		w.composite(e)
	}
}

// implicitDeref counts the * that is left out before a pointer to an array.
func (w *walker) implicitDeref(x ast.Expr) {
	if p, ok := w.info.TypeOf(x).Underlying().(*types.Pointer); ok {
		if _, ok := p.Elem().Underlying().(*types.Array); ok {
			w.add(1)
		}
	}
}

// takesAddress tells whether *x is of the form *(*T)(unsafe.Pointer(&y)), which costs little.
func (w *walker) takesAddress(x ast.Expr) bool {
	for {
		switch e := ast.Unparen(x).(type) {
		case *ast.CallExpr:
			if !w.info.Types[e.Fun].IsType() || len(e.Args) != 1 {
				return false
			}
			x = e.Args[0]
		case *ast.UnaryExpr:
			_, lit := ast.Unparen(e.X).(*ast.CompositeLit)
			return e.Op == token.AND && !lit
		default:
			return false
		}
	}
}

// selector counts x.f with the embedded fields between, x.M as a value, and T.M.
func (w *walker) selector(e *ast.SelectorExpr) {
	sel := w.info.Selections[e]
	if sel == nil { // of a package
		w.add(1)
		return
	}
	switch sel.Kind() {
	case types.FieldVal:
		w.add(len(sel.Index()))
		w.expr(e.X)
	case types.MethodVal:
		w.add(2)
		w.receiver(e, sel)
	case types.MethodExpr:
	}
}

// receiver counts the receiver of a method: embedded fields, and what is taken the address of or followed implicitly.
func (w *walker) receiver(e *ast.SelectorExpr, sel *types.Selection) {
	w.add(len(sel.Index()) - 1)
	w.expr(e.X)
	fn, ok := sel.Obj().(*types.Func)
	if !ok || fn.Signature().Recv() == nil || types.IsInterface(fn.Signature().Recv().Type()) {
		return
	}
	_, want := types.Unalias(fn.Signature().Recv().Type()).(*types.Pointer)
	t := sel.Recv()
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		t = t.Underlying().(*types.Struct).Field(i).Type()
	}
	_, have := t.Underlying().(*types.Pointer)
	if want == have {
		return
	}
	w.add(1)
	if want {
		w.addressOf(e.X, sel)
	}
}

// addressOf takes back the cost of &x.f when f lies at the beginning of variable x.
func (w *walker) addressOf(x ast.Expr, sel *types.Selection) {
	if sel != nil && len(sel.Index()) == 2 {
		if id, ok := ast.Unparen(x).(*ast.Ident); ok && w.isVar(id) && w.offset(sel.Recv(), sel.Index()[0]) == 0 {
			w.add(-2)
		}
		return
	}
	s, ok := ast.Unparen(x).(*ast.SelectorExpr)
	if !ok {
		return
	}
	in := w.info.Selections[s]
	if in == nil || in.Kind() != types.FieldVal || len(in.Index()) != 1 {
		return
	}
	if id, ok := ast.Unparen(s.X).(*ast.Ident); ok && w.isVar(id) && w.offset(in.Recv(), in.Index()[0]) == 0 {
		w.add(-2)
	}
}

func (w *walker) isVar(id *ast.Ident) bool {
	_, ok := w.info.ObjectOf(id).(*types.Var)
	return ok
}

// offset is the offset of a field in t or in what t points to; -1 if it is not known.
func (w *walker) offset(t types.Type, field int) int64 {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return -1
	}
	for i := range field {
		if hasTypeParam(s.Field(i).Type()) || w.m.Sizes.Sizeof(s.Field(i).Type()) != 0 {
			return -1
		}
	}
	return 0
}

func hasTypeParam(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Array:
		return hasTypeParam(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			if hasTypeParam(f.Type()) {
				return true
			}
		}
	case *types.Named:
		for i := range t.TypeArgs().Len() {
			if hasTypeParam(t.TypeArgs().At(i)) {
				return true
			}
		}
	}
	return false
}

func (w *walker) unary(e *ast.UnaryExpr) {
	w.add(1)
	if e.Op == token.AND {
		if _, lit := ast.Unparen(e.X).(*ast.CompositeLit); !lit {
			w.addressOf(e.X, nil)
		}
	}
	w.expr(e.X)
}

// binary counts an operation; a chain of string additions is one node.
func (w *walker) binary(e *ast.BinaryExpr) {
	t := w.info.TypeOf(e)
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 && e.Op == token.ADD {
		w.add(1)
		w.concat(e)
		return
	}
	w.add(1)
	x, y := w.info.TypeOf(e.X), w.info.TypeOf(e.Y)
	switch e.Op {
	case token.EQL, token.NEQ:
		w.exprTo(e.X, mixed(y, x))
		w.exprTo(e.Y, mixed(x, y))
	default:
		w.expr(e.X)
		w.expr(e.Y)
	}
}

// mixed is the type to which the other operand of a comparison is converted.
func mixed(t, other types.Type) types.Type {
	if types.IsInterface(t) && !types.IsInterface(other) {
		return t
	}
	return other
}

func (w *walker) concat(e ast.Expr) {
	if b, ok := e.(*ast.BinaryExpr); ok && b.Op == token.ADD && w.info.Types[e].Value == nil {
		w.concat(ast.Unparen(b.X))
		w.expr(b.Y)
		return
	}
	w.expr(e)
}

func (w *walker) slice(e *ast.SliceExpr) {
	w.add(1)
	if _, ok := w.info.TypeOf(e.X).Underlying().(*types.Array); ok {
		w.add(1) // its address is taken
	}
	if e.Low != nil {
		if v := w.info.Types[e.Low].Value; v != nil {
			if n, ok := constant.Int64Val(constant.ToInt(v)); ok && n == 0 {
				w.add(-1)
			}
		}
	}
	if w.isLenOf(e.High, e.X) {
		w.add(-2)
	}
	w.expr(e.X)
	w.exprs([]ast.Expr{e.Low, e.High, e.Max})
}

// isLenOf tells whether e is len(x) for a variable x.
func (w *walker) isLenOf(e, x ast.Expr) bool {
	c, ok := e.(*ast.CallExpr)
	if !ok || len(c.Args) != 1 || !w.info.Types[c.Fun].IsBuiltin() {
		return false
	}
	f, ok := ast.Unparen(c.Fun).(*ast.Ident)
	a, ok2 := ast.Unparen(c.Args[0]).(*ast.Ident)
	b, ok3 := ast.Unparen(x).(*ast.Ident)
	return ok && ok2 && ok3 && f.Name == "len" && w.info.ObjectOf(a) == w.info.ObjectOf(b)
}

func (w *walker) composite(e *ast.CompositeLit) {
	t := w.info.TypeOf(e)
	if p, ok := t.Underlying().(*types.Pointer); ok { // an element &T{...} whose type is left out
		w.add(1)
		t = p.Elem()
	}
	w.add(1)
	switch u := t.Underlying().(type) {
	case *types.Struct:
		w.fields(e, u)
	case *types.Slice:
		w.add(1)
		w.elements(e, nil, u.Elem())
	case *types.Array:
		w.elements(e, nil, u.Elem())
	case *types.Map:
		w.elements(e, u.Key(), u.Elem())
	default:
		w.exprs(e.Elts)
	}
}

func (w *walker) fields(e *ast.CompositeLit, u *types.Struct) {
	for i, x := range e.Elts {
		w.add(1)
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			if f, ok := w.info.ObjectOf(kv.Key.(*ast.Ident)).(*types.Var); ok {
				w.exprTo(kv.Value, f.Type())
			}
			continue
		}
		w.exprTo(x, u.Field(i).Type())
	}
}

func (w *walker) elements(e *ast.CompositeLit, key, elem types.Type) {
	for _, x := range e.Elts {
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			w.add(1)
			w.exprTo(kv.Key, key)
			w.exprTo(kv.Value, elem)
			continue
		}
		w.exprTo(x, elem)
	}
}
