package opt

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestRunClasses compares the table of size classes with the runtime's.
func TestRunClasses(t *testing.T) {
	src, err := os.ReadFile("../../rt/src/runtime/internal/heap/sizeclass.go")
	if err != nil {
		t.Fatal(err)
	}
	table := regexp.MustCompile(`(?s)ClassSize = \[NumClasses\]uint32\{(.*?)\}`).FindSubmatch(src)
	if table == nil {
		t.Fatal("no table ClassSize")
	}
	sizes := strings.FieldsFunc(string(table[1]), func(r rune) bool { return strings.ContainsRune(", \t\n", r) })
	if len(sizes) < len(runClasses) {
		t.Fatalf("the runtime has %d classes", len(sizes))
	}
	for i, n := range runClasses {
		if sizes[i] != strconv.FormatInt(n, 10) {
			t.Errorf("class %d: %d here, %s in the runtime", i, n, sizes[i])
		}
	}
}
