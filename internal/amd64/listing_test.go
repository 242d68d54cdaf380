package amd64

import (
	"bytes"
	"go/token"
	"regexp"
	"strings"
	"testing"

	"strata/internal/codegen"
	"strata/internal/object"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// TestListing checks the form of -S against gc's: patterns of the lines that gc prints of functions like these.
func TestListing(t *testing.T) {
	const add = `func "main.add" (i64 i64) (i64) {
b0:
  v1 = Arg.i64 [0]
  v2 = Arg.i64 [1]
  v3 = Add.i64 v1 v2
  ret v3
}`
	f, err := ssa.Parse(add)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	_, err = codegen.Compile(&Target, f, codegen.Options{
		Alloc: regalloc.Split, Check: true, Listing: &out,
		Position: func(p token.Pos) (string, int32) { return "/src/main.go", int32(p) },
		Relocs:   []object.Reloc{{Kind: object.UseIface, Target: "type:int"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`^main\.add STEXT nosplit size=4 args=0x\d+ locals=0x0 funcid=0x0 align=0x0$`,
		`^\t0x0000 00000 \(.*\)\tTEXT\tmain\.add\(SB\), NOSPLIT\|NOFRAME\|ABIInternal, \$0-\d+$`,
		`^\t0x0000 00000 \(.*\)\tFUNCDATA\t\$0, gclocals·[0-9A-Za-z+/]{22}==\(SB\)$`,
		`^\t0x0000 00000 \(.*\)\tFUNCDATA\t\$1, gclocals·[0-9A-Za-z+/]{22}==\(SB\)$`,
		`^\t0x0000 00000 \(.*\)\tFUNCDATA\t\$5, main\.add\.arginfo1\(SB\)$`,
		`^\t0x0000 00000 \(.*\)\tADDQ\tBX, AX$`,
		`^\t0x0003 00003 \(.*\)\tRET$`,
		`^\t0x0000 48 01 d8 c3 {38}H\.\.\.$`,
		`^\trel 0\+0 t=R_USEIFACE type:int\+0$`,
	}
	lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
	for i, l := range lines {
		if i >= len(want) || !regexp.MustCompile(want[i]).MatchString(l) {
			t.Errorf("line %d: %q", i+1, l)
		}
	}
	if len(lines) != len(want) {
		t.Errorf("%d lines, want %d:\n%s", len(lines), len(want), out.String())
	}
}
