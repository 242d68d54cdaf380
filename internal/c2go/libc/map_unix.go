//go:build unix

package libc

import "syscall"

// mapPages maps n bytes of zero memory outside Go's heap; 0 means that there is none.
func mapPages(n uintptr) uintptr {
	b, err := syscall.Mmap(-1, 0, int(n), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return 0
	}
	return addr(b)
}

// unmapPages gives them back.
func unmapPages(p, n uintptr) {
	syscall.Munmap(bytesAt(p, uint64(n)))
}
