package timeline

import (
	"math"
	"slices"
	"testing"
)

func TestHistogram(t *testing.T) {
	var h Histogram
	if h.Quantile(0.5) != 0 || h.Max() != 0 {
		t.Error("the empty histogram has values")
	}
	h.Add(4, 8, 10)
	h.Add(1, 2, 80)
	h.Add(16, 32, 9)
	h.Add(1, 2, 0)
	h.Merge(Histogram{{16, 32, 1}})
	want := Histogram{{1, 2, 80}, {4, 8, 10}, {16, 32, 10}}
	if !slices.Equal(h, want) {
		t.Fatalf("%v, want %v", h, want)
	}
	for _, tt := range []struct{ q, want float64 }{{0.5, 2}, {0.8, 2}, {0.81, 8}, {0.9, 8}, {0.99, 32}, {1, 32}} {
		if got := h.Quantile(tt.q); got != tt.want {
			t.Errorf("quantile %v is %v, want %v", tt.q, got, tt.want)
		}
	}
	if h.Total() != 100 || h.Max() != 32 || h.Sum() != 80*1.5+10*6+10*24 {
		t.Errorf("total %v max %v sum %v", h.Total(), h.Max(), h.Sum())
	}
}

// Values fall into buckets that hold them and are a quarter of an octave wide.
func TestHistogramAddValue(t *testing.T) {
	for _, v := range []float64{1, 1.2, 1.25, 1e-9, 3.7e-5, 0.999, 1000, 0} {
		var h Histogram
		h.AddValue(v)
		b := h[0]
		if v < b.Low || v >= b.High {
			t.Errorf("%v is not in [%v, %v)", v, b.Low, b.High)
		}
		if v > 0 {
			octave := math.Exp2(math.Floor(math.Log2(v)))
			if math.Abs(b.High-b.Low-octave/4) > 1e-9*octave {
				t.Errorf("%v: bucket [%v, %v)", v, b.Low, b.High)
			}
		}
	}
}

func TestParseSnapshot(t *testing.T) {
	s, err := parseSnapshot([]byte(`{
"/gc/cycles/total:gc-cycles": 3,
"/cpu/classes/gc/total:cpu-seconds": 0.25,
"/sched/latencies:seconds": [[0,6.4e-08,2],[0.0001,0.00012,1],[10,null,1]],
"/sched/pauses/total/gc:seconds": []
}`))
	if err != nil {
		t.Fatal(err)
	}
	if s.values["/gc/cycles/total:gc-cycles"] != 3 || s.values["/cpu/classes/gc/total:cpu-seconds"] != 0.25 {
		t.Errorf("values %v", s.values)
	}
	want := Histogram{{0, 6.4e-08, 2}, {0.0001, 0.00012, 1}, {10, 10, 1}}
	if got := s.histograms[metricLatencies]; !slices.Equal(got, want) {
		t.Errorf("latencies %v, want %v", got, want)
	}
	if h, ok := s.histograms[metricPauses]; !ok || h.Total() != 0 {
		t.Errorf("pauses %v", h)
	}
	for _, bad := range []string{"", "{", `{"x": "y"}`, `{"x": [[null,null,1]]}`} {
		if _, err := parseSnapshot([]byte(bad)); err == nil {
			t.Errorf("%q is no snapshot", bad)
		}
	}
}

func TestPausesInTrace(t *testing.T) {
	const text = "hello\n" +
		"gc 1 @0.004s 3%: 0.010+1.2+0.500 ms clock, 0.020+0.31/0.52/0+0.008 ms cpu, 4->4->0 MB, 5 MB goal, 2 P\n" +
		"scvg: 0 MB released\n" +
		"gc 2 @0.010s 2%: 0.25+1.1+0.003 ms clock, 0.5+0.1/0.2/0+0.006 ms cpu, 4->4->0 MB, 5 MB goal, 2 P (forced)\n" +
		"gc is not a trace\n"
	pauses, rest := pausesInTrace(text)
	if rest != "hello\ngc is not a trace\n" {
		t.Errorf("rest %q", rest)
	}
	if pauses.Total() != 4 || pauses.Max() < 0.0005 || pauses.Max() > 0.00062 {
		t.Errorf("pauses %v", pauses)
	}
}
