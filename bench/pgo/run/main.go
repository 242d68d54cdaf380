// Command run measures what profiles gain: each program of bench/pgo built by gc and by Strata, with and without a
// profile, all runs interleaved.
//
//	go run ./bench/pgo/run [-rounds 7] [-times 2] [-filter json]
//
// Each compiler gets the profile of its own executable; -from gc gives both gc's.
package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"strata/bench/internal/checkout"
)

var (
	rounds = flag.Int("rounds", 7, "runs of every executable; the fastest counts")
	times  = flag.Int("times", 2, "work in a run")
	filter = flag.String("filter", "", "only programs whose names contain this")
	// At a hundred samples a second, calls that take a thousandth of the time are to be seen.
	sampled = flag.Duration("sampled", 15*time.Second, "how long a profile is taken")
	from    = flag.String("from", "own", "whose profile steers Strata: own or gc")
)

var programs = []string{"jsonproc", "tmpl", "goparse", "httpd", "markdown", "interp"}

// kinds are the executables of a program.
var kinds = []string{"gc", "gc+pgo", "strata", "strata+pgo"}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "pgo")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	strata, err := checkout.Strata(dir)
	if err != nil {
		return err
	}
	fmt.Printf("%-12s%12s%12s%12s%12s%10s%10s\n", "ms", "gc", "gc+pgo", "strata", "strata+pgo", "gc gains", "gains")
	var logs [2]float64
	n := 0
	for _, name := range programs {
		if !strings.Contains(name, *filter) {
			continue
		}
		best, err := measure(dir, strata, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		gains := [2]float64{best[0] / best[1], best[2] / best[3]}
		fmt.Printf("%-12s%12.2f%12.2f%12.2f%12.2f%9.1f%%%9.1f%%\n", name, best[0]/1e6, best[1]/1e6, best[2]/1e6, best[3]/1e6, 100*gains[0]-100, 100*gains[1]-100)
		for i := range gains {
			logs[i] += math.Log(gains[i])
		}
		n++
	}
	if n > 0 {
		fmt.Printf("%-60s%9.1f%%%9.1f%%\n", "geometric mean", 100*math.Exp(logs[0]/float64(n))-100, 100*math.Exp(logs[1]/float64(n))-100)
	}
	return nil
}

// measure builds a program four ways and gives the least time of each, in ns.
func measure(dir, strata, name string) (best [4]float64, err error) {
	pkg := "./bench/pgo/" + name
	exe := func(kind string) string { return filepath.Join(dir, name+"."+kind) }
	build := [][]string{{"go", "build", "-pgo=off"}, nil, {strata, "build", "-pgo=off"}, nil}
	for _, base := range []int{0, 2} {
		if err := command(append(build[base], "-o", exe(kinds[base]), pkg)...); err != nil {
			return best, err
		}
		profile := exe(kinds[base]) + ".pprof"
		if err := command(exe(kinds[base]), "-for", sampled.String(), "-cpuprofile", profile); err != nil {
			return best, err
		}
		if *from == "gc" {
			profile = exe("gc") + ".pprof"
		}
		with := append(append([]string{}, build[base][:2]...), "-pgo="+profile, "-o", exe(kinds[base+1]), pkg)
		if err := command(with...); err != nil {
			return best, err
		}
	}
	sum := ""
	for range *rounds {
		for i, k := range kinds {
			out, err := exec.Command(exe(k), "-times", fmt.Sprint(*times)).Output()
			if err != nil {
				return best, fmt.Errorf("%s: %w", k, err)
			}
			var s string
			var ns float64
			if _, err := fmt.Sscan(string(out), &s, &ns); err != nil {
				return best, err
			}
			if sum != "" && s != sum {
				return best, fmt.Errorf("%s gives %s, others %s", k, s, sum)
			}
			sum = s
			if best[i] == 0 || ns < best[i] {
				best[i] = ns
			}
		}
	}
	return best, nil
}

func command(args ...string) error {
	c := exec.Command(args[0], args[1:]...)
	out, err := c.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}
