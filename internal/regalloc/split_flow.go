package regalloc

// parameterFlows gives for each value the block parameter that it is passed to, of several
// the one in the innermost loop, there rather of the loop's header than of a join.
func parameterFlows(f *Func) []VReg {
	flows, best := make([]VReg, len(f.VRegs)), make([]int32, len(f.VRegs))
	for b := range f.Blocks {
		blk := &f.Blocks[b]
		for k, t := range blk.Succs {
			to := &f.Blocks[t]
			score := to.Depth*2 + 1
			if t <= int32(b) {
				score++
			}
			for j, p := range to.Params {
				if a := blk.Args[k][j]; score > best[a] {
					flows[a], best[a] = p, score
				}
			}
		}
	}
	return flows
}

// maxFlow bounds how many joins flowReg looks through.
const maxFlow = 8

// flowReg is the register of the parameter that v reaches through joins, when it has one already: in a loop
// that is the register in which the header expects v's variable. NoPReg if none is known.
func (s *splitter) flowReg(v VReg) PReg {
	p := s.flows[v]
	for n := 0; p != 0 && n < maxFlow; n++ {
		if s.vals[p].def != noDef {
			return s.vals[p].defReg
		}
		p = s.flows[p]
	}
	return NoPReg
}

// hoist finds a place for the moves of the back edge from block e to t, where e is the empty block between a
// branch that otherwise leaves the loop and the header: in front of that branch, if the registers they write
// are free on the way out. The jump back then needs no block of its own.
func (s *splitter) hoist(e, t int32, moves []Edit) (inst int32, ok bool) {
	eb := &s.f.Blocks[e]
	if t > e || len(moves) == 0 || eb.Last-eb.First != 1 || len(eb.Preds) != 1 || len(eb.Params) > 0 {
		return 0, false
	}
	pb := &s.f.Blocks[eb.Preds[0]]
	if len(pb.Succs) != 2 {
		return 0, false
	}
	exit := pb.Succs[0]
	if exit == e {
		exit = pb.Succs[1]
	}
	xb := &s.f.Blocks[exit]
	if xb.Depth >= eb.Depth || len(xb.Params) > 0 {
		return 0, false
	}
	written, ok := registersWritten(moves)
	if !ok {
		return 0, false
	}
	for _, rv := range s.start[exit] {
		if written.Has(rv.r) {
			return 0, false
		}
	}
	inst = pb.Last - 1
	if s.touches(inst, written) {
		return 0, false
	}
	// Do not part a comparison from its branch.
	if c := inst - 1; c >= pb.First && s.onlyReads(c) && !s.edited[inst] && !s.touches(c, written) {
		inst = c
	}
	return inst, true
}

// registersWritten collects the targets of moves; ok tells whether all go from register to register.
func registersWritten(moves []Edit) (set RegSet, ok bool) {
	for _, m := range moves {
		if m.Remat >= 0 || !m.From.IsReg() || !m.To.IsReg() {
			return 0, false
		}
		set = set.With(m.To.Reg())
	}
	return set, true
}

// touches tells whether an operand of instruction i is in one of the registers.
func (s *splitter) touches(i int32, set RegSet) bool {
	for _, l := range s.alloc[i] {
		if l != NoLoc && l.IsReg() && set.Has(l.Reg()) {
			return true
		}
	}
	return false
}

// onlyReads tells whether instruction i writes no register and calls nothing.
func (s *splitter) onlyReads(i int32) bool {
	in := &s.f.Insts[i]
	if in.Clobbers != 0 || in.Safepoint {
		return false
	}
	for k := range in.Operands {
		if in.Operands[k].Kind == Def {
			return false
		}
	}
	return true
}
