// Complex numbers, floats at their edges, integer widths.
package main

import (
	"fmt"
	"math"
	"math/cmplx"
)

func fft(a []complex128) []complex128 {
	n := len(a)
	if n == 1 {
		return a
	}
	var even, odd []complex128
	for i, x := range a {
		if i%2 == 0 {
			even = append(even, x)
		} else {
			odd = append(odd, x)
		}
	}
	even, odd = fft(even), fft(odd)
	out := make([]complex128, n)
	for k := range n / 2 {
		t := cmplx.Rect(1, -2*math.Pi*float64(k)/float64(n)) * odd[k]
		out[k], out[k+n/2] = even[k]+t, even[k]-t
	}
	return out
}

func mandel(c complex128) int {
	z := complex(0, 0)
	for i := range 50 {
		if real(z)*real(z)+imag(z)*imag(z) > 4 {
			return i
		}
		z = z*z + c
	}
	return 0
}

func main() {
	a, b := 3+4i, complex64(1-2i)
	fmt.Println(a*a, a/(1+1i), -a, a == 3+4i, real(a), imag(b), b*b, b/complex(0, 1), complex128(b)+a)
	fmt.Println(cmplx.Abs(a), cmplx.Sqrt(-1), cmplx.Exp(1i*math.Pi), cmplx.Pow(a, 0.5), cmplx.Phase(-1))
	zero, inf, big := 0.0, math.Inf(1), math.MaxFloat64
	fmt.Println(complex(1, 2)/complex(zero, zero), complex(inf, 0)*complex(zero, 1), complex(1, 1)/complex(inf, inf), complex(math.NaN(), 0) == complex(math.NaN(), 0))
	for _, x := range fft([]complex128{1, 2, 3, 4, 0, 0, 0, 0}) {
		fmt.Printf("%.6f ", x)
	}
	fmt.Println()
	for y := -1.0; y <= 1; y += 0.25 {
		for x := -2.0; x <= 0.5; x += 0.0625 {
			fmt.Print(string(" .:-=+*#%@"[mandel(complex(x, y))*10/51]))
		}
		fmt.Println()
	}
	fmt.Println(1/zero, -1/zero, zero/zero, math.Copysign(0, -1), 1/math.Copysign(0, -1), big*big, math.SmallestNonzeroFloat64/2)
	nan := math.NaN()
	fmt.Println(nan < 1, nan > 1, nan == nan, nan != nan, !(nan >= 1), min(nan, 1), max(1, nan), min(-0.0, zero))
	f := 1e20
	g := -1.9
	fmt.Println(int64(g), uint8(int(g)), int32(f/1e15), float32(f), float32(0.1)+float32(0.2) == float32(0.3), 0.1+0.2, uint64(f/10), int8(int(f/1e18*3.007)%256-128))
	var h uint64 = 1<<63 + 1025
	fmt.Println(float64(h), float32(h), float64(int64(h)), uint64(float64(h)))
	var i8 int8 = -128
	var u8 uint8 = 200
	var i16 int16 = 32767
	var u32 uint32 = 1 << 31
	var i64 int64 = math.MinInt64
	m1 := int64(-1)
	fmt.Println(-i8, i8-1, i8/int8(m1), u8+100, u8<<1, ^u8, i16+1, i16*i16, u32<<1, u32>>31, -u32, i64/m1, i64%m1, -i64, uint16(i16)<<9, i8>>1, u8>>9, i64>>63, uint64(i64)>>63)
	sh := uint(70)
	fmt.Println(1<<(sh-10), u32<<sh, i64>>sh, int8(-1)>>sh, uint8(255)>>(sh-64), 7&^5, 6^3, -7/2, -7%3, 7%-3)
	x, y := 17, 5
	x, y = y, x%y
	x <<= y
	x |= 3
	x &^= 1
	x ^= 0xff
	fmt.Println(x, y, x*y-x/y+x%7)
	fmt.Println(math.Float32bits(1.1), math.Float64bits(-0.1), math.Float32frombits(0x7f800001) != 0, math.Nextafter(1, 2), math.MaxInt64, uint64(math.MaxUint64))
}
