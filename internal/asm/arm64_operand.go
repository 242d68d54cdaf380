package asm

import (
	"math"

	"strata/internal/arm64/a64"
)

// target parses what a branch leads to.
func (c *cursor) target() armArg {
	if len(c.toks) > 0 && c.toks[0].kind == tokIdent {
		if _, ok := a64.RegByName(c.toks[0].text); ok && len(c.toks) == 1 {
			return c.operandARM64()
		}
		a := armArg{sym: symRef{name: c.next().text}}
		if c.peek() == tokEOF {
			a.label = a.sym.name
			return a
		}
		return c.symbolARM64(a, false)
	}
	return c.operandARM64()
}

func (c *cursor) operandARM64() armArg {
	dollar := c.got('$')
	switch t := c.peek(); {
	case t == tokEOF:
		c.fail("empty operand")
		return armArg{}
	case t == '[':
		return c.vectorList()
	case t == tokIdent:
		name := c.toks[0].text
		if r, ok := a64.RegByName(name); ok && !(len(c.toks) > 1 && (c.toks[1].kind == '(' || c.toks[1].kind == '+' || c.toks[1].kind == '-' && !c.isArrow(1))) {
			c.next()
			return armArg{op: c.register(r, name)}
		}
		if v, ok := a64.SysRegs[name]; ok && len(c.toks) == 1 {
			c.next()
			return armArg{op: a64.Operand{Kind: a64.System, Imm: int64(v)}}
		}
		if v, ok := prefetchOps[name]; ok && len(c.toks) == 1 {
			c.next()
			return armArg{op: a64.I(v)}
		}
		return c.symbolARM64(armArg{sym: symRef{name: c.next().text}}, dollar)
	case dollar && c.has(tokFloat):
		return armArg{op: a64.Operand{Kind: a64.Float, Imm: int64(math.Float64bits(c.float()))}}
	}
	return c.memoryARM64(dollar)
}

// prefetchOps are the operations of PRFM.
var prefetchOps = map[string]int64{"PLDL1KEEP": 0, "PLDL1STRM": 1, "PLDL2KEEP": 2, "PLDL2STRM": 3, "PLDL3KEEP": 4, "PLDL3STRM": 5, "PSTL1KEEP": 16, "PSTL1STRM": 17}

// isArrow tells whether the tokens from i on are ->, a shift.
func (c *cursor) isArrow(i int) bool {
	return len(c.toks) > i+1 && c.toks[i].kind == '-' && c.toks[i+1].kind == '>'
}

var (
	arrangements = map[string]a64.Arr{"B8": a64.B8, "B16": a64.B16, "H4": a64.H4, "H8": a64.H8, "S2": a64.S2, "S4": a64.S4, "D1": a64.D1, "D2": a64.D2,
		"Q1": a64.Q1, "B": a64.ArrB, "H": a64.ArrH, "S": a64.ArrS, "D": a64.ArrD}
	extensions = map[string]a64.Ext{"UXTB": a64.UXTBExt, "UXTH": a64.UXTHExt, "UXTW": a64.UXTWExt, "UXTX": a64.UXTXExt,
		"SXTB": a64.SXTBExt, "SXTH": a64.SXTHExt, "SXTW": a64.SXTWExt, "SXTX": a64.SXTXExt}
)

// register parses what may follow a register: an arrangement, an element, an extension, a shift.
func (c *cursor) register(r a64.Reg, name string) a64.Operand {
	switch {
	case c.got('.'):
		word := c.next().text
		if e, ok := extensions[word]; ok && !r.IsFloat() {
			o := a64.Operand{Kind: a64.Extended, Reg: r, Ext: e}
			if c.got(tokShl) {
				o.Amt = uint8(c.expr())
			}
			return o
		}
		arr, ok := arrangements[word]
		if !ok || !r.IsFloat() || name[0] != 'V' {
			c.fail("bad arrangement %s of %s", word, name)
		}
		if c.got('[') {
			i := c.expr()
			c.want(']', "]")
			return a64.Operand{Kind: a64.Element, Reg: r, Arr: arr, Idx: int8(i)}
		}
		return a64.V(r, arr)
	case c.peek() == tokShl:
		return c.shifted(r, a64.LSLShift, 1)
	case c.peek() == tokShr:
		return c.shifted(r, a64.LSRShift, 1)
	case c.isArrow(0):
		return c.shifted(r, a64.ASRShift, 2)
	case c.peek() == '@':
		return c.shifted(r, a64.RORShift, 2)
	}
	return a64.R(r)
}

func (c *cursor) shifted(r a64.Reg, kind a64.Ext, ntoks int) a64.Operand {
	for range ntoks {
		c.next()
	}
	n := c.expr()
	if n > 63 || r.IsFloat() {
		c.fail("bad shift of %s by %d", r, n)
	}
	return a64.Sh(r, kind, uint8(n))
}

// vectorList parses [V1.B16, V2.B16] or [V1.B16-V4.B16], and an element behind it.
func (c *cursor) vectorList() armArg {
	c.next()
	list := a64.Operand{Kind: a64.List}
	for {
		t := c.next()
		r, ok := a64.RegByName(t.text)
		if !ok || !r.IsFloat() {
			c.fail("expected vector register, found %s", t.text)
			return armArg{}
		}
		o := c.register(r, t.text)
		switch {
		case list.N == 0:
			list.Reg, list.Arr = r, o.Arr
		case o.Arr != list.Arr || r != a64.F0+(list.Reg-a64.F0+a64.Reg(list.N))%32:
			c.fail("registers of a list follow each other")
		}
		list.N++
		if c.got('-') {
			t := c.next()
			last, ok := a64.RegByName(t.text)
			if o := c.register(last, t.text); !ok || o.Arr != list.Arr {
				c.fail("bad end of a list")
			}
			list.N += uint8((last - r) % 32)
		}
		if !c.got(',') {
			break
		}
	}
	c.want(']', "]")
	if list.N > 4 {
		c.fail("a list has at most four registers")
	}
	if c.got('[') {
		list.Kind, list.Idx = a64.ElemList, int8(c.expr())
		c.want(']', "]")
	}
	return armArg{op: list}
}

// symbolARM64 parses what follows a name: <>+off(SB), +off(FP), -off(SP).
func (c *cursor) symbolARM64(a armArg, dollar bool) armArg {
	c.attributes(&a.sym)
	var off int64
	if k := c.peek(); k == '+' || k == '-' {
		off = int64(c.expr())
	}
	a.addr = dollar
	a.op = a64.M(a64.SP, off)
	c.want('(', "(SB), (FP), (SP) or (PC) after "+a.sym.name)
	switch reg := c.next(); reg.text {
	case "SB":
		a.pseudo = pseudoSB
	case "FP":
		a.pseudo = pseudoFP
	case "SP":
		a.pseudo = pseudoSP
	default:
		c.fail("expected pseudo-register, found %s", reg.text)
	}
	c.want(')', ")")
	return a
}

// memoryARM64 parses an expression, off(reg), (reg)(index), n(PC), or a pair of registers.
func (c *cursor) memoryARM64(dollar bool) armArg {
	var off int64
	if !(c.peek() == '(' && len(c.toks) > 1 && isRegTokenARM64(c.toks[1])) {
		off = int64(c.expr())
		if c.peek() != '(' {
			if !dollar {
				c.fail("a constant needs $")
			}
			return armArg{op: a64.I(off)}
		}
	}
	c.want('(', "(")
	t := c.next()
	if t.text == "PC" {
		c.want(')', ")")
		return armArg{op: a64.I(off), rel: true}
	}
	r, ok := a64.RegByName(t.text)
	if !ok {
		c.fail("expected register, found %s", t.text)
	}
	if c.got(',') {
		t := c.next()
		second, ok := a64.RegByName(t.text)
		if !ok {
			c.fail("expected register, found %s", t.text)
		}
		c.want(')', ")")
		return armArg{op: a64.P(r, second)}
	}
	c.want(')', ")")
	a := armArg{op: a64.M(r, off), addr: dollar}
	if c.got('(') {
		t := c.next()
		x, ok := a64.RegByName(t.text)
		if !ok {
			c.fail("expected index register, found %s", t.text)
		}
		o := c.register(x, t.text)
		a.op.Reg2, a.op.Ext, a.op.Amt = x, a64.UXTXExt, o.Amt
		if o.Kind == a64.Extended {
			a.op.Ext = o.Ext
		}
		c.want(')', ")")
	}
	return a
}

func isRegTokenARM64(t token) bool {
	_, ok := a64.RegByName(t.text)
	return ok && t.kind == tokIdent
}
