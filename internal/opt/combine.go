package opt

import "strata/internal/ssa"

// combine joins loads of neighbouring bytes that are shifted and or-ed together into one wide load, and
// stores of the parts of one number (or of constants) into one wide store, with a
// Bswap for the other byte order: what encoding/binary is written in.
func combine(f *ssa.Func, cfg *Config) {
	found := false
	for _, b := range f.Blocks {
		if combineLoads(b) {
			found = true
		}
		if combineStores(b) {
			found = true
		}
	}
	if found {
		deadCode(f, cfg)
	}
}

// spot is an address in a form that makes neighbours comparable: base + index + off.
type spot struct {
	base, index *ssa.Value
	off         int64
}

func spotOf(p *ssa.Value, off int64) spot {
	s := spot{off: off}
	for {
		switch p.Op {
		case ssa.OpOffPtr:
			s.off += p.AuxInt
			p = p.Args[0]
			continue
		case ssa.OpCopy, ssa.OpNilCheck:
			p = p.Args[0]
			continue
		case ssa.OpAddPtr:
			if s.index != nil {
				break
			}
			s.index = unchecked(p.Args[1])
			for s.index.Op == ssa.OpAdd && s.index.Args[1].Op == ssa.OpConst {
				s.off += s.index.Args[1].AuxInt
				s.index = unchecked(s.index.Args[0])
			}
			p = p.Args[0]
			continue
		}
		s.base = p
		return s
	}
}

// unchecked looks through bounds checks.
func unchecked(v *ssa.Value) *ssa.Value {
	for v.Op == ssa.OpCopy || v.Op == ssa.OpBounds {
		v = v.Args[0]
	}
	return v
}

// piece is one load inside a sum: its bytes belong at bit shift of the result.
type piece struct {
	load  *ssa.Value
	at    spot
	shift int64
}

func combineLoads(b *ssa.Block) bool {
	found := false
	for i := len(b.Values) - 1; i >= 0; i-- {
		v := b.Values[i]
		if v.Op != ssa.OpOr && v.Op != ssa.OpAdd && v.Op != ssa.OpXor || !v.Type.IsInt() || v.Type == ssa.Bool {
			continue
		}
		var list []piece
		if v.Type.Size() < 2 || !pieces(v, 0, &list, v.Type, true) || len(list) < 2 {
			continue
		}
		if joinLoads(b, v, list) {
			found = true
			i = len(b.Values)
		}
	}
	return found
}

const maxPieces = 8

// pieces takes v << shift apart into loads.
func pieces(v *ssa.Value, shift int64, list *[]piece, t ssa.Type, root bool) bool {
	if len(*list) > maxPieces || v.Uses != 1 && !root {
		return false
	}
	switch v.Op {
	case ssa.OpOr, ssa.OpAdd, ssa.OpXor:
		if v.Type != t {
			return false
		}
		return pieces(v.Args[0], shift, list, t, false) && pieces(v.Args[1], shift, list, t, false)
	case ssa.OpShl:
		c := v.Args[1]
		if c.Op != ssa.OpConst || c.AuxInt < 0 || c.AuxInt%8 != 0 || v.Type != t {
			return false
		}
		return pieces(v.Args[0], shift+c.AuxInt, list, t, false)
	case ssa.OpZeroExt:
		w := v.Args[0]
		if w.Op != ssa.OpLoad {
			return false
		}
		v = w
		if w.Uses != 1 {
			return false
		}
	case ssa.OpLoad:
	default:
		return false
	}
	*list = append(*list, piece{v, spotOf(v.Args[0], v.AuxInt), shift})
	return v.Type.IsInt() && v.Type != ssa.Bool
}

// joinLoads replaces v by one load if the pieces lie side by side in either byte order.
func joinLoads(b *ssa.Block, v *ssa.Value, list []piece) bool {
	sortPieces(list)
	size := int64(0)
	for _, p := range list {
		if p.shift != size*8+list[0].shift || p.load.Block != b || p.at.base != list[0].at.base || p.at.index != list[0].at.index {
			return false
		}
		size += p.load.Type.Size()
	}
	if size != 2 && size != 4 && size != 8 || list[0].shift+size*8 > int64(v.Type.Bits()) {
		return false
	}
	little, big := true, true
	off := list[0].at.off
	end := off + list[0].load.Type.Size()
	for _, p := range list[1:] {
		n := p.load.Type.Size()
		little = little && p.at.off == end
		end += n
	}
	low := off
	for k, p := range list {
		if k > 0 {
			big = big && p.at.off+p.load.Type.Size() == low
			low = p.at.off
		}
		big = big && p.load.Type == ssa.I8
	}
	last, ok := undisturbed(b, list)
	if !ok || !little && !big {
		return false
	}
	start := list[0]
	if big && !little {
		start = list[len(list)-1]
	}
	wide(b, v, start.load, last, size, list[0].shift, !little)
	return true
}

func sortPieces(list []piece) {
	for i := 1; i < len(list); i++ {
		for j := i; j > 0 && list[j].shift < list[j-1].shift; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

// undisturbed tells whether no memory changes between the first and the last of the loads, and gives the place of the last.
func undisturbed(b *ssa.Block, list []piece) (last int, ok bool) {
	left := len(list)
	for i, w := range b.Values {
		if w.Op == ssa.OpLoad && isPiece(list, w) {
			if left--; left == 0 {
				return i, true
			}
		} else if left < len(list) && !w.Op.Has(ssa.Pure) && w.Op.Has(ssa.Writes|ssa.CallOp|ssa.Effect) {
			return 0, false
		}
	}
	return 0, false
}

func isPiece(list []piece, w *ssa.Value) bool {
	for i := range list {
		if list[i].load == w {
			return true
		}
	}
	return false
}

// wide makes v the value of one load at the address of load, right behind the last of the small ones.
func wide(b *ssa.Block, v, load *ssa.Value, last int, size, shift int64, swap bool) {
	t := ssa.IntType(size)
	x := b.Detached(ssa.OpLoad, t, load.Pos, load.Args[0])
	x.AuxInt = load.AuxInt
	add := []*ssa.Value{x}
	if swap {
		if size == 2 {
			c := b.Detached(ssa.OpConst, ssa.I8, v.Pos)
			c.AuxInt = 8
			x = b.Detached(ssa.OpRotL, t, v.Pos, x, c)
			add = append(add, c, x)
		} else {
			x = b.Detached(ssa.OpBswap, t, v.Pos, x)
			add = append(add, x)
		}
	}
	if t != v.Type {
		x = b.Detached(ssa.OpZeroExt, v.Type, v.Pos, x)
		add = append(add, x)
	}
	if shift > 0 {
		c := b.Detached(ssa.OpConst, ssa.I8, v.Pos)
		c.AuxInt = shift
		x = b.Detached(ssa.OpShl, v.Type, v.Pos, x, c)
		x.AuxInt = 1
		add = append(add, c, x)
	}
	b.InsertAt(last+1, add...)
	v.CopyOf(x)
}
