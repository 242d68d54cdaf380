package timeline

import (
	"fmt"
	"math"
)

// scale puts values on an axis; positions are per cent of its length.
type scale struct {
	log      bool
	unit     string
	min, max float64
}

// newScale covers the values: a linear one begins at 0, a logarithmic one at a power of ten and leaves out what is not positive.
func newScale(values []float64, unit string, log bool) scale {
	s := scale{log: log, unit: unit}
	if !log {
		for _, v := range values {
			s.max = math.Max(s.max, v)
		}
		if s.max == 0 {
			s.max = 1
		}
		s.max = niceAbove(s.max)
		return s
	}
	s.min, s.max = math.Inf(1), 0
	for _, v := range values {
		if v > 0 {
			s.min, s.max = math.Min(s.min, v), math.Max(s.max, v)
		}
	}
	if s.max == 0 {
		s.min, s.max = 1, 10
	}
	s.min = math.Pow(10, math.Floor(math.Log10(s.min)))
	s.max = math.Pow(10, math.Ceil(math.Log10(s.max)))
	if s.max == s.min {
		s.max *= 10
	}
	return s
}

// niceAbove is the next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten.
func niceAbove(v float64) float64 {
	p := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10} {
		if m*p >= v*0.9999 {
			return m * p
		}
	}
	return 10 * p
}

// at is the position of a value, between 0 and 100.
func (s scale) at(v float64) float64 {
	x := v / s.max
	if s.log {
		if v <= s.min {
			return 0
		}
		x = math.Log(v/s.min) / math.Log(s.max/s.min)
	}
	return 100 * math.Max(0, math.Min(1, x))
}

// tick is a mark on an axis.
type tick struct {
	At   float64
	Text string
}

// ticks marks powers of ten, or quarters.
func (s scale) ticks() []tick {
	var out []tick
	if !s.log {
		for i := range 5 {
			v := s.max * float64(i) / 4
			out = append(out, tick{s.at(v), tickText(v, s.unit)})
		}
		return out
	}
	decades := int(math.Round(math.Log10(s.max / s.min)))
	for i := 0; i <= decades; i += (decades + 5) / 6 {
		v := s.min * math.Pow(10, float64(i))
		out = append(out, tick{s.at(v), tickText(v, s.unit)})
	}
	return out
}

// tickText is a value with no more digits than a mark needs.
func tickText(v float64, unit string) string {
	if v == 0 {
		return "0"
	}
	text := Format(v, unit)
	i := 0
	for i < len(text) && (text[i] >= '0' && text[i] <= '9' || text[i] == '.' || text[i] == '-') {
		i++
	}
	var number float64
	if _, err := fmt.Sscan(text[:i], &number); err != nil {
		return text
	}
	return fmt.Sprintf("%.3g", number) + text[i:]
}
