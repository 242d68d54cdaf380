package amd64

import (
	"fmt"

	"strata/internal/amd64/x86"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// selector turns SSA into machine instructions.
//
// It walks every block backwards, users before definitions. When it reaches a
// value it knows whether anybody wants it in a register: if not, and the value
// has no effect, the value has been folded into its users and vanishes. The
// instructions of one value form a group, built forwards.
//
// Constants and addresses of symbols and slots are made again before every use.
type selector struct {
	f  *ssa.Func
	mf *mfunc
	b  *ssa.Block

	vregs  []regalloc.VReg // by value ID; 0: not wanted so far
	folded []bool          // loads that became a memory operand
	color  []int32         // by value ID: number of effects before it in its block
	calls  []int32         // by value ID: number of calls before it in its block
	at     int32           // color of the place where the current group stands
	group  []*inst
	cur    *ssa.Value // that the group is for, nil at the end of a block
	out    []*inst    // instructions of the block, last first
	pos    ssa.Pos

	results  map[int32][]*ssa.Value // OpResults of a tuple, by index
	faults   map[*ssa.Value]*inst   // pointers that the code behind here dereferences before any effect, and where
	foldedIn map[int32]*inst        // instructions that loads were folded into
	args     []regalloc.VReg        // registers of the parameters' components
	ctxt     regalloc.VReg
	slab     []inst
	err      error
}

// lowering emits the instructions of one op.
type lowering func(s *selector, v *ssa.Value)

func selectFunc(f *ssa.Func) (*mfunc, error) {
	prepare(f)
	life := computeLifetimes(f)
	s := &selector{
		f: f, mf: &mfunc{f: f, life: life, vregs: make([]regalloc.VRegInfo, 1, f.NumValues()+1)},
		vregs: make([]regalloc.VReg, f.NumValues()), folded: make([]bool, f.NumValues()),
		color: make([]int32, f.NumValues()), calls: make([]int32, f.NumValues()), results: map[int32][]*ssa.Value{}, faults: map[*ssa.Value]*inst{}, foldedIn: map[int32]*inst{},
	}
	if f.ABI != nil {
		s.args = make([]regalloc.VReg, len(f.ABI.In))
	}
	rpo := f.RPO()
	s.survey(rpo)
	s.mf.blocks = machineBlocks(f, rpo)
	code := make([][]*inst, len(rpo))
	for i := len(rpo) - 1; i >= 0; i-- {
		code[i] = s.block(s.mf.blocks[i], rpo[i] == f.Entry)
		if s.err != nil {
			return nil, s.err
		}
	}
	for i, list := range code {
		b := s.mf.blocks[i]
		b.first = int32(len(s.mf.insts))
		for j := len(list) - 1; j >= 0; j-- {
			s.mf.insts = append(s.mf.insts, list[j])
		}
		b.last = int32(len(s.mf.insts))
	}
	s.mf.args = s.args
	s.mf.pruneParams()
	return s.mf, nil
}

// survey colours values and collects the results of tuples.
func (s *selector) survey(rpo []*ssa.Block) {
	for _, b := range rpo {
		color, calls := int32(0), int32(0)
		for _, v := range b.Values {
			s.color[v.ID], s.calls[v.ID] = color, calls
			if v.Op.Has(ssa.CallOp) {
				calls++
			}
			if isEffect(v.Op) {
				color++
			}
			if v.Op == ssa.OpResult {
				s.addResult(v)
			}
		}
	}
}

// isEffect tells whether no load may be moved over op.
func isEffect(op ssa.Op) bool {
	if op.Has(ssa.Pure) {
		return false
	}
	return op.Has(ssa.Writes | ssa.CallOp | ssa.CanPanic | ssa.Effect)
}

func (s *selector) addResult(v *ssa.Value) {
	t := v.Args[0].ID
	list := s.results[t]
	for int64(len(list)) <= v.AuxInt {
		list = append(list, nil)
	}
	if list[v.AuxInt] == nil {
		list[v.AuxInt] = v
	}
	s.results[t] = list
}

// block selects one block and returns its instructions, last first.
func (s *selector) block(mb *mblock, entry bool) []*inst {
	b := mb.b
	s.b, s.out, s.cur = b, nil, nil
	clear(s.faults)
	s.at = 0
	if n := len(b.Values); n > 0 {
		last := b.Values[n-1]
		s.at = s.color[last.ID]
		if isEffect(last.Op) {
			s.at++
		}
	}
	s.pos = endPos(b)
	s.terminator(mb)
	s.flush()
	s.pos = endPos(b)
	s.edgeArgs(mb)
	s.flush()
	for i := len(b.Values) - 1; i >= 0; i-- {
		v := b.Values[i]
		s.at, s.pos, s.cur = s.color[v.ID], v.Pos, v
		s.value(v)
		s.flush()
		if s.err != nil {
			return nil
		}
	}
	mb.params = s.phis(b)
	if entry {
		s.pos = ssa.Pos{P: s.f.Pos}
		s.entry()
		s.flush()
	}
	return s.out
}

// endPos is the position of what ends a block. A jump belongs to what comes before it: the block's own position is that of
// its beginning.
func endPos(b *ssa.Block) ssa.Pos {
	if n := len(b.Values); b.Kind == ssa.BlockJump && n > 0 && b.Values[n-1].Pos.P.IsValid() {
		return b.Values[n-1].Pos
	}
	return b.Pos
}

// value selects v if it has an effect or somebody wants it.
func (s *selector) value(v *ssa.Value) {
	op := v.Op
	if int(op) >= len(lowerings) || lowerings[op] == nil {
		if op != ssa.OpPhi && !atUse(v) && !transparent(op) {
			s.fail(v, "no lowering")
		}
		return
	}
	if isEffect(op) && op != ssa.OpNilCheck {
		clear(s.faults)
	}
	if isEffect(op) || s.wanted(v) {
		lowerings[op](s, v)
	}
	if op == ssa.OpLoad && (s.wanted(v) || s.folded[v.ID]) || op == ssa.OpStore {
		in := s.foldedIn[v.ID]
		if n := len(s.group); n > 0 {
			in = s.group[n-1]
		}
		s.noteAccess(in, v.Args[0], v.AuxInt)
	}
}

// wanted tells whether v's result is used by what was selected so far.
func (s *selector) wanted(v *ssa.Value) bool {
	if v.Type != ssa.Tuple {
		return s.vregs[v.ID] != 0
	}
	for _, r := range s.results[v.ID] {
		if r != nil && s.vregs[r.ID] != 0 {
			return true
		}
	}
	return false
}

func (s *selector) fail(v *ssa.Value, format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("amd64: %s: %s: %s", s.f.Name, v.Long(), fmt.Sprintf(format, args...))
	}
}

// flush ends a group.
func (s *selector) flush() {
	for i := len(s.group) - 1; i >= 0; i-- {
		s.out = append(s.out, s.group[i])
	}
	s.group = s.group[:0]
}

// ins appends an instruction to the group.
func (s *selector) ins(op x86.Op) *inst {
	if len(s.slab) == 0 {
		s.slab = make([]inst, 64)
	}
	in := &s.slab[0]
	s.slab = s.slab[1:]
	in.op, in.pos, in.val = op, s.pos, s.cur
	s.group = append(s.group, in)
	return in
}

// pseudo appends an instruction that expand turns into x86 instructions.
func (s *selector) pseudo(expand func(*emitter, *inst)) *inst {
	in := s.ins(0)
	in.expand = expand
	return in
}

// transparent ops are other names of their first argument's register.
func transparent(op ssa.Op) bool {
	switch op {
	case ssa.OpCopy, ssa.OpTrunc, ssa.OpResult:
		return true
	}
	return false
}

// root looks through ops that leave the register of their argument as it is.
func (s *selector) root(v *ssa.Value) *ssa.Value {
	for {
		switch v.Op {
		case ssa.OpCopy, ssa.OpNilCheck, ssa.OpTrunc, ssa.OpBounds:
			v = v.Args[0]
		case ssa.OpOffPtr:
			if v.AuxInt != 0 {
				return v
			}
			v = v.Args[0]
		case ssa.OpZeroExt:
			if !zeroExtended(v) {
				return v
			}
			v = v.Args[0]
		case ssa.OpResult:
			if list := s.results[v.Args[0].ID]; list != nil {
				return list[v.AuxInt]
			}
			return v
		default:
			return v
		}
	}
}

// zeroExtended tells whether the register of v's argument already has zeros
// above the argument's width.
func zeroExtended(v *ssa.Value) bool {
	a := v.Args[0]
	switch a.Op {
	case ssa.OpLoad:
		return a.Type != ssa.I64
	case ssa.OpAdd, ssa.OpSub, ssa.OpMul, ssa.OpNeg, ssa.OpAnd, ssa.OpOr, ssa.OpXor, ssa.OpShr, ssa.OpBswap:
		return a.Type == ssa.I32
	case ssa.OpZeroExt:
		return true
	}
	return false
}

// reg is the virtual register of v, made on the spot for constants and addresses.
func (s *selector) reg(v *ssa.Value) regalloc.VReg {
	v = s.root(v)
	if atUse(v) {
		return s.materialise(v)
	}
	if v.Op == ssa.OpArg {
		return s.argReg(v)
	}
	if s.vregs[v.ID] == 0 {
		if !v.Type.IsReg() {
			s.fail(v, "has no register")
		}
		s.vregs[v.ID] = s.mf.newVReg(v.Type)
	}
	return s.vregs[v.ID]
}

// result is the register for v's own result.
func (s *selector) result(v *ssa.Value) regalloc.VReg {
	if s.vregs[v.ID] == 0 {
		s.vregs[v.ID] = s.mf.newVReg(v.Type)
	}
	return s.vregs[v.ID]
}

// tuple gives the registers of the first n results of v.
func (s *selector) tuple(v *ssa.Value, n int, t ssa.Type) []regalloc.VReg {
	regs := make([]regalloc.VReg, n)
	list := s.results[v.ID]
	for i := range regs {
		if i < len(list) && list[i] != nil {
			regs[i] = s.vregs[list[i].ID]
		}
		if regs[i] == 0 {
			regs[i] = s.mf.newVReg(t)
		}
	}
	return regs
}

// live tells whether code behind the current place reads v's register: a use
// was selected already, or v comes from outside the loop around this block.
func (s *selector) live(v *ssa.Value) bool {
	v = s.root(v)
	if atUse(v) {
		return false
	}
	if s.vregs[v.ID] != 0 || v.Op == ssa.OpArg && s.f.ABI.In[v.AuxInt].Reg >= 0 && s.args[v.AuxInt] != 0 {
		return true
	}
	loops := s.f.Loops()
	l := loops.Of(s.b)
	return l != nil && v.Block != s.b && !l.Contains(loops, v.Block)
}

// crossesCall tells whether x probably went through memory because of a call before v.
func (s *selector) crossesCall(x, v *ssa.Value) bool {
	x = s.root(x)
	if x.Op == ssa.OpResult && x.Args[0].Op.Has(ssa.CallOp) {
		x = x.Args[0]
		if x.Block == v.Block {
			return s.calls[v.ID] != s.calls[x.ID]+1
		}
	}
	if x.Block != v.Block {
		return s.calls[v.ID] > 0
	}
	return s.calls[v.ID] != s.calls[x.ID]
}

// newTemp is a register nobody else knows.
func (s *selector) newTemp(t ssa.Type) regalloc.VReg { return s.mf.newVReg(t) }

// atUse tells whether v is made again before every use.
func atUse(v *ssa.Value) bool {
	switch v.Op {
	case ssa.OpConst, ssa.OpConstF, ssa.OpGlobalAddr, ssa.OpFuncAddr, ssa.OpLocalAddr, ssa.OpArgAddr, ssa.OpCallerSP:
		return true
	case ssa.OpOffPtr:
		return atUse(v.Args[0])
	}
	return false
}

// materialise puts a constant or address into a new register.
func (s *selector) materialise(v *ssa.Value) regalloc.VReg {
	d := s.mf.newVReg(v.Type)
	switch v.Op {
	case ssa.OpConst:
		s.constant(d, v.Type, constOf(v))
	case ssa.OpConstF:
		s.floatConstant(d, v.Type, uint64(v.AuxInt))
	default:
		in := s.ins(x86.LEAQ)
		in.set(s.address(in, v, 0), in.def(d))
	}
	return d
}

// constOf is the value of a constant, sign-extended from its width.
func constOf(v *ssa.Value) int64 {
	switch v.Type.Size() {
	case 1:
		return int64(int8(v.AuxInt))
	case 2:
		return int64(int16(v.AuxInt))
	case 4:
		return int64(int32(v.AuxInt))
	}
	return v.AuxInt
}

// constant loads an integer.
func (s *selector) constant(d regalloc.VReg, t ssa.Type, c int64) {
	op := x86.MOVL
	if t.Size() == 8 {
		op = x86.MOVQ
	} else {
		c = int64(int32(c))
	}
	if c >= 0 && c <= 0x7fffffff {
		op = x86.MOVL
	}
	in := s.ins(op)
	in.set(immArg(c), in.def(d))
}

// floatConstant loads a float given by its bits.
func (s *selector) floatConstant(d regalloc.VReg, t ssa.Type, bits uint64) {
	if t == ssa.F32 {
		bits = uint64(uint32(bits))
	}
	if bits == 0 {
		in := s.pseudo(expandZeroFloat)
		in.def(d)
		return
	}
	in := s.ins(floatMOV.of(t))
	in.set(s.poolArg(bits, t), in.def(d))
}

func (s *selector) poolArg(bits uint64, t ssa.Type) arg {
	return at(inPool, int64(s.mf.pool.add(bits, int(t.Size()))))
}

// immediate is the value of an integer constant that fits a signed 32-bit immediate.
func (s *selector) immediate(v *ssa.Value) (int64, bool) {
	for v.Op == ssa.OpCopy {
		v = v.Args[0]
	}
	if v.Op != ssa.OpConst {
		return 0, false
	}
	c := constOf(v)
	return c, c == int64(int32(c))
}

// move copies a register; the allocator may coalesce the two.
func (s *selector) move(d, v regalloc.VReg, t ssa.Type) {
	op := x86.MOVQ
	if classOf(t) == regalloc.FloatClass {
		op = x86.MOVAPS
	}
	in := s.ins(op)
	in.move = true
	dst := in.def(d)
	in.set(in.useAny(v), dst)
	if op == x86.MOVAPS {
		in.regs[1].Want = regalloc.Reg
	}
}

// edgeArgs names what the block passes to its successors' phis.
func (s *selector) edgeArgs(mb *mblock) {
	mb.args = make([][]regalloc.VReg, len(mb.succs))
	for i, succ := range mb.b.Succs {
		k := mb.b.PredIndex(i)
		for _, phi := range succ.Values {
			if phi.Op != ssa.OpPhi {
				break
			}
			if phi.Uses > 0 {
				mb.args[i] = append(mb.args[i], s.reg(phi.Args[k]))
			}
		}
	}
}

// phis gives every used phi of b a register.
func (s *selector) phis(b *ssa.Block) (params []regalloc.VReg) {
	for _, phi := range b.Values {
		if phi.Op != ssa.OpPhi {
			break
		}
		if phi.Uses > 0 {
			params = append(params, s.result(phi))
		}
	}
	return params
}
