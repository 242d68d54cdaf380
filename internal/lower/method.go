package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"strata/internal/load"
	"strata/internal/ssa"
	"strata/internal/symname"
)

// method is a selected method with its receiver operand.
type method struct {
	fn    *types.Func
	sig   *types.Signature // of the method, with receiver, type arguments replaced
	iface bool             // called through an interface
	pos   token.Pos        // of the selector
	recv  loc              // after embedded fields: what the method is called on
}

// method resolves x.M for a method M and evaluates x.
func (b *builder) method(e *ast.SelectorExpr) method {
	sel := b.info.Selections[e]
	x := b.loc(e.X)
	b.setPos(load.ExprPos(e))
	m := b.methodOn(x, b.typ(sel.Recv()), e.Sel, sel)
	m.pos = load.ExprPos(e)
	return m
}

// methodOn finds the method of a selection, by the name id, on an operand.
func (b *builder) methodOn(x loc, recv types.Type, id *ast.Ident, sel *types.Selection) method {
	fn, path := b.lookup(recv, id, sel)
	for _, i := range path[:len(path)-1] {
		x = b.field(x, i)
	}
	return b.boundTo(x, fn)
}

func (b *builder) boundTo(x loc, fn *types.Func) method {
	sig := fn.Signature()
	m := method{fn: fn, recv: x, sig: sig}
	m.iface = isInterface(sig.Recv().Type())
	return m
}

// lookup finds a selected method again after type parameters are replaced.
func (b *builder) lookup(recv types.Type, id *ast.Ident, sel *types.Selection) (*types.Func, []int) {
	if b.sub == nil {
		return b.instantiated(sel.Obj().(*types.Func), id), sel.Index()
	}
	obj, path, _ := types.LookupFieldOrMethod(recv, true, sel.Obj().Pkg(), sel.Obj().Name())
	fn, ok := obj.(*types.Func)
	if !ok {
		b.fail(b.at.P, "method %s not found in %s", sel.Obj().Name(), recv)
	}
	return b.instantiated(fn, id), path
}

// receiver evaluates the receiver argument of a method that is not called through an interface.
func (b *builder) receiver(m method) val {
	at := b.at
	b.setPos(m.pos)
	defer func() { b.at = at }()
	want := m.sig.Recv().Type()
	if isPointer(want) {
		if isPointer(m.recv.t) {
			return b.locVal(m.recv).as(want)
		}
		return scalarVal(want, b.locAddr(m.recv))
	}
	if isPointer(m.recv.t) {
		return b.load(b.nilCheck(b.locVal(m.recv).scalar()), want)
	}
	return b.locVal(m.recv)
}

// ifaceMethod takes the code pointer of an interface's method and the data word.
func (b *builder) ifaceMethod(x val, fn *types.Func) (code, data *ssa.Value, call *ssa.Call) {
	it := under(x.t).(*types.Interface)
	i := b.p.methodIndex(it, fn)
	tab := b.nilCheck(x.s[0])
	code = b.opI(ssa.OpLoad, ssa.Ptr, itabFun+8*int64(i), tab)
	sig := it.Method(0).Signature()
	for j := range it.NumMethods() {
		if m := it.Method(j); m.Id() == fn.Id() {
			sig = m.Signature()
		}
	}
	call = &ssa.Call{
		ABI: b.p.ifaceABI(sig), Method: b.p.Names.MethodKey(fn, sig), Iface: b.p.typeSym(x.t), Index: i,
	}
	return code, x.s[1], call
}

// Offsets in an itab.
const (
	itabType = 8
	itabFun  = 24
)

// methodIndex is the place of a method in an interface's descriptor.
func (p *Program) methodIndex(it *types.Interface, fn *types.Func) int {
	for i, m := range symname.SortedMethods(it, p.Names) {
		if m.Id() == fn.Id() {
			return i
		}
	}
	panic("lower: no method " + fn.Name() + " in " + it.String())
}

// methodExpr makes the function value of T.M.
func (b *builder) methodExpr(e *ast.SelectorExpr) val {
	sel := b.info.Selections[e]
	recv := b.typ(sel.Recv())
	fn, path := b.lookup(recv, e.Sel, sel)
	sig := under(b.typeOf(e)).(*types.Signature)
	return b.funcValue(b.methodExprSym(recv, fn, path)).as(sig)
}

// methodExprSym names a function that takes the receiver as its first parameter: the
// method itself if it is declared on exactly that type, a wrapper otherwise.
func (b *builder) methodExprSym(recv types.Type, fn *types.Func, path []int) string {
	if len(path) == 1 && !isInterface(recv) && types.Identical(recv, fn.Signature().Recv().Type()) {
		return b.p.methodSym(fn)
	}
	return b.p.methodWrapperSym(recv, fn)
}
