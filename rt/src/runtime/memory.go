//go:build strata

package runtime

import (
	"internal/abi"
	"runtime/internal/gc"
	"runtime/internal/heap"
	"runtime/internal/lang"
	"runtime/internal/stack"
	"unsafe"
)

// GC runs a garbage collection and blocks the caller until the
// garbage collection is complete. It may also block the entire
// program.
func GC() { gc.Collect() }

//go:linkname blockUntilEmptyCleanupQueue unique.runtime_blockUntilEmptyCleanupQueue
func blockUntilEmptyCleanupQueue(timeout int64) bool { return gc.WaitEmpty(timeout) }

//go:linkname sync_test_blockUntilEmptyCleanupQueue sync_test.runtime_blockUntilEmptyCleanupQueue
func sync_test_blockUntilEmptyCleanupQueue(timeout int64) bool { return gc.WaitEmpty(timeout) }

func inHeap(p uintptr) bool {
	s := heap.SpanOf(p)
	return s != nil && s.InUse
}

// inGlobals reports whether p points into a global variable.
func inGlobals(p uintptr) bool {
	m := &stack.Module
	return m.NoPtrData <= p && p < m.ENoPtrBSS || m.ROData <= p && p < m.ETypes
}

// SetFinalizer sets the finalizer associated with obj to the provided
// finalizer function. When the garbage collector finds an unreachable block
// with an associated finalizer, it clears the association and runs
// finalizer(obj) in a separate goroutine. This makes obj reachable again,
// but now without an associated finalizer. Assuming that SetFinalizer
// is not called again, the next time the garbage collector sees
// that obj is unreachable, it will free obj.
//
// SetFinalizer(obj, nil) clears any finalizer associated with obj.
//
// New Go code should consider using [AddCleanup] instead, which is much
// less error-prone than SetFinalizer.
//
// The argument obj must be a pointer to an object allocated by calling
// new, by taking the address of a composite literal, or by taking the
// address of a local variable.
// The argument finalizer must be a function that takes a single argument
// to which obj's type can be assigned, and can have arbitrary ignored return
// values. If either of these is not true, SetFinalizer may abort the
// program.
func SetFinalizer(obj any, finalizer any) {
	e := (*lang.Eface)(unsafe.Pointer(&obj))
	t := e.Type
	if t == nil {
		throw("runtime.SetFinalizer: first argument is nil")
	}
	if t.Kind() != abi.Pointer {
		throw("runtime.SetFinalizer: first argument is " + lang.TypeString(t) + ", not pointer")
	}
	elem := (*abi.PtrType)(unsafe.Pointer(t)).Elem
	if e.Data == nil {
		throw("nil elem type!")
	}
	if elem.Size_ == 0 && e.Data == unsafe.Pointer(&heap.ZeroBase) {
		return // objects of size 0 have no identity
	}
	base, s, _ := heap.FindObject(uintptr(e.Data))
	if s == nil || base == 0 {
		// Global variables are never freed.
		if inGlobals(uintptr(e.Data)) {
			return
		}
		throw("runtime.SetFinalizer: pointer not in heap")
	}
	if uintptr(e.Data) != base && (elem.Pointers() || elem.Size_ >= 16 || uintptr(e.Data)&^15 != base) {
		throw("runtime.SetFinalizer: pointer not at beginning of allocated block")
	}
	f := (*lang.Eface)(unsafe.Pointer(&finalizer))
	if f.Type == nil {
		gc.RemoveFinalizer(e.Data)
		return
	}
	arg, results := checkFinalizer(t, elem, f.Type)
	if !gc.AddFinalizer(e.Data, f.Data, arg, t, results) {
		throw("runtime.SetFinalizer: finalizer already set")
	}
	KeepAlive(obj)
}

// checkFinalizer returns the type of the finalizer's parameter and the size of
// its results.
func checkFinalizer(t, elem, ftyp *abi.Type) (arg *abi.Type, results uintptr) {
	if ftyp.Kind() != abi.Func {
		throw("runtime.SetFinalizer: second argument is " + lang.TypeString(ftyp) + ", not a function")
	}
	ft := (*abi.FuncType)(unsafe.Pointer(ftyp))
	bad := "runtime.SetFinalizer: cannot pass " + lang.TypeString(t) + " to finalizer " + lang.TypeString(ftyp)
	if ft.IsVariadic() {
		throw(bad + " because dotdotdot")
	}
	if ft.InCount != 1 {
		throw(bad)
	}
	arg = ft.InSlice()[0]
	switch {
	case arg == t:
	case arg.Kind() == abi.Pointer:
		// Assignable: one of the types has no name and the elements are equal.
		if arg.Uncommon() != nil && t.Uncommon() != nil || (*abi.PtrType)(unsafe.Pointer(arg)).Elem != elem {
			throw(bad)
		}
	case arg.Kind() == abi.Interface:
		if len((*abi.InterfaceType)(unsafe.Pointer(arg)).Methods) != 0 && lang.Implements((*abi.InterfaceType)(unsafe.Pointer(arg)), t) == nil {
			throw(bad)
		}
	default:
		throw(bad)
	}
	for _, r := range ft.OutSlice() {
		results = (results + uintptr(r.Align_) - 1) &^ (uintptr(r.Align_) - 1)
		results += r.Size_
	}
	return arg, (results + 7) &^ 7
}

// Cleanup is a handle to a cleanup call for a specific object.
type Cleanup struct {
	// id is the unique identifier for the cleanup within the arena.
	id uint64
	// ptr contains the pointer to the object, as a number so as not to keep it.
	ptr uintptr
}

// AddCleanup attaches a cleanup function to ptr. Some time after ptr is no longer
// reachable, the runtime will call cleanup(arg) in a separate goroutine.
//
// A typical use is that ptr is an object wrapping an underlying resource (e.g.,
// a File object wrapping an OS file descriptor), arg is the underlying resource
// (e.g., the OS file descriptor), and the cleanup function releases the underlying
// resource (e.g., by calling the close system call).
//
// There are few constraints on ptr. In particular, multiple cleanups may be
// attached to the same pointer, or to different pointers within the same
// allocation.
//
// If ptr is reachable from cleanup or arg, ptr will never be collected
// and the cleanup will never run. As a protection against simple cases of this,
// AddCleanup panics if arg is equal to ptr.
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) Cleanup {
	p := unsafe.Pointer(ptr)
	if p == nil {
		panic(plainError("runtime.AddCleanup: ptr is nil"))
	}
	if isPointerTo(abi.TypeFor[S](), unsafe.Pointer(&arg), p) {
		panic(plainError("runtime.AddCleanup: ptr is equal to arg, cleanup will never run"))
	}
	c := addCleanup(p, func() { cleanup(arg) })
	KeepAlive(ptr)
	return c
}

// isPointerTo reports whether the value at arg, of type t, is the pointer p, or
// points into the same object.
func isPointerTo(t *abi.Type, arg, p unsafe.Pointer) bool {
	if t.Kind() != abi.Pointer && t.Kind() != abi.UnsafePointer {
		return false
	}
	q := *(*unsafe.Pointer)(arg)
	if q == p {
		return true
	}
	base, s, _ := heap.FindObject(uintptr(p))
	// Objects that share a block of the tiny allocator are different.
	return s != nil && s.ElemSize > 16 && uintptr(q) >= base && uintptr(q) < base+s.ElemSize
}

func addCleanup(p unsafe.Pointer, fn func()) Cleanup {
	base, s, _ := heap.FindObject(uintptr(p))
	if s == nil || base == 0 {
		if inGlobals(uintptr(p)) || p == unsafe.Pointer(&heap.ZeroBase) {
			return Cleanup{}
		}
		throw("runtime.AddCleanup: ptr not in allocated block")
	}
	return Cleanup{gc.AddCleanup(p, fn), uintptr(p)}
}

// Stop cancels the cleanup call. Stop will have no effect if the cleanup call
// has already been queued for execution (because ptr became unreachable).
// To guarantee that Stop removes the cleanup function, the caller must ensure
// that the pointer that was passed to AddCleanup is reachable across the call to Stop.
func (c Cleanup) Stop() {
	if c.id != 0 {
		gc.RemoveCleanup(c.ptr, c.id)
	}
}

// A Pinner is a set of Go objects each pinned to a fixed location in
// memory. The [Pinner.Pin] method pins one object, while [Pinner.Unpin] unpins all
// pinned objects.
//
// Nothing here moves objects; pinning keeps them alive.
type Pinner struct {
	*pinner
}

type pinner struct {
	refs []unsafe.Pointer
}

// Pin pins a Go object, preventing it from being moved or freed by the garbage
// collector until the [Pinner.Unpin] method has been called.
//
// The argument must be a pointer of any type or an [unsafe.Pointer].
func (p *Pinner) Pin(pointer any) {
	e := (*lang.Eface)(unsafe.Pointer(&pointer))
	if e.Type == nil {
		panic(errorString("runtime.Pinner: argument is nil"))
	}
	if k := e.Type.Kind(); k != abi.Pointer && k != abi.UnsafePointer {
		panic(errorString("runtime.Pinner: argument is not a pointer: " + lang.TypeString(e.Type)))
	}
	if p.pinner == nil {
		p.pinner = new(pinner)
		SetFinalizer(p.pinner, leakedPinner)
	}
	p.refs = append(p.refs, e.Data)
	if _, s, _ := heap.FindObject(uintptr(e.Data)); s != nil {
		heap.AddSpecial(uintptr(e.Data), heap.KindPin, false, nil, 0, 0, 0)
	}
}

// Unpin unpins all pinned objects of the [Pinner].
func (p *Pinner) Unpin() {
	if p.pinner == nil {
		return
	}
	for i, q := range p.refs {
		if _, s, _ := heap.FindObject(uintptr(q)); s != nil {
			heap.RemoveSpecial(uintptr(q), heap.KindPin, 0)
		}
		p.refs[i] = nil
	}
	p.refs = p.refs[:0]
}

func leakedPinner(p *pinner) {
	if len(p.refs) != 0 {
		panic(errorString("runtime.Pinner: found leaking pinned pointer; forgot to call Unpin?"))
	}
}
