package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"strata/internal/ssa"
)

// constOf gives the value of a constant expression, nil for others.
func (b *builder) constOf(e ast.Expr) constant.Value { return b.info.Types[e].Value }

// elemOf is the i-th element of an array value.
func (b *builder) elemOf(v val, i int64) val {
	elem := under(v.t).(*types.Array).Elem()
	if v.inMem() {
		return b.loadOff(v.addr, i*b.p.sizeof(elem), elem)
	}
	n := len(b.p.scalarsOf(elem))
	first := int(i) * n
	return val{t: elem, s: v.s[first : first+n]}
}

// typePtr is the address of a type's descriptor.
func (b *builder) typePtr(t types.Type) *ssa.Value { return b.globalAddr(b.p.typeSym(t)) }

// runtimeType finds a type of the runtime by package path and name.
func (p *Program) runtimeType(path, name string) types.Type {
	pkg := p.Load.ByPath[path]
	if pkg != nil && pkg.Types != nil {
		if obj := pkg.Types.Scope().Lookup(name); obj != nil {
			return obj.Type()
		}
	}
	panic(&lowerError{token.NoPos, "the runtime does not define the type " + path + "." + name})
}

// callIface calls a method through an interface value.
func (b *builder) callIface(recv val, fn *types.Func, args []val) []val {
	c := callee{iface: true, fn: fn, val: recv}
	return b.invoke(&c, args)
}

// opVals computes x op y for the operators of assignments.
func (b *builder) opVals(op token.Token, x, y val, pos token.Pos) val {
	b.setPos(pos)
	if op == token.SHL || op == token.SHR {
		return b.shift(op, x, y)
	}
	return b.binary(op, x, y, x.t)
}
