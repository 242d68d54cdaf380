//go:build strata && !wasm

package kernel

import "unsafe"

// Tags of the auxiliary vector.
const (
	atNull        = 0
	atPagesz      = 6
	atSecure      = 23
	atRandom      = 25
	atSysinfoEHdr = 33
)

// What the kernel told the process at start.
var (
	ArgC     int32
	ArgV     **byte
	EnvC     int32
	AuxV     *uintptr  // pairs of tag and value
	AuxN     int       // words, without the final pair
	PageSize uintptr   = 4096
	Secure   bool      // set-user-id program: tracebacks would leak
	Random   *[16]byte // random bytes
)

// Init keeps argc and argv and reads the environment's extent and the
// auxiliary vector, which follow argv on the first stack.
//
//go:nosplit
func Init(argc int32, argv **byte) {
	ArgC, ArgV = argc, argv
	p := unsafe.Add(unsafe.Pointer(argv), uintptr(argc+1)*8)
	for *(*uintptr)(p) != 0 {
		EnvC++
		p = unsafe.Add(p, 8)
	}
	p = unsafe.Add(p, 8)
	AuxV = (*uintptr)(p)
	for {
		tag, val := *(*uintptr)(p), *(*uintptr)(unsafe.Add(p, 8))
		if tag == atNull {
			break
		}
		switch tag {
		case atPagesz:
			PageSize = val
		case atSecure:
			Secure = val != 0
		case atRandom:
			Random = (*[16]byte)(unsafe.Pointer(val))
		case atSysinfoEHdr:
			parseVDSO(val)
		}
		AuxN += 2
		p = unsafe.Add(p, 16)
	}
}

// Arg returns the i-th word of argv: arguments, a nil, the environment, a nil.
//
//go:nosplit
func Arg(i int32) *byte {
	return *(**byte)(unsafe.Add(unsafe.Pointer(ArgV), uintptr(i)*8))
}
