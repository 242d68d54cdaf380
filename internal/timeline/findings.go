package timeline

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// finding is a step between neighbouring columns that is worth a sentence.
type finding struct {
	Subject string // what changed: "GC pause, longest"
	Program string
	Change  string // "36 times shorter"
	From    string
	To      string
	Label   string // what is new there
	Better  bool
	size    float64 // logarithm of the ratio
}

// maxFindings is how many steps a reader wants to hear of first.
const maxFindings = 6

// findings lists the largest significant steps from one of Strata's columns to the next, one for each figure.
func (r *Report) findings() []finding {
	var columns []*Column
	for _, c := range r.Columns {
		if c.Release == "" && c.Error == "" {
			columns = append(columns, c)
		}
	}
	var out []finding
	for _, f := range r.telling() {
		if best := f.largestStep(columns); best != nil {
			out = append(out, *best)
		}
	}
	slices.SortStableFunc(out, func(a, b finding) int { return cmp.Compare(math.Abs(b.size), math.Abs(a.size)) })
	return out[:min(len(out), maxFindings)]
}

// telling are the figures that say what the programs are about: those that a program prints itself, or else those of the program as a
// whole. Of a distribution the longest stands for all.
func (r *Report) telling() []*Figure {
	prints := map[string]bool{}
	for _, f := range r.Figures {
		prints[f.Program] = prints[f.Program] || f.Bench != ""
	}
	var out []*Figure
	for _, f := range r.Figures {
		_, part, _ := strings.Cut(f.Name, ", ")
		whole := f.Bench == "" && prints[f.Program]
		if !whole && (part == "" || part == "longest") && f.Unit != "cycles" {
			out = append(out, f)
		}
	}
	return out
}

// largestStep is the largest significant step of a figure from one column to the next; nil if there is none of a quarter or more.
func (f *Figure) largestStep(columns []*Column) *finding {
	var best *finding
	for i := 1; i < len(columns); i++ {
		if !f.steps(columns, i) {
			continue
		}
		s := f.Summarise(columns[i].Name, columns[i-1].Name)
		size := math.Log(s.Ratio)
		if math.Abs(size) < math.Log(1.25) || best != nil && math.Abs(best.size) >= math.Abs(size) {
			continue
		}
		best = &finding{
			Subject: f.Title(), Program: f.Program, Change: f.change(s.Ratio),
			From: columns[i-1].Name, To: columns[i].Name, Label: columns[i].Label,
			Better: (s.Ratio < 1) == LowerIsBetter(f.Unit), size: size,
		}
	}
	return best
}

// Title names a figure for people: of benchmarks' times only the benchmark, of others what was measured too.
func (f *Figure) Title() string {
	if f.Bench == "" {
		return f.Name
	}
	what := strings.TrimSuffix(f.Unit, "-sec")
	switch what {
	case "sec/op":
		return f.Bench
	case "B/op":
		what = "bytes/op"
	}
	return f.Bench + ", " + what
}

// steps reports whether the figure changes significantly at column i. Of the hundreds of comparisons of a long list some are
// significant by chance; so there the change must also hold between the columns around: two before and two after.
func (f *Figure) steps(columns []*Column, i int) bool {
	around := 2
	if len(columns) <= 4 {
		around = 1
	}
	up := f.Summarise(columns[i].Name, columns[i-1].Name).Ratio > 1
	for before := max(i-around, 0); before < i; before++ {
		for after := i; after < min(i+around, len(columns)); after++ {
			s := f.Summarise(columns[after].Name, columns[before].Name)
			if !s.Significant || s.Ratio <= 0 || (s.Ratio > 1) != up {
				return false
			}
		}
	}
	return true
}

// change says in words how a figure changed.
func (f *Figure) change(ratio float64) string {
	less, more := "lower", "higher"
	switch num, _, _ := strings.Cut(f.Unit, "/"); {
	case strings.HasSuffix(num, "sec"):
		less, more = "shorter", "longer"
	case num == "B" && LowerIsBetter(f.Unit):
		less, more = "smaller", "larger"
	}
	switch {
	case ratio >= 2:
		return short(ratio) + " times " + more
	case ratio > 1:
		return fmt.Sprintf("%.0f %% %s", 100*(ratio-1), more)
	case ratio <= 0.5:
		return short(1/ratio) + " times " + less
	}
	return fmt.Sprintf("%.0f %% %s", 100*(1-ratio), less)
}
