package asm

import (
	"fmt"
	"strconv"
)

// cursor walks over the tokens of one operand. The first error sticks.
type cursor struct {
	toks []token
	err  error
}

func (c *cursor) peek() rune {
	if len(c.toks) == 0 {
		return tokEOF
	}
	return c.toks[0].kind
}

func (c *cursor) next() token {
	if len(c.toks) == 0 {
		return token{kind: tokEOF, text: "end of operand"}
	}
	t := c.toks[0]
	c.toks = c.toks[1:]
	return t
}

func (c *cursor) got(kind rune) bool {
	if c.peek() == kind {
		c.toks = c.toks[1:]
		return true
	}
	return false
}

func (c *cursor) want(kind rune, what string) token {
	t := c.next()
	if t.kind != kind {
		c.fail("expected %s, found %s", what, t.text)
	}
	return t
}

func (c *cursor) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// expr evaluates an integer expression; arithmetic is on 64 bits, unsigned.
// + - | ^ bind least, then * / % & << >>.
func (c *cursor) expr() uint64 {
	v := c.term()
	for {
		switch c.peek() {
		case '+':
			c.next()
			v += c.term()
		case '-':
			c.next()
			v -= c.term()
		case '|':
			c.next()
			v |= c.term()
		case '^':
			c.next()
			v ^= c.term()
		default:
			return v
		}
	}
}

func (c *cursor) term() uint64 {
	v := c.factor()
	for {
		op := c.peek()
		switch op {
		case '*', '/', '%', '&', tokShl, tokShr:
			c.next()
		default:
			return v
		}
		w := c.factor()
		switch op {
		case '*':
			v *= w
		case '&':
			v &= w
		case tokShl:
			v <<= w
		case tokShr:
			v >>= w
		default:
			if int64(v) < 0 || w == 0 {
				c.fail("division of a negative number or by zero")
				return v
			}
			if op == '/' {
				v /= w
			} else {
				v %= w
			}
		}
	}
}

func (c *cursor) factor() uint64 {
	t := c.next()
	switch t.kind {
	case tokInt:
		v, err := strconv.ParseUint(t.text, 0, 64)
		if err != nil {
			c.fail("%v", err)
		}
		return v
	case tokChar:
		s, err := strconv.Unquote(t.text)
		if err != nil {
			c.fail("bad character %s", t.text)
			return 0
		}
		return uint64([]rune(s)[0])
	case '+':
		return c.factor()
	case '-':
		return -c.factor()
	case '~':
		return ^c.factor()
	case '(':
		v := c.expr()
		c.want(')', ")")
		return v
	}
	c.fail("unexpected %s in expression", t.text)
	return 0
}

// float evaluates a floating-point literal with signs and parentheses.
func (c *cursor) float() float64 {
	t := c.next()
	switch t.kind {
	case '(':
		v := c.float()
		c.want(')', ")")
		return v
	case '+':
		return c.float()
	case '-':
		return -c.float()
	case tokFloat, tokInt:
		v, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			c.fail("%v", err)
		}
		return v
	}
	c.fail("unexpected %s in floating-point constant", t.text)
	return 0
}

func (c *cursor) has(kind rune) bool {
	for _, t := range c.toks {
		if t.kind == kind {
			return true
		}
	}
	return false
}
