//go:build strata

package lang

import _ "unsafe" // for linkname

func isNaN(f float64) bool { return f != f }

// finite: subtracting an infinity or a NaN from itself gives NaN.
func finite(f float64) bool { return !isNaN(f - f) }
func isInf(f float64) bool  { return !isNaN(f) && !finite(f) }

func abs(f float64) float64 {
	if f < 0 {
		return -f
	}
	return f
}

// infinity overflows at run time: no constant is that large.
func infinity() float64 {
	big := 0x1p1023
	return big * 2
}

// sign1 is 1 with the sign of s.
func sign1(s float64) float64 {
	if s < 0 || s == 0 && 1/s < 0 {
		return -1
	}
	return 1
}

// inf2one maps infinities to ±1 and everything else to ±0.
func inf2one(f float64) float64 {
	if isInf(f) {
		return sign1(f)
	}
	return 0 * sign1(f)
}

// complex128div divides as C99 asks in its annex G: NaN results are replaced by
// infinities and zeros where the operands determine those.
//
//go:linkname complex128div runtime.complex128div
func complex128div(n, m complex128) complex128 {
	a, b, c, d := real(n), imag(n), real(m), imag(m)
	var e, f float64
	if abs(c) >= abs(d) {
		ratio := d / c
		denom := c + ratio*d
		e = (a + b*ratio) / denom
		f = (b - a*ratio) / denom
	} else {
		ratio := c / d
		denom := d + ratio*c
		e = (a*ratio + b) / denom
		f = (b*ratio - a) / denom
	}
	if !isNaN(e) || !isNaN(f) {
		return complex(e, f)
	}
	switch {
	case m == 0 && (!isNaN(a) || !isNaN(b)):
		inf := sign1(c) * infinity()
		e, f = inf*a, inf*b
	case (isInf(a) || isInf(b)) && finite(c) && finite(d):
		a, b = inf2one(a), inf2one(b)
		inf := infinity()
		e, f = inf*(a*c+b*d), inf*(b*c-a*d)
	case (isInf(c) || isInf(d)) && finite(a) && finite(b):
		c, d = inf2one(c), inf2one(d)
		e, f = 0*(a*c+b*d), 0*(b*c-a*d)
	}
	return complex(e, f)
}
