package c2go

import (
	"fmt"
	"strconv"

	"modernc.org/cc/v4"
)

// lvalue is a translated designation of an object.
type lvalue struct {
	t    cc.Type
	path string // Go expression that is the object, if there is one
	ptr  bool   // path is a pointer to the object instead
	// Where the object is: at base+off, or off bytes into the Go variable variable.
	base     value
	variable string
	owner    *object // local that variable is
	off      int64
	bits     *cc.Field
}

// member is a member of an object.
func (l lvalue) member(f *fn, at cc.Node, fd *cc.Field, off int64) lvalue {
	m := lvalue{t: fd.Type(), base: l.base, variable: l.variable, owner: l.owner, off: l.off + off}
	if fd.IsBitfield() {
		m.bits = fd
		return m
	}
	if l.path != "" {
		if r := f.u.record(at, l.t); off == fd.Offset() {
			if n := r.field(fd); n != "" {
				m.path = l.path + "." + n
			}
		}
	}
	return m
}

// pointer is the object's address as an unsafe.Pointer.
func (l lvalue) pointer() string {
	if l.variable != "" {
		if l.off == 0 {
			return "unsafe.Pointer(&" + l.variable + ")"
		}
		return fmt.Sprintf("unsafe.Add(unsafe.Pointer(&%s), %d)", l.variable, l.off)
	}
	return "unsafe.Pointer(" + plus(l.base, l.off).s + ")"
}

// plus adds a constant to an address.
func plus(v value, off int64) value {
	switch {
	case off == 0:
		return v
	case v.c != nil:
		c := *v.c
		c.i += uint64(off)
		v.c, v.s, v.prec = &c, strconv.FormatUint(c.i, 10), precPrimary
		return v
	case off < 0:
		return value{s: v.wrap(precAdd) + " - " + strconv.FormatUint(uint64(-off), 10), t: v.t, prec: precAdd, same: v.same}
	}
	return value{s: v.wrap(precAdd) + " + " + strconv.FormatInt(off, 10), t: v.t, prec: precAdd, same: v.same}
}

// address is the object's address as a number. A local that lies in no frame yet will lie in one in the next run.
func (f *fn) address(at cc.Node, l lvalue) value {
	if l.bits != nil {
		fail(at, "address of a bit-field")
	}
	t := l.t.Pointer()
	if l.variable != "" {
		if l.owner != nil && !l.owner.global {
			f.facts.mark(f.facts.inFrame, l.owner.d)
		}
		v := value{s: "uintptr(unsafe.Pointer(&" + l.variable + "))", t: t, prec: precPrimary, same: true}
		if l.path != "" && l.off != 0 {
			v.s = "uintptr(unsafe.Pointer(&" + l.path + "))"
			return v
		}
		return plus(v, l.off)
	}
	v := plus(l.base, l.off)
	v.t = t
	return v
}

// settle makes an lvalue that means the same object wherever it is evaluated.
func (f *fn) settle(at cc.Node, l lvalue) lvalue {
	if l.variable != "" || l.base.same || l.base.s == "" {
		return l
	}
	old := l.base
	l.base = f.temp(at, plus(old, l.off))
	l.path, l.off = "", 0
	return l
}

// load is the value of an object.
func (f *fn) load(at cc.Node, l lvalue) value {
	t := l.t
	switch t.Kind() {
	case cc.Array:
		v := f.address(at, l)
		v.t = t.Decay()
		return v
	case cc.Function:
		v := f.address(at, l)
		v.t = t.Decay()
		return v
	case cc.Void:
		fail(at, "void object has no value")
	}
	if l.owner != nil && !l.owner.global && !f.quiet {
		f.facts.mark(f.facts.used, l.owner.d)
	}
	if l.bits != nil {
		return f.loadBits(at, l)
	}
	v := value{s: f.object(at, l), t: t, prec: precPrimary}
	if v.s[0] == '*' {
		v.prec = precUnary
	}
	return v
}

// object is an expression of Go that is the object: it can be read, assigned to, and its address taken.
func (f *fn) object(at cc.Node, l lvalue) string {
	if l.path != "" {
		return l.whole()
	}
	if f.u.goType(at, l.t) == "" {
		fail(at, "object of type %s", l.t)
	}
	return "*(*" + f.u.goType(at, l.t) + ")(" + l.pointer() + ")"
}

// whole is the object that has a path.
func (l lvalue) whole() string {
	if l.ptr {
		return "*" + l.path
	}
	return l.path
}

// unitOf is the Go type of the bytes that hold a bit-field, and where in them its bits begin.
func unitOf(at cc.Node, b *cc.Field) (goType string, size, shift int64) {
	switch n := b.AccessBytes(); n {
	case 1, 2, 4, 8:
		return fmt.Sprintf("uint%d", 8*n), n, int64(b.OffsetBits())
	}
	fail(at, "packed bit-field %s lies in %d bytes, which is not supported", b.Name(), b.AccessBytes())
	return
}

// loadBits reads a bit-field: shifted to the top and down again, which extends its sign.
func (f *fn) loadBits(at cc.Node, l lvalue) value {
	unit, size, shift := unitOf(at, l.bits)
	width := l.bits.ValueBits()
	s := "*(*" + unit + ")(" + l.pointer() + ")"
	goT := f.u.goType(at, l.t)
	if isSigned(l.t) {
		s = fmt.Sprintf("%s(int%d(%s<<%d)>>%d)", goT, 8*size, s, 8*size-shift-width, 8*size-width)
	} else {
		s = fmt.Sprintf("%s(%s>>%d&%#x)", goT, s, shift, uint64(1)<<width-1)
		if width == 64 {
			s = fmt.Sprintf("%s(%s)", goT, "*(*"+unit+")("+l.pointer()+")")
		}
	}
	return value{s: s, t: l.t, prec: precPrimary, bits: l.bits}
}

// store assigns v, which has the object's type.
func (f *fn) store(at cc.Node, l lvalue, v value) {
	if l.bits == nil {
		f.emit("%s = %s", f.object(at, l), v.s)
		return
	}
	unit, _, shift := unitOf(at, l.bits)
	width := l.bits.ValueBits()
	mask := uint64(1)<<width - 1
	if width == 64 {
		mask = ^uint64(0)
	}
	p := f.variable("*"+unit, "(*"+unit+")("+l.pointer()+")")
	val := fmt.Sprintf("%s(%s)&%#x<<%d", unit, v.s, mask, shift)
	if v.c != nil {
		val = fmt.Sprintf("%#x", v.c.i&mask<<shift)
	}
	f.emit("*%s = *%s&^%#x | %s", p, p, mask<<shift, val)
}
