//go:build strata

// GOROOT jumps to the generic code in assembly.
package chacha8rand

import _ "unsafe"

//go:linkname blockWasm internal/chacha8rand.block
func blockWasm(seed *[4]uint64, blocks *[32]uint64, counter uint32) {
	block_generic(seed, blocks, counter)
}
