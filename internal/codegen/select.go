package codegen

import (
	"fmt"

	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// Selector turns SSA into machine instructions, which a chooser chooses.
//
// It walks every block backwards, users before definitions. When it reaches a
// value it knows whether anybody wants it in a register: if not, and the value
// has no effect, the value has been folded into its users and vanishes. The
// instructions of one value form a group, built forwards.
//
// Constants and addresses of symbols and slots are made again before every use.
type Selector struct {
	Chooser Chooser
	F       *ssa.Func
	M       *Func
	B       *ssa.Block

	VRegs  []regalloc.VReg // by value ID; 0: not wanted so far
	Folded []bool          // loads that became a memory operand
	Color  []int32         // by value ID: number of effects before it in its block
	calls  []int32         // by value ID: number of calls before it in its block
	At     int32           // color of the place where the current group stands
	group  []*Inst
	cur    *ssa.Value // that the group is for, nil at the end of a block
	out    []*Inst    // instructions of the block, last first
	pos    ssa.Pos

	Results  map[int32][]*ssa.Value // OpResults of a tuple, by index
	Faults   map[*ssa.Value]*Inst   // pointers that the code behind here dereferences before any effect, and where
	FoldedIn map[int32]*Inst        // instructions that loads were folded into
	Args     []regalloc.VReg        // registers of the parameters' components
	Ctxt     regalloc.VReg
	slab     []Inst
	err      error
}

// Chooser chooses instructions.
type Chooser interface {
	// HasLowering tells whether there are instructions for an op. Those without are made at their uses or are other names of
	// their argument.
	HasLowering(op ssa.Op) bool
	// Lower chooses the instructions of a value.
	Lower(v *ssa.Value)
	// Materialise puts a constant or address into a new register.
	Materialise(v *ssa.Value) regalloc.VReg
	// ZeroExtended tells whether the register of v's argument, v being its extension, has zeros above the argument's width already.
	ZeroExtended(v *ssa.Value) bool
	// Terminator chooses the instructions that end a block.
	Terminator(b *Block)
	// Entry defines what arrives in registers.
	Entry()
}

// NewSelection begins the selection of f, which it may change.
func NewSelection(t *Target, f *ssa.Func) Selector {
	Prepare(f)
	s := Selector{
		F: f, M: &Func{Target: t, SSA: f, Life: ComputeLifetimes(f, t.InlineLimit), VRegs: make([]regalloc.VRegInfo, 1, f.NumValues()+1)},
		VRegs: make([]regalloc.VReg, f.NumValues()), Folded: make([]bool, f.NumValues()), Color: make([]int32, f.NumValues()), calls: make([]int32, f.NumValues()),
		Results: map[int32][]*ssa.Value{}, Faults: map[*ssa.Value]*Inst{}, FoldedIn: map[int32]*Inst{},
	}
	if f.ABI != nil {
		s.Args = make([]regalloc.VReg, len(f.ABI.In))
	}
	return s
}

// Run selects the whole function.
func (s *Selector) Run() (*Func, error) {
	f := s.F
	rpo := f.RPO()
	s.survey(rpo)
	s.M.Blocks = MachineBlocks(f, rpo)
	code := make([][]*Inst, len(rpo))
	for i := len(rpo) - 1; i >= 0; i-- {
		code[i] = s.block(s.M.Blocks[i], rpo[i] == f.Entry)
		if s.err != nil {
			return nil, s.err
		}
	}
	for i, list := range code {
		b := s.M.Blocks[i]
		b.First = int32(len(s.M.Insts))
		for j := len(list) - 1; j >= 0; j-- {
			s.M.Insts = append(s.M.Insts, list[j])
		}
		b.Last = int32(len(s.M.Insts))
	}
	s.M.Args = s.Args
	s.M.PruneParams()
	return s.M, nil
}

// survey colours values and collects the results of tuples.
func (s *Selector) survey(rpo []*ssa.Block) {
	for _, b := range rpo {
		color, calls := int32(0), int32(0)
		for _, v := range b.Values {
			s.Color[v.ID], s.calls[v.ID] = color, calls
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

func (s *Selector) addResult(v *ssa.Value) {
	t := v.Args[0].ID
	list := s.Results[t]
	for int64(len(list)) <= v.AuxInt {
		list = append(list, nil)
	}
	if list[v.AuxInt] == nil {
		list[v.AuxInt] = v
	}
	s.Results[t] = list
}

// block selects one block and returns its instructions, last first.
func (s *Selector) block(mb *Block, entry bool) []*Inst {
	b := mb.SSA
	s.B, s.out, s.cur = b, nil, nil
	clear(s.Faults)
	s.At = 0
	if n := len(b.Values); n > 0 {
		last := b.Values[n-1]
		s.At = s.Color[last.ID]
		if isEffect(last.Op) {
			s.At++
		}
	}
	s.pos = endPos(b)
	s.Chooser.Terminator(mb)
	s.flush()
	s.pos = endPos(b)
	s.edgeArgs(mb)
	s.flush()
	for i := len(b.Values) - 1; i >= 0; i-- {
		v := b.Values[i]
		s.At, s.pos, s.cur = s.Color[v.ID], v.Pos, v
		s.value(v)
		s.flush()
		if s.err != nil {
			return nil
		}
	}
	mb.Params = s.phis(b)
	if entry {
		s.pos = ssa.Pos{P: s.F.Pos}
		s.Chooser.Entry()
		s.flush()
	}
	return s.out
}

// value selects v if it has an effect or somebody wants it.
func (s *Selector) value(v *ssa.Value) {
	op := v.Op
	if !s.Chooser.HasLowering(op) {
		if op != ssa.OpPhi && !AtUse(v) && !transparent(op) {
			s.Fail(v, "no lowering")
		}
		return
	}
	if isEffect(op) && op != ssa.OpNilCheck {
		clear(s.Faults)
	}
	if isEffect(op) || s.Wanted(v) {
		s.Chooser.Lower(v)
	}
	if op == ssa.OpLoad && (s.Wanted(v) || s.Folded[v.ID]) || op == ssa.OpStore {
		in := s.FoldedIn[v.ID]
		if n := len(s.group); n > 0 {
			in = s.group[n-1]
		}
		s.NoteAccess(in, v.Args[0], v.AuxInt)
	}
}

// Wanted tells whether v's result is used by what was selected so far.
func (s *Selector) Wanted(v *ssa.Value) bool {
	if v.Type != ssa.Tuple {
		return s.VRegs[v.ID] != 0
	}
	for _, r := range s.Results[v.ID] {
		if r != nil && s.VRegs[r.ID] != 0 {
			return true
		}
	}
	return false
}

func (s *Selector) Fail(v *ssa.Value, format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("%s: %s: %s: %s", s.M.Target.Name, s.F.Name, v.Long(), fmt.Sprintf(format, args...))
	}
}

// flush ends a group.
func (s *Selector) flush() {
	for i := len(s.group) - 1; i >= 0; i-- {
		s.out = append(s.out, s.group[i])
	}
	s.group = s.group[:0]
}

// Root looks through ops that leave the register of their argument as it is.
func (s *Selector) Root(v *ssa.Value) *ssa.Value {
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
			if !s.Chooser.ZeroExtended(v) {
				return v
			}
			v = v.Args[0]
		case ssa.OpResult:
			if list := s.Results[v.Args[0].ID]; list != nil {
				return list[v.AuxInt]
			}
			return v
		default:
			return v
		}
	}
}

// Reg is the virtual register of v, made on the spot for constants and addresses.
func (s *Selector) Reg(v *ssa.Value) regalloc.VReg {
	v = s.Root(v)
	if AtUse(v) {
		return s.Chooser.Materialise(v)
	}
	if v.Op == ssa.OpArg {
		return s.argReg(v)
	}
	if s.VRegs[v.ID] == 0 {
		if !v.Type.IsReg() {
			s.Fail(v, "has no register")
		}
		s.VRegs[v.ID] = s.M.NewVReg(v.Type)
	}
	return s.VRegs[v.ID]
}

// Result is the register for v's own result.
func (s *Selector) Result(v *ssa.Value) regalloc.VReg {
	if s.VRegs[v.ID] == 0 {
		s.VRegs[v.ID] = s.M.NewVReg(v.Type)
	}
	return s.VRegs[v.ID]
}

// Tuple gives the registers of the first n results of v.
func (s *Selector) Tuple(v *ssa.Value, n int, t ssa.Type) []regalloc.VReg {
	regs := make([]regalloc.VReg, n)
	list := s.Results[v.ID]
	for i := range regs {
		if i < len(list) && list[i] != nil {
			regs[i] = s.VRegs[list[i].ID]
		}
		if regs[i] == 0 {
			regs[i] = s.M.NewVReg(t)
		}
	}
	return regs
}

// Live tells whether code behind the current place reads v's register: a use
// was selected already, or v comes from outside the loop around this block.
func (s *Selector) Live(v *ssa.Value) bool {
	v = s.Root(v)
	if AtUse(v) {
		return false
	}
	if s.VRegs[v.ID] != 0 || v.Op == ssa.OpArg && s.F.ABI.In[v.AuxInt].Reg >= 0 && s.Args[v.AuxInt] != 0 {
		return true
	}
	loops := s.F.Loops()
	l := loops.Of(s.B)
	return l != nil && v.Block != s.B && !l.Contains(loops, v.Block)
}

// CrossesCall tells whether x probably went through memory because of a call before v.
func (s *Selector) CrossesCall(x, v *ssa.Value) bool {
	x = s.Root(x)
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

// edgeArgs names what the block passes to its successors' phis.
func (s *Selector) edgeArgs(mb *Block) {
	mb.Args = make([][]regalloc.VReg, len(mb.Succs))
	for i, succ := range mb.SSA.Succs {
		k := mb.SSA.PredIndex(i)
		for _, phi := range succ.Values {
			if phi.Op != ssa.OpPhi {
				break
			}
			if phi.Uses > 0 {
				mb.Args[i] = append(mb.Args[i], s.Reg(phi.Args[k]))
			}
		}
	}
}

// phis gives every used phi of b a register.
func (s *Selector) phis(b *ssa.Block) (params []regalloc.VReg) {
	for _, phi := range b.Values {
		if phi.Op != ssa.OpPhi {
			break
		}
		if phi.Uses > 0 {
			params = append(params, s.Result(phi))
		}
	}
	return params
}

// NewInst appends an instruction to the group.
func (s *Selector) NewInst(op Op) *Inst {
	if len(s.slab) == 0 {
		s.slab = make([]Inst, 64)
	}
	in := &s.slab[0]
	s.slab = s.slab[1:]
	in.Op, in.Pos, in.Val = op, s.pos, s.cur
	s.group = append(s.group, in)
	return in
}

// NewTemp is a register nobody else knows.
func (s *Selector) NewTemp(t ssa.Type) regalloc.VReg { return s.M.NewVReg(t) }

// Before lets build make operands of in, which is the group's last
// instruction, and puts the instructions that this takes in front of in.
func (s *Selector) Before(in *Inst, build func() Arg) Arg {
	n := len(s.group)
	if n == 0 || s.group[n-1] != in {
		return build()
	}
	s.group = s.group[:n-1]
	r := build()
	s.group = append(s.group, in)
	return r
}

// FoldHere tells whether p, an address, is better computed by each memory operand.
func (s *Selector) FoldHere(p *ssa.Value) bool {
	return p.Block == s.B && s.VRegs[p.ID] == 0
}

// Foldable returns the load that v can be read through as a memory operand of
// size bytes: nobody else wants it and no effect lies between it and here.
func (s *Selector) Foldable(v *ssa.Value, size int64) *ssa.Value {
	for v.Op == ssa.OpCopy || v.Op == ssa.OpTrunc {
		if v.Uses != 1 {
			return nil
		}
		v = v.Args[0]
	}
	if v.Op != ssa.OpLoad || v.Uses != 1 || v.Block != s.B || s.Color[v.ID] != s.At || s.VRegs[v.ID] != 0 || s.Folded[v.ID] {
		return nil
	}
	if v.Type.Size() < size {
		return nil
	}
	return v
}

// Register is the operand x of in in a register.
func (s *Selector) Register(in *Inst, x *ssa.Value) Arg {
	return s.Before(in, func() Arg { return in.Use(s.Reg(x)) })
}

// NoteAccess records that in dereferences p + off: a nil check of p before it is needless.
func (s *Selector) NoteAccess(in *Inst, p *ssa.Value, off int64) {
	for {
		p = s.Root(p)
		if p.Op != ssa.OpOffPtr {
			break
		}
		off += p.AuxInt
		p = p.Args[0]
	}
	if off >= 0 && off < 4096 {
		s.Faults[p] = in
	}
}

// argReg is the register of a parameter that arrives in one.
func (s *Selector) argReg(v *ssa.Value) regalloc.VReg {
	c := &s.F.ABI.In[v.AuxInt]
	if c.Reg < 0 {
		return s.Result(v)
	}
	if s.Args[v.AuxInt] == 0 {
		s.Args[v.AuxInt] = s.M.NewVReg(v.Type)
	}
	return s.Args[v.AuxInt]
}

// isEffect tells whether no load may be moved over op.
func isEffect(op ssa.Op) bool {
	if op.Has(ssa.Pure) {
		return false
	}
	return op.Has(ssa.Writes | ssa.CallOp | ssa.CanPanic | ssa.Effect)
}

// endPos is the position of what ends a block. A jump belongs to what comes before it: the block's own position is that of
// its beginning.
func endPos(b *ssa.Block) ssa.Pos {
	if n := len(b.Values); b.Kind == ssa.BlockJump && n > 0 && b.Values[n-1].Pos.P.IsValid() {
		return b.Values[n-1].Pos
	}
	return b.Pos
}

// transparent ops are other names of their first argument's register.
func transparent(op ssa.Op) bool {
	switch op {
	case ssa.OpCopy, ssa.OpTrunc, ssa.OpResult:
		return true
	}
	return false
}

// AtUse tells whether v is made again before every use.
func AtUse(v *ssa.Value) bool {
	switch v.Op {
	case ssa.OpConst, ssa.OpConstF, ssa.OpGlobalAddr, ssa.OpFuncAddr, ssa.OpLocalAddr, ssa.OpArgAddr, ssa.OpCallerSP:
		return true
	case ssa.OpOffPtr:
		return AtUse(v.Args[0])
	}
	return false
}

// ConstOf is the value of a constant, sign-extended from its width.
func ConstOf(v *ssa.Value) int64 {
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
