// Package inlcost measures source functions in gc's model of inlining cost:
// about one unit per node of the syntax tree after gc's desugaring, more for
// calls that stay calls, and a budget of 80.
//
// It takes typed syntax and gives a Verdict for each declared function and
// function literal. It owns nothing else: what Strata does with the verdict is analyze's business.
// A verdict depends on the functions called statically, so a Model looks at whole strongly connected
// components of the call graph; calls inside a component count as calls that stay.
// The numbers are those that `go build -gcflags=-m=2` prints; a test compares them.
package inlcost

import (
	"fmt"
	"go/ast"
	"go/types"
	"sync"
)

// The budgets and surcharges of gc's model.
const (
	Budget        = 80   // functions up to this cost may be inlined
	BigCaller     = 5000 // callers with more nodes take only cheap callees:
	BigBudget     = 20
	callExtra     = 57 // a call that stays a call
	paramCall     = 17 // a call of a parameter, which inlining may make a known function
	closureExtra  = 15
	throwExtra    = Budget
	closureBudget = 10 * Budget // function literals are measured up to this
)

// Verdict is what the model says of a function.
type Verdict struct {
	Cost  int
	Limit int // the budget that applies
	// CallLimit is the cost up to which ordinary calls of the function are inlined.
	CallLimit int
	Reason    string // why the function cannot be inlined, "" if it can
	Nodes     int    // size as a caller
}

// OK tells whether the function may be inlined.
func (v Verdict) OK() bool { return v.Reason == "" }

// Source is a function with its typed syntax.
type Source struct {
	Decl    *ast.FuncDecl // nil for literals
	Lit     *ast.FuncLit
	Info    *types.Info
	Forbid  string // why the function's directives forbid inlining, "" if they do not
	PkgPath string
}

// Model gives verdicts. It is safe for concurrent use.
type Model struct {
	// Source finds the syntax of a declared function (its origin); nil if there is none.
	Source func(fn *types.Func) *Source
	// Intrinsic tells whether calls of fn become instructions.
	Intrinsic func(fn *types.Func) bool
	Sizes     types.Sizes

	mu    sync.Mutex
	funcs map[any]*fun // by *types.Func or *ast.FuncLit
	stack []*fun
	clock int
}

// fun is a function under measurement.
type fun struct {
	src        *Source
	base       int // cost without what depends on callees
	calls      []call
	reason     string
	index, low int
	onStack    bool
	done       bool
	verdict    Verdict
}

// call is a call whose cost depends on its callee.
type call struct {
	callee any // *types.Func or *ast.FuncLit
	f      *fun
	extra  int // added when the call stays
}

// Func gives the verdict on a declared function.
func (m *Model) Func(fn *types.Func) Verdict {
	m.mu.Lock()
	defer m.mu.Unlock()
	fn = fn.Origin()
	f := m.enter(fn, nil)
	if f == nil {
		return Verdict{Reason: "no function body"}
	}
	return f.verdict
}

// Lit gives the verdict on a function literal of a package with the given type information.
func (m *Model) Lit(lit *ast.FuncLit, info *types.Info, pkgPath string) Verdict {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.enter(lit, &Source{Lit: lit, Info: info, PkgPath: pkgPath}).verdict
}

// enter finds or measures a function, nil if it has no source.
func (m *Model) enter(key any, src *Source) *fun {
	if f, ok := m.funcs[key]; ok {
		return f
	}
	if m.funcs == nil {
		m.funcs = map[any]*fun{}
	}
	if fn, ok := key.(*types.Func); ok {
		src = m.Source(fn)
	}
	if src == nil || src.Decl != nil && src.Decl.Body == nil {
		m.funcs[key] = nil
		return nil
	}
	f := &fun{src: src}
	m.funcs[key] = f
	m.visit(f)
	return f
}

// visit measures f and what it calls, and finishes f's component when f is its root (Tarjan).
func (m *Model) visit(f *fun) {
	m.clock++
	f.index, f.low = m.clock, m.clock
	f.onStack = true
	m.stack = append(m.stack, f)
	w := walker{m: m, f: f, info: f.src.Info}
	w.run()
	for i := range f.calls {
		c := &f.calls[i]
		var src *Source
		if lit, ok := c.callee.(*ast.FuncLit); ok {
			src = &Source{Lit: lit, Info: f.src.Info, PkgPath: f.src.PkgPath}
		}
		if c.f = m.enter(c.callee, src); c.f == nil {
			continue
		}
		if c.f.onStack {
			f.low = min(f.low, c.f.low)
		}
	}
	if f.low != f.index {
		return
	}
	at := len(m.stack) - 1
	for m.stack[at] != f {
		at--
	}
	component := m.stack[at:]
	m.stack = m.stack[:at:at]
	for _, g := range component {
		g.finish()
	}
	for _, g := range component {
		g.onStack, g.done = false, true
	}
}

// finish computes the verdict from the callees'.
func (f *fun) finish() {
	cost := f.base
	for _, c := range f.calls {
		if g := c.f; g != nil && g.done && g.verdict.OK() && g.verdict.Cost <= g.verdict.CallLimit {
			cost += g.verdict.Cost
		} else {
			cost += c.extra
		}
	}
	v := Verdict{Cost: cost, Limit: Budget, CallLimit: Budget, Reason: f.reason, Nodes: f.base}
	if f.src.Lit != nil {
		v.Limit, v.CallLimit = closureBudget, 2*Budget
	}
	switch {
	case f.src.Forbid != "":
		v.Reason = f.src.Forbid
	case v.Reason == "" && cost > v.Limit:
		v.Reason = fmt.Sprintf("function too complex: cost %d exceeds budget %d", cost, v.Limit)
	}
	f.verdict = v
}
