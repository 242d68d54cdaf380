//go:build strata

package kernel

import "unsafe"

// WebAssembly has no kernel: one linear memory that grows at its end, one thread, no signals. What the host has to give stands in the file
// of the operating system. Everything else answers as a kernel does that lacks it.

// HasThreads tells whether threads can be started.
const HasThreads = false

// What the host told the program at start.
var (
	ArgC     int32
	ArgV     **byte
	EnvC     int32
	AuxV     *uintptr
	AuxN     int
	PageSize uintptr = 64 << 10
	Secure   bool
	Random   *[16]byte
)

// Arg returns the i-th word of argv: arguments, a nil, the environment, a nil.
//
//go:nosplit
func Arg(i int32) *byte { return *(**byte)(unsafe.Add(unsafe.Pointer(ArgV), uintptr(i)*8)) }

func memoryGrow(pages int32) int32
func memorySize() int32

// Memory. Low addresses, behind the program's variables, are for tables and everything that is allocated in small amounts; the
// heap is the rest. brk is the end of what is used of the low ones, which end at lowEnd.
var (
	brk, lowEnd uintptr
)

const (
	lowSize  = 16 << 20
	pageMask = 64<<10 - 1
)

// reach makes addresses below end usable.
//
//go:nosplit
func reach(end uintptr) bool {
	have := uintptr(uint32(memorySize())) << 16
	if end <= have {
		return true
	}
	if end > 1<<32-64<<10 {
		return false
	}
	return memoryGrow(int32((end-have+pageMask)>>16)) >= 0
}

//go:nosplit
func start() {
	if brk == 0 {
		brk = uintptr(uint32(memorySize())) << 16
		lowEnd = (brk + lowSize + 4<<20 - 1) &^ (4<<20 - 1)
	}
}

// low takes size bytes of the low addresses.
//
//go:nosplit
func low(size uintptr) uintptr {
	start()
	size = (size + 15) &^ 15
	if size > lowEnd-brk {
		return 0
	}
	p := brk
	brk += size
	return p
}

// Alloc returns size bytes of fresh zeroed memory, or nil.
//
//go:nosplit
func Alloc(size uintptr) unsafe.Pointer {
	p := low(size)
	if p == 0 || !reach(p+size) {
		return nil
	}
	return unsafe.Pointer(p)
}

// MapAs is for the vDSO's, which there is not.
func MapAs(size uintptr, prot, flags uint32) unsafe.Pointer { return nil }

// Reserve returns addresses, or 0: the heap's, which are asked for first, lie at the end.
//
//go:nosplit
func Reserve(hint, size uintptr) uintptr {
	start()
	if size >= 1<<30 {
		if size > 1<<32-64<<10-lowEnd {
			return 0
		}
		return lowEnd
	}
	return low(size)
}

// Map makes reserved addresses usable; they are zero.
//
//go:nosplit
func Map(addr, size uintptr) bool { return reach(addr + size) }

//go:nosplit
func Protect(addr, size uintptr) {}

// Free has nothing to give back to.
//
//go:nosplit
func Free(addr, size uintptr) {}

// Discard makes memory zero, which is all that can be seen of giving it back.
//
//go:nosplit
func Discard(addr, size uintptr) { clear(unsafe.Slice((*byte)(unsafe.Pointer(addr)), size)) }

//go:nosplit
func Huge(addr, size uintptr, on bool) {}

//go:nosplit
func Mincore(addr, size uintptr, dst *byte) int32 { return -ENOSYS }

// FixedAddresses reports that addresses are the same in every run.
//
//go:nosplit
func FixedAddresses() bool { return true }

// Nothing wakes the only thread while it sleeps, so it does not: whoever waits for a lock here waits for itself.

//go:nosplit
func FutexSleep(addr *uint32, val uint32, ns int64) {
	if ns < 0 {
		Throw("the only thread waits for itself")
	}
	Sleep(ns)
}

//go:nosplit
func FutexWake(addr *uint32, n uint32) {}

//go:nosplit
func Usleep(us uint32) { Sleep(int64(us) * 1000) }

//go:nosplit
func SchedYield() {}

// SchedGetaffinity tells nothing: there is one processor.
//
//go:nosplit
func SchedGetaffinity(mask unsafe.Pointer, size uintptr) int32 { return 0 }

//go:nosplit
func Getpid() int32 { return 3 }

//go:nosplit
func Gettid() int32 { return 0 }

// Files are package syscall's but for what the runtime writes.

//go:nosplit
func Open(name *byte, flags, perm int32) int32 { return -ENOSYS }

//go:nosplit
func Close(fd int32) int32 { return -ENOSYS }

//go:nosplit
func Fcntl(fd, cmd, arg int32) int32 { return 0 }

//go:nosplit
func Pipe2(fds *[2]int32, flags int32) int32 { return -ENOSYS }

// Threads, and the processor's instructions that other machines have in assembly.

//go:linkname clone runtime/internal/task.Clone
func clone(flags uintptr, stk uintptr, mp, gp unsafe.Pointer) int32 { return -ENOSYS }

//go:linkname exitThread runtime/internal/task.ExitThread
func exitThread(wait *uint32) { Throw("the only thread ends") }

//go:linkname setTLS runtime/internal/task.SetTLS
func setTLS(mp unsafe.Pointer) {}

//go:linkname procYield runtime/internal/task.ProcYield
func procYield(n uint32) {}

//go:linkname publicationBarrier runtime/internal/task.PublicationBarrier
func publicationBarrier() {}

//go:linkname cpuTicks runtime/internal/task.CPUTicks
func cpuTicks() int64 { return Nanotime() }

//go:linkname nanotime runtime/internal/task.Nanotime
func nanotime() int64 { return Nanotime() }

//go:linkname walltime runtime/internal/task.Walltime
func walltime() (sec int64, nsec int32) {
	t := Walltime()
	return t / 1e9, int32(t % 1e9)
}

//go:linkname timeNow time.now
func timeNow() (sec int64, nsec int32, mono int64) {
	t := Walltime()
	return t / 1e9, int32(t % 1e9), Nanotime()
}
