package codegen

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"strata/internal/object"
	"strata/internal/ssa"
)

// The listing of -S has the form of gc's: a line with the properties of the
// symbol; TEXT and the instructions, with PCDATA where a table over program
// counters changes and FUNCDATA behind the prologue; the bytes; the relocations.

// lister prints one function.
type lister struct {
	e   *Emitter
	s   *object.Symbol
	out []byte
	pos string // file and line of the instruction being printed
	pc  int32
}

func (e *Emitter) list(w io.Writer, s *object.Symbol, pc []int32) {
	l := &lister{e: e, s: s}
	l.header()
	l.place(pc[0], ssa.Pos{P: e.F.Pos})
	l.line("TEXT\t%s(SB), %s, $%d-%d", s.Name, l.textFlags(), s.Func.FrameSize, l.args())
	funcdata := l.bodyStart()
	safe, maps := s.Func.UnsafePoints, s.Func.StackMap
	for i := range e.Pos {
		l.place(pc[i], e.Pos[i])
		if funcdata >= 0 && pc[i] >= funcdata {
			l.funcdata()
			funcdata = -1
		}
		safe = l.pcdata(0, safe, func(v int32) int32 { return -1 - v })
		maps = l.pcdata(1, maps, func(v int32) int32 { return v })
		l.line("%s", e.Machine.String(i, pc))
	}
	l.bytes()
	l.relocs()
	w.Write(l.out)
}

func (l *lister) header() {
	l.out = fmt.Appendf(l.out, "%s STEXT", l.s.Name)
	for _, x := range []struct {
		f    object.Flags
		name string
	}{{object.DupOK, "dupok"}, {object.NoSplit, "nosplit"}, {object.TopFrame, "topframe"}} {
		if l.s.Flags&x.f != 0 {
			l.out = fmt.Appendf(l.out, " %s", x.name)
		}
	}
	l.out = fmt.Appendf(l.out, " size=%d args=%#x locals=%#x funcid=%#x align=0x0\n", l.s.Size, l.args(), l.s.Func.FrameSize, l.s.Func.FuncID)
}

// args is the size of the arguments and results, without the spill area of arguments in registers if that is all there is.
func (l *lister) args() int64 { return int64(l.s.Func.ArgsSize) }

func (l *lister) textFlags() string {
	var list []string
	for _, x := range []struct {
		on   bool
		name string
	}{
		{l.s.Flags&object.DupOK != 0, "DUPOK"}, {l.s.Flags&object.NoSplit != 0, "NOSPLIT"}, {l.s.Flags&object.Wrapper != 0, "WRAPPER"},
		{l.s.Flags&object.NeedCtxt != 0, "NEEDCTXT"}, {l.s.Func.FrameSize == 0, "NOFRAME"}, {l.s.Flags&object.ReflectMethod != 0, "REFLECTMETHOD"},
		{l.s.Flags&object.TopFrame != 0, "TOPFRAME"}, {l.s.Flags&object.ABI0 == 0, "ABIInternal"}, {l.s.Flags&object.ABI0 != 0, "ABI0"},
	} {
		if x.on {
			list = append(list, x.name)
		}
	}
	return strings.Join(list, "|")
}

// bodyStart is where the frame is made.
func (l *lister) bodyStart() int32 {
	for _, r := range l.s.Func.PCSP {
		if r.Value >= l.s.Func.FrameSize {
			return r.PC
		}
	}
	return 0
}

// place says where the next lines belong.
func (l *lister) place(pc int32, p ssa.Pos) {
	file, line := l.e.position(p.P)
	if file == "" {
		file = "<unknown line number>"
	} else {
		file = fmt.Sprintf("%s:%d", file, line)
	}
	l.pc, l.pos = pc, file
}

func (l *lister) line(format string, args ...any) {
	l.out = fmt.Appendf(l.out, "\t0x%04x %05d (%s)\t", l.pc, l.pc, l.pos)
	l.out = fmt.Appendf(l.out, format, args...)
	l.out = append(l.out, '\n')
}

// pcdata prints the rows of a table that begin here, and returns the rest.
func (l *lister) pcdata(table int, rows []object.PCValue, value func(int32) int32) []object.PCValue {
	for len(rows) > 0 && rows[0].PC <= l.pc {
		if l.pc > 0 {
			l.line("PCDATA\t$%d, $%d", table, value(rows[0].Value))
		}
		rows = rows[1:]
	}
	return rows
}

// funcdata prints the function's tables, under names that tell their content.
func (l *lister) funcdata() {
	f := l.s.Func
	l.line("FUNCDATA\t$0, %s(SB)", mapName(f.Args))
	l.line("FUNCDATA\t$1, %s(SB)", mapName(f.Locals))
	if f.OpenDefer != nil {
		l.line("FUNCDATA\t$4, %s.opendefer(SB)", l.s.Name)
	}
	if f.ArgInfo != nil {
		l.line("FUNCDATA\t$5, %s.arginfo1(SB)", l.s.Name)
	}
}

// mapName names a table of stack maps by its content.
func mapName(maps []object.Bitmap) string {
	h := sha256.New()
	for _, m := range maps {
		var n [4]byte
		binary.LittleEndian.PutUint32(n[:], uint32(len(m)))
		h.Write(n[:])
		h.Write(m)
	}
	return "gclocals·" + base64.StdEncoding.EncodeToString(h.Sum(nil)[:16])
}

// bytes prints the code, 16 bytes a line, with what is ASCII of them.
func (l *lister) bytes() {
	const width = 16
	for i := 0; i < len(l.s.Data); i += width {
		row := l.s.Data[i:min(i+width, len(l.s.Data))]
		l.out = fmt.Appendf(l.out, "\t0x%04x", i)
		for _, b := range row {
			l.out = fmt.Appendf(l.out, " %02x", b)
		}
		l.out = fmt.Appendf(l.out, "%*s  ", 3*(width-len(row)), "")
		for _, b := range row {
			if b < ' ' || b > '~' {
				b = '.'
			}
			l.out = append(l.out, b)
		}
		l.out = append(l.out, '\n')
	}
}

// relocNames are gc's names of relocations, with the size of the field.
var relocNames = map[object.RelocKind]struct {
	name string
	size int
}{
	object.Abs64: {"R_ADDR", 8}, object.Abs32: {"R_ADDR", 4}, object.PCRel32: {"R_PCREL", 4}, object.Call32: {"R_CALL", 4},
	object.UseIface: {"R_USEIFACE", 0}, object.UseIfaceMethod: {"R_USEIFACEMETHOD", 0}, object.UseNamedMethod: {"R_USENAMEDMETHOD", 0}, object.Keep: {"R_KEEP", 0},
}

func (l *lister) relocs() {
	for _, r := range l.s.Relocs {
		k, ok := relocNames[r.Kind]
		if !ok {
			k.name = fmt.Sprint(r.Kind)
		}
		l.out = fmt.Appendf(l.out, "\trel %d+%d t=%s %s+%d\n", r.Off, k.size, k.name, r.Target, r.Add)
	}
}
