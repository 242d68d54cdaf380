//go:build strata

package trace

import (
	"internal/runtime/atomic"
	"internal/trace/tracev2"
	"runtime/internal/kernel"
	"runtime/internal/task"
	"unsafe"
)

const (
	blockSize  = tracev2.MaxBatchSize
	headerRoom = 64 // the longest header of a batch
	dataRoom   = blockSize - headerRoom - 48
	maxUvarint = 10
)

// A block is a batch in the making, later in the reader's queue. Blocks lie
// outside the heap and refer to each other by address.
type block struct {
	next   uintptr
	thread uint64
	time   uint64 // of the batch
	last   uint64 // time of its last event
	start  uint32 // of the header, once there is one
	n      uint32 // bytes of data
	header [headerRoom]byte
	data   [dataRoom]byte
}

var pool struct {
	lock  task.Mutex
	free  uintptr
	queue [2]struct{ head, tail uintptr } // by generation
}

func blockAt(p uintptr) *block { return (*block)(unsafe.Pointer(p)) }

// newBlock returns an empty block.
func newBlock() *block {
	task.Lock(&pool.lock)
	p := pool.free
	if p != 0 {
		pool.free = blockAt(p).next
	}
	task.Unlock(&pool.lock)
	if p == 0 {
		p = uintptr(kernel.Alloc(blockSize))
		if p == 0 {
			kernel.Throw("out of memory: trace")
		}
	}
	b := blockAt(p)
	b.next, b.n = 0, 0
	b.start = headerRoom
	return b
}

// FreeBlock gives a block back that Take returned.
func FreeBlock(p uintptr) {
	task.Lock(&pool.lock)
	blockAt(p).next = pool.free
	pool.free = p
	task.Unlock(&pool.lock)
}

func (b *block) byte(v byte) {
	b.data[b.n] = v
	b.n++
}

func (b *block) uvarint(v uint64) {
	for v >= 0x80 {
		b.byte(byte(v) | 0x80)
		v >>= 7
	}
	b.byte(byte(v))
}

func (b *block) bytes(p unsafe.Pointer, n uintptr) {
	task.Memmove(unsafe.Pointer(&b.data[b.n]), p, n)
	b.n += uint32(n)
}

// has reports whether there is room for n more bytes.
func (b *block) has(n uintptr) bool { return uintptr(b.n)+n <= dataRoom }

// seal writes the header of a batch of generation g in front of the data.
func (b *block) seal(g uint64) {
	b.start = headerRoom
	for _, v := range [...]uint64{uint64(b.n), b.time, b.thread, g} {
		b.prepend(v)
	}
	b.start--
	b.header[b.start] = byte(tracev2.EvEventBatch)
}

// prepend writes v in front of what the header has.
func (b *block) prepend(v uint64) {
	size := uint32(1)
	for w := v; w >= 0x80; w >>= 7 {
		size++
	}
	b.start -= size
	for i := b.start; ; i++ {
		if v < 0x80 {
			b.header[i] = byte(v)
			return
		}
		b.header[i] = byte(v) | 0x80
		v >>= 7
	}
}

// push gives the reader a block of generation g.
func push(b *block, g uint64) {
	p := uintptr(unsafe.Pointer(b))
	task.Lock(&pool.lock)
	q := &pool.queue[g%2]
	b.next = 0
	if q.tail == 0 {
		q.head = p
	} else {
		blockAt(q.tail).next = p
	}
	q.tail = p
	task.Unlock(&pool.lock)
	if atomic.Loaduintptr(&reader) != 0 {
		atomic.Store(&Wake, 1)
	}
}

// Take returns the first block of generation g that waits for the reader, with
// its bytes, or 0.
func Take(g uint64) (p uintptr, data []byte) {
	task.Lock(&pool.lock)
	q := &pool.queue[g%2]
	p = q.head
	if p != 0 {
		q.head = blockAt(p).next
		if q.head == 0 {
			q.tail = 0
		}
	}
	task.Unlock(&pool.lock)
	if p == 0 {
		return 0, nil
	}
	b := blockAt(p)
	at := unsafe.Add(unsafe.Pointer(&b.header), b.start)
	return p, unsafe.Slice((*byte)(at), headerRoom-b.start+b.n)
}

// waiting reports whether Take would find a block.
func waiting(g uint64) bool {
	task.Lock(&pool.lock)
	p := pool.queue[g%2].head
	task.Unlock(&pool.lock)
	return p != 0
}
