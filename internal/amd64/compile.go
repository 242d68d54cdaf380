// Package amd64 turns optimised SSA into machine code for amd64.
//
// Compile takes an ssa.Func and gives an object.Symbol: instruction selection
// (select.go and the files of lowerings), register allocation by package
// regalloc, frame layout, emission through package x86, and the tables that the
// runtime reads. It owns every machine-specific decision; it keeps no state
// between functions.
//
// Laws of the generated code:
//
//   - A value narrower than its register has junk above its width.
//   - No register but R14, BP and SP survives a call.
//   - X15 is scratch: any instruction that is expanded, and any move between two
//     places in memory, may overwrite it.
//   - The flags live only from an instruction to the next ones of the same group;
//     moves of the allocator in between do not touch them.
package amd64

import (
	"fmt"
	"go/token"
	"io"

	"strata/internal/abi"
	"strata/internal/amd64/x86"
	"strata/internal/object"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

// Options say how to compile.
type Options struct {
	// Position resolves source positions. Nil gives no line tables.
	Position func(token.Pos) (file string, line int32)
	// Conv is the convention of Go functions.
	Conv abi.Conv
	// Alloc is the register allocator; nil is regalloc.Split.
	Alloc regalloc.Allocator
	// Check proves every register allocation.
	Check bool
	// Listing gets the code in the form of gc's -S.
	Listing io.Writer
	// Relocs go to the symbol's relocations, for what it mentions without code.
	Relocs []object.Reloc
	// ColdApart puts what is rarely run in a part that is laid out apart.
	ColdApart bool
	// Scratch is memory to work in, for one compilation at a time; nil for none.
	Scratch *Scratch
}

// Scratch is memory that compilations reuse, one after the other.
type Scratch struct{ prog []x86.Inst }

// Compile compiles f. It may change f.
func Compile(f *ssa.Func, opts Options) (*object.Symbol, error) {
	m, err := selectFunc(f)
	if err != nil {
		return nil, err
	}
	m.pool.reserve(m.tables)
	rf := m.regallocFunc()
	alloc := opts.Alloc
	if alloc == nil {
		alloc = regalloc.Split
	}
	res, err := alloc(rf)
	if err != nil {
		return nil, fmt.Errorf("amd64: %s: %w", f.Name, err)
	}
	if opts.Check {
		if err := regalloc.Check(rf, res); err != nil {
			return nil, fmt.Errorf("amd64: %w", err)
		}
	}
	if opts.Scratch == nil {
		opts.Scratch = &Scratch{}
	}
	e := &emitter{prog: opts.Scratch.prog[:0], f: f, m: m, res: res, opts: &opts, frame: layoutFrame(m, res.NumSlots)}
	if err := e.frame.check(f, m.outSize); err != nil {
		return nil, err
	}
	e.nosplit = f.Pragma&ssa.NoSplit != 0 || !m.returns && e.frame.size <= stackSmall
	if err := e.emit(); err != nil {
		return nil, err
	}
	return e.symbol()
}

// symbol assembles the code and fills the tables.
func (e *emitter) symbol() (*object.Symbol, error) {
	f := e.f
	shorten(e.prog)
	e.dropCompares()
	e.crossParts()
	e.opts.Scratch.prog = e.prog
	asm, err := x86.Assemble(e.prog)
	if err != nil {
		return nil, fmt.Errorf("amd64: %s: %w", f.Name, err)
	}
	pc := append(asm.PC, int32(len(asm.Code)))
	poolOff := e.addPool(&asm, pc)
	code := asm.Code
	s := &object.Symbol{Name: f.Name, Kind: object.Text, Align: loopAlign, Data: code, Size: int64(len(code))}
	s.Flags = e.flags()
	e.fillTables(s, poolOff, pc)
	for _, r := range asm.Relocs {
		e.reloc(s, r, poolOff, pc)
	}
	s.Relocs = append(s.Relocs, e.opts.Relocs...)
	s.Func = e.info(pc)
	if e.opts.Listing != nil {
		e.list(e.opts.Listing, s, pc)
	}
	return s, nil
}

func (e *emitter) flags() object.Flags {
	var fl object.Flags
	if e.nosplit {
		fl |= object.NoSplit
	}
	p := e.f.Pragma
	if p&ssa.WrapperFunc != 0 {
		fl |= object.Wrapper
	}
	if p&ssa.NeedCtxt != 0 || e.m.usesCtxt {
		fl |= object.NeedCtxt
	}
	if p&ssa.ReflectMethod != 0 {
		fl |= object.ReflectMethod
	}
	if p&ssa.ABI0Func != 0 {
		fl |= object.ABI0
	}
	return fl
}

func put32(b []byte, v int32) {
	b[0], b[1], b[2], b[3] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
}

// relocKinds are the linker's names of what package x86 asks for.
var relocKinds = [...]object.RelocKind{
	x86.PCRel32: object.PCRel32, x86.CallRel32: object.Call32, x86.Abs32: object.Abs32, x86.Abs64: object.Abs64,
}

// reloc resolves what lies inside the function and passes on the rest.
func (e *emitter) reloc(s *object.Symbol, r x86.Reloc, poolOff int32, pc []int32) {
	switch {
	case r.Kind == x86.TLSOff32:
		put32(s.Data[r.Off:], tlsG+int32(r.Add))
	case r.Sym == crossSym:
		target := pc[r.Add+4]
		s.Relocs = append(s.Relocs, object.Reloc{Off: r.Off, Kind: object.Call32, Target: s.Name, Add: int64(target)})
	case r.Sym == poolSym && e.isColdPC(r.Off, pc):
		s.Relocs = append(s.Relocs, object.Reloc{Off: r.Off, Kind: object.PCRel32, Target: s.Name, Add: int64(poolOff) + r.Add + 4})
	case r.Sym == poolSym:
		put32(s.Data[r.Off:], poolOff+int32(r.Add)-r.Off)
	default:
		kind := relocKinds[r.Kind]
		add := r.Add
		if kind == object.PCRel32 || kind == object.Call32 {
			add += 4 // the linker counts from the end of the field
		}
		s.Relocs = append(s.Relocs, object.Reloc{Off: r.Off, Kind: kind, Target: r.Sym, Add: add})
	}
}
