//go:build strata

package runtime

import (
	"runtime/internal/heap"
	"runtime/internal/sched"
	"unsafe"
)

// What package internal/synctest needs; bubbles are sched's.

// bubbleID is the number of a goroutine's synctest bubble, as headers show it.
func bubbleID(b unsafe.Pointer) uint64 { return (*sched.Bubble)(b).ID }

// bubbleDeadlock is the panic of a bubble whose goroutines are all blocked for ever.
type bubbleDeadlock string

func (e bubbleDeadlock) Error() string { return string(e) }

//go:linkname synctest_Run internal/synctest.Run
func synctest_Run(f func()) {
	if hasAsyncTimers && debug.asynctimerchan.Load() != 0 {
		panic("synctest.Run not supported with asynctimerchan!=0")
	}
	if getg().Bubble != nil {
		panic("synctest.Run called from within a synctest bubble")
	}
	if reason := sched.RunBubble(f); reason != "" {
		panic(bubbleDeadlock(reason))
	}
}

//go:linkname synctest_Wait internal/synctest.Wait
func synctest_Wait() {
	b := sched.CurrentBubble()
	if b == nil {
		panic("goroutine is not in a bubble")
	}
	if !b.WaitBubble() {
		panic("wait already in progress")
	}
}

//go:linkname synctest_isInBubble internal/synctest.IsInBubble
func synctest_isInBubble() bool { return getg().Bubble != nil }

//go:linkname synctest_acquire internal/synctest.acquire
func synctest_acquire() any {
	b := sched.CurrentBubble()
	if b == nil {
		return nil
	}
	b.Hold()
	return b
}

//go:linkname synctest_release internal/synctest.release
func synctest_release(b any) { b.(*sched.Bubble).Release() }

//go:linkname synctest_inBubble internal/synctest.inBubble
func synctest_inBubble(b any, f func()) {
	if getg().Bubble != nil {
		panic("goroutine is already bubbled")
	}
	sched.SetBubble(b.(*sched.Bubble))
	defer sched.SetBubble(nil)
	f()
}

// Association of objects with bubbles; the numbers are package internal/synctest's.
const (
	unbubbled = iota
	currentBubble
	otherBubble
)

func bubbleAssociation(p unsafe.Pointer, add bool) int {
	id := uintptr(sched.CurrentBubble().ID)
	if _, s, _ := heap.FindObject(uintptr(p)); s == nil {
		return unbubbled // a package variable
	}
	for {
		if sp := heap.FindSpecial(uintptr(p), heap.KindBubble); sp != nil {
			if sp.Data[0] == id {
				return currentBubble
			}
			return otherBubble
		}
		if !add {
			return unbubbled
		}
		if heap.AddSpecial(uintptr(p), heap.KindBubble, true, nil, id, 0, 0) {
			return currentBubble
		}
	}
}

//go:linkname synctest_associate internal/synctest.associate
func synctest_associate(p unsafe.Pointer) int { return bubbleAssociation(p, true) }

//go:linkname synctest_disassociate internal/synctest.disassociate
func synctest_disassociate(p unsafe.Pointer) { heap.RemoveSpecial(uintptr(p), heap.KindBubble, 0) }

//go:linkname synctest_isAssociated internal/synctest.isAssociated
func synctest_isAssociated(p unsafe.Pointer) bool {
	return bubbleAssociation(p, false) == currentBubble
}
