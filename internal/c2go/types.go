package c2go

import (
	"fmt"
	"strings"

	"modernc.org/cc/v4"
)

// goType is the Go type whose values have the bytes of C's type t.
func (u *unit) goType(at cc.Node, t cc.Type) string {
	if t.VectorSize() > 0 {
		fail(at, "vector types are not supported")
	}
	switch k := t.Kind(); k {
	case cc.Void:
		return "struct{}"
	case cc.Ptr, cc.Function:
		return "uintptr"
	case cc.Enum:
		return u.goType(at, t.(*cc.EnumType).UnderlyingType())
	case cc.Array:
		a := t.(*cc.ArrayType)
		n := a.Len()
		if n < 0 || a.IsVLA() {
			n = 0
		}
		return fmt.Sprintf("[%d]%s", n, u.goType(at, a.Elem()))
	case cc.Struct, cc.Union:
		return u.record(at, t).name
	default:
		if s := scalarTypes[k]; s != "" {
			return s
		}
		fail(at, "type %s is not supported", t)
		return ""
	}
}

// scalarTypes gives Go's types of arithmetic types.
var scalarTypes = map[cc.Kind]string{
	cc.Bool: "uint8", cc.Char: "int8", cc.SChar: "int8", cc.UChar: "uint8", cc.Short: "int16", cc.UShort: "uint16",
	cc.Int: "int32", cc.UInt: "uint32", cc.Long: "int64", cc.ULong: "uint64", cc.LongLong: "int64", cc.ULongLong: "uint64",
	cc.Float: "float32", cc.Double: "float64", cc.LongDouble: "float64",
	cc.Float32: "float32", cc.Float64: "float64", cc.Float32x: "float64",
}

func isRecord(t cc.Type) bool { return t.Kind() == cc.Struct || t.Kind() == cc.Union }
func isPtr(t cc.Type) bool    { return t.Kind() == cc.Ptr }
func isFloat(t cc.Type) bool  { return cc.IsFloatingPointType(t) }
func isInt(t cc.Type) bool    { return cc.IsIntegerType(t) }
func isVoid(t cc.Type) bool   { return t.Kind() == cc.Void }

func isSigned(t cc.Type) bool {
	if e, ok := t.(*cc.EnumType); ok {
		t = e.UnderlyingType()
	}
	return isInt(t) && cc.IsSignedInteger(t)
}

// elemType is what a pointer points at.
func elemType(at cc.Node, t cc.Type) cc.Type {
	switch x := t.(type) {
	case *cc.PointerType:
		return x.Elem()
	case *cc.ArrayType:
		return x.Elem()
	}
	fail(at, "%s is no pointer", t)
	return nil
}

// sizeOf is the size of a complete type; GNU C counts void and functions as one byte.
func sizeOf(at cc.Node, t cc.Type) int64 {
	switch t.Kind() {
	case cc.Void, cc.Function:
		return 1
	}
	if t.IsIncomplete() || t.Size() < 0 {
		fail(at, "size of incomplete type %s", t)
	}
	return t.Size()
}

// promote is the integer promotion, that of bit-fields included.
func (u *unit) promote(t cc.Type, bits *cc.Field) cc.Type {
	if e, ok := t.(*cc.EnumType); ok {
		t = e.UnderlyingType()
	}
	if !isInt(t) {
		return t
	}
	if bits != nil {
		switch w := bits.ValueBits(); {
		case w < 32 || w == 32 && isSigned(t):
			return u.ast.Int
		case w == 32:
			return u.ast.UInt
		}
		return t
	}
	if t.Size() < 4 {
		return u.ast.Int
	}
	return t
}

// arithmetic is the type that two operands are converted to.
func (u *unit) arithmetic(a, b cc.Type) cc.Type {
	if isFloat(a) || isFloat(b) {
		for _, t := range []cc.Type{u.ast.LongDouble, u.ast.Double, u.ast.Float} {
			if a.Kind() == t.Kind() || b.Kind() == t.Kind() {
				return t
			}
		}
		return u.ast.Double
	}
	a, b = u.promote(a, nil), u.promote(b, nil)
	rank := func(t cc.Type) int {
		switch t.Kind() {
		case cc.Long, cc.ULong:
			return 1
		case cc.LongLong, cc.ULongLong:
			return 2
		}
		return 0
	}
	if isSigned(a) == isSigned(b) {
		if rank(a) < rank(b) {
			return b
		}
		return a
	}
	s, n := a, b // signed, unsigned
	if !isSigned(a) {
		s, n = b, a
	}
	switch {
	case rank(n) >= rank(s):
		return n
	case s.Size() > n.Size():
		return s
	case rank(s) == 2:
		return u.ast.ULongLong
	}
	return u.ast.ULong
}

// record is a struct or union as Go has it: a struct whose fields are those of C, where Go can lay them out so. Members of unions,
// bit-fields and what is not aligned are bytes to Go and are reached by their offsets.
type record struct {
	name   string
	text   string           // definition
	fields map[int64]string // Go's fields by offset and name
	size   int64
	blob   bool // bytes only, in field raw
}

func (r *record) field(f *cc.Field) string {
	if r.blob || f.IsBitfield() || f.Name() == "" {
		return ""
	}
	if n := r.fields[f.Offset()]; n == goName(f.Name()) {
		return n
	}
	return ""
}

// recordTable finds records by what identifies them in C, and by name.
type recordTable struct {
	byField map[*cc.Field]*record
	byName  map[string]*record
	anon    int
}

func newRecordTable() recordTable {
	return recordTable{byField: map[*cc.Field]*record{}, byName: map[string]*record{}}
}

type recordType interface {
	cc.Type
	FieldByIndex(int) *cc.Field
	NumFields() int
	Tag() cc.Token
}

// record is the record of a type, which is defined in the unit's file when it is met first.
func (u *unit) record(at cc.Node, t cc.Type) *record {
	rt := t.(recordType)
	if t.IsIncomplete() && rt.NumFields() == 0 {
		fail(at, "%s is incomplete", t)
	}
	var key *cc.Field
	if rt.NumFields() > 0 {
		key = rt.FieldByIndex(0)
		if r := u.p.records.byField[key]; r != nil {
			return r
		}
	}
	r := &record{size: t.Size(), fields: map[int64]string{}}
	body := u.recordBody(at, rt, r)
	want := u.recordName(rt)
	for i := 1; ; i++ {
		r.name = want
		if i > 1 {
			r.name = fmt.Sprintf("%s_%d", want, i)
		}
		r.text = "type " + r.name + " " + body
		old := u.p.records.byName[r.name]
		if old != nil && old.text == r.text {
			r = old
			break
		}
		if old == nil && !u.p.taken[r.name] {
			u.p.records.byName[r.name] = r
			u.p.taken[r.name] = true
			u.types = append(u.types, r)
			break
		}
	}
	if key != nil {
		u.p.records.byField[key] = r
	}
	return r
}

func (u *unit) recordName(t recordType) string {
	kind := "struct_"
	if t.Kind() == cc.Union {
		kind = "union_"
	}
	tag := t.Tag()
	if s := tag.SrcStr(); s != "" {
		return kind + s
	}
	if t.NumFields() > 0 {
		if n := u.typeNames[t.FieldByIndex(0)]; n != "" {
			return n
		}
		for i := range t.NumFields() {
			if n := t.FieldByIndex(i).Name(); n != "" {
				return kind + "of_" + n
			}
		}
	}
	return kind + "anon"
}

// recordBody writes Go's type of a record and fills in its fields.
func (u *unit) recordBody(at cc.Node, t recordType, r *record) string {
	align := int64(t.Align())
	if t.Kind() == cc.Union || align > 8 || !u.layout(at, t, r) {
		r.blob = true
		clear(r.fields)
		return blobBody(r.size, min(align, 8))
	}
	var b strings.Builder
	b.WriteString("struct {\n")
	end := int64(0)
	pad := func(to int64) {
		if to > end {
			fmt.Fprintf(&b, "_ [%d]uint8\n", to-end)
			end = to
		}
	}
	goAlign := int64(1)
	for i := range t.NumFields() {
		f := t.FieldByIndex(i)
		name := r.field(f)
		if name == "" {
			continue
		}
		a := goAlignOf(f.Type())
		goAlign = max(goAlign, a)
		if (end+a-1)&^(a-1) != f.Offset() {
			pad(f.Offset())
		}
		fmt.Fprintf(&b, "%s %s\n", name, u.goType(at, f.Type()))
		end = f.Offset() + f.Type().Size()
	}
	if (end+goAlign-1)&^(goAlign-1) != r.size {
		pad(r.size)
	}
	b.WriteString("}")
	if goAlign < align {
		return strings.Replace(b.String(), "struct {\n", fmt.Sprintf("struct {\n_ [0]uint%d\n", align*8), 1)
	}
	return b.String()
}

// layout chooses the members that are fields of Go's struct, and tells whether Go can have such a struct.
func (u *unit) layout(at cc.Node, t recordType, r *record) bool {
	end := int64(0)
	for i := range t.NumFields() {
		f := t.FieldByIndex(i)
		if f.IsBitfield() || f.Name() == "" || f.IsFlexibleArrayMember() || f.Type().Size() <= 0 {
			if f.Name() == "" && !f.IsBitfield() && f.Type().Size() > 0 {
				end = max(end, f.Offset()+f.Type().Size())
			}
			continue
		}
		a := goAlignOf(f.Type())
		if f.Offset()%a != 0 || f.Offset() < end || r.size%a != 0 || a > int64(t.Align()) {
			return false
		}
		u.goType(at, f.Type())
		r.fields[f.Offset()] = goName(f.Name())
		end = f.Offset() + f.Type().Size()
	}
	return true
}

// goAlignOf is the alignment that Go gives a type.
func goAlignOf(t cc.Type) int64 {
	switch t.Kind() {
	case cc.Array:
		return goAlignOf(t.(*cc.ArrayType).Elem())
	case cc.Struct, cc.Union:
		return min(int64(t.Align()), 8)
	case cc.Ptr:
		return 8
	}
	return max(t.Size(), 1)
}

func blobBody(size, align int64) string {
	if align > 1 {
		return fmt.Sprintf("struct {\n_ [0]uint%d\nraw [%d]uint8\n}", align*8, size)
	}
	return fmt.Sprintf("struct {\nraw [%d]uint8\n}", size)
}
