// Package wasm builds programs for GOOS=wasip1 GOARCH=wasm and runs them, in the engine that the strata command has inside.
package wasm

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"strata/internal/engine"
	"strata/internal/target"
	"strata/test/internal/harness"
)

var (
	node    = flag.Bool("node", false, "run programs in Node, whose compiler is quicker")
	pattern = flag.String("pattern", "", "golden programs whose name contains this")
)

const goldenDir = "../golden/testdata"

var toolchain = sync.OnceValues(func() (*harness.Toolchain, error) {
	m, err := target.Lookup("wasip1", "wasm")
	if err != nil {
		return nil, err
	}
	return harness.NewToolchainOn(m)
})

// TestSmall runs a program that needs the runtime alone: goroutines, channels, select, maps, panics, deep recursion, a collection.
func TestSmall(t *testing.T) {
	mod, err := build(t, "testdata/small.go", harness.Flags{NoInline: true}) // without what other programs share
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/small.txt")
	if err != nil {
		t.Fatal(err)
	}
	got := run(t, mod)
	if got.err != nil || got.code != 2 || !strings.HasPrefix(got.stderr, string(want)) {
		t.Errorf("exit %d, %v\n%s", got.code, got.err, difference(string(want), got.stderr))
	}
}

// TestGolden compares with what gc's native executables do: output and exit code.
func TestGolden(t *testing.T) {
	if testing.Short() {
		t.Skip("needs most of the standard library compiled")
	}
	known, err := harness.ReadKnown("known_failures.txt")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(goldenDir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".go")
		if !strings.Contains(name, *pattern) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := golden(t, name, file)
			switch why, listed := known.Reason(name); {
			case err != nil && !listed:
				t.Error(err)
			case err == nil && listed:
				t.Errorf("passes, but is listed: %s", why)
			}
		})
	}
}

func golden(t *testing.T, name, file string) error {
	want, err := os.ReadFile(filepath.Join(goldenDir, name+".golden"))
	if err != nil {
		return err
	}
	mod, err := build(t, file, harness.Flags{})
	if err != nil {
		return err
	}
	got := run(t, mod)
	head, rest, _ := strings.Cut(string(want), "\n")
	_, rest, _ = strings.Cut(rest, "--- stdout\n")
	stdout, _, _ := strings.Cut(rest, "\n--- stderr")
	var code int
	fmt.Sscanf(head, "exit %d", &code)
	if strings.TrimRight(stdout, "\n") != strings.TrimRight(got.stdout, "\n") {
		return fmt.Errorf("output:\n%s\nstderr:\n%s\nerror: %v", difference(stdout, got.stdout), tail(got.stderr), got.err)
	}
	if got.err != nil || got.code != code {
		return fmt.Errorf("exit %d, %v, want %d\n%s", got.code, got.err, code, tail(got.stderr))
	}
	return nil
}

func tail(s string) string { return s[:min(len(s), 1500)] }

// difference shows the first line that differs.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		var a, b string
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\n got: %.200s\nwant: %.200s", i+1, b, a)
		}
	}
	return "the same"
}

// build compiles a program and has wabt check the module, where that is installed.
func build(t *testing.T, file string, flags harness.Flags) (string, error) {
	tool, err := toolchain()
	if err != nil {
		t.Fatal(err)
	}
	mod := filepath.Join(t.TempDir(), "a.wasm")
	if err := tool.BuildFile(mod, file, flags); err != nil {
		return "", err
	}
	if validate, err := exec.LookPath("wasm-validate"); err == nil {
		if out, err := exec.Command(validate, mod).CombinedOutput(); err != nil {
			return "", fmt.Errorf("wasm-validate: %v\n%s", err, out)
		}
	}
	return mod, nil
}

type result struct {
	stdout, stderr string
	code           int
	err            error
}

const limit = time.Minute

func run(t *testing.T, mod string) (r result) {
	var stdout, stderr bytes.Buffer
	if *node {
		ctx, stop := context.WithTimeout(context.Background(), limit)
		defer stop()
		cmd := exec.CommandContext(ctx, "node", "--no-warnings", "--stack-size=3000", "testdata/run.mjs", mod)
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		r.err = cmd.Run()
		var exit *exec.ExitError
		if errors.As(r.err, &exit) && exit.ExitCode() >= 0 {
			r.code, r.err = exit.ExitCode(), nil
		}
	} else {
		b, err := os.ReadFile(mod)
		if err != nil {
			t.Fatal(err)
		}
		r.code, r.err = engine.Run(context.Background(), engine.Program{Module: b, Args: []string{mod}, Root: "/", Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr})
	}
	r.stdout, r.stderr = stdout.String(), stderr.String()
	return r
}
