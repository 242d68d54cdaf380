package libc

import (
	"bytes"
	"unsafe"
)

func b(p uintptr) *byte { return (*byte)(at(p)) }

// Strlen is the length of a string.
func Strlen(s uintptr) uint64 {
	// Aligned words never cross a page, so that reading the whole word a NUL is in does no harm.
	p := s
	for ; p&7 != 0; p++ {
		if *b(p) == 0 {
			return uint64(p - s)
		}
	}
	for {
		w := *(*uint64)(at(p))
		if (w-0x0101010101010101)&^w&0x8080808080808080 != 0 {
			break
		}
		p += 8
	}
	for *b(p) != 0 {
		p++
	}
	return uint64(p - s)
}

func Strnlen(s uintptr, n uint64) uint64 {
	for i := uint64(0); i < n; i++ {
		if *b(s + uintptr(i)) == 0 {
			return i
		}
	}
	return n
}

func Memcpy(dst, src uintptr, n uint64) uintptr {
	copy(bytesAt(dst, n), bytesAt(src, n))
	return dst
}

func Memmove(dst, src uintptr, n uint64) uintptr { return Memcpy(dst, src, n) }

func Mempcpy(dst, src uintptr, n uint64) uintptr { return Memcpy(dst, src, n) + uintptr(n) }

func Bcopy(src, dst uintptr, n uint64) { Memcpy(dst, src, n) }

func Memset(p uintptr, c int32, n uint64) uintptr {
	s := bytesAt(p, n)
	if byte(c) == 0 {
		clear(s)
		return p
	}
	if n == 0 {
		return p
	}
	s[0] = byte(c)
	for i := 1; i < len(s); i *= 2 {
		copy(s[i:], s[:i])
	}
	return p
}

func Bzero(p uintptr, n uint64) { clear(bytesAt(p, n)) }

func Memcmp(p, q uintptr, n uint64) int32 {
	return int32(bytes.Compare(bytesAt(p, n), bytesAt(q, n)))
}

func Bcmp(p, q uintptr, n uint64) int32 { return Memcmp(p, q, n) }

func Memchr(p uintptr, c int32, n uint64) uintptr {
	// The bytes behind the first match may not exist, so that they are not looked at.
	for i := uint64(0); i < n; i++ {
		if *b(p + uintptr(i)) == byte(c) {
			return p + uintptr(i)
		}
	}
	return 0
}

func Memrchr(p uintptr, c int32, n uint64) uintptr {
	for i := n; i > 0; i-- {
		if *b(p + uintptr(i-1)) == byte(c) {
			return p + uintptr(i-1)
		}
	}
	return 0
}

func Rawmemchr(p uintptr, c int32) uintptr {
	for *b(p) != byte(c) {
		p++
	}
	return p
}

func Memmem(p uintptr, n uint64, q uintptr, m uint64) uintptr {
	if i := bytes.Index(bytesAt(p, n), bytesAt(q, m)); i >= 0 {
		return p + uintptr(i)
	}
	return 0
}

func Strcpy(dst, src uintptr) uintptr { return Memcpy(dst, src, Strlen(src)+1) }

func Stpcpy(dst, src uintptr) uintptr {
	n := Strlen(src)
	Memcpy(dst, src, n+1)
	return dst + uintptr(n)
}

func Strncpy(dst, src uintptr, n uint64) uintptr {
	m := Strnlen(src, n)
	Memcpy(dst, src, m)
	Bzero(dst+uintptr(m), n-m)
	return dst
}

func Strcat(dst, src uintptr) uintptr {
	Strcpy(dst+uintptr(Strlen(dst)), src)
	return dst
}

func Strncat(dst, src uintptr, n uint64) uintptr {
	end := dst + uintptr(Strlen(dst))
	m := Strnlen(src, n)
	Memcpy(end, src, m)
	*b(end + uintptr(m)) = 0
	return dst
}

func Strcmp(p, q uintptr) int32 {
	for {
		c, d := *b(p), *b(q)
		if c != d || c == 0 {
			return int32(c) - int32(d)
		}
		p++
		q++
	}
}

func Strncmp(p, q uintptr, n uint64) int32 {
	for ; n > 0; n-- {
		c, d := *b(p), *b(q)
		if c != d || c == 0 {
			return int32(c) - int32(d)
		}
		p++
		q++
	}
	return 0
}

func Strcasecmp(p, q uintptr) int32 { return Strncasecmp(p, q, ^uint64(0)) }

func Strncasecmp(p, q uintptr, n uint64) int32 {
	for ; n > 0; n-- {
		c, d := Tolower(int32(*b(p))), Tolower(int32(*b(q)))
		if c != d || c == 0 {
			return c - d
		}
		p++
		q++
	}
	return 0
}

func Strcoll(p, q uintptr) int32 { return Strcmp(p, q) }

func Strxfrm(dst, src uintptr, n uint64) uint64 {
	m := Strlen(src)
	if n > 0 {
		k := min(m, n-1)
		Memcpy(dst, src, k)
		*b(dst + uintptr(k)) = 0
	}
	return m
}

func Strchr(s uintptr, c int32) uintptr {
	for ; ; s++ {
		switch *b(s) {
		case byte(c):
			return s
		case 0:
			return 0
		}
	}
}

func Strchrnul(s uintptr, c int32) uintptr {
	for *b(s) != byte(c) && *b(s) != 0 {
		s++
	}
	return s
}

func Index(s uintptr, c int32) uintptr  { return Strchr(s, c) }
func Rindex(s uintptr, c int32) uintptr { return Strrchr(s, c) }

func Strrchr(s uintptr, c int32) uintptr { return Memrchr(s, c, Strlen(s)+1) }

func Strstr(s, sub uintptr) uintptr {
	if i := bytes.Index(str(s), str(sub)); i >= 0 {
		return s + uintptr(i)
	}
	return 0
}

func Strcasestr(s, sub uintptr) uintptr {
	n := Strlen(sub)
	for ; ; s++ {
		if Strncasecmp(s, sub, n) == 0 {
			return s
		}
		if *b(s) == 0 {
			return 0
		}
	}
}

func Strspn(s, set uintptr) uint64  { return span(s, set, true) }
func Strcspn(s, set uintptr) uint64 { return span(s, set, false) }

func span(s, set uintptr, in bool) uint64 {
	chars := str(set)
	n := uint64(0)
	for c := *b(s); c != 0 && bytes.IndexByte(chars, c) >= 0 == in; c = *b(s + uintptr(n)) {
		n++
	}
	return n
}

func Strpbrk(s, set uintptr) uintptr {
	s += uintptr(Strcspn(s, set))
	if *b(s) == 0 {
		return 0
	}
	return s
}

var strtok uintptr

func Strtok(s, set uintptr) uintptr {
	return Strtok_r(s, set, uintptr(unsafe.Pointer(&strtok)))
}

func Strtok_r(s, set, save uintptr) uintptr {
	if s == 0 {
		s = *word(save)
	}
	if s == 0 {
		return 0
	}
	s += uintptr(Strspn(s, set))
	if *b(s) == 0 {
		*word(save) = 0
		return 0
	}
	end := s + uintptr(Strcspn(s, set))
	*word(save) = 0
	if *b(end) != 0 {
		*b(end) = 0
		*word(save) = end + 1
	}
	return s
}

func Strsep(sp, set uintptr) uintptr {
	s := *word(sp)
	if s == 0 {
		return 0
	}
	end := s + uintptr(Strcspn(s, set))
	*word(sp) = 0
	if *b(end) != 0 {
		*b(end) = 0
		*word(sp) = end + 1
	}
	return s
}

func Strdup(s uintptr) uintptr { return Strndup(s, ^uint64(0)) }

func Strndup(s uintptr, n uint64) uintptr {
	if n == ^uint64(0) {
		n = Strlen(s)
	} else {
		n = Strnlen(s, n)
	}
	p := Malloc(n + 1)
	if p != 0 {
		Memcpy(p, s, n)
		*b(p + uintptr(n)) = 0
	}
	return p
}

func Isalnum(c int32) int32  { return Int(isAlpha(c) || isDigit(c)) }
func Isalpha(c int32) int32  { return Int(isAlpha(c)) }
func Isascii(c int32) int32  { return Int(uint32(c) < 128) }
func Isblank(c int32) int32  { return Int(c == ' ' || c == '\t') }
func Iscntrl(c int32) int32  { return Int(uint32(c) < ' ' || c == 127) }
func Isdigit(c int32) int32  { return Int(isDigit(c)) }
func Isgraph(c int32) int32  { return Int(c > ' ' && c < 127) }
func Islower(c int32) int32  { return Int(c >= 'a' && c <= 'z') }
func Isprint(c int32) int32  { return Int(c >= ' ' && c < 127) }
func Ispunct(c int32) int32  { return Int(c > ' ' && c < 127 && !isAlpha(c) && !isDigit(c)) }
func Isspace(c int32) int32  { return Int(isSpace(c)) }
func Isupper(c int32) int32  { return Int(c >= 'A' && c <= 'Z') }
func Isxdigit(c int32) int32 { return Int(isDigit(c) || c|32 >= 'a' && c|32 <= 'f') }

func isAlpha(c int32) bool { return c|32 >= 'a' && c|32 <= 'z' }
func isDigit(c int32) bool { return c >= '0' && c <= '9' }
func isSpace(c int32) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func Tolower(c int32) int32 {
	if c >= 'A' && c <= 'Z' {
		return c + 32
	}
	return c
}

func Toupper(c int32) int32 {
	if c >= 'a' && c <= 'z' {
		return c - 32
	}
	return c
}

func Toascii(c int32) int32 { return c & 127 }
