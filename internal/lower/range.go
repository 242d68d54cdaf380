package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// rangeStmt lowers a range statement; which loop it is depends on the operand's type.
func (b *builder) rangeStmt(s *ast.RangeStmt, label *types.Label) {
	t := b.typeOf(s.X)
	if bt, ok := t.(*types.Basic); ok && bt.Info()&types.IsUntyped != 0 {
		t = b.untypedRange(s, bt)
	}
	r := &ranger{b: b, s: s, label: label}
	switch u := under(t).(type) {
	case *types.Basic:
		if u.Info()&types.IsString != 0 {
			r.str(b.expr(s.X))
		} else {
			r.integer(b.exprTo(s.X, t))
		}
	case *types.Slice:
		if r.clearsElems(u.Elem()) {
			return
		}
		v := b.expr(s.X)
		r.list(v.s[1], u.Elem(), v.s[0])
	case *types.Array:
		if r.clearsElems(u.Elem()) {
			return
		}
		r.array(u)
	case *types.Pointer:
		a := under(u.Elem()).(*types.Array)
		if r.clearsElems(a.Elem()) {
			return
		}
		r.arrayPointer(a)
	case *types.Map:
		r.mapping(u)
	case *types.Chan:
		r.channel(u)
	case *types.Signature:
		b.rangeOver(s, label, u)
	default:
		b.fail(s.X.Pos(), "range over %s is not supported", t)
	}
}

// untypedRange is the type of an untyped constant operand: the key's, or int.
func (b *builder) untypedRange(s *ast.RangeStmt, u *types.Basic) types.Type {
	if u.Info()&types.IsString != 0 {
		return tString
	}
	if id, ok := s.Key.(*ast.Ident); ok && id.Name == "_" || s.Key == nil {
		return types.Default(u)
	}
	return b.typeOf(s.Key)
}

// ranger is a range statement being lowered.
type ranger struct {
	b     *builder
	s     *ast.RangeStmt
	label *types.Label
}

// wants tells whether the statement does something with its key or value.
func wants(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return e != nil && !(ok && id.Name == "_")
}

func (r *ranger) wantsValue() bool { return wants(r.s.Value) }

// once declares the variables before the loop where the language version has one set for all iterations.
func (r *ranger) once() {
	if r.s.Tok != token.DEFINE || r.b.freshLoopVars(r.s.Pos()) {
		return
	}
	for _, e := range []ast.Expr{r.s.Key, r.s.Value} {
		if wants(e) {
			r.b.declare(r.b.info.Defs[e.(*ast.Ident)].(*types.Var), nil)
		}
	}
}

// bind gives key and value to the statement's variables; absent ones have no type.
func (r *ranger) bind(key, value val) {
	b := r.b
	if r.s.Tok == token.DEFINE {
		r.define(r.s.Key, key)
		r.define(r.s.Value, value)
		return
	}
	// Operands on the left are evaluated before either is assigned.
	var kp, vp place
	if wants(r.s.Key) {
		kp = b.place(r.s.Key)
	}
	if wants(r.s.Value) {
		vp = b.place(r.s.Value)
	}
	if wants(r.s.Key) {
		b.storePlace(kp, b.convert(key, b.typeOf(r.s.Key), r.s.For))
	}
	if wants(r.s.Value) {
		b.storePlace(vp, b.convert(value, b.typeOf(r.s.Value), r.s.For))
	}
}

func (r *ranger) define(e ast.Expr, v val) {
	if !wants(e) {
		return
	}
	b := r.b
	obj := b.info.Defs[e.(*ast.Ident)].(*types.Var)
	v = b.convert(v, b.typ(obj.Type()), r.s.For)
	if x := b.vars[obj]; x != nil && !b.freshLoopVars(r.s.Pos()) {
		b.assignVar(x, v)
		return
	}
	b.declare(obj, &v)
}

// loop makes the blocks of the loop: cond runs at the head and branches to the
// body or the end, step at the place where continue leads.
func (r *ranger) loop(cond func(body, done *ssa.Block), bind, step func()) {
	b := r.b
	r.once()
	head, body, cont, done := b.newBlock(), b.newBlock(), b.newBlock(), b.newBlock()
	b.jump(head)
	b.setBlock(head)
	b.setPos(r.s.For)
	cond(body, done)
	b.next(body)
	bind()
	b.pushTarget(&target{r.label, done, cont})
	b.body(r.s.Body.List)
	b.popTarget()
	b.jump(cont)
	b.next(cont)
	b.setPos(r.s.For)
	if b.cur != nil && step != nil {
		step()
	}
	b.jump(head)
	b.seal(head)
	b.next(done)
}

// count is a loop over 0 to n-1, of type t.
func (r *ranger) count(n *ssa.Value, t types.Type, value func(i *ssa.Value) val) {
	b := r.b
	st := n.Type
	x := b.newVar(t)
	b.writeVar(x, scalarVal(t, b.constInt(st, 0)))
	less := ssa.OpLt
	if isUnsigned(t) {
		less = ssa.OpLtU
	}
	r.loop(func(body, done *ssa.Block) {
		b.branch(b.op(less, ssa.Bool, b.readVar(x).s[0], n), body, done, ssa.Taken)
	}, func() {
		i := b.readVar(x)
		v := val{}
		if value != nil {
			v = value(i.s[0])
		}
		r.bind(i, v)
	}, func() {
		i := b.readVar(x)
		b.writeVar(x, scalarVal(t, b.op(ssa.OpAdd, st, i.s[0], b.constInt(st, 1))))
	})
}

func (r *ranger) integer(n val) { r.count(n.s[0], n.t, nil) }

// list is a loop over n elements that begin at base.
func (r *ranger) list(n *ssa.Value, elem types.Type, base *ssa.Value) {
	if !r.wantsValue() {
		r.count(n, tInt, nil)
		return
	}
	b := r.b
	size := b.p.sizeof(elem)
	r.count(n, tInt, func(i *ssa.Value) val {
		if size == 0 {
			return val{t: elem}
		}
		off := b.op(ssa.OpMul, ssa.I64, i, b.int(size))
		return b.load(b.op(ssa.OpAddPtr, ssa.Ptr, base, off), elem)
	})
}

// array ranges over a copy, since the body may write the array; the length is constant.
func (r *ranger) array(u *types.Array) {
	b := r.b
	n := b.int(u.Len())
	if !r.wantsValue() {
		if hasCall(b, r.s.X) {
			b.expr(r.s.X)
		}
		r.count(n, tInt, nil)
		return
	}
	v := b.expr(r.s.X)
	var base *ssa.Value
	switch {
	case b.p.sizeof(v.t) == 0:
		base = b.globalAddr(rtcall.ZeroBase)
	case v.inMem() && b.p.sizeof(v.t) > maxCopyOnStack:
		base = b.alloc("copy of ranged array", r.s.X.Pos(), v.t)
		b.store(base, v)
	case v.inMem():
		base = b.snapshot(v).addr
	default:
		base = b.addrOf(v)
	}
	r.list(n, u.Elem(), base)
}

// maxCopyOnStack is the largest array that is copied into the frame.
const maxCopyOnStack = 1 << 16

// hasCall tells whether evaluating e has effects: calls and receives.
func hasCall(b *builder, e ast.Expr) (found bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			found = found || !b.info.Types[n.Fun].IsType()
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		case *ast.FuncLit:
			return false
		}
		return !found
	})
	return found
}

func (r *ranger) arrayPointer(u *types.Array) {
	b := r.b
	p := b.expr(r.s.X).s[0]
	if r.wantsValue() && u.Len() > 0 {
		p = b.nilCheck(p)
	}
	r.list(b.int(u.Len()), u.Elem(), p)
}

// str is a loop over the characters of a string; ASCII ones need no call.
func (r *ranger) str(v val) {
	b := r.b
	rune32 := types.Typ[types.Int32]
	at, next := b.newVar(tInt), b.newVar(tInt)
	b.writeVar(at, scalarVal(tInt, b.int(0)))
	ptr, n := v.s[0], v.s[1]
	r.loop(func(body, done *ssa.Block) {
		b.branch(b.op(ssa.OpLt, ssa.Bool, b.readVar(at).s[0], n), body, done, ssa.Taken)
	}, func() {
		i := b.readVar(at)
		c := b.newVar(rune32)
		ascii, multi, join := b.newBlock(), b.newBlock(), b.newBlock()
		char := b.opI(ssa.OpLoad, ssa.I8, 0, b.op(ssa.OpAddPtr, ssa.Ptr, ptr, i.s[0]))
		b.branch(b.op(ssa.OpLtU, ssa.Bool, char, b.constInt(ssa.I8, -128)), ascii, multi, ssa.Taken)
		b.next(ascii)
		b.writeVar(c, scalarVal(rune32, b.op(ssa.OpZeroExt, ssa.I32, char)))
		b.writeVar(next, scalarVal(tInt, b.op(ssa.OpAdd, ssa.I64, i.s[0], b.int(1))))
		b.jump(join)
		b.next(multi)
		dec := b.rt("decoderune", ptr, n, i.s[0])
		b.writeVar(c, scalarVal(rune32, dec[0]))
		b.writeVar(next, scalarVal(tInt, dec[1]))
		b.jump(join)
		b.next(join)
		r.bind(i, b.readVar(c))
	}, func() {
		b.writeVar(at, b.readVar(next))
	})
}

// mapping is a loop over a map with an iterator in the frame.
func (r *ranger) mapping(u *types.Map) {
	b := r.b
	if r.clearsMap(u) {
		m := b.expr(r.s.X)
		b.rt("mapclear", b.typePtr(m.t), m.s[0])
		return
	}
	m := b.expr(r.s.X)
	iterType := b.p.runtimeType("internal/runtime/maps", "Iter")
	it := b.temp(iterType)
	b.clearMem(it, iterType)
	b.rt("mapIterStart", b.typePtr(m.t), m.s[0], it)
	var key *ssa.Value
	r.loop(func(body, done *ssa.Block) {
		key = b.opI(ssa.OpLoad, ssa.Ptr, 0, it)
		b.branch(b.op(ssa.OpNe, ssa.Bool, key, b.nilPtr()), body, done, ssa.Taken)
	}, func() {
		k, v := val{}, val{}
		if wants(r.s.Key) {
			k = b.load(key, u.Key())
		}
		if r.wantsValue() {
			v = b.load(b.opI(ssa.OpLoad, ssa.Ptr, 8, it), u.Elem())
		}
		r.bind(k, v)
	}, func() {
		b.rt("mapIterNext", it)
	})
}

// clearsMap recognises for k := range m { delete(m, k) }. Keys that differ from
// themselves would stay, so their types are excluded.
func (r *ranger) clearsMap(u *types.Map) bool {
	m, ok := ast.Unparen(r.s.X).(*ast.Ident)
	if !ok || r.s.Value != nil || r.s.Tok != token.DEFINE || len(r.s.Body.List) != 1 || !r.b.p.reflexive(u.Key()) {
		return false
	}
	stmt, ok := r.s.Body.List[0].(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := stmt.X.(*ast.CallExpr)
	if !ok || len(call.Args) != 2 {
		return false
	}
	fn, ok := call.Fun.(*ast.Ident)
	if !ok || fn.Name != "delete" {
		return false
	}
	if _, builtin := r.b.info.Uses[fn].(*types.Builtin); !builtin {
		return false
	}
	from, ok1 := ast.Unparen(call.Args[0]).(*ast.Ident)
	key, ok2 := ast.Unparen(call.Args[1]).(*ast.Ident)
	loopKey, ok3 := r.s.Key.(*ast.Ident)
	info := r.b.info
	return ok1 && ok2 && ok3 && info.Uses[from] == info.Uses[m] && info.Uses[key] == info.Defs[loopKey] && info.Defs[loopKey] != nil
}

// reflexive tells whether every value of t equals itself and comparing it cannot panic.
func (p *Program) reflexive(t types.Type) bool {
	switch p.alg(t) {
	case algMem, algString:
		return true
	case algSpecial:
	default:
		return false
	}
	switch u := under(t).(type) {
	case *types.Array:
		return p.reflexive(u.Elem())
	case *types.Struct:
		for i := range u.NumFields() {
			if !p.reflexive(u.Field(i).Type()) {
				return false
			}
		}
	}
	return true
}

// channel is a loop that receives until the channel is closed and empty.
func (r *ranger) channel(u *types.Chan) {
	b := r.b
	ch := b.expr(r.s.X)
	elem := u.Elem()
	buf := b.nilPtr()
	if b.p.sizeof(elem) > 0 && wants(r.s.Key) {
		buf = b.temp(elem)
	}
	r.loop(func(body, done *ssa.Block) {
		if buf.Op == ssa.OpLocalAddr {
			b.clearPointers(buf, elem) // the last element must not stay reachable while this waits
		}
		ok := b.rt("chanrecv2", ch.s[0], buf)[0]
		b.branch(ok, body, done, ssa.Taken)
	}, func() {
		v := val{}
		if wants(r.s.Key) {
			v = b.loadTemp(buf, elem)
		}
		r.bind(v, val{})
	}, nil)
}

// loadTemp reads a value that a runtime function left in a frame slot.
func (b *builder) loadTemp(buf *ssa.Value, t types.Type) val {
	if b.p.sizeof(t) == 0 {
		return val{t: t}
	}
	return b.load(buf, t)
}
