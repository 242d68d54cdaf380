package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"

	"strata/internal/load"
)

// atVersion prepares for patterns of the form PKG@version: it makes a module of its own that requires PKG's at that version, so
// that the go command chooses the same versions of dependencies as in PKG's module, and lets the flags load there. Of other
// patterns it does nothing. The patterns that are left have no versions.
func (b *buildFlags) atVersion(patterns []string) (plain []string, remove func(), err error) {
	version := ""
	for i, p := range patterns {
		if !hasVersion(p) {
			if version != "" {
				return nil, nil, fmt.Errorf("strata: %s: all arguments must have the same version (@%s)", p, version)
			}
			continue
		}
		path, v, _ := strings.Cut(p, "@")
		switch {
		case path == "" || v == "":
			return nil, nil, fmt.Errorf("strata: %s: argument must be of the form package@version", p)
		case strings.Contains(path, "..."):
			return nil, nil, fmt.Errorf("strata: %s: patterns with ... cannot have a version", p)
		case i > 0 && v != version:
			return nil, nil, fmt.Errorf("strata: %s: all arguments must refer to packages at the same version (@%s)", p, version)
		case strings.HasSuffix(path, ".go"):
			return nil, nil, fmt.Errorf("strata: %s: files cannot have a version", p)
		}
		version = v
		plain = append(plain, path)
	}
	if version == "" {
		return patterns, func() {}, nil
	}
	for _, f := range b.list {
		if strings.HasPrefix(f, "-mod=") || strings.HasPrefix(f, "-modfile=") {
			name, value, _ := strings.Cut(f, "=")
			return nil, nil, fmt.Errorf("build flag %s=%s: %s is the file of a main module, and package@version has none", name, value, value)
		}
	}
	dir, remove, err := tempDir("strata-version")
	if err != nil {
		return nil, nil, err
	}
	if err = b.makeModule(dir, plain, version); err != nil {
		remove()
		return nil, nil, err
	}
	b.dir = dir
	return plain, remove, nil
}

// makeModule makes a module in dir that requires the packages' modules.
func (b *buildFlags) makeModule(dir string, packages []string, version string) error {
	file := filepath.Join(dir, "go.mod")
	if err := os.WriteFile(file, []byte("module strata.invalid/install\n"), 0o666); err != nil {
		return err
	}
	get := []string{"get"}
	for _, p := range packages {
		get = append(get, p+"@"+version)
	}
	if _, err := goIn(dir, get...); err != nil {
		return err
	}
	out, err := goIn(dir, append([]string{"list", "-f", "{{with .Module}}{{.Path}} {{.Version}} {{.GoMod}}{{end}}"}, packages...)...)
	if err != nil {
		return err
	}
	words := strings.Fields(strings.SplitN(string(out), "\n", 2)[0])
	if len(words) != 3 {
		return fmt.Errorf("strata: package %s is in the standard library: it has no version", packages[0])
	}
	return obeyModule(file, words)
}

// obeyModule refuses what only means something in a main module, and takes over the language of the module, on which default settings
// depend. words are path, version and go.mod.
func obeyModule(file string, words []string) error {
	data, err := os.ReadFile(words[2])
	if err != nil {
		return err
	}
	theirs, err := modfile.ParseLax(words[2], data, nil)
	if err != nil {
		return err
	}
	strict, err := modfile.Parse(words[2], data, nil)
	if err == nil && (len(strict.Replace) > 0 || len(strict.Exclude) > 0) {
		return fmt.Errorf("strata: the go.mod of %s@%s has replace or exclude directives, with which it would be another program than as a main module", words[0], words[1])
	}
	if data, err = os.ReadFile(file); err != nil {
		return err
	}
	ours, err := modfile.Parse(file, data, nil)
	if err != nil {
		return err
	}
	for _, g := range theirs.Godebug {
		if err := ours.AddGodebug(g.Key, g.Value); err != nil {
			return err
		}
	}
	if theirs.Go != nil {
		if err := ours.AddGoStmt(theirs.Go.Version); err != nil {
			return err
		}
	}
	if data, err = ours.Format(); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o666)
}

// goIn runs the installed go in dir, outside of any workspace; its error is what go says.
func goIn(dir string, args ...string) ([]byte, error) {
	goCmd, err := load.GoCommand()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(goCmd, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "PWD="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var said []string
	for line := range strings.Lines(stderr.String()) {
		switch {
		case strings.HasPrefix(line, "go: downloading "):
			fmt.Fprint(os.Stderr, line)
		case strings.HasPrefix(line, "go: added "), strings.HasPrefix(line, "go: upgraded "):
		default:
			said = append(said, line)
		}
	}
	if err != nil {
		if len(said) > 0 {
			err = errors.New(strings.TrimSpace(strings.Join(said, "")))
		}
		return nil, err
	}
	return out, nil
}
