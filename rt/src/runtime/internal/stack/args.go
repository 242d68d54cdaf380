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
	first := true
	for {
		code := *(*byte)(p)
		p = unsafe.Add(p, 1)
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
			size, off, rest := argPlace(p)
			p = rest
			hex(loadArg(u.FP+off, size))
		case argsFrame:
			size, below, rest := argPlace(p)
			p = rest
			if below > u.FP-u.SP { // the frame is not made yet
				print("_")
				break
			}
			hex(loadArg(u.FP-below, size))
			print("?")
		}
	}
}

// argPlace reads the size of a value and the number behind it, which tells where it is.
func argPlace(p unsafe.Pointer) (size byte, n uintptr, rest unsafe.Pointer) {
	size = *(*byte)(p)
	for shift := 0; ; shift += 7 {
		p = unsafe.Add(p, 1)
		c := *(*byte)(p)
		n |= uintptr(c&0x7F) << shift
		if c < 0x80 {
			return size, n, unsafe.Add(p, 1)
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
