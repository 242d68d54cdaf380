package abi

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"
)

// signature type-checks a function type in a small package.
func signature(t *testing.T, typ string) *types.Signature {
	t.Helper()
	src := `package p
import "unsafe"
var _ unsafe.Pointer
type S1 struct { a int; b string }
type S2 struct { a int32; f float64; b bool }
type A2 [2]int
type A1 [1]string
type E struct{}
type N struct { A1; E; x [0]func(); y float32 }
type Big struct { a, b, c, d, e int }
var F ` + typ
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	conf := types.Config{Importer: importer.Default(), Sizes: new(Sizes)}
	pkg, err := conf.Check("p", fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pkg.Scope().Lookup("F").Type().(*types.Signature)
}

func components(list []Component) string {
	var out []string
	for _, c := range list {
		class := [...]string{"i", "p", "f", "m"}[c.Class]
		place := fmt.Sprintf("@%d", c.Off)
		if c.Reg >= 0 {
			place = fmt.Sprintf("r%d", c.Reg)
		}
		out = append(out, fmt.Sprintf("%s%d%s", class, c.Size, place))
	}
	return strings.Join(out, " ")
}

func TestAssign(t *testing.T) {
	tests := []struct {
		typ     string
		conv    Conv
		in, out string
		argSize int64
		spill   int64
	}{
		{"func(int, string) error", Register, "i8r0 p8r1 i8r2", "p8r0 p8r1", 0, 24},
		{"func(int, string) error", Stack, "i8@0 p8@8 i8@16", "p8@24 p8@32", 40, 0},
		{"func(float32, int8, float64) (bool, complex128)", Register, "f4r0 i1r0 f8r1", "i1r0 f8r0 f8r1", 0, 16},
		{"func(S1, S2)", Register, "i8r0 p8r1 i8r2 i4r3 f8r0 i1r4", "", 0, 48},
		{"func(A2, int) A2", Register, "m16@0 i8r0", "m16@16", 32, 8},
		{"func(A1, E, N)", Register, "p8r0 i8r1 p8r2 i8r3 f4r0", "", 0, 40},
		{"func(Big, Big, int)", Register, "i8r0 i8r1 i8r2 i8r3 i8r4 m40@0 i8r5", "", 40, 48},
		{"func(a, b, c []int, s string, x int)", Register, "p8r0 i8r1 i8r2 p8r3 i8r4 i8r5 p8r6 i8r7 i8r8 p8@0 i8@8 i8@16", "", 24, 72},
		{"func(int8, int64, int16) int8", Stack, "i1@0 i8@8 i2@16", "i1@24", 32, 0},
		{"func() (a, b, c, d [1]string, e int)", Register, "", "p8r0 i8r1 p8r2 i8r3 p8r4 i8r5 p8r6 i8r7 i8r8", 0, 0},
		{"func() (a, b, c, d [1]string, e string, f int)", Register, "", "p8r0 i8r1 p8r2 i8r3 p8r4 i8r5 p8r6 i8r7 p8@0 i8@8 i8r8", 16, 0},
	}
	for _, test := range tests {
		s := (*Sizes)(nil).Assign(signature(t, test.typ), test.conv)
		if in, out := components(s.In), components(s.Out); in != test.in || out != test.out {
			t.Errorf("%s: got %q, %q; want %q, %q", test.typ, in, out, test.in, test.out)
		}
		if s.ArgSize != test.argSize || s.SpillSize != test.spill {
			t.Errorf("%s: argument area %d, spill %d; want %d, %d", test.typ, s.ArgSize, s.SpillSize, test.argSize, test.spill)
		}
	}
}

func TestPointerMaps(t *testing.T) {
	s := (*Sizes)(nil).Assign(signature(t, "func(A2, *int, [2]any, string)"), Register)
	// Stack: A2 @0, [2]any @16 with data words @24 and @40. Spill: *int, then the string's pointer.
	if fmt.Sprint(s.ArgPtrs) != "[40]" || fmt.Sprint(s.SpillPtrs) != "[3]" {
		t.Errorf("got %v, %v", s.ArgPtrs, s.SpillPtrs)
	}
}
