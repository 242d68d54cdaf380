// Package std runs the standard library's own tests under Strata.
//
//	go test ./test/std                          a few quick packages
//	go test ./test/std -full -timeout 3h        all of `go list std`
//	go test ./test/std -packages 'fmt net/...'  some
//	go test ./test/std -run Eras -everyera      a chosen part under every era
package std

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"strata/test/internal/harness"
)

var (
	full     = flag.Bool("full", false, "all packages")
	packages = flag.String("packages", "", "space-separated package patterns")
	shard    = flag.Int("shard", 0, "the slice to run")
	shards   = flag.Int("shards", 1, "number of slices")
	limit    = flag.Duration("limit", 10*time.Minute, "time for one package, compilation included")
	report   = flag.String("report", "", "file for a line per package")
	keep     = flag.String("keep", "", "directory for the output of packages that fail")
)

const knownFile = "known_failures.txt"

// quick are packages whose tests compile and run in seconds.
var quick = []string{"cmp", "container/heap", "container/list", "encoding/hex", "errors", "html", "iter", "maps", "path", "slices",
	"sort", "strings", "sync/atomic", "text/tabwriter", "unicode/utf8"}

func TestStd(t *testing.T) {
	known, err := harness.ReadKnown(knownFile)
	if err != nil {
		t.Fatal(err)
	}
	strata, err := harness.BuildStrata(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	log := newLog(t)
	t.Cleanup(log.close)
	for _, pkg := range expand(t, patterns()) {
		if !harness.InShard(pkg, *shard, *shards) {
			continue
		}
		t.Run(pkg, func(t *testing.T) {
			t.Parallel()
			o := run(strata, pkg, harness.DesignFlags(), known)
			log.add(t, pkg, o, o.judge(pkg, known))
		})
	}
}

// patterns are the packages to test, as `go list` takes them.
func patterns() []string {
	switch {
	case *packages != "":
		return strings.Fields(*packages)
	case *full:
		return []string{"std"}
	case testing.Short():
		return quick[:5]
	}
	return quick
}

// expand gives the import paths that patterns stand for.
func expand(t *testing.T, patterns []string) []string {
	cmd := exec.Command("go", append([]string{"list"}, patterns...)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Fields(string(out)), func(p string) bool {
		return strings.HasPrefix(p, "vendor/")
	})
}

// outcome is what came of one package's tests.
type outcome struct {
	passed, skipped int
	failed          []string
	noTests         bool
	whole           error // the package as a whole failed: it did not compile, crashed or hung
	took            time.Duration
	output          []byte
}

// run runs the tests of one package, without those that are listed as crashing or hanging.
func run(strata, pkg string, designs []string, known *harness.Known) *outcome {
	args := []string{strata, "test", "-short", "-v", "-timeout", limit.String()}
	args = append(args, designs...)
	if skip := crashing(pkg, known); len(skip) > 0 {
		args = append(args, "-skip", "^("+strings.Join(skip, "|")+")$")
	}
	r := harness.Command{Args: append(args, pkg), Limit: *limit + time.Minute, Combine: true, Env: []string{"CGO_ENABLED=0"}}.Run()
	o := &outcome{took: r.Elapsed, output: r.Stdout}
	o.count(string(r.Stdout))
	switch {
	case r.Err != nil:
		o.whole = r.Err
	case r.TimedOut:
		o.whole = errors.New("timeout")
	case r.Exit != 0 && (len(o.failed) == 0 || crashed(r.Stdout)):
		o.whole = errors.New(reason(r.Stdout))
	}
	return o
}

// crashing are the tests of a package that must not be started: reasons that open with "crash" or "hang".
func crashing(pkg string, known *harness.Known) []string {
	var out []string
	for _, name := range known.Names() {
		test, ok := strings.CutPrefix(name, pkg+".")
		reason, _ := known.Reason(name)
		if ok && (strings.HasPrefix(reason, "crash") || strings.HasPrefix(reason, "hang")) {
			out = append(out, test)
		}
	}
	slices.Sort(out)
	return out
}

func crashed(out []byte) bool {
	s := string(out)
	return strings.Contains(s, "\nfatal error: ") || strings.Contains(s, "\npanic: ") || strings.Contains(s, "\nSIG")
}

// count reads the output of -v; only tests at top level count.
func (o *outcome) count(out string) {
	o.noTests = strings.Contains(out, "[no test files]") || strings.Contains(out, "[no tests to run]")
	for line := range strings.SplitSeq(out, "\n") {
		kind, rest, ok := strings.Cut(line, ": ")
		if !ok {
			continue
		}
		name, _, _ := strings.Cut(rest, " ")
		switch kind {
		case "--- PASS":
			o.passed++
		case "--- SKIP":
			o.skipped++
		case "--- FAIL":
			o.failed = append(o.failed, name)
		}
	}
}

// judge compares with the list of known failures: what fails and is not listed, and what is listed and does not fail.
func (o *outcome) judge(pkg string, known *harness.Known) []string {
	if reason, listed := known.Reason(pkg); listed {
		if o.whole == nil && len(o.failed) == 0 {
			return []string{pkg + " passes, but is listed (" + reason + "): remove it from " + knownFile}
		}
		return nil
	}
	var wrong []string
	if o.whole != nil {
		wrong = append(wrong, o.whole.Error())
	}
	for _, name := range o.failed {
		if _, listed := known.Reason(pkg + "." + name); !listed {
			wrong = append(wrong, name+" fails")
		}
	}
	for _, name := range known.Names() {
		test, ok := strings.CutPrefix(name, pkg+".")
		if !ok || o.whole != nil || slices.Contains(o.failed, test) || slices.Contains(crashing(pkg, known), test) || strings.Contains(test, "/") {
			continue
		}
		wrong = append(wrong, test+" passes, but is listed: remove it from "+knownFile)
	}
	return wrong
}

var reasonLine = regexp.MustCompile(`(?m)^(?:fatal error: |panic: |unexpected fault|SIG|link: |internal compiler error|.*\[build failed\])`)

// reason shows the lines around the first that says why a package ended.
func reason(out []byte) string {
	at := 0
	if m := reasonLine.FindIndex(out); m != nil {
		at = m[0]
	} else {
		at = max(0, len(out)-1500)
	}
	return string(out[at:min(len(out), at+1500)])
}

// log writes the table of results.
type log struct {
	table *harness.Table
	file  *os.File
	lines chan string
	done  chan struct{}
}

func newLog(t *testing.T) *log {
	l := &log{table: harness.NewTable("packages", "ok", "FAIL", "pass", "fail", "skip"), lines: make(chan string), done: make(chan struct{})}
	if *report != "" {
		f, err := os.Create(*report)
		if err != nil {
			t.Fatal(err)
		}
		l.file = f
	}
	go func() {
		defer close(l.done)
		for s := range l.lines {
			if l.file != nil {
				fmt.Fprintln(l.file, s)
			}
		}
	}()
	return l
}

func (l *log) close() {
	close(l.lines)
	<-l.done
	l.table.Print(os.Stdout)
	if l.file != nil {
		l.file.Close()
	}
}

func (l *log) add(t *testing.T, pkg string, o *outcome, wrong []string) {
	status := "ok"
	switch {
	case o.whole != nil || len(o.failed) > 0:
		status = "FAIL"
	case o.noTests:
		status = "none"
	}
	family, _, _ := strings.Cut(pkg, "/")
	l.table.Add(family, "packages")
	l.table.Add(family, status)
	for kind, n := range map[string]int{"pass": o.passed, "fail": len(o.failed), "skip": o.skipped} {
		for range n {
			l.table.Add(family, kind)
		}
	}
	why := ""
	if o.whole != nil {
		why = strings.Join(strings.Fields(o.whole.Error()), " ")
		why = why[:min(len(why), 300)]
	}
	l.lines <- fmt.Sprintf("%s\t%s\t%d\t%d\t%d\t%.1fs\t%s\t%s", status, pkg, o.passed, len(o.failed), o.skipped, o.took.Seconds(),
		strings.Join(o.failed, ","), why)
	if *keep != "" && status == "FAIL" {
		os.WriteFile(filepath.Join(*keep, strings.ReplaceAll(pkg, "/", "_")+".txt"), o.output, 0o666)
	}
	for _, w := range wrong {
		t.Error(w)
	}
}
