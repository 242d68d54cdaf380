package libc

import (
	"math"
	"math/bits"
)

func Clz32(x uint32) int32 { return int32(bits.LeadingZeros32(x)) }
func Clz64(x uint64) int32 { return int32(bits.LeadingZeros64(x)) }
func Ctz32(x uint32) int32 { return int32(bits.TrailingZeros32(x)) }
func Ctz64(x uint64) int32 { return int32(bits.TrailingZeros64(x)) }

func Popcount32(x uint32) int32 { return int32(bits.OnesCount32(x)) }
func Popcount64(x uint64) int32 { return int32(bits.OnesCount64(x)) }
func Parity32(x uint32) int32   { return int32(bits.OnesCount32(x) & 1) }
func Parity64(x uint64) int32   { return int32(bits.OnesCount64(x) & 1) }

func Bswap16(x uint16) uint16 { return bits.ReverseBytes16(x) }
func Bswap32(x uint32) uint32 { return bits.ReverseBytes32(x) }
func Bswap64(x uint64) uint64 { return bits.ReverseBytes64(x) }

func Ffs32(x int32) int32 { return Ffs64(int64(x)) }

func Ffs64(x int64) int32 {
	if x == 0 {
		return 0
	}
	return int32(bits.TrailingZeros64(uint64(x))) + 1
}

func Ffs(x int32) int32   { return Ffs32(x) }
func Ffsl(x int64) int32  { return Ffs64(x) }
func Ffsll(x int64) int32 { return Ffs64(x) }

func IsNaN(x float64) int32    { return Int(x != x) }
func IsFinite(x float64) int32 { return Int(x-x == 0) }
func Signbit(x float64) int32  { return Int(math.Signbit(x)) }

func IsInf(x float64) int32 { return Int(math.IsInf(x, 1)) - Int(math.IsInf(x, -1)) }

func IsUnordered(x, y float64) int32    { return Int(x != x || y != y) }
func IsGreater(x, y float64) int32      { return Int(x > y) }
func IsGreaterEqual(x, y float64) int32 { return Int(x >= y) }
func IsLess(x, y float64) int32         { return Int(x < y) }
func IsLessEqual(x, y float64) int32    { return Int(x <= y) }
func IsLessGreater(x, y float64) int32  { return Int(x < y || x > y) }

func Nan(s uintptr) float64  { return math.NaN() }
func Nanf(s uintptr) float32 { return float32(math.NaN()) }
