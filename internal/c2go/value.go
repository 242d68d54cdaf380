package c2go

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"modernc.org/cc/v4"
)

var inf = math.Inf(1)

// Levels of precedence of Go's operators, and of what binds tighter.
const (
	precOr = iota + 1
	precAnd
	precCompare
	precAdd
	precMul
	precUnary
	precPrimary
)

// value is a translated expression.
type value struct {
	s    string // Go expression
	t    cc.Type
	prec int
	cond bool      // s has type bool; as a number of C it is 0 or 1
	c    *constant // s is a constant of Go
	same bool      // s means the same wherever it is evaluated: a constant or a temporary
	bits *cc.Field // s was read from this bit-field
	call bool      // s is a call, which may have effects
	goT  string    // Go type of s, if it is not that of t
}

// constant is a number known at translation time.
type constant struct {
	i     uint64 // two's complement
	f     float64
	float bool
}

func constantOf(v cc.Value) (*constant, bool) {
	switch x := v.(type) {
	case cc.Int64Value:
		return &constant{i: uint64(x)}, true
	case cc.UInt64Value:
		return &constant{i: uint64(x)}, true
	case cc.Float64Value:
		return &constant{f: float64(x), float: true}, true
	case *cc.LongDoubleValue:
		f, _ := (*big.Float)(x).Float64()
		return &constant{f: f, float: true}, true
	}
	return nil, false
}

// wrap puts parentheses around an expression that binds less tightly than prec.
func (v value) wrap(prec int) string {
	if v.prec < prec {
		return "(" + v.s + ")"
	}
	return v.s
}

// convertConstant is C's conversion of a constant of type from.
func convertConstant(c *constant, from, to cc.Type) *constant {
	switch {
	case isFloat(to):
		f := c.f
		if !c.float {
			if isSigned(from) {
				f = float64(int64(c.i))
			} else {
				f = float64(c.i)
			}
		}
		if to.Kind() == cc.Float {
			if !c.float {
				if isSigned(from) {
					f = float64(float32(int64(c.i)))
				} else {
					f = float64(float32(c.i))
				}
			}
			f = float64(float32(f))
		}
		return &constant{f: f, float: true}
	case to.Kind() == cc.Bool:
		if c.float && c.f != 0 || !c.float && c.i != 0 {
			return &constant{i: 1}
		}
		return &constant{}
	}
	i := c.i
	if c.float {
		if c.f >= 1<<63 {
			i = uint64(c.f)
		} else {
			i = uint64(int64(c.f))
		}
	}
	return &constant{i: truncate(i, to)}
}

// truncate keeps the bits of an integer type, extended to 64 bits.
func truncate(i uint64, t cc.Type) uint64 {
	size := t.Size()
	if size <= 0 || size >= 8 {
		return i
	}
	n := uint(64 - 8*size)
	if isSigned(t) {
		return uint64(int64(i<<n) >> n)
	}
	return i << n >> n
}

// literal writes a constant of type t, untyped where Go has a literal for it.
func literal(c *constant, t cc.Type) value {
	v := value{t: t, c: c, same: true, prec: precPrimary}
	switch {
	case c.float:
		v.s = floatLiteral(c.f, t.Kind() == cc.Float)
		if !strings.HasPrefix(v.s, "math.") && strings.HasPrefix(v.s, "-") {
			v.prec = precUnary
		}
		if strings.Contains(v.s, "(") {
			v.c = nil // a call is no constant to Go
			if t.Kind() == cc.Float {
				v.s = "float32(" + v.s + ")"
			}
		}
	case isSigned(t):
		v.s = strconv.FormatInt(int64(c.i), 10)
		if v.s[0] == '-' {
			v.prec = precUnary
		}
	default:
		v.s = strconv.FormatUint(c.i, 10)
	}
	return v
}

func floatLiteral(f float64, single bool) string {
	switch {
	case math.IsInf(f, 1):
		return "math.Inf(1)"
	case math.IsInf(f, -1):
		return "math.Inf(-1)"
	case math.IsNaN(f):
		if math.Signbit(f) {
			return "math.Copysign(math.NaN(), -1)"
		}
		return "math.NaN()"
	case f == 0 && math.Signbit(f):
		return "math.Copysign(0, -1)"
	}
	size := 64
	if single {
		size = 32
	}
	s := strconv.FormatFloat(f, 'g', -1, size)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

// typed is an expression that has the Go type of v.t even where nothing else says so.
func (f *fn) typed(at cc.Node, v value) string {
	if v.c != nil {
		return f.u.goType(at, v.t) + "(" + v.s + ")"
	}
	return v.s
}

// convert is C's conversion of v to type to.
func (f *fn) convert(at cc.Node, v value, to cc.Type) value {
	if isVoid(to) {
		v.t = to
		return v
	}
	if isRecord(to) || isRecord(v.t) {
		if !isRecord(to) || !isRecord(v.t) {
			fail(at, "cannot convert %s to %s", v.t, to)
		}
		return v
	}
	if isVoid(v.t) {
		fail(at, "void value is not ignored as it ought to be")
	}
	if v.c != nil {
		return literal(convertConstant(v.c, v.t, to), to)
	}
	goTo := f.u.goType(at, to)
	if to.Kind() == cc.Bool {
		if v.cond {
			return value{s: "libc.Bool(" + v.s + ")", t: to, prec: precPrimary}
		}
		if v.t.Kind() == cc.Bool {
			return v
		}
		return value{s: "libc.Bool(" + f.truth(at, v).s + ")", t: to, prec: precPrimary, same: v.same}
	}
	if v.cond {
		v = value{s: "libc.Int(" + v.s + ")", t: f.u.ast.Int, prec: precPrimary, same: v.same}
	}
	if f.u.goType(at, v.t) == goTo {
		v.t, v.bits = to, nil
		return v
	}
	if to.Kind() == cc.Array {
		fail(at, "cannot convert to %s", to)
	}
	return value{s: goTo + "(" + v.s + ")", t: to, prec: precPrimary, same: v.same}
}

// truth is a value as a condition of Go.
func (f *fn) truth(at cc.Node, v value) value {
	switch {
	case v.cond:
		return v
	case v.c != nil:
		b := v.c.float && v.c.f != 0 || !v.c.float && v.c.i != 0
		return value{s: strconv.FormatBool(b), t: f.u.ast.Int, prec: precPrimary, cond: true, same: true}
	case isRecord(v.t) || isVoid(v.t):
		fail(at, "%s is no condition", v.t)
	}
	return value{s: v.wrap(precAdd) + " != 0", t: f.u.ast.Int, prec: precCompare, cond: true, same: v.same}
}
