package a64

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"strata/internal/amd64/x86/oracle"
)

// samples are operand lists for an instruction. Each is tried; those that the encoder refuses are left out, but one has to do.
func samples(op Op) (out [][]Operand) {
	r := func(n int) Operand { return R(Reg(n)) }
	f := func(n int) Operand { return R(F0 + Reg(n)) }
	sh := func(k Ext) Operand { return Sh(R5, k, 7) }
	ext := func(k Ext, n uint8) Operand { return Operand{Kind: Extended, Reg: R6, Ext: k, Amt: n} }
	v := func(n int, a Arr) Operand { return V(F0+Reg(n), a) }
	el := func(n int, a Arr, i int8) Operand { return Operand{Kind: Element, Reg: F0 + Reg(n), Arr: a, Idx: i} }
	list := func(n, k int, a Arr) Operand { return Operand{Kind: List, Reg: F0 + Reg(n), N: uint8(k), Arr: a} }
	add := func(list ...Operand) { out = append(out, list) }
	mems := []Operand{M(R3, 0), M(SP, 16), M(R2, 8), M(R2, -17), M(R2, 255), M(R2, 4), MPre(R4, -16), MPost(R4, 32), MX(R2, R9, 0)}
	for n := uint8(1); n <= 3; n++ {
		mems = append(mems, MX(R7, R8, n))
	}
	mems = append(mems, Operand{Kind: Memory, Reg: R1, Reg2: R2, Ext: SXTWExt}, Operand{Kind: Memory, Reg: R1, Reg2: R2, Ext: UXTWExt})
	firsts := []Operand{r(1), I(0), I(1), I(4095), I(0xff), I(0xff0), I(3), I(17), sh(LSLShift), sh(LSRShift), sh(ASRShift), sh(RORShift), ext(UXTBExt, 0), ext(SXTWExt, 2), ext(UXTWExt, 3), R(ZR)}
	for _, m := range firsts {
		add(m, r(2))
		add(m, r(2), r(3))
		add(m, R(SP), R(SP))
		add(m, R(SP), r(7))
	}
	add(r(11), r(12), r(13), r(14))
	add(I(5), r(1), I(7), r(2))
	add(I(0), r(1), I(31), r(2))
	add(I(9), r(1), r(2), r(3))
	for c := EQ; c < AL; c++ {
		add(C(c), r(1), r(2), r(3))
		add(C(c), r(1), r(3))
		add(C(c), r(3))
		add(C(c), r(1), r(2), I(5))
		add(C(c), r(1), I(21), I(3))
		add(C(c), f(1), f(2), f(3))
		add(C(c), f(1), f(2), I(4))
	}
	for _, m := range mems {
		for _, x := range []Operand{r(9), f(9), P(R10, R11), {Kind: Pair, Reg: F0 + 4, Reg2: F0 + 5}} {
			add(m, x)
			add(x, m)
		}
		add(m, I(3))
		add(r(1), m, r(2))
	}
	add(f(1), f(2))
	add(f(1), f(2), f(3))
	add(f(1), f(2), f(3), f(4))
	add(r(1), f(2))
	add(f(1), r(2))
	add(Operand{Kind: Float}, f(2))
	add()
	add(I(10))
	add(Operand{Kind: System, Imm: 0x1bd040}, r(3))
	add(r(3), Operand{Kind: System, Imm: 0x1b4420})
	for a := B8; a <= D2; a++ {
		add(v(1, a), v(2, a))
		add(v(1, a), v(2, a), v(3, a))
		add(I(3), v(1, a), v(2, a))
		add(I(3), v(1, a), v(2, a), v(4, a))
		add(v(1, a), list(2, 2, a), v(7, a))
		add(v(5, a), f(6))
		add(r(5), v(6, a))
		add(I(0x55), v(6, a))
		for k := 1; k <= 4; k++ {
			add(M(R5, 0), list(9, k, a))
			add(list(9, k, a), M(R5, 0))
			add(MPost(R5, int64(8*k)<<arrangements[a].q), list(9, k, a))
			add(MPost(R5, 1<<arrangements[a].size), list(9, k, a))
		}
	}
	for _, a := range []Arr{ArrB, ArrH, ArrS, ArrD} {
		add(el(1, a, 1), r(3))
		add(r(3), el(1, a, 1))
		add(el(2, a, 0), el(1, a, 1))
		add(el(1, a, 1), v(2, map[Arr]Arr{ArrB: B16, ArrH: H8, ArrS: S4, ArrD: D2}[a]))
		add(Operand{Kind: ElemList, Reg: F0 + 3, N: 1, Arr: a, Idx: 1}, M(R5, 0))
		add(M(R5, 0), Operand{Kind: ElemList, Reg: F0 + 3, N: 1, Arr: a, Idx: 1})
	}
	return out
}

// differs are instructions that the assembler does not know by that name or makes something else of, with the reason.
var differs = map[Op]string{
	ADR: "takes labels", ADRP: "takes symbols", PCALIGN: "no instruction", LABEL: "no instruction", WORD: "no operands to check",
	JMP: "takes labels", LDPSW: "named otherwise", DSB: "", HLT: "",
}

// TestOracle compares every row with go tool asm, for operands that the format takes.
func TestOracle(t *testing.T) {
	t.Setenv("GOARCH", "arm64")
	var src strings.Builder
	var insts []Inst
	src.WriteString("TEXT ·f(SB), 4, $0\n")
	for op := Op(1); op < numOps; op++ {
		n := 0
		seen := map[string]bool{}
		for _, args := range samples(op) {
			in := New(op, args...)
			if _, err := Encode(&in); err != nil || seen[in.String()] {
				continue
			}
			seen[in.String()] = true
			n++
			insts = append(insts, in)
			fmt.Fprintf(&src, "%s\n", in.String())
		}
		if n == 0 && differs[op] == "" && rows[op].name[0] != 'B' && rows[op].name[0] != 'C' && rows[op].name[0] != 'T' {
			t.Errorf("%s: no sample fits", op)
		}
	}
	file := filepath.Join(t.TempDir(), "f.s")
	bad := map[int]string{}
	for range 4 {
		lines := strings.Split(src.String(), "\n")
		for i := range bad {
			lines[i+1] = "NOOP"
		}
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o666); err != nil {
			t.Fatal(err)
		}
		syms, errs, err := oracle.Assemble(file)
		if err != nil && len(errs) == 0 {
			t.Fatal(err)
		}
		for _, e := range errs {
			bad[e.Line-2] = e.Msg
		}
		if len(errs) == 0 {
			compare4(t, insts, bad, syms[0])
			break
		}
	}
	for i, msg := range bad {
		if os.Getenv("ORACLE") != "" {
			t.Logf("%s: %s", insts[i].String(), msg)
		}
	}
	t.Logf("%d instructions, %d of them refused by go tool asm", len(insts), len(bad))
}

func compare4(t *testing.T, insts []Inst, bad map[int]string, sym *oracle.Sym) {
	at := 0
	words := map[int][]uint32{}
	for k, l := range sym.Lines {
		end := len(sym.Data)
		if k+1 < len(sym.Lines) {
			end = sym.Lines[k+1].PC
		}
		for at = l.PC; at+4 <= end && at+4 <= len(sym.Data); at += 4 {
			words[l.Line-2] = append(words[l.Line-2], binary.LittleEndian.Uint32(sym.Data[at:]))
		}
	}
	for i := range insts {
		if bad[i] != "" || rows[insts[i].Op].name == "NOOP" {
			continue
		}
		got, _ := Encode(&insts[i])
		want := words[i]
		if len(want) >= 1 && got == want[0] {
			continue
		}
		t.Errorf("%s: %08x, want %08x", insts[i].String(), got, want)
	}
}
