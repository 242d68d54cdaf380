//go:build strata

package task

import "internal/cpu"

var useAES bool

func chooseHash() { useAES = cpu.X86.HasAES && cpu.X86.HasSSSE3 && cpu.X86.HasSSE41 }
