//go:build strata

package lang

import (
	"internal/abi"
	"unsafe"
)

// NewAssertError makes the value of a failed type assertion: a value of dynamic
// type concrete in an interface of type iface is not asserted, for lack of the
// method missing if that is not empty.
var NewAssertError func(iface, concrete, asserted *abi.Type, missing string) any

func printNamedValue(e *Eface) {
	t, p := e.Type, e.Data
	name := TypeString(t)
	quote := false
	switch t.Kind() {
	case abi.String:
		quote = true
	case abi.Bool, abi.Int, abi.Int8, abi.Int16, abi.Int32, abi.Int64, abi.Uint, abi.Uint8, abi.Uint16, abi.Uint32, abi.Uint64,
		abi.Uintptr, abi.Float32, abi.Float64, abi.Complex64, abi.Complex128:
	default:
		// Anything else: (TYPE) ADDRESS.
		printstring("(")
		printstring(name)
		printstring(") ")
		printpointer(p)
		return
	}
	printstring(name)
	printstring("(")
	if quote {
		printstring(`"`)
		PrintIndented(*(*string)(p))
		printstring(`"`)
	} else {
		printBasic(t.Kind(), p)
	}
	printstring(")")
}

func printBasic(k abi.Kind, p unsafe.Pointer) {
	switch k {
	case abi.Bool:
		printbool(*(*bool)(p))
	case abi.Int:
		printint(int64(*(*int)(p)))
	case abi.Int8:
		printint(int64(*(*int8)(p)))
	case abi.Int16:
		printint(int64(*(*int16)(p)))
	case abi.Int32:
		printint(int64(*(*int32)(p)))
	case abi.Int64:
		printint(*(*int64)(p))
	case abi.Uint:
		printuint(uint64(*(*uint)(p)))
	case abi.Uint8:
		printuint(uint64(*(*uint8)(p)))
	case abi.Uint16:
		printuint(uint64(*(*uint16)(p)))
	case abi.Uint32:
		printuint(uint64(*(*uint32)(p)))
	case abi.Uint64:
		printuint(*(*uint64)(p))
	case abi.Uintptr:
		printuint(uint64(*(*uintptr)(p)))
	case abi.Float32:
		printfloat32(*(*float32)(p))
	case abi.Float64:
		printfloat64(*(*float64)(p))
	case abi.Complex64:
		printcomplex64(*(*complex64)(p))
	case abi.Complex128:
		printcomplex128(*(*complex128)(p))
	}
}
