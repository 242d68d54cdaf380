package opt

import "strata/internal/ssa"

// deadStores removes stores that are overwritten, or whose object dies, before
// anything reads them. Blocks are visited in postorder, values last first; what is known at
// the end of a block is what all its successors agree on, nothing along back edges.
//
// A Zero whose bytes are mostly overwritten shrinks to what remains.
func deadStores(f *ssa.Func, _ *Config) {
	d := &stores{f: f, a: newAliases(f), in: make([]*doomed, f.NumBlocks())}
	d.findRead()
	rpo := f.RPO()
	for i := len(rpo) - 1; i >= 0; i-- {
		b := rpo[i]
		s := d.atEnd(b)
		d.block(b, s)
		d.in[b.ID] = s
	}
}

const maxDoomed = 32

// doomed lists ranges whose present contents nobody will read.
type doomed struct {
	list []span
	// dead: so are all private objects but those in keep. It holds before a return.
	dead bool
	keep []int32
}

type stores struct {
	f   *ssa.Func
	a   *aliases
	in  []*doomed // at the start of a block, by ID; nil: not visited yet
	eff effect
	// everRead tells, by root, which objects anything but a store is done with.
	everRead []bool
}

// findRead finds out which objects are read at all: what is written into others of its own is for nobody.
func (d *stores) findRead() {
	note := func(v *ssa.Value) {
		root := d.a.addr(v).root
		for int(root) >= len(d.everRead) {
			d.everRead = append(d.everRead, make([]bool, len(d.a.kind))...)
		}
		d.everRead[root] = true
	}
	for _, b := range d.f.Blocks {
		for _, v := range b.Values {
			switch v.Op {
			case ssa.OpStore, ssa.OpZero, ssa.OpMove, ssa.OpOffPtr, ssa.OpNilCheck, ssa.OpCopy, ssa.OpMemClear:
				for i, x := range v.Args {
					if i > 0 && x.Type == ssa.Ptr {
						note(x)
					}
				}
				continue
			}
			for _, x := range v.Args {
				if x.Type == ssa.Ptr {
					note(x)
				}
			}
		}
		for _, c := range b.Controls {
			if c.Type == ssa.Ptr {
				note(c)
			}
		}
	}
}

// unread tells whether nothing in the whole function reads the object.
func (d *stores) unread(root int32) bool {
	return d.a.kind[root] == newObject && d.a.private(root) && !(int(root) < len(d.everRead) && d.everRead[root])
}

func (d *stores) atEnd(b *ssa.Block) *doomed {
	s := &doomed{}
	switch b.Kind {
	case ssa.BlockRet, ssa.BlockUnreachable:
		s.dead = true
		return s
	case ssa.BlockTailCall, ssa.BlockDefer:
		return s
	}
	for i, t := range b.Succs {
		o := d.in[t.ID]
		if o == nil {
			return &doomed{}
		}
		if i == 0 {
			s.list = append(s.list, o.list...)
			s.dead, s.keep = o.dead, append(s.keep, o.keep...)
			continue
		}
		s.meet(o, d.a)
	}
	return s
}

// meet keeps what is doomed on both ways.
func (s *doomed) meet(o *doomed, a *aliases) {
	var both []span
	for _, x := range s.list {
		if o.covers(x, a) {
			both = append(both, x)
		}
	}
	for _, y := range o.list {
		if s.covers(y, a) && !hasSpan(both, y) {
			both = append(both, y)
		}
	}
	s.list = both
	s.dead = s.dead && o.dead
	if s.dead {
		for _, r := range o.keep {
			s.keepAlive(r)
		}
	}
}

func hasSpan(list []span, x span) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

func (s *doomed) keepAlive(root int32) {
	if !contains(s.keep, root) {
		s.keep = append(s.keep, root)
	}
}

// covers tells whether nobody reads any byte of x.
func (s *doomed) covers(x span, a *aliases) bool {
	if s.dead && a.private(x.root) && a.kind[x.root] == newObject && !contains(s.keep, x.root) {
		return true
	}
	// Several stores may cover x together: advance through them.
	off := x.off
	for again := true; again && off < x.off+x.n; {
		again = false
		for _, y := range s.list {
			if y.base == x.base && y.off <= off && off < y.off+y.n {
				off = y.off + y.n
				again = true
			}
		}
	}
	return off >= x.off+x.n
}

// read notes that r is read.
func (d *stores) read(r span, s *doomed) {
	if len(s.list) > 0 {
		keep := s.list[:0]
		for _, x := range s.list {
			if !d.a.overlap(x, r, nil) {
				keep = append(keep, x)
			} else if x.base == r.base {
				keep = append(keep, around(x, r)...)
			}
		}
		s.list = keep
	}
	if s.dead && d.a.kind[r.root] == newObject && d.a.private(r.root) {
		s.keepAlive(r.root)
	}
}

// around is what r leaves of x, in at most one piece so that the list does not grow.
func around(x, r span) []span {
	left, right := r.off-x.off, x.off+x.n-(r.off+r.n)
	switch {
	case left > 0 && left >= right:
		x.n = left
		return []span{x}
	case right > 0:
		x.off, x.n = r.off+r.n, right
		return []span{x}
	}
	return nil
}

func (d *stores) block(b *ssa.Block, s *doomed) {
	removed := false
	for i := len(b.Values) - 1; i >= 0; i-- {
		v := b.Values[i]
		if v.Op.Has(ssa.Pure) {
			continue
		}
		d.a.effectOf(v, &d.eff)
		switch v.Op {
		case ssa.OpStore, ssa.OpZero, ssa.OpMove:
			w := d.eff.writes[0]
			if s.covers(w, d.a) || d.unread(w.root) {
				v.Reset(ssa.OpInvalid)
				removed = true
				continue
			}
			if v.Op == ssa.OpZero {
				d.shrink(b, i, v, w, s)
			}
			for _, r := range d.eff.reads {
				d.read(r, s)
			}
			s.doom(w)
			for _, r := range d.eff.reads { // a Move onto itself
				d.read(r, s)
			}
			continue
		case ssa.OpVarDef:
			// What the slot held before belongs to an earlier life.
			s.doom(d.eff.writes[0])
			continue
		}
		d.leave(s)
	}
	if removed {
		b.Remove(func(v *ssa.Value) bool { return v.Op == ssa.OpInvalid })
	}
}

// leave applies an op that reads, or that may show memory to others.
func (d *stores) leave(s *doomed) {
	if d.eff.readsAll || d.eff.panics {
		keep := s.list[:0]
		for _, x := range s.list {
			if d.a.private(x.root) {
				keep = append(keep, x)
			}
		}
		s.list = keep
	}
	for _, r := range d.eff.reads {
		d.read(r, s)
	}
}

func (s *doomed) doom(x span) {
	for i, y := range s.list {
		if y.base == x.base && y.off <= x.off && x.off+x.n <= y.off+y.n {
			return
		}
		if y.base == x.base && x.off <= y.off && y.off+y.n <= x.off+x.n {
			s.list[i] = x
			return
		}
	}
	if len(s.list) == maxDoomed {
		copy(s.list, s.list[1:])
		s.list = s.list[:maxDoomed-1]
	}
	s.list = append(s.list, x)
}

// maxZeroStores is how many words of a Zero are worth storing one by one.
const maxZeroStores = 3

// shrink cuts the ends of a Zero that are overwritten, and turns it into
// single stores when few words remain.
func (d *stores) shrink(b *ssa.Block, i int, v *ssa.Value, w span, s *doomed) {
	if w.n%8 != 0 || w.n > 512 || w.n <= 8 {
		return
	}
	words := int(w.n / 8)
	var rest []int
	for k := range words {
		if !s.covers(span{addr{w.base, w.root, w.off + 8*int64(k)}, 8}, d.a) {
			rest = append(rest, k)
		}
	}
	if len(rest) == words || len(rest) == 0 {
		return
	}
	first, last := rest[0], rest[len(rest)-1]
	mem, _ := v.Aux.(*ssa.MemType)
	if len(rest) <= maxZeroStores {
		d.storeZeros(b, i, v, rest, mem)
		return
	}
	if first == 0 && last == words-1 {
		return
	}
	p := v.Args[0]
	if first > 0 {
		q := b.Detached(ssa.OpOffPtr, ssa.Ptr, v.Pos, p)
		q.AuxInt = 8 * int64(first)
		b.InsertAt(i, q)
		v.SetArg(0, q)
	}
	v.AuxInt = 8 * int64(last+1-first)
	v.Aux = wordsOf(mem, first, last+1)
}

// wordsOf is the layout of words [from, to) of m.
func wordsOf(m *ssa.MemType, from, to int) *ssa.MemType {
	n := &ssa.MemType{Size: 8 * int64(to-from), Align: 8}
	if m == nil {
		return n
	}
	n.Align = m.Align
	for k := from; k < to; k++ {
		if isPtrWord(m, k) {
			if n.PtrMask == nil {
				n.PtrMask = make([]byte, (to-from+7)/8)
			}
			n.PtrMask[(k-from)/8] |= 1 << ((k - from) % 8)
		}
	}
	return n
}

func isPtrWord(m *ssa.MemType, k int) bool {
	return m != nil && k/8 < len(m.PtrMask) && m.PtrMask[k/8]>>(k%8)&1 != 0
}

// storeZeros puts stores of single words where the Zero v stood; v becomes the last one.
func (d *stores) storeZeros(b *ssa.Block, i int, v *ssa.Value, words []int, mem *ssa.MemType) {
	p := v.Args[0]
	var list []*ssa.Value
	for n, k := range words {
		t := ssa.I64
		if isPtrWord(mem, k) {
			t = ssa.Ptr
		}
		zero := b.Detached(ssa.OpConst, t, v.Pos)
		st := v
		if n < len(words)-1 {
			st = b.Detached(ssa.OpStore, ssa.Void, v.Pos, p, zero)
			list = append(list, zero, st)
		} else {
			rewriteTo(v, ssa.OpStore, 0, nil, p, zero)
			list = append(list, zero)
		}
		st.AuxInt = 8 * int64(k)
	}
	b.InsertAt(i, list...)
}
