package gen

import (
	"fmt"
	"strings"
)

type kind int

const (
	signed kind = iota
	unsigned
	float
	boolean
	text
	complexNumber
	slice
	array
	mapping
	structure
	pointer
)

// typ is a type that programs use.
type typ struct {
	kind    kind
	name    string // as written
	bits    int
	elem    *typ
	key     *typ
	n       int // length of an array
	fields  []*variable
	methods []*fn
}

func basic(k kind, name string, bits int) *typ { return &typ{kind: k, name: name, bits: bits} }

var (
	intType    = basic(signed, "int", 64)
	boolType   = basic(boolean, "bool", 0)
	stringType = basic(text, "string", 0)
	float64Typ = basic(float, "float64", 64)
	uint64Type = basic(unsigned, "uint64", 64)
	byteType   = basic(unsigned, "uint8", 8)
	int32Type  = basic(signed, "int32", 32)

	integers = []*typ{
		basic(signed, "int8", 8), basic(signed, "int16", 16), int32Type, basic(signed, "int64", 64), intType,
		byteType, basic(unsigned, "uint16", 16), basic(unsigned, "uint32", 32), uint64Type, basic(unsigned, "uint", 64),
	}
	floats = []*typ{basic(float, "float32", 32), float64Typ}
	basics = append(append([]*typ{boolType, stringType, stringType, basic(complexNumber, "complex128", 128)}, floats...), integers...)
)

func (t *typ) isInt() bool { return t.kind == signed || t.kind == unsigned }

// comparable says whether == works, and always without panic.
func (t *typ) comparable() bool {
	switch t.kind {
	case slice, mapping:
		return false
	case array:
		return t.elem.comparable()
	case structure:
		for _, f := range t.fields {
			if !f.t.comparable() {
				return false
			}
		}
	}
	return true
}

// printable says whether printing a value shows no address.
func (t *typ) printable() bool {
	switch t.kind {
	case pointer:
		return false
	case slice, array, mapping:
		return t.elem.printable()
	case structure:
		for _, f := range t.fields {
			if !f.t.printable() {
				return false
			}
		}
	}
	return true
}

// same says whether two types are identical.
func (t *typ) same(u *typ) bool { return t == u || t.name == u.name }

func (g *gen) intKind() *typ { return one(g, integers...) }

// anyType is a random type; depth bounds how composed it is.
func (g *gen) anyType(depth int) *typ {
	if depth <= 0 || g.chance(2) {
		return g.basicType()
	}
	switch g.pick(7) {
	case 0, 1:
		return sliceOf(g.anyType(depth - 1))
	case 2:
		return arrayOf(1+g.pick(5), g.anyType(depth-1))
	case 3:
		return mapOf(g.keyType(), g.anyType(depth-1))
	case 4, 5:
		if len(g.types) > 0 {
			return one(g, g.types...)
		}
	case 6:
		if len(g.types) > 0 {
			return pointerTo(one(g, g.types...))
		}
	}
	return g.basicType()
}

func (g *gen) basicType() *typ {
	if g.chance(3) {
		return intType
	}
	return one(g, basics...)
}

func (g *gen) keyType() *typ {
	if g.chance(3) {
		return stringType
	}
	if g.chance(6) {
		return arrayOf(2, g.intKind())
	}
	return g.intKind()
}

func sliceOf(t *typ) *typ { return &typ{kind: slice, name: "[]" + t.name, elem: t} }

func arrayOf(n int, t *typ) *typ {
	return &typ{kind: array, name: fmt.Sprintf("[%d]%s", n, t.name), elem: t, n: n}
}

func mapOf(k, v *typ) *typ {
	return &typ{kind: mapping, name: fmt.Sprintf("map[%s]%s", k.name, v.name), key: k, elem: v}
}

func pointerTo(t *typ) *typ { return &typ{kind: pointer, name: "*" + t.name, elem: t} }

// structType declares a struct; it may hold structs declared before it.
func (g *gen) structType() {
	t := &typ{kind: structure, name: g.global("S")}
	var b strings.Builder
	for i := range 1 + g.pick(6) {
		f := &variable{name: fmt.Sprintf("f%d", i), t: g.anyType(2)}
		if f.t.kind == pointer {
			f.t = f.t.elem
		}
		t.fields = append(t.fields, f)
		fmt.Fprintf(&b, "\t%s %s\n", f.name, f.t.name)
	}
	g.line("type %s struct {\n%s}\n", t.name, b.String())
	g.types = append(g.types, t)
}

// namedBasic declares a type with a basic underlying type.
func (g *gen) namedBasic() {
	u := g.intKind()
	t := &typ{kind: u.kind, name: g.global("N"), bits: u.bits}
	g.line("type %s %s\n", t.name, u.name)
	g.types = append(g.types, t)
}
