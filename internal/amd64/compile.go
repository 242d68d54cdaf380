// Package amd64 turns optimised SSA into machine code for amd64.
//
// Target is the machine as package codegen drives it: instruction selection (select.go and the files of lowerings), and emission
// through package x86. It has what names an instruction or a register of amd64; it keeps no state between functions.
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
	"encoding/binary"

	"strata/internal/amd64/x86"
	"strata/internal/codegen"
	"strata/internal/object"
)

// scratch is memory that compilations reuse, one after the other.
type scratch struct{ prog []x86.Inst }

// emit makes the function's symbol of its allocated instructions.
func emit(from codegen.Emitter) (*object.Symbol, error) {
	work := from.Opts.Scratch.(*scratch)
	e := &emitter{Emitter: from, prog: work.prog[:0]}
	e.Machine = e
	e.Run()
	shorten(e.prog)
	e.dropCompares()
	e.crossParts()
	work.prog = e.prog
	asm, err := x86.Assemble(e.prog)
	if err != nil {
		return nil, err
	}
	pc := append(asm.PC, int32(len(asm.Code)))
	code, poolOff, end, moved := e.AddPool(asm.Code, pc)
	s := e.Symbol(code, poolOff, pc)
	for _, r := range asm.Relocs {
		if r.Off >= end {
			r.Off += moved
		}
		e.reloc(s, r, poolOff, pc)
	}
	e.Finish(s, pc)
	return s, nil
}

// relocKinds are the linker's names of what package x86 asks for.
var relocKinds = [...]object.RelocKind{
	x86.PCRel32: object.PCRel32, x86.CallRel32: object.Call32, x86.Abs32: object.Abs32, x86.Abs64: object.Abs64,
}

// reloc resolves what lies inside the function and passes on the rest.
func (e *emitter) reloc(s *object.Symbol, r x86.Reloc, poolOff int32, pc []int32) {
	switch {
	case r.Kind == x86.TLSOff32:
		binary.LittleEndian.PutUint32(s.Data[r.Off:], uint32(tlsG+int32(r.Add)))
	case r.Sym == codegen.CrossSym:
		target := pc[r.Add+4]
		s.Relocs = append(s.Relocs, object.Reloc{Off: r.Off, Kind: object.Call32, Target: s.Name, Add: int64(target)})
	case r.Sym == codegen.PoolSym && e.IsColdPC(r.Off, pc):
		s.Relocs = append(s.Relocs, object.Reloc{Off: r.Off, Kind: object.PCRel32, Target: s.Name, Add: int64(poolOff) + r.Add + 4})
	case r.Sym == codegen.PoolSym:
		binary.LittleEndian.PutUint32(s.Data[r.Off:], uint32(poolOff+int32(r.Add)-r.Off))
	default:
		kind := relocKinds[r.Kind]
		add := r.Add
		if kind == object.PCRel32 || kind == object.Call32 {
			add += 4 // the linker counts from the end of the field
		}
		s.Relocs = append(s.Relocs, object.Reloc{Off: r.Off, Kind: kind, Target: r.Sym, Add: add})
	}
}
