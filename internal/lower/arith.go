package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"strata/internal/ssa"
)

// binaryExpr lowers x op y.
func (b *builder) binaryExpr(e *ast.BinaryExpr) val {
	switch e.Op {
	case token.LAND, token.LOR:
		return b.logical(e)
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return scalarVal(b.typeOf(e), b.comparison(e))
	case token.SHL, token.SHR:
		x := b.exTo(e.X, b.typeOf(e))
		y := b.shiftCount(e.Y)
		b.setPos(e.OpPos)
		return b.shift(e.Op, x, y)
	}
	t := b.typeOf(e)
	if isString(t) {
		return b.concat(e)
	}
	x := b.exTo(e.X, t)
	y := b.exTo(e.Y, t)
	b.setPos(e.OpPos)
	return b.binary(e.Op, x, y, t)
}

// binary computes x op y for operands of type t; shifts see shift.
func (b *builder) binary(op token.Token, x, y val, t types.Type) val {
	switch {
	case isString(t):
		return b.concatVals(t, []val{x, y})
	case isComplex(t):
		return b.complexOp(op, x, y, t)
	}
	return scalarVal(t, b.arith(op, x.scalar(), y.scalar(), t))
}

func (b *builder) arith(op token.Token, x, y *ssa.Value, t types.Type) *ssa.Value {
	m := x.Type
	switch op {
	case token.ADD:
		return b.op(ssa.OpAdd, m, x, y)
	case token.SUB:
		return b.op(ssa.OpSub, m, x, y)
	case token.MUL:
		return b.op(ssa.OpMul, m, x, y)
	case token.QUO, token.REM:
		return b.divide(op, x, y, t)
	case token.AND:
		return b.op(ssa.OpAnd, m, x, y)
	case token.OR:
		return b.op(ssa.OpOr, m, x, y)
	case token.XOR:
		return b.op(ssa.OpXor, m, x, y)
	case token.AND_NOT:
		return b.op(ssa.OpAnd, m, x, b.op(ssa.OpNot, m, y))
	}
	b.fail(b.at.P, "operator %s is not supported", op)
	return nil
}

func (b *builder) divide(op token.Token, x, y *ssa.Value, t types.Type) *ssa.Value {
	m := x.Type
	if isFloat(t) {
		return b.op(ssa.OpDiv, m, x, y)
	}
	if y.Op != ssa.OpConst || y.AuxInt == 0 {
		b.check(b.op(ssa.OpNe, ssa.Bool, y, b.constInt(m, 0)), "panicdivide")
	}
	o := ssa.OpDiv
	switch unsigned := isUnsigned(t); {
	case op == token.QUO && unsigned:
		o = ssa.OpDivU
	case op == token.REM && unsigned:
		o = ssa.OpModU
	case op == token.REM:
		o = ssa.OpMod
	}
	return b.op(o, m, x, y)
}

// shiftCount evaluates a count; an untyped constant may be written as a float or complex number.
func (b *builder) shiftCount(e ast.Expr) val {
	if tv := b.info.Types[e]; tv.Value != nil && !isInteger(b.typ(tv.Type)) {
		return b.constant(tv.Value, types.Typ[types.Uint])
	}
	return b.ex(e)
}

// shift computes x << y or x >> y.
func (b *builder) shift(op token.Token, x, y val) val {
	v, n := x.scalar(), y.scalar()
	o := ssa.OpShl
	if op == token.SHR {
		o = ssa.OpSar
		if isUnsigned(x.t) {
			o = ssa.OpShr
		}
	}
	if n.Op == ssa.OpConst {
		k := extendConst(n.AuxInt, n.Type, isUnsigned(y.t))
		if k < 0 && !isUnsigned(y.t) {
			// A value that happens to be known, not a constant expression: types have checked those.
			b.check(b.constInt(ssa.Bool, 0), "panicshift")
		}
		known := int64(0)
		if uint64(k) < uint64(v.Type.Bits()) {
			known = 1
		}
		return scalarVal(x.t, b.opI(o, v.Type, known, v, b.int(k)))
	}
	if !isUnsigned(y.t) {
		b.check(b.op(ssa.OpLe, ssa.Bool, b.constInt(n.Type, 0), n), "panicshift")
	}
	return scalarVal(x.t, b.op(o, v.Type, v, n))
}

// logical computes the value of x && y or x || y.
func (b *builder) logical(e *ast.BinaryExpr) val {
	t := b.typeOf(e)
	x := b.newVar(tBool)
	yes, no, done := b.newBlock(), b.newBlock(), b.newBlock()
	b.cond(e, yes, no, ssa.Unknown)
	for _, c := range []struct {
		blk *ssa.Block
		v   int64
	}{{yes, 1}, {no, 0}} {
		b.next(c.blk)
		if b.cur != nil {
			b.writeVar(x, scalarVal(tBool, b.constInt(ssa.Bool, c.v)))
			b.jump(done)
		}
	}
	b.next(done)
	return b.readVar(x).as(t)
}

// cond branches on a condition without making its value.
func (b *builder) cond(e ast.Expr, t, f *ssa.Block, likely ssa.Likely) {
	e = ast.Unparen(e)
	if tv := b.info.Types[e]; tv.Value == nil && b.hoisted[e].s == nil {
		switch x := e.(type) {
		case *ast.UnaryExpr:
			if x.Op == token.NOT {
				b.cond(x.X, f, t, -likely)
				return
			}
		case *ast.BinaryExpr:
			if x.Op == token.LAND || x.Op == token.LOR {
				b.condLogical(x, t, f)
				return
			}
		}
	}
	v := b.expr(e).scalar()
	b.branch(v, t, f, likely)
}

func (b *builder) condLogical(e *ast.BinaryExpr, t, f *ssa.Block) {
	rest := b.newBlock()
	if e.Op == token.LAND {
		b.cond(e.X, rest, f, ssa.Unknown)
	} else {
		b.cond(e.X, t, rest, ssa.Unknown)
	}
	b.next(rest)
	if b.cur != nil {
		b.setPos(e.Y.Pos())
		b.edge()
		b.cond(e.Y, t, f, ssa.Unknown)
	}
}

// comparison lowers x == y and its kin.
func (b *builder) comparison(e *ast.BinaryExpr) *ssa.Value {
	tx, ty := b.typeOf(e.X), b.typeOf(e.Y)
	if e.Op == token.EQL || e.Op == token.NEQ {
		eq := b.equality(e, tx, ty)
		if e.Op == token.NEQ {
			return b.not(eq)
		}
		return eq
	}
	t := tx
	if hasBasic(tx, types.IsUntyped) {
		t = ty
	}
	x := b.compared(e.X, types.Default(t))
	y := b.compared(e.Y, types.Default(t))
	b.setPos(e.OpPos)
	return b.ordered(e.Op, x, y)
}

// not negates a condition, looking through an earlier comparison.
func (b *builder) not(v *ssa.Value) *ssa.Value {
	switch {
	case v.Op == ssa.OpConst:
		return b.constInt(ssa.Bool, v.AuxInt^1)
	case v.Op == ssa.OpEq && v.Uses == 0:
		v.Op = ssa.OpNe
		return v
	}
	return b.op(ssa.OpNot, ssa.Bool, v)
}

// ordered compares integers, floats or strings.
func (b *builder) ordered(op token.Token, x, y val) *ssa.Value {
	if isString(x.t) {
		c := b.rt1("cmpstring", x.s[0], x.s[1], y.s[0], y.s[1])
		return b.orderedScalars(op, c, b.int(0), false)
	}
	return b.orderedScalars(op, x.scalar(), y.scalar(), isUnsigned(x.t))
}

func (b *builder) orderedScalars(op token.Token, x, y *ssa.Value, unsigned bool) *ssa.Value {
	if op == token.GTR || op == token.GEQ {
		x, y = y, x
	}
	o := ssa.OpLt
	switch less := op == token.LSS || op == token.GTR; {
	case less && unsigned:
		o = ssa.OpLtU
	case !less && unsigned:
		o = ssa.OpLeU
	case !less:
		o = ssa.OpLe
	}
	return b.op(o, ssa.Bool, x, y)
}

// equality lowers x == y for all types: nil, interface with concrete type, and the rest.
func (b *builder) equality(e *ast.BinaryExpr, tx, ty types.Type) *ssa.Value {
	if b.isNil(e.Y) {
		return b.isNilValue(e.X, e.OpPos)
	}
	if b.isNil(e.X) {
		return b.isNilValue(e.Y, e.OpPos)
	}
	ix, iy := isInterface(tx), isInterface(ty)
	if ix != iy {
		i, c := b.mixed(e, ix)
		b.setPos(e.OpPos)
		return b.ifaceEqualConcrete(i, c)
	}
	t := tx
	if hasBasic(tx, types.IsUntyped) {
		t = types.Default(ty)
	}
	if ix && !types.Identical(tx, ty) && !types.AssignableTo(ty, tx) {
		t = ty
	}
	x := b.compared(e.X, t)
	y := b.compared(e.Y, t)
	b.setPos(e.OpPos)
	return b.equal(x, y, t)
}

// mixed evaluates an interface and a concrete operand, in their order.
func (b *builder) mixed(e *ast.BinaryExpr, ifaceFirst bool) (i, c val) {
	x := b.ownValue(e.X)
	y := b.ownValue(e.Y)
	if ifaceFirst {
		return x, y
	}
	return y, x
}

// ownValue evaluates an operand as its own type; untyped constants take their default.
func (b *builder) ownValue(e ast.Expr) val {
	return b.exTo(e, types.Default(b.typeOf(e)))
}

func (b *builder) isNil(e ast.Expr) bool {
	tv, ok := b.info.Types[e]
	if ok && tv.IsNil() {
		return true
	}
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	_, ok = b.info.Uses[id].(*types.Nil)
	return ok
}

// isNilValue compares with nil: the first word says it for all types.
func (b *builder) isNilValue(e ast.Expr, pos token.Pos) *ssa.Value {
	v := b.ex(e)
	b.setPos(pos)
	return b.op(ssa.OpEq, ssa.Bool, v.s[0], b.nilPtr())
}

// complexOp computes on complex numbers; division is the runtime's.
func (b *builder) complexOp(op token.Token, x, y val, t types.Type) val {
	m := b.partType(t)
	f := func(o ssa.Op, p, q *ssa.Value) *ssa.Value { return b.op(o, m, p, q) }
	switch op {
	case token.ADD:
		return b.complexVal(t, f(ssa.OpAdd, x.s[0], y.s[0]), f(ssa.OpAdd, x.s[1], y.s[1]))
	case token.SUB:
		return b.complexVal(t, f(ssa.OpSub, x.s[0], y.s[0]), f(ssa.OpSub, x.s[1], y.s[1]))
	case token.MUL:
		return b.complexMul(x, y, t)
	case token.QUO:
		return b.complexDiv(x, y, t)
	}
	b.fail(b.at.P, "operator %s on complex numbers", op)
	return val{}
}

// complexMul multiplies in the precision of float64, as gc does for both types.
func (b *builder) complexMul(x, y val, t types.Type) val {
	w := b.widen(x)
	z := b.widen(y)
	f := func(o ssa.Op, p, q *ssa.Value) *ssa.Value { return b.op(o, ssa.F64, p, q) }
	re := f(ssa.OpSub, f(ssa.OpMul, w[0], z[0]), f(ssa.OpMul, w[1], z[1]))
	im := f(ssa.OpAdd, f(ssa.OpMul, w[0], z[1]), f(ssa.OpMul, w[1], z[0]))
	m := b.partType(t)
	return b.complexVal(t, b.floatTo(re, m), b.floatTo(im, m))
}

func (b *builder) complexDiv(x, y val, t types.Type) val {
	w := b.widen(x)
	z := b.widen(y)
	r := b.rt("complex128div", w[0], w[1], z[0], z[1])
	m := b.partType(t)
	return b.complexVal(t, b.floatTo(r[0], m), b.floatTo(r[1], m))
}

func (b *builder) widen(x val) [2]*ssa.Value {
	return [2]*ssa.Value{b.floatTo(x.s[0], ssa.F64), b.floatTo(x.s[1], ssa.F64)}
}
