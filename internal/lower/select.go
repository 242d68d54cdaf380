package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"strata/internal/ssa"
)

// comm is a case of a select statement, its operands evaluated.
type comm struct {
	clause *ast.CommClause
	body   *ssa.Block
	send   bool
	ch     val
	elem   types.Type
	value  val        // sent
	buf    *ssa.Value // where a received value goes, nil if nobody wants it
	index  int        // in the array of cases that the runtime sees
}

// recvParts takes a receive clause apart: the channel, and what is assigned to.
func recvParts(s ast.Stmt) (ch ast.Expr, lhs []ast.Expr, define bool) {
	var e ast.Expr
	switch s := s.(type) {
	case *ast.ExprStmt:
		e = s.X
	case *ast.AssignStmt:
		e, lhs, define = s.Rhs[0], s.Lhs, s.Tok == token.DEFINE
	}
	return ast.Unparen(e).(*ast.UnaryExpr).X, lhs, define
}

// selectStmt lowers a select statement: all channels and values are evaluated first, in order.
func (b *builder) selectStmt(s *ast.SelectStmt, label *types.Label) {
	var comms []*comm
	var deflt *comm
	done := b.newBlock()
	for _, n := range s.Body.List {
		c := &comm{clause: n.(*ast.CommClause), body: b.newBlock()}
		if c.clause.Comm == nil {
			deflt = c
			continue
		}
		b.operands(c)
		comms = append(comms, c)
	}
	b.setPos(s.Select)
	var ok *ssa.Value
	switch {
	case len(comms) == 0 && deflt == nil:
		b.rt("block")
		b.unreachable()
	case len(comms) == 0:
		b.jump(deflt.body)
	case len(comms) == 1 && deflt == nil:
		ok = b.onlyComm(comms[0])
	case len(comms) == 1:
		ok = b.tryComm(comms[0], deflt)
	default:
		ok = b.selectGo(comms, deflt)
	}
	b.pushTarget(&target{label: label, brk: done})
	for _, n := range s.Body.List {
		c := deflt
		for _, k := range comms {
			if k.clause == n {
				c = k
			}
		}
		b.commBody(c, ok)
		b.jump(done)
	}
	b.popTarget()
	b.next(done)
}

// operands evaluates the channel and the value to send.
func (b *builder) operands(c *comm) {
	b.setPos(c.clause.Comm.Pos())
	if s, ok := c.clause.Comm.(*ast.SendStmt); ok {
		c.send = true
		c.ch = b.expr(s.Chan)
		c.elem = under(c.ch.t).(*types.Chan).Elem()
		c.value = b.snapshot(b.exprTo(s.Value, c.elem))
		return
	}
	ch, lhs, _ := recvParts(c.clause.Comm)
	c.ch = b.expr(ch)
	c.elem = under(c.ch.t).(*types.Chan).Elem()
	if len(lhs) > 0 && wants(lhs[0]) && b.p.sizeof(c.elem) > 0 {
		c.buf = b.tempResult(c.elem)
	}
}

func (b *builder) recvBuf(c *comm) *ssa.Value {
	if c.buf != nil {
		return c.buf
	}
	return b.nilPtr()
}

// onlyComm is a select of one case: the plain operation.
func (b *builder) onlyComm(c *comm) (ok *ssa.Value) {
	if c.send {
		b.rt("chansend1", c.ch.s[0], b.elemAddr(c.value))
	} else {
		ok = b.rt("chanrecv2", c.ch.s[0], b.recvBuf(c))[0]
	}
	b.jump(c.body)
	return ok
}

// tryComm is a select of one case and default.
func (b *builder) tryComm(c, deflt *comm) (ok *ssa.Value) {
	var done *ssa.Value
	b.setPos(c.clause.Comm.Pos())
	if s, ok := c.clause.Comm.(*ast.SendStmt); ok {
		b.setPos(s.Arrow)
	}
	if c.send {
		done = b.rt("selectnbsend", c.ch.s[0], b.elemAddr(c.value))[0]
	} else {
		r := b.rt("selectnbrecv", b.recvBuf(c), c.ch.s[0])
		done, ok = r[0], r[1]
	}
	b.branch(done, c.body, deflt.body, ssa.Unknown)
	return ok
}

// selectGo hands an array of {channel, element} to the runtime, sends first,
// and scratch space for the order in which it polls and locks.
func (b *builder) selectGo(comms []*comm, deflt *comm) (ok *ssa.Value) {
	n := len(comms)
	scase := types.NewStruct([]*types.Var{
		types.NewField(token.NoPos, nil, "c", tUnsafe, false),
		types.NewField(token.NoPos, nil, "elem", tUnsafe, false),
	}, nil)
	cases := b.temp(types.NewArray(scase, int64(n)))
	order := b.temp(types.NewArray(types.Typ[types.Uint16], int64(2*n)))
	sends, recvs := 0, 0
	for _, c := range comms {
		elem := b.recvBuf(c)
		if c.send {
			c.index = sends
			sends++
			elem = b.elemAddr(c.value)
		} else {
			recvs++
			c.index = n - recvs
		}
		b.opI(ssa.OpStore, ssa.Void, int64(16*c.index), cases, c.ch.s[0])
		b.opI(ssa.OpStore, ssa.Void, int64(16*c.index+8), cases, elem)
	}
	blocking := int64(1)
	if deflt != nil {
		blocking = 0
	}
	r := b.rt("selectgo", cases, order, b.nilPtr(), b.int(int64(sends)), b.int(int64(recvs)), b.constInt(ssa.Bool, blocking))
	search := intSearch{x: r[0], none: b.newBlock()}
	for _, c := range comms {
		search.add(int64(c.index), c.body)
	}
	if deflt != nil {
		search.add(-1, deflt.body)
	}
	b.searchInts(&search)
	b.next(search.none)
	b.unreachable()
	return r[1]
}

// commBody assigns what was received and runs the statements.
func (b *builder) commBody(c *comm, ok *ssa.Value) {
	b.next(c.body)
	if c.clause.Comm != nil && !c.send {
		b.setPos(c.clause.Comm.Pos())
		if _, lhs, define := recvParts(c.clause.Comm); len(lhs) > 0 && b.cur != nil {
			b.assignReceived(c, lhs, define, ok)
		}
	}
	b.body(c.clause.Body)
}

func (b *builder) assignReceived(c *comm, lhs []ast.Expr, define bool, ok *ssa.Value) {
	set := func(e ast.Expr, v val) {
		if !wants(e) {
			return
		}
		if id, isID := e.(*ast.Ident); isID && define {
			if obj, isVar := b.info.Defs[id].(*types.Var); isVar {
				v = b.convert(v, b.typ(obj.Type()), e.Pos())
				b.declare(obj, &v)
				return
			}
		}
		p := b.place(e)
		b.storePlace(p, b.convert(v, b.typeOf(e), e.Pos()))
	}
	if wants(lhs[0]) {
		set(lhs[0], b.loadTemp(c.buf, c.elem))
	}
	if len(lhs) > 1 {
		set(lhs[1], scalarVal(tBool, ok))
	}
}
