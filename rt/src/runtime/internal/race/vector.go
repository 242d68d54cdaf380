//go:build strata

package race

import (
	"math/bits"
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// A vector is a vector clock: an entry per thread number; those that are missing are 0.
type vector struct {
	p        uintptr
	len, cap uint32
}

// free lists of vectors' memory, by the logarithm of their capacity.
var vectors struct {
	lock task.Mutex
	free [tidBits + 1]uintptr
}

func (v *vector) entry(i uint32) *uint64 { return (*uint64)(unsafe.Pointer(v.p + uintptr(i)*8)) }

// get is the entry of a thread.
func (v *vector) get(i uint32) uint64 {
	if i >= v.len {
		return 0
	}
	return *v.entry(i)
}

// at raises an entry.
func (v *vector) at(i uint32, time uint64) {
	if e := v.entry(i); *e < time {
		*e = time
	}
}

// set is at for an entry that may be missing.
func (v *vector) set(i uint32, time uint64) {
	v.grow(i + 1)
	v.at(i, time)
}

// grow makes room for n entries.
func (v *vector) grow(n uint32) {
	if n <= v.len {
		return
	}
	if n > v.cap {
		old := *v
		v.alloc(n)
		for i := uint32(0); i < old.len; i++ {
			*v.entry(i) = *old.entry(i)
		}
		old.release()
		v.len = old.len
	}
	for i := v.len; i < n; i++ {
		*v.entry(i) = 0
	}
	v.len = n
}

func (v *vector) alloc(n uint32) {
	class := max(bits.Len32(n-1), 3)
	task.Lock(&vectors.lock)
	p := vectors.free[class]
	if p != 0 {
		vectors.free[class] = *(*uintptr)(unsafe.Pointer(p))
	}
	task.Unlock(&vectors.lock)
	if p == 0 {
		p = uintptr(page.Persistent(8<<class, 8))
	}
	v.p, v.cap = p, 1<<class
}

func (v *vector) release() {
	if v.p == 0 {
		return
	}
	class := bits.Len32(v.cap - 1)
	task.Lock(&vectors.lock)
	*(*uintptr)(unsafe.Pointer(v.p)) = vectors.free[class]
	vectors.free[class] = v.p
	task.Unlock(&vectors.lock)
}

// free gives the memory back.
func (v *vector) free() {
	v.release()
	*v = vector{}
}

// copyOf makes v equal to w.
func (v *vector) copyOf(w *vector) {
	if v.cap < w.len {
		v.release()
		v.alloc(w.len)
	}
	v.len = w.len
	task.Memmove(unsafe.Pointer(v.p), unsafe.Pointer(w.p), uintptr(w.len)*8)
}

// join raises v's entries to those of w.
func (v *vector) join(w *vector) {
	v.grow(w.len)
	for p, q, end := v.p, w.p, w.p+uintptr(w.len)*8; q < end; p, q = p+8, q+8 {
		if x := *(*uint64)(unsafe.Pointer(q)); x > *(*uint64)(unsafe.Pointer(p)) {
			*(*uint64)(unsafe.Pointer(p)) = x
		}
	}
}
