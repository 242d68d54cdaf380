//go:build strata

// Package parallel is the plan for programs to which throughput is all: the world stops, all processors mark, from the roots on,
// small objects by spans, and the world goes on; what is dead is swept when memory is needed. The executable has no write
// barriers, and nobody assists.
package parallel

import "runtime/internal/gc"

// Init makes this the collector.
func Init() { gc.Init(gc.Stopping(mark)) }

// mark has all threads take roots and follow what they lead to.
func mark(w *gc.Work) {
	gc.Jobs.Prepare()
	w.DrainGang()
}
