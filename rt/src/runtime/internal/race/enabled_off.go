//go:build strata && !race

package race

// Enabled says whether the program is built with -race. All that the runtime does for the detector depends on it.
const Enabled = false
