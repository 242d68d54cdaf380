package asm

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"strata/internal/object"
)

// TestCorpus compares the files in testdata with go tool asm.
func TestCorpus(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.s")
	include := []string{filepath.Join(goroot(), "pkg/include")}
	for _, f := range files {
		var total counts
		checkFile(t, &stdPackage{ImportPath: "runtime"}, f, include, &total)
		t.Logf("%s: %d functions, %d variables, %d bytes", f, total.funcs, total.data, total.bytes)
	}
}

// TestImmediates compares every form that takes an immediate of several sizes, with values around the borders of each size, written
// signed and unsigned.
func TestImmediates(t *testing.T) {
	values := []string{"-2147483648", "-129", "-128", "-1", "1", "3", "127", "128", "255", "256", "0x7fff", "0x8000", "0xff80", "0xffff", "0x7fffffff"}
	unsigned := []string{"0x80000000", "0xffffff7f", "0xffffff80", "0xffffffe0", "0xffffffff"}
	var src strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&src, "\t"+format+"\n", args...) }
	src.WriteString("TEXT ·f(SB), 4, $0\n")
	for _, size := range "LQ" {
		for _, v := range append(values, unsigned...) {
			for _, op := range []string{"ADC", "ADD", "AND", "OR", "SBB", "SUB", "XOR", "TEST", "MOV"} {
				for _, to := range []string{"AX", "BX", "R9", "8(CX)"} {
					line("%s%c $%s, %s", op, size, v, to)
				}
			}
			for _, of := range []string{"AX", "DX", "(R10)"} {
				line("CMP%c %s, $%s", size, of, v)
			}
			line("IMUL%c $%s, SI", size, v)
			line("IMUL3%c $%s, (SI), DI", size, v)
		}
	}
	file := filepath.Join(t.TempDir(), "immediates.s")
	if err := os.WriteFile(file, []byte(src.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	var total counts
	checkFile(t, &stdPackage{ImportPath: "runtime"}, file, nil, &total)
}

func assemble(t *testing.T, src string) map[string]*object.Symbol {
	t.Helper()
	syms, err := Assemble(Config{PkgPath: "p/q", File: "dir/x.s"}, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]*object.Symbol{}
	for _, s := range syms {
		m[s.Name] = s
	}
	return m
}

func TestNames(t *testing.T) {
	syms := assemble(t, `
TEXT ·a(SB), 4, $0
	CALL ·b(SB)
	CALL c·d<ABIInternal>(SB)
	CALL e<>(SB)
	CALL runtime·morestack_noctxt<>(SB)
	MOVQ $·a(SB), AX
	MOVQ $·b(SB), AX
	MOVQ ·v(SB), AX
	MOVQ w<>(SB), AX
	RET
TEXT ·b<ABIInternal>(SB), 4, $0
	RET
TEXT e<>(SB), 4, $0
	RET
GLOBL ·v(SB), 16, $8
GLOBL w<>(SB), 8, $8
GLOBL ·p(SB), 0, $24
`)
	a := syms["p/q.a<ABI0>"]
	if a == nil || syms["p/q.b"] == nil || syms["p/q.e<x.s>"] == nil || syms["p/q.v"] == nil {
		t.Fatalf("names: %v", syms)
	}
	var got []string
	for _, r := range a.Relocs {
		got = append(got, r.Target)
	}
	want := "p/q.b<ABI0> c.d p/q.e<x.s> runtime.morestack_noctxt<ABI0> p/q.a<ABI0> p/q.b p/q.v p/q.w<x.s>"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("targets %s, want %s", s, want)
	}
	if f := a.Flags; f&object.ABI0 == 0 || f&object.NoSplit == 0 || f&object.Asm == 0 || f&object.Static != 0 {
		t.Errorf("flags of a: %b", f)
	}
	if s := syms["p/q.w<x.s>"]; s.Flags&object.Static == 0 || s.Kind != object.ROData || s.PtrMask != nil {
		t.Errorf("w: %+v", s)
	}
	if s := syms["p/q.p"]; s.Kind != object.BSS || len(s.PtrMask) != 1 || s.PtrMask[0] != 7 {
		t.Errorf("p: %+v", s)
	}
	if d := syms["p/q.e<x.s>"].Func.DisplayName; d != "e" {
		t.Errorf("e is displayed as %s", d)
	}
}

func TestFuncInfo(t *testing.T) {
	syms := assemble(t, `
TEXT ·f(SB), 0, $24-16
	PUSHQ AX
	CALL ·g(SB)
	POPQ AX
	RET
	NOP
	RET
`)
	fi := syms["p/q.f<ABI0>"].Func
	if fi.FrameSize != 32 || fi.ArgsSize != 16 || fi.StartLine != 2 {
		t.Errorf("%+v", fi)
	}
	// Entry, PUSHQ BP, SUBQ $24, PUSHQ AX, POPQ AX, ADDQ $24, POPQ BP, RET, and
	// the same exit again; the call of morestack is at entry depth.
	var values []string
	for _, v := range fi.PCSP {
		values = append(values, fmt.Sprint(v.Value))
	}
	if s := strings.Join(values, " "); s != "0 8 32 40 32 8 0 32 8 0" {
		t.Errorf("SP deltas %s, want %s", s, "0 8 32 40 32 8 0 32 8 0")
	}
	if len(fi.NoSplitCalls) != 2 || fi.NoSplitCalls[0] != "p/q.g<ABI0>" || fi.NoSplitUse[0] != 40 || fi.NoSplitUse[1] != 0 {
		t.Errorf("calls %v %v", fi.NoSplitCalls, fi.NoSplitUse)
	}
}

func TestErrors(t *testing.T) {
	for src, want := range map[string]string{
		"TEXT ·f(SB), 4, $0\nBOGUS AX":                "x.s:2: unrecognized instruction BOGUS",
		"TEXT ·f(SB), 4, $0\nJMP nowhere":             "x.s:2: undefined label nowhere",
		"TEXT ·f(SB), 4, $0\nADDQ AX":                 "x.s:2: no encoding for ADDQ\tAX",
		"TEXT ·f(SB), 4, $0\nPUSHQ AX\nRET":           "x.s:3: unbalanced PUSH/POP",
		"TEXT ·f(SB), 4, $0\nRET\nTEXT ·f(SB), 4, $0": "x.s:3: TEXT .f is already defined",
		"#ifdef X\n": "x.s:1: unclosed #ifdef or #ifndef",
		"#define F(x) x\nTEXT ·f(SB), 4, $0\nF(1,2)":      "x.s:3: macro F wants 1 arguments, has 2",
		"#define A B\n#define B A\nTEXT ·f(SB), 4, $0\nA": "x.s:4: macro B expands without end",
		"#include \"none.h\"":                             "x.s:1: cannot include \"none.h\"",
		"DATA ·v+0(SB)/8, $1":                             "x.s:1: DATA for .v without GLOBL",
		"GLOBL ·v(SB), 16, $4\nDATA ·v+0(SB)/8, $1":       "x.s:1: DATA of .v is larger than its GLOBL",
		"TEXT ·f<ABIInternal>(SB), 0, $0\nRET":            "x.s:1: TEXT .f: ABIInternal requires NOSPLIT",
		"TEXT ·f(SB), 4, $0\nMOVQ x(SB)(AX*1), BX":        "x.s:2: MOVQ\tx(SB)(AX*1), BX: symbol x with",
		"TEXT ·f(SB), 4, $0\nVADDPD.Z X1, X2, X3":         "x.s:2: ",
		"TEXT ·f(SB), 4, $0\nMOVQ 8(AX)(BX*3), BX":        "x.s:2: bad scale 3",
		"TEXT ·f(SB), 4, $0\n\"":                          "x.s:2: literal not terminated",
		"TEXT ·f(SB), 4, $0\nJMP 5(PC)":                   "x.s:2: jump out of the function",
		"RET":                                             "x.s:1: instruction outside a function",
	} {
		_, err := Assemble(Config{PkgPath: "p", File: "x.s"}, []byte(src))
		if err == nil {
			t.Errorf("%q: no error", src)
		} else if !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", src, err, want)
		}
	}
}

// FuzzAssemble looks for panics.
func FuzzAssemble(f *testing.F) {
	f.Add("#define A(x) x\nTEXT ·f(SB), 0, $8-8\nMOVQ a+0(FP), AX\nA(RET)\n")
	f.Add("DATA ·v+0(SB)/8, $1\nGLOBL ·v(SB), 16, $8\n")
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) < 4000 {
			Assemble(Config{PkgPath: "p", File: "x.s"}, []byte(src))
		}
	})
}
