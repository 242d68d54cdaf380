package arm64

import (
	"strata/internal/abi"
	"strata/internal/arm64/a64"
	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// callAux is what the expansion of a call needs to know.
type callAux struct {
	sym      string // callee, if known
	closure  bool   // of the closure in the context register
	code     int    // operand with the code pointer, plus 1
	noReturn bool
}

// lowerArg reads a parameter that arrives on the stack; those in registers are defined by entry.
func lowerArg(s *selector, v *ssa.Value) {
	c := &s.F.ABI.In[v.AuxInt]
	switch {
	case c.Reg >= 0:
	case c.Class == abi.Mem:
		in := s.pseudo(expandLEA)
		in.Set(codegen.At(codegen.InArgs, c.Off), in.Def(s.Result(v)))
	default:
		s.loadFrom(loadOp(v.Type), v.Type.Size(), s.Result(v), func(*codegen.Inst) codegen.Arg { return codegen.At(codegen.InArgs, c.Off) })
	}
}

func lowerClosurePtr(s *selector, v *ssa.Value) {
	s.M.UsesCtxt = true
	if s.Ctxt == 0 {
		s.Ctxt = s.Result(v)
	} else {
		s.finish(v, s.Ctxt)
	}
}

// Entry defines what arrives in registers.
func (s *selector) Entry() {
	in := s.pseudo(expandNothing)
	for i, r := range s.Args {
		if r != 0 {
			in.DefFixed(r, preg(compReg(&s.F.ABI.In[i])))
		}
	}
	if s.Ctxt != 0 {
		in.DefFixed(s.Ctxt, preg(regCtxt))
	}
}

func lowerGetG(s *selector, v *ssa.Value) {
	if s.Wanted(v) {
		in := s.ins(a64.MOVD)
		in.Set(codegen.Phys(preg(regG)), in.Def(s.Result(v)))
	}
}

// lowerCallerPC reads the return address, which stands at the bottom of the frame if there is one.
func lowerCallerPC(s *selector, v *ssa.Value) {
	in := s.pseudo(expandCallerPC)
	in.Def(s.Result(v))
}

func expandCallerPC(e *emitter, in *codegen.Inst) {
	if e.Frame.Size == 0 {
		e.op(a64.MOVD, a64.R(a64.LR), a64.R(e.reg(in, 0)))
		return
	}
	e.op(a64.MOVD, a64.M(a64.SP, 0), a64.R(e.reg(in, 0)))
}

func lowerSP(s *selector, v *ssa.Value) {
	in := s.pseudo(expandLEA)
	in.Set(codegen.At(codegen.InBody, 0), in.Def(s.Result(v)))
}

// lowerCall passes arguments, calls, and takes the results.
func lowerCall(s *selector, v *ssa.Value) {
	call := v.Aux.(*ssa.Call)
	sig := call.ABI
	s.M.HasCalls = true
	s.M.Returns = s.M.Returns || !call.NoReturn
	s.M.NeedOut(sig.AreaSize())
	args := v.Args
	aux := callAux{sym: call.Sym, noReturn: call.NoReturn}
	if v.Op != ssa.OpCall {
		args = args[1:]
	}
	s.stackArgs(sig.In, args, codegen.InOut)
	var regs []regalloc.VReg
	for i := range sig.In {
		if sig.In[i].Reg >= 0 {
			regs = append(regs, s.Reg(args[i]))
		}
	}
	var callee regalloc.VReg
	if v.Op != ssa.OpCall {
		callee = s.Reg(v.Args[0])
	}
	in := s.pseudo(expandCall)
	s.fixedArgs(in, sig.In, regs)
	switch v.Op {
	case ssa.OpClosureCall:
		in.UseFixed(callee, preg(regCtxt))
		aux.closure = true
	case ssa.OpInterCall:
		aux.code = int(in.Use(callee).Reg) + 1
	}
	in.Aux = aux
	in.Clobbers, in.Safepoint = allRegs, true
	s.takeResults(v, call, in)
}

// fixedArgs puts the register components of a signature where they belong.
func (s *selector) fixedArgs(in *codegen.Inst, comps []abi.Component, regs []regalloc.VReg) {
	k := 0
	for i := range comps {
		if comps[i].Reg >= 0 {
			in.UseFixed(regs[k], preg(compReg(&comps[i])))
			k++
		}
	}
}

// stackArgs stores what goes to memory: to the outgoing area, or for results the incoming one.
// Large values first: copying them may take registers that arguments are about to occupy.
func (s *selector) stackArgs(comps []abi.Component, args []*ssa.Value, p codegen.Place) {
	for i := range comps {
		c := &comps[i]
		if c.Class != abi.Mem || c.Size == 0 {
			continue
		}
		a := s.Root(args[i])
		if p == codegen.InArgs && a.Op == ssa.OpArgAddr && a.AuxInt == c.Off || codegen.StandsIn(a, p, c.Off) {
			continue
		}
		s.copyBlock(c.Size, func(*codegen.Inst) codegen.Arg { return codegen.At(p, c.Off) }, func(in *codegen.Inst) codegen.Arg { return s.address(in, a, 0, 0) })
	}
	for i := range comps {
		c := &comps[i]
		if c.Class == abi.Mem || c.Reg >= 0 {
			continue
		}
		t := codegen.CompType(c)
		in := s.pseudo(expandStore)
		in.Op, in.Imm = mop(storeOp(t)), t.Size()
		r := s.stored(in, args[i])
		in.Set(r, codegen.At(p, c.Off))
	}
}

// takeResults defines the results in registers and reads those in memory, right behind the call.
func (s *selector) takeResults(v *ssa.Value, call *ssa.Call, in *codegen.Inst) {
	list := s.Results[v.ID]
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
					func(*codegen.Inst) codegen.Arg { return codegen.MemArg(codegen.SlotMem(slot)) },
					func(*codegen.Inst) codegen.Arg { return codegen.At(codegen.InOut, c.Off) })
			}
			continue
		}
		if i >= len(list) || list[i] == nil || s.VRegs[list[i].ID] == 0 {
			continue
		}
		r := s.VRegs[list[i].ID]
		if c.Reg >= 0 {
			in.DefFixed(r, preg(compReg(c)))
			continue
		}
		t := list[i].Type
		s.loadFrom(loadOp(t), t.Size(), r, func(*codegen.Inst) codegen.Arg { return codegen.At(codegen.InOut, c.Off) })
	}
}

// expandCall emits the call itself.
func expandCall(e *emitter, in *codegen.Inst) {
	a := in.Aux.(callAux)
	switch {
	case a.closure && a.sym == "":
		e.op(a64.MOVD, a64.M(regCtxt, 0), a64.R(tmpB))
		e.callIndirect(tmpB, e.MapOf(in))
	case a.code > 0:
		e.callIndirect(e.reg(in, a.code-1), e.MapOf(in))
	default:
		e.call(a.sym, e.MapOf(in))
	}
	if a.noReturn {
		e.op(a64.UNDEF) // the return address stays inside the function
	}
}

// Terminator selects the end of a block.
func (s *selector) Terminator(mb *codegen.Block) {
	b := mb.SSA
	switch b.Kind {
	case ssa.BlockJump, ssa.BlockDefer:
		s.jump(mb.Succs[0])
	case ssa.BlockIf:
		c := s.flags(b.Controls[0])
		in := s.pseudo(expandIf)
		in.Aux = ifAux{c, mb.Succs[0], mb.Succs[1], b.Likely}
	case ssa.BlockSwitch:
		s.jumpTable(mb)
	case ssa.BlockRet:
		s.ret(b)
	case ssa.BlockUnreachable:
		s.unreachable(b)
	case ssa.BlockTailCall:
		s.tailCall(b)
	default:
		s.Fail(b.Values[0], "block kind %s", b.Kind)
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
	s.ins(a64.UNDEF)
}

func (s *selector) jump(to int32) {
	in := s.pseudo(expandJump)
	in.Imm = int64(to)
}

func expandJump(e *emitter, in *codegen.Inst) { e.JumpTo(int32(in.Imm)) }

type ifAux struct {
	c       a64.Cond
	yes, no int32
	likely  ssa.Likely
}

func expandIf(e *emitter, in *codegen.Inst) {
	a := in.Aux.(ifAux)
	e.branchTo(a.c, a.yes, a.no, a.likely)
}

func (s *selector) jumpTable(mb *codegen.Block) {
	t := &codegen.JumpTable{Targets: mb.Succs}
	s.M.Tables = append(s.M.Tables, t)
	r := s.Reg(mb.SSA.Controls[0])
	in := s.pseudo(expandSwitch)
	in.Aux = t
	in.UseLate(r)
	in.Temp(s.NewTemp(ssa.I64))
	in.Temp(s.NewTemp(ssa.I64))
}

func (s *selector) ret(b *ssa.Block) {
	sig := s.F.ABI
	var regs []regalloc.VReg
	if sig != nil {
		s.stackArgs(sig.Out, b.Controls, codegen.InArgs)
		for i := range sig.Out {
			if sig.Out[i].Reg >= 0 {
				regs = append(regs, s.Reg(b.Controls[i]))
			}
		}
	}
	in := s.pseudo(expandRet)
	if sig != nil {
		s.fixedArgs(in, sig.Out, regs)
	}
}

func expandRet(e *emitter, in *codegen.Inst) { e.Return() }

// tailCall jumps to another function of the same argument area.
func (s *selector) tailCall(b *ssa.Block) {
	call := b.Aux.(*ssa.Call)
	args := b.Controls
	var callee regalloc.VReg
	if call.Sym == "" {
		callee = s.Reg(args[0])
		args = args[1:]
	}
	s.stackArgs(call.ABI.In, args, codegen.InArgs)
	var regs []regalloc.VReg
	for i := range call.ABI.In {
		if call.ABI.In[i].Reg >= 0 {
			regs = append(regs, s.Reg(args[i]))
		}
	}
	in := s.pseudo(expandTailCall)
	s.fixedArgs(in, call.ABI.In, regs)
	aux := callAux{sym: call.Sym}
	if callee != 0 {
		aux.code = int(in.Use(callee).Reg) + 1
	}
	in.Aux = aux
}

func expandTailCall(e *emitter, in *codegen.Inst) {
	a := in.Aux.(callAux)
	to := a64.CallSym(a.sym)
	if a.code > 0 {
		to = a64.R(e.reg(in, a.code-1))
	} else {
		e.NoteCall(a.sym, 0)
	}
	e.epilogue()
	e.op(a64.JMP, to)
	e.body()
}
