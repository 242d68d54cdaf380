package link

import (
	"encoding/binary"

	"strata/internal/object"
)

// Inlined calls. The line table says for each instruction which inlined call
// it belongs to; a call covers its own instructions and those of calls inside
// it. The tree is printed depth first, siblings in order of their index.

// calls are the parts of one inlined call.
type calls struct {
	kids   []int32
	ranges [][2]uint64 // of addresses
}

func (u *unit) inlined(n *node, f *object.FuncInfo) {
	if len(f.Inlines) == 0 {
		return
	}
	tree := make([]calls, len(f.Inlines))
	var roots []int32
	for i, c := range f.Inlines {
		if p := c.Parent; p >= 0 && int(p) < len(tree) && int(p) != i {
			tree[p].kids = append(tree[p].kids, int32(i))
		} else {
			roots = append(roots, int32(i))
		}
	}
	coverCalls(tree, n)
	if cold := u.l.coldOf[n]; cold != nil {
		coverCalls(tree, cold)
	}
	for _, i := range roots {
		u.inlinedCall(f, tree, i)
	}
}

// coverCalls adds the code of n to the inlined calls that it belongs to.
func coverCalls(tree []calls, n *node) {
	f := n.sym.Func
	for i, r := range f.Lines {
		end := textSize(n.sym)
		if i+1 < len(f.Lines) {
			end = f.Lines[i+1].PC
		}
		if r.PC >= end {
			continue
		}
		from, to := n.addr+uint64(r.PC), n.addr+uint64(end)
		for c, depth := r.Inl, 0; c >= 0 && int(c) < len(tree) && depth <= len(tree); c, depth = f.Inlines[c].Parent, depth+1 {
			t := &tree[c]
			if k := len(t.ranges); k > 0 && t.ranges[k-1][1] == from {
				t.ranges[k-1][1] = to
			} else {
				t.ranges = append(t.ranges, [2]uint64{from, to})
			}
		}
	}
}

func (u *unit) inlinedCall(f *object.FuncInfo, tree []calls, i int32) {
	c, t := f.Inlines[i], tree[i]
	if len(t.ranges) == 0 {
		return // optimised away, with all inside it
	}
	kids := false
	for _, k := range t.kids {
		kids = kids || len(tree[k].ranges) > 0
	}
	code := uint64(abInlined)
	if len(t.ranges) > 1 {
		code = abInlinedRanges
	}
	if !kids {
		code++ // the variant without children
	}
	u.uleb(code)
	u.u32(u.abstractFor[c.Func])
	u.uleb(u.file(c.File))
	u.uleb(uint64(max(c.Line, 0)))
	u.code(t.ranges)
	if kids {
		for _, k := range t.kids {
			u.inlinedCall(f, tree, k)
		}
		u.bytes(0)
	}
}

// frameSection describes how the stack pointer moves: the canonical frame
// address is SP behind the return. A return address that calls push lies below it.
func (l *linker) frameSection() []byte {
	const (
		defCFA, defCFAOffset = 0x0c, 0x0e
		offsetOp, restoreOp  = 0x80, 0xc0
	)
	a := l.in.Arch
	b := []byte{0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 3, 0, 1, 0x78, a.RA, // CIE: version 3 (delve reads no later one), alignments 1 and -8
		defCFA, a.SP, byte(a.ReturnAddress)}
	if a.ReturnAddress > 0 {
		b = append(b, offsetOp|a.RA, 1)
	}
	pad := func(start int) {
		for (len(b)-start)%8 != 4 {
			b = append(b, 0)
		}
		binary.LittleEndian.PutUint32(b[start:], uint32(len(b)-start-4))
	}
	pad(0)
	for _, n := range l.funcs {
		start := len(b)
		b = append(b, 0, 0, 0, 0, 0, 0, 0, 0)
		b = binary.LittleEndian.AppendUint64(b, n.addr)
		b = binary.LittleEndian.AppendUint64(b, uint64(textSize(n.sym)))
		if f := n.sym.Func; f != nil {
			pc, cfa := int32(0), int32(0)
			for _, r := range f.PCSP {
				if r.Value == cfa {
					continue
				}
				b = advance(b, r.PC-pc)
				b = append(b, defCFAOffset)
				b = binary.AppendUvarint(b, uint64(max(r.Value, 0)+int32(a.ReturnAddress)))
				switch {
				case a.ReturnAddress > 0:
				case r.Value > 0: // the return address is at the bottom of the frame
					b = binary.AppendUvarint(append(b, offsetOp|a.RA), uint64(r.Value/8))
				default:
					b = append(b, restoreOp|a.RA)
				}
				pc, cfa = r.PC, r.Value
			}
		}
		pad(start)
	}
	return b
}

// advance moves the location of call frame instructions.
func advance(b []byte, d int32) []byte {
	switch {
	case d <= 0:
		return b
	case d < 0x40:
		return append(b, 0x40|byte(d))
	case d < 0x100:
		return append(b, 0x02, byte(d))
	case d < 0x10000:
		return binary.LittleEndian.AppendUint16(append(b, 0x03), uint16(d))
	}
	return binary.LittleEndian.AppendUint32(append(b, 0x04), uint32(d))
}
