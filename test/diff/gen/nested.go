package gen

import (
	"fmt"
	"strings"
)

func (g *gen) ifs() {
	g.open("if %s {", g.expr(boolType, 3))
	g.block()
	for g.chance(4) {
		g.indent--
		g.open("} else if %s {", g.expr(boolType, 2))
		g.block()
	}
	if g.chance(2) {
		g.indent--
		g.open("} else {")
		g.block()
	}
	g.close("}")
}

// loop counts; the counter may be changed by nobody but the loop.
func (g *gen) loop() {
	i := g.name("i")
	label := ""
	if g.chance(4) {
		label = g.name("L")
		g.line("%s:", label)
	}
	n := 1 + g.pick(7)
	switch g.pick(4) {
	case 0:
		g.open("for %s := %d; %s > 0; %s-- {", i, n, i, i)
	case 1:
		g.open("for %s := range %d {", i, n)
	case 2:
		g.open("for %s := 0; %s < %d; %s += 2 {", i, i, n*2, i)
	default:
		g.open("for %s := 0; %s < %d && %s; %s++ {", i, i, n, g.expr(boolType, 1), i)
	}
	g.line("t.step()")
	g.loopBody(i, intType, label)
}

// loopBody writes the inside of a loop over variable i and closes it.
func (g *gen) loopBody(i string, t *typ, label string) {
	if label != "" {
		g.labels = append(g.labels, label)
	}
	mark := len(g.scope)
	if i != "" {
		g.line("_ = %s", i)
		g.scope = append(g.scope, &variable{name: i, t: t, fixed: true})
	}
	g.loops++
	g.block()
	if label != "" {
		g.open("if %s {", g.expr(boolType, 1))
		g.line("%s %s", one(g, "break", "continue"), label)
		g.close("}")
		g.labels = g.labels[:len(g.labels)-1]
	} else if g.chance(4) {
		g.open("if %s {", g.expr(boolType, 1))
		g.line("%s", one(g, "break", "continue"))
		g.close("}")
	}
	g.block()
	g.loops--
	g.scope = g.scope[:mark]
	g.close("}")
}

// rangeLoop walks over a collection; over maps only with sums that do not depend on the order.
func (g *gen) rangeLoop() {
	t := one(g, sliceOf(g.anyType(1)), arrayOf(1+g.pick(4), g.anyType(1)), stringType, mapOf(g.intKind(), g.intKind()))
	k, v := g.name("k"), g.name("e")
	switch t.kind {
	case mapping:
		s := g.name("s")
		g.line("var %s uint64", s)
		g.open("for %s, %s := range %s {", k, v, g.value(t))
		g.line("%s += uint64(%s)*31 ^ uint64(%s)", s, k, v)
		g.close("}")
		g.line("t.v(%q, %s)", s, s)
		return
	case text:
		g.open("for %s, %s := range %s {", k, v, g.expr(t, 2))
		g.scope = append(g.scope, &variable{name: v, t: int32Type})
	default:
		x := g.value(t)
		if t.kind == slice {
			x = "head(" + x + ", 6)"
		}
		g.open("for %s, %s := range %s {", k, v, x)
		g.scope = append(g.scope, &variable{name: v, t: t.elem, param: true, fixed: t.elem.kind == slice})
	}
	g.line("t.step()")
	g.line("_, _ = %s, %s", k, v)
	g.loopBody(k, intType, "")
	g.scope = g.scope[:len(g.scope)-1]
}

func (g *gen) switches() {
	if g.chance(3) {
		g.open("switch {")
		g.indent--
		for range 1 + g.pick(3) {
			g.open("case %s:", g.expr(boolType, 2))
			g.caseBody()
		}
	} else {
		t := one(g, intType, stringType, g.intKind())
		g.open("switch %s {", g.expr(t, 2))
		g.indent--
		seen := map[string]bool{}
		for range 1 + g.pick(9) {
			k := g.literal(t, 0)
			if t.isInt() {
				k = fmt.Sprint(g.pick(100))
			}
			if seen[k] {
				continue
			}
			seen[k] = true
			g.open("case %s:", k)
			g.caseBody()
		}
	}
	if g.chance(2) {
		g.open("default:")
		g.caseBody()
	}
	g.line("}")
}

func (g *gen) caseBody() {
	g.line("t.v(%q, %d)", "case", g.pick(1000))
	if g.chance(2) {
		g.block()
	}
	g.indent--
}

func (g *gen) typeSwitch() {
	g.open("switch x := any(%s).(type) {", g.expr(g.anyType(1), 1))
	g.indent--
	seen := map[string]bool{}
	for range 1 + g.pick(4) {
		t := g.anyType(1)
		if seen[t.name] || !t.printable() {
			continue
		}
		seen[t.name] = true
		g.open("case %s:", t.name)
		g.line("t.v(%q, x)", t.name)
		g.indent--
	}
	g.open("default:")
	g.line("_ = x")
	g.line("t.v(\"default\", 0)")
	g.indent--
	g.line("}")
}

// literalCall runs statements in a function literal that sees the variables around it.
func (g *gen) literalCall() {
	g.open("func() {")
	g.inLiteral(g.block)
	g.close("}()")
}

// inLiteral writes the inside of a function literal.
func (g *gen) inLiteral(body func()) {
	results, labels := g.results, g.labels
	g.results, g.labels = nil, nil
	body()
	g.results, g.labels = results, labels
}

// protected runs statements that may panic and prints what was recovered.
func (g *gen) protected() {
	g.open("func() {")
	g.line("defer t.catch()")
	g.lit++
	g.inLiteral(func() {
		g.block()
		if g.chance(3) {
			g.risk = false
			g.line("panic(%s)", one(g, "any("+g.expr(intType, 1)+")", "any("+g.expr(stringType, 1)+")", "errors.New("+g.expr(stringType, 1)+")"))
		}
	})
	g.lit--
	g.close("}()")
}

// channel sends values through a channel, from here or from a goroutine.
func (g *gen) channel() {
	t := g.anyType(1)
	if t.kind == slice {
		t = intType
	}
	c, x := g.name("c"), g.name("e")
	n := 1 + g.pick(4)
	if g.chance(2) {
		g.line("%s := make(chan %s, %d)", c, t.name, n)
		for range n {
			g.line("%s <- %s", c, g.value(t))
		}
		g.line("close(%s)", c)
	} else {
		var list []string
		for range n {
			list = append(list, g.value(t))
		}
		g.line("%s := source(%s)", c, strings.Join(list, ", "))
	}
	if g.chance(3) {
		ok := g.name("ok")
		g.open("select {")
		g.indent--
		g.open("case %s, %s := <-%s:", x, ok, c)
		g.line("_, _ = %s, %s", x, ok)
		if t.printable() {
			g.line("t.v(%q, %s)", x, x)
		}
		g.indent--
		g.line("}")
		g.line("drain(%s)", c)
		return
	}
	g.open("for %s := range %s {", x, c)
	g.line("t.step()")
	g.scope = append(g.scope, &variable{name: x, t: t})
	g.line("_ = %s", x)
	g.loopBody("", nil, "")
	g.scope = g.scope[:len(g.scope)-1]
	g.line("drain(%s)", c)
}

// closure makes a function value that keeps and changes a variable, and calls it.
func (g *gen) closure() {
	f, p := g.name("fn"), g.name("p")
	t, r := g.basicType(), g.basicType()
	g.open("%s := func(%s %s) %s {", f, p, t.name, r.name)
	g.line("t.step()")
	mark := len(g.scope)
	g.scope = append(g.scope, &variable{name: p, t: t})
	g.inLiteral(func() {
		g.assign()
		g.assign()
		g.risk = false
		g.line("return %s", g.expr(r, 2))
	})
	g.scope = g.scope[:mark]
	g.close("}")
	for range 1 + g.pick(3) {
		g.risk = false
		v := g.name("v")
		g.line("%s := %s(%s)", v, f, g.expr(t, 1))
		g.line("_ = %s", v)
		g.scope = append(g.scope, &variable{name: v, t: r})
	}
}

// iterate ranges over a function.
func (g *gen) iterate() {
	i := g.name("i")
	g.open("for %s := range count(%d) {", i, g.pick(6))
	g.line("t.step()")
	g.line("_ = %s", i)
	g.loopBody(i, intType, "")
}
