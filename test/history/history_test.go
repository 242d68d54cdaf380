// Package history tests that each old design fails as history knows it to have failed, and that its successor does not.
package history

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"strata/internal/design"
	"strata/test/internal/harness"
)

// programs holds the test program, compiled once for each set of designs, in dir.
var (
	programs = map[string]string{}
	dir      string
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(func() int {
		var err error
		if dir, err = os.MkdirTemp("", "history"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		return m.Run()
	}())
}

// program compiles the test program for the default with one dimension changed.
func program(t *testing.T, choice string) string {
	t.Helper()
	c, err := design.ParseChoice(choice)
	if err != nil {
		t.Fatal(err)
	}
	set, err := c.Designs()
	if err != nil {
		t.Fatal(err)
	}
	key := set.String()
	if programs[key] == "" {
		tool, err := harness.NewToolchainFor(set, "")
		if err != nil {
			t.Fatal(err)
		}
		source, err := filepath.Abs("testdata/effects.go")
		if err != nil {
			t.Fatal(err)
		}
		exe := filepath.Join(dir, fmt.Sprintf("effects%d", len(programs)))
		if err := tool.BuildFile(exe, source, harness.Flags{}); err != nil {
			t.Fatal(err)
		}
		programs[key] = exe
	}
	return programs[key]
}

// effect is a number that a design makes larger.
type effect struct {
	name     string
	args     []string // of the program, for the old and the new side
	old, new string   // designs
	oldArgs  []string // instead of args on the old side
	ratio    float64  // the old side's number is at least so many times the new one's
	least    float64  // and at least this
	timed    bool     // depends on what else the machine does
}

var effects = []effect{
	{name: "the stw pause grows with the heap", old: "gc=stw", new: "gc=stw",
		oldArgs: []string{"heap", "128"}, args: []string{"heap", "8"}, ratio: 4, timed: true},
	{name: "the stw pause is longer than a concurrent one", old: "gc=stw", new: "gc=hybrid",
		args: []string{"heap", "128"}, ratio: 5, timed: true},
	{name: "dijkstra's pause grows with the stacks", old: "gc=dijkstra", new: "gc=dijkstra",
		oldArgs: []string{"stacks", "8000"}, args: []string{"stacks", "200"}, ratio: 4, timed: true},
	{name: "dijkstra's pause with many stacks is longer than hybrid's", old: "gc=dijkstra", new: "gc=hybrid",
		args: []string{"stacks", "8000"}, ratio: 3, timed: true},
	{name: "with one queue a handed-over token waits for all", old: "sched=gm", new: "sched=gmp",
		args: []string{"queue"}, ratio: 10, least: 100},
	{name: "gm hands over through the kernel", old: "sched=gm", new: "sched=gmp",
		args: []string{"handover", "2"}, ratio: 4, least: 900, timed: true},
	{name: "gm is worse with a second processor", old: "sched=gm", new: "sched=gm",
		oldArgs: []string{"handover", "2"}, args: []string{"handover", "1"}, ratio: 4, least: 900, timed: true},
	{name: "with gm threads in system calls hold memory", old: "sched=gm", new: "sched=gmp",
		args: []string{"blocked", "200"}, ratio: 5, least: 5000},
	{name: "with gm every system call loses its place", old: "sched=gm", new: "sched=gmp",
		args: []string{"syscalls"}, ratio: 3, least: 60, timed: true},
	{name: "a call at the end of a segment splits every time", old: "stack=segmented", new: "stack=contiguous",
		args: []string{"hot"}, ratio: 2, least: 300, timed: true},
	{name: "a loop without calls starves others", old: "preempt=cooperative", new: "preempt=async",
		args: []string{"starve"}, ratio: 2, least: 300, timed: true},
	{name: "even a loop with calls starves others", old: "preempt=none", new: "preempt=cooperative",
		args: []string{"starvecalls"}, ratio: 2, least: 300, timed: true},
	{name: "without a limit garbage takes as much as what is live", old: "limit=none", new: "limit=soft",
		args: []string{"limit"}, ratio: 1.3, least: 50},
	{name: "goroutines that allocate mark", old: "assist=on", new: "assist=off", args: []string{"assists"}, ratio: 3, least: 500, timed: true},
	{name: "without a collector nothing is collected", old: "gc=hybrid", new: "gc=none", args: []string{"cycles"}, ratio: 10, least: 10},
	{name: "contiguous stacks are copied as they double", old: "stack=contiguous", new: "stack=segmented",
		args: []string{"moves"}, ratio: 7, least: 7},
}

// tries is how often an effect is looked for: on a busy machine times tell little.
const tries = 4

func TestEffects(t *testing.T) {
	for _, e := range effects {
		t.Run(strings.ReplaceAll(e.name, " ", "_"), func(t *testing.T) {
			if testing.Short() && e.timed {
				t.Skip("depends on time")
			}
			oldExe, newExe := program(t, e.old), program(t, e.new)
			var seen []string
			for range tries {
				oldArgs := e.args
				if e.oldArgs != nil {
					oldArgs = e.oldArgs
				}
				a, b := number(t, oldExe, oldArgs), number(t, newExe, e.args)
				seen = append(seen, fmt.Sprintf("%s %v: %v, %s %v: %v", e.old, oldArgs, a, e.new, e.args, b))
				if a >= e.least && a >= e.ratio*b {
					t.Log(seen[len(seen)-1])
					return
				}
			}
			t.Errorf("want at least %v and %v times the other:\n%s", e.least, e.ratio, strings.Join(seen, "\n"))
		})
	}
}

// number runs a program that prints one.
func number(t *testing.T, exe string, args []string) float64 {
	t.Helper()
	r := harness.Command{Args: append([]string{exe}, args...), Dir: filepath.Dir(exe), Limit: time.Minute}.Run()
	n, err := strconv.ParseFloat(strings.TrimSpace(string(r.Stdout)), 64)
	if r.Err != nil || r.TimedOut || r.Exit != 0 || err != nil {
		t.Fatalf("%v: exit %d, timeout %v, %v %v\n%s%s", args, r.Exit, r.TimedOut, r.Err, err, r.Stdout, r.Stderr)
	}
	return n
}
