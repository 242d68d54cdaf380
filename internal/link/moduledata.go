package link

import (
	"encoding/binary"
	"fmt"

	"strata/internal/object"
)

// runtime.firstmoduledata: a variable of the runtime whose content the linker
// makes. Its type is stack.ModuleData; the order of fields stands in
// ARCHITECTURE.md and here, and a change goes to both.

const (
	moduledataSym  = "runtime.firstmoduledata"
	moduledataSize = 592
)

// linkerMade are addresses under a name, for assembly, debuggers and variables whose place is all that counts.
var linkerMade = map[string]func(s *sections) uint64{
	"runtime.text":          func(s *sections) uint64 { return s.text.addr },
	"runtime.etext":         func(s *sections) uint64 { return s.text.end() },
	"runtime.rodata":        func(s *sections) uint64 { return s.rodata.addr },
	"runtime.types":         func(s *sections) uint64 { return s.types.addr },
	"runtime.etypes":        func(s *sections) uint64 { return s.types.end() },
	"runtime.pclntab":       func(s *sections) uint64 { return s.pcln.addr },
	"runtime.data":          func(s *sections) uint64 { return s.data.addr },
	"runtime.edata":         func(s *sections) uint64 { return s.data.end() },
	"runtime.bss":           func(s *sections) uint64 { return s.bss.addr },
	"runtime.ebss":          func(s *sections) uint64 { return s.bss.end() },
	"runtime.noptrdata":     func(s *sections) uint64 { return s.noptrdata.addr },
	"runtime.enoptrdata":    func(s *sections) uint64 { return s.noptrdata.end() },
	"runtime.noptrbss":      func(s *sections) uint64 { return s.noptrbss.addr },
	"runtime.enoptrbss":     func(s *sections) uint64 { return s.noptrbss.end() },
	"runtime.end":           func(s *sections) uint64 { return s.noptrbss.end() },
	object.CoverCounters:    func(s *sections) uint64 { return s.covctrs.addr },
	object.CoverCountersEnd: func(s *sections) uint64 { return s.covctrs.end() },
	object.EdgeCounters:     func(s *sections) uint64 { return s.fuzzctrs.addr },
	"wasm.adapters":         func(s *sections) uint64 { return s.rodata.addr + s.wasmAdapters },
	"wasm.adapterbase":      func(s *sections) uint64 { return s.wasmAdapterBase },
	object.EdgeCountersEnd:  func(s *sections) uint64 { return s.fuzzctrs.end() },
}

// claimModuledata turns the tentative variable into data before layout.
func (l *linker) claimModuledata() error {
	n := l.reach.nodes[moduledataSym]
	if n == nil || !n.reached || n.sym == nil {
		return nil
	}
	if n.sym.Size != moduledataSize {
		return fmt.Errorf("link: %s has %d bytes, the linker fills %d", moduledataSym, n.sym.Size, moduledataSize)
	}
	s := *n.sym
	s.Kind, s.Data, s.Relocs, s.PtrMask, s.Align = object.Data, make([]byte, moduledataSize), nil, nil, 8
	n.sym, n.targets = &s, nil
	l.moduledata = n
	return nil
}

// fillModuledata writes the content, and the tables that are lists of addresses.
func (l *linker) fillModuledata() error {
	s, p := &l.sects, l.pcln
	for i, n := range l.typelinks {
		binary.LittleEndian.PutUint32(s.typelink.data[4*i:], uint32(n.addr-s.types.addr))
	}
	for i, n := range l.itabs {
		binary.LittleEndian.PutUint64(s.itablink.data[8*i:], n.addr)
	}
	if l.moduledata == nil {
		return nil
	}
	d := l.moduledata.sym.Data[:0]
	word := func(v ...uint64) {
		for _, x := range v {
			d = binary.LittleEndian.AppendUint64(d, x)
		}
	}
	slice := func(addr uint64, n int) { word(addr, uint64(n), uint64(n)) }
	part := func(sp span, size int) { slice(s.pcln.addr+uint64(sp.off), sp.len/size) }
	word(s.pcln.addr)
	part(p.names, 1)
	part(p.cu, 4)
	part(p.files, 1)
	part(p.pctab, 1)
	part(p.funcs, 1)
	slice(s.pcln.addr+uint64(p.funcs.off), p.nfunc+1)
	word(s.rodata.addr+s.findfunc, s.text.addr, s.text.end(), s.text.addr, s.text.end())
	for _, sec := range []*section{s.noptrdata, s.data, s.bss, s.noptrbss, s.covctrs} {
		word(sec.addr, sec.end())
	}
	word(s.noptrbss.end(), s.rodata.addr+s.maskOff[0], s.rodata.addr+s.maskOff[1])
	word(s.types.addr, s.types.end(), s.rodata.addr, s.rodata.addr+s.funcdata, s.pcln.end())
	word(none(3)...) // one section of text
	slice(s.typelink.addr, len(l.typelinks))
	slice(s.itablink.addr, len(l.itabs))
	word(none(3 + 2 + 3 + 3 + 2 + 3)...) // plugins and shared libraries have these
	word(1)                              // has main.main
	word(masked(s.data), s.rodata.addr+s.maskOff[0], masked(s.bss), s.rodata.addr+s.maskOff[1])
	word(none(2)...) // no further module
	if len(d) != moduledataSize {
		return fmt.Errorf("link: module data of %d bytes", len(d))
	}
	return nil
}

// none is what fields hold that say nothing here.
func none(words int) []uint64 { return make([]uint64, words) }

// masked is the number of bits in a section's mask of pointers, in a word of which 32 bits count.
func masked(s *section) uint64 { return uint64(uint32((s.end() - s.addr) / 8)) }
