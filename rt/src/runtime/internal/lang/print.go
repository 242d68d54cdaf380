//go:build strata

package lang

import (
	"internal/abi"
	"internal/strconv"
	"runtime/internal/kernel"
	"runtime/internal/task"
	"unsafe"
)

// print and println write to standard error. They work anywhere: on g0, in signal
// handlers, out of memory. So nothing here allocates; numbers are formatted in
// printBuf, which the print lock guards.
//
// While a traceback is taken into a buffer, the holder of the lock redirects what
// it prints.

var (
	printMutex task.Mutex
	printBuf   [128]byte
	redirect   []byte // nil: standard error
	redirectN  int
	redirected bool
)

// The lock is counted per M, so that code which holds it may print.
//
//go:linkname PrintLock runtime.printlock
func PrintLock() {
	mp := getg().M
	mp.Locks++ // no preemption between count and lock
	mp.PrintLock++
	if mp.PrintLock == 1 {
		task.Lock(&printMutex)
	}
	mp.Locks--
}

//go:linkname PrintUnlock runtime.printunlock
func PrintUnlock() {
	mp := getg().M
	mp.PrintLock--
	if mp.PrintLock == 0 {
		task.Unlock(&printMutex)
	}
}

// Redirect sends what the holder of the print lock prints to buf; Restore ends
// that and returns the number of bytes.
func Redirect(buf []byte) {
	redirect, redirectN, redirected = buf, 0, true
}

func Restore() int {
	redirected = false
	redirect = nil
	return redirectN
}

// CrashFD, when not negative, receives a copy of fatal output.
var CrashFD uintptr = ^uintptr(0)

func emit(p unsafe.Pointer, n int) {
	if redirected {
		m := min(n, len(redirect)-redirectN)
		if m > 0 {
			memmove(unsafe.Pointer(&redirect[redirectN]), p, uintptr(m))
			redirectN += m
		}
		return
	}
	kernel.Write(2, p, int32(n))
	if CrashFD != ^uintptr(0) && PanicsRunning() {
		kernel.Write(CrashFD, p, int32(n))
	}
}

// PanicsRunning reports whether the process is about to die.
var PanicsRunning func() bool = notPanicking

func notPanicking() bool { return false }

//go:linkname printstring runtime.printstring
func printstring(s string) { emit(unsafe.Pointer(unsafe.StringData(s)), len(s)) }

//go:linkname printnl runtime.printnl
func printnl() { printstring("\n") }

//go:linkname printsp runtime.printsp
func printsp() { printstring(" ") }

//go:linkname printbool runtime.printbool
func printbool(b bool) {
	if b {
		printstring("true")
	} else {
		printstring("false")
	}
}

func emitBuf(n int) { emit(unsafe.Pointer(&printBuf), n) }

//go:linkname printuint runtime.printuint
func printuint(v uint64) {
	i := len(printBuf)
	for {
		i--
		printBuf[i] = byte('0' + v%10)
		v /= 10
		if v == 0 {
			break
		}
	}
	emit(unsafe.Pointer(&printBuf[i]), len(printBuf)-i)
}

//go:linkname printint runtime.printint
func printint(v int64) {
	if v < 0 {
		printstring("-")
		v = -v
	}
	printuint(uint64(v))
}

//go:linkname printuintptr runtime.printuintptr
func printuintptr(v uintptr) { printuint(uint64(v)) }

//go:linkname printhex runtime.printhex
func printhex(v uint64) {
	i := len(printBuf)
	for {
		i--
		printBuf[i] = "0123456789abcdef"[v%16]
		v /= 16
		if v == 0 {
			break
		}
	}
	i--
	printBuf[i] = 'x'
	i--
	printBuf[i] = '0'
	emit(unsafe.Pointer(&printBuf[i]), len(printBuf)-i)
}

//go:linkname printpointer runtime.printpointer
func printpointer(p unsafe.Pointer) { printhex(uint64(uintptr(p))) }

//go:linkname printfloat64 runtime.printfloat64
func printfloat64(v float64) {
	emitBuf(len(strconv.AppendFloat(printBuf[:0], v, 'g', -1, 64)))
}

//go:linkname printfloat32 runtime.printfloat32
func printfloat32(v float32) {
	emitBuf(len(strconv.AppendFloat(printBuf[:0], float64(v), 'g', -1, 32)))
}

//go:linkname printcomplex128 runtime.printcomplex128
func printcomplex128(c complex128) {
	emitBuf(len(strconv.AppendComplex(printBuf[:0], c, 'g', -1, 128)))
}

//go:linkname printcomplex64 runtime.printcomplex64
func printcomplex64(c complex64) {
	emitBuf(len(strconv.AppendComplex(printBuf[:0], complex128(c), 'g', -1, 64)))
}

//go:linkname printslice runtime.printslice
func printslice(s []byte) {
	printstring("[")
	printint(int64(len(s)))
	printstring("/")
	printint(int64(cap(s)))
	printstring("]")
	printpointer(unsafe.Pointer(unsafe.SliceData(s)))
}

//go:linkname printeface runtime.printeface
func printeface(t *abi.Type, data unsafe.Pointer) {
	printstring("(")
	printpointer(unsafe.Pointer(t))
	printstring(",")
	printpointer(data)
	printstring(")")
}

//go:linkname printiface runtime.printiface
func printiface(t *abi.ITab, data unsafe.Pointer) {
	printeface((*abi.Type)(unsafe.Pointer(t)), data)
}

// PrintQuoted is printquoted for package runtime.
func PrintQuoted(s string) { printquoted(s) }

// printquoted prints s as a Go string literal would show it.
//
//go:linkname printquoted runtime.printquoted
func printquoted(s string) {
	printstring(`"`)
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] >= ' ' && s[j] != '"' && s[j] != '\\' && s[j] < 0x7f {
			j++
		}
		printstring(s[i:j])
		if j == len(s) {
			break
		}
		j = printEscaped(s, j)
		i = j
	}
	printstring(`"`)
}

// printEscaped prints the rune at s[i] escaped and returns the index behind it.
func printEscaped(s string, i int) int {
	switch c := s[i]; {
	case c == '\n':
		printstring(`\n`)
	case c == '\r':
		printstring(`\r`)
	case c == '\t':
		printstring(`\t`)
	case c == '"':
		printstring(`\"`)
	case c == '\\':
		printstring(`\\`)
	case c >= 0x80:
		r, next := decoderune(s, i)
		if r == 0xfffd && next == i+1 {
			printHexEscape(`\x`, uint64(c), 2)
			return next
		}
		if r < 0x10000 {
			printHexEscape(`\u`, uint64(r), 4)
		} else {
			printHexEscape(`\U`, uint64(r), 8)
		}
		return next
	default:
		printHexEscape(`\x`, uint64(c), 2)
	}
	return i + 1
}

func printHexEscape(prefix string, v uint64, digits int) {
	printstring(prefix)
	for k := digits - 1; k >= 0; k-- {
		d := v >> (4 * k) & 15
		printstring("0123456789abcdef"[d : d+1])
	}
}

// PrintIndented prints s with a tab behind every newline.
func PrintIndented(s string) {
	for {
		i := 0
		for i < len(s) && s[i] != '\n' {
			i++
		}
		if i == len(s) {
			printstring(s)
			return
		}
		printstring(s[:i+1])
		printstring("\t")
		s = s[i+1:]
	}
}
