package opt

import (
	"slices"
	"strings"

	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// Where things stand in what the runtime remembers for a switch over interface types: lang.switchCache.
const (
	offTypeHash   = 16 // abi.Type.Hash
	offCacheMask  = 0
	offEntryType  = 32
	offEntryCase  = 40
	offEntryItab  = 48
	logEntryBytes = 5
)

// assertFast has assertions to interface types, and switches over them, look at what the runtime remembers for
// them before they call it:
//
//	e := cache.entries[typ.hash & cache.mask]
//	if e.typ == typ { number of the case, itab = e.which, e.itab } else { call runtime.interfaceSwitch }
//
// It comes after all passes that know the runtime's functions by their names. Where an assertion must hold and does not, the runtime's function is
// called, which panics; so it is for nil.
func assertFast(f *ssa.Func, cfg *Config) {
	if f.Pragma&ssa.RuntimeFunc != 0 {
		return
	}
	changed := false
	for _, b := range f.Blocks[:len(f.Blocks):len(f.Blocks)] {
		if b.Cold || !slices.ContainsFunc(b.Values, func(v *ssa.Value) bool { return assertionAt(v) != nil }) {
			continue
		}
		c := ssa.NewCutter(b)
		for v := c.Next(); v != nil; v = c.Next() {
			a := assertionAt(v)
			if a == nil {
				c.Add(v)
				continue
			}
			a.f, a.cfg = f, cfg
			a.expand(c)
			changed = true
		}
		c.Finish()
	}
	if changed {
		f.Invalidate()
	}
}

type assertion struct {
	f            *ssa.Func
	cfg          *Config
	call         *ssa.Value
	variable     string // what the runtime remembers in
	single, must bool   // one type; which must fit
}

// assertionAt gives the assertion or switch that v asks the runtime about, nil if v is something else.
func assertionAt(v *ssa.Value) *assertion {
	call, ok := v.Aux.(*ssa.Call)
	if !ok || v.Op != ssa.OpCall || len(v.Args) != 2 || v.Args[0].Op != ssa.OpGlobalAddr {
		return nil
	}
	a := &assertion{call: v}
	switch call.Sym {
	case rtcall.InterfaceSwitch:
		a.variable = v.Args[0].Aux.(string)
	case rtcall.AssertE2I, rtcall.AssertE2I2:
		a.variable = strings.Replace(v.Args[0].Aux.(string), "type:", "go:ifaceswitch.", 1)
		a.single, a.must = true, call.Sym == rtcall.AssertE2I
	default:
		return nil
	}
	return a
}

// expand replaces the call. What follows goes into a new block.
func (a *assertion) expand(c *ssa.Cutter) {
	pos, typ := a.call.Pos, a.call.Args[1]
	results := c.Results(a.call)
	b, rest := c.Cut()
	look, hit, miss := a.f.NewBlock(ssa.BlockIf), a.f.NewBlock(ssa.BlockJump), a.f.NewBlock(ssa.BlockJump)
	for _, n := range []*ssa.Block{look, hit, miss} {
		n.Pos, n.Freq = pos, b.Freq
	}
	miss.Cold = true

	variable := b.NewValueA(ssa.OpGlobalAddr, ssa.Ptr, pos, 0, a.variable)
	b.Pos = pos
	if a.must { // the type may be nil
		null := b.NewValue(ssa.OpConst, ssa.Ptr, pos)
		b.Kind, b.Likely = ssa.BlockIf, ssa.Taken
		b.SetControls(b.NewValue(ssa.OpNe, ssa.Bool, pos, typ, null))
		b.AddEdge(look)
		b.AddEdge(miss)
	} else {
		b.Kind = ssa.BlockJump
		b.AddEdge(look)
	}

	op := func(op ssa.Op, t ssa.Type, args ...*ssa.Value) *ssa.Value { return look.NewValue(op, t, pos, args...) }
	load := func(b *ssa.Block, t ssa.Type, p *ssa.Value, off int64) *ssa.Value {
		return b.NewValueI(ssa.OpLoad, t, pos, off, p)
	}
	cache := load(look, ssa.Ptr, variable, 0)
	hash := op(ssa.OpZeroExt, ssa.I64, load(look, ssa.I32, typ, offTypeHash))
	shift := look.NewValueI(ssa.OpConst, ssa.I8, pos, logEntryBytes)
	at := op(ssa.OpAnd, ssa.I64, look.NewValueI(ssa.OpShl, ssa.I64, pos, 1, hash, shift), load(look, ssa.I64, cache, offCacheMask))
	entry := op(ssa.OpAddPtr, ssa.Ptr, cache, at)
	look.Likely = ssa.Taken
	look.SetControls(op(ssa.OpEq, ssa.Bool, load(look, ssa.Ptr, entry, offEntryType), typ))
	look.AddEdge(hit)
	look.AddEdge(miss)

	found := [2]*ssa.Value{load(hit, ssa.I64, entry, offEntryCase), load(hit, ssa.Ptr, entry, offEntryItab)}
	if a.must { // others may have found out that it does not fit
		hit.Kind, hit.Likely = ssa.BlockIf, ssa.Taken
		hit.SetControls(hit.NewValue(ssa.OpNe, ssa.Bool, pos, found[1], hit.NewValue(ssa.OpConst, ssa.Ptr, pos)))
		hit.AddEdge(rest)
		hit.AddEdge(miss)
	} else {
		hit.AddEdge(rest)
	}
	var asked [2]*ssa.Value
	if a.must {
		asked[1] = miss.NewValueA(ssa.OpCall, ssa.Tuple, pos, 0, a.call.Aux, a.call.Args[0], typ)
		asked[1] = miss.NewValue(ssa.OpResult, ssa.Ptr, pos, asked[1])
	} else {
		other := miss.NewValueA(ssa.OpCall, ssa.Tuple, pos, 0, a.cfg.RT("interfaceSwitch"), variable, typ)
		asked = [2]*ssa.Value{miss.NewValueI(ssa.OpResult, ssa.I64, pos, 0, other), miss.NewValueI(ssa.OpResult, ssa.Ptr, pos, 1, other)}
	}
	miss.AddEdge(rest)
	a.join(rest, results, found, asked)
}

// join gives the uses of the call's results what was found or asked for.
func (a *assertion) join(rest *ssa.Block, results []*ssa.Value, found, asked [2]*ssa.Value) {
	for _, v := range results {
		k := v.AuxInt
		if a.single {
			k = 1
		}
		v.Reset(ssa.OpCopy)
		phi := rest.Detached(ssa.OpPhi, v.Type, v.Pos, found[k], asked[k])
		v.AddArgs(phi)
		rest.InsertAt(0, phi)
	}
	a.call.Reset(ssa.OpInvalid)
}
