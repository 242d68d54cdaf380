package std

import (
	"flag"
	"slices"
	"testing"

	"strata/internal/design"
	"strata/test/internal/harness"
)

var everyEra = flag.Bool("everyera", false, "the chosen packages, or those of -packages, under every era")

// chosen are the packages that every era has to pass: together they ask for all that an old design does in its own way:
// code and calls of every kind, reflection, goroutines and their synchronisation, timers, memory, system calls.
var chosen = []string{"bufio", "bytes", "container/heap", "container/list", "container/ring", "context", "encoding/json", "errors", "fmt",
	"io", "maps", "math", "math/bits", "os", "reflect", "regexp", "slices", "sort", "strconv", "strings", "sync", "sync/atomic",
	"text/template", "time", "unicode/utf8"}

// sample is what runs without -everyera: its two eras have all the oldest variants, and all that came between.
var sample = struct{ packages, eras []string }{
	[]string{"container/list", "errors", "sort"},
	[]string{"1.0", "1.7"},
}

func TestEras(t *testing.T) {
	strata, err := harness.BuildStrata(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	pkgs := sample.packages
	if *everyEra {
		pkgs = chosen
	}
	if *packages != "" {
		pkgs = expand(t, patterns())
	}
	for _, era := range design.Eras() {
		if !*everyEra && !slices.Contains(sample.eras, era.Name) {
			continue
		}
		t.Run(era.Name, func(t *testing.T) { testEra(t, strata, era, pkgs) })
	}
}

func testEra(t *testing.T, strata string, era design.Era, pkgs []string) {
	set, err := era.Designs()
	if err != nil {
		t.Fatal(err)
	}
	known, err := harness.ReadKnownFor(set, knownFile)
	if err != nil {
		t.Fatal(err)
	}
	log := newLog(t)
	t.Cleanup(log.close)
	for _, pkg := range pkgs {
		t.Run(pkg, func(t *testing.T) {
			t.Parallel()
			o := run(strata, pkg, []string{"-era=" + era.Name}, known)
			log.add(t, pkg, o, o.judge(pkg, known))
		})
	}
}
