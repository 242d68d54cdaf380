package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"strata/internal/ssa"
)

// call lowers a call, conversion or use of a builtin and gives its results.
func (b *builder) call(e *ast.CallExpr) []val {
	if v, ok := b.hoisted[ast.Expr(e)]; ok {
		delete(b.hoisted, e)
		return []val{v}
	}
	tv := b.info.Types[e.Fun]
	switch {
	case tv.IsType():
		return []val{b.conversion(e)}
	case tv.IsBuiltin():
		return b.builtin(e)
	}
	c := b.callee(e)
	if v, ok := b.intrinsic(e, &c); ok {
		return v
	}
	kept := b.keepPointers(e, &c)
	args := b.argsOf(e, &c)
	c.resolve()
	b.setPos(callPos(e))
	results := b.invoke(&c, args)
	b.keepAlive(kept)
	return results
}

// callPos is where a call is shown: as with gc at its opening parenthesis, which tells the links of a chain apart.
func callPos(e *ast.CallExpr) token.Pos { return e.Lparen }

// callee is a function about to be called. The calls in its operand have been made; a receiver, interface or function value
// is read behind the arguments, which may change it.
type callee struct {
	sig *types.Signature // without receiver
	fn  *types.Func      // statically known function or method
	sym string           // its symbol
	// recv is the receiver of a static method call; method expressions have theirs among the arguments.
	recv  *method
	late  func() val // evaluates val, where what is called is not known statically
	val   val        // function value, or interface
	iface bool
	targs []types.Type
}

// resolve evaluates the function value or interface.
func (c *callee) resolve() {
	if c.late != nil {
		c.val, c.late = c.late(), nil
	}
}

// callee finds what a call calls.
func (b *builder) callee(e *ast.CallExpr) callee {
	c := callee{}
	c.sig, _ = under(b.typeOf(e.Fun)).(*types.Signature)
	fun := ast.Unparen(e.Fun)
	if ix, ok := fun.(*ast.IndexExpr); ok && b.isGenericFunc(ix.X) {
		fun = ast.Unparen(ix.X)
	}
	if ix, ok := fun.(*ast.IndexListExpr); ok {
		fun = ast.Unparen(ix.X)
	}
	switch f := fun.(type) {
	case *ast.Ident:
		if fn, ok := b.info.Uses[f].(*types.Func); ok {
			b.static(&c, f, fn)
			return c
		}
	case *ast.SelectorExpr:
		if b.selectedCallee(&c, f) {
			return c
		}
	}
	b.hoistAll(fun)
	sig := c.sig
	c.late = func() val { return b.ex(fun).as(sig) }
	return c
}

func (b *builder) isGenericFunc(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		_, ok := b.info.Uses[x].(*types.Func)
		return ok
	case *ast.SelectorExpr:
		_, ok := b.info.Uses[x.Sel].(*types.Func)
		return ok
	}
	return false
}

func (b *builder) static(c *callee, id *ast.Ident, fn *types.Func) {
	c.fn, c.targs = fn, b.typeArgs(id)
	c.sym = b.p.funcSym(fn, c.targs)
}

// selectedCallee resolves pkg.F and x.M.
func (b *builder) selectedCallee(c *callee, f *ast.SelectorExpr) bool {
	sel := b.info.Selections[f]
	if sel == nil {
		fn, ok := b.info.Uses[f.Sel].(*types.Func)
		if ok {
			b.static(c, f.Sel, fn)
		}
		return ok
	}
	switch sel.Kind() {
	case types.MethodVal:
		fn, _ := b.lookup(b.typ(sel.Recv()), f.Sel, sel)
		c.fn, c.sig = fn, withoutRecv(fn.Signature())
		if isInterface(fn.Signature().Recv().Type()) {
			b.hoistAll(f.X)
			c.iface = true
			c.late = func() val { return b.locVal(b.method(f).recv) }
			return true
		}
		m := b.method(f)
		c.recv = &m
		c.sym = b.p.methodSym(m.fn)
		return true
	case types.MethodExpr:
		recv := b.typ(sel.Recv())
		fn, path := b.lookup(recv, f.Sel, sel)
		c.sym = b.methodExprSym(recv, fn, path)
		c.fn = fn
		return true
	}
	return false
}

// clonesString are functions of one parameter that copy a string before they keep it, and run no code of the program
// while they look at it.
var clonesString = map[string]bool{"unique.Make": true}

// argsOf evaluates the arguments of a call of c.
func (b *builder) argsOf(e *ast.CallExpr, c *callee) []val {
	if plainFunc(c) && clonesString[c.fn.Pkg().Path()+"."+c.fn.Name()] {
		if t := c.sig.Params().At(0).Type(); isString(t) {
			if v, ok := b.tmpString(e.Args[0]); ok {
				return []val{v.as(t)}
			}
		}
	}
	return b.args(e, c.sig)
}

// args evaluates the arguments of a call for the parameters of sig.
func (b *builder) args(e *ast.CallExpr, sig *types.Signature) []val {
	if len(e.Args) == 1 && sig.Params().Len() != 0 {
		if vals, ok := b.spread(e.Args[0]); ok {
			return b.pack(vals, sig, e)
		}
	}
	n := sig.Params().Len()
	to := make([]types.Type, len(e.Args))
	for i := range e.Args {
		if sig.Variadic() && i >= n-1 && !e.Ellipsis.IsValid() {
			to[i] = under(sig.Params().At(n - 1).Type()).(*types.Slice).Elem()
			continue
		}
		to[i] = sig.Params().At(i).Type()
	}
	vals := b.exprs(e.Args, to)
	if !sig.Variadic() || e.Ellipsis.IsValid() {
		return b.settle(e.Args, vals)
	}
	return append(b.settle(e.Args, vals[:n-1:n-1]), b.variadic(vals[n-1:], sig.Params().At(n-1).Type(), e.Lparen))
}

// settle copies arguments in memory that later arguments may change: nothing,
// since calls were hoisted ahead of them all.
func (b *builder) settle(_ []ast.Expr, vals []val) []val { return vals }

// spread evaluates the call inside f(g()) when g gives several values.
func (b *builder) spread(e ast.Expr) ([]val, bool) {
	if !b.isTuple(e) {
		return nil, false
	}
	if vals, ok := b.tuples[e]; ok {
		return vals, true
	}
	return b.call(ast.Unparen(e).(*ast.CallExpr)), true
}

// isTuple tells whether an expression gives several values.
func (b *builder) isTuple(e ast.Expr) bool {
	tup, ok := b.info.Types[e].Type.(*types.Tuple)
	return ok && tup.Len() >= 2
}

// pack gives values to parameters.
func (b *builder) pack(vals []val, sig *types.Signature, e *ast.CallExpr) []val {
	n := sig.Params().Len()
	fixed := n
	if sig.Variadic() {
		fixed--
	}
	var list []val
	for i := range fixed {
		list = append(list, b.convert(vals[i], sig.Params().At(i).Type(), e.Pos()))
	}
	if !sig.Variadic() {
		return list
	}
	t := sig.Params().At(n - 1).Type()
	elem := under(t).(*types.Slice).Elem()
	var rest []val
	for _, v := range vals[fixed:] {
		rest = append(rest, b.convert(v, elem, e.Pos()))
	}
	return append(list, b.variadic(rest, t, e.Lparen))
}

// variadic makes the slice of a variadic parameter of the call at site.
func (b *builder) variadic(vals []val, t types.Type, site token.Pos) val {
	if len(vals) == 0 {
		return b.zero(t)
	}
	elem := under(t).(*types.Slice).Elem()
	a := b.alloc("... argument", site, types.NewArray(elem, int64(len(vals))))
	size := b.p.sizeof(elem)
	for i, v := range vals {
		b.storeOff(a, int64(i)*size, v.as(elem))
	}
	n := int64(len(vals))
	return val{t: t, s: []*ssa.Value{a, b.int(n), b.int(n)}}
}

// invoke makes the call.
func (b *builder) invoke(c *callee, args []val) []val {
	switch {
	case c.iface:
		code, data, call := b.ifaceMethod(c.val, c.fn)
		list := append([]*ssa.Value{code, data}, b.callArgs2(call, args)...)
		return b.callResults(b.emitCall(ssa.OpInterCall, call, list), call)
	case c.recv != nil:
		recv := b.receiver(*c.recv)
		return b.callSym(c.sym, c.recv.sig, c.fn, append([]val{recv}, args...))
	case c.fn != nil:
		return b.callSym(c.sym, c.sig, c.fn, args)
	}
	return b.callClosure(c.val, args)
}

// callArgs2 shapes the arguments behind the receiver of an interface call.
func (b *builder) callArgs2(call *ssa.Call, args []val) []*ssa.Value {
	var list []*ssa.Value
	for i, p := range call.ABI.Params[1:] {
		list = append(list, b.components(args[i], call.ABI.In[p.First:p.First+p.N])...)
	}
	return list
}
