package c2go

import (
	"fmt"
	"strings"

	"modernc.org/cc/v4"
)

// arguments are the arguments of a call.
func arguments(x *cc.PostfixExpression) []cc.ExpressionNode {
	var list []cc.ExpressionNode
	for l := x.ArgumentExpressionList; l != nil; l = l.ArgumentExpressionList {
		list = append(list, l.AssignmentExpression)
	}
	return list
}

// callee is the function that an expression names, if it does.
func (f *fn) callee(n cc.ExpressionNode) *object {
	id, ok := strip(n).(*cc.PrimaryExpression)
	for !ok {
		d, isUnary := strip(n).(*cc.UnaryExpression)
		if !isUnary || d.Case != cc.UnaryExpressionDeref {
			return nil
		}
		n = d.CastExpression
		id, ok = strip(n).(*cc.PrimaryExpression)
	}
	if id.Case != cc.PrimaryExpressionIdent {
		return nil
	}
	if d, ok := id.ResolvedTo().(*cc.Declarator); ok {
		if d.Type().Kind() != cc.Function || d.IsParam() {
			return nil
		}
		o := f.u.lookup(id, d.Name())
		if o.typ == nil {
			o.typ, o.d = d.Type(), d
		}
		return o
	}
	if id.ResolvedTo() == nil {
		return f.u.lookup(id, id.Token.SrcStr())
	}
	return nil
}

// call translates a call.
func (f *fn) call(x *cc.PostfixExpression) value {
	args := arguments(x)
	o := f.callee(x.PostfixExpression)
	var t *cc.FunctionType
	var name string
	n := len(f.lines)
	var fp value
	if o != nil {
		if v, ok := f.builtinCall(x, o.name, args); ok {
			return v
		}
		name = f.functionName(x, o)
		t, _ = o.typ.(*cc.FunctionType)
		if t == nil {
			fail(x, "call of undeclared function %s", o.name)
		}
	} else {
		fp = f.expr(x.PostfixExpression)
		t = functionType(x, fp.t)
		n = len(f.lines)
	}
	list := f.arguments(x, o, t, args)
	if o == nil {
		fp = f.keep(x, fp, n)
		name = "libc.As[" + f.signature(x, t, args) + "](" + fp.s + ")"
	}
	v := value{s: name + "(" + strings.Join(list, ", ") + ")", t: t.Result(), prec: precPrimary, call: true}
	if o != nil && o.def == nil && !isVoid(v.t) {
		if want := f.u.goType(x, v.t); want != f.u.p.libc[libcName(o.name)].result {
			v.s, v.call = want+"("+v.s+")", false
		}
	}
	return v
}

func functionType(at cc.Node, t cc.Type) *cc.FunctionType {
	if p, ok := t.(*cc.PointerType); ok {
		t = p.Elem()
	}
	ft, ok := t.(*cc.FunctionType)
	if !ok {
		fail(at, "called object of type %s is no function", t)
	}
	return ft
}

// paramTypes are the types of a function's parameters, and whether it takes arguments beyond them. A function that is declared
// without a prototype has those of its definition; if there is none, those of the arguments.
func (f *fn) paramTypes(at cc.Node, o *object, t *cc.FunctionType, args []cc.ExpressionNode) (list []cc.Type, variadic bool) {
	if o != nil && o.def != nil {
		df := &fn{u: f.u}
		for i, d := range df.parameters(o.def) {
			if d == nil {
				list = append(list, o.typ.(*cc.FunctionType).Parameters()[i].Type().Decay())
				continue
			}
			list = append(list, d.Type().Decay())
		}
		return list, o.typ.(*cc.FunctionType).IsVariadic()
	}
	if o != nil {
		if lf := f.u.p.libc[libcName(o.name)]; lf != nil {
			for _, p := range lf.params {
				list = append(list, f.u.cType(p))
			}
			return list, lf.variadic
		}
	}
	for _, p := range t.Parameters() {
		if !isVoid(p.Type()) {
			list = append(list, p.Type().Decay())
		}
	}
	if len(list) == 0 && t.MaxArgs() < 0 && !t.IsVariadic() {
		for _, a := range args {
			list = append(list, f.promotedArgument(a))
		}
	}
	return list, t.IsVariadic()
}

// promotedArgument is the type that an argument has where no parameter tells.
func (f *fn) promotedArgument(a cc.ExpressionNode) cc.Type {
	t := a.Type().Decay()
	switch {
	case t.Kind() == cc.Float:
		return f.u.ast.Double
	case isInt(t):
		return f.u.promote(t, nil)
	}
	return t
}

// arguments evaluates and converts the arguments of a call.
func (f *fn) arguments(at cc.Node, o *object, t *cc.FunctionType, args []cc.ExpressionNode) []string {
	params, variadic := f.paramTypes(at, o, t, args)
	if len(args) < len(params) {
		if o == nil || o.def == nil {
			fail(at, "too few arguments: %d for %d", len(args), len(params))
		}
	}
	vals := make([]value, 0, len(args))
	for i, a := range args {
		n := len(f.lines)
		v := f.expr(a)
		if len(f.lines) > n {
			later := append([]string(nil), f.lines[n:]...)
			f.lines = f.lines[:n]
			for j := range vals {
				vals[j] = f.temp(args[j], vals[j])
			}
			f.lines = append(f.lines, later...)
		}
		switch {
		case i < len(params):
			v = f.convert(a, v, params[i])
		case !variadic:
			f.effect(a, v) // an argument too many of a function without prototype
			continue
		default:
			pt := v.t
			if v.bits != nil {
				pt = f.promoted(v)
			} else {
				pt = f.promotedArgument(a)
			}
			v = f.convert(a, v, pt)
		}
		vals = append(vals, v)
	}
	var list, words []string
	for i, v := range vals {
		if i < len(params) {
			list = append(list, f.plain(args[i], v))
		} else {
			words = append(words, f.words(args[i], v)...)
		}
	}
	for i := len(vals); i < len(params); i++ {
		list = append(list, f.zero(at, params[i]))
	}
	if !variadic {
		return list
	}
	if len(words) == 0 {
		return append(list, "0")
	}
	if int64(len(words)) > f.facts.varargs {
		f.facts.varargs = int64(len(words))
		f.facts.changed = true
	}
	f.facts.set(&f.facts.framed)
	return append(list, "libc.Va(bp, "+strings.Join(words, ", ")+")")
}

// words are a variable argument's words as the callee reads them.
func (f *fn) words(at cc.Node, v value) []string {
	switch {
	case isRecord(v.t):
		size := sizeOf(at, v.t)
		name := f.variable(fmt.Sprintf("[%d]uint64", (size+7)/8), "")
		f.emit("*(*%s)(unsafe.Pointer(&%s)) = %s", f.u.goType(at, v.t), name, v.s)
		var list []string
		for i := range (size + 7) / 8 {
			list = append(list, fmt.Sprintf("%s[%d]", name, i))
		}
		return list
	case isFloat(v.t):
		return []string{"math.Float64bits(" + v.s + ")"}
	case v.c != nil:
		return []string{fmt.Sprint(v.c.i)}
	}
	return []string{"uint64(" + f.plain(at, v) + ")"}
}

// signature is the Go type of a function that is called through a pointer.
func (f *fn) signature(at cc.Node, t *cc.FunctionType, args []cc.ExpressionNode) string {
	params, variadic := f.paramTypes(at, nil, t, args)
	var list []string
	for _, p := range params {
		list = append(list, f.u.goType(at, p))
	}
	if variadic {
		list = append(list, "uintptr")
	}
	s := "func(" + strings.Join(list, ", ") + ")"
	if r := t.Result(); !isVoid(r) {
		s += " " + f.u.goType(at, r)
	}
	return s
}

// zero is the zero value of a type.
func (f *fn) zero(at cc.Node, t cc.Type) string {
	if isRecord(t) || t.Kind() == cc.Array {
		return f.u.goType(at, t) + "{}"
	}
	return "0"
}

// functionName is the Go function that implements one of C.
func (f *fn) functionName(at cc.Node, o *object) string {
	o.isUsed = true
	if o.def != nil {
		if strings.HasPrefix(o.def.Position().Filename, systemRoot) && !f.u.p.seen[o] {
			f.u.pending = append(f.u.pending, o)
		}
		f.mention(o.goer)
		return o.goer
	}
	name := libcName(o.name)
	lf := f.u.p.libc[name]
	if lf == nil {
		fail(at, "undefined: function %s is neither defined nor in the C library", o.name)
	}
	return "libc." + name
}

// undeclared is a name that the front end accepted without a declaration.
func (f *fn) undeclared(at cc.Node, o *object) lvalue {
	fail(at, "undeclared: %s", o.name)
	return lvalue{}
}
