package target

import (
	"slices"
	"strings"
	"testing"
)

// TestLookup: a machine is found by its names, and what cannot be had is refused by a message that names it.
func TestLookup(t *testing.T) {
	for name, m := range machines {
		goos, goarch, _ := strings.Cut(name, "/")
		if found, err := Lookup(goos, goarch); err != nil || found != m {
			t.Errorf("%s: %v %v", name, found, err)
		}
		if m.LevelVar == "" {
			continue
		}
		if err := m.CheckLevel(m.Level); err != nil {
			t.Error(err)
		}
		for _, v := range append(slices.Clone(m.OtherLevels), "v99", "") {
			if v != m.Level && m.CheckLevel(v) == nil {
				t.Errorf("%s=%s is taken", m.LevelVar, v)
			}
		}
	}
	if _, err := Lookup("linux", "mips"); err == nil || !strings.Contains(err.Error(), "linux/mips") || !strings.Contains(err.Error(), "linux/arm64") {
		t.Error(err)
	}
	foreign := Machine{GOOS: "plan10", GOARCH: "mips"}
	if _, err := foreign.Runner(); err == nil || !strings.Contains(err.Error(), "plan10/mips") {
		t.Error(err)
	}
	foreign.Emulator = []string{"no-such-emulator"}
	if _, err := foreign.Runner(); err == nil || !strings.Contains(err.Error(), "no-such-emulator") {
		t.Error(err)
	}
}
