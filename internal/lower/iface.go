package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"strata/internal/abi"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// usesIface notes that values of t get into interfaces: their methods may be called through them.
func (b *builder) usesIface(t types.Type) {
	if !isInterface(t) {
		b.p.typeSym(t)
	}
}

// toInterface converts the value of the expression at site to an interface type.
func (b *builder) toInterface(v val, to types.Type, site token.Pos) val {
	if isInterface(v.t) {
		return b.ifaceToIface(v, to)
	}
	b.usesIface(v.t)
	word := b.globalAddr(b.p.ifaceWord(v.t, to))
	return val{t: to, s: []*ssa.Value{word, b.box(v, site)}}
}

// box makes the data word of an interface that holds v.
func (b *builder) box(v val, site token.Pos) *ssa.Value {
	size := b.p.sizeof(v.t)
	switch {
	case size == 0:
		return b.staticObject(rtcall.ZeroBase, site)
	case b.p.directIface(v.t):
		return v.s[0]
	case size == 1 && !v.inMem() && len(v.s) == 1:
		// Every byte value stands in a table of words.
		i := v.s[0]
		if i.Type == ssa.Bool {
			i = b.op(ssa.OpZeroExt, ssa.I64, i)
		} else {
			i = b.extend(i, ssa.I64, true)
		}
		return b.addIndex(b.staticObject(b.p.byteValuesSym(), site), i, 8)
	}
	a := b.alloc("interface value", site, v.t)
	a.Aux.(*ssa.AllocInfo).Box = b.boxKind(v)
	b.store(a, v)
	return a
}

// boxKind tells which values of v's type need no memory of their own in an interface.
func (b *builder) boxKind(v val) ssa.BoxKind {
	parts := b.p.scalarsOf(v.t)
	switch {
	case v.inMem():
	case len(parts) == 1 && parts[0].Class != abi.Ptr:
		b.p.byteValuesSym()
		return ssa.NumberBox
	case isString(soleComponent(v.t)):
		return ssa.StringBox
	}
	if _, ok := under(soleComponent(v.t)).(*types.Slice); ok && !v.inMem() {
		return ssa.SliceBox
	}
	return ssa.NoBox
}

// soleComponent is the type of the one field or element of a type that has one, and so on.
func soleComponent(t types.Type) types.Type {
	for {
		switch u := under(t).(type) {
		case *types.Struct:
			if u.NumFields() != 1 {
				return t
			}
			t = u.Field(0).Type()
		case *types.Array:
			if u.Len() != 1 {
				return t
			}
			t = u.Elem()
		default:
			return t
		}
	}
}

// boxedLiteral puts a literal whose parts are all constant into an interface: its data is static. It returns false for others.
func (b *builder) boxedLiteral(e *ast.CompositeLit, iface types.Type, site token.Pos) (v val, ok bool) {
	t := b.typeOf(e)
	size := b.p.sizeof(t)
	if size == 0 || size > maxStaticBox || b.p.directIface(t) {
		return v, false
	}
	sym, ok := b.staticLiteral(e, t)
	if !ok {
		return v, false
	}
	b.usesIface(t)
	return val{t: iface, s: []*ssa.Value{b.globalAddr(b.p.ifaceWord(t, iface)), b.staticObject(sym, site)}}, true
}

// unbox takes a value out of an interface's data word. Boxed memory never changes.
func (b *builder) unbox(data *ssa.Value, t types.Type) val {
	if b.p.directIface(t) {
		return scalarVal(t, data)
	}
	if b.p.sizeof(t) == 0 {
		return val{t: t}
	}
	return b.load(data, t)
}

// typeWord is the type of an interface's dynamic value; nil for nil.
func (b *builder) typeWord(v val) *ssa.Value {
	if isEmptyInterface(v.t) {
		return v.s[0]
	}
	return b.ifNotNil(v.s[0], func(tab *ssa.Value) *ssa.Value {
		return b.opI(ssa.OpLoad, ssa.Ptr, itabType, tab)
	})
}

// ifNotNil computes f of a pointer that is not nil, and nil of nil.
func (b *builder) ifNotNil(p *ssa.Value, f func(p *ssa.Value) *ssa.Value) *ssa.Value {
	x := b.newVar(tUnsafe)
	b.writeVar(x, scalarVal(tUnsafe, b.nilPtr()))
	some, done := b.newBlock(), b.newBlock()
	b.branch(b.op(ssa.OpNe, ssa.Bool, p, b.nilPtr()), some, done, ssa.Taken)
	b.next(some)
	if b.cur != nil {
		b.writeVar(x, scalarVal(tUnsafe, f(p)))
		b.jump(done)
	}
	b.next(done)
	return b.readVar(x).scalar()
}

// ifaceToIface converts between interface types; the checker has seen that all methods are there.
// Tables belong to one interface type each, so that comparing tables compares dynamic types.
func (b *builder) ifaceToIface(v val, to types.Type) val {
	from := under(v.t).(*types.Interface)
	want := under(to).(*types.Interface)
	switch {
	case types.Identical(v.t, to) || from.NumMethods() == 0 && want.NumMethods() == 0:
		return v.as(to)
	case want.NumMethods() == 0:
		return val{t: to, s: []*ssa.Value{b.typeWord(v), v.s[1]}}
	}
	inter := b.p.typeSym(to)
	tab := b.ifNotNil(b.typeWord(v), func(typ *ssa.Value) *ssa.Value {
		return b.rt1("assertE2I", b.globalAddr(inter), typ)
	})
	return val{t: to, s: []*ssa.Value{tab, v.s[1]}}
}

// isType tells whether an interface holds a value of the concrete type t.
func (b *builder) isType(v val, t types.Type) *ssa.Value {
	return b.op(ssa.OpEq, ssa.Bool, v.s[0], b.globalAddr(b.p.ifaceWord(t, v.t)))
}

// assertType lowers x.(T) that panics.
func (b *builder) assertType(v val, t types.Type) val {
	if isInterface(t) {
		return b.assertIface(v, t)
	}
	ok, bad := b.newBlock(), b.newBlock()
	b.branch(b.isType(v, t), ok, bad, ssa.Taken)
	b.next(bad)
	if b.cur != nil {
		b.cur.Cold = true
		iface, want := b.globalAddr(b.p.typeSym(v.t)), b.globalAddr(b.p.typeSym(t))
		if isEmptyInterface(v.t) {
			b.rt("panicdottypeE", v.s[0], want, iface)
		} else {
			b.rt("panicdottypeI", v.s[0], want, iface)
		}
		b.unreachable()
	}
	b.next(ok)
	return b.unbox(v.s[1], t)
}

func (b *builder) assertIface(v val, t types.Type) val {
	typ := b.typeWord(v)
	inter := b.globalAddr(b.p.typeSym(t))
	if !isEmptyInterface(t) {
		return val{t: t, s: []*ssa.Value{b.rt1("assertE2I", inter, typ), v.s[1]}}
	}
	ok, bad := b.newBlock(), b.newBlock()
	b.branch(b.op(ssa.OpNe, ssa.Bool, typ, b.nilPtr()), ok, bad, ssa.Taken)
	b.next(bad)
	if b.cur != nil {
		b.cur.Cold = true
		b.rt("panicnildottype", inter)
	}
	b.next(ok)
	return val{t: t, s: []*ssa.Value{typ, v.s[1]}}
}

// assertOK lowers the comma-ok form of x.(T): the value, zero if it is not a T, and whether it is.
func (b *builder) assertOK(v val, t types.Type) (val, *ssa.Value) {
	if isInterface(t) {
		return b.assertIfaceOK(v, t)
	}
	ok := b.isType(v, t)
	return b.pick(ok, t, func() val { return b.unbox(v.s[1], t) }), ok
}

// pick gives the value that f makes if cond holds, zero otherwise.
func (b *builder) pick(cond *ssa.Value, t types.Type, f func() val) val {
	some, done := b.newBlock(), b.newBlock()
	if !b.ssaable(t) {
		a := b.temp(t)
		b.clearMem(a, t)
		b.branch(cond, some, done, ssa.Unknown)
		b.next(some)
		if b.cur != nil {
			b.store(a, f())
			b.jump(done)
		}
		b.next(done)
		return val{t: t, addr: a}
	}
	x := b.newVar(t)
	b.writeVar(x, b.zero(t))
	b.branch(cond, some, done, ssa.Unknown)
	b.next(some)
	if b.cur != nil {
		b.writeVar(x, f())
		b.jump(done)
	}
	b.next(done)
	return b.readVar(x)
}

func (b *builder) assertIfaceOK(v val, t types.Type) (val, *ssa.Value) {
	word := b.typeWord(v)
	if !isEmptyInterface(t) {
		inter := b.p.typeSym(t)
		word = b.ifNotNil(word, func(typ *ssa.Value) *ssa.Value {
			return b.rt1("assertE2I2", b.globalAddr(inter), typ)
		})
	}
	ok := b.op(ssa.OpNe, ssa.Bool, word, b.nilPtr())
	data := b.op(ssa.OpSelect, ssa.Ptr, ok, v.s[1], b.nilPtr())
	return val{t: t, s: []*ssa.Value{word, data}}, ok
}

// ifaceEqualConcrete compares an interface with a value of a concrete type without boxing it.
func (b *builder) ifaceEqualConcrete(i, c val) *ssa.Value {
	x := b.newVar(tBool)
	b.writeVar(x, scalarVal(tBool, b.constInt(ssa.Bool, 0)))
	same, done := b.newBlock(), b.newBlock()
	b.branch(b.isType(i, c.t), same, done, ssa.Unknown)
	b.next(same)
	if b.cur != nil {
		eq := b.equal(b.unbox(i.s[1], c.t), c, c.t)
		b.writeVar(x, scalarVal(tBool, eq))
		b.jump(done)
	}
	b.next(done)
	return b.readVar(x).scalar()
}
