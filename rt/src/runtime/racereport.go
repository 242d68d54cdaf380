//go:build strata

package runtime

import (
	"internal/runtime/atomic"
	"runtime/internal/kernel"
	"runtime/internal/page"
	"runtime/internal/race"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// Reports of races, in the format that gc's have, and the options of GORACE.

var raceOptions = struct {
	exitCode, sleep     int64
	halt, stacks, addrs bool // stop at the first report; a pair of stacks, or an address, is reported once
	logPath, strip      string
}{exitCode: 66, sleep: 1000, stacks: true, addrs: true}

const (
	raceBuffer = 1 << 16
	raceSeen   = 1 << 12
)

var raceLog struct {
	lock  task.Mutex
	buf   *[raceBuffer]byte
	n     int
	count atomic.Uint32
	fd    uintptr
	seen  *[raceSeen]uint64 // hashes of what has been reported
	known int
}

// initRace prepares the detector. There are no goroutines and no allocations yet.
func initRace() {
	raceParse(envAtBoot("GORACE"))
	m := &stack.Module
	race.Init(m.NoPtrData, m.End)
	raceLog.buf = (*[raceBuffer]byte)(page.Large(raceBuffer))
	raceLog.seen = (*[raceSeen]uint64)(page.Large(raceSeen * 8))
	raceLog.fd = 2
	race.Found = raceFound
}

// raceParse reads options: name=value, separated by blanks.
func raceParse(s string) {
	for len(s) > 0 {
		word := s
		for i := 0; i < len(s); i++ {
			if s[i] == ' ' || s[i] == ',' {
				word = s[:i]
				break
			}
		}
		s = s[min(len(word)+1, len(s)):]
		for i := 0; i < len(word); i++ {
			if word[i] == '=' {
				raceOption(word[:i], word[i+1:])
				break
			}
		}
	}
}

func raceOption(name, value string) {
	o := &raceOptions
	n, ok := atoi(value)
	on := value == "1" || value == "true" || value == "yes"
	switch name {
	case "exitcode":
		if ok {
			o.exitCode = n
		}
	case "atexit_sleep_ms":
		if ok {
			o.sleep = n
		}
	case "halt_on_error":
		o.halt = on
	case "suppress_equal_stacks":
		o.stacks = on
	case "suppress_equal_addresses":
		o.addrs = on
	case "log_path":
		o.logPath = value
	case "strip_path_prefix":
		o.strip = value
	}
}

// raceCount is how many races have been reported.
func raceCount() int { return int(raceLog.count.Load()) }

// raceFound reports a race, unless the like of it has been.
func raceFound(r *race.Race) {
	mp := task.Acquirem()
	task.Lock(&raceLog.lock)
	if raceIsNew(r) {
		raceLog.count.Add(1)
		raceLog.n = 0
		raceText(r)
		raceFlush()
		if raceOptions.halt {
			kernel.Exit(int32(raceOptions.exitCode))
		}
	}
	task.Unlock(&raceLog.lock)
	task.Releasem(mp)
}

func raceIsNew(r *race.Race) bool {
	a, b := uint64(r.Stack), uint64(r.Stack2)
	stacks := max(a, b)<<32 | min(a, b)
	addr := uint64(r.Addr&^7) | 1<<63
	if raceOptions.stacks && raceKnows(stacks) || raceOptions.addrs && raceKnows(addr) {
		return false
	}
	raceRemember(stacks)
	raceRemember(addr)
	return true
}

func raceKnows(x uint64) bool {
	for _, y := range raceLog.seen[:raceLog.known] {
		if x == y {
			return true
		}
	}
	return false
}

func raceRemember(x uint64) {
	if raceLog.known < raceSeen {
		raceLog.seen[raceLog.known] = x
		raceLog.known++
	}
}

func raceText(r *race.Race) {
	raceString("==================\nWARNING: DATA RACE\n")
	raceAccess(r.Write, "Write", "Read", r.Addr, &r.Who, r.Stack)
	raceString("\n")
	raceAccess(r.Prev, "Previous write", "Previous read", r.Addr, &r.Who2, r.Stack2)
	raceGoroutine(&r.Who)
	if r.Who2.GoID != r.Who.GoID {
		raceGoroutine(&r.Who2)
	}
	raceString("==================\n")
}

func raceAccess(write bool, w, r string, addr uintptr, who *race.Epoch, at uint32) {
	if write {
		raceString(w)
	} else {
		raceString(r)
	}
	raceString(" at 0x")
	for shift := 44; shift >= 0; shift -= 4 {
		raceByte("0123456789abcdef"[addr>>shift&15])
	}
	raceString(" by ")
	switch {
	case who.GoID == 1:
		raceString("main goroutine:\n")
	case !who.Known || who.GoID == 0:
		raceString("a goroutine that is not known any more:\n")
	default:
		raceString("goroutine ")
		raceNumber(who.GoID, 10)
		raceString(":\n")
	}
	raceStack(at)
}

func raceGoroutine(who *race.Epoch) {
	if !who.Known || who.GoID <= 1 {
		return
	}
	raceString("\nGoroutine ")
	raceNumber(who.GoID, 10)
	if who.Dead {
		raceString(" (finished) created at:\n")
	} else {
		raceString(" (running) created at:\n")
	}
	raceStack(who.Created)
}

// raceStack prints a stack without the frames of the runtime that stand outside of the program's.
func raceStack(at uint32) {
	pcs := race.Stack(at)
	if len(pcs) == 0 {
		raceString("  [failed to restore the stack]\n")
		return
	}
	for len(pcs) > 1 && outside(stack.LogicalAt(stack.Find(pcs[len(pcs)-1]-1), pcs[len(pcs)-1]-1)) {
		pcs = pcs[:len(pcs)-1]
	}
	for _, pc := range pcs {
		for l := stack.LogicalAt(stack.Find(pc-1), pc-1); l.Func().Valid(); l = l.Caller() {
			if l.ID() != stack.IDWrapper && !outermost(l) {
				raceFrame(l, pc-1)
			}
			if !l.Inlined() {
				break
			}
		}
	}
}

// outside tells whether a frame is the runtime's through and through.
func outside(l stack.Logical) bool {
	if !l.Func().Valid() {
		return true
	}
	return !l.Inlined() && outermost(l)
}

// outermost tells whether a frame is where goroutines begin.
func outermost(l stack.Logical) bool {
	switch l.Name() {
	case "runtime.main", "runtime.goexit", "runtime.mainInits", "runtime.doInit", "go:main.inits":
		return true
	}
	return false
}

func raceFrame(l stack.Logical, pc uintptr) {
	file, line := l.FileLine()
	if p := raceOptions.strip; len(p) > 0 && len(file) > len(p) && file[:len(p)] == p {
		file = file[len(p):]
	}
	raceString("  ")
	raceString(l.Name())
	raceString("()\n      ")
	raceString(file)
	raceString(":")
	raceNumber(uint64(line), 10)
	raceString(" +0x")
	raceNumber(uint64(pc-l.Func().Entry()), 16)
	raceString("\n")
}

func raceString(s string) {
	for i := 0; i < len(s); i++ {
		raceByte(s[i])
	}
}

func raceByte(b byte) {
	if raceLog.n < raceBuffer {
		raceLog.buf[raceLog.n] = b
		raceLog.n++
	}
}

func raceNumber(n uint64, base uint64) {
	var digits [20]byte
	i := len(digits)
	for {
		i--
		digits[i] = "0123456789abcdef"[n%base]
		n /= base
		if n == 0 {
			break
		}
	}
	for ; i < len(digits); i++ {
		raceByte(digits[i])
	}
}

// raceFlush writes what has been printed, to standard error or to the file that log_path names, with the process's number behind it.
func raceFlush() {
	if p := raceOptions.logPath; raceLog.fd == 2 && len(p) > 0 && p != "stderr" {
		if p == "stdout" {
			raceLog.fd = 1
		} else {
			raceOpen(p)
		}
	}
	for at := 0; at < raceLog.n; {
		w := kernel.Write(raceLog.fd, unsafe.Pointer(&raceLog.buf[at]), int32(raceLog.n-at))
		if w <= 0 {
			break
		}
		at += int(w)
	}
	raceLog.n = 0
}

func raceOpen(path string) {
	var name [4096]byte
	n := copy(name[:len(name)-22], path)
	name[n] = '.'
	n++
	var digits [20]byte
	i := len(digits)
	for pid := uint64(kernel.Getpid()); ; pid /= 10 {
		i--
		digits[i] = byte('0' + pid%10)
		if pid < 10 {
			break
		}
	}
	copy(name[n:], digits[i:])
	const create, writeOnly, appending = 0o100, 1, 0o2000
	if fd := kernel.Open(&name[0], create|writeOnly|appending, 0o666); fd >= 0 {
		raceLog.fd = uintptr(fd)
	}
}

// raceEnd gives the status with which a program that would exit with 0 exits.
func raceEnd() int32 {
	if raceOptions.sleep > 0 && sched.GoCount() > 1 {
		sched.Sleep(raceOptions.sleep * 1e6)
	}
	n := raceCount()
	if n == 0 {
		return 0
	}
	task.Lock(&raceLog.lock)
	raceLog.n = 0
	raceString("Found ")
	raceNumber(uint64(n), 10)
	raceString(" data race(s)\n")
	raceFlush()
	task.Unlock(&raceLog.lock)
	return int32(raceOptions.exitCode)
}
