// Command gc measures the collector: what a program that allocates steadily over a large live heap loses to it, how
// pauses grow with parked goroutines, what a memory limit costs, and how quick allocation is by size.
//
// Besides times per operation it prints figures that are not times, in lines of the same form: less is better for all.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"strata/bench/internal/timing"
)

func main() {
	for _, p := range []struct {
		name string
		run  func(name string)
	}{{"steady", steady}, {"parked", parked}, {"limit", limited}} {
		if timing.Wanted(p.name) {
			p.run(p.name)
			runtime.GC()
			debug.FreeOSMemory()
		}
	}
	if timing.Wanted("size") {
		timing.Main(bySize())
	}
}

// A node is a small object with pointers: 48 bytes.
type node struct {
	left, right, other *node
	key                [3]uint64
}

func tree(depth int, r *timing.Rand) *node {
	n := &node{key: [3]uint64{r.Next(), 1, 2}}
	if depth > 0 {
		n.left, n.right = tree(depth-1, r), tree(depth-1, r)
	}
	return n
}

const (
	subtree  = 5 // 63 nodes
	subtrees = (512 << 20) / (63 * 48)
)

// steady replaces subtrees of a heap of 512 MB, one goroutine a processor, and looks at each goroutine's clock.
func steady(name string) {
	heap := make([]*node, subtrees)
	r := timing.Rand(7)
	for i := range heap {
		heap[i] = tree(subtree, &r)
	}
	runtime.GC()
	before, start := collectorTime(), time.Now()
	const steps = 250_000
	procs := runtime.GOMAXPROCS(0)
	stalls := make([][]time.Duration, procs)
	var all sync.WaitGroup
	for p := range procs {
		all.Go(func() {
			mine := heap[p*len(heap)/procs : (p+1)*len(heap)/procs]
			r := timing.Rand(p + 1)
			took := make([]time.Duration, 0, steps)
			last := time.Now()
			for range steps {
				i := r.Intn(len(mine))
				t := tree(subtree, &r)
				t.other = mine[r.Intn(len(mine))].left
				mine[i] = t
				t.other = nil
				now := time.Now()
				took = append(took, now.Sub(last))
				last = now
			}
			stalls[p] = took
		})
	}
	all.Wait()
	timing.Report(name, float64(time.Since(start).Nanoseconds())/float64(steps*procs))
	timing.Report(name+"-gc-cpu", collectorTime()-before)
	list := slices.Concat(stalls...)
	slices.Sort(list)
	timing.Report(name+"-max-stall", float64(list[len(list)-1]))
	timing.Report(name+"-p99.9", float64(list[len(list)*999/1000]))
	runtime.KeepAlive(heap)
}

// collectorTime is nanoseconds of processor time that no goroutine could have had.
func collectorTime() float64 {
	s := []metrics.Sample{{Name: "/cpu/classes/gc/total:cpu-seconds"}, {Name: "/cpu/classes/gc/mark/idle:cpu-seconds"}}
	metrics.Read(s)
	return (s[0].Value.Float64() - s[1].Value.Float64()) * 1e9
}

// parked is the longest pause of a few collections with a hundred thousand parked goroutines, whose stacks are deep.
func parked(name string) {
	for _, n := range []int{100, 100_000} {
		stop := make(chan bool)
		var ready, gone sync.WaitGroup
		ready.Add(n)
		gone.Add(n)
		for range n {
			go func() {
				defer gone.Done()
				deep(20, &node{}, &ready, stop)
			}()
		}
		ready.Wait()
		runtime.GC()
		const rounds = 5
		start := time.Now()
		for range rounds {
			runtime.GC()
		}
		took := time.Since(start)
		var st debug.GCStats
		debug.ReadGCStats(&st)
		timing.Report(fmt.Sprintf("%s-%d-pause", name, n), float64(slices.Max(st.Pause[:rounds])))
		timing.Report(fmt.Sprintf("%s-%d-cycle", name, n), float64(took.Nanoseconds())/rounds)
		close(stop)
		gone.Wait()
	}
}

//go:noinline
func deep(depth int, n *node, ready *sync.WaitGroup, stop chan bool) *node {
	if depth == 0 {
		ready.Done()
		<-stop
		return n
	}
	local := &node{left: n}
	n = deep(depth-1, local, ready, stop)
	n.right = local
	return n
}

// limited keeps 200 MB alive under a limit of 300 MB, where GOGC would let the heap grow to 400.
func limited(name string) {
	const live, limit = 200 << 20, 300 << 20
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(limit))
	heap := make([]*node, live/(63*48))
	r := timing.Rand(3)
	for i := range heap {
		heap[i] = tree(subtree, &r)
	}
	start := time.Now()
	const steps = 100_000
	peak := 0.0
	for i := range steps {
		heap[r.Intn(len(heap))] = tree(subtree, &r)
		if i%1000 == 0 {
			peak = max(peak, resident())
		}
	}
	timing.Report(name, float64(time.Since(start).Nanoseconds())/steps)
	timing.Report(name+"-rss-percent", peak/limit*100)
	runtime.KeepAlive(heap)
}

// resident is the process's memory in bytes.
func resident() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	pages, err := strconv.ParseFloat(strings.Fields(string(text))[1], 64)
	if err != nil {
		panic(err)
	}
	return pages * float64(os.Getpagesize())
}

type object[T any] struct{ v T }

// bySize allocates objects of all kinds of sizes, with and without pointers.
func bySize() []timing.Bench {
	return []timing.Bench{
		alloc[[1]byte]("1"), alloc[[8]byte]("8"), alloc[[16]byte]("16"), alloc[[64]byte]("64"), alloc[[256]byte]("256"),
		alloc[[1024]byte]("1K"), alloc[[8192]byte]("8K"), alloc[[65536]byte]("64K"),
		alloc[[1]*int]("p8"), alloc[[2]*int]("p16"), alloc[[8]*int]("p64"), alloc[[32]*int]("p256"), alloc[[128]*int]("p1K"),
		alloc[[1024]*int]("p8K"),
	}
}

var sink any

func alloc[T any](name string) timing.Bench {
	size := len(fmt.Sprint(new(object[T]).v)) // keeps the type whole
	n := max(2_000_000/max(size/8, 1), 20_000)
	return timing.Bench{Name: "size-" + name, Ops: n, Op: func() uint64 {
		var last *object[T]
		for range n {
			last = new(object[T])
			kept = append(kept[:0], last)
		}
		sink = last
		return uint64(n)
	}}
}

var kept []any
