package timeline

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// One program goes the whole way: strata timeline compiles it under two designs, runs it, and the figures are what the
// program did.
func TestEndToEnd(t *testing.T) {
	dir := t.TempDir()
	strata := filepath.Join(dir, "strata")
	if text, err := exec.Command("go", "build", "-o", strata, "strata/cmd/strata").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	const source = `package main

import (
	"os"
	"runtime"
)

var sink []byte

func main() {
	for i := 0; i < 100; i++ {
		sink = make([]byte, 4096)
	}
	runtime.GC()
	runtime.GC()
	os.Stdout.WriteString("BenchmarkWork 100 42 things/op\n")
	defer println("never printed")
	os.Exit(0)
}
`
	if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(strata, "timeline", "-designs=backend=ssa,backend=classic", "-rounds=1",
		"-json=r.json", "-html=r.html", "-func=^main[.]main$", "a.go")
	cmd.Dir = dir
	text, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if !strings.Contains(string(text), "backend=classic") || strings.Contains(string(text), "failed") {
		t.Errorf("the table is\n%s", text)
	}
	r, err := ReadFile(filepath.Join(dir, "r.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Columns {
		value := func(bench, unit, name, program string) float64 {
			s := r.figure(program, bench, unit, name).Samples[c.Name]
			if len(s) != 1 {
				t.Fatalf("%s: %s %s has samples %v; column: %+v", c.Name, bench, name, s, c)
			}
			return s[0]
		}
		if v := value("Work", "things/op", "things/op", "a.go"); v != 42 {
			t.Errorf("%s: things: %v", c.Name, v)
		}
		if v := value("", "B", "allocated, bytes", "a.go"); v < 400<<10 || v > 2<<20 {
			t.Errorf("%s: allocated %v", c.Name, v)
		}
		if v := value("", "cycles", "collections", "a.go"); v < 2 || v > 3 {
			t.Errorf("%s: %v collections", c.Name, v)
		}
		if v := value("", "B", "peak memory", "a.go"); v < 400<<10 || v > 64<<20 {
			t.Errorf("%s: peak memory %v", c.Name, v)
		}
		if c.Pauses["a.go"].Total() < 2 {
			t.Errorf("%s: pauses %v", c.Name, c.Pauses)
		}
		if len(c.Listings) != 1 || len(c.Listings[0].Lines) < 10 {
			t.Errorf("%s: listings %+v", c.Name, c.Listings)
		}
	}
	code := r.figure("", "", "B", "machine code").Samples
	if ssa, classic := code["backend=ssa"][0], code["backend=classic"][0]; ssa >= classic {
		t.Errorf("optimised code of %v bytes, unoptimised of %v", ssa, classic)
	}
}
