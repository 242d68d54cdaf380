// Looking up and replacing map elements allocates nothing.
package main

import (
	"fmt"
	"testing"
)

type pair struct {
	a int32
	b string
}

func main() {
	const n = 1000
	ints, words, pairs, anys := map[int]int{}, map[string]int{}, map[pair]int{}, map[any]int{}
	for i := range n {
		w := fmt.Sprint(i)
		ints[i], words[w], pairs[pair{int32(i), w}], anys[i] = i, i, i, i
	}
	sum := 0
	show := func(what string, f func()) { fmt.Println(what, testing.AllocsPerRun(100, f)) }
	show("int", func() { sum += ints[77] + ints[-1] })
	show("string", func() { sum += words["500"] + words["none"] })
	show("struct", func() { sum += pairs[pair{5, "5"}] })
	show("interface", func() { sum += anys[200] })
	show("bytes", func() { b := []byte("31"); sum += words[string(b)] })
	show("update", func() { ints[5]++; words["5"] += 2; pairs[pair{7, "7"}]-- })
	show("delete", func() { delete(ints, -5); delete(words, "none") })
	show("iterate", func() {
		for k, v := range ints {
			sum += k - v
		}
	})
	ints[n] = n
	fmt.Println(len(ints), ints[5], words["5"], pairs[pair{7, "7"}])
}
