package regalloc

import (
	"fmt"
	"slices"
	"sort"
)

// Linear is a plain linear scan (Poletto and Sarkar 1999): every value has one home for its whole life, a register or a
// slot, and the values are given homes in the order in which they begin. Where registers run out the value that is
// used least for its length gets a slot; a value that lives across a call always does. Nothing is split: what has
// a slot is loaded at every use, into one of the registers that homes leave free at that instruction.
func Linear(f *Func) (*Result, error) {
	l := &linear{lifetimes: newLifetimes(f), f: f, res: &Result{Allocs: make([][]Loc, len(f.Insts))}, temp: -1}
	l.findNeeds()
	l.findHints()
	for _, v := range l.order {
		l.place(v)
	}
	l.assignSlots()
	if err := l.rewrite(); err != nil {
		return nil, err
	}
	l.res.PtrSlots = pointerSlots(f, l.live, func(v VReg) (int32, bool) { return int32(l.slot[v]), l.home[v] == NoPReg })
	sortEdits(l.res.Edits)
	return l.res, nil
}

// linear is the state of the scan.
type linear struct {
	*lifetimes
	f      *Func
	res    *Result
	home   []PReg   // by VReg; NoPReg is a slot
	slot   []int    // by VReg
	active []VReg   // have registers and end behind the value at hand
	taken  []RegSet // by position: registers that instructions fix or clobber there
	need   [NumClasses][]need
	used   [NumClasses][]uint8 // by position: how many homes are occupied there, besides taken
	touch  [NumClasses][]uint8 // by instruction: how many homes are occupied while it reads or writes, besides taken
	hints  [][]hint
	temp   int // slot that breaks cycles of moves, -1 for none yet
}

// need says how many registers an instruction may want for operands whose homes are slots: registers that are free
// while it reads, while it writes, or all along.
type need struct{ reads, writes, both uint8 }

// hint is a place that saves a move: a register, or the home of another value.
type hint struct {
	r PReg
	v VReg // if r is NoPReg
}

// findNeeds fills taken and need.
func (l *linear) findNeeds() {
	n := len(l.f.Insts)
	l.home, l.slot = make([]PReg, len(l.f.VRegs)), make([]int, len(l.f.VRegs))
	for v := range l.home {
		l.home[v] = NoPReg
	}
	l.taken = make([]RegSet, 2*n)
	for c := range l.need {
		l.need[c], l.used[c], l.touch[c] = make([]need, n), make([]uint8, 2*n), make([]uint8, n)
	}
	for i := range l.f.Insts {
		in := &l.f.Insts[i]
		l.taken[2*i+1] = in.Clobbers
		tied := tiedUses(in)
		for j := range in.Operands {
			o := &in.Operands[j]
			nd := &l.need[l.f.VRegs[o.VReg].Class][i]
			switch {
			case o.Want == Fixed:
				l.taken[2*i], l.taken[2*i+1] = occupy(o, o.PReg, l.taken[2*i], l.taken[2*i+1])
			case tied.Has(PReg(j)):
				nd.both++
			case o.Want != Reg:
			case allAlong(o):
				nd.both++
			case o.Kind == Use:
				nd.reads++
			default:
				nd.writes++
			}
		}
	}
}

// tiedUses is the set of the operands whose place a definition takes over.
func tiedUses(in *Inst) (set RegSet) {
	for _, o := range in.Operands {
		if o.Kind == Def && o.Want == SameAsUse {
			set = set.With(PReg(o.Tied))
		}
	}
	return set
}

// allAlong tells whether an operand keeps its place while the instruction reads and while it writes.
func allAlong(o *Operand) bool { return (o.Kind == Use) == (o.When == Late) }

// findHints notes for every value the places that would save moves.
func (l *linear) findHints() {
	l.hints = make([][]hint, len(l.f.VRegs))
	same := func(a, b VReg) {
		l.hints[a] = append(l.hints[a], hint{NoPReg, b})
		l.hints[b] = append(l.hints[b], hint{NoPReg, a})
	}
	for i := range l.f.Insts {
		in := &l.f.Insts[i]
		for _, o := range in.Operands {
			switch o.Want {
			case Fixed:
				l.hints[o.VReg] = append(l.hints[o.VReg], hint{r: o.PReg})
			case SameAsUse:
				same(o.VReg, in.Operands[o.Tied].VReg)
			}
		}
		if in.Move {
			same(in.Operands[0].VReg, in.Operands[1].VReg)
		}
	}
	for b := range l.f.Blocks {
		blk := &l.f.Blocks[b]
		for k, s := range blk.Succs {
			for j, p := range l.f.Blocks[s].Params {
				same(p, blk.Args[k][j])
			}
		}
	}
	for v, info := range l.f.VRegs {
		if info.Hint != NoPReg {
			l.hints[v] = append(l.hints[v], hint{r: info.Hint})
		}
	}
}

// place gives v a home.
func (l *linear) place(v VReg) {
	start := l.spans[v][0].start
	l.active = slices.DeleteFunc(l.active, func(u VReg) bool { return l.end(u) < start })
	allowed := l.allowed(v)
	if allowed == 0 {
		return
	}
	// holders are the active values in the way, one per register; several in one register are never evicted.
	var holders [64]VReg
	var held, crowded RegSet
	for _, u := range l.active {
		if r := l.home[u]; allowed.Has(r) && l.meet(u, v) {
			if held.Has(r) {
				crowded = crowded.With(r)
			}
			holders[r], held = u, held.With(r)
		}
	}
	if r := l.choose(v, allowed&^held); r != NoPReg {
		l.take(v, r)
		return
	}
	victim := v
	for rest := allowed & held &^ crowded; rest != 0; {
		r := lowest(rest)
		rest = rest.Without(r)
		if u := holders[r]; l.weight[u] < l.weight[victim] {
			victim = u
		}
	}
	if victim != v {
		r := l.home[victim]
		l.release(victim)
		if l.leavesEnough(v, r) {
			l.take(v, r)
		} else {
			l.take(victim, r)
		}
	}
}

// allowed are the registers that no instruction in v's life fixes for something else or clobbers.
func (l *linear) allowed(v VReg) (set RegSet) {
	for _, r := range l.f.Regs[l.f.VRegs[v].Class] {
		set = set.With(r)
	}
	for _, s := range l.spans[v] {
		for p := s.start; p <= s.end && set != 0; p++ {
			if t := l.taken[p] & set; t != 0 {
				set &^= t &^ l.own(v, p)
			}
		}
	}
	return set
}

// own are the registers that the instruction at position p fixes for v itself.
func (l *linear) own(v VReg, p int32) (set RegSet) {
	for _, o := range l.f.Insts[p/2].Operands {
		if o.VReg == v && o.Want == Fixed {
			early, late := occupy(&o, o.PReg, 0, 0)
			set |= [2]RegSet{early, late}[p%2]
		}
	}
	return set
}

// choose picks a free register for v, one that saves a move if there is one; NoPReg if none leaves enough for others.
func (l *linear) choose(v VReg, free RegSet) PReg {
	for _, h := range l.hints[v] {
		r := h.r
		if r == NoPReg {
			r = l.home[h.v]
		}
		if r != NoPReg && free.Has(r) && l.leavesEnough(v, r) {
			return r
		}
	}
	// Values that will want to share v's register may know one that they must be in.
	for _, h := range l.hints[v] {
		if h.r != NoPReg || l.home[h.v] != NoPReg {
			continue
		}
		for _, g := range l.hints[h.v] {
			if g.r != NoPReg && free.Has(g.r) && l.leavesEnough(v, g.r) {
				return g.r
			}
		}
	}
	for _, r := range l.f.Regs[l.f.VRegs[v].Class] {
		if free.Has(r) {
			if l.leavesEnough(v, r) {
				return r
			}
			break // whether another register is left does not depend on which one is taken, as a rule
		}
	}
	return NoPReg
}

// leavesEnough tells whether every instruction in v's life still finds registers for what has no home in one.
func (l *linear) leavesEnough(v VReg, r PReg) bool {
	c := l.f.VRegs[v].Class
	for _, s := range l.spans[v] {
		for p := s.start; p <= s.end; p++ {
			if n := l.need[c][p/2]; n != (need{}) && !l.taken[p].Has(r) && !l.enough(c, p, n) {
				return false
			}
		}
	}
	return true
}

// enough tells whether position p can do with one register of class c less.
func (l *linear) enough(c Class, p int32, n need) bool {
	own := n.both + n.reads
	if p%2 == 1 {
		own = n.both + n.writes
	}
	return l.free(c, l.taken[p]) > int(l.used[c][p]+own) &&
		(n.both == 0 || l.free(c, l.taken[p&^1]|l.taken[p|1]) > int(l.touch[c][p/2]+n.both))
}

// free counts the registers of a class outside a set.
func (l *linear) free(c Class, taken RegSet) int {
	n := 0
	for _, r := range l.f.Regs[c] {
		if !taken.Has(r) {
			n++
		}
	}
	return n
}

func (l *linear) take(v VReg, r PReg) {
	l.home[v] = r
	l.active = append(l.active, v)
	l.count(v, r, 1)
}

func (l *linear) release(v VReg) {
	l.count(v, l.home[v], ^uint8(0))
	l.home[v] = NoPReg
	l.active = slices.DeleteFunc(l.active, func(u VReg) bool { return u == v })
}

// count adds n to the occupied homes of v's life; a register that an instruction fixes for v is not counted twice.
func (l *linear) count(v VReg, r PReg, n uint8) {
	c := l.f.VRegs[v].Class
	for _, s := range l.spans[v] {
		for p := s.start; p <= s.end; p++ {
			if !l.taken[p].Has(r) {
				l.used[c][p] += n
			}
			if (p%2 == 0 || p == s.start) && !(l.taken[p&^1] | l.taken[p|1]).Has(r) {
				l.touch[c][p/2] += n
			}
		}
	}
}

// assignSlots numbers the slots of the values that have no register.
func (l *linear) assignSlots() {
	var list []interval
	for _, v := range l.order {
		if l.home[v] == NoPReg {
			list = append(list, interval{v, l.spans[v][0].start, l.end(v)})
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].start < list[j].start })
	l.res.NumSlots = shareSlots(l.f, list, l.slot)
}

// loc is v's home.
func (l *linear) loc(v VReg) Loc {
	if r := l.home[v]; r != NoPReg {
		return RegLoc(r)
	}
	return SlotLoc(l.slot[v])
}

// edit adds a move of v.
func (l *linear) edit(inst int32, after bool, from, to Loc, v VReg) {
	info := &l.f.VRegs[v]
	l.res.Edits = append(l.res.Edits, Edit{Inst: inst, After: after, From: from, To: to, Class: info.Class, Wide: info.Wide, Remat: -1, VReg: v})
}

func (l *linear) noRegister(j int, i int32) error {
	return fmt.Errorf("regalloc: %s: no register for operand %d of instruction %d", l.f.Name, j, i)
}
