// Arbitrary precision: factorials, pi, primes, rationals.
package main

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
)

func pi(digits int) string {
	unity := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits+10)), nil)
	arctan := func(x int64) *big.Int {
		sum := new(big.Int).Div(unity, big.NewInt(x))
		term := new(big.Int).Set(sum)
		for n := int64(3); term.Sign() != 0; n += 2 {
			term.Div(term, big.NewInt(x*x))
			term.Neg(term)
			sum.Add(sum, new(big.Int).Div(term, big.NewInt(n)))
		}
		return sum
	}
	p := new(big.Int).Mul(arctan(5), big.NewInt(4))
	p.Sub(p, arctan(239)).Mul(p, big.NewInt(4))
	return p.String()[:digits]
}

func main() {
	fmt.Println(new(big.Int).MulRange(1, 100))
	fmt.Println(pi(200))
	a, b := big.NewInt(1), big.NewInt(1)
	for range 1000 {
		a.Add(a, b)
		a, b = b, a
	}
	fmt.Println(b)
	m := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 127), big.NewInt(1))
	fmt.Println(m, m.ProbablyPrime(20), m.BitLen(), new(big.Int).Sqrt(m))
	x, _ := new(big.Int).SetString("123456789abcdef0123456789abcdef", 16)
	fmt.Println(new(big.Int).Exp(x, big.NewInt(65537), m), new(big.Int).ModInverse(x, m), new(big.Int).GCD(nil, nil, x, big.NewInt(720720)))
	q, r := new(big.Int).QuoRem(new(big.Int).Neg(x), big.NewInt(1_000_003), new(big.Int))
	fmt.Println(q, r, new(big.Int).Mod(new(big.Int).Neg(x), big.NewInt(97)))
	fmt.Printf("%x %d %s %o\n", x, x.Bits()[0], x.Text(36), new(big.Int).And(x, m))
	h := new(big.Rat)
	for i := int64(1); i <= 30; i++ {
		h.Add(h, big.NewRat(1, i))
	}
	fmt.Println(h, h.FloatString(30))
	f := new(big.Float).SetPrec(200).SetInt64(2)
	fmt.Println(f.Sqrt(f).Text('g', 60))
	hi, lo := bits.Mul64(math.MaxUint64, 12345678901234567)
	quo, rem := bits.Div64(hi%1000, lo, 1001)
	sum, carry := bits.Add64(lo, math.MaxUint64, 1)
	fmt.Println(hi, lo, quo, rem, sum, carry, bits.OnesCount64(lo), bits.LeadingZeros32(77), bits.TrailingZeros16(96), bits.Reverse8(0x13), bits.RotateLeft32(0x80000001, 3))
	fmt.Println(math.FMA(1e16, 3, -3e16), math.Sqrt(2), math.Cbrt(27), math.Sin(1), math.Pow(2.5, 3.5), math.Log1p(1e-9), math.Gamma(5.5), math.Mod(-7.5, 2), math.Hypot(3, 4), math.Floor(-1.5), math.RoundToEven(2.5), math.Trunc(-2.7), math.Atan2(-1, -1))
}
