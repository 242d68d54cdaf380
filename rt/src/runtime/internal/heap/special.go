//go:build strata

package heap

import (
	"internal/abi"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// A Kind of special record. The order is the order of records of one object:
// weak handles are cleared before a finalizer is queued.
type Kind uint8

const (
	KindPin       Kind = iota + 1 // the object may be used by the kernel: it is a root
	KindWeak                      // Ref is the handle: a word with the object's address
	KindFinalizer                 // Ref is the function
	KindCleanup                   // Ref is a function without arguments
	KindProfile                   // counted in the memory profile
	KindBubble                    // associated with a synctest bubble
)

// A Special is a note about an object that has to be acted upon when the
// object dies. Ref is kept alive by the record, the object is not.
type Special struct {
	next   *Special
	Offset uintptr // in the span
	Kind   Kind
	Ref    unsafe.Pointer
	Data   [3]uintptr // the meaning belongs to the kind's owner
}

// Hooks for dead objects, called while sweeping, on the system stack. They
// must not allocate in the heap.
var (
	// QueueFinalizer will call the function of sp for obj, which stays alive until then.
	QueueFinalizer func(sp *Special, obj uintptr)
	QueueCleanup   func(sp *Special)
	FreeProfiled   func(sp *Special, size uintptr)
	// SpecialAdded is called for each new record, under a lock.
	SpecialAdded func(s *Span, sp *Special)
)

var (
	specialSpans *Span // spans that have or had specials; under heapLock
	specialLock  task.Mutex
	specialAlloc = page.Fixed{Size: unsafe.Sizeof(Special{})} // under specialLock
)

// object returns the span of the heap object at p.
func objectSpan(p uintptr) *Span {
	_, s, _ := FindObject(p)
	return s
}

// AddSpecial adds a record for the object that p points into. If there is one
// of the kind at that very address already and unique is set, it adds nothing and returns false.
func AddSpecial(p uintptr, kind Kind, unique bool, ref unsafe.Pointer, d0, d1, d2 uintptr) bool {
	mp := task.Acquirem()
	s := objectSpan(p)
	if s == nil {
		kernel.Throw("special record for something that is no heap object")
	}
	s.mustBeSwept(mp)
	task.Lock(&s.specialsLock)
	at, found := s.findSpecial(p-s.Base, kind)
	if found && unique {
		task.Unlock(&s.specialsLock)
		task.Releasem(mp)
		return false
	}
	task.Lock(&specialLock)
	sp := (*Special)(specialAlloc.Alloc())
	task.Unlock(&specialLock)
	sp.Offset, sp.Kind, sp.Ref = p-s.Base, kind, ref
	sp.Data[0], sp.Data[1], sp.Data[2] = d0, d1, d2
	if s.specials == nil {
		s.linkSpecials()
	}
	sp.next = *at
	*at = sp
	if SpecialAdded != nil {
		SpecialAdded(s, sp)
	}
	task.Unlock(&s.specialsLock)
	task.Releasem(mp)
	return true
}

// FindSpecial returns the first record of the kind for the address p, or nil.
// It stays valid as long as the object lives and nobody removes it.
func FindSpecial(p uintptr, kind Kind) *Special {
	mp := task.Acquirem()
	var sp *Special
	if s := objectSpan(p); s != nil {
		s.mustBeSwept(mp)
		task.Lock(&s.specialsLock)
		if at, found := s.findSpecial(p-s.Base, kind); found {
			sp = *at
		}
		task.Unlock(&s.specialsLock)
	}
	task.Releasem(mp)
	return sp
}

// RemoveSpecial removes the record of the kind for the address p whose Data[0]
// is data (0: the first one) and reports whether there was one.
func RemoveSpecial(p uintptr, kind Kind, data uintptr) bool {
	s := SpanOf(p)
	if s == nil || !s.InUse {
		return false
	}
	mp := task.Acquirem()
	s.mustBeSwept(mp)
	task.Lock(&s.specialsLock)
	at, found := s.findSpecial(p-s.Base, kind)
	var sp *Special
	for found && data != 0 && (*at).Data[0] != data {
		at = &(*at).next
		found = *at != nil && (*at).Offset == p-s.Base && (*at).Kind == kind
	}
	if found {
		sp = *at
		*at = sp.next
		if s.specialHint == sp {
			s.specialHint = nil
		}
	}
	task.Unlock(&s.specialsLock)
	if sp != nil {
		freeSpecial(sp)
	}
	task.Releasem(mp)
	return found
}

func freeSpecial(sp *Special) {
	task.Lock(&specialLock)
	specialAlloc.Free(unsafe.Pointer(sp))
	task.Unlock(&specialLock)
}

// findSpecial returns the link to the first record that is not before
// (off, kind), and whether that is its offset and kind. Records are mostly added in the order of memory, in which objects
// are allocated, and mostly looked for where one was found last; so it begins at the record found last, if that is before.
func (s *Span) findSpecial(off uintptr, kind Kind) (at **Special, found bool) {
	at = &s.specials
	if h := s.specialHint; h != nil && h.Offset < off {
		at = &h.next
	}
	for *at != nil {
		sp := *at
		if sp.Offset == off && sp.Kind == kind {
			return at, true
		}
		if sp.Offset > off || sp.Offset == off && sp.Kind > kind {
			break
		}
		if sp.Offset < off {
			s.specialHint = sp
		}
		at = &sp.next
	}
	return at, false
}

// mustBeSwept sweeps the span if that is still due: the records tell about dead
// objects until then.
func (s *Span) mustBeSwept(mp *task.M) {
	if s.SweepGen == SweepGen {
		return
	}
	old := mp.ArgP[0]
	mp.ArgP[0] = unsafe.Pointer(s)
	task.Systemstack(sweepArg)
	mp.ArgP[0] = old
}

// EnsureSwept makes sure that what the last collection found dead in the span
// at p has been acted upon.
func EnsureSwept(p uintptr) {
	if s := SpanOf(p); s != nil {
		s.mustBeSwept(task.Getg().M)
	}
}

func sweepArg() { ensureSwept((*Span)(task.Getg().M.ArgP[0])) }

func (s *Span) linkSpecials() {
	task.Lock(&heapLock)
	if specialSpans != s && s.specialPrev == nil {
		s.specialNext = specialSpans
		if specialSpans != nil {
			specialSpans.specialPrev = s
		}
		specialSpans = s
	}
	task.Unlock(&heapLock)
}

func (s *Span) unlinkSpecials() {
	if s.specialPrev != nil {
		s.specialPrev.specialNext = s.specialNext
	} else {
		specialSpans = s.specialNext
	}
	if s.specialNext != nil {
		s.specialNext.specialPrev = s.specialPrev
	}
	s.specialNext, s.specialPrev = nil, nil
}

// specialCursor is the next span that ForSpecials visits.
var specialCursor *Span

// StartSpecials prepares for ForSpecials and returns the number of spans to
// visit. The world is stopped.
func StartSpecials() int {
	n := 0
	specialCursor = specialSpans
	for s := specialSpans; s != nil; s = s.specialNext {
		n++
	}
	return n
}

// ForSpecials calls f for every record of the next n spans after StartSpecials.
// From then on until the last call no span may be freed; records that are added meanwhile may be left
// out, see SpecialAdded. On the system stack only.
func ForSpecials(n uintptr, f func(w unsafe.Pointer, s *Span, sp *Special), w unsafe.Pointer) {
	for ; n > 0; n-- {
		task.Lock(&heapLock)
		s := specialCursor
		if s != nil {
			specialCursor = s.specialNext
		}
		task.Unlock(&heapLock)
		if s == nil {
			return
		}
		task.Lock(&s.specialsLock)
		for sp := s.specials; sp != nil; sp = sp.next {
			f(w, s, sp)
		}
		task.Unlock(&s.specialsLock)
	}
}

// sweepSpecials acts on the records of objects that are not marked. An object
// with a finalizer stays: it gets marked, loses its weak handles first and its
// finalizer, and keeps its other records until it dies for good.
func (s *Span) sweepSpecials() {
	task.Lock(&s.specialsLock)
	s.specialHint = nil
	at := &s.specials
	for *at != nil {
		i := s.Index(s.Base + (*at).Offset)
		end := (i + 1) * s.ElemSize
		if s.Marked(i) {
			for *at != nil && (*at).Offset < end {
				at = &(*at).next
			}
			continue
		}
		revive := false
		for sp := *at; sp != nil && sp.Offset < end; sp = sp.next {
			if sp.Kind == KindFinalizer {
				revive = true
				break
			}
		}
		if revive {
			*s.MarkWord(i) |= 1 << (i % 64)
			s.clearHandles(*at, end)
		}
		for *at != nil && (*at).Offset < end {
			sp := *at
			if revive && sp.Kind != KindFinalizer && sp.Kind != KindWeak {
				at = &sp.next
				continue
			}
			*at = sp.next
			s.died(sp)
			freeSpecial(sp)
		}
	}
	task.Unlock(&s.specialsLock)
}

// clearHandles makes the weak pointers to an object nil, before its finalizer
// can be seen to run.
func (s *Span) clearHandles(sp *Special, end uintptr) {
	for ; sp != nil && sp.Offset < end; sp = sp.next {
		if sp.Kind == KindWeak {
			*(*uintptr)(sp.Ref) = 0
		}
	}
}

func (s *Span) died(sp *Special) {
	switch sp.Kind {
	case KindWeak:
		*(*uintptr)(sp.Ref) = 0
	case KindFinalizer:
		QueueFinalizer(sp, s.Base+sp.Offset)
	case KindCleanup:
		QueueCleanup(sp)
	case KindProfile:
		if FreeProfiled != nil {
			FreeProfiled(sp, s.ElemSize)
		}
	}
}

// Finalizer records: Ref the function value, Data the argument's type, the
// object's pointer type, the size of the results.

// FinalizerTypes returns what AddFinalizer stored.
func (sp *Special) FinalizerTypes() (arg, obj *abi.Type, results uintptr) {
	return (*abi.Type)(unsafe.Pointer(sp.Data[0])), (*abi.Type)(unsafe.Pointer(sp.Data[1])), sp.Data[2]
}
