//go:build strata

// Package stw is the plan of Go 1.0 to 1.4: the world stops, everything reachable is marked, the world goes on. There are no
// write barriers, and the pause grows with the live heap.
package stw

import "runtime/internal/gc"

// Init makes this the collector.
func Init() { gc.Init(gc.Stopping(mark)) }

// mark takes the roots in turn; several threads follow what they lead to, if that is much.
func mark(w *gc.Work) {
	w.MarkRoots()
	w.DrainGang()
}
