package d

import _ "unsafe"

//go:linkname table example.com/a.Count
var table int

//go:linkname large example.com/a.Large
func large(n int) int

func Answer() int64

func Linked() int { return large(7) + table }
