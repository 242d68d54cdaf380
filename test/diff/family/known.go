package family

import (
	"fmt"
	"regexp"
	"strings"
)

// known is the family of operations on values that a compiler finds out and the language does not: what would be an
// error in a constant expression is to be done, or to panic, when the program runs.
func known() Family {
	f := Family{Name: "known", Imports: []string{"unsafe"}, Prelude: knownPrelude}
	for _, o := range knownOps() {
		for _, w := range ways {
			if w.name == "method" && strings.ContainsAny(o.typ, "*.(") || w.name == "method" && o.typ == "any" {
				continue // no receivers
			}
			name := "known:" + o.typ + "(" + o.lit + ") by " + w.name + ": " + o.body
			sub := strings.NewReplacer("TYPE", o.typ, "LIT", o.lit)
			setup := sub.Replace(w.setup)
			body := replaceWord(sub.Replace(o.body), sub.Replace(w.value))
			f.Cases = append(f.Cases, Case{Name: strings.ReplaceAll(name, "\n", "; "), Decls: strings.ReplaceAll(sub.Replace(w.decls), "ID", fmt.Sprint(len(f.Cases))),
				Body: strings.ReplaceAll(setup+"\n"+body, "ID", fmt.Sprint(len(f.Cases)))})
		}
	}
	return f
}

// way is how a program comes by a value that it could as well have written: setup declares what value needs.
type way struct{ name, decls, setup, value string }

var ways = []way{
	{"variable", "", "n := (TYPE)(LIT)", "n"},
	{"assigned", "", "var n TYPE\nn = LIT", "n"},
	{"captured", "", "n := (TYPE)(LIT)\nget := func() TYPE { return n }", "get()"},
	{"closure", "", "", "func() TYPE { return LIT }()"},
	{"field", "", "fields := struct{ a, n TYPE }{LIT, LIT}", "fields.n"},
	{"element", "", "elems := [...]TYPE{LIT, LIT}", "elems[1]"},
	{"pointer", "", "n := (TYPE)(LIT)\nto := &n", "(*to)"},
	{"interface", "", "var boxed any = (TYPE)(LIT)", "boxed.(TYPE)"},
	{"method", "type tID TYPE\n\nfunc (t tID) get() TYPE { return TYPE(t) }", "", "tID(LIT).get()"},
	{"inlined", "func fID() TYPE { return LIT }", "", "fID()"},
	{"argument", "func fID(n TYPE) TYPE { return n }", "", "fID(LIT)"},
	{"generic", "", "n := (TYPE)(LIT)", "same(n)"},
	{"two ways", "", "var n TYPE\nif len(abc) == 3 {\n\tn = LIT\n}", "n"},
	{"same two ways", "", "n := (TYPE)(LIT)\nif len(abc) == 3 {\n\tn = LIT\n}", "n"},
	{"loop", "", "var n TYPE\nfor _, n = range []TYPE{LIT} {\n}", "n"},
	{"second result", "func fID() (int, TYPE) { return 1, LIT }", "_, n := fID()", "n"},
	{"global", "var gID TYPE = LIT", "", "gID"},
	{"not inlined", "//go:noinline\nfunc fID() TYPE { return LIT }", "", "fID()"},
}

// op is an operation on N, which has a type and is written as a literal.
type op struct{ typ, lit, body string }

func knownOps() []op {
	var out []op
	add := func(typ, lit string, bodies ...string) {
		for _, body := range bodies {
			out = append(out, op{typ, lit, body})
		}
	}
	for _, count := range []string{"int", "int8", "int16", "int32", "int64"} {
		add(count, "-1", "show(1 << N)", "x := uint8(7)\nshow(x >> N)")
	}
	add("int", "-1", "x := len(abc)\nshow(x << N)", "x := int32(-9)\nx >>= N\nshow(x)", "_ = 1 << N\nshow()", "x := int64(len(abc))\nx <<= N\nshow(x)")
	add("int", "64", "show(1 << N, -1 >> N, uint64(1) << N)", "x := int8(-3)\nshow(x << N, x >> N)")
	add("uint8", "255", "x := uint16(0xffff)\nshow(x << N, x >> N)")
	for _, t := range []string{"int8", "uint16", "int32", "uint64", "int"} {
		add(t, "0", "x := TYPE(7)\nshow(x / N)", "show(TYPE(7) % N)")
	}
	add("int", "0", "x := len(abc)\nx /= N\nshow(x)", "_ = 5 % N\nshow()")
	add("float64", "0", "show(1 / N, -1 / N, N / N)")
	add("complex128", "0", "show(1 / N)")
	add("int8", "-128", "x := int8(-1)\nshow(N / x, N % x, -N, N * x)", "show(N - 1)")
	add("int64", "-1<<63", "x := int64(-1)\nshow(N / x, N % x, -N)")
	add("uint8", "255", "show(N + 1, N * N, -N, ^N)")
	add("int", "-1", "var a [3]int\nshow(a[N])", "s := []int{1, 2, 3}\nshow(s[N])", "show(abc[N])", "a := new([3]int)\nshow(a[N])",
		"var a [3]int\na[N] = 1\nshow(a)", "show(\"abc\"[N])", "show([]int{1, 2}[N])")
	add("int", "3", "var a [3]int\nshow(a[N])", "s := []int{1, 2, 3}\nshow(s[N])", "show(\"abc\"[N])", "var a [1]int\nshow(a[N])", "var a [3]struct{}\n_ = a[N]\nshow()")
	add("uint8", "200", "var a [3]int\nshow(a[N])", "s := []int{1, 2, 3}\nshow(s[N])")
	add("uint64", "1<<63", "var a [3]int\nshow(a[N])", "show(abc[N])", "s := []int{1, 2, 3}\nshow(s[:N])", "s := []int{1, 2, 3}\nshow(s[N:])")
	add("int8", "-5", "s := []int{1, 2, 3}\nshow(s[N])", "show(abc[N:])")
	add("int", "-1", "s := []int{1, 2, 3}\nshow(s[N:])", "s := []int{1, 2, 3}\nshow(s[:N])", "s := []int{1, 2, 3}\nshow(s[0:2:N])", "s := []int{1, 2, 3}\nshow(s[0:N:2])",
		"s := []int{1, 2, 3}\nshow(s[N:1:2])", "show(abc[N:])", "show(abc[:N])", "a := [3]int{1, 2, 3}\nshow(a[N:])", "a := [3]int{1, 2, 3}\nshow(a[:N])")
	add("int", "2", "s := []int{1, 2, 3}\nshow(s[N:1])", "show(\"abc\"[N:1])", "a := [3]int{1, 2, 3}\nshow(a[N:1])", "s := []int{1, 2, 3}\nshow(s[1:N:1])", "s := []int{1, 2, 3}\nshow(s[0:N:1])")
	add("int", "4", "s := []int{1, 2, 3}\nshow(s[:N])", "show(\"abc\"[:N])", "a := [3]int{1, 2, 3}\nshow(a[:N])", "a := [3]int{1, 2, 3}\nshow(a[:2:N])", "show(\"abc\"[N:])")
	add("int", "-1", "show(len(make([]int, N)))", "show(len(make([]int, 0, N)))", "show(len(make([]struct{}, N)))", "show(cap(make(chan int, N)))", "show(len(make(map[int]int, N)))",
		"sink = make([]byte, N)\nshow()", "sink = make([]byte, 1, N)\nshow()", "show(len(make([]int, N, 4)))", "sink = make([]byte, N, 4)\nshow()")
	add("int", "5", "show(len(make([]int, N, 4)))", "sink = make([]byte, N, 4)\nshow()", "show(len(make([]int, 6, N)))")
	add("int", "1<<62", "show(len(make([]int, N)))", "show(cap(make(chan int, N)))", "sink = make([]int, 0, N)\nshow()", "show(len(make([]struct{}, N)))")
	add("uint64", "1<<63", "show(len(make([]int, N)))", "show(cap(make(chan int, N)))")
	add("[]int", "[]int{1, 2}", "show([3]int(N))", "show(*(*[3]int)(N))", "show(len([0]int(N)))")
	add("[]int", "nil", "show([1]int(N))", "show((*[0]int)(N) == nil)", "show(N[0])", "clear(N)\nshow(len(append(N, 1)))", "show(N[0:0] == nil)", "show(N[1:])")
	add("int", "-1", "var x [4]int\nshow(len(unsafe.Slice(&x[0], N)))", "x := \"abc\"\nshow(unsafe.String(unsafe.StringData(x), N))")
	add("int", "1", "var x *int\nshow(len(unsafe.Slice(x, N)))")
	add("*int", "nil", "show(*N)", "*N = 1\nshow()", "_ = *N\nshow()", "*N++\nshow()")
	add("*[3]int", "nil", "x := 5\nshow(N[x])", "x := -1\nN[x] = x\nshow()", "show(N[1])", "show(len(N))", "for i := range N {\n\tshow(i)\n}", "for i, v := range N {\n\tshow(i, v)\n}", "show(N[:])", "N[0] = 1", "_ = N[1:2]\nshow()")
	add("*struct{ a, b int }", "nil", "show(N.b)", "N.b = 1", "p := &N.b\nshow(p)", "_ = *N\nshow()", "x := *N\nshow(x)")
	add("map[string]int", "nil", "N[abc] = 1\nshow()", "show(N[abc], len(N))", "delete(N, abc)\nclear(N)\nshow()", "N[abc]++\nshow()")
	add("func()", "nil", "N()\nshow()", "defer N()\nshow()")
	add("chan int", "nil", "close(N)\nshow()", "show(len(N), cap(N))")
	add("any", "nil", "show(N.(int))", "_, ok := N.(int)\nshow(ok)", "show(N.(fmt.Stringer))", "show(N == nil, N == any(0))")
	add("fmt.Stringer", "nil", "show(N.String())", "f := N.String\nshow(f != nil)", "show(N.(interface{ F() }))")
	add("any", "[]int{1}", "show(N == N)", "show(N == any(1))", "m := map[any]int{}\nshow(m[N])", "m := map[any]int{1: 1}\nm[N] = 2\nshow()", "delete(map[any]int{}, N)\nshow()", "switch N {\ncase 1:\n\tshow(1)\ncase N:\n\tshow(2)\n}",
		"show([1]any{N} == [1]any{N})", "x := struct {\n\ti int\n\ta any\n}{1, N}\nshow(x == x)", "show(N.(string))")
	add("any", "func() {}", "show(N == N)", "show(map[any]bool{N: true})")
	add("any", "int8(3)", "show(N.(int))", "show(N == any(3), N == any(int8(3)))", "show(N.(fmt.Stringer))")
	add("int", "-1", "show(string(rune(N)))", "show(uint8(N), uint32(N), uint64(N), float32(N))")
	add("rune", "0x110000", "show(string(N), []byte(string(N)))")
	add("int64", "1<<40", "show(int8(N), int32(N), uint16(N))")
	add("string", `"ab"`, "show(N[2])", "show([]byte(N)[2])", "show(N[3:])", "show(N < \"abc\", N == \"ab\", len(N))")
	return out
}

const knownPrelude = `
var _ unsafe.Pointer

var abc = "abc"

var sink any

func same[T any](x T) T { return x }
`

// replaceWord puts value where body says N.
func replaceWord(body, value string) string { return wordN.ReplaceAllLiteralString(body, value) }

var wordN = regexp.MustCompile(`\bN\b`)
