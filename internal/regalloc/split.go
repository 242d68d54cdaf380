package regalloc

import "fmt"

// Split allocates block by block in one forward walk. A value may be in
// several registers at once and in different ones over time: its live range is
// split wherever that is convenient. When registers run out, the value whose
// next use is farthest leaves (see nextuse.go); it is stored once, behind its
// definition or where that is rarer, and reloaded before its next use. At joins the
// register state of one predecessor is taken over; edges from the others get the
// moves that establish it.
//
// Laws:
//   - a spilled value's slot holds it from its store on, and the store dominates every reload;
//   - no register keeps its value over an instruction that clobbers it, so what is
//     live across a call is spilled or computed again;
//   - a block parameter lives in one place, a register or a slot, at the start of its block.
func Split(f *Func) (*Result, error) {
	s := newSplitter(f)
	for b := range f.Blocks {
		s.collectUses(int32(b))
		s.enter(int32(b))
		for i := f.Blocks[b].First; i < f.Blocks[b].Last; i++ {
			if err := s.inst(i); err != nil {
				return nil, fmt.Errorf("%s: instruction %d: %w", f.Name, i, err)
			}
		}
		s.leave(int32(b))
	}
	s.edges()
	s.placeSpills()
	return s.finish(), nil
}

// regVal says that a register holds a value.
type regVal struct {
	r PReg
	v VReg
}

// useRec is one entry of a value's uses in the current block, nearest first.
type useRec struct {
	at   int32 // instruction, or beyond the block's end for uses further on
	next int32
}

// valState is what the allocator knows of a value.
type valState struct {
	regs    RegSet // registers that hold it now
	uses    int32  // head of its uses from here on in the current block, -1: dead
	hint    PReg   // register that a coming use wants
	hintAt  int32  // instruction of that use; beyond the block's end for others
	settled bool   // its definition lies before the uses that gave the hint, in this block
	spilled bool   // it needs its slot
	inSlot  bool   // a block parameter that is born in its slot
	def     int32  // defining instruction, or -1-b for a parameter of block b
	defReg  PReg
	reads   []int32 // blocks where its slot is read
}

type splitter struct {
	f          *Func
	live       *liveness
	vals       []valState
	occ        [64]VReg // occupant of each register, 0 for none
	uses       []useRec
	hinted     []VReg
	class      [NumClasses]RegSet
	start, end [][]regVal // register state at the ends of blocks
	param      [][]Loc    // places of block parameters
	done       []bool
	alloc      [][]Loc // slots are numbered by VReg until finish
	edits      []keyedEdit
	dom        *domTree
	b, cur     int32   // block and instruction at hand
	wanted     RegSet  // registers that fixed operands of the current instruction take
	busy       RegSet  // registers that fixed operands or partial clobbers of the block take
	promised   RegSet  // registers that values defined in the block would like
	needTemp   bool    // edge moves use the temporary slot
	lock       RegSet  // registers that must not be given away in the current instruction
	calls      []int32 // instructions of the block that clobber all registers, last first
	loops      map[int32]*loopInfo
	flows      []VReg // by value: the block parameter that it is passed to where that happens most often
	hoisted    []bool // blocks whose moves stand in their predecessor
	edited     []bool // instructions that the walk put edits at
}

// noDef marks values that have not been defined yet.
const noDef = -1 << 30

func newSplitter(f *Func) *splitter {
	n := len(f.Blocks)
	s := &splitter{f: f, live: computeLiveness(f), vals: make([]valState, len(f.VRegs)),
		start: make([][]regVal, n), end: make([][]regVal, n), param: make([][]Loc, n), done: make([]bool, n),
		alloc: make([][]Loc, len(f.Insts)), dom: dominators(f)}
	s.loops, s.flows, s.hoisted = findLoops(f, s.live), parameterFlows(f), make([]bool, n)
	for i := range s.vals {
		s.vals[i] = valState{uses: -1, hint: NoPReg, def: noDef, defReg: NoPReg}
	}
	for c, regs := range f.Regs {
		for _, r := range regs {
			s.class[c] = s.class[c].With(r)
		}
	}
	total := 0
	for i := range f.Insts {
		total += len(f.Insts[i].Operands)
	}
	flat := make([]Loc, total)
	for i := range flat {
		flat[i] = NoLoc
	}
	for i := range f.Insts {
		k := len(f.Insts[i].Operands)
		s.alloc[i], flat = flat[:k:k], flat[k:]
	}
	return s
}

// collectUses builds the lists of uses in block b and the register hints, backwards.
// Between blocks every list is empty.
func (s *splitter) collectUses(b int32) {
	blk := &s.f.Blocks[b]
	s.b, s.uses, s.busy, s.promised, s.calls = b, s.uses[:0], 0, 0, s.calls[:0]
	for _, v := range s.hinted {
		s.vals[v].hint, s.vals[v].settled = NoPReg, false
	}
	s.hinted = s.hinted[:0]
	for _, lv := range s.live.out[b] {
		s.pushUse(lv.v, blk.Last+lv.dist)
	}
	s.hintSuccessors(b)
	for i := blk.Last - 1; i >= blk.First; i-- {
		in := &s.f.Insts[i]
		if manyRegs(in.Clobbers) {
			s.calls = append(s.calls, i)
			s.dropHints()
		} else {
			s.busy |= in.Clobbers
		}
		for k := range in.Operands {
			if o := &in.Operands[k]; o.Kind == Def {
				s.hintThrough(in, o)
				s.vals[o.VReg].settled = true
			}
		}
		for k := range in.Operands {
			o := &in.Operands[k]
			if o.Want == Fixed {
				s.busy = s.busy.With(o.PReg)
			}
			if o.Kind != Use {
				continue
			}
			s.pushUse(o.VReg, i)
			if o.Want == Fixed {
				s.setHint(o.VReg, o.PReg, i)
			}
		}
	}
}

func (s *splitter) pushUse(v VReg, at int32) {
	if h := s.vals[v].uses; h >= 0 && s.uses[h].at == at {
		return
	}
	s.uses = append(s.uses, useRec{at, s.vals[v].uses})
	s.vals[v].uses = int32(len(s.uses) - 1)
}

func (s *splitter) setHint(v VReg, r PReg, at int32) {
	s.vals[v].hint, s.vals[v].hintAt, s.vals[v].settled = r, at, false
	s.hinted = append(s.hinted, v)
}

// dropHints forgets the hints of values that are live across a call; those
// defined behind it are settled.
func (s *splitter) dropHints() {
	for _, v := range s.hinted {
		if !s.vals[v].settled {
			s.vals[v].hint = NoPReg
		}
	}
}

// hintThrough hands the hint of a definition on to the value it is made from in place.
func (s *splitter) hintThrough(in *Inst, o *Operand) {
	h, at := s.vals[o.VReg].hint, s.vals[o.VReg].hintAt
	if h == NoPReg {
		h, at = s.f.VRegs[o.VReg].Hint, farAway
	}
	if h == NoPReg {
		h = s.flowReg(o.VReg)
	}
	if h == NoPReg {
		return
	}
	s.promised = s.promised.With(h)
	switch {
	case o.Want == SameAsUse:
		s.setHint(in.Operands[o.Tied].VReg, h, at)
	case in.Move && len(in.Operands) == 2:
		s.setHint(in.Operands[1-indexOfOperand(in, o)].VReg, h, at)
	}
}

func indexOfOperand(in *Inst, o *Operand) int {
	if &in.Operands[0] == o {
		return 0
	}
	return 1
}

// hintSuccessors hints arguments of parameters that already have a register, or
// that only pass through a join to parameters that have: the header of a loop behind its arms.
func (s *splitter) hintSuccessors(b int32) {
	blk := &s.f.Blocks[b]
	for k, t := range blk.Succs {
		if s.param[t] == nil {
			s.hintJoin(blk.Args[k], t)
			continue
		}
		for j, loc := range s.param[t] {
			if loc != NoLoc && loc.IsReg() {
				s.setHint(blk.Args[k][j], loc.Reg(), farAway)
			}
		}
	}
}

// hintJoin hints args, the arguments of block t's parameters, by what t passes on to its only successor.
func (s *splitter) hintJoin(args []VReg, t int32) {
	join := &s.f.Blocks[t]
	if len(join.Succs) != 1 || len(args) == 0 {
		return
	}
	for k, loc := range s.param[join.Succs[0]] {
		if loc == NoLoc || !loc.IsReg() {
			continue
		}
		for j, p := range join.Params {
			if join.Args[0][k] == p {
				s.setHint(args[j], loc.Reg(), farAway)
			}
		}
	}
}

func (s *splitter) isLive(v VReg) bool { return s.vals[v].uses >= 0 }

// nextUse is the position of the nearest use of v.
func (s *splitter) nextUse(v VReg) int32 {
	if h := s.vals[v].uses; h >= 0 {
		return s.uses[h].at
	}
	return farAway * 2
}

// enter chooses the register state at the start of b and the places of its parameters.
func (s *splitter) enter(b int32) {
	blk := &s.f.Blocks[b]
	primary, loop := s.primaryPred(b)
	if primary >= 0 && loop && s.loops[b] != nil {
		s.enterLoop(b, blk.Preds[primary])
	} else if primary >= 0 {
		p := blk.Preds[primary]
		for _, rv := range s.end[p] {
			if s.isLive(rv.v) && s.occ[rv.r] == 0 && s.keepAtStart(b, rv.v, loop) {
				s.occupy(rv.r, rv.v)
			}
		}
	}
	s.enterParams(b, primary, loop)
	s.start[b] = s.state()
}

// primaryPred chooses the predecessor whose state is taken over; loop tells whether some predecessor is not done yet.
func (s *splitter) primaryPred(b int32) (k int, loop bool) {
	k = -1
	blk := &s.f.Blocks[b]
	for i, p := range blk.Preds {
		if !s.done[p] {
			loop = true
			continue
		}
		if k < 0 || s.hotter(p, blk.Preds[k]) {
			k = i
		}
	}
	return k, loop
}

// hotter tells whether p's state is the better one to take over than q's: of
// the likelier block, or else the one that has more of what is used soon; the other
// edges then load what a call on their way took, instead of everybody later.
func (s *splitter) hotter(p, q int32) bool {
	a, b := &s.f.Blocks[p], &s.f.Blocks[q]
	if a.Cold != b.Cold {
		return b.Cold
	}
	if a.Depth != b.Depth {
		return a.Depth > b.Depth
	}
	return s.useful(p) > s.useful(q)
}

// useful counts the values that are in registers at the end of p and used soon from here on.
func (s *splitter) useful(p int32) (n int) {
	for _, rv := range s.end[p] {
		if s.isLive(rv.v) && s.nextUse(rv.v)-s.f.Blocks[s.b].First < exitDistance {
			n++
		}
	}
	return n
}

// keepAtStart: with one predecessor everything stays where it is. At a join, every other
// edge pays for what is kept: keep one register each for values that are used soon.
func (s *splitter) keepAtStart(b int32, v VReg, loop bool) bool {
	blk := &s.f.Blocks[b]
	if len(blk.Preds) == 1 {
		return true
	}
	if s.vals[v].regs != 0 {
		return false
	}
	near := s.nextUse(v)-blk.First < callDistance
	if loop || near {
		return near
	}
	for _, p := range blk.Preds {
		if s.done[p] && !holds(s.end[p], v) {
			return false
		}
	}
	return true
}

func holds(state []regVal, v VReg) bool {
	_, ok := regOf(state, v)
	return ok
}

func regOf(state []regVal, v VReg) (PReg, bool) {
	for _, rv := range state {
		if rv.v == v {
			return rv.r, true
		}
	}
	return NoPReg, false
}

func (s *splitter) enterParams(b int32, primary int, loop bool) {
	blk := &s.f.Blocks[b]
	s.param[b] = make([]Loc, len(blk.Params))
	s.lock, s.wanted = 0, 0
	for j, p := range blk.Params {
		st := &s.vals[p]
		st.def = -1 - b
		s.param[b][j] = NoLoc
		if !s.isLive(p) {
			continue
		}
		r := s.paramReg(b, j, primary)
		if r == NoPReg || s.nextUse(p)-blk.First >= callDistance {
			st.spilled, st.inSlot = true, true
			s.param[b][j] = SlotLoc(int(p))
			continue
		}
		st.defReg = r
		s.occupy(r, p)
		s.param[b][j] = RegLoc(r)
	}
}

// paramReg prefers the register of the argument on the primary edge if that dies there.
func (s *splitter) paramReg(b int32, j, primary int) PReg {
	blk := &s.f.Blocks[b]
	p := blk.Params[j]
	if r := s.flowReg(p); r != NoPReg && s.occ[r] == 0 && !s.busy.Has(r) {
		return r
	}
	if primary >= 0 {
		pb := &s.f.Blocks[blk.Preds[primary]]
		a := pb.Args[succIndex(pb, b, edgeOccurrence(blk.Preds, primary))][j]
		if r, ok := regOf(s.end[blk.Preds[primary]], a); ok && s.occ[r] == 0 && !s.isLive(a) {
			return r
		}
	}
	return s.freeReg(p, s.class[s.f.VRegs[p].Class])
}

// leave notes the state at the end of b and empties the registers.
func (s *splitter) leave(b int32) {
	s.end[b] = s.state()
	s.done[b] = true
	for _, rv := range s.end[b] {
		s.vals[rv.v].regs = 0
		s.occ[rv.r] = 0
	}
	for _, lv := range s.live.out[b] {
		s.vals[lv.v].uses = -1
	}
}

func (s *splitter) state() []regVal {
	var out []regVal
	for _, regs := range s.f.Regs {
		for _, r := range regs {
			if v := s.occ[r]; v != 0 {
				out = append(out, regVal{r, v})
			}
		}
	}
	return out
}

func (s *splitter) occupy(r PReg, v VReg) {
	s.occ[r] = v
	s.vals[v].regs = s.vals[v].regs.With(r)
}

func (s *splitter) release(r PReg) {
	if v := s.occ[r]; v != 0 {
		s.vals[v].regs = s.vals[v].regs.Without(r)
		s.occ[r] = 0
	}
}

// freeReg finds an unoccupied, unlocked register of allowed for v, or NoPReg.
func (s *splitter) freeReg(v VReg, allowed RegSet) PReg {
	ok := func(r PReg) bool { return allowed.Has(r) && s.occ[r] == 0 && !s.lock.Has(r) && !s.wanted.Has(r) }
	for _, h := range [...]PReg{s.vals[v].hint, s.f.VRegs[v].Hint} {
		if h != NoPReg && ok(h) {
			return h
		}
	}
	if h := s.flowReg(v); h != NoPReg && ok(h) && !s.busy.Has(h) {
		return h
	}
	best, cost := NoPReg, 3
	for _, r := range s.f.Regs[s.f.VRegs[v].Class] {
		if !ok(r) {
			continue
		}
		c := 0
		if s.busy.Has(r) {
			c = 2
		} else if s.promised.Has(r) {
			c = 1
		}
		if c < cost {
			best, cost = r, c
		}
	}
	return best
}

// lost tells whether v will leave its registers before its next use whatever happens: a call comes first.
func (s *splitter) lost(v VReg) bool {
	n := s.nextUse(v)
	for k := len(s.calls) - 1; k >= 0; k-- {
		if s.calls[k] >= s.cur {
			return n > s.calls[k]
		}
		s.calls = s.calls[:k]
	}
	return n-s.f.Blocks[s.b].Last >= callDistance
}

// soon is how many instructions before a fixed use its register is cleared for the value.
const soon = 4

// clearHinted empties the register that v is wanted in if that costs nothing: what it
// holds goes to memory at the next call, or has to make way for the coming use anyway.
func (s *splitter) clearHinted(v VReg, allowed RegSet) {
	st := &s.vals[v]
	h := st.hint
	if h == NoPReg || !allowed.Has(h) || s.lock.Has(h) || s.wanted.Has(h) || s.occ[h] == 0 {
		return
	}
	x := s.occ[h]
	if s.lost(x) || s.vals[x].regs.Without(h) != 0 {
		s.drop(h)
		return
	}
	if st.hintAt < s.cur || st.hintAt-s.cur > soon {
		return
	}
	if to := s.freeReg(x, s.class[s.f.VRegs[x].Class]&^s.usesHere()); to != NoPReg {
		s.release(h)
		s.move(h, to, x)
		s.occupy(to, x)
	}
}

// takeReg gives v a register of allowed, making room if it must.
func (s *splitter) takeReg(v VReg, allowed RegSet) (PReg, error) {
	s.clearHinted(v, allowed)
	if r := s.freeReg(v, allowed); r != NoPReg {
		return r, nil
	}
	best, far := NoPReg, int32(-1)
	for _, r := range s.f.Regs[s.f.VRegs[v].Class] {
		if !allowed.Has(r) || s.lock.Has(r) || s.wanted.Has(r) {
			continue
		}
		x := s.occ[r]
		d := s.nextUse(x)
		if s.vals[x].regs.Without(r) != 0 {
			d = farAway * 2
		}
		if d > far {
			best, far = r, d
		}
	}
	if best == NoPReg {
		return NoPReg, fmt.Errorf("no register left for v%d", v)
	}
	s.drop(best)
	return best, nil
}

// drop empties r; a value that is in no other register from then on needs its slot.
func (s *splitter) drop(r PReg) {
	v := s.occ[r]
	if v == 0 {
		return
	}
	s.release(r)
	if s.vals[v].regs == 0 && s.isLive(v) {
		s.needSlot(v)
	}
}

func (s *splitter) needSlot(v VReg) {
	if s.f.VRegs[v].Remat < 0 {
		s.vals[v].spilled = true
	}
}

// displace empties r for a fixed operand: its value moves to a free register if it is wanted again before that would be in vain.
func (s *splitter) displace(r PReg, in *Inst) {
	x := s.occ[r]
	if x == 0 {
		return
	}
	s.release(r)
	if s.vals[x].regs != 0 || !s.isLive(x) {
		return
	}
	if s.usedBy(in, x) || !manyRegs(in.Clobbers) {
		if to := s.freeReg(x, s.class[s.f.VRegs[x].Class]); to != NoPReg && (s.usedBy(in, x) || !in.Clobbers.Has(to)) {
			s.move(r, to, x)
			s.occupy(to, x)
			return
		}
	}
	s.needSlot(x)
}

func (s *splitter) usedBy(in *Inst, v VReg) bool {
	for k := range in.Operands {
		if o := &in.Operands[k]; o.Kind == Use && o.VReg == v && s.alloc[s.cur][k] == NoLoc {
			return true
		}
	}
	return false
}

// load brings v into register r before the current instruction.
func (s *splitter) load(v VReg, r PReg) {
	st := &s.vals[v]
	if st.regs != 0 {
		s.move(lowest(st.regs), r, v)
	} else {
		s.edit(phaseBefore, s.cur, s.sourceEdit(v, RegLoc(r), s.b))
	}
	s.occupy(r, v)
}

// sourceEdit reads v, which is in no register, from its slot or computes it again.
func (s *splitter) sourceEdit(v VReg, to Loc, block int32) Edit {
	info := &s.f.VRegs[v]
	e := Edit{To: to, Class: info.Class, Wide: info.Wide, VReg: v, Remat: -1}
	if info.Remat >= 0 {
		e.From, e.Remat = NoLoc, info.Remat
		return e
	}
	st := &s.vals[v]
	st.spilled = true
	st.reads = append(st.reads, block)
	e.From = SlotLoc(int(v))
	return e
}

func (s *splitter) move(from, to PReg, v VReg) {
	info := &s.f.VRegs[v]
	s.edit(phaseBefore, s.cur, Edit{From: RegLoc(from), To: RegLoc(to), Class: info.Class, Wide: info.Wide, VReg: v, Remat: -1})
}

func lowest(set RegSet) PReg {
	for r := PReg(0); ; r++ {
		if set.Has(r) {
			return r
		}
	}
}
