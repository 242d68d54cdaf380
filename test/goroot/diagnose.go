package goroot

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"strata/internal/load"
)

// Cases that compare the compiler's messages about its own decisions (-m, check_bce) are judged line by line: a
// line agrees, or Strata decides better than gc, or worse, or says something else.

const diagnosticsFile = "diagnostics.txt"

// tally counts the lines of a case.
type tally struct{ agree, better, worse, otherwise int }

func (t tally) String() string {
	return fmt.Sprintf("agree=%d better=%d worse=%d otherwise=%d", t.agree, t.better, t.worse, t.otherwise)
}

func (t *tally) add(u tally) {
	t.agree += u.agree
	t.better += u.better
	t.worse += u.worse
	t.otherwise += u.otherwise
}

// tallies are the outcomes of a run.
type tallies struct {
	update bool // write the list
	mu     sync.Mutex
	sum    tally
	by     map[string]tally
	list   []string // lines that differ, with what was said
}

func (t *tallies) note(name string, n tally, details []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.by == nil {
		t.by = map[string]tally{}
	}
	t.by[name] = n
	t.sum.add(n)
	t.list = append(t.list, details...)
}

// diagnose compares the messages about the case's decisions with its ERROR comments.
func (r *runner) diagnose(c *Case, s settings, units []*unit) error {
	last := units[len(units)-1]
	list := sources(units, s)
	if last.name != "main" {
		list = append(list, c.importer(units))
	}
	prog, err := r.tool.Session.LoadSources(list...)
	if err == nil {
		err = prog.Err()
	}
	if err != nil {
		return err
	}
	i := slices.IndexFunc(prog.Packages, func(p *load.Package) bool { return slices.Contains(p.FileNames, last.names[0]) })
	if i < 0 {
		return fmt.Errorf("the program has no package of %s", last.names[0])
	}
	u, err := r.tool.Explain(prog, prog.Packages[i], s.Flags)
	if err != nil {
		return err
	}
	var msgs []string
	said := u.BoundsChecks()
	if s.explain > 0 {
		said = u.Messages(s.explain)
	}
	for _, m := range said {
		msgs = append(msgs, fmt.Sprintf("%s:%d:%d: %s", m.Pos.Filename, m.Pos.Line, m.Pos.Column, m.Text))
	}
	n, details, err := compareLines(msgs, last.names)
	if err != nil {
		return err
	}
	for i := range details {
		details[i] = c.Name + ": " + details[i]
	}
	r.tallies.note(c.Name, n, details)
	known, err := readTallies()
	if err != nil {
		return err
	}
	k, listed := known[c.Name]
	switch {
	case r.tallies.update:
		return nil
	case n.worse > k.n.worse || n.otherwise > k.n.otherwise:
		return fmt.Errorf("%v; listed in %s is %v\n%s", n, diagnosticsFile, k.n, strings.Join(details, "\n"))
	case listed && n.worse+n.otherwise == 0 && k.n.worse+k.n.otherwise > 0:
		return fmt.Errorf("%v: better than listed in %s; run with -update", n, diagnosticsFile)
	}
	return nil
}

// compareLines judges every line for which gc or Strata has something to say.
func compareLines(msgs, names []string) (n tally, details []string, err error) {
	want := map[string][]wanted{}
	var places []string
	place := func(p string) {
		if !slices.Contains(places, p) {
			places = append(places, p)
		}
	}
	for _, name := range names {
		list, err := wantedErrors(name)
		if err != nil {
			return n, nil, err
		}
		for _, w := range list {
			want[w.place] = append(want[w.place], w)
			place(w.place)
		}
	}
	got := map[string][]string{}
	for _, m := range msgs {
		m = baseName(m)
		if !inFiles(m, names) {
			continue
		}
		file, rest, _ := strings.Cut(m, ":")
		line, rest, _ := strings.Cut(rest, ":")
		_, text, _ := strings.Cut(rest, ": ")
		got[file+":"+line] = append(got[file+":"+line], text)
		place(file + ":" + line)
	}
	for _, p := range places {
		class, why := judgeLine(want[p], got[p])
		switch class {
		case agrees:
			n.agree++
			continue
		case better:
			n.better++
		case worse:
			n.worse++
		default:
			n.otherwise++
		}
		details = append(details, fmt.Sprintf("%s: %s: %s", p, class, why))
	}
	return n, details, nil
}

// lineClass is how a line compares with gc's.
type lineClass string

const (
	agrees    lineClass = "agrees"
	better    lineClass = "Strata decides better"
	worse     lineClass = "Strata decides worse"
	otherwise lineClass = "worded otherwise"
)

// judgeLine pairs what gc says of a line with what Strata says; one message may answer several comments.
func judgeLine(want []wanted, got []string) (lineClass, string) {
	used := make([]bool, len(got))
	var missing []wanted
	for _, w := range want {
		found := false
		for i, g := range got {
			if w.re.MatchString(g) {
				found, used[i] = true, true
			}
		}
		if !found {
			missing = append(missing, w)
		}
	}
	var extra []string
	for i, g := range got {
		if !used[i] && !strings.HasPrefix(g, " ") {
			extra = append(extra, g)
		}
	}
	if len(missing) == 0 && len(extra) == 0 {
		return agrees, ""
	}
	lost, won := 0, 0
	var text []string
	for _, w := range missing {
		text = append(text, "gc: "+w.text)
		lost += value(w.text)
	}
	for _, g := range extra {
		text = append(text, "strata: "+g)
		won += value(g)
	}
	why := strings.Join(text, "; ")
	switch {
	case won > lost:
		return better, why
	case won < lost:
		return worse, why
	}
	return otherwise, why
}

// values are the worth of decisions: what is good for the program counts up, what costs counts down. The first
// match holds.
var values = []struct {
	re    *regexp.Regexp
	worth int
}{
	{regexp.MustCompile(`(inlining call|can inline|devirtualizing|PGO)`), 4},
	{regexp.MustCompile(`cannot inline`), -4},
	{regexp.MustCompile(`leaking param content`), -2},
	{regexp.MustCompile(`leaking( param)?:? .*to result.* level=0`), -2},
	{regexp.MustCompile(`leaking( param)?:? .*to result`), -1},
	{regexp.MustCompile(`leaking`), -3},
	{regexp.MustCompile(`(escapes to heap|moved to heap|allocated)`), -4},
	{regexp.MustCompile(`Found Is`), -4},
}

func value(text string) int {
	for _, v := range values {
		if v.re.MatchString(text) {
			if v.worth > 0 && strings.HasPrefix(text, "cannot") {
				return -v.worth
			}
			return v.worth
		}
	}
	return 0
}

// knownTally is a line of the list.
type knownTally struct {
	n      tally
	reason string
}

var tallyLine = regexp.MustCompile(`^(\S+): agree=(\d+) better=(\d+) worse=(\d+) otherwise=(\d+)(?:: (.*))?$`)

func readTallies() (map[string]knownTally, error) {
	data, err := os.ReadFile(diagnosticsFile)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	out := map[string]knownTally{}
	for i, line := range strings.Split(string(data), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		m := tallyLine.FindStringSubmatch(line)
		if m == nil {
			return nil, fmt.Errorf("%s:%d: no tally", diagnosticsFile, i+1)
		}
		num := func(k int) int { n, _ := strconv.Atoi(m[k]); return n }
		out[m[1]] = knownTally{tally{num(2), num(3), num(4), num(5)}, m[6]}
	}
	return out, nil
}

// finish prints the sums, and with -update writes the list, keeping reasons.
func (t *tallies) finish(details string) error {
	if len(t.by) == 0 {
		return nil
	}
	lines := t.sum.agree + t.sum.better + t.sum.worse + t.sum.otherwise
	fmt.Printf("messages about decisions, by line: %v; %.1f%% as gc\n", t.sum, 100*float64(t.sum.agree)/float64(lines))
	if details != "" {
		slices.Sort(t.list)
		if err := os.WriteFile(details, []byte(strings.Join(t.list, "\n")+"\n"), 0o666); err != nil {
			return err
		}
	}
	if !t.update {
		return nil
	}
	known, err := readTallies()
	if err != nil {
		return err
	}
	for name, n := range t.by {
		known[name] = knownTally{n, known[name].reason}
	}
	var out []string
	for name, k := range known {
		line := fmt.Sprintf("%s: %v", name, k.n)
		if k.n.worse+k.n.otherwise > 0 {
			if k.reason == "" {
				k.reason = "?"
			}
			line += ": " + k.reason
		}
		out = append(out, line)
	}
	slices.Sort(out)
	header := "# Lines of each case by how Strata's messages about decisions compare with gc's, and why some are worse or\n" +
		"# worded otherwise. go test ./test/goroot -full -pattern '...' -update writes the counts and keeps the reasons.\n"
	return os.WriteFile(diagnosticsFile, []byte(header+strings.Join(out, "\n")+"\n"), 0o666)
}
