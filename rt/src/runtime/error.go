//go:build strata

package runtime

import (
	"internal/abi"
	"internal/runtime/sys"
	"internal/strconv"
	"runtime/internal/kernel"
	"runtime/internal/lang"
	"runtime/internal/stack"
	"unsafe"
)

// Error identifies a run time error used in panic.
//
// It is distinguished from an ordinary error by the method RuntimeError,
// which has no other purpose.
type Error interface {
	error
	RuntimeError()
}

// A TypeAssertionError explains a failed type assertion.
type TypeAssertionError struct {
	_interface    *abi.Type
	concrete      *abi.Type
	asserted      *abi.Type
	missingMethod string // one method needed by asserted, missing from concrete
}

func (*TypeAssertionError) RuntimeError() {}

func (e *TypeAssertionError) Error() string {
	inter := "interface"
	if e._interface != nil {
		inter = lang.TypeString(e._interface)
	}
	as := lang.TypeString(e.asserted)
	if e.concrete == nil {
		return "interface conversion: " + inter + " is nil, not " + as
	}
	cs := lang.TypeString(e.concrete)
	if e.missingMethod != "" {
		return "interface conversion: " + cs + " is not " + as + ": missing method " + e.missingMethod
	}
	msg := "interface conversion: " + inter + " is " + cs + ", not " + as
	if cs == as {
		if lang.TypePkgPath(e.concrete) != lang.TypePkgPath(e.asserted) {
			msg += " (types from different packages)"
		} else {
			msg += " (types from different scopes)"
		}
	}
	return msg
}

func newAssertError(iface, concrete, asserted *abi.Type, missing string) any {
	return &TypeAssertionError{iface, concrete, asserted, missing}
}

// errorString is a run-time error whose text gets the prefix "runtime error: ".
type errorString string

func (e errorString) RuntimeError() {}
func (e errorString) Error() string { return "runtime error: " + string(e) }

func newRuntimeError(s string) any { return errorString(s) }

// plainError is a run-time error without the prefix.
type plainError string

func (e plainError) RuntimeError() {}
func (e plainError) Error() string { return string(e) }

func newPlainError(s string) any { return plainError(s) }

// errorAddressString is an error with the address of the fault.
type errorAddressString struct {
	msg  string
	addr uintptr
}

func (e errorAddressString) RuntimeError() {}
func (e errorAddressString) Error() string { return "runtime error: " + e.msg }

// Addr is the address of the fault, for programs that use
// debug.SetPanicOnFault.
func (e errorAddressString) Addr() uintptr { return e.addr }

// A PanicNilError happens when code calls panic(nil).
//
// Before Go 1.21, programs that called panic(nil) observed recover returning
// nil. GODEBUG=panicnil=1 brings that back.
type PanicNilError struct {
	// Not comparable with ==, so that the zero values need not be one.
	_ [0]func()
}

func (*PanicNilError) Error() string { return "panic called with nil argument" }
func (*PanicNilError) RuntimeError() {}

func nilPanic() any {
	if debug.panicnil.Load() == 1 {
		incNonDefault("panicnil")
		return nil
	}
	return new(PanicNilError)
}

// boundsError is a failed check of an index or slice expression.
type boundsError struct {
	x      int64 // the index
	y      int   // length or capacity
	signed bool
	code   uint8
}

// The checks, as the compiler numbers them; boundsUnsigned is added for an
// index of unsigned type.
const (
	boundsIndex = iota
	boundsSliceAlen
	boundsSliceAcap
	boundsSliceB
	boundsSlice3Alen
	boundsSlice3Acap
	boundsSlice3B
	boundsSlice3C
	boundsConvert

	boundsUnsigned = 16
)

var boundsFormats = [...]string{
	boundsIndex:      "index out of range [%x] with length %y",
	boundsSliceAlen:  "slice bounds out of range [:%x] with length %y",
	boundsSliceAcap:  "slice bounds out of range [:%x] with capacity %y",
	boundsSliceB:     "slice bounds out of range [%x:%y]",
	boundsSlice3Alen: "slice bounds out of range [::%x] with length %y",
	boundsSlice3Acap: "slice bounds out of range [::%x] with capacity %y",
	boundsSlice3B:    "slice bounds out of range [:%x:%y]",
	boundsSlice3C:    "slice bounds out of range [%x:%y:]",
	boundsConvert:    "cannot convert slice with length %y to array or pointer to array with length %x",
}

// For a negative index the limit does not matter.
var boundsNegFormats = [...]string{
	boundsIndex:      "index out of range [%x]",
	boundsSliceAlen:  "slice bounds out of range [:%x]",
	boundsSliceAcap:  "slice bounds out of range [:%x]",
	boundsSliceB:     "slice bounds out of range [%x:]",
	boundsSlice3Alen: "slice bounds out of range [::%x]",
	boundsSlice3Acap: "slice bounds out of range [::%x]",
	boundsSlice3B:    "slice bounds out of range [:%x:]",
	boundsSlice3C:    "slice bounds out of range [%x::]",
}

func (e boundsError) RuntimeError() {}

func (e boundsError) Error() string {
	format := boundsFormats[e.code]
	if e.signed && e.x < 0 {
		format = boundsNegFormats[e.code]
	}
	b := make([]byte, 0, 100)
	b = append(b, "runtime error: "...)
	for i := 0; i < len(format); i++ {
		c := format[i]
		if c != '%' {
			b = append(b, c)
			continue
		}
		i++
		switch {
		case format[i] == 'y':
			b = strconv.AppendInt(b, int64(e.y), 10)
		case e.signed:
			b = strconv.AppendInt(b, e.x, 10)
		default:
			b = strconv.AppendUint(b, uint64(e.x), 10)
		}
	}
	return string(b)
}

// panicBounds is called by compiled code for a failed check.
func panicBounds(index int64, length int, kind int) {
	panic(boundsError{index, length, kind&boundsUnsigned == 0, uint8(kind &^ boundsUnsigned)})
}

// math/bits panics with these.
var (
	divideError   = error(errorString("integer divide by zero"))
	overflowError = error(errorString("integer overflow"))
	shiftError    = error(errorString("negative shift amount"))
	memoryError   = error(errorString("invalid memory address or nil pointer dereference"))
	floatError    = error(errorString("floating point error"))
)

//go:linkname maps_errNilAssign internal/runtime/maps.errNilAssign
var maps_errNilAssign error = plainError("assignment to entry in nil map")

func panicdivide()    { panic(divideError) }
func panicoverflow()  { panic(overflowError) }
func panicshift()     { panic(shiftError) }
func panicmem()       { panic(memoryError) }
func panicnilaccess() { panic(memoryError) }
func panicfloat()     { panic(floatError) }

func panicmemAddr(addr uintptr) {
	panic(errorAddressString{"invalid memory address or nil pointer dereference", addr})
}

func throwinit() { throw("recursive call during initialization - linker skew") }

// panicrangestate is called when the body of a range-over-func loop is called
// at a wrong time.
func panicrangestate(state int) {
	switch abi.RF_State(state) {
	case abi.RF_DONE:
		panic(errorString("range function continued iteration after function for loop body returned false"))
	case abi.RF_PANIC:
		panic(errorString("range function continued iteration after loop body panic"))
	case abi.RF_EXHAUSTED:
		panic(errorString("range function continued iteration after whole loop exit"))
	case abi.RF_MISSING_PANIC:
		panic(errorString("range function recovered a loop body panic and did not resume panicking"))
	}
	throw("unexpected state set by the compiler for a range function")
}

// panicwrap is called by the wrapper pkg.(*T).M of a value method for a nil
// receiver. It reads the names off its caller's.
func panicwrap() {
	name := stack.Find(sys.GetCallerPC() - 1).Name()
	open := 0
	for open < len(name) && name[open] != '(' {
		open++
	}
	end := open
	for end < len(name) && name[end] != ')' {
		end++
	}
	if open == 0 || end+2 > len(name) || name[open:open+2] != "(*" {
		throw("panicwrap: unexpected name " + name)
	}
	pkg, typ, method := name[:open-1], name[open+2:end], name[end+2:]
	panic(plainError("value method " + pkg + "." + typ + "." + method + " called using nil *" + typ + " pointer"))
}

// sigpanic runs on a goroutine that faulted, as if called by the faulting
// instruction.
func sigpanic() {
	gp := getg()
	addr := gp.SigCode1
	switch gp.Sig {
	case kernel.SIGSEGV, kernel.SIGBUS:
		mapped := gp.Sig == kernel.SIGSEGV && gp.SigCode0 <= 2 || gp.Sig == kernel.SIGBUS && gp.SigCode0 == 2
		if mapped && addr < 0x1000 {
			panicmem()
		}
		if gp.PanicOnFault {
			panicmemAddr(addr)
		}
		printUnexpectedFault(addr)
		throw("fault")
	case kernel.SIGFPE:
		if gp.SigCode0 == kernel.FPEIntDiv {
			panicdivide()
		}
		panicfloat()
	}
	panic(errorString("unexpected signal"))
}

func printUnexpectedFault(addr uintptr) {
	print("unexpected fault address ")
	printhex(uint64(addr))
	print("\n")
}

//go:linkname printhex runtime.printhex
func printhex(v uint64)

var _ unsafe.Pointer
