package regalloc

import (
	"fmt"
	"slices"
)

// Check proves that r is a correct allocation of f: on every path each use
// reads its virtual register's value, every operand has a place that its constraint allows,
// nothing live is overwritten, and a pointer that survives a safepoint in a slot is named by its map.
//
// It executes the result symbolically. The state of a place is the set of
// virtual registers whose value it holds (a parameter and the argument it got are both there);
// where paths meet, a place holds what it holds on all of them.
func Check(f *Func, r *Result) error {
	c := &checker{f: f, r: r, in: make([]places, len(f.Blocks)), mapped: map[int]bool{}}
	for _, slots := range r.PtrSlots {
		for _, n := range slots {
			c.mapped[int(n)] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for b := range f.Blocks {
			if b != 0 && c.in[b] == nil {
				continue // not reached so far
			}
			if c.block(int32(b), false) {
				changed = true
			}
		}
	}
	for b := range f.Blocks {
		if c.in[b] != nil || b == 0 {
			c.block(int32(b), true)
		}
	}
	return c.err
}

// places maps a place to the values it holds, sorted. The lists are never changed in place.
type places map[Loc][]VReg

type checker struct {
	f      *Func
	r      *Result
	in     []places // at the start of a block, before its edits; nil: not reached
	now    places
	mapped map[int]bool // slots that a stack map names
	loud   bool         // report errors: the states are final
	err    error
}

func (c *checker) fail(i int32, format string, args ...any) {
	if c.loud && c.err == nil {
		c.err = fmt.Errorf("register allocation of %s, instruction %d: %s", c.f.Name, i, fmt.Sprintf(format, args...))
	}
}

// block runs b from its start state and merges the end state into its
// successors; it tells whether one of those changed.
func (c *checker) block(b int32, loud bool) bool {
	blk := &c.f.Blocks[b]
	c.loud = loud
	c.now = make(places, len(c.in[b]))
	for l, vs := range c.in[b] {
		c.now[l] = vs
	}
	edits := c.r.Edits
	k, _ := slices.BinarySearchFunc(edits, blk.First, func(e Edit, i int32) int { return int(e.Inst) - int(i) })
	// Moves of the incoming edge stand before the first instruction and were
	// made with the parameters already renamed, so renaming happened in flow.
	for i := blk.First; i < blk.Last; i++ {
		for ; k < len(edits) && edits[k].Inst == i && !edits[k].After; k++ {
			c.edit(&edits[k])
		}
		c.inst(i)
		for ; k < len(edits) && edits[k].Inst == i; k++ {
			c.edit(&edits[k])
		}
	}
	if loud {
		return false
	}
	changed := false
	for s := range blk.Succs {
		if c.flow(blk, s) {
			changed = true
		}
	}
	return changed
}

// flow hands the current state to the s-th successor, where what an argument's place holds is the parameter too.
func (c *checker) flow(blk *Block, s int) bool {
	to := blk.Succs[s]
	params := c.f.Blocks[to].Params
	state := make(places, len(c.now))
	for l, vs := range c.now {
		if len(params) > 0 {
			vs = rename(vs, blk.Args[s], params)
		}
		if len(vs) > 0 {
			state[l] = vs
		}
	}
	if c.in[to] == nil {
		c.in[to] = state
		return true
	}
	changed := false
	for l, old := range c.in[to] {
		both := intersect(old, state[l])
		if len(both) == len(old) {
			continue
		}
		changed = true
		if len(both) == 0 {
			delete(c.in[to], l)
		} else {
			c.in[to][l] = both
		}
	}
	return changed
}

// rename drops the old values of params and adds them where their arguments are.
func rename(vs, args, params []VReg) []VReg {
	var out []VReg
	for _, v := range vs {
		if !slices.Contains(params, v) {
			out = append(out, v)
		}
	}
	for j, a := range args {
		if slices.Contains(vs, a) {
			out = append(out, params[j])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func intersect(a, b []VReg) []VReg {
	var out []VReg
	for _, v := range a {
		if slices.Contains(b, v) {
			out = append(out, v)
		}
	}
	return out
}

// write makes l hold vs. Slots that overlap a wide one lose what they hold.
func (c *checker) write(i int32, l Loc, vs []VReg, info *VRegInfo) {
	if !l.IsReg() {
		n := l.Slot()
		if n < 0 || n >= c.r.NumSlots {
			c.fail(i, "slot %d of %d", n, c.r.NumSlots)
		}
		if !info.Ptr && c.mapped[n] && len(vs) > 0 {
			c.fail(i, "slot %d of the stack maps holds something else than a pointer", n)
		}
		if below, ok := c.now[SlotLoc(n-1)]; ok && n > 0 && c.f.VRegs[below[0]].Wide {
			delete(c.now, SlotLoc(n-1))
		}
		if info.Wide {
			delete(c.now, SlotLoc(n+1))
		}
	}
	if len(vs) == 0 {
		delete(c.now, l)
	} else {
		c.now[l] = vs
	}
}

func (c *checker) edit(e *Edit) {
	info := &c.f.VRegs[e.VReg]
	if e.Remat >= 0 {
		if info.Remat != e.Remat {
			c.fail(e.Inst, "v%d is computed again as %d, not %d", e.VReg, e.Remat, info.Remat)
		}
		c.write(e.Inst, e.To, []VReg{e.VReg}, info)
		return
	}
	vs := c.now[e.From]
	if !e.From.IsReg() && !e.To.IsReg() {
		if len(c.now[RegLoc(c.f.Scratch)]) > 0 && e.From != RegLoc(c.f.Scratch) {
			delete(c.now, RegLoc(c.f.Scratch))
		}
	}
	if len(vs) == 0 {
		// What is moved is nobody's value; only the target's loss matters.
		c.write(e.Inst, e.To, nil, info)
		return
	}
	c.write(e.Inst, e.To, vs, info)
}

// forget removes v everywhere: it is about to be defined anew.
func (c *checker) forget(v VReg) {
	for l, vs := range c.now {
		if slices.Contains(vs, v) {
			keep := slices.DeleteFunc(slices.Clone(vs), func(x VReg) bool { return x == v })
			if len(keep) == 0 {
				delete(c.now, l)
			} else {
				c.now[l] = keep
			}
		}
	}
}

// inst checks the operands of instruction i and executes it.
func (c *checker) inst(i int32) {
	in := &c.f.Insts[i]
	locs := c.r.Allocs[i]
	if len(locs) != len(in.Operands) {
		c.fail(i, "%d places for %d operands", len(locs), len(in.Operands))
		return
	}
	for j := range in.Operands {
		o := &in.Operands[j]
		if o.Kind == Use && !slices.Contains(c.now[locs[j]], o.VReg) {
			c.fail(i, "operand %d reads v%d from %v, which holds %v", j, o.VReg, locs[j], c.now[locs[j]])
		}
		c.constraint(i, in, j, locs)
	}
	c.conflicts(i, in, locs)
	var copied []VReg
	if in.Move {
		copied = c.now[locs[moveUse(in)]]
	}
	if in.Safepoint {
		c.safepoint(i)
	}
	for l := range c.now {
		if l.IsReg() && (in.Clobbers.Has(l.Reg()) || l.Reg() == c.f.Scratch) {
			delete(c.now, l)
		}
	}
	for j := range in.Operands {
		if in.Operands[j].Kind == Def {
			c.forget(in.Operands[j].VReg)
		}
	}
	for j := range in.Operands {
		o := &in.Operands[j]
		if o.Kind != Def {
			continue
		}
		vs := []VReg{o.VReg}
		if in.Move {
			vs = append(slices.DeleteFunc(slices.Clone(copied), func(x VReg) bool { return x == o.VReg }), o.VReg)
			slices.Sort(vs)
		}
		c.write(i, locs[j], vs, &c.f.VRegs[o.VReg])
	}
}

func moveUse(in *Inst) int {
	for j := range in.Operands {
		if in.Operands[j].Kind == Use {
			return j
		}
	}
	return 0
}

// constraint checks that operand j has a place of the wanted sort.
func (c *checker) constraint(i int32, in *Inst, j int, locs []Loc) {
	o, l := &in.Operands[j], locs[j]
	ok := true
	switch o.Want {
	case Any:
		ok = l != NoLoc
	case Reg:
		ok = l != NoLoc && l.IsReg()
	case Fixed:
		ok = l == RegLoc(o.PReg)
	case SameAsUse:
		ok = l == locs[o.Tied] && l.IsReg()
	case StackSlot:
		ok = l != NoLoc && !l.IsReg()
	}
	if ok && l.IsReg() {
		ok = slices.Contains(c.f.Regs[c.f.VRegs[o.VReg].Class], l.Reg())
	}
	if !ok {
		c.fail(i, "operand %d of v%d may not be in %v", j, o.VReg, l)
	}
}

// conflicts checks that operands that are alive together have places of their own.
func (c *checker) conflicts(i int32, in *Inst, locs []Loc) {
	for j := range in.Operands {
		a := &in.Operands[j]
		if a.Kind == Use && a.When == Late && locs[j].IsReg() && in.Clobbers.Has(locs[j].Reg()) {
			c.fail(i, "late operand %d is in a clobbered register", j)
		}
		for k := range in.Operands {
			b := &in.Operands[k]
			if k == j || b.Kind != Def || locs[j] != locs[k] || !locs[j].IsReg() {
				continue
			}
			switch {
			case a.Kind == Def:
				c.fail(i, "two definitions in %v", locs[j])
			case b.Want == SameAsUse && int(b.Tied) == j:
			case a.When == Late || b.When == Early || b.Want == SameAsUse && a.VReg != in.Operands[b.Tied].VReg:
				c.fail(i, "definition %d overwrites operand %d too early", k, j)
			}
		}
	}
}

// safepoint checks the stack map of instruction i. Pointers in slots that it
// does not name may be stale afterwards.
func (c *checker) safepoint(i int32) {
	named := map[Loc]bool{}
	for _, s := range c.r.PtrSlots[i] {
		l := SlotLoc(int(s))
		named[l] = true
		if !slices.ContainsFunc(c.now[l], func(v VReg) bool { return c.f.VRegs[v].Ptr }) {
			c.fail(i, "the map names slot %d, which holds no pointer but %v", s, c.now[l])
		}
	}
	for l, vs := range c.now {
		if l.IsReg() || named[l] {
			continue
		}
		keep := slices.DeleteFunc(slices.Clone(vs), func(v VReg) bool { return c.f.VRegs[v].Ptr })
		if len(keep) == 0 {
			delete(c.now, l)
		} else {
			c.now[l] = keep
		}
	}
}
