package build

import (
	"slices"

	"strata/internal/lower"
	"strata/internal/ssa"
)

// uninstrumented are packages whose accesses the race detector is not told of, beside the runtime's own: the runtime uses them, they are
// its interface, or they tell themselves what their accesses mean.
var uninstrumented = []string{
	"internal/abi", "internal/byteorder", "internal/chacha8rand", "internal/coverage/rtcov", "internal/cpu", "internal/goarch", "internal/godebugs",
	"internal/goexperiment", "internal/goos", "internal/profilerecord", "internal/race", "internal/strconv", "internal/stringslite",
	"internal/sync", "runtime/race", "sync", "sync/atomic",
}

// instrumented tells whether f's accesses are marked for the race detector.
func instrumented(f *ssa.Func) bool {
	return f.Pragma&(ssa.RuntimeFunc|ssa.NoRace) == 0 && f.PkgPath != "" && !lower.IsRuntimePath(f.PkgPath) && !slices.Contains(uninstrumented, f.PkgPath)
}
