//go:build strata

package runtime

// snapshots says whether the program can write its metrics when it ends. It costs 50 KB of executable, so the driver
// replaces this file where -gcflags=-d=metrics asks for it.
const snapshots = false
