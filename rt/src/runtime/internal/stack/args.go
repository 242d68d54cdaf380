//go:build strata

package stack

import "unsafe"

// Codes of a function's argument information; the linker's object.Args….
const (
	argsEnd = iota
	argsOpen
	argsClose
	argsMore
	argsUnknown
	argsStack
	argsFrame
)

// Args prints the argument values of the physical frame that u stands at, as far as they are in memory: with "?" where
// the place may hold something else by now, "_" for what only a register held.
func (u *Unwinder) Args(print func(s string), hex func(v uint64)) {
	p := u.Fn.funcdata(funcdataArgInfo)
	if p == nil {
		if u.Fn.ArgsSize() != 0 {
			print("...")
		}
		return
	}
	next := func() byte {
		c := *(*byte)(p)
		p = unsafe.Add(p, 1)
		return c
	}
	number := func() uintptr {
		n, shift := uintptr(0), 0
		for {
			c := next()
			n |= uintptr(c&0x7F) << shift
			if c < 0x80 {
				return n
			}
			shift += 7
		}
	}
	first := true
	for {
		code := next()
		switch code {
		case argsEnd:
			return
		case argsClose:
			print("}")
			first = false
			continue
		}
		if !first {
			print(", ")
		}
		first = false
		switch code {
		case argsOpen:
			print("{")
			first = true
		case argsMore:
			print("...")
		case argsUnknown:
			print("_")
		case argsStack:
			size := next()
			hex(loadArg(u.FP+number(), size))
		case argsFrame:
			size, below := next(), number()
			if below > u.FP-u.SP { // the frame is not made yet
				print("_")
				break
			}
			hex(loadArg(u.FP-below, size))
			print("?")
		}
	}
}

func loadArg(at uintptr, size byte) uint64 {
	p := unsafe.Pointer(at)
	switch size {
	case 1:
		return uint64(*(*uint8)(p))
	case 2:
		return uint64(*(*uint16)(p))
	case 4:
		return uint64(*(*uint32)(p))
	}
	return *(*uint64)(p)
}
