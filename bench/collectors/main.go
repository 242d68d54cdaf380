// Command collectors measures what programs of several kinds lose to the collector. For each it prints the time of an
// operation and, as NAME-gc-cpu, the collector's processor time that no goroutine could have had, in microseconds; of the
// key-value store also the 99.9th percentile of its answers. Less is better for all.
//
// Compare collectors with gc in one run each: go run ./bench/run -groups collectors -strataflags=-gc=span.
package main

import (
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

// A program runs and says how many operations that were.
type program struct {
	name string
	run  func() int
}

var programs = []program{
	{"trees", trees}, {"rotate", rotate}, {"churn", churn}, {"lru", lru}, {"maps", maps}, {"kv", kv},
	{"batch", batch}, {"goroutines", goroutines}, {"strings", texts}, {"buffers", buffers},
}

func main() {
	for _, p := range programs {
		if len(os.Args) > 1 && !slices.ContainsFunc(os.Args[1:], func(a string) bool { return strings.HasPrefix(p.name, a) }) {
			continue
		}
		before, start := collectorTime(), time.Now()
		ops := p.run()
		took, used := time.Since(start), collectorTime()-before
		timing.Report(p.name, float64(took.Nanoseconds())/float64(ops))
		timing.Report(p.name+"-gc-cpu", used*1e6+1) // 1: a program that is never collected has a ratio too
		keep = nil
		runtime.GC()
		debug.FreeOSMemory()
	}
}

// collectorTime is in seconds.
func collectorTime() float64 {
	s := []metrics.Sample{{Name: "/cpu/classes/gc/total:cpu-seconds"}, {Name: "/cpu/classes/gc/mark/idle:cpu-seconds"}}
	metrics.Read(s)
	return s[0].Value.Float64() - s[1].Value.Float64()
}

// keep is what a program has live.
var keep any

type node struct{ left, right *node }

func grow(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{grow(depth - 1), grow(depth - 1)}
}

// trees builds and drops binary trees beside one that stays.
func trees() int {
	keep = grow(18)
	const n = 300
	for range n {
		grow(12)
	}
	return n << 13
}

type item struct {
	left, right *item
	key         uint64
	value       [2]uint64
}

func insert(t *item, key uint64) *item {
	switch {
	case t == nil:
		return &item{key: key}
	case key < t.key:
		return &item{insert(t.left, key), t.right, t.key, t.value} // persistent: the path is new
	default:
		return &item{t.left, insert(t.right, key), t.key, t.value}
	}
}

// rotate replaces paths in trees that grow old: neighbours in memory die at different times.
func rotate() int {
	roots := make([]*item, 64)
	keep = roots
	r := timing.Rand(3)
	const n = 100_000
	for i := range n {
		k := i % len(roots)
		if i/len(roots)%1024 == 1023 {
			roots[k] = nil
		}
		roots[k] = insert(roots[k], r.Next())
	}
	return n
}

type record struct {
	next *record
	data [4]uint64
}

// churn replaces objects of a large live heap at random.
func churn() int {
	table := make([]*record, 2_500_000)
	for i := range table {
		table[i] = &record{}
	}
	keep = table
	r := timing.Rand(5)
	const n = 2_000_000
	for range n {
		i := r.Intn(len(table))
		table[i] = &record{data: [4]uint64{uint64(i)}}
	}
	return n
}

type entry struct {
	prev, next *entry
	key        int
	value      []byte
}

// lru is a cache of 100,000 entries, of which the oldest go.
func lru() int {
	var ring entry
	ring.prev, ring.next = &ring, &ring
	byKey := map[int]*entry{}
	keep = byKey
	r := timing.Rand(9)
	const n = 500_000
	for range n {
		key := r.Intn(200_000)
		e := byKey[key]
		if e == nil {
			e = &entry{key: key, value: make([]byte, 64)}
			byKey[key] = e
			if len(byKey) > 100_000 {
				old := ring.prev
				old.prev.next, ring.prev = &ring, old.prev
				delete(byKey, old.key)
			}
		} else {
			e.prev.next, e.next.prev = e.next, e.prev
		}
		e.prev, e.next = &ring, ring.next
		ring.next.prev = e
		ring.next = e
	}
	return n
}

// maps fills and drops maps of pointers beside one that stays.
func maps() int {
	big := map[int]*record{}
	for i := range 500_000 {
		big[i] = &record{}
	}
	keep = big
	const n = 400
	for i := range n {
		m := map[int]*record{}
		for j := range 2000 {
			m[j] = big[i*j%len(big)]
		}
		big[i] = m[i]
	}
	return n * 2000
}

// kv serves reads and writes from several goroutines, as a store does, and looks at each answer's time.
func kv() int {
	const shards, keys, n = 16, 400_000, 500_000
	var store [shards]struct {
		sync.Mutex
		m map[string][]byte
	}
	for i := range store {
		store[i].m = map[string][]byte{}
	}
	for i := range keys {
		store[i%shards].m["key"+strconv.Itoa(i)] = make([]byte, 100)
	}
	keep = &store
	clients := 2 * runtime.GOMAXPROCS(0)
	took := make([][]time.Duration, clients)
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			r := timing.Rand(c + 1)
			list := make([]time.Duration, 0, n/clients)
			for range n / clients {
				start := time.Now()
				i := r.Intn(keys)
				s, key := &store[i%shards], "key"+strconv.Itoa(i)
				s.Lock()
				if r.Intn(4) == 0 {
					s.m[key] = make([]byte, 100)
				} else {
					keepAnswer(append([]byte("answer: "), s.m[key]...))
				}
				s.Unlock()
				list = append(list, time.Since(start))
			}
			took[c] = list
		})
	}
	all.Wait()
	list := slices.Concat(took...)
	slices.Sort(list)
	timing.Report("kv-p99.9", float64(list[len(list)*999/1000]))
	return n
}

//go:noinline
func keepAnswer(b []byte) { runtime.KeepAlive(b) }

type expr struct {
	op   string
	args []*expr
}

// batch does as compilers do: it builds trees of a source, rewrites them, and keeps what comes out.
func batch() int {
	var out []*expr
	const n = 300
	for i := range n {
		e := parse(i, 9)
		for range 4 {
			e = rewrite(e)
		}
		out = append(out, e)
		keep = out
	}
	return n << 9
}

func parse(seed, depth int) *expr {
	e := &expr{op: "op" + strconv.Itoa(seed%7)}
	if depth > 0 {
		e.args = append(e.args, parse(seed*3+1, depth-1), parse(seed*5+2, depth-1))
	}
	return e
}

func rewrite(e *expr) *expr {
	f := &expr{op: e.op}
	for _, a := range e.args {
		f.args = append(f.args, rewrite(a))
	}
	return f
}

// goroutines collects beside a hundred thousand of them.
func goroutines() int {
	const n = 100_000
	stop := make(chan bool)
	var gone sync.WaitGroup
	for range n {
		gone.Go(func() { <-stop })
	}
	for range 5 {
		runtime.GC()
	}
	close(stop)
	gone.Wait()
	return n
}

// texts makes strings and keeps some.
func texts() int {
	var list []string
	const n = 3_000_000
	for i := range n {
		s := "text" + strconv.Itoa(i)
		if i%8 == 0 {
			list = append(list, s)
		}
	}
	keep = list
	return n
}

// buffers allocates large memory without pointers.
func buffers() int {
	const n = 20_000
	var ring [64][]byte
	keep = &ring
	for i := range n {
		ring[i%len(ring)] = make([]byte, 64<<10)
	}
	return n
}
