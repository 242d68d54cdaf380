//go:build strata && !wasm

package kernel

// HasThreads tells whether threads can be started.
const HasThreads = true
