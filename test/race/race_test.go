// Package race holds the race detector against Go's own test data, verdict by verdict, and against programs of its own.
package race

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"strata/test/internal/harness"
)

var tool = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "strata-race")
	if err != nil {
		return "", err
	}
	return harness.BuildStrata(dir)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if exe, err := tool(); err == nil {
		os.RemoveAll(filepath.Dir(exe))
	}
	os.Exit(code)
}

// strata runs a command line of strata, which must succeed.
func strata(t *testing.T, args ...string) {
	t.Helper()
	if testing.Short() {
		t.Skip("compiles much of the library for the race detector")
	}
	exe, err := tool()
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(exe, args...).CombinedOutput(); err != nil {
		t.Fatalf("strata %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func run(exe, dir string, env []string, args ...string) *harness.Result {
	return harness.Command{Args: append([]string{exe}, args...), Dir: dir, Env: env}.Run()
}

// TestOwn: each racy program is reported and exits with 66, each clean one is not.
func TestOwn(t *testing.T) {
	exe := filepath.Join(t.TempDir(), "own")
	strata(t, "build", "-race", "-o", exe, "./testdata/own")
	for _, kind := range []string{"racy", "clean"} {
		names := strings.Fields(strings.ReplaceAll(string(run(exe, "", nil, kind).Stdout), " ", "_"))
		if len(names) < 20 {
			t.Fatalf("%d %s programs", len(names), kind)
		}
		for _, name := range names {
			t.Run(kind+"/"+name, func(t *testing.T) {
				t.Parallel()
				r := run(exe, "", []string{"GORACE=atexit_sleep_ms=0"}, kind, strings.ReplaceAll(name, "_", " "))
				found := strings.Contains(string(r.Stderr), "WARNING: DATA RACE")
				if want := kind == "racy"; found != want || want && r.Exit != 66 && !strings.Contains(string(r.Stderr), "concurrent map") || !want && r.Exit != 0 {
					t.Errorf("exit status %d\n%s%s", r.Exit, r.Stdout, r.Stderr)
				}
			})
		}
	}
}

// TestGo runs the tests that Go has for its detector. The name of each says whether there is a race.
func TestGo(t *testing.T) {
	known, err := harness.ReadKnown("known_failures.txt")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(runtime.GOROOT(), "src", "runtime", "race", "testdata")
	files, _ := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if len(files) == 0 {
		t.Skip("the installed Go has no tests of its race detector")
	}
	exe := filepath.Join(t.TempDir(), "go.test")
	strata(t, append([]string{"test", "-race", "-vet=off", "-c", "-o", exe}, files...)...)
	r := harness.Command{Args: []string{exe, "-test.v"}, Dir: dir, Combine: true, Limit: 10 * time.Minute,
		Env: []string{"GOMAXPROCS=1", "GORACE=suppress_equal_stacks=0 suppress_equal_addresses=0"}}.Run()
	text := string(r.Stdout)
	tests := verdicts(text)
	if len(tests) < 300 || !strings.Contains(text, "ALL TESTS COMPLETE") {
		t.Fatalf("%d tests; exit status %d\n%s", len(tests), r.Exit, tail(text))
	}
	right := 0
	for name, found := range tests {
		var err error
		if found != strings.HasPrefix(name, "Race") {
			err = errors.New("the verdict is wrong")
		} else {
			right++
		}
		switch v := known.Judge(name, err); v {
		case harness.Fail, harness.Fixed:
			t.Errorf("%s: %v", name, v)
		}
	}
	t.Logf("%d of %d verdicts", right, len(tests))
}

var header = regexp.MustCompile(`(?m)^=== RUN   Test((?:No)?Race\w+)\n`)

// verdicts says of each test whether a race was reported while it ran.
func verdicts(text string) map[string]bool {
	out := map[string]bool{}
	at := regexp.MustCompile(`(?m)^=== RUN   Test.*\n`).FindAllStringIndex(text, -1)
	for i, loc := range at {
		m := header.FindStringSubmatch(text[loc[0]:loc[1]])
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		if body := text[loc[1]:end]; m != nil && !strings.Contains(body, "--- SKIP:") {
			out[m[1]] = strings.Contains(body, "DATA RACE") || strings.Contains(body, "fatal error: concurrent map")
		}
	}
	return out
}

func tail(s string) string { return s[max(0, len(s)-3000):] }
