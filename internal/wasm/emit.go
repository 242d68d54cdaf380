package wasm

import (
	"fmt"
	"slices"

	"strata/internal/codegen"
	"strata/internal/object"
	"strata/internal/ssa"
	"strata/internal/wasm/module"
)

// emitter writes one function. The embedded one collects its tables, in which each site is an instruction: number 0 is the entry,
// then come the calls and the checks that may fail.
type emitter struct {
	codegen.Emitter
	x      *values
	live   *liveness
	code   module.Code
	relocs []object.Reloc
	g      graph
	labels []label
	err    error

	params []module.Type
	types  []module.Type // of locals behind the parameters
	spare  map[module.Type][]uint32
	fp     uint32 // local with Base of the frame
	state  uint32 // local: where to go on
	site   uint32 // local: which check failed
	index  [2]uint32
	kind   uint32

	hasFrame bool
	calls    []*ssa.Value
	siteOf   map[*ssa.Value]int
	sitePos  []ssa.Pos
	failures []*failure
	unwind   *node
	start    map[*ssa.Block]*node
	recover  *node

	slotOf   map[uint32]int // spill slot of a local: pointers for the collector, others for the time of a switch
	shadowed []bool         // by value ID: is stored in its slot when it is made
	saved    []uint32       // locals to be saved when the goroutine is switched away from
	restored []uint32       // locals to be loaded when it goes on
}

// failure is a function of the runtime that failed checks call.
type failure struct {
	fn          string
	first, next int // sites
	count       int
	prepare     *node // stores where it is
	call        *node
}

const (
	boundsFailure = "panicBounds"
	nilFailure    = "panicnilaccess"
)

func compile(t *codegen.Target, f *ssa.Func, opts codegen.Options) (s *object.Symbol, err error) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(error); ok {
				panic(r)
			}
			s, err = nil, fmt.Errorf("wasm: %s: %v", f.Name, r)
		}
	}()
	codegen.Prepare(f)
	untail(f)
	entryFirst(f)
	rpo := f.RPO()
	e := &emitter{siteOf: map[*ssa.Value]int{}, slotOf: map[uint32]int{}, spare: map[module.Type][]uint32{}}
	e.F, e.Opts = f, &opts
	e.x = newValues(f, rpo)
	e.number(rpo)
	e.live = e.x.computeLive(rpo)
	e.x.liveAcross(e.live, rpo)
	e.params = paramTypes(f.ABI)
	e.types = e.x.colour(e.live, rpo, e.params)
	e.frame(t, rpo)
	e.build(rpo)
	e.g.makeReducible()
	e.g.analyse()
	e.Frame.Objects(&e.Maps)
	e.tree(e.g.entry)
	e.code.Op(module.Unreachable)
	e.code.Op(module.End)
	if e.err != nil {
		return nil, e.err
	}
	return e.finish(), nil
}

// fail remembers the first thing that cannot be done.
func (e *emitter) fail(v *ssa.Value, what string) {
	if e.err == nil {
		e.err = fmt.Errorf("wasm: %s: %s: %s", e.F.Name, v.Long(), what)
	}
}

// untail makes calls of tail calls: the callee's frame needs one of the caller's below it, since it may be resumed.
func untail(f *ssa.Func) {
	for _, b := range f.Blocks {
		if b.Kind != ssa.BlockTailCall {
			continue
		}
		call := b.Aux.(*ssa.Call)
		op, args := ssa.OpCall, b.Controls
		if call.Sym == "" {
			op = ssa.OpInterCall
		}
		c := *call
		c.ResultSlots = nil
		typ := ssa.Tuple
		switch n := len(call.ABI.Out); {
		case n == 0:
			typ = ssa.Void
		}
		v := b.NewValueA(op, typ, b.Pos, 0, &c, args...)
		var results []*ssa.Value
		for i := range call.ABI.Out {
			o := &call.ABI.Out[i]
			if o.Class == 3 {
				slot := f.NewSlot("result", o.Size, 8, nil)
				c.ResultSlots = append(c.ResultSlots, slot)
				results = append(results, b.NewValueA(ssa.OpLocalAddr, ssa.Ptr, b.Pos, 0, slot))
				continue
			}
			results = append(results, b.NewValueI(ssa.OpResult, compType(o), b.Pos, int64(i), v))
		}
		b.SetControls(results...)
		b.Kind, b.Aux = ssa.BlockRet, nil
	}
}

// entryFirst moves what arrives with the call to the beginning.
func entryFirst(f *ssa.Func) {
	var first, rest []*ssa.Value
	arrives := func(v *ssa.Value) bool { return v.Op == ssa.OpArg || v.Op == ssa.OpClosurePtr }
	for _, b := range f.Blocks {
		if b != f.Entry {
			b.Values = slices.DeleteFunc(b.Values, func(v *ssa.Value) bool {
				if arrives(v) {
					v.Block = f.Entry
					first = append(first, v)
					return true
				}
				return false
			})
		}
	}
	for _, v := range f.Entry.Values {
		if arrives(v) {
			first = append(first, v)
		} else {
			rest = append(rest, v)
		}
	}
	// The context is in a global that the next call changes.
	slices.SortStableFunc(first, func(a, b *ssa.Value) int { return int(b.Op) - int(a.Op) })
	f.Entry.Values = append(first, rest...)
}

// checkOf is the function that v calls when it fails, "" if v cannot fail.
func (e *emitter) checkOf(v *ssa.Value) string {
	switch v.Op {
	case ssa.OpNilCheck:
		if !e.nonNil(v.Args[0]) {
			return nilFailure
		}
	case ssa.OpClosureCall:
		if !e.nonNil(v.Args[0]) {
			return nilFailure
		}
	case ssa.OpCheck:
		return v.Aux.(string)
	case ssa.OpBounds:
		i, n := v.Args[0], v.Args[1]
		inclusive := ssa.BoundsKind(v.AuxInt).Inclusive()
		if i.IsConst() && (n.IsConst() && i.AuxInt >= 0 && (i.AuxInt < n.AuxInt || inclusive && i.AuxInt == n.AuxInt) || inclusive && i.AuxInt == 0) {
			return ""
		}
		return boundsFailure
	}
	return ""
}

// number gives numbers to calls and checks.
func (e *emitter) number(rpo []*ssa.Block) {
	e.sitePos = []ssa.Pos{{P: e.F.Pos}}
	for _, b := range rpo {
		for _, v := range b.Values {
			if e.x.calls[v] != notCall {
				e.siteOf[v] = len(e.sitePos)
				e.sitePos = append(e.sitePos, v.Pos)
				e.calls = append(e.calls, v)
			}
			if fn := e.checkOf(v); fn != "" {
				e.failure(fn).count++
			}
		}
	}
	for _, f := range e.failures {
		f.first, f.next = len(e.sitePos), len(e.sitePos)
		e.sitePos = append(e.sitePos, make([]ssa.Pos, f.count)...)
	}
}

func (e *emitter) failure(fn string) *failure {
	for _, f := range e.failures {
		if f.fn == fn {
			return f
		}
	}
	f := &failure{fn: fn}
	e.failures = append(e.failures, f)
	return f
}

// build makes the graph of nodes.
func (e *emitter) build(rpo []*ssa.Block) {
	g := &e.g
	g.lastState = len(e.sitePos)
	start := map[*ssa.Block]*node{}
	e.start = start
	resume := map[*ssa.Value]*node{}
	init := g.add(initNode)
	if e.hasFrame {
		g.entry = g.add(entryNode)
		slow := g.add(slowNode)
		link(g.entry, slow)
		link(g.entry, init)
		link(slow, init)
		e.unwind = g.add(unwindNode)
		for _, f := range e.failures {
			f.prepare, f.call = g.add(failNode), g.add(failNode)
			f.prepare.fail, f.call.fail = f, f
			link(f.prepare, f.call)
			link(f.call, e.unwind)
		}
	} else {
		g.entry = init
	}
	ends := map[*ssa.Block]*node{}
	for _, b := range rpo {
		n := g.add(blockNode)
		n.b = b
		start[b] = n
		check := func(v *ssa.Value) {
			if fn := e.checkOf(v); fn != "" {
				if f := e.failure(fn); !hasEdge(n, f.prepare) {
					link(n, f.prepare)
				}
			}
		}
		for i, v := range b.Values {
			check(v)
			if e.x.calls[v] == notCall {
				continue
			}
			n.last = i
			next := g.add(blockNode)
			next.b, next.first = b, i
			link(n, next)
			n.next = next
			n = next
			link(n, e.unwind)
			resume[v] = n
		}
		n.last, n.ends = len(b.Values), true
		ends[b] = n
	}
	link(init, start[e.F.Entry])
	for _, b := range rpo {
		n := ends[b]
		switch b.Kind {
		case ssa.BlockDefer:
			link(n, start[b.Succs[0]])
		default:
			for _, s := range b.Succs {
				if !hasEdge(n, start[s]) {
					link(n, start[s])
				}
			}
		}
	}
	if !e.hasFrame {
		return
	}
	slow := g.entry.succs[0]
	if e.F.Recover != nil {
		e.recover = start[e.F.Recover]
		link(slow, e.recover)
	}
	for _, v := range e.calls {
		slow.addState(e.siteOf[v], e.siteOf[v], resume[v])
	}
	for _, f := range e.failures {
		slow.addState(f.first, f.first+f.count-1, f.call)
	}
}

// node writes the code of a node up to and including its branches.
func (e *emitter) node(n *node) {
	switch n.kind {
	case entryNode:
		e.prologue(n)
	case slowNode:
		e.slow(n)
	case initNode:
		e.zeroSlots()
		e.goTo(n, n.succs[0])
	case failNode:
		e.failNode(n)
	case unwindNode:
		e.leave()
	case setNode:
		e.code.I32(int32(n.first))
		e.code.Idx(module.LocalSet, e.stateLocal())
		e.goTo(n, n.succs[0])
	case dispatchNode:
		e.byState(n, n.succs[0])
	case blockNode:
		e.piece(n)
	}
}

// piece writes a part of a block.
func (e *emitter) piece(n *node) {
	b := n.b
	for i := n.first; i < n.last; i++ {
		v := b.Values[i]
		if e.x.calls[v] != notCall {
			e.callHere(v) // prepared where the part before ends
			continue
		}
		e.value(v)
	}
	if n.last == len(b.Values) && n.ends {
		e.end(n)
		return
	}
	e.callPrepare(b.Values[n.last])
	e.goTo(n, e.way(n, n.next))
}

// value computes a value that has a place of its own.
func (e *emitter) value(v *ssa.Value) {
	x := e.x
	switch {
	case v.Op == ssa.OpPhi:
		if x.place[v.ID] == local {
			e.shadow(v)
		}
		return
	case v.Op == ssa.OpResult:
		return
	case isStatement(v.Op):
		e.statement(v)
		return
	case v.Type == ssa.Tuple:
		if len(x.parts[v]) > 0 {
			e.tuple(v)
		}
		return
	case x.place[v.ID] != local:
		return
	}
	if v.Op == ssa.OpArg && e.F.ABI.In[v.AuxInt].Reg >= 0 {
		e.shadow(v)
		return
	}
	e.compute(v)
	e.code.Idx(module.LocalSet, x.reg[v.ID])
	e.shadow(v)
}

// push puts a value on the operand stack.
func (e *emitter) push(v *ssa.Value) {
	v = name(v)
	switch e.x.place[v.ID] {
	case local:
		e.code.Idx(module.LocalGet, e.x.reg[v.ID])
	default:
		e.compute(v)
	}
}

// pushAs puts a value on the stack in the width of a type.
func (e *emitter) pushAs(v *ssa.Value, t ssa.Type) {
	e.push(v)
	e.convert(name(v).Type, t)
}

// convert changes the width of the integer on the stack.
func (e *emitter) convert(from, to ssa.Type) {
	switch f, t := wasmType(from), wasmType(to); {
	case f == t:
	case f == module.I32 && t == module.I64:
		e.code.Op(module.I64ExtendI32U)
	case f == module.I64 && t == module.I32:
		e.code.Op(module.I32WrapI64)
	default:
		panic("a value of another class")
	}
}

// shadow stores a pointer for the collector.
func (e *emitter) shadow(v *ssa.Value) {
	if e.shadowed[v.ID] {
		e.code.Idx(module.LocalGet, e.fp)
		e.code.Idx(module.LocalGet, e.x.reg[v.ID])
		e.code.Op(module.I64ExtendI32U)
		e.code.Mem(module.I64Store, e.spill(e.slotOf[e.x.reg[v.ID]]))
	}
}

// spill is the offset of a spill slot from fp.
func (e *emitter) spill(n int) uint32 { return uint32(8 + e.Frame.Spill(n)) }

// end writes the end of a block.
func (e *emitter) end(n *node) {
	b := n.b
	succ := func(i int) *node { return e.way(n, e.start[b.Succs[i]]) }
	switch b.Kind {
	case ssa.BlockJump, ssa.BlockDefer:
		e.phis(b)
		e.goTo(n, succ(0))
	case ssa.BlockIf:
		if succ(0) == succ(1) {
			e.goTo(n, succ(0))
			return
		}
		e.push(b.Controls[0])
		e.either(n, succ(0), succ(1))
	case ssa.BlockSwitch:
		var targets []*node
		for i := range b.Succs {
			targets = append(targets, succ(i))
		}
		e.choose(n, targets[:len(targets)-1], targets[len(targets)-1], func() { e.pushAs(b.Controls[0], ssa.I32) })
	case ssa.BlockRet:
		e.ret(b)
	case ssa.BlockUnreachable:
		e.code.Op(module.Unreachable)
	default:
		panic("block kind " + b.Kind.String())
	}
}

// way is the successor of n by which control comes to a node: itself, or what sets or goes by the state variable.
func (e *emitter) way(n, to *node) *node {
	for _, s := range n.succs {
		state, at := 0, s
		for at != to {
			switch at.kind {
			case setNode:
				state, at = at.first, at.succs[0]
				continue
			case dispatchNode:
				at = at.by(state)
				continue
			}
			break
		}
		if at == to {
			return s
		}
	}
	panic("a branch leads nowhere")
}

// by is where a dispatch node leads in a state.
func (n *node) by(state int) *node {
	for _, s := range n.states {
		if state != 0 && s.lo <= state && state <= s.hi {
			return s.to
		}
	}
	return n.succs[0]
}

// phis gives the phis of the only successor their values.
func (e *emitter) phis(b *ssa.Block) {
	k := b.PredIndex(0)
	var to []uint32
	for _, phi := range b.Succs[0].Values {
		if phi.Op != ssa.OpPhi {
			break
		}
		if e.x.place[phi.ID] != local {
			continue
		}
		a := name(phi.Args[k])
		r := e.x.reg[phi.ID]
		if e.x.place[a.ID] == local && e.x.reg[a.ID] == r {
			continue
		}
		e.pushAs(a, phi.Type)
		to = append(to, r)
	}
	for i := len(to) - 1; i >= 0; i-- {
		e.code.Idx(module.LocalSet, to[i])
	}
}

// ret returns the block's controls.
func (e *emitter) ret(b *ssa.Block) {
	if sig := e.F.ABI; sig != nil {
		e.memArgs(sig.Out, b.Controls, e.argArea)
		for i := range sig.Out {
			if c := &sig.Out[i]; c.Reg >= 0 {
				e.pushAs(b.Controls[i], compType(c))
			}
		}
	}
	e.epilogue()
	e.code.Op(module.Return)
}

// temp takes a local for a while.
func (e *emitter) temp(t module.Type) uint32 {
	if list := e.spare[t]; len(list) > 0 {
		e.spare[t] = list[:len(list)-1]
		return list[len(list)-1]
	}
	return e.newLocal(t)
}

func (e *emitter) release(t module.Type, l uint32) { e.spare[t] = append(e.spare[t], l) }

func (e *emitter) newLocal(t module.Type) uint32 {
	e.types = append(e.types, t)
	return uint32(len(e.params) + len(e.types) - 1)
}

func (e *emitter) stateLocal() uint32 {
	if e.state == 0 {
		e.state = e.newLocal(module.I32) + 1
	}
	return e.state - 1
}

// callSym calls a function by its symbol.
func (e *emitter) callSym(sym string) {
	e.code.Op(module.Call)
	e.reloc(object.LebFunc, sym, 0)
}

func (e *emitter) callType(t string) {
	e.code.Op(module.CallIndirect)
	e.reloc(object.LebType, t, 0)
	e.code.Bytes = append(e.code.Bytes, 0)
}

// address pushes the address of a symbol.
func (e *emitter) address(sym string, off int64) {
	e.code.Op(module.I32Const)
	e.reloc(object.LebAddr, sym, off)
}

// self pushes the function's entry plus n as a constant.
func (e *emitter) self(op module.Op, n int64) {
	e.code.Op(op)
	e.reloc(object.LebAddr, e.F.Name, n)
}

func (e *emitter) reloc(k object.RelocKind, target string, add int64) {
	e.relocs = append(e.relocs, object.Reloc{Off: int32(e.code.Len()), Kind: k, Target: target, Add: add})
}

// finish makes the symbol: locals, code, tables.
func (e *emitter) finish() *object.Symbol {
	head := module.Locals(e.types)
	for i := range e.relocs {
		e.relocs[i].Off += int32(len(head))
	}
	sig := ":"
	if e.F.ABI != nil {
		sig = typeString(e.F.ABI)
	}
	relocs := append([]object.Reloc{{Kind: object.FuncSig, Target: sig}}, e.relocs...)
	pc := e.tables()
	s := e.Symbol(append(head, e.code.Bytes...), 0, pc)
	s.Relocs = relocs
	e.Finish(s, pc)
	// Sizes and offsets of tables are in the space of program counters.
	s.Size = int64(pc[len(pc)-1]) + 1
	if e.F.Recover != nil {
		s.Func.RecoverPC = 1
	}
	return s
}

// tables fills in where what happens and returns the program counters of the sites.
func (e *emitter) tables() []int32 {
	e.SetSP(0)
	for i, p := range e.sitePos {
		if i == 1 && e.hasFrame {
			e.SetSP(e.Frame.Size)
		}
		if v := e.callAt(i); v != nil {
			e.CallMap(e.mapOf(v))
		}
		e.Pos = append(e.Pos, p)
	}
	e.PadInlines()
	pc := make([]int32, len(e.Pos)+1)
	for i := range pc {
		pc[i] = int32(i)
	}
	return pc
}

func (e *emitter) callAt(site int) *ssa.Value {
	if site >= 1 && site <= len(e.calls) {
		return e.calls[site-1]
	}
	return nil
}

// tableWriter is what the shared emitter asks when it makes tables.
type tableWriter struct {
	codegen.Machine
	e *emitter
}

// Filler notes a site that is never reached, for positions that tables have to have.
func (t tableWriter) Filler() { t.e.Pos = append(t.e.Pos, t.e.At) }

// String names a site for the listing.
func (t tableWriter) String(i int, pc []int32) string {
	if v := t.e.callAt(i); v != nil {
		return "call " + v.Aux.(*ssa.Call).Sym
	}
	return "check"
}
