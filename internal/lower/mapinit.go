package lower

import (
	"fmt"
	"go/ast"
	"go/types"

	"strata/internal/object"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// Big map literals of package variables are filled by functions of their own,
// which are linked only if the variable is: the variable's symbol keeps the
// function, while the package's initialiser calls it through a word that the
// linker leaves pointing to runtime.unreachableMethod otherwise. So a
// program that never looks at unicode.Scripts does not carry its tables.

// minWeakMap is the least number of elements that is worth the indirection.
const minWeakMap = 20

// weakMap tells whether an initialiser may be left out with its variable: it is
// a big map literal whose evaluation nobody can notice.
func (in *pkgInit) weakMap(p *Program, v *types.Var, rhs ast.Expr) bool {
	lit, ok := ast.Unparen(rhs).(*ast.CompositeLit)
	if !ok || len(lit.Elts) < minWeakMap || v.Name() == "_" || p.index.funcs[rtcall.Unreachable] == nil {
		return false
	}
	m, ok := under(in.pkg.Info.Types[lit].Type).(*types.Map)
	return ok && p.reflexive(m.Key()) && in.unnoticed(lit)
}

// unnoticed tells whether an expression has no effects and cannot panic.
func (in *pkgInit) unnoticed(e ast.Expr) bool {
	e = ast.Unparen(e)
	tv := in.pkg.Info.Types[e]
	if tv.Value != nil || tv.IsType() || tv.IsNil() {
		return true
	}
	switch e := e.(type) {
	case *ast.Ident, *ast.FuncLit:
		return true
	case *ast.SelectorExpr:
		return in.pkg.Info.Selections[e] == nil
	case *ast.UnaryExpr:
		lit, ok := ast.Unparen(e.X).(*ast.CompositeLit)
		return ok && in.unnoticed(lit)
	case *ast.CallExpr:
		return in.pkg.Info.Types[ast.Unparen(e.Fun)].IsType() && in.plainConversion(e)
	case *ast.CompositeLit:
		for _, el := range e.Elts {
			if kv, ok := el.(*ast.KeyValueExpr); ok {
				if _, isStruct := under(in.pkg.Info.Types[e].Type).(*types.Struct); !isStruct && !in.unnoticed(kv.Key) {
					return false
				}
				el = kv.Value
			}
			if !in.unnoticed(el) {
				return false
			}
		}
		return true
	}
	return false
}

// plainConversion leaves out conversions of slices to arrays, which may panic.
func (in *pkgInit) plainConversion(e *ast.CallExpr) bool {
	_, slice := under(in.pkg.Info.Types[e.Args[0]].Type).(*types.Slice)
	return !slice && in.unnoticed(e.Args[0])
}

// mapInit stands between package and number in the name of a function that fills a map.
const mapInit = ".map.init."

// addWeakMap makes the function that fills a map, and the word through which it is called.
func (in *pkgInit) addWeakMap(p *Program, i *types.Initializer) {
	sym := fmt.Sprintf("%s%s%d", p.Names.Prefix(in.pkg.Types), mapInit, len(in.keeps))
	in.keeps[i.Lhs[0]] = sym
	step := initStep{lhs: i.Lhs, rhs: i.Rhs}
	p.define(sym, func() Def {
		d := &FuncDef{Sym: sym, Display: sym, PkgPath: p.Names.Path(in.pkg.Types), Sig: funcSig(nil), Conv: p.Conv, p: p, pkg: in.pkg}
		d.Pragma = p.pkgPragma(in.pkg) | ssa.NoInline
		d.Pos = i.Rhs.Pos()
		d.make = func(b *builder) {
			b.params()
			b.fi = in.lits
			b.initStep(step)
			b.ret(nil)
		}
		return d
	})
	word := sym + "..weak"
	p.defineData(word, func() ([]*object.Symbol, error) {
		return []*object.Symbol{{
			Name: word, Kind: object.ROData, Align: 8, Size: 8, Data: make([]byte, 8),
			Relocs: []object.Reloc{{Kind: object.MethodAbs64, Target: sym}},
		}}, nil
	})
	step.weak = word
	in.steps = append(in.steps, step)
}

// callWeak calls the function behind a word unless it was not linked. The word is a closure as well.
func (b *builder) callWeak(word string) {
	call, done := b.newBlock(), b.newBlock()
	w := b.globalAddr(word)
	code := b.opI(ssa.OpLoad, ssa.Ptr, 0, w)
	b.branch(b.op(ssa.OpNe, ssa.Bool, code, b.codeAddr(rtcall.Unreachable)), call, done, ssa.Unknown)
	b.next(call)
	b.callClosure(scalarVal(funcSig(nil), w), nil)
	b.jump(done)
	b.next(done)
}
