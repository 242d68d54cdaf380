//go:build strata

package runtime

import (
	"internal/strconv"
	"internal/stringslite"
	"runtime/internal/heap"
	"runtime/internal/kernel"
	"runtime/internal/sched"
	"runtime/internal/task"
	"unsafe"
)

// In a program built with -gcflags=-d=metrics, STRATAMETRICS=FILE makes it write the metrics of package runtime/metrics to FILE
// when it ends by returning from main or by os.Exit: a JSON object of names and values, a histogram being the list of
// its non-empty buckets as [lower bound, upper bound, count], with null for infinite. It is how other programs (strata
// timeline is one) see pauses and latencies of a program that knows nothing of them. A program that dies of a panic or
// a signal leaves none.
//
// Beside them stands "/process/memory/peak:bytes", the largest resident size of the process so far (VmHWM of
// /proc/self/status), which only the process itself can read at its end; it is absent where /proc is not mounted. The
// kernel's figure for the parent (ru_maxrss) counts what the process was before it became this program, too.
//
// The program's children inherit the variable; the process that ends last has its metrics in the file.

// snapshotFile is the value of STRATAMETRICS, ending in NUL, or empty.
var snapshotFile string

func initSnapshot(file string) {
	if snapshots && file != "" {
		snapshotFile = file + "\x00"
	}
}

// writeSnapshot writes the metrics if that was asked for. The world keeps running: one goroutine that never yields
// would else keep the program from ending under designs without preemption. So counters may be off by what happens
// at this very moment.
func writeSnapshot() {
	if !snapshots || snapshotFile == "" {
		return
	}
	s := new(metricState)
	text := make([]byte, 0, 32<<10)
	sched.SemAcquire(&metricsSema)
	sched.SemAcquire(sched.WorldSema()) // nobody else stops the world meanwhile
	statsArg = &s.mem
	task.Systemstack(readMemStats)
	statsArg = nil
	fillMetricState(s)
	sched.SemRelease(sched.WorldSema())
	discount(&s.heap, text)
	for i := range metricTable {
		text = append(text, ",\n\""...)
		text = append(text, metricTable[i].name...)
		text = append(text, "\": "...)
		text = appendMetric(text, s, &metricTable[i])
	}
	sched.SemRelease(&metricsSema)
	if peak := peakMemory(); peak != 0 {
		text = append(text, ",\n\"/process/memory/peak:bytes\": "...)
		text = strconv.AppendUint(text, peak, 10)
	}
	text[0] = '{'
	text = append(text, "\n}\n"...)
	if r := writeFile(snapshotFile, text); r < 0 {
		print("runtime: cannot write the file that STRATAMETRICS names: error ", -r, "\n")
	}
}

// discount takes what writeSnapshot itself has allocated out of the figures.
func discount(h *heap.Stats, text []byte) {
	h.AllocObjects -= min(2, h.AllocObjects)
	h.AllocBytes -= min(uint64(cap(text)), h.AllocBytes)
}

func appendMetric(text []byte, s *metricState, m *metric) []byte {
	switch {
	case m.u != nil:
		return strconv.AppendUint(text, m.u(s), 10)
	case m.f != nil:
		return strconv.AppendFloat(text, m.f(s), 'g', -1, 64)
	}
	var h histogram
	m.h(s, &h)
	text = append(text, '[')
	first := true
	for i, n := range h.counts {
		if n == 0 {
			continue
		}
		if !first {
			text = append(text, ',')
		}
		first = false
		text = append(text, '[')
		text = appendBound(text, h.buckets[i])
		text = append(text, ',')
		text = appendBound(text, h.buckets[i+1])
		text = append(text, ',')
		text = strconv.AppendUint(text, n, 10)
		text = append(text, ']')
	}
	return append(text, ']')
}

func appendBound(text []byte, v float64) []byte {
	if v == inf() || v == -inf() {
		return append(text, "null"...)
	}
	return strconv.AppendFloat(text, v, 'g', -1, 64)
}

// peakMemory is the largest resident size of the process so far, in bytes; 0 if the kernel does not tell.
func peakMemory() uint64 {
	const name = "/proc/self/status\x00"
	fd := kernel.Open(unsafe.StringData(name), 0, 0)
	if fd < 0 {
		return 0
	}
	var page [4096]byte // the file is a third of this
	n := max(0, kernel.Read(fd, unsafe.Pointer(&page), int32(len(page))))
	kernel.Close(fd)
	status := string(page[:n])
	const field = "\nVmHWM:" // then blanks, a number and " kB"
	at := stringslite.Index(status, field)
	if at < 0 {
		return 0
	}
	kb := uint64(0)
	for _, c := range []byte(status[at+len(field):]) {
		switch {
		case '0' <= c && c <= '9':
			kb = kb*10 + uint64(c-'0')
		case kb != 0:
			return kb << 10
		}
	}
	return 0
}

// writeFile makes a file of text; name ends in NUL. It returns minus the error number on failure.
func writeFile(name string, text []byte) int32 {
	const create = 0o1 | 0o100 | 0o1000 // O_WRONLY, O_CREAT, O_TRUNC
	fd := kernel.Open(unsafe.StringData(name), create, 0o666)
	if fd < 0 {
		return fd
	}
	for len(text) > 0 {
		n := kernel.Write(uintptr(fd), unsafe.Pointer(unsafe.SliceData(text)), int32(len(text)))
		if n < 0 {
			kernel.Close(fd)
			return n
		}
		text = text[n:]
	}
	return kernel.Close(fd)
}
