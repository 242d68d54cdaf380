package regalloc

import "math/bits"

// Liveness tells which virtual registers are live at block borders.
type Liveness struct {
	In, Out []Set // by block; parameters of a block are not in its In
}

// Set is a bit set of virtual registers.
type Set []uint64

func newSet(n int) Set { return make(Set, (n+63)/64) }

func (s Set) Has(v VReg) bool { return s[v/64]>>(v%64)&1 != 0 }
func (s Set) Add(v VReg)      { s[v/64] |= 1 << (v % 64) }
func (s Set) Del(v VReg)      { s[v/64] &^= 1 << (v % 64) }

// or adds t to s and tells whether s grew.
func (s Set) or(t Set) bool {
	grew := false
	for i, w := range t {
		if n := s[i] | w; n != s[i] {
			s[i], grew = n, true
		}
	}
	return grew
}

// NewLiveness solves the usual backward equations over the blocks.
func NewLiveness(f *Func) *Liveness {
	n := len(f.VRegs)
	l := &Liveness{In: make([]Set, len(f.Blocks)), Out: make([]Set, len(f.Blocks))}
	gen, kill := make([]Set, len(f.Blocks)), make([]Set, len(f.Blocks))
	for i := range f.Blocks {
		l.In[i], l.Out[i] = newSet(n), newSet(n)
		gen[i], kill[i] = newSet(n), newSet(n)
		b := &f.Blocks[i]
		for _, args := range b.Args {
			for _, v := range args {
				gen[i].Add(v)
			}
		}
		for j := b.Last - 1; j >= b.First; j-- {
			for _, o := range f.Insts[j].Operands {
				if o.Kind == Def {
					kill[i].Add(o.VReg)
					gen[i].Del(o.VReg)
				}
			}
			for _, o := range f.Insts[j].Operands {
				if o.Kind == Use {
					gen[i].Add(o.VReg)
				}
			}
		}
		for _, p := range b.Params {
			kill[i].Add(p)
			gen[i].Del(p)
		}
	}
	for again := true; again; {
		again = false
		for i := len(f.Blocks) - 1; i >= 0; i-- {
			for _, s := range f.Blocks[i].Succs {
				l.Out[i].or(l.In[s])
			}
			for w := range l.In[i] {
				if x := gen[i][w] | l.Out[i][w]&^kill[i][w]; x != l.In[i][w] {
					l.In[i][w], again = x, true
				}
			}
		}
	}
	// Arguments of edges are live out too.
	for i := range f.Blocks {
		for _, args := range f.Blocks[i].Args {
			for _, v := range args {
				l.Out[i].Add(v)
			}
		}
	}
	return l
}

// Safepoints calls each for every safepoint with the registers that are live
// across it, in ascending order: not its uses that die there, not its definitions.
func (l *Liveness) Safepoints(f *Func, each func(inst int32, across []VReg)) {
	for bi := range f.Blocks {
		b := &f.Blocks[bi]
		live := append(Set(nil), l.Out[bi]...)
		for i := b.Last - 1; i >= b.First; i-- {
			in := &f.Insts[i]
			for _, o := range in.Operands {
				if o.Kind == Def {
					live.Del(o.VReg)
				}
			}
			if in.Safepoint {
				each(i, live.members())
			}
			for _, o := range in.Operands {
				if o.Kind == Use {
					live.Add(o.VReg)
				}
			}
		}
	}
}

func (s Set) members() (out []VReg) {
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			out = append(out, VReg(i*64+bits.TrailingZeros64(w)))
		}
	}
	return out
}
