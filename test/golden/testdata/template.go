// Packages text/template and html/template.
package main

import (
	"fmt"
	htmpl "html/template"
	"os"
	"strings"
	"text/template"
)

type Item struct {
	Name  string
	Price float64
	Tags  []string
}

func (i Item) Discount(pct int) float64 { return i.Price * float64(100-pct) / 100 }

const report = `{{define "row"}}{{printf "%-8s" .Name}}|{{.Price | printf "%8.2f"}}{{end -}}
Report for {{.Owner | upper}}:
{{range $i, $e := .Items}}{{$i}}: {{template "row" $e}}{{with $e.Tags}} [{{join . ","}}]{{else}} (no tags){{end}}{{if gt $e.Price 10.0}} expensive {{$e.Discount 25}}{{else if eq $e.Name "pen"}} a pen{{end}}
{{else}}nothing
{{end}}{{len .Items}} items; {{index .M "k"}} {{slice "abcdef" 1 3}} {{and true 0}} {{or 0 "x"}} {{not false}}
{{- range 3}} {{.}}{{end}}{{/* comment */}}
{{block "footer" .}}bye {{.Owner}}{{end}}
{{range .Items}}{{if eq .Name "lamp"}}{{continue}}{{end}}{{.Name}};{{end}}
`

func main() {
	funcs := template.FuncMap{"upper": strings.ToUpper, "join": strings.Join}
	t := template.Must(template.New("r").Funcs(funcs).Parse(report))
	data := map[string]any{
		"Owner": "Zoë",
		"Items": []Item{{"pen", 1.5, nil}, {"lamp", 29.99, []string{"home", "light"}}, {"book", 12, []string{}}},
		"M":     map[string]int{"k": 7},
	}
	if err := t.Execute(os.Stdout, data); err != nil {
		fmt.Println(err)
	}
	h := htmpl.Must(htmpl.New("h").Parse(`<a href="/?q={{.Q}}" onclick="f({{.J}})">{{.T}}</a><script>var x = {{.J}};</script>` + "\n"))
	h.Execute(os.Stdout, map[string]any{"Q": "a b&c", "T": "<script>alert(1)</script>", "J": map[string]any{"k": "</script>"}})

	for _, bad := range []string{"{{.X", "{{nope}}", "{{range}}", "{{template \"none\"}}", "{{.A.B}}", "{{index .L 9}}"} {
		t, err := template.New("bad").Parse(bad)
		if err == nil {
			err = t.Execute(&strings.Builder{}, map[string]any{"A": 1, "L": []int{1}})
		}
		fmt.Println(err)
	}
}
