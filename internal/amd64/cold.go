package amd64

import (
	"strata/internal/amd64/x86"
	"strata/internal/object"
	"strata/internal/ssa"
)

// Cold parts. With Options.ColdApart a function's cold blocks without samples and its stubs stand behind everything
// else, constants included, and the linker makes a symbol of their own of them. Laws:
//
//   - Control passes between the parts by 32-bit jumps only, which are relocations: to the function's
//     symbol, with the target's offset in both parts together.
//   - Nothing runs at the first byte of the cold part, so that no return address and no place of a signal
//     is taken for the entry of a function.
//   - Each part has an instruction at the position of every inlined call that its tables name, and a way to the
//     recover block.

// crossSym stands for the function itself in branches to its other part; the displacement is the target's index.
const crossSym = ".function"

// recoverJumps are the x86 instructions by which the parts reach the recover block, by part: 0 in the one that has it.
type recoverJumps struct{ hot, cold int }

// coldFrom is the index in the layout with which the blocks of the cold part begin, -1 if there is to be none.
func (e *emitter) coldFrom() int {
	if !e.opts.ColdApart {
		return -1
	}
	i := len(e.order)
	for i > 1 && e.order[i-1].apart {
		i--
	}
	return i
}

// beginCold ends the hot part.
func (e *emitter) beginCold() {
	e.setUnsafe(false)
	if r := e.recoverBlock(); r != nil && e.starts[r.index] == 0 { // still to come: the entry block alone begins at 0
		e.rejoin.hot = e.jumpToRecover(r)
	}
	e.padInlines()
	e.cold = len(e.prog)
	e.trap()
}

// endCold ends the cold part.
func (e *emitter) endCold() {
	if r := e.recoverBlock(); r != nil && e.rejoin.hot == 0 {
		e.rejoin.cold = e.jumpToRecover(r)
	}
}

func (e *emitter) recoverBlock() *mblock {
	if e.f.Recover != nil {
		for _, b := range e.m.blocks {
			if b.b == e.f.Recover {
				return b
			}
		}
	}
	return nil
}

func (e *emitter) jumpToRecover(r *mblock) int {
	e.at = ssa.Pos{P: e.f.Pos}
	e.goTo(x86.JMP, r.index)
	return len(e.prog) - 1
}

// trap is a byte that stops whoever comes there.
func (e *emitter) trap() { e.op(x86.BYTE, x86.I(0xCC)) }

// crossParts turns the branches from one part to the other into relocations.
func (e *emitter) crossParts() {
	if e.cold == 0 {
		return
	}
	for i := range e.prog {
		in := &e.prog[i]
		if in.NArgs == 0 || in.Args[in.NArgs-1].Kind != x86.Branch {
			continue
		}
		a := &in.Args[in.NArgs-1]
		if a.Mem.Sym == "" && (i < e.cold) != (int(a.Target) < e.cold) {
			a.Mem.Sym, a.Mem.Disp = crossSym, int64(a.Target)
		}
	}
}

// addPool puts the constants behind the code, in front of the cold part if there is one, and returns their place.
func (e *emitter) addPool(asm *x86.Result, pc []int32) int32 {
	if len(e.m.pool.data) == 0 {
		return 0
	}
	end := int32(len(asm.Code))
	if e.cold > 0 {
		end = pc[e.cold]
	}
	cold := append([]byte(nil), asm.Code[end:]...)
	code := asm.Code[:end]
	for len(code)%16 != 0 {
		code = append(code, 0xCC)
	}
	off := int32(len(code))
	code = append(code, e.m.pool.data...)
	if e.cold > 0 {
		moved := int32(len(code)) - end
		for i := e.cold; i < len(pc); i++ {
			pc[i] += moved
		}
		for i := range asm.Relocs {
			if asm.Relocs[i].Off >= end {
				asm.Relocs[i].Off += moved
			}
		}
	}
	asm.Code = append(code, cold...)
	return off
}

// isColdPC tells whether an offset lies in the cold part.
func (e *emitter) isColdPC(off int32, pc []int32) bool { return e.cold > 0 && off >= pc[e.cold] }

// fillTables writes the jump tables, now that blocks have addresses.
func (e *emitter) fillTables(s *object.Symbol, poolOff int32, pc []int32) {
	for _, t := range e.m.tables {
		base := poolOff + int32(t.off)
		for i, b := range t.targets {
			entry, to := base+4*int32(i), pc[e.starts[e.resolve(b)]]
			if e.isColdPC(to, pc) {
				s.Relocs = append(s.Relocs, object.Reloc{Off: entry, Kind: object.PCRel32, Target: s.Name, Add: int64(to + 4*int32(i) + 4)})
				continue
			}
			put32(s.Data[entry:], to-base)
		}
	}
}

// coldPart describes the cold part; callPCs has for each inlined call an instruction at its position there.
func (e *emitter) coldPart(pc []int32) *object.ColdPart {
	if e.cold == 0 {
		return nil
	}
	c := &object.ColdPart{PC: pc[e.cold]}
	if e.rejoin.cold > 0 {
		c.RecoverPC = pc[e.rejoin.cold] - c.PC
	} else if r := e.recoverBlock(); r != nil {
		c.RecoverPC = pc[e.starts[r.index]] - c.PC
	}
	if len(e.f.Inlines) > 0 {
		first := e.firstAt(e.cold, pc)
		for _, in := range e.f.Inlines {
			c.CallPCs = append(c.CallPCs, max(first[ssa.Pos{P: in.Call, Inl: in.Parent}]-c.PC, 0))
		}
	}
	return c
}
