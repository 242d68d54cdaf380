//go:build strata

package lang

import (
	"internal/abi"
	"internal/runtime/atomic"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// An ifaceSwitch is the variable that the compiler makes for a list of interface types that programs ask for: in a
// type switch, or one alone in assertions.
type ifaceSwitch struct {
	cache *switchCache
	n     int
	cases [1]*abi.InterfaceType // really n
}

// A switchCache remembers for which type a switch found which case. Compiled code looks at one entry, at the type's hash, without
// a lock: an entry is written once, its type last, and a larger cache replaces a smaller one by one store. The
// compiler knows the layout (its pass asserts).
type switchCache struct {
	mask    uintptr // size of all entries but one
	_       [3]uintptr
	entries [1]switchEntry // really more, a power of two
}

type switchEntry struct {
	typ   *abi.Type
	which int
	itab  *abi.ITab // nil if none of the cases fits
	_     uintptr
}

const (
	switchEntrySize = unsafe.Sizeof(switchEntry{})
	firstEntries    = 4
	// maxEntries bounds a cache, and maxSparse the number of entries for each that is used.
	maxEntries = 1024
	maxSparse  = 16
)

// noSwitchCache is the cache of a switch that has not run yet.
var noSwitchCache switchCache

//go:linkname noSwitchCache runtime.noSwitchCache

func (c *switchCache) at(off uintptr) *switchEntry {
	return (*switchEntry)(unsafe.Add(unsafe.Pointer(&c.entries), off))
}

func (c *switchCache) slot(t *abi.Type) *switchEntry {
	return c.at(uintptr(t.Hash) * switchEntrySize & c.mask)
}

// interfaceSwitch returns the first case of s that t implements, and its itab;
// the number of cases if none.
//
//go:linkname interfaceSwitch runtime.interfaceSwitch
func interfaceSwitch(s *ifaceSwitch, t *abi.Type) (int, *abi.ITab) {
	c := (*switchCache)(atomic.Loadp(unsafe.Pointer(&s.cache)))
	if e := c.slot(t); (*abi.Type)(atomic.Loadp(unsafe.Pointer(&e.typ))) == t {
		return e.which, e.itab
	}
	found := switchEntry{typ: t, which: s.n}
	for i, inter := range unsafe.Slice(&s.cases[0], s.n) {
		if tab := getitab(inter, t, true); tab != nil {
			found.which, found.itab = i, tab
			break
		}
	}
	task.Lock(&itabLock)
	s.remember(&found)
	task.Unlock(&itabLock)
	return found.which, found.itab
}

// remember enters e, in a larger cache if another type is in its place and there are enough. itabLock is held.
func (s *ifaceSwitch) remember(e *switchEntry) {
	c := s.cache
	slot := c.slot(e.typ)
	if slot.typ == e.typ {
		return // somebody else did meanwhile
	}
	if c != &noSwitchCache && slot.typ == nil {
		slot.fill(e)
		return
	}
	used := uintptr(1)
	if c != &noSwitchCache {
		for off := uintptr(0); off <= c.mask; off += switchEntrySize {
			if c.at(off).typ != nil {
				used++
			}
		}
	}
	size := uintptr(firstEntries)
	for size*switchEntrySize <= c.mask+switchEntrySize && c != &noSwitchCache {
		size *= 2
	}
	for ; size <= min(maxEntries, maxSparse*used); size *= 2 {
		if c.fits(e, size) {
			s.replace(e, size)
			return
		}
	}
}

// fits tells whether all that c has and e have places of their own among size entries.
func (c *switchCache) fits(e *switchEntry, size uintptr) bool {
	mask := uint32(size - 1)
	for off := uintptr(0); off <= c.mask; off += switchEntrySize {
		x := c.at(off)
		if x.typ == nil {
			continue
		}
		if x.typ.Hash&mask == e.typ.Hash&mask {
			return false
		}
		// Those of c do not share places in c, whose size divides the new one: neither do they there.
	}
	return true
}

// replace makes a cache of size entries that has c's and e.
func (s *ifaceSwitch) replace(e *switchEntry, size uintptr) {
	old := s.cache
	c := (*switchCache)(page.Persistent(unsafe.Sizeof(switchCache{})+(size-1)*switchEntrySize, 64))
	c.mask = (size - 1) * switchEntrySize
	for off := uintptr(0); off <= old.mask; off += switchEntrySize {
		if x := old.at(off); x.typ != nil {
			c.slot(x.typ).fill(x)
		}
	}
	c.slot(e.typ).fill(e)
	atomic.StorepNoWB(unsafe.Pointer(&s.cache), unsafe.Pointer(c))
}

func (e *switchEntry) fill(x *switchEntry) {
	e.which, e.itab = x.which, x.itab
	atomic.StorepNoWB(unsafe.Pointer(&e.typ), unsafe.Pointer(x.typ))
}
