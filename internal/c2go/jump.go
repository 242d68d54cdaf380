package c2go

import (
	"fmt"

	"modernc.org/cc/v4"
)

// setjmp returns twice. A function that calls it is flat around its calls, and its statements are a function literal that runs
// until it ends or a longjmp to one of the calls, which is a panic, stops it; then it is run again from behind that call. Variables
// live outside the literal.

// setjmp translates a call of setjmp; its value is a variable that longjmp's resumption sets.
func (f *fn) setjmp(at *cc.PostfixExpression, buf cc.ExpressionNode) value {
	for _, n := range f.around {
		if !f.facts.flat[n] {
			f.facts.flat[n] = true
			f.facts.changed = true
		}
	}
	if !f.inJump {
		f.facts.setjmp, f.facts.changed = 1, true
		f.facts.needHoist = true
		return literal(&constant{}, f.u.ast.Int)
	}
	p := f.convert(at, f.expr(buf), f.u.ast.PVoid)
	f.jumps++
	name := fmt.Sprintf("_jmp%d", f.jumps)
	f.emit("libc.Setjmp(%s, &_jump, %d)", p.s, f.jumps)
	f.emit("_jump.Value = 0")
	f.emit("%s:", name)
	r := fmt.Sprintf("_set%d", f.jumps)
	f.hoisted = append(f.hoisted, "var "+r+" int32")
	f.emit("%s = _jump.Value", r)
	return value{s: r, t: f.u.ast.Int, prec: precPrimary, same: true}
}

// jumpBody translates the statements of a function that calls setjmp.
func (f *fn) jumpBody(fd *cc.FunctionDefinition) {
	f.inJump = true
	f.facts.set(&f.facts.framed)
	r := f.typ.Result()
	lines := f.sub(func() {
		f.items(fd.CompoundStatement)
	})
	f.emit("var _jump libc.Jump")
	if !isVoid(r) {
		f.emit("var _result %s", f.u.goType(fd, r))
	}
	f.emit("for !func() (_done bool) {")
	f.emit("defer _jump.Catch(&_done, bp + %d)", (f.frame+15)&^15)
	f.emit("switch _jump.Resume {")
	for i := 1; i <= f.jumps; i++ {
		f.emit("case %d:", i)
		f.emit("goto _jmp%d", i)
	}
	f.emit("}")
	f.lines = append(f.lines, lines...)
	f.emit("return true")
	f.emit("}() {")
	f.emit("}")
	f.emit("libc.SP = bp")
	if !isVoid(r) {
		f.emit("return _result")
	}
}

// labelAddress is &&label: the label's number in the function, from 1.
func (f *fn) labelAddress(x *cc.UnaryExpression) value {
	name := x.Token2.SrcStr()
	return literal(&constant{i: uint64(f.u.labelNumber(f.name_, name))}, f.u.ast.PVoid)
}

// labelNumber numbers the labels of a function whose addresses are taken.
func (u *unit) labelNumber(function, name string) int {
	if u.labels == nil {
		u.labels = map[string][]string{}
	}
	for i, s := range u.labels[function] {
		if s == name {
			return i + 1
		}
	}
	u.labels[function] = append(u.labels[function], name)
	return len(u.labels[function])
}

// computedGoto is goto *p.
func (f *fn) computedGoto(j *cc.JumpStatement) {
	v := f.expr(j.ExpressionList)
	f.emit("switch %s {", f.typed(j, v))
	for i, name := range f.u.labels[f.name_] {
		f.emit("case %d:", i+1)
		f.jumpTo(userLabel(name))
	}
	f.emit("}")
	f.emit(`panic("goto of no label")`)
}
