package libc

import "unicode/utf8"

// lconv is C's struct lconv.
type lconv struct {
	text [10]uintptr
	nums [8]int8
}

var conventions uintptr

// Setlocale knows the locale C, which has also the name POSIX.
func Setlocale(category int32, name uintptr) uintptr {
	if name != 0 {
		switch string(str(name)) {
		case "", "C", "POSIX":
		default:
			return 0
		}
	}
	return S("C\x00")
}

func Localeconv() uintptr {
	if conventions == 0 {
		conventions = Malloc(88)
		l := (*lconv)(at(conventions))
		for i := range l.text {
			l.text[i] = S("\x00")
		}
		l.text[0] = S(".\x00")
		for i := range l.nums {
			l.nums[i] = 127
		}
	}
	return conventions
}

func Wcslen(p uintptr) uint64 {
	n := uint64(0)
	for *(*int32)(at(p + uintptr(4*n))) != 0 {
		n++
	}
	return n
}

func Wcscpy(dst, src uintptr) uintptr { return Memcpy(dst, src, 4*(Wcslen(src)+1)) }

func Wmemcpy(dst, src uintptr, n uint64) uintptr { return Memcpy(dst, src, 4*n) }

func Wmemset(p uintptr, c int32, n uint64) uintptr {
	for i := uint64(0); i < n; i++ {
		*(*int32)(at(p + uintptr(4*i))) = c
	}
	return p
}

func Wcscmp(p, q uintptr) int32 {
	for {
		c, d := *(*int32)(at(p)), *(*int32)(at(q))
		if c != d || c == 0 {
			return Int(c > d) - Int(c < d)
		}
		p += 4
		q += 4
	}
}

func Wcschr(p uintptr, c int32) uintptr {
	for ; ; p += 4 {
		switch *(*int32)(at(p)) {
		case c:
			return p
		case 0:
			return 0
		}
	}
}

// Mbtowc reads a character of a multibyte string, which is UTF-8.
func Mbtowc(out, p uintptr, n uint64) int32 {
	if p == 0 {
		return 0
	}
	if n == 0 {
		return -1
	}
	r, size := utf8.DecodeRune(bytesAt(p, min(n, Strnlen(p, 4)+1)))
	if r == utf8.RuneError && size <= 1 {
		Errno = 84
		return -1
	}
	if out != 0 {
		*(*int32)(at(out)) = r
	}
	if r == 0 {
		return 0
	}
	return int32(size)
}

func Mblen(p uintptr, n uint64) int32 { return Mbtowc(0, p, n) }

func Wctomb(p uintptr, c int32) int32 {
	if p == 0 {
		return 0
	}
	return int32(copy(bytesAt(p, 4), string(c)))
}

func Mbstowcs(out, p uintptr, n uint64) uint64 {
	i := uint64(0)
	for _, r := range string(str(p)) {
		if out != 0 {
			if i >= n {
				return i
			}
			*(*int32)(at(out + uintptr(4*i))) = r
		}
		i++
	}
	if out != 0 && i < n {
		*(*int32)(at(out + uintptr(4*i))) = 0
	}
	return i
}

func Wcstombs(out, p uintptr, n uint64) uint64 {
	text := wideText(p, -1)
	if out == 0 {
		return uint64(len(text))
	}
	m := min(uint64(len(text)), n)
	copy(bytesAt(out, m), text)
	if m < n {
		*b(out + uintptr(m)) = 0
	}
	return m
}
