package programs

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"strata/test/internal/harness"
)

func TestPrograms(t *testing.T) {
	list, err := readScripts()
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := choose(list)
	if err != nil {
		t.Fatal(err)
	}
	cache, err := cacheFolder()
	if err != nil {
		t.Fatal(err)
	}
	strata := *strataFlag
	if strata == "" {
		if strata, err = harness.BuildStrata(t.TempDir()); err != nil {
			t.Fatal(err)
		}
	}
	var rows []row
	for _, s := range chosen {
		t.Run(s.name, func(t *testing.T) {
			r := row{program: s.name}
			if err := r.compare(s, cache, strata, t.TempDir()); err != nil {
				t.Error(err)
			}
			t.Logf("%.1f s, %s", r.strata.CPU.Seconds(), r.outcome)
			rows = append(rows, r)
		})
	}
	t.Logf("\n%s", table(rows))
}

// choose gives the programs that the flags ask for.
func choose(list []*script) ([]*script, error) {
	re, err := regexp.Compile("^(" + *wanted + ")$")
	if err != nil {
		return nil, err
	}
	var i, n int
	if _, err := fmt.Sscanf(*shard, "%d/%d", &i, &n); err != nil || i < 1 || i > n {
		return nil, fmt.Errorf("-shard %s: want i/n", *shard)
	}
	var out []*script
	for _, s := range list {
		take := s.short
		switch {
		case *wanted != "":
			take = re.MatchString(s.name)
		case *full:
			take = harness.InShard(s.name, i-1, n)
		}
		if take {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no program is %q", *wanted)
	}
	return out, nil
}

func cacheFolder() (string, error) {
	dir := *cacheDir
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(user, "strata-programs")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o777)
}

// row is a line of the table.
type row struct {
	program    string
	gc, strata cost
	outcome    string
}

// compare builds and uses a program both ways. The row says how far it came.
func (r *row) compare(s *script, cache, strata, temp string) error {
	r.outcome = "not fetched"
	b, err := newBuilder(s, cache)
	if err != nil {
		return err
	}
	ports, err := freePorts(s)
	if err != nil {
		return err
	}
	var env []string
	if *fresh {
		env = freshCaches(temp)
	}
	r.outcome = "gc fails"
	reference, c, err := b.reference(cache, env...)
	r.gc = c
	if err != nil {
		return fmt.Errorf("gc: %w", err)
	}
	expected, err := b.exercise(cache, reference, ports)
	if err != nil {
		return fmt.Errorf("built by gc: %w", err)
	}
	if *onlyGC {
		r.outcome = "gc alone"
		fmt.Println(expected)
		return nil
	}
	if *goMemLimit != "" {
		env = append(env, "GOMEMLIMIT="+*goMemLimit)
	}
	r.outcome = "not built"
	if r.strata, err = b.build(strata, temp, *memory<<30, env...); err != nil {
		return err
	}
	r.outcome = "fails"
	got, err := b.exercise(cache, temp, ports)
	if err != nil {
		return fmt.Errorf("built by Strata: %w", err)
	}
	r.outcome = "differs"
	if got != expected {
		return fmt.Errorf("what comes out differs:\n%s", firstDifference(expected, got))
	}
	r.outcome = "same"
	return nil
}

// firstDifference shows two transcripts from where they part.
func firstDifference(gc, strata string) string {
	a, b := strings.SplitAfter(gc, "\n"), strings.SplitAfter(strata, "\n")
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	around := func(lines []string) string { return strings.Join(lines[max(0, i-2):min(len(lines), i+20)], "") }
	return fmt.Sprintf("line %d\ngc:\n%s\nStrata:\n%s", i+1, around(a), around(b))
}

func table(rows []row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-16s%10s%8s%12s%12s%8s%9s  %s\n", "", "gc CPU s", "MB", "Strata CPU s", "MB", "CPU ×", "MB ×", "output")
	for _, r := range rows {
		fmt.Fprintf(&b, "%-16s%10.1f%8d%12.1f%12d%8.2f%9.2f  %s\n", r.program, r.gc.CPU.Seconds(), r.gc.Peak, r.strata.CPU.Seconds(), r.strata.Peak,
			ratio(r.strata.CPU.Seconds(), r.gc.CPU.Seconds()), ratio(float64(r.strata.Peak), float64(r.gc.Peak)), r.outcome)
	}
	return b.String()
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// TestScripts checks that every program is pinned and that the short ones are three.
func TestScripts(t *testing.T) {
	list, err := readScripts()
	if err != nil {
		t.Fatal(err)
	}
	short := 0
	for _, s := range list {
		if s.short {
			short++
		}
	}
	if short != 3 {
		t.Errorf("%d programs are short, want 3", short)
	}
}
