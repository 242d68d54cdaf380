package wasm

import (
	"strings"

	"strata/internal/abi"
	"strata/internal/rtcall"
	"strata/internal/ssa"
	"strata/internal/wasm/module"
)

// callKind says what a call means for the caller.
type callKind uint8

const (
	notCall  callKind = iota // neither collects nor switches nor looks at frames
	fullCall                 // may do anything
)

// plain are functions made by the compiler that do nothing but compute.
var plain = map[string]bool{
	rtcall.MemMove: true, rtcall.MemClear: true,
}

func (x *values) kindOfCall(v *ssa.Value) callKind {
	if !v.Op.IsCall() {
		return notCall
	}
	if v.Op == ssa.OpCall && plain[v.Aux.(*ssa.Call).Sym] {
		return notCall
	}
	return fullCall
}

// typeString encodes the wasm type of a signature, as Target of a relocation.
func typeString(sig *abi.Signature) string {
	var b strings.Builder
	for i := range sig.In {
		if sig.In[i].Reg >= 0 {
			b.WriteByte(typeLetter(wasmType(compType(&sig.In[i]))))
		}
	}
	b.WriteByte(':')
	for i := range sig.Out {
		if sig.Out[i].Reg >= 0 {
			b.WriteByte(typeLetter(wasmType(compType(&sig.Out[i]))))
		}
	}
	return b.String()
}

func typeLetter(t module.Type) byte {
	switch t {
	case module.I32:
		return 'i'
	case module.I64:
		return 'l'
	case module.F32:
		return 'f'
	}
	return 'd'
}

// paramIndex is the local in which component i of the parameters arrives.
func paramIndex(sig *abi.Signature, i int) uint32 {
	n := uint32(0)
	for j := range i {
		if sig.In[j].Reg >= 0 {
			n++
		}
	}
	return n
}

// paramTypes are the types of the parameters in locals.
func paramTypes(sig *abi.Signature) (list []module.Type) {
	if sig == nil {
		return nil
	}
	for i := range sig.In {
		if sig.In[i].Reg >= 0 {
			list = append(list, wasmType(compType(&sig.In[i])))
		}
	}
	return list
}

// callPrepare does what comes before a call can be repeated: arguments in memory, and where the call is.
func (e *emitter) callPrepare(v *ssa.Value) {
	call := v.Aux.(*ssa.Call)
	args := v.Args
	if v.Op != ssa.OpCall {
		args = args[1:]
	}
	if v.Op == ssa.OpClosureCall && !e.nonNil(v.Args[0]) {
		e.push(v.Args[0])
		e.code.Op(module.I32Eqz)
		e.failIf(v, nilFailure, nil)
	}
	e.memArgs(call.ABI.In, args, e.outArea)
	if e.x.calls[v] != notCall {
		e.storePC(e.siteOf[v])
	}
}

// nonNil tells whether a pointer is known to lead somewhere.
func (e *emitter) nonNil(p *ssa.Value) bool {
	switch p = name(p); p.Op {
	case ssa.OpGlobalAddr, ssa.OpLocalAddr:
		return true
	}
	return false
}

// storePC stores the number of a place of this function where the return address stands.
func (e *emitter) storePC(site int) {
	e.code.Idx(module.LocalGet, e.fp)
	e.self(module.I64Const, int64(site)+1)
	e.code.Mem(module.I64Store, 0)
}

// callHere makes the call and takes its results.
func (e *emitter) callHere(v *ssa.Value) {
	call := v.Aux.(*ssa.Call)
	args := v.Args
	if v.Op != ssa.OpCall {
		args = args[1:]
	}
	if v.Op == ssa.OpClosureCall {
		e.push(v.Args[0])
		e.code.Idx(module.GlobalSet, Ctxt)
	}
	for i := range call.ABI.In {
		if c := &call.ABI.In[i]; c.Reg >= 0 {
			e.pushAs(args[i], compType(c))
		}
	}
	switch v.Op {
	case ssa.OpCall:
		e.callSym(call.Sym)
	case ssa.OpClosureCall:
		e.push(v.Args[0])
		e.code.Mem(module.I32Load, 0)
		e.callType(typeString(call.ABI))
	case ssa.OpInterCall:
		e.pushAs(v.Args[0], ssa.Ptr)
		e.callType(typeString(call.ABI))
	}
	e.takeResults(v, call)
	if e.x.calls[v] != notCall {
		e.code.Idx(module.GlobalGet, State)
		e.code.Idx(module.BrIf, e.depth(e.unwind))
	}
	e.memResults(v, call)
}

// takeResults moves the results on the stack to their locals.
func (e *emitter) takeResults(v *ssa.Value, call *ssa.Call) {
	list := e.resultList(v)
	for i := len(call.ABI.Out) - 1; i >= 0; i-- {
		c := &call.ABI.Out[i]
		if c.Reg < 0 {
			continue
		}
		if i >= len(list) || list[i] == nil {
			e.code.Op(module.Drop)
			continue
		}
		e.convert(compType(c), list[i].Type)
		e.code.Idx(module.LocalSet, e.x.reg[list[i].ID])
	}
}

// resultList has the results of v that are in locals, by index.
func (e *emitter) resultList(v *ssa.Value) []*ssa.Value {
	if v.Type != ssa.Tuple {
		return e.x.results(v)
	}
	var list []*ssa.Value
	for _, r := range e.x.parts[v] {
		for int64(len(list)) <= r.AuxInt {
			list = append(list, nil)
		}
		list[r.AuxInt] = r
	}
	// Several values may name one result: the others are copies.
	return list
}

// memResults reads the results that are in memory, and copies of others, behind the call, and stores pointers for the collector.
func (e *emitter) memResults(v *ssa.Value, call *ssa.Call) {
	list := e.resultList(v)
	slots := call.ResultSlots
	for i := range call.ABI.Out {
		c := &call.ABI.Out[i]
		switch {
		case c.Class == abi.Mem:
			if len(slots) == 0 {
				continue
			}
			slot := slots[0]
			slots = slots[1:]
			if slot != nil && slot.Area != ssa.OutgoingArea {
				e.copyMem(c.Size, e.slotAddr(slot, 0), e.outArea(c.Off))
			}
		case c.Reg < 0 && i < len(list) && list[i] != nil:
			e.loadFrom(e.outArea(c.Off), compType(c))
			e.code.Idx(module.LocalSet, e.x.reg[list[i].ID])
		}
	}
	for _, r := range e.x.results(v) {
		if v.Type == ssa.Tuple && list[r.AuxInt] != r {
			e.code.Idx(module.LocalGet, e.x.reg[list[r.AuxInt].ID])
			e.code.Idx(module.LocalSet, e.x.reg[r.ID])
		}
		e.shadow(r)
	}
}

// memArgs stores what goes to an argument area in memory.
func (e *emitter) memArgs(comps []abi.Component, args []*ssa.Value, area func(off int64) addr) {
	for i := range comps {
		c := &comps[i]
		if c.Class != abi.Mem || c.Size == 0 {
			continue
		}
		if a := name(args[i]); !standsIn(a, area(c.Off), e) {
			e.copyMem(c.Size, area(c.Off), e.addrOf(args[i], 0))
		}
	}
	for i := range comps {
		c := &comps[i]
		if c.Class == abi.Mem || c.Reg >= 0 {
			continue
		}
		a := area(c.Off)
		a.push()
		e.pushAs(args[i], compType(c))
		e.storeOp(compType(c), a.off)
	}
}

// standsIn tells whether a is the address of what is at to.
func standsIn(a *ssa.Value, to addr, e *emitter) bool {
	switch a.Op {
	case ssa.OpLocalAddr, ssa.OpArgAddr:
		at := e.addrOf(a, 0)
		return at.place == to.place && at.off == to.off
	}
	return false
}
