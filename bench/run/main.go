// Command run compares Strata with gc: speed of programs, compile times, sizes of executables.
//
//	go run ./bench/run                      everything, 5 rounds
//	go run ./bench/run -groups cpu,maps -rounds 3 -json out.json
//
// Both compilers' executables run interleaved, round by round, so that what else the machine does hits both. Figures
// are medians over the rounds; a ratio is Strata's figure over gc's, so below 1 Strata is faster.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"strata/bench/internal/checkout"
)

var (
	groups  = flag.String("groups", "cpu,alloc,maps,text,calls,conc,mix,net,gc,basics", "groups to run")
	rounds  = flag.Int("rounds", 5, "runs of every executable")
	filter  = flag.String("filter", "", "only benchmarks whose names contain this")
	out     = flag.String("json", "", "file for the figures as JSON")
	compile = flag.Bool("compile", true, "measure compile times too")
	flags   = flag.String("strataflags", "", "flags for strata build: -gc=... and so on")
)

// Result is one benchmark's figures in ns/op.
type Result struct {
	Group, Name string
	GC, Strata  []float64 // one for each round
	Ratio       float64   // of the medians
}

// Report is what goes into the JSON file.
type Report struct {
	GoVersion string
	Results   []*Result
	Geomeans  map[string]float64
	Compile   []*Compile
}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "strata-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	strata, err := checkout.Strata(dir)
	if err != nil {
		return err
	}
	version, _ := exec.Command("go", "version").Output()
	rep := &Report{GoVersion: strings.TrimSpace(string(version)), Geomeans: map[string]float64{}}
	for group := range strings.SplitSeq(*groups, ",") {
		if group == "" {
			continue
		}
		list, err := runGroup(dir, strata, group)
		if err != nil {
			return err
		}
		rep.Results = append(rep.Results, list...)
		rep.Geomeans[group] = geomean(list)
		show(group, list, rep.Geomeans[group])
	}
	if all := geomean(rep.Results); len(rep.Results) > 0 {
		rep.Geomeans["all"] = all
		fmt.Printf("geometric mean of all: %.3f\n", all)
	}
	if *compile {
		if rep.Compile, err = compileTimes(dir, strata); err != nil {
			return err
		}
		showCompile(rep.Compile)
	}
	if *out == "" {
		return nil
	}
	data, err := json.MarshalIndent(rep, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(*out, data, 0o666)
}

// runGroup builds a group's program both ways and runs it round by round.
func runGroup(dir, strata, group string) ([]*Result, error) {
	gcExe, strataExe := filepath.Join(dir, group+".gc"), filepath.Join(dir, group+".strata")
	if _, err := command(nil, "go", "build", "-o", gcExe, "./bench/"+group); err != nil {
		return nil, err
	}
	args := append([]string{strata, "build", "-o", strataExe}, strings.Fields(*flags)...)
	if _, err := command(nil, append(args, "./bench/"+group)...); err != nil {
		return nil, err
	}
	byName := map[string]*Result{}
	var order []*Result
	for range *rounds {
		for i, exe := range []string{gcExe, strataExe} {
			figures, err := measure(exe)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", filepath.Base(exe), err)
			}
			for _, f := range figures {
				r := byName[f.name]
				if r == nil {
					r = &Result{Group: group, Name: f.name}
					byName[f.name] = r
					order = append(order, r)
				}
				if i == 0 {
					r.GC = append(r.GC, f.ns)
				} else {
					r.Strata = append(r.Strata, f.ns)
				}
			}
		}
	}
	for _, r := range order {
		r.Ratio = median(r.Strata) / median(r.GC)
	}
	return order, nil
}

type figure struct {
	name string
	ns   float64
}

// measure runs an executable and reads its "name ns/op" lines.
func measure(exe string) ([]figure, error) {
	cmd := exec.Command(exe)
	if *filter != "" {
		cmd.Args = append(cmd.Args, *filter)
	}
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var list []figure
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) != 2 {
			return nil, fmt.Errorf("unexpected output %q", line)
		}
		ns, err := strconv.ParseFloat(words[1], 64)
		if err != nil {
			return nil, err
		}
		list = append(list, figure{words[0], ns})
	}
	return list, nil
}

func median(xs []float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(xs))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

func geomean(list []*Result) float64 {
	sum, n := 0.0, 0
	for _, r := range list {
		if r.Ratio > 0 {
			sum += math.Log(r.Ratio)
			n++
		}
	}
	return math.Exp(sum / float64(n))
}

func show(group string, list []*Result, mean float64) {
	fmt.Printf("%-16s%14s%14s%9s\n", group, "gc ns/op", "strata ns/op", "ratio")
	for _, r := range list {
		fmt.Printf("  %-14s%14.1f%14.1f%9.2f\n", r.Name, median(r.GC), median(r.Strata), r.Ratio)
	}
	fmt.Printf("  %-14s%37.3f\n\n", "geomean", mean)
}

// command runs a command and shows what it printed if it fails. It gives the CPU time of the command and its children.
func command(env []string, args ...string) (time.Duration, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env...)
	if text, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, text)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}
