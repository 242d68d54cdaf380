package libc

import "strconv"

// source is what scanf reads.
type source struct {
	next func() int32
	back func(int32)
	n    int // characters taken
}

func (s *source) get() int32 {
	c := s.next()
	if c != eof {
		s.n++
	}
	return c
}

func (s *source) unget(c int32) {
	if c != eof {
		s.back(c)
		s.n--
	}
}

// skip passes over white space.
func (s *source) skip() {
	c := s.get()
	for isSpace(c) {
		c = s.get()
	}
	s.unget(c)
}

// scan reads what a format says and reports how many conversions were assigned, or eof.
func scan(s *source, f uintptr, ap uintptr) int32 {
	a := args{ap}
	assigned := int32(0)
	for ; *b(f) != 0; f++ {
		c := int32(*b(f))
		if isSpace(c) {
			s.skip()
			continue
		}
		if c == '%' && *b(f + 1) != '%' {
			var conv conversion
			f = conv.parse(f + 1)
			ok, end := conv.read(s, &a)
			switch {
			case !ok && end && assigned == 0:
				return eof
			case !ok:
				return assigned
			}
			if !conv.drop && conv.verb != 'n' {
				assigned++
			}
			continue
		}
		if c == '%' {
			f++
			s.skip()
		}
		d := s.get()
		if d == eof && assigned == 0 {
			return eof
		}
		if d != c {
			s.unget(d)
			return assigned
		}
	}
	return assigned
}

// conversion is one of scanf.
type conversion struct {
	drop   bool
	width  int
	size   int
	verb   byte
	set    [256]bool
	double bool
}

// parse reads a conversion and gives the address of its last character.
func (c *conversion) parse(f uintptr) uintptr {
	if *b(f) == '*' {
		c.drop = true
		f++
	}
	c.width, f = number(f, nil)
	if c.width == 0 {
		c.width = 1 << 30
	}
	c.double = *b(f) == 'l' || *b(f) == 'L'
	c.size, f = lengthOf(f)
	c.verb = *b(f)
	if c.verb != '[' {
		return f
	}
	f++
	invert := *b(f) == '^'
	if invert {
		f++
	}
	for first := true; *b(f) != 0 && (first || *b(f) != ']'); first = false {
		lo, hi := *b(f), *b(f)
		if *b(f + 1) == '-' && *b(f + 2) != ']' && *b(f + 2) != 0 {
			hi = *b(f + 2)
			f += 2
		}
		for x := int(lo); x <= int(hi); x++ {
			c.set[x] = true
		}
		f++
	}
	if invert {
		for i := range c.set {
			c.set[i] = !c.set[i]
		}
	}
	return f
}

// read reads and stores; end tells that the input had ended already.
func (c *conversion) read(s *source, a *args) (ok, end bool) {
	switch c.verb {
	case 'n':
		storeInt(uintptr(a.word()), c.size, uint64(s.n))
		return true, false
	case 'c':
		if c.width == 1<<30 {
			c.width = 1
		}
		return c.text(s, a, func(int32) bool { return true }, false)
	case '[':
		return c.text(s, a, func(x int32) bool { return c.set[byte(x)] }, true)
	}
	s.skip()
	switch c.verb {
	case 's':
		return c.text(s, a, func(x int32) bool { return !isSpace(x) }, true)
	case 'e', 'f', 'g', 'a', 'E', 'F', 'G', 'A':
		return c.float(s, a)
	case 'd', 'i', 'u', 'o', 'x', 'X', 'p':
		return c.integer(s, a)
	}
	return false, false
}

func (c *conversion) text(s *source, a *args, in func(int32) bool, ends bool) (ok, end bool) {
	p := uintptr(0)
	if !c.drop {
		p = uintptr(a.word())
	}
	n := 0
	for n < c.width {
		x := s.get()
		if x == eof || !in(x) {
			s.unget(x)
			if n == 0 || !ends {
				return false, x == eof
			}
			break
		}
		if p != 0 {
			*b(p + uintptr(n)) = byte(x)
		}
		n++
	}
	if p != 0 && ends {
		*b(p + uintptr(n)) = 0
	}
	return true, false
}

// integer reads an integer in the base that the verb means.
func (c *conversion) integer(s *source, a *args) (ok, end bool) {
	base := map[byte]int32{'d': 10, 'u': 10, 'i': 0, 'o': 8, 'x': 16, 'X': 16, 'p': 16}[c.verb]
	if c.verb == 'p' {
		c.size = 8
	}
	left := c.width
	get := func() int32 {
		if left == 0 {
			return eof
		}
		left--
		return s.get()
	}
	unget := func(x int32) {
		if x != eof {
			left++
			s.unget(x)
		}
	}
	x := get()
	if x == eof {
		return false, true
	}
	negative := x == '-'
	if x == '-' || x == '+' {
		x = get()
	}
	digits := 0
	if x == '0' && (base == 0 || base == 16) {
		digits = 1
		x = get()
		if x == 'x' || x == 'X' {
			base, digits = 16, 0
			x = get()
		} else if base == 0 {
			base = 8
		}
	}
	if base == 0 {
		base = 10
	}
	v := uint64(0)
	for x != eof && digitOf(byte(x)) < base {
		v = v*uint64(base) + uint64(digitOf(byte(x)))
		digits++
		x = get()
	}
	unget(x)
	if digits == 0 {
		return false, false
	}
	if negative {
		v = -v
	}
	if !c.drop {
		storeInt(uintptr(a.word()), c.size, v)
	}
	return true, false
}

// float reads the longest text that begins a number.
func (c *conversion) float(s *source, a *args) (ok, end bool) {
	var t []byte
	x := s.get()
	if x == eof {
		return false, true
	}
	for x != eof && len(t) < c.width {
		if isDigit(x) || isAlpha(x) || x == '.' || (x == '-' || x == '+') && (len(t) == 0 || t[len(t)-1]|32 == 'e' || t[len(t)-1]|32 == 'p') {
			t = append(t, byte(x))
			x = s.get()
			continue
		}
		break
	}
	s.unget(x)
	p := Malloc(uint64(len(t) + 1))
	copy(bytesAt(p, uint64(len(t))), t)
	*b(p + uintptr(len(t))) = 0
	text, stop := scanFloat(p)
	used := int(stop - p)
	Free(p)
	for i := len(t); i > used; i-- {
		s.unget(int32(t[i-1]))
	}
	if text == "" {
		return false, false
	}
	v, _ := strconv.ParseFloat(text, 64)
	if !c.drop {
		q := uintptr(a.word())
		if c.double {
			*(*float64)(at(q)) = v
		} else {
			*(*float32)(at(q)) = float32(v)
		}
	}
	return true, false
}

func Vfscanf(f, format, ap uintptr) int32 {
	s := streamOf(f)
	return scan(&source{next: s.getc, back: s.ungetc}, format, ap)
}

func Vsscanf(p, format, ap uintptr) int32 {
	next := func() int32 {
		if *b(p) == 0 {
			return eof
		}
		p++
		return int32(*b(p - 1))
	}
	return scan(&source{next: next, back: func(int32) { p-- }}, format, ap)
}

func Vscanf(format, ap uintptr) int32    { return Vfscanf(Stdin, format, ap) }
func Scanf(format, va uintptr) int32     { return Vfscanf(Stdin, format, va) }
func Fscanf(f, format, va uintptr) int32 { return Vfscanf(f, format, va) }
func Sscanf(p, format, va uintptr) int32 { return Vsscanf(p, format, va) }
