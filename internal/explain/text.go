package explain

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"strata/internal/load"
)

// printText prints types, expressions and statements in short, as gc's messages do: literals and loops are
// abbreviated, constants are folded, the package's own names stand alone.
type printText struct {
	pkg  *load.Package // from whose point of view
	info *types.Info
	// folded are expressions in whose place the constant stands that they always are.
	folded map[ast.Expr]types.TypeAndValue
}

func (t *printText) typ(x types.Type) string {
	text := types.TypeString(x, func(p *types.Package) string {
		if t.pkg != nil && p == t.pkg.Types {
			return ""
		}
		return p.Name()
	})
	return spaced.Replace(text)
}

// spaced puts the spaces into type literals that gc's printer has.
var spaced = strings.NewReplacer("struct{}", "struct {}", "struct{", "struct { ", "interface{}", "interface {}", "interface{", "interface { ", "}", " }")

// signature prints the type of a function: method(T) func(...) ....
func (t *printText) signature(f *Func) string {
	t.info = f.Pkg.Info
	var b strings.Builder
	if f.Decl != nil && f.Decl.Recv != nil {
		b.WriteString("method(" + t.typ(t.info.TypeOf(f.Decl.Recv.List[0].Type)) + ") ")
	}
	b.WriteString("func(")
	sig := f.Sig
	if fn, ok := t.info.Defs[declName(f)].(*types.Func); ok {
		sig = fn.Signature()
	}
	for i := range sig.Params().Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		p := sig.Params().At(i).Type()
		if s, ok := p.(*types.Slice); ok && sig.Variadic() && i == sig.Params().Len()-1 {
			b.WriteString("..." + t.typ(s.Elem()))
			continue
		}
		b.WriteString(t.typ(p))
	}
	b.WriteString(")")
	switch n := sig.Results().Len(); {
	case n == 1:
		b.WriteString(" " + t.typ(sig.Results().At(0).Type()))
	case n > 1:
		var list []string
		for r := range sig.Results().Variables() {
			list = append(list, t.typ(r.Type()))
		}
		b.WriteString(" (" + strings.Join(list, ", ") + ")")
	}
	return b.String()
}

func declName(f *Func) *ast.Ident {
	if f.Decl == nil {
		return nil
	}
	return f.Decl.Name
}

// Precedences as in the language; primary expressions bind tightest.
const (
	unaryPrec   = 7
	primaryPrec = 8
)

var binaryPrec = map[token.Token]int{
	token.MUL: 6, token.QUO: 6, token.REM: 6, token.SHL: 6, token.SHR: 6, token.AND: 6, token.AND_NOT: 6,
	token.ADD: 5, token.SUB: 5, token.OR: 5, token.XOR: 5,
	token.EQL: 4, token.NEQ: 4, token.LSS: 4, token.LEQ: 4, token.GTR: 4, token.GEQ: 4,
	token.LAND: 2, token.LOR: 1,
}

// expr prints an expression in a place that binds with precedence prec.
func (t *printText) expr(e ast.Expr, prec int) string {
	if t.info != nil {
		if tv := t.info.Types[e]; tv.Value != nil {
			return t.constant(e, tv)
		} else if tv.IsType() {
			return t.typ(tv.Type)
		}
		if tv, ok := t.folded[e]; ok {
			return t.constant(e, tv)
		}
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return t.expr(e.X, prec)
	case *ast.Ident:
		return e.Name
	case *ast.BasicLit:
		return e.Value
	case *ast.SelectorExpr:
		return t.expr(e.X, primaryPrec) + "." + e.Sel.Name
	case *ast.CallExpr:
		return t.call(e)
	case *ast.StarExpr:
		x := t.expr(e.X, unaryPrec)
		return paren("*"+paren(x, strings.HasPrefix(x, "*")), prec > unaryPrec)
	case *ast.UnaryExpr:
		return paren(e.Op.String()+t.expr(e.X, unaryPrec), prec > unaryPrec)
	case *ast.BinaryExpr:
		p := binaryPrec[e.Op]
		return paren(t.expr(e.X, p)+" "+e.Op.String()+" "+t.expr(e.Y, p+1), prec > p)
	case *ast.IndexExpr:
		return t.expr(e.X, primaryPrec) + "[" + t.expr(e.Index, 0) + "]"
	case *ast.IndexListExpr:
		return t.expr(e.X, primaryPrec)
	case *ast.SliceExpr:
		return t.slice(e)
	case *ast.TypeAssertExpr:
		if e.Type == nil {
			return t.expr(e.X, primaryPrec) + ".(type)"
		}
		return t.expr(e.X, primaryPrec) + ".(" + t.expr(e.Type, 0) + ")"
	case *ast.FuncLit:
		return "func literal"
	case *ast.CompositeLit:
		return t.composite(e)
	case *ast.KeyValueExpr:
		return t.expr(e.Key, 0) + ":" + t.expr(e.Value, 0)
	}
	return "_"
}

func paren(s string, yes bool) string {
	if yes {
		return "(" + s + ")"
	}
	return s
}

// constant prints a constant's value; named ones and those of an own type show it.
func (t *printText) constant(e ast.Expr, tv types.TypeAndValue) string {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok && (id.Name == "true" || id.Name == "false") {
		return id.Name
	}
	v := tv.Value
	typ := tv.Type
	text := v.ExactString()
	switch v.Kind() {
	case constant.String:
		text = strconv.Quote(constant.StringVal(v))
	case constant.Float:
		text = v.String()
	}
	b, basic := typ.(*types.Basic)
	if basic && (b.Kind() == types.Int32 || b.Kind() == types.UntypedRune) {
		if lit, ok := ast.Unparen(e).(*ast.BasicLit); ok && lit.Kind == token.CHAR {
			return lit.Value
		}
	}
	if basic && (b.Info()&types.IsUntyped != 0 || typ == types.Default(types.Typ[untypedOf(v)])) {
		return text
	}
	return t.typ(typ) + "(" + text + ")"
}

func untypedOf(v constant.Value) types.BasicKind {
	switch v.Kind() {
	case constant.Bool:
		return types.UntypedBool
	case constant.String:
		return types.UntypedString
	case constant.Float:
		return types.UntypedFloat
	case constant.Complex:
		return types.UntypedComplex
	}
	return types.UntypedInt
}

func (t *printText) list(list []ast.Expr) string {
	var out []string
	for _, e := range list {
		out = append(out, t.expr(e, 0))
	}
	return strings.Join(out, ", ")
}

// call prints a call. Methods of known types are shown as functions of their receiver.
func (t *printText) call(e *ast.CallExpr) string {
	args := t.list(e.Args)
	if e.Ellipsis.IsValid() {
		args += "..."
	}
	if t.info == nil {
		return t.expr(e.Fun, primaryPrec) + "(" + args + ")"
	}
	if tv := t.info.Types[e.Fun]; tv.IsType() {
		return t.conversion(tv.Type) + "(" + args + ")"
	}
	if s, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr); ok {
		if sel := t.info.Selections[s]; sel != nil && sel.Kind() == types.MethodVal && !types.IsInterface(sel.Recv()) {
			return t.method(s, sel, args)
		}
	}
	return t.expr(e.Fun, primaryPrec) + "(" + args + ")"
}

func (t *printText) method(s *ast.SelectorExpr, sel *types.Selection, args string) string {
	recv := t.typ(sel.Obj().(*types.Func).Signature().Recv().Type())
	if strings.HasPrefix(recv, "*") {
		recv = "(" + recv + ")"
	}
	if args != "" {
		args = ", " + args
	}
	return recv + "." + s.Sel.Name + "(" + t.expr(s.X, 0) + args + ")"
}

func (t *printText) conversion(x types.Type) string {
	switch types.Unalias(x).(type) {
	case *types.Named, *types.Basic, *types.TypeParam:
		return t.typ(x)
	}
	return "(" + t.typ(x) + ")"
}

func (t *printText) slice(e *ast.SliceExpr) string {
	part := func(x ast.Expr) string {
		if x == nil {
			return ""
		}
		return t.expr(x, 0)
	}
	s := t.expr(e.X, primaryPrec) + "[" + part(e.Low) + ":" + part(e.High)
	if e.Slice3 {
		s += ":" + part(e.Max)
	}
	return s + "]"
}

func (t *printText) composite(e *ast.CompositeLit) string {
	name := "T"
	if t.info != nil {
		x := t.info.TypeOf(e)
		if p, ok := x.Underlying().(*types.Pointer); ok && e.Type == nil {
			x = p.Elem()
		}
		name = t.typ(x)
	}
	if len(e.Elts) == 0 {
		return name + "{}"
	}
	return name + "{...}"
}

func (t *printText) stmts(list []ast.Stmt) string {
	var out []string
	for _, s := range list {
		if text := t.stmt(s); text != "" {
			out = append(out, text)
		}
	}
	return strings.Join(out, "; ")
}

// stmt prints a statement; loops and switches are only named.
func (t *printText) stmt(s ast.Stmt) string {
	switch s := s.(type) {
	case *ast.ExprStmt:
		return t.expr(s.X, 0)
	case *ast.AssignStmt:
		return t.list(s.Lhs) + " " + s.Tok.String() + " " + t.list(s.Rhs)
	case *ast.IncDecStmt:
		return t.expr(s.X, 0) + s.Tok.String()
	case *ast.ReturnStmt:
		return strings.TrimRight("return "+t.list(s.Results), " ")
	case *ast.BlockStmt:
		return "{ " + t.stmts(s.List) + " }"
	case *ast.IfStmt:
		return t.ifStmt(s)
	case *ast.ForStmt, *ast.RangeStmt:
		return "for loop"
	case *ast.SwitchStmt, *ast.TypeSwitchStmt:
		return "switch statement"
	case *ast.SelectStmt:
		return "select statement"
	case *ast.DeclStmt:
		return t.decl(s.Decl.(*ast.GenDecl))
	case *ast.SendStmt:
		return t.expr(s.Chan, 0) + " <- " + t.expr(s.Value, 0)
	case *ast.LabeledStmt:
		return s.Label.Name + ": ; " + t.stmt(s.Stmt)
	case *ast.BranchStmt:
		if s.Label != nil {
			return s.Tok.String() + " " + s.Label.Name
		}
		return s.Tok.String()
	case *ast.GoStmt:
		return "go " + t.expr(s.Call, 0)
	case *ast.DeferStmt:
		return "defer " + t.expr(s.Call, 0)
	}
	return ""
}

func (t *printText) ifStmt(s *ast.IfStmt) string {
	text := "if "
	if s.Init != nil {
		text += t.stmt(s.Init) + "; "
	}
	text += t.expr(s.Cond, 0) + " { " + t.stmts(s.Body.List) + " }"
	switch e := s.Else.(type) {
	case *ast.BlockStmt:
		text += " else { " + t.stmts(e.List) + " }"
	case *ast.IfStmt:
		text += " else { " + t.stmt(e) + " }"
	}
	return text
}

func (t *printText) decl(d *ast.GenDecl) string {
	if d.Tok != token.VAR {
		return ""
	}
	var out []string
	for _, spec := range d.Specs {
		vs := spec.(*ast.ValueSpec)
		var names []ast.Expr
		for _, id := range vs.Names {
			names = append(names, id)
		}
		if len(vs.Values) == 0 {
			out = append(out, "var "+t.list(names)+" "+t.expr(vs.Type, 0))
			continue
		}
		out = append(out, t.list(names)+" := "+t.list(vs.Values))
	}
	return strings.Join(out, "; ")
}
