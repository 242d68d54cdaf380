package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"strata/internal/ssa"
	"strata/internal/symname"
)

// prologue gives a function with deferred calls a second way in: when a panic
// is recovered, the runtime resumes it at the recover block.
func (b *builder) prologue() {
	if b.fi == nil || !b.fi.hasDefer {
		return
	}
	b.startOpenDefers()
	entry, start := b.here(), b.newBlock()
	b.f.Recover = b.newBlock()
	b.saveResultAddrs()
	entry.Kind = ssa.BlockDefer
	entry.AddEdge(start)
	entry.AddEdge(b.f.Recover)
	b.next(start)
}

// saveResultAddrs keeps the addresses of results that may be on the heap in
// slots: the recover block starts with nothing but the frame.
func (b *builder) saveResultAddrs() {
	for _, r := range b.results {
		vi := b.fi.varInfo(r)
		if vi == nil || !vi.taken && !vi.captured {
			if a := b.vars[r].addr; a != nil && a.Op == ssa.OpAlloc {
				a.Aux.(*ssa.AllocInfo).Stack = true // nobody else knows it
			}
			continue
		}
		slot := b.tempSlot("&"+r.Name(), tUnsafe)
		b.opI(ssa.OpStore, ssa.Void, 0, b.slotAddr(slot), b.vars[r].addr)
		if b.ext.resultSlots == nil {
			b.ext.resultSlots = map[*types.Var]*ssa.Slot{}
		}
		b.ext.resultSlots[r] = slot
	}
}

func (b *builder) slotAddr(s *ssa.Slot) *ssa.Value {
	return b.opA(ssa.OpLocalAddr, ssa.Ptr, 0, s)
}

// epilogue makes the recover block: run what is still deferred, return the results.
func (b *builder) epilogue() {
	if b.f.Recover == nil {
		return
	}
	b.next(b.f.Recover)
	b.setPos(b.f.End)
	b.runDeferred(true)
	vals := make([]val, len(b.results))
	for i, r := range b.results {
		x := b.vars[r]
		addr := x.addr
		if slot := b.ext.resultSlots[r]; slot != nil {
			addr = b.opI(ssa.OpLoad, ssa.Ptr, 0, b.slotAddr(slot))
		}
		if addr == nil {
			vals[i] = b.zero(x.t) // nothing could change it
			continue
		}
		vals[i] = b.load(addr, x.t)
	}
	b.ret(vals)
}

// deferStmt lowers a defer statement. Where defers are open-coded there is no record; otherwise a
// statement that runs at most once per call has its record in the frame, others have theirs on the heap.
func (b *builder) deferStmt(s *ast.DeferStmt) {
	fn := b.delayed(s.Defer, s.Call, symname.DeferWrapper, "deferred call")
	b.setPos(s.Defer)
	switch {
	case b.ext.open != nil:
		b.deferOpen(fn)
	case b.ext.rng != nil:
		frame := b.readVar(b.varOf(b.fi.real().ext.defers))
		b.rt("deferprocat", fn, frame.s[0], frame.s[1])
	case b.ext.loops > 0 || b.ext.labelled:
		b.rt("deferproc", fn)
	default:
		record := b.p.runtimeType("runtime/internal/task", "Defer")
		d := b.temp(record)
		b.opI(ssa.OpStore, ssa.Void, b.p.fieldNamed(record, "Fn"), d, fn)
		b.rt("deferprocStack", d)
	}
}

// fieldNamed is the offset of a struct's field.
func (p *Program) fieldNamed(t types.Type, name string) int64 {
	st := under(t).(*types.Struct)
	for i := range st.NumFields() {
		if st.Field(i).Name() == name {
			return p.fieldOff(st, i)
		}
	}
	panic(&lowerError{token.NoPos, fmt.Sprintf("%s has no field %s", t, name)})
}

// goStmt lowers a go statement.
func (b *builder) goStmt(s *ast.GoStmt) {
	fn := b.delayed(s.Go, s.Call, symname.GoWrapper, "go closure")
	b.setPos(s.Go)
	b.rt("newproc", fn)
}

// delayed evaluates the operands of a call now, at a defer or go statement, and makes a func() that makes the call.
func (b *builder) delayed(at token.Pos, e *ast.CallExpr, kind, what string) *ssa.Value {
	if b.info.Types[e.Fun].IsBuiltin() {
		return b.delayedBuiltin(e, kind, what)
	}
	if lit, ok := ast.Unparen(e.Fun).(*ast.FuncLit); ok && isPlain(under(b.typeOf(lit)).(*types.Signature)) {
		return b.closure(lit).s[0]
	}
	b.hoist(e.Fun)
	c := b.callee(e)
	if c.fn != nil && b.isIntrinsic(&c) {
		return b.delayedAST(e, kind, what, func(in *builder) { in.call(e) })
	}
	if isPlain(c.sig) && c.recv == nil && !c.iface {
		if c.fn != nil {
			return b.funcValue(c.sym).s[0]
		}
		c.resolve()
		return c.val.s[0]
	}
	var lit *funcInfo // of a literal: the call is known
	if x, ok := ast.Unparen(e.Fun).(*ast.FuncLit); ok {
		lit = b.fi.a.lits[x]
	}
	kept := b.keepPointers(e, &c)
	first, args := b.delayedOperands(e, &c, lit, kept == nil)
	itab := ""
	if c.iface {
		b.setPos(at)
		b.nilCheck(c.val.s[0])
		itab = knownItab(c.val.s[0])
	}
	n, all := len(first), len(first)+len(args.vals)
	vals := slices.Concat(first, args.vals, kept)
	code := ""
	if lit != nil {
		code = lit.sym
	}
	c2 := c
	c2.val, c2.recv = val{}, nil
	static := c.recv
	return b.bindCall(e, kind, what, vals, func(in *builder, vals []val) {
		c := c2
		callee, given := vals[:n], args.build(in, e, c.sig, vals[n:all])
		in.setPos(callPos(e))
		switch {
		case c.iface:
			c.val = callee[0]
			if itab != "" { // the method can be called directly
				c.val = val{t: c.val.t, s: []*ssa.Value{in.globalAddr(itab), c.val.s[1]}}
			}
			in.invoke(&c, given)
		case static != nil:
			in.callSym(c.sym, static.sig, c.fn, slices.Concat(callee, given))
		case n == 1:
			in.callKnownClosure(callee[0].as(c.sig), code, given)
		case lit != nil:
			in.callKnownClosure(in.funcValue(code).as(c.sig), code, given)
		default:
			in.invoke(&c, given)
		}
		in.keepAlive(vals[all:])
	})
}

// knownItab gives the symbol of the itab that an interface's first word is, "" if that is not known here.
func knownItab(word *ssa.Value) string {
	for word.Op == ssa.OpCopy || word.Op == ssa.OpNilCheck {
		word = word.Args[0]
	}
	if sym, ok := word.Aux.(string); ok && word.Op == ssa.OpGlobalAddr && word.AuxInt == 0 && strings.HasPrefix(sym, "go:itab.") {
		return sym
	}
	return ""
}

// delayedOperands evaluates what a delayed call needs: first a receiver, an interface or a function value, if it has any.
// As in any call, the calls among the arguments come before that.
func (b *builder) delayedOperands(e *ast.CallExpr, c *callee, lit *funcInfo, parts bool) (first []val, args delayedArgs) {
	b.hoistParts(e.Args...)
	tuple := len(e.Args) == 1 && b.isTuple(e.Args[0])
	if tuple {
		args = b.delayedArgs(e, c.sig, false)
	}
	c.resolve()
	switch {
	case c.recv != nil:
		first = []val{b.snapshot(b.receiver(*c.recv))}
	case c.iface || c.fn == nil && (lit == nil || len(lit.captures) > 0):
		first = []val{c.val}
	}
	if !tuple {
		args = b.delayedArgs(e, c.sig, parts)
	}
	return first, args
}

// delayedArgs are the arguments of a delayed call as far as they are evaluated at its statement.
type delayedArgs struct {
	exprs []ast.Expr // what vals are the values of; nil: they are the arguments themselves
	vals  []val
}

// delayedArgs evaluates what the arguments of a delayed call are made of. With parts, what literals, new and conversions to
// parameters' types make from that is left to the call: it need not outlive it then.
func (b *builder) delayedArgs(e *ast.CallExpr, sig *types.Signature, parts bool) delayedArgs {
	if !parts || len(e.Args) == 1 && sig.Params().Len() != 0 && b.isTuple(e.Args[0]) {
		return delayedArgs{vals: b.args(e, sig)}
	}
	d := delayedArgs{exprs: b.makings([]ast.Expr{}, e.Args)}
	to := make([]types.Type, len(d.exprs))
	for i, x := range d.exprs {
		to[i] = b.typeOf(x)
	}
	d.vals = b.exprs(d.exprs, to)
	return d
}

// build makes the arguments where the call is.
func (d *delayedArgs) build(in *builder, e *ast.CallExpr, sig *types.Signature, vals []val) []val {
	if d.exprs == nil {
		return vals
	}
	in.hoisted = map[ast.Expr]val{}
	for i, x := range d.exprs {
		in.hoisted[x] = vals[i]
	}
	return in.args(e, sig)
}

// makings appends to list what expressions that make objects are made of, of others themselves.
func (b *builder) makings(list, exprs []ast.Expr) []ast.Expr {
	for _, x := range exprs {
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			x = kv.Value
		}
		if tv := b.info.Types[x]; tv.Value != nil || tv.IsNil() || tv.IsType() {
			continue
		}
		x = ast.Unparen(x)
		made := x
		if u, ok := x.(*ast.UnaryExpr); ok && u.Op == token.AND {
			made = ast.Unparen(u.X)
		}
		switch m := made.(type) {
		case *ast.CompositeLit:
			if _, isMap := under(b.typeOf(m)).(*types.Map); !isMap {
				list = b.makings(list, m.Elts)
				continue
			}
		case *ast.CallExpr:
			if made == x && b.info.Types[m.Fun].IsBuiltin() && builtinName(m.Fun) == "new" {
				list = b.makings(list, m.Args)
				continue
			}
		}
		list = append(list, x)
	}
	return list
}

// isPlain tells of functions without parameters and results.
func isPlain(s *types.Signature) bool {
	return s.Params().Len() == 0 && s.Results().Len() == 0
}

// delayedBuiltin delays a builtin function: its arguments are values of their own types.
func (b *builder) delayedBuiltin(e *ast.CallExpr, kind, what string) *ssa.Value {
	switch builtinName(e.Fun) {
	case "panic":
		v := b.exprTo(e.Args[0], tAny)
		return b.bindCall(e, kind, what, []val{v}, func(in *builder, vals []val) {
			in.rt("gopanic", vals[0].s[0], vals[0].s[1])
		})
	case "recover":
		return b.bindCall(e, kind, what, nil, func(in *builder, _ []val) { in.rt("gorecover") })
	}
	return b.delayedAST(e, kind, what, func(in *builder) { in.call(e) })
}

// delayedAST delays a call whose lowering depends on its syntax: the arguments
// are evaluated here, and stand ready as hoisted where the call is made.
func (b *builder) delayedAST(e *ast.CallExpr, kind, what string, body func(in *builder)) *ssa.Value {
	if len(e.Args) == 1 && b.isTuple(e.Args[0]) {
		vals, _ := b.spread(e.Args[0])
		for i, v := range vals {
			vals[i] = b.snapshot(v)
		}
		return b.bindCall(e, kind, what, vals, func(in *builder, vals []val) {
			in.tuples = map[ast.Expr][]val{e.Args[0]: vals}
			body(in)
		})
	}
	var exprs []ast.Expr
	var vals []val
	for _, a := range e.Args {
		if tv := b.info.Types[a]; tv.Value != nil || tv.IsNil() || tv.IsType() {
			continue
		}
		exprs = append(exprs, a)
		vals = append(vals, b.snapshot(b.expr(a)))
	}
	return b.bindCall(e, kind, what, vals, func(in *builder, vals []val) {
		in.hoisted = map[ast.Expr]val{}
		for i, x := range exprs {
			in.hoisted[x] = vals[i]
		}
		body(in)
	})
}

// bindCall makes a closure over values; body, which is lowered on its own, does something with them.
func (b *builder) bindCall(e *ast.CallExpr, kind, what string, vals []val, body func(in *builder, vals []val)) *ssa.Value {
	b.ext.wrappers++
	n := b.ext.wrappers
	fields := []*types.Var{types.NewField(token.NoPos, nil, "F", tUintptr, false)}
	for i, v := range vals {
		fields = append(fields, types.NewField(token.NoPos, nil, "X"+strconv.Itoa(i), v.t, false))
	}
	offs := b.p.Sizes.Offsetsof(fields)
	ts := make([]types.Type, len(vals))
	for i, v := range vals {
		ts[i] = v.t
	}
	d := FuncDef{
		Sym: symname.Closure(b.f.Name, kind, n), Display: symname.Closure(b.f.DisplayName, kind, n),
		PkgPath: b.f.PkgPath, Sig: funcSig(nil), Conv: b.p.Conv,
		Pragma: ssa.WrapperFunc | b.def.Pragma&(ssa.RuntimeFunc|ssa.NoWriteBarrier|ssa.NoWriteBarrierRec),
		Pos:    e.Pos(), End: e.End(), pkg: b.pkg, sub: b.def.sub,
	}
	if len(vals) > 0 {
		d.Pragma |= ssa.NeedCtxt
	}
	d.make = func(in *builder) {
		in.params()
		loaded := make([]val, len(ts))
		if len(ts) > 0 {
			ctx := in.op(ssa.OpClosurePtr, ssa.Ptr)
			for i, t := range ts {
				loaded[i] = in.loadOff(ctx, offs[i+1], t)
			}
		}
		body(in, loaded)
		in.ret(nil)
	}
	b.p.defineFuncX(d)
	if len(vals) == 0 {
		return b.funcValue(d.Sym).s[0]
	}
	c := b.alloc(what, b.at.P, types.NewStruct(fields, nil))
	b.opI(ssa.OpStore, ssa.Void, 0, c, b.codeAddr(d.Sym))
	for i, v := range vals {
		b.storeOff(c, offs[i+1], v)
	}
	return c
}
