//go:build strata

package runtime

import (
	"internal/profilerecord"
	"internal/runtime/atomic"
	"runtime/internal/gc"
	"runtime/internal/heap"
	"runtime/internal/kernel"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// Profiles of memory, blocking and contended mutexes count events by stack.
//
// An allocation enters the memory profile when a collection has had the chance
// to free the object: else what was allocated since the last collection would look
// like a leak. So counts wait in the bucket, marked with the number of the
// cycle whose sweep they have to wait for: the next one for allocations, the
// running one for deaths, which are found by sweeping.

// MemProfileRate controls the fraction of memory allocations
// that are recorded and reported in the memory profile.
// The profiler aims to sample an average of
// one allocation per MemProfileRate bytes allocated.
//
// To include every allocated block in the profile, set MemProfileRate to 1.
// To turn off profiling entirely, set MemProfileRate to 0.
//
// Programs should set the rate once, as early as possible, for
// example at the beginning of main.
var MemProfileRate int = 512 * 1024

// A StackRecord describes a single execution stack.
type StackRecord struct {
	Stack0 [32]uintptr // stack trace for this record; ends at first 0 entry
}

// Stack returns the stack trace associated with the record,
// a prefix of r.Stack0.
func (r *StackRecord) Stack() []uintptr { return upToZero(r.Stack0[:]) }

func upToZero(pcs []uintptr) []uintptr {
	for i, pc := range pcs {
		if pc == 0 {
			return pcs[:i]
		}
	}
	return pcs
}

// fill sets dst to what fits of pcs.
func fill(dst *[32]uintptr, pcs []uintptr) {
	n := copy(dst[:], pcs)
	clear(dst[n:])
}

// A MemProfileRecord describes the live objects allocated
// by a particular call sequence (stack trace).
type MemProfileRecord struct {
	AllocBytes, FreeBytes     int64       // number of bytes allocated, freed
	AllocObjects, FreeObjects int64       // number of objects allocated, freed
	Stack0                    [32]uintptr // stack trace for this record; ends at first 0 entry
}

// InUseBytes returns the number of bytes in use (AllocBytes - FreeBytes).
func (r *MemProfileRecord) InUseBytes() int64 { return r.AllocBytes - r.FreeBytes }

// InUseObjects returns the number of objects in use (AllocObjects - FreeObjects).
func (r *MemProfileRecord) InUseObjects() int64 { return r.AllocObjects - r.FreeObjects }

// Stack returns the stack trace associated with the record,
// a prefix of r.Stack0.
func (r *MemProfileRecord) Stack() []uintptr { return upToZero(r.Stack0[:]) }

// BlockProfileRecord describes blocking events originated
// at a particular call sequence (stack trace).
type BlockProfileRecord struct {
	Count  int64
	Cycles int64
	StackRecord
}

// connectProfiles sets the hooks of profiles and metrics.
func connectProfiles() {
	sched.StopTimes = stopTimes
	sched.Latency = schedLatency
	sched.BlockEvent = blockEvent
	sched.MutexEvent = mutexEvent
	sched.ProfileSignal = profileSignal
	heap.Sampled = sampleMalloc
	heap.FreeProfiled = sampleFree
	sched.ConnectBubbles()
	startTicks = task.CPUTicks()
}

// The kinds of profile.
const (
	profMem = iota
	profBlock
	profMutex
	numProf
)

// A bucket counts the events of one stack. Buckets lie outside the heap and are
// never freed; len PCs follow.
type bucket struct {
	chain *bucket // of the same slot of the table
	next  *bucket // of the same kind
	hash  uintptr
	size  uintptr // of the objects, for memory
	kind  uint8
	len   int

	mem     memCounts // what the profile shows
	pending [3]pendingCounts

	count  float64
	cycles int64
}

type memCounts struct {
	allocs, frees         int64
	allocBytes, freeBytes int64
}

func (m *memCounts) add(n *memCounts) {
	m.allocs += n.allocs
	m.frees += n.frees
	m.allocBytes += n.allocBytes
	m.freeBytes += n.freeBytes
}

// pendingCounts wait for the end of the sweep of a cycle.
type pendingCounts struct {
	cycle uint32
	n     memCounts
}

func (b *bucket) stack() []uintptr {
	return unsafe.Slice((*uintptr)(unsafe.Add(unsafe.Pointer(b), unsafe.Sizeof(bucket{}))), b.len)
}

const profTableSize = 1 << 13

// prof is guarded by its lock, during which nothing may allocate.
var prof struct {
	lock  task.Mutex
	table *[profTableSize]*bucket
	list  [numProf]*bucket
	n     [numProf]int
	bytes uintptr
}

// profDepth bounds the length of stacks.
const profDepth = 128

// bucketOf finds or makes the bucket of a stack. prof.lock is held.
func bucketOf(kind uint8, size uintptr, pcs []uintptr) *bucket {
	if prof.table == nil {
		prof.bytes += unsafe.Sizeof(*prof.table)
		prof.table = (*[profTableSize]*bucket)(persistent(unsafe.Sizeof(*prof.table)))
	}
	hash := size*31 + uintptr(kind)
	for _, pc := range pcs {
		hash = (hash ^ pc) * 0x9e3779b97f4a7c15
		hash ^= hash >> 29
	}
	slot := &prof.table[hash%profTableSize]
	for b := *slot; b != nil; b = b.chain {
		if b.hash == hash && b.kind == kind && b.size == size && b.len == len(pcs) && samePCs(b.stack(), pcs) {
			return b
		}
	}
	n := unsafe.Sizeof(bucket{}) + uintptr(len(pcs))*8
	b := (*bucket)(persistent(n))
	prof.bytes += n
	b.hash, b.kind, b.size, b.len = hash, kind, size, len(pcs)
	copy(b.stack(), pcs)
	b.chain = *slot
	*slot = b
	b.next = prof.list[kind]
	prof.list[kind] = b
	prof.n[kind]++
	return b
}

func samePCs(a, b []uintptr) bool {
	for i, pc := range a {
		if pc != b[i] {
			return false
		}
	}
	return true
}

// ownStack returns the stack of the M's goroutine without the innermost frames that
// are the runtime's, and without skip further ones. It stays valid until the next
// call; the caller must not be preempted.
func ownStack(mp *task.M, skip int) []uintptr {
	if mp.CurG == nil {
		return nil
	}
	if mp.ProfStack == nil {
		const n = profDepth + 16
		mp.ProfStack = unsafe.Slice((*uintptr)(persistent(n*8)), n)
	}
	arg, ret := mp.Arg[0], mp.Ret[0]
	mp.Arg[0] = uintptr(skip)
	task.Systemstack(ownStackOnG0)
	n := int(mp.Ret[0])
	mp.Arg[0], mp.Ret[0] = arg, ret
	return mp.ProfStack[skip:max(n, skip)]
}

func ownStackOnG0() {
	mp := getg().M
	u := unwinderOf(mp)
	u.Init(mp.CurG)
	n := len(withoutOwn(mp.ProfStack[:u.Callers(0, mp.ProfStack)]))
	mp.Ret[0] = uintptr(min(n, int(mp.Arg[0])+profDepth))
}

// withoutOwn takes the frames of the runtime's internal packages off the beginning of a
// stack. What stays is what compiled code or another package calls, such as
// runtime.chanrecv1.
func withoutOwn(pcs []uintptr) []uintptr {
	kept := 0
	operation := false
	for i, pc := range pcs {
		name := stack.LogicalAt(stack.Find(pc-1), pc-1).Name()
		if hasPrefix(name, "runtime/internal/") {
			continue
		}
		if !hasPrefix(name, "runtime.") {
			return pcs[:kept+copy(pcs[kept:], pcs[i:])]
		}
		switch name {
		case "runtime.ownStack", "runtime.sampleMalloc", "runtime.countWait", "runtime.blockEvent", "runtime.mutexEvent",
			"runtime.blockevent", "runtime.goroutineStack", "runtime.goroutineProfile", "runtime.stacksOf",
			"runtime.newscan", "runtime.newplain", "runtime.newtiny": // stand for an allocation itself
			continue
		case "runtime.blockEnd":
			// Of a wait at a channel the operation is shown that compiled code calls.
			operation = true
			continue
		case "runtime.chansend", "runtime.chanrecv":
			if operation {
				continue
			}
		}
		pcs[kept] = pc
		kept++
	}
	return pcs[:kept]
}

// Memory.

// sampleMalloc is called after the allocation of p if it is to be recorded, or if
// the program has changed MemProfileRate.
func sampleMalloc(p unsafe.Pointer, size uintptr) {
	mp := task.Acquirem()
	rate := MemProfileRate
	s := heap.SpanOf(uintptr(p))
	old := heap.NextSample(mp, rate, s.Class, nextSample)
	if rate <= 0 || old != rate && rate != 1 || mp.CurG == nil || mp.GSignal == getg() {
		task.Releasem(mp)
		return
	}
	// As the heap counts: the size of the class, but small objects that share a
	// block have their own.
	if !(size < 16 && s.ElemSize == 16 && s.Class.NoScan()) {
		size = s.ElemSize
	}
	pcs := ownStack(mp, 0)
	task.Lock(&prof.lock)
	b := bucketOf(profMem, size, pcs)
	n := b.pendingFor(gc.Cycles() + 1)
	n.allocs++
	n.allocBytes += int64(size)
	task.Unlock(&prof.lock)
	heap.AddSpecial(uintptr(p), heap.KindProfile, false, nil, uintptr(unsafe.Pointer(b)), size, 0)
	task.Releasem(mp)
}

// sampleFree is called by the sweeper for a recorded object that has died.
func sampleFree(sp *heap.Special, _ uintptr) {
	b, size := (*bucket)(unsafe.Pointer(sp.Data[0])), sp.Data[1]
	task.Lock(&prof.lock)
	n := b.pendingFor(gc.Cycles())
	n.frees++
	n.freeBytes += int64(size)
	task.Unlock(&prof.lock)
}

// pendingFor returns the counts that wait for the cycle.
func (b *bucket) pendingFor(cycle uint32) *memCounts {
	b.settle()
	p := &b.pending[cycle%3]
	p.cycle = cycle
	return &p.n
}

// settle shows the counts that have waited long enough.
func (b *bucket) settle() {
	done := gc.Swept()
	for i := range b.pending {
		if p := &b.pending[i]; p.cycle != 0 && p.cycle <= done {
			b.mem.add(&p.n)
			*p = pendingCounts{}
		}
	}
}

// nextSample is the number of bytes to the next allocation to be recorded:
// exponentially distributed, so that each byte has the same chance.
func nextSample(rate int) int64 {
	switch {
	case rate <= 0:
		return 1 << 62
	case rate == 1:
		return 0
	}
	mean := float64(min(rate, 1<<30))
	// -ln(q / 2^26) for a random q, by q = m 2^e and the series of the area tangent.
	q := uint64(sched.CheapRandN(1<<26)) + 1
	e := bitLen(q) - 1
	m := float64(q) / float64(uint64(1)<<e)
	t := (m - 1) / (m + 1)
	t2 := t * t
	ln := 2 * t * (1 + t2*(1.0/3+t2*(1.0/5+t2*(1.0/7+t2*(1.0/9)))))
	const ln2 = 0.6931471805599453
	return int64((float64(26-e)*ln2 - ln) * mean)
}

// memRecord is what is shown of a bucket.
type memRecord struct {
	b *bucket
	n memCounts
}

// readMemProfile takes a copy of the memory profile. inuseZero includes stacks all of
// whose objects are dead.
func readMemProfile(inuseZero bool) []memRecord {
	for {
		list := make([]memRecord, prof.n[profMem]+64)
		n, fits := 0, true
		task.Lock(&prof.lock)
		fits = prof.n[profMem] <= len(list)
		if fits {
			n = copyMem(list, inuseZero, false)
		}
		task.Unlock(&prof.lock)
		if fits {
			return list[:n]
		}
	}
}

// copyMem fills list; with all, also with what is pending.
func copyMem(list []memRecord, inuseZero, all bool) int {
	n := 0
	empty := true
	for b := prof.list[profMem]; b != nil; b = b.next {
		b.settle()
		r := &list[n]
		r.b, r.n = b, b.mem
		if all {
			for i := range b.pending {
				r.n.add(&b.pending[i].n)
			}
		}
		if r.n.allocs != 0 || r.n.frees != 0 {
			empty = false
		}
		if inuseZero || r.n.allocBytes != r.n.freeBytes {
			n++
		}
	}
	if empty && !all {
		// No collection yet: better than nothing.
		return copyMem(list, inuseZero, true)
	}
	return n
}

// MemProfile returns a profile of memory allocated and freed per allocation
// site.
//
// MemProfile returns n, the number of records in the current memory profile.
// If len(p) >= n, MemProfile copies the profile into p and returns n, true.
// If len(p) < n, MemProfile does not change p and returns n, false.
//
// If inuseZero is true, the profile includes allocation records
// where r.AllocBytes > 0 but r.AllocBytes == r.FreeBytes.
// These are sites where memory was allocated, but it has all
// been released back to the runtime.
//
// The returned profile may be up to two garbage collection cycles old. This is to
// avoid skewing the profile toward allocations: it accounts only for those that have
// had a chance to be freed by the garbage collector.
func MemProfile(p []MemProfileRecord, inuseZero bool) (n int, ok bool) {
	list := readMemProfile(inuseZero)
	if len(list) > len(p) {
		return len(list), false
	}
	for i := range list {
		r := &list[i]
		p[i].AllocBytes, p[i].FreeBytes = r.n.allocBytes, r.n.freeBytes
		p[i].AllocObjects, p[i].FreeObjects = r.n.allocs, r.n.frees
		fill(&p[i].Stack0, r.b.stack())
	}
	return len(list), true
}

// Blocking and mutexes.

// startTicks is the processor's tick counter at start, tickRate its ticks per
// second once that has been measured.
var (
	startTicks int64
	tickRate   atomic.Int64
)

func ticksPerSecond() int64 {
	if r := tickRate.Load(); r != 0 {
		return r
	}
	// At least 5 ms have to pass for a sensible result.
	for task.Nanotime()-startTime < 5e6 {
		kernel.Usleep(1000)
	}
	ticks, ns := task.CPUTicks()-startTicks, task.Nanotime()-startTime
	r := max(int64(float64(ticks)*1e9/float64(ns)), 1)
	if !tickRate.CompareAndSwap(0, r) {
		return tickRate.Load()
	}
	return r
}

// SetBlockProfileRate controls the fraction of goroutine blocking events
// that are reported in the blocking profile. The profiler aims to sample
// an average of one blocking event per rate nanoseconds spent blocked.
//
// To include every blocking event in the profile, pass rate = 1.
// To turn off profiling entirely, pass rate <= 0.
func SetBlockProfileRate(rate int) {
	r := int64(0)
	switch {
	case rate == 1:
		r = 1
	case rate > 1:
		r = max(int64(float64(rate)*float64(ticksPerSecond())/1e9), 1)
	}
	atomic.Store64(&sched.BlockRate, uint64(r))
}

// SetMutexProfileFraction controls the fraction of mutex contention events
// that are reported in the mutex profile. On average 1/rate events are
// reported. The previous rate is returned.
//
// To turn off profiling entirely, pass rate 0.
// To just read the current rate, pass rate < 0.
// (For n>1 the details of sampling may change.)
func SetMutexProfileFraction(rate int) int {
	if rate < 0 {
		return int(atomic.Load64(&sched.MutexRate))
	}
	return int(atomic.Xchg64(&sched.MutexRate, uint64(rate)))
}

//go:linkname pprof_blockevent runtime.blockevent
func pprof_blockevent(cycles int64, skip int) { blockEvent(cycles, skip-1) }

// blockEvent records that the goroutine was blocked for so many ticks. Of short
// waits only a part is sampled, and counted for the others.
func blockEvent(cycles int64, skip int) {
	cycles = max(cycles, 1)
	rate := int64(atomic.Load64(&sched.BlockRate))
	if rate <= 0 || rate > cycles && int64(sched.Rand()%uint64(rate)) > cycles {
		return
	}
	if cycles < rate {
		countWait(profBlock, float64(rate)/float64(cycles), rate, skip)
		return
	}
	countWait(profBlock, 1, cycles, skip)
}

// mutexEvent records that the goroutine, which unlocks a mutex, made another wait.
func mutexEvent(cycles int64, skip int) {
	rate := atomic.Load64(&sched.MutexRate)
	if rate == 0 || sched.Rand()%rate != 0 {
		return
	}
	countWait(profMutex, float64(rate), max(cycles, 0)*int64(rate), skip)
}

func countWait(kind uint8, count float64, cycles int64, skip int) {
	mp := task.Acquirem()
	pcs := ownStack(mp, skip)
	if len(pcs) > 0 {
		task.Lock(&prof.lock)
		b := bucketOf(kind, 0, pcs)
		b.count += count
		b.cycles += cycles
		task.Unlock(&prof.lock)
	}
	task.Releasem(mp)
}

// waitRecord is what is shown of a bucket.
type waitRecord struct {
	b      *bucket
	count  int64
	cycles int64
}

func readWaits(kind uint8) []waitRecord {
	for {
		list := make([]waitRecord, prof.n[kind]+16)
		n := 0
		task.Lock(&prof.lock)
		fits := prof.n[kind] <= len(list)
		if fits {
			for b := prof.list[kind]; b != nil; b = b.next {
				r := &list[n]
				r.b, r.count, r.cycles = b, int64(b.count), b.cycles
				if r.count == 0 {
					r.count = 1
				}
				n++
			}
		}
		task.Unlock(&prof.lock)
		if fits {
			return list[:n]
		}
	}
}

func waitProfile(kind uint8, p []BlockProfileRecord) (n int, ok bool) {
	list := readWaits(kind)
	if len(list) > len(p) {
		return len(list), false
	}
	for i := range list {
		p[i].Count, p[i].Cycles = list[i].count, list[i].cycles
		fill(&p[i].Stack0, list[i].b.stack())
	}
	return len(list), true
}

func waitProfileInternal(kind uint8, p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	list := readWaits(kind)
	if len(list) > len(p) {
		return len(list), false
	}
	for i := range list {
		p[i] = profilerecord.BlockProfileRecord{Count: list[i].count, Cycles: list[i].cycles, Stack: list[i].b.stack()}
	}
	return len(list), true
}

// BlockProfile returns n, the number of records in the current blocking profile.
// If len(p) >= n, BlockProfile copies the profile into p and returns n, true.
// If len(p) < n, BlockProfile does not change p and returns n, false.
//
// Most clients should use the [runtime/pprof] package or
// the [testing] package's -test.blockprofile flag instead
// of calling BlockProfile directly.
func BlockProfile(p []BlockProfileRecord) (n int, ok bool) { return waitProfile(profBlock, p) }

// MutexProfile returns n, the number of records in the current mutex profile.
// If len(p) >= n, MutexProfile copies the profile into p and returns n, true.
// Otherwise, MutexProfile does not change p, and returns n, false.
//
// Most clients should use the [runtime/pprof] package
// instead of calling MutexProfile directly.
func MutexProfile(p []BlockProfileRecord) (n int, ok bool) { return waitProfile(profMutex, p) }

// Threads and goroutines.

// ThreadCreateProfile returns n, the number of records in the thread creation profile.
// If len(p) >= n, ThreadCreateProfile copies the profile into p and returns n, true.
// If len(p) < n, ThreadCreateProfile does not change p and returns n, false.
//
// Most clients should use the runtime/pprof package instead
// of calling ThreadCreateProfile directly.
func ThreadCreateProfile(p []StackRecord) (n int, ok bool) {
	list := make([]profilerecord.StackRecord, len(p))
	n, ok = pprof_threadCreateInternal(list)
	if ok {
		for i := range list[:n] {
			fill(&p[i].Stack0, list[i].Stack)
		}
	}
	return n, ok
}

// goroutineProfile is stacksOf for all goroutines, with no need to stop the world if there are too many.
func goroutineProfile(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	if n := int(sched.GoCount()); n > len(p) {
		return n, false
	}
	return stacksOf(shown, p, labels)
}

// stacksOf fills p with the stacks of the goroutines that want accepts and, unless that is nil, labels with their labels.
func stacksOf(want func(*task.G) bool, p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	buf := make([]uintptr, profDepth+16)
	sched.StopTheWorld(sched.StopOther)
	for i := range sched.NumG() {
		if want(sched.GAt(i)) {
			n++
		}
	}
	ok = n <= len(p)
	if ok {
		n = 0
		for i := range sched.NumG() {
			gp := sched.GAt(i)
			if !want(gp) {
				continue
			}
			p[n].Stack = goroutineStack(gp, buf)
			if labels != nil {
				labels[n] = gp.Labels
			}
			n++
		}
	}
	sched.StartTheWorld()
	return n, ok
}

func leaked(gp *task.G) bool { return gp.Leaked && shown(gp) }

func shown(gp *task.G) bool {
	s := sched.ReadStatus(gp) &^ task.Gscan
	return s != task.Gidle && s != task.Gdead && !gp.System
}

// goroutineStack returns gp's stack in new memory. buf is for use meanwhile. The
// world is stopped.
func goroutineStack(gp *task.G, buf []uintptr) []uintptr {
	mp := task.Acquirem()
	a0, p0, p1, r0 := mp.Arg[0], mp.ArgP[0], mp.ArgP[1], mp.Ret[0]
	mp.ArgP[0], mp.ArgP[1], mp.Arg[0] = unsafe.Pointer(gp), unsafe.Pointer(&buf[0]), uintptr(len(buf))
	task.Systemstack(goroutineStackOnG0)
	n := int(mp.Ret[0])
	mp.Arg[0], mp.ArgP[0], mp.ArgP[1], mp.Ret[0] = a0, p0, p1, r0
	task.Releasem(mp)
	pcs := withoutOwn(buf[:n])
	return append([]uintptr(nil), pcs[:min(len(pcs), profDepth)]...)
}

func goroutineStackOnG0() {
	mp := getg().M
	u := unwinderOf(mp)
	u.Init((*task.G)(mp.ArgP[0]))
	mp.Ret[0] = uintptr(u.Callers(0, unsafe.Slice((*uintptr)(mp.ArgP[1]), int(mp.Arg[0]))))
}

// GoroutineProfile returns n, the number of records in the active goroutine stack profile.
// If len(p) >= n, GoroutineProfile copies the profile into p and returns n, true.
// If len(p) < n, GoroutineProfile does not change p and returns n, false.
//
// Most clients should use the [runtime/pprof] package instead
// of calling GoroutineProfile directly.
func GoroutineProfile(p []StackRecord) (n int, ok bool) {
	list := make([]profilerecord.StackRecord, len(p))
	n, ok = goroutineProfile(list, nil)
	if ok {
		for i := range list[:n] {
			fill(&p[i].Stack0, list[i].Stack)
		}
	}
	return n, ok
}
