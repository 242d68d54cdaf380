package regalloc

// rewrite gives places to all operands and adds the moves.
func (l *linear) rewrite() error {
	homes := make([]RegSet, 2*len(l.f.Insts)) // by position: the registers that are homes there
	read := make([]bool, len(l.f.VRegs))
	for _, v := range l.order {
		if r := l.home[v]; r != NoPReg {
			for _, s := range l.spans[v] {
				for p := s.start; p <= s.end; p++ {
					homes[p] = homes[p].With(r)
				}
			}
		}
	}
	for i := range l.f.Insts {
		for _, o := range l.f.Insts[i].Operands {
			read[o.VReg] = read[o.VReg] || o.Kind == Use
		}
	}
	for i := range l.f.Blocks {
		for _, args := range l.f.Blocks[i].Args {
			for _, v := range args {
				read[v] = true
			}
		}
	}
	for bi := range l.f.Blocks {
		b := &l.f.Blocks[bi]
		for i := b.First; i < b.Last; i++ {
			if i == b.Last-1 {
				edgeMoves(l.f, l.res, b, i, &l.temp, func(p, v VReg) (from, to Loc, wanted bool) {
					return l.loc(v), l.loc(p), read[p]
				})
			}
			ri := linearInst{
				linear: l, i: i, in: &l.f.Insts[i], locs: make([]Loc, len(l.f.Insts[i].Operands)),
				early: homes[2*i] | l.taken[2*i], late: homes[2*i+1] | l.taken[2*i+1],
			}
			if err := ri.run(); err != nil {
				return err
			}
			l.res.Allocs[i] = ri.locs
			ri.moves(read)
		}
	}
	return nil
}

// linearInst is the state of giving places to the operands of one instruction. early and late are the registers that
// hold something while it reads and while it writes.
type linearInst struct {
	*linear
	i           int32
	in          *Inst
	locs        []Loc
	early, late RegSet
}

func (ri *linearInst) run() error {
	tied := tiedUses(ri.in)
	for j := range ri.locs {
		o := &ri.in.Operands[j]
		ri.locs[j] = NoLoc
		switch home := ri.home[o.VReg]; {
		case o.Want == Fixed:
			ri.locs[j] = RegLoc(o.PReg)
		case o.Want == SameAsUse || tied.Has(PReg(j)):
		case o.Want == Any || o.Want == StackSlot || home != NoPReg:
			ri.locs[j] = ri.loc(o.VReg)
		}
	}
	// What needs one register all along chooses first: fewest are left for it.
	for j := range ri.in.Operands {
		if o := &ri.in.Operands[j]; o.Kind == Def && o.Want == SameAsUse {
			if err := ri.tie(j, o); err != nil {
				return err
			}
		}
	}
	for _, pick := range []func(*Operand) bool{allAlong, func(o *Operand) bool { return !allAlong(o) }} {
		for j := range ri.locs {
			if o := &ri.in.Operands[j]; ri.locs[j] == NoLoc && pick(o) {
				if err := ri.temporary(j, o, allAlong(o) || o.Kind == Use, allAlong(o) || o.Kind == Def); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// tie finds the register that use o.Tied and definition j share: the home of the definition if it is free while the
// instruction reads, or that of a use that ends here, or a temporary one.
func (ri *linearInst) tie(j int, o *Operand) error {
	use := &ri.in.Operands[o.Tied]
	to, from := ri.home[o.VReg], ri.home[use.VReg]
	switch {
	case to != NoPReg && (to == from || !ri.early.Has(to)) && ri.soleUse(int(o.Tied)):
		ri.locs[o.Tied] = RegLoc(to)
		ri.early = ri.early.With(to)
	case from != NoPReg && to == NoPReg && !ri.late.Has(from) && ri.soleUse(int(o.Tied)):
		ri.locs[o.Tied] = RegLoc(from)
		ri.late = ri.late.With(from)
	default:
		if err := ri.temporary(int(o.Tied), use, true, true); err != nil {
			return err
		}
	}
	ri.locs[j] = ri.locs[o.Tied]
	return nil
}

// soleUse tells whether no operand besides j reads the same value after the definitions have begun to be written.
func (ri *linearInst) soleUse(j int) bool {
	for k, o := range ri.in.Operands {
		if k != j && o.Kind == Use && o.VReg == ri.in.Operands[j].VReg && o.When == Late {
			return false
		}
	}
	return true
}

// temporary gives operand j a register that is no home while the instruction reads, writes, or both.
func (ri *linearInst) temporary(j int, o *Operand, reads, writes bool) error {
	var taken RegSet
	if reads {
		taken |= ri.early
	}
	if writes {
		taken |= ri.late
	}
	for _, r := range ri.f.Regs[ri.f.VRegs[o.VReg].Class] {
		if taken.Has(r) {
			continue
		}
		ri.locs[j] = RegLoc(r)
		if reads {
			ri.early = ri.early.With(r)
		}
		if writes {
			ri.late = ri.late.With(r)
		}
		return nil
	}
	return ri.noRegister(j, ri.i)
}

// moves brings values from their homes to the places of their uses, and back from those of their definitions.
func (ri *linearInst) moves(read []bool) {
	for j, o := range ri.in.Operands {
		home := ri.loc(o.VReg)
		switch {
		case ri.locs[j] == home:
		case o.Kind == Use:
			ri.edit(ri.i, false, home, ri.locs[j], o.VReg)
		case read[o.VReg]:
			ri.edit(ri.i, true, ri.locs[j], home, o.VReg)
		}
	}
}
