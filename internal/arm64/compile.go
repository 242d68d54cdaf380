// Package arm64 turns optimised SSA into machine code for arm64.
//
// Target is the machine as package codegen drives it: instruction selection (select.go and the files of lowerings), and emission
// through package a64. It has what names an instruction or a register of arm64; it keeps no state between functions.
//
// Laws of the generated code:
//
//   - A value narrower than its register has junk above its width. Instructions on 4 bytes clear the rest, so that a 4-byte value that one
//     of those made (ZeroExtended) has zeros there.
//   - No register but R28, SP and FP survives a call.
//   - R16, R17, R27 and V31 are scratch: any instruction that is expanded, and any access whose address does not fit, may overwrite them.
//   - The flags live only from an instruction to the next ones of the same group; moves of the allocator in between do not touch them.
//   - LR holds the return address until the first call, after which it stands at the bottom of the frame.
package arm64

import (
	"encoding/binary"
	"fmt"

	"strata/internal/arm64/a64"
	"strata/internal/codegen"
	"strata/internal/object"
)

// scratch is memory that compilations reuse, one after the other.
type scratch struct{ prog []a64.Inst }

// emit makes the function's symbol of its allocated instructions.
func emit(from codegen.Emitter) (*object.Symbol, error) {
	work := from.Opts.Scratch.(*scratch)
	e := &emitter{Emitter: from, prog: work.prog[:0]}
	e.Machine = e
	e.Run()
	work.prog = e.prog
	asm, err := a64.Assemble(e.prog)
	if err != nil {
		return nil, err
	}
	pc := append(asm.PC, int32(len(asm.Code)))
	code, poolOff, _, _ := e.AddPool(asm.Code, pc)
	s := e.Symbol(code, poolOff, pc)
	for _, r := range asm.Relocs {
		if err := reloc(s, r, poolOff); err != nil {
			return nil, err
		}
	}
	e.Finish(s, pc)
	return s, nil
}

// reloc resolves what lies inside the function and passes on the rest.
func reloc(s *object.Symbol, r a64.Reloc, poolOff int32) error {
	if r.Sym != codegen.PoolSym {
		s.Relocs = append(s.Relocs, object.Reloc{Off: r.Off, Kind: RelocKind(r.Kind), Target: r.Sym, Add: r.Add})
		return nil
	}
	field := s.Data[r.Off:]
	w, ok := a64.Relocate(r.Kind, binary.LittleEndian.Uint32(field), uint64(r.Off), uint64(int64(poolOff)+r.Add))
	if !ok {
		return fmt.Errorf("function of %d bytes is too large for its constants", len(s.Data))
	}
	binary.LittleEndian.PutUint32(field, w)
	return nil
}

// RelocKind is the linker's name of what package a64 asks for.
func RelocKind(k a64.RelocKind) object.RelocKind { return object.MachineReloc + object.RelocKind(k) }
