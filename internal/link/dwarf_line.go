package link

import (
	"encoding/binary"
	"slices"
	"sort"

	"strata/internal/object"
)

// Line programs: one sequence for each function, so that the order of
// functions does not matter. Steps that fit take one byte ("special opcodes":
// advance address and line together, then emit a row).

const (
	lineBase   = -4
	lineRange  = 10
	opcodeBase = 13

	lnsCopy         = 1
	lnsAdvancePC    = 2
	lnsAdvanceLine  = 3
	lnsSetFile      = 4
	lnsPrologueEnd  = 10
	lneEndSequence  = 1
	lneSetAddress   = 2
	lineHeaderStart = 10 // bytes counted from here are the header length
)

func (u *unit) lineProgram() {
	var prog []byte
	for _, n := range u.funcs {
		prog = u.lineSequence(prog, n)
	}
	b := []byte{0, 0, 0, 0, 4, 0, 0, 0, 0, 0}
	base := int8(lineBase)
	b = append(b, 1, 1, 1, byte(base), lineRange, opcodeBase) // instruction length, operations, is_stmt
	b = append(b, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1)         // operands of the standard opcodes
	b = append(b, 0)                                          // no directories: names are absolute
	for _, f := range u.files {
		if f == "" {
			f = "?"
		}
		b = append(append(b, f...), 0, 0, 0, 0)
	}
	b = append(b, 0)
	binary.LittleEndian.PutUint32(b[6:], uint32(len(b)-lineHeaderStart))
	b = append(b, prog...)
	binary.LittleEndian.PutUint32(b, uint32(len(b)-4))
	u.line = b
}

func (u *unit) lineSequence(b []byte, n *node) []byte {
	f := n.sym.Func
	if f == nil {
		return b
	}
	lines := f.Lines
	if len(lines) == 0 {
		lines = []object.PCLine{{File: f.File, Line: f.StartLine}}
	}
	body := int32(-1)
	if u.l.wholeOf[n] == nil {
		body = bodyStart(f)
	}
	if body >= 0 {
		lines = splitLine(lines, body)
	}
	b = append(b, 0, 9, lneSetAddress)
	b = binary.LittleEndian.AppendUint64(b, n.addr)
	pc, line, file := int32(0), int32(1), uint64(1)
	for i, r := range lines {
		if i+1 < len(lines) && lines[i+1].PC <= r.PC {
			continue // replaced before it covers an instruction
		}
		if no := u.file(r.File); no != file {
			b = binary.AppendUvarint(append(b, lnsSetFile), no)
			file = no
		}
		if body >= 0 && r.PC >= body {
			b = append(b, lnsPrologueEnd)
			body = -1
		}
		b = lineStep(b, r.PC-pc, r.Line-line)
		pc, line = r.PC, r.Line
	}
	if d := textSize(n.sym) - pc; d > 0 {
		b = binary.AppendUvarint(append(b, lnsAdvancePC), uint64(d))
	}
	return append(b, 0, 1, lneEndSequence)
}

// bodyStart is where the frame is set up: debuggers put breakpoints there.
func bodyStart(f *object.FuncInfo) int32 {
	if f.BodyPC != 0 {
		return f.BodyPC
	}
	for _, r := range f.PCSP {
		if r.Value >= f.FrameSize {
			return r.PC
		}
	}
	return -1
}

// splitLine makes pc the beginning of a row: the end of the prologue is a property of rows.
func splitLine(lines []object.PCLine, pc int32) []object.PCLine {
	i := sort.Search(len(lines), func(i int) bool { return lines[i].PC >= pc })
	if i == 0 || i < len(lines) && lines[i].PC == pc {
		return lines
	}
	row := lines[i-1]
	row.PC = pc
	return slices.Insert(slices.Clone(lines), i, row)
}

// lineStep advances address and line and emits a row.
func lineStep(b []byte, pc, line int32) []byte {
	if line < lineBase || line >= lineBase+lineRange {
		b = appendSleb(append(b, lnsAdvanceLine), int64(line))
		line = 0
	}
	if op := int64(line-lineBase) + lineRange*int64(pc) + opcodeBase; op <= 255 {
		return append(b, byte(op))
	}
	b = binary.AppendUvarint(append(b, lnsAdvancePC), uint64(pc))
	return append(b, byte(line-lineBase+opcodeBase))
}
