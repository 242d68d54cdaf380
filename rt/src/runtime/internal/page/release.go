//go:build strata

package page

import (
	"internal/runtime/atomic"
	"runtime/internal/kernel"
	"runtime/internal/task"
)

// limit is how many bytes of memory the heap may hold before allocation gives
// free pages back: the memory limit without what else counts.
var limit = ^uintptr(0)

// SetLimit changes it.
func SetLimit(n uintptr) {
	task.Lock(&lock)
	limit = n
	task.Unlock(&lock)
}

// releaseTime is nanoseconds spent on that, releasedEagerly the bytes.
var (
	releaseTime     int64
	releasedEagerly uint64
)

// ReleasedEagerly is how many bytes allocation gave back.
func ReleasedEagerly() uint64 { return atomic.Load64(&releasedEagerly) }

// ReleaseTime is how long allocation was busy giving memory back, in
// nanoseconds.
func ReleaseTime() int64 { return atomic.Loadint64(&releaseTime) }

// payLimit gives back what the allocation of fresh pages took the heap's memory beyond its
// limit.
func payLimit() {
	held := stats.Mapped - stats.Released
	if held <= limit || held == stats.InUse {
		return
	}
	start := task.Nanotime()
	atomic.Xadd64(&releasedEagerly, int64(Release(held-limit)))
	atomic.Xaddint64(&releaseTime, task.Nanotime()-start)
}

// Release gives memory of free pages back to the kernel, from the highest
// addresses down since first fit uses those last, until it has given back at
// least the wanted number of bytes or there is no more. It returns the number of bytes.
func Release(want uintptr) uintptr {
	done := uintptr(0)
	task.Lock(&lock)
	for c := mapped / Size / chunkPages; c > 0 && done < want; {
		c--
		if !sums[c].free() || chunks[c].allReleased() {
			continue
		}
		done += releaseChunk(c, want-done)
	}
	task.Unlock(&lock)
	return done
}

// allReleased reports whether no free page of the chunk has memory.
func (ch *chunk) allReleased() bool {
	for i := range ch.used {
		if ^ch.used[i]&^ch.released[i] != 0 {
			return false
		}
	}
	return true
}

// releaseStep bounds a run of pages that is given back at once: the page
// allocator does without it meanwhile.
const releaseStep = 64

// releaseChunk gives free pages of chunk c back, at least want bytes or all. The lock is held, and
// given up while the kernel works: the pages count as used then.
func releaseChunk(c, want uintptr) uintptr {
	ch := &chunks[c]
	done := uintptr(0)
	for i := uint(chunkPages); i > 0 && done < want; {
		lo, hi := ch.heldRun(i)
		if lo == hi {
			break
		}
		i = lo
		n := uintptr(hi-lo) << Shift
		ch.used.set(lo, hi)
		update(c)
		stats.InUse += n
		task.Unlock(&lock)
		kernel.Discard(Base+(c*chunkPages+uintptr(lo))<<Shift, n)
		task.Lock(&lock)
		ch.used.clear(lo, hi)
		ch.released.set(lo, hi)
		update(c)
		first = min(first, c/groupChunks)
		stats.InUse -= n
		stats.Released += n
		done += n
	}
	return done
}

// heldRun returns the last free pages with memory before page end, at most
// releaseStep; lo == hi if there are none.
func (ch *chunk) heldRun(end uint) (lo, hi uint) {
	held := func(i uint) bool { return (ch.used[i/64]|ch.released[i/64])>>(i%64)&1 == 0 }
	hi = end
	for hi > 0 && !held(hi-1) {
		hi--
	}
	lo = hi
	for lo > 0 && hi-lo < releaseStep && held(lo-1) {
		lo--
	}
	return lo, hi
}
