//go:build strata

package trace

import (
	"internal/runtime/atomic"
	"runtime/internal/task"
	"unsafe"
)

// The goroutine that reads the trace waits in reader. Whoever fills a block may
// be in no position to make it runnable, and sets Wake for the scheduler.
var (
	Wake       uint32
	readerLock task.Mutex
	reader     uintptr
)

// Expect notes that gp is going to wait for a block of generation g and returns
// the lock to release when it does, or nil if there is a block, or stop says not to.
func Expect(gp *task.G, g uint64, stop *atomic.Uint64) *task.Mutex {
	task.Lock(&readerLock)
	atomic.Xchguintptr(&reader, uintptr(unsafe.Pointer(gp)))
	if !waiting(g) && stop.Load() < g {
		return &readerLock
	}
	atomic.Storeuintptr(&reader, 0)
	task.Unlock(&readerLock)
	return nil
}

// TakeReader returns the goroutine that waits for a block, once, or nil.
func TakeReader() *task.G {
	task.Lock(&readerLock)
	atomic.Store(&Wake, 0)
	gp := (*task.G)(unsafe.Pointer(atomic.Loaduintptr(&reader)))
	atomic.Storeuintptr(&reader, 0)
	task.Unlock(&readerLock)
	return gp
}
