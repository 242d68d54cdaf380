package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"strata/internal/load"
)

// coverFile is the profile of one test program, in its directory.
const coverFile = "_cover_.out"

// coverProfile is the file of -coverprofile, to which the profile of each test is added. A nil one takes nothing.
type coverProfile struct {
	f      *os.File
	header string
}

func newCoverProfile(name, mode string) (*coverProfile, error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	p := &coverProfile{f: f, header: "mode: " + mode + "\n"}
	_, err = io.WriteString(f, p.header)
	return p, err
}

// merge adds the profile in the file name; a test that failed early has none.
func (p *coverProfile) merge(name string) error {
	if p == nil {
		return nil
	}
	data, err := os.ReadFile(name)
	if err != nil || len(data) == 0 {
		return nil
	}
	body, ok := bytes.CutPrefix(data, []byte(p.header))
	if !ok {
		head, _, _ := strings.Cut(string(data), "\n")
		return fmt.Errorf("test wrote malformed coverage profile %s: header %q, expected %q", name, head+"\n", p.header)
	}
	if _, err := p.f.Write(body); err != nil {
		return fmt.Errorf("saving coverage profile: %w", err)
	}
	return nil
}

func (p *coverProfile) close() error {
	if p == nil {
		return nil
	}
	return p.f.Close()
}

var coverageLine = regexp.MustCompile(`coverage: (.*)\n`)

// coverage is what the summary line says about coverage: what the test program's output says.
func (r *testRun) coverage(out []byte) string {
	if !r.t.cover.on {
		return ""
	}
	m := coverageLine.FindSubmatch(out)
	if m == nil {
		return ""
	}
	return "\tcoverage: " + string(m[1])
}

// coverDir makes the directory for a test program's counters. With -coverpkg a file in it names the meta-data of all that
// is covered, so that packages count which the program does not contain.
func (r *testRun) coverDir(dir string) (string, error) {
	counters := filepath.Join(dir, "gocoverdir")
	if err := os.MkdirAll(counters, 0o777); err != nil {
		return "", err
	}
	if len(r.prog.Covered) == 0 {
		return counters, nil
	}
	var list struct{ ImportPaths, MetaFileFragments []string } // as the runtime reads it
	for _, c := range r.prog.Covered {
		if c.Meta != "" {
			list.ImportPaths = append(list.ImportPaths, c.ImportPath)
			list.MetaFileFragments = append(list.MetaFileFragments, c.Meta)
		}
	}
	data, err := json.Marshal(list)
	if err != nil {
		return "", err
	}
	return counters, os.WriteFile(filepath.Join(counters, "metafiles.txt"), data, 0o666)
}

// untested reports a package without test files: that there are none, or that nothing of it is covered.
func (r *testRun) untested(test *load.Test, dir string, out io.Writer) error {
	if test.Meta == "" {
		_, err := fmt.Fprintf(out, "?   \t%s\t[no test files]\n", test.Package.ImportPath)
		return err
	}
	text, err := r.covdata("percent", "-i", filepath.Dir(test.Meta))
	if err != nil {
		return err
	}
	if _, err := out.Write(text); err != nil || r.profile == nil {
		return err
	}
	_, err = r.covdata("textfmt", "-i", filepath.Dir(test.Meta), "-o", filepath.Join(dir, coverFile))
	return err
}

// covdata runs the installed Go's tool for coverage data.
func (r *testRun) covdata(args ...string) ([]byte, error) {
	cmd := exec.Command(filepath.Join(r.prog.Goroot, "bin", "go"), append([]string{"tool", "covdata"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go tool covdata: %w\n%s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	return out, nil
}
