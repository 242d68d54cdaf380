package c2go

import (
	"fmt"
	"strings"

	"modernc.org/cc/v4"
)

// declaration translates a declaration inside a function.
func (f *fn) declaration(d *cc.Declaration) {
	switch d.Case {
	case cc.DeclarationAssert:
		return
	case cc.DeclarationAuto:
		f.at(d)
		f.variableOf(d.Declarator, d.Initializer)
		return
	}
	for l := d.InitDeclaratorList; l != nil; l = l.InitDeclaratorList {
		id := l.InitDeclarator
		dd := id.Declarator
		switch {
		case dd.Name() == "__func__":
		case dd.IsTypename():
			f.typedefLengths(dd)
		case dd.Type().Kind() == cc.Function || dd.IsExtern():
		case dd.IsStatic():
			if dd.IsThreadLocal() {
				fail(dd, "thread-local variables are not supported")
			}
			f.staticLocal(dd).init = id.Initializer
			f.defineStatic(dd)
		default:
			f.at(dd)
			f.variableOf(dd, id.Initializer)
		}
	}
}

// typedefLengths computes the lengths of a type that is an array of variable length, where it is declared.
func (f *fn) typedefLengths(d *cc.Declarator) {
	for t := d.Type(); ; {
		a, ok := t.(*cc.ArrayType)
		if !ok {
			return
		}
		if a.IsVLA() {
			f.length(d, a)
		}
		t = a.Elem()
	}
}

// variableOf declares a local variable.
func (f *fn) variableOf(d *cc.Declarator, init *cc.Initializer) {
	if a, ok := d.Type().(*cc.ArrayType); ok && f.sizeVaries(a) {
		f.variableLength(d, a)
		return
	}
	o := f.locals[d]
	if o == nil {
		o = f.declareLocal(d)
		t := f.u.goType(d, o.typ)
		size := sizeOf(d, o.typ)
		if o.typ.Kind() == cc.Array || f.facts.inFrame[d] || d.Alignas() > 8 {
			f.facts.set(&f.facts.framed)
			align := int64(max(o.typ.Align(), d.Alignas()))
			if o.typ.Kind() == cc.Array && size >= 16 {
				align = 16
			}
			f.place(o, size, align, t)
		}
	}
	if o.inFrame {
		if init != nil {
			f.scoped(func() { f.initialise(d, f.localLvalue(d, o), init) })
		}
		return
	}
	t := f.u.goType(d, o.typ)
	if f.facts.hoist {
		if !o.hoisted {
			o.hoisted = true
			f.hoisted = append(f.hoisted, "var "+o.goer+" "+t)
			if !f.facts.used[d] {
				f.unused = append(f.unused, "_ = "+o.goer)
			}
		}
		if init != nil {
			f.scoped(func() { f.initialise(d, f.localLvalue(d, o), init) })
		}
		return
	}
	if init != nil && init.Case == cc.InitializerExpr && (!isRecord(o.typ) || isRecord(init.AssignmentExpression.Type())) {
		v := f.convert(d, f.expr(init.AssignmentExpression), o.typ)
		f.emit("var %s %s = %s", o.goer, t, f.plain(d, v))
	} else {
		f.emit("var %s %s", o.goer, t)
		if init != nil {
			f.initialise(d, f.localLvalue(d, o), init)
		}
	}
	if !f.facts.used[d] {
		f.emit("_ = %s", o.goer)
	}
}

// variableLength gives an array of variable length room on C's stack. In a loop the room of the last time is used again.
func (f *fn) variableLength(d *cc.Declarator, a *cc.ArrayType) {
	f.facts.set(&f.facts.framed)
	for t := cc.Type(a); ; { // lengths are computed anew wherever the declaration is reached
		x, ok := t.(*cc.ArrayType)
		if !ok {
			break
		}
		if x.IsVLA() {
			if old, ok := f.lengths[x.SizeExpression()]; ok {
				f.emit("%s = %s", old.s, f.plain(d, f.convert(d, f.expr(x.SizeExpression()), f.u.ast.ULong)))
			}
		}
		t = x.Elem()
	}
	o := f.locals[d]
	if o == nil {
		o = f.declareLocal(d)
		o.vla = true
		f.hoisted = append(f.hoisted, "var "+o.goer+", "+o.goer+"_room uintptr")
	}
	n := f.sizeof(d, a)
	f.emit("%s = libc.Room(%s, &%s_room, uintptr(%s))", o.goer, o.goer, o.goer, n.s)
	if !f.facts.used[d] {
		f.emit("_ = %s", o.goer)
	}
}

// staticLocal is the object of a variable of static storage inside a function.
func (f *fn) staticLocal(d *cc.Declarator) *object {
	o := f.u.p.staticLocals[d]
	if o == nil {
		o = &object{name: d.Name(), typ: d.Type(), d: d, unit: f.u, isDef: true, global: true}
		o.goer = f.u.p.free(f.goer + "_" + goName(d.Name()))
		f.u.p.staticLocals[d] = o
	}
	return o
}

// defineStatic writes the variable of a static local, once.
func (f *fn) defineStatic(d *cc.Declarator) {
	o := f.staticLocal(d)
	if o.emitted {
		return
	}
	o.emitted = true
	f.u.globalIn(f.name_, o, "")
}

// global writes a variable of static storage, with its value as far as Go can write it down; addresses are filled in by init.
func (u *unit) global(o *object, comment string) { u.globalIn(o.name, o, comment) }

// globalIn does so for a variable of a function.
func (u *unit) globalIn(function string, o *object, comment string) {
	f := &fn{u: u, name_: function, facts: newFacts(), static: true, locals: map[*cc.Declarator]*object{}, names: map[string]bool{}, lengths: map[cc.ExpressionNode]value{}}
	t := o.typ
	if t.IsIncomplete() {
		if a, ok := t.(*cc.ArrayType); ok && !a.IsVLA() {
			t = arrayOfOne{a}
		} else {
			fail(o.d, "%s has incomplete type %s", o.name, t)
		}
	}
	goType := u.goType(o.d, t)
	if _, ok := t.(arrayOfOne); ok {
		goType = "[1]" + u.goType(o.d, t.(arrayOfOne).Elem())
	}
	extra := int64(0)
	if o.init != nil {
		extra = flexibleExtra(o.typ, o.init)
	}
	align := int64(max(o.typ.Align(), o.d.Alignas()))
	if align > 8 || extra > 0 {
		o.aligned = true
		size := max(o.typ.Size(), 1) + extra
		u.decls = append(u.decls, fmt.Sprintf("%svar %s_mem [%d]uint64\n\nvar %s = (uintptr(unsafe.Pointer(&%s_mem)) + %d) &^ %d",
			comment, o.goer, (size+align+7)/8, o.goer, o.goer, max(align, 8)-1, max(align, 8)-1))
		if o.init != nil {
			l := lvalue{t: o.typ, base: value{s: o.goer, t: o.typ.Pointer(), prec: precPrimary, same: true}}
			u.inits = append(u.inits, f.enclosed(func() { f.stores(o.d, l, flatten(o.init)) })...)
		}
		return
	}
	p := o.d.Position()
	decl := fmt.Sprintf("%s//line %s:%d\nvar %s %s", comment, p.Filename, p.Line, o.goer, goType)
	if o.init != nil {
		lit, rest := f.staticInit(o.d, o.typ, o.init)
		if lit != "" {
			decl = fmt.Sprintf("%s//line %s:%d\nvar %s %s = %s", comment, p.Filename, p.Line, o.goer, goType, lit)
		}
		l := lvalue{t: o.typ, path: o.goer, variable: o.goer, owner: o}
		u.inits = append(u.inits, f.enclosed(func() { f.stores(o.d, l, rest) })...)
	}
	u.decls = append(u.decls, decl+"\n")
}

// arrayOfOne is an array that was declared without a length and never got one.
type arrayOfOne struct{ *cc.ArrayType }

func (a arrayOfOne) Len() int64         { return 1 }
func (a arrayOfOne) IsIncomplete() bool { return false }

// enclosed is sub with braces around lines that declare something.
func (f *fn) enclosed(g func()) []string {
	lines := f.sub(g)
	for _, s := range lines {
		if strings.HasPrefix(s, "var ") {
			return []string{"{\n" + strings.Join(f.useTemps(lines), "\n") + "\n}"}
		}
	}
	return lines
}
