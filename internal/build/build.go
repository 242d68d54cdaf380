// Package build drives a compilation: from a loaded program to an executable.
//
// It works in three phases. Discovery lowers every function that the program
// may reach, following references from the entry point; analysis inlines and
// decides what escapes, callees before callers; generation turns what is still
// reachable into machine code and links it. Functions are worked on in
// parallel within a phase; every result is a function of its inputs, so
// the output does not depend on scheduling.
package build

import (
	"fmt"
	"go/token"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"strata/internal/abi"
	"strata/internal/amd64"
	"strata/internal/analyze"
	"strata/internal/design"
	"strata/internal/explain"
	"strata/internal/inlcost"
	"strata/internal/link"
	"strata/internal/load"
	"strata/internal/lower"
	"strata/internal/object"
	"strata/internal/opt"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// Options say what to build and how.
type Options struct {
	Program      *load.Program     // made by load.Program.For: one main package with all it imports
	Out          string            // path of the executable
	Designs      design.Set        // nil for the default
	BuildInfo    string            // text of runtime/debug.ReadBuildInfo
	GoVersion    string            // what runtime.Version says
	XVars        map[string]string // -ldflags=-X
	StripSymbols bool
	StripDWARF   bool
	NoInline     bool      // -gcflags=-l
	NoEscape     bool      // every object on the heap
	Verify       bool      // check the SSA after every pass and every register allocation
	Listing      io.Writer // assembly of every function (-S)
	// DumpFunc prints the SSA of this function after every pass to Dump.
	DumpFunc string
	Dump     io.Writer
	Jobs     int // 0 is GOMAXPROCS
	// Debug tells which packages are compiled for a debugger: not optimised, every variable in memory. Nil means none.
	Debug func(*load.Package) bool
	// Base shares the standard library's compiled functions between programs of one load.Session.
	Base *Base
	// Report lists packages of Program all of whose functions are analysed, whether the program needs them or
	// not; Reported takes what was decided.
	Report   []*load.Package
	Reported func(*explain.Unit)
}

// Entry is where the kernel starts the program.
const Entry = "_rt0_amd64_linux<ABI0>"

// Build makes the executable.
func Build(o Options) error {
	c, err := newCompiler(o)
	if err != nil {
		return err
	}
	if err := c.discover(); err != nil {
		return err
	}
	if err := c.analyze(); err != nil {
		return err
	}
	reach := link.NewReach(Entry)
	syms, err := c.generateFrom(reach)
	if err != nil {
		return err
	}
	debug, err := c.debugSymbols(reach, syms)
	if err != nil {
		return err
	}
	if o.Reported != nil {
		u, err := c.reported()
		if err != nil {
			return err
		}
		o.Reported(u)
	}
	return link.Link(link.Input{
		Symbols: syms, DebugSymbols: debug, Entry: Entry, Out: o.Out, BuildInfo: o.BuildInfo, XVars: o.XVars, Goroot: o.Program.Goroot,
		GODEBUG: o.Program.GODEBUG(), StripSymbols: o.StripSymbols, StripDWARF: o.StripDWARF, GoVersion: o.GoVersion, Jobs: c.o.Jobs,
	})
}

type compiler struct {
	o        Options
	facts    design.Facts
	conv     abi.Conv // of Go functions
	low      *lower.Program
	asm      *asmIndex
	opt      opt.Config
	mu       sync.Mutex
	funcs    map[string]*ssa.Func // discovered functions
	refs     map[string][]object.Reloc
	analysis *analyze.Program
	order    []string // in order of discovery
	outMu    sync.Mutex
	scratch  sync.Pool // *amd64.Scratch
	model    *inlcost.Model
	late     map[string]*explain.Late // of the functions in o.Report, once they are compiled
}

func newCompiler(o Options) (*compiler, error) {
	if o.Designs == nil {
		o.Designs = design.Default()
	}
	if o.Jobs == 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	c := &compiler{o: o, facts: o.Designs.Facts(), funcs: map[string]*ssa.Func{}, refs: map[string][]object.Reloc{}, late: map[string]*explain.Late{}}
	c.conv = convention(c.facts)
	c.scratch.New = func() any { return new(amd64.Scratch) }
	var err error
	var shared *asmIndex
	if o.Base != nil {
		shared = o.Base.asm
	}
	if c.asm, err = newAsmIndex(o.Program, c.conv, shared); err != nil {
		return nil, err
	}
	if o.Base != nil {
		c.low = lower.NewOver(o.Base.low, o.Program)
	} else {
		c.low = lower.NewProgram(o.Program, c.conv)
	}
	c.low.AsmText, c.low.Segmented = c.asm.defines, c.facts.SegmentsStacks
	c.model = c.low.InlineModel()
	c.low.Debug = o.Debug
	c.opt = opt.Config{Facts: c.facts, RT: c.runtimeCall, Verify: o.Verify}
	return c, nil
}

// convention is that of Go functions.
func convention(facts design.Facts) abi.Conv {
	if facts.RegisterABI {
		return abi.Register
	}
	return abi.Stack
}

// runtimeCall describes a call of a runtime function that passes insert.
func (c *compiler) runtimeCall(name string) *ssa.Call {
	call, ok := c.low.RTCall(name)
	if !ok {
		panic(fmt.Errorf("the runtime does not define %s", name))
	}
	return call
}

// helpers are runtime functions that passes and emission call, so discovery must know them before they are mentioned.
var helpers = []string{
	"newobject", "panicBounds", "panicdivide", "panicshift", "morestack<ABI0>", "morestack_noctxt<ABI0>",
	"memmove", "memclrNoHeapPointers", "typedmemmove", "wbZero", "wbMove",
}

// discover lowers everything reachable from the entry point.
func (c *compiler) discover() error {
	reach := link.NewReach(Entry)
	for _, h := range helpers {
		reach.Root("runtime." + h)
	}
	c.reportedRoots(reach.Root)
	return c.discoverFrom(reach)
}

func (c *compiler) discoverFrom(reach *link.Reach) error {
	return c.follow(reach, func(sym string, def lower.Def) ([]*object.Symbol, error) {
		fd, ok := def.(*lower.FuncDef)
		if !ok {
			return nil, nil
		}
		if k := c.o.Base.lookup(c, fd); k != nil {
			return []*object.Symbol{{Name: sym, Kind: object.Text, Relocs: k.refs, Flags: k.obj.Flags & object.ReflectMethod}}, nil
		}
		f, err := c.lowerFunc(fd)
		if err != nil {
			return nil, err
		}
		refs := references(f)
		c.mu.Lock()
		c.funcs[sym] = f
		c.refs[sym] = refs
		c.mu.Unlock()
		s := &object.Symbol{Name: sym, Kind: object.Text, Relocs: refs}
		if f.Pragma&ssa.ReflectMethod != 0 {
			s.Flags = object.ReflectMethod
		}
		return []*object.Symbol{s}, nil
	}, func(sym string, isFunc bool) {
		if isFunc {
			c.order = append(c.order, sym)
		}
	})
}

// lowerFunc lowers one function and cleans it for inlining.
func (c *compiler) lowerFunc(d *lower.FuncDef) (*ssa.Func, error) {
	f, err := d.Lower()
	if err != nil {
		return nil, err
	}
	if c.o.Verify {
		if err := ssa.Verify(f); err != nil {
			return nil, fmt.Errorf("internal compiler error: lowering: %w\n%s", err, f)
		}
	}
	cfg := c.configFor(f)
	return f, opt.Run(f, opt.Early, cfg)
}

func (c *compiler) configFor(f *ssa.Func) *opt.Config {
	cfg := c.opt
	if c.o.DumpFunc != "" && (f.Name == c.o.DumpFunc || f.DisplayName == c.o.DumpFunc) {
		cfg.Dump = func(pass string, f *ssa.Func) {
			c.outMu.Lock()
			defer c.outMu.Unlock()
			fmt.Fprintf(c.o.Dump, "# %s\n%s", pass, f)
		}
	}
	return &cfg
}

// analyze inlines and decides escapes, callees first. The early compiler decided escapes too; and the runtime relies on
// it, since much of it must not allocate.
func (c *compiler) analyze() error {
	cfg := analyze.Config{
		Parallel:    c.parallel,
		Clean:       func(f *ssa.Func) error { return opt.Run(f, opt.Early, c.configFor(f)) },
		ClosureCode: c.low.ClosureCode,
		ItabMethod:  c.low.ItabMethod,
		SignatureOf: c.low.CallOf,
		Small:       c.small,
		NoInline:    c.o.NoInline || !c.facts.Optimises,
		NoEscape:    c.o.NoEscape,
		Known:       c.o.Base.known(c),
	}
	if len(c.o.Report) > 0 {
		cfg.Report = c.wantsReport
	}
	p, err := analyze.Run(c.order, c.funcs, cfg)
	c.analysis = p
	return err
}

// small tells whether a function is cheap enough for inlining by its source.
func (c *compiler) small(sym string) bool {
	d, ok := c.low.Def(sym).(*lower.FuncDef)
	if !ok {
		return false
	}
	v, ok := d.Verdict(c.model)
	return ok && v.OK() && v.Cost <= v.CallLimit
}

// generateFrom compiles what reach finds and returns it in a fixed order.
func (c *compiler) generateFrom(reach *link.Reach) ([]*object.Symbol, error) {
	err := c.follow(reach, func(sym string, def lower.Def) ([]*object.Symbol, error) {
		fd, ok := def.(*lower.FuncDef)
		if !ok {
			return nil, nil
		}
		if k := c.o.Base.lookup(c, fd); k != nil {
			return []*object.Symbol{k.obj}, nil
		}
		f := c.funcs[sym]
		if f == nil {
			var err error
			if f, err = c.lowerFunc(fd); err != nil {
				return nil, err
			}
		}
		known := c.o.Base.keep(c, fd)
		s, err := c.compile(f)
		if err != nil {
			return nil, err
		}
		c.o.Base.add(sym, known, c.refs[sym], s)
		return []*object.Symbol{s}, nil
	}, nil)
	if err != nil {
		return nil, err
	}
	return reach.Symbols(), nil
}

// compile takes f from analysed SSA to machine code.
func (c *compiler) compile(f *ssa.Func) (s *object.Symbol, err error) {
	if err := opt.Run(f, opt.Passes, c.configFor(f)); err != nil {
		return nil, err
	}
	extra := interfaceRelocs(f)
	var checks []explain.Check
	wanted := len(c.o.Report) > 0 && c.wantsReport(f.Name)
	if wanted {
		checks = checksOf(f)
	}
	var list io.Writer
	if c.o.Listing != nil {
		list = &lockedWriter{c: c, w: c.o.Listing}
	}
	scratch := c.scratch.Get().(*amd64.Scratch)
	defer c.scratch.Put(scratch)
	s, err = amd64.Compile(f, amd64.Options{
		Scratch:  scratch,
		Position: c.position,
		Check:    c.o.Verify,
		Conv:     c.conv,
		Alloc:    c.allocator(),
		Listing:  list,
	})
	if err != nil {
		return nil, err
	}
	s.Relocs = append(s.Relocs, extra...)
	if wanted {
		c.noteLate(f, checks, s)
	}
	return s, nil
}

// allocator is the chosen register allocator.
func (c *compiler) allocator() regalloc.Allocator {
	switch {
	case !c.facts.AllocsRegisters:
		return regalloc.Simple
	case !c.facts.SplitsIntervals:
		return regalloc.Linear
	default:
		return regalloc.Split
	}
}

type lockedWriter struct {
	c *compiler
	w io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.c.outMu.Lock()
	defer l.c.outMu.Unlock()
	return l.w.Write(p)
}

func (c *compiler) position(p token.Pos) (string, int32) {
	f := c.o.Program.Fset.File(p)
	if f == nil {
		return "", 0
	}
	q := f.Position(p)
	if q.Filename == "" { // a line directive without file
		return "??", int32(q.Line)
	}
	if q.Filename != f.Name() { // go/scanner makes the names of line directives absolute
		dir, _ := filepath.Split(f.Name())
		q.Filename = strings.TrimPrefix(q.Filename, dir)
	}
	return q.Filename, int32(q.Line)
}

// follow feeds reach wave by wave: all symbols missing in a wave are made in
// parallel, then added in the order in which they were asked for.
func (c *compiler) follow(reach *link.Reach, fromDef func(string, lower.Def) ([]*object.Symbol, error), note func(sym string, isFunc bool)) error {
	added := map[*object.Symbol]bool{} // an assembly file gives all its symbols for each
	for {
		var wave []string
		for {
			sym, ok := reach.Next()
			if !ok {
				break
			}
			wave = append(wave, sym)
		}
		if len(wave) == 0 {
			return nil
		}
		made := make([][]*object.Symbol, len(wave))
		errs := make([]error, len(wave))
		isFunc := make([]bool, len(wave))
		c.parallel(len(wave), func(i int) {
			made[i], isFunc[i], errs[i] = c.make(wave[i], fromDef)
		})
		for i, sym := range wave {
			if errs[i] != nil {
				return errs[i]
			}
			if note != nil {
				note(sym, isFunc[i])
			}
			for _, s := range made[i] {
				if !added[s] {
					added[s] = true
					reach.Add(s)
				}
			}
		}
	}
}

// make gives the symbols that define sym; none if nothing does.
func (c *compiler) make(sym string, fromDef func(string, lower.Def) ([]*object.Symbol, error)) ([]*object.Symbol, bool, error) {
	if syms, err := c.asm.define(sym); syms != nil || err != nil {
		return syms, false, err
	}
	def := c.low.Def(sym)
	switch d := def.(type) {
	case nil:
		return nil, false, nil
	case *lower.DataDef:
		syms, err := d.Build()
		return syms, false, err
	default:
		syms, err := fromDef(sym, d)
		return syms, true, err
	}
}

func (c *compiler) parallel(n int, work func(i int)) {
	if n == 1 || c.o.Jobs == 1 {
		for i := range n {
			work(i)
		}
		return
	}
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(n, c.o.Jobs) {
		wg.Go(func() {
			for i := range next {
				work(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}
