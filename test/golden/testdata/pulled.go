// Functions of the runtime that modules pull with go:linkname, one of them under a signature of their own.
package main

import (
	"fmt"
	"unsafe"
)

//go:linkname fastrand runtime.fastrand
func fastrand() uint32

//go:linkname fastrandn runtime.fastrandn
func fastrandn(n uint32) uint32

//go:linkname fastrand64 runtime.fastrand64
func fastrand64() uint64

//go:linkname cheaprand runtime.cheaprand
func cheaprand() uint32

//go:linkname cheaprandn runtime.cheaprandn
func cheaprandn(n uint32) uint32

//go:linkname cheaprand64 runtime.cheaprand64
func cheaprand64() int64

//go:linkname cputicks runtime.cputicks
func cputicks() int64

//go:linkname nanotime runtime.nanotime
func nanotime() int64

//go:linkname procyield runtime.procyield
func procyield(cycles uint32)

//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

//go:linkname canSpin sync.runtime_canSpin
func canSpin(i int) bool

//go:linkname doSpin sync.runtime_doSpin
func doSpin()

//go:linkname stringHash runtime.stringHash
func stringHash(s string, seed uintptr) uintptr

//go:linkname memhash runtime.memhash
func memhash(p unsafe.Pointer, h, n uintptr) uintptr

//go:linkname newarray runtime.newarray
func newarray(typ unsafe.Pointer, n int) unsafe.Pointer

//go:linkname typehash runtime.typehash
func typehash(typ, p unsafe.Pointer, h uintptr) uintptr

//go:linkname add runtime.add
func add(p unsafe.Pointer, x uintptr) unsafe.Pointer

//go:linkname noescape runtime.noescape
func noescape(p unsafe.Pointer) unsafe.Pointer

//go:linkname memequal runtime.memequal
func memequal()

func typeOf(v any) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&v)) }

func main() {
	seen := map[uint64]bool{}
	for range 100 {
		seen[fastrand64()] = true
		if fastrandn(10) >= 10 || cheaprandn(7) >= 7 {
			panic("out of range")
		}
	}
	fmt.Println(len(seen), fastrand() != fastrand() || fastrand() != fastrand(), cheaprand() != cheaprand(), cheaprand64() != cheaprand64())
	t, n := cputicks(), nanotime()
	procyield(10)
	fmt.Println(cputicks() > t, nanotime() >= n)
	p := procPin()
	procUnpin()
	fmt.Println(p >= 0, canSpin(100))
	doSpin()
	s := "strata"
	fmt.Println(stringHash(s, 1) == memhash(unsafe.Pointer(unsafe.StringData(s)), 1, uintptr(len(s))))
	a := (*[4]*int)(newarray(typeOf((*int)(nil)), 4))
	a[3] = new(int)
	fmt.Println(*a[3], a[0] == nil)
	x, y := [2]string{"a", "b"}, [2]string{"a", "b"}
	fmt.Println(typehash(typeOf(x), unsafe.Pointer(&x), 5) == typehash(typeOf(x), noescape(unsafe.Pointer(&y)), 5))
	fmt.Println(*(*string)(add(unsafe.Pointer(&x), unsafe.Sizeof(s))), memequal != nil)
	fmt.Println(x == y)
}
