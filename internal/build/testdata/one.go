package main

import (
	"fmt"
	"sort"
)

func main() {
	a := []string{"b", "a"}
	sort.Strings(a)
	fmt.Println(a)
}
