// Package timing lets benchmark programs time themselves.
package timing

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
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

// Main runs the benchmarks whose names contain one of the arguments, or all, and prints "name ns/op" lines. Each
// runs once to warm up and three times for the clock; the best counts.
func Main(list []Bench) {
	for _, b := range list {
		if !wanted(b.Name) {
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
			start := time.Now()
			again := b.Op()
			best = min(best, time.Since(start))
			if again != sum {
				fmt.Fprintf(os.Stderr, "%s: checksum %d, then %d\n", b.Name, sum, again)
				os.Exit(1)
			}
		}
		fmt.Printf("%s %.1f\n", b.Name, float64(best.Nanoseconds())/float64(b.Ops))
	}
}

func wanted(name string) bool {
	if len(os.Args) < 2 {
		return true
	}
	for _, a := range os.Args[1:] {
		if strings.Contains(name, a) {
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
