package harness

import (
	"fmt"
	"hash/fnv"
	"io"
	"sort"
	"sync"
)

// Table counts outcomes by family.
type Table struct {
	mu     sync.Mutex
	counts map[string]map[string]int
	kinds  []string
}

// NewTable makes a table with a column for each kind of outcome.
func NewTable(kinds ...string) *Table {
	return &Table{counts: map[string]map[string]int{}, kinds: kinds}
}

// Add counts one outcome.
func (t *Table) Add(family, kind string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts[family] == nil {
		t.counts[family] = map[string]int{}
	}
	t.counts[family][kind]++
}

// Print writes the table, with a line of totals.
func (t *Table) Print(w io.Writer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var families []string
	for f := range t.counts {
		families = append(families, f)
	}
	sort.Strings(families)
	fmt.Fprintf(w, "%-22s", "")
	for _, k := range t.kinds {
		fmt.Fprintf(w, "%8s", k)
	}
	fmt.Fprintln(w)
	total := map[string]int{}
	for _, f := range families {
		t.line(w, f, t.counts[f])
		for k, n := range t.counts[f] {
			total[k] += n
		}
	}
	t.line(w, "total", total)
}

func (t *Table) line(w io.Writer, name string, counts map[string]int) {
	fmt.Fprintf(w, "%-22s", name)
	for _, k := range t.kinds {
		fmt.Fprintf(w, "%8d", counts[k])
	}
	fmt.Fprintln(w)
}

// InShard says whether a name belongs to shard i of n.
func InShard(name string, i, n int) bool {
	if n <= 1 {
		return true
	}
	h := fnv.New32a()
	io.WriteString(h, name)
	return int(h.Sum32()%uint32(n)) == i
}
