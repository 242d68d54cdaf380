// Package bootstrap builds Strata with itself, stage after stage, and Go's own toolchain with Strata, and compares what comes
// out byte for byte.
//
// Stage 1 is Strata as the host's Go compiles it, stage 2 is stage 1's work, stage 3 stage 2's. A compiler whose output depends
// on its input alone makes stages 2 and 3 the same: both come from the same source by the same rules, only that stage 1, which
// applied them the first time, was translated by another compiler. Go was bootstrapped like this from release 1.5 on.
package bootstrap

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A Stage is one executable and what it took to build it.
type Stage struct {
	Name   string // "stage 1"
	By     string // what built it: "go1.26.8", "stage 1"
	File   string
	Wall   time.Duration
	CPU    time.Duration // user and system
	Peak   int64         // bytes resident, of the largest process
	Size   int64
	SHA256 string
}

// A Builder builds stages.
type Builder struct {
	Source string    // the root of Strata's module
	Dir    string    // where executables go
	Go     string    // the go command
	Flags  []string  // designs and others, for every build by Strata
	Env    []string  // of all builds
	Log    io.Writer // gets a line as each stage begins and ends
}

// Stages builds the three.
func (b *Builder) Stages(ctx context.Context) ([]*Stage, error) {
	version, err := exec.CommandContext(ctx, b.Go, "env", "GOVERSION").Output()
	if err != nil {
		return nil, fmt.Errorf("%s env GOVERSION: %w", b.Go, err)
	}
	stages := []*Stage{
		{Name: "stage 1", By: strings.TrimSpace(string(version)), File: filepath.Join(b.Dir, "strata1")},
		{Name: "stage 2", By: "stage 1", File: filepath.Join(b.Dir, "strata2")},
		{Name: "stage 3", By: "stage 2", File: filepath.Join(b.Dir, "strata3")},
	}
	before, err := treeSum(b.Source, b.Dir)
	if err != nil {
		return nil, err
	}
	tool, flags := b.Go, []string(nil)
	for _, s := range stages {
		args := append([]string{"build"}, flags...)
		args = append(args, "-o", s.File, "./cmd/strata")
		if err := b.build(ctx, s, tool, args); err != nil {
			return nil, err
		}
		tool, flags = s.File, b.Flags
		switch now, err := treeSum(b.Source, b.Dir); {
		case err != nil:
			return nil, err
		case now != before:
			return nil, fmt.Errorf("the source in %s changed while %s was built: stages of different sources say nothing", b.Source, s.Name)
		}
	}
	return stages, nil
}

// treeSum is a checksum of all that may go into a build of the module in dir, its commit included: executables are stamped with
// that. The folder that the stages are written to may lie inside and is left out.
func treeSum(dir, output string) (string, error) {
	h := sha256.New()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, name)
		switch {
		case d.IsDir() && (d.Name() == ".git" || name == output):
			return filepath.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		sum, size, err := hash(name)
		fmt.Fprintln(h, rel, size, sum)
		return err
	})
	if err != nil {
		return "", err
	}
	cmd := exec.Command("git", "rev-parse", "HEAD")
	cmd.Dir = dir
	commit, _ := cmd.Output() // none outside of a repository
	h.Write(commit)
	return hex.EncodeToString(h.Sum(nil)), nil
}

// build runs one build and fills in the stage.
func (b *Builder) build(ctx context.Context, s *Stage, tool string, args []string) error {
	fmt.Fprintf(b.Log, "%s: %s %s\n", s.Name, filepath.Base(tool), strings.Join(args, " "))
	cmd := exec.CommandContext(ctx, tool, args...)
	cmd.Dir, cmd.Env = b.Source, b.Env
	if err := b.run(s, cmd); err != nil {
		return fmt.Errorf("%s, built by %s: %w", s.Name, s.By, err)
	}
	var err error
	if s.SHA256, s.Size, err = hash(s.File); err != nil {
		return err
	}
	fmt.Fprintf(b.Log, "%s: %.1f s, %.1f s of CPU, %d MB, sha256 %s\n", s.Name, s.Wall.Seconds(), s.CPU.Seconds(), s.Peak>>20, s.SHA256)
	return nil
}

// run adds what a command takes to the stage. What it prints is part of the error if it fails.
func (b *Builder) run(s *Stage, cmd *exec.Cmd) error {
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w\n%s", err, said.String())
	}
	s.Wall += time.Since(start)
	s.CPU += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.Peak = max(s.Peak, u.Maxrss<<10)
	}
	return nil
}

// hash gives a file's SHA-256 and size.
func hash(name string) (sum string, size int64, err error) {
	f, err := os.Open(name)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}

// Table prints the stages.
func Table(w io.Writer, stages []*Stage) {
	fmt.Fprintf(w, "%-9s %-10s %8s %8s %9s %8s  %s\n", "", "built by", "wall s", "CPU s", "peak MB", "MB", "sha256")
	for _, s := range stages {
		fmt.Fprintf(w, "%-9s %-10s %8.1f %8.1f %9d %8.1f  %s\n", s.Name, s.By, s.Wall.Seconds(), s.CPU.Seconds(), s.Peak>>20,
			float64(s.Size)/1e6, s.SHA256)
	}
}

// FindSource finds the root of Strata's module: dir or the nearest folder above it with Strata's go.mod.
func FindSource(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		mod, err := os.ReadFile(filepath.Join(at, "go.mod"))
		if err == nil {
			if _, err := os.Stat(filepath.Join(at, "cmd", "strata")); err == nil && strings.HasPrefix(string(mod), "module ") {
				return at, nil
			}
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("%s is not inside Strata's source: no folder above it has a go.mod beside cmd/strata", dir)
		}
	}
}
