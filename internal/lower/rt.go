package lower

import (
	"go/types"

	"strata/internal/abi"
	"strata/internal/rtcall"
	"strata/internal/ssa"
	"strata/internal/symname"
)

// RTCall describes a call of the runtime function with a short name, for passes that make such calls. ok is false when it has no row in
// package rtcall, or the runtime does not define it.
func (p *Program) RTCall(name string) (c *ssa.Call, ok bool) {
	sym := rtcall.Sym(name)
	f := p.index.funcs[sym]
	if f == nil || rtcall.Lookup(sym) == nil {
		return nil, false
	}
	call := p.directCall(sym, f.fn.Signature())
	call.NoReturn = rtcall.Has(sym, rtcall.NoReturn)
	return call, true
}

// pulled tells whether callee is a declaration without body, for sym, with other parameters or results than the function of
// that name: nothing that is known of that holds for such calls.
func (p *Program) pulled(sym string, callee *types.Func) bool {
	d := p.index.declOf[callee.Origin()]
	if d == nil || d.body {
		return false
	}
	f := p.index.funcs[sym]
	if f == nil || !f.body { // nothing says what it takes
		return !d.pkg.Standard
	}
	return !p.abiOf(callee.Signature()).SameShape(p.abiOf(f.fn.Signature()))
}

// directCall describes a direct call of a function. Assembly is called as it is written, with no wrapper in between:
// what forks, say, must not have frames below that its child destroys.
func (p *Program) directCall(sym string, sig *types.Signature) *ssa.Call {
	switch stack, register := p.asmText(sym); {
	case register && p.Conv != abi.Register:
		return &ssa.Call{Sym: sym, ABI: p.Sizes.Assign(sig, abi.Register)}
	case stack && !register && p.Conv != abi.Stack:
		return &ssa.Call{Sym: symname.ABI0(sym), ABI: p.Sizes.Assign(sig, abi.Stack)}
	case stack && !register:
		return &ssa.Call{Sym: symname.ABI0(sym), ABI: p.abiOf(sig)}
	}
	return &ssa.Call{Sym: sym, ABI: p.abiOf(sig)}
}

// closureCode is where closures of a function point: an entry point in the convention of Go functions.
func (p *Program) closureCode(sym string) string {
	if p.Conv == abi.Stack {
		if _, register := p.asmText(sym); register {
			return symname.ABI0(sym)
		}
	}
	return sym
}

// rt calls a runtime function with scalars and gives its results' scalars.
func (b *builder) rt(name string, args ...*ssa.Value) []*ssa.Value {
	return b.rtMakes(nil, name, args...)
}

// rtMakes calls a runtime function that makes an object, or several objects, of the layout mem.
func (b *builder) rtMakes(mem *ssa.MemType, name string, args ...*ssa.Value) []*ssa.Value {
	call, ok := b.p.RTCall(name)
	if !ok {
		b.fail(b.at.P, "the runtime does not define %s", rtcall.Sym(name))
	}
	if len(args) != len(call.ABI.In) {
		b.fail(b.at.P, "%s wants %d scalars, not %d", rtcall.Sym(name), len(call.ABI.In), len(args))
	}
	for i, a := range args {
		args[i] = b.coerce(a, componentType(call.ABI.In[i]))
	}
	call.Object = mem
	v := b.emitCall(ssa.OpCall, call, args)
	if call.NoReturn {
		b.unreachable()
		return nil
	}
	return b.callScalars(v, call.ABI)
}

// rt1 calls a runtime function with one scalar result.
func (b *builder) rt1(name string, args ...*ssa.Value) *ssa.Value { return b.rt(name, args...)[0] }

// coerce turns integers into pointers and back, where the runtime's view of an argument differs from the type's.
func (b *builder) coerce(v *ssa.Value, t ssa.Type) *ssa.Value {
	switch {
	case v.Type == t:
		return v
	case v.Type == ssa.Ptr && t == ssa.I64:
		return b.op(ssa.OpPtrToInt, ssa.I64, v)
	case v.Type == ssa.I64 && t == ssa.Ptr:
		if v.Op == ssa.OpConst {
			return b.constInt(ssa.Ptr, v.AuxInt)
		}
		return b.op(ssa.OpIntToPtr, ssa.Ptr, v)
	case v.Type.Size() == t.Size() && v.Type.IsInt() && t.IsInt():
		return v
	}
	b.fail(b.at.P, "argument of type %s where the runtime wants %s", v.Type, t)
	return nil
}

// emitCall makes a call with its arguments in ABI shape.
func (b *builder) emitCall(op ssa.Op, call *ssa.Call, args []*ssa.Value) *ssa.Value {
	t := ssa.Void
	if len(call.ABI.Out) > 0 {
		t = ssa.Tuple
	}
	for _, c := range call.ABI.Out {
		if c.Class == abi.Mem {
			r := call.ABI.Results[c.Param]
			call.ResultSlots = append(call.ResultSlots, b.tempSlot("result", r.Type))
		}
	}
	call.Site = b.sites()
	return b.opA(op, t, 0, call, args...)
}

// sites numbers the calls of the function.
func (b *builder) sites() int32 { b.nsite++; return b.nsite }

// callScalars takes the scalar results of a call.
func (b *builder) callScalars(v *ssa.Value, s *abi.Signature) []*ssa.Value {
	var list []*ssa.Value
	for i, c := range s.Out {
		if c.Class == abi.Mem {
			list = append(list, nil)
			continue
		}
		list = append(list, b.opI(ssa.OpResult, componentType(c), int64(i), v))
	}
	return list
}

// callResults takes the results of a call as values.
func (b *builder) callResults(v *ssa.Value, call *ssa.Call) []val {
	s := call.ABI
	scalars := b.callScalars(v, s)
	var list []val
	slots := call.ResultSlots
	for _, r := range s.Results {
		switch {
		case r.N == 1 && s.Out[r.First].Class == abi.Mem:
			list = append(list, val{t: r.Type, addr: b.opA(ssa.OpLocalAddr, ssa.Ptr, 0, slots[0])})
			slots = slots[1:]
		case b.ssaable(r.Type):
			list = append(list, val{t: r.Type, s: scalars[r.First : r.First+r.N]})
		default:
			a := b.temp(r.Type)
			for i := range r.N {
				b.opI(ssa.OpStore, ssa.Void, s.Out[r.First+i].MemOff, a, scalars[r.First+i])
			}
			list = append(list, val{t: r.Type, addr: a})
		}
	}
	return list
}

// callArgs gives the arguments of a call the shape the convention wants.
func (b *builder) callArgs(s *abi.Signature, args []val) []*ssa.Value {
	if len(args) != len(s.Params) {
		b.fail(b.at.P, "call with %d arguments for %d parameters", len(args), len(s.Params))
	}
	var list []*ssa.Value
	for i, p := range s.Params {
		list = append(list, b.components(args[i], s.In[p.First:p.First+p.N])...)
	}
	return list
}

// callFunc calls a function by symbol; the receiver, if any, is the first argument.
func (b *builder) callFunc(sym string, sig *types.Signature, args []val) []val {
	return b.callSym(sym, sig, nil, args)
}

func (b *builder) callSym(sym string, sig *types.Signature, callee *types.Func, args []val) []val {
	call := b.p.directCall(sym, sig)
	if callee != nil {
		call.Callee = callee
		b.p.callPragmas(call, callee)
		call.Pulled = b.p.pulled(sym, callee)
	}
	list := b.callArgs(call.ABI, args)
	results := b.callResults(b.emitCall(ssa.OpCall, call, list), call)
	b.keepPointees(list)
	return results
}

// callPragmas notes what the callee's declaration promises or asks of its callers.
func (p *Program) callPragmas(call *ssa.Call, callee *types.Func) {
	d := p.index.declOf[p.originOf(callee)]
	if d == nil {
		return
	}
	pragma := p.index.pragma(d)
	call.NoEscape = !d.body && pragma&ssa.NoEscape != 0
	call.UintptrEscapes = pragma&ssa.UintptrEscapes != 0
}

// keepPointees keeps alive what uintptr(unsafe.Pointer(p)) in an argument list
// points to until the call is over: package unsafe promises it for system calls.
func (b *builder) keepPointees(args []*ssa.Value) {
	for _, a := range args {
		if a.Op == ssa.OpPtrToInt {
			b.op(ssa.OpKeepAlive, ssa.Void, a.Args[0])
		}
	}
}

// callClosure calls a function value.
func (b *builder) callClosure(fn val, args []val) []val { return b.callKnownClosure(fn, "", args) }

// callKnownClosure calls a closure whose function is sym, or "" if that is not known.
func (b *builder) callKnownClosure(fn val, sym string, args []val) []val {
	sig := under(fn.t).(*types.Signature)
	call := &ssa.Call{Sym: sym, ABI: b.p.abiOf(withoutRecv(sig))}
	list := append([]*ssa.Value{fn.scalar()}, b.callArgs(call.ABI, args)...)
	return b.callResults(b.emitCall(ssa.OpClosureCall, call, list), call)
}
