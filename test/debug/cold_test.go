package debug

import (
	"debug/dwarf"
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"strata/test/internal/harness"
)

const coldProgram = "../golden/testdata/coldparts.go"

// splitProgram builds a program whose functions have cold parts; line is the first of main.rare that lies in one.
func splitProgram(t *testing.T) (exe string, line int) {
	t.Helper()
	exe = filepath.Join(t.TempDir(), "strata")
	source, err := filepath.Abs(coldProgram)
	if err != nil {
		t.Fatal(err)
	}
	tool, err := harness.Shared()
	if err != nil {
		t.Fatal(err)
	}
	if err := tool.BuildFile(exe, source, harness.Flags{ColdParts: true}); err != nil {
		t.Fatal(err)
	}
	return exe, coldLine(t, exe, source)
}

// parts are the ranges of main.rare's code: the first has its entry.
func parts(t *testing.T, d *dwarf.Data) [][2]uint64 {
	r := d.Reader()
	for {
		e, err := r.Next()
		if err != nil || e == nil {
			t.Fatalf("no main.rare: %v", err)
		}
		if e.Tag == dwarf.TagSubprogram && e.Val(dwarf.AttrName) == "main.rare" {
			ranges, err := d.Ranges(e)
			if err != nil || len(ranges) != 2 {
				t.Fatalf("main.rare has ranges %#x, %v", ranges, err)
			}
			return ranges
		}
	}
}

// coldLine finds a line of main.rare all of whose code is in the cold part, and which runs: one that calls runtime.GC or deep.
func coldLine(t *testing.T, exe, source string) int {
	file, err := elf.Open(exe)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	d, err := file.DWARF()
	if err != nil {
		t.Fatal(err)
	}
	ranges := parts(t, d)
	symbols, err := file.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range symbols {
		if s.Name == "main.rare" && s.Value != ranges[0][0] || s.Name == "main.rare.cold" && s.Value != ranges[1][0] {
			t.Errorf("%s is at %#x, its function has the ranges %#x", s.Name, s.Value, ranges)
		}
	}
	in := linesIn(t, d, ranges)
	src, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range strings.Split(string(src), "\n") {
		calls := strings.Contains(text, "runtime.GC()") || strings.Contains(text, "deep(2000)")
		if where := in[i+1]; calls && where == [2]bool{false, true} {
			return i + 1
		}
	}
	t.Fatal("the cold part of main.rare has no line of its own")
	return 0
}

// linesIn tells for each line which of main's ranges have code of it.
func linesIn(t *testing.T, d *dwarf.Data, ranges [][2]uint64) map[int][2]bool {
	in := map[int][2]bool{}
	r := d.Reader()
	for {
		unit, err := r.Next()
		if err != nil || unit == nil {
			t.Fatalf("no unit of main: %v", err)
		}
		r.SkipChildren()
		if unit.Val(dwarf.AttrName) != "main" {
			continue
		}
		lines, err := d.LineReader(unit)
		if err != nil {
			t.Fatal(err)
		}
		var row dwarf.LineEntry
		for lines.Next(&row) == nil {
			at := in[row.Line]
			for i, r := range ranges {
				at[i] = at[i] || !row.EndSequence && row.Address >= r[0] && row.Address < r[1]
			}
			in[row.Line] = at
		}
		return in
	}
}

// TestColdBreakpoint stops in the part of a function that is laid out apart.
func TestColdBreakpoint(t *testing.T) {
	gdb := debugger(t, "gdb")
	exe, line := splitProgram(t)
	script := fmt.Sprintf("set pagination off\nbreak coldparts.go:%d\nrun\ninfo symbol $pc\nbt\nnext\nfinish\n", line)
	out := session(t, script, gdb, "-nx", "-batch", "-iex", "set auto-load python-scripts off", "-x", "SCRIPT", exe)
	rest := out
	for _, want := range []string{
		"hit Breakpoint 1, main.rare () at", fmt.Sprintf("coldparts.go:%d\n", line), "main.rare[cold] + ",
		"#0  main.rare ()", "in main.try () at", "in main.main () at", "in main.try () at",
	} {
		_, after, ok := strings.Cut(rest, want)
		if !ok {
			t.Fatalf("no %q, in order, in\n%s", want, out)
		}
		rest = after
	}
}
