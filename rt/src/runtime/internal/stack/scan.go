//go:build strata

package stack

import (
	"runtime/internal/task"
	"unsafe"
)

// A Scanner finds the pointers in a stack. Exact is called with each word that
// the maps name, Maybe with words of frames that were interrupted, which may
// hold anything. Each worker has one of its own, made once.
type Scanner struct {
	Exact func(w unsafe.Pointer, p uintptr)
	Maybe func(w unsafe.Pointer, p uintptr)
	W     unsafe.Pointer // passed to both

	u     Unwinder
	cache pcCache
}

// Scan visits the frames of gp, which does not run on its stack and is not
// resumed meanwhile. It returns the number of bytes visited.
func (s *Scanner) Scan(gp *task.G) uintptr {
	if gp.Stack.Lo == 0 {
		return 0
	}
	u := &s.u
	u.cache = &s.cache
	u.Init(gp)
	sp := u.SP
	for u.Valid() {
		s.frame(u)
		u.Next()
	}
	s.word(uintptr(gp.Sched.Ctxt))
	return gp.Stack.Hi - sp
}

func (s *Scanner) word(p uintptr) {
	if p != 0 {
		s.Exact(s.W, p)
	}
}

func (s *Scanner) frame(u *Unwinder) {
	switch {
	case u.Async:
		// Registers were saved in the frame before; here every word counts.
		s.maybe(u.SP, u.FP-8)
		s.maybe(u.FP, u.FP+uintptr(max(u.Fn.ArgsSize(), 0)))
		return
	case u.Fn.ID() == IDAsyncPreempt:
		s.maybe(u.SP, u.FP-8)
		return
	}
	if u.HasFrame() {
		if u.Fn.ID() == IDReflectStub {
			s.maybe(u.SP, u.SP+stubRetValid)
			s.maybe(u.SP+stubRegs+regArgsPtrs, u.SP+stubRegs+regArgsPtrs+regArgsN*8)
		}
		s.words(u.SP, u.locals())
	}
	s.words(u.FP, u.args())
}

func (s *Scanner) words(p uintptr, b bitmap) {
	for i := uintptr(0); i < b.n; i++ {
		if b.bit(i) {
			s.word(*(*uintptr)(unsafe.Pointer(p + i*8)))
		}
	}
}

func (s *Scanner) maybe(p, end uintptr) {
	for ; p < end; p += 8 {
		if v := *(*uintptr)(unsafe.Pointer(p)); v != 0 {
			s.Maybe(s.W, v)
		}
	}
}
