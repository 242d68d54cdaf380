package lower

import (
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"strata/internal/abi"
	"strata/internal/load"
	"strata/internal/lower/interp"
	"strata/internal/object"
	"strata/internal/ssa"
)

// taskOverlay declares what the compiler asks of Strata's own runtime, beside GOROOT's.
var taskOverlay = fstest.MapFS{
	"runtime/internal/task/defer.go": {Data: []byte(`package task
type Defer struct { Heap, RangeFunc bool; SP, PC uintptr; Fn func(); Link *Defer; Head *Defer }`)},
	"runtime/stratainited.go": {Data: []byte("package runtime\n\nfunc inited(path string) {}\n")},
}

var runSession = sync.OnceValues(func() (*load.Session, error) {
	return load.NewSession(load.Config{Implicit: []string{"runtime", "runtime/internal/task"}, Overlay: taskOverlay})
})

// finder gives an interpreter the program's definitions.
type finder struct{ p *Program }

func (f finder) Find(sym string) (*ssa.Func, []*object.Symbol, error) {
	switch d := f.p.Def(sym).(type) {
	case *FuncDef:
		fn, err := d.Lower()
		if err == nil {
			err = ssa.Verify(fn)
		}
		if err == nil && os.Getenv("LOWER_PRINT") == sym {
			fmt.Println(fn.String())
		}
		return fn, nil, err
	case *DataDef:
		syms, err := d.Build()
		return nil, syms, err
	}
	return nil, nil, nil
}

// exit is what os.Exit and runtime exits panic with.
type exit int

// runFile runs a main package of files in the interpreter and gives its output.
func runFile(t testing.TB, files ...string) (out string, err error) {
	s, err := runSession()
	if err != nil {
		t.Fatal(err)
	}
	lp, err := s.Load(files...)
	if err != nil {
		return "", err
	}
	if err := lp.Err(); err != nil {
		return "", fmt.Errorf("load: %v", err)
	}
	main := lp.Mains()[0]
	p := NewProgram(lp.For(main), abi.Register)
	m := interp.New(finder{p}, 512<<20)
	m.Limit = 300e6
	if os.Getenv("LOWER_TRACE") != "" {
		m.OnThrow = func(text string) { t.Logf("%s\n\t%s", text, strings.Join(m.Trace(), "\n\t")) }
	}
	var b strings.Builder
	m.AddNatives(func(s string) { b.WriteString(s) })
	addProgramNatives(m, p, &b)
	defer func() {
		if r := recover(); r != nil {
			code, ok := r.(exit)
			if !ok {
				err = fmt.Errorf("interpreter panics: %v", r)
				if os.Getenv("LOWER_PANIC") != "" {
					panic(r)
				}
			} else if code != 0 {
				err = fmt.Errorf("exit status %d", code)
			}
			out = b.String()
		}
	}()
	if err = m.Run("go:main.inits"); err == nil {
		err = m.Run("main.main")
	}
	if pan, ok := err.(*interp.Panic); ok {
		err = fmt.Errorf("%s", panicText(m, p, pan))
	}
	return b.String(), err
}

func panicText(m *interp.Machine, p *Program, pan *interp.Panic) (s string) {
	name := m.Name(pan.Value[0])
	defer func() {
		if recover() != nil {
			s = "panic: " + name
		}
	}()
	t := p.typesBy[name]
	if t == nil {
		return "panic: " + name
	}
	switch {
	case isString(t):
		return fmt.Sprintf("panic: %s %q", name, m.String(m.Load(pan.Value[1], 8), m.Load(pan.Value[1]+8, 8)))
	case isInteger(t):
		return fmt.Sprintf("panic: %s %d", name, m.Load(pan.Value[1], p.sizeof(t)))
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Error")
	if fn, ok := obj.(*types.Func); ok {
		itab := m.Addr(p.itabSym(t, types.Universe.Lookup("error").Type()))
		r := m.CallAddr(m.Load(itab+24, 8), []uint64{pan.Value[1]})
		_ = fn
		return fmt.Sprintf("panic: %s: %s", name, m.String(r[0], r[1]))
	}
	return "panic: " + name
}

// addProgramNatives adds what needs to know types, and the outside world.
func addProgramNatives(m *interp.Machine, p *Program, out *strings.Builder) {
	rt := p.Load.ByPath["runtime"].Types
	errorString := rt.Scope().Lookup("errorString").Type()
	m.Fault = func(m *interp.Machine, text string) [2]uint64 {
		ptr, n := m.NewString(text)
		a := m.Alloc(16, 8)
		m.Store(a, 8, ptr)
		m.Store(a+8, 8, n)
		return [2]uint64{m.Addr(p.typeSym(errorString)), a}
	}
	one := func(x uint64) []uint64 { return []uint64{x} }
	add := func(name string, f func(fr *interp.Frame, a []uint64) []uint64) {
		m.Natives[name] = func(_ *interp.Machine, fr *interp.Frame, a []uint64) []uint64 { return f(fr, a) }
	}
	typ := func(addr uint64) types.Type { return p.typesBy[m.Name(addr)] }
	itab := func(inter, t uint64) uint64 {
		if t == 0 {
			return 0
		}
		T, I := typ(t), typ(inter)
		if T == nil || I == nil || !types.Implements(T, under(I).(*types.Interface)) {
			return 0
		}
		return m.Addr(p.itabSym(T, I))
	}
	add("runtime.assertE2I", func(_ *interp.Frame, a []uint64) []uint64 {
		if x := itab(a[0], a[1]); x != 0 {
			return one(x)
		}
		m.Throw("interface conversion: " + m.Name(a[1]) + " is not " + m.Name(a[0]))
		return nil
	})
	add("runtime.assertE2I2", func(_ *interp.Frame, a []uint64) []uint64 { return one(itab(a[0], a[1])) })
	add("runtime.getitab", func(_ *interp.Frame, a []uint64) []uint64 { return one(itab(a[0], a[1])) })
	dottype := func(_ *interp.Frame, a []uint64) []uint64 {
		m.Throw("interface conversion: interface is " + m.Name(a[0]) + ", not " + m.Name(a[1]))
		return nil
	}
	add("runtime.panicdottypeE", dottype)
	add("runtime.panicdottypeI", dottype)
	add("runtime.panicnildottype", func(_ *interp.Frame, a []uint64) []uint64 {
		m.Throw("interface conversion: interface is nil, not " + m.Name(a[0]))
		return nil
	})
	nop := func(_ *interp.Frame, a []uint64) []uint64 { return []uint64{0, 0, 0, 0} }
	for _, n := range strings.Fields(`runtime.entersyscall runtime.exitsyscall syscall.runtime_entersyscall syscall.runtime_exitsyscall
		runtime.SetFinalizer sync.runtime_procUnpin sync.runtime_procPin internal/sync.runtime_procPin sync.runtime_registerPoolCleanup internal/poll.runtime_Semrelease
		runtime.GC runtime.Gosched internal/godebug.setUpdate internal/godebug.registerMetric internal/godebug.setNewIncNonDefault
		os.runtime_beforeExit runtime.lock runtime.unlock runtime.lock2 runtime.unlock2 runtime.ReadMemStats runtime.LockOSThread
		os/signal.signal_enable os/signal.signal_disable runtime.SetMutexProfileFraction internal/cpu.Initialize runtime.doInit runtime.acquirem runtime.releasem
		sync/atomic.runtime_procPin sync/atomic.runtime_procUnpin syscall.runtime_envs os.sigpipe runtime/debug.setGCPercent runtime/debug.setMaxStack
		internal/cpu.getGOAMD64level internal/bytealg.abigen_runtime_memequal reflect.unsafe_New0`) {
		add(n, nop)
	}
	size := func(t uint64) int64 { return int64(m.Load(t, 8)) }
	for _, pk := range []string{"reflect", "internal/reflectlite"} {
		add(pk+".unsafe_New", func(_ *interp.Frame, a []uint64) []uint64 { return one(m.Alloc(size(a[0]), 16)) })
		add(pk+".unsafe_NewArray", func(_ *interp.Frame, a []uint64) []uint64 { return one(m.Alloc(size(a[0])*int64(a[1]), 16)) })
		name := func(_ *interp.Frame, a []uint64) []uint64 { return one(interp.Base + uint64(uint32(a[1]))) }
		add(pk+".resolveNameOff", name)
		add(pk+".resolveTypeOff", name)
		add(pk+".resolveTextOff", name)
		add(pk+".ifaceE2I", func(_ *interp.Frame, a []uint64) []uint64 {
			m.Store(a[3], 8, itab(a[0], a[1]))
			m.Store(a[3]+8, 8, a[2])
			return nil
		})
	}
	add("os.runtime_args", func(_ *interp.Frame, a []uint64) []uint64 {
		p, n := m.NewString("prog")
		x := m.Alloc(16, 8)
		m.Store(x, 8, p)
		m.Store(x+8, 8, n)
		return []uint64{x, 1, 1}
	})
	add("runtime.memequal_varlen", func(fr *interp.Frame, a []uint64) []uint64 {
		n := int64(m.Load(m.Ctx+8, 8))
		if string(m.Bytes(a[0], n)) == string(m.Bytes(a[1], n)) {
			return one(1)
		}
		return one(0)
	})
	add("runtime.GOMAXPROCS", func(_ *interp.Frame, a []uint64) []uint64 { return one(1) })
	add("os.runtime_exit", func(_ *interp.Frame, a []uint64) []uint64 { panic(exit(int32(a[0]))) })
	add("os.Exit", func(_ *interp.Frame, a []uint64) []uint64 { panic(exit(int32(a[0]))) })
	add("runtime.exit", func(_ *interp.Frame, a []uint64) []uint64 { panic(exit(int32(a[0]))) })
	add("runtime.systemstack", func(fr *interp.Frame, a []uint64) []uint64 { return m.CallClosure(fr, a[0], nil) })
	add("runtime.nanotime", func(_ *interp.Frame, a []uint64) []uint64 { return one(12345678) })
	add("time.now", func(_ *interp.Frame, a []uint64) []uint64 { return []uint64{1000000000, 0, 12345678} })
	add("internal/runtime/syscall/linux.Syscall6", func(_ *interp.Frame, a []uint64) []uint64 {
		if a[0] == 1 && (a[1] == 1 || a[1] == 2) {
			out.WriteString(m.String(a[2], a[3]))
			return []uint64{a[3], 0, 0}
		}
		return []uint64{0, 0, 0}
	})
}

// quickRun are tests of Go's suite that cover much of the language and run fast.
const quickRun = `alias2.go append.go array_2.go assign.go bigmap.go blank.go closure2.go complit.go const.go
	convert4.go copy1.go ddd.go defer.go float_lit.go func.go func6.go gc.go indirect.go initialize.go int_lit.go intcvt.go
	literal.go loopbce.go map.go method.go method2.go method5.go named.go nul1.go rename.go reorder.go 
	shift3.go sieve.go sizeof.go slicecap.go string_lit.go stringrange.go switch.go switch3.go turing.go typeswitch.go
	utf.go varinit.go zerodivide.go fixedbugs/issue18595.go fixedbugs/issue35576.go fixedbugs/issue15992.go fixedbugs/issue72063.go
	typeparam/absdiff2.go typeparam/dottype.go typeparam/issue48042.go typeparam/list.go typeparam/maps.go typeparam/slices.go
	ken/cplx2.go ken/embed.go ken/interfun.go ken/mfunc.go ken/range.go ken/shift.go rangefunc.go  abi/method_value.go`

// TestRun runs run tests of Go's own suite in the interpreter: some, those that LOWER_RUN
// names, or with LOWER_RUN=all whatever it can (minutes; failures are only logged then).
func TestRun(t *testing.T) {
	dir := filepath.Join(runtime.GOROOT(), "test")
	files := strings.Fields(quickRun)
	all := false
	switch s := os.Getenv("LOWER_RUN"); {
	case s == "all":
		list, _ := filepath.Glob(dir + "/*.go")
		more, _ := filepath.Glob(dir + "/*/*.go")
		files, all = append(list, more...), true
	case s != "":
		files = strings.Fields(s)
	case testing.Short():
		files = files[:10]
	}
	pass, fail := 0, 0
	for _, f := range files {
		if !filepath.IsAbs(f) {
			f = filepath.Join(dir, f)
		}
		data, err := os.ReadFile(f)
		if err != nil || !strings.HasPrefix(string(data), "// run\n") && !strings.HasPrefix(f, "/tmp") || all && skipRun(string(data)) {
			continue
		}
		if msg := runOne(t, f); msg == "" {
			pass++
		} else {
			fail++
			if msg = strings.TrimPrefix(f, dir+"/") + ": " + msg; all {
				t.Log(msg)
			} else {
				t.Error(msg)
			}
		}
	}
	t.Logf("%d pass, %d fail", pass, fail)
}

// runOne runs a file and gives what is wrong, or "".
func runOne(t *testing.T, f string) string {
	out, err := runFile(t, f)
	want, _ := os.ReadFile(strings.TrimSuffix(f, ".go") + ".out")
	switch {
	case err != nil:
		return fmt.Sprintf("%.300v\n%.300s", err, out)
	case out != string(want):
		return fmt.Sprintf("output: %.400s", out)
	}
	return ""
}

// skipRun leaves out what needs goroutines, timers or the collector.
func skipRun(src string) bool {
	for _, s := range []string{"go func", "\tgo ", "runtime.GC()", "time.Sleep", "runtime.Callers", "runtime.Caller(", "SetFinalizer", "ReadMemStats", "<-"} {
		if strings.Contains(src, s) {
			return true
		}
	}
	return false
}
