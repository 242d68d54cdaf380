package main

import (
	"fmt"
	"sync/atomic"
	"unsafe"
)

type funcInfo struct{ record, module unsafe.Pointer }

type inlineUnwinder struct {
	f    funcInfo
	tree unsafe.Pointer
}

type inlineFrame struct {
	pc    uintptr
	index int32
}

type srcFunc struct {
	module    unsafe.Pointer
	nameOff   int32
	startLine int32
	id        uint8
}

//go:linkname callers runtime.callers
func callers(skip int, pcs []uintptr) int

//go:linkname findfunc runtime.findfunc
func findfunc(pc uintptr) funcInfo

//go:linkname entry runtime.funcInfo.entry
func entry(f funcInfo) uintptr

//go:linkname funcline1 runtime.funcline1
func funcline1(f funcInfo, pc uintptr, strict bool) (file string, line int32)

//go:linkname newInlineUnwinder runtime.newInlineUnwinder
func newInlineUnwinder(f funcInfo, pc uintptr) (inlineUnwinder, inlineFrame)

//go:linkname srcFuncOf runtime.(*inlineUnwinder).srcFunc
func srcFuncOf(u *inlineUnwinder, f inlineFrame) srcFunc

//go:linkname nameOf runtime.srcFunc.name
func nameOf(s srcFunc) string

//go:linkname findObject runtime.findObject
func findObject(p, refBase, refOff uintptr) (base uintptr, span unsafe.Pointer, index uintptr)

//go:linkname checkptrBase runtime.checkptrBase
func checkptrBase(p unsafe.Pointer) uintptr

//go:linkname chanbuf runtime.chanbuf
func chanbuf(c unsafe.Pointer, i uint) unsafe.Pointer

//go:linkname heapObjectsCanMove runtime.heapObjectsCanMove
func heapObjectsCanMove() bool

//go:linkname getm runtime.getm
func getm() uintptr

//go:linkname entersyscallblock runtime.entersyscallblock
func entersyscallblock()

//go:linkname exitsyscall runtime.exitsyscall
func exitsyscall()

//go:linkname gopark runtime.gopark
func gopark(unlock func(unsafe.Pointer, unsafe.Pointer) bool, lock unsafe.Pointer, reason uint8, traceReason uint8, skip int)

//go:linkname goready runtime.goready
func goready(g unsafe.Pointer, skip int)

//go:linkname wakep runtime.wakep
func wakep()

//go:linkname lastModule runtime.lastmoduledatap
var lastModule unsafe.Pointer

//go:linkname moduledataverify1 runtime.moduledataverify1
func moduledataverify1(m unsafe.Pointer)

func goid() int64

var global = new([4]int)

//go:noinline
func where() (uintptr, int) {
	var pcs [1]uintptr
	n := callers(1, pcs[:])
	return pcs[0], n
}

func inlined() (uintptr, int) { return where() }

var parked atomic.Pointer[byte]

func hold(g, _ unsafe.Pointer) bool {
	parked.Store((*byte)(g))
	return true
}

func main() {
	pc, n := inlined()
	f := findfunc(pc)
	u, at := newInlineUnwinder(f, pc-1)
	file, line := funcline1(f, pc-1, false)
	s := srcFuncOf(&u, at)
	fmt.Println(n, nameOf(s), s.startLine, file[len(file)-7:], line, entry(f) < pc, findfunc(0).record == nil)

	base, span, i := findObject(uintptr(unsafe.Pointer(&global[2])), 0, 0)
	fmt.Println(uintptr(unsafe.Pointer(global))-base, span != nil, i < 1000)
	base, _, _ = findObject(uintptr(unsafe.Pointer(&global)), 0, 0)
	fmt.Println(base, checkptrBase(unsafe.Pointer(&global[1])) == checkptrBase(unsafe.Pointer(&global[3])))
	fmt.Println(checkptrBase(unsafe.Pointer(&global)) != 0, checkptrBase(unsafe.Pointer(uintptr(8))))

	c := make(chan int, 4)
	c <- 11
	c <- 12
	fmt.Println(*(*int)(chanbuf(*(*unsafe.Pointer)(unsafe.Pointer(&c)), 1)), heapObjectsCanMove(), getm() != 0)

	entersyscallblock()
	exitsyscall()

	done := make(chan bool)
	go func() {
		gopark(hold, nil, 1, 1, 0)
		done <- true
	}()
	for parked.Load() == nil {
		wakep()
	}
	goready(unsafe.Pointer(parked.Load()), 0)
	fmt.Println(<-done)

	moduledataverify1(lastModule)
	fmt.Println(goid())
}
