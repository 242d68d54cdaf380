package shapes

import (
	"fmt"
	"strings"
)

const intMain = "}\n\nfunc main() { println(f(1)) }\n"

// All are the shapes.
var All = []Shape{
	// Statements of one function.
	{"statements/assign", 2000, one("", "func f(x int) int {\n\ty := x\n", "\tx, y = y*%d+x, x^%[1]d\n", "\treturn x + y\n"+intMain)},
	{"statements/if", 1000, one("", "func f(x int) int {\n\ty := x\n", "\tif x > y {\n\t\ty += %d\n\t}\n", "\treturn y\n"+intMain)},
	{"statements/loop", 500, one("", "func f(x int) int {\n\ty := x\n", "\tfor i := range x & 3 {\n\t\ty += i * %d\n\t}\n", "\treturn y\n"+intMain)},
	{"statements/error", 1000, one("", "//go:noinline\nfunc g(x int) (int, error) { return x + 1, nil }\n\nfunc f(x int) (y int) {\n\tvar err error\n",
		"\tif y, err = g(y + %d); err != nil {\n\t\treturn y\n\t}\n", "\treturn y\n"+intMain)},
	{"statements/print", 500, one("fmt io", "func g(w io.Writer, x int, s string) {\n", "\tfmt.Fprintf(w, \"%%d %%s\\n\", x+%d, s)\n", "}\n\nfunc main() { g(io.Discard, 1, \"a\") }\n")},
	{"statements/append", 500, one("", "func f(x int) int {\n\tvar s []int\n", "\ts = append(s, x, %d)\n", "\treturn len(s)\n"+intMain)},
	{"statements/object", 500, one("", "type T struct {\n\ta int\n\tn *T\n}\n\nfunc f(x int) int {\n\tp := &T{}\n", "\tp = &T{x + %d, p}\n", "\treturn p.n.a\n"+intMain)},
	{"statements/make", 500, one("", "var sink int\n\nfunc f(x int) int {\n", "\tsink += len(make([]int, x&7))\n\tsink += cap(make([]int, 4)) + %d\n", "\treturn sink\n"+intMain)},
	{"statements/map", 500, one("", "func f(x int) int {\n\tm := map[string]int{}\n", "\tm[\"k%d\"] = x\n", "\treturn len(m)\n"+intMain)},
	{"statements/string", 500, one("", "func f(x int) int {\n\ts, t := \"a\", \"b\"\n", "\ts = s[:1] + t + \"x%d\"\n", "\treturn len(s)\n"+intMain)},
	{"statements/convert", 500, one("", "var sink any\n\nfunc f(x int) int {\n", "\tsink = x + %d\n\tif _, ok := sink.(interface{ M() }); ok {\n\t\treturn 1\n\t}\n", "\treturn 0\n"+intMain)},
	{"statements/method", 1000, one("", "type I interface{ M(int) int }\n\ntype T int\n\nfunc (t T) M(x int) int { return x + int(t) }\n\n//go:noinline\nfunc g(i I, x int) int {\n",
		"\tx += i.M(x + %d)\n", "\treturn x\n}\n\nfunc f(x int) int { return g(T(x), x) }\n\nfunc main() { println(f(1)) }\n")},
	{"statements/closure", 500, one("", "var list []func() int\n\nfunc f(x int) int {\n", "\tlist = append(list, func() int { return x + %d })\n", "\treturn len(list)\n"+intMain)},
	{"statements/defer", 200, one("", "func f(x int) (r int) {\n", "\tdefer func() { r += %d }()\n", "\treturn x\n"+intMain)},
	{"statements/go", 200, one("sync", "func f(x int) int {\n\tvar wg sync.WaitGroup\n", "\twg.Go(func() { _ = x + %d })\n", "\twg.Wait()\n\treturn x\n"+intMain)},
	{"statements/copy", 500, one("", "type T struct {\n\ta [8]int\n\tp *int\n}\n\n//go:noinline\nfunc g(p, q *T) {\n", "\tp.a[%d&7] = q.a[3]\n\t*q = *p\n", "}\n\nfunc f(x int) int {\n\tvar p, q T\n\tg(&p, &q)\n\treturn p.a[1]\n"+intMain)},
	{"statements/goto", 500, one("", "func f(x int) int {\n\tk := 0\n", "L%d:\n\tif x = x*3 + %[1]d; x&7 == 0 {\n\t\tif k++; k > 99 {\n\t\t\treturn x\n\t\t}\n\t\tgoto L%[1]d\n\t}\n", "\treturn x\n"+intMain)},
	// Cases.
	{"cases/dense", 500, one("", "func f(x int) int {\n\tswitch x {\n", "\tcase %d:\n\t\treturn x * %[1]d\n", "\t}\n\treturn 0\n"+intMain)},
	{"cases/string", 500, one("", "func g(x string) int {\n\tswitch x {\n", "\tcase \"key%d\":\n\t\treturn %[1]d\n", "\t}\n\treturn 0\n}\n\nfunc main() { println(g(\"key7\")) }\n")},
	{"cases/loop", 200, one("", "func f(x int) int {\n\ta, b := 1, 2\n\tfor x < 1000 {\n\t\tswitch x & 1023 {\n", "\t\tcase %d:\n\t\t\ta, b = b*%[1]d, a\n\t\t\tif a > %[1]d {\n\t\t\t\tx += b & 1\n\t\t\t\tcontinue\n\t\t\t}\n", "\t\t}\n\t\tx++\n\t}\n\treturn a + b\n"+intMain)},
	{"cases/type", 200, func(n int) map[string]string {
		return program("", each(n, "type T%d struct{ a [%[1]d]int8 }\n")+"\nfunc g(x any) int {\n\tswitch x.(type) {\n"+each(n, "\tcase T%d:\n\t\treturn %[1]d\n")+"\t}\n\treturn -1\n}\n\nfunc main() { println(g(T1{})) }\n")
	}},
	// Literals.
	{"literals/map", 1000, one("", "var m = map[string]int{\n", "\t\"k%d\": %[1]d,\n", "}\n\nfunc main() { println(len(m)) }\n")},
	{"literals/static", 2000, one("", "type T struct {\n\ta int\n\ts string\n\tf []string\n}\n\nvar m = []T{\n", "\t{%d, \"s\", []string{\"a\", \"b%[1]d\"}},\n", "}\n\nfunc main() { println(len(m)) }\n")},
	{"literals/inlined", 500, one("", "type E struct{ a, b, c uint64 }\n\nfunc mk(a, b, c uint64) E { return E{a, b, c} }\n\nvar t = []E{\n", "\tmk(%d, %[1]d*3, %[1]d^5),\n", "}\n\nfunc main() { println(len(t)) }\n")},
	{"literals/local", 1000, one("", "type T struct {\n\ta int\n\ts string\n}\n\nfunc g(x int, s string) []T {\n\treturn []T{\n", "\t\t{x + %d, s},\n", "\t}\n}\n\nfunc main() { println(len(g(1, \"a\"))) }\n")},
	{"literals/pointers", 1000, one("", "type T struct{ a int }\n\nfunc g(x int) []*T {\n\treturn []*T{\n", "\t\t{x + %d},\n", "\t}\n}\n\nfunc main() { println(len(g(1))) }\n")},
	{"literals/bytes", 20000, one("", "var m = []byte{", "%d&255, ", "}\n\nfunc main() { println(len(m)) }\n")},
	{"literals/functions", 300, one("", "var x = 3\n\nvar m = map[string]func() int{\n", "\t\"k%d\": func() int { return x + %[1]d },\n", "}\n\nfunc main() { println(m[\"k1\"]()) }\n")},
	// Nesting.
	{"nesting/sum", 500, nested("func f(x int) int { return ", "(x*3 + ", "x", ")", " }\n\nfunc main() { println(f(1)) }\n")},
	{"nesting/calls", 300, nested("//go:noinline\nfunc g(x int) int { return x + 1 }\n\nfunc f(x int) int { return ", "g(", "x", ")", " }\n\nfunc main() { println(f(1)) }\n")},
	{"nesting/inlined", 300, nested("func g(x int) int { return x*3 + 1 }\n\nfunc f(x int) int { return ", "g(", "x", ")", " }\n\nfunc main() { println(f(1)) }\n")},
	{"nesting/if", 200, nested("func f(x int) int {\n", "if x++; x > 7 {\n", "x *= 3\n", "}\n", "\treturn x\n}\n\nfunc main() { println(f(1)) }\n")},
	{"nesting/for", 50, nested("func f(x int) int {\n", "for i := range x {\nx += i\n", "x++\n", "}\n", "\treturn x\n}\n\nfunc main() { println(f(0)) }\n")},
	{"nesting/closures", 25, func(n int) map[string]string {
		var left, right strings.Builder
		for i := range n {
			fmt.Fprintf(&left, "func(a%d int) int { return ", i)
			fmt.Fprintf(&right, " + a%d }(x)", n-1-i)
		}
		return program("", "func f(x int) int { return "+left.String()+"x"+right.String()+" }\n\nfunc main() { println(f(1)) }\n")
	}},
	{"nesting/slices", 200, nested("var x ", "[]", "int", "", "\n\nvar e any = x\n\nfunc main() { println(e != nil) }\n")},
	{"nesting/structs", 100, nested("var x ", "struct{ a int8; b ", "int", " }", "\n\nvar e any = x\n\nfunc main() { println(e == e) }\n")},
	{"nesting/embedded", 100, func(n int) map[string]string {
		return program("", "type T0 struct{ a int }\n\nfunc (t *T0) M() int { return t.a }\n\n"+strings.Join(chain(n, "type T%d struct {\n\tT%d\n\tb%[1]d int\n}\n"), "")+
			fmt.Sprintf("\nvar x T%d\n\nvar e interface{ M() int } = &x\n\nfunc main() { println(x.a, e.M()) }\n", n))
	}},
	{"nesting/arrays", 100, func(n int) map[string]string {
		return program("", "type T0 [2]int8\n\n"+strings.Join(chain(n, "type T%d struct {\n\ta T%d\n\tb int8\n}\n"), "")+fmt.Sprintf("\nvar x, y T%d\n\nfunc main() { println(x == y) }\n", n))
	}},
	// Functions, types, files.
	{"calls/chain", 500, func(n int) map[string]string {
		return program("", each(n, "func f%d(x int) int {\n\tif x < 0 {\n\t\treturn %[1]d\n\t}\n\treturn g%[1]d(x-1) + g%[1]d(x-2)\n}\n\n")+
			strings.Join(chain(n, "func g%[2]d(x int) int { return f%[1]d(x) }\n"), "")+fmt.Sprintf("\nfunc f%d(x int) int { return x }\n\nfunc main() { println(f0(3)) }\n", n))
	}},
	{"calls/cycle", 200, func(n int) map[string]string {
		text := "type T struct {\n\tn *T\n\ta int\n}\n\n"
		for i := range n {
			text += fmt.Sprintf("func f%d(p *T, x int) *T {\n\tif x < 0 {\n\t\treturn p\n\t}\n\tp.n = f%d(&T{n: p}, x-1)\n\treturn f%d(p.n, x-2)\n}\n\n", i, i*7919%n, (i+1)%n)
		}
		return program("", text+"func main() { println(f0(new(T), 3).a) }\n")
	}},
	{"functions/leaves", 500, func(n int) map[string]string {
		return program("", each(n, "func f%d(x int, s []int) int {\n\tfor i := range s {\n\t\tx += s[i] * %[1]d\n\t}\n\treturn x\n}\n\n")+"func main() {\n\tx := 0\n"+each(n, "\tx = f%d(x, nil)\n")+"\tprintln(x)\n}\n")
	}},
	{"parameters", 50, func(n int) map[string]string {
		return program("", "//go:noinline\nfunc g("+each(n, "a%d int, ")+") int { return 0"+each(n, " + a%d")+" }\n\nfunc f(x int) int { return g("+each(n, "x+%d, ")+") }\n\nfunc main() { println(f(1)) }\n")
	}},
	{"fields", 200, func(n int) map[string]string {
		return program("", "type T struct {\n"+each(n, "\ta%d int\n\tb%[1]d string\n")+"}\n\n//go:noinline\nfunc g(x, y T) bool { return x == y }\n\nvar e any = T{}\n\nfunc main() { println(g(T{a0: 1}, T{}), e == e) }\n")
	}},
	{"methods", 200, func(n int) map[string]string {
		return program("", "type I interface {\n"+each(n, "\tM%d(int) int\n")+"}\n\ntype T int\n\n"+each(n, "func (t T) M%d(x int) int { return x + %[1]d }\n\n")+"func g(i I) (x int) {\n"+each(n, "\tx += i.M%d(x)\n")+"\treturn x\n}\n\nvar e any = T(1)\n\nfunc main() { println(g(e.(I))) }\n")
	}},
	{"instances", 100, func(n int) map[string]string {
		return program("", "type S[T any] struct {\n\ta T\n\tm map[string]T\n}\n\nfunc (s *S[T]) Put(k string, v T) { s.m = map[string]T{k: v} }\n\nfunc F[T any](x T) T {\n\tvar s S[T]\n\ts.Put(\"a\", x)\n\treturn s.m[\"a\"]\n}\n\n"+
			each(n, "type T%d struct{ a [%[1]d]int16 }\n")+"\nfunc main() {\n\tx := 0\n"+each(n, "\tx += len(F(T%d{}).a)\n")+"\tprintln(x)\n}\n")
	}},
	{"variables", 100, func(n int) map[string]string {
		return program("", "func f(x int) int {\n"+each(n, "\tv%d := x + %[1]d\n")+"\tfor i := range x {\n"+each(n, fmt.Sprintf("\t\tv%%d += v%d * i\n", n/2))+"\t}\n\treturn 0"+each(n, " + v%d")+"\n"+intMain)
	}},
	{"globals", 300, func(n int) map[string]string {
		return program("", strings.Join(chain(n, "var g%[2]d = g%[1]d + f(g%[1]d)\n"), "")+fmt.Sprintf("var g%d = 1\n\n//go:noinline\nfunc f(x int) int { return x & 1 }\n\nfunc main() { println(g0) }\n", n))
	}},
	{"files", 100, func(n int) map[string]string {
		files := program("", "var list []interface{ String() string }\n\nfunc main() { println(len(list[0].String())) }\n")
		for i := range n {
			files[fmt.Sprintf("f%d.go", i)] = fmt.Sprintf("package main\n\nimport \"strconv\"\n\ntype T%d struct{ a int }\n\nfunc (t *T%[1]d) String() string { return strconv.Itoa(t.a) }\n\nfunc init() { list = append(list, &T%[1]d{}) }\n", i)
		}
		return files
	}},
}

// chain gives for i from 1 to n a text that mentions i and i-1.
func chain(n int, format string) (list []string) {
	for i := 1; i <= n; i++ {
		list = append(list, fmt.Sprintf(format, i, i-1))
	}
	return list
}
