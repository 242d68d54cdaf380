//go:build strata

package task

import "unsafe"

// Each line fails to compile when offsets.h is wrong.
func _() {
	var (
		g G
		m M
		p P
		r Runs

		_ [unsafe.Offsetof(g.Stack)]struct{}       = [0]struct{}{}
		_ [unsafe.Offsetof(g.StackGuard0)]struct{} = [16]struct{}{}
		_ [unsafe.Offsetof(g.StackGuard1)]struct{} = [24]struct{}{}
		_ [unsafe.Offsetof(g.M)]struct{}           = [48]struct{}{}
		_ [unsafe.Offsetof(g.Sched)]struct{}       = [56]struct{}{}
		_ [unsafe.Offsetof(g.Sched.Ctxt)]struct{}  = [24]struct{}{}
		_ [unsafe.Offsetof(g.GoID)]struct{}        = [152]struct{}{}

		_ [unsafe.Offsetof(m.G0)]struct{}      = [0]struct{}{}
		_ [unsafe.Offsetof(m.GSignal)]struct{} = [8]struct{}{}
		_ [unsafe.Offsetof(m.CurG)]struct{}    = [16]struct{}{}
		_ [unsafe.Offsetof(m.P)]struct{}       = [24]struct{}{}
		_ [unsafe.Offsetof(m.TLS)]struct{}     = [32]struct{}{}
		_ [unsafe.Offsetof(m.MoreBuf)]struct{} = [64]struct{}{}
		_ [unsafe.Offsetof(m.VDSOSP)]struct{}  = [88]struct{}{}
		_ [unsafe.Offsetof(m.VDSOPC)]struct{}  = [96]struct{}{}
		_ [unsafe.Offsetof(m.WBSpare)]struct{} = [104]struct{}{}
		_ [unsafe.Offsetof(m.Runs)]struct{}    = [120]struct{}{}

		_ [unsafe.Offsetof(p.WBBuf)]struct{} = [8]struct{}{}

		// The compiler's pass runs knows these.
		_ [unsafe.Offsetof(r.Of[0].End)]struct{} = [8]struct{}{}
		_ [unsafe.Sizeof(r.Of[0])]struct{}       = [16]struct{}{}
		_ [unsafe.Offsetof(r.Rate)]struct{}      = [2176]struct{}{}
	)
}
