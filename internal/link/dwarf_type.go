package link

import (
	"debug/dwarf"
	"encoding/binary"
	"fmt"
	"strings"

	"strata/internal/goroot"
	"strata/internal/object"
)

// Types for debuggers. Type descriptors say all that DWARF wants to know, so
// they are decoded rather than described a second time: of the types of
// variables, of those in interfaces, and of whatever these lead to. Descriptors that
// the program itself does not contain are in Input.DebugSymbols. A type without descriptor is
// shown as unspecified.
//
// Entries have keys: the symbol of a descriptor, or a name of its own for a
// type that has none, such as the inside of a map. Shapes, and the attributes
// of Go's own (DW_AT_go_...), are those that delve and gdb know from gc.

const (
	abTypeUnit = abTypeFirst + iota
	abUnspecified
	abBase
	abPointer
	abBarePointer
	abStruct
	abInternalStruct // without descriptor
	abMember
	abEmbedded
	abArray
	abSubrange
	abSlice
	abInterface
	abChan
	abMap
	abFuncType
	abFuncParam
	abFuncResult
	abTypedef
)

// Attributes of Go's own.
const (
	attrGoKind          dwarf.Attr = 0x2900
	attrGoKey           dwarf.Attr = 0x2901
	attrGoElem          dwarf.Attr = 0x2902
	attrGoEmbeddedField dwarf.Attr = 0x2903
	attrGoRuntimeType   dwarf.Attr = 0x2904
	attrGoPackageName   dwarf.Attr = 0x2905
)

func typeAbbrevs() []abbrev {
	name, size := attrForm{dwarf.AttrName, formString}, attrForm{dwarf.AttrByteSize, formUdata}
	typ := attrForm{dwarf.AttrType, formRef4}
	kind, runtimeType := attrForm{attrGoKind, formData1}, attrForm{attrGoRuntimeType, formAddr}
	elem := attrForm{attrGoElem, formRef4}
	member := []attrForm{name, {dwarf.AttrDataMemberLoc, formUdata}, typ}
	return []abbrev{
		{dwarf.TagCompileUnit, true, []attrForm{name, {dwarf.AttrLanguage, formData1}, {dwarf.AttrProducer, formString}}},
		{dwarf.TagUnspecifiedType, false, []attrForm{name}},
		{dwarf.TagBaseType, false, []attrForm{name, kind, runtimeType, {dwarf.AttrEncoding, formData1}, size}},
		{dwarf.TagPointerType, false, []attrForm{name, kind, runtimeType, typ}},
		{dwarf.TagPointerType, false, []attrForm{name, kind, runtimeType}},
		{dwarf.TagStructType, true, []attrForm{name, kind, runtimeType, size}},
		{dwarf.TagStructType, true, []attrForm{name, kind, size}},
		{dwarf.TagMember, false, member},
		{dwarf.TagMember, false, append(member[:3:3], attrForm{attrGoEmbeddedField, formFlagTrue})},
		{dwarf.TagArrayType, true, []attrForm{name, kind, runtimeType, size, typ}},
		{dwarf.TagSubrangeType, false, []attrForm{{dwarf.AttrCount, formUdata}}},
		{dwarf.TagStructType, true, []attrForm{name, kind, runtimeType, size, elem}},
		{dwarf.TagTypedef, false, []attrForm{name, kind, runtimeType, typ}},
		{dwarf.TagTypedef, false, []attrForm{name, kind, runtimeType, typ, elem}},
		{dwarf.TagTypedef, false, []attrForm{name, kind, runtimeType, typ, elem, {attrGoKey, formRef4}}},
		{dwarf.TagSubroutineType, true, []attrForm{name, kind, runtimeType, size}},
		{dwarf.TagFormalParameter, false, []attrForm{typ}},
		{dwarf.TagFormalParameter, false, []attrForm{typ, {dwarf.AttrVarParam, formFlagTrue}}},
		{dwarf.TagTypedef, false, []attrForm{name, typ}},
	}
}

// typeUnit is the unit of types under construction.
type typeUnit struct {
	l     *linker
	debug map[string]*object.Symbol // descriptors outside the program
	info  []byte
	at    map[string]uint32 // offset of an entry, by key
	fixAt []int
	fixTo []string
	queue []string
	made  map[string]func() // describe entries that have no descriptor
	known map[string]bool
}

// typeUnit encodes the types that units refer to.
func (l *linker) typeUnit(units []*unit) *typeUnit {
	t := &typeUnit{l: l, debug: map[string]*object.Symbol{}, at: map[string]uint32{}, made: map[string]func(){}, known: map[string]bool{}}
	for _, s := range l.in.DebugSymbols {
		t.debug[s.Name] = s
	}
	t.info = unitHeader(nil)
	t.uleb(abTypeUnit)
	t.str("types")
	t.info = append(t.info, langGo)
	t.str(l.producer(false))
	t.at[""] = uint32(len(t.info))
	t.known[""] = true
	t.uleb(abUnspecified)
	t.str("?")
	t.views()
	for _, u := range units {
		for _, name := range u.typeOf {
			t.want(name)
		}
	}
	for _, n := range l.types {
		if n.used && isDescriptor(n) {
			t.want(n.name)
		}
	}
	for len(t.queue) > 0 {
		key := t.queue[0]
		t.queue = t.queue[1:]
		t.describe(key)
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
func (t *typeUnit) offset(key string) uint32 {
	if off, ok := t.at[key]; ok {
		return off
	}
	return t.at[""]
}

func (t *typeUnit) uleb(v uint64) { t.info = binary.AppendUvarint(t.info, v) }
func (t *typeUnit) str(s string)  { t.info = append(append(t.info, s...), 0) }

func (t *typeUnit) want(key string) {
	if !t.known[key] {
		t.known[key] = true
		t.queue = append(t.queue, key)
	}
}

func (t *typeUnit) ref(key string) {
	t.want(key)
	t.fixAt = append(t.fixAt, len(t.info))
	t.fixTo = append(t.fixTo, key)
	t.info = append(t.info, 0, 0, 0, 0)
}

// make registers how an entry without descriptor is described.
func (t *typeUnit) make(key string, describe func()) string {
	if t.made[key] == nil {
		t.made[key] = describe
	}
	return key
}

// symbol finds a type descriptor, or something else that belongs to one.
func (t *typeUnit) symbol(name string) *object.Symbol {
	if n := t.l.reach.nodes[name]; n != nil && n.reached && n.sym != nil {
		return n.sym
	}
	return t.debug[name]
}

// encodings of base types by kind (DW_ATE_...).
var encodings = [kindArray]byte{1: 2, 2: 5, 3: 5, 4: 5, 5: 5, 6: 5, 7: 7, 8: 7, 9: 7, 10: 7, 11: 7, 12: 7, 13: 4, 14: 4, 15: 3, 16: 3}

func (t *typeUnit) describe(key string) {
	if f := t.made[key]; f != nil {
		t.at[key] = uint32(len(t.info))
		f()
		return
	}
	d := t.descriptor(key)
	if d == nil {
		return
	}
	kind := d.kind()
	name := strings.TrimPrefix(key, "type:")
	if alias := typeAlias(kind, name); alias {
		// The name stands for a typedef, as gdb expects of named types.
		t.at[key] = uint32(len(t.info))
		t.uleb(abTypedef)
		t.str(name)
		t.ref(t.make("def "+key, func() { t.entry(key, name, kind, d) }))
		return
	}
	t.at[key] = uint32(len(t.info))
	t.entry(key, name, kind, d)
}

// typeAlias tells whether a type gets a typedef: named ones of the kinds that are written as other than a typedef.
func typeAlias(kind byte, name string) bool {
	switch kind {
	case kindArray, kindFunc, kindPointer, kindSlice, kindStruct:
		return name[0] != '[' && name[0] != '*' && !strings.HasPrefix(name, "struct {") && !strings.HasPrefix(name, "func(")
	}
	return false
}

// head begins an entry: name, kind, and where the descriptor is.
func (t *typeUnit) head(abbrev uint64, key, name string, kind byte) {
	t.uleb(abbrev)
	t.str(name)
	t.info = append(t.info, kind)
	off := uint64(0)
	if n := t.l.reach.nodes[key]; n != nil && n.reached && n.sym != nil {
		off = n.addr - t.l.sects.types.addr
	}
	t.info = binary.LittleEndian.AppendUint64(t.info, off)
}

// entry describes the type of a descriptor.
func (t *typeUnit) entry(key, name string, kind byte, d *descriptorView) {
	switch kind {
	case kindArray:
		t.head(abArray, key, name, kind)
		t.uleb(d.size())
		t.ref(d.targetName(48))
		t.uleb(abSubrange)
		t.uleb(d.word(64))
		t.info = append(t.info, 0)
	case kindChan:
		elem := d.targetName(48)
		t.head(abChan, key, name, kind)
		t.ref(t.pointerTo(t.channel(elem)))
		t.ref(elem)
	case kindFunc:
		t.function(key, name, d)
	case kindInterface:
		t.head(abInterface, key, name, kind)
		if d.word(64) == 0 {
			t.ref("runtime.eface")
		} else {
			t.ref("runtime.iface")
		}
	case kindMap:
		k, e := d.targetName(48), d.targetName(56)
		t.head(abMap, key, name, kind)
		t.ref(t.mapOf(k, e, d))
		t.ref(e)
		t.ref(k)
	case kindPointer:
		t.head(abPointer, key, name, kind)
		t.ref(d.targetName(48))
	case kindSlice:
		elem := d.targetName(48)
		t.head(abSlice, key, name, kind)
		t.uleb(d.size())
		t.ref(elem)
		t.members([]member{{"array", 0, t.pointerTo(elem), false}, {"len", 8, "type:int", false}, {"cap", 16, "type:int", false}})
	case kindString:
		t.head(abStruct, key, name, kind)
		t.uleb(d.size())
		t.members([]member{{"str", 0, t.pointerTo("type:uint8"), false}, {"len", 8, "type:int", false}})
	case kindStruct:
		t.head(abStruct, key, name, kind)
		t.uleb(d.size())
		t.members(d.fields())
	case kindUnsafePointer:
		t.head(abBarePointer, key, name, kind)
	default:
		t.head(abBase, key, name, kind)
		t.info = append(t.info, encodings[kind])
		t.uleb(d.size())
	}
}

func (t *typeUnit) function(key, name string, d *descriptorView) {
	t.head(abFuncType, key, name, kindFunc)
	t.uleb(d.size())
	in, out := d.signature()
	for _, p := range in {
		t.uleb(abFuncParam)
		t.ref(p)
	}
	for _, r := range out {
		t.uleb(abFuncResult)
		t.ref(r)
	}
	t.info = append(t.info, 0)
}

// members lists the fields of a struct and ends it.
func (t *typeUnit) members(list []member) {
	for _, m := range list {
		if m.embedded {
			t.uleb(abEmbedded)
		} else {
			t.uleb(abMember)
		}
		t.str(m.name)
		t.uleb(m.off)
		t.ref(m.typ)
	}
	t.info = append(t.info, 0)
}

// pointerTo is the key of a pointer type: its descriptor if there is one.
func (t *typeUnit) pointerTo(key string) string {
	elem := strings.TrimPrefix(key, "type:")
	if sym := "type:*" + elem; elem != key && t.descriptor(sym) != nil {
		return sym
	}
	return t.make("*"+key, func() { t.bare("*"+elem, key) })
}

// bare is a pointer without descriptor.
func (t *typeUnit) bare(name, elem string) {
	t.head(abPointer, "", name, kindPointer)
	t.ref(elem)
}

// structure is a struct without descriptor, under its name.
func (t *typeUnit) structure(name string, size uint64, members func() []member) string {
	return t.make(name, func() {
		t.uleb(abInternalStruct)
		t.str(name)
		t.info = append(t.info, kindStruct)
		t.uleb(size)
		t.members(members())
	})
}

// variant is a struct that is like the one of a descriptor but for the types of some fields.
func (t *typeUnit) variant(name, of string, types map[string]string) string {
	d := t.descriptor(of)
	if d == nil {
		return ""
	}
	return t.structure(name, d.size(), func() []member {
		list := d.fields()
		for i := range list {
			if typ, ok := types[list[i].name]; ok {
				list[i].typ = typ
			}
		}
		return list
	})
}

// array is an array type without descriptor.
func (t *typeUnit) array(name, elem string, size, n uint64) string {
	return t.make(name, func() {
		t.head(abArray, "", name, kindArray)
		t.uleb(size)
		t.ref(elem)
		t.uleb(abSubrange)
		t.uleb(n)
		t.info = append(t.info, 0)
	})
}

// mapOf is what a map of this key and element points to: the library's tables, with pointers that know what is in the groups.
func (t *typeUnit) mapOf(key, elem string, d *descriptorView) string {
	const pkg = "type:internal/runtime/maps."
	args := fmt.Sprintf("<%s,%s>", strings.TrimPrefix(key, "type:"), strings.TrimPrefix(elem, "type:"))
	group := t.pointerTo(t.mapGroup(args, key, elem, d))
	groups := t.variant("groupReference"+args, pkg+"groupsReference", map[string]string{"data": group})
	table := t.variant("table"+args, pkg+"table", map[string]string{"groups": groups})
	whole := t.variant("map"+args, pkg+"Map", map[string]string{"dirPtr": t.pointerTo(t.pointerTo(table))})
	return t.pointerTo(whole)
}

// mapGroup is a group of eight slots; its layout stands in the map's descriptor (internal/abi.MapType).
func (t *typeUnit) mapGroup(args, key, elem string, d *descriptorView) string {
	const slots, indirectKey, indirectElem = 8, 4, 8
	word := func(names ...string) (value uint64) {
		for _, name := range names {
			if off, ok := goroot.Current.MapWord(name); ok {
				value = d.word(off)
			}
		}
		return value
	}
	size, slotSize, elemOff, flags := word("GroupSize"), word("SlotSize", "KeyStride"), word("ElemOff"), word("Flags")
	if flags&indirectKey != 0 {
		key = t.pointerTo(key)
	}
	if flags&indirectElem != 0 {
		elem = t.pointerTo(elem)
	}
	slot := t.structure("slot"+args, slotSize, func() []member {
		return []member{{"key", 0, key, false}, {"elem", elemOff, elem, false}}
	})
	list := t.array("[8]slot"+args, slot, slots*slotSize, slots)
	return t.structure("group"+args, size, func() []member {
		return []member{{"ctrl", 0, "type:uint64", false}, {"slots", 8, list, false}}
	})
}
