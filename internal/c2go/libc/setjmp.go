package libc

// Longjmp ends the functions up to the one that called setjmp with buf, whose setjmp returns value, or 1 instead of 0.
func Longjmp(buf uintptr, value int32) {
	if value == 0 {
		value = 1
	}
	panic(&longJump{*(*uint64)(at(buf)), int(*(*uint64)(at(buf + 8))), value})
}

func X_longjmp(buf uintptr, value int32)  { Longjmp(buf, value) }
func Siglongjmp(buf uintptr, value int32) { Longjmp(buf, value) }

// longJump is what longjmp panics with.
type longJump struct {
	frame uint64
	call  int
	value int32
}

func (*longJump) Error() string { return "libc: longjmp to a function that has returned" }
