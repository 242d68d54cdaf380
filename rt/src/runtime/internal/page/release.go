//go:build strata

package page

import (
	"runtime/internal/kernel"
	"runtime/internal/task"
)

// Release gives memory of free pages back to the kernel, from the highest
// addresses down since first fit uses those last, until it has given back at
// least the wanted number of bytes or there is no more. It returns the number of bytes.
func Release(want uintptr) uintptr {
	done := uintptr(0)
	task.Lock(&lock)
	for c := mapped / Size / chunkPages; c > 0 && done < want; {
		c--
		done += releaseChunk(c)
	}
	task.Unlock(&lock)
	return done
}

// releaseChunk gives back every free page of chunk c. The lock is held, so
// nobody allocates them meanwhile.
func releaseChunk(c uintptr) uintptr {
	ch := &chunks[c]
	pages := uintptr(0)
	for i := ch.used.nextClear(0); i < chunkPages; {
		end := ch.used.nextSet(i)
		if n := end - i - ch.released.count(i, end); n > 0 {
			kernel.Discard(Base+(c*chunkPages+uintptr(i))<<Shift, uintptr(end-i)<<Shift)
			ch.released.set(i, end)
			pages += uintptr(n)
		}
		i = ch.used.nextClear(end)
	}
	stats.Released += pages << Shift
	return pages << Shift
}
