//go:build strata

package runtime

import (
	"internal/runtime/atomic"
	"runtime/internal/gc"
	"runtime/internal/kernel"
	"runtime/internal/lang"
	"runtime/internal/sched"
	"runtime/internal/stack"
)

// What package runtime/debug needs.

// modinfo describes the modules of the executable. The linker sets it.
var modinfo string

//go:linkname debug_modinfo runtime/debug.modinfo
func debug_modinfo() string { return modinfo }

//go:linkname setGCPercent runtime/debug.setGCPercent
func setGCPercent(percent int32) int32 { return gc.SetPercent(percent) }

//go:linkname setMemoryLimit runtime/debug.setMemoryLimit
func setMemoryLimit(limit int64) int64 { return gc.SetLimit(limit) }

//go:linkname debug_freeOSMemory runtime/debug.freeOSMemory
func debug_freeOSMemory() { gc.ReleaseAll() }

//go:linkname setMaxStack runtime/debug.setMaxStack
func setMaxStack(n int) int {
	old := stack.MaxSize
	stack.MaxSize = uintptr(n)
	return int(old)
}

//go:linkname setMaxThreads runtime/debug.setMaxThreads
func setMaxThreads(n int) int { return sched.SetMaxThreads(n) }

//go:linkname setPanicOnFault runtime/debug.setPanicOnFault
func setPanicOnFault(on bool) bool {
	gp := getg()
	old := gp.PanicOnFault
	gp.PanicOnFault = on
	return old
}

// readGCStats fills pauses with the lengths of the last pauses, the most recent
// first, when they ended, and three figures: end of the last collection, number of
// collections, sum of pauses. It has the capacity for that.
//
//go:linkname readGCStats runtime/debug.readGCStats
func readGCStats(pauses *[]uint64) {
	st := new(gc.Stats)
	sched.StopTheWorldGC(sched.StopOther)
	gc.ReadStats(st)
	sched.StartTheWorldGC()
	n := min(int(st.N), len(st.PauseNs))
	p := (*pauses)[:2*n+3]
	for i := range n {
		at := (int(st.N) - 1 - i) % len(st.PauseNs)
		p[i] = st.PauseNs[at]
		p[n+i] = st.PauseEnd[at]
	}
	p[2*n] = st.LastEnd
	p[2*n+1] = uint64(st.N)
	p[2*n+2] = st.PauseTotal
	*pauses = p
}

// setCrashFD makes fd, or ^0 for none, receive a copy of what is printed about a fatal error.
//
//go:linkname setCrashFD runtime.setCrashFD
func setCrashFD(fd uintptr) uintptr { return atomic.Xchguintptr(&lang.CrashFD, fd) }

//go:linkname debug_WriteHeapDump runtime/debug.WriteHeapDump
func debug_WriteHeapDump(fd uintptr) {
	kernel.WriteString(fd, "go1.7 heap dump\n")
	kernel.WriteString(fd, "\x00") // end
}
