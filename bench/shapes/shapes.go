// Package shapes makes programs of one shape in any size, to see how a compiler's work grows: a function of n statements, n
// nested calls, n cases, n instances. Every program is a main package that prints little and ends.
package shapes

import (
	"fmt"
	"strings"
)

// Shape is a family of programs.
type Shape struct {
	Name  string
	Small int // a size at which the shape's own cost begins to show
	files func(n int) map[string]string
}

// Files are the program of size n: texts by file name.
func (s *Shape) Files(n int) map[string]string { return s.files(n) }

// Find gives the shape of a name, nil if there is none.
func Find(name string) *Shape {
	for i := range All {
		if All[i].Name == name {
			return &All[i]
		}
	}
	return nil
}

// program makes the file of a main package with these imports.
func program(imports, text string) map[string]string {
	head := "package main\n\n"
	for path := range strings.FieldsSeq(imports) {
		head += fmt.Sprintf("import %q\n", path)
	}
	return map[string]string{"main.go": head + text}
}

// each puts the texts for 0 to n-1 one behind the other. The format may mention the number several times, as %[1]d.
func each(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// one is a shape whose programs are a head, n times a text, and a tail.
func one(imports, head, text, tail string) func(int) map[string]string {
	return func(n int) map[string]string { return program(imports, head+each(n, text)+tail) }
}

// nested is a shape in which n times left stands before the middle, and n times right behind it.
func nested(head, left, middle, right, tail string) func(int) map[string]string {
	return func(n int) map[string]string {
		return program("", head+strings.Repeat(left, n)+middle+strings.Repeat(right, n)+tail)
	}
}
