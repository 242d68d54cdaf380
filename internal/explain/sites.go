package explain

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"

	"strata/internal/analyze"
	"strata/internal/load"
)

func itoa(n int) string { return strconv.Itoa(n) }

// siteFinder walks the source of a function for everything that may make an object.
type siteFinder struct {
	p     *printer
	f     *Func // whose decisions are told
	in    *Func // whose source is walked: f, or a function inlined into it
	inl   int32
	outer token.Pos // where messages stand for what was inlined
	calls map[token.Pos]*ast.CallExpr
	sites map[siteKey][]*analyze.Site
	// called are the literals that are called where they stand, or whose variable is only called.
	called map[*ast.FuncLit]bool
}

func (s *siteFinder) info() *types.Info { return s.in.Pkg.Info }

// function looks through parameters, variables and statements.
func (s *siteFinder) function() {
	for k, list := range s.sites {
		if k.inl != s.inl {
			continue
		}
		for _, site := range list {
			if site.Var && site.Heap {
				s.reasons(k.pos, site, site.What, true)
				s.say(k.pos, "moved to heap: %s", site.What)
			}
		}
	}
	s.stmt(s.in.body())
}

// say reports at pos, or where the inlined call stands.
func (s *siteFinder) say(pos token.Pos, format string, args ...any) {
	if s.inl != 0 {
		pos = s.outer
	}
	s.p.say(pos, format, args...)
}

// made reports on an object: text describes the expression, at says where the message stands.
func (s *siteFinder) made(at token.Pos, text string, site *analyze.Site, escapes bool) {
	if s.f.Report.Unknown {
		escapes = true
	}
	if !escapes {
		s.say(at, "%s does not escape", text)
		return
	}
	s.reasons(at, site, text, false)
	s.say(at, "%s escapes to heap", text)
}

// object reports on an object that the compiler places freely.
func (s *siteFinder) object(at token.Pos, text string, pos token.Pos, what ...string) {
	site := s.verdict(pos, what...)
	s.made(at, text, site, site != nil && (site.Heap || site.What == analyze.Static && site.Escapes))
}

// flow reports on an object of the runtime by whether it is still in use when the function has returned.
func (s *siteFinder) flow(at token.Pos, text string, pos token.Pos, what ...string) {
	site := s.verdict(pos, what...)
	s.made(at, text, site, site != nil && site.Escapes)
}

func (s *siteFinder) text(e ast.Expr) string {
	t := printText{pkg: s.f.Pkg, info: s.info()}
	return t.expr(e, 0)
}

// foldedText is text with the value of part, a variable that always is the same constant, in its place.
func (s *siteFinder) foldedText(e, part ast.Expr) string {
	t := printText{pkg: s.f.Pkg, info: s.info()}
	if id, ok := ast.Unparen(part).(*ast.Ident); ok {
		if v, ok := s.info().Uses[id].(*types.Var); ok {
			if tv, ok := s.p.constants(s.in)[v]; ok {
				t.folded = map[ast.Expr]types.TypeAndValue{id: tv}
			}
		}
	}
	return t.expr(e, 0)
}

// stmt looks through a statement.
func (s *siteFinder) stmt(n ast.Stmt) {
	switch n := n.(type) {
	case nil:
	case *ast.BlockStmt:
		s.list(n.List)
	case *ast.ExprStmt:
		s.expr(n.X)
	case *ast.AssignStmt:
		s.assign(n)
	case *ast.ReturnStmt:
		s.returns(n)
	case *ast.IfStmt:
		s.ifStmt(n)
	case *ast.ForStmt:
		s.stmt(n.Init)
		s.expr(n.Cond)
		s.stmt(n.Post)
		s.stmt(n.Body)
	case *ast.RangeStmt:
		s.expr(n.X)
		s.stmt(n.Body)
	case *ast.SwitchStmt:
		s.stmt(n.Init)
		s.expr(n.Tag)
		s.stmt(n.Body)
	case *ast.TypeSwitchStmt:
		s.stmt(n.Init)
		s.stmt(n.Assign)
		s.stmt(n.Body)
	case *ast.CaseClause:
		s.exprs(n.List)
		s.list(n.Body)
	case *ast.SelectStmt:
		s.stmt(n.Body)
	case *ast.CommClause:
		s.stmt(n.Comm)
		s.list(n.Body)
	case *ast.LabeledStmt:
		s.stmt(n.Stmt)
	case *ast.GoStmt:
		s.expr(n.Call)
	case *ast.DeferStmt:
		s.expr(n.Call)
	case *ast.SendStmt:
		s.expr(n.Chan)
		if ch, ok := s.info().TypeOf(n.Chan).Underlying().(*types.Chan); ok {
			s.exprTo(n.Value, ch.Elem())
		} else {
			s.expr(n.Value)
		}
	case *ast.IncDecStmt:
		s.expr(n.X)
	case *ast.DeclStmt:
		s.decl(n.Decl.(*ast.GenDecl))
	}
}

func (s *siteFinder) list(list []ast.Stmt) {
	for _, n := range list {
		s.stmt(n)
	}
}

func (s *siteFinder) assign(n *ast.AssignStmt) {
	s.selfAssignments(n)
	s.exprs(n.Lhs)
	for i, e := range n.Rhs {
		if n.Tok == token.ASSIGN && len(n.Lhs) == len(n.Rhs) {
			if id, ok := n.Lhs[i].(*ast.Ident); !ok || id.Name != "_" {
				s.exprTo(e, s.info().TypeOf(n.Lhs[i]))
				continue
			}
		}
		s.expr(e)
	}
	if n.Tok == token.ADD_ASSIGN && isString(s.info().TypeOf(n.Lhs[0])) {
		s.object(opAssignPos(n), s.text(n.Lhs[0])+" + "+s.text(n.Rhs[0]), n.TokPos, "runtime.concat*")
	}
}

// opAssignPos is where x += y is reported: at x.
func opAssignPos(n *ast.AssignStmt) token.Pos { return load.ExprPos(n.Lhs[0]) }

func (s *siteFinder) returns(n *ast.ReturnStmt) {
	sig := s.in.Sig
	for i, e := range n.Results {
		if len(n.Results) == sig.Results().Len() {
			s.exprTo(e, sig.Results().At(i).Type())
		} else {
			s.expr(e)
		}
	}
}

func (s *siteFinder) ifStmt(n *ast.IfStmt) {
	s.stmt(n.Init)
	if v := s.info().Types[n.Cond].Value; v != nil {
		if v.String() == "true" {
			s.stmt(n.Body)
		} else {
			s.stmt(n.Else)
		}
		return
	}
	s.expr(n.Cond)
	s.stmt(n.Body)
	s.stmt(n.Else)
}

func (s *siteFinder) decl(d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return
	}
	for _, spec := range d.Specs {
		vs := spec.(*ast.ValueSpec)
		for i, e := range vs.Values {
			if obj := s.info().Defs[vs.Names[min(i, len(vs.Names)-1)]]; obj != nil && len(vs.Values) == len(vs.Names) {
				s.exprTo(e, obj.Type())
			} else {
				s.expr(e)
			}
		}
	}
}

func (s *siteFinder) exprs(list []ast.Expr) {
	for _, e := range list {
		s.expr(e)
	}
}

// exprTo looks through an expression that is converted implicitly to t.
func (s *siteFinder) exprTo(e ast.Expr, t types.Type) {
	from := s.info().TypeOf(e)
	s.expr(e)
	if boxes(from, t) && !s.info().Types[e].IsNil() {
		at := load.ExprPos(e)
		s.object(at, s.foldedText(e, e), e.Pos(), "interface value", analyze.Static)
	}
}

// boxes tells whether a conversion puts a value into memory behind an interface.
func boxes(from, to types.Type) bool {
	if from == nil || to == nil || !types.IsInterface(to) || types.IsInterface(from) {
		return false
	}
	if _, ok := types.Unalias(to).(*types.TypeParam); ok {
		return false
	}
	if b, ok := from.(*types.Basic); ok && b.Kind() == types.UntypedNil {
		return false
	}
	return !direct(from)
}

// direct tells whether an interface holds a value of t in its data word.
func direct(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Chan, *types.Map, *types.Signature:
		return true
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Array:
		return u.Len() == 1 && direct(u.Elem())
	case *types.Struct:
		return u.NumFields() == 1 && direct(u.Field(0).Type())
	}
	return false
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}
