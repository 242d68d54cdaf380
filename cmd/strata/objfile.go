package main

import (
	"cmp"
	"debug/elf"
	"debug/gosym"
	"errors"
	"fmt"
	"os"
	"slices"
)

// executable is an ELF file as objdump and nm see it. Go's own executables are read as well as Strata's.
type executable struct {
	file *os.File
	elf  *elf.File
}

// execSymbol is a symbol with the letter that nm prints: T code, R constants, D data, U undefined, ? anything
// else; small letters for local symbols.
type execSymbol struct {
	name       string
	addr, size uint64
	code       rune
}

func openExecutable(name string) (*executable, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	f, err := elf.NewFile(file)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("open %s: unrecognized object file", name)
	}
	return &executable{file, f}, nil
}

func (e *executable) close() { e.file.Close() }

// symbols returns the symbols in order of address.
func (e *executable) symbols() ([]execSymbol, error) {
	table, err := e.elf.Symbols()
	if err != nil {
		return nil, err
	}
	syms := make([]execSymbol, len(table))
	for i, s := range table {
		code := e.letter(s.Section)
		if elf.ST_BIND(s.Info) == elf.STB_LOCAL {
			code += 'a' - 'A'
		}
		syms[i] = execSymbol{s.Name, s.Value, s.Size, code}
	}
	// The order of symbols of one address is that of go tool nm, which does not sort stably.
	slices.SortFunc(syms, func(a, b execSymbol) int { return cmp.Compare(a.addr, b.addr) })
	return syms, nil
}

func (e *executable) letter(section elf.SectionIndex) rune {
	switch {
	case section == elf.SHN_UNDEF:
		return 'U'
	case section == elf.SHN_COMMON:
		return 'B'
	case int(section) >= len(e.elf.Sections):
		return '?'
	}
	switch e.elf.Sections[section].Flags & (elf.SHF_WRITE | elf.SHF_ALLOC | elf.SHF_EXECINSTR) {
	case elf.SHF_ALLOC | elf.SHF_EXECINSTR:
		return 'T'
	case elf.SHF_ALLOC:
		return 'R'
	case elf.SHF_ALLOC | elf.SHF_WRITE:
		return 'D'
	}
	return '?'
}

// text returns the code and its address.
func (e *executable) text() (addr uint64, code []byte, err error) {
	s := e.elf.Section(".text")
	if s == nil {
		return 0, nil, errors.New("text section not found")
	}
	code, err = s.Data()
	return s.Addr, code, err
}

// lines returns a function that makes tables of lines; they must not be shared between goroutines.
func (e *executable) lines(syms []execSymbol) (func() (*gosym.Table, error), error) {
	start := uint64(0)
	if s := e.elf.Section(".text"); s != nil {
		start = s.Addr
	}
	for _, s := range syms {
		if s.name == "runtime.text" {
			start = s.addr
			break
		}
	}
	var data []byte
	for _, name := range []string{".gopclntab", ".data.rel.ro.gopclntab"} {
		if s := e.elf.Section(name); s != nil {
			var err error
			if data, err = s.Data(); err != nil {
				return nil, err
			}
			break
		}
	}
	return func() (*gosym.Table, error) { return gosym.NewTable(nil, gosym.NewLineTable(data, start)) }, nil
}
