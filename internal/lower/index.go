package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"strings"

	"strata/internal/load"
	"strata/internal/rtcall"
	"strata/internal/ssa"
	"strata/internal/symname"
)

// funcDecl is a declared function of the source.
type funcDecl struct {
	fn       *types.Func
	decl     *ast.FuncDecl // nil once the program's syntax is forgotten
	pkg      *load.Package
	sym      string // with linkname applied; empty for generic functions
	body     bool   // it has one
	pos, end token.Pos
	pragmas  ssa.Pragma // of its directives
	imported []string   // the module and the name that go:wasmimport gives
}

// globalVar is a package variable of the source.
type globalVar struct {
	v   *types.Var
	pkg *load.Package
}

// index finds the source's functions and variables. It is immutable.
type index struct {
	pkgOf  map[*types.Package]*load.Package
	declOf map[*types.Func]*funcDecl
	symOf  map[*types.Func]string
	funcs  map[string]*funcDecl // by symbol: those with bodies win
	varSym map[*types.Var]string
	vars   map[string]*globalVar
	linked map[string]bool // symbols that linkname directives mention
	inits  map[*load.Package][]*funcDecl
	// initNo is the number of each function init inside its package.
	initNo map[*funcDecl]int
}

// newIndex indexes p's packages, over what p's base has indexed.
func newIndex(p *Program) *index {
	x := &index{
		pkgOf:  map[*types.Package]*load.Package{},
		declOf: map[*types.Func]*funcDecl{},
		symOf:  map[*types.Func]string{},
		funcs:  map[string]*funcDecl{},
		varSym: map[*types.Var]string{},
		vars:   map[string]*globalVar{},
		linked: map[string]bool{},
		inits:  map[*load.Package][]*funcDecl{},
		initNo: map[*funcDecl]int{},
	}
	if p.base != nil {
		x = p.base.index.clone()
	}
	for _, pkg := range p.Load.Packages {
		if x.pkgOf[pkg.Types] == nil {
			x.addPackage(p.Names, pkg)
		}
	}
	return x
}

func (x *index) clone() *index {
	return &index{
		pkgOf: maps.Clone(x.pkgOf), declOf: maps.Clone(x.declOf), symOf: maps.Clone(x.symOf), funcs: maps.Clone(x.funcs),
		varSym: maps.Clone(x.varSym), vars: maps.Clone(x.vars), linked: maps.Clone(x.linked), inits: maps.Clone(x.inits),
		initNo: maps.Clone(x.initNo),
	}
}

func (x *index) addPackage(names *symname.Namer, pkg *load.Package) {
	if pkg.Types == nil || pkg.Info == nil {
		return
	}
	x.pkgOf[pkg.Types] = pkg
	links := map[string]string{}
	for _, l := range pkg.Linknames {
		if l.OneArg {
			x.linked[names.Prefix(pkg.Types)+"."+l.Local] = true
			continue
		}
		target := escapeTarget(l.Target)
		links[l.Local] = target
		x.linked[target] = true
	}
	for _, file := range pkg.Files {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				x.addFunc(names, pkg, d, links)
			case *ast.GenDecl:
				x.addVars(names, pkg, d, links)
			}
		}
	}
}

// escapeTarget makes a symbol of a linkname target, which spells import paths as they are.
func escapeTarget(s string) string {
	slash := strings.LastIndexByte(s, '/')
	// The path ends at the first dot behind the last slash; escaped dots are written as %2e already.
	dot := strings.IndexByte(s[slash+1:], '.')
	if dot < 0 {
		return s
	}
	dot += slash + 1
	return symname.EscapePath(s[:dot]) + s[dot:]
}

func (x *index) addFunc(names *symname.Namer, pkg *load.Package, d *ast.FuncDecl, links map[string]string) {
	fn, _ := pkg.Info.Defs[d.Name].(*types.Func)
	if fn == nil || d.Name.Name == "_" {
		return
	}
	f := &funcDecl{fn: fn, decl: d, pkg: pkg, body: d.Body != nil, pos: d.Pos(), end: d.End()}
	for _, dir := range pkg.Pragmas[d] {
		f.pragmas |= pragmaBits[dir.Name]
		if words := strings.Fields(dir.Args); dir.Name == "go:wasmimport" && len(words) == 2 {
			f.imported = words
		}
	}
	x.declOf[fn] = f
	if isGeneric(fn) {
		return
	}
	linked := false
	switch {
	case d.Recv == nil && d.Name.Name == "init":
		n := len(x.inits[pkg])
		x.inits[pkg] = append(x.inits[pkg], f)
		x.initNo[f] = n
		f.sym = names.Init(pkg.Types, n)
	default:
		f.sym, _ = names.Func(fn, nil)
		local := strings.TrimPrefix(f.sym, names.Prefix(pkg.Types)+".")
		if target, ok := links[local]; ok {
			f.sym, linked = target, true
		}
	}
	x.symOf[fn] = f.sym
	if old := x.funcs[f.sym]; old == nil || f.defines(!linked, old) {
		x.funcs[f.sym] = f
	}
}

// defines tells whether f says more about their symbol than old does, a declaration seen before: one with a body does, then
// one under its own name, whose signature is that of the assembly behind it. What others declare to pull the symbol may differ.
func (f *funcDecl) defines(own bool, old *funcDecl) bool {
	return !old.body && (f.body || own)
}

// isGeneric tells whether fn needs type arguments.
func isGeneric(fn *types.Func) bool {
	sig := fn.Signature()
	return sig.TypeParams().Len() > 0 || sig.RecvTypeParams().Len() > 0
}

func (x *index) addVars(names *symname.Namer, pkg *load.Package, d *ast.GenDecl, links map[string]string) {
	for _, spec := range d.Specs {
		vs, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for _, id := range vs.Names {
			v, _ := pkg.Info.Defs[id].(*types.Var)
			if v == nil || id.Name == "_" {
				continue
			}
			sym := names.Global(v)
			if target, ok := links[id.Name]; ok {
				sym = target
			}
			x.varSym[v] = sym
			// Of several tentative definitions the one with an initialiser wins.
			if old := x.vars[sym]; old == nil || len(vs.Values) > 0 {
				x.vars[sym] = &globalVar{v, pkg}
			}
		}
	}
}

var pragmaBits = map[string]ssa.Pragma{
	"go:nosplit":            ssa.NoSplit,
	"go:noinline":           ssa.NoInline,
	"go:noescape":           ssa.NoEscape,
	"go:systemstack":        ssa.SystemStack,
	"go:nowritebarrier":     ssa.NoWriteBarrier,
	"go:nowritebarrierrec":  ssa.NoWriteBarrierRec | ssa.NoWriteBarrier,
	"go:yeswritebarrierrec": ssa.YesWriteBarrierRec,
	"go:uintptrescapes":     ssa.UintptrEscapes,
	"go:uintptrkeepalive":   ssa.UintptrKeepAlive,
	"go:norace":             ssa.NoRace,
}

// pragma collects the directives of a declaration.
func (x *index) pragma(f *funcDecl) ssa.Pragma {
	p := f.pragmas
	if x.linked[f.sym] {
		p |= ssa.Linknamed
	}
	if IsRuntimePath(f.pkg.Path) {
		p |= ssa.RuntimeFunc
	}
	if rtcall.Has(f.sym, rtcall.Transparent) {
		p |= ssa.WrapperFunc
	}
	return p
}

// IsRuntimePath tells whether a package belongs to the runtime: its functions are not preempted asynchronously.
func IsRuntimePath(path string) bool {
	return path == "runtime" || strings.HasPrefix(path, "runtime/internal/") || strings.HasPrefix(path, "internal/runtime/")
}
