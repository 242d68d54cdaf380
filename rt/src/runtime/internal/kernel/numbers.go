//go:build strata

package kernel

// What Linux numbers and lays out so stands here for all machines. WebAssembly has no signals, but package syscall and messages use their numbers.

// Error numbers that the runtime looks at.
const (
	EPERM     = 1
	ENOENT    = 2
	EINTR     = 4
	EAGAIN    = 11
	ENOMEM    = 12
	EACCES    = 13
	EINVAL    = 22
	ENOSYS    = 38
	ETIMEDOUT = 110
)

// Signals.
const (
	SIGHUP    = 1
	SIGINT    = 2
	SIGQUIT   = 3
	SIGILL    = 4
	SIGTRAP   = 5
	SIGABRT   = 6
	SIGBUS    = 7
	SIGFPE    = 8
	SIGKILL   = 9
	SIGUSR1   = 10
	SIGSEGV   = 11
	SIGUSR2   = 12
	SIGPIPE   = 13
	SIGALRM   = 14
	SIGTERM   = 15
	SIGSTKFLT = 16
	SIGCHLD   = 17
	SIGCONT   = 18
	SIGSTOP   = 19
	SIGTSTP   = 20
	SIGTTIN   = 21
	SIGTTOU   = 22
	SIGURG    = 23
	SIGXCPU   = 24
	SIGXFSZ   = 25
	SIGVTALRM = 26
	SIGPROF   = 27
	SIGWINCH  = 28
	SIGIO     = 29
	SIGPWR    = 30
	SIGSYS    = 31
	SIGSETXID = 33 // used to run a system call on every thread
	NSIG      = 65
)

// Codes of synchronous signals, and sigaction flags.
const (
	FPEIntDiv  = 1
	SegvMapErr = 1
	SIUser     = 0
	SITkill    = -6

	SADfl, SAIgn = 0, 1

	SARestart  = 0x10000000
	SAOnStack  = 0x08000000
	SASiginfo  = 0x4
	SARestorer = 0x04000000

	SigBlock   = 0
	SigUnblock = 1
	SigSetmask = 2

	SSDisable = 2
)

// Sigaction is the kernel's struct sigaction.
type Sigaction struct {
	Handler  uintptr
	Flags    uint64
	Restorer uintptr
	Mask     uint64
}

// SigStack is the kernel's stack_t.
type SigStack struct {
	SP    uintptr
	Flags int32
	_     int32
	Size  uintptr
}

// Siginfo is the head of siginfo_t; Addr is the fault address, or sender's pid and uid.
type Siginfo struct {
	Signo int32
	Errno int32
	Code  int32
	_     int32
	Addr  uintptr
	_     [104]byte
}
