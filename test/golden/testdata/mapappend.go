// Appending to elements of maps.
package main

import "fmt"

type S struct{ m map[string][]any }

func f(m map[int][]int) int { m[1] = append(m[1], 5); return 7 }

func main() {
	m := map[string][]int{}
	k := "a"
	for i := range 5 {
		m[k] = append(m[k], i, i*2)
		m["b"] = append(m["b"], m[k]...)
		m["b"] = append(m["b"], len(m["b"]))
	}
	s := S{map[string][]any{}}
	s.m[k] = append(s.m[k], 1, "x", k, nil, 2.5)
	n := map[int][]int{}
	n[1] = append(n[1], f(n), f(n))
	var z map[string][]int
	func() {
		defer func() { fmt.Println(recover()) }()
		z["q"] = append(z["q"], 1)
	}()
	fmt.Println(m, s, n, z)
}
