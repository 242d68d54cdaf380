package family

import (
	"fmt"
	"strings"
)

// conversions is the family of conversions between numbers of all types, of values in range and out of it. The language leaves
// open what floats out of range become; programs compare it across compilers. Each value is converted when it is known to
// the compiler, where it may be known, and at run time.
func conversions() Family {
	f := Family{Name: "conversions", Imports: []string{"math"}, Prelude: conversionsPrelude}
	for _, from := range numbers {
		for _, to := range numbers {
			var known, local, late []string
			for i, v := range from.values {
				known = append(known, fmt.Sprintf("x%d := %s(%s)", i, from.typ, v), fmt.Sprintf("show(%s(x%d))", to.typ, i))
				local = append(local, fmt.Sprintf("show(%s(func() %s { return %s }()), %s(id[%s](%s)))", to.typ, from.typ, v, to.typ, from.typ, v))
				late = append(late, fmt.Sprintf("show(%s(late[%s](%s)))", to.typ, from.typ, v))
			}
			name := from.typ + " to " + to.typ
			f.Cases = append(f.Cases,
				Case{Name: name + ", known", Body: strings.Join(known, "\n")},
				Case{Name: name + ", inlined", Body: strings.Join(local, "\n")},
				Case{Name: name + ", late", Body: strings.Join(late, "\n")},
				Case{Name: name + ", array", Body: fmt.Sprintf("for _, x := range [...]%s{%s} {\n\tshow(%s(x))\n}", from.typ, strings.Join(from.values, ", "), to.typ)},
				Case{Name: name + ", compared", Body: fmt.Sprintf("for _, x := range [...]%s{%s} {\n\tshow(%s(x) < 100, %s(x)+1, %s(%s(x)))\n}", from.typ, strings.Join(from.values, ", "), to.typ, to.typ, from.typ, to.typ)},
				Case{Name: name + ", generic", Body: fmt.Sprintf("for _, x := range [...]%s{%s} {\n\tshow(convert[%s, %s](x))\n}", from.typ, strings.Join(from.values, ", "), from.typ, to.typ)},
			)
		}
	}
	return f
}

var floatValues = []string{"0", "-0.5", "0.99", "-1", "-1.5", "127.5", "128", "255.9", "256", "-128.9", "-129", "32768", "65535.5", "65536", "-32769", "1<<31", "1<<31 - 128", "-1 << 31", "-1<<31 - 256", "1<<32", "1<<32 + 512", "-1 << 32",
	"1 << 53", "1<<63 - 1<<40", "1 << 63", "1<<63 + 1<<40", "-1 << 63", "-1<<63 - 1<<41", "1<<64 - 1<<41", "1 << 64", "3 << 64", "-1 << 64", "1e30", "-1e30"}

var numbers = []struct {
	typ    string
	values []string
}{
	{"int8", []string{"0", "1", "-1", "127", "-128"}},
	{"int16", []string{"0", "-1", "128", "32767", "-32768", "-129"}},
	{"int32", []string{"0", "-1", "1<<31 - 1", "-1 << 31", "1 << 24", "1<<24 + 1", "65537"}},
	{"int64", []string{"0", "-1", "1<<63 - 1", "-1 << 63", "1 << 53", "1<<53 + 1", "1<<32 + 5", "1<<62 + 1<<8"}},
	{"int", []string{"0", "-1", "1<<63 - 1", "-1 << 63", "1<<40 + 3"}},
	{"uint8", []string{"0", "1", "127", "128", "255"}},
	{"uint16", []string{"0", "128", "32768", "65535"}},
	{"uint32", []string{"0", "1 << 31", "1<<32 - 1", "1<<24 + 1"}},
	{"uint64", []string{"0", "1<<63 - 1", "1 << 63", "1<<64 - 1", "1<<63 + 1", "1<<63 + 1<<10", "1<<63 + 1<<10 + 1", "1<<53 + 1", "1<<63 + 1<<39", "1<<63 + 1<<39 + 1"}},
	{"uint", []string{"0", "1 << 63", "1<<64 - 1"}},
	{"uintptr", []string{"0", "1 << 63", "1<<64 - 1"}},
	{"float32", append(floatValues, "1e38", "float32(math.Inf(1))", "float32(math.Inf(-1))", "float32(math.NaN())", "math.SmallestNonzeroFloat32", "float32(negZero)")},
	{"float64", append(floatValues, "1e300", "-1e300", "math.Inf(1)", "math.Inf(-1)", "math.NaN()", "math.SmallestNonzeroFloat64", "1<<63 - 1<<10", "1<<64 - 1<<11", "1<<31 - 0.5", "1<<32 - 0.5", "-1<<31 - 0.5", "-1<<31 - 1", "negZero", "math.MaxFloat32 * 1.00000005", "1.00000017881393432617187500001")},
}

const conversionsPrelude = `
var negZero = math.Copysign(0, -1)

func id[T any](x T) T { return x }

//go:noinline
func late[T any](x T) T { return x }

type number interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~int | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uint | ~uintptr | ~float32 | ~float64
}

//go:noinline
func convert[F, T number](x F) T { return T(x) }
`
