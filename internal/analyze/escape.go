package analyze

import (
	"math/bits"
	"slices"

	"strata/internal/ssa"
	"strata/internal/typedesc"
)

// Escape analysis on SSA: an inclusion-based points-to analysis (Andersen,
// 1994), insensitive to fields and order, over the objects that a function
// allocates and the memory behind its parameters. An Alloc whose object is not
// reachable from the heap, from a result, or from memory of the caller gets a
// frame slot, provided no two instances that one slot would stand for are alive at once (see lifetimes).
//
// Laws:
//   - pts(v) covers every object that pointer value v may point into.
//   - heap (object 0) stands for all memory that outlives the call and all that
//     is not known; what is stored there escapes, and so does all that it points to.
//   - integers, and memory of types without pointers, carry no pointers; a pointer made from an integer points to the heap.

// maxObjects bounds the analysis: beyond it, everything stays on the heap.
const maxObjects = 1500

// maxStackObject is the largest object placed in a frame, in bytes.
const maxStackObject = 64 << 10

type set []uint64

func (s set) has(i int) bool { return s[i>>6]>>(i&63)&1 != 0 }

// add puts i into s and tells whether it is new.
func (s set) add(i int) bool {
	old := s[i>>6]
	s[i>>6] = old | 1<<(i&63)
	return s[i>>6] != old
}

// union puts t into s and tells whether s grew.
func (s set) union(t set) bool {
	grew := false
	for i, w := range t {
		if n := s[i] | w; n != s[i] {
			s[i] = n
			grew = true
		}
	}
	return grew
}

func (s set) each(f func(i int)) {
	for k, w := range s {
		for ; w != 0; w &= w - 1 {
			f(k<<6 + bits.TrailingZeros64(w))
		}
	}
}

const heap = 0

// escapes is the state of one function's analysis.
type escapes struct {
	p       *Program
	n       *node
	f       *ssa.Func
	words   int
	pts     []set        // by value ID; nil: empty
	content []set        // by object
	allocs  []*ssa.Value // object → Alloc, nil for others
	slots   map[*ssa.Slot]int
	objOf   map[*ssa.Value]int
	params  int // objects of parameter component i: params+Levels*i what it points to, then what that points to, and so on, the last for all behind; context last
	nparams int
	hidden  set   // objects whose address has become an integer
	outside []int // objects that have their memory in the frame or on the heap, as is decided when the program runs
	written set   // objects that are written to, by this function or one that it calls
	changed bool

	reports bool               // causes are wanted, and objects that only reports show
	shown   int                // objects from here on to params are those
	cause   []cause            // by object
	at      *ssa.Value         // the operation at work
	writers map[int]*ssa.Block // see writtenBy
}

// flows gives the summary of n's function.
func (p *Program) flows(n *node) *Summary {
	e := &escapes{p: p, n: n, f: n.f}
	if !e.run() {
		return unknownSummary(n.f)
	}
	return e.summary()
}

// decide gives the summary of n's function and marks its Allocs.
func (p *Program) decide(n *node) *Summary {
	e := &escapes{p: p, n: n, f: n.f, reports: n.report != nil}
	if !e.run() {
		if n.report != nil {
			p.fill(n, nil)
		}
		return unknownSummary(n.f)
	}
	e.decide()
	if n.report != nil {
		p.fill(n, e)
	}
	return e.summary()
}

// run solves the points-to equations; false if nothing can be told.
func (e *escapes) run() bool {
	if e.p.cfg.NoEscape || !e.number() {
		return false
	}
	f := e.f
	for {
		e.changed = false
		for _, b := range f.RPO() {
			for _, v := range b.Values {
				e.at = v
				e.value(v)
			}
			if b.Kind == ssa.BlockTailCall {
				for _, c := range b.Controls {
					e.leak(e.of(c))
				}
			}
		}
		e.closeHeap()
		if !e.changed {
			break
		}
	}
	e.returnsLeak()
	e.lifetimes()
	return true
}

func unknownSummary(f *ssa.Func) *Summary {
	s := &Summary{In: make([]Flow, len(f.ABI.In)), Context: leaks}
	for i := range s.In {
		s.In[i] = leaks
	}
	return s
}

// number gives objects their numbers; false if there are too many.
func (e *escapes) number() bool {
	e.slots, e.objOf = map[*ssa.Slot]int{}, map[*ssa.Value]int{}
	e.allocs = []*ssa.Value{nil}
	for _, b := range e.f.Blocks {
		for _, v := range b.Values {
			switch v.Op {
			case ssa.OpAlloc:
				e.objOf[v] = len(e.allocs)
				e.allocs = append(e.allocs, v)
			case ssa.OpCall:
				if placeable(v) {
					if mayBeLarge(v) {
						e.outside = append(e.outside, len(e.allocs))
					}
					e.objOf[v] = len(e.allocs)
					e.allocs = append(e.allocs, v)
				}
			case ssa.OpLocalAddr:
				s := v.Aux.(*ssa.Slot)
				if _, ok := e.slots[s]; !ok {
					e.slots[s] = len(e.allocs)
					e.allocs = append(e.allocs, nil)
				}
			}
		}
	}
	e.shown = len(e.allocs)
	if e.reports {
		e.track()
	}
	e.params = len(e.allocs)
	e.nparams = len(e.f.ABI.In) + 1
	total := e.params + Levels*e.nparams
	if total > maxObjects {
		return false
	}
	e.words = (total + 63) / 64
	e.pts = make([]set, e.f.NumValues())
	e.content = make([]set, total)
	e.hidden = make(set, e.words)
	e.written = make(set, e.words)
	if e.reports {
		e.cause = make([]cause, total)
	}
	for i := range e.content {
		e.content[i] = make(set, e.words)
	}
	e.content[heap].add(heap)
	// What lies on the heap in any case lets escape what is stored into it.
	for o, a := range e.allocs {
		if a == nil || a.Op != ssa.OpAlloc {
			continue
		}
		if info := a.Aux.(*ssa.AllocInfo); info.Heap || info.Mem.Size > maxStackObject {
			e.content[heap].add(o)
			e.because(o, cause{what: "too large for the stack"})
		}
	}
	// A map's header leads to its first group, which lies beside it.
	for o, a := range e.allocs {
		if a != nil && makesMap(a) {
			e.content[o].add(o)
		}
	}
	for i := 0; i < e.nparams; i++ {
		p := e.param(i)
		for level := range Levels {
			e.content[p+level].add(p + min(level+1, Levels-1))
		}
	}
	return true
}

// param is the object of what parameter component i points to.
func (e *escapes) param(i int) int { return e.params + Levels*i }

// of returns pts(v) for reading.
func (e *escapes) of(v *ssa.Value) set {
	if int(v.ID) >= len(e.pts) {
		return nil // an address that decide put in
	}
	return e.pts[v.ID]
}

func (e *escapes) flow(to *ssa.Value, from set) {
	if from == nil {
		return
	}
	if e.pts[to.ID] == nil {
		e.pts[to.ID] = make(set, e.words)
	}
	if e.pts[to.ID].union(from) {
		e.changed = true
	}
}

func (e *escapes) points(v *ssa.Value, obj int) {
	if e.pts[v.ID] == nil {
		e.pts[v.ID] = make(set, e.words)
	}
	if e.pts[v.ID].add(obj) {
		e.changed = true
	}
}

// leak makes every object of s reachable from the heap.
func (e *escapes) leak(s set) {
	if s == nil {
		return
	}
	if e.reports {
		e.causes(s, cause{by: e.at})
	}
	if e.content[heap].union(s) {
		e.changed = true
	}
}

// because notes why object o escapes.
func (e *escapes) because(o int, c cause) {
	if e.reports {
		e.cause[o] = c
	}
}

// causes notes why the objects of s escape that have not escaped before.
func (e *escapes) causes(s set, c cause) {
	s.each(func(o int) {
		if !e.content[heap].has(o) {
			e.cause[o] = c
		}
	})
}

// track gives numbers to the objects that only reports show.
func (e *escapes) track() {
	for _, b := range e.f.Blocks {
		for _, v := range b.Values {
			if tracked(v) && len(e.allocs)+2*len(e.f.ABI.In) < maxObjects/2 {
				e.objOf[v] = len(e.allocs)
				e.allocs = append(e.allocs, v)
			}
		}
	}
}

// contents returns the union of what the objects of s hold.
func (e *escapes) contents(s set) set {
	if s == nil {
		return nil
	}
	out := make(set, e.words)
	s.each(func(o int) { out.union(e.content[o]) })
	return out
}

// store makes every object of addr hold every object of val. What lies behind
// parameters belongs to the caller: storing there lets the value escape, unless
// it was read from there, as in b.buf = b.buf[:n].
func (e *escapes) store(addr, val set) {
	if addr == nil || val == nil {
		return
	}
	addr.each(func(o int) {
		switch {
		case o >= e.params && (o-e.params)%Levels == 0:
			rest := slices.Clone(val)
			rest[(o+1)>>6] &^= 1 << ((o + 1) & 63)
			e.leak(rest)
		case o == heap || o >= e.params:
			e.leak(val)
		case e.content[o].union(val):
			e.changed = true
		}
	})
}

func (e *escapes) value(v *ssa.Value) {
	if v.Op.Has(ssa.Writes) && !v.Op.IsCall() {
		e.writes(e.of(v.Args[0]))
	}
	switch v.Op {
	case ssa.OpAlloc:
		e.points(v, e.objOf[v])
	case ssa.OpLocalAddr:
		e.points(v, e.slots[v.Aux.(*ssa.Slot)])
	case ssa.OpArg:
		if v.Type == ssa.Ptr {
			e.points(v, e.param(int(v.AuxInt)))
		}
	case ssa.OpArgAddr:
		e.argAddr(v)
	case ssa.OpClosurePtr:
		e.points(v, e.param(e.nparams-1))
	case ssa.OpGlobalAddr, ssa.OpGetG, ssa.OpCallerSP, ssa.OpSP:
		e.points(v, heap)
		if o, ok := e.objOf[v]; ok {
			e.points(v, o)
		}
	case ssa.OpIntToPtr: // unsafe.Pointer(uintptr(p) + n) points where p does
		e.points(v, heap)
		if v.AuxInt == 0 {
			e.flow(v, e.address(v.Args[0]))
		}
	case ssa.OpPhi, ssa.OpCopy, ssa.OpOffPtr, ssa.OpAddPtr, ssa.OpNilCheck, ssa.OpAdd, ssa.OpSub, ssa.OpAnd:
		if v.Type == ssa.Ptr {
			for _, a := range v.Args {
				e.flow(v, e.of(a))
			}
		}
	case ssa.OpSelect:
		e.flow(v, e.of(v.Args[1]))
		e.flow(v, e.of(v.Args[2]))
	case ssa.OpLoad:
		if v.Type == ssa.Ptr {
			e.flow(v, e.contents(e.of(v.Args[0])))
		} else {
			e.readIntegers(v.Args[0], v.Type.Size())
		}
	case ssa.OpPtrToInt:
		e.hide(e.of(v.Args[0]))
	case ssa.OpAtomicLoad:
		if v.Type == ssa.Ptr {
			e.flow(v, e.contents(e.of(v.Args[0])))
		}
	case ssa.OpStore:
		e.storeValue(v)
	case ssa.OpMove:
		if v.Aux.(*ssa.MemType).HasPointers() {
			e.store(e.of(v.Args[0]), e.contents(e.of(v.Args[1])))
		} else {
			e.readIntegers(v.Args[1], v.AuxInt)
		}
	case ssa.OpMemCopy: // of elements without pointers
		e.readIntegers(v.Args[1], unknownSize)
	case ssa.OpAtomicStore, ssa.OpAtomicXchg, ssa.OpAtomicCAS, ssa.OpAtomicAnd, ssa.OpAtomicOr:
		for _, a := range v.Args[1:] {
			if a.Type == ssa.Ptr {
				e.leak(e.of(a))
			}
		}
		if v.Type == ssa.Ptr {
			e.points(v, heap)
		}
	case ssa.OpCall, ssa.OpClosureCall, ssa.OpInterCall:
		e.call(v)
	case ssa.OpResult:
		e.result(v)
	case ssa.OpWBPtr:
		e.leak(e.of(v.Args[0]))
	}
}

// address returns what an integer made from a pointer by sums, differences and
// masks points to: package unsafe allows these in one expression.
func (e *escapes) address(v *ssa.Value) set {
	switch v.Op {
	case ssa.OpPtrToInt:
		return e.of(v.Args[0])
	case ssa.OpAdd, ssa.OpSub, ssa.OpAnd:
		out := make(set, e.words)
		for _, a := range v.Args {
			out.union(e.address(a))
		}
		return out
	}
	return nil
}

// argAddr gives the address of a parameter in memory its parameter's object.
func (e *escapes) argAddr(v *ssa.Value) {
	for i := range e.f.ABI.In {
		c := &e.f.ABI.In[i]
		if c.Reg < 0 && c.Off <= v.AuxInt && v.AuxInt < c.Off+max(c.Size, 1) {
			e.points(v, e.param(i))
			return
		}
	}
	e.points(v, heap)
}

// storeValue handles a store; code stored into a closure object tells what the
// closure's body does with what the object holds.
func (e *escapes) storeValue(v *ssa.Value) {
	addr, val := v.Args[0], v.Args[1]
	if val.Op == ssa.OpFuncAddr {
		e.closureBody(val.Aux.(string), e.of(addr))
		return
	}
	if val.Type == ssa.Ptr && !selfStore(addr, val) {
		e.store(e.of(addr), e.of(val))
	}
}

// closureBody applies what function sym does with its context to the closure objects in s.
func (e *escapes) closureBody(sym string, s set) {
	if s == nil {
		return
	}
	ctx := leaks
	if n := e.p.lookup(e.n, sym); n != nil {
		ctx = n.sum.Context
	}
	// A call that cannot be resolved hands out what the body returns.
	for level, to := range ctx.To {
		if to != 0 {
			ctx.Heap |= 1 << level
		}
	}
	e.apply(ctx, s)
	e.filled(s)
}

// filled lets the objects that a callee can reach through s hold pointers to the heap: it may have stored them there.
func (e *escapes) filled(s set) {
	fill := func(o int) {
		if o != heap && o < e.params && e.content[o].add(heap) {
			e.changed = true
		}
	}
	s.each(fill)
	e.deep(s).each(fill)
}

func (e *escapes) apply(fl Flow, s set) {
	if s == nil {
		return
	}
	if level := fl.HeapLevel(); level >= 0 {
		e.leak(e.level(s, level))
	}
	if fl.Hidden {
		e.hide(s)
		e.hide(e.deep(s))
	}
	switch {
	case fl.Heap&1 != 0 || fl.Writes == 0: // what is on the heap may be written to by anybody
	case fl.Writes == everyLevel:
		e.writes(s)
		e.writes(e.deep(s))
	default:
		for level := range Levels {
			if fl.Writes>>level&1 != 0 {
				e.writes(e.level(s, level))
			}
		}
	}
}

// writes notes that the objects of s are written to.
func (e *escapes) writes(s set) {
	if s != nil && e.written.union(s) {
		e.changed = true
	}
}

func (e *escapes) call(v *ssa.Value) {
	args := v.Args[argBase(v):]
	in, _, known := e.p.flowsOf(e.n, v)
	comps := v.Aux.(*ssa.Call).ABI.In
	for i, a := range args {
		s := e.of(a)
		if s == nil {
			continue
		}
		fl := leaks
		if known {
			fl = in[i]
		}
		if isMem(comps[i].Class) && fl.Heap&1 != 0 { // a is the address of what is copied: that stays, what is read through it leaks
			fl.Heap = fl.Heap&^1 | 1<<1
		}
		e.apply(fl, s)
		e.filled(s)
	}
	e.resultSlots(v.Aux.(*ssa.Call), args, in, known)
	// The context of a closure call needs nothing: what the body does with it was
	// applied where the closure was made. Integers made from pointers for system calls keep their objects on the heap.
	if call := v.Aux.(*ssa.Call); call.UintptrEscapes {
		for _, a := range args {
			if a.Op == ssa.OpPtrToInt {
				e.leak(e.of(a.Args[0]))
			}
		}
	}
}

// resultSlots lets results in memory hold pointers to the heap and to all that
// arguments may hand on.
func (e *escapes) resultSlots(call *ssa.Call, args []*ssa.Value, in []Flow, known bool) {
	for _, slot := range call.ResultSlots {
		o, ok := e.slots[slot]
		if !ok || slot.PtrMask == nil {
			continue
		}
		if e.content[o].add(heap) {
			e.changed = true
		}
		for i, a := range args {
			if s := e.of(a); known && s != nil && e.content[o].union(e.handedOn(s, &in[i], ^uint64(0))) {
				e.changed = true
			}
		}
	}
}

// result gives a call's pointer result what may flow into it.
func (e *escapes) result(v *ssa.Value) {
	if v.Type != ssa.Ptr {
		return
	}
	call := v.Args[0]
	if o, ok := e.objOf[call]; ok {
		e.points(v, o)
		if o < e.shown {
			return
		}
	}
	e.points(v, heap)
	if !call.Op.IsCall() {
		return
	}
	in, ctx, known := e.p.flowsOf(e.n, call)
	if !known {
		return // every argument escaped: heap covers them
	}
	bit := uint64(1) << min(v.AuxInt, 63)
	for i, a := range call.Args[argBase(call):] {
		s := e.of(a)
		if s == nil {
			continue
		}
		e.flow(v, e.handedOn(s, &in[i], bit))
	}
	if call.Op == ssa.OpClosureCall {
		if s := e.of(call.Args[0]); s != nil {
			e.flow(v, e.handedOn(s, &ctx, bit))
		}
	}
}

// level returns the objects that so many dereferences from a pointer into s lead to, or to the last level more.
func (e *escapes) level(s set, n int) set {
	for range n {
		s = e.contents(s)
	}
	if n == Levels-1 {
		s = slices.Clone(s)
		s.union(e.deep(s))
	}
	return s
}

// handedOn returns the objects that results of mask may point to when the argument points into s.
func (e *escapes) handedOn(s set, fl *Flow, mask uint64) set {
	out := make(set, e.words)
	for level, to := range fl.To {
		if to&mask != 0 {
			out.union(e.level(s, level))
		}
	}
	return out
}

// deep returns all objects reachable from the contents of s.
func (e *escapes) deep(s set) set {
	if s == nil {
		return nil
	}
	out := e.contents(s)
	for {
		if !out.union(e.contents(out)) {
			return out
		}
	}
}

// closeHeap lets everything that an escaped object holds escape too.
func (e *escapes) closeHeap() {
	h := e.content[heap]
	for grew := true; grew; {
		grew = false
		hold := func(o int) {
			if e.reports {
				e.causes(e.content[o], cause{holder: o})
			}
			if h.union(e.content[o]) {
				grew = true
				e.changed = true
			}
		}
		h.each(hold)
		// Nothing on the heap may point into a stack.
		for _, o := range e.outside {
			hold(o)
		}
	}
	// What is stored into escaped objects escapes as well: their contents are the heap's.
	h.each(func(o int) {
		if o != heap && e.content[o].add(heap) {
			e.changed = true
		}
	})
}

// returned is what result component i points to when its control is c. Of a result in memory, c is the address.
func (e *escapes) returned(i int, c *ssa.Value) set {
	out := &e.f.ABI.Out[i]
	if !isMem(out.Class) {
		return e.of(c)
	}
	if t := e.f.ABI.Results[out.Param].Type; t != nil && !(typedesc.Layout{}).HasPointers(t) {
		return nil
	}
	return e.contents(e.of(c))
}

// returnsLeak lets local objects in results escape; parameters in results are told by the summary.
func (e *escapes) returnsLeak() {
	for {
		e.changed = false
		for _, b := range e.f.Blocks {
			if b.Kind != ssa.BlockRet || !e.f.Reachable(b) {
				continue
			}
			for i, c := range b.Controls {
				if s := e.returned(i, c); s != nil {
					s.each(func(o int) {
						if o < e.params && e.content[heap].add(o) {
							e.because(o, cause{ret: b})
							e.changed = true
						}
					})
				}
			}
		}
		e.closeHeap()
		if !e.changed {
			return
		}
	}
}

// decide marks the Allocs that stay in the frame.
func (e *escapes) decide() {
	for o, a := range e.allocs[:e.shown] {
		if a == nil {
			continue
		}
		if a.Op == ssa.OpCall {
			switch {
			case e.content[heap].has(o):
			case e.shares(o, a):
				share(e.f, a)
			default:
				e.place(a)
			}
			continue
		}
		info := a.Aux.(*ssa.AllocInfo)
		info.OnStack = !info.Heap && !e.content[heap].has(o) && info.Mem.Size <= maxStackObject
	}
	e.lend()
}

func (e *escapes) summary() *Summary {
	s := &Summary{Context: e.paramFlow(e.nparams - 1)}
	if e.f.Pragma&ssa.NoEscape != 0 { // an entry into assembly
		s.In = promised(e.f.ABI, e.nparams-1)
		return s
	}
	for i := range e.nparams - 1 {
		s.In = append(s.In, e.paramFlow(i))
	}
	return s
}

func (e *escapes) paramFlow(i int) Flow {
	p := e.param(i)
	h := e.content[heap]
	var fl Flow
	for level := range Levels {
		if h.has(p + level) {
			fl.Heap |= 1 << level
		}
		fl.Hidden = fl.Hidden || e.hidden.has(p+level)
		if e.written.has(p + level) {
			fl.Writes |= 1 << level
		}
	}
	for _, b := range e.f.Blocks {
		if b.Kind != ssa.BlockRet || !e.f.Reachable(b) {
			continue
		}
		for r, c := range b.Controls {
			s := e.returned(r, c)
			if s == nil {
				continue
			}
			bit := uint64(1) << min(r, 63)
			for level := range Levels {
				if s.has(p + level) {
					fl.To[level] |= bit
				}
			}
		}
	}
	return fl
}
