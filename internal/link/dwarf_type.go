package link

import (
	"debug/dwarf"
	"encoding/binary"

	"strata/internal/object"
)

// Types for debuggers. The type descriptors in the program say all that DWARF
// wants to know, so they are decoded rather than described a second time: the
// types of variables and whatever these lead to. A type whose descriptor the
// program does not contain is shown as unspecified.

const (
	abTypeUnit = abTypeFirst + iota
	abUnspecified
	abBase
	abPointer
	abStruct
	abMember
	abArray
	abSubrange
)

func typeAbbrevs() []abbrev {
	name, size := attrForm{dwarf.AttrName, formString}, attrForm{dwarf.AttrByteSize, formUdata}
	typ := attrForm{dwarf.AttrType, formRef4}
	return []abbrev{
		{dwarf.TagCompileUnit, true, []attrForm{name, {dwarf.AttrLanguage, formData1}, {dwarf.AttrProducer, formString}}},
		{dwarf.TagUnspecifiedType, false, []attrForm{name}},
		{dwarf.TagBaseType, false, []attrForm{name, {dwarf.AttrEncoding, formData1}, size}},
		{dwarf.TagPointerType, false, []attrForm{name, size, typ}},
		{dwarf.TagStructType, true, []attrForm{name, size}},
		{dwarf.TagMember, false, []attrForm{name, {dwarf.AttrDataMemberLoc, formUdata}, typ}},
		{dwarf.TagArrayType, true, []attrForm{name, size, typ}},
		{dwarf.TagSubrangeType, false, []attrForm{{dwarf.AttrCount, formUdata}}},
	}
}

// typeUnit is the unit of types under construction.
type typeUnit struct {
	l     *linker
	info  []byte
	at    map[string]uint32 // offset of a type's entry
	fixAt []int
	fixTo []string
	queue []string
	known map[string]bool
}

// typeUnit encodes the types that units refer to.
func (l *linker) typeUnit(units []*unit) *typeUnit {
	t := &typeUnit{l: l, at: map[string]uint32{}, known: map[string]bool{}}
	t.info = unitHeader(nil)
	t.uleb(abTypeUnit)
	t.str("types")
	t.info = append(t.info, langGo)
	t.str("Strata")
	t.at[""] = uint32(len(t.info))
	t.known[""] = true
	t.uleb(abUnspecified)
	t.str("?")
	for _, u := range units {
		for _, name := range u.typeOf {
			t.want(name)
		}
	}
	for len(t.queue) > 0 {
		name := t.queue[0]
		t.queue = t.queue[1:]
		t.describe(name)
	}
	t.info = append(t.info, 0)
	for i, pos := range t.fixAt {
		binary.LittleEndian.PutUint32(t.info[pos:], t.offset(t.fixTo[i]))
	}
	finishUnit(t.info)
	return t
}

func (t *typeUnit) bytes() []byte { return t.info }

// offset is where the entry of a type stands in the unit.
func (t *typeUnit) offset(name string) uint32 {
	if off, ok := t.at[name]; ok {
		return off
	}
	return t.at[""]
}

func (t *typeUnit) uleb(v uint64) { t.info = binary.AppendUvarint(t.info, v) }
func (t *typeUnit) str(s string)  { t.info = append(append(t.info, s...), 0) }

func (t *typeUnit) want(name string) {
	if !t.known[name] {
		t.known[name] = true
		t.queue = append(t.queue, name)
	}
}

func (t *typeUnit) ref(name string) {
	t.want(name)
	t.fixAt = append(t.fixAt, len(t.info))
	t.fixTo = append(t.fixTo, name)
	t.info = append(t.info, 0, 0, 0, 0)
}

// descriptorView reads a descriptor with its relocations.
type descriptorView struct {
	n *node
}

func (d descriptorView) word(off int) uint64 {
	if off+8 > len(d.n.sym.Data) {
		return 0
	}
	return binary.LittleEndian.Uint64(d.n.sym.Data[off:])
}

// target returns what the field at off points to.
func (d descriptorView) target(off int) (*node, int64) {
	for i := range d.n.sym.Relocs {
		r := &d.n.sym.Relocs[i]
		if int(r.Off) == off && (r.Kind == object.Abs64 || r.Kind == object.TypeOff) {
			return d.n.targets[i], r.Add
		}
	}
	return nil, 0
}

func (d descriptorView) targetName(off int) string {
	if n, _ := d.target(off); n != nil {
		return n.name
	}
	return ""
}

// Encodings of base types.
const (
	encBoolean  = 2
	encComplex  = 3
	encFloat    = 4
	encSigned   = 5
	encUnsigned = 7
)

func (t *typeUnit) describe(name string) {
	n := t.l.reach.nodes[name]
	if n == nil || !n.reached || n.sym == nil || len(n.sym.Data) < 48 || len(n.targets) != len(n.sym.Relocs) {
		return
	}
	d := descriptorView{n}
	t.at[name] = uint32(len(t.info))
	shown, size := typeString(n), d.word(0)
	switch kind := n.sym.Data[kindOff]; {
	case kind == 1:
		t.base(shown, encBoolean, size)
	case kind >= 2 && kind <= 6:
		t.base(shown, encSigned, size)
	case kind >= 7 && kind <= 12:
		t.base(shown, encUnsigned, size)
	case kind == 13 || kind == 14:
		t.base(shown, encFloat, size)
	case kind == 15 || kind == 16:
		t.base(shown, encComplex, size)
	case kind == 17:
		t.array(shown, size, d.targetName(48), d.word(64))
	case kind == 20:
		t.structure(shown, size, member{"tab", 0, ""}, member{"data", 8, ""})
	case kind == 22:
		t.pointer(shown, d.targetName(48))
	case kind == 23:
		elem := d.targetName(48)
		t.structure(shown, size, member{"array", 0, "*" + elem}, member{"len", 8, "type:int"}, member{"cap", 16, "type:int"})
		t.pointerTo(elem)
	case kind == 24:
		t.structure(shown, size, member{"str", 0, "*type:uint8"}, member{"len", 8, "type:int"})
		t.pointerTo("type:uint8")
	case kind == 25:
		t.fields(shown, size, d)
	default: // channel, function, map, unsafe.Pointer
		t.pointer(shown, "")
	}
}

func (t *typeUnit) base(name string, encoding byte, size uint64) {
	t.uleb(abBase)
	t.str(name)
	t.info = append(t.info, encoding)
	t.uleb(size)
}

func (t *typeUnit) pointer(name, elem string) {
	t.uleb(abPointer)
	t.str(name)
	t.uleb(8)
	t.ref(elem)
}

// pointerTo makes an entry "*ELEM" for pointers that have no descriptor.
func (t *typeUnit) pointerTo(elem string) {
	if _, ok := t.at["*"+elem]; ok {
		return
	}
	t.known["*"+elem] = true
	t.at["*"+elem] = uint32(len(t.info))
	shown := "*" + elem
	if len(elem) > 5 {
		shown = "*" + elem[len("type:"):]
	}
	t.pointer(shown, elem)
}

type member struct {
	name string
	off  uint64
	typ  string
}

func (t *typeUnit) structure(name string, size uint64, members ...member) {
	t.uleb(abStruct)
	t.str(name)
	t.uleb(size)
	for _, m := range members {
		t.uleb(abMember)
		t.str(m.name)
		t.uleb(m.off)
		if len(m.typ) > 0 && m.typ[0] == '*' {
			t.known[m.typ] = true // made by pointerTo
		}
		t.ref(m.typ)
	}
	t.info = append(t.info, 0)
}

func (t *typeUnit) array(name string, size uint64, elem string, count uint64) {
	t.uleb(abArray)
	t.str(name)
	t.uleb(size)
	t.ref(elem)
	t.uleb(abSubrange)
	t.uleb(count)
	t.info = append(t.info, 0)
}

// fields decodes the fields of a struct descriptor: 24 bytes each, name, type, offset.
func (t *typeUnit) fields(name string, size uint64, d descriptorView) {
	var list []member
	_, at := d.target(56)
	for i := uint64(0); i < d.word(64); i++ {
		f := int(at) + 24*int(i)
		m := member{off: d.word(f + 16), typ: d.targetName(f + 8)}
		if n, _ := d.target(f); n != nil {
			m.name = decodeName(n.sym.Data)
		}
		list = append(list, m)
	}
	t.structure(name, size, list...)
}
