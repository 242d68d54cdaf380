package libc

import "unsafe"

// The heap: blocks of fixed sizes, cut from mapped arenas and kept in one free list for each size. The word in front of a block
// says how many bytes it has. Addresses of blocks are multiples of 16. Blocks above largest are mapped by themselves.

const (
	arenaSize = 1 << 20
	smallest  = 24
	largest   = 1 << 19
	mapped    = 1 << 63 // in the size of a block with a mapping of its own
	classes   = 128
)

var (
	free            [classes]uintptr // lists of free blocks, linked through their first word
	arena, arenaEnd uintptr
	sizes           [classes]uintptr
	noMemory        = int32(12)
)

// addr is the address of a slice's elements.
func addr[T any](b []T) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) }

func word(p uintptr) *uintptr { return (*uintptr)(at(p)) }

func init() {
	SP = mapPages(stackSize)
	if SP == 0 {
		panic("libc: no memory for C's stack")
	}
	c := 0
	for n := uintptr(smallest); n < 1024+16; n += 16 {
		sizes[c] = n
		c++
	}
	for n := uintptr(1024); n < largest; n *= 2 {
		for i := uintptr(1); i <= 4; i++ {
			sizes[c] = n + i*n/4 - 8
			if sizes[c] <= sizes[c-1] {
				continue
			}
			c++
		}
	}
	sizes[c] = ^uintptr(0)
}

// class is the smallest class whose blocks have n bytes.
func class(n uintptr) int {
	if n <= 1024 {
		if n <= smallest {
			return 0
		}
		return int((n - smallest + 15) / 16)
	}
	c := (1024-smallest)/16 + 1
	for sizes[c] < n {
		c++
	}
	return c
}

// Malloc allocates n bytes.
func Malloc(n uint64) uintptr {
	if n > largest/2 {
		return mapBlock(n)
	}
	c := class(uintptr(n))
	if p := free[c]; p != 0 {
		free[c] = *word(p)
		return p
	}
	size := sizes[c]
	if arenaEnd-arena < size+8 {
		a := mapPages(arenaSize)
		if a == 0 {
			Errno = noMemory
			return 0
		}
		arena, arenaEnd = a+8, a+arenaSize
	}
	*word(arena) = size
	p := arena + 8
	arena += size + 8
	return p
}

func mapBlock(n uint64) uintptr {
	if n > 1<<46 {
		Errno = noMemory
		return 0
	}
	size := (uintptr(n) + 16 + 4095) &^ 4095
	p := mapPages(size)
	if p == 0 {
		Errno = noMemory
		return 0
	}
	*word(p + 8) = size | mapped
	return p + 16
}

// usable is how many bytes a block has.
func usable(p uintptr) uintptr {
	n := *word(p - 8)
	if n&mapped != 0 {
		return n&^mapped - 16
	}
	return n
}

// Free gives a block back.
func Free(p uintptr) {
	if p == 0 {
		return
	}
	n := *word(p - 8)
	if n&mapped != 0 {
		unmapPages(p-16, n&^mapped)
		return
	}
	c := class(n)
	*word(p) = free[c]
	free[c] = p
}

// Calloc allocates n objects of zero bytes.
func Calloc(n, size uint64) uintptr {
	if size != 0 && n > ^uint64(0)/size {
		Errno = noMemory
		return 0
	}
	n *= size
	p := Malloc(n)
	if p != 0 && n <= largest/2 {
		clear(bytesAt(p, n))
	}
	return p
}

// Realloc changes the size of a block, which may move.
func Realloc(p uintptr, n uint64) uintptr {
	if p == 0 {
		return Malloc(n)
	}
	if n == 0 {
		Free(p)
		return 0
	}
	have := usable(p)
	if uintptr(n) <= have && (uintptr(n) >= have/2 || have <= 64) {
		return p
	}
	q := Malloc(n)
	if q == 0 {
		return 0
	}
	copy(bytesAt(q, n), bytesAt(p, min(n, uint64(have))))
	Free(p)
	return q
}

// Reallocarray is realloc of n objects.
func Reallocarray(p uintptr, n, size uint64) uintptr {
	if size != 0 && n > ^uint64(0)/size {
		Errno = noMemory
		return 0
	}
	return Realloc(p, n*size)
}

// Malloc_usable_size is how many bytes a block has.
func Malloc_usable_size(p uintptr) uint64 {
	if p == 0 {
		return 0
	}
	return uint64(usable(p))
}

// Aligned_alloc allocates at a multiple of align. Blocks with more than 16 are never given back.
func Aligned_alloc(align, n uint64) uintptr {
	if align <= 16 {
		return Malloc(n)
	}
	p := Malloc(n + align + 16)
	if p == 0 {
		return 0
	}
	q := (p + 16 + uintptr(align) - 1) &^ (uintptr(align) - 1)
	*word(q - 8) = smallest // what lies in front of it is lost when it is freed
	return q
}

// Posix_memalign is aligned_alloc with its result in memory.
func Posix_memalign(p uintptr, align, n uint64) int32 {
	*word(p) = Aligned_alloc(align, n)
	if *word(p) == 0 {
		return noMemory
	}
	return 0
}
