// Package family writes families of small Go programs: the product of a table of things that may go wrong and a table of
// ways in which they are written. What gc's program prints is what is expected, so a family holds nothing that the language
// leaves open and gc decides from one build to the next.
package family

import (
	"fmt"
	"strings"
)

// Case is one member of a family.
type Case struct {
	Name  string
	Decls string // declarations outside functions
	Body  string // statements; show prints what they compute, and what they panic with is printed
}

// Family is a named set of cases.
type Family struct {
	Name    string
	Imports []string // beside fmt and runtime
	Prelude string   // declarations that the cases share
	Cases   []Case
}

// All are the families, in the order in which they came to be.
func All() []Family {
	return []Family{known(), order(), lines(), conversions(), several()}
}

// Every gives the family with one of n cases only.
func (f Family) Every(n int) Family {
	var out []Case
	for i := 0; i < len(f.Cases); i += n {
		out = append(out, f.Cases[i])
	}
	f.Cases = out
	return f
}

// Program makes one program of all cases.
func (f Family) Program() []byte {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"fmt\"\n\t\"runtime\"\n")
	for _, path := range f.Imports {
		fmt.Fprintf(&b, "\t%q\n", path)
	}
	b.WriteString(")\n" + shared + f.Prelude)
	b.WriteString("\nfunc main() {\n")
	for i, c := range f.Cases {
		fmt.Fprintf(&b, "\trun(%d, %q, case%d)\n", i, c.Name, i)
	}
	b.WriteString("}\n")
	for i, c := range f.Cases {
		fmt.Fprintf(&b, "\n// %s\n%s\nfunc case%d() {\n%s\n}\n", c.Name, c.Decls, i, c.Body)
	}
	return []byte(b.String())
}

// shared is what all programs have.
const shared = `
// show prints what a case has computed.
func show(x ...any) { fmt.Printf(" %v", x) }

func run(id int, name string, f func()) {
	fmt.Print(id, " ", name)
	defer fmt.Println()
	defer func() {
		r := recover()
		if e, ok := r.(runtime.Error); ok {
			fmt.Print(" panic: ", e.Error())
		} else if r != nil {
			fmt.Print(" panicked with ", r)
		}
	}()
	f()
}
`
