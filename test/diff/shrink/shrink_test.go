package shrink

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"strata/test/diff/gen"
)

// TestProgram hides a statement in generated programs, inside a loop of a function, and expects that little besides is left of them.
func TestProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("checks hundreds of programs")
	}
	for seed := range uint64(3) {
		src := gen.Cases(seed)
		hidden := []byte("\nfunc hidden(n int) (s int) {\n\tfor i := range n {\n\t\tx := i * 2\n\t\tif x > 3 {\n\t\t\tprintln(\"fault\", x)\n\t\t}\n\t\ts += x\n\t}\n\treturn s\n}\n")
		src = append(bytes.Replace(src, []byte("func main() {"), []byte("func main() {\n\thidden(5)"), 1), hidden...)
		shows := func(src []byte) bool {
			return bytes.Contains(src, []byte("println(\"fault\"")) && bytes.Contains(src, []byte("hidden("))
		}
		small := Program(src, time.Minute, shows)
		if !shows(small) {
			t.Errorf("seed %d: the fault is lost:\n%s", seed, small)
		}
		if lines := bytes.Count(small, []byte("\n")); lines > 20 {
			t.Errorf("seed %d: %d lines are left of %d:\n%s", seed, lines, bytes.Count(src, []byte("\n")), small)
		}
	}
}

// TestMend checks that what refers to a part that was left out goes with it.
func TestMend(t *testing.T) {
	src := []byte("package main\n\nimport \"fmt\"\n\nfunc one() int { return 1 }\n\nfunc main() {\n\tx := one()\n\ty := x + 1\n\tfmt.Println(y)\n\tprintln(\"kept\")\n}\n")
	small := Program(src, time.Minute, func(src []byte) bool { return bytes.Contains(src, []byte("kept")) })
	want := "package main\n\nfunc main() {\n\tprintln(\"kept\")\n}\n"
	if got := fmt.Sprintf("%s", small); got != want {
		t.Errorf("got:\n%s", got)
	}
}
