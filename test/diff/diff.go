// Package diff compares Strata with gc on random programs.
//
// A generator (packages gen and unwind) writes batches of small cases; both compilers build a batch, both executables run,
// and the outputs must be the same, also under random designs and, for a share, in a stress mode (variants.go). A case that differs is
// shrunk as a program by itself (package shrink), written to corpus, and from then on replayed in every run.
package diff

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"strata/test/internal/harness"
)

// Limit is how long an executable may run.
const Limit = 2 * time.Minute

// Comparer builds programs with gc and with one variant of Strata or several.
type Comparer struct {
	Variants []Variant
	Cases    func(seeds ...uint64) []byte // the generator
}

// Variant is one way in which Strata builds and runs programs.
type Variant struct {
	Name   string
	Tool   *harness.Toolchain
	Stress string // STRATASTRESS of the executable
}

// Outcome is what gc and one variant of Strata made of a program.
type Outcome struct {
	Variant  Variant
	Ref, Got []byte // outputs with exit status
	Err      error  // Strata did not compile it
}

// Same says whether there is no difference.
func (o *Outcome) Same() bool { return o.Err == nil && bytes.Equal(o.Ref, o.Got) }

// Compare compiles and runs a program both ways. It gives the outcome of the first variant that differs, or of the last.
func (c *Comparer) Compare(src []byte) (*Outcome, error) {
	dir, err := os.MkdirTemp("", "strata-diff")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, src, 0o666); err != nil {
		return nil, err
	}
	ref := filepath.Join(dir, "ref.exe")
	cmd := exec.Command("go", "build", "-o", ref, file)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("gc: %w\n%s", err, out)
	}
	o := &Outcome{Ref: run(ref)}
	var built *harness.Toolchain // made the executable that is there
	got := filepath.Join(dir, "got.exe")
	for _, o.Variant = range c.Variants {
		if built != o.Variant.Tool {
			built = o.Variant.Tool
			o.Err = built.BuildFile(got, file, harness.Flags{})
		}
		if o.Err == nil {
			var env []string
			if o.Variant.Stress != "" {
				env = []string{"STRATASTRESS=" + o.Variant.Stress}
			}
			o.Got = run(got, env...)
		}
		if !o.Same() {
			break
		}
	}
	return o, nil
}

func run(exe string, env ...string) []byte {
	r := harness.Command{Args: []string{exe}, Env: env, Limit: Limit}.Run()
	out := r.Stdout
	if r.Exit != 0 || r.TimedOut {
		stderr := r.Stderr[:min(len(r.Stderr), 1500)]
		out = fmt.Appendf(out, "exit %d %s timeout=%v\n%s", r.Exit, r.Signal, r.TimedOut, stderr)
	}
	return out
}

// Difference is one case that the compilers do not agree on.
type Difference struct {
	Seed    uint64
	Src     []byte
	Text    string
	Variant Variant
}

// Batch compares the cases seed … seed+n-1 and gives those that differ.
func (c *Comparer) Batch(seed uint64, n int) ([]Difference, error) {
	var seeds []uint64
	for i := range n {
		seeds = append(seeds, seed+uint64(i))
	}
	batch := c.Cases(seeds...)
	o, err := c.Compare(batch)
	if err != nil {
		return nil, fmt.Errorf("seeds from %d: %w", seed, err)
	}
	if o.Same() {
		return nil, nil
	}
	suspects := suspects(o, seed, n)
	var out []Difference
	for _, s := range suspects {
		src := c.Cases(s)
		o, err := c.Compare(src)
		if err != nil {
			return nil, err
		}
		if !o.Same() {
			out = append(out, Difference{s, src, o.Text(), o.Variant})
		}
		if len(out) == 3 {
			return out, nil
		}
	}
	if len(out) == 0 {
		out = append(out, Difference{seed, batch, "only as a batch: " + o.Text(), o.Variant})
	}
	return out, nil
}

// suspects are the cases whose output differs; all, if the program did not compile.
func suspects(o *Outcome, seed uint64, n int) []uint64 {
	var out []uint64
	if o.Err != nil {
		for i := range n {
			out = append(out, seed+uint64(i))
		}
		return out
	}
	ref, got := byCase(o.Ref), byCase(o.Got)
	for i := range n {
		s := seed + uint64(i)
		if ref[s] != got[s] {
			out = append(out, s)
		}
	}
	return out
}

// byCase splits output by the number that opens each line.
func byCase(out []byte) map[uint64]string {
	m := map[uint64]string{}
	last := uint64(0)
	for line := range strings.SplitSeq(string(out), "\n") {
		if first, _, ok := strings.Cut(line, " "); ok {
			if id, err := strconv.ParseUint(first, 10, 64); err == nil {
				last = id
			}
		}
		m[last] += line + "\n"
	}
	return m
}

// Text shows where two outputs part.
func (o *Outcome) Text() string {
	if o.Err != nil {
		s := o.Err.Error()
		return o.Variant.Name + ": " + s[:min(len(s), 2000)]
	}
	ref, got := strings.Split(string(o.Ref), "\n"), strings.Split(string(o.Got), "\n")
	i := 0
	for i < len(ref) && i < len(got) && ref[i] == got[i] {
		i++
	}
	show := func(l []string) string {
		l = l[min(i, len(l)):]
		return strings.Join(l[:min(len(l), 6)], "\n")
	}
	return fmt.Sprintf("line %d\n--- gc\n%s\n--- strata %s\n%s", i+1, show(ref), o.Variant.Name, show(got))
}
