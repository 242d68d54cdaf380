package main

import (
	"fmt"
	"runtime"
)

type Node struct {
	left, right *Node
	val         any
}
type Named struct {
	Node
	id string
}

func main() {
	var all []*Named
	for i := range 3000 {
		n := &Named{val: i, id: fmt.Sprint(i)}
		if i > 0 {
			n = &Named{left: &all[i-1].Node, val: []int{i}, id: n.id}
		}
		all = append(all, n)
		if i%500 == 0 {
			runtime.GC()
		}
	}
	d := 0
	for n := &all[2999].Node; n != nil; n = n.left {
		d++
	}
	fmt.Println(d, all[2999].val, all[0].val, all[0].id)
}
