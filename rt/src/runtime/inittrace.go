//go:build strata

package runtime

import (
	"runtime/internal/gc"
	"runtime/internal/heap"
	"runtime/internal/lang"
	"runtime/internal/task"
)

// GODEBUG=inittrace=1: a line for each package that had to be initialised, with what it took since the one before was done.

var initTrace struct {
	since          int64
	bytes, objects uint64
}

// startInitTrace begins to count.
func startInitTrace() {
	if debug.inittrace != 0 {
		initTrace.bytes, initTrace.objects = allocated()
		initTrace.since = task.Nanotime()
	}
}

// inited is called when all initialisers of a package have run.
//
//go:linkname inited runtime.inited
func inited(path string) {
	if debug.inittrace != 0 {
		traceInit(path)
	}
}

func traceInit(path string) {
	now := task.Nanotime()
	bytes, objects := allocated()
	lang.PrintLock()
	print("init ", path, " @")
	gc.PrintMillis(initTrace.since - startTime)
	print(" ms, ")
	gc.PrintMillis(now - initTrace.since)
	print(" ms clock, ", bytes-initTrace.bytes, " bytes, ", objects-initTrace.objects, " allocs\n")
	lang.PrintUnlock()
	startInitTrace()
}

// allocated is what has been allocated so far, also by other goroutines that run meanwhile.
func allocated() (bytes, objects uint64) {
	st := new(heap.Stats)
	heap.ReadStats(st)
	// The record itself is not the package's.
	return st.AllocBytes, st.AllocObjects + st.TinyAllocs
}
