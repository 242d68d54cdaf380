package lower

import (
	"go/ast"
	"go/types"
	"slices"
)

// funcVar is a variable that is declared with a function literal as its value.
type funcVar struct {
	v   *types.Var
	lit *ast.FuncLit
}

// funcVar notes that id is declared with value e, if that is a function literal.
func (a *analysis) funcVar(id *ast.Ident, e ast.Expr) {
	lit, _ := ast.Unparen(e).(*ast.FuncLit)
	if v, _ := a.info.Defs[id].(*types.Var); v != nil && lit != nil {
		a.funcVars = append(a.funcVars, funcVar{v, lit})
	}
}

// constantFuncs takes variables off the captures of closures whose only value is a literal that captures nothing:
// inner functions make that value themselves, and calls of it are calls of a known function. A literal that
// then captures nothing makes its own variable such a one.
func (a *analysis) constantFuncs() {
	for again := len(a.funcVars) > 0; again; {
		again = false
		for _, fv := range a.funcVars {
			vi, lit := a.vars[fv.v], a.lits[fv.lit]
			if vi == nil || !vi.captured || !vi.byValue() || len(lit.captures) > 0 {
				continue
			}
			vi.captured, vi.lit, again = false, lit, true
			for _, g := range a.lits {
				g.makeConstant(fv.v)
			}
		}
	}
}

// makeConstant takes v off f's captures.
func (f *funcInfo) makeConstant(v *types.Var) {
	i, ok := f.capIndex[v]
	if !ok {
		return
	}
	f.constants = append(f.constants, v)
	f.captures = slices.Delete(f.captures, i, i+1)
	delete(f.capIndex, v)
	for j, w := range f.captures {
		f.capIndex[w] = j
	}
}
