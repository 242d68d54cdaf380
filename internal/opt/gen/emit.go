package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
)

// commutative mirrors the op table's flag for the ops that rules name.
var commutative = map[string]bool{"Add": true, "Mul": true, "And": true, "Or": true, "Xor": true, "Eq": true, "Ne": true, "MulHiU": true}

var types = map[string]string{"bool": "Bool", "i8": "I8", "i16": "I16", "i32": "I32", "i64": "I64", "ptr": "Ptr", "f32": "F32", "f64": "F64"}

// generator writes one rule as nested loops and tests inside a labelled block.
type generator struct {
	w     *bytes.Buffer
	bound map[string]string // name → kind: "value", "int", "aux"
	n     int
	opens int
}

func (g *generator) p(format string, args ...any) { fmt.Fprintf(g.w, format+"\n", args...) }

func (g *generator) fresh() string { g.n++; return "w" + strconv.Itoa(g.n) }

// If opens a nested test.
func (g *generator) If(cond string) { g.p("if %s {", cond); g.opens++ }

func (g *generator) rule(file string, r rule) {
	g.p("{ // line %d", r.line)
	g.opens++
	g.match(r.match, "v", true)
	if r.cond != "" {
		g.If(r.cond)
	}
	g.replace(r.with)
	for ; g.opens > 0; g.opens-- {
		g.p("}")
	}
}

// match tests that Go variable x has the shape of e.
func (g *generator) match(e *expr, x string, root bool) {
	if e.op == "" {
		g.bind(e.name, x)
		return
	}
	if !root {
		g.If(fmt.Sprintf("%s.Op == ssa.Op%s", x, e.op))
	}
	if e.name != "" {
		g.bind(e.name, x)
	}
	switch t := e.typ; {
	case t == "":
	case t == "int":
		g.If(x + ".Type.IsInt() && " + x + ".Type != ssa.Bool")
	default:
		g.If(x + ".Type == ssa." + types[t])
	}
	if e.hasAux {
		g.auxInt(e.aux, x)
	}
	if e.hasSym {
		g.p("%s := %s.Aux", e.sym, x)
		g.p("_ = %s", e.sym)
		g.bound[e.sym] = "aux"
	}
	g.args(e, x)
}

func (g *generator) auxInt(text, x string) {
	if n, err := strconv.ParseInt(text, 0, 64); err == nil {
		g.If(fmt.Sprintf("%s.AuxInt == %d", x, n))
		return
	}
	if g.bound[text] != "" {
		g.If(fmt.Sprintf("%s.AuxInt == %s", x, text))
		return
	}
	g.p("%s := %s.AuxInt", text, x)
	g.p("_ = %s", text)
	g.bound[text] = "int"
}

func (g *generator) args(e *expr, x string) {
	if len(e.args) == 2 && commutative[e.op] {
		a, b, i := g.fresh(), g.fresh(), g.fresh()
		g.p("for %s := 0; %s < 2; %s++ {", i, i, i)
		g.opens++
		g.p("%s, %s := %s.Args[%s], %s.Args[1-%s]", a, b, x, i, x, i)
		g.p("_, _ = %s, %s", a, b)
		g.match(e.args[0], a, false)
		g.match(e.args[1], b, false)
		return
	}
	for k, a := range e.args {
		y := g.fresh()
		g.p("%s := %s.Args[%d]", y, x, k)
		g.p("_ = %s", y)
		g.match(a, y, false)
	}
}

func (g *generator) bind(name, x string) {
	if name == "_" {
		return
	}
	if g.bound[name] != "" {
		g.If(name + " == " + x)
		return
	}
	g.bound[name] = "value"
	g.p("%s := %s", name, x)
	g.p("_ = %s", name)
}

func (g *generator) replace(e *expr) {
	if e.op == "" {
		g.p("v.CopyOf(%s)", e.name)
		g.p("return true")
		return
	}
	args := make([]string, len(e.args))
	for i, a := range e.args {
		args[i] = g.build(a)
	}
	g.p("rewriteTo(v, ssa.Op%s, %s, %s%s)", e.op, g.aux(e), g.sym(e), join(args))
	g.p("return true")
}

// build makes the values of a replacement's arguments, ahead of v.
func (g *generator) build(e *expr) string {
	if e.op == "" {
		return e.name
	}
	args := make([]string, len(e.args))
	for i, a := range e.args {
		args[i] = g.build(a)
	}
	x := g.fresh()
	g.p("%s := before(v, ssa.Op%s, %s, %s, %s%s)", x, e.op, typeOf(e.typ), g.aux(e), g.sym(e), join(args))
	return x
}

var typeofName = regexp.MustCompile(`^typeof (\w+)$`)

func typeOf(t string) string {
	if m := typeofName.FindStringSubmatch(t); m != nil {
		return m[1] + ".Type"
	}
	if t == "" {
		return "v.Type"
	}
	return "ssa." + types[t]
}

func (g *generator) aux(e *expr) string {
	if e.hasAux {
		return e.aux
	}
	return "0"
}

func (g *generator) sym(e *expr) string {
	if e.hasSym {
		return e.sym
	}
	return "nil"
}

func join(args []string) string {
	s := ""
	for _, a := range args {
		s += ", " + a
	}
	return s
}
