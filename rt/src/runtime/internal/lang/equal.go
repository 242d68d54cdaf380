//go:build strata

package lang

import (
	"internal/abi"
	"unsafe"
)

//go:linkname memequal0 runtime.memequal0
func memequal0(p, q unsafe.Pointer) bool { return true }

//go:linkname memequal8 runtime.memequal8
func memequal8(p, q unsafe.Pointer) bool { return *(*int8)(p) == *(*int8)(q) }

//go:linkname memequal16 runtime.memequal16
func memequal16(p, q unsafe.Pointer) bool { return *(*int16)(p) == *(*int16)(q) }

//go:linkname memequal32 runtime.memequal32
func memequal32(p, q unsafe.Pointer) bool { return *(*int32)(p) == *(*int32)(q) }

//go:linkname memequal64 runtime.memequal64
func memequal64(p, q unsafe.Pointer) bool { return *(*int64)(p) == *(*int64)(q) }

//go:linkname memequal128 runtime.memequal128
func memequal128(p, q unsafe.Pointer) bool {
	return *(*int64)(p) == *(*int64)(q) && *(*int64)(unsafe.Add(p, 8)) == *(*int64)(unsafe.Add(q, 8))
}

//go:linkname f32equal runtime.f32equal
func f32equal(p, q unsafe.Pointer) bool { return *(*float32)(p) == *(*float32)(q) }

//go:linkname f64equal runtime.f64equal
func f64equal(p, q unsafe.Pointer) bool { return *(*float64)(p) == *(*float64)(q) }

//go:linkname c64equal runtime.c64equal
func c64equal(p, q unsafe.Pointer) bool { return *(*complex64)(p) == *(*complex64)(q) }

//go:linkname c128equal runtime.c128equal
func c128equal(p, q unsafe.Pointer) bool { return *(*complex128)(p) == *(*complex128)(q) }

//go:linkname strequal runtime.strequal
func strequal(p, q unsafe.Pointer) bool { return *(*string)(p) == *(*string)(q) }

//go:linkname interequal runtime.interequal
func interequal(p, q unsafe.Pointer) bool {
	x, y := (*Iface)(p), (*Iface)(q)
	return x.Tab == y.Tab && ifaceeq(x.Tab, x.Data, y.Data)
}

//go:linkname nilinterequal runtime.nilinterequal
func nilinterequal(p, q unsafe.Pointer) bool {
	x, y := (*Eface)(p), (*Eface)(q)
	return x.Type == y.Type && efaceeq(x.Type, x.Data, y.Data)
}

// efaceeq compares the data words x and y of two interface values whose
// dynamic type is t.
//
//go:linkname efaceeq runtime.efaceeq
func efaceeq(t *abi.Type, x, y unsafe.Pointer) bool {
	if t == nil {
		return true
	}
	if t.Equal == nil {
		panic(NewRuntimeError("comparing uncomparable type " + TypeString(t)))
	}
	if t.IsDirectIface() {
		return x == y
	}
	return t.Equal(x, y)
}

//go:linkname ifaceeq runtime.ifaceeq
func ifaceeq(tab *abi.ITab, x, y unsafe.Pointer) bool {
	if tab == nil {
		return true
	}
	return efaceeq(tab.Type, x, y)
}
