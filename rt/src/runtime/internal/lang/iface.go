//go:build strata

package lang

import (
	"internal/abi"
	"internal/runtime/atomic"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// Eface and Iface are the memory of interfaces without and with methods.
type (
	Eface struct {
		Type *abi.Type
		Data unsafe.Pointer
	}
	Iface struct {
		Tab  *abi.ITab
		Data unsafe.Pointer
	}
)

// The itab table is open addressing with quadratic probing over a power of two
// of slots. Readers take no lock: a table is only added to, and a larger one
// replaces it by one atomic store. A reader that misses looks again under the
// lock.
type itabTable struct {
	size  uintptr
	count uintptr
	slots [firstItabs]*abi.ITab // really size of them
}

const firstItabs = 512

var (
	itabs      = &firstTable
	firstTable = itabTable{size: firstItabs}
	itabLock   task.Mutex
)

func itabHash(inter *abi.InterfaceType, typ *abi.Type) uintptr {
	return uintptr(inter.Type.Hash ^ typ.Hash)
}

func (t *itabTable) slot(i uintptr) **abi.ITab {
	return (**abi.ITab)(unsafe.Add(unsafe.Pointer(&t.slots), i*8))
}

func (t *itabTable) find(inter *abi.InterfaceType, typ *abi.Type) *abi.ITab {
	mask := t.size - 1
	h := itabHash(inter, typ) & mask
	for i := uintptr(1); ; i++ {
		m := (*abi.ITab)(atomic.Loadp(unsafe.Pointer(t.slot(h))))
		if m == nil || m.Inter == inter && m.Type == typ {
			return m
		}
		h = (h + i) & mask
	}
}

// add puts m into t, which has a free slot. The lock is held.
func (t *itabTable) add(m *abi.ITab) {
	mask := t.size - 1
	h := itabHash(m.Inter, m.Type) & mask
	for i := uintptr(1); ; i++ {
		p := t.slot(h)
		switch *p {
		case m:
			return
		case nil:
			atomic.StorepNoWB(unsafe.Pointer(p), unsafe.Pointer(m))
			t.count++
			return
		}
		h = (h + i) & mask
	}
}

// addItab puts m into the current table, growing it at three quarters. Itabs
// and tables are never freed, so they lie outside the heap.
func addItab(m *abi.ITab) {
	t := itabs
	if t.count >= 3*(t.size/4) {
		bigger := (*itabTable)(page.Persistent(16+2*t.size*8, 8))
		bigger.size = 2 * t.size
		for i := uintptr(0); i < t.size; i++ {
			if old := *t.slot(i); old != nil {
				bigger.add(old)
			}
		}
		atomic.StorepNoWB(unsafe.Pointer(&itabs), unsafe.Pointer(bigger))
		t = bigger
	}
	t.add(m)
}

// InitItabs enters the itabs that the linker made.
func InitItabs(static []*abi.ITab) {
	task.Lock(&itabLock)
	for _, m := range static {
		addItab(m)
	}
	task.Unlock(&itabLock)
}

// getitab returns the method table of typ for inter. If typ lacks a method it
// returns nil or panics, as canFail says.
//
//go:linkname getitab runtime.getitab
func getitab(inter *abi.InterfaceType, typ *abi.Type, canFail bool) *abi.ITab {
	if len(inter.Methods) == 0 {
		throw("internal error - misuse of itab")
	}
	if typ.TFlag&abi.TFlagUncommon == 0 {
		if canFail {
			return nil
		}
		panic(NewAssertError(nil, typ, &inter.Type, resolveName(inter, inter.Methods[0].Name).Name()))
	}
	t := (*itabTable)(atomic.Loadp(unsafe.Pointer(&itabs)))
	m := t.find(inter, typ)
	if m == nil {
		task.Lock(&itabLock)
		m = itabs.find(inter, typ)
		if m == nil {
			m = newItab(inter, typ)
			addItab(m)
		}
		task.Unlock(&itabLock)
	}
	if m.Fun[0] != 0 {
		return m
	}
	if canFail {
		return nil
	}
	panic(NewAssertError(nil, typ, &inter.Type, fillItab(m, true)))
}

func newItab(inter *abi.InterfaceType, typ *abi.Type) *abi.ITab {
	size := unsafe.Sizeof(abi.ITab{}) + uintptr(len(inter.Methods)-1)*8
	m := (*abi.ITab)(page.Persistent(size, 8))
	m.Inter = inter
	m.Type = typ
	// A hash of zero keeps run-time itabs out of type switches' jump tables.
	m.Hash = 0
	fillItab(m, false)
	return m
}

func resolveName(inter *abi.InterfaceType, off abi.NameOff) abi.Name {
	return ResolveNameOff(unsafe.Pointer(inter), off)
}

// fillItab looks the methods of m.Inter up in m.Type and returns the name of the
// first one that is missing, or "". Both lists are sorted by name, so one pass
// suffices. Fun[0] is written last: zero there means that m is negative. With
// dry set it only looks.
func fillItab(m *abi.ITab, dry bool) string {
	inter, typ := m.Inter, m.Type
	x := typ.Uncommon()
	have := unsafe.Slice((*abi.Method)(unsafe.Add(unsafe.Pointer(x), uintptr(x.Moff))), int(x.Mcount))
	j := 0
	var first unsafe.Pointer
	for k := range inter.Methods {
		want := &inter.Methods[k]
		ifn, next := findMethod(inter, want, typ, x, have, j)
		if ifn == nil {
			return resolveName(inter, want.Name).Name()
		}
		j = next
		if dry {
			continue
		}
		if k == 0 {
			first = ifn
		} else {
			*(*uintptr)(unsafe.Add(unsafe.Pointer(&m.Fun), uintptr(k)*8)) = uintptr(ifn)
		}
	}
	if !dry {
		m.Fun[0] = uintptr(first)
	}
	return ""
}

// findMethod finds want among have[j:] and returns its code and the index
// behind it.
func findMethod(inter *abi.InterfaceType, want *abi.Imethod, typ *abi.Type, x *abi.UncommonType, have []abi.Method, j int) (unsafe.Pointer, int) {
	wantType := ResolveTypeOff(unsafe.Pointer(inter), want.Typ)
	wantName := resolveName(inter, want.Name)
	name := wantName.Name()
	for ; j < len(have); j++ {
		t := &have[j]
		tname := ResolveNameOff(unsafe.Pointer(typ), t.Name)
		if tname.Name() != name || ResolveTypeOff(unsafe.Pointer(typ), t.Mtyp) != wantType {
			continue
		}
		if tname.IsExported() || samePackage(typ, x, tname, inter, wantName) {
			return ResolveTextOff(unsafe.Pointer(typ), t.Ifn), j + 1
		}
	}
	return nil, j
}

// samePackage compares the packages of two unexported method names.
func samePackage(typ *abi.Type, x *abi.UncommonType, tname abi.Name, inter *abi.InterfaceType, iname abi.Name) bool {
	tpkg := PkgPath(unsafe.Pointer(typ), tname)
	if tpkg == "" {
		tpkg = ResolveNameOff(unsafe.Pointer(typ), x.PkgPath).Name()
	}
	ipkg := PkgPath(unsafe.Pointer(inter), iname)
	if ipkg == "" {
		ipkg = inter.PkgPath.Name()
	}
	return tpkg == ipkg
}

// peekItab looks at the first slot only: mostly that is it.
func peekItab(inter *abi.InterfaceType, typ *abi.Type) *abi.ITab {
	t := (*itabTable)(atomic.Loadp(unsafe.Pointer(&itabs)))
	m := (*abi.ITab)(atomic.Loadp(unsafe.Pointer(t.slot(itabHash(inter, typ) & (t.size - 1)))))
	if m != nil && m.Inter == inter && m.Type == typ {
		return m
	}
	return nil
}

//go:linkname assertE2I runtime.assertE2I
func assertE2I(inter *abi.InterfaceType, t *abi.Type) *abi.ITab {
	if t != nil {
		if m := peekItab(inter, t); m != nil && m.Fun[0] != 0 {
			return m
		}
	}
	if t == nil {
		panic(NewAssertError(nil, nil, &inter.Type, ""))
	}
	return getitab(inter, t, false)
}

//go:linkname assertE2I2 runtime.assertE2I2
func assertE2I2(inter *abi.InterfaceType, t *abi.Type) *abi.ITab {
	if t == nil {
		return nil
	}
	if m := peekItab(inter, t); m != nil {
		if m.Fun[0] == 0 {
			return nil
		}
		return m
	}
	return getitab(inter, t, true)
}

//go:linkname reflect_ifaceE2I reflect.ifaceE2I
func reflect_ifaceE2I(inter *abi.InterfaceType, e Eface, dst *Iface) {
	*dst = Iface{assertE2I(inter, e.Type), e.Data}
}

//go:linkname reflectlite_ifaceE2I internal/reflectlite.ifaceE2I
func reflectlite_ifaceE2I(inter *abi.InterfaceType, e Eface, dst *Iface) {
	*dst = Iface{assertE2I(inter, e.Type), e.Data}
}

// The convT functions box a value for an interface's data word.

//go:linkname convT runtime.convT
func convT(t *abi.Type, v unsafe.Pointer) unsafe.Pointer {
	x := mallocgc(t.Size_, t, false)
	TypedMove(t, x, v)
	return x
}

//go:linkname convTnoptr runtime.convTnoptr
func convTnoptr(t *abi.Type, v unsafe.Pointer) unsafe.Pointer {
	x := mallocgc(t.Size_, t, false)
	memmove(x, v, t.Size_)
	return x
}

//go:linkname convT16 runtime.convT16
func convT16(v uint16) unsafe.Pointer {
	if v < uint16(len(staticuint64s)) {
		return unsafe.Pointer(&staticuint64s[v])
	}
	x := mallocgc(2, nil, false)
	*(*uint16)(x) = v
	return x
}

//go:linkname convT32 runtime.convT32
func convT32(v uint32) unsafe.Pointer {
	if v < uint32(len(staticuint64s)) {
		return unsafe.Pointer(&staticuint64s[v])
	}
	x := mallocgc(4, nil, false)
	*(*uint32)(x) = v
	return x
}

//go:linkname convT64 runtime.convT64
func convT64(v uint64) unsafe.Pointer {
	if v < uint64(len(staticuint64s)) {
		return unsafe.Pointer(&staticuint64s[v])
	}
	x := mallocgc(8, nil, false)
	*(*uint64)(x) = v
	return x
}

//go:linkname convTstring runtime.convTstring
func convTstring(v string) unsafe.Pointer {
	if v == "" {
		return unsafe.Pointer(&ZeroVal[0])
	}
	x := new(string)
	*x = v
	return unsafe.Pointer(x)
}

//go:linkname convTslice runtime.convTslice
func convTslice(v []byte) unsafe.Pointer {
	if v == nil {
		return unsafe.Pointer(&ZeroVal[0])
	}
	x := new([]byte)
	*x = v
	return unsafe.Pointer(x)
}

// panicdottypeE reports a failed x.(T) for a T that is no interface, x being of
// static type iface.
//
//go:linkname panicdottypeE runtime.panicdottypeE
func panicdottypeE(have, want, iface *abi.Type) { panic(NewAssertError(iface, have, want, "")) }

//go:linkname panicdottypeI runtime.panicdottypeI
func panicdottypeI(have *abi.ITab, want, iface *abi.Type) {
	var t *abi.Type
	if have != nil {
		t = have.Type
	}
	panicdottypeE(t, want, iface)
}

//go:linkname panicnildottype runtime.panicnildottype
func panicnildottype(want *abi.Type) { panic(NewAssertError(nil, nil, want, "")) }

// Implements returns the itab of t for inter, nil if it lacks a method.
func Implements(inter *abi.InterfaceType, t *abi.Type) *abi.ITab { return getitab(inter, t, true) }

// AssertForGC is Implements for the collector, which calls finalizers.
func AssertForGC(inter, t *abi.Type) unsafe.Pointer {
	return unsafe.Pointer(getitab((*abi.InterfaceType)(unsafe.Pointer(inter)), t, false))
}
