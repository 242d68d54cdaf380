// Command tmpl executes a text template over a few hundred records.
package main

import (
	"fmt"
	"strings"
	"text/template"

	"strata/bench/pgo/internal/load"
)

const text = `{{define "row"}}<tr class="{{if .Odd}}odd{{else}}even{{end}}"><td>{{.Name | printf "%-10s" | upper}}</td><td>{{.Amount | printf "%.2f"}}</td>
{{range $i, $t := .Tags}}{{if $i}}, {{end}}{{$t}}{{end}}</tr>{{end}}<table>{{range .}}{{template "row" .}}{{end}}</table>{{len .}}`

type record struct {
	Name   string
	Amount float64
	Tags   []string
	Index  int
}

func (r *record) Odd() bool { return r.Index%2 == 1 }

func main() {
	t := template.Must(template.New("page").Funcs(template.FuncMap{"upper": strings.ToUpper}).Parse(text))
	var list []*record
	for i := range 150 {
		list = append(list, &record{fmt.Sprintf("name%d", i), float64(i) * 1.25, []string{"a", "b", "c"}[:i%4], i})
	}
	load.Run(100, func() string {
		var b strings.Builder
		if err := t.Execute(&b, list); err != nil {
			panic(err)
		}
		return b.String()
	})
}
