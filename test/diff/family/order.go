package family

import (
	"fmt"
	"strings"
)

// order is the family of calls with effects: what is called, how it is called, and which arguments it gets. Arguments tell
// when they are evaluated, calls when they are made; what is called may be nil.
func order() Family {
	f := Family{Name: "order", Prelude: orderPrelude}
	for _, callee := range orderCallees {
		for _, args := range orderArgs {
			for _, how := range orderHows {
				if strings.HasPrefix(how.body, "done") && (callee.dies || strings.HasPrefix(args, "nilAll")) {
					continue // a panic of a goroutine ends the program
				}
				call := strings.ReplaceAll(how.body, "CALL", callee.expr+"("+args+")")
				f.Cases = append(f.Cases, Case{Name: fmt.Sprintf("%s(%s), %s", callee.name, args, how.name), Body: "reset()\n" + callee.setup + "\nfunc() {\n" + call + "\n}()"})
			}
		}
	}
	return f
}

var orderHows = []struct{ name, body string }{
	{"plain", "CALL\nshow(\"done\")"},
	{"deferred", "defer CALL\nshow(\"body\")"},
	{"deferred and recovered", "defer func() { show(\"recovered\", recover()) }()\ndefer CALL\nshow(\"body\")"},
	{"deferred in a loop", "for round := range 2 {\n\tdefer CALL\n\tshow(\"round\", round)\n}"},
	{"deferred in a range over a function", "for round := range seq {\n\tdefer CALL\n\tshow(\"round\", round)\n}"},
	{"on a goroutine", "done = make(chan bool, 1)\ngo CALL\n<-done"},
	{"deferred and changed", "defer CALL\nx, t, m = 7, T{7}, nil\np, q, i, fn, e = nil, nil, nil, nil, E{}\nshow(\"body\")"},
}

var orderArgs = []string{"f(1), g(2)", "x, g(2)", "f(1), x", "two()", "f(1), a[f(3)]", "m[\"k\"], x", "<-c, f(1)", "*q, f(1)", "f(1), *q", "a[x], f(2)", "change(), x", "x, change()", "nilAll(), 2"}

var orderCallees = []struct {
	name, setup, expr string
	dies              bool // the call panics, not the statement
}{
	{"interface", "", "i.V", false},
	{"nil interface", "i = nil", "i.V", false},
	{"interface with nil pointer, value method", "i = (*T)(nil)", "i.V", true},
	{"value method", "", "t.V", false},
	{"pointer method", "", "t.P", false},
	{"value method by pointer", "", "p.V", false},
	{"value method by nil pointer", "p = nil", "p.V", false},
	{"pointer method by nil pointer", "p = nil", "p.P", false},
	{"promoted value method", "", "e.V", false},
	{"promoted value method by nil pointer", "e.T = nil", "e.V", false},
	{"promoted pointer method by nil pointer", "e.T = nil", "e.P", false},
	{"promoted through nil", "ep = nil", "ep.V", false},
	{"promoted pointer method through nil", "ep = nil", "ep.P", false},
	{"embedded interface", "", "ei.V", false},
	{"embedded nil interface", "ei.I = nil", "ei.V", false},
	{"function", "", "two2", false},
	{"function value", "", "fn", false},
	{"nil function value", "fn = nil", "fn", true},
	{"field of function type", "", "fs.fn", false},
	{"field of function type by nil pointer", "fs = nil", "fs.fn", true},
	{"method value", "", "i.V", false},
	{"method expression", "", "func(a, b int) { T.V(t, a, b) }", false},
	{"result", "", "get()", false},
	{"nil result", "fn = nil", "get()", true},
	{"method of result", "", "getT().V", false},
	{"pointer method of result", "", "getP().P", false},
	{"value method of nil result", "p = nil", "getP().V", false},
	{"element", "", "fns[x]", false},
	{"element out of range", "x = 9", "fns[x]", false},
	{"map's", "", "fm[\"k\"].V", false},
	{"map's, missing", "", "fm[\"none\"].V", false},
	{"asserted", "", "any(i).(interface{ V(a, b int) }).V", false},
	{"asserted wrongly", "", "any(x).(interface{ V(a, b int) }).V", false},
	{"literal", "", "func(a, b int) { show(\"literal\", a, b, x); end() }", false},
	{"generic", "", "gen[int]", false},
	{"generic method", "", "gt.V", false},
	{"generic method by nil pointer", "gt = nil", "gt.V", false},
}

const orderPrelude = `
type I interface{ V(a, b int) }

type T struct{ n int }

func (t T) V(a, b int) { show("T.V", t.n, a, b); end() }

func (t *T) P(a, b int) { show("T.P", t == nil, a, b); end() }

type E struct{ *T }

type EI struct {
	pad int
	I
}

type FS struct{ fn func(a, b int) }

type G[X any] struct{ x X }

func (g G[X]) V(a, b X) { show("G.V", g.x, a, b); end() }

func gen[X any](a, b X) { show("gen", a, b); end() }

var (
	x    int
	t    T
	p, q2 *T
	q    *int
	i    I
	e    E
	ep   *E
	ei   EI
	fn   func(a, b int)
	fs   *FS
	fns  []func(a, b int)
	fm   map[string]I
	gt   *G[int]
	a    []int
	m    map[string]int
	c    chan int
	done chan bool
)

func reset() {
	x, t, p = 1, T{1}, &T{2}
	q = &t.n
	i = T{3}
	e = E{&T{4}}
	ep = &E{&T{5}}
	ei = EI{0, T{6}}
	fn = two2
	fs = &FS{two2}
	fns = []func(a, b int){nil, two2}
	fm = map[string]I{"k": T{7}}
	gt = &G[int]{8}
	a = []int{10, 11, 12, 13, 14}
	m = map[string]int{"k": 20}
	c = make(chan int, 10)
	for k := range 10 {
		c <- k
	}
	done = nil
}

func end() {
	if done != nil {
		done <- true
	}
}

func f(x int) int { show("f"); return x }

func g(x int) int { show("g"); return x }

func two() (int, int) { show("two"); return 5, 6 }

func two2(a, b int) { show("two2", a, b); end() }

func get() func(a, b int) { show("get"); return fn }

func getT() T { show("getT"); return t }

func getP() *T { show("getP"); return p }

// change changes what may have been read already.
func change() int {
	x, t = 2, T{9}
	i, fn = &T{10}, gen[int]
	e.T = &T{11}
	ei.I = T{12}
	show("change")
	return 3
}

func nilAll() int {
	p, i, fn, e.T, ep, ei.I, gt = nil, nil, nil, nil, nil, nil, nil
	show("nilAll")
	return 3
}

func seq(yield func(int) bool) { _ = yield(1) && yield(2) }
`
