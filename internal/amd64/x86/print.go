package x86

import (
	"math"
	"strconv"
	"strings"
)

// String prints in as "go tool compile -S" does: mnemonic, tab, operands.
func (in *Inst) String() string {
	var b strings.Builder
	b.WriteString(in.Op.String())
	b.WriteString(in.Suffix.String())
	for i := 0; i < int(in.NArgs); i++ {
		if i == 0 {
			b.WriteByte('\t')
		} else {
			b.WriteString(", ")
		}
		b.WriteString(in.Args[i].String())
	}
	return b.String()
}

func (s Suffix) String() string {
	var t string
	switch {
	case s&Rounding != 0:
		t = [...]string{".RN_SAE", ".RD_SAE", ".RU_SAE", ".RZ_SAE"}[s>>roundShift]
	case s&SAE != 0:
		t = ".SAE"
	}
	if s&Broadcast != 0 {
		t += ".BCST"
	}
	if s&Zeroing != 0 {
		t += ".Z"
	}
	return t
}

// suffixes by name.
var suffixes = map[string]Suffix{
	"Z": Zeroing, "BCST": Broadcast, "SAE": SAE,
	"RN_SAE": RoundRN, "RD_SAE": RoundRD, "RU_SAE": RoundRU, "RZ_SAE": RoundRZ,
}

// ParseSuffix returns the suffix written as ".BCST.Z" or "BCST.Z"; empty is no suffix.
func ParseSuffix(s string) (Suffix, bool) {
	var out Suffix
	for _, w := range strings.Split(strings.TrimPrefix(s, "."), ".") {
		x, ok := suffixes[w]
		if !ok && w != "" {
			return 0, false
		}
		out |= x
	}
	return out, true
}

func (a Operand) String() string {
	switch a.Kind {
	case Register:
		return a.Reg.String()
	case Immediate:
		return "$" + strconv.FormatInt(a.Imm, 10)
	case FloatImm:
		return "$(" + strconv.FormatFloat(math.Float64frombits(uint64(a.Imm)), 'g', -1, 64) + ")"
	case Memory:
		return a.Mem.String()
	case SymImm:
		return "$" + a.Mem.String()
	case Branch:
		if a.Mem.Sym != "" {
			return a.Mem.String()
		}
		return "#" + strconv.Itoa(int(a.Target))
	case RegList:
		return "[" + a.Reg.String() + "-" + (a.Reg + 3).String() + "]"
	}
	return "?"
}

func (m Mem) String() string {
	var b strings.Builder
	switch {
	case m.Sym != "":
		b.WriteString(m.Sym)
		if m.Disp != 0 {
			if m.Disp > 0 {
				b.WriteByte('+')
			}
			b.WriteString(strconv.FormatInt(m.Disp, 10))
		}
		b.WriteString("(SB)")
	case m.Disp != 0 || m.Base == NoReg && m.Index == NoReg:
		b.WriteString(strconv.FormatInt(m.Disp, 10))
	}
	if m.Base != NoReg {
		b.WriteString("(" + m.Base.String() + ")")
	}
	if m.Index != NoReg {
		b.WriteString("(" + m.Index.String() + "*" + strconv.Itoa(int(m.Scale)) + ")")
	}
	return b.String()
}
