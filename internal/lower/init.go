package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
	"sync"

	"strata/internal/load"
	"strata/internal/object"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// Functions that run initialisers: of the packages the runtime needs, and of all others.
const (
	symRuntimeInits = "go:runtime.inits"
	symMainInits    = "go:main.inits"
)

// initCache holds what is known of the packages' initialisation.
type initCache struct {
	mu sync.Mutex
	by map[*load.Package]*pkgInit
}

// pkgInit is the initialisation of one package's variables, worked out once.
type pkgInit struct {
	pkg     *load.Package
	once    sync.Once
	err     error
	vars    map[*types.Var]*staticSym // those with initial data
	lits    *funcInfo                 // names the function literals of all initialisers
	partial map[*types.Var]bool       // those of vars that steps add to
	writes  map[*types.Var]bool       // variables that the package writes, nil until asked for
	keeps   map[*types.Var]string     // functions that fill map variables, see addWeakMap
	steps   []initStep                // the rest, in order
	pos     token.Pos                 // of the first step
}

// initStep is a part of initialisation that runs: a store of an expression's
// value into static data, or an assignment to variables.
type initStep struct {
	lhs []*types.Var // assignment; empty for a store
	rhs ast.Expr
	// weak is the word behind which the function that makes the assignment stands, if it is linked.
	weak string
	sym  string // store
	off  int64
	typ  types.Type
}

// pkgInit finds out what of a package's variables is static.
func (p *Program) pkgInit(pkg *load.Package) *pkgInit {
	if p.base != nil && p.base.index.pkgOf[pkg.Types] == pkg {
		return p.base.pkgInit(pkg)
	}
	c := &p.ext.inits
	c.mu.Lock()
	if c.by == nil {
		c.by = map[*load.Package]*pkgInit{}
	}
	in := c.by[pkg]
	if in == nil {
		in = &pkgInit{pkg: pkg, vars: map[*types.Var]*staticSym{}, partial: map[*types.Var]bool{}, keeps: map[*types.Var]string{}}
		c.by[pkg] = in
	}
	c.mu.Unlock()
	in.once.Do(func() {
		if p.forgotten {
			in.err = ErrForgotten
			return
		}
		defer catch(nil, &in.err)
		name := p.Names.Init(pkg.Types, -1)
		in.lits = analyseNodes(&builder{p: p, pkg: pkg, info: pkg.Info}, name, name, 0, p.initNodes(pkg)...)
		for _, i := range pkg.Info.InitOrder {
			in.add(p, i)
		}
		if len(in.steps) > 0 {
			in.pos = in.steps[0].rhs.Pos()
		}
	})
	return in
}

// add makes an initialiser static as far as possible. A variable of one expression may be
// partly static: what is not is stored when the package is initialised.
func (in *pkgInit) add(p *Program, i *types.Initializer) {
	if len(i.Lhs) != 1 {
		in.steps = append(in.steps, initStep{lhs: i.Lhs, rhs: i.Rhs})
		return
	}
	v := i.Lhs[0]
	if in.weakMap(p, v, i.Rhs) {
		in.addWeakMap(p, i)
		return
	}
	blank := v.Name() == "_"
	enc := &staticEncoder{p: p, pkg: in.pkg, info: in.pkg.Info, base: p.globalSym(v), globals: true, in: in}
	if blank {
		enc.base = p.Names.Prefix(in.pkg.Types) + "._"
	}
	sym := enc.newSym(enc.base, v.Type())
	if !enc.put(sym, 0, i.Rhs, v.Type()) {
		in.steps = append(in.steps, initStep{lhs: i.Lhs, rhs: i.Rhs})
		return
	}
	if blank {
		if len(enc.steps) > 0 {
			in.steps = append(in.steps, initStep{lhs: i.Lhs, rhs: i.Rhs})
		}
		return
	}
	in.steps = append(in.steps, enc.steps...)
	in.partial[v] = len(enc.steps) > 0
	in.vars[v] = sym
	enc.define()
}

// globalDef defines a package variable: initialised data, or zero.
func (p *Program) globalDef(sym string, g *globalVar) Def {
	return p.define(sym, func() Def {
		if sym == rtcall.ByteValues {
			return p.byteValuesDef()
		}
		return &DataDef{Sym: sym, build: func() ([]*object.Symbol, error) { return p.buildGlobal(sym, g) }}
	})
}

// variableAlign is the alignment of a package variable. Assembly reads tables with vector instructions that want more than the type
// does, and relies on gc's linker, which gives a variable the largest power of two that is at most its size and at most 32.
func variableAlign(m *ssa.MemType) int32 {
	align := m.Align
	for len(m.PtrMask) == 0 && align < 32 && 2*align <= m.Size {
		align *= 2
	}
	return int32(align)
}

func (p *Program) buildGlobal(sym string, g *globalVar) ([]*object.Symbol, error) {
	if e, ok := g.pkg.Embeds[g.v]; ok {
		return p.embedVar(sym, g, e), nil
	}
	in := p.pkgInit(g.pkg)
	if in.err != nil {
		return nil, in.err
	}
	m := p.memType(g.v.Type())
	s := &object.Symbol{
		Name: sym, Kind: object.BSS, Align: variableAlign(m), Size: m.Size,
		PtrMask: m.PtrMask, GoType: p.typeSym(g.v.Type()),
	}
	if c := g.pkg.Counters; c != "" && strings.HasPrefix(g.v.Name(), c) {
		s.Kind = object.CoverCounter
	}
	if st := in.vars[g.v]; st != nil && !st.isZero() {
		s.Kind, s.Data, s.Relocs = object.Data, st.data, st.relocs
	}
	if fn := in.keeps[g.v]; fn != "" {
		s.Relocs = append(s.Relocs, object.Reloc{Kind: object.Keep, Target: fn})
	}
	return []*object.Symbol{s}, nil
}

// initDef defines PKG.init, which runs a package's variable initialisers; nil if sym is no such name.
func (p *Program) initDef(sym string) Def {
	pkg := p.initPkg(sym)
	if pkg == nil {
		return nil
	}
	in := p.pkgInit(pkg)
	return p.define(sym, func() Def {
		d := &FuncDef{Sym: sym, Display: sym, PkgPath: p.Names.Path(pkg.Types), Sig: funcSig(nil), Conv: p.Conv, p: p, pkg: pkg}
		d.Pragma = p.pkgPragma(pkg)
		if len(in.steps) > 0 {
			d.Pos = in.pos
		}
		d.make = func(b *builder) { b.initBody(in) }
		return d
	})
}

// pkgPragma is what compiler-made functions of a package carry.
func (p *Program) pkgPragma(pkg *load.Package) ssa.Pragma {
	if IsRuntimePath(pkg.Path) {
		return ssa.RuntimeFunc
	}
	return 0
}

// initPkg finds the package whose variables the function sym initialises.
func (p *Program) initPkg(sym string) *load.Package {
	const suffix = ".init"
	if len(sym) <= len(suffix) || sym[len(sym)-len(suffix):] != suffix {
		return nil
	}
	for _, pkg := range p.Load.Packages {
		if pkg.Types != nil && p.Names.Init(pkg.Types, -1) == sym {
			return pkg
		}
	}
	return nil
}

// initBody runs the dynamic initialisers in order.
func (b *builder) initBody(in *pkgInit) {
	if in.err != nil {
		b.fail(token.NoPos, "%v", in.err)
	}
	b.params()
	b.fi = in.lits
	for _, s := range in.steps {
		if b.cur == nil {
			break
		}
		b.setPos(s.rhs.Pos())
		if s.weak != "" {
			b.callWeak(s.weak)
			continue
		}
		b.initStep(s)
	}
	b.ret(nil)
}

// initNodes are all initialisers in order of source, which is how their function literals are numbered.
func (p *Program) initNodes(pkg *load.Package) []ast.Node {
	var list []ast.Node
	for _, f := range pkg.Files {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, spec := range g.Specs {
				for _, e := range spec.(*ast.ValueSpec).Values {
					list = append(list, e)
				}
			}
		}
	}
	return list
}

func (b *builder) initStep(s initStep) {
	switch {
	case len(s.lhs) == 0:
		v := b.exprTo(s.rhs, s.typ)
		b.store(b.opA(ssa.OpGlobalAddr, ssa.Ptr, s.off, s.sym), v)
	case len(s.lhs) == 1:
		v := b.exprTo(s.rhs, s.lhs[0].Type())
		b.storeGlobal(s.lhs[0], v)
	default:
		for i, v := range b.exprMulti(s.rhs) {
			b.storeGlobal(s.lhs[i], b.convert(v, s.lhs[i].Type(), s.rhs.Pos()))
		}
	}
}

func (b *builder) storeGlobal(v *types.Var, x val) {
	if v.Name() != "_" {
		b.store(b.globalAddr(b.p.globalSym(v)), x)
	}
}

// initsDef defines a list of all initialisers of the runtime's packages, or of the others.
func (p *Program) initsDef(sym string) Def {
	return p.define(sym, func() Def {
		d := p.wrapper(sym, rtcall.InitFrame, funcSig(nil))
		d.Pragma = ssa.RuntimeFunc
		if f := p.index.funcs[sym]; f != nil {
			d.Pos, d.End = f.pos, f.end
		}
		d.make = func(b *builder) {
			b.params()
			b.setPos(d.Pos)
			for _, in := range p.initList(sym == symRuntimeInits) {
				for _, fn := range in.funcs {
					b.callFunc(fn, funcSig(nil), nil)
				}
				b.rt("inited", b.stringConst(in.path, tString).s...)
			}
			b.ret(nil)
		}
		return d
	})
}

// packageInit names the functions that initialise a package.
type packageInit struct {
	path  string
	funcs []string
}

// initList lists packages that have to be initialised, in order: load gives packages as Go initialises them.
func (p *Program) initList(ofRuntime bool) []packageInit {
	inner := p.runtimeDeps()
	var list []packageInit
	for _, pkg := range p.Load.Packages {
		if pkg.Types == nil || inner[pkg] != ofRuntime {
			continue
		}
		if funcs := p.pkgInits(pkg); len(funcs) > 0 {
			list = append(list, packageInit{pkg.Types.Path(), funcs})
		}
	}
	return list
}

// pkgInits lists the functions that initialise a package.
func (p *Program) pkgInits(pkg *load.Package) []string {
	if p.base != nil && p.base.index.pkgOf[pkg.Types] == pkg {
		return p.base.pkgInits(pkg)
	}
	if list, ok := p.KnownInits(pkg); ok {
		return list
	}
	list, ok := []string(nil), false
	if p.InitFuncs != nil {
		list, ok = p.InitFuncs(pkg)
	}
	if !ok {
		if in := p.pkgInit(pkg); len(in.steps) > 0 || in.err != nil {
			list = append(list, p.Names.Init(pkg.Types, -1))
		}
		for _, f := range p.index.inits[pkg] {
			list = append(list, f.sym)
		}
	}
	p.initFns.Store(pkg, list)
	return list
}

// runtimeDeps are the runtime and all it imports.
func (p *Program) runtimeDeps() map[*load.Package]bool {
	deps := map[*load.Package]bool{}
	var visit func(pkg *load.Package)
	visit = func(pkg *load.Package) {
		if pkg == nil || deps[pkg] {
			return
		}
		deps[pkg] = true
		for _, i := range pkg.Imports {
			visit(i)
		}
	}
	visit(p.Load.ByPath["runtime"])
	return deps
}
