//go:build strata

package task

import "unsafe"

// Each line fails to compile when the compiler's functions without source have wrong offsets.
func _() {
	var g G
	_ = [1]struct{}{}[unsafe.Offsetof(g.Segment)-424]
	_ = [1]struct{}{}[unsafe.Offsetof(g.SyscallSP)-104]
	_ = [1]struct{}{}[unsafe.Offsetof(g.Sched)+unsafe.Offsetof(g.Sched.BP)-72]
}
