package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

// copyOf writes the value of a package variable that has only static data and
// is never written: var Cc = _Cc. Strings are left out, since the linker may set them (-X).
func (c *staticEncoder) copyOf(s *staticSym, off int64, id *ast.Ident) bool {
	v, ok := c.info.Uses[id].(*types.Var)
	if !ok || !c.globals || v.Pkg() != c.pkg.Types || !isGlobal(v) || isString(v.Type()) {
		return false
	}
	from := c.in.vars[v]
	if from == nil || c.in.partial[v] || c.in.written(v) {
		return false
	}
	if from.data != nil {
		copy(c.bytes(s)[off:], from.data)
	}
	for _, r := range from.relocs {
		r.Off += int32(off)
		s.relocs = append(s.relocs, r)
	}
	return true
}

// written tells whether the package assigns a variable or takes its address. All files are
// looked through when this is first asked.
func (in *pkgInit) written(v *types.Var) bool {
	if in.writes == nil {
		w := &writeFinder{info: in.pkg.Info, vars: map[*types.Var]bool{}}
		for _, f := range in.pkg.Files {
			ast.Inspect(f, w.node)
		}
		in.writes = w.vars
	}
	return in.writes[v]
}

// writeFinder collects the package variables that are assigned or whose address is taken.
type writeFinder struct {
	info *types.Info
	vars map[*types.Var]bool
}

func (w *writeFinder) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		for _, l := range n.Lhs {
			w.mark(l)
		}
	case *ast.IncDecStmt:
		w.mark(n.X)
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			w.mark(n.Key)
			w.mark(n.Value)
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			w.mark(n.X)
		}
	case *ast.SliceExpr:
		w.mark(n.X)
	case *ast.SelectorExpr:
		if sel := w.info.Selections[n]; sel != nil && sel.Kind() == types.MethodVal {
			w.mark(n.X)
		}
	}
	return true
}

// mark notes the variable that an operand is a part of. What lies behind a pointer or slice is none of its
// memory, but the few variables excluded by mistake only cost code.
func (w *writeFinder) mark(e ast.Expr) {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			if w.info.Selections[x] == nil {
				e = x.Sel
			} else {
				e = x.X
			}
		case *ast.Ident:
			if v, ok := w.info.Uses[x].(*types.Var); ok {
				w.vars[v] = true
			}
			return
		default:
			return
		}
	}
}
