//go:build strata

package runtime

// One thread runs everything.

func initProcs() {}

// GOMAXPROCS sets the maximum number of CPUs that can be executing simultaneously and returns the previous setting: 1, always, on
// WebAssembly.
func GOMAXPROCS(n int) int { return 1 }

// SetDefaultGOMAXPROCS updates the GOMAXPROCS setting to the runtime default.
func SetDefaultGOMAXPROCS() {}

func updateProcs() {}

// sysmonTick is for the monitor, which there is not.
func sysmonTick(now int64) {}
