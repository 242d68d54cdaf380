package lower

import (
	"go/ast"
	"go/types"

	"strata/internal/ssa"
)

// unsafeBuiltin lowers functions of package unsafe.
func (b *builder) unsafeBuiltin(e *ast.CallExpr, name string) []val {
	switch name {
	case "Sizeof":
		return []val{scalarVal(tUintptr, b.int(b.p.sizeof(b.typeOf(e.Args[0]))))}
	case "Alignof":
		return []val{scalarVal(tUintptr, b.int(b.p.alignof(b.typeOf(e.Args[0]))))}
	case "Offsetof":
		return []val{scalarVal(tUintptr, b.int(b.offsetof(e.Args[0])))}
	}
	vals := b.builtinArgs(e)
	b.setPos(e.Pos())
	t := b.typeOf(e)
	switch name {
	case "Add":
		return []val{scalarVal(t, b.op(ssa.OpAddPtr, ssa.Ptr, vals[0].s[0], b.toInt64(vals[1])))}
	case "Slice":
		return []val{b.unsafeSlice(vals[0], vals[1], t)}
	case "SliceData":
		return []val{scalarVal(t, vals[0].s[0])}
	case "String":
		return []val{b.unsafeString(vals[0], vals[1], t)}
	case "StringData":
		return []val{scalarVal(t, vals[0].s[0])}
	}
	b.fail(e.Pos(), "builtin %s is not supported", name)
	return nil
}

// offsetof is the offset of a field selected from a type that depends on type arguments.
func (b *builder) offsetof(e ast.Expr) int64 {
	sel := b.info.Selections[ast.Unparen(e).(*ast.SelectorExpr)]
	t := b.typ(sel.Recv())
	off := int64(0)
	for _, i := range sel.Index() {
		if isPointer(t) {
			t, off = pointee(t), 0
		}
		st := under(t).(*types.Struct)
		off += b.p.fieldOff(st, i)
		t = st.Field(i).Type()
	}
	return off
}

// unsafeSlice checks length, size and nil as the spec demands.
func (b *builder) unsafeSlice(p, n val, t types.Type) val {
	k := b.toInt64(n)
	size := b.p.sizeof(under(t).(*types.Slice).Elem())
	b.unsafeChecks(p.s[0], k, size, "panicunsafeslicelen", "panicunsafeslicenilptr")
	return val{t: t, s: []*ssa.Value{p.s[0], k, k}}
}

func (b *builder) unsafeString(p, n val, t types.Type) val {
	k := b.toInt64(n)
	b.unsafeChecks(p.s[0], k, 1, "panicunsafestringlen", "panicunsafestringnilptr")
	return val{t: t, s: []*ssa.Value{p.s[0], k}}
}

// unsafeChecks makes sure that 0 <= n, that n elements end inside the address space, and that p is not nil unless n is 0.
func (b *builder) unsafeChecks(p, n *ssa.Value, size int64, badLen, nilPtr string) {
	if n.Op != ssa.OpConst || n.AuxInt < 0 {
		b.check(b.op(ssa.OpLe, ssa.Bool, b.int(0), n), badLen)
	}
	if size > 0 {
		// n <= -p/size as unsigned numbers, and all of the address space for nil.
		room := b.op(ssa.OpNeg, ssa.I64, b.op(ssa.OpPtrToInt, ssa.I64, p))
		isNil := b.op(ssa.OpEq, ssa.Bool, p, b.nilPtr())
		if size == 1 {
			fits := b.op(ssa.OpLeU, ssa.Bool, n, room)
			b.check(b.op(ssa.OpOr, ssa.Bool, fits, isNil), badLen)
		} else {
			fits := b.op(ssa.OpLeU, ssa.Bool, n, b.op(ssa.OpDivU, ssa.I64, room, b.int(size)))
			b.check(b.op(ssa.OpOr, ssa.Bool, fits, isNil), badLen)
		}
	}
	b.check(b.op(ssa.OpOr, ssa.Bool, b.op(ssa.OpNe, ssa.Bool, p, b.nilPtr()), b.op(ssa.OpEq, ssa.Bool, n, b.int(0))), nilPtr)
}
