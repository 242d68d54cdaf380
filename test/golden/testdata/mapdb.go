// A small database of maps: indexes, joins, transactions undone, compared with a plain slice.
package main

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
)

type key struct {
	Kind string
	ID   int
}

type record struct {
	Name  string
	City  string
	Score int
}

type db struct {
	rows   map[key]record
	byCity map[string]map[key]bool
	log    []func()
}

func open() *db { return &db{rows: map[key]record{}, byCity: map[string]map[key]bool{}} }

func (d *db) put(k key, r record) {
	old, had := d.rows[k]
	if had {
		delete(d.byCity[old.City], k)
	}
	d.rows[k] = r
	if d.byCity[r.City] == nil {
		d.byCity[r.City] = make(map[key]bool)
	}
	d.byCity[r.City][k] = true
	d.log = append(d.log, func() {
		delete(d.byCity[r.City], k)
		if had {
			d.rows[k] = old
			d.byCity[old.City][k] = true
		} else {
			delete(d.rows, k)
		}
	})
}

func (d *db) rollback(mark int) {
	for len(d.log) > mark {
		d.log[len(d.log)-1]()
		d.log = d.log[:len(d.log)-1]
	}
}

func (d *db) dump() string {
	keys := slices.SortedFunc(maps.Keys(d.rows), func(a, b key) int {
		if c := strings.Compare(a.Kind, b.Kind); c != 0 {
			return c
		}
		return a.ID - b.ID
	})
	h := uint32(2166136261)
	for _, k := range keys {
		for _, c := range fmt.Sprint(k, d.rows[k]) {
			h = (h ^ uint32(c)) * 16777619
		}
	}
	return fmt.Sprintf("%d rows %08x", len(keys), h)
}

func main() {
	d := open()
	cities := []string{"Oslo", "Lima", "Rome", "Cairo", "Kyoto"}
	seed := uint32(1)
	next := func(n int) int {
		seed = seed*1664525 + 1013904223
		return int(seed>>8) % n
	}
	for range 20000 {
		k := key{[]string{"user", "item", "event"}[next(3)], next(3000)}
		d.put(k, record{fmt.Sprint("n", next(100)), cities[next(5)], next(1000)})
	}
	fmt.Println(d.dump())
	mark := len(d.log)
	before := d.dump()
	for range 5000 {
		d.put(key{"user", next(4000)}, record{"tmp", cities[next(5)], 0})
	}
	fmt.Println(d.dump())
	d.rollback(mark)
	fmt.Println(d.dump() == before)
	total := 0
	names := make([]string, 0)
	for c, set := range d.byCity {
		names = append(names, fmt.Sprintf("%s=%d", c, len(set)))
		total += len(set)
	}
	sort.Strings(names)
	fmt.Println(names, total == len(d.rows))

	sums := map[[2]string]int{}
	for k, r := range d.rows {
		sums[[2]string{k.Kind, r.City}] += r.Score
	}
	for _, k := range slices.SortedFunc(maps.Keys(sums), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		fmt.Println(k, sums[k])
	}
	for k := range d.rows {
		if k.ID%2 == 0 {
			delete(d.rows, k)
		}
	}
	for k := range d.rows {
		if k.ID%2 == 0 {
			fmt.Println("not deleted", k)
		}
	}
	clone := maps.Clone(d.rows)
	clear(d.rows)
	fmt.Println(len(d.rows), len(clone))
}
