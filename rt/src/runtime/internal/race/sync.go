//go:build strata

package race

import (
	"runtime/internal/page"
	"runtime/internal/task"
	"unsafe"
)

// An object is what goroutines synchronise by at an address: the clock of those that released there.
type object struct {
	clock vector
	next  uint32 // in the list of its granule, or of free ones
	byte  uint8  // of the granule
}

const (
	objectChunk  = 1024
	objectChunks = 1 << 16
)

var objects struct {
	lock   task.Mutex
	chunks *[objectChunks]uintptr
	used   uint32 // 0 is none
	free   uint32
}

func objectAt(i uint32) *object {
	return (*object)(unsafe.Pointer(objects.chunks[i/objectChunk] + uintptr(i%objectChunk)*unsafe.Sizeof(object{})))
}

func newObject() uint32 {
	task.Lock(&objects.lock)
	i := objects.free
	if i != 0 {
		objects.free = objectAt(i).next
		*objectAt(i) = object{}
	} else if objects.used+1 < objectChunk*objectChunks {
		objects.used++
		i = objects.used
		if c := &objects.chunks[i/objectChunk]; *c == 0 {
			*c = uintptr(page.Large(objectChunk * unsafe.Sizeof(object{})))
		}
	}
	task.Unlock(&objects.lock)
	return i
}

// freeObjects frees those of a granule.
func freeObjects(i uint32) {
	for i != 0 {
		o := objectAt(i)
		next := o.next
		o.clock.free()
		task.Lock(&objects.lock)
		o.next = objects.free
		objects.free = i
		task.Unlock(&objects.lock)
		i = next
	}
}

// What a goroutine does at a synchronisation object.
type action uint8

const (
	acquire      action = iota // it comes after all that was released there
	release                    // what comes later comes after this alone
	releaseMerge               // what comes later comes after this, too
	swap                       // release and acquire what was there
	both                       // acquire, and what comes later comes after this, too
)

func Acquire(t *Thread, addr uintptr)        { t.sync(addr, acquire) }
func Release(t *Thread, addr uintptr)        { t.sync(addr, release) }
func ReleaseMerge(t *Thread, addr uintptr)   { t.sync(addr, releaseMerge) }
func ReleaseAcquire(t *Thread, addr uintptr) { t.sync(addr, swap) }

func (t *Thread) sync(addr uintptr, a action) {
	g := granuleOf(addr)
	if t == nil || g == nil || t.ignored > 0 {
		return
	}
	mp := task.Acquirem()
	l := stripe(g)
	spin(l)
	t.syncLocked(g, addr, a)
	unspin(l)
	task.Releasem(mp)
}

// Begin locks what is known of an address for an atomic operation on it, so that what it reads and what it acquires belong together; Finish
// does what the operation means, if the thread's synchronisation counts. Begin gives nil where nothing is known of the address.
func Begin(addr uintptr) *uint32 {
	g := granuleOf(addr)
	if g == nil {
		return nil
	}
	task.Acquirem()
	l := stripe(g)
	spin(l)
	return l
}

func Finish(t *Thread, l *uint32, addr uintptr, acquires, releases bool) {
	if l == nil {
		return
	}
	if t != nil && t.ignored == 0 {
		g := granuleOf(addr)
		switch {
		case acquires && releases:
			t.syncLocked(g, addr, both)
		case acquires:
			t.syncLocked(g, addr, acquire)
		case releases:
			t.syncLocked(g, addr, release)
		}
	}
	unspin(l)
	task.Releasem(task.Getg().M)
}

func (t *Thread) syncLocked(g *granule, addr uintptr, a action) {
	i := g.object
	for i != 0 && objectAt(i).byte != uint8(addr&7) {
		i = objectAt(i).next
	}
	if i == 0 && a != acquire {
		if i = newObject(); i != 0 {
			o := objectAt(i)
			o.byte, o.next = uint8(addr&7), g.object
			g.object = i
			soil(addr)
		}
	}
	if i != 0 {
		t.act(&objectAt(i).clock, a)
	}
}

func (t *Thread) act(clock *vector, a action) {
	switch a {
	case acquire:
		t.clock.join(clock)
		return
	case release:
		clock.copyOf(&t.clock)
	case releaseMerge:
		clock.join(&t.clock)
	case both:
		t.clock.join(clock)
		clock.copyOf(&t.clock) // which has all that was there
	case swap:
		old := *clock
		*clock = vector{}
		clock.copyOf(&t.clock)
		t.clock.join(&old)
		old.free()
	}
	clock.set(t.tid, t.time)
	t.tick()
}
