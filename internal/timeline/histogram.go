package timeline

import (
	"math"
	"slices"
)

// Histogram counts values by bucket. Buckets are sorted and do not overlap; those that are empty are left out.
type Histogram []Bucket

// Bucket holds Count values from Low up to High, which are finite: values without a bound count at the bound they have.
type Bucket struct {
	Low, High float64
	Count     uint64
}

// Add counts n more values between low and high.
func (h *Histogram) Add(low, high float64, n uint64) {
	if n == 0 {
		return
	}
	i, found := slices.BinarySearchFunc(*h, low, func(b Bucket, low float64) int {
		switch {
		case b.Low < low:
			return -1
		case b.Low > low:
			return 1
		}
		return 0
	})
	if found && (*h)[i].High == high {
		(*h)[i].Count += n
		return
	}
	*h = slices.Insert(*h, i, Bucket{low, high, n})
}

// AddValue counts one value exactly known, in a bucket of the runtime's own width: a quarter of an octave.
func (h *Histogram) AddValue(v float64) {
	if v <= 0 {
		h.Add(0, shortest, 1)
		return
	}
	n := math.Floor(math.Log2(v))
	at := math.Exp2(n)
	step := math.Floor((v/at - 1) * 4)
	h.Add(at*(1+step/4), at*(1+(step+1)/4), 1)
}

// shortest is the smallest time that is told from none.
const shortest = 1e-9

// Merge adds the counts of other.
func (h *Histogram) Merge(other Histogram) {
	for _, b := range other {
		h.Add(b.Low, b.High, b.Count)
	}
}

// Total is the number of values.
func (h Histogram) Total() uint64 {
	n := uint64(0)
	for _, b := range h {
		n += b.Count
	}
	return n
}

// Quantile gives the value below which the fraction q of the values lies, as exactly as buckets tell: the upper bound
// of the bucket. Of no values it is 0.
func (h Histogram) Quantile(q float64) float64 {
	rank := uint64(math.Ceil(q * float64(h.Total())))
	n := uint64(0)
	for _, b := range h {
		if n += b.Count; n >= rank && n > 0 {
			return b.High
		}
	}
	return 0
}

// Max is the upper bound of the largest value.
func (h Histogram) Max() float64 {
	if len(h) == 0 {
		return 0
	}
	return h[len(h)-1].High
}

// Sum is about the sum of all values: each counts with the middle of its bucket.
func (h Histogram) Sum() float64 {
	sum := 0.0
	for _, b := range h {
		sum += float64(b.Count) * (b.Low + b.High) / 2
	}
	return sum
}
