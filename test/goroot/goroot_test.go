package goroot

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"strata/internal/load"
	"strata/test/internal/harness"
)

var (
	full    = flag.Bool("full", false, "run the whole suite, not a slice")
	family  = flag.String("family", "", "comma-separated families: run, errorcheck, compile, ...")
	pattern = flag.String("pattern", "", "regular expression for the names of cases")
	shard   = flag.Int("shard", 0, "the slice to run")
	shards  = flag.Int("shards", 0, "number of slices; 0 is 1 with -full or -pattern, else 40")
	report  = flag.String("report", "", "file for a line per case: outcome, family, name, time, first line of the failure")
	update  = flag.Bool("update", false, "write the counts of "+diagnosticsFile)
	details = flag.String("details", "", "file for the lines on which messages about decisions differ from gc's")
	stress  = flag.String("stress", "", "value of STRATASTRESS for the programs: gc,stack,sched,poison")
)

const (
	knownFile = "known_failures.txt"
	exitsFile = "exits.txt"
)

// TestSuite runs GOROOT/test, or the slice of it that the flags ask for.
func TestSuite(t *testing.T) {
	cases := selected(t)
	known, err := harness.ReadKnown(knownFile)
	if err != nil {
		t.Fatal(err)
	}
	exits, err := harness.ReadKnown(exitsFile)
	if err != nil {
		t.Fatal(err)
	}
	tool, err := harness.Shared()
	if err != nil {
		t.Fatal(err)
	}
	r := &runner{tool: tool, noToken: map[string]bool{}, tallies: &tallies{update: *update}}
	for _, name := range exits.Names() {
		r.noToken[name] = true
	}
	if *stress != "" {
		r.env = []string{"STRATASTRESS=" + *stress}
	}
	log := newLog(t)
	t.Cleanup(log.close)
	t.Cleanup(func() {
		if err := r.tallies.finish(*details); err != nil {
			t.Error(err)
		}
	})
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			err := r.run(c)
			log.judge(t, c, err, time.Since(start), known)
		})
	}
}

// selected finds the cases that the flags ask for.
func selected(t *testing.T) []*Case {
	goroot, _, err := load.FindGoroot(nil)
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(goroot, "test")
	if _, err := os.Stat(root); err != nil {
		t.Skip("this Go comes without GOROOT/test: take Go's source archive, or a checkout of its repository at the same release")
	}
	cases, err := Find(root)
	if err != nil {
		t.Fatal(err)
	}
	rx, err := regexp.Compile(*pattern)
	if err != nil {
		t.Fatal(err)
	}
	n := *shards
	if n == 0 {
		n = 40
		if *full || *pattern != "" {
			n = 1
		}
	}
	families := strings.Split(*family, ",")
	return slices.DeleteFunc(cases, func(c *Case) bool {
		return !rx.MatchString(c.Name) || !harness.InShard(c.Name, *shard, n) ||
			*family != "" && !slices.Contains(families, c.Family())
	})
}

// log collects the outcomes.
type log struct {
	mu    sync.Mutex
	table *harness.Table
	file  *os.File
}

func newLog(t *testing.T) *log {
	l := &log{table: harness.NewTable("pass", "FAIL", "known", "FIXED", "skip")}
	if *report != "" {
		f, err := os.Create(*report)
		if err != nil {
			t.Fatal(err)
		}
		l.file = f
	}
	return l
}

func (l *log) close() {
	l.table.Print(os.Stdout)
	if l.file != nil {
		l.file.Close()
	}
}

// judge compares an outcome with the list of known failures.
func (l *log) judge(t *testing.T, c *Case, err error, took time.Duration, known *harness.Known) {
	var skipped Skipped
	if errors.As(err, &skipped) {
		l.note("skip", c, took, err)
		if _, listed := known.Reason(c.Name); !listed {
			t.Skip(err)
		}
		err = nil
	}
	v := known.Judge(c.Name, err)
	if skipped == "" || v == harness.Fixed {
		l.note(v.String(), c, took, err)
	}
	switch v {
	case harness.Fail:
		t.Error(short(err))
	case harness.Fixed:
		t.Errorf("passes, but is listed in %s: remove it", known.File)
	case harness.KnownFail:
		reason, _ := known.Reason(c.Name)
		t.Skipf("known: %s\n%s", reason, short(err))
	}
}

// short keeps the beginning of a long message.
func short(err error) string {
	const most = 3000
	s := err.Error()
	if len(s) > most {
		s = s[:most] + "..."
	}
	return s
}

func (l *log) note(outcome string, c *Case, took time.Duration, err error) {
	l.table.Add(c.Family(), outcome)
	if l.file == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	line := ""
	if err != nil {
		line = strings.Join(strings.Fields(short(err)), " ")
		line = line[:min(len(line), 300)]
	}
	fmt.Fprintf(l.file, "%s\t%s\t%s\t%.2fs\t%s\n", outcome, c.Family(), c.Name, took.Seconds(), line)
}

// TestLists checks that the lists name cases that exist.
func TestLists(t *testing.T) {
	goroot, _, err := load.FindGoroot(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{knownFile, exitsFile} {
		list, err := harness.ReadKnown(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(goroot, "test")); err != nil {
			continue
		}
		for _, name := range list.All() {
			if _, err := os.Stat(filepath.Join(goroot, "test", name)); err != nil {
				t.Errorf("%s: %s is not in GOROOT/test", file, name)
			}
		}
	}
}
