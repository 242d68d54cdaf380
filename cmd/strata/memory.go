package main

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
)

// firstCollection is the heap size in bytes at which the compiler collects garbage for the first time.
// Most builds end before.
const firstCollection = 1 << 30

// tuneCollector trades memory for time: a compiler lives for a second and dies.
// Nothing is collected up to firstCollection; from then on the heap may triple between collections. GOGC or GOMEMLIMIT set by the user win.
func tuneCollector() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(firstCollection)
	sentinel := new([16]byte) // dies at once; its finalizer runs after the first collection
	runtime.SetFinalizer(sentinel, func(*[16]byte) {
		debug.SetGCPercent(200)
		debug.SetMemoryLimit(math.MaxInt64)
	})
}
