package load

import (
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
	for _, want := range []string{"http2client=0", "tlsmaxrsasize=2", "panicnil=1", "asynctimerchan=1"} {
		if !strings.Contains(got, ","+want+",") {
			t.Errorf("%s lacks %s", got, want)
		}
	}
}
