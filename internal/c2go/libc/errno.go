package libc

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

// Errno is C's errno.
var Errno int32

// X__errno_location is where errno is.
func X__errno_location() uintptr { return uintptr(unsafe.Pointer(&Errno)) }

// setError notes why something failed.
func setError(err error) {
	var n syscall.Errno
	switch {
	case errors.As(err, &n):
		Errno = int32(n)
	case errors.Is(err, os.ErrNotExist):
		Errno = 2
	case errors.Is(err, os.ErrExist):
		Errno = 17
	case errors.Is(err, os.ErrPermission):
		Errno = 13
	case errors.Is(err, os.ErrClosed):
		Errno = 9
	default:
		Errno = 5
	}
}

// result is 0, or -1 with errno.
func result(err error) int32 {
	if err == nil {
		return 0
	}
	setError(err)
	return -1
}

// messages are the texts of errors that differ from those of Go's package syscall, which begin with small letters.
func errorText(n int32) string {
	if n == 0 {
		return "Success"
	}
	t := []byte(syscall.Errno(n).Error())
	if len(t) == 0 || string(t) == "errno "+itoa(n) {
		return "Unknown error " + itoa(n)
	}
	t[0] = byte(Toupper(int32(t[0])))
	return string(t)
}

func itoa(n int32) string {
	var s spec
	s.prec = -1
	u := uint64(n)
	sign := ""
	if n < 0 {
		u, sign = -u, "-"
	}
	s.verb, s.size = 'u', 8
	return sign + string(s.unsigned(nil, u))
}

var errorTexts = map[int32]uintptr{}

func Strerror(n int32) uintptr {
	p := errorTexts[n]
	if p == 0 {
		p = cString(errorText(n))
		errorTexts[n] = p
	}
	return p
}

func Strerror_r(n int32, p uintptr, size uint64) uintptr { return Strerror(n) }
