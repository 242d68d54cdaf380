package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"strata/internal/load"
)

// The test binary is also the command under test: with this variable set it behaves as strata does, but compiles
// with the installed Go, so that these tests are about the command line alone.
const asCommand = "STRATA_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Unsetenv(asCommand)
		backend = hostBackend
		os.Exit(dispatch(os.Args[1:]))
	}
	if os.Getenv(withCompiler) != "" {
		os.Exit(dispatch(os.Args[1:]))
	}
	os.Exit(m.Run())
}

func hostBackend(_ *load.Program, main *load.Package, out string, b *buildFlags, info string) error {
	args := []string{"build", "-o", out}
	if main.ForTest != "" {
		args = []string{"test", "-c", "-vet=off", "-o", out} // vet is strata's own work
	}
	dir := main.Dir
	if main.ImportPath == "command-line-arguments" {
		args = append(args, main.FileNames...)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	text, err := cmd.CombinedOutput()
	if err != nil {
		return errors.New(string(text))
	}
	return nil
}

type outcome struct {
	stdout, stderr string
	code           int
}

func invoke(t *testing.T, dir string, argv ...string) outcome {
	t.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), asCommand+"=1", "GOFLAGS=-count=1", "PWD="+dir)
	if argv[0] != "go" {
		cmd.Env = append(cmd.Env, "GOFLAGS=")
	} else if argv[1] != "test" {
		cmd.Env = append(cmd.Env, "GOFLAGS=")
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{normal(stdout.String()), normal(stderr.String()), cmd.ProcessState.ExitCode()}
}

var (
	seconds = regexp.MustCompile(`\d+\.\d+s`)
	tool    = regexp.MustCompile(`(?m)^(go|strata)([: ])`)
	usage   = regexp.MustCompile(`(usage: |')(go|strata) `)
)

// normal takes out what differs between two runs, and between go and strata on purpose.
func normal(s string) string {
	s = seconds.ReplaceAllString(s, "0.00s")
	s = tool.ReplaceAllString(s, "TOOL$2")
	return usage.ReplaceAllString(s, "${1}TOOL ")
}

const tree = `
-- go.mod --
module example.com/m
go 1.26
-- hello/hello.go --
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println("hello", os.Args[1:])
	if len(os.Args) > 1 {
		os.Exit(len(os.Args))
	}
}
-- hello2/main.go --
package main

func main() {}
-- lib/lib.go --
package lib

func F() int { return 1 }
-- broken/broken.go --
package broken

import "os"

func F() int {
	var x int = "a"
	return y
}
-- syntax/syntax.go --
package main

func main() {
	x := ;
}
-- missing/missing.go --
package missing

import (
	"no/such/std"
	"example.org/nowhere"
)
-- cycle/a/a.go --
package a

import _ "example.com/m/cycle/b"
-- cycle/b/b.go --
package b

import _ "example.com/m/cycle/a"
-- inner/use/use.go --
package use

import _ "internal/abi"
-- nomain/nomain.go --
package main

func init() {}
-- embed/embed.go --
package main

import _ "embed"

//go:embed nothing.txt
var s string

func main() { println(s) }
-- tests/ok/ok.go --
package ok

func F() int { return 1 }
-- tests/ok/ok_test.go --
package ok

import (
	"fmt"
	"testing"
)

func TestF(t *testing.T) {
	t.Run("sub", func(t *testing.T) { t.Log("in sub") })
	if F() != 1 {
		t.Fatal("F")
	}
}

func BenchmarkF(b *testing.B) {}

func ExampleF() {
	fmt.Println(F())
	// Output: 1
}
-- tests/ok/x_test.go --
package ok_test

import (
	"testing"

	"example.com/m/tests/ok"
	"example.com/m/tests/user"
)

func TestX(t *testing.T) {
	if ok.F()+user.F() != 3 {
		t.Fatal("sum")
	}
}
-- tests/user/user.go --
package user

import "example.com/m/tests/ok"

func F() int { return 1 + ok.F() }
-- tests/fail/fail.go --
package fail
-- tests/fail/fail_test.go --
package fail

import "testing"

func TestA(t *testing.T) { t.Error("on purpose") }

func TestB(t *testing.T) {}
-- tests/exit/exit_test.go --
package exit

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) { os.Exit(3) }
-- tests/build/build.go --
package build
-- tests/build/build_test.go --
package build

func TestA(t *testing.T) {}
-- tests/setup/setup.go --
package setup
-- tests/setup/setup_test.go --
package setup

import "no/such/std"
-- tests/cycle/cycle.go --
package cycle
-- tests/cycle/cycle_test.go --
package cycle

import (
	"testing"

	_ "example.com/m/tests/cycle/back"
)

func TestA(t *testing.T) {}
-- vetted/x.go --
package vetted

import "fmt"

func F() { fmt.Printf("%d", "a"); _ = []int{}; return }
-- vetted/x_test.go --
package vetted

import (
	"fmt"
	"testing"
)

func TestF(t *testing.T) { F(); t.Errorf("%s", 1); fmt.Println() }
-- tests/cycle/back/back.go --
package back

import _ "example.com/m/tests/cycle"
`

// unpack writes a tree of "-- name --" sections.
func unpack(t *testing.T, text string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(text, "\n-- ")[1:] {
		name, body, _ := strings.Cut(part, " --\n")
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(body+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestLikeGo runs command lines through go and strata and wants the same output and exit status.
func TestLikeGo(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command many times")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := unpack(t, tree)
	for _, line := range []string{
		"build ./lib",
		"build ./broken",
		"build broken/broken.go",
		"build ./syntax",
		"build ./missing",
		"build missing/missing.go",
		"build ./cycle/a",
		"build ./inner/use",
		"build inner/use/use.go",
		"build ./nomain",
		"build -o x ./syntax",
		"build ./embed",
		"build embed/embed.go",
		"build ./nowhere",
		"build no/such",
		"build",
		"build -C hello -o /dev/null",
		"build -o nofile ./hello ./hello2",
		"build -foo",
		"build -tags",
		"build ./tests/exit",
		"build none.go",
		"run none.go",
		"build hello/hello.go lib/lib.go",
		"run ./hello",
		"run ./hello a b",
		"run hello/hello.go a.txt",
		"run ./lib",
		"run lib/lib.go",
		"run",
		"run ./tests/ok/ok_test.go",
		"run -foo",
		"frobnicate",
		"test ./tests/ok",
		"test -v ./tests/ok",
		"test -v -run XYZ ./tests/ok ./tests/user",
		"test ./tests/fail",
		"test -C tests/fail",
		"test -C tests/ok -v",
		"test ./tests/exit",
		"test ./tests/build",
		"test ./tests/setup",
		"test ./tests/cycle",
		"test ./lib ./tests/ok ./tests/fail",
		"test -list . ./tests/ok",
		"test -short -count=1 -failfast ./tests/fail",
		"test ./tests/ok -run=TestF -v",
		"test ./tests/ok -args -test.v",
		"test -timeout=x",
		"test -run",
		"test -o x -c ./tests/ok ./tests/fail",
		"test -c -o /dev/null ./tests/ok",
		"test ./nowhere",
		"test ./vetted",
		"test -C vetted",
		"test -vet=off ./vetted ./lib",
		"test -vet=nilfunc ./vetted",
		"test -vet=all ./vetted",
		"test vetted/x.go vetted/x_test.go",
		"vet ./vetted ./lib",
		"vet -printf=false ./vetted",
		"list ./lib ./tests/...",
		"list -nosuch",
		"fmt -n ./lib",
		"doc ./lib F",
		"mod graph",
		"mod nosuch",
		"work use",
		"env -changed",
		"env -u",
		"clean -n ./hello",
		"get ./nowhere",
		"generate -n ./lib",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			args := strings.Fields(line)
			want := invoke(t, dir, append([]string{"go"}, args...)...)
			got := invoke(t, dir, append([]string{exe}, args...)...)
			if got != want {
				t.Errorf("strata: exit %d\n--- stdout\n%s--- stderr\n%s\ngo: exit %d\n--- stdout\n%s--- stderr\n%s",
					got.code, got.stdout, got.stderr, want.code, want.stdout, want.stderr)
			}
		})
	}
}
