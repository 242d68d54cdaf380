package codegen

import (
	"encoding/binary"

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

// CrossSym stands for the function itself in branches to its other part; the displacement is the target's index.
const CrossSym = ".function"

// coldFrom is the index in the layout with which the blocks of the cold part begin, -1 if there is to be none.
func (e *Emitter) coldFrom() int {
	if !e.Opts.ColdApart {
		return -1
	}
	i := len(e.order)
	for i > 1 && e.order[i-1].Apart {
		i--
	}
	return i
}

// beginCold ends the hot part.
func (e *Emitter) beginCold() {
	e.SetUnsafe(false)
	if r := e.recoverBlock(); r != nil && e.Starts[r.Index] == 0 { // still to come: the entry block alone begins at 0
		e.rejoin.hot = e.jumpToRecover(r)
	}
	e.PadInlines()
	e.Cold = len(e.Pos)
	e.Machine.Trap()
}

// endCold ends the cold part.
func (e *Emitter) endCold() {
	if r := e.recoverBlock(); r != nil && e.rejoin.hot == 0 {
		e.rejoin.cold = e.jumpToRecover(r)
	}
}

func (e *Emitter) recoverBlock() *Block {
	if e.F.Recover != nil {
		for _, b := range e.M.Blocks {
			if b.SSA == e.F.Recover {
				return b
			}
		}
	}
	return nil
}

func (e *Emitter) jumpToRecover(r *Block) int {
	e.At = ssa.Pos{P: e.F.Pos}
	e.goTo(r.Index)
	return len(e.Pos) - 1
}

// AddPool puts the constants behind the code, in front of the cold part if there is one, and returns their place. What lies at end or
// behind it has moved.
func (e *Emitter) AddPool(code []byte, pc []int32) (all []byte, off, end, moved int32) {
	end = int32(len(code))
	if len(e.M.Pool.Data) == 0 {
		return code, 0, end, 0
	}
	if e.Cold > 0 {
		end = pc[e.Cold]
	}
	cold := append([]byte(nil), code[end:]...)
	code = code[:end]
	for len(code)%poolAlign != 0 {
		code = append(code, e.M.Target.Filler)
	}
	off = int32(len(code))
	code = append(code, e.M.Pool.Data...)
	if e.Cold > 0 {
		moved = int32(len(code)) - end
		for i := e.Cold; i < len(pc); i++ {
			pc[i] += moved
		}
	}
	return append(code, cold...), off, end, moved
}

// poolAlign is the alignment of the constants.
const poolAlign = 16

// IsColdPC tells whether an offset lies in the cold part.
func (e *Emitter) IsColdPC(off int32, pc []int32) bool { return e.Cold > 0 && off >= pc[e.Cold] }

// fillTables writes the jump tables, now that blocks have addresses.
func (e *Emitter) fillTables(s *object.Symbol, poolOff int32, pc []int32) {
	for _, t := range e.M.Tables {
		base := poolOff + int32(t.Off)
		for i, b := range t.Targets {
			entry, to := base+4*int32(i), pc[e.Starts[e.Resolve(b)]]
			if e.IsColdPC(to, pc) {
				s.Relocs = append(s.Relocs, object.Reloc{Off: entry, Kind: object.PCRel32, Target: s.Name, Add: int64(to + 4*int32(i) + 4)})
				continue
			}
			binary.LittleEndian.PutUint32(s.Data[entry:], uint32(to-base))
		}
	}
}

// coldPart describes the cold part; callPCs has for each inlined call an instruction at its position there.
func (e *Emitter) coldPart(pc []int32) *object.ColdPart {
	if e.Cold == 0 {
		return nil
	}
	c := &object.ColdPart{PC: pc[e.Cold]}
	if e.rejoin.cold > 0 {
		c.RecoverPC = pc[e.rejoin.cold] - c.PC
	} else if r := e.recoverBlock(); r != nil {
		c.RecoverPC = pc[e.Starts[r.Index]] - c.PC
	}
	if len(e.F.Inlines) > 0 {
		first := e.firstAt(e.Cold, pc)
		for _, in := range e.F.Inlines {
			c.CallPCs = append(c.CallPCs, max(first[ssa.Pos{P: in.Call, Inl: in.Parent}]-c.PC, 0))
		}
	}
	return c
}
