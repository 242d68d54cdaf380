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
	moduledataSize = 368
)

// linkerMade are addresses under a name, for assembly and debuggers.
func (l *linker) linkerMade(name string) (uint64, bool) {
	s := &l.sects
	switch name {
	case "runtime.text":
		return s.text.addr, true
	case "runtime.etext":
		return s.text.end(), true
	case "runtime.rodata":
		return s.rodata.addr, true
	case "runtime.types":
		return s.types.addr, true
	case "runtime.etypes":
		return s.types.end(), true
	case "runtime.pclntab":
		return s.pcln.addr, true
	case "runtime.data":
		return s.data.addr, true
	case "runtime.edata":
		return s.data.end(), true
	case "runtime.bss":
		return s.bss.addr, true
	case "runtime.ebss":
		return s.bss.end(), true
	case "runtime.noptrdata":
		return s.noptrdata.addr, true
	case "runtime.enoptrdata":
		return s.noptrdata.end(), true
	case "runtime.noptrbss":
		return s.noptrbss.addr, true
	case "runtime.enoptrbss", "runtime.end":
		return s.noptrbss.end(), true
	}
	return 0, false
}

func (l *linker) isLinkerMade(name string) bool {
	switch name {
	case "runtime.text", "runtime.etext", "runtime.rodata", "runtime.types", "runtime.etypes", "runtime.pclntab",
		"runtime.data", "runtime.edata", "runtime.bss", "runtime.ebss", "runtime.noptrdata", "runtime.enoptrdata",
		"runtime.noptrbss", "runtime.enoptrbss", "runtime.end":
		return true
	}
	return false
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
	for _, sec := range []*section{s.noptrdata, s.data, s.bss, s.noptrbss} {
		word(sec.addr, sec.end())
	}
	word(s.rodata.addr, s.rodata.addr+s.funcdata, s.types.addr, s.types.end())
	slice(s.typelink.addr, len(l.typelinks))
	slice(s.itablink.addr, len(l.itabs))
	word(s.rodata.addr+s.maskOff[0], s.rodata.addr+s.maskOff[1])
	word(0, 0) // no further module
	if len(d) != moduledataSize {
		return fmt.Errorf("link: module data of %d bytes", len(d))
	}
	return nil
}
