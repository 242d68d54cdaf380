// Package load runs a program's work under the clock and, if asked, under the profiler.
package load

import (
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"syscall"
	"time"
)

var (
	cpu   = flag.String("cpuprofile", "", "file for a CPU profile")
	times = flag.Int("times", 1, "how often the work is done")
	least = flag.Duration("for", 0, "work on until so much time has passed")
)

// Run does the work n times as often as -times says, and prints its result and the CPU time of the cheapest tenth: that
// of the whole process, so that the collector's work counts, and waiting for a processor does not.
func Run(n int, work func() string) {
	flag.Parse()
	want := work()
	if *cpu != "" {
		f, err := os.Create(*cpu)
		if err != nil {
			fatal(err)
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			fatal(err)
		}
		defer f.Close()
		defer pprof.StopCPUProfile()
	}
	const rounds = 10
	best := time.Duration(1<<63 - 1)
	begin := time.Now()
	for round := 0; round < rounds || time.Since(begin) < *least; round++ {
		start := spent()
		for range max(n**times/rounds, 1) {
			if got := work(); got != want {
				fatal(fmt.Errorf("the work gave %q, then %q", want, got))
			}
		}
		best = min(best, spent()-start)
	}
	fmt.Printf("%x %d\n", sum(want), best.Nanoseconds())
}

// spent is the CPU time that the process has taken.
func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// sum is a short checksum of a result.
func sum(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
