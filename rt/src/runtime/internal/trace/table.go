//go:build strata

package trace

import (
	"internal/runtime/atomic"
	"runtime/internal/task"
	"unsafe"
)

// A table numbers sequences of bytes from 1. Looking up takes no lock. Entries
// lie in blocks and are linked by address.
type table struct {
	lock    task.Mutex
	n       uint64
	arena   uintptr // the block that is being filled; the others by next
	buckets [1 << 12]uintptr
}

type entry struct {
	next uintptr
	hash uint64
	id   uint64
	size uintptr // of the bytes behind
}

// The tables of two generations: one is being filled while the other is read.
var stacks, names [2]table

func entryAt(p uintptr) *entry { return (*entry)(unsafe.Pointer(p)) }

func (e *entry) data() unsafe.Pointer { return unsafe.Add(unsafe.Pointer(e), unsafe.Sizeof(entry{})) }

func hashOf(p unsafe.Pointer, size uintptr) uint64 {
	h := uint64(14695981039346656037)
	i := uintptr(0)
	for ; i+8 <= size; i += 8 {
		h = (h ^ loadWord(unsafe.Add(p, i))) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	for ; i < size; i++ {
		h = (h ^ uint64(*(*byte)(unsafe.Add(p, i)))) * 1099511628211
	}
	return h ^ h>>32
}

func loadWord(p unsafe.Pointer) uint64 { return *(*uint64)(p) }

func sameBytes(a, b unsafe.Pointer, n uintptr) bool {
	return unsafe.String((*byte)(a), n) == unsafe.String((*byte)(b), n)
}

func (t *table) find(bucket *uintptr, hash uint64, p unsafe.Pointer, size uintptr) uint64 {
	for at := atomic.Loaduintptr(bucket); at != 0; {
		e := entryAt(at)
		if e.hash == hash && e.size == size && sameBytes(e.data(), p, size) {
			return e.id
		}
		at = e.next
	}
	return 0
}

func (t *table) put(p unsafe.Pointer, size uintptr) uint64 {
	hash := hashOf(p, size)
	bucket := &t.buckets[hash%uint64(len(t.buckets))]
	if id := t.find(bucket, hash, p, size); id != 0 {
		return id
	}
	task.Lock(&t.lock)
	id := t.find(bucket, hash, p, size)
	if id == 0 {
		t.n++
		id = t.n
		e := entryAt(t.take(unsafe.Sizeof(entry{}) + size))
		e.hash, e.id, e.size = hash, id, size
		task.Memmove(e.data(), p, size)
		e.next = *bucket
		atomic.Storeuintptr(bucket, uintptr(unsafe.Pointer(e)))
	}
	task.Unlock(&t.lock)
	return id
}

// take returns size bytes of the arena.
func (t *table) take(size uintptr) uintptr {
	size = (size + 7) &^ 7
	if t.arena == 0 || !blockAt(t.arena).has(size) {
		b := newBlock()
		b.next = t.arena
		t.arena = uintptr(unsafe.Pointer(b))
	}
	b := blockAt(t.arena)
	p := uintptr(unsafe.Pointer(&b.data[b.n]))
	b.n += uint32(size)
	return p
}

// reset empties the table, which nobody uses.
func (t *table) reset() {
	for t.arena != 0 {
		next := blockAt(t.arena).next
		FreeBlock(t.arena)
		t.arena = next
	}
	t.n = 0
	clear(t.buckets[:])
}

// EachStack calls f for every stack of generation g, which is over.
func EachStack(g uint64, f func(id uint64, pcs []uintptr)) {
	stacks[g%2].each(func(e *entry) { f(e.id, unsafe.Slice((*uintptr)(e.data()), e.size/8)) })
}

// EachString calls f for every string of generation g, which is over.
func EachString(g uint64, f func(id uint64, s string)) {
	names[g%2].each(func(e *entry) { f(e.id, unsafe.String((*byte)(e.data()), e.size)) })
}

func (t *table) each(f func(*entry)) {
	for i := range t.buckets {
		for at := t.buckets[i]; at != 0; at = entryAt(at).next {
			f(entryAt(at))
		}
	}
}
