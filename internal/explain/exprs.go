package explain

import (
	"go/ast"
	"go/token"
	"go/types"

	"strata/internal/analyze"
	"strata/internal/load"
)

// expr looks through an expression.
func (s *siteFinder) expr(e ast.Expr) {
	if e == nil {
		return
	}
	tv := s.info().Types[e]
	if tv.Value != nil || tv.IsType() {
		return
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		s.expr(e.X)
	case *ast.SelectorExpr:
		s.selector(e)
	case *ast.CallExpr:
		s.call(e)
	case *ast.UnaryExpr:
		s.unary(e)
	case *ast.BinaryExpr:
		s.binary(e)
	case *ast.StarExpr:
		s.expr(e.X)
	case *ast.IndexExpr:
		s.expr(e.X)
		s.elided(e)
		if m, ok := s.info().TypeOf(e.X).Underlying().(*types.Map); ok {
			s.exprTo(e.Index, m.Key())
		} else {
			s.expr(e.Index)
		}
	case *ast.SliceExpr:
		s.exprs([]ast.Expr{e.X, e.Low, e.High, e.Max})
	case *ast.TypeAssertExpr:
		s.expr(e.X)
	case *ast.FuncLit:
		if s.called[e] && s.verdict(e.Pos(), "func literal", analyze.Static) == nil {
			return // inlined where it is called: no function value is left
		}
		s.object(e.Pos(), "func literal", e.Pos(), "func literal", analyze.Static)
	case *ast.CompositeLit:
		s.composite(e, false)
	}
}

// elided reports on an index that is not constant, of an array or a constant string, and needs no check.
func (s *siteFinder) elided(e *ast.IndexExpr) {
	t := s.info().TypeOf(e.X).Underlying()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem().Underlying()
	}
	_, array := t.(*types.Array)
	if !array && s.info().Types[e.X].Value == nil || s.info().Types[e.Index].Value != nil || s.inl != 0 || s.f.Late == nil {
		return
	}
	for _, c := range s.f.Late.Checks {
		if c.Kind == IndexBounds && c.Pos.Inl == 0 && e.Pos() <= c.Pos.P && c.Pos.P < e.End() {
			return
		}
	}
	s.say(e.Lbrack, "index bounds check elided")
}

// selector reports on method values.
func (s *siteFinder) selector(e *ast.SelectorExpr) {
	sel := s.info().Selections[e]
	if sel == nil {
		return
	}
	s.expr(e.X)
	if sel.Kind() == types.MethodVal {
		s.object(load.ExprPos(e), s.text(e), e.Sel.Pos(), "method value")
	}
}

func (s *siteFinder) unary(e *ast.UnaryExpr) {
	if lit, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok && e.Op == token.AND {
		s.object(e.Pos(), s.text(e), lit.Pos(), "&composite literal")
		s.composite(lit, true)
		return
	}
	s.expr(e.X)
}

func (s *siteFinder) binary(e *ast.BinaryExpr) {
	if e.Op == token.ADD && isString(s.info().TypeOf(e)) {
		for _, x := range s.operands(e, nil) {
			s.expr(x)
		}
		s.object(e.OpPos, s.text(e), e.OpPos, "runtime.concat*")
		return
	}
	x, y := s.info().TypeOf(e.X), s.info().TypeOf(e.Y)
	if e.Op == token.EQL || e.Op == token.NEQ {
		s.exprTo(e.X, y)
		s.exprTo(e.Y, x)
		return
	}
	s.expr(e.X)
	s.expr(e.Y)
}

// operands flattens a chain of string additions.
func (s *siteFinder) operands(e ast.Expr, list []ast.Expr) []ast.Expr {
	if b, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && b.Op == token.ADD && s.info().Types[e].Value == nil {
		return append(s.operands(b.X, list), b.Y)
	}
	return append(list, e)
}

// composite reports on a literal; addressed says that its object has been reported.
func (s *siteFinder) composite(e *ast.CompositeLit, addressed bool) {
	t := s.info().TypeOf(e)
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
		if !addressed {
			s.object(load.ExprPos(e), "&"+s.text(e), e.Pos(), "&composite literal")
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		s.fields(e, u)
	case *types.Slice:
		s.object(load.ExprPos(e), s.text(e), e.Pos(), "slice literal")
		s.elements(e, nil, u.Elem())
	case *types.Array:
		s.elements(e, nil, u.Elem())
	case *types.Map:
		s.object(load.ExprPos(e), s.text(e), e.Pos(), "runtime.makemap*")
		s.elements(e, u.Key(), u.Elem())
	}
}

func (s *siteFinder) fields(e *ast.CompositeLit, u *types.Struct) {
	for i, x := range e.Elts {
		kv, ok := x.(*ast.KeyValueExpr)
		if !ok {
			s.exprTo(x, u.Field(i).Type())
			continue
		}
		if v, ok := s.info().ObjectOf(kv.Key.(*ast.Ident)).(*types.Var); ok {
			s.exprTo(kv.Value, v.Type())
		}
	}
}

func (s *siteFinder) elements(e *ast.CompositeLit, key, elem types.Type) {
	for _, x := range e.Elts {
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			if key != nil {
				s.exprTo(kv.Key, key)
			}
			x = kv.Value
		}
		s.exprTo(x, elem)
	}
}

func (s *siteFinder) call(e *ast.CallExpr) {
	tv := s.info().Types[e.Fun]
	switch {
	case tv.IsType():
		s.conversion(e, tv.Type)
		return
	case tv.IsBuiltin():
		s.builtin(e)
		return
	}
	switch f := ast.Unparen(e.Fun).(type) {
	case *ast.SelectorExpr:
		if s.info().Selections[f] != nil {
			s.expr(f.X)
		}
	case *ast.FuncLit:
		s.called[f] = true
		s.expr(f)
	default:
		s.expr(f)
	}
	sig, ok := s.info().TypeOf(e.Fun).Underlying().(*types.Signature)
	if !ok {
		return
	}
	s.args(e, sig)
}

func (s *siteFinder) args(e *ast.CallExpr, sig *types.Signature) {
	n := sig.Params().Len()
	variadic := sig.Variadic() && !e.Ellipsis.IsValid()
	given := len(e.Args)
	if len(e.Args) == 1 && n != 1 {
		if tup, ok := s.info().TypeOf(e.Args[0]).(*types.Tuple); ok {
			given = tup.Len()
			s.expr(e.Args[0])
			n = -1
		}
	}
	if n >= 0 {
		for i, a := range e.Args {
			switch {
			case variadic && i >= n-1:
				s.exprTo(a, sig.Params().At(n-1).Type().Underlying().(*types.Slice).Elem())
			case i < n:
				s.exprTo(a, sig.Params().At(i).Type())
			}
		}
	}
	if variadic && given >= sig.Params().Len() {
		s.object(e.Lparen, "... argument", e.Lparen, "... argument")
	}
}

// conversion reports on conversions that copy: to interfaces, and between strings and slices.
func (s *siteFinder) conversion(e *ast.CallExpr, to types.Type) {
	x := e.Args[0]
	from := s.info().TypeOf(x)
	s.expr(x)
	switch {
	case boxes(from, to):
		s.object(e.Lparen, s.text(e), e.Pos(), "interface value", analyze.Static)
		if s.verdict(e.Pos(), "interface value", analyze.Static) == nil && s.verdict(x.Pos(), analyze.Static) != nil {
			return
		}
	case isString(to) && !isString(from), isString(from) && !isString(to):
		copies := []string{"runtime.slicebytetostring", "runtime.stringtoslice*", "runtime.intstring", "runtime.slicerunetostring"}
		at := load.ExprPos(x)
		if s.verdict(at, copies...) == nil { // of a constant
			at = e.Pos()
		}
		s.object(e.Lparen, s.text(e), at, copies...)
	}
}

func (s *siteFinder) builtin(e *ast.CallExpr) {
	name := ""
	switch f := ast.Unparen(e.Fun).(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	switch name {
	case "new":
		if !s.info().Types[e.Args[0]].IsType() {
			s.expr(e.Args[0])
		}
		s.object(e.Lparen, s.text(e), e.Pos(), "new")
	case "make":
		s.exprs(e.Args[1:])
		s.makes(e)
	case "append":
		s.appendCall(e)
	case "panic":
		if x := e.Args[0]; s.info().Types[x].Value == nil || s.verdict(x.Pos(), analyze.Static) != nil {
			s.exprTo(x, types.NewInterfaceType(nil, nil))
		}
	case "delete":
		s.expr(e.Args[0])
		if m, ok := s.info().TypeOf(e.Args[0]).Underlying().(*types.Map); ok {
			s.exprTo(e.Args[1], m.Key())
		}
	default:
		s.exprs(e.Args)
	}
}

func (s *siteFinder) makes(e *ast.CallExpr) {
	switch s.info().TypeOf(e).Underlying().(type) {
	case *types.Slice:
		s.object(e.Lparen, s.foldedText(e, e.Args[len(e.Args)-1]), e.Pos(), "make", "runtime.makeslice*")
	case *types.Map:
		s.object(e.Lparen, s.text(e), e.Pos(), "runtime.makemap*")
	}
}

func (s *siteFinder) appendCall(e *ast.CallExpr) {
	s.expr(e.Args[0])
	sl, ok := s.info().TypeOf(e.Args[0]).Underlying().(*types.Slice)
	for _, a := range e.Args[1:] {
		if ok && !e.Ellipsis.IsValid() {
			s.exprTo(a, sl.Elem())
		} else {
			s.expr(a)
		}
	}
	s.flow(e.Lparen, "append", e.Pos(), "runtime.growslice*")
}
