package harness

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
)

// BuildStrata builds the strata command into dir and gives its name.
func BuildStrata(dir string) (string, error) {
	exe := filepath.Join(dir, "strata")
	cmd := exec.Command("go", "build", "-o", exe, "./cmd/strata")
	cmd.Dir = Root()
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building strata: %w\n%s", err, out)
	}
	return exe, nil
}

// Root is the folder of the repository.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..")
}
