package inlcost

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// walker counts the nodes of one function.
type walker struct {
	m    *Model
	f    *fun
	info *types.Info
	// lits are local variables that only ever hold one function literal.
	lits map[*types.Var]*ast.FuncLit
	body *ast.BlockStmt
	sig  *types.Signature
}

func (w *walker) run() {
	if d := w.f.src.Decl; d != nil {
		w.body = d.Body
		if fn, ok := w.info.Defs[d.Name].(*types.Func); ok {
			w.sig = fn.Signature()
		}
	} else {
		w.body = w.f.src.Lit.Body
		w.sig, _ = w.info.Types[w.f.src.Lit].Type.(*types.Signature)
	}
	w.lits = constantLits(w.body, w.info)
	w.stmts(w.body.List)
}

func (w *walker) add(n int) { w.f.base += n }

// hairy notes what cannot be inlined at any cost.
func (w *walker) hairy(reason string) {
	if w.f.reason == "" {
		w.f.reason = reason
	}
}

func (w *walker) stmts(list []ast.Stmt) {
	for _, s := range list {
		w.stmt(s)
	}
}

func (w *walker) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case nil, *ast.EmptyStmt:
	case *ast.ExprStmt:
		w.expr(s.X)
	case *ast.AssignStmt:
		w.assign(s)
	case *ast.IncDecStmt:
		w.add(2)
		w.expr(s.X)
	case *ast.ReturnStmt:
		w.ret(s)
	case *ast.BlockStmt:
		w.stmts(s.List)
	case *ast.IfStmt:
		w.ifStmt(s)
	case *ast.ForStmt:
		w.add(1)
		w.stmt(s.Init)
		w.expr(s.Cond)
		w.stmt(s.Post)
		w.stmts(s.Body.List)
	case *ast.RangeStmt:
		w.rangeStmt(s)
	case *ast.SwitchStmt:
		w.switchStmt(s)
	case *ast.TypeSwitchStmt:
		w.typeSwitch(s)
	case *ast.SelectStmt:
		w.add(1)
		for _, c := range s.Body.List {
			cc := c.(*ast.CommClause)
			w.add(1)
			w.stmt(cc.Comm)
			w.stmts(cc.Body)
		}
	case *ast.DeclStmt:
		w.declStmt(s.Decl.(*ast.GenDecl))
	case *ast.SendStmt:
		w.add(1)
		w.expr(s.Chan)
		if ch, ok := w.info.TypeOf(s.Chan).Underlying().(*types.Chan); ok {
			w.exprTo(s.Value, ch.Elem())
		} else {
			w.expr(s.Value)
		}
	case *ast.GoStmt:
		w.hairy("unhandled op GO")
	case *ast.DeferStmt:
		w.hairy("unhandled op DEFER")
	case *ast.LabeledStmt:
		w.add(1)
		w.stmt(s.Stmt)
	case *ast.BranchStmt:
		if s.Tok != token.FALLTHROUGH {
			w.add(1)
		}
	}
}

// defined is the cost of declaring the new variables among the left sides of a definition.
func (w *walker) defined(lhs []ast.Expr) {
	for _, e := range lhs {
		if id, ok := e.(*ast.Ident); ok && id.Name != "_" && w.info.Defs[id] != nil {
			w.add(2)
		}
	}
}

func (w *walker) assign(s *ast.AssignStmt) {
	w.add(1)
	if s.Tok == token.DEFINE {
		w.defined(s.Lhs)
	}
	for _, e := range s.Lhs {
		w.target(e)
	}
	if len(s.Lhs) != len(s.Rhs) {
		w.expr(s.Rhs[0])
		return
	}
	for i, e := range s.Rhs {
		if t := w.targetType(s.Lhs[i]); t != nil && s.Tok == token.ASSIGN {
			w.exprTo(e, t)
		} else {
			w.expr(e)
		}
	}
}

// target counts the left side of an assignment.
func (w *walker) target(e ast.Expr) {
	if _, ok := ast.Unparen(e).(*ast.Ident); ok {
		w.add(1)
		return
	}
	w.expr(e)
}

func (w *walker) targetType(e ast.Expr) types.Type {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		if id.Name == "_" {
			return nil
		}
		if obj := w.info.ObjectOf(id); obj != nil {
			return obj.Type()
		}
	}
	return w.info.TypeOf(e)
}

func (w *walker) ret(s *ast.ReturnStmt) {
	w.add(1)
	if len(s.Results) == 1 && w.sig != nil && w.sig.Results().Len() > 1 {
		w.add(1 + 4*w.sig.Results().Len()) // through temporaries
	}
	for i, e := range s.Results {
		if w.sig != nil && len(s.Results) == w.sig.Results().Len() {
			w.exprTo(e, w.sig.Results().At(i).Type())
		} else {
			w.expr(e)
		}
	}
}

func (w *walker) ifStmt(s *ast.IfStmt) {
	if v := w.info.Types[s.Cond].Value; v != nil && v.Kind() == constant.Bool {
		w.stmt(s.Init)
		if constant.BoolVal(v) {
			w.stmts(s.Body.List)
		} else {
			w.stmt(s.Else)
		}
		return
	}
	w.add(1)
	w.stmt(s.Init)
	w.expr(s.Cond)
	w.stmts(s.Body.List)
	w.stmt(s.Else)
}

func (w *walker) rangeStmt(s *ast.RangeStmt) {
	if _, ok := w.info.TypeOf(s.X).Underlying().(*types.Signature); ok {
		w.rangeFunc(s)
		return
	}
	w.add(1)
	for _, e := range []ast.Expr{s.Key, s.Value} {
		if e != nil {
			w.target(e)
			if s.Tok == token.DEFINE {
				w.defined([]ast.Expr{e})
			}
		}
	}
	w.expr(s.X)
	w.stmts(s.Body.List)
}

// rangeFunc counts a range over a function: a call with the body as a literal, and the state that guards it.
func (w *walker) rangeFunc(s *ast.RangeStmt) {
	const guards = 12
	w.add(1 + guards + 1 + closureExtra)
	w.callExpr(s.X)
}

func (w *walker) switchStmt(s *ast.SwitchStmt) {
	w.add(1)
	w.stmt(s.Init)
	w.expr(s.Tag)
	for _, c := range s.Body.List {
		cc := c.(*ast.CaseClause)
		w.add(1)
		for _, e := range cc.List {
			w.expr(e)
		}
		w.stmts(cc.Body)
	}
}

func (w *walker) typeSwitch(s *ast.TypeSwitchStmt) {
	w.add(1)
	w.stmt(s.Init)
	w.add(1) // the guard
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		w.expr(ast.Unparen(a.X).(*ast.TypeAssertExpr).X)
	case *ast.AssignStmt:
		w.add(1)
		w.expr(ast.Unparen(a.Rhs[0]).(*ast.TypeAssertExpr).X)
	}
	for _, c := range s.Body.List {
		cc := c.(*ast.CaseClause)
		w.add(1)
		if _, ok := s.Assign.(*ast.AssignStmt); ok {
			w.add(1)
		}
		for _, e := range cc.List {
			if w.info.Types[e].IsNil() {
				w.add(1)
			}
		}
		w.stmts(cc.Body)
	}
}

func (w *walker) declStmt(d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return
	}
	for _, spec := range d.Specs {
		vs := spec.(*ast.ValueSpec)
		if len(vs.Values) == 0 {
			for _, id := range vs.Names {
				w.add(2)
				w.defined([]ast.Expr{id})
			}
			continue
		}
		w.add(1)
		for _, id := range vs.Names {
			w.add(1)
			w.defined([]ast.Expr{id})
		}
		for i, e := range vs.Values {
			if len(vs.Values) == len(vs.Names) && w.info.ObjectOf(vs.Names[i]) != nil {
				w.exprTo(e, w.info.ObjectOf(vs.Names[i]).Type())
			} else {
				w.expr(e)
			}
		}
	}
}

// constantLits finds the local variables of a function that are given a function literal and never anything else.
func constantLits(body *ast.BlockStmt, info *types.Info) map[*types.Var]*ast.FuncLit {
	lits := map[*types.Var]*ast.FuncLit{}
	bad := map[*types.Var]bool{}
	local := func(e ast.Expr) *types.Var {
		id, ok := ast.Unparen(e).(*ast.Ident)
		if !ok {
			return nil
		}
		v, _ := info.ObjectOf(id).(*types.Var)
		return v
	}
	give := func(v *types.Var, e ast.Expr, defines bool) {
		if v == nil {
			return
		}
		lit, ok := ast.Unparen(e).(*ast.FuncLit)
		if !ok || !defines || lits[v] != nil {
			bad[v] = true
			return
		}
		lits[v] = lit
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) {
					give(local(l), n.Rhs[i], n.Tok == token.DEFINE)
				} else if v := local(l); v != nil {
					bad[v] = true
				}
			}
		case *ast.ValueSpec:
			for i, id := range n.Names {
				v, _ := info.ObjectOf(id).(*types.Var)
				if len(n.Values) == len(n.Names) {
					give(v, n.Values[i], true)
				} else if v != nil {
					bad[v] = true
				}
			}
		case *ast.UnaryExpr:
			if v := local(n.X); n.Op == token.AND && v != nil {
				bad[v] = true
			}
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if e != nil {
					if v := local(e); v != nil {
						bad[v] = true
					}
				}
			}
		}
		return true
	})
	for v := range bad {
		delete(lits, v)
	}
	return lits
}
