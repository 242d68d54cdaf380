//go:build strata

package lang

import (
	"internal/abi"
	"internal/runtime/maps"
	"unsafe"
)

// Two odd constants that spread the bits of hashes combined by hand.
const (
	mixA = 33054211828000289
	mixB = 23344194077549503
)

// spread makes a hash of bits combined by hand, fit one of a seed: of 32 bits where maps have such.
func spread(h uintptr) uintptr {
	h *= mixB
	if !maps.Use64BitHash {
		h >>= 32
	}
	return h
}

func fit(h uintptr) uintptr {
	if !maps.Use64BitHash {
		return uintptr(uint32(h))
	}
	return h
}

//go:linkname memhash0 runtime.memhash0
func memhash0(p unsafe.Pointer, h uintptr) uintptr { return fit(h) }

//go:linkname memhash8 runtime.memhash8
func memhash8(p unsafe.Pointer, h uintptr) uintptr { return memhash(p, h, 1) }

//go:linkname memhash16 runtime.memhash16
func memhash16(p unsafe.Pointer, h uintptr) uintptr { return memhash(p, h, 2) }

//go:linkname memhash128 runtime.memhash128
func memhash128(p unsafe.Pointer, h uintptr) uintptr { return memhash(p, h, 16) }

// The hash of a float must agree with ==: both zeros hash alike, and a NaN,
// equal to nothing, hashes at random so that many of them do not share a chain.

//go:linkname f32hash runtime.f32hash
func f32hash(p unsafe.Pointer, h uintptr) uintptr {
	f := *(*float32)(p)
	switch {
	case f == 0:
		return spread(mixA ^ h)
	case f != f:
		return spread(mixA ^ h ^ uintptr(rand()))
	}
	return memhash(p, h, 4)
}

//go:linkname f64hash runtime.f64hash
func f64hash(p unsafe.Pointer, h uintptr) uintptr {
	f := *(*float64)(p)
	switch {
	case f == 0:
		return spread(mixA ^ h)
	case f != f:
		return spread(mixA ^ h ^ uintptr(rand()))
	}
	return memhash(p, h, 8)
}

//go:linkname c64hash runtime.c64hash
func c64hash(p unsafe.Pointer, h uintptr) uintptr {
	return f32hash(unsafe.Add(p, 4), f32hash(p, h))
}

//go:linkname c128hash runtime.c128hash
func c128hash(p unsafe.Pointer, h uintptr) uintptr {
	return f64hash(unsafe.Add(p, 8), f64hash(p, h))
}

//go:linkname interhash runtime.interhash
func interhash(p unsafe.Pointer, h uintptr) uintptr {
	i := (*Iface)(p)
	if i.Tab == nil {
		return fit(h)
	}
	return dynamicHash(i.Tab.Type, p, h)
}

//go:linkname nilinterhash runtime.nilinterhash
func nilinterhash(p unsafe.Pointer, h uintptr) uintptr {
	e := (*Eface)(p)
	if e.Type == nil {
		return fit(h)
	}
	return dynamicHash(e.Type, p, h)
}

// dynamicHash hashes the value of type t that the interface at p holds.
func dynamicHash(t *abi.Type, p unsafe.Pointer, h uintptr) uintptr {
	if t.Equal == nil {
		panic(NewRuntimeError("hash of unhashable type " + TypeString(t)))
	}
	data := unsafe.Add(p, 8)
	if !t.IsDirectIface() {
		data = *(*unsafe.Pointer)(data)
	}
	return spread(typehash(t, data, h^mixA))
}

// typehash hashes the value of type t at p, as a map's compiled hash function
// would.
//
//go:linkname typehash reflect.typehash
func typehash(t *abi.Type, p unsafe.Pointer, h uintptr) uintptr {
	if t.TFlag&abi.TFlagRegularMemory != 0 {
		switch t.Size_ {
		case 4:
			return memhash32(p, h)
		case 8:
			return memhash64(p, h)
		}
		return memhash(p, h, t.Size_)
	}
	switch t.Kind() {
	case abi.Float32:
		return f32hash(p, h)
	case abi.Float64:
		return f64hash(p, h)
	case abi.Complex64:
		return c64hash(p, h)
	case abi.Complex128:
		return c128hash(p, h)
	case abi.String:
		return strhash(p, h)
	case abi.Interface:
		if len((*abi.InterfaceType)(unsafe.Pointer(t)).Methods) == 0 {
			return nilinterhash(p, h)
		}
		return interhash(p, h)
	case abi.Array:
		a := (*abi.ArrayType)(unsafe.Pointer(t))
		for i := uintptr(0); i < a.Len; i++ {
			h = typehash(a.Elem, unsafe.Add(p, i*a.Elem.Size_), h)
		}
		return h
	case abi.Struct:
		for i := range (*abi.StructType)(unsafe.Pointer(t)).Fields {
			f := &(*abi.StructType)(unsafe.Pointer(t)).Fields[i]
			if !f.Name.IsBlank() {
				h = typehash(f.Typ, unsafe.Add(p, f.Offset), h)
			}
		}
		return h
	}
	panic(NewRuntimeError("hash of unhashable type " + TypeString(t)))
}
