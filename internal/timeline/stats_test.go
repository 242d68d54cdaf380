package timeline

import (
	"math"
	"testing"
)

func TestSummarise(t *testing.T) {
	f := &Figure{Unit: "sec", Samples: map[string][]float64{
		"old":   {1.00, 1.02, 0.98, 1.01, 0.99, 1.00},
		"fast":  {0.25, 0.26, 0.24, 0.25, 0.27, 0.25},
		"same":  {1.01, 0.99, 1.00, 1.02, 0.98, 1.005},
		"once":  {0.1},
		"slow":  {31, 30, 32, 29, 30, 31},
		"a bit": {1.2, 1.21, 1.19, 1.2, 1.22, 1.18},
	}}
	for _, tt := range []struct {
		column, delta string
		center        float64
	}{
		{"old", "~", 1}, // compared with itself
		{"fast", "÷4.0", 0.25},
		{"same", "~", 1.0025},
		{"once", "~", 0.1}, // one sample shows nothing
		{"slow", "×30", 30.5},
		{"a bit", "+20.0%", 1.2},
		{"missing", "", 0},
	} {
		s := f.Summarise(tt.column, "old")
		if s.Delta() != tt.delta || math.Abs(s.Center-tt.center) > 1e-9 {
			t.Errorf("%s: %v %q, want %v %q", tt.column, s.Center, s.Delta(), tt.center, tt.delta)
		}
		if s.N > 0 && !(s.Lo <= s.Center && s.Center <= s.Hi) {
			t.Errorf("%s: median %v outside of its interval %v to %v", tt.column, s.Center, s.Lo, s.Hi)
		}
	}
}

// Sizes need no samples to differ.
func TestSummariseExact(t *testing.T) {
	f := &Figure{Unit: "B", Exact: true, Samples: map[string][]float64{"a": {1000}, "b": {1100}, "c": {1000}}}
	if d := f.Summarise("b", "a").Delta(); d != "+10.0%" {
		t.Errorf("delta %q", d)
	}
	if d := f.Summarise("c", "a").Delta(); d != "~" {
		t.Errorf("delta %q", d)
	}
}

func TestFormat(t *testing.T) {
	for _, tt := range []struct {
		v          float64
		unit, want string
	}{
		{0.0123, "sec", "12.30ms"},
		{2.5e-9, "sec/op", "2.500ns"},
		{3 << 20, "B", "3.000MiB"},
		{160, "objects", "160"},
		{3145728, "objects", "3.146M"},
		{3, "hot-depths", "3"},
		{0.51, "stall-sec", "510.0ms"},
		{1.5e6, "B/s", "1.431MiB"},
		{2.25, "worst/best", "2.250"},
	} {
		if got := Format(tt.v, tt.unit); got != tt.want {
			t.Errorf("Format(%v, %s) = %q, want %q", tt.v, tt.unit, got, tt.want)
		}
	}
}
