// Command markdown turns a small dialect of Markdown into HTML: blocks and spans are nodes that render themselves.
package main

import (
	"fmt"
	"html"
	"io"
	"strings"

	"strata/bench/pgo/internal/load"
)

type node interface{ render(w io.Writer) }

type (
	text    string
	element struct {
		tag  string
		list []node
	}
	link struct {
		to    string
		label []node
	}
	code string
)

func (t text) render(w io.Writer) { io.WriteString(w, html.EscapeString(string(t))) }
func (c code) render(w io.Writer) { fmt.Fprintf(w, "<code>%s</code>", html.EscapeString(string(c))) }

func (e *element) render(w io.Writer) {
	io.WriteString(w, "<"+e.tag+">")
	for _, n := range e.list {
		n.render(w)
	}
	io.WriteString(w, "</"+e.tag+">")
}

func (l *link) render(w io.Writer) {
	io.WriteString(w, `<a href="`+html.EscapeString(l.to)+`">`)
	for _, n := range l.label {
		n.render(w)
	}
	io.WriteString(w, "</a>")
}

// spans parses the inside of a block.
func spans(s string) (out []node) {
	start := 0
	flush := func(i int) {
		if start < i {
			out = append(out, text(s[start:i]))
		}
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '*', '_':
			mark := s[i : i+1]
			tag := "em"
			if strings.HasPrefix(s[i+1:], mark) {
				mark, tag = s[i:i+2], "strong"
			}
			if end := strings.Index(s[i+len(mark):], mark); end > 0 {
				flush(i)
				inner := s[i+len(mark) : i+len(mark)+end]
				out = append(out, &element{tag, spans(inner)})
				i += 2*len(mark) + end - 1
				start = i + 1
			}
		case '`':
			if end := strings.IndexByte(s[i+1:], '`'); end >= 0 {
				flush(i)
				out = append(out, code(s[i+1:i+1+end]))
				i += end + 1
				start = i + 1
			}
		case '[':
			mid := strings.Index(s[i:], "](")
			if mid < 0 {
				continue
			}
			if end := strings.IndexByte(s[i+mid:], ')'); end > 0 {
				flush(i)
				out = append(out, &link{s[i+mid+2 : i+mid+end], spans(s[i+1 : i+mid])})
				i += mid + end
				start = i + 1
			}
		}
	}
	flush(len(s))
	return out
}

// blocks parses a document.
func blocks(doc string) (out []node) {
	for _, b := range strings.Split(doc, "\n\n") {
		b = strings.TrimSpace(b)
		switch {
		case b == "":
		case strings.HasPrefix(b, "#"):
			n := len(b) - len(strings.TrimLeft(b, "#"))
			out = append(out, &element{fmt.Sprintf("h%d", n), spans(strings.TrimSpace(b[n:]))})
		case strings.HasPrefix(b, "- "):
			list := &element{tag: "ul"}
			for _, l := range strings.Split(b, "\n") {
				list.list = append(list.list, &element{"li", spans(strings.TrimPrefix(l, "- "))})
			}
			out = append(out, list)
		default:
			out = append(out, &element{"p", spans(strings.ReplaceAll(b, "\n", " "))})
		}
	}
	return out
}

const sample = `
# A title with *emphasis* and ` + "`code`" + `

Some text with a [link to **somewhere**](https://example.com/?a=1&b=2), and _more_ of it
over two lines & with <angles>.

- first item
- second item with ` + "`x < y`" + `
- third **bold _nested_ item**

## Another title

Plain text that goes on for a while without any marks in it, as most text does, and then some more of the same.
`

func main() {
	doc := strings.Repeat(sample, 20)
	load.Run(400, func() string {
		var b strings.Builder
		for _, n := range blocks(doc) {
			n.render(&b)
		}
		return b.String()
	})
}
