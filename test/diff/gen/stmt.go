package gen

import (
	"fmt"
	"strings"
)

// block writes statements until the function has enough of them or chance ends it.
func (g *gen) block() {
	mark := len(g.scope)
	g.depth++
	for n := 2 + g.pick(5); n > 0 && g.size > 0; n-- {
		g.size--
		g.statement()
	}
	g.depth--
	g.scope = g.scope[:mark]
}

// statement writes one statement of any kind.
func (g *gen) statement() {
	g.risk = g.chance(30) || g.lit > 0 && g.chance(4)
	simple := []func(){g.declare, g.declare, g.assign, g.assign, g.assign, g.show, g.call, g.call, g.update, g.swap, g.check}
	nested := []func(){g.ifs, g.ifs, g.loop, g.loop, g.rangeLoop, g.switches, g.typeSwitch, g.literalCall, g.protected, g.channel, g.closure, g.iterate}
	if g.depth < 5 && g.chance(3) {
		one(g, nested...)()
		return
	}
	one(g, simple...)()
}

// declare makes a variable.
func (g *gen) declare() {
	t := g.anyType(2)
	name := g.name("v")
	init := g.expr(t, 3)
	if t.kind == slice && !strings.HasPrefix(init, "clone") && !strings.HasPrefix(init, "make") && !strings.HasPrefix(init, "[") {
		init = "clone(" + init + ")"
	}
	switch {
	case g.chance(6):
		g.line("var %s %s", name, t.name)
		if t.kind == pointer {
			g.line("%s = new(%s)", name, t.elem.name)
		}
	case g.chance(3):
		g.line("var %s %s = %s", name, t.name, init)
	default:
		g.line("%s := %s", name, init)
	}
	g.line("_ = %s", name)
	g.scope = append(g.scope, &variable{name: name, t: t})
}

// target finds something assignable and its type.
func (g *gen) target() (string, *typ) {
	for range 8 {
		if len(g.scope) == 0 {
			break
		}
		v := g.scope[g.pick(len(g.scope))]
		if v.fixed {
			continue
		}
		return g.inside(v.name, v.t, 2)
	}
	return "", nil
}

// inside goes from a variable to a part that can be assigned.
func (g *gen) inside(x string, t *typ, depth int) (string, *typ) {
	if depth == 0 || g.chance(3) && t.kind != pointer {
		return x, t
	}
	switch t.kind {
	case structure:
		f := t.fields[g.pick(len(t.fields))]
		return g.inside(x+"."+f.name, f.t, depth-1)
	case array:
		return g.inside(fmt.Sprintf("%s[%s]", x, g.arrayIndex(t.n)), t.elem, depth-1)
	case pointer:
		return g.inside("(*"+x+")", t.elem, depth-1)
	}
	return x, t
}

func (g *gen) assign() {
	x, t := g.target()
	if t == nil {
		g.declare()
		return
	}
	switch {
	case t.isInt() && g.chance(3):
		g.line("%s %s= %s", x, one(g, intOps...), g.expr(t, 2))
	case t.isInt() && g.chance(4):
		g.line("%s%s", x, one(g, "++", "--"))
	case t.isInt() && g.chance(5):
		g.line("%s %s= %s", x, one(g, "<<", ">>"), g.fresh(byteType))
	case t.kind == text && g.chance(2):
		g.line("%s = limit(%s + %s)", x, x, g.expr(stringType, 1))
	case t.kind == float && g.chance(2):
		g.line("%s %s= %s", x, one(g, "+", "-", "*", "/"), g.expr(t, 2))
	default:
		g.line("%s = %s", x, g.value(t))
	}
}

// value is an expression whose result shares no array with a variable.
func (g *gen) value(t *typ) string {
	e := g.expr(t, 3)
	if t.kind == slice && strings.HasPrefix(e, "at(") {
		return "clone(" + e + ")"
	}
	return e
}

func (g *gen) show() {
	t := g.anyType(2)
	if !t.printable() {
		t = intType
	}
	g.line("t.v(%q, %s)", g.name("o"), g.expr(t, 3))
}

// update changes a slice or map in place.
func (g *gen) update() {
	for range 8 {
		if len(g.scope) == 0 {
			break
		}
		v := g.scope[g.pick(len(g.scope))]
		switch v.t.kind {
		case slice:
			g.updateSlice(v)
			return
		case mapping:
			g.updateMap(v)
			return
		}
	}
	g.show()
}

func (g *gen) updateSlice(v *variable) {
	switch g.pick(6) {
	case 0, 1:
		if !v.param && !v.fixed {
			g.line("%s = append(%s, %s)", v.name, v.name, g.expr(v.t.elem, 2))
			return
		}
	case 2:
		if !v.param && !v.fixed {
			g.line("%s = append(%s, %s...)", v.name, v.name, "head("+g.expr(v.t, 1)+", 20)")
			return
		}
	case 3:
		g.line("t.v(%q, copy(%s, %s))", g.name("o"), v.name, g.expr(v.t, 1))
		return
	case 4:
		if g.risk && v.t.elem.isInt() {
			g.risk = false
			g.line("%s[%s]++", v.name, g.small())
			return
		}
	}
	g.open("if i := %s; uint(i) < uint(len(%s)) {", g.small(), v.name)
	g.line("%s[i] = %s", v.name, g.value(v.t.elem))
	g.close("}")
}

func (g *gen) updateMap(v *variable) {
	k := g.expr(v.t.key, 1)
	switch g.pick(4) {
	case 0:
		g.line("delete(%s, %s)", v.name, k)
	case 1:
		ok, val := g.name("ok"), g.name("v")
		g.line("%s, %s := %s[%s]", val, ok, v.name, k)
		g.line("_, _ = %s, %s", val, ok)
		g.scope = append(g.scope, &variable{name: val, t: v.t.elem, param: true}, &variable{name: ok, t: boolType})
		if v.t.elem.kind == pointer {
			g.scope = g.scope[:len(g.scope)-2]
		}
	default:
		g.open("if %s != nil {", v.name)
		if v.t.elem.isInt() && g.chance(2) {
			g.line("%s[%s] += %s", v.name, k, g.expr(v.t.elem, 1))
		} else {
			g.line("%s[%s] = %s", v.name, k, g.value(v.t.elem))
		}
		g.close("}")
	}
}

// swap assigns two things at once.
func (g *gen) swap() {
	x, t := g.target()
	if t == nil || t.kind == slice || strings.Contains(x, "[") {
		g.show()
		return
	}
	for _, v := range g.scope {
		if v.t.same(t) && !v.fixed && v.name != x && !strings.HasPrefix(x, v.name) {
			g.line("%s, %s = %s, %s", x, v.name, v.name, x)
			return
		}
	}
	g.show()
}

// check looks at the dynamic type of a value.
func (g *gen) check() {
	t := g.basicType()
	u := one(g, t, g.basicType())
	if g.risk {
		g.risk = false
		g.line("t.v(%q, any(%s).(%s))", g.name("o"), g.fresh(t), u.name)
		return
	}
	ok := g.name("ok")
	g.open("if x, %s := any(%s).(%s); %s {", ok, g.expr(t, 1), u.name, ok)
	g.line("t.v(%q, x)", g.name("o"))
	g.close("}")
}

// call calls a function or method written before and keeps its results.
func (g *gen) call() {
	var list []*fn
	list = append(list, g.funcs...)
	var on []string
	for range g.funcs {
		on = append(on, "")
	}
	for _, v := range g.scope {
		if v.t.kind == structure || v.t.isInt() {
			for _, m := range v.t.methods {
				if !strings.HasPrefix(v.name, "(") || !m.ptr {
					list, on = append(list, m), append(on, v.name+".")
				}
			}
		}
	}
	if len(list) == 0 || g.loops > 1 {
		g.show()
		return
	}
	i := g.pick(len(list))
	f := list[i]
	args := []string{"t"}
	for _, p := range f.params {
		args = append(args, g.value(p))
	}
	var names []string
	for range f.results {
		names = append(names, g.name("v"))
	}
	callee := on[i] + f.name
	if f.recv != nil && !f.ptr && g.chance(4) {
		callee = f.recv.name + "." + f.name
		args = append([]string{strings.TrimSuffix(on[i], ".")}, args...)
	}
	g.line("%s := %s(%s)", strings.Join(names, ", "), callee, strings.Join(args, ", "))
	for j, n := range names {
		g.line("_ = %s", n)
		g.scope = append(g.scope, &variable{name: n, t: f.results[j], param: true})
	}
}

// ret returns values, in one of the ways there are.
func (g *gen) ret() {
	g.risk = false
	if len(g.results) == 0 || g.chance(4) {
		g.line("return")
		return
	}
	var list []string
	for _, r := range g.results {
		list = append(list, g.value(r))
	}
	g.line("return %s", strings.Join(list, ", "))
}

// deferred adds a deferred call; it may recover and set results.
func (g *gen) deferred() {
	g.open("defer func() {")
	if g.chance(2) {
		g.open("if r := recover(); r != nil {")
		g.line("t.v(\"recovered\", text(r))")
		g.close("}")
	}
	results := g.results
	g.results = nil
	g.assign()
	g.results = results
	g.close("}()")
}
