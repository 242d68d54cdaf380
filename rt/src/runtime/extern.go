//go:build strata

package runtime

import (
	"internal/goarch"
	"internal/goos"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/sched"
	"runtime/internal/task"
	"unsafe"
)

// Compiler is the name of the compiler toolchain that built the
// running binary. Tools of the standard library take it for the set of
// conventions, which are gc's.
const Compiler = "gc"

// GOOS is the running program's operating system target.
const GOOS string = goos.GOOS

// GOARCH is the running program's architecture target.
const GOARCH string = goarch.GOARCH

// The linker sets these.
var (
	buildVersion  string
	defaultGOROOT string
)

// Version returns the Go tree's version string.
// It is either the commit hash and date at the time of the build or,
// when possible, a release tag like "go1.3".
func Version() string { return buildVersion }

// GOROOT returns the root of the Go tree. It uses the
// GOROOT environment variable, if set at process start,
// or else the root used during the Go build.
//
// Deprecated: The root used during the Go build will not be
// meaningful if the binary is copied to another machine.
// Use the system path to locate the “go” binary, and use
// “go env GOROOT” to find its GOROOT.
func GOROOT() string {
	if s := getenv("GOROOT"); s != "" {
		return s
	}
	return defaultGOROOT
}

// NumCPU returns the number of logical CPUs usable by the current process.
//
// The set of available CPUs is checked by querying the operating system
// at process startup. Changes to operating system CPU allocation after
// process startup are not reflected.
func NumCPU() int { return int(task.NCPU) }

// NumCgoCall returns the number of cgo calls made by the current process.
func NumCgoCall() int64 { return 0 }

// NumGoroutine returns the number of goroutines that currently exist.
func NumGoroutine() int { return int(sched.GoCount()) }

// Gosched yields the processor, allowing other goroutines to run. It does not
// suspend the current goroutine, so execution resumes automatically.
func Gosched() { sched.Gosched() }

// Goexit terminates the goroutine that calls it. No other goroutine is affected.
// Goexit runs all deferred calls before terminating the goroutine. Because Goexit
// is not a panic, any recover calls in those deferred functions will return nil.
//
// Calling Goexit from the main goroutine terminates that goroutine
// without func main returning. Since func main has not returned,
// the program continues execution of other goroutines.
// If all other goroutines exit, the program crashes.
//
// It crashes if called from a thread not created by the Go runtime.
func Goexit()

// LockOSThread wires the calling goroutine to its current operating system thread.
// The calling goroutine will always execute in that thread,
// and no other goroutine will execute in it,
// until the calling goroutine has made as many calls to
// [UnlockOSThread] as to LockOSThread.
// If the calling goroutine exits without unlocking the thread,
// the thread will be terminated.
//
// All init functions are run on the startup thread. Calling LockOSThread
// from an init function will cause the main function to be invoked on
// that thread.
//
// A goroutine should call LockOSThread before calling OS services or
// non-Go library functions that depend on per-thread state.
func LockOSThread()

// UnlockOSThread undoes an earlier call to LockOSThread.
// If this drops the number of active LockOSThread calls on the
// calling goroutine to zero, it unwires the calling goroutine from
// its fixed operating system thread.
// If there are no active LockOSThread calls, this is a no-op.
func UnlockOSThread()

// Breakpoint executes a breakpoint trap.
func Breakpoint() { kernel.Raise(kernel.SIGTRAP) }

// KeepAlive marks its argument as currently reachable.
// This ensures that the object is not freed, and its finalizer is not run,
// before the point in the program where KeepAlive is called.
//
//go:noinline
func KeepAlive(x any) {
	if keepAliveNever {
		kept = x
	}
}

var (
	keepAliveNever bool
	kept           any
)

// SetCgoTraceback records functions for tracebacks of C code, of which there is
// none.
func SetCgoTraceback(version int, traceback, context, symbolizer unsafe.Pointer) {}

func persistent(size uintptr) unsafe.Pointer { return page.Persistent(size, 8) }

// The library's view of the system.

//go:linkname syscall_Getpagesize syscall.Getpagesize
func syscall_Getpagesize() int { return int(kernel.PageSize) }

//go:linkname fcntl runtime.fcntl
func fcntl(fd, cmd, arg int32) (int32, int32) {
	r := kernel.Fcntl(fd, cmd, arg)
	if r < 0 {
		return -1, -r
	}
	return r, 0
}

// haveHighResSleep is for package time's tests: sleeps are exact.
var haveHighResSleep = true

// vdsoGettimeofdaySym is read by package syscall's assembly; 0 means the system
// call.
var vdsoGettimeofdaySym uintptr

//go:linkname reflect_verifyNotInHeapPtr reflect.verifyNotInHeapPtr
func reflect_verifyNotInHeapPtr(p uintptr) bool {
	// Not a value that the collector would take for a pointer by mistake.
	return !inHeap(p) && p != ^uintptr(0)
}

// getAuxv is for vendored packages that look at the processor's features.
func getAuxv() []uintptr { return unsafe.Slice(kernel.AuxV, kernel.AuxN) }
