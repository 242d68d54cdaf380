package c2go

import (
	"fmt"

	"modernc.org/cc/v4"
)

// strip takes away parentheses and productions that add nothing.
func strip(n cc.ExpressionNode) cc.ExpressionNode {
	for {
		switch x := n.(type) {
		case *cc.PrimaryExpression:
			if x.Case != cc.PrimaryExpressionExpr {
				return n
			}
			n = x.ExpressionList
		case *cc.ExpressionList:
			if x.ExpressionList != nil {
				return n
			}
			n = x.AssignmentExpression
		case *cc.PostfixExpression:
			if x.Case != cc.PostfixExpressionPrimary {
				return n
			}
			n = x.PrimaryExpression
		case *cc.UnaryExpression:
			if x.Case != cc.UnaryExpressionPostfix {
				return n
			}
			n = x.PostfixExpression
		case *cc.CastExpression:
			if x.Case != cc.CastExpressionUnary {
				return n
			}
			n = x.UnaryExpression
		case *cc.MultiplicativeExpression:
			if x.Case != cc.MultiplicativeExpressionCast {
				return n
			}
			n = x.CastExpression
		case *cc.AdditiveExpression:
			if x.Case != cc.AdditiveExpressionMul {
				return n
			}
			n = x.MultiplicativeExpression
		case *cc.ShiftExpression:
			if x.Case != cc.ShiftExpressionAdd {
				return n
			}
			n = x.AdditiveExpression
		case *cc.RelationalExpression:
			if x.Case != cc.RelationalExpressionShift {
				return n
			}
			n = x.ShiftExpression
		case *cc.EqualityExpression:
			if x.Case != cc.EqualityExpressionRel {
				return n
			}
			n = x.RelationalExpression
		case *cc.AndExpression:
			if x.Case != cc.AndExpressionEq {
				return n
			}
			n = x.EqualityExpression
		case *cc.ExclusiveOrExpression:
			if x.Case != cc.ExclusiveOrExpressionAnd {
				return n
			}
			n = x.AndExpression
		case *cc.InclusiveOrExpression:
			if x.Case != cc.InclusiveOrExpressionXor {
				return n
			}
			n = x.ExclusiveOrExpression
		case *cc.LogicalAndExpression:
			if x.Case != cc.LogicalAndExpressionOr {
				return n
			}
			n = x.InclusiveOrExpression
		case *cc.LogicalOrExpression:
			if x.Case != cc.LogicalOrExpressionLAnd {
				return n
			}
			n = x.LogicalAndExpression
		case *cc.ConditionalExpression:
			if x.Case != cc.ConditionalExpressionLOr {
				return n
			}
			n = x.LogicalOrExpression
		case *cc.AssignmentExpression:
			if x.Case != cc.AssignmentExpressionCond {
				return n
			}
			n = x.ConditionalExpression
		case *cc.ConstantExpression:
			n = x.ConditionalExpression
		default:
			return n
		}
	}
}

// operands are the parts of an expression with two operands.
func operands(n cc.ExpressionNode) (op string, a, b cc.ExpressionNode) {
	switch x := n.(type) {
	case *cc.MultiplicativeExpression:
		return map[cc.MultiplicativeExpressionCase]string{cc.MultiplicativeExpressionMul: "*", cc.MultiplicativeExpressionDiv: "/",
			cc.MultiplicativeExpressionMod: "%"}[x.Case], x.MultiplicativeExpression, x.CastExpression
	case *cc.AdditiveExpression:
		return map[cc.AdditiveExpressionCase]string{cc.AdditiveExpressionAdd: "+", cc.AdditiveExpressionSub: "-"}[x.Case],
			x.AdditiveExpression, x.MultiplicativeExpression
	case *cc.ShiftExpression:
		return map[cc.ShiftExpressionCase]string{cc.ShiftExpressionLsh: "<<", cc.ShiftExpressionRsh: ">>"}[x.Case],
			x.ShiftExpression, x.AdditiveExpression
	case *cc.RelationalExpression:
		return map[cc.RelationalExpressionCase]string{cc.RelationalExpressionLt: "<", cc.RelationalExpressionGt: ">",
			cc.RelationalExpressionLeq: "<=", cc.RelationalExpressionGeq: ">="}[x.Case], x.RelationalExpression, x.ShiftExpression
	case *cc.EqualityExpression:
		return map[cc.EqualityExpressionCase]string{cc.EqualityExpressionEq: "==", cc.EqualityExpressionNeq: "!="}[x.Case],
			x.EqualityExpression, x.RelationalExpression
	case *cc.AndExpression:
		return "&", x.AndExpression, x.EqualityExpression
	case *cc.ExclusiveOrExpression:
		return "^", x.ExclusiveOrExpression, x.AndExpression
	case *cc.InclusiveOrExpression:
		return "|", x.InclusiveOrExpression, x.ExclusiveOrExpression
	case *cc.LogicalAndExpression:
		return "&&", x.LogicalAndExpression, x.InclusiveOrExpression
	case *cc.LogicalOrExpression:
		return "||", x.LogicalOrExpression, x.LogicalAndExpression
	}
	return "", nil, nil
}

// folded is the value of a constant expression that the front end knows.
func (f *fn) folded(n cc.ExpressionNode) (value, bool) {
	t := n.Type()
	switch x := n.(type) {
	case *cc.AssignmentExpression, *cc.ExpressionList:
		return value{}, false
	case *cc.PostfixExpression:
		if x.Case != cc.PostfixExpressionCall {
			return value{}, false
		}
	case *cc.PrimaryExpression:
		switch x.Case {
		case cc.PrimaryExpressionIdent:
			if e, ok := x.ResolvedTo().(*cc.Enumerator); ok {
				return f.enumerator(e, t), true
			}
			return value{}, false
		case cc.PrimaryExpressionStmt, cc.PrimaryExpressionString, cc.PrimaryExpressionLString:
			return value{}, false
		}
	}
	if !isInt(t) && !isFloat(t) && !isPtr(t) {
		return value{}, false
	}
	c, ok := constantOf(n.Value())
	if !ok || !effectless(n) {
		return value{}, false
	}
	if isFloat(t) != c.float {
		if isFloat(t) {
			c = convertConstant(c, f.u.ast.LongLong, t)
		} else {
			return value{}, false
		}
	} else if !c.float {
		c = &constant{i: truncate(c.i, t)}
	} else if t.Kind() == cc.Float {
		c = &constant{f: float64(float32(c.f)), float: true}
	}
	return literal(c, t), true
}

// inString reports whether an object is a character of a string constant: the front end takes its address for its value.
func inString(n cc.ExpressionNode) bool {
	switch x := strip(n).(type) {
	case *cc.PostfixExpression:
		return x.Case == cc.PostfixExpressionIndex && (inString(x.PostfixExpression) || inString(x.ExpressionList))
	case *cc.PrimaryExpression:
		return x.Case == cc.PrimaryExpressionString || x.Case == cc.PrimaryExpressionLString
	}
	return false
}

// effectless reports whether leaving out the evaluation of a constant expression changes nothing.
func effectless(n cc.ExpressionNode) bool {
	switch x := strip(n).(type) {
	case *cc.AssignmentExpression:
		return false
	case *cc.ExpressionList:
		return false
	case *cc.UnaryExpression:
		switch x.Case {
		case cc.UnaryExpressionInc, cc.UnaryExpressionDec:
			return false
		case cc.UnaryExpressionSizeofExpr, cc.UnaryExpressionSizeofType, cc.UnaryExpressionAlignofExpr, cc.UnaryExpressionAlignofType:
			return true
		case cc.UnaryExpressionAddrof:
			return !inString(x.CastExpression)
		}
		return x.CastExpression == nil || effectless(x.CastExpression)
	case *cc.CastExpression:
		return effectless(x.CastExpression)
	case *cc.PostfixExpression:
		switch x.Case {
		case cc.PostfixExpressionInc, cc.PostfixExpressionDec:
			return false
		}
		return true
	case *cc.PrimaryExpression:
		return x.Case != cc.PrimaryExpressionStmt
	case *cc.ConditionalExpression:
		return effectless(x.LogicalOrExpression) && (x.ExpressionList == nil || effectless(x.ExpressionList)) && effectless(x.ConditionalExpression)
	default:
		if _, a, b := operands(x); a != nil {
			return effectless(a) && effectless(b)
		}
	}
	return true
}

func (f *fn) enumerator(e *cc.Enumerator, t cc.Type) value {
	c, ok := constantOf(e.Value())
	if !ok {
		fail(e, "enumeration constant %s has no value", e.Token.SrcStr())
	}
	v := literal(&constant{i: truncate(c.i, t)}, t)
	if o := f.u.enum(e); o != nil && isSigned(t) == (int64(c.i) < 0 || isSigned(t)) {
		f.mention(o.goer)
		v.s, v.prec = o.goer, precPrimary
	}
	return v
}

// expr translates an expression whose value is used.
func (f *fn) expr(n cc.ExpressionNode) value {
	n = strip(n)
	if v, ok := f.folded(n); ok {
		return v
	}
	switch x := n.(type) {
	case *cc.PrimaryExpression:
		return f.primary(x)
	case *cc.PostfixExpression:
		return f.postfix(x)
	case *cc.UnaryExpression:
		return f.unary(x)
	case *cc.CastExpression:
		v := f.expr(x.CastExpression)
		if isVoid(x.Type()) {
			v = f.void(x, v)
			return v
		}
		return f.convert(x, v, x.Type())
	case *cc.ConditionalExpression:
		return f.conditional(x)
	case *cc.AssignmentExpression:
		return f.assignment(x, true)
	case *cc.ExpressionList:
		for ; x.ExpressionList != nil; x = x.ExpressionList {
			f.discard(x.AssignmentExpression)
		}
		return f.expr(x.AssignmentExpression)
	}
	op, a, b := operands(n)
	if a == nil {
		fail(n, "expression %T is not supported", n)
	}
	switch op {
	case "&&", "||":
		return f.logical(n, op, a, b)
	case "==", "!=", "<", ">", "<=", ">=":
		return f.comparison(n, op, a, b)
	case "<<", ">>":
		return f.shift(n, op, f.expr(a), b)
	}
	x, y := f.both(a, b)
	return f.binary(n, op, x, y)
}

// void evaluates v for its effects.
func (f *fn) void(at cc.Node, v value) value {
	f.effect(at, v)
	return value{s: "", t: f.u.ast.Void, prec: precPrimary, same: true}
}

// effect emits v as a statement, if it can have an effect.
func (f *fn) effect(at cc.Node, v value) {
	switch {
	case v.s == "" || v.same || v.c != nil:
	case v.call:
		f.emit("%s", v.s)
	default:
		f.emit("_ = %s", v.s)
	}
}

// both evaluates two operands, from left to right.
func (f *fn) both(a, b cc.ExpressionNode) (value, value) {
	x := f.expr(a)
	n := len(f.lines)
	y := f.expr(b)
	return f.keep(a, x, n), y
}

// binary applies an arithmetic operator to values, as C does.
func (f *fn) binary(at cc.Node, op string, x, y value) value {
	u := f.u
	if isPtr(x.t) || isPtr(y.t) {
		return f.pointerArithmetic(at, op, x, y)
	}
	t := u.arithmetic(f.promoted(x), f.promoted(y))
	if op == "%" || op == "&" || op == "|" || op == "^" {
		if !isInt(t) {
			fail(at, "operator %s of %s", op, t)
		}
	}
	x, y = f.convert(at, x, t), f.convert(at, y, t)
	prec := precAdd
	switch op {
	case "*", "/", "%", "&":
		prec = precMul
	}
	xs, ys := x.wrap(prec), y.wrap(prec+1)
	if x.c != nil && y.c != nil {
		xs = "libc.Same[" + u.goType(at, t) + "](" + x.s + ")"
	} else if y.c != nil && (op == "/" || op == "%") && !y.c.float && y.c.i == 0 {
		ys = "libc.Same[" + u.goType(at, t) + "](0)"
	}
	v := value{s: xs + " " + op + " " + ys, t: t, prec: prec, same: x.same && y.same}
	if (op == "/" || op == "%") && !isFloat(t) {
		v.same = false
	}
	if op == "*" && isFloat(t) {
		v.s, v.prec = u.goType(at, t)+"("+v.s+")", precPrimary // keeps machines from fusing it with a sum
	}
	return v
}

func (f *fn) promoted(v value) cc.Type {
	if !isInt(v.t) && !isFloat(v.t) {
		return v.t
	}
	return f.u.promote(v.t, v.bits)
}

// pointerArithmetic adds integers to pointers, and subtracts pointers.
func (f *fn) pointerArithmetic(at cc.Node, op string, x, y value) value {
	u := f.u
	switch {
	case op == "-" && isPtr(x.t) && isPtr(y.t):
		size := sizeOf(at, elemType(at, x.t))
		d := value{s: "int64(" + x.wrap(precAdd) + " - " + y.wrap(precAdd+1) + ")", t: u.ast.Long, prec: precPrimary, same: x.same && y.same}
		if x.c != nil && y.c != nil {
			return literal(&constant{i: uint64(int64(x.c.i-y.c.i) / max(size, 1))}, u.ast.Long)
		}
		switch {
		case size <= 1:
		case size&(size-1) == 0:
			d.s, d.prec = fmt.Sprintf("%s >> %d", d.s, log2(size)), precMul
		default:
			d.s, d.prec = fmt.Sprintf("%s / %d", d.s, size), precMul
		}
		return d
	case op == "+" && isInt(x.t):
		return f.offset(at, y, x, false)
	case (op == "+" || op == "-") && isInt(y.t):
		return f.offset(at, x, y, op == "-")
	}
	fail(at, "operator %s of %s and %s", op, x.t, y.t)
	return value{}
}

func log2(n int64) int {
	k := 0
	for ; n > 1; n >>= 1 {
		k++
	}
	return k
}

// offset is p[i]'s address, or that of p[-i].
func (f *fn) offset(at cc.Node, p, i value, minus bool) value {
	e := elemType(at, p.t)
	if a, ok := e.(*cc.ArrayType); ok && f.sizeVaries(a) {
		n := f.convert(at, f.sizeof(at, e), f.u.ast.ULong)
		s := "uintptr(" + f.convert(at, i, f.u.ast.Long).s + ")*uintptr(" + n.s + ")"
		op := " + "
		if minus {
			op = " - "
		}
		return value{s: p.wrap(precAdd) + op + s, t: p.t, prec: precAdd}
	}
	size := sizeOf(at, e)
	if i.c != nil {
		n := int64(i.c.i) * size
		if minus {
			n = -n
		}
		t := p.t
		p = plus(p, n)
		p.t = t
		return p
	}
	j := f.convert(at, i, f.promoted(i))
	s, prec := "uintptr("+j.s+")", precPrimary
	if size != 1 {
		s, prec = fmt.Sprintf("%s*%d", s, size), precMul
	}
	if size == 0 {
		return p
	}
	_ = prec
	op := " + "
	if minus {
		op = " - "
	}
	return value{s: p.wrap(precAdd) + op + s, t: p.t, prec: precAdd, same: p.same && i.same}
}

// comparison compares two values.
func (f *fn) comparison(at cc.Node, op string, a, b cc.ExpressionNode) value {
	x, y := f.both(a, b)
	if isPtr(x.t) || isPtr(y.t) {
		t := x.t
		if !isPtr(t) {
			t = y.t
		}
		x, y = f.convert(at, x, t), f.convert(at, y, t)
	} else {
		t := f.u.arithmetic(f.promoted(x), f.promoted(y))
		x, y = f.convert(at, x, t), f.convert(at, y, t)
	}
	xs := x.wrap(precAdd)
	if x.c != nil && y.c != nil {
		xs = "libc.Same[" + f.u.goType(at, x.t) + "](" + x.s + ")"
	}
	return value{s: xs + " " + op + " " + y.wrap(precAdd), t: f.u.ast.Int, prec: precCompare, cond: true, same: x.same && y.same}
}

// shift shifts by a count whose high bits the machine ignores.
func (f *fn) shift(at cc.Node, op string, x value, b cc.ExpressionNode) value {
	n := len(f.lines)
	y := f.expr(b)
	x = f.keep(at, x, n)
	return f.shifted(at, op, x, y)
}

func (f *fn) shifted(at cc.Node, op string, x, y value) value {
	if !isInt(x.t) || !isInt(y.t) {
		fail(at, "operator %s of %s and %s", op, x.t, y.t)
	}
	t := f.promoted(x)
	x = f.convert(at, x, t)
	mask := uint64(8*t.Size() - 1)
	xs := x.wrap(precMul)
	if x.c != nil {
		xs = "libc.Same[" + f.u.goType(at, t) + "](" + x.s + ")"
		if y.c == nil {
			xs = f.typed(at, x)
		}
	}
	if y.c != nil {
		return value{s: fmt.Sprintf("%s %s %d", xs, op, y.c.i&mask), t: t, prec: precMul, same: x.same}
	}
	y = f.convert(at, y, f.promoted(y))
	ys := y.s
	if f.u.goType(at, y.t) != "uint32" {
		ys = "uint32(" + ys + ")"
	} else {
		ys = y.wrap(precMul)
	}
	return value{s: fmt.Sprintf("%s %s (%s & %d)", xs, op, ys, mask), t: t, prec: precMul, same: x.same && y.same}
}

// logical is && or ||: the right side is evaluated only if the left one does not decide.
func (f *fn) logical(at cc.Node, op string, a, b cc.ExpressionNode) value {
	x := f.truth(a, f.expr(a))
	var y value
	lines := f.sub(func() { y = f.truth(b, f.expr(b)) })
	prec := precAnd
	if op == "||" {
		prec = precOr
	}
	if len(lines) == 0 {
		return value{s: x.wrap(prec) + " " + op + " " + y.wrap(prec+1), t: f.u.ast.Int, prec: prec, cond: true, same: x.same && y.same}
	}
	t := f.variable("bool", x.s)
	if op == "||" {
		f.emit("if !%s {", t)
	} else {
		f.emit("if %s {", t)
	}
	f.lines = append(f.lines, lines...)
	f.emit("%s = %s", t, y.s)
	f.emit("}")
	return value{s: t, t: f.u.ast.Int, prec: precPrimary, cond: true, same: true}
}

// conditional is a ? b : c, or a ?: c.
func (f *fn) conditional(x *cc.ConditionalExpression) value {
	t := x.Type()
	if t.Kind() == cc.Array || t.Kind() == cc.Function {
		t = t.Decay()
	}
	test := f.expr(x.LogicalOrExpression)
	if x.ExpressionList == nil {
		test = f.temp(x, test)
	}
	c := f.truth(x, test)
	arm := func(n cc.ExpressionNode) (lines []string, v value) {
		lines = f.sub(func() {
			if n == nil {
				v = f.convert(x, test, t)
				return
			}
			v = f.expr(n)
			if isVoid(t) {
				f.void(n, v)
			} else {
				v = f.convert(n, v, t)
			}
		})
		return
	}
	if c.s == "true" || c.s == "false" {
		n := x.ConditionalExpression
		if c.s == "true" && x.ExpressionList != nil {
			n = x.ExpressionList
		} else if c.s == "true" {
			return f.convert(x, test, t)
		}
		lines, v := arm(n)
		f.lines = append(f.lines, lines...)
		return v
	}
	l1, v1 := arm(x.ExpressionList)
	l2, v2 := arm(x.ConditionalExpression)
	if isVoid(t) {
		f.emit("if %s {", c.s)
		f.lines = append(f.lines, l1...)
		if len(l2) > 0 {
			f.emit("} else {")
			f.lines = append(f.lines, l2...)
		}
		f.emit("}")
		return value{t: t, prec: precPrimary, same: true}
	}
	r := f.variable(f.u.goType(x, t), "")
	f.emit("if %s {", c.s)
	f.lines = append(f.lines, l1...)
	f.emit("%s = %s", r, f.plain(x, v1))
	f.emit("} else {")
	f.lines = append(f.lines, l2...)
	f.emit("%s = %s", r, f.plain(x, v2))
	f.emit("}")
	return value{s: r, t: t, prec: precPrimary, same: true}
}

// plain is a value of C as a Go expression: conditions become 0 or 1.
func (f *fn) plain(at cc.Node, v value) string {
	if v.cond {
		return "libc.Int(" + v.s + ")"
	}
	return v.s
}
