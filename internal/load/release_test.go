package load

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"strata/internal/goroot"
)

// TestNewerModule: a module or workspace for a newer Go is one error, at its go line, that says what to do.
func TestNewerModule(t *testing.T) {
	cur := goroot.Current
	newest := goroot.Releases[len(goroot.Releases)-1]
	type testCase struct{ file, goLine, want string }
	cases := []testCase{
		{"go.mod", fmt.Sprintf("1.%d", newest.Number+1), "newer than all releases that Strata's sources support"},
		{"go.work", fmt.Sprintf("1.%d.3", newest.Number+1), "newer than all releases that Strata's sources support"},
		{"go.mod", fmt.Sprintf("1.%d.99", cur.Number), fmt.Sprintf("GOTOOLCHAIN=go1.%d.99 strata", cur.Number)},
		{"go.mod", fmt.Sprintf("1.%d", cur.Number), ""},
		{"go.mod", "1.20", ""},
	}
	if newest != cur {
		cases = append(cases, testCase{"go.mod", fmt.Sprintf("1.%d", newest.Number),
			fmt.Sprintf("build a strata for %s, in its source folder: GOTOOLCHAIN=%s go install", newest.Minor(), newest.Latest)})
	}
	for _, c := range cases {
		dir := t.TempDir()
		write(t, dir, "go.mod", "module example.com/p\n\ngo 1.20\n")
		text := "// a file\n\ngo " + c.goLine + " // so\n"
		if c.file == "go.mod" {
			text = "module example.com/p\n\ngo " + c.goLine + "\n"
		}
		write(t, dir, c.file, text)
		write(t, dir, "main.go", "package main\n\nfunc main() {}\n")
		for _, pattern := range []string{".", "main.go"} {
			_, err := Load(Config{Dir: dir, Implicit: []string{}, Env: append(os.Environ(), "GOTOOLCHAIN=local")}, pattern)
			switch {
			case c.want == "" && err != nil:
				t.Errorf("%s %s: %v", c.file, c.goLine, err)
			case c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), "./"+c.file+":3: go "+c.goLine+" is needed") || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%s %s: %v\nwithout %q", c.file, c.goLine, err, c.want)
			}
		}
	}
}

// TestOtherGoroot: a GOROOT of another release than Strata's is one error that says which one to use.
func TestOtherGoroot(t *testing.T) {
	for _, other := range []string{"go1.4", "go1.99.1", "devel"} {
		dir := t.TempDir()
		write(t, dir, "VERSION", other+"\n")
		_, err := NewSession(Config{GOROOT: dir})
		if err == nil || !strings.Contains(err.Error(), dir+" has "+other) || !strings.Contains(err.Error(), "GOTOOLCHAIN="+goroot.Current.Latest+" strata") {
			t.Errorf("%s: %v", other, err)
		}
	}
	for _, r := range goroot.Releases {
		if r == goroot.Current {
			continue
		}
		dir := t.TempDir()
		write(t, dir, "VERSION", r.Latest+"\n")
		_, err := NewSession(Config{GOROOT: dir})
		if err == nil || !strings.Contains(err.Error(), "GOTOOLCHAIN="+r.Latest+" go install ./cmd/strata") {
			t.Errorf("%s: %v", r.Latest, err)
		}
	}
	if _, err := NewSession(Config{GOROOT: filepath.Join(t.TempDir(), "nosuch")}); err == nil || !strings.Contains(err.Error(), "is not a Go installation") {
		t.Error(err)
	}
}
