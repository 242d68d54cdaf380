//go:build strata

package kernel

// EpollEvent is the kernel's packed struct epoll_event.
type EpollEvent struct {
	Events uint32
	Data   [8]byte
}
