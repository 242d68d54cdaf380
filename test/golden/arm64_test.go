package golden

import (
	"slices"
	"testing"

	"strata/internal/target"
	"strata/test/internal/harness"
)

// arm64Quick are the programs that a -short run takes on arm64.
var arm64Quick = []string{"closures", "defers"}

// arm64Known are programs that do something else on arm64, with the reason. The list only shrinks.
var arm64Known = map[string]string{}

// TestARM64 runs the programs on arm64, which takes an emulator, qemu-aarch64 of Debian's qemu-user, on other machines.
func TestARM64(t *testing.T) {
	m, err := target.Lookup("linux", "arm64")
	if err != nil {
		t.Fatal(err)
	}
	runner, err := m.Runner()
	if err != nil {
		t.Skip(err)
	}
	tool, err := harness.NewToolchainOn(m)
	if err != nil {
		t.Fatal(err)
	}
	known, err := harness.ReadKnown(knownFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range programs(t) {
		if testing.Short() && !slices.Contains(arm64Quick, name) {
			continue
		}
		if _, listed := known.Reason(name); listed {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exe, remove, err := harness.TempExe()
			if err != nil {
				t.Fatal(err)
			}
			defer remove()
			if err = tool.BuildFile(exe, source(name), harness.Flags{}); err == nil {
				err = compareBy(runner, name, exe, "")
			}
			switch why := arm64Known[name]; {
			case err != nil && why == "":
				t.Error(err)
			case err == nil && why != "":
				t.Errorf("does what it does elsewhere: take it off the list (%s)", why)
			}
		})
	}
}
