package opt

import (
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// loadElim replaces loads by values that are known to be in memory: stored
// before, loaded before, zeroed, or copied from a place that is known. Blocks are visited in
// reverse postorder; a block begins with the facts that all its predecessors agree
// on, a loop header with those of its entry that nothing in the loop disturbs.
//
// Stores of what memory holds already vanish as well.
func loadElim(f *ssa.Func, cfg *Config) {
	m := &memory{f: f, a: newAliases(f), out: make([]*facts, f.NumBlocks()), loops: f.Loops()}
	if !m.worthwhile() {
		return
	}
	for _, b := range f.RPO() {
		s := m.enter(b)
		m.block(b, s)
		m.out[b.ID] = s
	}
	if m.changed {
		copyElim(f, cfg)
	}
}

const maxFacts = 40

// facts is what is known of memory at a point.
type facts struct {
	list  []fact
	fresh []int32 // objects made on every path to here that have not escaped yet
}

// fact says that a range of memory holds a value, zeros (val and src nil), or the same bytes as src.
type fact struct {
	span
	val *ssa.Value
	src *ssa.Value // address copied from
	at  addr       // analysed src
}

type memory struct {
	f       *ssa.Func
	a       *aliases
	out     []*facts // at the end of a block, by ID
	loops   *ssa.LoopNest
	eff     effect
	changed bool
	b       *ssa.Block
	i       int // place of the value being visited
}

// worthwhile: without loads there is nothing to find.
func (m *memory) worthwhile() bool {
	n := 0
	for _, b := range m.f.Blocks {
		for _, v := range b.Values {
			if v.Op == ssa.OpLoad || v.Op == ssa.OpStore || v.Op == ssa.OpMove {
				n++
			}
		}
	}
	return n > 1
}

// enter computes the facts at the start of b.
func (m *memory) enter(b *ssa.Block) *facts {
	if b == m.f.Recover || len(b.Preds) == 0 {
		return &facts{}
	}
	var s *facts
	header := false
	for _, p := range b.Preds {
		if !m.f.Reachable(p) {
			continue
		}
		o := m.out[p.ID]
		switch {
		case o == nil && m.f.Dominates(b, p):
			header = true
		case o == nil:
			return &facts{} // a cycle with several entries
		case s == nil:
			s = &facts{list: append([]fact(nil), o.list...), fresh: append([]int32(nil), o.fresh...)}
		default:
			s.meet(o)
		}
	}
	if header {
		m.throughLoop(b, s)
	}
	return s
}

// meet keeps what o knows too.
func (s *facts) meet(o *facts) {
	keep := s.list[:0]
	for _, x := range s.list {
		for _, y := range o.list {
			if x == y {
				keep = append(keep, x)
				break
			}
		}
	}
	s.list = keep
	fresh := s.fresh[:0]
	for _, r := range s.fresh {
		if contains(o.fresh, r) {
			fresh = append(fresh, r)
		}
	}
	s.fresh = fresh
}

// maxLoopEffects bounds the work for one loop header.
const maxLoopEffects = 300

// throughLoop removes what the loop of header h may change.
func (m *memory) throughLoop(h *ssa.Block, s *facts) {
	l := m.loops.Of(h)
	if l == nil || l.Header != h || m.loops.Irreducible {
		*s = facts{}
		return
	}
	n := 0
	for _, b := range l.Blocks {
		if n += len(b.Values); n > 8*maxLoopEffects {
			*s = facts{}
			return
		}
		for _, v := range b.Values {
			m.escape(v, s)
		}
	}
	n = 0
	for _, b := range l.Blocks {
		for _, v := range b.Values {
			if len(s.list) == 0 {
				return
			}
			m.a.effectOf(v, &m.eff)
			if v.Op == ssa.OpAlloc {
				m.forget(v, s)
			}
			if m.eff.writesAll || len(m.eff.writes) > 0 {
				m.kill(s)
				if n++; n > maxLoopEffects {
					*s = facts{}
					return
				}
			}
		}
	}
}

// escape notes the objects that v makes known to others.
func (m *memory) escape(v *ssa.Value, s *facts) {
	if len(s.fresh) == 0 {
		return
	}
	m.a.eachEscape(v, func(root int32) {
		for i, r := range s.fresh {
			if r == root {
				s.fresh = append(s.fresh[:i:i], s.fresh[i+1:]...)
				return
			}
		}
	})
}

// forget drops facts about the object that v makes anew.
func (m *memory) forget(v *ssa.Value, s *facts) {
	r := m.a.addr(v).root
	s.filter(func(x *fact) bool { return x.root != r && (x.src == nil || x.at.root != r) })
	for i, q := range s.fresh {
		if q == r {
			s.fresh = append(s.fresh[:i:i], s.fresh[i+1:]...)
			break
		}
	}
}

func (s *facts) filter(keep func(*fact) bool) {
	out := s.list[:0]
	for i := range s.list {
		if keep(&s.list[i]) {
			out = append(out, s.list[i])
		}
	}
	s.list = out
}

func (s *facts) add(x fact) {
	if len(s.list) == maxFacts {
		copy(s.list, s.list[1:])
		s.list = s.list[:maxFacts-1]
	}
	s.list = append(s.list, x)
}

// kill applies the writes in m.eff. Zeroed ranges keep their untouched ends.
func (m *memory) kill(s *facts) {
	if m.eff.writesAll {
		s.filter(func(x *fact) bool {
			return m.unreached(x.root, s) && (x.src == nil || m.unreached(x.at.root, s))
		})
	}
	for _, w := range m.eff.writes {
		var rest []fact
		s.filter(func(x *fact) bool {
			if x.src != nil && m.a.overlap(w, span{x.at, x.n}, s.fresh) {
				return false
			}
			if !m.a.overlap(w, x.span, s.fresh) {
				return true
			}
			if x.base == w.base && x.val == nil && x.src == nil {
				rest = ends(x, w, rest)
			}
			return false
		})
		for _, x := range rest {
			s.add(x)
		}
	}
}

// ends appends what remains of the zeroed range x around w.
func ends(x *fact, w span, rest []fact) []fact {
	if w.off > x.off {
		y := *x
		y.n = w.off - x.off
		rest = append(rest, y)
	}
	if e := w.off + w.n; e < x.off+x.n {
		y := *x
		y.off, y.n = e, x.off+x.n-e
		rest = append(rest, y)
	}
	return rest
}

// unreached tells whether other functions cannot touch the object.
func (m *memory) unreached(root int32, s *facts) bool {
	return m.a.private(root) || contains(s.fresh, root)
}

// block visits the values of b.
func (m *memory) block(b *ssa.Block, s *facts) {
	m.b = b
	for m.i = 0; m.i < len(b.Values); m.i++ {
		v := b.Values[m.i]
		if v.Op.Has(ssa.Pure) && len(s.fresh) == 0 {
			continue
		}
		useSources(v)
		switch v.Op {
		case ssa.OpLoad:
			m.load(v, s)
			continue
		case ssa.OpMove:
			m.redirectMove(v, s)
		case ssa.OpStore:
			if m.storedAlready(v, s) {
				v.Reset(ssa.OpInvalid)
				m.changed = true
				continue
			}
		case ssa.OpAlloc:
			m.forget(v, s)
			m.made(v, v.Aux.(*ssa.AllocInfo).Mem.Size, s)
			continue
		case ssa.OpResult:
			if c, ok := v.Args[0].Aux.(*ssa.Call); ok && c.Known() == rtcall.NewObject {
				m.forget(v, s)
				m.made(v, 1<<40, s)
			}
			continue
		}
		m.escape(v, s)
		m.a.effectOf(v, &m.eff)
		if m.eff.writesAll || len(m.eff.writes) > 0 {
			m.kill(s)
		}
		m.learn(v, s)
	}
	b.Remove(func(v *ssa.Value) bool { return v.Op == ssa.OpInvalid })
}

// made notes a zeroed object.
func (m *memory) made(v *ssa.Value, size int64, s *facts) {
	r := m.a.addr(v)
	if size > 0 {
		s.add(fact{span: span{r, size}})
	}
	s.fresh = append(s.fresh, r.root)
}

// learn adds what v put into memory.
func (m *memory) learn(v *ssa.Value, s *facts) {
	switch v.Op {
	case ssa.OpStore:
		w := m.eff.writes[0]
		s.add(fact{span: w, val: v.Args[1]})
	case ssa.OpZero:
		s.add(fact{span: m.eff.writes[0]})
	case ssa.OpMove:
		w, r := m.eff.writes[0], m.eff.reads[0]
		if w.base == r.base || m.a.overlap(w, r, s.fresh) {
			return
		}
		m.copyFacts(w, r, s)
		s.add(fact{span: w, src: v.Args[1], at: r.addr})
	}
}

// copyFacts lets the target of a copy hold what is known of its source.
func (m *memory) copyFacts(w, r span, s *facts) {
	for _, x := range s.list[:len(s.list):len(s.list)] {
		if x.base != r.base || x.off < r.off || x.off+x.n > r.off+r.n || x.src != nil {
			continue
		}
		x.addr = addr{w.base, w.root, w.off + x.off - r.off}
		s.add(x)
	}
}

// load looks for the value of v, else remembers it.
func (m *memory) load(v *ssa.Value, s *facts) {
	for range 3 {
		r := m.a.addr(v.Args[0])
		r.off += v.AuxInt
		at := span{r, v.Type.Size()}
		if x := m.known(v, at, s); x != nil {
			v.CopyOf(x)
			m.changed = true
			return
		}
		if !m.readSource(v, at, s) {
			s.add(fact{span: at, val: v})
			return
		}
		m.changed = true
	}
}

// known returns a value of v's type that memory holds at a place.
func (m *memory) known(v *ssa.Value, at span, s *facts) *ssa.Value {
	for i := len(s.list) - 1; i >= 0; i-- {
		x := &s.list[i]
		if x.base != at.base || x.src != nil || at.off < x.off || at.off+at.n > x.off+x.n {
			continue
		}
		if x.val == nil {
			return m.zero(v)
		}
		if x.off == at.off {
			if y := m.convert(v, x.val); y != nil {
				return y
			}
		}
	}
	return nil
}

func (m *memory) zero(v *ssa.Value) *ssa.Value {
	switch {
	case v.Type.IsFloat():
		return m.insert(ssa.OpConstF, v)
	case v.Type.IsInt() || v.Type == ssa.Ptr:
		return m.insert(ssa.OpConst, v)
	}
	return nil
}

// insert puts a value of v's type before v.
func (m *memory) insert(op ssa.Op, v *ssa.Value, args ...*ssa.Value) *ssa.Value {
	w := m.b.Detached(op, v.Type, v.Pos, args...)
	m.b.InsertAt(m.i, w)
	m.i++
	return w
}

// convert reads the stored value x as v would.
func (m *memory) convert(v, x *ssa.Value) *ssa.Value {
	t, u := v.Type, x.Type
	switch {
	case t == u:
		return x
	case t == ssa.Bool || u == ssa.Bool || t == ssa.Ptr || u == ssa.Ptr:
		return nil
	case t.IsInt() && u.IsInt() && t.Size() < u.Size():
		return m.insert(ssa.OpTrunc, v, x)
	case t.Size() == u.Size() && t.IsFloat() != u.IsFloat() && (t.IsFloat() || t.IsInt()) && (u.IsFloat() || u.IsInt()):
		return m.insert(ssa.OpBitcast, v, x)
	}
	return nil
}

// readSource lets a load from a copy read the original.
func (m *memory) readSource(v *ssa.Value, at span, s *facts) bool {
	for i := len(s.list) - 1; i >= 0; i-- {
		x := &s.list[i]
		if x.src == nil || x.base != at.base || at.off < x.off || at.off+at.n > x.off+x.n {
			continue
		}
		v.SetArg(0, x.src)
		v.AuxInt = at.off - x.off
		return true
	}
	return false
}

// redirectMove lets a copy of a copy read the original.
func (m *memory) redirectMove(v *ssa.Value, s *facts) {
	r := m.a.addr(v.Args[1])
	for i := len(s.list) - 1; i >= 0; i-- {
		x := &s.list[i]
		if x.src != nil && x.base == r.base && x.off == r.off && x.n >= v.AuxInt && !m.mayBeTarget(v, x) {
			v.SetArg(1, x.src)
			m.changed = true
			return
		}
	}
}

// mayBeTarget: the original must not overlap the target partly.
func (m *memory) mayBeTarget(v *ssa.Value, x *fact) bool {
	return m.a.overlap(span{m.a.addr(v.Args[0]), v.AuxInt}, span{x.at, v.AuxInt}, nil)
}

// storedAlready tells whether memory holds what v stores.
func (m *memory) storedAlready(v *ssa.Value, s *facts) bool {
	x := v.Args[1]
	r := m.a.addr(v.Args[0])
	r.off += v.AuxInt
	n := x.Type.Size()
	for i := len(s.list) - 1; i >= 0; i-- {
		y := &s.list[i]
		if y.base != r.base || y.src != nil || r.off < y.off || r.off+n > y.off+y.n {
			continue
		}
		if y.val == nil {
			return (x.Op == ssa.OpConst || x.Op == ssa.OpConstF) && x.AuxInt == 0
		}
		return y.val == x && y.off == r.off && y.n == n
	}
	return false
}
