package timeline

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// chart is one figure over all columns, on a linear and a logarithmic axis, drawn as rows from top to bottom: it reads as
// well on a phone as on a desktop.
type chart struct {
	ID       string
	Group    string // what it is shown beside
	Title    string
	Unit     string
	Log      bool // what to show first
	Rows     []chartRow
	Lin, Dec axis
}

// axis is what belongs to one of a chart's scales.
type axis struct {
	Ticks []tick
	Line  template.HTMLAttr // the points of the line through the medians
}

type chartRow struct {
	Column  string
	Label   string
	Release bool
	Base    bool
	Missing string // why there is no value
	Value   string
	Spread  string
	Delta   string
	Class   string // better, worse or same
	Note    string
	Style   template.CSS // positions on both scales
}

// charts draws the figures of a program, or those that all have in common.
func (r *Report) charts(program string) []chart {
	var out []chart
	for _, f := range r.Figures {
		if f.Program != program {
			continue
		}
		if c, ok := r.chart(f); ok {
			c.ID = fmt.Sprintf("f%d-%s", len(out), slug(program))
			out = append(out, c)
		}
	}
	return out
}

func (r *Report) chart(f *Figure) (chart, bool) {
	var values []float64
	low, high := math.Inf(1), 0.0
	for _, c := range r.Columns {
		if s := f.Summarise(c.Name, r.Base); s.N > 0 {
			values = append(values, s.Center, s.Lo, s.Hi)
			if s.Center > 0 {
				low = math.Min(low, s.Center)
			}
			high = math.Max(high, s.Center)
		}
	}
	if high == 0 {
		return chart{}, false
	}
	c := chart{Group: "what it measures itself", Title: f.Title(), Unit: f.Unit, Log: high > 12*low}
	if f.Bench == "" && f.Program != "" {
		c.Group = "the program as a whole"
	} else if f.Bench == "" {
		c.Group = "its executable"
	}
	lin, dec := newScale(values, f.Unit, false), newScale(values, f.Unit, true)
	c.Lin.Ticks, c.Dec.Ticks = lin.ticks(), dec.ticks()
	var linLine, decLine []string
	for i, col := range r.Columns {
		row, s := r.chartRow(f, col)
		if s.N > 0 {
			row.Style = template.CSS(fmt.Sprintf("--l:%.2f;--ll:%.2f;--lh:%.2f;--d:%.2f;--dl:%.2f;--dh:%.2f",
				lin.at(s.Center), lin.at(s.Lo), lin.at(s.Hi), dec.at(s.Center), dec.at(s.Lo), dec.at(s.Hi)))
			if !row.Release {
				linLine = append(linLine, point(lin.at(s.Center), i))
				decLine = append(decLine, point(dec.at(s.Center), i))
			}
		}
		c.Rows = append(c.Rows, row)
	}
	c.Lin.Line, c.Dec.Line = points(linLine), points(decLine)
	return c, true
}

// point is a corner of a line: across in per cent, down in rows.
func point(x float64, row int) string { return fmt.Sprintf("%.2f,%.1f", x, float64(row)+0.5) }

func points(list []string) template.HTMLAttr {
	return template.HTMLAttr(`points="` + strings.Join(list, " ") + `"`)
}

func (r *Report) chartRow(f *Figure, c *Column) (chartRow, Summary) {
	row := chartRow{Column: c.Name, Label: c.Label, Release: c.Release != "", Base: c.Name == r.Base, Class: "same"}
	s := f.Summarise(c.Name, r.Base)
	if s.N == 0 {
		row.Missing = missing(c)
		return row, s
	}
	row.Value, row.Delta = Format(s.Center, f.Unit), s.Delta()
	row.Note = fmt.Sprintf("%s: median %s of %d", c.Name, row.Value, s.N)
	if s.N > 1 && !f.Exact {
		row.Spread = fmt.Sprintf("±%.0f %%", 100*s.Spread())
		row.Note += fmt.Sprintf(", 95 %% interval %s to %s", Format(s.Lo, f.Unit), Format(s.Hi, f.Unit))
	}
	if row.Base {
		row.Delta = "base"
		return row, s
	}
	if s.Significant {
		row.Class = "worse"
		if (s.Ratio < 1) == LowerIsBetter(f.Unit) {
			row.Class = "better"
		}
	}
	if s.Ratio > 0 && !f.Exact {
		row.Note += fmt.Sprintf("; %.3g times %s's, p = %.3f", s.Ratio, r.Base, s.P)
	}
	return row, s
}

// missing says why a column has no value of a figure.
func missing(c *Column) string {
	switch {
	case c.Error != "":
		return c.Error
	case len(c.Failed) > 0:
		return c.Failed[0]
	}
	return "not measured"
}

// spreadChart is a distribution for each column on a common logarithmic axis.
type spreadChart struct {
	Title string
	What  string
	Ticks []tick
	Rows  []spreadRow
	Lines []spreadLine
}

// spreadLine joins a quantile of the columns.
type spreadLine struct {
	Name string
	Line template.HTMLAttr
}

type spreadRow struct {
	Column  string
	Label   string
	Release bool
	Missing string
	Bars    []bar
	Marks   []mark
	Total   uint64
}

// bar is a bucket of the histogram, in per cent of the row's size.
type bar struct{ X, Width, Height float64 }

// mark is a quantile.
type mark struct {
	Name, Value string
	At          float64
}

var quantiles = []struct {
	name string
	q    float64
}{{"median", 0.5}, {"99 %", 0.99}, {"longest", 1}}

// spreads draws distributions: of the columns' histograms that of gives. Without any values ok is false.
func (r *Report) spreads(title, what string, of func(*Column) Histogram) (c spreadChart, ok bool) {
	var ends []float64
	for _, col := range r.Columns {
		for _, b := range of(col) {
			ends = append(ends, b.Low, b.High)
		}
	}
	if len(ends) == 0 {
		return c, false
	}
	s := newScale(ends, "sec", true)
	c = spreadChart{Title: title, What: what, Ticks: s.ticks()}
	lines := make([][]string, len(quantiles))
	for i, col := range r.Columns {
		h := of(col)
		row := spreadRow{Column: col.Name, Label: col.Label, Release: col.Release != "", Bars: bars(h, s), Total: h.Total()}
		if row.Total == 0 {
			if row.Missing = missing(col); row.Missing == "not measured" {
				row.Missing = "none"
			}
		} else {
			for k, q := range quantiles {
				v := h.Quantile(q.q)
				row.Marks = append(row.Marks, mark{q.name, Format(v, "sec"), s.at(v)})
				if !row.Release {
					lines[k] = append(lines[k], point(s.at(v), i))
				}
			}
		}
		c.Rows = append(c.Rows, row)
	}
	for k, q := range quantiles {
		c.Lines = append(c.Lines, spreadLine{q.name, points(lines[k])})
	}
	return c, true
}

// bars draws a histogram. Heights go with the square root of the counts, so that rare values are seen.
func bars(h Histogram, s scale) []bar {
	most := uint64(0)
	for _, b := range h {
		most = max(most, b.Count)
	}
	var out []bar
	for _, b := range h {
		x := s.at(b.Low)
		width := math.Max(s.at(b.High)-x, 0.6)
		out = append(out, bar{x, width, 100 * math.Sqrt(float64(b.Count)/float64(most))})
	}
	return out
}

// slug makes a name fit for an identifier in the page.
func slug(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, name)
}

// Top is where the bar begins, from above.
func (b bar) Top() float64 { return 100 - b.Height }
