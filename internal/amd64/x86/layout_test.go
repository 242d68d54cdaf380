package x86

import (
	"os/exec"
	"testing"
)

func TestFresh(t *testing.T) {
	if out, err := exec.Command("go", "run", "./gen", "-n").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// TestBranchSizes puts the limits of short branches to the test.
func TestBranchSizes(t *testing.T) {
	pad := func(n int) (out []Inst) {
		for ; n > 0; n-- {
			out = append(out, New(BYTE, I(0x90)))
		}
		return out
	}
	for _, c := range []struct {
		name   string
		n      int // bytes jumped over
		back   bool
		op     Op
		branch int // size of the branch
	}{
		{"forward near", 127, false, JMP, 2},
		{"forward far", 128, false, JMP, 5},
		{"forward far cond", 128, false, JNE, 6},
		{"backward near", 126, true, JNE, 2},
		{"backward far", 127, true, JNE, 6},
		{"call", 3, false, CALL, 5},
	} {
		var prog []Inst
		if c.back {
			prog = append(pad(c.n), New(c.op, To(0)))
		} else {
			prog = append([]Inst{New(c.op, To(int32(c.n+1)))}, pad(c.n)...)
		}
		res, err := Assemble(prog)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(res.Code) - c.n; got != c.branch {
			t.Errorf("%s: branch has %d bytes, want %d", c.name, got, c.branch)
		}
	}
}

func TestRelocs(t *testing.T) {
	res, err := Assemble([]Inst{
		New(JMP, To(3)),
		New(PCALIGN, I(16)),
		New(MOVQ, SymMem("v", 8), R(R9)),
		New(MOVB, I(1), SymMem("w", 0)),
		New(CALL, CallSym("f")),
		New(JEQ, CallSym("g")),
		New(MOVQ, M(TLS, 0), R(R14)),
		New(MOVQ, symIndex("v", 8, CX, 8), R(R9)),
		New(MOVB, I(1), symIndex("w", 0, CX, 1)),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []Reloc{
		{19, 4, PCRel32, "v", 4},
		{25, 4, PCRel32, "w", -5},
		{31, 4, CallRel32, "f", -4},
		{37, 4, CallRel32, "g", -4},
		{46, 4, TLSOff32, "", 0},
		{54, 4, Abs32, "v", 8},
		{61, 4, Abs32, "w", 0},
	}
	if len(res.Relocs) != len(want) {
		t.Fatalf("got %v", res.Relocs)
	}
	for i, r := range res.Relocs {
		if r != want[i] {
			t.Errorf("reloc %d is %v, want %v", i, r, want[i])
		}
	}
	if res.PC[2] != 16 || res.Align != 16 {
		t.Errorf("aligned instruction at %d, alignment %d", res.PC[2], res.Align)
	}
}

func symIndex(sym string, add int64, index Reg, scale uint8) Operand {
	return Operand{Kind: Memory, Mem: Mem{Base: NoReg, Index: index, Scale: scale, Sym: sym, Disp: add}}
}

func TestInvalid(t *testing.T) {
	for _, in := range []Inst{
		{},
		New(ADDQ, R(AX)),
		New(ADDQ, I(1<<40), R(AX)),
		New(CMPQ, R(AX), I(1<<31)),
		New(VPGATHERDD, MI(AX, X1, 4, 0), R(K0), R(X2)),
		New(VMOVDQU64, R(Z1), R(K0), R(Z1)),
		New(MOVQ, MI(AX, SP, 1, 0), R(AX)),
		New(MOVQ, M(X0, 0), R(AX)),
		New(MOVQ, Operand{Kind: Memory, Mem: Mem{Base: BX, Index: NoReg, Sym: "v"}}, R(AX)),
		New(ADDSD, R(X0+16), R(X1)),
		New(MOVB, R(AH), R(R8)),
		New(JMP, To(7)),
		New(VPERMQ, I(0), R(X1), R(X2)),
		New(VADDPS, R(X1), R(Y1), R(X1)),
	} {
		if res, err := Assemble([]Inst{in}); err == nil {
			t.Errorf("%v: encoded as % x", &in, res.Code)
		}
	}
}

// sample is like compiled code: moves, arithmetic, compares, branches, calls.
func sample(n int) []Inst {
	block := []Inst{
		New(MOVQ, M(SP, 24), R(AX)),
		New(LEAQ, MI(AX, CX, 8, 16), R(DX)),
		New(ADDQ, I(8), R(DX)),
		New(CMPQ, R(DX), M(R14, 16)),
		New(JLS, To(0)),
		New(MOVQ, R(DX), M(SP, 32)),
		New(CALL, CallSym("runtime.f")),
		New(XORL, R(AX), R(AX)),
		New(MOVSD, M(SP, 40), R(X0)),
		New(TESTB, R(AX), R(AX)),
	}
	var prog []Inst
	for len(prog) < n {
		at := int32(len(prog))
		prog = append(prog, block...)
		prog[at+4].Args[0].Target = at
	}
	return prog
}

func BenchmarkAssemble(b *testing.B) {
	prog := sample(1000)
	res, err := Assemble(prog)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(res.Code)))
	b.ReportAllocs()
	for b.Loop() {
		Assemble(prog)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(prog)), "ns/inst")
}
