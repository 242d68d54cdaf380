package asm

import (
	"math"
	"strconv"

	"strata/internal/amd64/x86"
)

// pseudo tells what a memory operand is relative to.
type pseudo uint8

const (
	noPseudo pseudo = iota
	pseudoSB
	pseudoFP
	pseudoSP // name-off(SP): below the saved frame pointer
)

// arg is a parsed operand. For symbols, op.Mem.Disp is the offset.
type arg struct {
	op       x86.Operand
	pseudo   pseudo
	sym      symRef
	indirect bool   // *sym: jump to where the word at sym points
	label    string // jump label
	rel      bool   // n(PC): op.Imm holds n
	str      string // string constant
	isStr    bool
	addr     bool // had a $ and is not a constant
}

// symRef is a symbol as the source writes it.
type symRef struct {
	name     string // "" is not possible
	static   bool
	internal bool // <ABIInternal>
	abi0     bool // <ABI0>
}

// parseOperand parses the tokens of one operand. jump allows bare labels.
func parseOperand(toks []token, jump bool) (arg, error) {
	c := &cursor{toks: toks}
	a := c.operand(jump)
	if c.err == nil && len(c.toks) > 0 {
		c.fail("unexpected %s in operand", c.toks[0].text)
	}
	return a, c.err
}

func (c *cursor) operand(jump bool) arg {
	prefix := rune(0)
	if k := c.peek(); k == '$' || k == '*' {
		prefix = k
		c.next()
	}
	switch t := c.peek(); {
	case t == tokEOF:
		c.fail("empty operand")
		return arg{}
	case t == '[':
		return c.regList()
	case t == tokIdent:
		if r, ok := x86.RegByName(c.toks[0].text); ok && !(len(c.toks) > 1 && c.toks[1].kind == '(') {
			c.next()
			if prefix == '$' {
				c.fail("$ before register")
			}
			return arg{op: x86.R(r)}
		}
		return c.symbol(prefix, jump)
	case prefix == '$' && c.has(tokFloat):
		return arg{op: x86.Operand{Kind: x86.FloatImm, Imm: int64(math.Float64bits(c.float()))}}
	case prefix == '$' && t == tokString:
		s, err := strconv.Unquote(c.next().text)
		if err != nil {
			c.fail("bad string")
		}
		return arg{str: s, isStr: true}
	}
	return c.memory(prefix)
}

// regList parses [X0-X3].
func (c *cursor) regList() arg {
	c.next()
	first, ok1 := x86.RegByName(c.next().text)
	c.want('-', "-")
	last, ok2 := x86.RegByName(c.next().text)
	c.want(']', "]")
	if !ok1 || !ok2 || last != first+3 || !first.IsVector() {
		c.fail("a register list has four consecutive vector registers")
	}
	return arg{op: x86.Operand{Kind: x86.RegList, Reg: first}}
}

// symbol parses name<>+off(SB), name+off(FP), name-off(SP), or a label.
func (c *cursor) symbol(prefix rune, jump bool) arg {
	a := arg{sym: symRef{name: c.next().text}}
	c.attributes(&a.sym)
	var off int64
	if k := c.peek(); k == '+' || k == '-' {
		off = int64(c.expr())
	}
	if c.peek() == tokEOF && jump && prefix == 0 {
		a.label = a.sym.name
		if off != 0 {
			c.fail("offset from a label")
		}
		return a
	}
	c.want('(', "(SB), (FP), (SP) or (PC) after "+a.sym.name)
	switch reg := c.next(); reg.text {
	case "SB":
		a.pseudo = pseudoSB
		a.op = x86.SymMem(a.sym.name, off)
	case "FP":
		a.pseudo = pseudoFP
		a.op = x86.M(x86.SP, off)
	case "SP":
		a.pseudo = pseudoSP
		a.op = x86.M(x86.SP, off)
	default:
		c.fail("expected pseudo-register, found %s", reg.text)
	}
	c.want(')', ")")
	c.index(&a.op.Mem)
	a.addr, a.indirect = prefix == '$', prefix == '*'
	return a
}

// global are names of the runtime that <> does not make local, as in Go's tools, which number them. Modules have come to use that.
var global = map[string]bool{
	"runtime.morestack": true, "runtime.morestack_noctxt": true, "runtime.morestackc": true, "runtime.writeBarrier": true,
}

// attributes parses <> and <ABI...> after a symbol.
func (c *cursor) attributes(s *symRef) {
	if !c.got('<') {
		return
	}
	if c.got('>') {
		s.static = !global[s.name]
		return
	}
	switch abi := c.next().text; abi {
	case "ABIInternal":
		s.internal = true
	case "ABI0":
		s.abi0 = true
	default:
		c.fail("no ABI is called %s", abi)
	}
	c.want('>', ">")
}

// memory parses an expression, off(reg)(reg*scale), n(PC), and combinations.
func (c *cursor) memory(prefix rune) arg {
	var off int64
	isReg := c.peek() == '(' && len(c.toks) > 1 && isRegToken(c.toks[1])
	if !isReg {
		off = int64(c.expr())
		if c.peek() != '(' {
			if prefix == '$' {
				return arg{op: x86.I(off)}
			}
			return arg{op: x86.M(x86.NoReg, off)}
		}
	}
	a := arg{op: x86.M(x86.NoReg, off), addr: prefix == '$'}
	if len(c.toks) > 1 && c.toks[1].text == "PC" {
		c.next()
		c.next()
		c.want(')', ")")
		return arg{op: x86.I(off), rel: true}
	}
	if len(c.toks) > 2 && c.toks[2].kind == ')' {
		c.next()
		t := c.next()
		r, ok := x86.RegByName(t.text)
		if !ok {
			c.fail("expected register, found %s", t.text)
		}
		a.op.Mem.Base = r
		c.next()
	}
	c.index(&a.op.Mem)
	return a
}

// index parses an optional (reg*scale).
func (c *cursor) index(m *x86.Mem) {
	if !c.got('(') {
		return
	}
	t := c.next()
	r, ok := x86.RegByName(t.text)
	if !ok {
		c.fail("expected index register, found %s", t.text)
	}
	c.want('*', "*")
	scale := c.expr()
	if scale != 1 && scale != 2 && scale != 4 && scale != 8 {
		c.fail("bad scale %d", scale)
	}
	c.want(')', ")")
	m.Index, m.Scale = r, uint8(scale)
}

func isRegToken(t token) bool {
	_, ok := x86.RegByName(t.text)
	return ok && t.kind == tokIdent
}
