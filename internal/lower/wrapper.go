package lower

import (
	"go/types"

	"strata/internal/abi"
	"strata/internal/ssa"
	"strata/internal/symname"
)

// methodEntries names the functions behind a method of recv as its descriptor
// holds them: ifn takes an interface's data word as receiver, tfn recv itself.
func (p *Program) methodEntries(recv types.Type, sel *types.Selection) (ifn, tfn string) {
	fn := sel.Obj().(*types.Func)
	tfn = p.methodOn(recv, fn, sel.Index())
	if isPointer(recv) || p.directIface(recv) {
		return tfn, tfn
	}
	return p.methodOn(types.NewPointer(recv), fn, sel.Index()), tfn
}

// methodOn names the function that is the method fn with exactly recv as
// receiver, found along the path index of embedded fields. It is the method
// itself or a wrapper: for promoted methods, value methods on pointers, methods of interfaces.
func (p *Program) methodOn(recv types.Type, fn *types.Func, index []int) string {
	declared := fn.Signature().Recv().Type()
	if len(index) == 1 && !isInterface(recv) && isPointer(types.Unalias(recv)) == isPointer(declared) {
		return p.methodSym(fn)
	}
	if o := p.owner(recv); o != p {
		return o.methodOn(recv, fn, index)
	}
	sym, display := p.Names.Method(recv, fn)
	p.define(sym, func() Def {
		d := p.wrapper(sym, display, withRecv(withoutRecv(fn.Signature()), recv))
		d.PkgPath = p.wrapperPkg(recv, fn)
		d.make = func(b *builder) { b.methodWrapper(recv, fn, index) }
		return d
	})
	return sym
}

// methodWrapperSym is methodOn for a method whose path is still to be found.
func (p *Program) methodWrapperSym(recv types.Type, fn *types.Func) string {
	obj, index, _ := types.LookupFieldOrMethod(recv, true, fn.Pkg(), fn.Name())
	found, ok := obj.(*types.Func)
	if !ok {
		panic("lower: no method " + fn.Name() + " in " + recv.String())
	}
	if _, own := p.Names.MethodInstance(fn); own != nil {
		found = p.instantiateMethod(found, own)
	}
	return p.methodOn(recv, found, index)
}

// wrapper begins the definition of a function that unwinding and recover look through.
func (p *Program) wrapper(sym, display string, sig *types.Signature) *FuncDef {
	return &FuncDef{Sym: sym, Display: display, Sig: sig, Conv: p.Conv, Pragma: ssa.WrapperFunc, p: p}
}

// wrapperPkg is the package a wrapper counts as part of. Those of interface
// methods belong to nobody: a method expression like reflect.Type.MethodByName is
// the doing of whoever wrote it, not of package reflect.
func (p *Program) wrapperPkg(recv types.Type, fn *types.Func) string {
	if isInterface(recv) {
		return ""
	}
	if n := recvNamed(recv); n != nil && n.Obj().Pkg() != nil {
		return p.Names.Path(n.Obj().Pkg())
	}
	if fn.Pkg() != nil {
		return p.Names.Path(fn.Pkg())
	}
	return ""
}

// methodWrapper walks from the receiver to the embedded one and calls its method.
func (b *builder) methodWrapper(recv types.Type, fn *types.Func, index []int) {
	vals := b.params()
	w := walker{b: b, t: types.Unalias(recv), v: vals[0]}
	if isPointer(w.t) && len(index) == 1 && !isPointer(fn.Signature().Recv().Type()) {
		b.checkWrapped(vals[0].s[0])
	}
	for _, i := range index[:len(index)-1] {
		w.field(i)
	}
	b.ret(w.call(fn, vals[1:]))
}

// checkWrapped panics with the names of type and method if a value method is called on a nil pointer.
func (b *builder) checkWrapped(ptr *ssa.Value) {
	bad, good := b.newBlock(), b.newBlock()
	b.branch(b.op(ssa.OpEq, ssa.Bool, ptr, b.nilPtr()), bad, good, ssa.Unlikely)
	b.next(bad)
	b.rt("panicwrap")
	b.unreachable()
	b.next(good)
}

// walker follows embedded fields: it stands on a value of type t, which is v, or lies at v's pointer if t is a pointer.
type walker struct {
	b *builder
	t types.Type
	v val
}

// field steps to the i-th field of the struct that the walker stands on or points to.
func (w *walker) field(i int) {
	b := w.b
	if !isPointer(w.t) {
		st := under(w.t).(*types.Struct)
		w.v = b.fieldOf(w.v, i)
		w.t = types.Unalias(st.Field(i).Type())
		return
	}
	st := under(pointee(w.t)).(*types.Struct)
	f := st.Field(i)
	ptr := b.offPtr(b.nilCheck(w.v.s[0]), b.p.fieldOff(st, i))
	ft := types.Unalias(f.Type())
	switch {
	case isPointer(ft) || isInterface(ft):
		w.t, w.v = ft, b.load(ptr, ft)
	default:
		// Stay at the address: the method may want it.
		w.t = types.NewPointer(ft)
		w.v = scalarVal(w.t, ptr)
	}
}

// call calls the method on what the walker stands on.
func (w *walker) call(fn *types.Func, args []val) []val {
	b := w.b
	if isInterface(w.t) {
		return b.callIface(w.v, fn, args)
	}
	recv := w.v
	if isPointer(w.t) && !isPointer(fn.Signature().Recv().Type()) {
		recv = b.load(b.nilCheck(w.v.s[0]), types.Unalias(pointee(w.t)))
	}
	return b.callFunc(b.p.methodSym(fn), fn.Signature(), append([]val{recv}, args...))
}

// methodValueSym names the function behind a method value: the receiver, of
// type recv, stands behind the code pointer in its closure.
func (p *Program) methodValueSym(recv types.Type, fn *types.Func) string {
	if o := p.owner(recv); o != p {
		return o.methodValueSym(recv, fn)
	}
	method, display := p.Names.Method(recv, fn)
	sym := symname.MethodValue(method)
	p.define(sym, func() Def {
		d := p.wrapper(sym, symname.MethodValue(display), withoutRecv(fn.Signature()))
		d.Pragma |= ssa.NeedCtxt
		d.PkgPath = p.wrapperPkg(recv, fn)
		d.make = func(b *builder) { b.methodValueBody(recv, fn) }
		return d
	})
	return sym
}

func (b *builder) methodValueBody(recv types.Type, fn *types.Func) {
	vals := b.params()
	ctx := b.op(ssa.OpClosurePtr, ssa.Ptr)
	r := b.loadOff(ctx, abiAlign(8, b.p.alignof(recv)), recv)
	if isInterface(recv) {
		b.ret(b.callIface(r, fn, vals))
		return
	}
	b.ret(b.callFunc(b.p.methodSym(fn), fn.Signature(), append([]val{r}, vals...)))
}

// wrapperDef defines what is known by name alone: entry points under the other
// convention, and the list of initialisers.
func (p *Program) wrapperDef(sym string) Def {
	switch sym {
	case symMainInits, symRuntimeInits:
		return p.initsDef(sym)
	}
	if d := p.initDef(sym); d != nil {
		return d
	}
	if d := p.switchDef(sym); d != nil {
		return d
	}
	if d := p.boxDef(sym); d != nil {
		return d
	}
	name, abi0 := symname.TrimABI(sym)
	f := p.index.funcs[name]
	if f == nil {
		return nil
	}
	stack, register := p.asmText(name)
	if known := p.intrinsics[name]; known != nil && f.decl.Body == nil && !stack && !register {
		return p.intrinsicDef(f, sym, known)
	}
	switch {
	case abi0 && !stack && (f.body || register):
		other := p.Conv
		if register {
			other = abi.Register
		}
		return p.abiWrapper(f, sym, name, abi.Stack, other)
	case !abi0 && !f.body && stack && !register:
		return p.abiWrapper(f, sym, symname.ABI0(name), p.Conv, abi.Stack)
	}
	return nil
}

// asmText tells under which conventions assembly defines a function.
func (p *Program) asmText(name string) (stack, register bool) {
	if p.AsmText == nil {
		f := p.index.funcs[name]
		return f != nil && !f.body, false
	}
	return p.AsmText(name)
}

// intrinsicDef defines sym, a function that has no body, as what the compiler makes of its calls.
func (p *Program) intrinsicDef(f *funcDecl, sym string, known intrinsicFn) Def {
	d := p.wrapper(sym, f.sym, f.fn.Signature())
	d.PkgPath = p.Names.Path(f.pkg.Types)
	d.Pos, d.End = f.decl.Pos(), f.decl.End()
	d.make = func(b *builder) {
		var t types.Type
		if r := f.fn.Signature().Results(); r.Len() > 0 {
			t = r.At(0).Type()
		}
		b.ret(known(b, b.params(), t))
	}
	return d
}

// abiWrapper defines sym, an entry point under the convention conv, as a call of target, which follows another one.
func (p *Program) abiWrapper(f *funcDecl, sym, target string, conv, other abi.Conv) Def {
	d := p.wrapper(sym, f.sym, f.fn.Signature())
	d.Conv = conv
	d.PkgPath = p.Names.Path(f.pkg.Types)
	d.Pos, d.End = f.pos, f.end
	pragma := p.index.pragma(f)
	d.Pragma |= pragma & (ssa.NoSplit | ssa.RuntimeFunc | ssa.SystemStack | ssa.UintptrEscapes | ssa.UintptrKeepAlive)
	d.make = func(b *builder) {
		call := &ssa.Call{Sym: target, ABI: p.Sizes.Assign(f.fn.Signature(), other)}
		b.p.callPragmas(call, f.fn)
		b.ret(b.callResults(b.emitCall(ssa.OpCall, call, b.callArgs(call.ABI, b.params())), call))
	}
	return d
}
