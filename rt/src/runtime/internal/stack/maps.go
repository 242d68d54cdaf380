//go:build strata

package stack

import (
	"internal/abi"
	"runtime/internal/kernel"
	"unsafe"
)

// A bitmap has a bit for each word of a frame's slots or of its arguments.
type bitmap struct {
	n    uintptr // words
	bits *byte
}

//go:nosplit
func (b bitmap) bit(i uintptr) bool {
	return *(*byte)(unsafe.Add(unsafe.Pointer(b.bits), i/8))>>(i%8)&1 != 0
}

// stackMap is the head of a table of bitmaps, one for each index.
type stackMap struct {
	n    int32
	nbit int32
}

func (t *stackMap) at(i int32) bitmap {
	if i < 0 || i >= t.n {
		kernel.Throw("stack map index out of range")
	}
	width := uintptr(t.nbit+7) / 8
	return bitmap{uintptr(t.nbit), (*byte)(unsafe.Add(unsafe.Pointer(t), 8+uintptr(i)*width))}
}

// mapIndex returns the index of the maps in force. Where no call is, map 0
// holds: the slots that are always initialised.
func (u *Unwinder) mapIndex() int32 {
	if u.Exact {
		return 0
	}
	if u.cache != nil {
		return u.index
	}
	return max(u.Fn.pcdata(pcdataStackMap, u.LookupPC()), 0)
}

// locals returns the map of the words from SP upwards.
func (u *Unwinder) locals() bitmap {
	if !u.HasFrame() {
		return bitmap{}
	}
	t := (*stackMap)(u.Fn.funcdata(funcdataLocals))
	if t == nil || t.n == 0 {
		return bitmap{}
	}
	return t.at(u.mapIndex())
}

// args returns the map of the words from FP upwards.
func (u *Unwinder) args() bitmap {
	t := (*stackMap)(u.Fn.funcdata(funcdataArgs))
	if t == nil {
		if u.Fn.IsAsm() {
			return u.asmArgs()
		}
		return bitmap{}
	}
	if t.n == 0 {
		return bitmap{}
	}
	return t.at(u.mapIndex())
}

// Assembly frames with pointers: the runtime's reflectcall family keeps its
// arguments in the argument area, words 0, 1, 2 and 5; reflect's stubs have an
// argument map that belongs to the closure they run for.

var reflectCallArgs = [1]byte{1<<0 | 1<<1 | 1<<2 | 1<<5}

const reflectCallName = "runtime/internal/task.reflectcall"

func (u *Unwinder) asmArgs() bitmap {
	if u.Fn.ID() == IDReflectStub {
		return u.stubArgs()
	}
	name := u.Fn.Name()
	if len(name) > len(reflectCallName) && name[:len(reflectCallName)] == reflectCallName {
		return bitmap{6, &reflectCallArgs[0]}
	}
	return bitmap{}
}

const (
	regArgsPtrs = unsafe.Offsetof(abi.RegArgs{}.Ptrs)
	regArgsN    = abi.IntArgRegs
)

// stubClosure is the closure that a stub runs for.
type stubClosure struct {
	fn    uintptr
	stack *struct {
		n    int32
		bits *byte
	}
	argLen uintptr
}

// stubArgs returns the map of a stub's arguments, and of its results once they
// are there.
func (u *Unwinder) stubArgs() bitmap {
	if !u.HasFrame() {
		return bitmap{}
	}
	// The closure is the first argument of both calls that the stub makes.
	c := *(**stubClosure)(unsafe.Pointer(u.SP + stubClosureAt))
	b := bitmap{uintptr(c.stack.n), c.stack.bits}
	if *(*bool)(unsafe.Pointer(u.SP + stubRetValid)) {
		return b
	}
	b.n = min(b.n, c.argLen/8)
	return b
}
