//go:build strata

package kernel

// EpollEvent is the kernel's struct epoll_event.
type EpollEvent struct {
	Events uint32
	_      uint32
	Data   [8]byte
}
