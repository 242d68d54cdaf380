package regalloc

import "sort"

// phase orders the edits around one instruction.
type phase int8

const (
	phaseEdgeIn  phase = iota // moves of the edge into the block, at its start
	phaseStart                // stores of values at the start of the block
	phaseBefore               // before an instruction
	phaseEdgeOut              // moves of the only outgoing edge, before the terminator
	phaseAfter                // after an instruction
)

type keyedEdit struct {
	Edit
	phase phase
}

func (s *splitter) edit(ph phase, inst int32, e Edit) {
	e.Inst, e.After = inst, ph == phaseAfter
	s.edits = append(s.edits, keyedEdit{e, ph})
}

// edges puts the moves on every edge that establish the start state of its target.
func (s *splitter) edges() {
	s.edited = make([]bool, len(s.f.Insts))
	for i := range s.edits {
		s.edited[s.edits[i].Inst] = true
	}
	for b := range s.f.Blocks {
		blk := &s.f.Blocks[b]
		for k, p := range blk.Preds {
			s.edge(p, int32(b), edgeOccurrence(blk.Preds, k))
		}
	}
}

func (s *splitter) edge(p, b int32, occurrence int) {
	pb, blk := &s.f.Blocks[p], &s.f.Blocks[b]
	at, inst, ph := p, pb.Last-1, phaseEdgeOut
	if len(pb.Succs) != 1 {
		at, inst, ph = b, blk.First, phaseEdgeIn
	}
	var moves []Edit
	for _, rv := range s.start[b] {
		if s.isParam(b, rv.v) {
			continue
		}
		moves = s.edgeMove(moves, p, at, rv.v, rv.v, RegLoc(rv.r))
	}
	if len(blk.Params) > 0 {
		args := pb.Args[succIndex(pb, b, occurrence)]
		for j, prm := range blk.Params {
			if to := s.param[b][j]; to != NoLoc {
				moves = s.edgeMove(moves, p, at, args[j], prm, to)
			}
		}
	}
	ordered, temp := sequence(moves, s.freeOnEdge(p, moves), SlotLoc(0))
	s.needTemp = s.needTemp || temp
	if i, ok := s.hoist(p, b, ordered); ok {
		s.hoisted[p], inst = true, i
	}
	for _, e := range ordered {
		s.edit(ph, inst, e)
	}
}

// freeOnEdge finds a register of each class that holds nothing at the end of p and is not the
// target of a move: it breaks cycles without a detour through the other register file.
func (s *splitter) freeOnEdge(p int32, moves []Edit) (free [NumClasses]PReg) {
	var taken RegSet
	for _, rv := range s.end[p] {
		taken = taken.With(rv.r)
	}
	for _, m := range moves {
		if m.To.IsReg() {
			taken = taken.With(m.To.Reg())
		}
	}
	for c := range free {
		free[c] = s.f.Scratch
		for _, r := range s.f.Regs[c] {
			if !taken.Has(r) {
				free[c] = r
				break
			}
		}
	}
	return free
}

func (s *splitter) isParam(b int32, v VReg) bool { return s.vals[v].def == -1-b }

// edgeMove adds the move that brings value v, as it is at the end of p, to place to.
func (s *splitter) edgeMove(moves []Edit, p, at int32, v, as VReg, to Loc) []Edit {
	info := &s.f.VRegs[v]
	from, ok := NoPReg, false
	for _, rv := range s.end[p] {
		if rv.v == v && (!ok || RegLoc(rv.r) == to) {
			from, ok = rv.r, true
		}
	}
	if ok {
		return append(moves, Edit{From: RegLoc(from), To: to, Class: info.Class, Wide: info.Wide, VReg: as, Remat: -1})
	}
	e := s.sourceEdit(v, to, at)
	e.VReg = as
	return append(moves, e)
}

// sequence orders parallel moves so that none overwrites what another still reads; a
// cycle goes through the scratch register of its class, or through slot temp if a memory-to-memory
// move, which needs scratch itself, is among what is left. Moves of a place to itself are dropped.
func sequence(moves []Edit, scratch [NumClasses]PReg, temp Loc) (out []Edit, usedTemp bool) {
	var pending []Edit
	for _, m := range moves {
		if m.From != m.To || m.Remat >= 0 {
			pending = append(pending, m)
		}
	}
	for len(pending) > 0 {
		var rest []Edit
		for i, m := range pending {
			if readByOther(pending, i, m.To) {
				rest = append(rest, m)
				continue
			}
			out = append(out, m)
			pending[i].From = NoLoc // reads no more
		}
		if len(rest) == len(pending) {
			save := RegLoc(scratch[rest[0].Class])
			if anyMemory(rest) {
				save, usedTemp = temp, true
			}
			out = append(out, redirect(rest, rest[0].To, save))
		}
		pending = rest
	}
	return out, usedTemp
}

// redirect makes every move that reads from read save instead and returns the move that fills save.
func redirect(moves []Edit, from, save Loc) Edit {
	var e Edit
	for i := range moves {
		if moves[i].From == from {
			e = moves[i]
			e.To = save
			moves[i].From = save
		}
	}
	return e
}

func anyMemory(moves []Edit) bool {
	for _, m := range moves {
		if m.From != NoLoc && !m.From.IsReg() && !m.To.IsReg() {
			return true
		}
	}
	return false
}

// readByOther tells whether a pending move other than the i-th reads place to.
func readByOther(moves []Edit, i int, to Loc) bool {
	for k := range moves {
		if k != i && moves[k].From == to {
			return true
		}
	}
	return false
}

// placeSpills stores every spilled value once: behind its definition, or at the start
// of a block that dominates all reads of the slot, is nested less deeply, and starts with the value in a register.
func (s *splitter) placeSpills() {
	for i := range s.vals {
		v := VReg(i)
		st := &s.vals[v]
		if !st.spilled || st.inSlot || st.def == noDef {
			continue
		}
		info := &s.f.VRegs[v]
		e := Edit{From: RegLoc(st.defReg), To: SlotLoc(i), Class: info.Class, Wide: info.Wide, VReg: v, Remat: -1}
		defBlock := s.blockOf(st.def)
		if b, r, ok := s.betterSpill(v, defBlock); ok {
			e.From = RegLoc(r)
			s.edit(phaseStart, s.f.Blocks[b].First, e)
		} else if st.def < 0 {
			s.edit(phaseStart, s.f.Blocks[defBlock].First, e)
		} else {
			s.edit(phaseAfter, st.def, e)
		}
	}
}

func (s *splitter) blockOf(def int32) int32 {
	if def < 0 {
		return -1 - def
	}
	return int32(sort.Search(len(s.f.Blocks), func(b int) bool { return s.f.Blocks[b].Last > def }))
}

// betterSpill walks from the lowest block that dominates all reads up towards the definition. Of blocks
// that run as often it takes the lowest: it may not run at all.
func (s *splitter) betterSpill(v VReg, defBlock int32) (block int32, r PReg, ok bool) {
	reads := s.vals[v].reads
	if len(reads) == 0 {
		return 0, 0, false
	}
	low := reads[0]
	for _, b := range reads[1:] {
		low = s.dom.common(low, b)
	}
	best := weight(&s.f.Blocks[defBlock]) + 1
	for b := low; b != defBlock && b >= 0; b = s.dom.idom[b] {
		if w := weight(&s.f.Blocks[b]); w < best && !s.hoisted[b] {
			if q, in := regOf(s.start[b], v); in {
				best, block, r, ok = w, b, q, true
			}
		}
	}
	return block, r, ok
}

// weight orders blocks by how often they run.
func weight(b *Block) int32 {
	w := b.Depth * 4
	if b.Cold {
		w -= 2
	}
	return w
}

// domTree holds immediate dominators; blocks are in reverse postorder.
type domTree struct {
	idom []int32 // -1 for the entry
}

func dominators(f *Func) *domTree {
	d := &domTree{idom: make([]int32, len(f.Blocks))}
	for i := range d.idom {
		d.idom[i] = -2
	}
	d.idom[0] = -1
	for changed := true; changed; {
		changed = false
		for b := 1; b < len(f.Blocks); b++ {
			n := int32(-2)
			for _, p := range f.Blocks[b].Preds {
				if d.idom[p] == -2 {
					continue
				}
				if n == -2 {
					n = p
				} else {
					n = d.common(n, p)
				}
			}
			if n != d.idom[b] {
				d.idom[b] = n
				changed = true
			}
		}
	}
	return d
}

// common is the lowest block that dominates a and b.
func (d *domTree) common(a, b int32) int32 {
	for a != b {
		for a > b {
			a = d.idom[a]
		}
		for b > a {
			b = d.idom[b]
		}
		if a < 0 || b < 0 {
			return 0
		}
	}
	return a
}
