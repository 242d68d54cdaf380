package analyze

import (
	"slices"
	"strings"

	"strata/internal/abi"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// Inlining budgets, in units of inlineCost: about one machine instruction.
const (
	budget          = 44        // callees up to this are inlined
	tinyBudget      = 14        // also into nosplit functions, and into functions grown large
	maxCost         = hotBudget // callees that are small by their source too
	callCost        = 12        // a call inside a callee
	bigCaller       = 4000      // values: a caller grown beyond takes only tiny callees
	maxInlineGrowth = 6000
)

// NeverInlined tells whether callers cannot inline f, whatever is in it.
func NeverInlined(f *ssa.Func) bool {
	if rtcall.Buffer(f.Name) > 0 || rtcall.Has(f.Name, rtcall.LooksUpMethods) {
		return true
	}
	const never = ssa.NoInline | ssa.SystemStack | ssa.ABI0Func | ssa.UintptrEscapes | ssa.UintptrKeepAlive
	if f.Pragma&never != 0 || f.Recover != nil || f.Debug {
		return true
	}
	inMemory := func(c abi.Component) bool { return isMem(c.Class) }
	return slices.ContainsFunc(f.ABI.In, inMemory) || slices.ContainsFunc(f.ABI.Out, inMemory)
}

// inlineCost measures f. ok is false if f must not be inlined at all.
func inlineCost(f *ssa.Func) (cost int, ok bool) {
	if NeverInlined(f) {
		return 0, false
	}
	for _, b := range f.Blocks {
		if b.Kind == ssa.BlockTailCall || b.Kind == ssa.BlockDefer {
			return 0, false
		}
		cost += 2
		for _, v := range b.Values {
			c, fine := valueCost(v)
			if !fine {
				return 0, false
			}
			cost += c
			if cost > maxCost {
				return cost, false
			}
		}
	}
	return cost, true
}

// callsItself tells whether f has a call of f.
func callsItself(f *ssa.Func) bool {
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			if v.Op == ssa.OpCall && v.Aux.(*ssa.Call).Sym == f.Name {
				return true
			}
		}
	}
	return false
}

// valueCost is what a copy of v costs; ok is false if it can have none in another function.
func valueCost(v *ssa.Value) (cost int, ok bool) {
	if !v.Op.IsCall() {
		cost := v.Op.Info().Cost
		return int(max(cost, 0)), cost != ssa.Fixed
	}
	call := v.Aux.(*ssa.Call)
	switch {
	case rtcall.Has(call.Sym, rtcall.InFrame):
		return 0, false
	case call.NoReturn:
		return 2, true
	}
	return callCost + len(v.Args)/2, true
}

// inlineCalls inlines what is worth it into n's function and reports whether it did.
func (p *Program) inlineCalls(n *node) bool {
	f := n.f
	changed := false
	for _, b := range f.Blocks[:len(f.Blocks):len(f.Blocks)] {
		if b == f.Entry && b.Kind == ssa.BlockDefer || !slices.ContainsFunc(b.Values, callsCode) {
			continue
		}
		c := ssa.NewCutter(b)
		full := f.NumValues() > 20*maxInlineGrowth
		for v := c.Next(); v != nil && !full; v = c.Next() {
			g, ctx, _ := p.candidate(n, c.Cur, v)
			if g == nil {
				c.Add(v)
				continue
			}
			splice(c, v, g, ctx)
			changed = true
			full = f.NumValues() > 20*maxInlineGrowth
		}
		c.Finish()
	}
	if changed {
		f.Invalidate()
	}
	return changed
}

// callsCode tells whether v is a call whose target may be known.
func callsCode(v *ssa.Value) bool { return v.Op == ssa.OpCall || v.Op == ssa.OpClosureCall }

// refusal says why a call stays.
type refusal string

const (
	notStatic     refusal = "its target is not known before the program runs"
	notLowered    refusal = "the function is written in assembly"
	inCycle       refusal = "the two functions call each other"
	cannotInline  refusal = "the function cannot be inlined anywhere"
	unpreemptible refusal = "the function belongs to the runtime and must not be preempted"
	needsSlots    refusal = "the caller must not grow its frame (go:nosplit)"
	coldBlock     refusal = "the call stands on a path that is rarely taken"
	bigFunction   refusal = "the caller has grown large"
	overBudget    refusal = "the function is too large"
	otherShape    refusal = "arguments are passed in another shape"
)

// candidate returns the function to inline at v with its closure context, or why there is none.
func (p *Program) candidate(n *node, b *ssa.Block, v *ssa.Value) (g *ssa.Func, ctx *ssa.Value, why refusal) {
	if v.Op != ssa.OpCall && v.Op != ssa.OpClosureCall {
		return nil, nil, notStatic
	}
	call := v.Aux.(*ssa.Call)
	if call.Sym == "" || call.Go || call.Defer {
		return nil, nil, notStatic
	}
	m := p.lookup(n, call.Sym)
	switch {
	case m == n:
		return nil, nil, inCycle
	case m == nil && p.nodes[call.Sym] != nil:
		return nil, nil, inCycle
	case m == nil:
		return nil, nil, notLowered
	case !m.inlinable || m.f.ABI.Conv != call.ABI.Conv:
		return nil, nil, cannotInline
	case n.f.Pragma&ssa.RuntimeFunc == 0 && uninterruptible(m.f):
		return nil, nil, unpreemptible
	}
	limit := budget
	if n.f.Pragma&ssa.NoSplit != 0 || n.f.NumValues() > bigCaller || b.Cold {
		limit = tinyBudget
	}
	if n.f.Pragma&ssa.NoSplit != 0 && len(m.f.Slots) > 0 {
		return nil, nil, needsSlots
	}
	if m.cost > limit && !(m.small && limit == budget) && !p.hotCall(n, m, v) {
		return nil, nil, tooLarge(n, m, b)
	}
	if v.Op == ssa.OpClosureCall {
		ctx = v.Args[0]
	}
	if call.Pulled || len(m.f.ABI.In) != len(v.Args)-argBase(v) {
		return nil, nil, otherShape
	}
	return m.f, ctx, ""
}

// hotCall tells whether the profile wants call v of m inlined beyond the usual budget.
func (p *Program) hotCall(n, m *node, v *ssa.Value) bool {
	limit, share := p.cfg.Profile.budget(n.f, v, displayName(m.f))
	if m.cost > limit || n.f.Pragma&ssa.NoSplit != 0 || n.f.NumValues() > bigCaller {
		return false
	}
	if n.report != nil {
		n.report.Profiled = append(n.report.Profiled, Profiled{Pos: v.Pos, Sym: m.f.Name, Cost: m.cost, Share: share})
	}
	return true
}

// tooLarge tells which limit m exceeds when it is called in block b of n.
func tooLarge(n, m *node, b *ssa.Block) refusal {
	switch {
	case m.cost > budget && !m.small:
		return overBudget
	case b.Cold:
		return coldBlock
	case n.f.Pragma&ssa.NoSplit != 0:
		return needsSlots
	}
	return bigFunction
}

// uninterruptible tells whether f is code of the runtime that must not be preempted asynchronously: elsewhere it
// would lose that protection, which whole functions have. The leaf packages under internal/runtime do not need it.
func uninterruptible(f *ssa.Func) bool {
	return f.Pragma&ssa.RuntimeFunc != 0 && (f.PkgPath == "runtime" || strings.HasPrefix(f.PkgPath, "runtime/internal/"))
}

// argBase is the index of a call's first ABI argument among Args.
func argBase(v *ssa.Value) int {
	if v.Op == ssa.OpCall {
		return 0
	}
	return 1
}

// splice puts g's body in place of v, a call of g. What follows the call goes into a new block.
func splice(cut *ssa.Cutter, v *ssa.Value, g *ssa.Func, ctx *ssa.Value) {
	results := cut.Results(v)
	b, cont := cut.Cut()
	c := &cloner{f: b.Func, g: g, call: v, ctx: ctx, cont: cont,
		values: make([]*ssa.Value, g.NumValues()), blocks: make([]*ssa.Block, g.NumBlocks())}
	c.positions()
	c.slots()
	c.clone()
	b.Kind, b.Likely = ssa.BlockJump, ssa.Unknown
	b.AddEdge(c.blocks[g.Entry.ID])
	c.returns(results)
	v.ResetArgs()
}

// cloner copies the body of g into f in place of a call.
type cloner struct {
	f, g    *ssa.Func
	call    *ssa.Value
	ctx     *ssa.Value
	cont    *ssa.Block
	values  []*ssa.Value
	blocks  []*ssa.Block
	slotMap []*ssa.Slot
	inlBase int32
	site    int32 // Pos.Inl of the callee's own code
	rets    []*ssa.Block
	results [][]*ssa.Value // per return block
}

// positions appends the callee's inlining tree below a node for this call.
func (c *cloner) positions() {
	c.f.Inlines = append(c.f.Inlines, ssa.Inline{Parent: c.call.Pos.Inl, Callee: displayName(c.g), Sym: c.g.Name, Call: c.call.Pos.P,
		Start: c.g.Pos, Wrapper: c.g.Pragma&ssa.WrapperFunc != 0})
	c.site = int32(len(c.f.Inlines))
	c.inlBase = c.site
	for _, in := range c.g.Inlines {
		if in.Parent == 0 {
			in.Parent = c.site
		} else {
			in.Parent += c.inlBase
		}
		c.f.Inlines = append(c.f.Inlines, in)
	}
}

func displayName(f *ssa.Func) string {
	if f.DisplayName != "" {
		return f.DisplayName
	}
	return f.Name
}

func (c *cloner) pos(p ssa.Pos) ssa.Pos {
	if p.Inl == 0 {
		p.Inl = c.site
	} else {
		p.Inl += c.inlBase
	}
	return p
}

func (c *cloner) slots() {
	c.slotMap = make([]*ssa.Slot, len(c.g.Slots))
	for i, s := range c.g.Slots {
		n := c.f.NewSlot(s.Name, s.Size, s.Align, s.PtrMask)
		n.Zeroed, n.Pos = s.Zeroed, s.Pos
		c.slotMap[i] = n
	}
}

func (c *cloner) slot(s *ssa.Slot) *ssa.Slot { return c.slotMap[s.ID] }

func (c *cloner) clone() {
	for _, b := range c.g.Blocks {
		n := c.f.NewBlock(b.Kind)
		n.Likely, n.Cold, n.Freq = b.Likely, b.Cold || c.call.Block.Cold, b.Freq
		n.Pos = c.pos(b.Pos)
		c.blocks[b.ID] = n
	}
	base := argBase(c.call)
	for _, b := range c.g.Blocks {
		n := c.blocks[b.ID]
		for _, v := range b.Values {
			switch v.Op {
			case ssa.OpArg:
				c.values[v.ID] = c.call.Args[base+int(v.AuxInt)]
				continue
			case ssa.OpClosurePtr:
				c.values[v.ID] = c.ctx
				continue
			}
			if complains(v) {
				w := n.NewValue(ssa.OpNilCheck, ssa.Ptr, c.pos(v.Pos))
				w.AddArgs(c.call.Args[base])
				c.values[v.ID] = w
				continue
			}
			w := n.NewValue(v.Op, v.Type, c.pos(v.Pos))
			w.AuxInt, w.Aux = v.AuxInt, c.aux(v)
			c.values[v.ID] = w
		}
	}
	for _, b := range c.g.Blocks {
		n := c.blocks[b.ID]
		for _, v := range b.Values {
			if v.Op == ssa.OpArg || v.Op == ssa.OpClosurePtr || complains(v) {
				continue
			}
			w := c.values[v.ID]
			for _, a := range v.Args {
				w.AddArgs(c.values[a.ID])
			}
		}
		c.terminator(b, n)
	}
	for _, b := range c.g.Blocks {
		n := c.blocks[b.ID]
		for _, p := range b.Preds {
			n.Preds = append(n.Preds, c.blocks[p.ID])
		}
	}
}

// complains tells whether v is a wrapper's call that panics with the wrapper's own name, because its receiver is nil.
// In the caller's place that is a nil pointer like any other.
func complains(v *ssa.Value) bool {
	return v.Op == ssa.OpCall && v.Aux.(*ssa.Call).Known() == rtcall.PanicWrap
}

func (c *cloner) terminator(b, n *ssa.Block) {
	for _, s := range b.Succs {
		n.Succs = append(n.Succs, c.blocks[s.ID])
	}
	ctrls := make([]*ssa.Value, len(b.Controls))
	for i, v := range b.Controls {
		ctrls[i] = c.values[v.ID]
	}
	if b.Kind == ssa.BlockRet {
		c.rets = append(c.rets, n)
		c.results = append(c.results, ctrls)
		return
	}
	n.SetControls(ctrls...)
}

func (c *cloner) aux(v *ssa.Value) any {
	switch aux := v.Aux.(type) {
	case *ssa.Slot:
		return c.slot(aux)
	case *ssa.AllocInfo:
		n := *aux
		n.OnStack = false
		return &n
	case *ssa.Call:
		if len(aux.ResultSlots) == 0 {
			return aux
		}
		n := *aux
		n.ResultSlots = make([]*ssa.Slot, len(aux.ResultSlots))
		for i, s := range aux.ResultSlots {
			n.ResultSlots[i] = c.slot(s)
		}
		return &n
	}
	return v.Aux
}

// returns joins the callee's returns in the continuation and gives the call's results their values.
func (c *cloner) returns(results []*ssa.Value) {
	for _, r := range c.rets {
		r.Kind = ssa.BlockJump
		r.AddEdge(c.cont)
	}
	phis := map[int64]*ssa.Value{}
	result := func(i int64, t ssa.Type) *ssa.Value {
		if len(c.rets) == 1 {
			return c.results[0][i]
		}
		if phis[i] == nil {
			phi := c.cont.NewPhi(t, c.call.Pos)
			for _, r := range c.results {
				phi.AddArgs(r[i])
			}
			phis[i] = phi
		}
		return phis[i]
	}
	for _, v := range results {
		if len(c.rets) == 0 {
			v.Reset(ssa.OpConst)
			if v.Type.IsFloat() {
				v.Op = ssa.OpConstF
			}
			continue
		}
		v.CopyOf(result(v.AuxInt, v.Type))
	}
	if len(c.rets) == 0 {
		c.call.Uses = 0
	}
}
