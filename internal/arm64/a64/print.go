package a64

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// String prints an instruction as the assembler reads it; targets of branches are indices.
func (in *Inst) String() string {
	var b strings.Builder
	b.WriteString(in.Op.String())
	for i := range in.Args[:in.NArgs] {
		m := &in.Args[i]
		if m.Kind == Memory && m.Mode == Pre {
			b.WriteString(".W")
		}
		if m.Kind == Memory && m.Mode == Post {
			b.WriteString(".P")
		}
	}
	for i := range in.Args[:in.NArgs] {
		b.WriteString([]string{"\t", ", "}[min(i, 1)])
		b.WriteString(in.Args[i].String())
	}
	return b.String()
}

var shiftNames = [...]string{"<<", ">>", "->", "@>"}
var extNames = [...]string{"UXTB", "UXTH", "UXTW", "UXTX", "SXTB", "SXTH", "SXTW", "SXTX"}
var arrNames = [...]string{"", "B8", "B16", "H4", "H8", "S2", "S4", "D1", "D2", "Q1", "B", "H", "S", "D"}
var condNames = [...]string{"EQ", "NE", "HS", "LO", "MI", "PL", "VS", "VC", "HI", "LS", "GE", "LT", "GT", "LE", "AL", "NV"}

func symbol(sym string, off int64) string {
	if off == 0 {
		return sym + "(SB)"
	}
	return fmt.Sprintf("%s%+d(SB)", sym, off)
}

// String prints an operand.
func (a *Operand) String() string {
	switch a.Kind {
	case Register:
		return a.Reg.String()
	case Shifted:
		return a.Reg.String() + shiftNames[a.Ext] + strconv.Itoa(int(a.Amt))
	case Extended:
		s := a.Reg.String() + "." + extNames[a.Ext&7]
		if a.Amt > 0 {
			s += "<<" + strconv.Itoa(int(a.Amt))
		}
		return s
	case Immediate:
		if a.Sym != "" {
			return "$" + symbol(a.Sym, a.Imm)
		}
		return "$" + strconv.FormatInt(a.Imm, 10)
	case Float:
		s := strconv.FormatFloat(math.Float64frombits(uint64(a.Imm)), 'g', -1, 64)
		if !strings.ContainsAny(s, ".eEn") {
			s += ".0"
		}
		return "$(" + s + ")"
	case Memory:
		return a.memory()
	case Pair:
		return "(" + a.Reg.String() + ", " + a.Reg2.String() + ")"
	case Condition:
		return condNames[a.Imm&15]
	case Branch:
		if a.Sym != "" {
			return symbol(a.Sym, a.Imm)
		}
		return strconv.Itoa(int(a.Target))
	case Symbol:
		return "$" + symbol(a.Sym, a.Imm)
	case Vector:
		return vname(a.Reg) + "." + arrNames[a.Arr]
	case Element:
		return fmt.Sprintf("%s.%s[%d]", vname(a.Reg), arrNames[a.Arr], a.Idx)
	case List, ElemList:
		var l []string
		for i := range a.N {
			l = append(l, vname(F0+(a.Reg-F0+Reg(i))%32)+"."+arrNames[a.Arr])
		}
		s := "[" + strings.Join(l, ", ") + "]"
		if a.Kind == ElemList {
			s += fmt.Sprintf("[%d]", a.Idx)
		}
		return s
	case System:
		for name, v := range SysRegs {
			if int64(v) == a.Imm {
				return name
			}
		}
		return fmt.Sprintf("sysreg(%#x)", a.Imm)
	}
	return "?"
}

func vname(r Reg) string { return "V" + strconv.Itoa(int(r-F0)) }

func (a *Operand) memory() string {
	switch {
	case a.Sym != "":
		return fmt.Sprintf("%s(%s)", symbol(a.Sym, a.Imm), a.Reg)
	case a.Reg2 != NoReg && a.Mode == Post:
		return fmt.Sprintf("(%s)(%s)", a.Reg, a.Reg2)
	case a.Reg2 != NoReg:
		s := fmt.Sprintf("(%s)(%s", a.Reg, a.Reg2)
		switch {
		case a.Ext == UXTXExt && a.Amt > 0:
			s += "<<" + strconv.Itoa(int(a.Amt))
		case a.Ext == UXTXExt:
		case a.Amt > 0:
			s += "." + extNames[a.Ext&7] + "<<" + strconv.Itoa(int(a.Amt))
		default:
			s += "." + extNames[a.Ext&7]
		}
		return s + ")"
	case a.Imm != 0:
		return fmt.Sprintf("%d(%s)", a.Imm, a.Reg)
	}
	return "(" + a.Reg.String() + ")"
}
