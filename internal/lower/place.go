package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"strata/internal/load"
	"strata/internal/ssa"
)

// place is where an assignment goes. Its operands are evaluated, its checks are not made yet: they
// come when the place is used, after the right-hand sides are evaluated.
type place struct {
	t     types.Type
	kind  placeKind
	x     *variable // placeVar
	lo, n int       // its scalars
	l     loc       // placeMem
	ix    indexed   // placeIndex
	m     val       // placeMap
	key   val
	pos   token.Pos
	done  *loc // the place after its checks; shared by copies of the place
}

type placeKind uint8

const (
	placeBlank placeKind = iota
	placeVar
	placeMem
	placeIndex
	placeMap
)

// place evaluates the operands of an assignable expression.
func (b *builder) place(e ast.Expr) place {
	e = ast.Unparen(e)
	if id, ok := e.(*ast.Ident); ok {
		return b.identPlace(id)
	}
	p := place{t: b.typeOf(e), pos: load.ExprPos(e), done: new(loc)}
	if p.scalars(b, e) {
		p.kind = placeVar
		return p
	}
	if ix, ok := e.(*ast.IndexExpr); ok {
		return b.indexPlace(ix, p)
	}
	p.kind, p.l = placeMem, b.loc(e)
	if p.l.addr == nil {
		b.fail(e.Pos(), "cannot assign to %T", e)
	}
	return p
}

func (b *builder) identPlace(id *ast.Ident) place {
	if id.Name == "_" {
		return place{}
	}
	v, ok := b.objectOf(id).(*types.Var)
	if !ok {
		b.fail(id.Pos(), "%s is no variable", id.Name)
	}
	if l, ok := b.varObjLoc(v); ok {
		return place{t: l.t, kind: placeMem, l: l, pos: id.Pos(), done: new(loc)}
	}
	x := b.varOf(v)
	return place{t: x.t, kind: placeVar, x: x, lo: x.first, n: x.n, pos: id.Pos()}
}

// scalars resolves a part of a variable that is made of SSA scalars.
func (p *place) scalars(b *builder, e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return p.scalars(b, e.X)
	case *ast.Ident:
		v, ok := b.objectOf(e).(*types.Var)
		if !ok || isGlobal(v) {
			return false
		}
		x := b.varOf(v)
		if x.addr != nil {
			return false
		}
		p.x, p.lo, p.n = x, x.first, x.n
		return true
	case *ast.SelectorExpr:
		return p.fieldScalars(b, e)
	case *ast.IndexExpr:
		// An element of an array that is no variable in memory: the array has one element or none.
		if _, ok := under(b.typeOf(e.X)).(*types.Array); !ok || !p.scalars(b, e.X) {
			return false
		}
		if b.info.Types[e.Index].Value == nil {
			b.setPos(e.Lbrack)
			u := under(b.typeOf(e.X)).(*types.Array)
			b.bounds(b.ex(e.Index), b.int(u.Len()), ssa.BoundsIndex)
		}
		return p.noElement(b, under(b.typeOf(e.X)).(*types.Array))
	}
	return false
}

// noElement gives the element of an array of length 0, which the check before
// never lets anyone reach, scalars of its own.
func (p *place) noElement(b *builder, u *types.Array) bool {
	if u.Len() > 0 {
		return true
	}
	list, ok := b.p.Sizes.Flatten(u.Elem(), 1<<10)
	if !ok {
		return false
	}
	p.x = &variable{t: u.Elem(), first: b.newScalars(list), n: len(list)}
	p.lo, p.n = p.x.first, p.x.n
	return true
}

func (p *place) fieldScalars(b *builder, e *ast.SelectorExpr) bool {
	sel := b.info.Selections[e]
	if sel == nil || sel.Kind() != types.FieldVal {
		return false
	}
	t := b.typeOf(e.X)
	for _, i := range sel.Index() {
		if isPointer(t) {
			return false
		}
		t = under(t).(*types.Struct).Field(i).Type()
	}
	if !p.scalars(b, e.X) {
		return false
	}
	t = b.typeOf(e.X)
	for _, i := range sel.Index() {
		st := under(t).(*types.Struct)
		first, n := b.p.scalarRange(st, i)
		p.lo, p.n = p.lo+first, n
		t = st.Field(i).Type()
	}
	return true
}

func (b *builder) indexPlace(e *ast.IndexExpr, p place) place {
	if m, ok := under(b.typeOf(e.X)).(*types.Map); ok {
		p.kind = placeMap
		p.m = b.ex(e.X)
		p.key = b.snapshot(b.exTo(e.Index, m.Key()))
		return p
	}
	p.kind = placeIndex
	p.ix, _ = b.indexOperands(e)
	return p
}

// memory makes the checks of a place in memory and gives its address. An index is checked where it is written; a nil
// pointer is found by the access itself, which is the statement's.
func (b *builder) memory(p place) loc {
	if p.done.t == nil {
		l := p.l
		if p.kind == placeIndex {
			at := b.at
			l = b.element(p.ix)
			b.at = at
		}
		if l.addr != nil && l.check {
			l.addr, l.check = b.nilCheck(l.addr), false
		}
		*p.done = l
	}
	return *p.done
}

// loadPlace reads a place. The place may be stored to afterwards without evaluating it again.
func (b *builder) loadPlace(p place) val {
	switch p.kind {
	case placeVar:
		return val{t: p.t, s: b.readScalars(p.lo, p.n)}
	case placeMap:
		v, _ := b.mapIndex(p.m, p.key, false)
		return v
	case placeBlank:
		b.fail(p.pos, "cannot use _ as value")
	}
	return b.locVal(b.memory(p))
}

// storePlace writes a value of the place's type.
func (b *builder) storePlace(p place, v val) {
	switch p.kind {
	case placeVar:
		blk := b.here()
		for i := range p.n {
			b.writeScalar(p.lo+i, blk, v.s[i])
		}
	case placeMap:
		v = b.snapshotFrom(v)
		at := b.at
		b.setPos(p.pos)
		slot := b.mapAssign(p.m, p.key)
		b.at = at
		b.store(slot, v.as(p.t))
	case placeMem, placeIndex:
		l := b.memory(p)
		b.storeOff(l.addr, l.off, v.as(p.t))
	}
}

// snapshotFrom copies a value in memory that a call of the runtime may move: elements of maps.
func (b *builder) snapshotFrom(v val) val {
	if v.inMem() && v.addr.Op != ssa.OpLocalAddr {
		return b.snapshot(v)
	}
	return v
}

// assign lowers assignments: the calls of the left, then the right, then what else the left is made of, then the
// stores from left to right. So x.s[i] = f() stores to the slice that x.s is after f.
func (b *builder) assign(lhs, rhs []ast.Expr, define bool, pos token.Pos) {
	switch {
	case len(lhs) == 1 && len(rhs) == 1:
		b.assignOne(lhs[0], rhs[0], define, pos)
	case len(rhs) == 1:
		b.assignTuple(lhs, rhs[0], define, pos)
	default:
		b.assignPairs(lhs, rhs, define, pos)
	}
}

// newVarOf is the variable that an identifier on the left of := or var declares, or nil.
func (b *builder) newVarOf(e ast.Expr, define bool) *types.Var {
	if !define {
		return nil
	}
	id, ok := e.(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := b.info.Defs[id].(*types.Var)
	return v
}

func (b *builder) assignOne(l, r ast.Expr, define bool, pos token.Pos) {
	if v := b.newVarOf(l, define); v != nil && v.Name() != "_" {
		b.defineVar(v, r)
		return
	}
	if isBlank(l) {
		b.discard(l, r)
		return
	}
	if b.mapAppend(l, r, pos) {
		return
	}
	b.hoistPlace(l)
	if lit, ok := ast.Unparen(r).(*ast.CompositeLit); ok && b.plainLit(l, lit) {
		if p := b.place(l); p.kind == placeMem || p.kind == placeIndex {
			b.setPos(pos)
			m := b.memory(p)
			b.litInto(lit, m.addr, m.off, p.t, false)
		} else {
			v := b.exTo(lit, p.t)
			b.setPos(pos)
			b.storePlace(p, v)
		}
		return
	}
	v := b.exprTo(r, b.typeOf(l))
	if mayOverlap(l, r, v.t) {
		v = b.snapshot(v)
	}
	p := b.place(l)
	b.setPos(pos)
	b.storePlace(p, v)
}

// plainLit tells whether a struct or array literal may be built in the memory that it is assigned to: if it is
// empty, or large and of constants, so that nothing it is made of can depend on that memory or panic halfway.
func (b *builder) plainLit(l ast.Expr, lit *ast.CompositeLit) bool {
	t := b.typeOf(l)
	if !types.Identical(t, b.typeOf(lit)) {
		return false
	}
	switch under(t).(type) {
	case *types.Struct, *types.Array:
		return len(lit.Elts) == 0 || !b.ssaable(t) && b.constantElements(lit)
	}
	return false
}

// constantElements tells whether a struct or array literal has but constants in it.
func (b *builder) constantElements(lit *ast.CompositeLit) bool {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		e = ast.Unparen(e)
		if tv := b.info.Types[e]; tv.Value != nil {
			continue
		}
		inner, ok := e.(*ast.CompositeLit)
		if !ok {
			return false
		}
		switch under(b.typeOf(inner)).(type) {
		case *types.Struct, *types.Array:
		default:
			return false
		}
		if !b.constantElements(inner) {
			return false
		}
	}
	return true
}

// mayOverlap tells whether the two sides of an assignment may be different but
// overlapping memory: arrays at pointers that were made from slices.
func mayOverlap(l, r ast.Expr, t types.Type) bool {
	_, left := ast.Unparen(l).(*ast.StarExpr)
	_, right := ast.Unparen(r).(*ast.StarExpr)
	if !left || !right {
		return false
	}
	_, array := under(t).(*types.Array)
	return array
}

// defineVar declares a variable with an initial value. A literal is built inside the variable.
func (b *builder) defineVar(v *types.Var, r ast.Expr) {
	t := b.typ(v.Type())
	if lit, ok := ast.Unparen(r).(*ast.CompositeLit); ok && !b.ssaable(t) && types.Identical(t, b.typeOf(lit)) {
		b.hoist(r)
		a := b.allocVar(v, t)
		b.litInto(lit, a, 0, t, true)
		b.vars[v] = &variable{t: t, addr: a}
		return
	}
	x := b.exprTo(r, t)
	b.declare(v, &x)
}

func isBlank(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && id.Name == "_"
}

// discard evaluates a value for its effects.
func (b *builder) discard(l, r ast.Expr) {
	t := b.typeOf(r)
	if tv, ok := b.info.Types[l]; ok && tv.Type != nil {
		t = b.typ(tv.Type)
	}
	if isUntypedNil(t) {
		return
	}
	b.exprTo(r, t)
}

// assignTuple lowers a, b = f() and the comma-ok forms.
func (b *builder) assignTuple(lhs []ast.Expr, r ast.Expr, define bool, pos token.Pos) {
	b.hoistPlaces(lhs, define)
	vals := b.exprMulti(r)
	places := b.places(lhs, define)
	b.setPos(pos)
	for i := range lhs {
		b.finishAssign(lhs[i], places[i], vals[i], define, pos)
	}
}

func (b *builder) hoistPlaces(lhs []ast.Expr, define bool) {
	for _, l := range lhs {
		if b.newVarOf(l, define) == nil && !isBlank(l) {
			b.hoistPlace(l)
		}
	}
}

// places evaluates the left of an assignment after hoistPlaces and the calls of the right.
func (b *builder) places(lhs []ast.Expr, define bool) []place {
	places := make([]place, len(lhs))
	for i, l := range lhs {
		if b.newVarOf(l, define) == nil && !isBlank(l) {
			places[i] = b.place(l)
		}
	}
	return places
}

func (b *builder) finishAssign(l ast.Expr, p place, v val, define bool, pos token.Pos) {
	if isBlank(l) {
		return
	}
	if x := b.newVarOf(l, define); x != nil {
		v = b.convert(v, b.typ(x.Type()), pos)
		b.declare(x, &v)
		return
	}
	b.storePlace(p, b.convert(v, p.t, pos))
}

// assignPairs lowers a, b = x, y.
func (b *builder) assignPairs(lhs, rhs []ast.Expr, define bool, pos token.Pos) {
	b.hoistPlaces(lhs, define)
	b.hoistParts(rhs...)
	places := b.places(lhs, define)
	vals := make([]val, len(rhs))
	for i, r := range rhs {
		t := places[i].t
		if x := b.newVarOf(lhs[i], define); x != nil {
			t = b.typ(x.Type())
		}
		if t == nil {
			t = b.typeOf(r)
		}
		vals[i] = b.snapshot(b.exTo(r, t))
	}
	b.setPos(pos)
	for i := range lhs {
		b.finishAssign(lhs[i], places[i], vals[i], define, pos)
	}
}
