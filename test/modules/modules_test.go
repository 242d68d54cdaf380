// Package modules runs the tests of public modules under Strata.
//
//	go test ./test/modules -full -timeout 2h          all of modules.txt
//	go test ./test/modules -modules 'mux|gjson'       some, by regular expression
//
// Modules are fetched by the go command and tested in a copy, with their own go.mod, as a user would.
package modules

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"strata/test/internal/harness"
)

var (
	full    = flag.Bool("full", false, "all modules")
	modules = flag.String("modules", "", "regular expression of module paths")
	limit   = flag.Duration("limit", 30*time.Minute, "time for one module, compilation included")
)

const (
	listFile  = "modules.txt"
	knownFile = "known_failures.txt"
)

// module is a line of the list.
type module struct {
	path, version string
	packages      []string
}

func TestModules(t *testing.T) {
	if !*full && *modules == "" {
		t.Skip("needs the network; -full or -modules runs it")
	}
	list, err := readList(listFile)
	if err != nil {
		t.Fatal(err)
	}
	known, err := harness.ReadKnown(knownFile)
	if err != nil {
		t.Fatal(err)
	}
	wanted, err := regexp.Compile(*modules)
	if err != nil {
		t.Fatal(err)
	}
	strata, err := harness.BuildStrata(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		if !wanted.MatchString(m.path) {
			continue
		}
		t.Run(m.path, func(t *testing.T) {
			dir := t.TempDir()
			if err := m.fetch(dir); err != nil {
				t.Fatal(err)
			}
			m.test(t, strata, dir, known)
		})
	}
}

// TestList checks that the list can be read and that known failures belong to its modules.
func TestList(t *testing.T) {
	list, err := readList(listFile)
	if err != nil || len(list) == 0 {
		t.Fatal(len(list), err)
	}
	known, err := harness.ReadKnown(knownFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range known.Names() {
		found := false
		for _, m := range list {
			found = found || name == m.path || strings.HasPrefix(name, m.path+"/")
		}
		if !found {
			t.Errorf("%s: %s belongs to no module of %s", knownFile, name, listFile)
		}
	}
}

func readList(file string) ([]module, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var list []module
	for i, line := range strings.Split(string(data), "\n") {
		f := strings.Fields(line)
		switch {
		case len(f) == 0 || f[0][0] == '#':
		case len(f) < 3:
			return nil, fmt.Errorf("%s:%d: a line is a module path, a version and package patterns", file, i+1)
		default:
			list = append(list, module{f[0], f[1], f[2:]})
		}
	}
	return list, nil
}

// fetch copies the module to dir: the module cache is read-only, and a module's tests belong to it as main module.
func (m module) fetch(dir string) error {
	out, err := goCommand(os.TempDir(), "mod", "download", "-json", m.path+"@"+m.version)
	if err != nil {
		return err
	}
	var info struct{ Dir string }
	if err := json.Unmarshal(out, &info); err != nil {
		return err
	}
	if err := os.CopyFS(dir, os.DirFS(info.Dir)); err != nil {
		return err
	}
	err = filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return os.Chmod(name, info.Mode()|0o200)
	})
	if err != nil {
		return err
	}
	_, err = goCommand(dir, "mod", "download")
	return err
}

func goCommand(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return out, nil
}

var resultLine = regexp.MustCompile(`(?m)^(ok|FAIL)\s+(\S+)\s`)

// test runs the module's tests and compares the outcome of each package with the list.
func (m module) test(t *testing.T, strata, dir string, known *harness.Known) {
	args := append([]string{strata, "test", "-short", "-timeout", limit.String()}, m.packages...)
	r := harness.Command{Args: args, Dir: dir, Limit: *limit, Combine: true, Env: []string{"CGO_ENABLED=0", "GOFLAGS=-mod=mod"}}.Run()
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	if r.TimedOut {
		t.Errorf("not done after %v", *limit)
	}
	passed, failed, unexpected := 0, 0, r.TimedOut
	for _, line := range resultLine.FindAllStringSubmatch(string(r.Stdout), -1) {
		pkg := line[2]
		reason, listed := known.Reason(pkg)
		switch ok := line[1] == "ok"; {
		case ok && listed:
			t.Errorf("%s passes, but is listed (%s): remove it from %s", pkg, reason, knownFile)
		case !ok && !listed:
			t.Errorf("%s fails", pkg)
			unexpected = true
		}
		if line[1] == "ok" {
			passed++
		} else {
			failed++
		}
	}
	if passed+failed == 0 {
		t.Error("no package was tested")
		unexpected = true
	}
	t.Logf("%d packages pass, %d fail", passed, failed)
	if unexpected {
		t.Logf("%s", r.Stdout[max(0, len(r.Stdout)-8000):])
	}
}
