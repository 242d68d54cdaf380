package bootstrap

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// What is there on one side alone differs, as what has other bytes does; archives are counted.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	put := func(root, name, data string) {
		file := filepath.Join(dir, root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	platform := runtime.GOOS + "_" + runtime.GOARCH
	for _, root := range []string{"a", "b"} {
		put(root, "bin/go", "go")
		put(root, "pkg/tool/"+platform+"/asm", "asm of "+root)
		put(root, "pkg/"+platform+"/fmt.a", "fmt")
		put(root, "pkg/"+platform+"/net/http.a", "http of "+root)
	}
	put("a", "bin/gofmt", "gofmt")
	put("b", "pkg/tool/"+platform+"/vet", "vet")
	list, err := All(filepath.Join(dir, "a"), filepath.Join(dir, "b"))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	var differ []string
	for _, f := range Files(&out, list) {
		differ = append(differ, filepath.Base(f.Name))
	}
	if got := strings.Join(differ, " "); got != "gofmt asm http.a vet" {
		t.Errorf("these differ: %s", got)
	}
	if !strings.Contains(out.String(), "2 archives of the standard library") || !strings.Contains(out.String(), "1 of 2 differ") || strings.Contains(out.String(), "fmt.a") {
		t.Errorf("the table:\n%s", out.String())
	}
	if list, err = Binaries(filepath.Join(dir, "a"), filepath.Join(dir, "b")); err != nil || len(list) != 4 {
		t.Errorf("%d binaries, %v; want 4", len(list), err)
	}
}

// A copy has the files that links lead to, and not what is left out.
func TestCopyTree(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "to")
	for _, d := range []string{"a/b", "gone/x"} {
		if err := os.MkdirAll(filepath.Join(from, d), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(from, d, "f"), []byte(d), 0o555); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(from, "a/b/f"), filepath.Join(from, "link")); err != nil {
		t.Fatal(err)
	}
	if err := copyTree(to, from, "gone"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a/b/f": "a/b", "link": "a/b"} {
		if got, err := os.ReadFile(filepath.Join(to, name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if info, err := os.Stat(filepath.Join(to, name)); err == nil && info.Mode().Perm()&0o700 != 0o700 {
			t.Errorf("%s has mode %v: what is copied can be written and run as before", name, info.Mode())
		}
	}
	if _, err := os.Stat(filepath.Join(to, "gone")); err == nil {
		t.Error("what was to be left out was copied")
	}
}
