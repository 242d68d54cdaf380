package amd64

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"strata/internal/codegen"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// TestCode compiles the functions in testdata/code and compares the listing,
// without offsets, with what stands behind the line "---". STRATA_BLESS=1 rewrites it.
func TestCode(t *testing.T) {
	files, err := filepath.Glob("testdata/code/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no files: ", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) { codeFile(t, name) })
	}
}

func codeFile(t *testing.T, name string) {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	source, want, _ := strings.Cut(string(text), "\n---\n")
	got := ""
	for i, fn := range strings.SplitAfter(source, "\n}") {
		if strings.TrimSpace(fn) == "" {
			continue
		}
		f, err := ssa.Parse(fn)
		if err != nil {
			t.Fatalf("function %d: %v", i, err)
		}
		if err := ssa.Verify(f); err != nil {
			t.Fatal(err)
		}
		f.Pragma |= ssa.NoSplit
		var list bytes.Buffer
		if _, err := codegen.Compile(&Target, f, codegen.Options{Alloc: regalloc.Split, Check: true, Listing: &list}); err != nil {
			t.Fatal(err)
		}
		got += f.Name + ":\n" + instructions(list.String())
	}
	if got == want {
		return
	}
	if os.Getenv("STRATA_BLESS") != "" {
		if err := os.WriteFile(name, []byte(source+"\n---\n"+got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("got\n%s\nwant\n%s", got, want)
}

var listed = regexp.MustCompile(`(?m)^\t0x[0-9a-f]+ (\d{5}) \(<unknown line number>\)\t(.*)$`)

// instructions keeps the instructions of a listing; offsets stay, as branches name them.
func instructions(list string) (out string) {
	for _, m := range listed.FindAllStringSubmatch(list, -1) {
		switch op, _, _ := strings.Cut(m[2], "\t"); op {
		case "TEXT", "FUNCDATA", "PCDATA":
		default:
			out += "\t" + m[1] + "\t" + strings.ReplaceAll(m[2], "\t", " ") + "\n"
		}
	}
	return out
}
