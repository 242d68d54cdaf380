package c2go

import (
	"strings"

	"modernc.org/cc/v4"
)

// unary translates prefix operators.
func (f *fn) unary(x *cc.UnaryExpression) value {
	switch x.Case {
	case cc.UnaryExpressionInc:
		return f.step(x, x.UnaryExpression, "+", true, true)
	case cc.UnaryExpressionDec:
		return f.step(x, x.UnaryExpression, "-", true, true)
	case cc.UnaryExpressionAddrof:
		return f.addressOf(x)
	case cc.UnaryExpressionDeref:
		return f.load(x, f.pointee(x))
	case cc.UnaryExpressionPlus:
		v := f.expr(x.CastExpression)
		return f.convert(x, v, f.promoted(v))
	case cc.UnaryExpressionMinus:
		v := f.expr(x.CastExpression)
		t := f.promoted(v)
		v = f.convert(x, v, t)
		if v.c != nil {
			v.s, v.prec = f.typedSame(x, v), precPrimary
		}
		return value{s: "-" + v.wrap(precPrimary), t: t, prec: precUnary, same: v.same}
	case cc.UnaryExpressionCpl:
		v := f.expr(x.CastExpression)
		t := f.promoted(v)
		if !isInt(t) {
			fail(x, "operator ~ of %s", t)
		}
		v = f.convert(x, v, t)
		if v.c != nil {
			v.s, v.prec = f.typedSame(x, v), precPrimary
		}
		return value{s: "^" + v.wrap(precPrimary), t: t, prec: precUnary, same: v.same}
	case cc.UnaryExpressionNot:
		return not(f.truth(x, f.expr(x.CastExpression)))
	case cc.UnaryExpressionSizeofExpr:
		return f.sizeof(x, f.typeOf(x.UnaryExpression))
	case cc.UnaryExpressionSizeofType:
		return f.sizeof(x, x.TypeName.Type())
	case cc.UnaryExpressionAlignofExpr:
		return literal(&constant{i: uint64(x.UnaryExpression.Type().Undecay().Align())}, f.u.ast.ULong)
	case cc.UnaryExpressionAlignofType:
		return literal(&constant{i: uint64(x.TypeName.Type().Align())}, f.u.ast.ULong)
	case cc.UnaryExpressionLabelAddr:
		return f.labelAddress(x)
	}
	fail(x, "complex numbers are not supported")
	return value{}
}

// typedSame hides from Go that a value is constant, where Go's rules for constants are not C's.
func (f *fn) typedSame(at cc.Node, v value) string {
	return "libc.Same[" + f.u.goType(at, v.t) + "](" + v.s + ")"
}

// not negates a condition.
func not(v value) value {
	for _, pair := range [][2]string{{" == ", " != "}, {" < ", " >= "}, {" > ", " <= "}} {
		_ = pair
	}
	if v.prec == precCompare && strings.Count(v.s, " == ")+strings.Count(v.s, " != ") == 1 && !strings.ContainsAny(v.s, "\"") &&
		strings.Count(v.s, " < ")+strings.Count(v.s, " > ")+strings.Count(v.s, " <= ")+strings.Count(v.s, " >= ") == 0 {
		if strings.Contains(v.s, " == ") {
			v.s = strings.Replace(v.s, " == ", " != ", 1)
		} else {
			v.s = strings.Replace(v.s, " != ", " == ", 1)
		}
		return v
	}
	switch v.s {
	case "true":
		v.s = "false"
	case "false":
		v.s = "true"
	default:
		v.s, v.prec = "!"+v.wrap(precPrimary), precUnary
	}
	return v
}

// typeOf is the type of an expression that is not evaluated.
func (f *fn) typeOf(n cc.ExpressionNode) cc.Type {
	n = strip(n)
	if x, ok := n.(*cc.PrimaryExpression); ok && x.Case == cc.PrimaryExpressionIdent {
		if d, ok := x.ResolvedTo().(*cc.Declarator); ok && d.Type().Kind() == cc.Array {
			if d.Linkage() != cc.None || d.IsStatic() {
				if o := f.u.objectOf(d); o != nil && o.typ != nil && !o.typ.IsIncomplete() {
					return o.typ
				}
			}
			if !d.IsParam() {
				return d.Type()
			}
		}
	}
	return n.Type().Undecay()
}

// addressOf is &x.
func (f *fn) addressOf(x *cc.UnaryExpression) value {
	n := strip(x.CastExpression)
	if d, ok := n.(*cc.UnaryExpression); ok && d.Case == cc.UnaryExpressionDeref {
		v := f.expr(d.CastExpression)
		v.t = x.Type()
		return v
	}
	l := f.lvalue(n)
	v := f.address(x, l)
	v.t = x.Type()
	if v.t.Kind() != cc.Ptr {
		v.t = l.t.Pointer()
	}
	return v
}

// step is ++ or --, in front of its operand or behind it.
func (f *fn) step(at cc.Node, operand cc.ExpressionNode, op string, before, used bool) value {
	l := f.settle(at, f.lvalue(operand))
	f.quiet = !used
	old := f.load(at, l)
	f.quiet = false
	if used && !before {
		old = f.temp(at, old)
	}
	isLocal := l.owner != nil && !l.owner.global && l.bits == nil
	if l.bits == nil && l.t.Kind() != cc.Bool && (isInt(l.t) || isFloat(l.t) || isPtr(l.t)) {
		amount := int64(1)
		if isPtr(l.t) {
			amount = sizeOf(at, elemType(at, l.t))
		}
		if amount == 1 {
			f.emit("%s%s%s", f.object(at, l), op, op)
		} else {
			f.emit("%s %s= %d", f.object(at, l), op, amount)
		}
		if !used {
			return value{t: l.t, same: true}
		}
		if before {
			v := f.load(at, l)
			if !isLocal {
				v = f.temp(at, v)
			}
			return v
		}
		return old
	}
	one := literal(&constant{i: 1}, f.u.ast.Int)
	v := f.convert(at, f.binary(at, op, old, one), l.t)
	if used && before {
		v = f.temp(at, v)
	}
	f.store(at, l, v)
	if used && before {
		return f.bitValue(at, l, v)
	}
	return old
}

// bitValue is the value that an assignment of v to an object has: that of the object afterwards.
func (f *fn) bitValue(at cc.Node, l lvalue, v value) value {
	if l.bits == nil {
		return v
	}
	return f.temp(at, f.load(at, l))
}

var assignOps = map[cc.AssignmentExpressionCase]string{
	cc.AssignmentExpressionMul: "*", cc.AssignmentExpressionDiv: "/", cc.AssignmentExpressionMod: "%", cc.AssignmentExpressionAdd: "+",
	cc.AssignmentExpressionSub: "-", cc.AssignmentExpressionLsh: "<<", cc.AssignmentExpressionRsh: ">>", cc.AssignmentExpressionAnd: "&",
	cc.AssignmentExpressionXor: "^", cc.AssignmentExpressionOr: "|",
}

// assignment translates = and the operators with it. used tells whether its value is.
func (f *fn) assignment(x *cc.AssignmentExpression, used bool) value {
	l := f.lvalue(x.UnaryExpression)
	n := len(f.lines)
	right := f.expr(x.AssignmentExpression)
	if len(f.lines) > n && l.variable == "" && !l.base.same {
		later := append([]string(nil), f.lines[n:]...)
		f.lines = f.lines[:n]
		l = f.settle(x, l)
		f.lines = append(f.lines, later...)
	}
	isLocal := l.owner != nil && !l.owner.global && l.bits == nil
	if x.Case == cc.AssignmentExpressionAssign {
		v := f.convert(x, right, l.t)
		v.s = f.plain(x, v)
		if v.cond {
			v.cond, v.prec = false, precPrimary
		}
		if used && !isLocal && !isRecord(l.t) {
			v = f.temp(x, v)
		} else if used && !isLocal {
			l = f.settle(x, l)
		}
		f.store(x, l, v)
		switch {
		case !used:
			return value{t: l.t, same: true}
		case isLocal || isRecord(l.t):
			return f.load(x, l)
		}
		return f.bitValue(x, l, v)
	}
	op := assignOps[x.Case]
	l = f.settle(x, l)
	f.quiet = !used
	old := f.load(x, l)
	f.quiet = false
	var v value
	if op == "<<" || op == ">>" {
		v = f.shifted(x, op, old, right)
	} else {
		v = f.binary(x, op, old, right)
	}
	v = f.convert(x, v, l.t)
	if used && !isLocal {
		v = f.temp(x, v)
	}
	if short, ok := shortened(f.objectString(x, l), op, v.s); ok && l.bits == nil {
		f.emit("%s", short)
	} else {
		f.store(x, l, v)
	}
	if !used {
		return value{t: l.t, same: true}
	}
	if isLocal {
		return f.load(x, l)
	}
	return f.bitValue(x, l, v)
}

func (f *fn) objectString(at cc.Node, l lvalue) string {
	if l.bits != nil {
		return ""
	}
	return f.object(at, l)
}

// shortened writes x = x + y as x += y.
func shortened(x, op, v string) (string, bool) {
	rest, ok := strings.CutPrefix(v, x+" "+op+" ")
	if !ok || x == "" {
		return "", false
	}
	return x + " " + op + "= " + rest, true
}

// discard translates an expression for its effects alone.
func (f *fn) discard(n cc.ExpressionNode) {
	n = strip(n)
	switch x := n.(type) {
	case *cc.AssignmentExpression:
		f.assignment(x, false)
	case *cc.ExpressionList:
		for ; x != nil; x = x.ExpressionList {
			f.discard(x.AssignmentExpression)
		}
	case *cc.PostfixExpression:
		switch x.Case {
		case cc.PostfixExpressionInc:
			f.step(x, x.PostfixExpression, "+", false, false)
		case cc.PostfixExpressionDec:
			f.step(x, x.PostfixExpression, "-", false, false)
		case cc.PostfixExpressionCall:
			f.effect(x, f.call(x))
		default:
			f.effect(x, f.expr(n))
		}
	case *cc.UnaryExpression:
		switch x.Case {
		case cc.UnaryExpressionInc:
			f.step(x, x.UnaryExpression, "+", true, false)
		case cc.UnaryExpressionDec:
			f.step(x, x.UnaryExpression, "-", true, false)
		default:
			f.effect(x, f.expr(n))
		}
	case *cc.CastExpression:
		f.discard(x.CastExpression)
	case *cc.ConditionalExpression:
		f.discardConditional(x)
	case *cc.LogicalAndExpression:
		f.discardLogical(x, x.LogicalAndExpression, x.InclusiveOrExpression, false)
	case *cc.LogicalOrExpression:
		f.discardLogical(x, x.LogicalOrExpression, x.LogicalAndExpression, true)
	case *cc.PrimaryExpression:
		if x.Case == cc.PrimaryExpressionStmt {
			f.block(x.CompoundStatement)
			return
		}
		f.effect(x, f.expr(n))
	default:
		f.effect(n, f.expr(n))
	}
}

func (f *fn) discardConditional(x *cc.ConditionalExpression) {
	c := f.truth(x, f.expr(x.LogicalOrExpression))
	l1 := f.sub(func() {
		if x.ExpressionList != nil {
			f.discard(x.ExpressionList)
		}
	})
	l2 := f.sub(func() { f.discard(x.ConditionalExpression) })
	f.choose(c, l1, l2)
}

func (f *fn) discardLogical(at cc.Node, a, b cc.ExpressionNode, or bool) {
	c := f.truth(a, f.expr(a))
	lines := f.sub(func() { f.discard(b) })
	if or {
		c = not(c)
	}
	f.choose(c, lines, nil)
}

// choose emits an if statement.
func (f *fn) choose(c value, yes, no []string) {
	switch {
	case len(yes) == 0 && len(no) == 0:
		if !c.same {
			f.emit("_ = %s", c.s)
		}
		return
	case len(yes) == 0:
		c, yes, no = not(c), no, nil
	}
	f.emit("if %s {", c.s)
	f.lines = append(f.lines, yes...)
	if len(no) > 0 {
		f.emit("} else {")
		f.lines = append(f.lines, no...)
	}
	f.emit("}")
}

// postfix translates postfix operators.
func (f *fn) postfix(x *cc.PostfixExpression) value {
	switch x.Case {
	case cc.PostfixExpressionInc:
		return f.step(x, x.PostfixExpression, "+", false, true)
	case cc.PostfixExpressionDec:
		return f.step(x, x.PostfixExpression, "-", false, true)
	case cc.PostfixExpressionCall:
		return f.call(x)
	}
	return f.load(x, f.lvalue(x))
}
