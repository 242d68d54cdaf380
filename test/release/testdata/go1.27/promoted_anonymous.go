package main

import "fmt"

func main() {
	type P struct{ X int }
	v := struct {
		P
		q string
	}{X: 4, q: "q"}
	w := []struct{ P }{{X: 1}, {P{2}}, {P: P{3}}}
	fmt.Println(v, w)
	m := map[struct{ P }]string{{X: 1}: "one"}
	fmt.Println(m[struct{ P }{P{1}}])
}
