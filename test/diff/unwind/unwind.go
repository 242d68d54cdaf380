// Package unwind writes random Go programs about everything that leaves functions by other ways than returning.
//
// A case nests, up to three deep, loops over functions and over iter.Pull's pairs, deferred calls (few, in loops, many), recover, panics
// anew, runtime.Goexit, and locks to threads. It logs each step. Every goroutine of a case runs to its end
// before the case goes on, so the log does not depend on scheduling. Each third case is run once more in a
// process of its own, on the main goroutine, with nobody to recover: what is printed of its end is logged too.
package unwind

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Cases gives the program with the cases of these seeds.
func Cases(seeds ...uint64) []byte {
	var b strings.Builder
	b.WriteString(prelude)
	b.WriteString("\nvar cases = map[int]func() int{\n")
	for _, s := range seeds {
		fmt.Fprintf(&b, "\t%d: case%d,\n", s, s)
	}
	b.WriteString("}\n\nfunc main() {\n\tif len(os.Args) > 1 {\n\t\talone()\n\t\treturn\n\t}\n")
	for _, s := range seeds {
		fmt.Fprintf(&b, "\trun(%d)\n", s)
		if s%3 == 0 {
			fmt.Fprintf(&b, "\tchild(%d)\n", s)
		}
	}
	b.WriteString("}\n")
	for _, s := range seeds {
		g := &gen{r: rand.New(rand.NewPCG(s, 0x756e77696e64)), id: s}
		g.entry()
		b.WriteString(g.out.String())
	}
	return []byte(b.String())
}

// gen writes one case.
type gen struct {
	r      *rand.Rand
	id     uint64
	out    strings.Builder // functions that are complete
	body   strings.Builder // statements of the function being written
	indent int
	names  int
	size   int // statements that may still be written
	seqs   int // depth of sequences that are sequences of loops
}

// place is where a statement stands.
type place struct {
	depth    int
	loops    []*label // innermost last; loops of an outer function literal are out of reach
	result   bool     // the function has the result r
	deferred bool     // a deferred function: recover has a meaning
	seq      bool     // a sequence: there is yield
	pulled   bool     // may be a coroutine: no lock may be held over a yield
}

// label is a loop's, which is written only where it is used.
type label struct {
	name string
	used bool
}

func (g *gen) chance(n int) bool { return g.r.IntN(n) == 0 }

func (g *gen) name(prefix string) string {
	g.names++
	return fmt.Sprintf("%s%d", prefix, g.names)
}

func (g *gen) line(format string, args ...any) {
	g.body.WriteString(strings.Repeat("\t", g.indent))
	fmt.Fprintf(&g.body, format, args...)
	g.body.WriteByte('\n')
}

// log writes a step: its number is that of the place in the source.
func (g *gen) log() string {
	g.names++
	return fmt.Sprintf("step(%d)", g.names)
}

func (g *gen) entry() {
	g.size = 25 + g.r.IntN(30)
	g.function(fmt.Sprintf("case%d", g.id), "() (r int)", place{result: true})
}

// function writes a function at package level.
func (g *gen) function(name, signature string, p place) {
	outer, indent := g.body.String(), g.indent
	g.body.Reset()
	g.indent = 1
	g.block(p)
	if p.result {
		g.line("return r + %d", g.r.IntN(9))
	}
	fmt.Fprintf(&g.out, "\nfunc %s%s {\n%s}\n", name, signature, g.body.String())
	g.body.Reset()
	g.body.WriteString(outer)
	g.indent = indent
}

// block writes some statements.
func (g *gen) block(p place) {
	g.line("%s", g.log())
	for range 1 + g.r.IntN(4) {
		if g.size <= 0 {
			return
		}
		g.size--
		g.statement(p)
	}
}

// inside writes head, a block in p and tail.
func (g *gen) inside(head string, p place, tail string) {
	g.line("%s", head)
	g.indent++
	g.block(p)
	g.indent--
	g.line("%s", tail)
}

// literal is the place inside a function literal.
func (p place) literal() place {
	p.depth++
	p.loops = nil
	p.seq = false
	p.deferred = false
	return p
}
