// Package libc is the C library of programs that strata c2go translates.
//
// C's objects lie in memory that Go's collector neither moves nor frees: the heap and the stack of this package, which are mapped,
// and package-level variables of Go. Their addresses are uintptr. A translated program has one thread: nothing here is locked.
//
// This file holds what only translated code calls; all other exported functions are those of C, by their names with a capital
// letter, or with X in front where C's name begins with an underscore.
package libc

import "unsafe"

// SP is the first free byte of C's stack, which grows upwards: a function's frame begins there.
var SP uintptr

const stackSize = 256 << 20

// at is an address as a pointer. It is generic because vet takes the conversion of a plain uintptr for a mistake.
func at[P ~uintptr](p P) unsafe.Pointer { return unsafe.Pointer(p) }

// S is the address of a string constant, which ends with NUL.
func S(s string) uintptr { return uintptr(unsafe.Pointer(unsafe.StringData(s))) }

// Fn is the address of a function.
func Fn[T any](f T) uintptr { return *(*uintptr)(unsafe.Pointer(&f)) }

// As is the function at an address.
func As[T any](p uintptr) T { return *(*T)(unsafe.Pointer(&p)) }

// Int is a condition as a number.
func Int(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

// Bool is a condition as a _Bool.
func Bool(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

// Same is its argument; it is no constant of Go.
//
//go:noinline
func Same[T any](x T) T { return x }

// Va stores variable arguments, one word each, at p, and is where they begin.
func Va(p uintptr, words ...uint64) uintptr {
	copy((*[1 << 20]uint64)(at(p))[:len(words)], words)
	return p
}

// Alloca is n bytes of the caller's frame.
func Alloca(n uintptr) uintptr {
	p := SP
	SP += (n + 15) &^ 15
	return p
}

// Room is n bytes of the caller's frame: those at p, if there are as many.
func Room(p uintptr, room *uintptr, n uintptr) uintptr {
	if p != 0 && n <= *room {
		return p
	}
	*room = (max(n, 1) + 15) &^ 15
	return Alloca(*room)
}

// str are the bytes of a C string without its NUL.
func str(p uintptr) []byte { return bytesAt(p, Strlen(p)) }

// bytesAt are n bytes of C's memory.
func bytesAt(p uintptr, n uint64) []byte {
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(at(p)), n)
}

// cString makes a C string that lives for ever.
func cString(s string) uintptr {
	p := Malloc(uint64(len(s)) + 1)
	copy(bytesAt(p, uint64(len(s))), s)
	*(*byte)(at(p + uintptr(len(s)))) = 0
	return p
}

// Jump is what a function that calls setjmp keeps for each of its own calls.
type Jump struct {
	Resume int   // number of the call of setjmp to go on behind; 0: from the start
	Value  int32 // what that call returns
	frame  uint64
}

var frames uint64

// Setjmp fills buf so that longjmp finds the function's frame and the call in it.
func Setjmp(buf uintptr, j *Jump, call int) {
	if j.frame == 0 {
		frames++
		j.frame = frames
	}
	*(*uint64)(at(buf)) = j.frame
	*(*uint64)(at(buf + 8)) = uint64(call)
}

// Catch, deferred, stops a longjmp to this frame and says where to go on; sp is the end of the function's frame.
func (j *Jump) Catch(done *bool, sp uintptr) {
	e := recover()
	if e == nil {
		return
	}
	l, ok := e.(*longJump)
	if !ok || l.frame != j.frame {
		panic(e)
	}
	*done, j.Resume, j.Value = false, l.call, l.value
	SP = sp
}
