package wasm

import (
	"slices"
	"strings"

	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/ssa"
	"strata/internal/wasm/module"
)

// frame decides what has a place in the frame, and lays it out.
func (e *emitter) frame(t *codegen.Target, rpo []*ssa.Block) {
	f := e.F
	e.M = &codegen.Func{Target: t, SSA: f, Life: codegen.ComputeLifetimes(f, t.InlineLimit)}
	if f.ABI != nil {
		e.M.Args = make([]regalloc.VReg, len(f.ABI.In))
	}
	use := func(s *ssa.Slot) {
		if s.Area == ssa.OwnPlace {
			e.M.Insts = append(e.M.Insts, &codegen.Inst{Args: [3]codegen.Arg{codegen.MemArg(codegen.Mem{Place: codegen.InSlot, Slot: s})}})
		}
	}
	for _, b := range rpo {
		for _, v := range b.Values {
			if v.Op == ssa.OpLocalAddr {
				use(v.Aux.(*ssa.Slot))
			}
			if v.Op.IsCall() {
				c := v.Aux.(*ssa.Call)
				e.M.NeedOut(c.ABI.AreaSize())
				for _, s := range c.ResultSlots {
					if s != nil {
						use(s)
					}
				}
			}
		}
	}
	spills := e.spills()
	e.hasFrame = len(e.calls) > 0 || len(e.failures) > 0 || len(e.M.Insts) > 0 || e.M.OutSize > 0
	e.M.HasCalls = e.hasFrame
	e.M.Returns = true
	e.Frame = codegen.LayoutFrame(e.M, spills)
	if !e.hasFrame {
		e.Frame.Size = 0
	}
	e.fp = e.newLocal(module.I32)
	if len(e.failures) > 0 {
		e.site = e.newLocal(module.I32)
	}
	for _, fl := range e.failures {
		if fl.fn == boundsFailure {
			e.index = [2]uint32{e.newLocal(module.I64), e.newLocal(module.I64)}
			e.kind = e.newLocal(module.I64)
		}
	}
	e.Machine = tableWriter{e: e}
}

// spills gives slots to locals that hold something during a call, and returns their number.
func (e *emitter) spills() (n int) {
	x := e.x
	e.shadowed = make([]bool, len(x.place))
	for _, c := range e.calls {
		for _, id := range e.live.across[c] {
			v := e.live.byID[id]
			r := x.reg[id]
			if v.Type == ssa.Ptr {
				e.shadowed[id] = true
			} else if !slices.Contains(e.saved, r) {
				e.saved = append(e.saved, r)
			}
			if !slices.Contains(e.restored, r) {
				e.restored = append(e.restored, r)
			}
		}
	}
	slices.Sort(e.saved)
	slices.Sort(e.restored)
	for _, r := range e.restored {
		e.slotOf[r] = n
		n++
	}
	return n
}

// mapOf is the number of the stack map at a call.
func (e *emitter) mapOf(v *ssa.Value) int32 {
	var slots []int32
	for _, id := range e.live.across[v] {
		if e.shadowed[id] {
			slots = append(slots, int32(e.slotOf[e.x.reg[id]]))
		}
	}
	m := e.Frame.LiveMap(slots)
	for _, s := range e.M.Life.At(v) {
		if off := e.Frame.Slots[s.ID]; off != codegen.NoPlace {
			m = codegen.MarkObject(m, off, s.PtrMask)
		}
	}
	return e.Maps.Local(m, e.Frame.ArgMap)
}

// localType is the type of a local.
func (e *emitter) localType(r uint32) module.Type {
	if int(r) < len(e.params) {
		return e.params[r]
	}
	return e.types[int(r)-len(e.params)]
}

var localLoad = map[module.Type]module.Op{module.I32: module.I32Load, module.I64: module.I64Load, module.F32: module.F32Load, module.F64: module.F64Load}
var localStore = map[module.Type]module.Op{module.I32: module.I32Store, module.I64: module.I64Store, module.F32: module.F32Store, module.F64: module.F64Store}

// prologue makes the frame, unless the stack is too small or the function is resumed.
func (e *emitter) prologue(n *node) {
	e.code.Idx(module.GlobalGet, Base)
	e.code.I32(int32(e.Frame.Size + 8))
	e.code.Op(module.I32Sub)
	e.code.Idx(module.LocalTee, e.fp)
	e.code.Idx(module.GlobalGet, Limit)
	e.code.Op(module.I32LtU)
	e.either(n, n.succs[0], n.succs[1])
}

// StackGuard0 is the offset of the lower limit of the stack in a G.
const stackGuard0 = 16

// slow is where a function goes on that has no room for its frame, or is resumed.
func (e *emitter) slow(n *node) {
	c := &e.code
	e.self(module.I64Const, 1)
	e.callSym(GrowSym)
	c.Begin(module.If, module.Empty)
	e.again()
	c.Op(module.End)
	c.Idx(module.LocalGet, e.fp)
	c.Idx(module.GlobalSet, Base)
	if e.recover != nil {
		c.Idx(module.LocalGet, e.fp)
		c.I32(8)
		c.Op(module.I32Add)
		c.Idx(module.GlobalGet, Target0)
		c.Op(module.I32Eq)
		c.Begin(module.If, module.Empty)
		e.labels = append(e.labels, label{})
		c.Idx(module.GlobalGet, G)
		c.Mem(module.I32Load, stackGuard0)
		c.Idx(module.GlobalSet, Limit)
		e.goTo(n, e.recover)
		e.labels = e.labels[:len(e.labels)-1]
		c.Op(module.End)
	}
	if len(n.states) == 0 {
		c.Op(module.Unreachable)
		return
	}
	for _, r := range e.restored {
		c.Idx(module.LocalGet, e.fp)
		c.Mem(localLoad[e.localType(r)], e.spill(e.slotOf[r]))
		c.Idx(module.LocalSet, r)
	}
	c.Idx(module.LocalGet, e.fp)
	c.Mem(module.I32Load, 0)
	e.self(module.I32Const, 1)
	c.Op(module.I32Sub)
	c.Idx(module.LocalSet, e.stateLocal())
	e.byState(n, n.states[0].to)
}

// again calls the function itself on the segment of stack that Base leads to now, and gives that up afterwards.
func (e *emitter) again() {
	c := &e.code
	for i := range e.params {
		c.Idx(module.LocalGet, uint32(i))
	}
	e.callSym(e.F.Name)
	c.Idx(module.LocalGet, e.fp)
	c.I32(int32(e.Frame.Size + 8))
	c.Op(module.I32Add)
	e.callSym(ShrinkSym)
	c.Op(module.Return)
}

// epilogue gives the frame back.
func (e *emitter) epilogue() {
	if e.hasFrame {
		e.code.Idx(module.LocalGet, e.fp)
		e.code.I32(int32(e.Frame.Size + 8))
		e.code.Op(module.I32Add)
		e.code.Idx(module.GlobalSet, Base)
	}
}

// leave saves the locals and returns, with results that have no meaning.
func (e *emitter) leave() {
	for _, r := range e.saved {
		e.code.Idx(module.LocalGet, e.fp)
		e.code.Idx(module.LocalGet, r)
		e.code.Mem(localStore[e.localType(r)], e.spill(e.slotOf[r]))
	}
	e.epilogue()
	if e.F.ABI != nil {
		for i := range e.F.ABI.Out {
			if c := &e.F.ABI.Out[i]; c.Reg >= 0 {
				e.zero(wasmType(compType(c)))
			}
		}
	}
	e.code.Op(module.Return)
}

func (e *emitter) zero(t module.Type) {
	switch t {
	case module.I32:
		e.code.I32(0)
	case module.I64:
		e.code.I64(0)
	case module.F32:
		e.code.F32(0)
	default:
		e.code.F64(0)
	}
}

// zeroSlots clears the objects that maps always name.
func (e *emitter) zeroSlots() {
	if !e.hasFrame {
		return
	}
	c := &e.code
	c.Idx(module.LocalGet, e.fp)
	c.Idx(module.GlobalSet, Base)
	if n := e.Frame.ZeroHi - e.Frame.ZeroLo; n > 0 {
		e.clearMem(n, addr{base: func() { c.Idx(module.LocalGet, e.fp) }, off: 8 + e.Frame.ZeroLo})
	}
}

// failIf leaves for the function that reports a failure if the number on the stack is not 0.
func (e *emitter) failIf(v *ssa.Value, fn string, setup func()) {
	f := e.failure(fn)
	site := f.next
	f.next++
	e.sitePos[site] = v.Pos
	c := &e.code
	c.Begin(module.If, module.Empty)
	e.labels = append(e.labels, label{})
	if setup != nil {
		setup()
	}
	c.I32(int32(site))
	c.Idx(module.LocalSet, e.site)
	c.Idx(module.Br, e.depth(f.prepare))
	e.labels = e.labels[:len(e.labels)-1]
	c.Op(module.End)
}

// failNode stores where a check failed, or calls the function that reports it.
func (e *emitter) failNode(n *node) {
	c := &e.code
	f := n.fail
	if n == f.prepare {
		c.Idx(module.LocalGet, e.fp)
		e.self(module.I64Const, 1)
		c.Idx(module.LocalGet, e.site)
		c.Op(module.I64ExtendI32U)
		c.Op(module.I64Add)
		c.Mem(module.I64Store, 0)
		e.goTo(n, f.call)
		return
	}
	if f.fn == boundsFailure {
		c.Idx(module.LocalGet, e.index[0])
		c.Idx(module.LocalGet, e.index[1])
		c.Idx(module.LocalGet, e.kind)
	}
	e.callSym(runtimeName(f.fn))
	c.Idx(module.Br, e.depth(e.unwind))
}

// runtimeName is the symbol of a function that checks name.
func runtimeName(fn string) string {
	if strings.HasPrefix(fn, "runtime.") {
		return fn
	}
	return "runtime." + fn
}
