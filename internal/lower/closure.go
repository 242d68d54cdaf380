package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"

	"strata/internal/abi"
	"strata/internal/object"
	"strata/internal/ssa"
	"strata/internal/symname"
)

// closure makes the value of a function literal.
func (b *builder) closure(lit *ast.FuncLit) val {
	fi := b.fi.a.lits[lit]
	if fi == nil {
		b.fail(lit.Pos(), "function literal was not analysed")
	}
	sig := under(b.typeOf(lit)).(*types.Signature)
	return b.makeClosure(fi, sig, func(b *builder) { b.funcBody(nil, lit.Type, lit.Body) })
}

// makeClosure defines the function fi and makes a closure over what it captures.
func (b *builder) makeClosure(fi *funcInfo, sig *types.Signature, body func(b *builder)) val {
	d := FuncDef{
		Sym: fi.sym, Display: fi.display, PkgPath: b.def.PkgPath, Sig: sig, Conv: b.p.Conv,
		Pragma: b.def.Pragma & (ssa.RuntimeFunc | ssa.NoWriteBarrierRec | ssa.NoWriteBarrier),
		Pos:    fi.node.Pos(), End: fi.node.End(), pkg: b.pkg, sub: b.def.sub, fi: fi, make: body,
	}
	if len(fi.captures) > 0 {
		d.Pragma |= ssa.NeedCtxt
	}
	b.p.defineFuncX(d)
	if len(fi.captures) == 0 {
		return scalarVal(sig, b.staticObject(b.p.funcValueSym(fi.sym), fi.node.Pos()))
	}
	t, offs := b.closureType(fi)
	c := b.alloc("func literal", fi.node.Pos(), t)
	b.opI(ssa.OpStore, ssa.Void, 0, c, b.codeAddr(fi.sym))
	for i, v := range fi.captures {
		x := b.varOf(v)
		if b.fi.a.vars[v].byValue() {
			b.storeOff(c, offs[i], b.readVar(x))
			continue
		}
		b.opI(ssa.OpStore, ssa.Void, offs[i], c, x.addr)
	}
	return scalarVal(sig, c)
}

// codeAddr is the entry point of a function.
func (b *builder) codeAddr(sym string) *ssa.Value {
	return b.opA(ssa.OpFuncAddr, ssa.Ptr, 0, sym)
}

// closureType is the layout of a closure object, with the offsets of the captured variables.
func (b *builder) closureType(fi *funcInfo) (types.Type, []int64) {
	fields := []*types.Var{types.NewField(token.NoPos, nil, "F", tUintptr, false)}
	for i, v := range fi.captures {
		t := b.typ(v.Type())
		if !fi.a.vars[v].byValue() {
			t = types.NewPointer(t)
		}
		fields = append(fields, types.NewField(token.NoPos, nil, "X"+strconv.Itoa(i), t, false))
	}
	return types.NewStruct(fields, nil), b.p.Sizes.Offsetsof(fields)[1:]
}

// captures binds the captured variables of a closure at its entry.
func (b *builder) captures() {
	if b.fi == nil {
		return
	}
	for _, v := range b.fi.constants {
		t := b.typ(v.Type())
		x := b.newVar(t)
		b.vars[v] = x
		if vi := b.fi.a.vars[v]; vi.value != nil {
			b.writeVar(x, b.constant(vi.value, t))
		} else {
			b.writeVar(x, b.funcValue(vi.lit.sym).as(t))
		}
	}
	if len(b.fi.captures) == 0 {
		return
	}
	ctx := b.op(ssa.OpClosurePtr, ssa.Ptr)
	_, offs := b.closureType(b.fi)
	for i, v := range b.fi.captures {
		t := b.typ(v.Type())
		if !b.fi.a.vars[v].byValue() {
			addr := b.opI(ssa.OpLoad, ssa.Ptr, offs[i], ctx)
			b.vars[v] = &variable{t: t, addr: addr}
			b.debugCaptured(v, t, addr)
			continue
		}
		if b.debugged(v) {
			x := b.loadOff(ctx, offs[i], t)
			b.declare(v, &x)
			continue
		}
		if !b.ssaable(t) {
			b.vars[v] = &variable{t: t, addr: b.offPtr(ctx, offs[i])}
			continue
		}
		x := b.newVar(t)
		b.vars[v] = x
		val := b.loadOff(ctx, offs[i], t)
		if holds := b.fi.a.vars[v].holds; holds != nil {
			val.s[0] = b.globalAddr(b.p.ifaceWord(b.typ(holds), t)) // so that calls through it can be direct
		}
		b.writeVar(x, val)
	}
}

// varOf finds a local variable. One that was never declared can only be named in code that never runs.
func (b *builder) varOf(v *types.Var) *variable {
	x := b.vars[v]
	if x == nil {
		b.declare(v, nil)
		x = b.vars[v]
	}
	return x
}

// funcValue is the function value of a function that captures nothing: the address of a static closure.
func (b *builder) funcValue(sym string) val {
	return scalarVal(tUnsafe, b.globalAddr(b.p.funcValueSym(sym)))
}

// funcValueSym names the static closure of a function.
func (p *Program) funcValueSym(sym string) string {
	name := symname.FuncValue(sym)
	p.defineData(name, func() ([]*object.Symbol, error) {
		return []*object.Symbol{{
			Name: name, Kind: object.ROData, Flags: object.DupOK, Align: 8, Size: 8, Data: make([]byte, 8),
			Relocs: []object.Reloc{{Off: 0, Kind: object.Abs64, Target: p.closureCode(sym)}},
		}}, nil
	})
	return name
}

// methodValue makes the value of x.M: a closure over the receiver.
func (b *builder) methodValue(e *ast.SelectorExpr) val {
	m := b.method(e)
	sig := withoutRecv(m.sig)
	if m.iface {
		recv := b.locVal(m.recv)
		b.nilCheck(recv.s[0])
		return b.boundMethod(b.p.methodValueSym(recv.t, m.fn), recv, sig, e.Sel.Pos())
	}
	recv := b.receiver(m)
	return b.boundMethod(b.p.methodValueSym(recv.t, m.fn), recv, sig, e.Sel.Pos())
}

// boundMethod is the closure {-fm wrapper, receiver}.
func (b *builder) boundMethod(sym string, recv val, sig *types.Signature, site token.Pos) val {
	t := types.NewStruct([]*types.Var{
		types.NewField(token.NoPos, nil, "F", tUintptr, false),
		types.NewField(token.NoPos, nil, "R", recv.t, false),
	}, nil)
	c := b.alloc("method value", site, t)
	b.opI(ssa.OpStore, ssa.Void, 0, c, b.codeAddr(sym))
	b.storeOff(c, abiAlign(8, b.p.alignof(recv.t)), recv)
	return scalarVal(sig, c)
}

func abiAlign(n, a int64) int64 { return (n + a - 1) &^ (a - 1) }

// withoutRecv is the function type of a method value.
func withoutRecv(s *types.Signature) *types.Signature {
	if s.Recv() == nil {
		return s
	}
	return types.NewSignatureType(nil, nil, nil, s.Params(), s.Results(), s.Variadic())
}

// withRecv is the function type of a method expression.
func withRecv(s *types.Signature, recv types.Type) *types.Signature {
	vars := []*types.Var{types.NewParam(token.NoPos, nil, "", recv)}
	for i := range s.Params().Len() {
		vars = append(vars, s.Params().At(i))
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(vars...), s.Results(), s.Variadic())
}

// ifaceABI is how a method is called through an interface: its receiver is the data word.
func (p *Program) ifaceABI(sig *types.Signature) *abi.Signature {
	return p.abiOf(withRecv(withoutRecv(sig), tUnsafe))
}

// abiOf assigns a signature to places, once per signature.
func (p *Program) abiOf(sig *types.Signature) *abi.Signature {
	if a, ok := p.layouts.Load(sigKey{sig}); ok {
		return a.(*abi.Signature)
	}
	a := p.Sizes.Assign(sig, p.Conv)
	p.layouts.Store(sigKey{sig}, a)
	return a
}

type sigKey struct{ sig *types.Signature }
