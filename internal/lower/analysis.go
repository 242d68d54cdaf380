package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"strata/internal/symname"
)

// analysis finds out, before a function is lowered, which variables live in
// memory, what its function literals capture, and how these are called. It is
// immutable once made: the literals share it.
type analysis struct {
	info      *types.Info
	pkg       *types.Package
	p         *Program
	sub       *subst
	vars      map[*types.Var]*varInfo
	lits      map[ast.Node]*funcInfo // by *ast.FuncLit or, over functions, *ast.RangeStmt
	constVars []constVar
}

// funcInfo is a function inside the analysed source: the declared function,
// a literal, or the body of a range over a function.
type funcInfo struct {
	a            *analysis
	node         ast.Node
	outer        *funcInfo // nil for the outermost
	sym, display string
	rangeBody    bool

	captures []*types.Var
	capIndex map[*types.Var]int
	// constants are variables of outer functions that need no capture: see constantVars.
	constants []*types.Var

	results            []*types.Var // one for each result, named or not
	named              bool         // the results have names
	hasDefer           bool         // has a defer statement, also in bodies of ranges over functions
	hasRecover         bool         // calls recover itself
	nested             bool         // is inside a literal
	numLits, numRanges int
	ext                funcExt // what the statement half keeps
}

// varInfo is what is known of a local variable.
type varInfo struct {
	owner     *funcInfo
	taken     bool // its address is taken
	captured  bool
	assigned  bool // is assigned after its declaration
	noPromote bool
	force     bool // captured by reference whatever else
	size      int64
	lit       *funcInfo      // the function literal that it is declared with
	value     constant.Value // the constant that it is declared with, its only value
	holds     types.Type     // of an interface: the type of the value that it is declared with; type parameters may be in it
}

// byValue tells whether closures hold a copy of the variable.
func (v *varInfo) byValue() bool { return !v.taken && !v.assigned && !v.force && v.size <= 128 }

// inMemory tells whether the function that declares the variable keeps it in memory.
func (v *varInfo) inMemory() bool { return v.taken || v.noPromote || v.captured && !v.byValue() }

// varInfo gives what is known of a local variable; nil for variables the compiler made.
func (f *funcInfo) varInfo(obj *types.Var) *varInfo {
	if f == nil {
		return nil
	}
	return f.a.vars[obj]
}

func newAnalysis(b *builder) *analysis {
	return &analysis{info: b.info, pkg: b.pkg.Types, p: b.p, sub: b.sub, vars: map[*types.Var]*varInfo{}, lits: map[ast.Node]*funcInfo{}}
}

// analyse looks through a declared function.
func analyse(b *builder, d *ast.FuncDecl, sym, display string) *funcInfo {
	a := newAnalysis(b)
	f := a.newFunc(d, nil, sym, display)
	if d.Recv != nil {
		a.fields(f, d.Recv)
	}
	a.function(f, d.Type, d.Body)
	a.constantVars()
	return f
}

// analyseNodes looks through expressions or statements outside functions: initialisers of package
// variables. first counts the literals already numbered under sym.
func analyseNodes(b *builder, sym, display string, first int, nodes ...ast.Node) *funcInfo {
	a := newAnalysis(b)
	f := a.newFunc(nil, nil, sym, display)
	f.numLits = first
	for _, n := range nodes {
		a.walk(f, n)
	}
	a.constantVars()
	return f
}

func (a *analysis) typ(t types.Type) types.Type {
	if a.sub == nil {
		return t
	}
	return a.sub.typ(t)
}

func (a *analysis) newFunc(node ast.Node, outer *funcInfo, sym, display string) *funcInfo {
	return &funcInfo{a: a, node: node, outer: outer, sym: sym, display: display, capIndex: map[*types.Var]int{}}
}

// function looks through parameters, results and body.
func (a *analysis) function(f *funcInfo, ft *ast.FuncType, body *ast.BlockStmt) {
	a.fields(f, ft.Params)
	if ft.Results != nil {
		a.results(f, ft.Results)
	}
	a.walk(f, body)
	if f.hasDefer {
		for _, r := range f.results {
			a.vars[r].noPromote = true
		}
	}
}

func (a *analysis) fields(f *funcInfo, list *ast.FieldList) {
	for _, fld := range list.List {
		for _, id := range fld.Names {
			if v, ok := a.info.Defs[id].(*types.Var); ok {
				a.declare(f, v)
			}
		}
	}
}

func (a *analysis) results(f *funcInfo, list *ast.FieldList) {
	add := func(v *types.Var) {
		a.declare(f, v)
		a.vars[v].assigned = true
		f.results = append(f.results, v)
	}
	for _, fld := range list.List {
		if len(fld.Names) == 0 {
			add(types.NewVar(fld.Pos(), a.pkg, "~r", a.info.Types[fld.Type].Type))
		}
		for _, id := range fld.Names {
			f.named = true
			v, _ := a.info.Defs[id].(*types.Var)
			if v == nil || id.Name == "_" {
				v = types.NewVar(id.Pos(), a.pkg, "~r", a.info.Types[fld.Type].Type)
			}
			add(v)
		}
	}
}

// declare makes f the owner of a variable.
func (a *analysis) declare(f *funcInfo, v *types.Var) *varInfo {
	if vi := a.vars[v]; vi != nil {
		return vi
	}
	vi := &varInfo{owner: f, size: a.p.sizeof(a.typ(v.Type()))}
	a.vars[v] = vi
	return vi
}

// newVar makes a variable for the compiler's own use, owned by f.
func (a *analysis) newVar(f *funcInfo, pos token.Pos, name string, t types.Type) *types.Var {
	v := types.NewVar(pos, a.pkg, name, t)
	a.declare(f, v).assigned = true
	return v
}

// use notes that f mentions a variable: the functions between f and its owner capture it.
func (a *analysis) use(f *funcInfo, v *types.Var) {
	vi := a.vars[v]
	if vi == nil {
		return
	}
	for ; f != nil && f != vi.owner; f = f.outer {
		vi.captured = true
		if _, ok := f.capIndex[v]; ok {
			continue
		}
		f.capIndex[v] = len(f.captures)
		f.captures = append(f.captures, v)
	}
}

// captureRef is use by reference, for variables the compiler made.
func (a *analysis) captureRef(f *funcInfo, v *types.Var) {
	a.use(f, v)
	a.vars[v].force = true
}

// real is the declared function or literal that f's statements belong to.
func (f *funcInfo) real() *funcInfo {
	for f.rangeBody {
		f = f.outer
	}
	return f
}

// walk looks through a part of f's body.
func (a *analysis) walk(f *funcInfo, n ast.Node) {
	if n == nil {
		return
	}
	ast.Inspect(n, func(n ast.Node) bool { return a.visit(f, n) })
}

func (a *analysis) visit(f *funcInfo, n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncLit:
		a.literal(f, n)
		return false
	case *ast.Ident:
		a.ident(f, n)
	case *ast.RangeStmt:
		return a.rangeStmt(f, n)
	case *ast.AssignStmt:
		for _, l := range n.Lhs {
			a.assigned(l)
		}
		if n.Tok == token.DEFINE && len(n.Lhs) == len(n.Rhs) {
			for i, l := range n.Lhs {
				if id, ok := l.(*ast.Ident); ok {
					a.constVar(id, n.Rhs[i])
				}
			}
		}
	case *ast.ValueSpec:
		if len(n.Names) == len(n.Values) {
			for i, id := range n.Names {
				a.constVar(id, n.Values[i])
			}
		}
	case *ast.IncDecStmt:
		a.assigned(n.X)
	case *ast.CaseClause:
		if v, ok := a.info.Implicits[n].(*types.Var); ok {
			a.declare(f, v)
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			a.taken(n.X)
		}
	case *ast.SliceExpr:
		if _, ok := a.under(n.X).(*types.Array); ok {
			a.taken(n.X)
		}
	case *ast.SelectorExpr:
		a.selector(n)
	case *ast.DeferStmt:
		for g := f; ; g = g.outer {
			g.hasDefer = true
			if !g.rangeBody {
				break
			}
		}
	case *ast.CallExpr:
		a.call(f, n)
	case *ast.ReturnStmt:
		a.returns(f)
	case *ast.SelectStmt, *ast.CommClause:
	}
	return true
}

func (a *analysis) under(e ast.Expr) types.Type {
	t := a.info.TypeOf(e)
	if t == nil {
		return nil
	}
	return under(a.typ(t))
}

func (a *analysis) call(f *funcInfo, n *ast.CallExpr) {
	if id, ok := ast.Unparen(n.Fun).(*ast.Ident); ok && id.Name == "recover" {
		if _, ok := a.info.Uses[id].(*types.Builtin); ok {
			f.hasRecover = true
		}
	}
}

// returns lets a return inside the body of a range over a function set the function's results.
func (a *analysis) returns(f *funcInfo) {
	if !f.rangeBody {
		return
	}
	for _, r := range f.real().results {
		a.captureRef(f, r)
	}
}

func (a *analysis) ident(f *funcInfo, id *ast.Ident) {
	if v, ok := a.info.Defs[id].(*types.Var); ok {
		if !v.IsField() && id.Name != "_" {
			a.declare(f, v)
		}
		return
	}
	if v, ok := a.info.Uses[id].(*types.Var); ok && !v.IsField() {
		a.use(f, v)
	}
}

// root is the variable that an operand is part of, or nil.
func (a *analysis) root(e ast.Expr) *types.Var {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.Ident:
			v, _ := a.info.Uses[x].(*types.Var)
			return v
		case *ast.IndexExpr:
			if _, ok := a.under(x.X).(*types.Array); !ok {
				return nil
			}
			e = x.X
		case *ast.SelectorExpr:
			sel := a.info.Selections[x]
			if sel == nil || sel.Kind() != types.FieldVal || a.throughPointer(sel.Recv(), sel.Index()) {
				return nil
			}
			e = x.X
		default:
			return nil
		}
	}
}

// throughPointer tells whether a path of fields passes a pointer.
func (a *analysis) throughPointer(t types.Type, path []int) bool {
	t = a.typ(t)
	for _, i := range path {
		if isPointer(t) {
			return true
		}
		st, ok := under(t).(*types.Struct)
		if !ok {
			return true
		}
		t = st.Field(i).Type()
	}
	return false
}

func (a *analysis) assigned(e ast.Expr) {
	if v := a.root(e); v != nil {
		if vi := a.vars[v]; vi != nil {
			vi.assigned = true
		}
	}
}

func (a *analysis) taken(e ast.Expr) {
	if v := a.root(e); v != nil {
		if vi := a.vars[v]; vi != nil {
			vi.taken = true
		}
	}
}

// selector notes methods with pointer receivers called on variables.
func (a *analysis) selector(n *ast.SelectorExpr) {
	sel := a.info.Selections[n]
	if sel == nil || sel.Kind() != types.MethodVal {
		return
	}
	recv := sel.Obj().(*types.Func).Signature().Recv()
	if recv == nil || !isPointer(recv.Type()) || isInterface(recv.Type()) {
		return
	}
	path := sel.Index()
	if t := a.typ(sel.Recv()); isPointer(t) || a.throughPointer(t, path[:len(path)-1]) || a.endsInPointer(t, path[:len(path)-1]) {
		return
	}
	a.taken(n.X)
}

// endsInPointer tells whether the field that a path leads to is a pointer.
func (a *analysis) endsInPointer(t types.Type, path []int) bool {
	for _, i := range path {
		t = under(t).(*types.Struct).Field(i).Type()
	}
	return isPointer(t)
}

// literal names a function literal and looks through it.
func (a *analysis) literal(outer *funcInfo, lit *ast.FuncLit) {
	namer := outer.real()
	namer.numLits++
	kind := symname.FuncLit
	if namer.nested {
		kind = symname.NestedLit
	}
	f := a.newFunc(lit, outer, symname.Closure(namer.sym, kind, namer.numLits), symname.Closure(namer.display, kind, namer.numLits))
	f.nested = true
	a.lits[lit] = f
	a.function(f, lit.Type, lit.Body)
}

// rangeStmt treats the body of a range over a function as a function of its own.
func (a *analysis) rangeStmt(f *funcInfo, n *ast.RangeStmt) bool {
	if n.Tok == token.ASSIGN {
		for _, e := range []ast.Expr{n.Key, n.Value} {
			if e != nil {
				a.assigned(e)
			}
		}
	}
	if _, ok := a.under(n.X).(*types.Signature); !ok {
		return true
	}
	a.walk(f, n.X)
	namer := f.real()
	namer.numRanges++
	body := a.newFunc(n, f, symname.Closure(namer.sym, symname.RangeBody, namer.numRanges), symname.Closure(namer.display, symname.RangeBody, namer.numRanges))
	body.rangeBody, body.nested = true, namer.nested
	a.lits[n] = body
	a.rangeFunc(n, f, body)
	for _, e := range []ast.Expr{n.Key, n.Value} {
		if e != nil {
			a.walk(body, e)
		}
	}
	a.walk(body, n.Body)
	return false
}
