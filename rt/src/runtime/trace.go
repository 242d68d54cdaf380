//go:build strata

package runtime

import (
	"internal/runtime/atomic"
	"internal/trace/tracev2"
	"runtime/internal/gc"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
	"runtime/internal/trace"
)

// Execution traces: their beginning and end, generations, and the reader. What
// happens is recorded by runtime/internal/trace and its callers.

const traceHeader = "go 1.26 trace\x00\x00\x00"

// generationTime is how long a generation lasts, unless something else ends it.
const generationTime = 1e9

var tracing struct {
	on      bool          // guarded by traceSema
	closed  atomic.Uint64 // the last generation of which the reader has everything
	last    atomic.Uint64 // the last of all, once tracing has been stopped
	seen    uint32        // semaphore: the reader has come back after a generation
	clocked bool          // a goroutine runs that ends generations in time; guarded by traceSema
	reading uint32        // there is a trace that has not been read to its end

	// Of the reader.
	gen    uint64
	header bool
	block  uintptr

	clock [4]uint64 // at the end of a generation: frequency, trace clock, seconds, nanoseconds
}

// traceSema is held while a generation begins or ends.
var traceSema uint32 = 1

// StartTrace enables tracing for the current process.
// While tracing, the data will be buffered and available via [ReadTrace].
// StartTrace returns an error if tracing is already enabled.
// Most clients should use the [runtime/trace] package or the [testing] package's
// -test.trace flag instead of calling StartTrace directly.
func StartTrace() error {
	sched.SemAcquire(&traceSema)
	t := &tracing
	if t.on {
		sched.SemRelease(&traceSema)
		return errorString("tracing is already enabled")
	}
	t.on = true
	t.last.Store(^uint64(0))
	t.header = true
	t.gen = trace.Gen() + 1
	t.closed.Store(trace.Gen())
	sched.StopTheWorld(sched.StopTrace)
	task.Systemstack(firstGeneration)
	sched.StartTheWorld()
	atomic.Store(&t.reading, 1)
	if !t.clocked {
		t.clocked = true
		sched.Go(traceAdvancer)
	}
	sched.SemRelease(&traceSema)
	return nil
}

func firstGeneration() {
	trace.Freeze(sched.AllM())
	beginGeneration()
	trace.Thaw()
}

func beginGeneration() {
	sched.BeginTraceGeneration()
	gc.TraceStatus()
}

// lastGeneration and nextGeneration end the current one with the world stopped.
func lastGeneration() {
	trace.Freeze(sched.AllM())
	endGeneration()
	trace.Thaw()
}

func nextGeneration() {
	trace.Freeze(sched.AllM())
	endGeneration()
	beginGeneration()
	trace.Thaw()
}

func endGeneration() {
	sched.EndTraceGeneration()
	sec, nsec := task.Walltime()
	tracing.clock = [4]uint64{traceClockUnitsPerSecond(), traceClockNow(), uint64(sec), uint64(nsec)}
}

// traceAdvancer ends generations in time, as long as tracing is on.
func traceAdvancer() {
	for {
		timeSleep(generationTime)
		if advance(false) {
			continue
		}
		sched.SemAcquire(&traceSema)
		on := tracing.on
		tracing.clocked = on
		sched.SemRelease(&traceSema)
		if !on {
			return
		}
	}
}

// StopTrace stops tracing, if it was previously enabled.
// StopTrace only returns after all the reads for the trace have completed.
func StopTrace() { traceAdvance(true) }

// traceAdvance ends the generation and waits until it has been read.
//
//go:linkname traceAdvance runtime.traceAdvance
func traceAdvance(stop bool) { advance(stop) }

// advance reports whether tracing was on.
func advance(stop bool) bool {
	t := &tracing
	sched.SemAcquire(&traceSema)
	if !t.on {
		sched.SemRelease(&traceSema)
		return false
	}
	g := trace.Gen()
	sched.StopTheWorld(sched.StopTrace)
	if stop {
		task.Systemstack(lastGeneration)
		t.last.Store(g)
	} else {
		task.Systemstack(nextGeneration)
	}
	sched.StartTheWorld()
	finishGeneration(g)
	t.closed.Store(g)
	if gp := trace.TakeReader(); gp != nil {
		sched.Ready(gp)
	}
	sched.SemAcquire(&t.seen)
	if stop {
		t.on = false
	}
	sched.SemRelease(&traceSema)
	return true
}

// finishGeneration writes clocks and tables behind the events of generation g.
func finishGeneration(g uint64) {
	clock := &tracing.clock
	s := trace.NewSection(g, tracev2.EvSync)
	s.Record(tracev2.EvFrequency, clock[:1], "")
	s.Record(tracev2.EvClockSnapshot, []uint64{0, clock[1], clock[2], clock[3]}, "")
	s.Close()

	trace.WriteSamples(g)
	s = trace.NewSection(g, tracev2.EvStacks)
	var record []uint64
	trace.EachStack(g, func(id uint64, pcs []uintptr) {
		record = stackRecord(record[:0], g, id, pcs)
		s.Record(tracev2.EvStack, record, "")
	})
	s.Close()

	s = trace.NewSection(g, tracev2.EvStrings)
	trace.EachString(g, func(id uint64, text string) {
		s.Record(tracev2.EvString, []uint64{id, uint64(len(text))}, text)
	})
	s.Close()
	trace.PushEnd(g)
	trace.Forget(g)
}

// stackRecord appends what the trace says of a stack: without the runtime's inner
// functions in front.
func stackRecord(b []uint64, g, id uint64, pcs []uintptr) []uint64 {
	b = append(b, id, 0)
	for i, pc := range pcs {
		// All are return addresses, even where the next function begins.
		f := frameOf(stack.LogicalAt(stack.Find(pc-1), pc-1))
		if b[1] == 0 && i+1 < len(pcs) && isInner(f.Function) {
			continue
		}
		if f.File == "" {
			f.File, f.Line = "<autogenerated>", 1
		}
		b = append(b, uint64(f.PC), trace.StringIn(g, f.Function), trace.StringIn(g, f.File), uint64(f.Line))
		b[1]++
	}
	return b
}

// isInner reports whether a function belongs to the runtime's inner packages.
func isInner(name string) bool {
	const inner = "runtime/internal/"
	return len(name) > len(inner) && name[:len(inner)] == inner
}

// ReadTrace returns the next chunk of binary tracing data, blocking until data
// is available. If tracing is turned off and all the data accumulated while it
// was on has been returned, ReadTrace returns nil. The caller must copy the
// returned data before calling ReadTrace again.
// ReadTrace must be called from one goroutine at a time.
func ReadTrace() (buf []byte) {
	t := &tracing
	if t.block != 0 {
		trace.FreeBlock(t.block)
		t.block = 0
	}
	if atomic.Load(&t.reading) == 0 {
		return nil
	}
	if t.header {
		t.header = false
		return []byte(traceHeader)
	}
	for {
		// Closed first: what is taken after that is all there is.
		closed := t.closed.Load() >= t.gen
		if t.block, buf = trace.Take(t.gen); buf != nil {
			return buf
		}
		if closed {
			if t.last.Load() == t.gen {
				atomic.Store(&t.reading, 0)
				sched.SemRelease(&t.seen)
				return nil
			}
			t.gen++
			sched.SemRelease(&t.seen)
			continue
		}
		if l := trace.Expect(getg(), t.gen, &t.closed); l != nil {
			sched.ParkUnlock(l, sched.WaitTraceReaderBlocked)
		}
	}
}

// The clock of traces has nanoseconds.

//go:linkname traceClockNow runtime.traceClockNow
func traceClockNow() uint64 { return uint64(task.Nanotime()) }

//go:linkname traceClockUnitsPerSecond runtime/trace.runtime_traceClockUnitsPerSecond
func traceClockUnitsPerSecond() uint64 { return 1e9 }
