package harness

import "strata/internal/build"

// buildWith compiles. It is the one place that hands options to the driver.
func buildWith(o build.Options) error { return build.Build(o) }
