// Command scaling compares how building grows with the size of programs, by Strata and by gc.
//
//	go run ./bench/scaling                        every shape at its small size n, at 2n and 4n
//	go run ./bench/scaling -filter nesting -scale 4   at 4n, 8n and 16n
//
// A row gives CPU seconds and the memory of the largest process at the largest size, Strata's over gc's, and the exponents with
// which both grow from the smallest to the largest size, after the cost of an empty program is taken off. A star marks what is out of
// proportion: an exponent 0.3 above gc's, or three times gc's cost. Both compilers have everything but the program in their caches.
package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"strata/bench/internal/checkout"
	"strata/bench/shapes"
)

var (
	filter = flag.String("filter", "", "only shapes whose names contain this")
	scale  = flag.Int("scale", 1, "begin at so many times a shape's small size")
	rounds = flag.Int("rounds", 3, "builds of which the cheapest counts")
	tool   = flag.String("strata", "", "the strata to measure; empty builds this checkout's")
)

// Bounds for what is in proportion.
const (
	moreExponent = 0.3
	moreCost     = 3
)

// cost is what a build takes.
type cost struct {
	cpu    float64 // seconds
	memory float64 // MB, of the largest process
}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "scaling:", err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "strata-scaling")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	strata := *tool
	if strata == "" {
		if strata, err = checkout.Strata(dir); err != nil {
			return err
		}
	}
	os.Setenv("STRATACACHE", filepath.Join(dir, "cache"))
	b := &bench{dir: dir, tools: [2]string{"go", strata}}
	if err := b.fillCaches(); err != nil {
		return err
	}
	fmt.Printf("%-20s %7s %16s %6s %5s %5s   %14s %6s %5s %5s\n", "shape", "n", "CPU gc/Strata", "ratio", "exp", "exp", "MB gc/Strata", "ratio", "exp", "exp")
	for i := range shapes.All {
		if s := &shapes.All[i]; strings.Contains(s.Name, *filter) {
			if err := b.row(s); err != nil {
				return err
			}
		}
	}
	return nil
}

type bench struct {
	dir   string
	tools [2]string // gc's and ours
	empty [2]cost
	made  int
}

// fillCaches builds what all programs import, and measures what remains to be done for a program that does nothing.
func (b *bench) fillCaches() (err error) {
	for _, text := range []string{
		"package main\n\nimport (\n\t_ \"fmt\"\n\t_ \"io\"\n\t_ \"strconv\"\n\t_ \"sync\"\n)\n\nfunc main() {}\n",
		"package main\n\nfunc main() { println(0) }\n",
	} {
		if b.empty, err = b.measure(map[string]string{"main.go": text}); err != nil {
			return err
		}
	}
	return nil
}

// row measures a shape at three sizes.
func (b *bench) row(s *shapes.Shape) error {
	n := s.Small * *scale
	var at [3][2]cost
	for i := range at {
		var err error
		if at[i], err = b.measure(s.Files(n << i)); err != nil {
			return fmt.Errorf("%s, n=%d: %w", s.Name, n<<i, err)
		}
	}
	first, last := at[0], at[2]
	cpu := func(c cost) float64 { return c.cpu }
	memory := func(c cost) float64 { return c.memory }
	fmt.Printf("%-20s %7d %s   %s\n", s.Name, 4*n,
		b.columns("%8.2f %7.2f", first, last, cpu, 0.05), b.columns("%7.0f %6.0f", first, last, memory, 5))
	return nil
}

// columns shows one kind of cost: both compilers' figures, ratio and exponents. What is below noise does not count as growth.
func (b *bench) columns(figures string, first, last [2]cost, of func(cost) float64, noise float64) string {
	var exp [2]float64
	for i := range exp {
		from, to := of(first[i])-of(b.empty[i]), of(last[i])-of(b.empty[i])
		exp[i] = math.Log(max(to, noise)/max(from, noise)) / math.Log(4)
	}
	ratio := of(last[1]) / of(last[0])
	mark := func(bad bool) string {
		if bad {
			return "*"
		}
		return " "
	}
	return fmt.Sprintf(figures+" %5.2f%s %5.2f %4.2f%s", of(last[0]), of(last[1]), ratio, mark(ratio > moreCost), exp[0], exp[1], mark(exp[1] > exp[0]+moreExponent))
}

// measure builds a program with both, round by round, in a fresh directory each time so that nothing of it is cached.
func (b *bench) measure(files map[string]string) (least [2]cost, err error) {
	for round := range *rounds {
		for i, tool := range b.tools {
			c, err := b.build(tool, files)
			if err != nil {
				return least, err
			}
			if round == 0 {
				least[i] = c
			}
			least[i] = cost{min(least[i].cpu, c.cpu), min(least[i].memory, c.memory)}
		}
	}
	return least, nil
}

func (b *bench) build(tool string, files map[string]string) (cost, error) {
	b.made++
	dir := filepath.Join(b.dir, fmt.Sprintf("p%d", b.made))
	if err := os.Mkdir(dir, 0o777); err != nil {
		return cost{}, err
	}
	defer os.RemoveAll(dir)
	files["go.mod"] = fmt.Sprintf("module m%d\n\ngo 1.26\n", b.made)
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			return cost{}, err
		}
	}
	cmd := exec.Command(tool, "build", "-o", "x", ".")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return cost{}, fmt.Errorf("%s: %w\n%s", tool, err, out)
	}
	use := cmd.ProcessState.SysUsage().(*syscall.Rusage) // with the processes that it started
	return cost{(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), float64(use.Maxrss) / 1024}, nil
}
