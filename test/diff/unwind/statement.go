package unwind

import (
	"fmt"
	"strings"
)

// A kind of statement.
type kind struct {
	weight int  // how often it is written
	nests  bool // only while the depth allows
	write  func(*gen, place)
}

var kinds []kind

func init() {
	kinds = []kind{
		{4, true, (*gen).rangeFunc},
		{3, true, (*gen).pull},
		{3, true, (*gen).deferBody},
		{2, true, (*gen).loop},
		{2, true, (*gen).call},
		{1, true, (*gen).protected},
		{1, true, (*gen).condition},
		{1, true, (*gen).goroutine},
		{1, true, (*gen).locked},
		{3, false, (*gen).deferLog},
		{2, false, (*gen).recovering},
		{3, false, (*gen).panicking},
		{1, false, (*gen).goexit},
		{2, false, (*gen).leave},
		{2, false, (*gen).yield},
		{1, false, (*gen).caught},
		{1, false, (*gen).memory},
	}
}

func (g *gen) statement(p place) {
	total := 0
	for _, k := range kinds {
		if !k.nests || p.depth < 3 {
			total += k.weight
		}
	}
	n := g.r.IntN(total)
	for _, k := range kinds {
		if k.nests && p.depth >= 3 {
			continue
		}
		if n -= k.weight; n < 0 {
			k.write(g, p)
			return
		}
	}
}

// looped writes a loop whose head has been given, with a label if the body asks for it.
func (g *gen) looped(head string, p place) {
	l := &label{name: g.name("L")}
	p.depth++
	p.loops = append(append([]*label{}, p.loops...), l)
	outer := g.body.String()
	g.body.Reset()
	g.inside(head, p, "}")
	loop := g.body.String()
	g.body.Reset()
	g.body.WriteString(outer)
	if l.used {
		g.body.WriteString(strings.Repeat("\t", g.indent-1) + l.name + ":\n")
	}
	g.body.WriteString(loop)
}

func (g *gen) rangeFunc(p place) {
	v := g.name("v")
	g.looped(fmt.Sprintf("for %s := range %s {\n%sr += %s", v, g.sequence(p), strings.Repeat("\t", g.indent+1), v), p)
}

// sequence gives an expression for an iter.Seq[int]: one of the prelude's, or one written for the purpose.
func (g *gen) sequence(p place) string {
	if p.depth >= 2 || g.seqs > 0 || g.chance(2) {
		names := []string{"plain", "plain", "deferring", "swallowing", "stubborn", "panicking", "nested", "exiting", "late"}
		return fmt.Sprintf("%s(%d)", names[g.r.IntN(len(names))], 1+g.r.IntN(3))
	}
	g.seqs++
	name := fmt.Sprintf("%s_%d", g.name("seq"), g.id)
	g.function(name, "(yield func(int) bool)", place{depth: p.depth + 1, seq: true, pulled: true})
	g.seqs--
	return name
}

func (g *gen) pull(p place) {
	next, stop, v, ok := g.name("next"), g.name("stop"), g.name("v"), g.name("ok")
	g.line("%s, %s := iter.Pull(%s)", next, stop, g.sequence(p))
	if g.chance(2) {
		g.line("defer %s()", stop)
	}
	if g.chance(6) {
		g.line("%s()", stop)
	}
	q := p
	if p.pulled {
		q.pulled = true
	}
	g.looped(fmt.Sprintf("for range %d {\n%[2]s%[3]s, %[4]s := %[5]s()\n%[2]sr += %[3]s\n%[2]sif !%[4]s {\n%[2]s\tbreak\n%[2]s}",
		1+g.r.IntN(4), strings.Repeat("\t", g.indent+1), v, ok, next), q)
	if g.chance(2) {
		g.line("%s()", stop)
	}
	g.line("_ = %s", stop)
}

func (g *gen) deferLog(p place) {
	switch g.r.IntN(4) {
	case 0:
		g.line("defer %s", g.log())
	case 1:
		g.line("defer func(n int) { r += n; %s }(r)", g.log())
	case 2:
		g.line("defer recover()")
	default:
		g.line("defer caught(%d)", g.r.IntN(100))
	}
}

func (g *gen) deferBody(p place) {
	q := p.literal()
	q.deferred = true
	q.result = false
	g.inside("defer func() {", q, "}()")
}

func (g *gen) loop(p place) {
	v := g.name("i")
	g.looped(fmt.Sprintf("for %s := range %d {\n%sr += %s", v, 1+g.r.IntN(3), strings.Repeat("\t", g.indent+1), v), p)
}

func (g *gen) call(p place) {
	name := fmt.Sprintf("%s_%d", g.name("f"), g.id)
	g.function(name, "() (r int)", place{depth: p.depth + 1, result: true})
	g.line("r += %s()", name)
}

// protected is a call of a literal that recovers.
func (g *gen) protected(p place) {
	q := p.literal()
	q.result = false
	g.line("func() {")
	g.indent++
	g.line("defer func() { logged(recover()) }()")
	g.block(q)
	g.indent--
	g.line("}()")
}

func (g *gen) condition(p place) {
	p.depth++
	g.inside(fmt.Sprintf("if r%%%d == 0 {", 2+g.r.IntN(2)), p, "}")
}

// goroutine waits for another goroutine, which must not fall off the end of the program.
func (g *gen) goroutine(p place) {
	q := p.literal()
	q.result = false
	g.line("wait(func() {")
	g.indent++
	g.line("defer func() { logged(recover()) }()")
	g.block(q)
	g.indent--
	g.line("})")
}

func (g *gen) locked(p place) {
	q := p.literal()
	q.result = false
	g.line("func() {")
	g.indent++
	g.line("runtime.LockOSThread()")
	g.line("defer runtime.UnlockOSThread()")
	g.block(q)
	g.indent--
	g.line("}()")
}

func (g *gen) recovering(p place) {
	if p.deferred || g.chance(3) {
		g.line("logged(recover())")
		return
	}
	g.line("defer func() { logged(recover()); r += %d }()", g.r.IntN(9))
}

func (g *gen) panicking(p place) {
	n := g.r.IntN(100)
	switch g.r.IntN(6) {
	case 0:
		g.line("panic(%d)", n)
	case 1:
		g.line("if r%%%d == 1 {\n%[2]s\tpanic(\"p%d\")\n%[2]s}", 2+g.r.IntN(2), strings.Repeat("\t", g.indent), n)
	case 2:
		g.line("println(zero / len(os.Args[1:]) * 0)")
	case 3:
		m := g.name("m")
		g.line("var %[1]s map[int]int\n%[2]s%[1]s[r] = 1", m, strings.Repeat("\t", g.indent))
	case 4:
		g.line("defer func() {\n%[1]s\tif e := recover(); e != nil {\n%[1]s\t\tlogged(e)\n%[1]s\t\tpanic(e)\n%[1]s\t}\n%[1]s}()", strings.Repeat("\t", g.indent))
	default:
		g.line("if step(%d); r > %d {\n%[3]s\tpanic(failure(%[1]d))\n%[3]s}", n, g.r.IntN(10), strings.Repeat("\t", g.indent))
	}
}

func (g *gen) goexit(p place) {
	g.line("if r%%%d == %d {\n%[3]s\truntime.Goexit()\n%[3]s}", 3+g.r.IntN(3), g.r.IntN(3), strings.Repeat("\t", g.indent))
}

// leave ends a loop, this or another, or the function.
func (g *gen) leave(p place) {
	if len(p.loops) == 0 || g.chance(3) {
		if p.result {
			g.line("if r%%%d == 1 {\n%[2]s\treturn r + 1\n%[2]s}", 2+g.r.IntN(3), strings.Repeat("\t", g.indent))
		} else {
			g.line("if r%%%d == 1 {\n%[2]s\treturn\n%[2]s}", 2+g.r.IntN(3), strings.Repeat("\t", g.indent))
		}
		return
	}
	l := p.loops[g.r.IntN(len(p.loops))]
	l.used = true
	verb := "break"
	if g.chance(2) {
		verb = "continue"
	}
	g.line("if r%%%d == 0 {\n%[2]s\t%s %s\n%[2]s}", 2+g.r.IntN(3), strings.Repeat("\t", g.indent), verb, l.name)
}

func (g *gen) yield(p place) {
	if !p.seq {
		g.deferLog(p)
		return
	}
	if g.chance(3) {
		g.line("yield(%d)", g.r.IntN(9))
		return
	}
	g.line("if !yield(%d) {\n%[2]s\treturn\n%[2]s}", g.r.IntN(9), strings.Repeat("\t", g.indent))
}

// caught calls a function that panics and recovers.
func (g *gen) caught(p place) {
	g.line("caught(%d)", g.r.IntN(100))
}

// memory moves the stack or collects.
func (g *gen) memory(p place) {
	if g.chance(3) {
		g.line("runtime.GC()")
		return
	}
	g.line("r += deep(%d)", 1+g.r.IntN(200))
}
