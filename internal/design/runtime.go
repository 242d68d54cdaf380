package design

import (
	"fmt"
	"strings"
)

// Sources returns the files below GOROOT/src that depend on the designs, for the loader's overlay.
func (s Set) Sources() map[string][]byte {
	files := map[string][]byte{"runtime/internal/design/design.go": s.constants()}
	if !s.Facts().RegisterABI {
		for _, arch := range []string{"amd64", "arm64"} { // the loader takes that of the machine
			files["internal/abi/abi_"+arch+".go"] = []byte(noArgumentRegisters)
		}
	}
	return files
}

// noArgumentRegisters is what reflect has to know of the stack convention.
const noArgumentRegisters = `//go:build strata

// This differs from GOROOT's file: no arguments are passed in registers.
package abi

const (
	IntArgRegs            = 0
	FloatArgRegs          = 0
	EffectiveFloatRegSize = 0
)
`

// constants returns the Go source of package runtime/internal/design: the
// facts and names of s as constants, for the runtime to switch on.
func (s Set) constants() []byte {
	var w strings.Builder
	w.WriteString("//go:build strata\n\n// Package design holds the designs that this program was built with.\npackage design\n\n")
	w.WriteString("// The chosen variants.\nconst (\n")
	for _, d := range Dimensions {
		fmt.Fprintf(&w, "\t%sName = %q\n", title(d.Name), s[d.Name])
	}
	w.WriteString(")\n\n// The facts that follow from them.\nconst (\n")
	f := s.Facts()
	for _, row := range []struct {
		name  string
		value bool
	}{
		{"WriteBarrier", f.WriteBarrier != NoBarrier},
		{"InsertBarrier", f.WriteBarrier == InsertBarrier},
		{"HybridBarrier", f.WriteBarrier == HybridBarrier},
		{"ConcurrentMark", f.ConcurrentMark},
		{"RescansStacks", f.RescansStacks},
		{"HasP", f.HasP},
		{"MovesStacks", f.MovesStacks},
		{"SegmentsStacks", f.SegmentsStacks},
		{"PollsAtPrologue", f.PollsAtPrologue},
		{"AsyncPreempt", f.AsyncPreempt},
		{"RegisterABI", f.RegisterABI},
		{"MemoryLimit", f.MemoryLimit},
	} {
		fmt.Fprintf(&w, "\t%s = %v\n", row.name, row.value)
	}
	w.WriteString(")\n")
	return []byte(w.String())
}

func title(name string) string {
	if len(name) <= 3 {
		return strings.ToUpper(name)
	}
	return strings.ToUpper(name[:1]) + name[1:]
}
