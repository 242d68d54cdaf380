package x86

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"strata/internal/amd64/x86/oracle"
)

// samples are operands that a class accepts, in a form the oracle reads too.
func samples(c class) []Operand {
	mem := []Operand{M(BX, 0), M(R12, 64), MI(BP, R9, 4, -1024), M(SP, 8)}
	regs := func(rs ...Reg) (out []Operand) {
		for _, r := range rs {
			out = append(out, R(r))
		}
		return out
	}
	imms := func(vs ...int64) (out []Operand) {
		for _, v := range vs {
			out = append(out, I(v))
		}
		return out
	}
	gp := regs(CX, AX, R11, SI)
	xs := regs(X0+2, X0+11)
	hi := regs(X0 + 22)
	ys := regs(Y0+2, Y0+11, Y0+22)
	zs := regs(Z0+2, Z0+11, Z0+22)
	cat := func(l ...[]Operand) (out []Operand) {
		for _, x := range l {
			out = append(out, x...)
		}
		return out
	}
	switch c {
	case cR:
		return gp
	case cRM:
		return cat(gp, mem)
	case cR8:
		return append(regs(AH), gp...)
	case cRM8:
		return cat(regs(BH), gp, mem)
	case cAL:
		return regs(AL)
	case cAX:
		return regs(AX)
	case cCX:
		return regs(CX)
	case cDX:
		return regs(DX)
	case cM:
		return mem
	case cX, cQ, cE:
		return cat(xs, hi)
	case cXM, cQM, cEM:
		return cat(xs, hi, mem)
	case cX0:
		return regs(X0)
	case cY:
		return ys
	case cYM:
		return cat(ys, mem)
	case cZ:
		return zs
	case cZM:
		return cat(zs, mem)
	case cV:
		return cat(xs, hi, ys, zs)
	case cVM:
		return cat(xs, hi, ys, zs, mem)
	case cH:
		return cat(xs, ys)
	case cHM:
		return cat(xs, ys, mem)
	case cK:
		return regs(K0, K0+5)
	case cK1:
		return regs(K0 + 3)
	case cKM:
		return cat(regs(K0+6), mem)
	case cMM:
		return regs(M0+2, M0+5)
	case cMMM:
		return cat(regs(M0+3), mem)
	case cF0:
		return regs(F0)
	case cF:
		return regs(F0, F0+3)
	case cSEG:
		return regs(DS, FS)
	case cFS:
		return regs(FS)
	case cGS:
		return regs(GS)
	case cCR:
		return regs(CR0, CR0+8)
	case cDR:
		return regs(DR0 + 7)
	case cVMX:
		return []Operand{MI(BX, X0+3, 4, 64), MI(R10, X0+13, 8, 12)}
	case cVMY:
		return []Operand{MI(BX, Y0+3, 4, 64), MI(R10, Y0+13, 8, 12)}
	case cVMZ:
		return []Operand{MI(BX, Z0+3, 4, 64), MI(R10, Z0+23, 8, 12)}
	case cLISTX:
		return []Operand{{Kind: RegList, Reg: X4}}
	case cLISTZ:
		return []Operand{{Kind: RegList, Reg: Z0 + 4}}
	case c0:
		return imms(0)
	case c1:
		return imms(1)
	case cU2:
		return imms(0, 2)
	case cI8:
		return imms(-128, 7, 1, 0)
	case cU8:
		return imms(0, 3, 200)
	case cB8:
		return imms(0, 1, 3, 77, 200)
	case cS32:
		return imms(0, 1, 100, 300, -200, 0x12345678)
	case cI32:
		return imms(0, 1, 300, -200, 0xfffffff0)
	case cI64:
		return imms(0, 1, 0x123456789abc)
	}
	return nil
}

// vectors returns one-instruction tests that together use every form.
func vectors() []Inst {
	var out []Inst
	seen := map[string]bool{}
	add := func(in Inst) {
		if s := in.String(); !seen[s] {
			seen[s] = true
			out = append(out, in)
		}
	}
	for op := Op(1); op < numOps; op++ {
		for _, f := range forms[opForms[op]:opForms[op+1]] {
			if op == FLDENV { // go tool asm fails on it
				continue
			}
			if f.enc == encBranch || op == PCALIGN || op == PCALIGNMAX || f.digit == 0 && f.enc == encData {
				continue
			}
			n := int(f.n)
			lists := make([][]Operand, n)
			most := 1
			for i := range lists {
				lists[i] = samples(f.args[i])
				most = max(most, len(lists[i]))
			}
			// vary one operand at a time
			for vary := 0; vary < max(n, 1); vary++ {
				for k := 0; k < most; k++ {
					in := Inst{Op: op, NArgs: uint8(n)}
					ok := true
					for i := range lists {
						if len(lists[i]) == 0 {
							ok = false
							break
						}
						in.Args[i] = lists[i][(k*(1+i*vary)+i)%len(lists[i])]
					}
					if ok {
						add(in)
						addSuffixes(add, in, &f)
					}
				}
			}
		}
	}
	return out
}

// addSuffixes adds the EVEX variations of in.
func addSuffixes(add func(Inst), in Inst, f *form) {
	if f.enc != encEVEX && f.enc != encVEXEVEX || in.NArgs == 0 {
		return
	}
	masked := in
	if f.flags&fMask != 0 {
		n := in.NArgs
		masked.Args[n] = masked.Args[n-1]
		masked.Args[n-1] = R(K0 + 4)
		masked.NArgs++
		add(masked)
		if f.flags&fNoZero == 0 {
			masked.Suffix = Zeroing
			add(masked)
		}
	}
	in.Suffix = 0
	for _, s := range []struct {
		flag formFlag
		s    Suffix
	}{{fBcast, Broadcast}, {fSAE, SAE}, {fRound, RoundRZ}, {fRound, RoundRN}} {
		if f.flags&s.flag != 0 {
			in.Suffix = s.s
			add(in)
		}
	}
}

// TestOracle encodes every form and compares with go tool asm.
func TestOracle(t *testing.T) {
	var ours [][]byte
	var list []Inst
	invalid := 0
	for _, in := range vectors() {
		res, err := Assemble(balanced(in))
		if err != nil {
			invalid++
			continue
		}
		list = append(list, in)
		ours = append(ours, res.Code)
	}
	rejected := map[int]string{}
	var f *oracle.Sym
	for try := 0; f == nil; try++ {
		if try > 3 {
			t.Fatal(len(rejected), "go tool asm keeps refusing")
		}
		var b strings.Builder
		b.WriteString("TEXT ·f(SB), 516, $0\n") // instruction i is on line i+2
		for i, in := range list {
			if rejected[i+2] == "" {
				for _, in := range balanced(in) {
					b.WriteString(in.String() + ";")
				}
			}
			b.WriteByte('\n')
		}
		file := filepath.Join(t.TempDir(), "x.s")
		if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		syms, errs, err := oracle.Assemble(file, "-p=main")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range errs {
			rejected[e.Line] = e.Msg
		}
		if errs == nil {
			f = syms[0]
		}
	}
	code := map[int][]byte{}
	for i, l := range f.Lines {
		end := len(f.Data)
		if i+1 < len(f.Lines) {
			end = f.Lines[i+1].PC
		}
		code[l.Line] = append(code[l.Line], f.Data[l.PC:end]...)
	}
	bad, same := 0, 0
	for i, in := range list {
		if msg := rejected[i+2]; msg != "" {
			if os.Getenv("V") != "" {
				t.Logf("refused: %s: % x: %s", in.String(), ours[i], msg)
			}
			continue
		}
		if !bytes.Equal(code[i+2], ours[i]) && !knownDifference(&in) {
			if bad++; bad < 400 {
				t.Errorf("%s: got % x, want % x", in.String(), ours[i], code[i+2])
			}
			continue
		}
		same++
	}
	t.Logf("%d instructions the same, %d different, %d refused by go tool asm, %d combinations invalid", same, bad, len(rejected), invalid)
}

// balanced adds the opposite of a push or pop, which go tool asm insists on.
func balanced(in Inst) []Inst {
	name := in.Op.String()
	opposite := strings.NewReplacer("PUSH", "POP", "POP", "PUSH").Replace(name)
	op, ok := OpByName(opposite)
	if !ok || opposite == name {
		return []Inst{in}
	}
	other := New(op, R(AX))
	if strings.Contains(name, "F") {
		other = New(op)
	}
	return []Inst{in, other}
}

// knownDifference reports whether in is one of the instructions where go tool
// asm is wrong or odd: it forgets the REX prefix that CRC32B of SI, DI, BP needs,
// and adds a useless one to MOVSWW and MOVZWW.
func knownDifference(in *Inst) bool {
	switch in.Op {
	case CRC32B, MOVSWW, MOVZWW:
		return in.Args[0].Reg >= SP && in.Args[0].Reg <= DI
	}
	return false
}
