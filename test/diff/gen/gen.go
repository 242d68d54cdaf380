// Package gen writes random Go programs whose output does not depend on what the language leaves open.
//
// A program is a batch of cases. Each case has types, methods, generic functions and functions of its own and
// prints the values it computes; panics are caught and printed. A case is a function of its seed alone, so a
// case that shows a difference can be written as a program by itself.
//
// What is avoided because compilers may differ: two operations that may panic in one statement, calls with
// effects inside expressions, capacities of slices, conversion of floats out of range, order of map iteration.
package gen

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Program gives the program with cases seed, seed+1, … seed+n-1.
func Program(seed uint64, n int) []byte {
	var seeds []uint64
	for i := range n {
		seeds = append(seeds, seed+uint64(i))
	}
	return Cases(seeds...)
}

// Cases gives the program with the cases of these seeds.
func Cases(seeds ...uint64) []byte {
	var b strings.Builder
	b.WriteString(prelude)
	b.WriteString("\nfunc main() {\n")
	for _, s := range seeds {
		fmt.Fprintf(&b, "\trun(%d, case%d)\n", s, s)
	}
	b.WriteString("}\n")
	for _, s := range seeds {
		g := &gen{r: rand.New(rand.NewPCG(s, 0x5742415441)), id: s, out: &b}
		g.program()
	}
	return []byte(b.String())
}

// gen writes one case.
type gen struct {
	r      *rand.Rand
	id     uint64
	out    *strings.Builder
	indent int
	names  int

	types   []*typ // named types of this case
	funcs   []*fn  // functions written so far: what later ones may call
	scope   []*variable
	results []*typ // of the function being written
	loops   int    // depth of loops
	labels  []string
	depth   int  // of statements
	size    int  // statements that this function may still have
	risk    bool // the statement may have one more operation that panics
	lit     int  // depth of function literals
}

// variable is something in scope.
type variable struct {
	name  string
	t     *typ
	fixed bool // may not be assigned
	param bool // a slice that is not ours: no append
}

// fn is a function or method that can be called.
type fn struct {
	name    string
	recv    *typ // nil of a function
	ptr     bool
	params  []*typ
	results []*typ
}

func (g *gen) chance(n int) bool { return g.r.IntN(n) == 0 }

func (g *gen) pick(n int) int { return g.r.IntN(n) }

func one[T any](g *gen, list ...T) T { return list[g.pick(len(list))] }

func (g *gen) name(prefix string) string {
	g.names++
	return fmt.Sprintf("%s%d", prefix, g.names)
}

// global names something at package level.
func (g *gen) global(prefix string) string { return fmt.Sprintf("%s_%d", g.name(prefix), g.id) }

func (g *gen) line(format string, args ...any) {
	g.out.WriteString(strings.Repeat("\t", g.indent))
	fmt.Fprintf(g.out, format, args...)
	g.out.WriteByte('\n')
}

func (g *gen) open(format string, args ...any) {
	g.line(format, args...)
	g.indent++
}

func (g *gen) close(text string) {
	g.indent--
	g.line("%s", text)
}

// program writes the case: types, functions, then the entry.
func (g *gen) program() {
	g.line("")
	for range 1 + g.pick(3) {
		g.structType()
	}
	if g.chance(2) {
		g.namedBasic()
	}
	for _, t := range g.types {
		for range g.pick(3) {
			g.method(t)
		}
	}
	for range 1 + g.pick(3) {
		g.function()
	}
	g.open("func case%d(t *tr) {", g.id)
	g.results = nil
	g.size = 14 + g.pick(20)
	mark := len(g.scope)
	for range 3 + g.pick(4) {
		g.declare()
	}
	g.block()
	for _, v := range g.scope[mark:] {
		if v.t.printable() {
			g.line("t.v(%q, %s)", v.name, v.name)
		}
	}
	g.scope = g.scope[:mark]
	g.close("}")
}

// function writes a function with parameters and results.
func (g *gen) function() {
	f := &fn{name: g.global("f")}
	g.signature(f)
	g.body(f, "func "+f.name)
	g.funcs = append(g.funcs, f)
}

func (g *gen) method(t *typ) {
	f := &fn{name: g.name("m"), recv: t, ptr: g.chance(2)}
	g.signature(f)
	recv := t.name
	if f.ptr {
		recv = "*" + recv
	}
	g.scope = append(g.scope, &variable{name: "self", t: t, fixed: f.ptr})
	if f.ptr {
		g.scope[len(g.scope)-1].name = "(*self)"
		g.scope[len(g.scope)-1].fixed = false
	}
	g.body(f, fmt.Sprintf("func (self %s) %s", recv, f.name))
	g.scope = g.scope[:len(g.scope)-1]
	t.methods = append(t.methods, f)
}

func (g *gen) signature(f *fn) {
	for range 1 + g.pick(4) {
		f.params = append(f.params, g.anyType(2))
	}
	for range 1 + g.pick(2) {
		f.results = append(f.results, g.anyType(1))
	}
}

// body writes head, parameters, results and statements.
func (g *gen) body(f *fn, head string) {
	mark := len(g.scope)
	params := []string{"t *tr"}
	for i, p := range f.params {
		name := fmt.Sprintf("a%d", i)
		params = append(params, name+" "+p.name)
		g.scope = append(g.scope, &variable{name: name, t: p, param: true})
	}
	var results []string
	for i, r := range f.results {
		name := fmt.Sprintf("r%d", i)
		results = append(results, name+" "+r.name)
		g.scope = append(g.scope, &variable{name: name, t: r, param: true})
	}
	g.open("%s(%s) (%s) {", head, strings.Join(params, ", "), strings.Join(results, ", "))
	g.line("t.step()")
	g.results = f.results
	g.size = 6 + g.pick(10)
	g.depth = 1
	if g.chance(5) {
		g.deferred()
	}
	g.block()
	g.ret()
	g.depth = 0
	g.close("}")
	g.results = nil
	g.scope = g.scope[:mark]
}
