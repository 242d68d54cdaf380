//go:build strata

package runtime

const (
	// tracebackLabels is the default of GODEBUG=tracebacklabels.
	tracebackLabels = 1
	// hasAsyncTimers says that GODEBUG=asynctimerchan has a meaning.
	hasAsyncTimers = false
)
