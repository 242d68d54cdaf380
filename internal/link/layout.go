package link

import (
	"cmp"
	"debug/elf"
	"slices"
	"strings"
	"sync"

	"strata/internal/object"
)

// Layout. Text is ordered by package and, inside it, by file and line, so
// that what is written together stays together; rarely run functions come
// last. Read-only data, descriptors and variables are ordered by name,
// variables after being split in four: with and without pointers, with
// and without content, so that the collector scans two dense ranges.
//
// The file is mapped by three segments: headers and text; read-only data;
// variables. Addresses are fixed from 0x400000 and congruent to file offsets.

const (
	baseAddr  = 0x400000
	textAlign = 32 // findfunctab relies on it: at most 16 functions start in 256 bytes
	headSize  = 0x1000
)

// section is a section of the executable.
type section struct {
	name    string
	typ     elf.SectionType
	flags   elf.SectionFlag
	addr    uint64
	off     uint64 // in the file
	size    uint64
	align   uint64
	data    []byte // nil for bss
	nodes   []*node
	entsize uint64
	link    string // name of the section that sh_link names
	info    uint32
	index   int
}

func (s *section) end() uint64 { return s.addr + s.size }

// sections of the loaded part, in order of address.
type sections struct {
	goNote, gnuNote, text                     *section
	rodata, types, typelink, itablink, pcln   *section
	buildinfo, noptrdata, data, bss, noptrbss *section
	covctrs, fuzzctrs                         *section  // counters, between bss and noptrbss
	masks                                     [2][]byte // data, bss: one bit per word
	maskOff                                   [2]uint64 // in rodata
	funcdata                                  uint64    // offset of function data in rodata
	findfunc                                  uint64
	// Of WebAssembly: offset in rodata of the table of adapters, and the index of the first adapter among the functions.
	wasmAdapters, wasmAdapterBase uint64
}

func (l *linker) sortSymbols() error {
	for _, n := range l.reach.order {
		if linkerMade[n.name] != nil {
			continue // a variable that only stands for the address
		}
		if n.sym == nil || n.sym.Flags&object.Weak != 0 && n.sym.Size == 0 && n.sym.Kind != object.Text {
			continue
		}
		switch n.sym.Kind {
		case object.Text:
			l.text = append(l.text, n)
			if cold := l.coldOf[n]; cold != nil {
				l.text = append(l.text, cold)
			}
		case object.ROData:
			l.rodata = append(l.rodata, n)
		case object.TypeDesc:
			l.types = append(l.types, n)
		case object.Data:
			if hasPtrs(n.sym) {
				l.data = append(l.data, n)
			} else {
				l.noptrdata = append(l.noptrdata, n)
			}
		case object.BSS:
			if hasPtrs(n.sym) {
				l.bss = append(l.bss, n)
			} else {
				l.noptrbss = append(l.noptrbss, n)
			}
		case object.CoverCounter:
			l.covctrs = append(l.covctrs, n)
		case object.EdgeCounter:
			l.fuzzctrs = append(l.fuzzctrs, n)
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { sortText(l.text, l.in.Heat.rank(l.text)) })
	for _, list := range [][]*node{l.rodata, l.types, l.data, l.noptrdata, l.bss, l.noptrbss, l.covctrs, l.fuzzctrs} {
		wg.Go(func() { sortData(list) })
	}
	wg.Wait()
	return nil
}

func sortData(list []*node) {
	slices.SortFunc(list, func(a, b *node) int {
		if c := trueLast(inFIPS(a.name), inFIPS(b.name)); c != 0 {
			return c
		}
		return strings.Compare(a.name, b.name)
	})
}

// trueLast orders false before true.
func trueLast(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func hasPtrs(s *object.Symbol) bool {
	for _, b := range s.PtrMask {
		if b != 0 {
			return true
		}
	}
	return false
}

// sortText orders functions; rank has those that a profile puts first.
func sortText(text []*node, rank map[*node]int) {
	type key struct {
		n    *node
		fips bool
		cold bool
		rank int // 0: none
		pkg  string
		file string
		line int32
	}
	keys := make([]key, len(text))
	for i, n := range text {
		keys[i] = key{n: n, fips: inFIPS(n.name), cold: n.sym.Flags&object.Cold != 0, rank: rank[n], pkg: packageOf(n.name)}
		if f := n.sym.Func; f != nil {
			keys[i].file, keys[i].line = f.File, f.StartLine
		}
	}
	slices.SortFunc(keys, func(a, b key) int {
		switch {
		case a.fips != b.fips:
			return trueLast(a.fips, b.fips)
		case a.cold != b.cold:
			return trueLast(a.cold, b.cold)
		case a.rank != b.rank:
			return cmp.Or(trueLast(a.rank == 0, b.rank == 0), cmp.Compare(a.rank, b.rank))
		case a.pkg != b.pkg:
			return strings.Compare(a.pkg, b.pkg)
		case a.file != b.file:
			return strings.Compare(a.file, b.file)
		case a.line != b.line:
			return cmp.Compare(a.line, b.line)
		}
		return strings.Compare(a.n.name, b.n.name)
	})
	for i := range keys {
		text[i] = keys[i].n
	}
}

// packageOf cuts the import path off a function's symbol: up to the first dot
// after the last slash outside type arguments.
func packageOf(sym string) string {
	end := len(sym)
	if i := strings.IndexAny(sym, "[({ "); i >= 0 {
		end = i
	}
	slash := strings.LastIndexByte(sym[:end], '/') + 1
	if dot := strings.IndexByte(sym[slash:end], '.'); dot >= 0 {
		return sym[:slash+dot]
	}
	return sym[:end]
}

func alignUp(x, a uint64) uint64 { return (x + a - 1) &^ (a - 1) }

// alignOf is the alignment of a symbol: as declared, or natural for its size.
func alignOf(s *object.Symbol) uint64 {
	if s.Align > 0 {
		return uint64(s.Align)
	}
	a := uint64(8)
	for a > 1 && uint64(s.Size)&(a-1) != 0 {
		a >>= 1
	}
	return a
}

// place gives addresses to nodes from start on and returns the end.
func place(sect *section, nodes []*node, start uint64, minAlign uint64) uint64 {
	at := start
	for _, n := range nodes {
		at = alignUp(at, max(alignOf(n.sym), minAlign))
		n.addr, n.sect = at, sect
		at += uint64(max(n.sym.Size, int64(len(n.sym.Data))))
		if n.sym.Kind == object.Text && at == n.addr {
			at++ // no two functions share an address
		}
	}
	sect.nodes = nodes
	return at
}

const (
	allocX = elf.SHF_ALLOC | elf.SHF_EXECINSTR
	allocW = elf.SHF_ALLOC | elf.SHF_WRITE
)

// layoutText places notes and text in the first segment.
func (l *linker) layoutText() error {
	s := &l.sects
	s.goNote = &section{name: ".note.go.buildid", typ: elf.SHT_NOTE, flags: elf.SHF_ALLOC, align: 4, data: goNote()}
	s.gnuNote = &section{name: ".note.gnu.build-id", typ: elf.SHT_NOTE, flags: elf.SHF_ALLOC, align: 4, data: gnuNote()}
	// The notes stand at the end of the header page.
	s.goNote.size, s.gnuNote.size = uint64(len(s.goNote.data)), uint64(len(s.gnuNote.data))
	s.gnuNote.off = headSize - alignUp(s.gnuNote.size, 4)
	s.goNote.off = s.gnuNote.off - alignUp(s.goNote.size, 4)
	s.goNote.addr, s.gnuNote.addr = baseAddr+s.goNote.off, baseAddr+s.gnuNote.off

	t := &section{name: ".text", typ: elf.SHT_PROGBITS, flags: allocX, align: 64, addr: baseAddr + headSize, off: headSize}
	end := place(t, l.text, t.addr, textAlign)
	t.size = end - t.addr
	s.text = t
	l.funcs = l.text
	return nil
}

// layoutData places everything behind the text.
func (l *linker) layoutData() error {
	s := &l.sects
	l.collectTables()
	at := alignUp(s.text.end(), l.in.Arch.PageSize)
	place1 := func(sec *section, nodes []*node, first uint64) {
		sec.addr = alignUp(at, sec.align)
		end := sec.addr + first
		if nodes != nil {
			end = place(sec, nodes, sec.addr+first, 1)
		}
		sec.size = end - sec.addr
		at = end
	}
	newSect := func(name string, typ elf.SectionType, flags elf.SectionFlag, align uint64) *section {
		return &section{name: name, typ: typ, flags: flags, align: align}
	}
	s.rodata = newSect(".rodata", elf.SHT_PROGBITS, elf.SHF_ALLOC, 64)
	place1(s.rodata, l.rodata, 0)
	l.addTables(s.rodata)
	at = s.rodata.end()
	s.types = newSect(".gotypes", elf.SHT_PROGBITS, elf.SHF_ALLOC, 64)
	place1(s.types, l.types, 16) // offset 0 means "none"
	s.typelink = newSect(".typelink", elf.SHT_PROGBITS, elf.SHF_ALLOC, 8)
	place1(s.typelink, nil, 4*uint64(len(l.typelinks)))
	s.itablink = newSect(".itablink", elf.SHT_PROGBITS, elf.SHF_ALLOC, 8)
	place1(s.itablink, nil, 8*uint64(len(l.itabs)))
	s.pcln = newSect(".gopclntab", elf.SHT_PROGBITS, elf.SHF_ALLOC, 32)
	s.pcln.data = l.pcln.data
	place1(s.pcln, nil, uint64(len(l.pcln.data)))

	at = alignUp(at, l.in.Arch.PageSize)
	s.buildinfo = newSect(".go.buildinfo", elf.SHT_PROGBITS, allocW, 16)
	s.buildinfo.data = l.buildInfo
	place1(s.buildinfo, nil, uint64(len(l.buildInfo)))
	s.noptrdata = newSect(".noptrdata", elf.SHT_PROGBITS, allocW, 64)
	place1(s.noptrdata, l.noptrdata, 0)
	s.data = newSect(".data", elf.SHT_PROGBITS, allocW, 64)
	place1(s.data, l.data, 0)
	s.bss = newSect(".bss", elf.SHT_NOBITS, allocW, 64)
	place1(s.bss, l.bss, 0)
	s.covctrs = newSect(".go.covctrs", elf.SHT_NOBITS, allocW, 8)
	place1(s.covctrs, l.covctrs, 0)
	s.fuzzctrs = newSect(".go.fuzzcntrs", elf.SHT_NOBITS, allocW, 8)
	place1(s.fuzzctrs, l.fuzzctrs, 0)
	s.noptrbss = newSect(".noptrbss", elf.SHT_NOBITS, allocW, 64)
	place1(s.noptrbss, l.noptrbss, 0)
	for _, sec := range l.loaded() {
		sec.off = sec.addr - baseAddr
		if sec.data == nil && sec.typ != elf.SHT_NOBITS {
			sec.data = make([]byte, sec.size)
		}
	}
	s.masks[0] = pointerMask(s.data)
	s.masks[1] = pointerMask(s.bss)
	copy(s.rodata.data[s.maskOff[0]:], s.masks[0])
	copy(s.rodata.data[s.maskOff[1]:], s.masks[1])
	copy(s.rodata.data[s.funcdata:], l.pcln.funcdata)
	copy(s.rodata.data[s.findfunc:], l.pcln.findfunc)
	if l.wasmAdapters != nil {
		copy(s.rodata.data[s.wasmAdapters:], l.wasmAdapters.of)
	}
	return nil
}

// addTables reserves room behind the program's read-only data for tables of
// the linker: pointer masks of the variables, function data, the function finder.
func (l *linker) addTables(ro *section) {
	s := &l.sects
	reserve := func(n uint64) uint64 {
		off := alignUp(ro.size, 16)
		ro.size = off + n
		return off
	}
	s.maskOff[0] = reserve(maskBound(l.data))
	s.maskOff[1] = reserve(maskBound(l.bss))
	s.funcdata = reserve(uint64(len(l.pcln.funcdata)))
	s.findfunc = reserve(uint64(len(l.pcln.findfunc)))
	if l.wasmAdapters != nil {
		s.wasmAdapters = reserve(uint64(len(l.wasmAdapters.of)))
	}
}

// maskBound is an upper bound of the bytes of the pointer mask over nodes.
func maskBound(nodes []*node) uint64 {
	end := uint64(0)
	for _, n := range nodes {
		end = alignUp(end, alignOf(n.sym)) + uint64(n.sym.Size)
	}
	return alignUp(end/64+2, 8)
}

// pointerMask has one bit per word of a section.
func pointerMask(s *section) []byte {
	mask := make([]byte, (s.size/8+7)/8)
	for _, n := range s.nodes {
		word := (n.addr - s.addr) / 8
		for i, b := range n.sym.PtrMask {
			for j := uint64(0); b != 0; j, b = j+1, b>>1 {
				if w := word + uint64(i)*8 + j; b&1 != 0 && w/8 < uint64(len(mask)) {
					mask[w/8] |= 1 << (w % 8)
				}
			}
		}
	}
	return mask
}

// loaded lists the sections of the three segments in order of address.
func (l *linker) loaded() []*section {
	s := &l.sects
	list := []*section{s.goNote, s.gnuNote, s.text,
		s.rodata, s.types, s.typelink, s.itablink, s.pcln,
		s.buildinfo, s.noptrdata, s.data, s.bss}
	for _, counters := range []*section{s.covctrs, s.fuzzctrs} {
		if counters.size > 0 {
			list = append(list, counters)
		}
	}
	return append(list, s.noptrbss)
}

// collectTables finds the descriptors that reflection must be able to find by
// string (unnamed composite types) and the itabs.
func (l *linker) collectTables() {
	type entry struct {
		n   *node
		str string
	}
	var links []entry
	for _, n := range l.types {
		switch {
		case strings.HasPrefix(n.name, "go:itab."):
			l.itabs = append(l.itabs, n)
		case isDescriptor(n) && listed(n.sym):
			links = append(links, entry{n, typeString(n)})
		}
	}
	slices.SortStableFunc(links, func(a, b entry) int { return strings.Compare(a.str, b.str) })
	for _, e := range links {
		l.typelinks = append(l.typelinks, e.n)
	}
}

// listed reports whether a descriptor belongs into the typelinks.
func listed(s *object.Symbol) bool {
	const tflagOff, named = 20, 4
	if len(s.Data) < 48 || s.Data[tflagOff]&named != 0 ||
		strings.HasPrefix(s.Name, "type:noalg.") || strings.HasPrefix(s.Name, "type:map.group[") {
		return false
	}
	switch s.Data[kindOff] {
	case 17, 18, 19, 21, 22, 23, 25: // array, chan, func, map, pointer, slice, struct
		return true
	}
	return false
}

// typeString decodes the string that reflection shows for a descriptor.
func typeString(n *node) string {
	const strOff, tflagOff, extraStar = 40, 20, 2
	for i := range n.sym.Relocs {
		if r := &n.sym.Relocs[i]; r.Off == strOff && r.Kind == object.TypeOff {
			s := decodeName(n.targets[i].sym.Data)
			if n.sym.Data[tflagOff]&extraStar != 0 {
				s = strings.TrimPrefix(s, "*")
			}
			return s
		}
	}
	return n.name
}

// decodeName reads an encoded name: a flag byte, the length, the bytes.
func decodeName(b []byte) string {
	length, shift, i := 0, 0, 1
	for ; i < len(b); i++ {
		length |= int(b[i]&0x7f) << shift
		shift += 7
		if b[i] < 0x80 {
			i++
			break
		}
	}
	if i+length > len(b) {
		return ""
	}
	return string(b[i : i+length])
}
