package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"strata/internal/timeline"
)

// page is a page of docs/history, cut where its measured tables are.
type page struct {
	name   string
	tables []*table
	parts  []string // the text before each table, with its heading, and that after the last
}

// table is a measured table.
type table struct {
	data    string   // the file of the samples
	columns []string // what to show of them
	command []string // what measures them; nil if another page has it
}

// readPages reads the pages that have measured tables.
func readPages(dir string) ([]*page, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		return nil, err
	}
	var pages []*page
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		p, err := parsePage(filepath.Base(name), string(text))
		if err != nil {
			return nil, err
		}
		if len(p.tables) > 0 {
			pages = append(pages, p)
		}
	}
	if pages == nil {
		return nil, fmt.Errorf("no page in %s has a table to measure", dir)
	}
	return pages, nil
}

// parsePage cuts out the rows of the measured tables.
func parsePage(name, text string) (*page, error) {
	const heading = 2 // lines above a table's rows
	p := &page{name: name}
	var part strings.Builder
	var command []string
	inTable, line := 0, 0 // lines since the comment
	for s := range strings.Lines(text) {
		line++
		if inTable > 0 && strings.HasPrefix(s, "|") {
			if inTable++; inTable > heading+1 {
				continue
			}
		} else if inTable > 0 {
			if inTable <= heading {
				return nil, fmt.Errorf("%s:%d: no heading of a table after the comment", name, line)
			}
			p.parts = append(p.parts, part.String())
			part.Reset()
			inTable = 0
		}
		part.WriteString(s)
		if rest, ok := strings.CutPrefix(s, "    "); ok && strings.Contains(rest, "strata timeline ") {
			command = strings.Fields(rest)
		}
		if rest, ok := strings.CutPrefix(s, "<!-- data/"); ok {
			fields := strings.Split(strings.TrimSuffix(strings.TrimSpace(rest), " -->"), "; ")
			p.tables = append(p.tables, &table{"data/" + fields[0], fields[1:], command})
			command, inTable = nil, 1
		}
	}
	if inTable > 0 {
		return nil, fmt.Errorf("%s:%d: text has to follow the table", name, line)
	}
	p.parts = append(p.parts, part.String())
	return p, nil
}

// render puts the page together, with rows from the samples.
func (p *page) render(dir string) (string, error) {
	var b strings.Builder
	for i, t := range p.tables {
		b.WriteString(p.parts[i])
		r, err := timeline.ReadFile(filepath.Join(dir, t.data))
		if err != nil {
			return "", err
		}
		if err := t.rows(&b, r); err != nil {
			return "", fmt.Errorf("%s: %s: %w", p.name, t.data, err)
		}
	}
	b.WriteString(p.parts[len(p.tables)])
	return b.String(), nil
}

// rows writes a row for each column of the report.
func (t *table) rows(b *strings.Builder, r *timeline.Report) error {
	var figures []*timeline.Figure
	for _, c := range t.columns {
		f := find(r, c)
		if f == nil {
			return fmt.Errorf("no figure %q", c)
		}
		figures = append(figures, f)
	}
	for _, c := range r.Columns {
		fmt.Fprintf(b, "| %s |", c.Name)
		for _, f := range figures {
			cell := "–"
			if s := f.Summarise(c.Name, r.Base); s.N > 0 {
				cell = format(s.Center, f.Unit)
			}
			fmt.Fprintf(b, " %s |", cell)
		}
		b.WriteByte('\n')
	}
	return nil
}

// find finds a figure by what a comment calls it.
func find(r *timeline.Report, what string) *timeline.Figure {
	subject, name, ok := strings.Cut(what, ": ")
	if !ok {
		name = "sec/op"
	}
	for _, f := range r.Figures {
		of := f.Bench
		if of == "" {
			of = f.Program
		}
		if of == strings.TrimSpace(subject) && f.Name == name {
			return f
		}
	}
	return nil
}

// format writes a figure with three digits and the unit that suits it.
func format(v float64, unit string) string {
	switch {
	case unit == "B":
		return strconv.FormatFloat(v/1024, 'f', 0, 64) + " KB"
	case unit == "worst/best":
		return digits(v) + " ×"
	case !strings.Contains(unit, "sec"):
		return digits(v)
	}
	for _, s := range []struct {
		name string
		size float64
	}{{"s", 1}, {"ms", 1e-3}, {"µs", 1e-6}} {
		if v >= s.size {
			return digits(v/s.size) + " " + s.name
		}
	}
	return digits(v/1e-9) + " ns"
}

// digits writes a number with three significant digits, two after the point at most.
func digits(v float64) string {
	decimals := 0
	switch {
	case v < 10:
		decimals = 2
	case v < 100:
		decimals = 1
	}
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if decimals > 0 {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
