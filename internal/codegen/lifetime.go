package codegen

import (
	"math/bits"
	"slices"

	"strata/internal/abi"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// Lifetimes of frame objects. An object with pointers is named by the stack maps of those calls only at which
// it is alive, and the prologue need not zero it, if every word with a pointer is proved to be written before
// each of these calls. All others are always named, and zeroed when the function is entered.
//
// Alive is what a later instruction on some way may access before the whole object is written anew or VarDef
// begins its next life. An object whose address is stored in another object of the frame is alive as long as that
// one is; so is one that an address in a map leads to, or an iterator, where the map lies in the frame. If its address went to other memory, or to a callee that does not give it back (ssa.Call.Lent), it is
// alive until the function returns or its next life begins.
//
// A function with deferred calls may be left at any instruction, and goes on with these calls and its recover block:
// the objects that they may access are always named.
type Lifetimes struct {
	slots []*ssa.Slot
	of    map[*ssa.Slot]int
	addrs [][]place // by value ID: where the value may be an address
	holds []slotSet // by object: those whose addresses are stored in it, or in these
	live  map[*ssa.Value]slotSet
	// By block ID.
	liveIn, leaked []slotSet
	written        [][]uint64 // by object: words with pointers that hold one
	inlineLimit    int64      // see target
	bad            slotSet
}

// A place is the number of an object that an address may lie in, or ^number if the address is that of an element of the map there.
// An element leads to no object that is followed: an address that is stored in one has leaked.
type place int32

// object is the object of the place.
func (p place) object() int { return int(max(p, ^p)) }

// isElement tells of the address of a map's element.
func (p place) isElement() bool { return p < 0 }

// slotSet is a set of numbers of objects.
type slotSet []uint64

func (s slotSet) has(i int) bool { return s[i>>6]>>(i&63)&1 != 0 }
func (s slotSet) add(i int)      { s[i>>6] |= 1 << (i & 63) }
func (s slotSet) drop(i int)     { s[i>>6] &^= 1 << (i & 63) }

func (s slotSet) union(t slotSet) (grew bool) {
	for i, w := range t {
		if w&^s[i] != 0 {
			s[i] |= w
			grew = true
		}
	}
	return grew
}

func (s slotSet) each(f func(i int)) {
	for k, w := range s {
		for ; w != 0; w &= w - 1 {
			f(k<<6 + bits.TrailingZeros64(w))
		}
	}
}

// ComputeLifetimes returns nil if nothing in f's frame has a lifetime of its own. Copies and zeroing beyond inlineLimit are calls.
func ComputeLifetimes(f *ssa.Func, inlineLimit int64) *Lifetimes {
	l := &Lifetimes{of: map[*ssa.Slot]int{}, inlineLimit: inlineLimit}
	l.candidates(f)
	if len(l.slots) == 0 {
		return nil
	}
	n := f.NumBlocks()
	l.addrs = make([][]place, f.NumValues())
	l.holds = make([]slotSet, len(l.slots))
	for i := range l.holds {
		l.holds[i] = l.newSet()
	}
	l.live = map[*ssa.Value]slotSet{}
	l.liveIn, l.leaked, l.written = make([]slotSet, n), make([]slotSet, n), make([][]uint64, n)
	l.bad = l.newSet()
	l.addresses(f)
	l.backward(f)
	l.forward(f)
	if f.Recover != nil {
		l.recovers(f)
	}
	return l
}

// recovers puts those objects under bad that deferred calls and the recover block may access. Records of deferred
// calls are not given back by the runtime.
func (l *Lifetimes) recovers(f *ssa.Func) {
	l.bad.union(l.liveIn[f.Recover.ID])
	for _, s := range f.OpenDeferSlots {
		if i := l.number(s); i >= 0 {
			l.bad.add(i)
			l.bad.union(l.holds[i])
		}
	}
	for _, leaked := range l.leaked {
		l.bad.union(leaked)
	}
}

func (l *Lifetimes) newSet() slotSet { return make(slotSet, (len(l.slots)+63)/64) }

func (l *Lifetimes) candidates(f *ssa.Func) {
	shown := map[*ssa.Slot]bool{} // to the debugger, which may look at any time
	for i := range f.Vars {
		shown[f.Vars[i].Slot] = true
	}
	for _, s := range f.Slots {
		if s.PtrMask != nil && s.Area == ssa.OwnPlace && !shown[s] {
			l.of[s] = len(l.slots)
			l.slots = append(l.slots, s)
		}
	}
}

// addresses finds which values are addresses in which objects, and which objects hold them.
func (l *Lifetimes) addresses(f *ssa.Func) {
	rpo := f.RPO()
	for again := true; again; {
		again = false
		for _, b := range rpo {
			for _, v := range b.Values {
				again = l.address(v) || again
				again = l.hold(v) || again
			}
		}
	}
}

// address brings what v may be an address in up to date and tells whether that grew.
func (l *Lifetimes) address(v *ssa.Value) (grew bool) {
	switch {
	case v.Op == ssa.OpLocalAddr:
		if i, ok := l.of[v.Aux.(*ssa.Slot)]; ok {
			grew = l.point(v, place(i))
		}
	case v.Op == ssa.OpResult && v.Type != ssa.Ptr:
		// Whether a lookup found its element is no address.
	case v.Op.Has(ssa.Derives):
		for _, a := range v.Args {
			for _, p := range l.addrs[a.ID] {
				grew = l.point(v, p) || grew
			}
		}
	case loads(v):
		for _, p := range l.addrs[v.Args[0].ID] {
			if !p.isElement() {
				l.holds[p].each(func(h int) { grew = l.point(v, place(h)) || grew })
			}
		}
	case lookedUp(v) != nil:
		for _, p := range l.addrs[lookedUp(v).ID] {
			grew = l.point(v, ^place(p.object())) || grew
			l.holds[p.object()].each(func(h int) { grew = l.point(v, ^place(h)) || grew })
		}
	}
	return grew
}

// lookedUp is the map in which v, a call, finds an element, or nil.
func lookedUp(v *ssa.Value) *ssa.Value {
	if v.Op == ssa.OpCall && rtcall.Has(v.Aux.(*ssa.Call).Known(), rtcall.HoldsElement) {
		return v.Args[1]
	}
	return nil
}

// iterates is the iterator that v starts for a map, or nil.
func iterates(v *ssa.Value) *ssa.Value {
	if v.Op == ssa.OpCall && v.Aux.(*ssa.Call).Known() == rtcall.MapIterStart {
		return v.Args[2]
	}
	return nil
}

// loads tells whether v is a pointer that was in memory.
func loads(v *ssa.Value) bool {
	switch v.Op {
	case ssa.OpLoad, ssa.OpAtomicLoad, ssa.OpAtomicXchg:
		return v.Type == ssa.Ptr
	}
	return false
}

// hold brings what the object that v writes holds up to date and tells whether that grew.
func (l *Lifetimes) hold(v *ssa.Value) (grew bool) {
	var at *ssa.Value
	switch v.Op {
	case ssa.OpStore, ssa.OpMove, ssa.OpMemCopy:
		at = v.Args[0]
	default:
		if at = iterates(v); at == nil {
			return false
		}
	}
	to := l.objectOf(at)
	if to < 0 {
		return false
	}
	copied := v.Op != ssa.OpStore && v.Op != ssa.OpCall // what is at the address, not the address
	for _, p := range l.addrs[v.Args[1].ID] {
		i := p.object()
		switch {
		case copied && p.isElement():
			continue
		case !copied && !l.holds[to].has(i):
			l.holds[to].add(i)
			grew = true
		}
		grew = l.holds[to].union(l.holds[i]) || grew
	}
	return grew
}

// objectOf returns the object that p is an address in for certain, or -1.
func (l *Lifetimes) objectOf(p *ssa.Value) int {
	for p.Op == ssa.OpOffPtr || p.Op == ssa.OpAddPtr || p.Op == ssa.OpCopy || p.Op == ssa.OpNilCheck {
		p = p.Args[0]
	}
	if p.Op != ssa.OpLocalAddr {
		return -1
	}
	return l.number(p.Aux.(*ssa.Slot))
}

// point notes that v may be an address at p.
func (l *Lifetimes) point(v *ssa.Value, p place) bool {
	if slices.Contains(l.addrs[v.ID], p) {
		return false
	}
	l.addrs[v.ID] = append(l.addrs[v.ID], p)
	return true
}

// leaks adds the objects whose addresses v hands on to where they are not followed.
func (l *Lifetimes) leaks(v *ssa.Value, leaked slotSet) {
	if v.Op.Has(ssa.Derives) {
		return
	}
	for k, a := range v.Args {
		if len(l.addrs[a.ID]) == 0 {
			continue
		}
		itself, content := l.hands(v, k)
		for _, p := range l.addrs[a.ID] {
			if itself {
				leaked.add(p.object())
			}
			if content && (itself || !p.isElement()) {
				leaked.union(l.holds[p.object()])
			}
		}
	}
}

// hands tells whether v hands on its argument k, an address, and what is held there.
func (l *Lifetimes) hands(v *ssa.Value, k int) (itself, content bool) {
	switch {
	case v.Op.IsCall():
		if v.Op != ssa.OpCall {
			k--
		}
		c := v.Aux.(*ssa.Call)
		if it := iterates(v); it != nil && k == 1 && l.objectOf(it) < 0 {
			return true, true // by the iterator, which may lie anywhere
		}
		if k < 0 && c.Lent.Has(ssa.LentContext) || k >= 0 && k < ssa.LentContext && c.Lent.Has(k) {
			return false, false
		}
		byValue := k >= 0 && k < len(c.ABI.In) && c.ABI.In[k].Class == abi.Mem
		return !byValue, true
	case v.Op == ssa.OpMove || v.Op == ssa.OpMemCopy:
		return k >= int(v.Op.Info().Access), k == 1 && l.objectOf(v.Args[0]) < 0
	case k < int(v.Op.Info().Access):
		return false, false
	case v.Op == ssa.OpStore && l.objectOf(v.Args[0]) >= 0:
		return false, false
	}
	return true, true
}

// number returns the number of slot s, -1 for none.
func (l *Lifetimes) number(s *ssa.Slot) int {
	if i, ok := l.of[s]; ok {
		return i
	}
	return -1
}

// begins returns the object whose life v starts, or -1.
func (l *Lifetimes) begins(v *ssa.Value) int {
	if v.Op == ssa.OpVarDef {
		return l.number(v.Aux.(*ssa.Slot))
	}
	return -1
}

// overwrites returns the object that v, which reads nothing of it, writes as a whole, or -1.
func (l *Lifetimes) overwrites(v *ssa.Value) int {
	if v.Op != ssa.OpZero && v.Op != ssa.OpMove {
		return -1
	}
	if i, off, n := l.target(v); i >= 0 && off == 0 && n >= l.slots[i].Size {
		return i
	}
	return -1
}

// results are the objects that a call writes as a whole when it returns.
func (l *Lifetimes) results(v *ssa.Value, report func(i int)) {
	call, ok := v.Aux.(*ssa.Call)
	if !ok {
		return
	}
	for _, s := range call.ResultSlots {
		if i := l.number(s); i >= 0 {
			report(i)
		}
	}
}

// mayCall tells whether a call may be made for v where memory up to a size is copied and cleared without.
func mayCall(v *ssa.Value, inlineLimit int64) bool {
	return v.Op.Has(ssa.CallOp) || (v.Op == ssa.OpMove || v.Op == ssa.OpZero) && v.AuxInt > inlineLimit
}

// backward finds what instructions behind a place access.
func (l *Lifetimes) backward(f *ssa.Func) {
	rpo := f.RPO()
	for again := true; again; {
		again = false
		for k := len(rpo) - 1; k >= 0; k-- {
			b := rpo[k]
			now := l.atEnd(b)
			for i := len(b.Values) - 1; i >= 0; i-- {
				v := b.Values[i]
				l.before(v, now)
				if mayCall(v, l.inlineLimit) {
					l.live[v] = append(l.live[v][:0], now...)
				}
			}
			if l.liveIn[b.ID] == nil {
				l.liveIn[b.ID] = l.newSet()
			}
			again = l.liveIn[b.ID].union(now) || again
		}
	}
}

// before changes now from what is alive behind v to what is in front of it.
func (l *Lifetimes) before(v *ssa.Value, now slotSet) {
	if o := l.begins(v); o >= 0 {
		now.drop(o)
	}
	l.results(v, now.drop)
	args := v.Args
	if o := l.overwrites(v); o >= 0 {
		now.drop(o)
		args = args[1:]
	}
	if v.Op == ssa.OpPhi {
		return // its arguments are used at the ends of the predecessors
	}
	for _, a := range args {
		l.use(a, now)
	}
}

// use adds what may be accessed by way of a.
func (l *Lifetimes) use(a *ssa.Value, now slotSet) {
	for _, p := range l.addrs[a.ID] {
		now.add(p.object())
		now.union(l.holds[p.object()])
	}
}

func (l *Lifetimes) atEnd(b *ssa.Block) slotSet {
	now := l.newSet()
	for i, s := range b.Succs {
		if in := l.liveIn[s.ID]; in != nil {
			now.union(in)
		}
		k := b.PredIndex(i)
		for _, phi := range s.Values {
			if phi.Op != ssa.OpPhi {
				break
			}
			l.use(phi.Args[k], now)
		}
	}
	for _, c := range b.Controls {
		l.use(c, now)
	}
	return now
}

// forward finds whose address has gone elsewhere and which words are written, completes the sets of what is
// alive, and checks them.
func (l *Lifetimes) forward(f *ssa.Func) {
	rpo := f.RPO()
	l.bad.union(l.liveIn[f.Entry.ID]) // read before written: it counts on zeros
	for again := true; again; {
		again = false
		for _, b := range rpo {
			if l.enter(f, b) {
				again = true
			}
		}
	}
	for _, b := range rpo {
		leaked, written := l.atStart(f, b)
		l.walk(b, leaked, written, true)
	}
}

// enter brings the state at the end of b up to date and tells whether it changed.
func (l *Lifetimes) enter(f *ssa.Func, b *ssa.Block) bool {
	leaked, written := l.atStart(f, b)
	l.walk(b, leaked, written, false)
	old := l.written[b.ID]
	changed := old == nil || l.leaked[b.ID].union(leaked)
	for i := range old {
		changed = changed || old[i] != written[i]
	}
	l.leaked[b.ID], l.written[b.ID] = leaked, written
	return changed
}

// atStart joins the predecessors: leaked on some way, written on all.
func (l *Lifetimes) atStart(f *ssa.Func, b *ssa.Block) (leaked slotSet, written []uint64) {
	leaked, written = l.newSet(), make([]uint64, len(l.slots))
	if b == f.Entry {
		return leaked, written
	}
	for i := range written {
		written[i] = ^uint64(0)
	}
	for _, p := range b.Preds {
		if l.written[p.ID] == nil {
			continue
		}
		leaked.union(l.leaked[p.ID])
		for i, w := range l.written[p.ID] {
			written[i] &= w
		}
	}
	return leaked, written
}

func (l *Lifetimes) walk(b *ssa.Block, leaked slotSet, written []uint64, final bool) {
	for _, v := range b.Values {
		if o := l.begins(v); o >= 0 {
			leaked.drop(o)
			written[o] = 0
			continue
		}
		l.leaks(v, leaked)
		if final && mayCall(v, l.inlineLimit) {
			l.check(v, leaked, written)
		}
		l.writes(v, written)
	}
}

// check completes what is alive at v and finds objects that are not fully written there.
func (l *Lifetimes) check(v *ssa.Value, leaked slotSet, written []uint64) {
	live := l.live[v]
	live.union(leaked)
	for i, s := range l.slots {
		if all := pointerWords(s); live.has(i) && written[i]&all != all {
			l.bad.add(i)
		}
	}
}

// pointerWords has a bit for each word of s that holds a pointer. Of a large object all words are one bit.
func pointerWords(s *ssa.Slot) (bits uint64) {
	if s.Size > 64*8 {
		return 1
	}
	for i, m := range s.PtrMask {
		bits |= uint64(m) << (8 * i)
	}
	return bits
}

// target returns the object at a known place of which v writes n bytes from off on, or -1.
func (l *Lifetimes) target(v *ssa.Value) (i int, off, n int64) {
	switch v.Op {
	case ssa.OpStore:
		off, n = v.AuxInt, v.Args[1].Type.Size()
	case ssa.OpZero, ssa.OpMove:
		n = v.AuxInt
	default:
		return -1, 0, 0
	}
	p := v.Args[0]
	for p.Op == ssa.OpOffPtr || p.Op == ssa.OpCopy || p.Op == ssa.OpNilCheck {
		if p.Op == ssa.OpOffPtr {
			off += p.AuxInt
		}
		p = p.Args[0]
	}
	if p.Op != ssa.OpLocalAddr {
		return -1, 0, 0
	}
	return l.number(p.Aux.(*ssa.Slot)), off + p.AuxInt, n
}

// writes notes what v writes.
func (l *Lifetimes) writes(v *ssa.Value, written []uint64) {
	l.results(v, func(i int) { written[i] = ^uint64(0) })
	i, off, n := l.target(v)
	if i < 0 {
		return
	}
	if s := l.slots[i]; s.Size > 64*8 {
		if off == 0 && n >= s.Size {
			written[i] = ^uint64(0)
		}
		return
	}
	for w := (max(off, 0) + 7) / 8; (w+1)*8 <= off+n && w < 64; w++ {
		written[i] |= 1 << w
	}
}

// always tells whether the maps name s at every call.
func (l *Lifetimes) always(s *ssa.Slot) bool {
	if l == nil {
		return true
	}
	i, ok := l.of[s]
	return !ok || l.bad.has(i)
}

// At lists the objects, besides those always named, that are alive during the call made for v.
func (l *Lifetimes) At(v *ssa.Value) (list []*ssa.Slot) {
	if l == nil {
		return nil
	}
	live, ok := l.live[v]
	if !ok {
		panic("codegen: no lifetimes at a call")
	}
	for i, s := range l.slots {
		if live.has(i) && !l.bad.has(i) {
			list = append(list, s)
		}
	}
	return list
}
