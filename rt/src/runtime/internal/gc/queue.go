//go:build strata

package gc

import (
	"internal/abi"
	"internal/runtime/atomic"
	"runtime/internal/design"
	"runtime/internal/heap"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/race"
	"runtime/internal/sched"
	"runtime/internal/task"
	"unsafe"
)

// Finalizers and cleanups that are due. Sweeping puts them here; goroutines,
// started when they are first needed, run them: one for finalizers, which run one after the other, and one for
// cleanups. Records lie outside the heap and are roots.

// due is a finalizer or cleanup to be run.
type due struct {
	next    *due
	fn      unsafe.Pointer // func value
	obj     unsafe.Pointer // nil for cleanups
	arg     *abi.Type      // type of the parameter
	typ     *abi.Type      // type of the pointer to the object
	results uintptr        // bytes of results
}

// queue is a list of dues in order, with the goroutine that serves it.
type queue struct {
	lock        task.Mutex
	first, last *due
	free        *due
	running     due // being run; a root
	worker      *task.G
	parked      bool
	started     uint32
	queued      uint64
	done        uint64
	call        finalizerCall
}

// finalizerCall is what calls need, kept from one to the next.
type finalizerCall struct {
	regs  *abi.RegArgs
	frame unsafe.Pointer // without pointers for the collector
	size  uintptr
}

var finalizers, cleanups queue

func (q *queue) add(fn, obj unsafe.Pointer, arg, typ *abi.Type, results uintptr) {
	task.Lock(&q.lock)
	d := q.free
	if d != nil {
		q.free = d.next
	} else {
		d = (*due)(page.Persistent(unsafe.Sizeof(due{}), 8))
	}
	d.next, d.fn, d.obj, d.arg, d.typ, d.results = nil, fn, obj, arg, typ, results
	if q.last != nil {
		q.last.next = d
	} else {
		q.first = d
	}
	q.last = d
	q.queued++
	task.Unlock(&q.lock)
}

// take moves the first due to q.running and reports whether there was one. It
// returns with the lock held if there is none.
func (q *queue) take() bool {
	task.Lock(&q.lock)
	d := q.first
	if d == nil {
		return false
	}
	q.first = d.next
	if q.first == nil {
		q.last = nil
	}
	q.running = *d
	d.fn, d.obj = nil, nil
	d.next = q.free
	q.free = d
	task.Unlock(&q.lock)
	return true
}

func queueFinalizer(sp *heap.Special, obj uintptr) {
	arg, typ, results := sp.FinalizerTypes()
	finalizers.add(sp.Ref, unsafe.Pointer(obj), arg, typ, results)
}

func queueCleanup(sp *heap.Special) { cleanups.add(sp.Ref, nil, nil, nil, 0) }

// markQueues marks what the queues refer to.
func (w *Work) markQueues() {
	w.markQueue(&finalizers)
	w.markQueue(&cleanups)
}

func (w *Work) markQueue(q *queue) {
	task.Lock(&q.lock)
	for d := q.first; d != nil; d = d.next {
		w.markDue(d)
	}
	w.markDue(&q.running)
	task.Unlock(&q.lock)
}

func (w *Work) markDue(d *due) {
	markExact(unsafe.Pointer(w), uintptr(d.fn))
	markExact(unsafe.Pointer(w), uintptr(d.obj))
}

// startWorker starts the goroutine of q if it does not run yet.
func (q *queue) startWorker(fn func()) {
	if atomic.Load(&q.started) == 0 && atomic.Cas(&q.started, 0, 1) {
		sched.Go(fn)
	}
}

// wakeFinalizers wakes the goroutines that have something to do. Sweeping also
// finds work later; it asks the scheduler, by way of Woken.
func wakeFinalizers() {
	finalizers.wake()
	cleanups.wake()
}

func (q *queue) wake() {
	task.Lock(&q.lock)
	wake := q.parked && q.first != nil
	if wake {
		q.parked = false
	}
	task.Unlock(&q.lock)
	if wake {
		sched.Ready(q.worker)
	}
}

// ToWake returns a goroutine that has finalizers or cleanups to run, or nil.
// The scheduler makes it runnable.
func ToWake() *task.G {
	if gp := finalizers.toWake(); gp != nil {
		return gp
	}
	return cleanups.toWake()
}

func (q *queue) toWake() *task.G {
	if !q.parked || q.first == nil {
		return nil
	}
	var gp *task.G
	task.Lock(&q.lock)
	if q.parked && q.first != nil {
		q.parked = false
		gp = q.worker
	}
	task.Unlock(&q.lock)
	return gp
}

// Profiles show these by gc's names.

//go:linkname runFinalizers runtime.runFinalizers
func runFinalizers() { finalizers.serve(runFinalizer, sched.WaitFinalizerWait) }

//go:linkname runCleanups runtime.runCleanups
func runCleanups() { cleanups.serve(runCleanup, sched.WaitCleanup) }

func (q *queue) serve(run func(*due), why sched.WaitReason) {
	gp := task.Getg()
	gp.System = true
	q.worker = gp
	for {
		if q.take() {
			gp.System = false // user code runs now
			if race.Enabled {
				race.AcquireAll(race.Of(gp))
			}
			run(&q.running)
			gp.System = true
			q.running = due{}
			atomic.Xadd64(&q.done, 1)
			continue
		}
		q.parked = true
		sched.ParkUnlock(&q.lock, why)
	}
}

func runCleanup(d *due) {
	p := d.fn
	fn := *(*func())(unsafe.Pointer(&p))
	if race.Enabled { // another cleanup is not known to come before this one
		gp := task.Getg()
		saved := race.Enter(gp, true)
		fn()
		race.Leave(gp, saved)
		return
	}
	fn()
}

// Reflectcall calls fn with arguments in regs; set by the facade.
var (
	Reflectcall func(fn unsafe.Pointer, frame unsafe.Pointer, size uint32, regs *abi.RegArgs)
	// Assert converts a value to an interface type for a finalizer's parameter:
	// it returns the itab.
	Assert func(inter, typ *abi.Type) unsafe.Pointer
)

// runFinalizer calls d.fn(obj), where the parameter is a pointer or an
// interface.
func runFinalizer(d *due) {
	c := &finalizers.call
	// Room for the parameter, results and the callee's spill area.
	size := (d.results+7)&^7 + 2*2*8
	if size > c.size {
		c.frame, c.size = heap.Malloc(size, nil, true), size
	}
	if c.regs == nil {
		c.regs = new(abi.RegArgs)
	}
	regs, frame, obj := c.regs, c.frame, d.obj
	switch d.arg.Kind() {
	case abi.Pointer:
		setArg(regs, frame, 0, obj)
	case abi.Interface:
		if len((*abi.InterfaceType)(unsafe.Pointer(d.arg)).Methods) == 0 {
			setArg(regs, frame, 0, unsafe.Pointer(d.typ))
		} else {
			setArg(regs, frame, 0, Assert(d.arg, d.typ))
		}
		setArg(regs, frame, 1, obj)
	default:
		kernel.Throw("bad kind in runfinq")
	}
	Reflectcall(d.fn, frame, uint32(size), regs)
	// Nothing of the call may keep the object alive, or be seen by the next.
	setArg(regs, frame, 0, nil)
	setArg(regs, frame, 1, nil)
	task.MemclrNoHeapPointers(frame, size)
}

// setArg makes p word i of the arguments, in a register or in the frame.
func setArg(regs *abi.RegArgs, frame unsafe.Pointer, i uintptr, p unsafe.Pointer) {
	if design.RegisterABI {
		regs.Ints[i] = uintptr(p)
		regs.Ptrs[i] = p
	} else {
		*(*uintptr)(unsafe.Add(frame, i*8)) = uintptr(p)
	}
}

// AddFinalizer makes fn run with p when p's object is unreachable; false if it
// has a finalizer already.
func AddFinalizer(p, fn unsafe.Pointer, arg, typ *abi.Type, results uintptr) bool {
	escape(p)
	finalizers.startWorker(runFinalizers)
	return heap.AddSpecial(uintptr(p), heap.KindFinalizer, true, fn,
		uintptr(unsafe.Pointer(arg)), uintptr(unsafe.Pointer(typ)), results)
}

// escape tells the compiler that what p points to must lie in the heap: the
// records keep its address where escape analysis does not see it.
func escape(p unsafe.Pointer) {
	if alwaysFalse {
		sink = p
	}
}

var (
	alwaysFalse bool
	sink        unsafe.Pointer
)

// RemoveFinalizer takes p's finalizer away.
func RemoveFinalizer(p unsafe.Pointer) {
	heap.RemoveSpecial(uintptr(p), heap.KindFinalizer, 0)
}

var cleanupID uint64

// AddCleanup makes fn run when the object that p points into is unreachable.
// It returns an id for RemoveCleanup.
func AddCleanup(p unsafe.Pointer, fn func()) uint64 {
	escape(p)
	cleanups.startWorker(runCleanups)
	id := atomic.Xadd64(&cleanupID, 1)
	heap.AddSpecial(uintptr(p), heap.KindCleanup, false, *(*unsafe.Pointer)(unsafe.Pointer(&fn)), uintptr(id), 0, 0)
	return id
}

// RemoveCleanup stops a cleanup that is not queued yet.
func RemoveCleanup(p uintptr, id uint64) { heap.RemoveSpecial(p, heap.KindCleanup, uintptr(id)) }

// WaitEmpty waits until no cleanup is queued or running, at most for timeout
// nanoseconds; it reports whether that is so.
func WaitEmpty(timeout int64) bool     { return cleanups.waitEmpty(timeout) }
func WaitFinalized(timeout int64) bool { return finalizers.waitEmpty(timeout) }

func (q *queue) waitEmpty(timeout int64) bool {
	start := task.Nanotime()
	for {
		task.Systemstack(heap.SweepAll)
		q.wake()
		task.Lock(&q.lock)
		idle := q.first == nil && q.done == q.queued
		task.Unlock(&q.lock)
		if idle {
			return true
		}
		if task.Nanotime()-start >= timeout {
			return false
		}
		sched.Gosched()
	}
}
