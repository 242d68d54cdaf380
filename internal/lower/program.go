// Package lower turns typed syntax into SSA: every function, for every list of
// type arguments, becomes one ssa.Func; what the compiler makes up itself
// (wrappers, closures, initialisation, equality and hash functions, static
// data) is lowered or built here as well.
//
// A Program takes loaded packages and gives definitions by symbol name. Only
// what something mentions gets a definition, so that a driver compiles nothing the
// program does not reach.
package lower

import (
	"go/types"
	"maps"
	"strings"
	"sync"

	"strata/internal/abi"
	"strata/internal/load"
	"strata/internal/object"
	"strata/internal/rtcall"
	"strata/internal/symname"
	"strata/internal/typedesc"
)

// Program knows a definition for every symbol that lowering has mentioned. It is
// safe for concurrent use.
type Program struct {
	Load  *load.Program
	Sizes *abi.Sizes
	Conv  abi.Conv // convention of Go functions
	Names *symname.Namer

	// AsmText tells under which conventions assembly defines a function. The driver sets it
	// once assembly files are scanned; nil means: every bodyless function in ABI0.
	AsmText func(sym string) (abi0, abiInternal bool)
	// Segmented tells that stacks are chains of segments. The driver sets it before anything is lowered.
	Segmented bool
	// CountEdges says which packages count the ways that control takes, nil for none. The driver sets it likewise.
	CountEdges func(*load.Package) bool

	// Debug tells which packages are compiled for a debugger: every variable of theirs lives in memory. Nil means none.
	Debug func(*load.Package) bool
	// InitFuncs, if not nil, may know the functions that initialise a package without looking at it.
	InitFuncs func(*load.Package) ([]string, bool)
	initFns   sync.Map // *load.Package → []string

	index *index

	mu      sync.RWMutex
	defs    map[string]Def
	typesBy map[string]types.Type // by descriptor symbol

	ctxt    *types.Context
	warm    warmer
	layouts sync.Map // types.Type → *layout
	localMu sync.Mutex
	locals  map[localKey]*types.Named // types declared in generic functions

	desc       *typedesc.Builder
	intrinsics map[string]intrinsicFn

	base  *Program // shared definitions of standard packages, nil for none
	itabs itabMethods
	// tables caches TypeMethods by descriptor symbol.
	tables   sync.Map
	byPrefix func() map[string]*types.Package // see packagesByPrefix
	ext      programExt                       // what the other half keeps
	// forgotten: see Forget.
	forgotten bool
}

// NewProgram indexes the functions and variables of a loaded program.
func NewProgram(lp *load.Program, conv abi.Conv) *Program { return newProgram(lp, conv, nil) }

func newProgram(lp *load.Program, conv abi.Conv, base *Program) *Program {
	p := &Program{
		Load:    lp,
		base:    base,
		Sizes:   lp.Sizes(),
		Conv:    conv,
		defs:    map[string]Def{},
		typesBy: map[string]types.Type{},
		ctxt:    types.NewContext(),
		locals:  map[localKey]*types.Named{},
	}
	var main *types.Package
	if lp.Main != nil {
		main = lp.Main.Types
	}
	p.Names = symname.New(main)
	if base != nil {
		p.Names = base.Names.Over(main)
	}
	p.desc = p.newDesc()
	p.byPrefix = sync.OnceValue(p.packagesByPrefix)
	p.intrinsics = newIntrinsics(lp.GOARCH())
	p.index = newIndex(p)
	p.warm.seen = map[types.Type]bool{}
	p.warm.program(p)
	return p
}

// Without makes plain calls of functions, by package path and name, that are intrinsics where nothing is said.
func (p *Program) Without(names []string) {
	for _, name := range names {
		delete(p.intrinsics, name)
	}
}

// SetRace makes lowering call the functions of sync/atomic, which tell the race detector what they do, instead of knowing them.
func (p *Program) SetRace(on bool) {
	if !on {
		return
	}
	maps.DeleteFunc(p.intrinsics, func(name string, _ intrinsicFn) bool { return strings.HasPrefix(name, "sync/atomic.") })
}

// Def is a definition of a symbol: a *FuncDef or a *DataDef.
type Def interface{ Symbol() string }

// DataDef is a data symbol; building it may give helper symbols as well.
type DataDef struct {
	Sym   string
	once  sync.Once
	build func() ([]*object.Symbol, error) // until it has been called
	syms  []*object.Symbol
	err   error
}

// Symbol is the symbol's name.
func (d *DataDef) Symbol() string { return d.Sym }

// Build makes the symbols, when it is first called.
func (d *DataDef) Build() ([]*object.Symbol, error) {
	d.once.Do(func() {
		defer catch(nil, &d.err)
		d.syms, d.err = d.build()
		d.build = nil
	})
	return d.syms, d.err
}

// Def finds the definition of a symbol: one that was defined when something
// mentioned it, or a function or variable of the source. It returns nil if there is none.
func (p *Program) Def(sym string) Def {
	if p.base != nil && !p.Overrides(sym) {
		if d := p.base.Def(sym); d != nil {
			return d
		}
	}
	p.mu.RLock()
	d := p.defs[sym]
	p.mu.RUnlock()
	if d != nil {
		return d
	}
	if f := p.index.funcs[sym]; f != nil && f.body {
		return p.declDef(f, nil, sym)
	}
	if v := p.index.vars[sym]; v != nil {
		return p.globalDef(sym, v)
	}
	return p.wrapperDef(sym)
}

// defineData makes a data symbol known.
func (p *Program) defineData(sym string, build func() ([]*object.Symbol, error)) {
	p.define(sym, func() Def { return &DataDef{Sym: sym, build: build} })
}

// defineFunc makes a function known that has no declaration of its own.
// make lowers its body: the builder stands in the entry block.
func (p *Program) defineFunc(sym, display string, sig *types.Signature, make func(b *builder)) {
	p.defineFuncX(FuncDef{Sym: sym, Display: display, Sig: sig, Conv: p.Conv, make: make})
}

// defineFuncX is defineFunc with more properties.
func (p *Program) defineFuncX(d FuncDef) {
	p.define(d.Sym, func() Def { c := d; c.p = p; return &c })
}

// define registers a definition unless there is one.
func (p *Program) define(sym string, make func() Def) Def {
	p.mu.RLock()
	d := p.defs[sym]
	p.mu.RUnlock()
	if d != nil {
		return d
	}
	made := make()
	p.mu.Lock()
	defer p.mu.Unlock()
	if d := p.defs[sym]; d != nil {
		return d
	}
	p.defs[sym] = made
	return made
}

// typeSym names the descriptor of t and makes it known.
func (p *Program) typeSym(t types.Type) string {
	sym := p.Names.TypeSym(t)
	p.mu.RLock()
	_, ok := p.typesBy[sym]
	p.mu.RUnlock()
	if !ok {
		if o := p.owner(t); o != p {
			return o.typeSym(t)
		}
		p.mu.Lock()
		p.typesBy[sym] = t
		p.mu.Unlock()
		p.defineType(sym, t)
	}
	return sym
}

// funcSym names a function, or a method of a type that is not generic, and
// makes its instance known. Method instances: see methodSym.
func (p *Program) funcSym(fn *types.Func, targs []types.Type) string {
	origin := p.originOf(fn)
	if len(targs) == 0 {
		if sym, ok := p.index.symOf[origin]; ok {
			return sym
		}
	}
	sym, _ := p.Names.Func(origin, targs)
	f := p.index.declOf[origin]
	if f == nil || len(targs) == 0 {
		return sym
	}
	if p.base != nil && p.base.index.declOf[origin] != nil {
		if o := p.owner(targs...); o != p {
			return o.funcSym(origin, targs)
		}
	}
	p.define(sym, func() Def { return p.declDef(f, targs, sym) })
	return sym
}

// methodSym is funcSym for a method as found on a type: the type arguments come from its receiver.
func (p *Program) methodSym(fn *types.Func) string {
	return p.funcSym(fn, p.methodTypeArgs(fn))
}

// recvTypeArgs gives the type arguments of a method's receiver type.
func recvTypeArgs(fn *types.Func) []types.Type {
	r := fn.Signature().Recv()
	if r == nil {
		return nil
	}
	n := recvNamed(r.Type())
	if n == nil {
		return nil
	}
	var list []types.Type
	for i := range n.TypeArgs().Len() {
		list = append(list, n.TypeArgs().At(i))
	}
	return list
}

// recvNamed is the named type of a receiver type T or *T, or nil.
func recvNamed(t types.Type) *types.Named {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, _ := t.(*types.Named)
	return n
}

// globalSym names a package variable.
func (p *Program) globalSym(v *types.Var) string {
	sym, ok := p.index.varSym[v]
	if !ok {
		sym = p.Names.Global(v)
	}
	if p.sizeof(v.Type()) == 0 && !p.index.linked[sym] && !object.IsBound(sym) {
		return rtcall.ZeroBase // as for all objects without size
	}
	return sym
}
