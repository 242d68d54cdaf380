package opt

import (
	"go/token"
	"slices"

	"strata/internal/design"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// insertBarriers puts the collector's write barrier before pointer stores that
// may hit the heap. Designs without a barrier leave the code as it is.
//
// A run of stores in one block shares one test of the flag:
//
//	if writeBarrier { hand new pointers and old contents to the buffer }
//	store…
//
// From the test to the last store the goroutine is not preempted asynchronously: marking that
// starts in between would miss a pointer.
//
// Stores into objects just allocated need the barrier too: the object is black
// while marking runs, and the stack that holds the pointer may not have been scanned yet.
// Only pointers that cannot be to the heap go without: always under the
// insertion barrier, and into memory known to be zero under the hybrid one, which also shades what is overwritten.
func insertBarriers(f *ssa.Func, cfg *Config) {
	if cfg.Facts.WriteBarrier == design.NoBarrier {
		return
	}
	w := &barriers{f: f, cfg: cfg, a: newAliases(f)}
	for _, b := range f.Blocks[:len(f.Blocks):len(f.Blocks)] {
		if slices.ContainsFunc(b.Values, storesPointers) {
			w.block(b)
		}
	}
	if w.any {
		f.Invalidate()
	}
}

// storesPointers tells whether v might need the barrier.
func storesPointers(v *ssa.Value) bool {
	return v.Op == ssa.OpStore && v.Args[1].Type == ssa.Ptr || v.Op == ssa.OpZero || v.Op == ssa.OpMove
}

// Diagnostic is an error in the program that a pass finds.
type Diagnostic struct {
	Pos token.Pos
	Msg string
}

func (d *Diagnostic) Error() string { return d.Msg }

type barriers struct {
	f     *ssa.Func
	cfg   *Config
	a     *aliases
	fresh []freshObject // objects allocated in this block since the last safepoint
	any   bool
}

// freshObject is zero but for the words written.
type freshObject struct {
	root    int32
	written []span
}

// block deals with the groups of stores in b. Behind each a new block begins.
func (w *barriers) block(b *ssa.Block) {
	w.fresh = w.fresh[:0]
	c := ssa.NewCutter(b)
	for v := c.Next(); v != nil; v = c.Next() {
		if !w.needs(v) {
			w.note(v)
			c.Add(v)
			continue
		}
		w.allowed(v)
		w.any = true
		if v.Op == ssa.OpStore {
			w.group(c, v)
		} else {
			w.bulk(c, v)
		}
		w.fresh = w.fresh[:0]
	}
	c.Finish()
}

// allowed panics with a diagnostic if the function must not contain barriers.
func (w *barriers) allowed(v *ssa.Value) {
	if w.f.Pragma&(ssa.NoWriteBarrier|ssa.NoWriteBarrierRec) != 0 {
		panic(&Diagnostic{v.Pos.P, "write barrier prohibited in " + w.f.DisplayName})
	}
}

// note keeps track of fresh objects.
func (w *barriers) note(v *ssa.Value) {
	if v.Op.Has(ssa.CallOp) {
		w.fresh = w.fresh[:0]
		return
	}
	switch v.Op {
	case ssa.OpResult:
		if c, ok := v.Args[0].Aux.(*ssa.Call); ok && c.Known() == rtcall.NewObject && v.AuxInt == 0 {
			w.fresh = append(w.fresh, freshObject{root: w.a.addr(v).root})
		}
	case ssa.OpStore, ssa.OpMove:
		r := w.a.addr(v.Args[0])
		for i := range w.fresh {
			if w.fresh[i].root != r.root {
				continue
			}
			n := v.AuxInt
			if v.Op == ssa.OpStore {
				r.off += v.AuxInt
				n = v.Args[1].Type.Size()
			}
			w.fresh[i].written = append(w.fresh[i].written, span{r, n})
		}
	}
}

// zero tells whether memory at s is known to hold zeros.
func (w *barriers) zero(s span) bool {
	for _, o := range w.fresh {
		if o.root != s.root || s.base != s.root {
			continue
		}
		for _, x := range o.written {
			if w.a.overlap(x, s, nil) {
				return false
			}
		}
		return true
	}
	return false
}

// needs tells whether v must go through the barrier.
func (w *barriers) needs(v *ssa.Value) bool {
	switch v.Op {
	case ssa.OpStore:
		if v.Args[1].Type != ssa.Ptr || w.onStack(v.Args[0]) {
			return false
		}
		if !notHeap(v.Args[1]) {
			return true
		}
		r := w.a.addr(v.Args[0])
		r.off += v.AuxInt
		return w.cfg.Facts.WriteBarrier == design.HybridBarrier && !w.zero(span{r, 8})
	case ssa.OpZero:
		m, _ := v.Aux.(*ssa.MemType)
		return w.cfg.Facts.WriteBarrier == design.HybridBarrier && m.HasPointers() && !w.onStack(v.Args[0]) && !w.zero(span{w.a.addr(v.Args[0]), v.AuxInt})
	case ssa.OpMove:
		m, _ := v.Aux.(*ssa.MemType)
		return m.HasPointers() && !w.onStack(v.Args[0])
	}
	return false
}

// onStack tells whether p points into the frame or the argument area.
func (w *barriers) onStack(p *ssa.Value) bool {
	for {
		switch p.Op {
		case ssa.OpOffPtr, ssa.OpAddPtr, ssa.OpNilCheck, ssa.OpCopy:
			p = p.Args[0]
			continue
		case ssa.OpLocalAddr, ssa.OpArgAddr, ssa.OpCallerSP:
			return true
		}
		return false
	}
}

// notHeap tells whether a pointer is nil or to static data.
func notHeap(v *ssa.Value) bool {
	switch v.Op {
	case ssa.OpConst, ssa.OpGlobalAddr, ssa.OpFuncAddr:
		return true
	case ssa.OpOffPtr, ssa.OpCopy:
		return notHeap(v.Args[0])
	}
	return false
}

// group covers the run of stores that begins with v. Pure values among them move in front.
func (w *barriers) group(c *ssa.Cutter, v *ssa.Value) {
	w.note(v)
	stores, barriered := []*ssa.Value{v}, []*ssa.Value{v}
	var pure []*ssa.Value
	between, taken := 0, 0 // pure values in front of the last store; values up to that
scan:
	for i, v := range c.Ahead() {
		switch {
		case v.Op.Has(ssa.Pure) && v.Op != ssa.OpResult:
			pure = append(pure, v)
		case v.Op == ssa.OpStore:
			if w.needs(v) {
				barriered = append(barriered, v)
			}
			w.note(v)
			stores = append(stores, v)
			between, taken = len(pure), i+1
		default:
			break scan
		}
	}
	c.Skip(taken)
	c.Add(pure[:between]...)
	cold, join := w.test(c, v.Pos)
	for _, v := range barriered {
		slot := v.Args[0]
		if v.AuxInt != 0 {
			slot = cold.NewValueI(ssa.OpOffPtr, ssa.Ptr, v.Pos, v.AuxInt, slot)
		}
		cold.NewValue(ssa.OpWBPtr, ssa.Void, v.Pos, v.Args[1], slot)
	}
	w.finish(join, stores)
}

// bulk covers the Move or Zero v.
func (w *barriers) bulk(c *ssa.Cutter, v *ssa.Value) {
	cold, join := w.test(c, v.Pos)
	m := v.Aux.(*ssa.MemType)
	if m.TypeSym == "" || m.Size != v.AuxInt {
		w.words(cold, v, m)
	} else {
		typ := cold.NewValueA(ssa.OpGlobalAddr, ssa.Ptr, v.Pos, 0, m.TypeSym)
		name := "wbZero"
		args := []*ssa.Value{typ, v.Args[0]}
		if v.Op == ssa.OpMove {
			name = "wbMove"
			args = append(args, v.Args[1])
		}
		call := w.cfg.RT(name)
		for i := range args {
			call.Lent.Add(i)
		}
		cold.NewValueA(ssa.OpCall, ssa.Tuple, v.Pos, 0, call, args...)
	}
	w.finish(join, []*ssa.Value{v})
}

// words hands the pointers of an object without descriptor over one by one.
func (w *barriers) words(cold *ssa.Block, v *ssa.Value, m *ssa.MemType) {
	for k := range int(v.AuxInt / 8) {
		if !isPtrWord(m, k) {
			continue
		}
		var p *ssa.Value
		if v.Op == ssa.OpMove {
			p = cold.NewValueI(ssa.OpLoad, ssa.Ptr, v.Pos, int64(8*k), v.Args[1])
		} else {
			p = cold.NewValueI(ssa.OpConst, ssa.Ptr, v.Pos, 0)
		}
		slot := cold.NewValueI(ssa.OpOffPtr, ssa.Ptr, v.Pos, int64(8*k), v.Args[0])
		cold.NewValue(ssa.OpWBPtr, ssa.Void, v.Pos, p, slot)
	}
}

// test ends the current piece with the test of the flag; join leads on to the next one.
func (w *barriers) test(c *ssa.Cutter, pos ssa.Pos) (cold, join *ssa.Block) {
	f := w.f
	b, rest := c.Cut()
	cold, join = f.NewBlock(ssa.BlockJump), f.NewBlock(ssa.BlockJump)
	cold.Cold, join.Cold = true, b.Cold
	cold.Pos, join.Pos = pos, pos
	b.NewValueI(ssa.OpUnsafePointMark, ssa.Void, pos, 1)
	flag := b.NewValue(ssa.OpWB, ssa.Bool, pos)
	b.Kind, b.Likely, b.Pos = ssa.BlockIf, ssa.Unlikely, pos
	b.SetControls(flag)
	b.AddEdge(cold)
	b.AddEdge(join)
	cold.AddEdge(join)
	join.AddEdge(rest)
	return cold, join
}

func (w *barriers) finish(join *ssa.Block, stores []*ssa.Value) {
	for _, v := range stores {
		v.Block = join
		join.Values = append(join.Values, v)
	}
	join.NewValueI(ssa.OpUnsafePointMark, ssa.Void, stores[0].Pos, 0)
}
