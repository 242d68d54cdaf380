package load

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestGODEBUG(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/p\n\ngo 1.20.3 // old\n\ngodebug (\n\thttp2client=0\n\ttlsmaxrsasize=1\n)\n")
	write(t, dir, "main.go", "//go:debug tlsmaxrsasize=2\n\npackage main\n\nfunc main() {}\n")
	prog, err := Load(Config{Dir: dir, Implicit: []string{}}, ".")
	if err != nil {
		t.Fatal(err)
	}
	got := "," + prog.For(prog.Mains()[0]).GODEBUG() + ","
	for _, want := range []string{"http2client=0", "tlsmaxrsasize=2", "panicnil=1", "multipathtcp=0"} {
		if !strings.Contains(got, ","+want+",") {
			t.Errorf("%s lacks %s", got, want)
		}
	}
}

// TestDebugLines: what is wrong with //go:debug lines is said in the go command's words.
func TestDebugLines(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/p\n\ngo 1.24\n")
	write(t, dir, "first.go", "// A comment.\n\n//go:debug\tpanicnil=1\n\npackage main\n\n//go:debugger is none\n")
	lines := []string{"nosuchthing", "panicnil=1", "x=y", "http2client=a,b", "default=go1.21", "default=1.21",
		"default=go1.23", "default=go1.99", "x509sha1=1", "tarinsecurepath=0", "nosuchthing=1"}
	write(t, dir, "main.go", "//go:debug "+strings.Join(lines, "\n//go:debug ")+"\npackage main\n\nfunc main() { x := 1 }\n")
	prog, err := Load(Config{Dir: dir, Implicit: []string{}}, ".")
	if err != nil {
		t.Fatal(err)
	}
	got := prog.Err()
	cmd := exec.Command(filepath.Join(prog.Goroot, "bin", "go"), "build", "-o", os.DevNull, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOTOOLCHAIN=local")
	want, _ := cmd.CombinedOutput()
	if got == nil || got.Error() != strings.TrimSpace(string(want)) {
		t.Errorf("got:\n%v\nwant:\n%s", got, want)
	}
}
