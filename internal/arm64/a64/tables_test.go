package a64

import (
	"os/exec"
	"testing"
)

// TestFresh: zops.go is what gen makes of the tables.
func TestFresh(t *testing.T) {
	if out, err := exec.Command("go", "run", "./gen", "-n").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
