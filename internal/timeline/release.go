package timeline

import (
	"context"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"strings"
)

// Releases gives a column for each of the Go releases in a list like "1.12,1.16.15". A release without its last number
// means its last one.
func Releases(ctx context.Context, list string) ([]*Column, error) {
	known, err := toolchains(ctx)
	if err != nil {
		return nil, err
	}
	var out []*Column
	for name := range strings.SplitSeq(list, ",") {
		v := "go" + strings.TrimPrefix(strings.TrimSpace(name), "go")
		if !version.IsValid(v) {
			return nil, fmt.Errorf("%q is no Go release", name)
		}
		c := &Column{Name: v, Release: v, Label: "real release"}
		if latest := latestOf(v, known); latest != "" {
			c.Name, c.Release = latest, latest
		} else {
			c.Error = v + " cannot be fetched: there is no such toolchain for linux/amd64"
		}
		out = append(out, c)
	}
	return out, nil
}

// latestOf finds v itself among the releases, or the last of those that it begins: 1.12.17 for 1.12.
func latestOf(v string, known []string) string {
	best := ""
	for _, k := range known {
		if strings.ContainsAny(strings.TrimPrefix(k, "go"), "abcdefghijklmnopqrstuvwxyz") && k != v {
			continue // a beta or release candidate
		}
		if k == v && strings.Count(v, ".") > 1 {
			return v
		}
		if (k == v || strings.HasPrefix(k, v+".")) && (best == "" || version.Compare(k, best) > 0) {
			best = k
		}
	}
	return best
}

// toolchains lists the releases that the module proxy has for this platform: go1.12.17 and so on.
func toolchains(ctx context.Context) ([]string, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-m", "-versions", "golang.org/toolchain")
	cmd.Env = append(os.Environ(), "GO111MODULE=on", "GOFLAGS=-mod=mod")
	cmd.Dir = os.TempDir()
	text, err := cmd.Output()
	if err != nil {
		if exit, ok := err.(*exec.ExitError); ok {
			err = fmt.Errorf("%w%s", err, firstLine(string(exit.Stderr)))
		}
		return nil, fmt.Errorf("cannot list Go's releases: %w", err)
	}
	var out []string
	for word := range strings.FieldsSeq(string(text)) {
		v, ok := strings.CutPrefix(word, "v0.0.1-")
		if v, ok2 := strings.CutSuffix(v, ".linux-amd64"); ok && ok2 {
			out = append(out, v)
		}
	}
	return out, nil
}

// GoCommand is the go command of a release, fetched by Go's own toolchain mechanism when it runs.
func GoCommand(ctx context.Context, release string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	// The user's GOFLAGS may hold what an old release does not know. An empty GOFLAGS is as good as none: the one
	// that go env -w has saved would count. This one says nothing.
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+release, "GOFLAGS=-v=false", "CGO_ENABLED=0")
	return cmd
}

// Fetch makes sure that a release is there, so that its download is not counted as compile time.
func Fetch(ctx context.Context, release string) error {
	text, err := GoCommand(ctx, release, "version").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s cannot be fetched: %w%s", release, err, firstError(string(text)))
	}
	if !strings.Contains(string(text), release+" ") {
		return fmt.Errorf("%s cannot be fetched: the go command is %s", release, strings.TrimSpace(string(text)))
	}
	return nil
}
