// Command interp runs a program in a small language with a tree-walking interpreter: every node is evaluated through an
// interface.
package main

import (
	"fmt"
	"strconv"
	"strings"

	"strata/bench/pgo/internal/load"
)

type node interface{ eval(env *scope) float64 }

type scope struct {
	vars  map[string]int
	slots []float64
	funcs map[string]*function
}

type function struct {
	params []int
	frame  int
	body   node
}

type (
	number float64
	local  int
	set    struct {
		slot int
		x    node
	}
	binary struct {
		op   byte
		x, y node
	}
	block struct{ list []node }
	loop  struct{ cond, body node }
	cond  struct{ test, yes, no node }
	call  struct {
		f    *function
		args []node
	}
)

func (n number) eval(*scope) float64  { return float64(n) }
func (n local) eval(s *scope) float64 { return s.slots[n] }

func (n *set) eval(s *scope) float64 {
	v := n.x.eval(s)
	s.slots[n.slot] = v
	return v
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (n *binary) eval(s *scope) float64 {
	x, y := n.x.eval(s), n.y.eval(s)
	switch n.op {
	case '+':
		return x + y
	case '-':
		return x - y
	case '*':
		return x * y
	case '/':
		return x / y
	case '<':
		return truth(x < y)
	case '%':
		return float64(int64(x) % int64(y))
	case '=':
		return truth(x == y)
	}
	panic("operator " + string(n.op))
}

func (n *block) eval(s *scope) (v float64) {
	for _, x := range n.list {
		v = x.eval(s)
	}
	return v
}

func (n *loop) eval(s *scope) (v float64) {
	for n.cond.eval(s) != 0 {
		v = n.body.eval(s)
	}
	return v
}

func (n *cond) eval(s *scope) float64 {
	if n.test.eval(s) != 0 {
		return n.yes.eval(s)
	}
	return n.no.eval(s)
}

func (n *call) eval(s *scope) float64 {
	var frame [8]float64
	for i, a := range n.args {
		frame[n.f.params[i]] = a.eval(s)
	}
	return n.f.body.eval(&scope{slots: frame[:]})
}

// parser reads s-expressions.
type parser struct {
	words []string
	vars  map[string]int
	funcs map[string]*function
}

func (p *parser) next() string {
	w := p.words[0]
	p.words = p.words[1:]
	return w
}

func (p *parser) slot(name string) int {
	i, ok := p.vars[name]
	if !ok {
		i = len(p.vars)
		p.vars[name] = i
	}
	return i
}

func (p *parser) list() (out []node) {
	for p.words[0] != ")" {
		out = append(out, p.parse())
	}
	p.next()
	return out
}

func (p *parser) parse() node {
	w := p.next()
	if w != "(" {
		if f, err := strconv.ParseFloat(w, 64); err == nil {
			return number(f)
		}
		return local(p.slot(w))
	}
	switch w = p.next(); w {
	case "set":
		n := &set{slot: p.slot(p.next())}
		n.x = p.list()[0]
		return n
	case "do":
		return &block{p.list()}
	case "while":
		l := p.list()
		return &loop{l[0], &block{l[1:]}}
	case "if":
		l := p.list()
		return &cond{l[0], l[1], l[2]}
	case "def":
		f := &function{}
		p.funcs[p.next()] = f
		outer := p.vars
		p.vars = map[string]int{}
		for p.next(); p.words[0] != ")"; {
			f.params = append(f.params, p.slot(p.next()))
		}
		p.next()
		f.body = &block{p.list()}
		p.vars = outer
		return number(0)
	}
	if f := p.funcs[w]; f != nil {
		return &call{f, p.list()}
	}
	l := p.list()
	return &binary{w[0], l[0], l[1]}
}

const program = `
( def fib ( n ) ( if ( < n 2 ) n ( + ( fib ( - n 1 ) ) ( fib ( - n 2 ) ) ) ) )
( set i 0 ) ( set sum 0 )
( while ( < i 30000 )
	( if ( = ( % i 3 ) 0 ) ( set sum ( + sum ( * i 2 ) ) ) ( set sum ( - sum ( / i 4 ) ) ) )
	( set i ( + i 1 ) ) )
( + sum ( fib 18 ) )
`

func main() {
	p := &parser{words: strings.Fields("( do " + program + " )"), vars: map[string]int{}, funcs: map[string]*function{}}
	n := p.parse()
	load.Run(60, func() string {
		return fmt.Sprint(n.eval(&scope{slots: make([]float64, 16)}))
	})
}
