package timeline

import (
	"fmt"
	"math"
	"strings"

	"golang.org/x/perf/benchmath"
	"golang.org/x/perf/benchunit"
)

// Summary is a figure's median in a column, with a 95 % confidence interval, and how it compares with the base.
type Summary struct {
	N              int
	Center, Lo, Hi float64
	Ratio          float64 // of the medians, to the base's; 0 if there is none
	P              float64 // probability of such a difference by chance
	Significant    bool
}

// confidence is that of the intervals.
const confidence = 0.95

var thresholds = benchmath.DefaultThresholds

// Summarise gives the figures of column; base is the one to compare with. Without samples N is 0.
func (f *Figure) Summarise(column, base string) Summary {
	values := f.Samples[column]
	if len(values) == 0 {
		return Summary{}
	}
	sample := benchmath.NewSample(values, &thresholds)
	sum := benchmath.AssumeNothing.Summary(sample, confidence)
	// Of few samples no interval has that confidence; all there is to say is between which values they lie.
	lo, hi := sample.Values[0], sample.Values[len(values)-1]
	if !math.IsInf(sum.Lo, 0) && !math.IsInf(sum.Hi, 0) {
		lo, hi = sum.Lo, sum.Hi
	}
	s := Summary{N: len(values), Center: sum.Center, Lo: lo, Hi: hi, P: 1}
	other := f.Samples[base]
	if len(other) == 0 {
		return s
	}
	baseSample := benchmath.NewSample(other, &thresholds)
	if c := benchmath.AssumeNothing.Summary(baseSample, confidence).Center; c != 0 {
		s.Ratio = s.Center / c
	}
	if column != base {
		c := benchmath.AssumeNothing.Compare(baseSample, sample)
		s.P, s.Significant = c.P, c.P < c.Alpha
		if f.Exact {
			s.Significant = values[0] != other[0]
		}
	}
	return s
}

// Spread is half of the interval relative to the median.
func (s Summary) Spread() float64 {
	if s.Center == 0 {
		return 0
	}
	return max(s.Hi-s.Center, s.Center-s.Lo) / s.Center
}

// Delta says in a few characters how the column differs from the base: "+12.3%", "×4.1", "÷20", or "~" for not
// significantly.
func (s Summary) Delta() string {
	switch {
	case s.N == 0 || s.Ratio == 0:
		return ""
	case !s.Significant:
		return "~"
	case s.Ratio >= 2:
		return "×" + short(s.Ratio)
	case s.Ratio <= 0.5:
		return "÷" + short(1/s.Ratio)
	}
	return fmt.Sprintf("%+.1f%%", 100*(s.Ratio-1))
}

// short writes a ratio with two digits or more.
func short(x float64) string {
	if x >= 9.95 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.1f", x)
}

// Format writes a value with its unit: "12.3ms", "4.56MiB", "1.23k".
func Format(v float64, unit string) string {
	num, den, _ := strings.Cut(unit, "/")
	base := num
	if i := strings.LastIndexByte(num, '-'); i >= 0 {
		base = num[i+1:]
	}
	scaled := benchunit.Scale(v, benchunit.ClassOf(unit))
	switch {
	case den == "base" || base == "best" || v == 0:
		return strings.TrimSuffix(strings.TrimSuffix(scaled, "00"), ".0")
	case base == "sec":
		return scaled + "s"
	case base == "B":
		return scaled + "B"
	}
	if v == math.Trunc(v) && v < 1e4 {
		return fmt.Sprintf("%.0f", v)
	}
	return scaled
}

// LowerIsBetter tells what to wish for.
func LowerIsBetter(unit string) bool { return !strings.HasSuffix(unit, "/s") }
