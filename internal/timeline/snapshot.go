package timeline

import (
	"encoding/json"
	"fmt"
)

// snapshot is what an executable says of itself at its end: the metrics of package runtime/metrics, as a program built
// with -gcflags=-d=metrics writes them to the file that STRATAMETRICS names.
type snapshot struct {
	values     map[string]float64
	histograms map[string]Histogram
}

func parseSnapshot(text []byte) (*snapshot, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	s := &snapshot{map[string]float64{}, map[string]Histogram{}}
	for name, m := range raw {
		if m[0] != '[' {
			var v float64
			if err := json.Unmarshal(m, &v); err != nil {
				return nil, fmt.Errorf("metrics: %s: %w", name, err)
			}
			s.values[name] = v
			continue
		}
		var buckets [][3]*float64 // null is infinite
		if err := json.Unmarshal(m, &buckets); err != nil {
			return nil, fmt.Errorf("metrics: %s: %w", name, err)
		}
		var h Histogram
		for _, b := range buckets {
			if b[2] == nil || b[0] == nil && b[1] == nil {
				return nil, fmt.Errorf("metrics: %s: a bucket without bounds", name)
			}
			low, high := b[0], b[1]
			if low == nil {
				low = high
			}
			if high == nil {
				high = low
			}
			h.Add(*low, *high, uint64(*b[2]))
		}
		s.histograms[name] = h
	}
	return s, nil
}

// The metrics that a report is made of.
const (
	metricPauses    = "/sched/pauses/total/gc:seconds"
	metricLatencies = "/sched/latencies:seconds"
	metricPeak      = "/process/memory/peak:bytes" // beside those of runtime/metrics
)

// counters are the figures that are single metrics.
var counters = []struct{ metric, unit, name string }{
	{"/gc/heap/allocs:bytes", "B", "allocated, bytes"},
	{"/gc/heap/allocs:objects", "objects", "allocated, objects"},
	{"/gc/cycles/total:gc-cycles", "cycles", "collections"},
	{"/cpu/classes/gc/total:cpu-seconds", "cpu-sec", "collecting, processor time"},
}
