package main

import (
	"fmt"
	"strconv"
	"strings"
)

// A table line is
//
//	MNEMONIC  ARGS  ENCODING...
//	alias NEW OLD
//
// ARGS is "-" or a comma list of operand classes (see classSet in form.go) in
// Plan 9 order, each with an optional place ":x" (see slotNames). Without a
// place, memory classes go to ModRM.rm, immediates to the immediate, implied
// registers nowhere, and plain registers to opcode+r, to ModRM.rm (when
// ModRM.reg holds a digit and no operand may be memory), to VEX.vvvv (all but
// the last of several), to ModRM.reg (the last).
//
// {a,b} and <a,b> stand for several lines: all {} lists of a line advance
// together, all <> lists too, and the two are crossed. A <> inside {} works.
//
// ENCODING words: p66 pF2 pF3 (mandatory prefix), o16 (operand size), W (REX.W),
// 0F 0F38 0F3A (opcode map), XX (opcode), XX+r, /0../7, =XX (whole ModRM byte),
// ib iw id iq is4; for vectors: vex, vex+evex, evex, 66 F2 F3, W0 W1
// (VEX.W), E0 E1 (EVEX.W), L0 L256 L512 (else the v operands tell), a tuple name,
// mask (takes a mask register), nz (but not .Z), er, sae,
// noX (not for X registers); for branches: rel SS LL, rel8 PP XX, rel32
// XX XX; data N; none.

// row is one parsed form.
type row struct {
	op    string
	args  []string
	slots []string
	enc   string
	pp    string
	omap  int
	opc   string
	digit string
	imm   string
	tuple string
	flags []string
}

func expand(line string) []string {
	out := []string{line}
	for _, q := range []string{"{}", "<>"} {
		var next []string
		for _, l := range out {
			next = append(next, expandKind(l, q[0], q[1])...)
		}
		out = next
	}
	return out
}

// expandKind expands the lists between open and close, all in step.
func expandKind(line string, open, close byte) []string {
	var lits []string
	var lists [][]string
	rest := line
	for {
		i := strings.IndexByte(rest, open)
		if i < 0 {
			break
		}
		j := i + strings.IndexByte(rest[i:], close)
		lits = append(lits, rest[:i])
		lists = append(lists, splitTop(rest[i+1:j]))
		rest = rest[j+1:]
	}
	if len(lists) == 0 {
		return []string{line}
	}
	var out []string
	for k := range lists[0] {
		var b strings.Builder
		for i, lit := range lits {
			b.WriteString(lit)
			if len(lists[i]) != len(lists[0]) {
				panic(fmt.Sprintf("lists of different length: %s", line))
			}
			b.WriteString(lists[i][k])
		}
		b.WriteString(rest)
		out = append(out, b.String())
	}
	return out
}

// splitTop splits at commas that are not inside <>.
func splitTop(s string) []string {
	var out []string
	depth, start := 0, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '<':
			depth++
		case '>':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, s[start:i])
				start = i + 1
			}
		}
	}
	return append(out, s[start:])
}

var maps = map[string]int{"0F": 1, "0F38": 2, "0F3A": 3}

var flagWords = map[string]string{
	"W": "fREXW", "W1": "fREXW", "o16": "fO16", "EW1": "fEW", "L256": "fL256", "L512": "fL512",
	"mask": "fMask", "nz": "fNoZero", "er": "fRound", "sae": "fSAE", "noX": "fNoX",
	"W0": "", "EW0": "", "L0": "",
}

var encWords = map[string]string{"vex": "encVEX", "vex+evex": "encVEXEVEX", "evex": "encEVEX"}

var immWords = map[string]string{"ib": "imm8", "iw": "imm16", "id": "imm32", "iq": "imm64", "is4": "imm8"}

func parse(line string) (row, error) {
	f := strings.Fields(line)
	if len(f) < 3 {
		return row{}, fmt.Errorf("short line: %s", line)
	}
	r := row{op: f[0], enc: "encLegacy"}
	if f[1] != "-" {
		for _, a := range strings.Split(f[1], ",") {
			name, place, _ := strings.Cut(a, ":")
			r.args = append(r.args, name)
			r.slots = append(r.slots, place)
		}
	}
	words := f[2:]
	switch words[0] {
	case "rel":
		r.enc, r.opc, r.digit = "encBranch", words[1], words[2]
		r.imm = "immNone"
		return r, nil
	case "rel8":
		r.enc, r.opc, r.pp, r.imm = "encBranch", words[2], words[1], "imm8"
		return r, nil
	case "rel32":
		r.enc, r.opc, r.digit, r.imm = "encBranch", words[1], words[2], "imm32"
		return r, nil
	case "data":
		r.enc, r.digit = "encData", words[1]
		return r, nil
	case "none":
		r.enc, r.digit = "encData", "0"
		return r, nil
	}
	for _, w := range words {
		if err := r.word(w); err != nil {
			return r, fmt.Errorf("%v: %s", err, line)
		}
	}
	r.place()
	return r, nil
}

func (r *row) word(w string) error {
	vec := r.enc != "encLegacy"
	if m, ok := maps[w]; ok && r.omap == 0 {
		r.omap = m
	} else if fl, ok := flagWords[w]; ok {
		if fl != "" {
			r.flags = append(r.flags, fl)
		}
	} else if e, ok := encWords[w]; ok {
		r.enc = e
	} else if im, ok := immWords[w]; ok {
		r.imm = im
	} else if strings.HasPrefix(w, "p") && len(w) == 3 {
		r.pp = w[1:]
	} else if vec && r.omap == 0 && (w == "66" || w == "F2" || w == "F3") {
		r.pp = w
	} else if strings.HasPrefix(w, "/") {
		if w != "/r" {
			r.digit = w[1:]
			r.flags = append(r.flags, "fModRM")
		}
	} else if strings.HasPrefix(w, "=") {
		r.digit = w[1:]
		r.flags = append(r.flags, "fModRM", "fFixed")
	} else if t, ok := tuples[w]; ok {
		r.tuple = "t" + strings.ToUpper(w)
		if t.bcast {
			r.flags = append(r.flags, "fBcast")
		}
	} else if strings.HasSuffix(w, "+r") {
		r.opc = w[:2]
	} else if _, err := strconv.ParseUint(w, 16, 8); err == nil && len(w) == 2 && r.opc == "" {
		r.opc = w
	} else {
		return fmt.Errorf("unknown word %q", w)
	}
	return nil
}

// tuples are the EVEX memory tuples; bcast ones allow .BCST.
var tuples = map[string]struct{ bcast bool }{
	"fv4": {true}, "fv8": {true}, "hv4": {true}, "fvm": {}, "hvm": {}, "qvm": {}, "ovm": {},
	"s1": {}, "s2": {}, "s4": {}, "s8": {}, "s16": {}, "s32": {}, "dup": {},
}

var slotNames = map[string]string{
	"r": "sReg", "m": "sRM", "v": "sVvvv", "o": "sOpc", "i": "sImm", "s": "sIs4",
	"b": "sBr", "k": "sMask", "d": "sBoth", "n": "sNone",
}

// Operand classes by their default place.
var (
	memClasses   = set("rm rm8 m xm ym zm vm hm qm em km mmm vmx vmy vmz")
	implied      = set("al ax cx dx x0 f0 fs gs 0 1")
	immClasses   = set("u2 i8 u8 b8 s32 i32 i64 addr")
	plainClasses = set("r r8 x y z v h q e k k1 list mm f seg cr dr listx listz")
	vecLen       = set("v vm h hm q qm e em")
	byteClasses  = set("r8 rm8")
)

func set(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// place fills in the slots that the table left open and the flags that follow
// from the operands.
func (r *row) place() {
	var plain []int
	hasMem := false
	for i, c := range r.args {
		hasMem = hasMem || memClasses[c] || r.slots[i] == "m"
		if vecLen[c] {
			r.addFlag("fLVec")
		}
		if byteClasses[c] {
			r.addFlag("fBytes8")
		}
		if r.slots[i] != "" {
			continue
		}
		switch {
		case memClasses[c]:
			r.slots[i] = "m"
		case implied[c]:
			r.slots[i] = "n"
		case immClasses[c]:
			r.slots[i] = "i"
		case plainClasses[c]:
			plain = append(plain, i)
		default:
			panic("unknown operand class " + c + " of " + r.op)
		}
	}
	for n, i := range plain {
		switch {
		case r.digit != "" && !hasMem:
			r.slots[i] = "m"
		case n < len(plain)-1:
			r.slots[i] = "v"
		default:
			r.slots[i] = "r"
		}
	}
	for _, s := range r.slots {
		if s == "m" || s == "r" || s == "d" {
			r.addFlag("fModRM")
		}
	}
}

func (r *row) addFlag(f string) {
	for _, g := range r.flags {
		if g == f {
			return
		}
	}
	r.flags = append(r.flags, f)
}
