package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"strata/internal/ssa"
)

// builtin lowers a call of a predeclared function or one of package unsafe.
func (b *builder) builtin(e *ast.CallExpr) []val {
	one := func(v val) []val { return []val{v} }
	name := builtinName(e.Fun)
	if name != "append" && name != "make" && name != "new" && name != "panic" {
		// Parts are evaluated by each builtin itself.
		b.setPos(e.Pos())
	}
	switch name {
	case "len", "cap":
		return one(b.lenCap(e, name))
	case "append":
		return one(b.appendTo(e))
	case "copy":
		return one(b.copySlice(e))
	case "make":
		return one(b.makeValue(e))
	case "new":
		return one(b.newValue(e))
	case "delete":
		b.deleteKey(e)
	case "clear":
		b.clearValue(e)
	case "close":
		b.rt("closechan", b.ex(e.Args[0]).scalar())
	case "panic":
		v := b.exTo(e.Args[0], tAny)
		b.setPos(e.Pos())
		b.rt("gopanic", v.s...)
	case "recover":
		return one(val{t: b.typeOf(e), s: b.rt("gorecover")})
	case "print", "println":
		b.print(e, name == "println")
	case "min", "max":
		return one(b.minMax(e, name))
	case "complex", "real", "imag":
		return one(b.complexBuiltin(e, name))
	default:
		return b.unsafeBuiltin(e, name)
	}
	return nil
}

// builtinArgs evaluates the arguments of a builtin function, which may be one call of several values. They are converted to
// the types in to, nil being their own; the last serves for all that follow.
func (b *builder) builtinArgs(e *ast.CallExpr, to ...types.Type) []val {
	typeOf := func(i int) types.Type {
		if len(to) == 0 {
			return nil
		}
		return to[min(i, len(to)-1)]
	}
	if len(e.Args) == 1 {
		if vals, ok := b.spread(e.Args[0]); ok {
			vals = slices.Clone(vals)
			for i, v := range vals {
				if t := typeOf(i); t != nil {
					vals[i] = b.convert(v, t, e.Pos())
				}
			}
			return vals
		}
	}
	list := make([]types.Type, len(e.Args))
	for i := range list {
		list[i] = typeOf(i)
	}
	return b.exprs(e.Args, list)
}

// argTypes are the types of a call's arguments, which may be one call of several values.
func (b *builder) argTypes(e *ast.CallExpr) []types.Type {
	var list []types.Type
	for _, a := range e.Args {
		if !b.isTuple(a) {
			list = append(list, b.typeOf(a))
			continue
		}
		for v := range b.info.Types[a].Type.(*types.Tuple).Variables() {
			list = append(list, b.typ(v.Type()))
		}
	}
	return list
}

func (b *builder) lenCap(e *ast.CallExpr, name string) val {
	x := e.Args[0]
	t := b.typeOf(x)
	switch u := under(t).(type) {
	case *types.Array:
		b.ex(x)
		return scalarVal(tInt, b.int(u.Len()))
	case *types.Pointer:
		b.ex(x)
		return scalarVal(tInt, b.int(under(u.Elem()).(*types.Array).Len()))
	case *types.Map:
		m := b.ex(x).scalar()
		return scalarVal(tInt, b.loadIfNotNil(m, 0))
	case *types.Chan:
		return scalarVal(tInt, b.rt1("chan"+name, b.ex(x).scalar()))
	}
	if name == "len" {
		if v, ok := b.lenWithoutCopy(x); ok {
			return scalarVal(tInt, v)
		}
	}
	v := b.ex(x)
	if name == "cap" {
		return scalarVal(tInt, v.s[2])
	}
	return scalarVal(tInt, v.s[1])
}

// lenWithoutCopy finds len([]rune(s)), which needs no slice.
func (b *builder) lenWithoutCopy(e ast.Expr) (*ssa.Value, bool) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || !b.info.Types[call.Fun].IsType() {
		return nil, false
	}
	to, ok := under(b.typeOf(call)).(*types.Slice)
	if !ok || b.p.sizeof(to.Elem()) != 4 || !isString(b.typeOf(call.Args[0])) {
		return nil, false
	}
	s := b.exTo(call.Args[0], tString)
	return b.rt1("countrunes", s.s[0], s.s[1]), true
}

// loadIfNotNil reads an int at p+off, 0 if p is nil.
func (b *builder) loadIfNotNil(p *ssa.Value, off int64) *ssa.Value {
	x := b.newVar(tInt)
	b.writeVar(x, scalarVal(tInt, b.int(0)))
	some, done := b.newBlock(), b.newBlock()
	b.branch(b.op(ssa.OpNe, ssa.Bool, p, b.nilPtr()), some, done, ssa.Taken)
	b.next(some)
	if b.cur != nil {
		b.writeVar(x, scalarVal(tInt, b.opI(ssa.OpLoad, ssa.I64, off, p)))
		b.jump(done)
	}
	b.next(done)
	return b.readVar(x).scalar()
}

// appendTo lowers append(s, elems...) and append(s, t...).
func (b *builder) appendTo(e *ast.CallExpr) val {
	t := b.typeOf(e)
	elem := under(t).(*types.Slice).Elem()
	if e.Ellipsis.IsValid() {
		if v, ok := b.appendMade(e, elem, t); ok {
			return v
		}
		vals := b.exprs(e.Args, []types.Type{t, nil})
		if isUntypedNil(vals[1].t) {
			return vals[0]
		}
		b.setPos(e.Pos())
		return b.appendSlice(vals[0], vals[1], elem, t)
	}
	vals := b.builtinArgs(e, t, elem)
	if len(vals) == 1 {
		return vals[0]
	}
	b.setPos(e.Pos())
	n := int64(len(vals) - 1)
	old := vals[0]
	s := b.grow(old, b.int(n), elem, t)
	size := b.p.sizeof(elem)
	at := b.addIndex(s.s[0], old.s[1], size)
	for i, v := range vals[1:] {
		b.storeOff(at, int64(i)*size, v.as(elem))
	}
	return s
}

// appendMade lowers append(s, make([]T, n)...): room that is cleared, without a second slice.
func (b *builder) appendMade(e *ast.CallExpr, elem, t types.Type) (val, bool) {
	mk, ok := ast.Unparen(e.Args[1]).(*ast.CallExpr)
	if !ok || len(mk.Args) != 2 || !b.info.Types[mk.Fun].IsBuiltin() || builtinName(mk.Fun) != "make" {
		return val{}, false
	}
	if !types.Identical(under(b.typeOf(mk)), under(t)) {
		return val{}, false
	}
	vals := b.exprs([]ast.Expr{e.Args[0], mk.Args[1]}, []types.Type{t, nil})
	b.setPos(e.Pos())
	n := b.sizeArg(vals[1])
	b.check(b.op(ssa.OpLe, ssa.Bool, b.int(0), n), "panicmakeslicelen")
	s := b.grow(vals[0], n, elem, t)
	b.clearElems(b.addIndex(s.s[0], vals[0].s[1], b.p.sizeof(elem)), n, elem)
	return s, true
}

// grow makes room for n more elements: the result's length counts them.
func (b *builder) grow(s val, n *ssa.Value, elem, t types.Type) val {
	x := b.newVar(t)
	newLen := b.op(ssa.OpAdd, ssa.I64, s.s[1], n)
	b.writeVar(x, val{t: t, s: []*ssa.Value{s.s[0], newLen, s.s[2]}})
	more, done := b.newBlock(), b.newBlock()
	b.branch(b.op(ssa.OpLtU, ssa.Bool, s.s[2], newLen), more, done, ssa.Unlikely)
	b.next(more)
	if b.cur != nil {
		b.cur.Cold = true
		r := b.rtMakes(b.p.memType(elem), "growslice", s.s[0], newLen, s.s[2], n, b.globalAddr(b.p.typeSym(elem)))
		b.writeVar(x, val{t: t, s: []*ssa.Value{r[0], newLen, r[2]}})
		b.jump(done)
	}
	b.next(done)
	return b.readVar(x)
}

func (b *builder) appendSlice(s, more val, elem, t types.Type) val {
	n := more.s[1]
	r := b.grow(s, n, elem, t)
	size := b.p.sizeof(elem)
	at := b.addIndex(r.s[0], s.s[1], size)
	b.copyElems(at, more.s[0], n, elem)
	return r
}

// copyElems copies n elements; the memory may overlap.
func (b *builder) copyElems(dst, src, n *ssa.Value, elem types.Type) {
	size := b.p.sizeof(elem)
	if size == 0 {
		return
	}
	if b.p.hasPointers(elem) {
		b.rt("typedslicecopy", b.globalAddr(b.p.typeSym(elem)), dst, n, src, n)
		return
	}
	b.op(ssa.OpMemCopy, ssa.Void, dst, src, b.times(n, size))
}

func (b *builder) times(n *ssa.Value, size int64) *ssa.Value {
	switch {
	case size == 1:
		return n
	case n.Op == ssa.OpConst:
		return b.int(n.AuxInt * size)
	}
	return b.op(ssa.OpMul, ssa.I64, n, b.int(size))
}

// copySlice lowers copy(dst, src).
func (b *builder) copySlice(e *ast.CallExpr) val {
	vals := b.builtinArgs(e, nil)
	dst, src := vals[0], vals[1]
	b.setPos(e.Pos())
	elem := under(dst.t).(*types.Slice).Elem()
	n := b.op(ssa.OpSelect, ssa.I64, b.op(ssa.OpLt, ssa.Bool, src.s[1], dst.s[1]), src.s[1], dst.s[1])
	b.copyElems(dst.s[0], src.s[0], n, elem)
	return scalarVal(tInt, n)
}

// Slices up to this size may be made in the frame.
const maxImplicitStack = 64 << 10

// makeValue lowers make.
func (b *builder) makeValue(e *ast.CallExpr) val {
	t := b.typeOf(e)
	var sizes []*ssa.Value
	var list []ast.Expr
	list = append(list, e.Args[1:]...)
	for _, v := range b.exprs(list, make([]types.Type, len(list))) {
		sizes = append(sizes, b.sizeArg(v))
	}
	b.setPos(e.Pos())
	switch u := under(t).(type) {
	case *types.Slice:
		return b.makeSlice(t, u.Elem(), sizes)
	case *types.Map:
		var n *ssa.Value
		if len(sizes) > 0 {
			n = sizes[0]
		}
		return b.makeMap(t, n)
	case *types.Chan:
		n := b.int(0)
		if len(sizes) > 0 {
			n = sizes[0]
		}
		return val{t: t, s: b.rt("makechan", b.globalAddr(b.p.typeSym(t)), n)}
	}
	b.fail(e.Pos(), "cannot make %s", t)
	return val{}
}

// sizeArg widens a size; an untyped constant may be written as a float.
func (b *builder) sizeArg(v val) *ssa.Value {
	if v.s[0].Op == ssa.OpConstF {
		b.fail(b.at.P, "size is no integer constant")
	}
	return b.toInt64(v)
}

func (b *builder) makeSlice(t, elem types.Type, sizes []*ssa.Value) val {
	n := sizes[0]
	c := sizes[len(sizes)-1]
	size := b.p.sizeof(elem)
	if c.Op == ssa.OpConst && c.AuxInt >= 0 && (size == 0 || c.AuxInt <= maxImplicitStack/size) {
		b.check(b.op(ssa.OpLe, ssa.Bool, b.int(0), n), "panicmakeslicelen")
		b.check(b.op(ssa.OpLe, ssa.Bool, n, c), "panicmakeslicecap")
		a := b.alloc("make", b.at.P, types.NewArray(elem, c.AuxInt))
		return val{t: t, s: []*ssa.Value{a, n, c}}
	}
	p := b.rtMakes(b.p.memType(elem), "makeslice", b.globalAddr(b.p.typeSym(elem)), n, c)[0]
	return val{t: t, s: []*ssa.Value{p, n, c}}
}

// newValue lowers new(T) and new(x).
func (b *builder) newValue(e *ast.CallExpr) val {
	t := b.typeOf(e)
	if b.info.Types[e.Args[0]].IsType() {
		b.setPos(e.Pos())
		return scalarVal(t, b.alloc("new", e.Pos(), pointee(t)))
	}
	v := b.exTo(e.Args[0], pointee(t))
	b.setPos(e.Pos())
	a := b.alloc("new", e.Pos(), pointee(t))
	b.store(a, v)
	return scalarVal(t, a)
}

func (b *builder) deleteKey(e *ast.CallExpr) {
	mt := under(b.argTypes(e)[0]).(*types.Map)
	vals := b.builtinArgs(e, nil, mt.Key())
	b.setPos(e.Pos())
	b.mapDelete(vals[0], vals[1])
}

func (b *builder) clearValue(e *ast.CallExpr) {
	v := b.ex(e.Args[0])
	b.setPos(e.Pos())
	switch u := under(v.t).(type) {
	case *types.Map:
		b.rt("mapclear", b.globalAddr(b.p.typeSym(v.t)), v.scalar())
	case *types.Slice:
		b.clearElems(v.s[0], v.s[1], u.Elem())
	}
}

// clearElems zeroes n elements.
func (b *builder) clearElems(p, n *ssa.Value, elem types.Type) {
	size := b.p.sizeof(elem)
	if size == 0 {
		return
	}
	some, done := b.newBlock(), b.newBlock()
	b.branch(b.op(ssa.OpNe, ssa.Bool, n, b.int(0)), some, done, ssa.Unknown)
	b.next(some)
	if b.cur != nil {
		if b.p.hasPointers(elem) {
			b.rt("memclrHasPointers", p, b.times(n, size))
		} else {
			b.op(ssa.OpMemClear, ssa.Void, p, b.times(n, size))
		}
		b.jump(done)
	}
	b.next(done)
}

// print lowers print and println.
func (b *builder) print(e *ast.CallExpr, ln bool) {
	to := b.argTypes(e)
	for i, t := range to {
		if isUntypedNil(t) {
			t = tUnsafe
		}
		to[i] = types.Default(t)
	}
	vals := b.builtinArgs(e, to...)
	b.setPos(e.Pos())
	b.rt("printlock")
	for i, v := range vals {
		if ln && i > 0 {
			b.rt("printsp")
		}
		b.printOne(v)
	}
	if ln {
		b.rt("printnl")
	}
	b.rt("printunlock")
}

func (b *builder) printOne(v val) {
	switch u := under(v.t).(type) {
	case *types.Basic:
		b.printBasic(v, u)
	case *types.Interface:
		name := "printiface"
		if u.NumMethods() == 0 {
			name = "printeface"
		}
		b.rt(name, v.s...)
	case *types.Slice:
		b.rt("printslice", v.s...)
	default:
		b.rt("printpointer", v.scalar())
	}
}

func (b *builder) printBasic(v val, u *types.Basic) {
	switch info := u.Info(); {
	case info&types.IsBoolean != 0:
		b.rt("printbool", v.s...)
	case info&types.IsString != 0:
		b.rt("printstring", v.s...)
	case info&types.IsComplex != 0:
		if v.s[0].Type == ssa.F32 {
			b.rt("printcomplex64", v.s...)
		} else {
			b.rt("printcomplex128", v.s...)
		}
	case info&types.IsFloat != 0:
		if v.s[0].Type == ssa.F32 {
			b.rt("printfloat32", v.s...)
		} else {
			b.rt("printfloat64", v.s...)
		}
	case u.Kind() == types.UnsafePointer:
		b.rt("printpointer", v.s...)
	case u.Kind() == types.Uintptr:
		b.rt("printuintptr", v.s...)
	case info&types.IsUnsigned != 0:
		b.rt("printuint", b.toInt64(v))
	default:
		b.rt("printint", b.toInt64(v))
	}
}

// minMax lowers min and max.
func (b *builder) minMax(e *ast.CallExpr, name string) val {
	t := b.typeOf(e)
	vals := b.builtinArgs(e, t)
	b.setPos(e.Pos())
	r := vals[0]
	for _, v := range vals[1:] {
		r = b.minMax2(r, v, name, t)
	}
	return r
}

func (b *builder) minMax2(x, y val, name string, t types.Type) val {
	if isFloat(t) {
		op := ssa.OpMinF
		if name == "max" {
			op = ssa.OpMaxF
		}
		return scalarVal(t, b.op(op, x.s[0].Type, x.s[0], y.s[0]))
	}
	op := token.LSS
	if name == "max" {
		op = token.GTR
	}
	// The first of equals wins.
	second := b.ordered(op, y, x)
	r := val{t: t}
	for i := range x.s {
		r.s = append(r.s, b.op(ssa.OpSelect, x.s[i].Type, second, y.s[i], x.s[i]))
	}
	return r
}

func (b *builder) complexBuiltin(e *ast.CallExpr, name string) val {
	t := b.typeOf(e)
	if name == "complex" {
		pt := tFloat64
		if b.p.sizeof(t) == 8 {
			pt = types.Typ[types.Float32]
		}
		vals := b.builtinArgs(e, pt)
		return b.complexVal(t, vals[0].s[0], vals[1].s[0])
	}
	v := b.exTo(e.Args[0], types.Default(b.typeOf(e.Args[0])))
	if name == "real" {
		return scalarVal(t, v.s[0])
	}
	return scalarVal(t, v.s[1])
}
