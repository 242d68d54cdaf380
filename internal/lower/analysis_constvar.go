package lower

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
)

// constVar is a variable that is declared with a function literal or a constant as its value.
type constVar struct {
	v     *types.Var
	lit   *ast.FuncLit
	value constant.Value
	holds types.Type // or that is an interface and declared with a value of this type
}

// constVar notes that id is declared with value e, if that is a function literal or a constant, or gets into an interface.
func (a *analysis) constVar(id *ast.Ident, e ast.Expr) {
	v, _ := a.info.Defs[id].(*types.Var)
	if v == nil {
		return
	}
	if lit, ok := ast.Unparen(e).(*ast.FuncLit); ok {
		a.constVars = append(a.constVars, constVar{v: v, lit: lit})
	}
	inIface := isInterface(a.typ(v.Type()))
	tv := a.info.Types[e]
	if tv.Value != nil && !inIface {
		a.constVars = append(a.constVars, constVar{v: v, value: tv.Value})
	}
	if inIface && tv.IsValue() && !tv.IsNil() && !isInterface(a.typ(tv.Type)) {
		a.constVars = append(a.constVars, constVar{v: v, holds: types.Default(tv.Type)})
	}
}

// constantVars takes variables off the captures of closures whose only value is a constant, or a literal that captures
// nothing: inner functions make that value themselves, and calls of it are calls of a known function. A literal that
// then captures nothing makes its own variable such a one.
func (a *analysis) constantVars() {
	for again := len(a.constVars) > 0; again; {
		again = false
		for _, cv := range a.constVars {
			vi := a.vars[cv.v]
			if vi == nil || !vi.byValue() {
				continue
			}
			if cv.holds != nil {
				vi.holds = cv.holds
				continue
			}
			if cv.lit != nil && len(a.lits[cv.lit].captures) > 0 {
				continue
			}
			vi.value = cv.value
			if !vi.captured {
				continue
			}
			vi.captured, again = false, true
			if cv.lit != nil {
				vi.lit = a.lits[cv.lit]
			}
			for _, g := range a.lits {
				g.makeConstant(cv.v)
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
