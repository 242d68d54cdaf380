package libc

import "math"

func Acos(x float64) float64          { return math.Acos(x) }
func Acosf(x float32) float32         { return float32(Acos(float64(x))) }
func Acosl(x float64) float64         { return Acos(x) }
func Asin(x float64) float64          { return math.Asin(x) }
func Asinf(x float32) float32         { return float32(Asin(float64(x))) }
func Asinl(x float64) float64         { return Asin(x) }
func Atan(x float64) float64          { return math.Atan(x) }
func Atanf(x float32) float32         { return float32(Atan(float64(x))) }
func Atanl(x float64) float64         { return Atan(x) }
func Cos(x float64) float64           { return math.Cos(x) }
func Cosf(x float32) float32          { return float32(Cos(float64(x))) }
func Cosl(x float64) float64          { return Cos(x) }
func Sin(x float64) float64           { return math.Sin(x) }
func Sinf(x float32) float32          { return float32(Sin(float64(x))) }
func Sinl(x float64) float64          { return Sin(x) }
func Tan(x float64) float64           { return math.Tan(x) }
func Tanf(x float32) float32          { return float32(Tan(float64(x))) }
func Tanl(x float64) float64          { return Tan(x) }
func Cosh(x float64) float64          { return math.Cosh(x) }
func Coshf(x float32) float32         { return float32(Cosh(float64(x))) }
func Coshl(x float64) float64         { return Cosh(x) }
func Sinh(x float64) float64          { return math.Sinh(x) }
func Sinhf(x float32) float32         { return float32(Sinh(float64(x))) }
func Sinhl(x float64) float64         { return Sinh(x) }
func Tanh(x float64) float64          { return math.Tanh(x) }
func Tanhf(x float32) float32         { return float32(Tanh(float64(x))) }
func Tanhl(x float64) float64         { return Tanh(x) }
func Acosh(x float64) float64         { return math.Acosh(x) }
func Acoshf(x float32) float32        { return float32(Acosh(float64(x))) }
func Acoshl(x float64) float64        { return Acosh(x) }
func Asinh(x float64) float64         { return math.Asinh(x) }
func Asinhf(x float32) float32        { return float32(Asinh(float64(x))) }
func Asinhl(x float64) float64        { return Asinh(x) }
func Atanh(x float64) float64         { return math.Atanh(x) }
func Atanhf(x float32) float32        { return float32(Atanh(float64(x))) }
func Atanhl(x float64) float64        { return Atanh(x) }
func Exp(x float64) float64           { return math.Exp(x) }
func Expf(x float32) float32          { return float32(Exp(float64(x))) }
func Expl(x float64) float64          { return Exp(x) }
func Exp2(x float64) float64          { return math.Exp2(x) }
func Exp2f(x float32) float32         { return float32(Exp2(float64(x))) }
func Exp2l(x float64) float64         { return Exp2(x) }
func Expm1(x float64) float64         { return math.Expm1(x) }
func Expm1f(x float32) float32        { return float32(Expm1(float64(x))) }
func Expm1l(x float64) float64        { return Expm1(x) }
func Log(x float64) float64           { return math.Log(x) }
func Logf(x float32) float32          { return float32(Log(float64(x))) }
func Logl(x float64) float64          { return Log(x) }
func Log10(x float64) float64         { return math.Log10(x) }
func Log10f(x float32) float32        { return float32(Log10(float64(x))) }
func Log10l(x float64) float64        { return Log10(x) }
func Log2(x float64) float64          { return math.Log2(x) }
func Log2f(x float32) float32         { return float32(Log2(float64(x))) }
func Log2l(x float64) float64         { return Log2(x) }
func Log1p(x float64) float64         { return math.Log1p(x) }
func Log1pf(x float32) float32        { return float32(Log1p(float64(x))) }
func Log1pl(x float64) float64        { return Log1p(x) }
func Logb(x float64) float64          { return math.Logb(x) }
func Logbf(x float32) float32         { return float32(Logb(float64(x))) }
func Logbl(x float64) float64         { return Logb(x) }
func Sqrt(x float64) float64          { return math.Sqrt(x) }
func Sqrtf(x float32) float32         { return float32(Sqrt(float64(x))) }
func Sqrtl(x float64) float64         { return Sqrt(x) }
func Cbrt(x float64) float64          { return math.Cbrt(x) }
func Cbrtf(x float32) float32         { return float32(Cbrt(float64(x))) }
func Cbrtl(x float64) float64         { return Cbrt(x) }
func Fabs(x float64) float64          { return math.Abs(x) }
func Fabsf(x float32) float32         { return float32(Fabs(float64(x))) }
func Fabsl(x float64) float64         { return Fabs(x) }
func Ceil(x float64) float64          { return math.Ceil(x) }
func Ceilf(x float32) float32         { return float32(Ceil(float64(x))) }
func Ceill(x float64) float64         { return Ceil(x) }
func Floor(x float64) float64         { return math.Floor(x) }
func Floorf(x float32) float32        { return float32(Floor(float64(x))) }
func Floorl(x float64) float64        { return Floor(x) }
func Trunc(x float64) float64         { return math.Trunc(x) }
func Truncf(x float32) float32        { return float32(Trunc(float64(x))) }
func Truncl(x float64) float64        { return Trunc(x) }
func Round(x float64) float64         { return math.Round(x) }
func Roundf(x float32) float32        { return float32(Round(float64(x))) }
func Roundl(x float64) float64        { return Round(x) }
func Rint(x float64) float64          { return math.RoundToEven(x) }
func Rintf(x float32) float32         { return float32(Rint(float64(x))) }
func Rintl(x float64) float64         { return Rint(x) }
func Nearbyint(x float64) float64     { return math.RoundToEven(x) }
func Nearbyintf(x float32) float32    { return float32(Nearbyint(float64(x))) }
func Nearbyintl(x float64) float64    { return Nearbyint(x) }
func Erf(x float64) float64           { return math.Erf(x) }
func Erff(x float32) float32          { return float32(Erf(float64(x))) }
func Erfl(x float64) float64          { return Erf(x) }
func Erfc(x float64) float64          { return math.Erfc(x) }
func Erfcf(x float32) float32         { return float32(Erfc(float64(x))) }
func Erfcl(x float64) float64         { return Erfc(x) }
func Tgamma(x float64) float64        { return math.Gamma(x) }
func Tgammaf(x float32) float32       { return float32(Tgamma(float64(x))) }
func Tgammal(x float64) float64       { return Tgamma(x) }
func Lgamma(x float64) float64        { r, _ := math.Lgamma(x); return r }
func Lgammaf(x float32) float32       { return float32(Lgamma(float64(x))) }
func Lgammal(x float64) float64       { return Lgamma(x) }
func Atan2(x, y float64) float64      { return math.Atan2(x, y) }
func Atan2f(x, y float32) float32     { return float32(Atan2(float64(x), float64(y))) }
func Atan2l(x, y float64) float64     { return Atan2(x, y) }
func Pow(x, y float64) float64        { return math.Pow(x, y) }
func Powf(x, y float32) float32       { return float32(Pow(float64(x), float64(y))) }
func Powl(x, y float64) float64       { return Pow(x, y) }
func Fmod(x, y float64) float64       { return math.Mod(x, y) }
func Fmodf(x, y float32) float32      { return float32(Fmod(float64(x), float64(y))) }
func Fmodl(x, y float64) float64      { return Fmod(x, y) }
func Remainder(x, y float64) float64  { return math.Remainder(x, y) }
func Remainderf(x, y float32) float32 { return float32(Remainder(float64(x), float64(y))) }
func Remainderl(x, y float64) float64 { return Remainder(x, y) }
func Hypot(x, y float64) float64      { return math.Hypot(x, y) }
func Hypotf(x, y float32) float32     { return float32(Hypot(float64(x), float64(y))) }
func Hypotl(x, y float64) float64     { return Hypot(x, y) }
func Fdim(x, y float64) float64       { return math.Dim(x, y) }
func Fdimf(x, y float32) float32      { return float32(Fdim(float64(x), float64(y))) }
func Fdiml(x, y float64) float64      { return Fdim(x, y) }
func Fmax(x, y float64) float64 {
	if x != x || y > x {
		return y
	}
	return x
}

func Fmaxf(x, y float32) float32 { return float32(Fmax(float64(x), float64(y))) }
func Fmaxl(x, y float64) float64 { return Fmax(x, y) }
func Fmin(x, y float64) float64 {
	if x != x || y < x {
		return y
	}
	return x
}

func Fminf(x, y float32) float32      { return float32(Fmin(float64(x), float64(y))) }
func Fminl(x, y float64) float64      { return Fmin(x, y) }
func Copysign(x, y float64) float64   { return math.Copysign(x, y) }
func Copysignf(x, y float32) float32  { return float32(Copysign(float64(x), float64(y))) }
func Copysignl(x, y float64) float64  { return Copysign(x, y) }
func Nextafter(x, y float64) float64  { return math.Nextafter(x, y) }
func Nextafterf(x, y float32) float32 { return math.Nextafter32(x, y) }
func Nextafterl(x, y float64) float64 { return math.Nextafter(x, y) }

func Fma(x, y, z float64) float64  { return math.FMA(x, y, z) }
func Fmal(x, y, z float64) float64 { return math.FMA(x, y, z) }
func Fmaf(x, y, z float32) float32 { return float32(math.FMA(float64(x), float64(y), float64(z))) }

func Frexp(x float64, exp uintptr) float64 {
	f, e := math.Frexp(x)
	*(*int32)(at(exp)) = int32(e)
	return f
}

func Frexpf(x float32, exp uintptr) float32 { return float32(Frexp(float64(x), exp)) }
func Frexpl(x float64, exp uintptr) float64 { return Frexp(x, exp) }
func Ldexp(x float64, exp int32) float64    { return math.Ldexp(x, int(exp)) }
func Ldexpf(x float32, exp int32) float32   { return float32(math.Ldexp(float64(x), int(exp))) }
func Ldexpl(x float64, exp int32) float64   { return math.Ldexp(x, int(exp)) }
func Scalbn(x float64, exp int32) float64   { return math.Ldexp(x, int(exp)) }
func Scalbnf(x float32, exp int32) float32  { return Ldexpf(x, exp) }
func Scalbnl(x float64, exp int32) float64  { return math.Ldexp(x, int(exp)) }

func Modf(x float64, whole uintptr) float64 {
	w := math.Trunc(x)
	*(*float64)(at(whole)) = w
	if math.IsInf(x, 0) {
		return math.Copysign(0, x)
	}
	return math.Copysign(x-w, x)
}

func Modfl(x float64, whole uintptr) float64 { return Modf(x, whole) }

func Modff(x float32, whole uintptr) float32 {
	w := math.Trunc(float64(x))
	*(*float32)(at(whole)) = float32(w)
	if math.IsInf(float64(x), 0) {
		return float32(math.Copysign(0, float64(x)))
	}
	return float32(math.Copysign(float64(x)-w, float64(x)))
}

func Ilogb(x float64) int32 {
	switch {
	case x == 0 || x != x:
		return math.MinInt32
	case math.IsInf(x, 0):
		return math.MaxInt32
	}
	return int32(math.Ilogb(x))
}

func Ilogbf(x float32) int32 { return Ilogb(float64(x)) }
func Ilogbl(x float64) int32 { return Ilogb(x) }

func Lround(x float64) int64   { return int64(math.Round(x)) }
func Lroundf(x float32) int64  { return Lround(float64(x)) }
func Lroundl(x float64) int64  { return Lround(x) }
func Lrint(x float64) int64    { return int64(math.RoundToEven(x)) }
func Lrintf(x float32) int64   { return Lrint(float64(x)) }
func Lrintl(x float64) int64   { return Lrint(x) }
func Llround(x float64) int64  { return Lround(x) }
func Llroundf(x float32) int64 { return Lround(float64(x)) }
func Llroundl(x float64) int64 { return Lround(x) }
func Llrint(x float64) int64   { return Lrint(x) }
func Llrintf(x float32) int64  { return Lrint(float64(x)) }
func Llrintl(x float64) int64  { return Lrint(x) }

func J0(x float64) float64          { return math.J0(x) }
func J1(x float64) float64          { return math.J1(x) }
func Jn(n int32, x float64) float64 { return math.Jn(int(n), x) }
func Y0(x float64) float64          { return math.Y0(x) }
func Y1(x float64) float64          { return math.Y1(x) }
func Yn(n int32, x float64) float64 { return math.Yn(int(n), x) }

func Finite(x float64) int32 { return IsFinite(x) }

func X__fpclassify(x float64) int32  { return classify(x, 0x1p-1022) }
func X__fpclassifyf(x float32) int32 { return classify(float64(x), 0x1p-126) }

// classify tells the class of a number; normal numbers are at least least.
func classify(x, least float64) int32 {
	switch x = math.Abs(x); {
	case x != x:
		return 0
	case math.IsInf(x, 0):
		return 1
	case x == 0:
		return 2
	case x < least:
		return 3
	}
	return 4
}
