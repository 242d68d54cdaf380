package asm

import (
	"strings"

	"strata/internal/amd64/x86"
	"strata/internal/arm64/a64"
)

// The language of arm64: statements here, operands in arm64_operand.go, frames in arm64_text.go, and what one statement becomes
// in arm64_expand.go.

// armStmt is one instruction of arm64 as written.
type armStmt struct {
	op    a64.Op
	nargs int
	args  [5]armArg
}

// armArg is a parsed operand. For symbols op.Imm is the offset.
type armArg struct {
	op     a64.Operand
	pseudo pseudo
	sym    symRef
	label  string
	rel    bool // n(PC): op.Imm holds n
	addr   bool // a $ before what is in memory
}

// takesCond are the instructions whose first operand is a condition.
func takesCond(word string) bool {
	for _, p := range []string{"CSEL", "CSET", "CSINC", "CSINV", "CSNEG", "CINC", "CINV", "CNEG", "CCMP", "CCMN", "FCSEL", "FCCMP"} {
		if strings.HasPrefix(word, p) {
			return true
		}
	}
	return false
}

// branches tells whether an instruction's last operand is a label or a function.
func branches(word string) bool {
	switch word {
	case "B", "BL", "CALL", "JMP", "CBZ", "CBZW", "CBNZ", "CBNZW", "TBZ", "TBNZ":
		return true
	}
	return len(word) == 3 && word[0] == 'B' && word != "BIC" && word != "BFI" && word != "BRK" && word != "BFM"
}

func (p *parser) instructionARM64(word, suffix string, operands [][]token) {
	op, ok := a64.OpByName(word)
	if !ok || word == "LABEL" {
		p.errorf("unrecognized instruction %s", word)
		return
	}
	mode := a64.Offset
	switch suffix {
	case "":
	case ".P":
		mode = a64.Post
	case ".W":
		mode = a64.Pre
	default:
		p.errorf("unknown instruction suffix %s", suffix)
	}
	s := &armStmt{op: op}
	if len(operands) > len(s.args) {
		p.errorf("too many operands")
		return
	}
	changed := false
	for i, toks := range operands {
		c := &cursor{toks: toks}
		a := &s.args[i]
		switch {
		case i == 0 && takesCond(word):
			cond, ok := a64.Conds[c.next().text]
			if !ok {
				c.fail("expected condition, found %s", toks[0].text)
			}
			a.op = a64.C(cond)
		case i == len(operands)-1 && branches(word):
			*a = c.target()
		default:
			*a = c.operandARM64()
		}
		if c.err == nil && len(c.toks) > 0 {
			c.fail("unexpected %s in operand", c.toks[0].text)
		}
		if c.err != nil {
			p.errorf("%v", c.err)
			return
		}
		if mode != a64.Offset && a.op.Kind == a64.Memory {
			a.op.Mode, changed = mode, true
		}
	}
	if mode != a64.Offset && !changed {
		p.errorf("suffix %s without an operand in memory", suffix)
	}
	s.nargs = len(operands)
	p.add(stmt{op: x86.LABEL, arm: s, at: p.at})
}
