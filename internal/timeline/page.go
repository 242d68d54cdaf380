package timeline

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"os"
	"strings"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page is what the template shows.
type page struct {
	*Report
	Findings []finding
	Parts    []part
	Code     template.JS // listings as JSON; empty if there are none
	Memory   string
	// NameLength is that of the longest column's name, for which the page makes room.
	NameLength int
}

// part is a program, or what all have in common.
type part struct {
	ID, Name, Doc string
	Charts        []chart
	Spreads       []spreadChart
}

// WritePage writes the report as an HTML page that needs nothing else: style, script and charts are in it.
func (r *Report) WritePage(name string) error {
	var out bytes.Buffer
	if err := r.page(&out); err != nil {
		return err
	}
	return os.WriteFile(name, out.Bytes(), 0o666)
}

func (r *Report) page(out *bytes.Buffer) error {
	p := page{Report: r, Findings: r.findings(), Memory: Format(float64(r.Machine.Memory), "B")}
	for _, prog := range r.Programs {
		p.Parts = append(p.Parts, r.part(prog))
	}
	if common := r.charts(""); len(common) > 0 {
		p.Parts = append(p.Parts, part{ID: "part-build", Name: "building", Doc: "compile time and sizes", Charts: common})
	}
	for _, c := range r.Columns {
		p.NameLength = max(p.NameLength, len(c.Name))
	}
	code, err := r.code()
	if err != nil {
		return err
	}
	p.Code = code
	return pageTemplate.Execute(out, p)
}

func (r *Report) part(prog Program) part {
	p := part{ID: "part-" + slug(prog.Name), Name: prog.Name, Doc: prog.Doc, Charts: r.charts(prog.Name)}
	for _, s := range []struct {
		title, what string
		of          func(*Column) Histogram
	}{
		{"GC pauses", "for how long collections stopped the world", func(c *Column) Histogram { return c.Pauses[prog.Name] }},
		{"Scheduling latencies", "for how long goroutines that could run waited to", func(c *Column) Histogram { return c.Latencies[prog.Name] }},
	} {
		if c, ok := r.spreads(s.title, s.what, s.of); ok {
			p.Spreads = append(p.Spreads, c)
		}
	}
	return p
}

// listings is the machine code in the page: equal texts stand once.
type listings struct {
	Texts []listingText             `json:"texts"`
	Funcs map[string]map[string]int `json:"funcs"` // by function and column, an index of Texts
	Order []string                  `json:"columns"`
}

type listingText struct {
	Bytes int    `json:"bytes"`
	Count int    `json:"count"`
	Text  string `json:"text"`
}

// code gathers the listings; functions that no two columns have are left out.
func (r *Report) code() (template.JS, error) {
	all := listings{Funcs: map[string]map[string]int{}}
	known := map[string]int{}
	for _, c := range r.Columns {
		if len(c.Listings) > 0 {
			all.Order = append(all.Order, c.Name)
		}
		for _, l := range c.Listings {
			text := strings.Join(l.Lines, "\n")
			i, ok := known[text]
			if !ok {
				i = len(all.Texts)
				known[text] = i
				all.Texts = append(all.Texts, listingText{l.Bytes, len(l.Lines), text})
			}
			if all.Funcs[l.Func] == nil {
				all.Funcs[l.Func] = map[string]int{}
			}
			all.Funcs[l.Func][c.Name] = i
		}
	}
	for name, by := range all.Funcs {
		if len(by) < 2 {
			delete(all.Funcs, name)
		}
	}
	if len(all.Funcs) == 0 {
		return "", nil
	}
	text, err := json.Marshal(all) // escapes what would end a script
	if err != nil {
		return "", fmt.Errorf("listings: %w", err)
	}
	return template.JS(text), nil
}
