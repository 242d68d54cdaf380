package design

import (
	"fmt"
	"strings"
)

// RuntimeSource returns the Go source of package runtime/internal/design: the
// facts and names of s as constants, for the runtime to switch on.
func (s Set) RuntimeSource() []byte {
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
