package main

import (
	"fmt"
	"os"
	"runtime/metrics"
	"syscall"
	"time"
)

// phases prints, with -v, what each phase of a build took and what memory it held when it ended.
type phases struct {
	wall time.Time
	cpu  time.Duration
}

// newPhases begins with the first phase.
func newPhases() *phases {
	p := &phases{wall: time.Now()}
	p.cpu, _ = spent()
	return p
}

// end says that a phase is over: it began when the last one ended.
func (p *phases) end(name string) {
	now := time.Now()
	cpu, peak := spent()
	heap, live := heapSizes()
	fmt.Fprintf(os.Stderr, "# %-22s %6.2fs wall %6.2fs cpu  heap %5d MB (%d MB survived the last collection), process at most %d MB\n",
		name, now.Sub(p.wall).Seconds(), (cpu - p.cpu).Seconds(), heap>>20, live>>20, peak>>20)
	p.wall, p.cpu = now, cpu
}

// spent is the CPU time that the process has used, and the most memory that it has had.
func spent() (cpu time.Duration, peak int64) {
	var ru syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &ru) != nil {
		return 0, 0
	}
	return time.Duration(ru.Utime.Nano() + ru.Stime.Nano()), ru.Maxrss << 10
}

// heapSizes are the bytes in objects, dead ones included, and in those that the last collection found alive.
func heapSizes() (objects, live uint64) {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64(), s[1].Value.Uint64()
}
