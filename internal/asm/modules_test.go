package asm

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"go/build"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"strata/internal/amd64/x86/oracle"
)

var modules = flag.String("modules", "", "comma-separated substrings: only modules of testdata/modules.txt with one of them")

// TestModules assembles the assembly files for amd64 of public modules, as many as testdata/modules.txt names, and compares
// with go tool asm: which files are accepted, and what is made of them.
func TestModules(t *testing.T) {
	if testing.Short() {
		t.Skip("downloads modules")
	}
	f, err := os.Open("testdata/modules.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var total counts
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		module := strings.TrimSpace(lines.Text())
		if module == "" || module[0] == '#' || !named(module) {
			continue
		}
		n++
		dir, err := download(module)
		if err != nil {
			t.Errorf("%s: %v", module, err)
			continue
		}
		checkModule(t, module, dir, &total)
	}
	t.Logf("%d modules, %d files: %d functions, %d variables, %d bytes, %d relocations compared", n, total.files, total.funcs, total.data, total.bytes, total.relocs)
}

func named(module string) bool {
	for word := range strings.SplitSeq(*modules, ",") {
		if strings.Contains(module, word) {
			return true
		}
	}
	return false
}

func download(module string) (dir string, err error) {
	cmd := exec.Command("go", "mod", "download", "-json", module)
	cmd.Dir = os.TempDir()
	out, err := cmd.Output()
	var m struct{ Dir, Error string }
	if e := json.Unmarshal(out, &m); e == nil && m.Error != "" {
		return "", errors.New(m.Error)
	}
	return m.Dir, err
}

// checkModule compares all files that would be assembled for Linux on amd64, with headers where the module has them. Files that
// want go_asm.h are compared if an empty one does.
func checkModule(t *testing.T, module, dir string, total *counts) {
	empty := t.TempDir()
	if err := os.WriteFile(filepath.Join(empty, "go_asm.h"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	path, _, _ := strings.Cut(module, "@")
	headers := filepath.Join(goroot(), "pkg/include")
	ctx := build.Default
	ctx.GOOS, ctx.GOARCH, ctx.CgoEnabled = "linux", "amd64", false
	filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(file) != ".s" {
			return err
		}
		if ok, err := ctx.MatchFile(filepath.Dir(file), d.Name()); err != nil || !ok {
			return nil
		}
		rel, _ := filepath.Rel(dir, filepath.Dir(file))
		pkg := strings.TrimSuffix(path+"/"+filepath.ToSlash(rel), "/.")
		checkForeign(t, pkg, file, []string{empty, filepath.Dir(file), headers}, total)
		return nil
	})
}

// checkForeign compares acceptance, and the code of what both accept.
func checkForeign(t *testing.T, pkg, file string, include []string, total *counts) {
	defines := map[string]string{"GOOS_linux": "1", "GOARCH_amd64": "1", "GOAMD64_v1": "1"}
	args := []string{"-p", pkg}
	for _, d := range include {
		args = append(args, "-I", d)
	}
	for k, v := range defines {
		args = append(args, "-D", k+"="+v)
	}
	want, errs, err := oracle.Assemble(file, args...)
	src, e := os.ReadFile(file)
	if e != nil {
		t.Fatal(e)
	}
	total.files++
	got, e := Assemble(Config{PkgPath: pkg, File: file, Defines: defines, Include: includeFrom(include)}, src)
	switch rejected := err != nil || errs != nil; {
	case rejected && e != nil:
	case rejected:
		if !bytes.Contains(src, []byte("go_asm.h")) {
			t.Errorf("%s: accepted, but go tool asm says: %v %v", file, err, errs)
		}
	case e != nil:
		t.Errorf("%s: go tool asm accepts it: %v", file, e)
	default:
		compareSymbols(t, file, got, want, total)
	}
}
