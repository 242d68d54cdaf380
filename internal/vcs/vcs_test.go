package vcs

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestOf commits and tags a repository of two modules step by step; wanted are the versions that the go command stamps.
func TestOf(t *testing.T) {
	repo := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/r\n", "main.go": "package main\n", "sub/go.mod": "module example.com/r/sub/v2\n",
	} {
		name = filepath.Join(repo, name)
		os.MkdirAll(filepath.Dir(name), 0o777)
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, date := range []string{"AUTHOR", "COMMITTER"} {
		t.Setenv("GIT_"+date+"_DATE", "2026-02-03T04:05:06Z")
		t.Setenv("GIT_"+date+"_NAME", "a")
		t.Setenv("GIT_"+date+"_EMAIL", "a@example.com")
	}
	root := Main{repo, repo, repo, "example.com/r"}
	sub := Main{repo, filepath.Join(repo, "sub"), filepath.Join(repo, "sub"), "example.com/r/sub/v2"}
	for _, step := range []struct {
		git      string
		main     Main
		modified bool
		version  string // HASH stands for the commit
	}{
		{"init -q", root, true, ""},
		{"add .", root, true, ""},
		{"commit -qm one", root, false, "v0.0.0-20260203040506-HASH"},
		{"tag v0.3.1", root, false, "v0.3.1"},
		{"tag v2.0.0", root, false, "v0.3.1"},
		{"tag v0.3.2-0.20260101000000-0123456789ab", root, false, "v0.3.1"},
		{"tag sub/v1.0.0", sub, false, "v2.0.0-20260203040506-HASH"},
		{"tag -am annotated sub/v2.1.0-rc1", sub, false, "v2.1.0-rc1"},
		{"commit -qm two --allow-empty", sub, false, "v2.1.0-rc1.0.20260203040506-HASH"},
		{"tag v0.3", root, false, "v0.3.2-0.20260203040506-HASH"},
		{"rm -q main.go", root, true, "v0.3.2-0.20260203040506-HASH+dirty"},
	} {
		cmd := exec.Command("git", strings.Fields(step.git)...)
		cmd.Dir = repo
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", step.git, err, text)
		}
		s, err := Of(step.main)
		if err != nil {
			t.Fatalf("after git %s: %v", step.git, err)
		}
		want := step.version
		if want != "" {
			want = strings.Replace(want, "HASH", s.Revision[:12], 1)
			if got := s.Time.Format("20060102150405"); got != "20260203040506" {
				t.Errorf("after git %s: time %s", step.git, got)
			}
		}
		if s.System != "git" || s.Modified != step.modified || s.Version != want {
			t.Errorf("after git %s: %+v, want version %s", step.git, s, want)
		}
	}
}

// TestUnusable: directories of a program that do not lie together.
func TestUnusable(t *testing.T) {
	dir := t.TempDir()
	mkdir := func(name string) string {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(name, 0o777); err != nil {
			t.Fatal(err)
		}
		return name
	}
	none := mkdir("none")
	if s, err := Of(Main{none, none, none, "m"}); s != nil || err != nil {
		t.Errorf("no repository: %+v, %v", s, err)
	}
	outer := filepath.Dir(mkdir("outer/.git"))
	if s, err := Of(Main{outer, none, none, "m"}); s != nil || err != nil {
		t.Errorf("module outside the repository: %+v, %v", s, err)
	}
	inner := filepath.Dir(mkdir("outer/inner/.git"))
	if _, err := Of(Main{outer, inner, outer, "m"}); !errors.Is(err, ErrUnusable) {
		t.Errorf("package in an inner repository: %v", err)
	}
	other := filepath.Dir(mkdir("other/.hg"))
	if _, err := Of(Main{other, other, other, "m"}); !errors.Is(err, ErrUnusable) {
		t.Errorf("repository of hg: %v", err)
	}
	mkdir("outer/inner/.hg")
	if _, err := Of(Main{inner, inner, inner, "m"}); err == nil || errors.Is(err, ErrUnusable) {
		t.Errorf("two repositories at one root: %v", err)
	}
}
