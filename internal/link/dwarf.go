package link

import (
	"cmp"
	"debug/dwarf"
	"debug/elf"
	"encoding/binary"
	"path/filepath"
	"strings"

	"strata/internal/object"
)

// DWARF 4, what gdb, perf and addr2line need: a compilation unit a package
// with its functions, the inlined calls in them, parameters and variables; line
// numbers; call frames. One more unit holds the types, made from the type
// descriptors that the program contains (dwarf_type.go).
//
// Units are encoded in parallel, each with offsets relative to itself;
// putting them together adds the offsets of units, range lists and line tables.

// Abbreviation codes.
const (
	abUnit = iota + 1
	abFunc
	abLeaf // function without children
	abFuncRanges
	abLeafRanges
	abAbstract // function that is only inlined
	abInlined
	abInlinedLeaf
	abInlinedRanges
	abInlinedRangesLeaf
	abParam
	abResult
	abLocal
	abBlock
	abBlockRanges
	abGlobal
	abTypeFirst // see dwarf_type.go
)

const (
	langGo      = 0x16
	opFbreg     = 0x91
	opAddr      = 0x03
	opCallFrame = 0x9c // DW_OP_call_frame_cfa
)

type attrForm struct {
	at   dwarf.Attr
	form int
}

// Forms.
const (
	formAddr      = 0x01
	formData4     = 0x06
	formData8     = 0x07
	formString    = 0x08
	formData1     = 0x0b
	formUdata     = 0x0f
	formRefAddr   = 0x10
	formRef4      = 0x13
	formSecOffset = 0x17
	formExprloc   = 0x18
	formFlagTrue  = 0x19
)

type abbrev struct {
	tag      dwarf.Tag
	children bool
	attrs    []attrForm
}

// abbrevs is indexed by code - 1.
func abbrevs() []abbrev {
	fun := []attrForm{
		{dwarf.AttrName, formString}, {dwarf.AttrLowpc, formAddr}, {dwarf.AttrHighpc, formUdata},
		{dwarf.AttrFrameBase, formExprloc}, {dwarf.AttrDeclFile, formUdata}, {dwarf.AttrDeclLine, formUdata},
		{dwarf.AttrExternal, formFlagTrue},
	}
	apart := append(append(fun[:1:1], attrForm{dwarf.AttrRanges, formSecOffset}), fun[3:]...)
	call := []attrForm{{dwarf.AttrAbstractOrigin, formRef4}, {dwarf.AttrCallFile, formUdata}, {dwarf.AttrCallLine, formUdata}}
	plain := append(call[:3:3], attrForm{dwarf.AttrLowpc, formAddr}, attrForm{dwarf.AttrHighpc, formUdata})
	ranges := append(call[:3:3], attrForm{dwarf.AttrRanges, formSecOffset})
	variable := []attrForm{{dwarf.AttrName, formString}, {dwarf.AttrDeclLine, formUdata},
		{dwarf.AttrLocation, formExprloc}, {dwarf.AttrType, formRefAddr}}
	list := []abbrev{
		{dwarf.TagCompileUnit, true, []attrForm{
			{dwarf.AttrName, formString}, {dwarf.AttrLanguage, formData1}, {dwarf.AttrStmtList, formSecOffset},
			{dwarf.AttrLowpc, formAddr}, {dwarf.AttrRanges, formSecOffset},
			{dwarf.AttrCompDir, formString}, {dwarf.AttrProducer, formString}, {attrGoPackageName, formString}}},
		{dwarf.TagSubprogram, true, fun},
		{dwarf.TagSubprogram, false, fun},
		{dwarf.TagSubprogram, true, apart},
		{dwarf.TagSubprogram, false, apart},
		{dwarf.TagSubprogram, false, []attrForm{{dwarf.AttrName, formString}, {dwarf.AttrInline, formData1}}},
		{dwarf.TagInlinedSubroutine, true, plain},
		{dwarf.TagInlinedSubroutine, false, plain},
		{dwarf.TagInlinedSubroutine, true, ranges},
		{dwarf.TagInlinedSubroutine, false, ranges},
		{dwarf.TagFormalParameter, false, variable},
		{dwarf.TagFormalParameter, false, append(variable[:len(variable):len(variable)], attrForm{dwarf.AttrVarParam, formFlagTrue})},
		{dwarf.TagVariable, false, variable},
		{dwarf.TagLexDwarfBlock, true, []attrForm{{dwarf.AttrLowpc, formAddr}, {dwarf.AttrHighpc, formUdata}}},
		{dwarf.TagLexDwarfBlock, true, []attrForm{{dwarf.AttrRanges, formSecOffset}}},
		{dwarf.TagVariable, false, []attrForm{{dwarf.AttrName, formString}, {dwarf.AttrLocation, formExprloc},
			{dwarf.AttrType, formRefAddr}, {dwarf.AttrExternal, formFlagTrue}}},
	}
	return append(list, typeAbbrevs()...)
}

func abbrevSection() []byte {
	var b []byte
	u := func(v uint64) { b = binary.AppendUvarint(b, v) }
	for i, a := range abbrevs() {
		u(uint64(i + 1))
		u(uint64(a.tag))
		if a.children {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
		for _, f := range a.attrs {
			u(uint64(f.at))
			u(uint64(f.form))
		}
		b = append(b, 0, 0)
	}
	return append(b, 0)
}

// unit is a compilation unit under construction.
type unit struct {
	l       *linker
	name    string
	funcs   []*node
	globals []*node
	files   []string
	fileNo  map[string]uint64
	last    string // the file asked for last, and its number
	lastNo  uint64

	info   []byte
	ranges []byte
	line   []byte
	// positions in info of fields to which an offset is to be added
	lineAt      int
	rangesAt    []int
	typeAt      []int
	typeOf      []string
	abstractFor map[string]uint32
}

func (l *linker) makeDWARF() error {
	if l.in.StripSymbols || l.in.StripDWARF {
		return nil
	}
	units := l.units()
	l.parallel(len(units), 1, func(lo, hi int) {
		for _, u := range units[lo:hi] {
			u.encode()
		}
	})
	types := l.typeUnit(units)
	var info, ranges, line []byte
	for _, u := range units {
		rbase := uint32(len(ranges))
		le := binary.LittleEndian
		le.PutUint32(u.info[u.lineAt:], uint32(len(line)))
		for _, at := range u.rangesAt {
			le.PutUint32(u.info[at:], le.Uint32(u.info[at:])+rbase)
		}
		info, ranges, line = append(info, u.info...), append(ranges, u.ranges...), append(line, u.line...)
	}
	// Types come last; references to them are absolute.
	typeBase := uint32(len(info))
	at := 0
	for _, u := range units {
		for i, pos := range u.typeAt {
			binary.LittleEndian.PutUint32(info[at+pos:], typeBase+types.offset(u.typeOf[i]))
		}
		at += len(u.info)
	}
	info = append(info, types.bytes()...)
	add := func(name string, data []byte) {
		l.extraSects = append(l.extraSects, &section{name: name, typ: elf.SHT_PROGBITS, align: 1, data: data, size: uint64(len(data))})
	}
	add(".debug_abbrev", abbrevSection())
	add(".debug_info", info)
	add(".debug_ranges", ranges)
	add(".debug_line", line)
	add(".debug_frame", l.frameSection())
	return nil
}

// units makes one unit for each package, in order of first function.
func (l *linker) units() []*unit {
	by := map[string]*unit{}
	var list []*unit
	get := func(name string) *unit {
		u := by[name]
		if u == nil {
			u = &unit{l: l, name: name, fileNo: map[string]uint64{}, abstractFor: map[string]uint32{}}
			by[name] = u
			list = append(list, u)
		}
		return u
	}
	for _, n := range l.funcs {
		u := get(packageOf(n.name))
		u.funcs = append(u.funcs, n)
	}
	for _, sec := range []*section{l.sects.noptrdata, l.sects.data, l.sects.bss, l.sects.noptrbss} {
		for _, n := range sec.nodes {
			if n.sym.GoType != "" && listedSymbol(n.name) && n != l.moduledata { // which is a known variable

				u := get(packageOf(n.name))
				u.globals = append(u.globals, n)
			}
		}
	}
	return list
}

func (u *unit) uleb(v uint64)   { u.info = binary.AppendUvarint(u.info, v) }
func (u *unit) str(s string)    { u.info = append(append(u.info, s...), 0) }
func (u *unit) addr(v uint64)   { u.info = binary.LittleEndian.AppendUint64(u.info, v) }
func (u *unit) u32(v uint32)    { u.info = binary.LittleEndian.AppendUint32(u.info, v) }
func (u *unit) bytes(b ...byte) { u.info = append(u.info, b...) }

// file numbers the unit's files from 1.
func (u *unit) file(name string) uint64 {
	if name == u.last && u.lastNo != 0 {
		return u.lastNo
	}
	no := u.fileNo[name]
	if no == 0 {
		u.files = append(u.files, name)
		no = uint64(len(u.files))
		u.fileNo[name] = no
	}
	u.last, u.lastNo = name, no
	return no
}

func (u *unit) encode() {
	u.info = unitHeader(u.info)
	u.uleb(abUnit)
	u.str(u.name)
	u.bytes(langGo)
	u.lineAt = len(u.info)
	u.u32(0)
	u.addr(0)
	u.rangesAt = append(u.rangesAt, len(u.info))
	u.u32(0)
	u.str(u.dir())
	u.str(u.l.producer(u.debug()))
	u.str(u.name[strings.LastIndexByte(u.name, '/')+1:])
	u.unitRanges()
	u.abstracts()
	for _, n := range u.funcs {
		if u.l.wholeOf[n] == nil {
			u.function(n)
		}
	}
	for _, n := range u.globals {
		u.global(n.name, n.addr, n.sym.GoType)
	}
	if u.name == "runtime" {
		u.knownVars()
	}
	u.bytes(0)
	finishUnit(u.info)
	u.lineProgram()
}

func (u *unit) global(name string, addr uint64, typ string) {
	u.uleb(abGlobal)
	u.str(name)
	u.uleb(9)
	u.bytes(opAddr)
	u.addr(addr)
	u.typeRef(typ)
}

// knownVars adds the runtime's variables under the names by which debuggers look for them.
func (u *unit) knownVars() {
	for _, v := range knownVars {
		if n := u.l.reach.nodes[v.symbol]; n != nil && n.reached && n.sym != nil {
			u.global(v.name, n.addr, cmp.Or(v.typ, n.sym.GoType))
		}
	}
}

// debug tells whether the unit's functions are compiled for a debugger.
func (u *unit) debug() bool {
	for _, n := range u.funcs {
		if n.sym.Func != nil && n.sym.Func.Debug {
			return true
		}
	}
	return false
}

// producer says who made a unit: debuggers derive from it which release's conventions hold and whether code is optimised.
func (l *linker) producer(debug bool) string {
	s := cmp.Or(l.in.GoVersion, "go1.26") + " Strata;"
	if debug {
		s += " -N -l"
	}
	return s + " regabi"
}

// unitHeader: length, version 4, offset of the abbreviations, size of addresses.
func unitHeader(b []byte) []byte { return append(b, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 8) }

func finishUnit(b []byte) { binary.LittleEndian.PutUint32(b, uint32(len(b)-4)) }

// dir is the directory of the first file.
func (u *unit) dir() string {
	for _, n := range u.funcs {
		if f := n.sym.Func; f != nil && filepath.IsAbs(f.File) {
			return filepath.Dir(f.File)
		}
	}
	return "."
}

// unitRanges lists the unit's functions, neighbours joined.
func (u *unit) unitRanges() {
	var lo, hi uint64
	for _, n := range u.funcs {
		end := n.addr + uint64(textSize(n.sym))
		if hi != 0 && n.addr-hi < textAlign {
			hi = end
			continue
		}
		u.rangeOf(lo, hi)
		lo, hi = n.addr, end
	}
	u.rangeOf(lo, hi)
	u.rangeEnd()
}

func (u *unit) rangeOf(lo, hi uint64) {
	if lo < hi {
		u.ranges = binary.LittleEndian.AppendUint64(u.ranges, lo)
		u.ranges = binary.LittleEndian.AppendUint64(u.ranges, hi)
	}
}

func (u *unit) rangeEnd() { u.ranges = append(u.ranges, make([]byte, 16)...) }

// abstracts declares the functions that are inlined in this unit.
func (u *unit) abstracts() {
	for _, n := range u.funcs {
		if n.sym.Func == nil {
			continue
		}
		for _, c := range n.sym.Func.Inlines {
			if u.abstractFor[c.Func] == 0 {
				u.abstractFor[c.Func] = uint32(len(u.info))
				u.uleb(abAbstract)
				u.str(c.Func)
				u.bytes(1) // DW_INL_inlined
			}
		}
	}
}

func (u *unit) function(n *node) {
	f := n.sym.Func
	if f == nil {
		f = &object.FuncInfo{}
	}
	children := len(f.Inlines) > 0 || len(f.Vars) > 0
	code := uint64(abFunc)
	ranges := [][2]uint64{n.extent()}
	if cold := u.l.coldOf[n]; cold != nil {
		code = abFuncRanges
		ranges = append(ranges, cold.extent())
	}
	if !children {
		code++ // the variant without children
	}
	u.uleb(code)
	u.str(strings.TrimSuffix(n.name, "<ABI0>"))
	u.code(ranges)
	u.bytes(1, opCallFrame)
	u.uleb(u.file(f.File))
	u.uleb(uint64(max(f.StartLine, 0)))
	if !children {
		return
	}
	u.block(n, f, 0)
	u.inlined(n, f)
	u.bytes(0)
}

// block lists the variables of a function, or of a block of it, and the blocks inside.
func (u *unit) block(n *node, f *object.FuncInfo, scope int32) {
	for _, v := range f.Vars {
		if v.Scope == scope {
			u.variable(v)
		}
	}
	for i, s := range f.Scopes {
		if s.Parent != scope || len(s.Ranges) == 0 {
			continue
		}
		if len(s.Ranges) == 1 {
			u.uleb(abBlock)
		} else {
			u.uleb(abBlockRanges)
		}
		u.code(n.ranges(s.Ranges))
		u.block(n, f, int32(i)+1)
		u.bytes(0)
	}
}

// code says which code an entry covers: one range by its bounds, more by a list.
func (u *unit) code(ranges [][2]uint64) {
	if len(ranges) == 1 {
		u.addr(ranges[0][0])
		u.uleb(ranges[0][1] - ranges[0][0])
		return
	}
	u.rangesAt = append(u.rangesAt, len(u.info))
	u.u32(uint32(len(u.ranges)))
	for _, r := range ranges {
		u.rangeOf(r[0], r[1])
	}
	u.rangeEnd()
}

// extent is the range of addresses of n's code.
func (n *node) extent() [2]uint64 { return [2]uint64{n.addr, n.addr + uint64(textSize(n.sym))} }

// ranges turns offsets in n into addresses.
func (n *node) ranges(offs [][2]int32) [][2]uint64 {
	out := make([][2]uint64, len(offs))
	for i, r := range offs {
		out[i] = [2]uint64{n.addr + uint64(r[0]), n.addr + uint64(r[1])}
	}
	return out
}

func (u *unit) variable(v object.Var) {
	switch {
	case v.Result:
		u.uleb(abResult)
	case v.Param:
		u.uleb(abParam)
	default:
		u.uleb(abLocal)
	}
	u.str(v.Name)
	u.uleb(uint64(max(v.Line, 0)))
	loc := appendSleb([]byte{opFbreg}, int64(v.SPOff))
	u.uleb(uint64(len(loc)))
	u.bytes(loc...)
	u.typeRef(v.GoType)
}

// typeRef refers to a type of the type unit, whose place is not known yet.
func (u *unit) typeRef(name string) {
	u.typeAt = append(u.typeAt, len(u.info))
	u.typeOf = append(u.typeOf, name)
	u.u32(0)
}

func appendSleb(b []byte, v int64) []byte {
	for {
		c := byte(v & 0x7f)
		v >>= 7
		if v == 0 && c&0x40 == 0 || v == -1 && c&0x40 != 0 {
			return append(b, c)
		}
		b = append(b, c|0x80)
	}
}
