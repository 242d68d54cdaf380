package inlcost

import (
	"go/ast"
	"go/types"
	"strings"
)

// call counts a call, conversion or use of a builtin.
func (w *walker) call(e *ast.CallExpr) {
	tv := w.info.Types[e.Fun]
	switch {
	case tv.IsType():
		w.conversion(e, tv.Type)
		return
	case tv.IsBuiltin():
		w.builtin(e)
		return
	}
	if sig, ok := w.info.TypeOf(e.Fun).Underlying().(*types.Signature); ok {
		w.args(e, sig)
	}
	w.add(1)
	w.callExpr(e.Fun)
}

// callExpr counts what a call calls, and the call itself.
func (w *walker) callExpr(fun ast.Expr) {
	fun = ast.Unparen(fun)
	switch x := fun.(type) {
	case *ast.IndexExpr:
		if w.isFunc(x.X) {
			fun = ast.Unparen(x.X)
		}
	case *ast.IndexListExpr:
		fun = ast.Unparen(x.X)
	}
	switch x := fun.(type) {
	case *ast.Ident:
		w.add(1)
		switch obj := w.info.ObjectOf(x).(type) {
		case *types.Func:
			w.static(obj)
		case *types.Var:
			w.variable(obj)
		}
		return
	case *ast.FuncLit:
		w.add(1 + closureExtra)
		w.dynamic(x, callExtra)
		return
	case *ast.SelectorExpr:
		if w.method(x) {
			return
		}
	}
	w.expr(fun)
	w.add(callExtra)
}

func (w *walker) isFunc(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		_, ok := w.info.Uses[x].(*types.Func)
		return ok
	case *ast.SelectorExpr:
		_, ok := w.info.Uses[x.Sel].(*types.Func)
		return ok
	}
	return false
}

// variable counts the call of a function value in a variable.
func (w *walker) variable(v *types.Var) {
	if lit := w.lits[v]; lit != nil {
		w.dynamic(lit, callExtra)
		return
	}
	extra := callExtra
	if w.isParam(v) {
		extra = paramCall
	}
	w.add(extra)
}

func (w *walker) isParam(v *types.Var) bool {
	if w.sig == nil {
		return false
	}
	for p := range w.sig.Params().Variables() {
		if p == v {
			return true
		}
	}
	return w.sig.Recv() == v
}

// method counts the call of a method, a method expression or a function of a package; false if x is a field.
func (w *walker) method(x *ast.SelectorExpr) bool {
	sel := w.info.Selections[x]
	if sel == nil {
		w.add(1)
		switch obj := w.info.ObjectOf(x.Sel).(type) {
		case *types.Func:
			w.static(obj)
		default:
			w.add(callExtra)
		}
		return true
	}
	fn, ok := sel.Obj().(*types.Func)
	if !ok {
		return false
	}
	if sel.Kind() == types.MethodExpr {
		w.static(fn)
		return true
	}
	if recv := fn.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
		w.add(1 + callExtra)
		w.add(len(sel.Index()) - 1)
		if c, ok := ast.Unparen(x.X).(*ast.CallExpr); ok && !w.info.Types[c.Fun].IsType() {
			w.add(5) // the interface goes through a temporary
		}
		w.expr(x.X)
		return true
	}
	w.receiver(x, sel)
	w.static(fn)
	return true
}

// static counts the call of a known function. A generic one takes a dictionary: an address, or
// inside generic functions an entry of their own dictionary.
func (w *walker) static(fn *types.Func) {
	if sig := fn.Origin().Signature(); sig.TypeParams().Len() > 0 || sig.RecvTypeParams().Len() > 0 {
		w.add(2)
		if w.generic() {
			w.add(2)
		}
	}
	fn = fn.Origin()
	path, name := "", fn.Name()
	if fn.Pkg() != nil {
		path = fn.Pkg().Path()
	}
	switch {
	case path == "internal/runtime/sys" && (name == "GetCallerPC" || name == "GetCallerSP"):
		w.hairy("call to " + name)
		return
	case path == "internal/abi" && (name == "NoEscape" || name == "EscapeNonString"), cheapLoads(path, name, fn):
		return
	case path == "runtime" && name == "throw":
		w.add(throwExtra - 1)
		return
	}
	if w.m.Intrinsic(fn) {
		return
	}
	w.dynamic(fn, callExtra)
}

// generic tells whether the function has type parameters.
func (w *walker) generic() bool {
	return w.sig != nil && (w.sig.TypeParams().Len() > 0 || w.sig.RecvTypeParams().Len() > 0)
}

// dynamic counts a call by its callee's cost, or extra if the call stays.
func (w *walker) dynamic(callee any, extra int) {
	w.f.calls = append(w.f.calls, call{callee: callee, extra: extra})
}

// cheapLoads finds functions that read and write numbers in memory, which become single instructions.
func cheapLoads(path, name string, fn *types.Func) bool {
	switch path {
	case "internal/byteorder":
		name = strings.TrimPrefix(strings.TrimPrefix(name, "LE"), "BE")
	case "encoding/binary":
		recv := fn.Signature().Recv()
		if recv == nil || !strings.HasSuffix(recv.Type().String(), "Endian") {
			return false
		}
	default:
		return false
	}
	switch strings.TrimPrefix(strings.TrimPrefix(name, "Put"), "Append") {
	case "Uint64", "Uint32", "Uint16":
		return true
	}
	return false
}

// args counts the arguments of a call, the slice of a variadic parameter too.
func (w *walker) args(e *ast.CallExpr, sig *types.Signature) {
	n := sig.Params().Len()
	if len(e.Args) == 1 && n > 1 {
		if tup, ok := w.info.TypeOf(e.Args[0]).(*types.Tuple); ok {
			w.spread(e.Args[0], tup, sig)
			return
		}
	}
	for i, a := range e.Args {
		if sig.Variadic() && i >= n-1 && !e.Ellipsis.IsValid() {
			w.exprTo(a, sig.Params().At(n-1).Type().Underlying().(*types.Slice).Elem())
			continue
		}
		if i < n {
			w.exprTo(a, sig.Params().At(i).Type())
		}
	}
	if sig.Variadic() && !e.Ellipsis.IsValid() {
		if len(e.Args) >= n {
			w.add(2)
		} else {
			w.add(1)
		}
	}
}

// spread counts f(g()) with several results: they go through temporaries.
func (w *walker) spread(arg ast.Expr, tup *types.Tuple, sig *types.Signature) {
	w.expr(arg)
	w.add(1 + 4*tup.Len())
	for i := range min(tup.Len(), sig.Params().Len()) {
		if to := sig.Params().At(i).Type(); types.IsInterface(to) && !types.Identical(to, tup.At(i).Type()) {
			w.add(1)
		}
	}
	if sig.Variadic() {
		w.add(2)
	}
}

// conversion counts T(x); a conversion that needs no code is free.
func (w *walker) conversion(e *ast.CallExpr, to types.Type) {
	x := e.Args[0]
	if !freeConversion(w.info.TypeOf(x), to) {
		w.add(1)
	}
	w.expr(x)
}

func freeConversion(from, to types.Type) bool {
	if from == nil || types.Identical(from.Underlying(), to.Underlying()) {
		return true
	}
	f, ok1 := from.Underlying().(*types.Basic)
	t, ok2 := to.Underlying().(*types.Basic)
	if ok1 && ok2 {
		if f.Info()&types.IsNumeric != 0 && t.Info()&types.IsNumeric != 0 {
			return simple(f.Kind()) == simple(t.Kind())
		}
		return f.Kind() == types.UnsafePointer || t.Kind() == types.UnsafePointer || f.Kind() == types.UntypedNil ||
			f.Info()&types.IsString != 0 && t.Info()&types.IsString != 0 || f.Info()&types.IsBoolean != 0
	}
	_, fp := from.Underlying().(*types.Pointer)
	_, tp := to.Underlying().(*types.Pointer)
	if fp && tp {
		return true
	}
	unsafe := ok1 && f.Kind() == types.UnsafePointer || ok2 && t.Kind() == types.UnsafePointer
	if unsafe || ok1 && f.Kind() == types.UntypedNil {
		return true
	}
	_, fc := from.Underlying().(*types.Chan)
	return fc
}

// simple gives int, uint and uintptr their sizes.
func simple(k types.BasicKind) types.BasicKind {
	switch k {
	case types.Int:
		return types.Int64
	case types.Uint, types.Uintptr:
		return types.Uint64
	}
	return k
}

func (w *walker) builtin(e *ast.CallExpr) {
	name := ""
	switch f := ast.Unparen(e.Fun).(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	w.add(1)
	switch name {
	case "panic":
		w.add(1)
		w.expr(e.Args[0])
	case "recover":
		w.hairy("call to recover")
	case "append":
		w.appendArgs(e)
	case "delete":
		w.expr(e.Args[0])
		if m, ok := w.info.TypeOf(e.Args[0]).Underlying().(*types.Map); ok {
			w.exprTo(e.Args[1], m.Key())
		}
	case "make":
		if _, slice := w.info.TypeOf(e).Underlying().(*types.Slice); !slice && len(e.Args) == 1 {
			w.add(1) // size zero
		}
		w.exprs(e.Args)
	case "new":
		if !w.info.Types[e.Args[0]].IsType() {
			w.expr(e.Args[0])
		}
	default:
		w.exprs(e.Args)
	}
}

func (w *walker) appendArgs(e *ast.CallExpr) {
	w.expr(e.Args[0])
	s, ok := w.info.TypeOf(e.Args[0]).Underlying().(*types.Slice)
	for _, a := range e.Args[1:] {
		if ok && !e.Ellipsis.IsValid() {
			w.exprTo(a, s.Elem())
		} else {
			w.expr(a)
		}
	}
}
