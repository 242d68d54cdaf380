//go:build strata

package lang

import (
	"internal/runtime/sys"
	"runtime/internal/race"
	"runtime/internal/stack"
	"unicode/utf8"
	"unsafe"
)

// Temporary buffers, when the compiler proves that a result does not outlive
// the caller's frame, hold short results without an allocation. They may be nil.
type (
	tmpBuf  = [32]byte
	runeBuf = [32]rune
)

// rawString returns memory for a string of n bytes, as a string and as the
// slice through which it is filled before anyone else sees it.
func rawString(n int) (string, []byte) {
	p := (*byte)(mallocgc(uintptr(n), nil, false))
	return unsafe.String(p, n), unsafe.Slice(p, n)
}

// rawBytes returns n bytes in the whole of a size class, with undefined content
// up to n and zeros beyond.
func rawBytes(n int) []byte {
	size := roundupsize(uintptr(n), true)
	p := mallocgc(size, nil, false)
	memclrNoHeapPointers(unsafe.Add(p, n), size-uintptr(n))
	return unsafe.Slice((*byte)(p), size)[:n]
}

// bytesFor returns n bytes, in buf when that is there and large enough.
func bytesFor(buf *tmpBuf, n int) []byte {
	if buf != nil && n <= len(buf) {
		clear(buf[:])
		return buf[:n]
	}
	return rawBytes(n)
}

// stringFor is the same for a string.
func stringFor(buf *tmpBuf, n int) (string, []byte) {
	if buf != nil && n <= len(buf) {
		return unsafe.String(&buf[0], n), buf[:n]
	}
	return rawString(n)
}

// onStack reports whether s lies in the current goroutine's stack, that is,
// whether it could be a temporary that dies with its frame.
func onStack(s string) bool {
	return stack.Contains(getg(), uintptr(unsafe.Pointer(unsafe.StringData(s))))
}

//go:linkname concatstrings runtime.concatstrings
func concatstrings(buf *tmpBuf, a []string) string {
	total, count, last := 0, 0, 0
	for i, s := range a {
		if len(s) == 0 {
			continue
		}
		if total+len(s) < total {
			throw("string concatenation too long")
		}
		total += len(s)
		count++
		last = i
	}
	if count == 0 {
		return ""
	}
	// A lone operand is the result, unless it is a temporary on the stack and
	// the result may escape.
	if count == 1 && (buf != nil || !onStack(a[last])) {
		return a[last]
	}
	s, b := stringFor(buf, total)
	for _, x := range a {
		n := copy(b, x)
		b = b[n:]
	}
	return s
}

func concat2(buf *tmpBuf, a0, a1 string) string {
	switch {
	case len(a0) == 0 && (buf != nil || !onStack(a1)):
		return a1
	case len(a1) == 0 && (buf != nil || !onStack(a0)):
		return a0
	}
	n := len(a0) + len(a1)
	if n < len(a0) {
		throw("string concatenation too long")
	}
	if n == 0 {
		return ""
	}
	s, b := stringFor(buf, n)
	copy(b, a0)
	copy(b[len(a0):], a1)
	return s
}

//go:linkname concatstring2 runtime.concatstring2
func concatstring2(buf *tmpBuf, a0, a1 string) string { return concat2(buf, a0, a1) }

//go:linkname concatstring3 runtime.concatstring3
func concatstring3(buf *tmpBuf, a0, a1, a2 string) string {
	return concatstrings(buf, []string{a0, a1, a2})
}

//go:linkname concatstring4 runtime.concatstring4
func concatstring4(buf *tmpBuf, a0, a1, a2, a3 string) string {
	return concatstrings(buf, []string{a0, a1, a2, a3})
}

//go:linkname concatstring5 runtime.concatstring5
func concatstring5(buf *tmpBuf, a0, a1, a2, a3, a4 string) string {
	return concatstrings(buf, []string{a0, a1, a2, a3, a4})
}

// concatbytes is []byte(a0 + a1 + …) in one step.
//
//go:linkname concatbytes runtime.concatbytes
func concatbytes(buf *tmpBuf, a []string) []byte {
	total := 0
	for _, s := range a {
		if total+len(s) < total {
			throw("string concatenation too long")
		}
		total += len(s)
	}
	if total == 0 {
		return []byte{}
	}
	b := bytesFor(buf, total)
	at := 0
	for _, s := range a {
		at += copy(b[at:], s)
	}
	return b
}

//go:linkname concatbyte2 runtime.concatbyte2
func concatbyte2(buf *tmpBuf, a0, a1 string) []byte {
	return concatbytes(buf, []string{a0, a1})
}

//go:linkname concatbyte3 runtime.concatbyte3
func concatbyte3(buf *tmpBuf, a0, a1, a2 string) []byte {
	return concatbytes(buf, []string{a0, a1, a2})
}

//go:linkname concatbyte4 runtime.concatbyte4
func concatbyte4(buf *tmpBuf, a0, a1, a2, a3 string) []byte {
	return concatbytes(buf, []string{a0, a1, a2, a3})
}

//go:linkname concatbyte5 runtime.concatbyte5
func concatbyte5(buf *tmpBuf, a0, a1, a2, a3, a4 string) []byte {
	return concatbytes(buf, []string{a0, a1, a2, a3, a4})
}

//go:linkname slicebytetostring runtime.slicebytetostring
func slicebytetostring(buf *tmpBuf, ptr *byte, n int) string {
	if race.Enabled {
		raceRead(unsafe.Pointer(ptr), uintptr(n), sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	switch n {
	case 0:
		return ""
	case 1:
		return unsafe.String((*byte)(unsafe.Pointer(&staticuint64s[*ptr])), 1)
	}
	s, b := stringFor(buf, n)
	memmove(unsafe.Pointer(&b[0]), unsafe.Pointer(ptr), uintptr(n))
	return s
}

// slicebytetostringtmp makes a string of the bytes themselves, for uses during
// which they cannot change.
//
//go:linkname slicebytetostringtmp runtime.slicebytetostringtmp
func slicebytetostringtmp(ptr *byte, n int) string { return unsafe.String(ptr, n) }

//go:linkname stringtoslicebyte runtime.stringtoslicebyte
func stringtoslicebyte(buf *tmpBuf, s string) []byte {
	b := bytesFor(buf, len(s))
	copy(b, s)
	return b
}

//go:linkname stringtoslicerune runtime.stringtoslicerune
func stringtoslicerune(buf *runeBuf, s string) []rune {
	n := countrunes(s)
	var a []rune
	if buf != nil && n <= len(buf) {
		clear(buf[:])
		a = buf[:n]
	} else {
		a = rawRunes(n)
	}
	i := 0
	for _, r := range s {
		a[i] = r
		i++
	}
	return a
}

func rawRunes(n int) []rune {
	if uint64(n) > maxAlloc/4 {
		throw("out of memory")
	}
	size := roundupsize(uintptr(n)*4, true)
	p := mallocgc(size, nil, false)
	memclrNoHeapPointers(unsafe.Add(p, n*4), size-uintptr(n)*4)
	return unsafe.Slice((*rune)(p), size/4)[:n]
}

//go:linkname slicerunetostring runtime.slicerunetostring
func slicerunetostring(buf *tmpBuf, a []rune) string {
	if race.Enabled {
		raceRead(unsafe.Pointer(unsafe.SliceData(a)), uintptr(len(a))*4, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
	n := 0
	for _, r := range a {
		n += runeLen(r)
	}
	if n == 0 {
		return ""
	}
	s, b := stringFor(buf, n)
	for _, r := range a {
		b = b[putRune(b, r):]
	}
	return s
}

//go:linkname intstring runtime.intstring
func intstring(buf *[4]byte, v int64) string {
	r := rune(v)
	if int64(r) != v {
		r = utf8.RuneError
	}
	n := runeLen(r)
	if buf != nil {
		putRune(buf[:], r)
		return unsafe.String(&buf[0], n)
	}
	s, b := rawString(n)
	putRune(b, r)
	return s
}

// runeLen is the length of the encoding of r, an invalid r being encoded as
// utf8.RuneError.
func runeLen(r rune) int {
	if n := utf8.RuneLen(r); n > 0 {
		return n
	}
	return 3
}

// putRune is utf8.EncodeRune for runes beyond ASCII as well, writing no more
// than runeLen bytes.
func putRune(b []byte, r rune) int {
	if 0 <= r && r < utf8.RuneSelf {
		b[0] = byte(r)
		return 1
	}
	return utf8.EncodeRune(b, r)
}

// decoderune returns the rune that starts at s[k], a byte not below RuneSelf,
// and the index behind it.
//
//go:linkname decoderune runtime.decoderune
func decoderune(s string, k int) (rune, int) {
	left := len(s) - k
	if left <= 0 {
		return utf8.RuneError, k + 1
	}
	p := unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), k)
	// Of a byte that continues a sequence tail leaves 6 bits; others leave more.
	tail := func(i uintptr) uint32 { return uint32(*(*byte)(unsafe.Add(p, i))) ^ 0x80 }
	const tailBits = 0x3f
	switch c := uint32(*(*byte)(p)); {
	case c-0xc2 < 0xe0-0xc2:
		if left > 1 {
			if t := tail(1); t <= tailBits {
				return rune(c&0x1f<<6 | t), k + 2
			}
		}
	case c-0xe0 < 0xf0-0xe0:
		if left > 2 {
			t, u := tail(1), tail(2)
			r := c&0xf<<12 | t<<6 | u
			const surrogates, n = 0xd800, 0x800
			if t|u <= tailBits && r >= 0x800 && r-surrogates >= n {
				return rune(r), k + 3
			}
		}
	case c-0xf0 < 0xf5-0xf0:
		if left > 3 {
			t, u, v := tail(1), tail(2), tail(3)
			r := c&7<<18 | t<<12 | u<<6 | v
			if t|u|v <= tailBits && r-0x10000 <= utf8.MaxRune-0x10000 {
				return rune(r), k + 4
			}
		}
	}
	return utf8.RuneError, k + 1
}

// countrunes must not range over s: that is what calls it.
//
//go:linkname countrunes runtime.countrunes
func countrunes(s string) int { return utf8.RuneCountInString(s) }

// GoString copies the zero-terminated string at p.
func GoString(p *byte) string {
	n := CStringLen(p)
	if n == 0 {
		return ""
	}
	s, b := rawString(n)
	memmove(unsafe.Pointer(&b[0]), unsafe.Pointer(p), uintptr(n))
	return s
}

// CStringLen is the length of the zero-terminated string at p.
func CStringLen(p *byte) int {
	if p == nil {
		return 0
	}
	n := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(p), n)) != 0 {
		n++
	}
	return n
}
