// The effects for which history knows the designs, one a command: effects NAME [N] prints a number.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

func main() {
	n := 0
	if len(os.Args) > 2 {
		n, _ = strconv.Atoi(os.Args[2])
	}
	switch os.Args[1] {
	case "heap":
		fmt.Println(heap(n))
	case "stacks":
		fmt.Println(stacks(n))
	case "starve":
		fmt.Println(starve(loop))
	case "starvecalls":
		fmt.Println(starve(callingLoop))
	case "queue":
		fmt.Println(queue())
	case "syscalls":
		fmt.Println(syscalls())
	case "handover":
		fmt.Println(handover(n))
	case "blocked":
		fmt.Println(blocked(n))
	case "limit":
		fmt.Println(limit())
	case "hot":
		fmt.Println(hot())
	case "moves":
		fmt.Println(moves(10000))
	case "assists":
		fmt.Println(assists())
	case "cycles":
		fmt.Println(cycles())
	}
}

// pause is the shortest of the pauses of some collections, in microseconds: what other processes add falls out.
func pause() int64 {
	best := uint64(1 << 62)
	for range 6 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		best = min(best, m.PauseNs[(m.NumGC+255)%256])
	}
	return int64(best / 1000)
}

type node struct {
	left, right *node
	pad         [6]int
}

// heap is the pause beside n MB of small objects.
func heap(n int) int64 {
	var list []*node
	for range n << 20 / int(unsafe.Sizeof(node{})) / 2 {
		list = append(list, &node{left: &node{}})
	}
	p := pause()
	runtime.KeepAlive(list)
	return p
}

// stacks is the pause beside n goroutines with some frames each.
func stacks(n int) int64 {
	var ready sync.WaitGroup
	ready.Add(n)
	stop := make(chan int)
	for range n {
		go func() { hold(20, &ready, stop) }()
	}
	ready.Wait()
	p := pause()
	close(stop)
	return p
}

//go:noinline
func hold(depth int, ready *sync.WaitGroup, stop chan int) *int {
	x := &depth
	if depth == 0 {
		ready.Done()
		<-stop
		return x
	}
	y := hold(depth-1, ready, stop)
	*x += *y
	return x
}

// spin lets run loop for about d, without coming back meanwhile.
func spin(run func(int) int, d time.Duration) {
	start := time.Now()
	for range 1 << 10 {
		run(1 << 10)
	}
	run(int(float64(d) / float64(time.Since(start)+1) * (1 << 20)))
}

//go:noinline
func loop(n int) (x int) {
	for i := range n {
		x ^= i * i
	}
	return x
}

// callingLoop is a loop that calls functions.
//
//go:noinline
func callingLoop(n int) (x int) {
	for i := range n >> 3 {
		x ^= int(leaf(i))
	}
	return x
}

// starve is for how many milliseconds a goroutine waits for its turn beside a loop of half a second.
func starve(run func(int) int) int64 {
	runtime.GOMAXPROCS(1)
	begun := make(chan time.Time, 1)
	go func() { begun <- time.Now(); spin(run, 500*time.Millisecond) }()
	start := <-begun
	for range 3 {
		runtime.Gosched()
	}
	return time.Since(start).Milliseconds()
}

// queue is how often each of a hundred other goroutines has its turn while two hand a token to and fro a thousand times.
func queue() int64 {
	runtime.GOMAXPROCS(1)
	turns, done := 0, false
	for range 100 {
		go func() {
			for !done {
				turns++
				runtime.Gosched()
			}
		}()
	}
	a, b := make(chan int), make(chan int)
	go func() {
		for v := range a {
			b <- v
		}
	}()
	for i := range 1000 {
		a <- i
		<-b
	}
	done = true
	return int64(turns / 100)
}

// syscalls is how many milliseconds 30 short system calls take beside a goroutine that computes.
func syscalls() int64 {
	runtime.GOMAXPROCS(1)
	done := false
	go func() {
		for !done {
			loop(1 << 16)
		}
	}()
	runtime.Gosched()
	null, _ := os.Open("/dev/zero")
	var b [1]byte
	start := time.Now()
	for range 30 {
		syscall.Read(int(null.Fd()), b[:])
	}
	d := time.Since(start)
	done = true
	return d.Milliseconds()
}

// handover is how often, while two goroutines hand a token to and fro a thousand times, a thread goes to sleep, with
// some number of processors: in the worst of some rounds, as threads that wait for a processor of the machine hide it.
func handover(procs int) int64 {
	realtime()
	runtime.GOMAXPROCS(procs)
	a, b := make(chan int), make(chan int)
	go func() {
		for v := range a {
			b <- v
		}
	}()
	most := int64(0)
	for range 40 {
		time.Sleep(5 * time.Millisecond)
		before := switches()
		for i := range 1000 {
			a <- i
			<-b
		}
		most = max(most, switches()-before)
	}
	return most
}

// realtime starts the program once more, ahead of all other processes, if that is allowed.
func realtime() {
	const inherited = "HANDOVER_REALTIME"
	if os.Getenv(inherited) != "" {
		return
	}
	os.Setenv(inherited, "1")
	const roundRobin = 2
	priority := int32(1)
	runtime.LockOSThread()
	_, _, errno := syscall.Syscall(syscall.SYS_SCHED_SETSCHEDULER, 0, roundRobin, uintptr(unsafe.Pointer(&priority)))
	if errno == 0 {
		syscall.Exec("/proc/self/exe", os.Args, os.Environ())
	}
	runtime.UnlockOSThread()
}

// switches is how often the threads of this process have gone to sleep.
func switches() int64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Nvcsw
}

// blocked is how many KB of the heap hold nothing while n goroutines that have allocated a little are in system calls.
func blocked(n int) int64 {
	debug.SetGCPercent(-1)
	var pipe [2]int
	syscall.Pipe(pipe[:])
	var kept [1000][]byte
	for i := range n {
		go func() {
			for size := 32; size <= 1024; size *= 2 {
				kept[i] = append(kept[i], make([]byte, size)...)
			}
			var b [1]byte
			syscall.Read(pipe[0], b[:])
		}()
	}
	// Each of them sits in its system call when all others have had a turn.
	time.Sleep(200 * time.Millisecond)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	runtime.KeepAlive(kept)
	return int64(m.HeapInuse-m.HeapAlloc) >> 10
}

// limit is how many MB the heap has at most beside 32 MB that are live, when there shall be 40.
func limit() int64 {
	debug.SetMemoryLimit(40 << 20)
	const size = 64 << 10
	live := make([][]byte, 32<<20/size)
	for i := range live {
		live[i] = make([]byte, size)
	}
	most := uint64(0)
	for range 2000 {
		sink = make([]byte, size)
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
	}
	runtime.KeepAlive(live)
	return int64(most >> 20)
}

var sink []byte

// hot is 100 times the time of a call at the worst depth of the stack over that at the median one.
func hot() int64 {
	var times []time.Duration
	probe(300, &times)
	sorted := append([]time.Duration(nil), times...)
	for i := range sorted {
		for j := i; j > 0 && sorted[j] < sorted[j-1]; j-- {
			sorted[j], sorted[j-1] = sorted[j-1], sorted[j]
		}
	}
	return int64(100 * sorted[len(sorted)-1] / (sorted[len(sorted)/2] + 1))
}

//go:noinline
func probe(depth int, times *[]time.Duration) int {
	best := time.Hour
	for range 5 { // the best round: the others were interrupted
		start := time.Now()
		for i := range 500 {
			leaf(i)
		}
		best = min(best, time.Since(start))
	}
	*times = append(*times, best)
	if depth == 0 {
		return 0
	}
	return probe(depth-1, times) + 1
}

//go:noinline
func leaf(i int) byte {
	var b [200]byte
	b[i%len(b)] = 1
	return b[(i+1)%len(b)]
}

// moves is how often the stack is copied on the way down to some depth with frames of 256 bytes.
func moves(depth int) int {
	result := make(chan int)
	go func() {
		var here byte
		n, last := 0, uintptr(0)
		for d := 1; d <= depth; d += 50 {
			recursive(d)
			if p := uintptr(unsafe.Pointer(&here)); p != last {
				n, last = n+1, p
			}
		}
		result <- n - 1
	}()
	return <-result
}

//go:noinline
func recursive(n int) int {
	var frame [256 - 24]byte
	frame[n%len(frame)] = byte(n)
	if n == 0 {
		return 0
	}
	return recursive(n-1) + int(frame[n%len(frame)])
}

// assists is how many microseconds a goroutine that allocates marked for the collector, on a single processor.
func assists() int64 {
	runtime.GOMAXPROCS(1)
	var live []*node
	for range 200_000 {
		live = append(live, &node{})
	}
	for range 1_000_000 {
		garbage = &node{}
		for i := range 100 {
			garbage.pad[i%6] += i
		}
	}
	runtime.KeepAlive(live)
	s := []metrics.Sample{{Name: "/cpu/classes/gc/mark/assist:cpu-seconds"}}
	metrics.Read(s)
	return int64(s[0].Value.Float64() * 1e6)
}

// cycles is how often garbage of 60 MB is collected.
func cycles() int {
	for range 1_000_000 {
		garbage = &node{}
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.NumGC)
}

var garbage *node
