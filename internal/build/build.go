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
	"errors"
	"fmt"
	"go/token"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"strata/internal/abi"
	"strata/internal/analyze"
	"strata/internal/codegen"
	"strata/internal/design"
	"strata/internal/explain"
	"strata/internal/inlcost"
	"strata/internal/link"
	"strata/internal/load"
	"strata/internal/lower"
	"strata/internal/object"
	"strata/internal/opt"
	"strata/internal/pgo"
	"strata/internal/regalloc"
	"strata/internal/rtcall"
	"strata/internal/ssa"
	"strata/internal/ssahtml"
	"strata/internal/symname"
	"strata/internal/target"
)

// Options say what to build and how.
type Options struct {
	Program      *load.Program     // made by load.Program.For: one main package with all it imports
	Out          string            // path of the executable
	Designs      design.Set        // nil for the default
	Machine      *target.Machine   // nil for the default
	BuildInfo    string            // text of runtime/debug.ReadBuildInfo
	GoVersion    string            // what runtime.Version says
	XVars        map[string]string // -ldflags=-X
	StripSymbols bool
	StripDWARF   bool
	NoInline     bool // -gcflags=-l
	NoEscape     bool // every object on the heap
	TrimPath     bool // name files by import path instead of directory
	Verify       bool // check the SSA after every pass and every register allocation
	// Listing gets the assembly of the packages that Listed names (-S).
	Listing io.Writer
	Listed  func(*load.Package) bool
	// Record is filled with what happens to the function that it names; nil for none.
	Record *ssahtml.Recording
	// Disable names passes to leave out, for finding out what they do.
	Disable map[string]bool
	Jobs    int // 0 is GOMAXPROCS
	// Debug tells which packages are compiled for a debugger: not optimised, every variable in memory. Nil means none.
	Debug func(*load.Package) bool
	// Base shares the standard library's compiled functions between programs of one load.Session.
	Base *Base
	// Profile steers inlining, calls, branches and the order of functions; nil for none.
	Profile *pgo.Profile
	// ColdParts lays a part of every function out apart, as a profile does with what functions with samples rarely run.
	// Which part is arbitrary: this is for tests.
	ColdParts bool
	// Race instruments the program for the race detector; Program has been loaded with the build tag race.
	Race bool
	// CountEdges are paths of packages that count which ways control takes in them, for fuzzing.
	CountEdges []string
	// Report lists packages of Program all of whose functions are analysed, whether the program needs them or
	// not; Reported takes what was decided.
	Report   []*load.Package
	Reported func(*explain.Unit)
	// Reload, if not nil, says that nobody needs the syntax of Program any more: Build drops it as soon as it can. Should it turn out to
	// need it again, Reload loads the program anew, with a new base.
	Reload func() (*load.Program, *Base, error)
	// Phase, if not nil, is told when a phase ends.
	Phase func(name string)
}

// Build makes the executable.
func Build(o Options) error {
	report := o.Reported
	if report == nil {
		return o.attempt(build)
	}
	var said *explain.Unit
	o.Reported = func(u *explain.Unit) { said = u } // of the last attempt
	err := o.attempt(build)
	if said != nil {
		report(said)
	}
	return err
}

// attempt works on a program, anew and with less of the store if the store turns out to lack something.
func (o Options) attempt(work func(o Options, lowerAll bool) error) error {
	err := work(o, false)
	again := func() bool {
		var undefined *link.UndefinedError
		return errors.As(err, &undefined) || errors.Is(err, errUnknown)
	}
	damaged := o.Base.dropDamaged()
	if forgotten := errors.Is(err, lower.ErrForgotten); o.Reload != nil && (forgotten || o.Base != nil && (damaged || again())) {
		var e error
		if o.Program, o.Base, e = o.Reload(); e != nil {
			return e
		}
		if o.Reload = nil; forgotten {
			err = work(o, false)
			damaged = o.Base.dropDamaged()
		}
	}
	if o.Base == nil {
		return err
	}
	if damaged {
		return work(o, false)
	}
	if again() {
		err = work(o, true)
	}
	if again() {
		o.Base = nil
		err = work(o, false)
	}
	return err
}

// errUnknown says that something is neither in the store nor defined, because what defines it came from the store.
var errUnknown = errors.New("unknown to the store")

func build(o Options, lowerAll bool) error {
	c, err := newCompiler(o)
	if err != nil {
		return err
	}
	c.lowerAll = lowerAll
	if err := c.discover(); err != nil {
		return err
	}
	c.forget()
	c.ended("discover")
	if err := c.analyze(); err != nil {
		return err
	}
	c.ended("analyze")
	reach := link.NewReach(c.o.Machine.Entry)
	syms, err := c.generateFrom(reach)
	if err != nil {
		return err
	}
	c.ended("generate")
	if c.o.Listing != nil {
		if err := c.listing.write(c.o.Listing); err != nil {
			return err
		}
	}
	debug, err := c.debugSymbols(reach, syms)
	if err != nil {
		return err
	}
	c.ended("debug symbols")
	if c.unknown.Load() {
		return errUnknown
	}
	if o.Base.damaged() {
		return errUnknown
	}
	c.publish()
	if o.Reported != nil {
		u, err := c.reported()
		if err != nil {
			return err
		}
		o.Reported(u)
	}
	c.ended("publish")
	goroot := o.Program.Goroot
	if o.TrimPath {
		goroot = ""
	}
	if err := checkPulled(o.Program, syms); err != nil {
		return err
	}
	return explainUndefined(o.Program, link.Link(link.Input{
		Symbols: syms, DebugSymbols: debug, Arch: c.o.Machine.Link, Entry: c.o.Machine.Entry, Heat: heat(o.Profile), Out: o.Out, BuildInfo: o.BuildInfo, XVars: o.XVars, Goroot: goroot,
		Wasm: c.o.Machine.Wasm, GODEBUG: o.Program.GODEBUG(), StripSymbols: o.StripSymbols, StripDWARF: o.StripDWARF, GoVersion: o.GoVersion, Jobs: c.o.Jobs,
		Timing: func(phase string, _ time.Duration) { c.ended("link: " + phase) },
	}))
}

// ended tells who wants to know that a phase is over.
func (c *compiler) ended(phase string) {
	if c.o.Phase != nil {
		c.o.Phase(phase)
	}
}

type compiler struct {
	o Options
	// lowerAll: lower every function that is reached, also those the store has. Their definitions lead to what the store lacks.
	lowerAll bool
	unknown  atomic.Bool // see errUnknown
	made     batch
	own      *groups // of the program's own packages; nil for none
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
	listing  listing
	scratch  sync.Pool // the machine's
	model    *inlcost.Model
	smalls   sync.Map          // functions whose source is cheap enough for inlining
	trim     map[string]string // names of source files with TrimPath
	profile  *analyze.Profile
	late     map[string]*explain.Late // of the functions in o.Report, once they are compiled
}

func newCompiler(o Options) (*compiler, error) {
	if o.Designs == nil {
		o.Designs = design.Default()
	}
	if o.Machine == nil {
		o.Machine = target.Default()
	}
	if o.Profile != nil || o.ColdParts || slices.ContainsFunc(o.Report, func(p *load.Package) bool { return p.Standard }) {
		o.Base = nil // what it holds was compiled without the profile, and without reports
	}
	if o.Jobs == 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	c := &compiler{o: o, facts: o.Designs.Facts(), funcs: map[string]*ssa.Func{}, refs: map[string][]object.Reloc{},
		late: map[string]*explain.Late{}, made: batch{funcs: map[string]*finished{}, data: map[string]*finished{}, own: map[string]*finished{}}}
	c.conv = convention(c.facts)
	c.scratch.New = o.Machine.Code.NewScratch
	if o.Base.shadowed(o.Program) {
		o.Base, c.o.Base = nil, nil
	}
	if o.Base != nil {
		c.low = lower.NewOver(o.Base.low, o.Program)
		c.asm = newAsmIndex(o.Program, o.Machine, c.conv, o.Base.asm)
	} else {
		c.low = lower.NewProgram(o.Program, c.conv)
		c.asm = newAsmIndex(o.Program, o.Machine, c.conv, nil)
	}
	c.low.Without(o.Machine.Code.Without)
	c.low.AsmText, c.low.Segmented = c.asm.defines, c.facts.SegmentsStacks
	if o.Profile != nil {
		c.profile = &analyze.Profile{Calls: o.Profile, Line: c.line}
	}
	c.model = c.low.InlineModel()
	c.low.Debug = o.Debug
	c.low.CountEdges = countsEdges(o.Program, o.CountEdges)
	c.low.SetRace(o.Race)
	c.asm.trim = o.TrimPath
	if o.TrimPath {
		c.trim = trimNames(o.Program)
	}
	if o.Base != nil && len(o.Report) == 0 && o.Record == nil && len(o.Disable) == 0 && o.Listing == nil {
		var err error
		if c.own, err = o.Base.groupsOf(o.Program, c.low, o.Debug); err != nil {
			return nil, err
		}
	}
	c.opt = opt.Config{Facts: c.facts, RT: c.runtimeCall, Verify: o.Verify, Disable: o.Disable, Race: o.Race}
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

// discover lowers everything reachable from the entry point.
func (c *compiler) discover() error {
	reach := link.NewReach(c.o.Machine.Entry)
	for i := range rtcall.Table {
		if f := &rtcall.Table[i]; f.Flags&rtcall.Inserted != 0 || c.o.Race && f.Flags&rtcall.Racy != 0 {
			reach.Root(entryOf(f))
		}
	}
	c.reportedRoots(reach.Root)
	return c.discoverFrom(reach)
}

// entryOf is the symbol by which compiled code calls f.
func entryOf(f *rtcall.Func) string {
	if f.Flags&rtcall.ABI0 != 0 {
		return symname.ABI0(f.Sym)
	}
	return f.Sym
}

func (c *compiler) discoverFrom(reach *link.Reach) error {
	src := &source{
		kept: (*finished).mentions,
		function: func(d *lower.FuncDef) (*object.Symbol, error) {
			f, err := c.lowerFunc(d)
			if err != nil {
				return nil, err
			}
			refs := references(f)
			c.noteSmall(d, f)
			s := &object.Symbol{Name: d.Sym, Kind: object.Text, Relocs: refs}
			if f.Pragma&ssa.ReflectMethod != 0 {
				s.Flags = object.ReflectMethod
			}
			if c.packs() {
				f.Pack()
			}
			c.mu.Lock()
			c.funcs[d.Sym] = f
			c.refs[d.Sym] = refs
			c.mu.Unlock()
			return s, nil
		},
		note: func(sym string, isFunc bool) {
			if isFunc {
				c.order = append(c.order, sym)
			}
		},
	}
	if c.lowerAll {
		src.kept = nil
	}
	return c.follow(reach, src)
}

// forget drops syntax and what is known of it, since all that the program may reach is lowered.
func (c *compiler) forget() {
	if c.o.Reload == nil || len(c.o.Report) > 0 || c.o.Record != nil {
		return
	}
	c.o.Program.Forget()
	c.low.Forget()
	c.model = nil
}

// packs tells whether bodies of functions that wait are put away. A profile is asked about all at once, messages and recordings are made of them.
func (c *compiler) packs() bool {
	return len(c.o.Report) == 0 && c.o.Record == nil && c.o.Profile == nil
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
	if c.o.Record.Wanted(f) {
		c.recordSyntax(d, f)
	}
	if c.o.Race && instrumented(f) {
		opt.MarkAccesses(f, c.runtimeCall)
	}
	return f, opt.Run(f, opt.Early, c.configFor(f, "lowered"))
}

// configFor makes the configuration of the passes over f; stage says what happened before them.
func (c *compiler) configFor(f *ssa.Func, stage string) *opt.Config {
	cfg := c.opt
	if c.o.Record.Wanted(f) {
		cfg.Dump = func(pass string, f *ssa.Func) {
			if pass == opt.Start {
				pass = stage
			}
			c.o.Record.Record(pass, f)
		}
	}
	return &cfg
}

// recordSyntax shows the recorded function's source.
func (c *compiler) recordSyntax(d *lower.FuncDef, f *ssa.Func) {
	r := c.o.Record
	r.Position = c.position
	if p := d.Package(); p != nil {
		r.Syntax(p.Files, p.Info, f.Pos, c.o.Program.ReadFile)
	}
}

// analyze inlines and decides escapes, callees first. The early compiler decided escapes too; and the runtime relies on
// it, since much of it must not allocate.
func (c *compiler) analyze() error {
	cfg := analyze.Config{
		Parallel:    c.parallel,
		Clean:       func(f *ssa.Func) error { return opt.Run(f, opt.Early, c.configFor(f, "inlined")) },
		ClosureCode: c.low.ClosureCode,
		ItabMethod:  c.itabMethod,
		ItabType:    itabType,
		AssertItab:  c.low.AssertItab,
		SwitchCases: lower.SwitchCases,
		TypeMethods: c.low.TypeMethods,
		SignatureOf: c.callOf,
		Small:       c.small,
		NoInline:    c.o.NoInline || !c.facts.Optimises,
		NoEscape:    c.o.NoEscape,
		Known:       c.known,
		Pack:        c.packs(),
	}
	if len(c.o.Report) > 0 {
		cfg.Report = c.wantsReport
	}
	cfg.Profile = c.profile
	p, err := analyze.Run(c.order, c.funcs, cfg)
	c.analysis = p
	return err
}

// heat is what the linker is told about the profile.
func heat(p *pgo.Profile) *link.Heat {
	if p == nil {
		return nil
	}
	return &link.Heat{Own: p.Physical, Calls: p.Jumps}
}

// noteSmall finds out whether a function is cheap enough for inlining by its source.
func (c *compiler) noteSmall(d *lower.FuncDef, f *ssa.Func) {
	if analyze.NeverInlined(f) {
		return
	}
	if v, ok := d.Verdict(c.model); ok && v.OK() && v.Cost <= v.CallLimit {
		c.smalls.Store(d.Sym, true)
	}
}

// small tells what noteSmall has found out.
func (c *compiler) small(sym string) bool {
	_, ok := c.smalls.Load(sym)
	return ok
}

// known offers the analysis what is known of finished functions.
func (c *compiler) known(sym string) *analyze.Known {
	if c.funcs[sym] != nil && !c.lowerAll {
		return nil // lowered in this program: analyse it, whatever others finish meanwhile
	}
	if f := c.stored(sym); f != nil && f.known != nil {
		return f.known()
	}
	return nil
}

// itabMethod gives the function in slot i of an itab.
func (c *compiler) itabMethod(itab string, i int) string {
	if !strings.HasPrefix(itab, "go:itab.") {
		return ""
	}
	methods, ok := c.low.ItabMethods(itab)
	if !ok {
		if f := c.stored(itab); f != nil {
			methods = c.low.ReadItab(itab, f.obj)
		} else {
			c.unknown.Store(true)
		}
	}
	return methods[i]
}

// callOf describes a direct call of a function symbol, nil if it is not known.
func (c *compiler) callOf(sym string) *ssa.Call {
	if call := c.low.CallOf(sym); call != nil {
		return call
	}
	if f := c.stored(sym); f != nil && f.abi != nil {
		return &ssa.Call{Sym: sym, ABI: f.abi}
	}
	c.unknown.Store(true)
	return nil
}

// generateFrom compiles what reach finds and returns it in a fixed order.
func (c *compiler) generateFrom(reach *link.Reach) ([]*object.Symbol, error) {
	err := c.follow(reach, &source{
		kept: func(f *finished) *object.Symbol { return f.obj },
		function: func(d *lower.FuncDef) (*object.Symbol, error) {
			f := c.funcs[d.Sym]
			if f == nil {
				var err error
				if f, err = c.lowerFunc(d); err != nil {
					return nil, err
				}
			}
			f.Unpack()
			kept := c.keepFunc(d, f)
			s, err := c.compile(f)
			if err == nil {
				c.keptFunc(d, kept, s)
				c.release(f)
			}
			return s, err
		},
	})
	if err != nil {
		return nil, err
	}
	for _, f := range c.funcs { // what all callers have inlined
		c.release(f)
	}
	return reach.Symbols(), nil
}

// release drops the body of a function that needs no more work, unless messages will be made of it.
func (c *compiler) release(f *ssa.Func) {
	if len(c.o.Report) == 0 {
		f.Release()
	}
}

// compile takes f from analysed SSA to machine code.
func (c *compiler) compile(f *ssa.Func) (s *object.Symbol, err error) {
	unseen := c.profile.Branches(f)
	if err := opt.Run(f, opt.Passes, c.configFor(f, "analysed")); err != nil {
		return nil, err
	}
	if c.o.ColdParts {
		scatter(f)
	}
	extra := interfaceRelocs(f)
	var checks []explain.Check
	wanted := len(c.o.Report) > 0 && c.wantsReport(f.Name)
	if wanted {
		checks = checksOf(f)
	}
	list, done := c.listingOf(f)
	defer done()
	scratch := c.scratch.Get()
	defer c.scratch.Put(scratch)
	s, err = codegen.Compile(c.o.Machine.Code, f, codegen.Options{
		Scratch:   scratch,
		Position:  c.position,
		Check:     c.o.Verify,
		Conv:      c.conv,
		Alloc:     c.allocator(),
		Listing:   list,
		Relocs:    extra,
		ColdApart: (c.o.ColdParts || c.profile.Ran(f)) && !f.Debug,
	})
	if err != nil {
		return nil, err
	}
	if wanted {
		c.noteLate(f, checks, unseen, s)
	}
	return s, nil
}

// scatter makes every third block of f cold.
func scatter(f *ssa.Func) {
	for i, b := range f.Blocks {
		b.Cold = b.Cold || i%3 == 1
	}
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

// line is the line of a position, for profiles.
func (c *compiler) line(p token.Pos) int {
	_, line := c.position(p)
	return int(line)
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
	if name, ok := c.trim[q.Filename]; ok {
		q.Filename = name
	}
	return q.Filename, int32(q.Line)
}

// source says where the symbols that reachability asks for come from.
type source struct {
	// kept gives what stands for a symbol that the base has; nil to make all symbols anew.
	kept func(*finished) *object.Symbol
	// function makes a function.
	function func(*lower.FuncDef) (*object.Symbol, error)
	// note, if not nil, is told of every symbol.
	note func(sym string, isFunc bool)
}

// follow feeds reach wave by wave: all symbols missing in a wave are made in
// parallel, then added in the order in which they were asked for.
func (c *compiler) follow(reach *link.Reach, src *source) error {
	var frames []*load.Error           // frames that are too large
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
			return c.o.Program.SourceErrors(frames)
		}
		made := make([]made, len(wave))
		errs := make([]error, len(wave))
		c.parallel(len(wave), func(i int) { errs[i] = c.make(wave[i], src, &made[i]) })
		for i, sym := range wave {
			if made[i].unknown && c.low.Revive(sym, reach.From(sym)) {
				made[i].unknown = false
				errs[i] = c.make(sym, src, &made[i])
			}
			if large := (*codegen.FrameError)(nil); errors.As(errs[i], &large) {
				if d, ok := c.low.Def(sym).(*lower.FuncDef); ok && d.Decl != nil {
					large.Pos = d.Decl.Pos()
				}
				frames = append(frames, &load.Error{Pos: large.Pos, Msg: large.Error()})
				continue
			}
			if errs[i] != nil {
				return errs[i]
			}
			if src.note != nil {
				src.note(sym, made[i].isFunc)
			}
			if s := made[i].sym; s != nil {
				reach.Add(s)
			}
			for _, s := range made[i].more {
				if !added[s] {
					added[s] = true
					reach.Add(s)
				}
			}
		}
	}
}

// made is what defines a symbol: one object or several, or nothing.
type made struct {
	sym    *object.Symbol
	more   []*object.Symbol
	isFunc bool // made from SSA
	// unknown: nothing defines it, perhaps because what would came from the store.
	unknown bool
}

// make finds or makes the symbols that define sym.
func (c *compiler) make(sym string, src *source, m *made) (err error) {
	if src.kept != nil {
		if f := c.stored(sym); f != nil {
			m.sym, m.isFunc = src.kept(f), f.isFunc
			return nil
		}
	}
	if s := c.builtin(sym); s != nil {
		m.sym = s
		return nil
	}
	if f := c.asm.find(sym); f != nil {
		m.more, err = f.assembled(c.o.Program)
		if f.shared {
			c.keepData(m.more, true)
		}
		return err
	}
	switch d := c.low.Def(sym).(type) {
	case *lower.DataDef:
		m.more, err = d.Build()
		if !lower.WholeProgram(sym) {
			c.keepData(m.more, c.low.FromBase(sym))
		}
	case *lower.FuncDef:
		m.isFunc = true
		m.sym, err = src.function(d)
	default:
		m.unknown = c.o.Base.usesStore() || c.own.used()
	}
	return err
}

// builtin makes a function of the machine's that has no source.
func (c *compiler) builtin(sym string) *object.Symbol {
	m := c.o.Machine
	if m.Builtin == nil {
		return nil
	}
	if s := m.Builtin(sym); s != nil {
		return s
	}
	if mod, name, sig, ok := c.low.WasmImport(sym); ok {
		return m.Import(sym, mod, name, sig)
	}
	return nil
}

// parallel runs work(0..n-1), as many at once as there are jobs.
func (c *compiler) parallel(n int, work func(i int)) {
	jobs := min(n, c.o.Jobs)
	if jobs <= 1 {
		for i := range n {
			work(i)
		}
		return
	}
	var wg sync.WaitGroup
	var next atomic.Int64
	for range jobs {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				work(i)
			}
		})
	}
	wg.Wait()
}
