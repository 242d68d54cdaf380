package libc

import "os"

var handlers = map[int32]uintptr{}

// Signal notes a handler; raise calls it. Signals from outside end the program.
func Signal(n int32, f uintptr) uintptr {
	old := handlers[n]
	handlers[n] = f
	return old
}

func Raise(n int32) int32 {
	switch f := handlers[n]; f {
	case 0:
		Fflush(0)
		os.Exit(128 + int(n))
	case 1: // ignored
	default:
		handlers[n] = 0
		As[func(int32)](f)(n)
	}
	return 0
}
