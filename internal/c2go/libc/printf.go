package libc

import (
	"math"
	"strconv"
)

// spec is a conversion of printf.
type spec struct {
	minus, plus, space, alt, zero bool
	width, prec                   int // prec is -1 if there is none
	size                          int // bytes of an integer
	verb                          byte
}

// args reads variable arguments.
type args struct{ p uintptr }

func (a *args) word() uint64 {
	w := *(*uint64)(at(a.p))
	a.p += 8
	return w
}

// format appends what printf writes.
func format(out []byte, f uintptr, va uintptr) []byte {
	a := args{va}
	start := len(out)
	for {
		from := f
		for *b(f) != 0 && *b(f) != '%' {
			f++
		}
		out = append(out, bytesAt(from, uint64(f-from))...)
		if *b(f) == 0 {
			return out
		}
		var s spec
		from = f
		f = s.parse(f+1, &a)
		switch s.verb {
		case 0:
			return out
		case 'n':
			storeInt(uintptr(a.word()), s.size, uint64(len(out)-start))
		default:
			var ok bool
			if out, ok = s.convert(out, &a); !ok {
				out = append(out, bytesAt(from, uint64(f-from))...)
			}
		}
	}
}

func storeInt(p uintptr, size int, v uint64) {
	switch size {
	case 1:
		*(*uint8)(at(p)) = uint8(v)
	case 2:
		*(*uint16)(at(p)) = uint16(v)
	case 4:
		*(*uint32)(at(p)) = uint32(v)
	default:
		*(*uint64)(at(p)) = v
	}
}

// parse reads a conversion behind its % and gives what follows it.
func (s *spec) parse(f uintptr, a *args) uintptr {
	for ; ; f++ {
		switch *b(f) {
		case '-':
			s.minus = true
			continue
		case '+':
			s.plus = true
			continue
		case ' ':
			s.space = true
			continue
		case '#':
			s.alt = true
			continue
		case '0':
			s.zero = true
			continue
		case '\'':
			continue
		}
		break
	}
	s.width, f = number(f, a)
	if s.width < 0 {
		s.minus, s.width = true, -s.width
	}
	s.prec = -1
	if *b(f) == '.' {
		s.prec, f = number(f+1, a)
		s.prec = max(s.prec, -1)
	}
	s.size, f = lengthOf(f)
	s.verb = *b(f)
	if s.verb != 0 {
		f++
	}
	return f
}

// number reads a width or precision.
func number(f uintptr, a *args) (int, uintptr) {
	if *b(f) == '*' {
		return int(int32(a.word())), f + 1
	}
	n := 0
	for ; isDigit(int32(*b(f))); f++ {
		n = n*10 + int(*b(f)-'0')
	}
	return n, f
}

// lengthOf reads a length modifier: the bytes of the integer that it means.
func lengthOf(f uintptr) (int, uintptr) {
	switch *b(f) {
	case 'h':
		if *b(f + 1) == 'h' {
			return 1, f + 2
		}
		return 2, f + 1
	case 'l':
		if *b(f + 1) == 'l' {
			return 8, f + 2
		}
		return 8, f + 1
	case 'q', 'j', 'z', 't', 'L':
		return 8, f + 1
	}
	return 4, f
}

func (s *spec) convert(out []byte, a *args) ([]byte, bool) {
	switch s.verb {
	case '%':
		return append(out, '%'), true
	case 'c':
		c := a.word()
		if s.size == 8 {
			return s.pad(out, "", string(rune(c))), true
		}
		return s.pad(out, "", string([]byte{byte(c)})), true
	case 's', 'S':
		return s.text(out, uintptr(a.word())), true
	case 'd', 'i':
		v := int64(a.word())
		switch s.size {
		case 1:
			v = int64(int8(v))
		case 2:
			v = int64(int16(v))
		case 4:
			v = int64(int32(v))
		}
		u := uint64(v)
		if v < 0 {
			u = -u
		}
		return s.integer(out, s.sign(v < 0), strconv.FormatUint(u, 10)), true
	case 'u', 'o', 'x', 'X', 'b':
		return s.unsigned(out, a.word()), true
	case 'p':
		v := a.word()
		if v == 0 {
			return s.pad(out, "", "(nil)"), true
		}
		s.zero = false
		return s.pad(out, "0x", strconv.FormatUint(v, 16)), true
	case 'f', 'F', 'e', 'E', 'g', 'G', 'a', 'A':
		return s.float(out, math.Float64frombits(a.word())), true
	case 'm':
		return s.pad(out, "", errorText(Errno)), true
	}
	return out, false
}

func (s *spec) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case s.plus:
		return "+"
	case s.space:
		return " "
	}
	return ""
}

func (s *spec) text(out []byte, p uintptr) []byte {
	s.zero = false
	if p == 0 {
		if s.prec >= 0 && s.prec < 6 {
			return s.pad(out, "", "")
		}
		return s.pad(out, "", "(null)")
	}
	if s.size == 8 {
		return s.pad(out, "", wideText(p, s.prec))
	}
	n := uint64(0)
	if s.prec >= 0 {
		n = Strnlen(p, uint64(s.prec))
	} else {
		n = Strlen(p)
	}
	if s.width == 0 {
		return append(out, bytesAt(p, n)...)
	}
	return s.pad(out, "", string(bytesAt(p, n)))
}

// wideText is a wide string in UTF-8, up to max bytes if that is not negative.
func wideText(p uintptr, max int) string {
	var t []byte
	for ; *(*int32)(at(p)) != 0; p += 4 {
		c := string(rune(*(*int32)(at(p))))
		if max >= 0 && len(t)+len(c) > max {
			break
		}
		t = append(t, c...)
	}
	return string(t)
}

func (s *spec) unsigned(out []byte, v uint64) []byte {
	if s.size < 8 {
		v &= 1<<(8*s.size) - 1
	}
	base, prefix := 10, ""
	switch s.verb {
	case 'o':
		base = 8
	case 'b':
		base, prefix = 2, "0b"
	case 'x':
		base, prefix = 16, "0x"
	case 'X':
		base, prefix = 16, "0X"
	}
	digits := strconv.FormatUint(v, base)
	if s.verb == 'X' {
		digits = upper(digits)
	}
	if !s.alt || v == 0 {
		prefix = ""
	}
	if s.alt && base == 8 && digits[0] != '0' && s.prec <= len(digits) {
		digits = "0" + digits
	}
	return s.integer(out, prefix, digits)
}

func upper(s string) string {
	t := []byte(s)
	for i, c := range t {
		t[i] = byte(Toupper(int32(c)))
	}
	return string(t)
}

// integer pads digits to the precision.
func (s *spec) integer(out []byte, prefix, digits string) []byte {
	if s.prec >= 0 {
		s.zero = false
		if s.prec == 0 && digits == "0" {
			digits = ""
		}
		for len(digits) < s.prec {
			digits = "0" + digits
		}
	}
	return s.pad(out, prefix, digits)
}

// pad appends prefix and text in a field of the width.
func (s *spec) pad(out []byte, prefix, text string) []byte {
	n := s.width - len(prefix) - len(text)
	if !s.minus && !s.zero {
		out = repeat(out, ' ', n)
	}
	out = append(out, prefix...)
	if !s.minus && s.zero {
		out = repeat(out, '0', n)
	}
	out = append(out, text...)
	if s.minus {
		out = repeat(out, ' ', n)
	}
	return out
}

func repeat(out []byte, c byte, n int) []byte {
	for ; n > 0; n-- {
		out = append(out, c)
	}
	return out
}

func (s *spec) float(out []byte, v float64) []byte {
	capital := s.verb < 'a'
	sign := s.sign(math.Signbit(v))
	v = math.Abs(v)
	var text string
	switch {
	case v != v:
		text, s.zero = "nan", false
	case math.IsInf(v, 0):
		text, s.zero = "inf", false
	case s.verb|32 == 'a':
		text = hexFloat(v, s.prec)
		sign += "0x"
		if capital {
			sign = upper(sign)
		}
	default:
		text = s.decimal(v)
	}
	if capital {
		text = upper(text)
	}
	return s.pad(out, sign, text)
}

func (s *spec) decimal(v float64) string {
	prec := s.prec
	if prec < 0 {
		prec = 6
	}
	if s.verb|32 != 'g' {
		t := strconv.FormatFloat(v, s.verb|32, prec, 64)
		if s.alt && prec == 0 {
			if s.verb|32 == 'f' {
				return t + "."
			}
			return t[:1] + "." + t[1:]
		}
		return t
	}
	prec = max(prec, 1)
	e := strconv.FormatFloat(v, 'e', prec-1, 64)
	i := len(e) - 1
	for e[i] != 'e' {
		i--
	}
	exp, _ := strconv.Atoi(e[i+1:])
	if exp < -4 || exp >= prec {
		return s.trimmed(e[:i]) + e[i:]
	}
	return s.trimmed(strconv.FormatFloat(v, 'f', prec-1-exp, 64))
}

// trimmed takes away zeros at the end of a fraction, unless the conversion keeps them.
func (s *spec) trimmed(t string) string {
	point := false
	for i := 0; i < len(t); i++ {
		point = point || t[i] == '.'
	}
	if s.alt {
		if !point {
			t += "."
		}
		return t
	}
	if point {
		for t[len(t)-1] == '0' {
			t = t[:len(t)-1]
		}
		if t[len(t)-1] == '.' {
			t = t[:len(t)-1]
		}
	}
	return t
}

// hexFloat is v in hexadecimal without 0x.
func hexFloat(v float64, prec int) string {
	t := strconv.FormatFloat(v, 'x', prec, 64)[2:]
	i := len(t) - 1
	for t[i] != 'p' {
		i--
	}
	if t[i+2] == '0' && len(t) == i+4 {
		t = t[:i+2] + t[i+3:] // Go writes two digits of the exponent at least
	}
	return t
}
