package opt

import (
	"fmt"
	"slices"
	"strings"

	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// smallBoxes has values that are put into interfaces, and have to be in the heap for that, lie in static data if they are numbers below 256,
// empty strings or nil slices. Boxed values never change, so that all of the same value may be one.
//
//	if x < 256 { p = &staticuint64s[x] } else { p = new object; *p = x }
//
// It comes after escape analysis: in a frame no value needs that.
func smallBoxes(f *ssa.Func, _ *Config) {
	changed := false
	for _, b := range f.Blocks[:len(f.Blocks):len(f.Blocks)] {
		if !slices.ContainsFunc(b.Values, heapBox) {
			continue
		}
		c := ssa.NewCutter(b)
		boxes := map[*ssa.Value]*box{} // by the last store that fills them
		dropped := map[*ssa.Value]bool{}
		for v := c.Next(); v != nil; v = c.Next() {
			if heapBox(v) {
				if x := filled(v, c.Ahead()); x != nil {
					at := v
					if n := len(x.stores); n > 0 {
						at = x.stores[n-1]
					}
					boxes[at] = x
					for _, s := range x.stores {
						dropped[s] = true
					}
					dropped[v] = true
				}
			}
			switch {
			case boxes[v] != nil:
				boxes[v].expand(c)
				changed = true
			case !dropped[v]:
				c.Add(v)
			}
		}
		c.Finish()
	}
	if changed {
		f.Invalidate()
	}
}

func heapBox(v *ssa.Value) bool {
	if v.Op != ssa.OpAlloc {
		return false
	}
	info := v.Aux.(*ssa.AllocInfo)
	return info.Box != ssa.NoBox && !info.Stack && !info.OnStack
}

// box is an object and the stores that give it its value.
type box struct {
	alloc  *ssa.Value
	stores []*ssa.Value
}

// filled finds the stores of a box, which come before anything else is done with it; nil if it is to have an object in any case.
// Stores of zeros may be missing, as objects are zero at first.
func filled(alloc *ssa.Value, ahead []*ssa.Value) *box {
	x := &box{alloc: alloc}
	left := alloc.Aux.(*ssa.AllocInfo).Mem.Size
	for _, v := range ahead {
		if left == 0 || slices.Contains(v.Args, alloc) && (v.Op != ssa.OpStore || v.Args[0] != alloc || v.Args[1] == alloc) {
			break
		}
		if slices.Contains(v.Args, alloc) {
			x.stores = append(x.stores, v)
			left -= v.Args[1].Type.Size()
		}
	}
	if sym, _ := x.known(); x.hopeless() || left != 0 && (sym == "" || x.storedElsewhere(ahead)) {
		return nil
	}
	return x
}

// storedElsewhere tells whether the object is written to anywhere but by the stores that were found. The values ahead are in no block's list.
func (x *box) storedElsewhere(ahead []*ssa.Value) bool {
	writes := func(v *ssa.Value) bool {
		return v.Op.Has(ssa.Writes) && !v.Op.IsCall() && address(v.Args[0]) == x.alloc && !slices.Contains(x.stores, v)
	}
	for _, b := range x.alloc.Block.Func.Blocks {
		if slices.ContainsFunc(b.Values, writes) {
			return true
		}
	}
	return slices.ContainsFunc(ahead, writes)
}

// address follows an address to what it is made from.
func address(v *ssa.Value) *ssa.Value {
	for v.Op == ssa.OpOffPtr || v.Op == ssa.OpAddPtr || v.Op == ssa.OpCopy || v.Op == ssa.OpNilCheck {
		v = v.Args[0]
	}
	return v
}

// expand chooses between the static place and an object. What follows goes into a new block.
func (x *box) expand(c *ssa.Cutter) {
	pos := x.alloc.Pos
	if sym, off := x.known(); sym != "" {
		x.constant(c, sym, off)
		return
	}
	b, rest := c.Cut()
	f := b.Func
	info := x.alloc.Aux.(*ssa.AllocInfo)
	static, heap := f.NewBlock(ssa.BlockJump), f.NewBlock(ssa.BlockJump)
	for _, n := range []*ssa.Block{static, heap} {
		n.Pos, n.Cold, n.Freq = pos, b.Cold, b.Freq
		n.AddEdge(rest)
	}

	var cond, place *ssa.Value
	at := static.NewValueA(ssa.OpGlobalAddr, ssa.Ptr, pos, 0, staticBoxes[info.Box])
	part := x.deciding()
	switch info.Box {
	case ssa.NumberBox:
		bits := word(b, part, pos)
		cond = b.NewValue(ssa.OpLtU, ssa.Bool, pos, bits, b.NewValueI(ssa.OpConst, ssa.I64, pos, 256))
		shift := static.NewValueI(ssa.OpConst, ssa.I8, pos, 3)
		place = static.NewValue(ssa.OpAddPtr, ssa.Ptr, pos, at, static.NewValueI(ssa.OpShl, ssa.I64, pos, 1, bits, shift))
	case ssa.StringBox:
		cond = b.NewValue(ssa.OpEq, ssa.Bool, pos, part, b.NewValue(ssa.OpConst, ssa.I64, pos))
		place = at
	case ssa.SliceBox:
		cond = b.NewValue(ssa.OpEq, ssa.Bool, pos, part, b.NewValue(ssa.OpConst, ssa.Ptr, pos))
		place = at
	}
	b.Kind, b.Pos = ssa.BlockIf, pos
	b.SetControls(cond)
	b.Succs = nil
	b.AddEdge(static)
	b.AddEdge(heap)
	// The edge that was made first leads to rest from static: its phi has the static place first.

	object := heap.NewValueA(ssa.OpAlloc, ssa.Ptr, pos, 0, info)
	for _, s := range x.stores {
		heap.NewValueI(ssa.OpStore, ssa.Void, s.Pos, s.AuxInt, object, s.Args[1])
	}
	x.alloc.Reset(ssa.OpCopy)
	phi := rest.NewPhi(ssa.Ptr, pos)
	phi.AddArgs(place, object)
	x.alloc.AddArgs(phi)
	c.Add(x.alloc)
	for _, s := range x.stores {
		s.Reset(ssa.OpInvalid)
	}
}

// known is the symbol of the static data in which the value stands, if it is known, and the offset there; "" otherwise.
func (x *box) known() (sym string, off int64) {
	part := x.deciding()
	kind := x.alloc.Aux.(*ssa.AllocInfo).Box
	constant := part != nil && (part.Op == ssa.OpConst || part.Op == ssa.OpConstF)
	switch {
	case part == nil || constant && number(part) == 0:
		return staticBoxes[kind], 0
	case !constant:
	case kind == ssa.NumberBox && number(part) < 256:
		return rtcall.ByteValues, 8 * int64(number(part))
	case kind == ssa.NumberBox:
		return fmt.Sprintf("%s%016x", rtcall.BoxedNumber, number(part)), 0
	case kind == ssa.StringBox:
		ptr := x.part(0)
		if ptr == nil || ptr.Op != ssa.OpGlobalAddr || ptr.AuxInt != 0 {
			break
		}
		if data, ok := strings.CutPrefix(ptr.Aux.(string), rtcall.StringData); ok {
			return fmt.Sprintf("%s%d.%s", rtcall.BoxedString, part.AuxInt, data), 0
		}
	}
	return "", 0
}

// hopeless tells of values that are known to need an object, as far as it is seen at once.
func (x *box) hopeless() bool {
	part := x.deciding()
	if part == nil || part.Op != ssa.OpConst && part.Op != ssa.OpGlobalAddr {
		return false
	}
	sym, _ := x.known()
	return sym == ""
}

// deciding is the scalar by which it is known whether the value stands in static data: a number, the length of a string, the address of a
// slice's elements. Nil stands for zero.
func (x *box) deciding() *ssa.Value {
	if x.alloc.Aux.(*ssa.AllocInfo).Box == ssa.StringBox {
		return x.part(8)
	}
	return x.part(0)
}

// number is a constant's bits.
func number(v *ssa.Value) uint64 {
	return uint64(v.AuxInt) << (64 - 8*v.Type.Size()) >> (64 - 8*v.Type.Size())
}

// constant puts the static place of a known value in the place of the object.
func (x *box) constant(c *ssa.Cutter, sym string, off int64) {
	v := x.alloc
	at := c.Cur.Detached(ssa.OpGlobalAddr, ssa.Ptr, v.Pos)
	at.Aux = sym
	v.Reset(ssa.OpOffPtr)
	v.AddArgs(at)
	v.AuxInt = off
	c.Add(at, v)
	for _, s := range x.stores {
		s.Reset(ssa.OpInvalid)
	}
}

// staticBoxes is where the values stand that need no object.
var staticBoxes = [...]string{ssa.NumberBox: rtcall.ByteValues, ssa.StringBox: rtcall.ZeroValue, ssa.SliceBox: rtcall.ZeroValue}

// part is the scalar that is stored at an offset, nil if it stays zero.
func (x *box) part(off int64) *ssa.Value {
	for _, s := range x.stores {
		if s.AuxInt == off {
			return s.Args[1]
		}
	}
	return nil
}

// word is a number's bits as those of a 64-bit number.
func word(b *ssa.Block, x *ssa.Value, pos ssa.Pos) *ssa.Value {
	switch x.Type {
	case ssa.F64:
		return b.NewValue(ssa.OpBitcast, ssa.I64, pos, x)
	case ssa.F32:
		x = b.NewValue(ssa.OpBitcast, ssa.I32, pos, x)
	case ssa.I64:
		return x
	}
	return b.NewValue(ssa.OpZeroExt, ssa.I64, pos, x)
}
