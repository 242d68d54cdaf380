// Command jsonproc decodes, changes and encodes JSON documents.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"strata/bench/pgo/internal/load"
)

type order struct {
	ID       int               `json:"id"`
	Customer string            `json:"customer"`
	Items    []item            `json:"items"`
	Notes    map[string]string `json:"notes,omitempty"`
	Paid     bool              `json:"paid"`
}

type item struct {
	Name  string  `json:"name"`
	Price float64 `json:"price"`
	Count int     `json:"count"`
}

func document() []byte {
	var list []order
	for i := range 60 {
		o := order{ID: i, Customer: fmt.Sprintf("customer %d \"quoted\" ü", i), Paid: i%2 == 0, Notes: map[string]string{"a": "x", "b": "y<z>"}}
		for j := range i % 7 {
			o.Items = append(o.Items, item{fmt.Sprintf("item %d", j), float64(i*j) / 4, j})
		}
		list = append(list, o)
	}
	b, err := json.Marshal(list)
	if err != nil {
		panic(err)
	}
	return b
}

func main() {
	doc := document()
	load.Run(300, func() string {
		var list []order
		if err := json.Unmarshal(doc, &list); err != nil {
			panic(err)
		}
		total := 0.0
		for i := range list {
			for j := range list[i].Items {
				it := &list[i].Items[j]
				total += it.Price * float64(it.Count)
				it.Name = strings.ToUpper(it.Name)
			}
		}
		var any any
		if err := json.Unmarshal(doc, &any); err != nil {
			panic(err)
		}
		var out bytes.Buffer
		if err := json.NewEncoder(&out).Encode(list); err != nil {
			panic(err)
		}
		return fmt.Sprint(total, out.Len())
	})
}
