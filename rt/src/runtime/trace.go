//go:build strata

package runtime

import (
	"internal/runtime/atomic"
	"internal/trace/tracev2"
	"runtime/internal/sched"
	"runtime/internal/task"
)

// Execution traces. What is traced are the annotations of package runtime/trace:
// tasks, regions and log messages. The scheduler's and collector's events are not;
// for the reader all goroutines take turns on one thread and one processor, each
// for the time of its annotation.
//
// A trace consists of generations that can be read on their own. Each has batches of
// events, a batch with clocks, one with strings, and a mark at its end.

const traceHeader = "go 1.26 trace\x00\x00\x00"

// trace is guarded by traceSema.
var trace struct {
	enabled atomic.Bool

	gen     uint64
	last    uint64            // time of the last event
	events  []byte            // the batch being filled
	start   uint64            // its time
	strings map[string]uint64 // numbers of strings
	seqs    map[uint64]uint64 // by goroutine: how often it has been started

	queue   [][]byte // for the reader
	ready   uint32   // semaphore: elements of queue, and one for the end
	stopped bool     // nothing will be added to queue
	waiters int      // for the reader to have come back after all of queue
	done    uint32   // semaphore of the waiters, and of who waits for the reader to see the end
}

var traceSema uint32 = 1

func lockTrace()   { sched.SemAcquire(&traceSema) }
func unlockTrace() { sched.SemRelease(&traceSema) }

const (
	traceThread = 0
	traceProc   = 0
	noThread    = ^uint64(0)
	batchLimit  = tracev2.MaxBatchSize / 2
)

// StartTrace enables tracing for the current process.
// While tracing, the data will be buffered and available via [ReadTrace].
// StartTrace returns an error if tracing is already enabled.
// Most clients should use the [runtime/trace] package or the [testing] package's
// -test.trace flag instead of calling StartTrace directly.
func StartTrace() error {
	lockTrace()
	if trace.gen != 0 {
		unlockTrace()
		return errorString("tracing is already enabled")
	}
	trace.gen = 1
	trace.stopped = false
	trace.last = traceClockNow()
	beginGeneration()
	pushTrace([]byte(traceHeader))
	trace.enabled.Store(true)
	unlockTrace()
	return nil
}

// StopTrace stops tracing, if it was previously enabled.
// StopTrace only returns after all the reads for the trace have completed.
func StopTrace() { traceAdvance(true) }

// traceAdvance ends the generation and waits until it has been read.
//
//go:linkname traceAdvance runtime.traceAdvance
func traceAdvance(stop bool) {
	lockTrace()
	if !trace.enabled.Load() {
		unlockTrace()
		return
	}
	endGeneration()
	if !stop {
		trace.gen++
		beginGeneration()
		trace.waiters++
		unlockTrace()
		sched.SemAcquire(&trace.done)
		return
	}
	trace.enabled.Store(false)
	trace.stopped = true
	sched.SemRelease(&trace.ready)
	unlockTrace()
	sched.SemAcquire(&trace.done)
	lockTrace()
	trace.gen = 0
	trace.events, trace.strings, trace.seqs = nil, nil, nil
	unlockTrace()
}

// ReadTrace returns the next chunk of binary tracing data, blocking until data
// is available. If tracing is turned off and all the data accumulated while it
// was on has been returned, ReadTrace returns nil. The caller must copy the
// returned data before calling ReadTrace again.
// ReadTrace must be called from one goroutine at a time.
func ReadTrace() (buf []byte) {
	lockTrace()
	off := trace.gen == 0
	for len(trace.queue) == 0 && trace.waiters > 0 {
		trace.waiters--
		sched.SemRelease(&trace.done)
	}
	unlockTrace()
	if off {
		return nil
	}
	sched.SemAcquire(&trace.ready)
	lockTrace()
	if len(trace.queue) > 0 {
		buf = trace.queue[0]
		trace.queue[0] = nil
		trace.queue = trace.queue[1:]
	}
	unlockTrace()
	if buf == nil {
		sched.SemRelease(&trace.done)
	}
	return buf
}

func pushTrace(b []byte) {
	trace.queue = append(trace.queue, b)
	sched.SemRelease(&trace.ready)
}

func beginGeneration() {
	trace.events = nil
	trace.strings = make(map[string]uint64)
	trace.seqs = make(map[uint64]uint64)
	traceEvent(tracev2.EvProcStatus, traceProc, uint64(tracev2.ProcRunning))
}

func endGeneration() {
	finishBatch()
	sync := []byte{byte(tracev2.EvSync), byte(tracev2.EvFrequency)}
	sync = appendUvarint(sync, traceClockUnitsPerSecond())
	now := traceTime()
	sec, nsec := task.Walltime()
	sync = append(sync, byte(tracev2.EvClockSnapshot))
	sync = appendUvarint(sync, 0)
	sync = appendUvarint(sync, now)
	sync = appendUvarint(sync, uint64(sec))
	sync = appendUvarint(sync, uint64(nsec))
	pushBatch(noThread, now, sync)

	names := []byte{byte(tracev2.EvStrings)}
	for s, id := range trace.strings {
		names = append(names, byte(tracev2.EvString))
		names = appendUvarint(names, id)
		names = appendUvarint(names, uint64(len(s)))
		names = append(names, s...)
		if len(names) > batchLimit {
			pushBatch(noThread, now, names)
			names = []byte{byte(tracev2.EvStrings)}
		}
	}
	pushBatch(noThread, now, names)
	pushTrace([]byte{byte(tracev2.EvEndOfGeneration)})
}

// pushBatch gives the reader a batch: always one at a time.
func pushBatch(thread, time uint64, data []byte) {
	b := []byte{byte(tracev2.EvEventBatch)}
	b = appendUvarint(b, trace.gen)
	b = appendUvarint(b, thread)
	b = appendUvarint(b, time)
	b = appendUvarint(b, uint64(len(data)))
	pushTrace(append(b, data...))
}

func appendUvarint(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// traceTime is a time later than all before.
func traceTime() uint64 {
	trace.last = max(trace.last+1, traceClockNow())
	return trace.last
}

// traceEvent adds an event to the batch.
func traceEvent(ev tracev2.EventType, args ...uint64) {
	before := trace.last
	now := traceTime()
	if trace.events == nil {
		trace.events = make([]byte, 0, 512)
		trace.start, before = now, now
	}
	e := append(trace.events, byte(ev))
	e = appendUvarint(e, now-before)
	for _, a := range args {
		e = appendUvarint(e, a)
	}
	trace.events = e
	if len(e) > batchLimit {
		finishBatch()
	}
}

func finishBatch() {
	if trace.events != nil {
		pushBatch(traceThread, trace.start, trace.events)
		trace.events = nil
	}
}

// traceString returns the number of a string.
func traceString(s string) uint64 {
	s = s[:min(len(s), tracev2.MaxEventTrailerDataSize)]
	id, ok := trace.strings[s]
	if !ok {
		id = uint64(len(trace.strings)) + 1
		trace.strings[s] = id
	}
	return id
}

// annotate lets the running goroutine have its turn in the trace, for one event,
// which f adds.
func annotate(f func()) {
	lockTrace()
	if trace.enabled.Load() {
		id := getg().GoID
		seq, ok := trace.seqs[id]
		if !ok {
			traceEvent(tracev2.EvGoStatus, id, noThread, uint64(tracev2.GoRunnable))
		}
		trace.seqs[id] = seq + 1
		traceEvent(tracev2.EvGoStart, id, seq+1)
		f()
		traceEvent(tracev2.EvGoStop, traceString("runtime.Gosched"), 0)
	}
	unlockTrace()
}

// The clock of traces has nanoseconds.

//go:linkname traceClockNow runtime.traceClockNow
func traceClockNow() uint64 { return uint64(task.Nanotime()) }

//go:linkname traceClockUnitsPerSecond runtime/trace.runtime_traceClockUnitsPerSecond
func traceClockUnitsPerSecond() uint64 { return 1e9 }

//go:linkname trace_userTaskCreate runtime/trace.userTaskCreate
func trace_userTaskCreate(id, parentID uint64, taskType string) {
	if trace.enabled.Load() {
		annotate(func() { traceEvent(tracev2.EvUserTaskBegin, id, parentID, traceString(taskType), 0) })
	}
}

//go:linkname trace_userTaskEnd runtime/trace.userTaskEnd
func trace_userTaskEnd(id uint64) {
	if trace.enabled.Load() {
		annotate(func() { traceEvent(tracev2.EvUserTaskEnd, id, 0) })
	}
}

//go:linkname trace_userRegion runtime/trace.userRegion
func trace_userRegion(id, mode uint64, name string) {
	if trace.enabled.Load() {
		ev := tracev2.EvUserRegionBegin
		if mode != 0 {
			ev = tracev2.EvUserRegionEnd
		}
		annotate(func() { traceEvent(ev, id, traceString(name), 0) })
	}
}

//go:linkname trace_userLog runtime/trace.userLog
func trace_userLog(id uint64, category, message string) {
	if trace.enabled.Load() {
		annotate(func() { traceEvent(tracev2.EvUserLog, id, traceString(category), traceString(message), 0) })
	}
}
