//go:build strata

package lang

import _ "unsafe" // for linkname

// ZeroVal is what a map access without a result refers to, and reflect's zero
// of every small type. internal/runtime/maps and reflect declare it too: it is
// one object.
//
//go:linkname ZeroVal runtime.zeroVal
var ZeroVal [1024]byte

// staticuint64s holds the values 0 to 255, so that boxing a small integer or
// a byte needs no allocation. The compiler makes it, in read-only memory.
//
//go:linkname staticuint64s runtime.staticuint64s
var staticuint64s [256]uint64

//go:linkname getStaticuint64s runtime.getStaticuint64s
func getStaticuint64s() *[256]uint64 { return &staticuint64s }
