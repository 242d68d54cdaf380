package c2go

import (
	"fmt"
	"strconv"
	"strings"

	"modernc.org/cc/v4"
)

// primary translates names, strings, statement expressions and generic selections.
func (f *fn) primary(x *cc.PrimaryExpression) value {
	switch x.Case {
	case cc.PrimaryExpressionIdent:
		l := f.lvalue(x)
		return f.load(x, l)
	case cc.PrimaryExpressionString, cc.PrimaryExpressionLString:
		return f.stringLiteral(x)
	case cc.PrimaryExpressionStmt:
		return f.statementExpression(x.CompoundStatement)
	case cc.PrimaryExpressionGeneric:
		a := x.GenericSelection.Associated()
		if a == nil {
			fail(x, "no association of _Generic matches")
		}
		return f.expr(a.AssignmentExpression)
	}
	fail(x, "constant %s has no value", cc.NodeSource(x))
	return value{}
}

// stringLiteral is the address of a string constant.
func (f *fn) stringLiteral(x *cc.PrimaryExpression) value {
	t := x.Type().Undecay().Decay()
	switch s := x.Value().(type) {
	case cc.StringValue:
		text := string(s)
		if !strings.HasSuffix(text, "\x00") {
			text += "\x00"
		}
		return value{s: "libc.S(" + quote(text) + ")", t: t, prec: precPrimary, same: true}
	case cc.UTF16StringValue:
		return f.wide(t, "uint16", len(s), func(i int) int64 { return int64(s[i]) })
	case cc.UTF32StringValue:
		return f.wide(t, "int32", len(s), func(i int) int64 { return int64(s[i]) })
	}
	fail(x, "string of unknown kind")
	return value{}
}

// wide is the address of a string constant of wide characters, which becomes a variable.
func (f *fn) wide(t cc.Type, goType string, n int, at func(int) int64) value {
	list := make([]string, n)
	for i := range list {
		list[i] = strconv.FormatInt(at(i), 10)
	}
	text := fmt.Sprintf("[%d]%s{%s}", n, goType, strings.Join(list, ", "))
	name := f.u.p.wides[text]
	if name == "" {
		name = f.u.p.free(fmt.Sprintf("_wide%d", len(f.u.p.wides)+1))
		f.u.p.wides[text] = name
		f.u.decls = append(f.u.decls, "var "+name+" = "+text)
	}
	return value{s: "uintptr(unsafe.Pointer(&" + name + "))", t: t, prec: precPrimary, same: true}
}

// quote writes the bytes of a string as a Go literal.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// lvalue translates an expression that designates an object or function.
func (f *fn) lvalue(n cc.ExpressionNode) lvalue {
	n = strip(n)
	switch x := n.(type) {
	case *cc.PrimaryExpression:
		switch x.Case {
		case cc.PrimaryExpressionIdent:
			return f.name(x)
		case cc.PrimaryExpressionString, cc.PrimaryExpressionLString:
			v := f.stringLiteral(x)
			return lvalue{t: x.Type().Undecay(), base: v}
		case cc.PrimaryExpressionGeneric:
			if a := x.GenericSelection.Associated(); a != nil {
				return f.lvalue(a.AssignmentExpression)
			}
		}
	case *cc.PostfixExpression:
		switch x.Case {
		case cc.PostfixExpressionIndex:
			return f.index(x)
		case cc.PostfixExpressionSelect:
			return f.selection(x)
		case cc.PostfixExpressionPSelect:
			p := f.expr(x.PostfixExpression)
			return f.through(x, p, elemType(x, p.t)).member(f, x, x.Field(), x.Field().Offset())
		case cc.PostfixExpressionComplit:
			return f.compoundLiteral(x)
		}
	case *cc.UnaryExpression:
		switch x.Case {
		case cc.UnaryExpressionDeref:
			return f.pointee(x)
		case cc.UnaryExpressionReal, cc.UnaryExpressionImag:
			fail(x, "complex numbers are not supported")
		}
	}
	v := f.expr(n)
	if isRecord(v.t) {
		name := f.variable(f.u.goType(n, v.t), v.s)
		return lvalue{t: v.t, path: name, variable: name}
	}
	fail(n, "%s is no object", cc.NodeSource(n))
	return lvalue{}
}

// pointee is *p, or an argument that va_arg takes.
func (f *fn) pointee(x *cc.UnaryExpression) lvalue {
	if c, ok := strip(x.CastExpression).(*cc.CastExpression); ok && c.Case == cc.CastExpressionCast {
		if call, ok := strip(c.CastExpression).(*cc.PostfixExpression); ok && call.Case == cc.PostfixExpressionCall {
			if id, ok := strip(call.PostfixExpression).(*cc.PrimaryExpression); ok && id.Token.SrcStr() == "__builtin_va_arg_impl" {
				return f.vaArg(x, call.ArgumentExpressionList.AssignmentExpression, elemType(x, c.Type()))
			}
		}
	}
	p := f.expr(x.CastExpression)
	if !isPtr(p.t) {
		fail(x, "indirection of %s", p.t)
	}
	return f.through(x, p, elemType(x, p.t))
}

// through is what a pointer points at.
func (f *fn) through(at cc.Node, p value, t cc.Type) lvalue {
	l := lvalue{t: t, base: p}
	if t.Kind() == cc.Array || t.Kind() == cc.Function || isVoid(t) {
		return l
	}
	if t.IsIncomplete() {
		return l
	}
	if isRecord(t) {
		l.ptr = true
		l.path = "(*" + f.u.goType(at, t) + ")(unsafe.Pointer(" + p.s + "))"
		return l
	}
	return l
}

// name is the object that an identifier means.
func (f *fn) name(x *cc.PrimaryExpression) lvalue {
	switch r := x.ResolvedTo().(type) {
	case *cc.Declarator:
		return f.declared(x, r)
	case *cc.Parameter:
		if r.Declarator != nil {
			return f.declared(x, r.Declarator)
		}
	}
	name := x.Token.SrcStr()
	switch name {
	case "__func__", "__FUNCTION__", "__PRETTY_FUNCTION__":
		v := value{s: "libc.S(" + quote(f.name_+"\x00") + ")", t: f.u.ast.Char.Pointer(), prec: precPrimary, same: true}
		return lvalue{t: x.Type().Undecay(), base: v}
	}
	o := f.u.lookup(x, name)
	if o.typ == nil && o.libc == nil {
		return f.undeclared(x, o)
	}
	return f.globalLvalue(x, o)
}

// declared is the object of a declarator.
func (f *fn) declared(at cc.Node, d *cc.Declarator) lvalue {
	if d.Linkage() == cc.None && !d.IsStatic() {
		if d.Name() == "__func__" && d.IsSynthetic() {
			v := value{s: "libc.S(" + quote(f.name_+"\x00") + ")", t: f.u.ast.Char.Pointer(), prec: precPrimary, same: true}
			return lvalue{t: d.Type(), base: v}
		}
		if s := d.LexicalScope(); s == nil || s.Parent != nil || d.IsParam() {
			return f.localLvalue(at, f.local(d))
		}
	}
	if d.Name() == "__func__" {
		v := value{s: "libc.S(" + quote(f.name_+"\x00") + ")", t: f.u.ast.Char.Pointer(), prec: precPrimary, same: true}
		return lvalue{t: d.Type(), base: v}
	}
	if d.IsStatic() && d.LexicalScope().Parent != nil && d.Type().Kind() != cc.Function {
		return f.globalLvalue(at, f.staticLocal(d))
	}
	return f.globalLvalue(at, f.u.lookup(at, d.Name()))
}

func (f *fn) localLvalue(at cc.Node, o *object) lvalue {
	t := o.typ
	if o.vla {
		f.facts.mark(f.facts.used, o.d)
		return lvalue{t: t, base: value{s: o.goer, t: t.Decay(), prec: precPrimary}}
	}
	if o.inFrame {
		l := lvalue{t: t, base: value{s: "bp", t: t.Pointer(), prec: precPrimary, same: true}, off: o.off}
		if t.Kind() != cc.Array {
			l.path = o.goer
		}
		return l
	}
	return lvalue{t: t, path: o.goer, variable: o.goer, owner: o}
}

// globalLvalue is a variable or function of file scope.
func (f *fn) globalLvalue(at cc.Node, o *object) lvalue {
	if o.typ == nil || o.typ.Kind() == cc.Function {
		return lvalue{t: o.typ, base: value{s: "libc.Fn(" + f.functionName(at, o) + ")", t: f.u.ast.PVoid, prec: precPrimary, same: true}}
	}
	if !o.isDef {
		v, ok := libcVariables[o.name]
		if !ok {
			fail(at, "undefined: %s is declared, but no file defines it", o.name)
		}
		return lvalue{t: o.typ, path: "libc." + v, variable: "libc." + v, owner: o}
	}
	f.mention(o.goer)
	l := lvalue{t: o.typ, path: o.goer, variable: o.goer, owner: o}
	if o.aligned {
		return lvalue{t: o.typ, base: value{s: o.goer, t: o.typ.Pointer(), prec: precPrimary, same: true}}
	}
	return l
}

// index is a[i].
func (f *fn) index(x *cc.PostfixExpression) lvalue {
	a, i := x.PostfixExpression, x.ExpressionList
	if l, ok := f.constantIndex(a, i); ok {
		return l
	}
	p, k := f.both(a, i)
	if !isPtr(p.t) {
		p, k = k, p
	}
	e := elemType(x, p.t)
	return f.through(x, f.offset(x, p, k, false), e)
}

// constantIndex is an element of an array that is a variable of Go, at a known index.
func (f *fn) constantIndex(a, i cc.ExpressionNode) (lvalue, bool) {
	c, ok := constantOf(i.Value())
	if !ok || !effectless(i) || c.float {
		return lvalue{}, false
	}
	id, ok := strip(a).(*cc.PrimaryExpression)
	if !ok || id.Case != cc.PrimaryExpressionIdent {
		return lvalue{}, false
	}
	d, ok := id.ResolvedTo().(*cc.Declarator)
	if !ok || d.Type().Kind() != cc.Array || d.Linkage() == cc.None && !d.IsStatic() {
		return lvalue{}, false
	}
	l := f.name(id)
	t, ok := l.t.(*cc.ArrayType)
	if !ok || l.variable == "" || int64(c.i) < 0 || int64(c.i) >= t.Len() {
		return lvalue{}, false
	}
	e := t.Elem()
	return lvalue{t: e, path: fmt.Sprintf("%s[%d]", l.path, c.i), variable: l.variable, owner: l.owner, off: int64(c.i) * e.Size()}, true
}

// selection is a.m.
func (f *fn) selection(x *cc.PostfixExpression) lvalue {
	l := f.lvalue(x.PostfixExpression)
	return l.member(f, x, x.Field(), x.Field().Offset())
}
