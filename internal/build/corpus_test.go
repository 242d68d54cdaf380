package build

import (
	"go/types"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"strata/internal/design"
	"strata/internal/link"
	"strata/internal/load"
)

// TestCorpus takes large parts of the standard library through the whole
// compiler, with the verifier on after every pass. Go's own runtime stands in
// for Strata's: nothing is linked or run, only compiled.
func TestCorpus(t *testing.T) {
	pkgs := []string{"fmt", "sort", "strconv", "encoding/json", "regexp"}
	if s := os.Getenv("CORPUS"); s != "" {
		pkgs = strings.Fields(s)
	}
	lp, err := load.Load(load.Config{
		Implicit: []string{"runtime", "runtime/internal/task"},
		Overlay: fstest.MapFS{"runtime/internal/task/defer.go": {Data: []byte(`package task
type Defer struct { Heap, RangeFunc bool; SP, PC uintptr; Fn func(); Link *Defer; Head *Defer }`)}},
	}, append(pkgs, "runtime/internal/task")...)
	if err != nil {
		t.Fatal(err)
	}
	if err := lp.Err(); err != nil {
		t.Fatal(err)
	}
	designs := design.Default()
	designs["gc"] = "stw"                    // gc's runtime leaves barriers out for types that it says are not in the heap
	without := map[string]bool{"runs": true} // its allocator has no such functions
	c, err := newCompiler(Options{Program: lp, Designs: designs, Verify: os.Getenv("NOVERIFY") == "", Disable: without})
	if err != nil {
		t.Fatal(err)
	}
	var roots []string
	for _, p := range lp.Roots {
		scope := p.Types.Scope()
		for _, name := range scope.Names() {
			if fn, ok := scope.Lookup(name).(*types.Func); ok && fn.Signature().TypeParams().Len() == 0 && p.Path != "runtime/internal/task" {
				roots = append(roots, p.Path+"."+name)
			}
		}
	}
	start := time.Now()
	if err := c.discoverFrom(link.NewReach(roots...)); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d functions discovered in %v", len(c.funcs), time.Since(start))
	start = time.Now()
	if err := c.analyze(); err != nil {
		t.Fatal(err)
	}
	t.Logf("analysed in %v", time.Since(start))
	start = time.Now()
	syms, err := c.generateFrom(link.NewReach(roots...))
	if err != nil {
		t.Fatal(err)
	}
	n := int64(0)
	for _, s := range syms {
		if s.Func != nil {
			n += s.Size
		}
	}
	t.Logf("%d symbols, %d bytes of code in %v", len(syms), n, time.Since(start))
}
