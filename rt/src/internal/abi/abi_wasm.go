//go:build strata

package abi

// Arguments are passed as on amd64; what is a register there is a parameter of a WebAssembly function here.
const (
	IntArgRegs            = 9
	FloatArgRegs          = 15
	EffectiveFloatRegSize = 8
)
