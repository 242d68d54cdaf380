package libc

import (
	"math"
	"os"
	"sort"
	"strconv"
	"strings"
)

// Start runs a program's main and ends the process.
func Start(main func(argc int32, argv, envp uintptr) int32) {
	argv := cStrings(os.Args)
	Environ = cStrings(os.Environ())
	Exit(main(int32(len(os.Args)), argv, Environ))
}

// Environ is C's environ.
var Environ uintptr

// cStrings makes a list of C strings that ends with a null pointer.
func cStrings(list []string) uintptr {
	p := Calloc(uint64(len(list)+1), 8)
	for i, s := range list {
		*word(p + uintptr(i)*8) = cString(s)
	}
	return p
}

var atExit []uintptr

func Atexit(f uintptr) int32 {
	atExit = append(atExit, f)
	return 0
}

func Exit(code int32) {
	for len(atExit) > 0 {
		f := atExit[len(atExit)-1]
		atExit = atExit[:len(atExit)-1]
		As[func()](f)()
	}
	Fflush(0)
	for _, s := range files {
		if s != nil && s.path != "" {
			os.Remove(s.path)
		}
	}
	os.Exit(int(uint8(code)))
}

func X_exit(code int32) { os.Exit(int(uint8(code))) }
func X_Exit(code int32) { os.Exit(int(uint8(code))) }

func Abort() {
	Fflush(0)
	os.Exit(134)
}

// X__assert_fail ends a program whose assertion failed.
func X__assert_fail(expr, file uintptr, line uint32, function uintptr) {
	Fflush(0)
	os.Stderr.WriteString(strings.TrimSuffix(os.Args[0][strings.LastIndexByte(os.Args[0], '/')+1:], ".exe") + ": " + string(str(file)) + ":" + itoa(int32(line)) +
		": " + string(str(function)) + ": Assertion `" + string(str(expr)) + "' failed.\n")
	Abort()
}

var environment = map[string]uintptr{}

func Getenv(name uintptr) uintptr {
	k := string(str(name))
	v, ok := os.LookupEnv(k)
	if !ok {
		return 0
	}
	p := environment[k]
	if p == 0 || string(str(p)) != v {
		p = cString(v)
		environment[k] = p
	}
	return p
}

func Setenv(name, value uintptr, overwrite int32) int32 {
	k := string(str(name))
	if _, ok := os.LookupEnv(k); ok && overwrite == 0 {
		return 0
	}
	return result(os.Setenv(k, string(str(value))))
}

func Unsetenv(name uintptr) int32 { return result(os.Unsetenv(string(str(name)))) }

func Putenv(p uintptr) int32 {
	k, v, ok := strings.Cut(string(str(p)), "=")
	if !ok {
		return result(os.Unsetenv(k))
	}
	return result(os.Setenv(k, v))
}

func Abs(x int32) int32     { return max(x, -x) }
func Labs(x int64) int64    { return max(x, -x) }
func Llabs(x int64) int64   { return max(x, -x) }
func Imaxabs(x int64) int64 { return max(x, -x) }

func Atoi(p uintptr) int32   { return int32(Strtol(p, 0, 10)) }
func Atol(p uintptr) int64   { return Strtol(p, 0, 10) }
func Atoll(p uintptr) int64  { return Strtol(p, 0, 10) }
func Atof(p uintptr) float64 { return Strtod(p, 0) }

// scanInteger reads an integer at p: its magnitude, whether it is negative, whether it is too large, and what follows.
func scanInteger(p uintptr, base int32) (v uint64, negative, over bool, end uintptr) {
	end = p
	for isSpace(int32(*b(p))) {
		p++
	}
	switch *b(p) {
	case '-':
		negative = true
		p++
	case '+':
		p++
	}
	if (base == 0 || base == 16) && *b(p) == '0' && *b(p + 1)|32 == 'x' && digitOf(*b(p + 2)) < 16 {
		p += 2
		base = 16
	} else if base == 0 && *b(p) == '0' {
		base = 8
	} else if base == 0 {
		base = 10
	}
	for ; digitOf(*b(p)) < base; p++ {
		d := uint64(digitOf(*b(p)))
		if v > (math.MaxUint64-d)/uint64(base) {
			over = true
		}
		v = v*uint64(base) + d
		end = p + 1
	}
	return
}

func digitOf(c byte) int32 {
	switch {
	case c >= '0' && c <= '9':
		return int32(c - '0')
	case c|32 >= 'a' && c|32 <= 'z':
		return int32(c|32-'a') + 10
	}
	return 99
}

func setEnd(end, p uintptr) {
	if end != 0 {
		*word(end) = p
	}
}

const outOfRange = 34

func Strtol(p, end uintptr, base int32) int64 {
	v, negative, over, e := scanInteger(p, base)
	setEnd(end, e)
	switch {
	case negative && (over || v > 1<<63):
		Errno = outOfRange
		return math.MinInt64
	case !negative && (over || v > math.MaxInt64):
		Errno = outOfRange
		return math.MaxInt64
	case negative:
		return int64(-v)
	}
	return int64(v)
}

func Strtoul(p, end uintptr, base int32) uint64 {
	v, negative, over, e := scanInteger(p, base)
	setEnd(end, e)
	switch {
	case over:
		Errno = outOfRange
		return math.MaxUint64
	case negative:
		return -v
	}
	return v
}

func Strtoll(p, end uintptr, base int32) int64    { return Strtol(p, end, base) }
func Strtoull(p, end uintptr, base int32) uint64  { return Strtoul(p, end, base) }
func Strtoimax(p, end uintptr, base int32) int64  { return Strtol(p, end, base) }
func Strtoumax(p, end uintptr, base int32) uint64 { return Strtoul(p, end, base) }
func Strtold(p, end uintptr) float64              { return Strtod(p, end) }

func Strtof(p, end uintptr) float32 {
	text, e := scanFloat(p)
	setEnd(end, e)
	f, err := strconv.ParseFloat(text, 32)
	if text == "" {
		return 0
	}
	if err != nil {
		Errno = outOfRange
	}
	return float32(f)
}

func Strtod(p, end uintptr) float64 {
	text, e := scanFloat(p)
	setEnd(end, e)
	if text == "" {
		return 0
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		Errno = outOfRange
	}
	return f
}

// scanFloat finds the longest number at p, as Go reads it, and what follows.
func scanFloat(p uintptr) (string, uintptr) {
	start := p
	for isSpace(int32(*b(p))) {
		p++
	}
	from := p
	if *b(p) == '-' || *b(p) == '+' {
		p++
	}
	for _, w := range []string{"infinity", "inf", "nan"} {
		n := uintptr(0)
		for int(n) < len(w) && *b(p + n)|32 == w[n] {
			n++
		}
		if int(n) == len(w) {
			sign := string(bytesAt(from, uint64(p-from)))
			if w == "nan" {
				sign = ""
			}
			return sign + w, p + n
		}
	}
	hex := *b(p) == '0' && *b(p + 1)|32 == 'x'
	base, mark := int32(10), byte('e')
	if hex {
		base, mark = 16, 'p'
		p += 2
	}
	digits := 0
	for ; digitOf(*b(p)) < base; p++ {
		digits++
	}
	if *b(p) == '.' {
		p++
		for ; digitOf(*b(p)) < base; p++ {
			digits++
		}
	}
	if digits == 0 {
		if hex {
			return "0", from + 1
		}
		return "", start
	}
	exp := false
	if *b(p)|32 == mark {
		q := p + 1
		if *b(q) == '-' || *b(q) == '+' {
			q++
		}
		if isDigit(int32(*b(q))) {
			for isDigit(int32(*b(q))) {
				q++
			}
			p, exp = q, true
		}
	}
	text := string(bytesAt(from, uint64(p-from)))
	if hex && !exp {
		text += "p0"
	}
	return text, p
}

// compare calls a function that compares two objects.
func compare(f uintptr) func(p, q uintptr) int32 { return As[func(p, q uintptr) int32](f) }

// sorter sorts objects in memory.
type sorter struct {
	p, size uintptr
	n       int
	cmp     func(p, q uintptr) int32
	tmp     []byte
}

func (s *sorter) Len() int           { return s.n }
func (s *sorter) Less(i, j int) bool { return s.cmp(s.p+uintptr(i)*s.size, s.p+uintptr(j)*s.size) < 0 }
func (s *sorter) Swap(i, j int) {
	x, y := bytesAt(s.p+uintptr(i)*s.size, uint64(s.size)), bytesAt(s.p+uintptr(j)*s.size, uint64(s.size))
	copy(s.tmp, x)
	copy(x, y)
	copy(y, s.tmp)
}

// Qsort sorts. Equal objects keep their order, as with glibc, which sorts by merging.
func Qsort(p uintptr, n, size uint64, cmp uintptr) {
	if n < 2 || size == 0 {
		return
	}
	sort.Stable(&sorter{p, uintptr(size), int(n), compare(cmp), make([]byte, size)})
}

func Bsearch(key, p uintptr, n, size uint64, cmp uintptr) uintptr {
	c := compare(cmp)
	for lo, hi := uint64(0), n; lo < hi; {
		m := (lo + hi) / 2
		q := p + uintptr(m*size)
		switch r := c(key, q); {
		case r == 0:
			return q
		case r < 0:
			hi = m
		default:
			lo = m + 1
		}
	}
	return 0
}

// The generator of random numbers is that of glibc: an additive feedback generator of degree 31.
var (
	history []int32
)

func Srand(seed uint32) {
	if seed == 0 {
		seed = 1
	}
	r := make([]int32, 34, 344)
	r[0] = int32(seed)
	for i := 1; i < 31; i++ {
		v := 16807 * int64(r[i-1]) % 2147483647
		if v < 0 {
			v += 2147483647
		}
		r[i] = int32(v)
	}
	for i := 31; i < 34; i++ {
		r[i] = r[i-31]
	}
	for i := 34; i < 344; i++ {
		r = append(r, int32(uint32(r[i-31])+uint32(r[i-3])))
	}
	history = r[344-31:]
}

func Rand() int32 {
	if history == nil {
		Srand(1)
	}
	n := len(history)
	v := uint32(history[n-31]) + uint32(history[n-3])
	history = append(history, int32(v))
	if len(history) > 4096 {
		history = append([]int32(nil), history[len(history)-31:]...)
	}
	return int32(v >> 1)
}

func Srandom(seed uint32) { Srand(seed) }
func Random() int64       { return int64(Rand()) }

func Rand_r(seed uintptr) int32 {
	p := (*uint32)(at(seed))
	next := *p
	step := func() uint32 { next = next*1103515245 + 12345; return next / 65536 }
	r := step() % 2048
	r = r<<10 ^ step()%1024
	r = r<<10 ^ step()%1024
	*p = next
	return int32(r)
}

func System(p uintptr) int32 {
	if p == 0 {
		return 0
	}
	Errno = 38
	return -1
}
