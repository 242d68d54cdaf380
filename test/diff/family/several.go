package family

import (
	"fmt"
	"strings"
)

// several is the family of calls whose arguments are one call of several results, to functions of all kinds and to every
// builtin, as expressions and in every statement that takes a call.
func several() Family {
	f := Family{Name: "several", Imports: []string{"unsafe", "strings"}, Prelude: severalPrelude}
	add := func(name, setup, body string) {
		f.Cases = append(f.Cases, Case{Name: strings.ReplaceAll(name, "\n", "; "), Body: setup + "\n" + body})
	}
	for _, e := range severalExprs {
		for _, s := range []string{"show(E)", "x := E\nshow(x)", "var x any = E\nshow(x)", "_ = E", "x := []any{1, E, 2}\nshow(x...)", "show(func() any { return E }())", "defer show(E)", "if x := E; any(x) != nil {\n\tshow(x)\n}", "m := map[string]any{\"k\": E}\nshow(m)",
			"func() {\n\tdefer func() { show(E) }()\n\tn++\n}()", "c := make(chan any, 1)\nc <- E\nshow(<-c)", "switch x := any(E).(type) {\ncase int:\n\tshow(\"int\", x)\ndefault:\n\tshow(x)\n}"} {
			add(e+" in "+s, "n = 0", strings.ReplaceAll(s, "E", e))
		}
	}
	for _, c := range severalCalls {
		for _, s := range []string{"CALL", "defer CALL\nn = 5\nshow(\"body\")", "done := make(chan bool)\ngo func() {\n\tCALL\n\tclose(done)\n}()\n<-done", "for range 2 {\n\tdefer CALL\n}", "if n == 0 {\n\tCALL\n}", "func() {\n\tdefer func() { recover() }()\n\tdefer CALL\n\tpanic(1)\n}()", "go CALL\nruntime.Gosched()"} {
			if strings.HasPrefix(s, "go CALL") && strings.Contains(c, "show") {
				continue
			}
			add(c+" in "+s, "n = 0\nm := map[string]int{\"k\": 1, \"l\": 2}\n_ = m\nb := []byte(\"abcdef\")", strings.ReplaceAll(s, "CALL", c)+"\ndefer func() { show(m, string(b), n) }()")
		}
	}
	for _, s := range severalStmts {
		add(s, "n = 0", s)
	}
	for i := range f.Cases {
		f.Cases[i].Name = fmt.Sprintf("several: %s", f.Cases[i].Name)
	}
	return f
}

var severalExprs = []string{"min(ints())", "max(ints())", "min(floats())", "max(floats())", "min(strs())", "max(strs())", "min(nans())", "max((nans()))", "append(more())", "append(list())", "append(bytesAnd())", "len(append(more()))", "complex(floats2())", "real(complex(floats2()))", "complex(floats32())", "copy(slices2())",
	"copy(bytesString())", "len(unsafe.Slice(pointer()))", "unsafe.Slice(pointer())[1]", "unsafe.String(bytesPointer())", "unsafe.Add(unsafePointer()) != nil", "add(ints())", "sum(ints())", "sum(one())", "two(ints2())", "anys(mixed())", "T.add(receiver())", "(*T).ptr(pointerReceiver())", "I.add(iface())", "fn(ints())",
	"func(a, b, c int) int { return a*100 + b*10 + c }(ints())", "gen(ints2())", "gen[any](ints2())", "variadic(mixed())", "first(bigs())", "t.bound(ints2())", "i.add(ints2())", "min(min(ints()), 1)", "max(cmplxless())", "append([]any{}, add(ints()))", "strings.Join(joined())", "fmt.Sprint(mixed())", "fmt.Sprint(bigs())", "generic(pairOf(1, 2))", "min(genericPair[string]())",
	"append(genericAppend[any]())", "min(named())", "max(small())"}

var severalCalls = []string{"delete(mapKey(m))", "copy(halves(b))", "show(mixed())", "show(ints())", "print(empties())", "add(ints())", "T.add(receiver())", "func(a, b, c int) { n += a + b + c }(ints())", "anys(mixed())", "t.bound(ints2())", "i.add(ints2())", "variadic(mixed())", "clear(first(maps(m)))", "fn(ints())", "gen(ints2())", "first(bigs())"}

var severalStmts = []string{
	"a, b, c := ints()\nshow(a, b, c)", "var a, b, c = ints()\nshow(a, b, c)", "var a, b, c any = ints()\nshow(a, b, c)", "a, _, c := mixed()\nshow(a, c)", "_, _, _ = mixed()", "var x [3]int\nx[0], x[1], x[2] = ints()\nshow(x)", "m := map[string]any{}\nm[\"a\"], m[\"b\"], _ = ints()\nshow(m)",
	"var a any\nvar b fmt.Stringer\na, b = stringers()\nshow(a, b)", "f := func() (any, any, any) { return ints() }\nshow(f())", "f := func() (a, b any, c int) { defer func() { c++ }(); return ints() }\nshow(f())", "f := func() (int, int, int) { return ints() }\nshow(f())",
	"for a, b, c := ints(); a < 5; a++ {\n\tshow(a, b, c)\n}", "if a, b, _ := ints(); a > b {\n\tshow(a)\n} else {\n\tshow(b)\n}", "switch a, b, _ := ints(); a + b {\ncase 3:\n\tshow(\"three\")\ndefault:\n\tshow(a, b)\n}", "var x struct{ a, b, c int }\nx.a, x.b, x.c = ints()\nshow(x)", "x := make([]int, 2)\nx[n], x[n+1] = ints2()\nshow(x)",
	"var p *int\np, *new(int) = pointer()\nshow(*p)", "x, y := bigs()\nshow(x, y)", "var e error\n_, e = fails()\nshow(e)", "x, err := fails()\nshow(x, err != nil)", "select {\ndefault:\n\ta, b := ints2()\n\tshow(a, b)\n}", "f := func() (struct{ a [5]int }, string) { x, y := bigs(); return struct{ a [5]int }{x}, fmt.Sprint(y) }\nshow(f())",
}

const severalPrelude = `
type T struct{ x int }

func (t T) add(a, b int) int { n++; return t.x + a + b }

func (t *T) ptr(a, b int) int { n++; return t.x + a + b }

func (t T) bound(a, b any) string { n++; return fmt.Sprint(t, a, b) }

func (t T) String() string { return "T" }

type I interface{ add(a, b int) int }

type N int

var (
	n  int
	t  = T{7}
	i  I = T{8}
	fn = add
	_  = strings.Join
	_  unsafe.Pointer
	arr = []int{5, 6, 7}
	bs  = []byte("bytes")
)

//go:noinline
func ints() (int, int, int) { n++; return 3, n, 2 }
func ints2() (int, int)     { n++; return 3, n }
func floats() (float64, float64, float64) { n++; return 0.5, -0.5, 7 }
func nans() (float64, float64) { n++; z := 0.0; return 1, z / z }
func strs() (string, string, string) { n++; return "b", "a", "c" }
func more() ([]int, int, int) { n++; return []int{1}, 2, 3 }
func list() ([]any, any, any) { n++; return nil, "x", 3 }
func bytesAnd() ([]byte, byte) { n++; return []byte("a"), 'b' }
func floats2() (float64, float64) { n++; return 1, 2 }
func floats32() (float32, float32) { n++; return 1, 2 }
func slices2() ([]int, []int) { n++; return make([]int, 2), []int{1, 2, 3} }
func bytesString() ([]byte, string) { n++; return make([]byte, 2), "abc" }
func pointer() (*int, int) { n++; return &arr[0], 2 }
func bytesPointer() (*byte, int) { n++; return &bs[0], 3 }
func unsafePointer() (unsafe.Pointer, int) { n++; return unsafe.Pointer(&bs[0]), 1 }
func add(a, b, c int) int { n++; return a + b*10 + c*100 }
func sum(x ...int) (s int) {
	n++
	for _, y := range x {
		s += y
	}
	return s
}
func one() int { n++; return 9 }
func two(x, y any) string { n++; return fmt.Sprint(x, y) }
func anys(x ...any) int { n++; return len(x) }
func mixed() (int, string, any) { n++; return 1, "s", []int{2} }
func receiver() (T, int, int) { n++; return T{1}, 2, 3 }
func pointerReceiver() (*T, int, int) { n++; return &T{2}, 2, 3 }
func iface() (I, int, int) { n++; return T{3}, 2, 3 }
func gen[X any](a, b X) string { n++; return fmt.Sprintf("%T %v %v", a, a, b) }
func variadic(a any, more ...any) string { n++; return fmt.Sprint(a, more) }
func bigs() ([5]int, [3]string) { n++; return [5]int{1, 2, 3, 4, 5}, [3]string{"a", "b", "c"} }
func first[X, Y any](x X, y Y) X { n++; return x }
func cmplxless() (int, int) { n++; return 2, 1 }
func joined() ([]string, string) { n++; return []string{"a", "b"}, "-" }
func pairOf[X any](a, b X) (X, X) { n++; return a, b }
func generic[X any](a, b X) X { n++; return b }
func genericPair[X any]() (a, b X) { n++; return }
func genericAppend[X any]() ([]X, X) { n++; var x X; return nil, x }
func named() (N, N) { n++; return 4, 3 }
func small() (uint8, uint8, uint8) { n++; return 200, 100, 255 }
func mapKey(m map[string]int) (map[string]int, string) { n++; return m, "k" }
func halves(b []byte) ([]byte, []byte) { n++; return b[:3], b[3:] }
func empties() (string, string) { n++; return "", "" }
func maps(m map[string]int) (map[string]int, int) { n++; return m, 1 }
func stringers() (T, T) { n++; return T{1}, T{2} }
func fails() (int, error) { n++; return 1, fmt.Errorf("no") }
`
