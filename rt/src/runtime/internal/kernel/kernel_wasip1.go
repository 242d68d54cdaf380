//go:build strata

package kernel

import "unsafe"

// What the WebAssembly System Interface, preview 1, gives.

//go:wasmimport wasi_snapshot_preview1 proc_exit
//go:noescape
func procExit(code int32)

//go:wasmimport wasi_snapshot_preview1 fd_write
//go:noescape
func fdWrite(fd int32, iovs unsafe.Pointer, n int32, written unsafe.Pointer) int32

//go:wasmimport wasi_snapshot_preview1 fd_read
//go:noescape
func fdRead(fd int32, iovs unsafe.Pointer, n int32, read unsafe.Pointer) int32

//go:wasmimport wasi_snapshot_preview1 clock_time_get
//go:noescape
func clockTimeGet(clock int32, precision int64, at unsafe.Pointer) int32

//go:wasmimport wasi_snapshot_preview1 random_get
//go:noescape
func randomGet(p unsafe.Pointer, n int32) int32

//go:wasmimport wasi_snapshot_preview1 args_sizes_get
//go:noescape
func argsSizesGet(n, size unsafe.Pointer) int32

//go:wasmimport wasi_snapshot_preview1 args_get
//go:noescape
func argsGet(list, buf unsafe.Pointer) int32

//go:wasmimport wasi_snapshot_preview1 environ_sizes_get
//go:noescape
func environSizesGet(n, size unsafe.Pointer) int32

//go:wasmimport wasi_snapshot_preview1 environ_get
//go:noescape
func environGet(list, buf unsafe.Pointer) int32

//go:wasmimport wasi_snapshot_preview1 poll_oneoff
//go:noescape
func pollOneoff(in, out unsafe.Pointer, n int32, events unsafe.Pointer) int32

var randomBytes [16]byte

// Init asks for arguments, environment and random bytes.
func Init(argc int32, argv **byte) {
	var n, size, m, esize uint32
	argsSizesGet(unsafe.Pointer(&n), unsafe.Pointer(&size))
	environSizesGet(unsafe.Pointer(&m), unsafe.Pointer(&esize))
	list := Alloc(uintptr(n+m+2) * 8)
	short := Alloc(uintptr(n+m+1) * 4)
	buf := Alloc(uintptr(size+esize) + 1)
	if list == nil || short == nil || buf == nil {
		Throw("out of memory: arguments")
	}
	argsGet(short, buf)
	environGet(unsafe.Add(short, uintptr(n)*4), unsafe.Add(buf, uintptr(size)))
	ArgC, EnvC, ArgV = int32(n), int32(m), (**byte)(list)
	for i := uint32(0); i < n+m; i++ {
		at := i
		if i >= n {
			at++ // behind the nil
		}
		*(*uintptr)(unsafe.Add(list, uintptr(at)*8)) = uintptr(*(*uint32)(unsafe.Add(short, uintptr(i)*4)))
	}
	if randomGet(unsafe.Pointer(&randomBytes), 16) == 0 {
		Random = &randomBytes
	}
}

// Exit ends the program.
//
//go:nosplit
func Exit(code int32) {
	for {
		procExit(code)
	}
}

// iovec is a piece of memory as the interface describes it.
type iovec struct{ p, n uint32 }

//go:nosplit
func Write(fd uintptr, p unsafe.Pointer, n int32) int32 {
	v := iovec{uint32(uintptr(p)), uint32(n)}
	var done uint32
	if e := fdWrite(int32(fd), unsafe.Pointer(&v), 1, unsafe.Pointer(&done)); e != 0 {
		return -e
	}
	return int32(done)
}

//go:nosplit
func Read(fd int32, p unsafe.Pointer, n int32) int32 {
	v := iovec{uint32(uintptr(p)), uint32(n)}
	var done uint32
	if e := fdRead(fd, unsafe.Pointer(&v), 1, unsafe.Pointer(&done)); e != 0 {
		return -e
	}
	return int32(done)
}

const (
	clockRealtime  = 0
	clockMonotonic = 1
)

// Nanotime and Walltime are the clocks, in nanoseconds.
//
//go:nosplit
func Nanotime() int64 {
	var t int64
	clockTimeGet(clockMonotonic, 0, unsafe.Pointer(&t))
	return t
}

//go:nosplit
func Walltime() int64 {
	var t int64
	clockTimeGet(clockRealtime, 0, unsafe.Pointer(&t))
	return t
}

// subscription is that to a clock; event is what comes of it.
type subscription struct {
	user      uint64
	tag       uint8
	_         [7]byte
	id        uint32
	timeout   uint64
	precision uint64
	flags     uint16
}

// Sleep waits.
//
//go:nosplit
func Sleep(ns int64) {
	if ns <= 0 {
		return
	}
	in := subscription{id: clockMonotonic, timeout: uint64(ns), precision: 1}
	var out [32]byte
	var n uint32
	pollOneoff(unsafe.Pointer(&in), unsafe.Pointer(&out), 1, unsafe.Pointer(&n))
}
