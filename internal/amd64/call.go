package amd64

import (
	"strings"

	"strata/internal/abi"
	"strata/internal/amd64/x86"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

const lateUse = regalloc.Late

// abi0 is the suffix of symbols that follow ABI0.
const abi0 = "<ABI0>"

// callAux is what the expansion of a call needs to know.
type callAux struct {
	sym      string // callee, if known
	closure  bool   // of the closure in the context register
	code     int    // operand with the code pointer, plus 1
	noReturn bool
}

// needOut makes sure that the outgoing area has n bytes.
func (m *mfunc) needOut(n int64) { m.outSize = max(m.outSize, n) }

// argReg is the register of a parameter that arrives in one.
func (s *selector) argReg(v *ssa.Value) regalloc.VReg {
	c := &s.f.ABI.In[v.AuxInt]
	if c.Reg < 0 {
		return s.result(v)
	}
	if s.args[v.AuxInt] == 0 {
		s.args[v.AuxInt] = s.mf.newVReg(v.Type)
	}
	return s.args[v.AuxInt]
}

// lowerArg reads a parameter that arrives on the stack; those in registers are defined by entry.
func lowerArg(s *selector, v *ssa.Value) {
	c := &s.f.ABI.In[v.AuxInt]
	switch {
	case c.Reg >= 0:
	case c.Class == abi.Mem:
		in := s.ins(x86.LEAQ)
		in.set(at(inArgs, c.Off), in.def(s.result(v)))
	default:
		in := s.ins(loadOp(v.Type))
		in.set(at(inArgs, c.Off), in.def(s.result(v)))
	}
}

func lowerClosurePtr(s *selector, v *ssa.Value) {
	s.mf.usesCtxt = true
	if s.ctxt == 0 {
		s.ctxt = s.result(v)
	} else {
		s.finish(v, s.ctxt)
	}
}

// entry defines what arrives in registers.
func (s *selector) entry() {
	in := s.pseudo(expandNothing)
	for i, r := range s.args {
		if r != 0 {
			in.defFixed(r, compReg(&s.f.ABI.In[i]))
		}
	}
	if s.ctxt != 0 {
		in.defFixed(s.ctxt, regCtxt)
	}
}

func lowerGetG(s *selector, v *ssa.Value) {
	if s.wanted(v) {
		in := s.ins(x86.MOVQ)
		in.set(physArg(regG), in.def(s.result(v)))
	}
}

func lowerCallerPC(s *selector, v *ssa.Value) {
	in := s.ins(x86.MOVQ)
	in.set(at(inArgs, -8), in.def(s.result(v)))
}

func lowerSP(s *selector, v *ssa.Value) {
	in := s.ins(x86.LEAQ)
	in.set(at(inBody, 0), in.def(s.result(v)))
}

// lowerCall passes arguments, calls, and takes the results.
func lowerCall(s *selector, v *ssa.Value) {
	call := v.Aux.(*ssa.Call)
	sig := call.ABI
	s.mf.hasCalls = true
	s.mf.returns = s.mf.returns || !call.NoReturn
	s.mf.needOut(sig.AreaSize())
	args := v.Args
	aux := callAux{sym: call.Sym, noReturn: call.NoReturn}
	if v.Op != ssa.OpCall {
		args = args[1:]
	}
	s.stackArgs(sig.In, args, inOut)
	var regs []regalloc.VReg
	for i := range sig.In {
		if sig.In[i].Reg >= 0 {
			regs = append(regs, s.reg(args[i]))
		}
	}
	var callee regalloc.VReg
	if v.Op != ssa.OpCall {
		callee = s.reg(v.Args[0])
	}
	in := s.pseudo(expandCall)
	s.fixedArgs(in, sig.In, regs)
	switch v.Op {
	case ssa.OpClosureCall:
		in.useFixed(callee, regCtxt)
		aux.closure = true
	case ssa.OpInterCall:
		aux.code = int(in.use(callee).reg) + 1
	}
	in.aux = aux
	in.clobbers, in.safepoint = allRegs, true
	s.takeResults(v, call, in)
}

// fixedArgs puts the register components of a signature where they belong.
func (s *selector) fixedArgs(in *inst, comps []abi.Component, regs []regalloc.VReg) {
	k := 0
	for i := range comps {
		if comps[i].Reg >= 0 {
			in.useFixed(regs[k], compReg(&comps[i]))
			k++
		}
	}
}

// stackArgs stores what goes to memory: to the outgoing area, or for results the incoming one.
// Large values first: copying them may take registers that arguments are about to occupy.
func (s *selector) stackArgs(comps []abi.Component, args []*ssa.Value, p place) {
	for i := range comps {
		c := &comps[i]
		if c.Class != abi.Mem || c.Size == 0 {
			continue
		}
		a := s.root(args[i])
		if p == inArgs && a.Op == ssa.OpArgAddr && a.AuxInt == c.Off || standsIn(a, p, c.Off) {
			continue
		}
		s.copyBlock(c.Size, func(*inst) arg { return at(p, c.Off) }, func(in *inst) arg { return s.address(in, a, 0) })
	}
	for i := range comps {
		c := &comps[i]
		if c.Class == abi.Mem || c.Reg >= 0 {
			continue
		}
		t := compType(c)
		if k, ok := storedConst(args[i]); ok {
			in := s.ins(opMOV.of(t))
			in.set(immArg(k), at(p, c.Off))
			continue
		}
		r := s.reg(args[i])
		in := s.ins(storeOp(t))
		in.set(in.use(r), at(p, c.Off))
	}
}

// standsIn tells whether a is the address of a slot that is the place at off of an argument area.
func standsIn(a *ssa.Value, p place, off int64) bool {
	if a.Op != ssa.OpLocalAddr {
		return false
	}
	area := ssa.OutgoingArea
	if p == inArgs {
		area = ssa.ResultArea
	}
	s := a.Aux.(*ssa.Slot)
	return s.Area == area && s.Off+a.AuxInt == off
}

// takeResults defines the results in registers and reads those in memory, right behind the call.
func (s *selector) takeResults(v *ssa.Value, call *ssa.Call, in *inst) {
	list := s.results[v.ID]
	if v.Type.IsReg() {
		list = []*ssa.Value{v}
	}
	slots := call.ResultSlots
	for i := range call.ABI.Out {
		c := &call.ABI.Out[i]
		if c.Class == abi.Mem {
			if len(slots) == 0 {
				continue
			}
			slot := slots[0]
			slots = slots[1:]
			if slot != nil && slot.Area != ssa.OutgoingArea {
				s.copyBlock(c.Size,
					func(*inst) arg { return memArg(slotMem(slot)) },
					func(*inst) arg { return at(inOut, c.Off) })
			}
			continue
		}
		if i >= len(list) || list[i] == nil || s.vregs[list[i].ID] == 0 {
			continue
		}
		r := s.vregs[list[i].ID]
		if c.Reg >= 0 {
			in.defFixed(r, compReg(c))
			continue
		}
		l := s.ins(loadOp(list[i].Type))
		l.set(at(inOut, c.Off), l.def(r))
	}
}

// expandCall emits the call itself.
func expandCall(e *emitter, in *inst) {
	a := in.aux.(callAux)
	switch {
	case a.closure && a.sym == "":
		e.callIndirect(x86.M(regCtxt, 0), e.mapOf(in))
	case a.code > 0:
		e.callIndirect(e.reg(in, a.code-1), e.mapOf(in))
	default:
		e.call(a.sym, e.mapOf(in))
	}
	if a.noReturn {
		e.op(x86.UD2) // the return address stays inside the function
	}
	if strings.HasSuffix(a.sym, abi0) && !a.noReturn {
		e.loadG() // assembly may use g's register for other things
	}
}

// terminator selects the end of a block.
func (s *selector) terminator(mb *mblock) {
	b := mb.b
	switch b.Kind {
	case ssa.BlockJump, ssa.BlockDefer:
		s.jump(mb.succs[0])
	case ssa.BlockIf:
		c := s.flags(b.Controls[0])
		in := s.pseudo(expandIf)
		in.aux = ifAux{c, mb.succs[0], mb.succs[1], b.Likely}
	case ssa.BlockSwitch:
		s.jumpTable(mb)
	case ssa.BlockRet:
		s.ret(b)
	case ssa.BlockUnreachable:
		s.unreachable(b)
	case ssa.BlockTailCall:
		s.tailCall(b)
	default:
		s.fail(b.Values[0], "block kind %s", b.Kind)
	}
}

// unreachable traps, unless a call that does not return, which brings its own trap, ends the block.
func (s *selector) unreachable(b *ssa.Block) {
	if n := len(b.Values); n > 0 {
		v := b.Values[n-1]
		for v.Op == ssa.OpResult {
			v = v.Args[0]
		}
		if c, ok := v.Aux.(*ssa.Call); ok && v.Op.IsCall() && c.NoReturn {
			s.pseudo(expandNothing)
			return
		}
	}
	s.ins(x86.UD2)
}

func (s *selector) jump(to int32) {
	in := s.pseudo(expandJump)
	in.imm = int64(to)
}

func expandJump(e *emitter, in *inst) { e.jumpTo(int32(in.imm)) }

type ifAux struct {
	c       cond
	yes, no int32
	likely  ssa.Likely
}

func expandIf(e *emitter, in *inst) {
	a := in.aux.(ifAux)
	e.branchTo(a.c, a.yes, a.no, a.likely)
}

func (s *selector) jumpTable(mb *mblock) {
	t := &jumpTable{targets: mb.succs}
	s.mf.tables = append(s.mf.tables, t)
	r := s.reg(mb.b.Controls[0])
	in := s.pseudo(expandSwitch)
	in.aux = t
	in.useLate(r)
	in.temp(s.newTemp(ssa.I64))
	in.temp(s.newTemp(ssa.I64))
}

func (s *selector) ret(b *ssa.Block) {
	sig := s.f.ABI
	var regs []regalloc.VReg
	if sig != nil {
		s.stackArgs(sig.Out, b.Controls, inArgs)
		for i := range sig.Out {
			if sig.Out[i].Reg >= 0 {
				regs = append(regs, s.reg(b.Controls[i]))
			}
		}
	}
	in := s.pseudo(expandRet)
	if sig != nil {
		s.fixedArgs(in, sig.Out, regs)
	}
}

func expandRet(e *emitter, in *inst) { e.returnHere() }

// tailCall jumps to another function of the same argument area.
func (s *selector) tailCall(b *ssa.Block) {
	call := b.Aux.(*ssa.Call)
	args := b.Controls
	var callee regalloc.VReg
	if call.Sym == "" {
		callee = s.reg(args[0])
		args = args[1:]
	}
	s.stackArgs(call.ABI.In, args, inArgs)
	var regs []regalloc.VReg
	for i := range call.ABI.In {
		if call.ABI.In[i].Reg >= 0 {
			regs = append(regs, s.reg(args[i]))
		}
	}
	in := s.pseudo(expandTailCall)
	s.fixedArgs(in, call.ABI.In, regs)
	aux := callAux{sym: call.Sym}
	if callee != 0 {
		aux.code = int(in.use(callee).reg) + 1
	}
	in.aux = aux
}

func expandTailCall(e *emitter, in *inst) {
	a := in.aux.(callAux)
	e.epilogue()
	if a.code > 0 {
		e.op(x86.JMP, e.reg(in, a.code-1))
	} else {
		e.noteCall(a.sym, 0)
		e.op(x86.JMP, x86.CallSym(a.sym))
	}
	e.body()
}
