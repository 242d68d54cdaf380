//go:build strata

package runtime

import "unsafe"

// metricSample and metricValue have the layout of metrics.Sample and metrics.Value.
type metricSample struct {
	name  string
	value metricValue
}

type metricValue struct {
	kind    int
	scalar  uint64
	pointer unsafe.Pointer
}

//go:linkname readMetrics runtime/metrics.runtime_readMetrics
func readMetrics(samples unsafe.Pointer, n, capacity int) {
	list := unsafe.Slice((*metricSample)(samples), capacity)[:n]
	for i := range list {
		list[i].value = metricValue{}
	}
}

//go:linkname godebug_registerMetric internal/godebug.registerMetric
func godebug_registerMetric(name string, read func() uint64) {}
