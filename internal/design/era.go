package design

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// Now is the name of the default era: the best variant of every dimension.
const Now = "now"

// Era is what Go was at a release: a variant of every dimension.
type Era struct {
	Name    string // the release, without "go": 1.5
	Doc     string // what was new
	Profile bool   // -pgo=auto looks for a profile
	designs Set
}

// columns are the dimensions in the order of the words in rows of eras.
var columns = []string{"backend", "regalloc", "abi", "stack", "sched", "preempt", "gc", "limit"}

// eras from the oldest. A release between two rows is the earlier one.
var eras = []Era{
	row("1.0", "the first release", false, "classic none stack segmented gm none stw none"),
	row("1.1", "processors with local queues, the network poller", false, "classic none stack segmented gmp none stw none"),
	row("1.2", "preemption at function prologues", false, "classic none stack segmented gmp cooperative stw none"),
	row("1.4", "contiguous stacks", false, "classic none stack contiguous gmp cooperative stw none"),
	row("1.5", "the concurrent collector", false, "classic none stack contiguous gmp cooperative dijkstra none"),
	row("1.7", "the SSA back end", false, "ssa linear stack contiguous gmp cooperative dijkstra none"),
	row("1.8", "the hybrid barrier", false, "ssa linear stack contiguous gmp cooperative hybrid none"),
	row("1.9", "better register allocation", false, "ssa split stack contiguous gmp cooperative hybrid none"),
	row("1.14", "asynchronous preemption", false, "ssa split stack contiguous gmp async hybrid none"),
	row("1.17", "arguments and results in registers", false, "ssa split register contiguous gmp async hybrid none"),
	row("1.19", "the soft memory limit", false, "ssa split register contiguous gmp async hybrid soft"),
	row("1.20", "profile-guided optimisation", true, "ssa split register contiguous gmp async hybrid soft"),
	{Now, "the best variant of every dimension", true, Default()},
}

func row(name, doc string, profile bool, variants string) Era {
	set := Default() // of dimensions that are younger than the table: what Go always was
	for i, v := range strings.Fields(variants) {
		set[columns[i]] = v
	}
	return Era{name, doc, profile, set}
}

// Eras lists the eras from the oldest to now.
func Eras() []Era { return append([]Era(nil), eras...) }

// LookupEra finds an era by name. Releases that have no row of their own are those of the row before: 1.12 is 1.9.
func LookupEra(name string) (Era, error) {
	var best *Era
	for i := range eras {
		e := &eras[i]
		if e.Name == name {
			return *e, nil
		}
		if n := minor(e.Name); n >= 0 && n <= minor(name) {
			best = e
		}
	}
	if best == nil {
		return Era{}, fmt.Errorf("no era %q; there is %s", name, strings.Join(EraNames(), ", "))
	}
	return *best, nil
}

// minor is 5 for "1.5" and -1 for what is no release.
func minor(name string) int {
	digits, ok := strings.CutPrefix(name, "1.")
	n, err := strconv.ParseUint(digits, 10, 8)
	if !ok || err != nil {
		return -1
	}
	return int(n)
}

// EraNames lists the names of all eras.
func EraNames() []string {
	var out []string
	for _, e := range eras {
		out = append(out, e.Name)
	}
	return out
}

// Designs gives the era's variant of every dimension.
func (e Era) Designs() (Set, error) {
	for _, d := range Dimensions {
		v := e.designs[d.Name]
		if _, err := d.variant(v); err != nil {
			return nil, fmt.Errorf("-era=%s needs -%s=%s, which Strata does not have yet", e.Name, d.Name, v)
		}
	}
	return maps.Clone(e.designs), nil
}
