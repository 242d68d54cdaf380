package family

import "strings"

// Allocs is the family of calls whose arguments need memory unless the compiler sees what becomes of them: kinds of callees times kinds of
// arguments. Each case prints testing.AllocsPerRun; less than gc is as good.
func Allocs() Family {
	f := Family{Name: "allocs", Imports: []string{"errors", "io", "strings", "testing", "time"}, Prelude: allocsPrelude}
	for _, c := range allocsCallees {
		for _, a := range allocsArgs {
			name, call, _ := strings.Cut(c, ": ")
			kind, args, _ := strings.Cut(a, ": ")
			body := strings.ReplaceAll(call, "ARGS", args)
			f.Cases = append(f.Cases, Case{Name: name + " " + kind, Body: allocsLocals + "allocs(func() { " + body + " })"})
		}
	}
	for _, e := range allocsStatements {
		f.Cases = append(f.Cases, Case{Name: strings.ReplaceAll(e, "\n", "; "), Body: allocsLocals + "allocs(func() { " + e + " })"})
	}
	return f
}

var allocsCallees = []string{
	"function: keepFunc(ARGS)", "method: local.Keep(ARGS)", "method of pointer: pointer.Keep(ARGS)", "interface: iface.Keep(ARGS)", "converted: Keeper(V{1}).Keep(ARGS)",
	"interface of pointer: ptrIface.Keep(ARGS)", "parameter: viaParam(V{1}, ARGS)", "field: logger.k.Keep(ARGS)", "logger: logger.Log(ARGS)", "pointer to logger: (&logger).LogPtr(ARGS)",
	"closure: closure(ARGS)", "method value: methodValue(ARGS)", "type parameter: viaGeneric(V{1}, ARGS)", "embedded: embedded.Keep(ARGS)", "disabled logger: off.Maybe(ARGS)",
	"global interface: globalIface.Keep(ARGS)", "global function: globalFunc(ARGS)", "global logger: globalLogger.Log(ARGS)", "function parameter: viaFunc(keepFunc, ARGS)",
	"literal parameter: viaFunc(func(a ...any) { for range a { n++ } }, ARGS)", "deferred: defer keepFunc(ARGS)", "deferred interface: defer iface.Keep(ARGS)",
	"deferred local: func() { var k Keeper = V{1}; defer k.Keep(ARGS) }()", "passed on: pass(ARGS)", "copied: copied(ARGS)", "switch: switched(ARGS)", "assertion: asserted(ARGS)",
	"assertion to interface: stringers(ARGS)", "not inlined: viaNoinline(iface, ARGS)", "nobody listens: nobody.Info(ARGS)", "verbose: verbose(9).Info(ARGS)",
	"range: for range pairs(ARGS) { n++ }", "recursive: rec(3, ARGS)", "fmt.Appendf: n += len(fmt.Appendf(buffer[:0], \"%v %v\", ARGS))", "fmt.Fprintf: fmt.Fprintf(io.Discard, \"%v %v\", ARGS)",
}

var allocsArgs = []string{
	`constants: "k", 1`, `small: "k", small`, `large: "k", large`, `string: text, text`, `empty: "k", text[:0]`, `struct: "k", P{large, text}`, `constant struct: "k", P{1, "x"}`, `pointer: "k", &P{large, text}`,
	`slice: "k", []int{large, 2}`, `nil slice: "k", []int(nil)`, `bytes: "k", []byte(text)`, `function: "k", func() int { return large }`, `float: "k", float64(large)`, `error: "k", failure`,
	`duration: "k", time.Duration(large)`, `concatenation: "k", text + text`, `array: "k", [4]int{large}`, `map: "k", map[int]int{1: large}`, `nil: "k", nil`, `converted: "k", string(bytes)`,
}

// allocsStatements need memory in other ways.
var allocsStatements = []string{
	"n += reads([]byte(text))", "writes([]byte(text))", "for _, c := range []byte(text) { n += int(c) }", "n += length(string(bytes))", "n += table[string(bytes)]", "if string(bytes) == text { n++ }",
	"if \"a\"+text == \"ab\" { n++ }", "writer.Write([]byte(text))", "var w io.Writer = W{}; w.Write([]byte(text))", "takes(&P{large, text})", "x := 1; calls(func() { x++ }); n += x",
	"x := make([]int, 10); n += x[n&7]", "x := make([]int, n&7+1); n += len(x)", "x := map[int]int{}; x[1] = 2; n += len(x)", "x := map[string]int{\"a\": 1, \"b\": 2}; n += x[\"a\"]",
	"var b strings.Builder; b.WriteString(text); n += b.Len()", "n += len([]rune(\"abc\"))", "n += len(string(rune(n & 127)))", "for range 3 { defer func() { n++ }() }", "c := make(chan int, 1); c <- 1; n += <-c",
	"c := make(chan *int, 1); c <- nil; <-c", "c := make(chan struct{}); close(c); <-c", "c := make(chan int, 1); go func() { c <- 1 }(); n += <-c", "r := strings.NewReader(text); b, _ := r.ReadByte(); n += int(b)",
	"hold(\"x\")", "hold(\"\")", "hold(1000)", "hold(-1)", "hold(1.5)", "hold(int32(70000))", "hold([]int(nil))", "hold(P{1, \"x\"})", "hold(small); hold(large)",
	"x := []any{1, \"a\", n}; n += len(x)", "var x any = n; if y, ok := x.(int); ok { n = y }", "x := &P{a: n}; y := *x; n += y.a",
}

// allocsLocals are what the cases are about.
const allocsLocals = `local, pointer := V{1}, &W{1}
var iface, ptrIface Keeper = V{1}, &W{1}
logger, off, embedded := Logger{V{1}, 1}, Logger{V{1}, 0}, Embedded{V{1}}
closure, methodValue := func(a ...any) { for range a { n++ } }, V{1}.Keep
_, _, _, _, _, _, _, _, _ = local, pointer, iface, ptrIface, logger, off, embedded, closure, methodValue
`

const allocsPrelude = `
var (
	n, large, small = 0, 123456, 7
	text = "a text of some length that is not short at all"
	bytes = []byte(text)
	failure = errors.New("e")
	buffer = make([]byte, 0, 1000)
	table = map[string]int{"a": 1}
	writer io.Writer = io.Discard
	_ = strings.ToUpper
	_ time.Duration
)

func allocs(f func()) { show(testing.AllocsPerRun(10, f)) }

type P struct { a int; s string }

type Keeper interface{ Keep(...any) }

type V struct{ x int }

//go:noinline
func (v V) Keep(a ...any) { for _, x := range a { if x != nil { n++ } } }

type W struct{ x int }

//go:noinline
func (w *W) Keep(a ...any) { n += len(a) + w.x }

func (W) Write(b []byte) (int, error) { n += len(b); return len(b), nil }

//go:noinline
func keepFunc(a ...any) { for _, x := range a { if x == nil { n++ } } }

type Logger struct { k Keeper; level int }

func (l Logger) Log(a ...any) { l.k.Keep(a...) }

func (l *Logger) LogPtr(a ...any) { l.k.Keep(a...) }

func (l Logger) Maybe(a ...any) { if l.level > 0 { l.k.Keep(a...) } }

type Embedded struct{ Keeper }

func viaParam(k Keeper, a ...any) { k.Keep(a...) }

//go:noinline
func viaNoinline(k Keeper, a ...any) { k.Keep(a...) }

func viaGeneric[K Keeper](k K, a ...any) { k.Keep(a...) }

func viaFunc(f func(...any), a ...any) { f(a...) }

var globalIface Keeper = V{1}

var globalFunc = keepFunc

var globalLogger = Logger{V{1}, 1}

func pass(a ...any) { keepFunc(a...) }

//go:noinline
func copied(a ...any) { var b [8]any; copy(b[:], a); for i := range b { if b[i] == nil { n++ } } }

//go:noinline
func switched(a ...any) { for _, x := range a { switch x := x.(type) { case int: n += x; case string: n += len(x); case *P: n += x.a; case error: n++ } } }

//go:noinline
func asserted(a ...any) { if k, ok := a[0].(string); ok { n += len(k) }; if p, ok := a[1].(P); ok { n += p.a } }

//go:noinline
func stringers(a ...any) { for _, x := range a { if _, ok := x.(fmt.Stringer); ok { n++ } } }

type nobodyType struct{}

func (nobodyType) Info(a ...any) {}

var nobody interface{ Info(...any) } = nobodyType{}

type verbosity bool

func (v verbosity) Info(a ...any) { if v { fmt.Println(a...) } }

func verbose(l int) verbosity { return verbosity(l < n-1<<40) }

func pairs(a ...any) func(func(any, any) bool) { return func(yield func(any, any) bool) { for i := 0; i+1 < len(a); i += 2 { if !yield(a[i], a[i+1]) { return } } } }

//go:noinline
func rec(d int, a ...any) { if d > 0 { rec(d-1, a...) } else { n += len(a) } }

//go:noinline
func reads(b []byte) int { return len(b) + int(b[3]) }

//go:noinline
func writes(b []byte) { b[0]++ }

//go:noinline
func length(s string) int { return len(s) }

//go:noinline
func takes(p *P) { n += len(p.s) }

var held any

func hold[T any](x T) { held = x }

//go:noinline
func calls(f func()) { f() }
`
