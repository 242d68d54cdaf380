//go:build strata

package runtime

import "unsafe"

// bubbleID is the number of a goroutine's synctest bubble, as headers show it.
func bubbleID(b unsafe.Pointer) uint64 { return 0 }

//go:linkname synctest_Run internal/synctest.Run
func synctest_Run(f func()) { panic(plainError("synctest is not supported")) }

//go:linkname synctest_Wait internal/synctest.Wait
func synctest_Wait() {}

//go:linkname synctest_isInBubble internal/synctest.IsInBubble
func synctest_isInBubble() bool { return getg().Bubble != nil }

//go:linkname synctest_acquire internal/synctest.acquire
func synctest_acquire() any { return nil }

//go:linkname synctest_release internal/synctest.release
func synctest_release(b any) {}

//go:linkname synctest_inBubble internal/synctest.inBubble
func synctest_inBubble(b any, f func()) { f() }

//go:linkname synctest_associate internal/synctest.associate
func synctest_associate(p unsafe.Pointer) int { return 0 }

//go:linkname synctest_disassociate internal/synctest.disassociate
func synctest_disassociate(p unsafe.Pointer) {}

//go:linkname synctest_isAssociated internal/synctest.isAssociated
func synctest_isAssociated(p unsafe.Pointer) bool { return false }
