//go:build strata

package concurrent

import (
	"runtime/internal/design"
	"runtime/internal/gc"
)

// What the barrier of a design lets a stack be, once it was scanned, decides what is left for the last stop.
//
//	hybrid     the barrier shades what is overwritten, and what is written: a scanned stack stays black. Left are the stacks of
//	           workers and the records of goroutines that wait for credit.
//	dijkstra   the barrier shades only what is written: a scanned stack may have loaded a white pointer since. All stacks
//	           are scanned again, by several threads; so it matters little whether work is left.
const rescans = design.RescansStacks

// markRest marks what only a stop lets be marked, and records that are written without barriers.
func markRest(w *gc.Work) {
	if rescans {
		w.MarkGlobals()
		w.MarkStacks()
	} else {
		for _, gp := range team.all() {
			w.MarkG(gp)
		}
		for gp := assists.first; gp != nil; gp = gp.SchedLink {
			w.MarkRecord(gp)
		}
	}
	w.MarkRecords()
	if rescans {
		w.DrainGang()
	} else {
		w.Drain()
	}
	w.Done = 0
}
