package opt

import (
	"strata/internal/abi"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// Alias analysis over bases: an address is a pointer value plus a constant, and
// belongs to an object. Objects that are made in the function and whose
// address is used for nothing but access are disjoint from all other memory;
// different variables are disjoint from each other. Types play no part.

// objKind says what is known of the object that a pointer points into.
type objKind uint8

const (
	anyObject objKind = iota // some memory, perhaps an escaped local object
	oldObject                // memory that existed before the call: pointers that came as arguments
	varObject                // a global variable, or the argument area
	newObject                // a slot or an Alloc of this function
)

// addr is an analysed address.
type addr struct {
	base int32 // number of the pointer that the constant is added to
	root int32 // number of the pointer that all arithmetic started from: stands for the object
	off  int64
}

// aliases knows the addresses of one function. Values made later are unknown to it.
type aliases struct {
	f       *ssa.Func
	of      []addr // by value ID; base 0: not analysed yet
	kind    []objKind
	escaped []bool  // by root: a newObject or varObject whose address flows on
	size    []int64 // by root: size of a newObject
	slots   map[*ssa.Slot]int32
	globals map[string]int32
}

func newAliases(f *ssa.Func) *aliases {
	a := &aliases{f: f, of: make([]addr, f.NumValues()), slots: map[*ssa.Slot]int32{}, globals: map[string]int32{}}
	a.root(anyObject, 0) // number 0 means none
	a.escapes()
	return a
}

func (a *aliases) root(k objKind, size int64) int32 {
	a.kind = append(a.kind, k)
	a.escaped = append(a.escaped, false)
	a.size = append(a.size, size)
	return int32(len(a.kind) - 1)
}

// addr analyses pointer v.
func (a *aliases) addr(v *ssa.Value) addr {
	if int(v.ID) >= len(a.of) {
		a.of = append(a.of, make([]addr, a.f.NumValues()-len(a.of))...)
	}
	if r := a.of[v.ID]; r.base != 0 {
		return r
	}
	r := a.analyse(v)
	a.of[v.ID] = r
	return r
}

func (a *aliases) analyse(v *ssa.Value) addr {
	switch v.Op {
	case ssa.OpCopy, ssa.OpNilCheck:
		return a.addr(v.Args[0])
	case ssa.OpOffPtr:
		r := a.addr(v.Args[0])
		r.off += v.AuxInt
		return r
	case ssa.OpAddPtr:
		return addr{base: a.root(anyObject, 0), root: a.addr(v.Args[0]).root}
	case ssa.OpLocalAddr:
		n := a.slot(v.Aux.(*ssa.Slot))
		return addr{n, n, v.AuxInt}
	case ssa.OpGlobalAddr:
		n := a.global(v.Aux.(string))
		return addr{n, n, v.AuxInt}
	case ssa.OpArgAddr, ssa.OpCallerSP: // the argument area
		n := a.global("")
		return addr{n, n, v.AuxInt}
	case ssa.OpAlloc:
		n := a.root(newObject, v.Aux.(*ssa.AllocInfo).Mem.Size)
		return addr{n, n, 0}
	case ssa.OpResult:
		if c, ok := v.Args[0].Aux.(*ssa.Call); ok && rtcall.Has(c.Known(), rtcall.Fresh) {
			n := a.root(newObject, 1<<40)
			return addr{n, n, 0}
		}
	case ssa.OpArg, ssa.OpClosurePtr:
		n := a.root(oldObject, 0)
		return addr{n, n, 0}
	}
	n := a.root(anyObject, 0)
	return addr{n, n, 0}
}

func (a *aliases) slot(s *ssa.Slot) int32 {
	n, ok := a.slots[s]
	if !ok {
		n = a.root(newObject, s.Size)
		a.slots[s] = n
	}
	return n
}

func (a *aliases) global(sym string) int32 {
	n, ok := a.globals[sym]
	if !ok {
		n = a.root(varObject, 0)
		a.globals[sym] = n
		a.escaped[n] = sym != "" // other functions know it
	}
	return n
}

// accessArgs is how many leading arguments of an op are addresses it only accesses, or derives one from that is followed.
func accessArgs(op ssa.Op) int {
	switch op {
	case ssa.OpOffPtr, ssa.OpAddPtr, ssa.OpNilCheck, ssa.OpCopy:
		return 1
	}
	return int(op.Info().Access)
}

// escapes finds the objects whose addresses are used for more than access.
func (a *aliases) escapes() {
	for _, b := range a.f.Blocks {
		for _, v := range b.Values {
			a.eachEscape(v, func(root int32) { a.escaped[root] = true })
		}
		for _, c := range b.Controls {
			if c.Type == ssa.Ptr {
				a.escaped[a.addr(c).root] = true
			}
		}
	}
	if s := a.f.OpenDeferBits; s != nil {
		a.escaped[a.slot(s)] = true
	}
	for _, s := range a.f.OpenDeferSlots {
		a.escaped[a.slot(s)] = true
	}
	a.recovered()
}

// eachEscape reports the objects that v lets escape.
func (a *aliases) eachEscape(v *ssa.Value, report func(root int32)) {
	for i, x := range v.Args {
		if x.Type != ssa.Ptr || i < accessArgs(v.Op) || v.Op.IsCall() && passedByValue(v, i) {
			continue
		}
		report(a.addr(x).root)
	}
}

// passedByValue tells whether the i-th argument of a call is the address of a
// value that the call copies.
func passedByValue(v *ssa.Value, i int) bool {
	c := v.Aux.(*ssa.Call)
	if v.Op != ssa.OpCall {
		i--
	}
	return c.ABI != nil && i >= 0 && i < len(c.ABI.In) && c.ABI.In[i].Class == abi.Mem
}

// recovered treats objects that the code behind a recovered panic uses as
// known to everybody: any call or check may lead there.
func (a *aliases) recovered() {
	r := a.f.Recover
	if r == nil {
		return
	}
	seen := map[*ssa.Block]bool{r: true}
	for work := []*ssa.Block{r}; len(work) > 0; {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		for _, v := range b.Values {
			for _, x := range v.Args {
				if x.Type == ssa.Ptr {
					a.escaped[a.addr(x).root] = true
				}
			}
		}
		for _, s := range b.Succs {
			if !seen[s] {
				seen[s] = true
				work = append(work, s)
			}
		}
	}
}

// private tells whether only this function's own accesses reach the object.
func (a *aliases) private(root int32) bool {
	return a.kind[root] >= varObject && !a.escaped[root]
}

// span is a range of bytes.
type span struct {
	addr
	n int64 // unknownSize: to an unknown end
}

const unknownSize = 1 << 50

// overlap tells whether two ranges may share a byte. fresh objects, though they escape somewhere, have not done so yet.
func (a *aliases) overlap(x, y span, fresh []int32) bool {
	if x.base == y.base {
		return x.off < y.off+y.n && y.off < x.off+x.n
	}
	if x.root == y.root {
		return true
	}
	kx, ky := a.kind[x.root], a.kind[y.root]
	switch {
	case kx >= varObject && ky >= varObject: // different variables
		return false
	case a.private(x.root) || a.private(y.root):
		return false
	case kx == newObject && ky == oldObject || kx == oldObject && ky == newObject:
		return false
	case kx == newObject && contains(fresh, x.root) || ky == newObject && contains(fresh, y.root):
		return false
	}
	return true
}

func contains(list []int32, x int32) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// effect is what an op does to memory.
type effect struct {
	reads, writes       []span // known ranges
	readsAll, writesAll bool   // everything that is not private
	panics              bool   // may leave the function: what others can see must be in memory
}

// effectOf describes v; the spans are valid until the next call.
func (a *aliases) effectOf(v *ssa.Value, e *effect) {
	*e = effect{reads: e.reads[:0], writes: e.writes[:0]}
	info := v.Op.Info()
	for _, m := range info.Mem {
		r := a.span(v, m)
		if m.Write {
			e.writes = append(e.writes, r)
		} else {
			e.reads = append(e.reads, r)
		}
	}
	switch {
	case v.Op.IsCall():
		a.callEffect(v, e)
	case v.Op == ssa.OpVarDef:
		n := a.slot(v.Aux.(*ssa.Slot))
		e.writes = append(e.writes, span{addr{n, n, 0}, v.Aux.(*ssa.Slot).Size})
	case info.Flags&ssa.Orders != 0:
		a.orderEffect(v, e)
	}
	e.panics = e.panics || info.Flags&(ssa.CanPanic|ssa.Pure) == ssa.CanPanic
}

// span is the memory of one access of v.
func (a *aliases) span(v *ssa.Value, m ssa.MemAccess) span {
	r := a.addr(v.Args[m.Arg])
	off, size, ok := m.Range(v)
	if !ok {
		return span{addr{r.base, r.root, -unknownSize / 2}, unknownSize}
	}
	r.off += off
	return span{r, size}
}

// orderEffect: no access may change places with v.
func (a *aliases) orderEffect(v *ssa.Value, e *effect) {
	e.readsAll, e.writesAll = true, true
	if accessArgs(v.Op) > 0 {
		r := span{a.addr(v.Args[0]), 8}
		r.off += v.AuxInt
		e.reads, e.writes = append(e.reads, r), append(e.writes, r)
	}
}

func (a *aliases) callEffect(v *ssa.Value, e *effect) {
	c := v.Aux.(*ssa.Call)
	if a.f.Pragma&ssa.RuntimeFunc != 0 || !rtcall.Has(c.Known(), rtcall.Quiet) {
		e.writesAll = true
	}
	e.readsAll, e.panics = true, true
	for i, x := range v.Args {
		if passedByValue(v, i) {
			e.reads = append(e.reads, span{addr{a.addr(x).base, a.addr(x).root, -unknownSize / 2}, unknownSize})
		}
	}
	for _, s := range c.ResultSlots {
		n := a.slot(s)
		e.writes = append(e.writes, span{addr{n, n, 0}, s.Size})
	}
}
