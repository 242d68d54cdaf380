package opt

import (
	"slices"

	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// runClasses are the sizes of the objects that the runtime takes from runs of free neighbours, by size class.
var runClasses = [...]int64{
	0, 8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448, 480, 512,
}

// maxTiny bounds pointer-free objects that share blocks.
const maxTiny = 16

// Where the runtime keeps runs: task.G.M, task.M.Runs, fields of task.Runs and task.FreeRun.
const (
	offGM     = 48
	offMRuns  = 120
	offNext   = 0
	offEnd    = 8
	runSize   = 16
	numRuns   = 136
	offRate   = numRuns * runSize
	pageBytes = 8192
	maskBytes = pageBytes / 64 // at the end of a page: a bit for each of its words
	wordBytes = 64 * 8         // what a word of them tells of
)

// allocFromRuns has small objects taken from the runs of free objects of their size class. It comes after all passes
// that know new objects by runtime.newobject. In loops and in functions that call themselves code does that
// itself, unless the pointers' bits may lie in two words:
//
//	runs := getg().m.runs
//	p := runs[class].next
//	if p+size > runs[class].end || runtime.MemProfileRate != runs.rate { p = the runtime's function(size, class, mask) }
//	else { runs[class].next = p+size; bits of the page at p |= mask }
//
// Meanwhile the goroutine is not preempted: whoever stops the world finds all objects up to next whole. Otherwise
// the runtime's function is called at once.
func allocFromRuns(f *ssa.Func, cfg *Config) {
	changed := false
	loops, recursive := f.Loops(), callsItself(f)
	for _, b := range f.Blocks[:len(f.Blocks):len(f.Blocks)] {
		if !slices.ContainsFunc(b.Values, makesObject) {
			continue
		}
		often := !b.Cold && (recursive || loops.Depth(b) > 0)
		c := ssa.NewCutter(b)
		for v := c.Next(); v != nil; v = c.Next() {
			var n *smallObject
			if makesObject(v) {
				n = newSmall(v.Aux.(*ssa.Call).Object)
			}
			switch {
			case n == nil:
				c.Add(v)
			case often && n.inline() && f.Pragma&ssa.RuntimeFunc == 0:
				n.expand(c, v, cfg)
				changed = true
			default:
				n.call(c, v, cfg)
			}
		}
		c.Finish()
	}
	if changed {
		f.Invalidate()
	}
}

// makesObject tells whether v is a call that makes an object of known layout.
func makesObject(v *ssa.Value) bool {
	call, ok := v.Aux.(*ssa.Call)
	return ok && v.Op == ssa.OpCall && call.Known() == rtcall.NewObject && call.Object != nil
}

func callsItself(f *ssa.Func) bool {
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			if c, ok := v.Aux.(*ssa.Call); ok && v.Op == ssa.OpCall && c.Sym == f.Name {
				return true
			}
		}
	}
	return false
}

// smallObject is an allocation of known size.
type smallObject struct {
	size   int64 // of the class; of a tiny object its own
	class  int64 // doubled, plus 1 without pointers
	mask   uint64
	name   string  // the runtime's function
	params []int64 // its arguments
}

// newSmall tells how an object with this layout is made; nil if there is only the general way.
func newSmall(m *ssa.MemType) *smallObject {
	if m.Size == 0 || m.Size > runClasses[len(runClasses)-1] {
		return nil
	}
	if !m.HasPointers() && m.Size < maxTiny {
		return &smallObject{name: "newtiny", params: []int64{m.Size, m.Size & -m.Size}}
	}
	class := 0
	for runClasses[class] < m.Size {
		class++
	}
	n := &smallObject{size: runClasses[class], class: int64(2 * class)}
	if !m.HasPointers() {
		n.class++
		n.name, n.params = "newplain", []int64{n.size, n.class}
		return n
	}
	for i, b := range m.PtrMask {
		n.mask |= uint64(b) << (8 * i)
	}
	n.name, n.params = "newscan", []int64{n.size, n.class, int64(n.mask)}
	return n
}

// inline tells whether the object is to be made without a call: its bits, if any, lie in one word.
func (n *smallObject) inline() bool { return n.size != 0 && (n.mask == 0 || wordBytes%n.size == 0) }

// call makes v, which makes an object, a call of one of the runtime's functions for small ones.
func (n *smallObject) call(c *ssa.Cutter, v *ssa.Value, cfg *Config) {
	args := make([]*ssa.Value, len(n.params))
	for k, x := range n.params {
		args[k] = c.Cur.Detached(ssa.OpConst, ssa.I64, v.Pos)
		args[k].AuxInt = x
	}
	c.Add(args...)
	c.Add(v)
	v.ResetArgs()
	v.AddArgs(args...)
	v.Aux = cfg.RT(n.name)
}

// expand makes the object in place of call. What follows goes into a new block.
func (n *smallObject) expand(c *ssa.Cutter, call *ssa.Value, cfg *Config) {
	results := c.Results(call)
	b, rest := c.Cut()
	f, pos := b.Func, call.Pos
	same, fast, slow := f.NewBlock(ssa.BlockIf), f.NewBlock(ssa.BlockJump), f.NewBlock(ssa.BlockJump)
	same.Cold, fast.Cold, slow.Cold = b.Cold, b.Cold, true
	slow.Freq = b.Freq // every few hundred objects: cold, but part of what runs
	same.Pos, fast.Pos, slow.Pos = pos, pos, pos

	number := func(b *ssa.Block, x int64) *ssa.Value { return b.NewValueI(ssa.OpConst, ssa.I64, pos, x) }
	b.NewValueI(ssa.OpUnsafePointMark, ssa.Void, pos, 1)
	g := b.NewValue(ssa.OpGetG, ssa.Ptr, pos)
	m := b.NewValueI(ssa.OpLoad, ssa.Ptr, pos, offGM, g)
	runs := b.NewValueI(ssa.OpLoad, ssa.Ptr, pos, offMRuns, m)
	p := b.NewValueI(ssa.OpLoad, ssa.I64, pos, n.class*runSize+offNext, runs)
	next := b.NewValue(ssa.OpAdd, ssa.I64, pos, p, number(b, n.size))
	end := b.NewValueI(ssa.OpLoad, ssa.I64, pos, n.class*runSize+offEnd, runs)
	b.Kind, b.Likely, b.Pos = ssa.BlockIf, ssa.Unlikely, pos
	b.SetControls(b.NewValue(ssa.OpLtU, ssa.Bool, pos, end, next))
	b.AddEdge(slow)
	b.AddEdge(same)

	rate := same.NewValueI(ssa.OpLoad, ssa.I64, pos, 0, same.NewValueA(ssa.OpGlobalAddr, ssa.Ptr, pos, 0, rtcall.MemProfileRate))
	known := same.NewValueI(ssa.OpLoad, ssa.I64, pos, offRate, runs)
	same.Likely = ssa.Unlikely
	same.SetControls(same.NewValue(ssa.OpNe, ssa.Bool, pos, rate, known))
	same.AddEdge(slow)
	same.AddEdge(fast)

	fast.NewValueI(ssa.OpStore, ssa.Void, pos, n.class*runSize+offNext, runs, next)
	if n.mask != 0 {
		n.setMask(fast, p, pos, number)
	}
	made := fast.NewValue(ssa.OpIntToPtr, ssa.Ptr, pos, p)
	fast.NewValueI(ssa.OpUnsafePointMark, ssa.Void, pos, 0)
	fast.AddEdge(rest)

	slow.NewValueI(ssa.OpUnsafePointMark, ssa.Void, pos, 0)
	args := make([]*ssa.Value, len(n.params))
	for k, x := range n.params {
		args[k] = number(slow, x)
	}
	other := slow.NewValueA(ssa.OpCall, ssa.Tuple, pos, 0, cfg.RT(n.name), args...)
	result := slow.NewValue(ssa.OpResult, ssa.Ptr, pos, other)
	slow.AddEdge(rest)

	if len(results) > 0 {
		v := results[0]
		v.Reset(ssa.OpCopy)
		phi := rest.NewPhi(ssa.Ptr, pos)
		phi.AddArgs(made, result)
		v.AddArgs(phi)
	}
	call.Reset(ssa.OpInvalid)
}

// setMask records the pointers of the object at p.
func (n *smallObject) setMask(b *ssa.Block, p *ssa.Value, pos ssa.Pos, number func(*ssa.Block, int64) *ssa.Value) {
	op := func(op ssa.Op, x, y *ssa.Value) *ssa.Value { return b.NewValue(op, ssa.I64, pos, x, y) }
	last := op(ssa.OpOr, p, number(b, pageBytes-1))
	word := op(ssa.OpAnd, op(ssa.OpShr, p, number(b, 6)), number(b, maskBytes-8))
	at := b.NewValue(ssa.OpIntToPtr, ssa.Ptr, pos, op(ssa.OpAdd, last, word))
	bits := op(ssa.OpShl, number(b, int64(n.mask)), op(ssa.OpAnd, op(ssa.OpShr, p, number(b, 3)), number(b, 63)))
	bits.AuxInt = 1 // the count is below 64
	old := b.NewValueI(ssa.OpLoad, ssa.I64, pos, 1-maskBytes, at)
	b.NewValueI(ssa.OpStore, ssa.Void, pos, 1-maskBytes, at, op(ssa.OpOr, old, bits))
}
