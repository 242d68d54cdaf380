package main

import (
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"time"
)

// sink keeps results alive.
var sink interface{}

// size is what the command line says about how large to make things, or what is usual.
func size(usual int) int {
	if len(os.Args) > 2 {
		if n, err := strconv.Atoi(os.Args[2]); err == nil && n > 0 {
			return n
		}
	}
	return usual
}

// figure is one measured value.
type figure struct {
	value float64
	unit  string
}

// print writes a line in the format of Go's benchmarks.
func print(name string, n int, figures ...figure) {
	line := fmt.Sprintf("Benchmark%s %d", name, n)
	for _, f := range figures {
		line += " " + strconv.FormatFloat(f.value, 'g', 6, 64) + " " + f.unit
	}
	fmt.Println(line)
}

// least times f, which does ops operations, after once for warming up, and prints the best of many times: on a busy machine
// some are disturbed, and short ones more rarely than long ones.
func least(name string, ops int, f func()) {
	f()
	best := time.Duration(1<<63 - 1)
	for i, begin := 0, time.Now(); i < 10 || i < 100 && time.Since(begin) < 100*time.Millisecond; i++ {
		start := time.Now()
		f()
		if d := time.Since(start); d < best {
			best = d
		}
	}
	print(name, ops, perOp(best, ops))
}

func perOp(d time.Duration, ops int) figure {
	return figure{float64(d.Nanoseconds()) / float64(ops), "ns/op"}
}

func nanoseconds(d time.Duration, unit string) figure { return figure{float64(d.Nanoseconds()), unit} }

// durations can be sorted.
type durations []time.Duration

func (d durations) Len() int           { return len(d) }
func (d durations) Less(i, j int) bool { return d[i] < d[j] }
func (d durations) Swap(i, j int)      { d[i], d[j] = d[j], d[i] }

// median sorts ds.
func median(ds durations) time.Duration {
	if len(ds) == 0 {
		return 0
	}
	sort.Sort(ds)
	return ds[len(ds)/2]
}

// collector watches the collections from its making on.
type collector struct{ first uint32 }

func watchCollector() collector {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return collector{m.NumGC}
}

// longest is the largest time for which one of the collections since then stopped the world.
func (c collector) longest() (pause time.Duration, cycles int) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	for i := c.first; i < m.NumGC; i++ {
		if d := time.Duration(m.PauseNs[i%uint32(len(m.PauseNs))]); d > pause {
			pause = d
		}
	}
	return pause, int(m.NumGC - c.first)
}

// cycles is the number of collections so far, cheaply enough to ask now and then.
func (c collector) cycles() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.NumGC - c.first)
}
