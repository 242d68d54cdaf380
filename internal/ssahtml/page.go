package ssahtml

import (
	"embed"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"path"
	"strings"
)

//go:embed page.html page.css page.js
var assets embed.FS

// The page holds its content as JSON and makes the columns of it when they are
// opened. Texts that passes share are stored once, in pageData.Lines, and named by number.

// pageData is what page.js reads.
type pageData struct {
	Title   string       `json:"title"`
	Lines   []string     `json:"lines"`
	Graphs  []string     `json:"graphs"` // SVG
	Columns []pageColumn `json:"columns"`
}

// pageColumn is a column of the page. Rows are pairs of a line's number and the
// line of the source that it belongs to; in comparisons four numbers, with -1 for nothing on that side.
type pageColumn struct {
	Name   string    `json:"name"`
	Kind   string    `json:"kind"` // source, syntax, ssa, asm
	Note   string    `json:"note"`
	Rows   [][]int32 `json:"rows"`
	Graphs []int     `json:"graphs,omitempty"` // one for each recording
	Same   bool      `json:"same,omitempty"`   // as the column before, or no difference between the recordings
	Open   bool      `json:"open,omitempty"`
}

type pageBuilder struct {
	data   pageData
	lines  map[string]int32
	graphs map[string]int
}

func newPage(title string) *pageBuilder {
	return &pageBuilder{data: pageData{Title: title}, lines: map[string]int32{}, graphs: map[string]int{}}
}

func (p *pageBuilder) line(s string) int32 {
	n, ok := p.lines[s]
	if !ok {
		n = int32(len(p.data.Lines))
		p.data.Lines = append(p.data.Lines, s)
		p.lines[s] = n
	}
	return n
}

func (p *pageBuilder) rows(list []line) [][]int32 {
	out := make([][]int32, len(list))
	for i, l := range list {
		out[i] = []int32{p.line(l.text), l.at}
	}
	return out
}

// graph draws the control flow of a pass; those that look the same are drawn once.
func (p *pageBuilder) graph(blocks []block) int {
	svg := newGraph(blocks).svg()
	n, ok := p.graphs[svg]
	if !ok {
		n = len(p.data.Graphs)
		p.data.Graphs = append(p.data.Graphs, svg)
		p.graphs[svg] = n
	}
	return n
}

func (p *pageBuilder) column(c pageColumn) { p.data.Columns = append(p.data.Columns, c) }

// sourceColumns are the columns of the source and its syntax.
func (p *pageBuilder) sourceColumns(r *Recording) {
	for _, f := range r.source {
		c := pageColumn{Name: "source", Kind: "source", Note: path.Base(f.name), Open: true}
		for i, l := range f.lines {
			c.Rows = append(c.Rows, []int32{p.line(l), f.first + int32(i)})
		}
		p.column(c)
	}
	if len(r.syntax) > 0 {
		p.column(pageColumn{Name: "AST", Kind: "syntax", Note: count(len(r.syntax), "node"), Rows: p.rows(r.syntax)})
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// WritePage makes the page of a recording. The passes named in open, or all if that is "*", are shown with their
// graphs; without any the first, the last and those that change much are open.
func WritePage(w io.Writer, r *Recording, open string) error {
	p := newPage(r.Func)
	p.sourceColumns(r)
	wanted := map[string]bool{}
	for name := range strings.SplitSeq(open, ",") {
		wanted[name] = true
	}
	for i := range r.passes {
		q := &r.passes[i]
		c := pageColumn{Name: q.name, Kind: "ssa", Note: count(len(q.blocks), "block") + ", " + count(q.size(), "value"),
			Rows: p.rows(q.lines()), Graphs: []int{p.graph(q.blocks)}}
		c.Same = i > 0 && same(q, &r.passes[i-1])
		c.Open = wanted[q.name] || wanted["*"] || open == "" && (i == 0 || i == len(r.passes)-1)
		p.column(c)
	}
	if len(r.asm) > 0 {
		p.column(pageColumn{Name: "assembly", Kind: "asm", Note: count(len(r.asm), "line"), Rows: p.rows(r.asm), Open: true})
	}
	return p.write(w)
}

// write fills the template.
func (p *pageBuilder) write(w io.Writer) error {
	data, err := json.Marshal(&p.data) // escapes <, so that nothing in it ends the script element
	if err != nil {
		return err
	}
	page, err := assets.ReadFile("page.html")
	if err != nil {
		return err
	}
	css, err := assets.ReadFile("page.css")
	if err != nil {
		return err
	}
	js, err := assets.ReadFile("page.js")
	if err != nil {
		return err
	}
	r := strings.NewReplacer("{{title}}", html.EscapeString(p.data.Title), "{{css}}", string(css), "{{js}}", string(js), "{{data}}", string(data))
	_, err = r.WriteString(w, string(page))
	return err
}
