package opt

import (
	"slices"

	"strata/internal/abi"
	"strata/internal/ssa"
)

// inPlace builds values in memory where they are wanted, instead of in a temporary slot that is then copied. Whole slots
// are looked at whose address is used for accesses alone:
//
//   - What is written into a slot that is then copied elsewhere (a Move, or an argument that a call takes by value) is
//     written there, immediately before. A value for a call is so built among the outgoing arguments.
//   - The slot of a result that a call leaves in memory is the outgoing area itself where everything that reads it comes
//     before the next call; else the slot that the result is copied to.
//   - A slot that is returned is the area of the result, which belongs to the function until it returns.
//
// Slots that have become places in an argument area say so (ssa.Slot.Area). The outgoing one belongs to whatever
// is called next, by code that a later pass inserts as well: so nothing that may call, or need a barrier, stands between
// an access and the call that it belongs to.
func inPlace(f *ssa.Func, _ *Config) { (&inPlacer{f: f, areas: true}).run() }

// buildInPlace is the part of inPlace that later passes profit from: it leaves argument areas alone, since they
// might move accesses.
func buildInPlace(f *ssa.Func, _ *Config) { (&inPlacer{f: f}).run() }

func (p *inPlacer) run() {
	f := p.f
	p.collect()
	changed := false
	for _, u := range p.list {
		if !u.other {
			changed = p.place(u) || changed
		}
	}
	if changed {
		for _, b := range f.Blocks {
			b.Remove(func(v *ssa.Value) bool { return v.Op == ssa.OpInvalid })
		}
	}
}

// maxInPlace bounds what is cleared or copied in the outgoing area: more would take a call.
const maxInPlace = 256

type inPlacer struct {
	f     *ssa.Func
	areas bool // use argument areas
	a     *aliases
	of    []slotAt // by value ID
	list  []*slotUses
	by    map[*ssa.Slot]*slotUses
	eff   effect
}

// slotAt is an address at a known place in a slot.
type slotAt struct {
	u   *slotUses
	off int64
}

// slotUses are all uses of a slot.
type slotUses struct {
	slot   *ssa.Slot
	addrs  []*ssa.Value // LocalAddr
	writes []*ssa.Value // Store, Zero, Move into it
	reads  []*ssa.Value // Load, Move out of it
	args   []*ssa.Value // calls that take it by value
	result *ssa.Value   // call that leaves a result in it
	rets   []*ssa.Block
	begins []*ssa.Value // VarDef
	other  bool         // anything else
	offs   []int64      // where the writes write, once they write elsewhere
}

func (p *inPlacer) uses(s *ssa.Slot) *slotUses {
	u := p.by[s]
	if u == nil {
		u = &slotUses{slot: s}
		p.by[s] = u
		p.list = append(p.list, u)
	}
	return u
}

// collect finds the uses of all slots.
func (p *inPlacer) collect() {
	f := p.f
	p.by = map[*ssa.Slot]*slotUses{}
	p.of = make([]slotAt, f.NumValues())
	for _, b := range f.RPO() {
		for _, v := range b.Values {
			switch v.Op {
			case ssa.OpLocalAddr:
				u := p.uses(v.Aux.(*ssa.Slot))
				u.addrs = append(u.addrs, v)
				p.of[v.ID] = slotAt{u, v.AuxInt}
			case ssa.OpOffPtr:
				if at := p.of[v.Args[0].ID]; at.u != nil {
					p.of[v.ID] = slotAt{at.u, at.off + v.AuxInt}
				}
			}
		}
	}
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			p.note(v)
		}
		for _, c := range b.Controls {
			at := p.of[c.ID]
			switch {
			case at.u == nil:
			case b.Kind == ssa.BlockRet && at.off == 0:
				at.u.rets = append(at.u.rets, b)
			default:
				at.u.other = true
			}
		}
	}
	if s := f.OpenDeferBits; s != nil {
		p.uses(s).other = true
	}
	for _, s := range f.OpenDeferSlots {
		p.uses(s).other = true
	}
}

// note files what v does with slots.
func (p *inPlacer) note(v *ssa.Value) {
	if v.Op == ssa.OpVarDef {
		u := p.uses(v.Aux.(*ssa.Slot))
		u.begins = append(u.begins, v)
		return
	}
	if c, ok := v.Aux.(*ssa.Call); ok && v.Op.IsCall() {
		for _, s := range c.ResultSlots {
			if s == nil {
				continue
			}
			u := p.uses(s)
			u.other = u.other || u.result != nil
			u.result = v
		}
	}
	for i, x := range v.Args {
		at := p.of[x.ID]
		if at.u == nil {
			continue
		}
		switch {
		case v.Op == ssa.OpOffPtr:
		case v.Op == ssa.OpLoad, v.Op == ssa.OpMove && i == 1:
			at.u.reads = append(at.u.reads, v)
		case (v.Op == ssa.OpStore || v.Op == ssa.OpZero || v.Op == ssa.OpMove) && i == 0:
			at.u.writes = append(at.u.writes, v)
		case v.Op.IsCall() && passedByValue(v, i) && at.off == 0:
			at.u.args = append(at.u.args, v)
		default:
			at.u.other = true
		}
	}
}

// place finds another place for a slot and tells whether it did.
func (p *inPlacer) place(u *slotUses) bool {
	switch {
	case !p.areas:
		return u.result == nil && len(u.args)+len(u.rets) == 0 && len(u.reads) > 0 && len(u.writes) > 0 && p.moved(u)
	case u.result != nil && len(u.writes)+len(u.args)+len(u.rets) == 0:
		return p.readOutgoing(u) || p.resultInto(u)
	case len(u.rets) > 0:
		return p.returned(u)
	case u.result != nil:
		return false
	case len(u.args) == 1 && len(u.reads) == 0 && len(u.writes) > 0:
		return p.argument(u)
	case len(u.args) == 0 && len(u.reads) > 0 && len(u.writes) > 0:
		return p.moved(u)
	}
	return false
}

// component gives the i-th component in memory among comps.
func component(comps []abi.Component, i int) *abi.Component {
	for k := range comps {
		if comps[k].Class == abi.Mem {
			if i == 0 {
				return &comps[k]
			}
			i--
		}
	}
	return nil
}

// readOutgoing leaves a result where the call put it, if it is read before anything else may be put there.
func (p *inPlacer) readOutgoing(u *slotUses) bool {
	call := u.result
	b := call.Block
	i := indexOf(b, call) + 1
	for left := len(u.reads); left > 0; i++ {
		if i == len(b.Values) {
			return false
		}
		v := b.Values[i]
		if !p.harmless(v) {
			return false
		}
		for _, r := range u.reads {
			if r == v {
				left--
			}
		}
	}
	c := call.Aux.(*ssa.Call)
	for k, s := range c.ResultSlots {
		if s == u.slot {
			comp := component(c.ABI.Out, k)
			s.Area, s.Off = ssa.OutgoingArea, comp.Off
		}
	}
	return true
}

// harmless tells whether v leaves the outgoing area as it is, however it is compiled.
func (p *inPlacer) harmless(v *ssa.Value) bool {
	switch v.Op {
	case ssa.OpLoad, ssa.OpNilCheck, ssa.OpBounds, ssa.OpCheck, ssa.OpVarDef, ssa.OpResult, ssa.OpMemEqConst, ssa.OpInvalid:
		return true
	case ssa.OpStore:
		return !p.outgoing(v.Args[0])
	case ssa.OpMove, ssa.OpZero:
		m, _ := v.Aux.(*ssa.MemType)
		return v.AuxInt <= maxInPlace && (!m.HasPointers() || p.of[v.Args[0].ID].u != nil) && !p.outgoing(v.Args[0])
	}
	return v.Op.Has(ssa.Pure)
}

// outgoing tells whether an address is one in the outgoing area.
func (p *inPlacer) outgoing(addr *ssa.Value) bool {
	u := p.of[addr.ID].u
	return u != nil && u.slot.Area == ssa.OutgoingArea
}

// resultInto has a call leave its result in the slot that it is then copied to.
func (p *inPlacer) resultInto(u *slotUses) bool {
	call := u.result
	b := call.Block
	start := indexOf(b, call)
	for i := start + 1; i < len(b.Values); i++ {
		v := b.Values[i]
		if v.Op == ssa.OpMove && p.of[v.Args[1].ID] == (slotAt{u, 0}) {
			return p.resultAt(u, start, i)
		}
		if v.Op != ssa.OpVarDef && v.Op != ssa.OpResult && v.Op != ssa.OpInvalid && !v.Op.Has(ssa.Pure) {
			return false
		}
	}
	return false
}

// resultAt is resultInto for the call and the Move at two indices of their block.
func (p *inPlacer) resultAt(u *slotUses, start, end int) bool {
	call, b := u.result, u.result.Block
	move := b.Values[end]
	to := p.of[move.Args[0].ID]
	if to.u == nil || to.off != 0 || move.AuxInt != u.slot.Size || to.u.slot.Size != u.slot.Size || to.u.result != nil || to.u.slot.Area != ssa.OwnPlace {
		return false
	}
	var begin *ssa.Value
	for _, v := range b.Values[start+1 : end] {
		if v.Op == ssa.OpVarDef && v.Aux == to.u.slot {
			begin = v
		}
	}
	if begin != nil && slices.ContainsFunc(call.Args, func(x *ssa.Value) bool { return p.of[x.ID].u == to.u }) {
		return false // the call is about an earlier life of the slot
	}
	if !p.redirect(u, move, move.Args[0]) {
		return false
	}
	if begin != nil {
		begin.Reset(ssa.OpInvalid)
		begin = b.Detached(ssa.OpVarDef, ssa.Void, begin.Pos)
		begin.Aux = to.u.slot
		b.InsertAt(start, begin)
	}
	c := *call.Aux.(*ssa.Call)
	c.ResultSlots = append([]*ssa.Slot(nil), c.ResultSlots...)
	for k, s := range c.ResultSlots {
		if s == u.slot {
			c.ResultSlots[k] = to.u.slot
		}
	}
	call.Aux = &c
	to.u.result = call
	p.drop(move)
	return true
}

// redirect has everything that reads u after the Move move read at dst, which has the same content. It tells whether it
// could; nothing has changed if not.
func (p *inPlacer) redirect(u *slotUses, move, dst *ssa.Value) bool {
	if len(u.reads) == 1 {
		return true
	}
	b := move.Block
	left := map[*ssa.Value]bool{}
	for _, r := range u.reads {
		if r != move {
			if r.Block != b || p.of[readFrom(r).ID].off != 0 && r.Op == ssa.OpMove {
				return false
			}
			left[r] = true
		}
	}
	p.analyse()
	whole := span{p.a.addr(dst), u.slot.Size}
	var later []*ssa.Value
	for _, v := range b.Values[indexOf(b, move)+1:] {
		if left[v] {
			later = append(later, v)
			delete(left, v)
		}
		if len(left) == 0 {
			break
		}
		if p.changes(v, whole) {
			return false
		}
	}
	if len(left) > 0 {
		return false // before the Move
	}
	for _, r := range later {
		if r.Op == ssa.OpLoad {
			r.AuxInt += p.of[r.Args[0].ID].off
			r.SetArg(0, dst)
		} else {
			r.SetArg(1, dst)
		}
		if at := p.of[dst.ID]; at.u != nil {
			at.u.reads = append(at.u.reads, r)
		}
	}
	return true
}

func readFrom(r *ssa.Value) *ssa.Value { return r.Args[len(r.Args)-1] }

func (p *inPlacer) analyse() {
	if p.a == nil {
		p.a = newAliases(p.f)
	}
}

// changes tells whether v may write to s.
func (p *inPlacer) changes(v *ssa.Value, s span) bool {
	if v.Op.Has(ssa.Pure) {
		return false
	}
	p.a.effectOf(v, &p.eff)
	if p.eff.writesAll && !p.a.private(s.root) {
		return true
	}
	for _, w := range p.eff.writes {
		if p.a.overlap(w, s, nil) {
			return true
		}
	}
	return false
}

// returned makes the area of a result of a slot that is returned as that result wherever it is used.
func (p *inPlacer) returned(u *slotUses) bool {
	f := p.f
	if len(u.args) > 0 || f.Recover != nil || f.ABI == nil || u.slot.PtrMask != nil && makesCalls(f) {
		return false
	}
	k := -1
	for _, b := range u.rets {
		for i, c := range b.Controls {
			if p.of[c.ID].u != u {
				continue
			}
			if k >= 0 && k != i {
				return false
			}
			k = i
		}
	}
	c := &f.ABI.Out[k]
	if c.Class != abi.Mem || c.Size != u.slot.Size {
		return false
	}
	for _, o := range p.list {
		if o.slot.Area == ssa.ResultArea {
			return false // two may be alive at once
		}
	}
	u.slot.Area, u.slot.Off = ssa.ResultArea, c.Off
	return true
}

func makesCalls(f *ssa.Func) bool {
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			if v.Op.Has(ssa.CallOp) || (v.Op == ssa.OpMove || v.Op == ssa.OpZero) && v.AuxInt > maxInPlace {
				return true
			}
		}
	}
	return false
}

// argument builds a value that a call takes among the call's arguments.
func (p *inPlacer) argument(u *slotUses) bool {
	call := u.args[0]
	c := call.Aux.(*ssa.Call)
	args := call.Args
	if call.Op != ssa.OpCall {
		args = args[1:]
	}
	k := -1
	for i, x := range args {
		if p.of[x.ID].u == u {
			if k >= 0 {
				return false
			}
			k = i
		}
	}
	comp := &c.ABI.In[k]
	if comp.Size != u.slot.Size || comp.Size == 0 {
		return false
	}
	for _, w := range u.writes {
		if w.Op != ssa.OpStore && w.AuxInt > maxInPlace || w.Op == ssa.OpMove && p.outgoing(w.Args[1]) {
			return false
		}
	}
	if !p.sink(u, call, nil, span{}) {
		return false
	}
	u.slot.Area, u.slot.Off = ssa.OutgoingArea, comp.Off
	return true
}

// moved writes what is copied out of a slot to the copy's destination. Further copies of the whole repeat the writes: reading
// memory in other pieces than it was written in makes the processor wait.
func (p *inPlacer) moved(u *slotUses) bool {
	b := u.writes[0].Block
	var move *ssa.Value
	var copies []*ssa.Value
	for _, v := range b.Values {
		if v.Op != ssa.OpMove || p.of[v.Args[1].ID] != (slotAt{u, 0}) || v.AuxInt != u.slot.Size || p.of[v.Args[0].ID].u == u {
			continue
		}
		if move == nil {
			move = v
		} else {
			copies = append(copies, v)
		}
	}
	if move == nil || !p.inParts(u, move) {
		return false
	}
	p.analyse()
	dst := move.Args[0]
	whole := span{p.a.addr(dst), u.slot.Size}
	if !p.sinkable(u, move, whole) {
		return false
	}
	again := u.repeatable() && !slices.ContainsFunc(copies, func(c *ssa.Value) bool { return !p.inParts(u, c) })
	if again {
		u.reads = slices.DeleteFunc(u.reads, func(r *ssa.Value) bool { return slices.Contains(copies, r) })
	}
	if !p.redirect(u, move, dst) {
		return false
	}
	p.sink(u, move, dst, whole)
	p.drop(move)
	if again {
		for _, c := range copies {
			p.repeat(u, c)
		}
	}
	return true
}

// inParts tells whether what a Move copies may be written in parts: a slot with pointers is best written as a whole, where its
// life begins.
func (p *inPlacer) inParts(u *slotUses, move *ssa.Value) bool {
	if u.slot.PtrMask == nil {
		return true
	}
	p.analyse()
	return p.a.kind[p.a.addr(move.Args[0]).root] != newObject || onHeap(move.Args[0])
}

// onHeap tells whether p is an address in an object that a call has made.
func onHeap(p *ssa.Value) bool {
	for p.Op == ssa.OpOffPtr || p.Op == ssa.OpAddPtr || p.Op == ssa.OpNilCheck || p.Op == ssa.OpCopy {
		p = p.Args[0]
	}
	return p.Op == ssa.OpResult
}

// maxRepeated is how many writes take the place of a copy.
const maxRepeated = 4

// repeatable tells whether what is written into the slot can be written elsewhere too.
func (u *slotUses) repeatable() bool {
	for _, w := range u.writes {
		if w.Op == ssa.OpMove {
			return false
		}
	}
	return len(u.writes) <= maxRepeated
}

// repeat writes what u was written in place of the Move c.
func (p *inPlacer) repeat(u *slotUses, c *ssa.Value) {
	b, dst := c.Block, c.Args[0]
	to := p.of[dst.ID].u
	var list []*ssa.Value
	for k, w := range u.writes {
		again := b.Detached(w.Op, ssa.Void, c.Pos, append([]*ssa.Value{dst}, w.Args[1:]...)...)
		again.AuxInt, again.Aux = w.AuxInt, w.Aux
		off := u.offs[k]
		switch {
		case w.Op == ssa.OpStore:
			again.AuxInt = off
		case off != 0:
			q := b.Detached(ssa.OpOffPtr, ssa.Ptr, c.Pos, dst)
			q.AuxInt = off
			p.grow()
			if to != nil {
				p.of[q.ID] = slotAt{to, p.of[dst.ID].off + off}
			}
			again.SetArg(0, q)
			list = append(list, q)
		}
		if to != nil {
			to.writes = append(to.writes, again)
		}
		list = append(list, again)
	}
	b.InsertAt(indexOf(b, c), list...)
	p.drop(c)
}

func (p *inPlacer) grow() { p.of = append(p.of, make([]slotAt, p.f.NumValues()-len(p.of))...) }

// drop removes a Move.
func (p *inPlacer) drop(move *ssa.Value) {
	if to := p.of[move.Args[0].ID].u; to != nil {
		to.writes = slices.DeleteFunc(to.writes, func(w *ssa.Value) bool { return w == move })
	}
	move.Reset(ssa.OpInvalid)
}

// sinkable tells whether everything that is written into u can be written immediately before user instead: to
// whole, if that is not empty. What is copied into u must be the same there, and not be part of whole.
func (p *inPlacer) sinkable(u *slotUses, user *ssa.Value, whole span) bool {
	b := user.Block
	p.analyse()
	isWrite := map[*ssa.Value]bool{}
	for _, w := range u.writes {
		if w.Block != b {
			return false
		}
		isWrite[w] = true
	}
	for _, v := range u.begins {
		if v.Block != b {
			return false
		}
	}
	var sources []span
	seen := 0
	for _, v := range b.Values {
		if v == user {
			break
		}
		if isWrite[v] {
			seen++
			if v.Op == ssa.OpMove {
				r := span{p.a.addr(v.Args[1]), v.AuxInt}
				if p.of[v.Args[1].ID].u == u || whole.n > 0 && p.a.overlap(r, whole, nil) {
					return false
				}
				sources = append(sources, r)
			}
			continue
		}
		if v.Op == ssa.OpVarDef && v.Aux == u.slot {
			if seen > 0 {
				return false
			}
			continue
		}
		for _, r := range u.reads {
			if r == v && r != user {
				return false
			}
		}
		for _, s := range sources {
			if p.changes(v, s) {
				return false
			}
		}
	}
	return seen == len(u.writes)
}

// sink moves what is written into u to the place before user, and to dst if that is not nil.
func (p *inPlacer) sink(u *slotUses, user, dst *ssa.Value, whole span) bool {
	if !p.sinkable(u, user, whole) {
		return false
	}
	b := user.Block
	isWrite := map[*ssa.Value]bool{}
	for _, w := range u.writes {
		isWrite[w] = true
	}
	var writes, addrs []*ssa.Value
	kept := make([]*ssa.Value, 0, len(b.Values))
	for _, v := range b.Values {
		switch {
		case isWrite[v]:
			writes = append(writes, v)
			continue
		case v == user:
			u.writes = writes
			if dst != nil {
				addrs = p.retarget(u, b, writes, dst)
			}
			kept = append(append(kept, addrs...), writes...)
		}
		kept = append(kept, v)
	}
	b.Values = kept
	return true
}

// retarget has writes into u write at dst; it returns the addresses that this takes.
func (p *inPlacer) retarget(u *slotUses, b *ssa.Block, writes []*ssa.Value, dst *ssa.Value) (addrs []*ssa.Value) {
	to := p.of[dst.ID].u
	for _, w := range writes {
		if to != nil {
			to.writes = append(to.writes, w)
		}
		off := p.of[w.Args[0].ID].off
		if w.Op == ssa.OpStore {
			w.AuxInt += off
			w.SetArg(0, dst)
			u.offs = append(u.offs, w.AuxInt)
			continue
		}
		u.offs = append(u.offs, off)
		if off == 0 {
			w.SetArg(0, dst)
			continue
		}
		q := b.Detached(ssa.OpOffPtr, ssa.Ptr, w.Pos, dst)
		q.AuxInt = off
		p.grow()
		if to != nil {
			p.of[q.ID] = slotAt{to, p.of[dst.ID].off + off}
		}
		addrs = append(addrs, q)
		w.SetArg(0, q)
	}
	return addrs
}
