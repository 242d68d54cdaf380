//go:build strata

package runtime

import (
	"internal/runtime/pprof/label"
	"internal/runtime/sys"
	"runtime/internal/kernel"
	"runtime/internal/lang"
	"runtime/internal/sched"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// Tracebacks, in gc's format. They are printed with the print lock held, which
// guards tb; nothing here allocates.

// tb is the state of the traceback being printed.
var tb struct {
	u     stack.Unwinder
	count int
}

// How many frames are shown of a deep stack: the innermost and the outermost.
const (
	tracebackInner = 50
	tracebackOuter = 50
)

// GOTRACEBACK: level 0 none, 1 the goroutine's own frames, 2 the runtime's
// too; flags for all goroutines and for a core dump.
var (
	traceLevel  int32 = 1
	traceAll    bool
	traceCrash  bool
	traceEnv    [3]int32 // the environment's: SetTraceback does not go below
	traceFromOS bool
)

func tracebackLevel(mp *task.M) (level int32, all, crash bool) {
	level, all, crash = traceLevel, traceAll, traceCrash
	if mp.Throwing >= throwRuntime {
		level, all = max(level, 2), true
	}
	return level, all, crash
}

//go:linkname setTraceback runtime/debug.SetTraceback
func setTraceback(level string) {
	l, all, crash := int32(1), false, false
	switch level {
	case "none":
		l = 0
	case "single", "":
	case "all":
		all = true
	case "system":
		l, all = 2, true
	case "crash":
		l, all, crash = 2, true, true
	default: // also wer, which means something on Windows only
		l, all = 0, true
		if n, ok := atoi(level); ok && n >= 0 && n < 1<<28 {
			l = int32(n)
		}
	}
	if kernel.Secure {
		l, all, crash = 0, false, false
	}
	if traceFromOS {
		l = max(l, traceEnv[0])
		all = all || traceEnv[1] != 0
		crash = crash || traceEnv[2] != 0
	}
	traceLevel, traceAll, traceCrash = l, all, crash
}

// keepTraceback makes the present setting the minimum.
func keepTraceback() {
	traceFromOS = true
	traceEnv = [3]int32{traceLevel, b2i(traceAll), b2i(traceCrash)}
}

func b2i(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

var statusNames = [...]string{
	task.Gidle:      "idle",
	task.Grunnable:  "runnable",
	task.Grunning:   "running",
	task.Gsyscall:   "syscall",
	task.Gwaiting:   "waiting",
	task.Gdead:      "dead",
	task.Gcopystack: "copystack",
	task.Gpreempted: "preempted",
}

// printGoroutineHeader prints "goroutine N [STATUS]:".
func printGoroutineHeader(gp *task.G) {
	s := sched.ReadStatus(gp)
	scan := s&task.Gscan != 0
	s &^= task.Gscan
	status := "???"
	if s < uint32(len(statusNames)) {
		status = statusNames[s]
	}
	if s == task.Gwaiting && gp.WaitReason != 0 {
		status = sched.WaitReason(gp.WaitReason).String()
	}
	print("goroutine ", gp.GoID)
	if mp := gp.M; mp != nil && mp.Throwing >= throwRuntime && gp == mp.CurG {
		print(" gp=")
		printAddr(gp)
		print(" m=", mp.ID, " mp=")
		printhex(uint64(uintptr(unsafe.Pointer(mp))))
	}
	print(" [", status)
	if scan {
		print(" (scan)")
	}
	if gp.Leaked {
		print(" (leaked)")
	}
	if (s == task.Gwaiting || s == task.Gsyscall) && gp.WaitSince != 0 {
		if minutes := (task.Nanotime() - gp.WaitSince) / 60e9; minutes >= 1 {
			print(", ", minutes, " minutes")
		}
	}
	if gp.LockedM != nil {
		print(", locked to thread")
	}
	if gp.Bubble != nil {
		print(", synctest bubble ", bubbleID(gp.Bubble))
	}
	var labels []label.Label
	if gp.Labels != nil && debug.tracebacklabels.Load() == 1 {
		labels = (*label.Set)(gp.Labels).List
	}
	endStatus(labels)
	print(":\n")
}

// traceSystem prints the frames of the system stack on which this runs: from a return address pc with its sp on, or all of
// them.
func traceSystem(g0 *task.G, pc, sp uintptr) {
	if pc == 0 {
		pc, sp = sys.GetCallerPC(), sys.GetCallerSP()
	}
	tb.u.InitAt(g0, pc, sp)
	printFrames(g0)
}

// traceG prints the frames of a goroutine that does not run, or is suspended in a call of Systemstack.
func traceG(gp *task.G) {
	tb.u.Init(gp)
	printFrames(gp)
	printCreator(gp)
}

// traceOthers prints all goroutines but me.
func traceOthers(me *task.G) {
	level, _, _ := tracebackLevel(getg().M)
	cur := getg().M.CurG
	if cur != nil && cur != me {
		print("\n")
		printGoroutineHeader(cur)
		traceG(cur)
	}
	for i := 0; i < sched.NumG(); i++ {
		gp := sched.GAt(i)
		s := sched.ReadStatus(gp) &^ task.Gscan
		if gp == me || gp == cur || s == task.Gdead || s == task.Gidle || gp.System && level < 2 {
			continue
		}
		print("\n")
		printGoroutineHeader(gp)
		if s == task.Grunning {
			// Another thread's stack cannot be walked while it moves.
			print("\tgoroutine running on other thread; stack unavailable\n")
			printCreator(gp)
			continue
		}
		traceG(gp)
	}
}

// printFrames prints the frames from tb.u on.
func printFrames(gp *task.G) {
	level, _, _ := tracebackLevel(getg().M)
	start := tb.u
	total := countFrames(level)
	tb.u = start
	n := 0
	for ; tb.u.Valid(); tb.u.Next() {
		u := &tb.u
		callee := u.Callee
		for l := stack.LogicalAt(u.Fn, u.LookupPC()); ; l = l.Caller() {
			if showFrame(l.Name(), l.ID(), callee, level, n == 0) {
				if n < tracebackInner || n >= total-tracebackOuter {
					printFrame(l, level)
				} else if n == tracebackInner {
					print("...", total-tracebackInner-tracebackOuter, " frames elided...\n")
				}
				n++
			}
			callee = l.ID()
			if !l.Inlined() {
				break
			}
		}
	}
}

func countFrames(level int32) int {
	n := 0
	for ; tb.u.Valid(); tb.u.Next() {
		u := &tb.u
		callee := u.Callee
		for l := stack.LogicalAt(u.Fn, u.LookupPC()); ; l = l.Caller() {
			if showFrame(l.Name(), l.ID(), callee, level, n == 0) {
				n++
			}
			callee = l.ID()
			if !l.Inlined() {
				break
			}
		}
	}
	return n
}

// showFrame hides the runtime's frames, except panics, and wrappers made by the
// compiler.
func showFrame(name string, id, callee uint8, level int32, first bool) bool {
	if level > 1 {
		return true
	}
	if id == stack.IDWrapper && callee != stack.IDPanic && callee != stack.IDSigpanic {
		return false
	}
	if id == stack.IDPanic && !first {
		return true
	}
	if hasPrefix(name, "runtime/internal/") || hasPrefix(name, "go:") {
		return false
	}
	if !hasPrefix(name, "runtime.") {
		for i := 0; i < len(name); i++ {
			if name[i] == '.' {
				return true
			}
		}
		return false
	}
	// Exported functions are what the user called.
	rest := name[len("runtime."):]
	return len(rest) > 0 && 'A' <= rest[0] && rest[0] <= 'Z'
}

func printFrame(l stack.Logical, level int32) {
	file, line := l.FileLine()
	if l.ID() == stack.IDPanic {
		print("panic")
	} else {
		printFuncName(l.Name())
	}
	if l.Inlined() {
		print("(...)")
	} else {
		print("(")
		tb.u.Args(printText, printhex)
		print(")")
	}
	if file == "" {
		file, line = "<autogenerated>", 1
	}
	print("\n\t", file, ":", line)
	if !l.Inlined() {
		if entry := l.Func().Entry(); tb.u.PC > entry {
			print(" +")
			printhex(uint64(tb.u.PC - entry))
		}
		if level > 1 {
			print(" fp=")
			printhex(uint64(tb.u.FP))
			print(" sp=")
			printhex(uint64(tb.u.SP))
			print(" pc=")
			printhex(uint64(tb.u.PC))
		}
	}
	print("\n")
}

func printText(s string) { print(s) }

func printAddr(gp *task.G) { printhex(uint64(uintptr(unsafe.Pointer(gp)))) }

// printFuncName prints a generic function's type arguments as "...". It does not allocate.
func printFuncName(name string) {
	head, rest, ok := cutTypeArgs(name)
	print(head)
	for ok {
		head, rest, ok = cutTypeArgs(rest)
		print("[...]", head)
	}
}

// printCreator prints the go statement that made gp.
func printCreator(gp *task.G) {
	pc := gp.GoPC
	f := stack.Find(pc)
	if !f.Valid() || gp.GoID == 1 {
		return
	}
	level, _, _ := tracebackLevel(getg().M)
	if !showFrame(f.Name(), f.ID(), stack.IDNormal, level, false) {
		return
	}
	l := stack.LogicalAt(f, pc-1)
	print("created by ")
	printFuncName(l.Name())
	if gp.ParentGoID != 0 {
		print(" in goroutine ", gp.ParentGoID)
	}
	file, line := l.FileLine()
	print("\n\t", file, ":", line)
	if entry := f.Entry(); pc > entry {
		print(" +")
		printhex(uint64(pc - entry))
	}
	print("\n")
}

func hasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }

// Stack formats a stack trace of the calling goroutine into buf
// and returns the number of bytes written to buf.
// If all is true, Stack formats stack traces of all other goroutines
// into buf after the trace for the current goroutine.
//
//go:noinline
func Stack(buf []byte, all bool) int {
	if all {
		sched.StopTheWorld(sched.StopAllGoroutines)
	}
	n := 0
	if len(buf) > 0 {
		mp := task.Acquirem()
		lang.PrintLock()
		stackArg.buf, stackArg.all = buf, all
		task.Systemstack(stackOnG0)
		n = stackArg.n
		stackArg.buf = nil
		lang.PrintUnlock()
		task.Releasem(mp)
	}
	if all {
		sched.StartTheWorld()
	}
	return n
}

// stackArg is guarded by the print lock.
var stackArg struct {
	buf []byte
	all bool
	n   int
}

func stackOnG0() {
	gp := getg().M.CurG
	lang.Redirect(stackArg.buf)
	// As debug.Stack wants it: the goroutine's header says running.
	printGoroutineHeader(gp)
	tb.u.Init(gp)
	tb.u.Next() // Stack itself
	printFrames(gp)
	printCreator(gp)
	if stackArg.all {
		traceOthers(gp)
	}
	stackArg.n = lang.Restore()
}
