// Package checkout makes what is compared out of the working directory's checkout.
package checkout

import (
	"fmt"
	"os/exec"
	"path/filepath"
)

// Strata builds this checkout's strata into dir and returns its name.
func Strata(dir string) (string, error) {
	exe := filepath.Join(dir, "strata")
	if out, err := exec.Command("go", "build", "-o", exe, "./cmd/strata").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build ./cmd/strata: %w\n%s", err, out)
	}
	return exe, nil
}
