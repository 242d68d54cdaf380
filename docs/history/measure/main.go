// Measure runs the commands that stand above the tables of docs/history, keeps their samples in docs/history/data and
// writes the tables anew. Run it in the root of the repository, on a machine that does nothing else:
//
//	go run ./docs/history/measure [-rounds n] [-only regexp] [-run=false]
//
// A table that is measured has a comment above its heading,
//
//	<!-- data/abi.json; Calls/fib; HotSplit: worst/best; trees: GC pause, longest; : machine code -->
//
// which names the file of the samples and, for each column after the first, a figure of the report: a benchmark or a program
// (of none, what all have in common) and, unless it is the time an operation, the figure's name. The command is the last
// indented line before the comment that runs strata timeline. A page may show samples that another page's command measures.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	rounds := flag.Int("rounds", 0, "measure `n` rounds instead of those that the pages' commands name")
	only := flag.String("only", "", "measure only data files whose names match `regexp`")
	run := flag.Bool("run", true, "measure; otherwise only write the tables anew from the samples that are there")
	dir := flag.String("dir", "docs/history", "the `folder` of the pages")
	flag.Parse()
	if err := measure(*dir, *only, *rounds, *run); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

// measure does all that the program is for.
func measure(dir, only string, rounds int, run bool) error {
	chosen, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	pages, err := readPages(dir)
	if err != nil {
		return err
	}
	if run {
		if err := runCommands(dir, pages, chosen, rounds); err != nil {
			return err
		}
	}
	for _, p := range pages {
		text, err := p.render(dir)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, p.name), []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// runCommands builds strata and runs the command of every chosen data file once.
func runCommands(dir string, pages []*page, chosen *regexp.Regexp, rounds int) error {
	temp, err := os.MkdirTemp("", "measure")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	strata := filepath.Join(temp, "strata")
	if err := visibly(exec.Command("go", "build", "-o", strata, "./cmd/strata")); err != nil {
		return err
	}
	for _, p := range pages {
		for _, t := range p.tables {
			if t.command == nil || !chosen.MatchString(t.data) {
				continue
			}
			args := commandLine(t, strata, rounds)
			fmt.Fprintln(os.Stderr, strings.Join(args, " "))
			cmd := exec.Command(args[0], args[1:]...)
			cmd.Dir = filepath.Join(dir, filepath.Dir(t.data))
			if err := visibly(cmd); err != nil {
				return fmt.Errorf("%s: %w", t.data, err)
			}
		}
	}
	return nil
}

// commandLine is a table's command with this strata, writing the samples and, if rounds is not 0, with that many rounds.
func commandLine(t *table, strata string, rounds int) []string {
	args := slices.Clone(t.command)
	at := slices.Index(args, "timeline")
	args[at-1] = strata
	args = slices.Insert(args, at+1, "-json="+filepath.Base(t.data))
	if rounds > 0 {
		args = slices.DeleteFunc(args, func(a string) bool { return strings.HasPrefix(a, "-rounds=") })
		args = slices.Insert(args, at+1, fmt.Sprintf("-rounds=%d", rounds))
	}
	return args
}

func visibly(cmd *exec.Cmd) error {
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return cmd.Run()
}
