package family

import (
	"fmt"
	"strings"
)

// lines is the family of expressions and statements over several lines: in which line a call is for the called, and a
// failing operation for the stack of its panic. A bar stands for the end of a line.
func lines() Family {
	f := Family{Name: "lines", Imports: []string{"strings", "unsafe"}, Prelude: linesPrelude}
	add := func(name, code string) {
		name = strings.ReplaceAll(name, "\n", " ")
		f.Cases = append(f.Cases, Case{Name: name, Body: "defer lost()\n" + strings.ReplaceAll(code, "|", "\n")})
	}
	for _, e := range lineExprs {
		for _, frame := range lineFrames {
			add(fmt.Sprintf("%s in %s", e, frame), strings.ReplaceAll(frame, "EXPR", e))
		}
	}
	for _, s := range lineStmts {
		add(s, s)
	}
	return f
}

// lineFrames are statements around an expression.
var lineFrames = []string{"_ =|EXPR", "use(|EXPR,|)", "use(|1,|EXPR)", "x := []any{|1,|EXPR,|}|use(x)", "defer use(|EXPR,|)", "func() {|use(1,|EXPR)|}()", "if any(|EXPR) ==|nil {|}"}

var lineExprs = []string{
	"at(|1,|2,|)", "at(|at(|1),|at(|2))", "C{}.|A(|1).|A(|2).|A(3)", "C{}.|A(|at(|1))", "func() int {|return at()|}()", "func(a,|b int) int {|return at()|}(1,|2)",
	"(|at)(|1)", "(at)(|1)", "gen[|int,|](|1)", "fns[|0](|1)", "fields.|at(|1)", "fields.|at(|at(1),|at(2))", "iface.|M(|1)", "(|iface).|M(1)", "C.|A(|C{},|1)", "ptr.|P(|1)",
	"at(1) +|at(2)", "at(1) +|at(2)*|at(3) -|at(4)", "-|at(1)", "at(1) ==|at(2) &&|at(3) ==|at(4)", "!|(at(1) ==|at(2))", "[]int{|at(1),|at(2),|}", "map[int]int{|at(1): 1,|at(2): at(3),|}", "struct{ a, b int }{|a: at(1),|b: at(2),|}",
	"s[|9]", "s[|at(1)]", "s[9] +|s[8]", "1 +|s[9]*|2", "s[|9:]", "s[|:|9]", "s[|1:|9:|9]", "str[|9]", "str[|9:|]", "arr[|neg]", "(&arr)[|neg]", "s[1:][|9]",
	"one /|zero", "one %|zero", "one +|one/|zero", "one <<|neg", "one >>|(neg)", "np.|f", "*|nip", "np.|f +|1", "(|*np).f", "np.|in.|g", "iface2.(|int)", "iface2.|(int)", "iface2.(|C).|A(1)", "niface.|M(|1)", "np.|V(|1)", "ep.|V(1)",
	"[4]int(|s)", "(*[4]int)(|s)", "make([]int,|neg)", "make([]int,|0,|neg)", "make(chan int,|neg)", "unsafe.Slice(|&one,|neg)", "unsafe.String(|nil,|one)", "any(|fns) ==|any(fns)", "iface3 ==|iface3", "append(|s,|s[9])", "append(|s[9:],|1)",
	"len(|s[9:])", "min(|one,|s[9])", "max(|at(1),|at(2))", "string(|str[9:]) +|str", "str +|str[9:] +|str", "strings.Repeat(|str,|neg)", "strings.|Map(|func(r rune) rune {|at(1)|return r|},|str)", "mm[|iface3]", "nfn(|1)", "nfn(|s[9])", "func() int {|return s[|9]|}()",
	"<-|func() chan int {|at(1)|c := make(chan int, 1)|c <- 1|return c|}()", "new(|s[9])", "complex(|float64(at(1)),|float64(at(2)))", "func(x ...int) int {|return at(|x...)|}(|1,|2)", "unsafe.Add(|unsafe.Pointer(np),|at(1))", "&|T{|f: s[9]}",
}

var lineStmts = []string{
	"x := s|x[|9] =|1", "x := s|x[|9] +=|1", "x := s|x[|9]++", "x := s|x[0],|x[9] =|1,|at(2)", "np.|f =|at(1)", "np.|f +=|1", "*|nip =|1", "nm[|1] =|at(1)", "nm[|1]++", "nm[|1],|s[0] =|2,|3", "mm[|iface3] =|1", "delete(|mm,|iface3)",
	"var x, y =|at(1),|at(2)|use(x, y)", "var (|x = at(1)|y = s[|9]|)|use(x, y)", "x, y := two(|1,|)|use(x, y)", "x := 1|x /=|zero|use(x)", "x := 1|x <<=|neg|use(x)", "x := str|x +=|str[9:]|use(x)",
	"if x := at(1); x >|at(2) {|} else if|x == at(3) &&|at(4) > 0 {|at(5)|}", "if|s[9] > 0 {|}", "for i := at(1); i <|at(1)+|2; i +=|at(2) {|at(3)|}", "for i := range|at(1) - at(1) + 2 {|at(i)|}", "for range|s[9:] {|}", "for i, v := range|s {|at(i,|v)|}",
	"for range func(y func(int) bool) {|y(|at(1))|} {|at(2)|}", "for x := range|seq(|3) {|at(x)|if x == 1 {|panic(|x)|}|}", "for x := range seq(3) {|defer at(|x)|}", "for x := range seq(3) {|if x == 1 {|return|}|at(1)|}",
	"switch at(1) {|case at(2),|at(3):|case s[|9]:|}", "switch x := iface2.(|type) {|case int:|at(1)|use(x)|default:|at(2)|}", "switch {|case at(1) < 0,|at(2) < 0:|default:|at(3)|}", "switch at(1); at(|2) {|default:|at(3)|}", "switch iface3 {|case|iface3:|}",
	"panic(|1)", "panic(|at(1),|)", "defer func() {|at(1)|}()|at(2)|return", "defer func() {|at(1)|panic(2)|}()|panic(|1)", "defer at(|at(1),|at(2),|)|at(3)", "defer C{}.|A(|1)|at(1)", "defer C{}.|A(|1).|A(2)", "defer iface.|M(|at(1))", "defer niface.|M(|at(1))",
	"defer nfn(|1)|at(1)", "done := make(chan bool)|go func() {|at(1)|close(|done)|}()|<-done", "done := make(chan bool)|go func(x int) {|at(x)|close(done)|}(|at(1))|<-done", "close(|nc)", "c := make(chan int)|close(c)|close(|c)", "c := make(chan int)|close(c)|c <-|at(1)",
	"c := make(chan int, 1)|select {|case c <-|at(1):|at(2)|}", "c := make(chan int, 1)|c <- 1|select {|case s[|9] = <-|c:|}", "c := make(chan int)|close(c)|select {|case c <-|1:|default:|}", "copy(|s[9:],|s)", "clear(|s[9:])", "print(|\"\",|s[9])", "goto l|l:|at(1)",
	"l:|for {|for {|at(1)|break l|}|}", "var f func(int) int|f = func(n int) int {|if n == 0 {|return s[|9]|}|return f(|n -|1) +|1|}|f(2)", "use(|nt.|a[|1])", "use(|nt.|a[|one])", "use(|nt.|a[|neg])", "use(|na[|1])", "use(|na[|neg])", "use(|na[|one])", "use(|nt.|b.|y)", "use(|nt.|b.|c[|neg])", "nt.|a[|1] =|2", "nt.|a[|neg] =|2", "na[|one] =|1", "na[|neg] =|1", "nt.|b.|y =|1", "nt.|a[|one] +=|1", "use(|na[|:])", "use(|nt.|a[|neg:])", "use(|na[|neg:])", "use(|(*na)[|1])", "use(|(*|na)[|neg])", "type t struct {|a [200]int|}|var x *t|use(|*|x)",
	"var x [3]int|for i := range 4 {|x[|i] =|i|}", "at := func() int {|return at()|}|use(|at(),|at())", "x := func() int {|return at()|}|use(|x() +|x())", "func() (x int) {|defer func() {|x = at(|1)|}()|return at(|2)|}()", "for i := 0; i < 2; i++ {|defer func() {|at(i)|}()|}", "{|at(|1)|}|at(2)",
}

const linesPrelude = `
type C struct{}

//go:noinline
func (c C) A(x int) C { show(line()); return c }

func (c C) M(x int) int { return at(x) }

type T struct {
	f  int
	in *T
	g  int
}

func (t T) V(x int) int { return at() }

func (t *T) P(x int) int { return at() }

type E struct{ *T }

var (
	na *[2]int
	nt *struct {
		a [2]int
		b struct {
			x, y int
			c    [2]int
		}
	}
)

var (
	s      = []int{1, 2, 3}
	arr    [3]int
	str    = "abc"
	one    = 1
	zero   = 0
	neg    = -1
	np     *T
	ptr    = new(T)
	ep     *E
	nip    *int
	nm     map[int]int
	mm     = map[any]int{}
	nc     chan int
	nfn    func(int) int
	fns    = []func(...int) int{at}
	fields = struct{ at func(...int) int }{at}
	iface  interface{ M(int) int } = C{}
	niface interface{ M(int) int }
	iface2 any = "no int"
	iface3 any = []int{1}
)

var (
	_ = strings.Repeat
	_ unsafe.Pointer
)

//go:noinline
func at(x ...int) int { show(line()); return len(x) }

func gen[X any](x X) int { return at() }

//go:noinline
func use(x ...any) { show(line()) }

func two(int) (int, int) { return at(), at() }

func seq(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// line tells the lines of the calls that led to who calls it, as far as they are in a case.
func line() string { return stack(2) }

func stack(skip int) string {
	var pcs [50]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(skip+1, pcs[:])])
	var out []string
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if strings.HasPrefix(f.Function, "main.run") {
			break
		}
		if strings.HasPrefix(f.Function, "main.") {
			out = append(out, fmt.Sprint(f.Line))
		}
	}
	return strings.Join(out, "<")
}

func lost() {
	if r := recover(); r != nil {
		show(r, stack(1))
	}
}
`
