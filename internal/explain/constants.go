package explain

import (
	"go/ast"
	"go/token"
	"go/types"
)

// constants finds the variables declared in f that are a constant all their life: they are declared with one, and
// neither assigned to nor is their address taken.
func (p *printer) constants(f *Func) map[*types.Var]types.TypeAndValue {
	if found, ok := p.fixed[f]; ok {
		return found
	}
	c := constantFinder{info: f.Pkg.Info, found: map[*types.Var]types.TypeAndValue{}}
	ast.Inspect(f.body(), c.declared)
	ast.Inspect(f.body(), c.changed)
	if p.fixed == nil {
		p.fixed = map[*Func]map[*types.Var]types.TypeAndValue{}
	}
	p.fixed[f] = c.found
	return c.found
}

type constantFinder struct {
	info  *types.Info
	found map[*types.Var]types.TypeAndValue
}

// declared notes variables that are declared with a constant.
func (c *constantFinder) declared(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE && len(n.Lhs) == len(n.Rhs) {
			for i, l := range n.Lhs {
				c.declare(l.(*ast.Ident), n.Rhs[i])
			}
		}
	case *ast.ValueSpec:
		if len(n.Names) == len(n.Values) {
			for i, id := range n.Names {
				c.declare(id, n.Values[i])
			}
		}
	}
	return true
}

func (c *constantFinder) declare(id *ast.Ident, value ast.Expr) {
	v, ok := c.info.Defs[id].(*types.Var)
	if tv := c.info.Types[value]; ok && tv.Value != nil && !types.IsInterface(v.Type()) {
		tv.Type = v.Type()
		c.found[v] = tv
	}
}

// changed drops variables that may change.
func (c *constantFinder) changed(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		for _, l := range n.Lhs {
			c.drop(l)
		}
	case *ast.IncDecStmt:
		c.drop(n.X)
	case *ast.RangeStmt:
		c.drop(n.Key)
		c.drop(n.Value)
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			c.drop(n.X)
		}
	}
	return true
}

func (c *constantFinder) drop(e ast.Expr) {
	if e == nil {
		return
	}
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		if v, ok := c.info.Uses[id].(*types.Var); ok {
			delete(c.found, v)
		}
	}
}
