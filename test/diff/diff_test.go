package diff

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"strata/test/diff/gen"
	"strata/test/diff/unwind"
	"strata/test/internal/harness"
)

var (
	cases  = flag.Int("cases", 0, "number of random programs; 0 is 150, or 50 with -short")
	seed   = flag.Uint64("seed", 1, "the first seed")
	size   = flag.Int("batch", 50, "programs in one executable")
	save   = flag.Bool("save", true, "write programs that differ to corpus")
	stress = flag.String("stress", "", "STRATASTRESS for Strata's executables")
	mixed  = flag.Int("mixed", -1, "random designs that each program is built under besides; -1 is 2, or none with -short")
	effort = flag.Duration("shrink", 5*time.Minute, "time for making a program that differs smaller")
)

const knownFile = "known_failures.txt"

func comparer(t *testing.T) *Comparer {
	tool, err := harness.Shared()
	if err != nil {
		t.Fatal(err)
	}
	return &Comparer{Variants: []Variant{{Name: "default", Tool: tool, Stress: *stress}}}
}

// TestRandom compares on fresh programs.
func TestRandom(t *testing.T) {
	c := comparer(t)
	c.Cases = gen.Cases
	random(t, c, "seed")
}

// TestUnwind compares on programs about loops over functions, deferred calls, panics and coroutines.
func TestUnwind(t *testing.T) {
	c := comparer(t)
	c.Cases = unwind.Cases
	random(t, c, "unwind")
}

func random(t *testing.T, c *Comparer, name string) {
	n := *cases
	if n == 0 {
		n = 150
		if testing.Short() {
			n = *size
		}
	}
	sets := *mixed
	if sets < 0 {
		sets = 2
		if testing.Short() {
			sets = 0
		}
	}
	for from := 0; from < n; {
		first := *seed + uint64(from)
		upto := min(n, from+int(block-first%block))
		t.Run(fmt.Sprint(first), func(t *testing.T) {
			list := c.Variants
			if sets > 0 {
				var err error
				if list, err = Random(list[0].Tool, first, sets); err != nil {
					t.Fatal(err)
				}
			}
			for from := from; from < upto; from += *size {
				first, count := *seed+uint64(from), min(*size, upto-from)
				c := &Comparer{Variants: list, Cases: c.Cases}
				if sets > 0 {
					c.Variants = Stressed(list, first/uint64(*size))
				}
				t.Run(fmt.Sprint(first), func(t *testing.T) {
					t.Parallel()
					batch(t, c, name, first, count)
				})
			}
		})
		from = upto
	}
}

// batch compares some programs that make one executable.
func batch(t *testing.T, c *Comparer, name string, first uint64, n int) {
	list, err := c.Batch(first, n)
	if err != nil {
		t.Fatal(err)
	}
	test, _, _ := strings.Cut(t.Name(), "/")
	for _, d := range list {
		t.Errorf("seed %d: %s\nagain with: go test ./test/diff -run %s -seed %d -cases 1", d.Seed, d.Text, test, d.Seed)
		if *save {
			d.Shrink(*effort)
			t.Logf("shrunk:\n%s", d.Src)
			os.MkdirAll("corpus", 0o777)
			os.WriteFile(filepath.Join("corpus", fmt.Sprintf("%s%d.go.txt", name, d.Seed)), d.Src, 0o666)
		}
	}
}

// TestCorpus replays what once differed.
func TestCorpus(t *testing.T) {
	c := comparer(t)
	known, err := harness.ReadKnown(knownFile)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("corpus/*.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".go.txt")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			o, err := c.Compare(src)
			if err != nil {
				t.Fatal(err)
			}
			if err = nil; !o.Same() {
				err = fmt.Errorf("%s", o.Text())
			}
			switch known.Judge(name, err) {
			case harness.Fail:
				t.Error(err)
			case harness.Fixed:
				t.Errorf("passes, but is listed in %s: remove it", knownFile)
			}
		})
	}
}
