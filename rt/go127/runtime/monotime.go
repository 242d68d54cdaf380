//go:build strata

package runtime

import (
	"runtime/internal/task"
	_ "unsafe" // for go:linkname
)

//go:linkname fips140_monoTime crypto/internal/fips140deps/time.monoTime
func fips140_monoTime() int64 { return task.Nanotime() }
