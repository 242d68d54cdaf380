//go:build strata

package task

import "unsafe"

// Gobuf is a suspended execution: jump to PC with SP, BP, the closure context
// Ctxt, and LR. Only a function that has not begun looks at LR.
type Gobuf struct {
	SP   uintptr
	PC   uintptr
	BP   uintptr
	Ctxt unsafe.Pointer
	LR   uintptr
}

const gobufWords = 5
