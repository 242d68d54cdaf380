package link

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/binary"
	"encoding/hex"
)

// The ELF file. Loaded sections lie at file offset = address - 0x400000, so
// the three segments need no bookkeeping; DWARF, symbol table and string tables
// follow; the section headers end the file. The program is static: the kernel
// maps the segments and jumps to the entry point.
//
// A PT_TLS segment of 8 bytes declares the one thread-local word at -8(FS), for
// debuggers that look for g there; no libc sets it up: the runtime points
// FS at its own memory with arch_prctl.
//
// The build ID is a hash of the finished file with the ID's place left zero.

const (
	ehdrSize  = 64
	phdrSize  = 56
	shdrSize  = 64
	goIDLen   = 48
	gnuIDLen  = 20
	noteHead  = 16 // three words and the padded name
	tlsSize   = 8
	numPhdrs  = 6
	segmentRX = elf.PF_R | elf.PF_X
)

func note(name string, typ uint32, desc int) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(name)))
	b = binary.LittleEndian.AppendUint32(b, uint32(desc))
	b = binary.LittleEndian.AppendUint32(b, typ)
	b = append(b, name...)
	return append(b, make([]byte, desc)...)
}

func goNote() []byte  { return note("Go\x00\x00", 4, goIDLen) }
func gnuNote() []byte { return note("GNU\x00", 3, gnuIDLen) }

func (l *linker) makeImage() error {
	var list []*section
	for _, s := range append(l.loaded(), l.extraSects...) {
		if s.size > 0 {
			list = append(list, s)
		}
	}
	shstr := &section{name: ".shstrtab", typ: elf.SHT_STRTAB, align: 1}
	list = append(list, shstr)
	names, nameOff := stringTable(list)
	shstr.data, shstr.size = names, uint64(len(names))

	at := l.sects.data.end() - baseAddr
	index := map[string]uint32{}
	for i, s := range list {
		index[s.name] = uint32(i + 1)
		if s.flags&elf.SHF_ALLOC == 0 {
			at = alignUp(at, s.align)
			s.off = at
			at += s.size
		}
	}
	shoff := alignUp(at, 8)
	img := make([]byte, shoff+shdrSize*uint64(len(list)+1))
	for _, s := range list {
		if s.typ != elf.SHT_NOBITS {
			copy(img[s.off:], s.data)
		}
	}
	l.putHeaders(img, shoff, len(list)+1, int(index[".shstrtab"]))
	var b bytes.Buffer
	b.Write(make([]byte, shdrSize))
	for i, s := range list {
		put(&b, elf.Section64{
			Name: nameOff[i], Type: uint32(s.typ), Flags: uint64(s.flags), Addr: s.addr, Off: s.off, Size: s.size,
			Link: index[s.link], Info: s.info, Addralign: s.align, Entsize: s.entsize,
		})
	}
	copy(img[shoff:], b.Bytes())
	l.stampID(img)
	l.image = img
	return nil
}

// put writes a fixed-size structure; writing to a bytes.Buffer cannot fail.
func put(b *bytes.Buffer, v any) { _ = binary.Write(b, binary.LittleEndian, v) }

func stringTable(list []*section) (table []byte, offs []uint32) {
	table = []byte{0}
	for _, s := range list {
		offs = append(offs, uint32(len(table)))
		table = append(append(table, s.name...), 0)
	}
	return table, offs
}

func (l *linker) putHeaders(img []byte, shoff uint64, shnum, shstrndx int) {
	s, pageSize := &l.sects, l.in.Arch.PageSize
	entry, _ := l.address(l.reach.nodes[l.in.Entry])
	var b bytes.Buffer
	h := elf.Header64{
		Type: uint16(elf.ET_EXEC), Machine: uint16(l.in.Arch.Machine), Version: uint32(elf.EV_CURRENT),
		Entry: entry, Phoff: ehdrSize, Shoff: shoff, Ehsize: ehdrSize, Phentsize: phdrSize, Phnum: numPhdrs,
		Shentsize: shdrSize, Shnum: uint16(shnum), Shstrndx: uint16(shstrndx),
	}
	copy(h.Ident[:], elf.ELFMAG)
	h.Ident[elf.EI_CLASS], h.Ident[elf.EI_DATA] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB)
	h.Ident[elf.EI_VERSION] = byte(elf.EV_CURRENT)
	put(&b, h)
	seg := func(typ elf.ProgType, flags elf.ProgFlag, from, fileEnd, memEnd, align uint64) {
		put(&b, elf.Prog64{Type: uint32(typ), Flags: uint32(flags), Off: from - baseAddr, Vaddr: from, Paddr: from,
			Filesz: fileEnd - from, Memsz: memEnd - from, Align: align})
	}
	roStart, rwStart := s.rodata.addr&^(pageSize-1), s.buildinfo.addr&^(pageSize-1)
	noteEnd := s.gnuNote.end()
	tls := alignUp(s.noptrbss.end(), 8)
	seg(elf.PT_NOTE, elf.PF_R, s.goNote.addr, noteEnd, noteEnd, 4)
	seg(elf.PT_LOAD, segmentRX, baseAddr, s.text.end(), s.text.end(), pageSize)
	seg(elf.PT_LOAD, elf.PF_R, roStart, s.pcln.end(), s.pcln.end(), pageSize)
	seg(elf.PT_LOAD, elf.PF_R|elf.PF_W, rwStart, s.data.end(), s.noptrbss.end(), pageSize)
	put(&b, elf.Prog64{Type: uint32(elf.PT_TLS), Flags: uint32(elf.PF_R), Vaddr: tls, Paddr: tls, Memsz: tlsSize, Align: 8})
	put(&b, elf.Prog64{Type: uint32(elf.PT_GNU_STACK), Flags: uint32(elf.PF_R | elf.PF_W), Align: 16})
	copy(img, b.Bytes())
}

// stampID fills in the build IDs.
func (l *linker) stampID(img []byte) {
	sum := sha256.Sum256(img)
	id := "strata/" + hex.EncodeToString(sum[:])
	copy(img[l.sects.goNote.off+noteHead:], id[:goIDLen])
	copy(img[l.sects.gnuNote.off+noteHead:], sum[:gnuIDLen])
}
