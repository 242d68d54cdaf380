package main

import "fmt"

type Block struct {
	data [64]int
	sum  int
}
type Wrap struct {
	Block
	name string
	next *Wrap
}

func mk(i int) *Wrap { return &Wrap{sum: i, name: fmt.Sprint(i), data: [64]int{63: i}} }

func main() {
	w := Wrap{next: mk(3), sum: 9}
	fmt.Println(w.sum, w.data[63], w.next.sum, w.next.data[63], w.next.data[0], w.next.name, w.next.next == nil)
	v := Wrap{name: "only"}
	fmt.Println(v.sum, v.data[10], v.name)
}
