package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"strata/internal/load"
	"strata/internal/ssa"
)

// expr evaluates an expression with the order of evaluation of a whole statement's operand: calls first.
func (b *builder) expr(e ast.Expr) val {
	b.hoist(e)
	return b.ex(e)
}

// exprTo evaluates an expression and converts it implicitly to t.
func (b *builder) exprTo(e ast.Expr, t types.Type) val {
	b.hoist(e)
	return b.exTo(e, t)
}

// exprs evaluates a list of expressions: all calls from left to right, then the rest. Each is
// converted to the type beside it; nil keeps its own.
func (b *builder) exprs(list []ast.Expr, to []types.Type) []val {
	if len(list) > 1 {
		for _, e := range list {
			b.hoistAll(e)
		}
	}
	vals := make([]val, len(list))
	for i, e := range list {
		if len(list) == 1 {
			b.hoist(e)
		}
		if to[i] == nil {
			vals[i] = b.ex(e)
		} else {
			vals[i] = b.exTo(e, to[i])
		}
	}
	return vals
}

// exTo is exprTo for a part of an expression.
func (b *builder) exTo(e ast.Expr, t types.Type) val {
	tv := b.info.Types[e]
	if tv.Value != nil {
		if isInterface(t) {
			return b.constInterface(tv.Value, b.constType(tv.Type), t, e.Pos())
		}
		return b.constant(tv.Value, t)
	}
	if v, ok := b.hoisted[e]; ok {
		delete(b.hoisted, e)
		return b.convert(v, t, e.Pos())
	}
	if lit, ok := ast.Unparen(e).(*ast.FuncLit); ok {
		return b.convert(b.closure(lit).as(b.typeOf(lit)), t, e.Pos())
	}
	if id, ok := ast.Unparen(e).(*ast.Ident); ok && isInterface(t) {
		if v, ok := b.objectOf(id).(*types.Var); ok {
			if vi := b.fi.varInfo(v); vi != nil && vi.value != nil {
				return b.constInterface(vi.value, b.typ(v.Type()), t, e.Pos())
			}
		}
	}
	if lit, ok := ast.Unparen(e).(*ast.CompositeLit); ok && isInterface(t) {
		if v, ok := b.boxedLiteral(lit, t, e.Pos()); ok {
			return v
		}
	}
	v := b.ex(e)
	return b.convert(v, t, e.Pos())
}

// constType is the type a constant has on its own.
func (b *builder) constType(t types.Type) types.Type { return types.Default(b.typ(t)) }

// ex evaluates a part of an expression. Statements evaluate whole expressions, with expr.
func (b *builder) ex(e ast.Expr) val {
	if v, ok := b.hoisted[e]; ok {
		delete(b.hoisted, e)
		return v
	}
	if tv, ok := b.info.Types[e]; ok && tv.Value != nil {
		b.setPos(e.Pos())
		return b.constant(tv.Value, b.typ(tv.Type))
	}
	switch x := e.(type) {
	case *ast.ParenExpr:
		return b.ex(x.X)
	case *ast.Ident:
		return b.ident(x)
	case *ast.SelectorExpr:
		return b.selector(x)
	case *ast.StarExpr, *ast.IndexExpr, *ast.IndexListExpr:
		return b.indirect(x)
	case *ast.CallExpr:
		vals := b.call(x)
		if len(vals) != 1 {
			return val{t: b.typeOf(e)}
		}
		return vals[0]
	case *ast.UnaryExpr:
		return b.unary(x)
	case *ast.BinaryExpr:
		return b.binaryExpr(x)
	case *ast.CompositeLit:
		return b.compositeLit(x)
	case *ast.FuncLit:
		return b.closure(x)
	case *ast.SliceExpr:
		return b.sliceExpr(x)
	case *ast.TypeAssertExpr:
		v := b.ex(x.X)
		b.setPos(load.ExprPos(x))
		return b.assertType(v, b.typeOf(x))
	}
	b.fail(e.Pos(), "expression %T is not supported", e)
	return val{}
}

// indirect evaluates *p, a[i] and instantiated functions.
func (b *builder) indirect(e ast.Expr) val {
	switch x := e.(type) {
	case *ast.StarExpr:
		b.setPos(x.Pos())
		return b.locVal(b.deref(b.ex(x.X)))
	case *ast.IndexListExpr:
		return b.ex(x.X).as(b.typeOf(e))
	}
	x := e.(*ast.IndexExpr)
	switch u := under(b.typeOf(x.X)).(type) {
	case *types.Signature:
		return b.ex(x.X).as(b.typeOf(e))
	case *types.Map:
		v, _ := b.mapIndexExpr(x, false)
		return v
	case *types.Basic:
		return b.indexString(x)
	case *types.Array, *types.Slice, *types.Pointer:
		l, _ := b.indexLoc(x)
		return b.locVal(l)
	default:
		b.fail(e.Pos(), "cannot index %s", u)
	}
	return val{}
}

func (b *builder) indexString(e *ast.IndexExpr) val {
	s := b.ex(e.X)
	i := b.ex(e.Index)
	b.setPos(e.Lbrack)
	k := b.bounds(i, s.s[1], ssa.BoundsIndex)
	return scalarVal(tUint8, b.opI(ssa.OpLoad, ssa.I8, 0, b.addIndex(s.s[0], k, 1)))
}

func (b *builder) ident(id *ast.Ident) val {
	switch obj := b.objectOf(id).(type) {
	case *types.Var:
		if l, ok := b.varObjLoc(obj); ok {
			return b.locVal(l)
		}
		return b.readVar(b.varOf(obj))
	case *types.Nil:
		return val{t: types.Typ[types.UntypedNil], s: []*ssa.Value{b.nilPtr()}}
	case *types.Func:
		return b.funcValue(b.funcUse(id, obj)).as(b.typeOf(id))
	case *types.Const:
		return b.constant(obj.Val(), b.typ(obj.Type()))
	}
	b.fail(id.Pos(), "%s is no value", id.Name)
	return val{}
}

// funcUse names the function an identifier means, with its type arguments.
func (b *builder) funcUse(id *ast.Ident, fn *types.Func) string {
	return b.p.funcSym(fn, b.typeArgs(id))
}

// typeArgs are the type arguments that were inferred or given where an identifier names a generic function.
func (b *builder) typeArgs(id *ast.Ident) []types.Type {
	inst, ok := b.info.Instances[id]
	if !ok {
		return nil
	}
	var list []types.Type
	for i := range inst.TypeArgs.Len() {
		list = append(list, b.typ(inst.TypeArgs.At(i)))
	}
	return list
}

func (b *builder) selector(e *ast.SelectorExpr) val {
	sel := b.info.Selections[e]
	if sel == nil {
		return b.ident(e.Sel)
	}
	switch sel.Kind() {
	case types.MethodVal:
		b.setPos(e.Sel.Pos())
		return b.methodValue(e)
	case types.MethodExpr:
		return b.methodExpr(e)
	}
	l, _ := b.selectorLoc(e)
	b.setPos(load.ExprPos(e))
	return b.locVal(l)
}

func (b *builder) unary(e *ast.UnaryExpr) val {
	switch e.Op {
	case token.AND:
		return b.addressOf(e)
	case token.ARROW:
		ch := b.ex(e.X)
		b.setPos(e.OpPos)
		v, _ := b.receive(ch, false)
		return v
	case token.ADD:
		return b.ex(e.X)
	}
	v := b.ex(e.X)
	b.setPos(e.OpPos)
	t := b.typeOf(e)
	switch e.Op {
	case token.SUB:
		r := val{t: t}
		for _, s := range v.s {
			r.s = append(r.s, b.op(ssa.OpNeg, s.Type, s))
		}
		return r
	case token.XOR, token.NOT:
		return scalarVal(t, b.op(ssa.OpNot, v.scalar().Type, v.scalar()))
	}
	b.fail(e.OpPos, "operator %s is not supported", e.Op)
	return val{}
}

// addressOf lowers &x and &T{...}.
func (b *builder) addressOf(e *ast.UnaryExpr) val {
	t := b.typeOf(e)
	x := ast.Unparen(e.X)
	if lit, ok := x.(*ast.CompositeLit); ok {
		b.setPos(e.Pos())
		return scalarVal(t, b.litPointer(lit))
	}
	return scalarVal(t, b.addr(x))
}

// receive lowers <-ch; the second result is whether a value was sent, when asked for.
func (b *builder) receive(ch val, ok bool) (val, *ssa.Value) {
	elem := under(ch.t).(*types.Chan).Elem()
	var buf *ssa.Value
	if b.p.sizeof(elem) == 0 {
		buf = b.nilPtr()
	} else {
		buf = b.tempResult(elem)
	}
	var got *ssa.Value
	if ok {
		got = b.rt1("chanrecv2", ch.scalar(), buf)
	} else {
		b.rt("chanrecv1", ch.scalar(), buf)
	}
	return b.load(buf, elem), got
}

// exprMulti evaluates an expression that gives several values: a call or a comma-ok form.
func (b *builder) exprMulti(e ast.Expr) []val {
	e = ast.Unparen(e)
	switch x := e.(type) {
	case *ast.CallExpr:
		return b.call(x)
	case *ast.IndexExpr:
		b.hoistParts(x.X, x.Index)
		v, ok := b.mapIndexExpr(x, true)
		return []val{v, scalarVal(tBool, ok)}
	case *ast.UnaryExpr:
		ch := b.expr(x.X)
		b.setPos(x.OpPos)
		v, ok := b.receive(ch, true)
		return []val{v, scalarVal(tBool, ok)}
	case *ast.TypeAssertExpr:
		v := b.expr(x.X)
		b.setPos(load.ExprPos(x))
		t := b.typ(b.info.Types[x].Type)
		if tup, ok := t.(*types.Tuple); ok {
			t = tup.At(0).Type()
		}
		r, ok := b.assertOK(v, t)
		return []val{r, scalarVal(tBool, ok)}
	}
	b.fail(e.Pos(), "%T gives one value", e)
	return nil
}

// constant makes a constant of a type. Type parameters may have made it another kind than it was written.
func (b *builder) constant(v constant.Value, t types.Type) val {
	u, ok := under(t).(*types.Basic)
	if !ok {
		if isInterface(t) {
			return b.constInterface(v, defaultType(v), t, b.at.P)
		}
		b.fail(b.at.P, "constant of type %s", t)
	}
	if u.Kind() == types.UnsafePointer || u.Kind() == types.UntypedNil {
		return scalarVal(t, b.constInt(ssa.Ptr, intBits(v)))
	}
	switch info := u.Info(); {
	case info&types.IsString != 0:
		return b.stringConst(constant.StringVal(v), t)
	case info&types.IsBoolean != 0:
		n := int64(0)
		if constant.BoolVal(v) {
			n = 1
		}
		return scalarVal(t, b.constInt(ssa.Bool, n))
	case info&types.IsComplex != 0:
		c := constant.ToComplex(v)
		return b.complexVal(t, b.floatConst(constant.Real(c), b.partType(t)), b.floatConst(constant.Imag(c), b.partType(t)))
	case info&types.IsFloat != 0:
		return scalarVal(t, b.floatConst(v, b.p.typeOfScalar(t)))
	}
	st := b.p.typeOfScalar(t)
	return scalarVal(t, b.constInt(st, extendConst(intBits(v), st, false)))
}

func defaultType(v constant.Value) types.Type {
	switch v.Kind() {
	case constant.Bool:
		return tBool
	case constant.String:
		return tString
	case constant.Int:
		return tInt
	case constant.Float:
		return tFloat64
	}
	return types.Typ[types.Complex128]
}

func (b *builder) floatConst(v constant.Value, t ssa.Type) *ssa.Value {
	return b.opI(ssa.OpConstF, t, floatBits(v, t.Size()))
}

func (b *builder) stringConst(s string, t types.Type) val {
	if s == "" {
		return val{t: t, s: []*ssa.Value{b.nilPtr(), b.int(0)}}
	}
	return val{t: t, s: []*ssa.Value{b.globalAddr(b.p.stringSym(s)), b.int(int64(len(s)))}}
}

// constInterface makes an interface that holds a constant: its data is static.
func (b *builder) constInterface(v constant.Value, t, iface types.Type, site token.Pos) val {
	word := b.globalAddr(b.p.ifaceWord(t, iface))
	b.usesIface(t)
	return val{t: iface, s: []*ssa.Value{word, b.staticObject(b.p.constSym(v, t), site)}}
}
