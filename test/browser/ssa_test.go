package browser

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"strata/internal/ssahtml"
	"strata/test/internal/harness"
)

// The pages of a function of 200 lines, and of its comparison with itself compiled for a debugger.
func TestSSA(t *testing.T) {
	tools(t)
	tool, err := harness.Shared()
	if err != nil {
		t.Fatal(err)
	}
	source, err := filepath.Abs("testdata/long.go")
	if err != nil {
		t.Fatal(err)
	}
	record := func(debug bool) *ssahtml.Recording {
		r := &ssahtml.Recording{Func: "main.interpret", Title: "optimised"}
		if debug {
			r.Title = "-O=0"
		}
		exe, remove, err := harness.TempExe()
		if err != nil {
			t.Fatal(err)
		}
		defer remove()
		if err := tool.BuildFile(exe, source, harness.Flags{Debug: debug, Record: r}); err != nil {
			t.Fatal(err)
		}
		return r
	}
	page := func(name string, write func(io.Writer) error) string {
		file := filepath.Join(t.TempDir(), name)
		f, err := os.Create(file)
		if err == nil {
			err = write(f)
		}
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	r := record(false)
	drive(t, "ssa.mjs", page("ssa.html", func(w io.Writer) error { return ssahtml.WritePage(w, r, "") }))
	debug := record(true)
	drive(t, "ssadiff.mjs", page("diff.html", func(w io.Writer) error { return ssahtml.WriteDiff(w, r, debug) }))
}
