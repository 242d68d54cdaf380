package regalloc

// inst gives the operands of instruction i their places.
func (s *splitter) inst(i int32) error {
	in := &s.f.Insts[i]
	s.cur, s.lock, s.wanted = i, 0, 0
	for k := range in.Operands {
		if o := &in.Operands[k]; o.Want == Fixed && (o.Kind == Use || o.When == Early) {
			s.wanted = s.wanted.With(o.PReg)
		}
	}
	if err := s.useOperands(in); err != nil {
		return err
	}
	s.wanted = 0
	s.passUses(in, i)
	if err := s.tiedUses(in); err != nil {
		return err
	}
	s.freeDead(in)
	s.clobber(in)
	return s.defOperands(in)
}

// useOperands places uses: fixed ones first, because the others can go anywhere.
func (s *splitter) useOperands(in *Inst) error {
	for k := range in.Operands {
		if o := &in.Operands[k]; o.Kind == Use && o.Want == Fixed {
			s.fixedUse(in, k, o)
		}
	}
	for k := range in.Operands {
		o := &in.Operands[k]
		if o.Kind != Use || o.Want == Fixed {
			continue
		}
		if o.Want == StackSlot {
			s.vals[o.VReg].spilled = true
			s.slotUse(k, o)
			continue
		}
		if err := s.regUse(in, k, o); err != nil {
			return err
		}
	}
	return nil
}

func (s *splitter) fixedUse(in *Inst, k int, o *Operand) {
	if s.occ[o.PReg] != o.VReg {
		s.displace(o.PReg, in)
		s.load(o.VReg, o.PReg)
	}
	s.lock = s.lock.With(o.PReg)
	s.alloc[s.cur][k] = RegLoc(o.PReg)
}

func (s *splitter) slotUse(k int, o *Operand) {
	st := &s.vals[o.VReg]
	st.reads = append(st.reads, s.b)
	s.alloc[s.cur][k] = SlotLoc(int(o.VReg))
}

// regUse places a use that may be in any register, or where that is not worth a load, in its slot.
func (s *splitter) regUse(in *Inst, k int, o *Operand) error {
	st := &s.vals[o.VReg]
	allowed := s.class[s.f.VRegs[o.VReg].Class]
	if o.When == Late {
		allowed &^= in.Clobbers | s.fixedDefs(in)
	}
	allowed &^= s.earlyDefs(in)
	if have := st.regs & allowed; have != 0 {
		r := lowest(have)
		if locked := have & s.lock; locked == 0 && have.Has(st.hint) && st.hint != NoPReg {
			r = st.hint
		}
		s.lock = s.lock.With(r)
		s.alloc[s.cur][k] = RegLoc(r)
		return nil
	}
	if o.Want == Any && st.regs == 0 && s.f.VRegs[o.VReg].Remat < 0 && !s.usedAgainSoon(o.VReg) {
		st.spilled = true
		s.slotUse(k, o)
		return nil
	}
	r, err := s.takeReg(o.VReg, allowed)
	if err != nil {
		return err
	}
	s.load(o.VReg, r)
	s.lock = s.lock.With(r)
	s.alloc[s.cur][k] = RegLoc(r)
	return nil
}

// usedAgainSoon looks at the use after the current one.
func (s *splitter) usedAgainSoon(v VReg) bool {
	h := s.vals[v].uses
	if h < 0 || s.uses[h].next < 0 {
		return false
	}
	return s.uses[s.uses[h].next].at-s.cur < callDistance
}

func (s *splitter) fixedDefs(in *Inst) (set RegSet) {
	for k := range in.Operands {
		if o := &in.Operands[k]; o.Kind == Def && o.Want == Fixed {
			set = set.With(o.PReg)
		}
	}
	return set
}

func (s *splitter) earlyDefs(in *Inst) (set RegSet) {
	for k := range in.Operands {
		if o := &in.Operands[k]; o.Kind == Def && o.Want == Fixed && o.When == Early {
			set = set.With(o.PReg)
		}
	}
	return set
}

// passUses takes instruction i off the lists of its operands.
func (s *splitter) passUses(in *Inst, i int32) {
	for k := range in.Operands {
		o := &in.Operands[k]
		if o.Kind != Use {
			continue
		}
		st := &s.vals[o.VReg]
		for st.uses >= 0 && s.uses[st.uses].at <= i {
			st.uses = s.uses[st.uses].next
		}
	}
}

// tiedUses makes sure that overwriting the operand of a two-address definition
// does not lose a value that is needed on.
func (s *splitter) tiedUses(in *Inst) error {
	for k := range in.Operands {
		d := &in.Operands[k]
		if d.Kind != Def || d.Want != SameAsUse {
			continue
		}
		if err := s.tiedUse(in, d); err != nil {
			return err
		}
	}
	return nil
}

func (s *splitter) tiedUse(in *Inst, d *Operand) error {
	t := int(d.Tied)
	v := in.Operands[t].VReg
	r := s.alloc[s.cur][t].Reg()
	st := &s.vals[v]
	sharedLate := s.lateTwin(in, t)
	if !sharedLate && (!s.isLive(v) || st.regs.Without(r) != 0 || s.f.VRegs[v].Remat >= 0) {
		s.release(r)
		return nil
	}
	if !sharedLate && s.lost(v) {
		s.drop(r)
		return nil
	}
	if in.Operands[t].Want == Fixed {
		s.release(r)
		if st.regs == 0 {
			if to := s.freeReg(v, s.class[s.f.VRegs[v].Class]&^in.Clobbers); to != NoPReg {
				s.move(r, to, v)
				s.occupy(to, v)
			} else {
				s.needSlot(v)
			}
		}
		return nil
	}
	// The copy is what gets overwritten; v stays where it is.
	saved := s.vals[v].hint
	s.vals[v].hint = s.vals[d.VReg].hint
	to := s.freeReg(v, s.class[s.f.VRegs[v].Class]&^(s.earlyDefs(in)|in.Clobbers))
	s.vals[v].hint = saved
	if to == NoPReg {
		if !sharedLate {
			s.drop(r)
			return nil
		}
		var err error
		if to, err = s.takeReg(v, s.class[s.f.VRegs[v].Class]); err != nil {
			return err
		}
	}
	s.move(r, to, v)
	s.alloc[s.cur][t] = RegLoc(to)
	s.lock = s.lock.With(to)
	return nil
}

// lateTwin tells whether another operand reads the same value late.
func (s *splitter) lateTwin(in *Inst, t int) bool {
	for k := range in.Operands {
		o := &in.Operands[k]
		if k != t && o.Kind == Use && o.VReg == in.Operands[t].VReg && o.When == Late {
			return true
		}
	}
	return false
}

// freeDead empties the registers of values that were used for the last time, and sets the
// locks that matter for definitions: late uses, and with an early definition all uses.
func (s *splitter) freeDead(in *Inst) {
	early := false
	for k := range in.Operands {
		if o := &in.Operands[k]; o.Kind == Def && o.When == Early {
			early = true
		}
	}
	s.lock = 0
	for k := range in.Operands {
		o := &in.Operands[k]
		if o.Kind != Use {
			continue
		}
		loc := s.alloc[s.cur][k]
		if (o.When == Late || early && !s.isTied(in, k)) && loc.IsReg() {
			s.lock = s.lock.With(loc.Reg())
		}
		if s.isLive(o.VReg) {
			continue
		}
		for regs := s.vals[o.VReg].regs; regs != 0; regs = regs.Without(lowest(regs)) {
			s.release(lowest(regs))
		}
	}
}

func (s *splitter) isTied(in *Inst, k int) bool {
	for j := range in.Operands {
		if d := &in.Operands[j]; d.Kind == Def && d.Want == SameAsUse && int(d.Tied) == k {
			return true
		}
	}
	return false
}

// clobber empties the registers that the instruction destroys. After a call nothing is
// worth moving; otherwise a value moves to a register that stays.
func (s *splitter) clobber(in *Inst) {
	if in.Clobbers == 0 {
		return
	}
	many := manyRegs(in.Clobbers)
	for _, regs := range s.f.Regs {
		for _, r := range regs {
			if !in.Clobbers.Has(r) || s.occ[r] == 0 {
				continue
			}
			if many {
				s.drop(r)
			} else {
				s.evacuate(r, in.Clobbers|s.fixedDefs(in))
			}
		}
	}
}

// evacuate empties r, moving its value to a free register outside avoid if there is one.
func (s *splitter) evacuate(r PReg, avoid RegSet) {
	x := s.occ[r]
	s.release(r)
	if s.vals[x].regs != 0 || !s.isLive(x) {
		return
	}
	if s.lost(x) {
		s.needSlot(x)
		return
	}
	if to := s.freeReg(x, s.class[s.f.VRegs[x].Class]&^avoid&^s.usesHere()); to != NoPReg {
		s.move(r, to, x)
		s.occupy(to, x)
		return
	}
	s.needSlot(x)
}

// usesHere are the registers that the current instruction reads: a move put before it must not overwrite them.
func (s *splitter) usesHere() (set RegSet) {
	in := &s.f.Insts[s.cur]
	for k := range in.Operands {
		if loc := s.alloc[s.cur][k]; in.Operands[k].Kind == Use && loc != NoLoc && loc.IsReg() {
			set = set.With(loc.Reg())
		}
	}
	return set
}

// defOperands places definitions: tied and fixed ones first.
func (s *splitter) defOperands(in *Inst) error {
	var taken RegSet
	for k := range in.Operands {
		o := &in.Operands[k]
		if o.Kind != Def {
			continue
		}
		switch o.Want {
		case SameAsUse:
			r := s.alloc[s.cur][o.Tied].Reg()
			if s.occ[r] != 0 {
				s.drop(r)
			}
			s.define(k, o, r)
			taken = taken.With(r)
		case Fixed:
			if s.occ[o.PReg] != 0 {
				s.evacuate(o.PReg, in.Clobbers|s.fixedDefs(in))
			}
			s.define(k, o, o.PReg)
			taken = taken.With(o.PReg)
		}
	}
	s.lock |= taken
	for k := range in.Operands {
		o := &in.Operands[k]
		if o.Kind != Def || o.Want == SameAsUse || o.Want == Fixed {
			continue
		}
		if o.Want == StackSlot {
			st := &s.vals[o.VReg]
			st.spilled, st.inSlot, st.def = true, true, s.cur
			s.alloc[s.cur][k] = SlotLoc(int(o.VReg))
			continue
		}
		r, err := s.takeReg(o.VReg, s.class[s.f.VRegs[o.VReg].Class])
		if err != nil {
			return err
		}
		s.define(k, o, r)
		s.lock = s.lock.With(r)
	}
	for k := range in.Operands {
		if o := &in.Operands[k]; o.Kind == Def && !s.isLive(o.VReg) {
			for regs := s.vals[o.VReg].regs; regs != 0; regs = regs.Without(lowest(regs)) {
				s.release(lowest(regs))
			}
		}
	}
	return nil
}

func (s *splitter) define(k int, o *Operand, r PReg) {
	st := &s.vals[o.VReg]
	st.def, st.defReg = s.cur, r
	s.alloc[s.cur][k] = RegLoc(r)
	s.occupy(r, o.VReg)
}
