//go:build strata

package task

// NumRuns is the number of span classes.
const NumRuns = 136

// A FreeRun is a row of free objects of one span class that wait to be allocated: [Next, End). They hold zeros, the
// record of their pointers is clear, and while a collection marks they are marked.
type FreeRun struct {
	Next, End uintptr
}

// Runs are what allocations take from without asking anybody: runs of each class with small objects, and the
// block that tiny objects share. Compiled code knows Of and Rate; whoever takes must not be preempted.
type Runs struct {
	Of   [NumRuns]FreeRun
	Rate int // runs may be used while this is runtime.MemProfileRate

	Tiny       uintptr // block of 16 bytes that small pointer-free objects share
	TinyOffset uintptr // bytes of it in use; all without a block
	TinyAllocs uint64  // objects that found room in a block
}

// NoRuns are those of threads without a P: empty.
var NoRuns = Runs{TinyOffset: 16}
