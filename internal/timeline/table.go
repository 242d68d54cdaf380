package timeline

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Tabulate prints the report for a terminal: a row for each column of the report (designs read better down than
// across), as many figures side by side as fit into width characters.
func (r *Report) Tabulate(w io.Writer, width int) {
	upTo := ""
	if r.Interrupted {
		upTo = "interrupted; up to "
	}
	fmt.Fprintf(w, "%s: %s%d runs each, interleaved, on %d × %s\n", r.Title(), upTo, r.Rounds, r.Machine.Cores, r.Machine.CPU)
	names := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		names[i] = c.Name
	}
	first := block{head: []string{"", ""}, rows: make([][]string, len(names))}
	for i, n := range names {
		first.rows[i] = []string{n}
	}
	for _, p := range r.Programs {
		if len(r.Programs) > 1 {
			fmt.Fprintf(w, "\n%s: %s\n", p.Name, p.Doc)
		}
		r.tabulate(w, width, &first, p.Name)
	}
	r.tabulate(w, width, &first, "")
	r.remarks(w)
}

// tabulate prints the figures of one program; of none, those that all have in common.
func (r *Report) tabulate(w io.Writer, width int, first *block, program string) {
	line := []*block{first}
	used := first.width()
	for _, f := range r.Figures {
		if f.Program != program {
			continue
		}
		b := r.block(f)
		if b == nil {
			continue
		}
		if used+2+b.width() > width && len(line) > 1 {
			printBlocks(w, line)
			line, used = []*block{first}, first.width()
		}
		line = append(line, b)
		used += 2 + b.width()
	}
	if len(line) > 1 {
		printBlocks(w, line)
	}
}

// remarks says what the figures do not.
func (r *Report) remarks(w io.Writer) {
	fmt.Fprintf(w, "\nMedians with 95 %% confidence intervals; the change is against %s, ~ where it is not significant (p ≥ 0.05).\n", r.Base)
	for _, c := range r.Columns {
		if c.Error != "" {
			fmt.Fprintf(w, "%s: %s\n", c.Name, c.Error)
			continue
		}
		for _, f := range c.Failed {
			fmt.Fprintf(w, "%s: a run failed: %s\n", c.Name, f)
		}
	}
}

// block is a part of the table: two lines of heading and three cells a row.
type block struct {
	head []string
	rows [][]string
	cols []int // widths of the cells
}

// block makes the cells of a figure; nil if nothing was measured, or all is zero.
func (r *Report) block(f *Figure) *block {
	b := &block{head: []string{f.Bench, f.Name}}
	if f.Bench == "" {
		if first, rest, ok := strings.Cut(f.Name, ", "); ok {
			b.head = []string{first, rest}
		}
	}
	any := false
	for _, c := range r.Columns {
		s := f.Summarise(c.Name, r.Base)
		row := []string{"-", "", ""}
		if s.N > 0 {
			any = any || s.Center != 0
			row = []string{Format(s.Center, f.Unit), "", s.Delta()}
			if s.N > 1 && !f.Exact {
				row[1] = fmt.Sprintf("±%.0f%%", 100*s.Spread())
			}
		}
		b.rows = append(b.rows, row)
	}
	if !any {
		return nil
	}
	return b
}

func (b *block) width() int {
	b.cols = nil
	for _, row := range b.rows {
		for i, cell := range row {
			if i == len(b.cols) {
				b.cols = append(b.cols, 0)
			}
			b.cols[i] = max(b.cols[i], utf8.RuneCountInString(cell))
		}
	}
	total := len(b.cols) - 1
	for _, n := range b.cols {
		total += n
	}
	for _, h := range b.head {
		if n := utf8.RuneCountInString(h); n > total {
			b.cols[0] += n - total
			total = n
		}
	}
	return total
}

func printBlocks(w io.Writer, blocks []*block) {
	fmt.Fprintln(w)
	for i := range 2 {
		var parts []string
		for _, b := range blocks {
			parts = append(parts, pad(b.head[i], b.width(), true))
		}
		if line := strings.TrimRight(strings.Join(parts, "  "), " "); line != "" {
			fmt.Fprintln(w, line)
		}
	}
	for i := range blocks[0].rows {
		var parts []string
		for j, b := range blocks {
			var cells []string
			for k, cell := range b.rows[i] {
				cells = append(cells, pad(cell, b.cols[k], j > 0))
			}
			parts = append(parts, strings.Join(cells, " "))
		}
		fmt.Fprintln(w, strings.TrimRight(strings.Join(parts, "  "), " "))
	}
}

func pad(s string, width int, right bool) string {
	space := strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
	if right {
		return space + s
	}
	return s + space
}
