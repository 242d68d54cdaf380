package profile

import (
	"os/exec"
	"path/filepath"
	"testing"

	"strata/test/internal/harness"
)

// leaks is what testdata/leaks.go prints, under gc too.
const leaks = `8 [main.leakCond main.leakMutex main.leakNil main.leakOther main.leakPair main.leakReceive main.leakSelect main.leakWaitGroup]
8 [main.leakCond main.leakMutex main.leakNil main.leakOther main.leakPair main.leakReceive main.leakSelect main.leakWaitGroup]
8 [main.leakCond main.leakMutex main.leakNil main.leakOther main.leakPair main.leakReceive main.leakSelect main.leakWaitGroup]
8
`

// TestLeaks asks for the profile of leaked goroutines under collectors that mark beside the program and with it stopped.
func TestLeaks(t *testing.T) {
	dir := t.TempDir()
	strata, err := harness.BuildStrata(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, gc := range []string{"hybrid", "stw"} {
		exe := filepath.Join(dir, gc)
		if out, err := exec.Command(strata, "build", "-gc="+gc, "-tags=goexperiment.goroutineleakprofile", "-o", exe, "testdata/leaks.go").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		out, err := exec.Command(exe).CombinedOutput()
		if err != nil || string(out) != leaks {
			t.Errorf("gc=%s: %v, got\n%s\nwant\n%s", gc, err, out, leaks)
		}
	}
}
