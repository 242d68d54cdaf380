// Package timing lets benchmark programs time themselves.
package timing

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// Sink keeps results alive.
var Sink any

// Bench is one benchmark: Op does a fixed amount of work and gives a checksum.
type Bench struct {
	Name string
	Ops  int // operations in one call of Op
	Op   func() uint64
	Want uint64 // checksum; 0 is not checked
}

// Now is a clock: that on the wall or, with BENCHCLOCK=cpu in the environment, the processor time of the process, which
// other programs disturb less.
func Now() time.Duration {
	if !cpuClock {
		return time.Since(epoch)
	}
	var t syscall.Timespec
	const processTime = 2 // CLOCK_PROCESS_CPUTIME_ID
	if _, _, e := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, processTime, uintptr(unsafe.Pointer(&t)), 0); e != 0 {
		panic(e)
	}
	return time.Duration(t.Nano())
}

var (
	epoch    = time.Now()
	cpuClock = os.Getenv("BENCHCLOCK") == "cpu"
)

// Main runs the benchmarks whose names contain one of the arguments, or all, and prints "name ns/op" lines. Each
// runs once to warm up and three times for the clock; the best counts.
func Main(list []Bench) {
	for _, b := range list {
		if !Wanted(b.Name) {
			continue
		}
		sum := b.Op()
		if b.Want != 0 && sum != b.Want {
			fmt.Fprintf(os.Stderr, "%s: checksum %d, want %d\n", b.Name, sum, b.Want)
			os.Exit(1)
		}
		best := time.Duration(1<<63 - 1)
		for range 3 {
			runtime.GC()
			start := Now()
			again := b.Op()
			best = min(best, Now()-start)
			if again != sum {
				fmt.Fprintf(os.Stderr, "%s: checksum %d, then %d\n", b.Name, sum, again)
				os.Exit(1)
			}
		}
		Report(b.Name, float64(best.Nanoseconds())/float64(b.Ops))
	}
}

// Report prints a figure that a program measured itself; less is better.
func Report(name string, value float64) { fmt.Printf("%s %.2f\n", name, value) }

// Wanted tells whether a benchmark's name contains one of the arguments, or an argument the name, or there are none.
func Wanted(name string) bool {
	if len(os.Args) < 2 {
		return true
	}
	for _, a := range os.Args[1:] {
		if strings.Contains(name, a) || strings.HasPrefix(a, name) {
			return true
		}
	}
	return false
}

// Rand is a small generator of numbers, the same everywhere.
type Rand uint64

// Next gives the next number.
func (r *Rand) Next() uint64 {
	*r ^= *r << 13
	*r ^= *r >> 7
	*r ^= *r << 17
	return uint64(*r)
}

// Intn gives a number below n.
func (r *Rand) Intn(n int) int { return int(r.Next() % uint64(n)) }
