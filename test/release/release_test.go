// Package release runs programs in the language of single releases of Go, and compares output, panics and exit status
// with what the same programs do when that release's gc compiles them. A Strata serves the release it was built with, so
// that the programs of later ones wait for
//
//	GOTOOLCHAIN=go1.27.4 go test ./test/release
//
// A program is one file in testdata/go1.N, N the release that brought what it shows; beside it lies its golden file:
//
//	GOTOOLCHAIN=go1.27.4 go test ./test/release -update
package release

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"strata/internal/goroot"
	"strata/test/internal/harness"
)

var update = flag.Bool("update", false, "have gc make the golden files")

func TestPrograms(t *testing.T) {
	for _, r := range goroot.Releases {
		files, err := filepath.Glob(filepath.Join("testdata", r.Minor(), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 0 {
			continue
		}
		t.Run(r.Minor(), func(t *testing.T) {
			if r.Number > goroot.Current.Number {
				t.Skipf("built with %s: GOTOOLCHAIN=%s go test ./test/release", goroot.Current.Minor(), r.Latest)
			}
			for _, file := range files {
				t.Run(strings.TrimSuffix(filepath.Base(file), ".go"), func(t *testing.T) {
					t.Parallel()
					check(t, file)
				})
			}
		})
	}
}

// check builds and runs one program.
func check(t *testing.T, file string) {
	exe := filepath.Join(t.TempDir(), "program")
	golden := strings.TrimSuffix(file, ".go") + ".golden"
	if *update {
		if out, err := exec.Command("go", "build", "-o", exe, file).CombinedOutput(); err != nil {
			t.Fatalf("gc: %v\n%s", err, out)
		}
		if err := os.WriteFile(golden, run(t, exe), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	tool, err := harness.Shared()
	if err != nil {
		t.Fatal(err)
	}
	if err := tool.BuildFile(exe, file, harness.Flags{}); err != nil {
		t.Fatal(err)
	}
	if got := run(t, exe); !bytes.Equal(got, want) {
		t.Errorf("prints\n%s\ngc's:\n%s", got, want)
	}
}

// run gives what a program prints on standard output, and how it ends.
func run(t *testing.T, exe string) []byte {
	cmd := exec.Command(exe)
	out, err := cmd.Output()
	var status *exec.ExitError
	if err != nil && !errors.As(err, &status) {
		t.Fatal(err)
	}
	return fmt.Appendf(out, "status %d\n", cmd.ProcessState.ExitCode())
}
