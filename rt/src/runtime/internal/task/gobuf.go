//go:build strata && !arm64

package task

import "unsafe"

// Gobuf is a suspended execution: jump to PC with SP, BP and the closure
// context Ctxt.
type Gobuf struct {
	SP   uintptr
	PC   uintptr
	BP   uintptr
	Ctxt unsafe.Pointer
}

const gobufWords = 4
