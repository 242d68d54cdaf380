//go:build strata

package runtime

import (
	"internal/abi"
	"internal/profilerecord"
	"internal/runtime/atomic"
	"runtime/internal/gc"
	"runtime/internal/page"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
	"runtime/internal/trace"
	"unsafe"
)

// What package runtime/pprof needs, and the profile of processor time.

//go:linkname pprof_memProfileInternal runtime.pprof_memProfileInternal
func pprof_memProfileInternal(p []profilerecord.MemProfileRecord, inuseZero bool) (n int, ok bool) {
	list := readMemProfile(inuseZero)
	if len(list) > len(p) {
		return len(list), false
	}
	for i := range list {
		r := &list[i]
		p[i] = memProfileRecord(r)
	}
	return len(list), true
}

//go:linkname pprof_blockProfileInternal runtime.pprof_blockProfileInternal
func pprof_blockProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return waitProfileInternal(profBlock, p)
}

//go:linkname pprof_mutexProfileInternal runtime.pprof_mutexProfileInternal
func pprof_mutexProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return waitProfileInternal(profMutex, p)
}

// Where threads were created is not recorded: there is one empty stack for each.
//
//go:linkname pprof_threadCreateInternal runtime.pprof_threadCreateInternal
func pprof_threadCreateInternal(p []profilerecord.StackRecord) (n int, ok bool) {
	for mp := sched.AllM(); mp != nil; mp = mp.AllLink {
		if n < len(p) {
			p[n].Stack = upToZero(mp.CreatePCs[:])
		}
		n++
	}
	return n, n <= len(p)
}

//go:linkname pprof_goroutineProfileWithLabels runtime.pprof_goroutineProfileWithLabels
func pprof_goroutineProfileWithLabels(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	return goroutineProfile(p, labels)
}

//go:linkname pprof_goroutineLeakProfileWithLabels runtime.pprof_goroutineLeakProfileWithLabels
func pprof_goroutineLeakProfileWithLabels(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	return stacksOf(leaked, p, labels)
}

//go:linkname pprof_goroutineLeakGC runtime/pprof.runtime_goroutineLeakGC
func pprof_goroutineLeakGC() { gc.FindLeaks() }

//go:linkname pprof_goroutineleakcount runtime/pprof.runtime_goroutineleakcount
func pprof_goroutineleakcount() int { return int(gc.LeakCount.Load()) }

// Stacks come expanded.
//
//go:linkname pprof_fpunwindExpand runtime.pprof_fpunwindExpand
func pprof_fpunwindExpand(dst, src []uintptr) int { return copy(dst, src) }

//go:linkname pprof_makeProfStack runtime.pprof_makeProfStack
func pprof_makeProfStack() []uintptr { return make([]uintptr, profDepth) }

//go:linkname pprof_cyclesPerSecond runtime/pprof.runtime_cyclesPerSecond
func pprof_cyclesPerSecond() int64 { return ticksPerSecond() }

//go:linkname pprof_setProfLabel runtime/pprof.runtime_setProfLabel
func pprof_setProfLabel(labels unsafe.Pointer) { getg().Labels = labels }

//go:linkname pprof_getProfLabel runtime/pprof.runtime_getProfLabel
func pprof_getProfLabel() unsafe.Pointer { return getg().Labels }

//go:linkname pprof_FrameStartLine runtime/pprof.runtime_FrameStartLine
func pprof_FrameStartLine(f *Frame) int { return f.startLine }

// pprof_FrameSymbolName returns the function's name with its type arguments.
//
//go:linkname pprof_FrameSymbolName runtime/pprof.runtime_FrameSymbolName
func pprof_FrameSymbolName(f *Frame) string {
	if !f.funcInfo.Valid() {
		return f.Function
	}
	return stack.LogicalAt(f.funcInfo, f.PC).Name()
}

// pprof_expandFinalInlineFrame adds the callers into which the last function of
// a stack was inlined, in case the stack was cut off between them.
//
//go:linkname pprof_expandFinalInlineFrame runtime/pprof.runtime_expandFinalInlineFrame
func pprof_expandFinalInlineFrame(stk []uintptr) []uintptr {
	if len(stk) == 0 {
		return stk
	}
	pc := stk[len(stk)-1] - 1
	f := stack.Find(pc)
	if !f.Valid() {
		return stk
	}
	for l := stack.LogicalAt(f, pc); l.Inlined(); {
		l = l.Caller()
		if l.ID() != stack.IDWrapper {
			stk = append(stk, l.PC()+1)
		}
	}
	return stk
}

// The profile of processor time. Signal handlers put samples into a ring of words,
// from which package runtime/pprof takes them ten times a second. The ring has one
// reader; writers, which have all signals blocked, take turns by a lock that
// spins. A record, as the reader of profiles wants it: its length in words, the
// time, a count, the PCs. The first record has the rate for a count. One with
// count 0 tells in place of a PC how many samples were lost.

const (
	cpuRingSize = 1 << 16
	cpuTagsSize = 1 << 12
)

var cpuProf struct {
	lock    uint32 // held by a writer
	on      uint32
	rate    int
	ring    *[cpuRingSize]uint64
	head    atomic.Uint64 // words read
	tail    atomic.Uint64 // words written
	tagHead atomic.Uint64 // records read, and
	tagTail atomic.Uint64 // written
	lost    uint64

	// tags are the labels of the records, in the heap to keep them alive.
	tags []unsafe.Pointer
	// reading: the reader has not yet seen the end.
	reading bool
}

var cpuProfSema uint32 = 1 // guards changes of the rate

// SetCPUProfileRate sets the CPU profiling rate to hz samples per second.
// If hz <= 0, SetCPUProfileRate turns off profiling.
// If the profiler is on, the rate cannot be changed without first turning it off.
//
// Most clients should use the [runtime/pprof] package or
// the [testing] package's -test.cpuprofile flag instead of calling
// SetCPUProfileRate directly.
func SetCPUProfileRate(hz int) {
	hz = min(max(hz, 0), 1000000)
	sched.SemAcquire(&cpuProfSema)
	c := &cpuProf
	switch {
	case hz > 0 && (c.rate != 0 || c.reading):
		print("runtime: cannot set cpu profile rate until previous profile has finished.\n")
	case hz > 0:
		if c.ring == nil {
			c.ring = (*[cpuRingSize]uint64)(page.Persistent(cpuRingSize*8, 8))
			c.tags = make([]unsafe.Pointer, cpuTagsSize)
		}
		clear(c.tags)
		c.head.Store(c.tail.Load())
		c.tagHead.Store(c.tagTail.Load())
		c.lost = 0
		c.rate, c.reading = hz, true
		cpuRecord(uint64(hz), nil, nil)
		atomic.Store(&c.on, 1)
		sched.SetProfileRate(int32(hz))
	case c.rate != 0:
		atomic.Store(&c.on, 0)
		sched.SetProfileRate(0)
		// A handler that is still at work has the lock.
		for !atomic.Cas(&c.lock, 0, 1) {
			Gosched()
		}
		atomic.Store(&c.lock, 0)
		c.rate = 0
	}
	sched.SemRelease(&cpuProfSema)
}

// CPUProfile panics.
// It formerly provided raw access to chunks of
// a pprof-format profile generated by the runtime.
// The details of generating that format have changed,
// so this functionality has been removed.
//
// Deprecated: Use the [runtime/pprof] package,
// or the handlers in the [net/http/pprof] package,
// or the [testing] package's -test.cpuprofile flag instead.
func CPUProfile() []byte { panic("CPUProfile no longer available") }

// cpuRecord writes a record. The writers' lock is held, or there are no writers.
func cpuRecord(count uint64, pcs []uintptr, tag unsafe.Pointer) bool {
	c := &cpuProf
	n := uint64(3 + len(pcs))
	at := c.tail.Load()
	slot := c.tagTail.Load()
	if at+n-c.head.Load() > cpuRingSize || slot-c.tagHead.Load() >= cpuTagsSize {
		return false
	}
	c.ring[at%cpuRingSize] = n
	c.ring[(at+1)%cpuRingSize] = uint64(task.Nanotime())
	c.ring[(at+2)%cpuRingSize] = count
	for i, pc := range pcs {
		c.ring[(at+3+uint64(i))%cpuRingSize] = uint64(pc)
	}
	// Without a barrier: the goroutine has the labels, too.
	*(*uintptr)(unsafe.Pointer(&c.tags[slot%cpuTagsSize])) = uintptr(tag)
	c.tagTail.Store(slot + 1)
	c.tail.Store(at + n)
	return true
}

// Functions that stand for time whose stack cannot be told.

func _System()       { _System() }
func _ExternalCode() { _ExternalCode() }

// profileSignal takes a sample, on the signal stack. gp was interrupted at pc.
func profileSignal(pc, sp uintptr, gp *task.G, mp *task.M) {
	c := &cpuProf
	st := (*sched.ProfileState)(mp.Profiling)
	if atomic.Load(&c.on) == 0 || st == nil {
		return
	}
	n := sampleStack(st, pc, sp, gp, mp)
	if n == 0 {
		st.PCs[0] = pc + 1
		st.PCs[1] = abi.FuncPCABIInternal(_System) + 1
		if !stack.Find(pc).Valid() {
			st.PCs[0] = abi.FuncPCABIInternal(_ExternalCode) + 1
		}
		n = 2
	}
	var tag unsafe.Pointer
	if mp.CurG != nil {
		tag = mp.CurG.Labels
	}
	for !atomic.Cas(&c.lock, 0, 1) {
		task.ProcYield(10)
	}
	if atomic.Load(&c.on) != 0 {
		if c.lost != 0 {
			st.PCs[63], st.PCs[0] = st.PCs[0], uintptr(c.lost)
			if cpuRecord(0, st.PCs[:1], nil) {
				c.lost = 0
			}
			st.PCs[0] = st.PCs[63]
		}
		if !cpuRecord(1, st.PCs[:n], tag) {
			c.lost++
		}
		trace.Sample(mp, st.PCs[:n])
	}
	atomic.Store(&c.lock, 0)
}

// sampleStack walks the interrupted stack; it returns 0 where that is not safe.
func sampleStack(st *sched.ProfileState, pc, sp uintptr, gp *task.G, mp *task.M) int {
	if gp == nil || gp.M != mp || gp == mp.GSignal {
		return 0
	}
	pcs := st.PCs[:63]
	if mp.VDSOSP != 0 {
		// In the clock's code, on another stack than the caller's.
		if on := stackOf(mp, mp.VDSOSP); on != nil {
			st.U.InitAt(on, mp.VDSOPC, mp.VDSOSP)
			return st.U.Callers(0, pcs)
		}
		return 0
	}
	f := stack.Find(pc)
	if !f.Valid() || sp < gp.Stack.Lo || sp >= gp.Stack.Hi {
		return 0
	}
	switch f.ID() {
	case stack.IDMcall, stack.IDSystemstack, stack.IDMorestack, stack.IDMstart:
		return 0 // between two stacks
	}
	if d := f.SPDelta(pc); d < 0 || sp+uintptr(d)+8 > gp.Stack.Hi {
		return 0
	}
	st.U.InitFault(gp, pc, sp, gp == mp.G0)
	return st.U.Callers(0, pcs)
}

// stackOf returns which of the M's goroutines has the address in its stack.
func stackOf(mp *task.M, sp uintptr) *task.G {
	if gp := mp.CurG; gp != nil && gp.Stack.Lo <= sp && sp < gp.Stack.Hi {
		return gp
	}
	if gp := mp.G0; gp.Stack.Lo <= sp && sp < gp.Stack.Hi {
		return gp
	}
	return nil
}

// pprof_readProfile returns what has been recorded since the last call, after waiting
// for there to be enough. eof is true once after profiling has been turned off.
//
//go:linkname pprof_readProfile runtime/pprof.readProfile
func pprof_readProfile() (data []uint64, tags []unsafe.Pointer, eof bool) {
	c := &cpuProf
	if !c.reading {
		return nil, nil, true
	}
	// The handlers cannot wake a goroutine.
	for i := 0; ; i++ {
		ended := c.rate == 0
		n := c.tail.Load() - c.head.Load()
		if n == 0 && ended {
			c.reading = false
			return nil, nil, true
		}
		if n != 0 && (i >= 10 || ended || n > cpuRingSize/8) {
			break
		}
		timeSleep(20e6)
	}
	head, tail := c.head.Load(), c.tail.Load()
	tagHead := c.tagHead.Load()
	data = make([]uint64, 0, tail-head)
	for head < tail {
		n := c.ring[head%cpuRingSize]
		for i := range n {
			data = append(data, c.ring[(head+i)%cpuRingSize])
		}
		head += n
		p := &c.tags[tagHead%cpuTagsSize]
		tags = append(tags, *p)
		*p = nil
		tagHead++
	}
	c.tagHead.Store(tagHead)
	c.head.Store(head)
	return data, tags, false
}

//go:linkname timeSleep time.Sleep
func timeSleep(ns int64)
