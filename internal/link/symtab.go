package link

import (
	"debug/elf"
	"encoding/binary"
	"strings"

	"strata/internal/object"
)

// The ELF symbol table, for nm, gdb and perf: functions and variables, in order
// of address. Names, masks, string constants and the like would double it
// without telling anybody anything, and stay out. Entry points in ABI0 are
// called NAME.abi0, as Go tools know them, and cold parts of functions NAME.cold.

const symSize = 24

func (l *linker) makeSymtab() error {
	if l.in.StripSymbols {
		return nil
	}
	s := &l.sects
	b, str := make([]byte, symSize), []byte{0}
	add := func(name string, typ elf.SymType, bind elf.SymBind, sec int, addr, size uint64) {
		le := binary.LittleEndian
		b = le.AppendUint32(b, uint32(len(str)))
		b = append(b, elf.ST_INFO(bind, typ), 0)
		b = le.AppendUint16(b, uint16(sec))
		b = le.AppendUint64(b, addr)
		b = le.AppendUint64(b, size)
		str = append(append(str, name...), 0)
	}
	index := 0
	for _, sec := range l.loaded() {
		if sec.size == 0 {
			continue
		}
		index++
		sec.index = index
	}
	for _, pass := range []elf.SymBind{elf.STB_LOCAL, elf.STB_GLOBAL} { // locals stand first
		if pass == elf.STB_LOCAL && s.rodata.index != 0 {
			add("go:func.*", elf.STT_OBJECT, pass, s.rodata.index, s.rodata.addr+s.funcdata, 0) // by which govulncheck finds inlined calls
		}
		if pass == elf.STB_GLOBAL {
			add("runtime.text", elf.STT_NOTYPE, pass, s.text.index, s.text.addr, 0)
			add("runtime.etext", elf.STT_NOTYPE, pass, s.text.index, s.text.end(), 0)
			if s.types.index != 0 {
				add("runtime.types", elf.STT_NOTYPE, pass, s.types.index, s.types.addr, 0)
				add("runtime.etypes", elf.STT_NOTYPE, pass, s.types.index, s.types.end(), 0)
			}
		}
		for _, sec := range []*section{s.text, s.rodata, s.types, s.noptrdata, s.data, s.bss, s.covctrs, s.fuzzctrs, s.noptrbss} {
			for _, n := range sec.nodes {
				if bind(n.sym) == pass && listedSymbol(n.name) {
					add(symtabName(n.name), symType(n.sym), pass, sec.index, n.addr, uint64(n.sym.Size))
				}
			}
		}
		if pass == elf.STB_LOCAL {
			l.addSymtabSects(uint32(len(b) / symSize))
		}
	}
	sym, strs := l.extraSects[len(l.extraSects)-2], l.extraSects[len(l.extraSects)-1]
	sym.data, sym.size = b, uint64(len(b))
	strs.data, strs.size = str, uint64(len(str))
	return nil
}

// addSymtabSects makes the two sections; firstGlobal is the first symbol that is not local.
func (l *linker) addSymtabSects(firstGlobal uint32) {
	l.extraSects = append(l.extraSects,
		&section{name: ".symtab", typ: elf.SHT_SYMTAB, align: 8, entsize: symSize, link: ".strtab", info: firstGlobal},
		&section{name: ".strtab", typ: elf.SHT_STRTAB, align: 1})
}

func bind(s *object.Symbol) elf.SymBind {
	if s.Flags&object.Static != 0 {
		return elf.STB_LOCAL
	}
	return elf.STB_GLOBAL
}

func symType(s *object.Symbol) elf.SymType {
	if s.Kind == object.Text {
		return elf.STT_FUNC
	}
	return elf.STT_OBJECT
}

func symtabName(name string) string {
	if s, ok := strings.CutSuffix(name, "<ABI0>"); ok {
		return s + ".abi0"
	}
	return name
}

// listedSymbol leaves out what has no name in the source.
func listedSymbol(name string) bool {
	switch {
	case strings.HasPrefix(name, "type:"), strings.HasPrefix(name, "go:string."),
		strings.HasPrefix(name, "runtime.gcbits."), strings.HasPrefix(name, "$"):
		return false
	}
	return true
}
