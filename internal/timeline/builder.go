package timeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Subject is the program to build, with Strata's command line and Go's.
type Subject struct {
	Strata   string   // path of the strata executable
	Packages []string // what is built: a package or files
	Flags    []string // build flags for Strata's columns: -tags=x and the like
	Bench    string   // build the package's test program and run the benchmarks that match
	Env      []string // for its runs
	Work     string   // directory for executables
	Listing  string   // regular expression of functions whose code is wanted; none if empty
	Timeout  time.Duration

	dir string // where benchmarks run
}

// Build makes the executable of a column.
func (s *Subject) Build(ctx context.Context, c *Column) (*Process, error) {
	exe := filepath.Join(s.Work, strings.ReplaceAll(c.Name, "/", "_"))
	cmd := s.command(ctx, c, exe)
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("cannot be built: %w%s", err, firstError(string(text)))
	}
	if _, err := os.Stat(exe); err != nil {
		return nil, errors.New("cannot be built: there is nothing to run")
	}
	p := &Process{Path: exe, Env: s.Env, Timeout: s.Timeout, Trace: c.Release != ""}
	if s.Bench != "" {
		dir, err := s.packageDir(ctx)
		if err != nil {
			return nil, err
		}
		p.Dir = dir
		p.Args = []string{"-test.run=^$", "-test.bench=" + s.Bench, "-test.benchmem"}
	}
	return p, nil
}

func (s *Subject) command(ctx context.Context, c *Column, exe string) *exec.Cmd {
	verb := []string{"build"}
	if s.Bench != "" {
		verb = []string{"test", "-c"}
	}
	args := append(verb, "-o", exe)
	if c.Release != "" {
		return GoCommand(ctx, c.Release, append(args, s.Packages...)...)
	}
	// -a: the compile time is that of everything, whatever was built before.
	args = append(append(args, s.Flags...), "-a", "-gcflags=-d=metrics")
	args = append(append(args, c.Flags...), s.Packages...)
	return exec.CommandContext(ctx, s.Strata, args...)
}

// firstError is the first line of a go command's output that is neither a heading nor about downloads.
func firstError(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "# ") && !strings.HasPrefix(line, "go: downloading ") {
			return ": " + line
		}
	}
	return ""
}

func (s *Subject) packageDir(ctx context.Context) (string, error) {
	if s.dir == "" {
		text, err := exec.CommandContext(ctx, "go", "list", "-find", "-f", "{{.Dir}}", s.Packages[0]).Output()
		if err != nil {
			return "", err
		}
		s.dir = strings.TrimSpace(string(text))
	}
	return s.dir, nil
}

// Prepare fetches the releases among the columns; what cannot be fetched becomes the column's error.
func Prepare(ctx context.Context, columns []*Column, progress func(done, total int, what string)) {
	for i, c := range columns {
		if c.Release == "" || c.Error != "" || ctx.Err() != nil {
			continue
		}
		progress(i, len(columns), "fetching "+c.Release)
		if err := Fetch(ctx, c.Release); err != nil {
			c.Error = err.Error()
		}
	}
}
