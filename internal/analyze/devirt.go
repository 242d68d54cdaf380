package analyze

import (
	"slices"
	"strings"

	"strata/internal/abi"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// Offsets in an itab (internal/abi.ITab).
const (
	itabTypeWord = 8
	itabFun      = 24
)

// itabTarget gives the method that an interface call reaches, and its itab, when that is
// a known symbol, or that or nil; "" otherwise. The check that the itab is not nil stands before the call.
func (p *Program) itabTarget(v *ssa.Value) (method, itab string) {
	load := v.Args[0]
	if load.Op != ssa.OpLoad {
		return "", ""
	}
	base, off := object(load.Args[0], load.AuxInt)
	if off < itabFun {
		return "", ""
	}
	if itab = p.itabOf(base); itab == "" {
		return "", ""
	}
	return p.cfg.ItabMethod(itab, int(off-itabFun)/8), itab
}

// object follows an address to the value that it is made from; off grows by the way's offsets.
func object(addr *ssa.Value, off int64) (*ssa.Value, int64) {
	for addr.Op == ssa.OpOffPtr || addr.Op == ssa.OpCopy || addr.Op == ssa.OpNilCheck {
		if addr.Op == ssa.OpOffPtr {
			off += addr.AuxInt
		}
		addr = addr.Args[0]
	}
	return addr, off
}

// typeOf gives the descriptor that a type word is the address of, "" if that is not known.
func (p *Program) typeOf(word *ssa.Value) string {
	w := words{p: p}
	if sym := w.typ(word); !w.mayBeNil {
		return sym
	}
	return ""
}

// itabOf gives the only itab that a word can be the address of unless it is nil, "" if that is not known.
func (p *Program) itabOf(word *ssa.Value) string {
	w := words{p: p}
	return w.itab(word)
}

// words finds out which itab or type descriptor a word is the address of by following all ways that it comes.
type words struct {
	p        *Program
	mayBeNil bool
	open     map[*ssa.Value]bool // phis that are being looked at
}

// any is what a word is that comes only from itself or is always nil: it agrees with every symbol.
const anySym = "*"

func (w *words) itab(v *ssa.Value) string { return known(w.find(v, w.itabWord)) }

func (w *words) typ(v *ssa.Value) string { return known(w.find(v, w.typeWord)) }

func known(sym string) string {
	if sym == anySym {
		return ""
	}
	return sym
}

// find gives the symbol that leaf says of all values that v may be; nil is left out.
func (w *words) find(v *ssa.Value, leaf func(*ssa.Value) string) string {
	v, off := object(v, 0)
	if off != 0 {
		return ""
	}
	alternatives := v.Args
	switch v.Op {
	case ssa.OpConst:
		if v.AuxInt != 0 {
			return ""
		}
		w.mayBeNil = true
		return anySym
	case ssa.OpPhi:
	case ssa.OpSelect:
		alternatives = v.Args[1:]
	case ssa.OpLoad:
		if stored := storedHere(v); stored != nil {
			return w.find(stored, leaf)
		}
		return leaf(v)
	default:
		return leaf(v)
	}
	if w.open[v] {
		return anySym
	}
	if w.open == nil {
		w.open = map[*ssa.Value]bool{}
	}
	w.open[v] = true
	sym := anySym
	for _, a := range alternatives {
		switch s := w.find(a, leaf); {
		case s == "" || s != sym && s != anySym && sym != anySym:
			return ""
		case s != anySym:
			sym = s
		}
	}
	return sym
}

// storedHere gives what a load of a variable's word reads if the same block has stored it, with nothing in between
// that might have stored something else; nil if that is not so.
func storedHere(load *ssa.Value) *ssa.Value {
	variable, off := object(load.Args[0], load.AuxInt)
	if variable.Op != ssa.OpAlloc {
		return nil
	}
	list := load.Block.Values
	for i := slices.Index(list, load) - 1; i >= 0; i-- {
		v := list[i]
		switch {
		case v.Op == ssa.OpStore:
			to, at := object(v.Args[0], v.AuxInt)
			switch size := v.Args[1].Type.Size(); {
			case to.Op == ssa.OpAlloc && to != variable:
			case to == variable && (at+size <= off || off+load.Type.Size() <= at):
			case to == variable && at == off && v.Args[1].Type == load.Type:
				return v.Args[1]
			default:
				return nil
			}
		case v == variable || v.Op.Has(ssa.Writes):
			return nil
		}
	}
	return nil
}

// itabWord knows itabs by name, and those that assertions of a known type find.
func (w *words) itabWord(v *ssa.Value) string {
	switch v.Op {
	case ssa.OpGlobalAddr:
		if sym := v.Aux.(string); v.AuxInt == 0 && strings.HasPrefix(sym, "go:itab.") {
			return sym
		}
	case ssa.OpResult:
		call := v.Args[0]
		if !asserts(call) {
			return ""
		}
		w.mayBeNil = true
		typ, inter := known(w.find(call.Args[1], w.typeWord)), known(w.find(call.Args[0], w.typeWord))
		if typ == "" || inter == "" {
			return ""
		}
		if itab, ok := w.p.cfg.AssertItab(typ, inter); ok && itab != "" {
			return itab
		}
	}
	return ""
}

// typeWord knows descriptors by name, and those that known itabs hold.
func (w *words) typeWord(v *ssa.Value) string {
	switch v.Op {
	case ssa.OpGlobalAddr:
		if sym := v.Aux.(string); v.AuxInt == 0 && strings.HasPrefix(sym, "type:") {
			return sym
		}
	case ssa.OpLoad:
		base, off := object(v.Args[0], v.AuxInt)
		if off != itabTypeWord {
			return ""
		}
		nilBefore := w.mayBeNil
		itab := known(w.find(base, w.itabWord))
		w.mayBeNil = nilBefore // reading the word would have failed
		if itab != "" {
			return w.p.cfg.ItabType(itab)
		}
	}
	return ""
}

// asserts tells whether a call looks for the itab of a type: results are nil where the type has none, or do not come.
func asserts(call *ssa.Value) bool {
	if call.Op != ssa.OpCall {
		return false
	}
	return rtcall.Has(call.Aux.(*ssa.Call).Known(), rtcall.Asserts)
}

// assertion resolves a call of the runtime that looks for the itab of a type that is known by now: every result of call
// becomes that itab's address, or nil for a type without the methods. Where that panics, the call stays.
func (p *Program) assertion(f *ssa.Func, call *ssa.Value) bool {
	if p.switchOver(f, call) {
		return true
	}
	if !asserts(call) {
		return false
	}
	sym := call.Aux.(*ssa.Call).Known()
	typ, inter := p.typeOf(call.Args[1]), p.typeOf(call.Args[0])
	if typ == "" || inter == "" {
		return false
	}
	itab, ok := p.cfg.AssertItab(typ, inter)
	if !ok || itab == "" && sym == rtcall.AssertE2I {
		return false
	}
	replaceCall(f, call, func(result *ssa.Value) { setItab(result, itab) })
	return true
}

// switchOver is assertion for a switch over interface types, whose results are the number of the case and the itab.
func (p *Program) switchOver(f *ssa.Func, call *ssa.Value) bool {
	if call.Aux.(*ssa.Call).Sym != rtcall.InterfaceSwitch || call.Args[0].Op != ssa.OpGlobalAddr {
		return false
	}
	typ := p.typeOf(call.Args[1])
	if typ == "" {
		return false
	}
	index, itab := 0, ""
	for _, inter := range p.cfg.SwitchCases(call.Args[0].Aux.(string)) {
		var ok bool
		if itab, ok = p.cfg.AssertItab(typ, inter); !ok {
			return false
		}
		if itab != "" {
			break
		}
		index++
	}
	replaceCall(f, call, func(result *ssa.Value) {
		if result.AuxInt == 1 {
			setItab(result, itab)
			return
		}
		result.Reset(ssa.OpConst)
		result.AuxInt = int64(index)
	})
	return true
}

// replaceCall has set give the call's results other definitions, and drops the call.
func replaceCall(f *ssa.Func, call *ssa.Value, set func(result *ssa.Value)) {
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			if v.Op == ssa.OpResult && v.Args[0] == call {
				set(v)
			}
		}
	}
	call.Reset(ssa.OpConst) // for dead code elimination
	call.Type = ssa.I64
}

// setItab makes v the address of an itab, nil if the name is empty.
func setItab(v *ssa.Value, itab string) {
	if itab == "" {
		v.Reset(ssa.OpConst)
		return
	}
	v.Reset(ssa.OpGlobalAddr)
	v.Aux = itab
}

// devirtualize resolves assertions of known types, makes interface calls on known itabs direct, and notes the code
// of closure calls on known closures. It reports whether an assertion or interface call changed.
func (p *Program) devirtualize(n *node) bool {
	changed := false
	for _, b := range n.f.Blocks {
		for _, v := range b.Values {
			switch v.Op {
			case ssa.OpCall:
				if p.assertion(n.f, v) {
					changed = true
				}
			case ssa.OpInterCall:
				if code, itab := p.itabTarget(v); code != "" && p.direct(v, code) {
					changed = true
					if n.report != nil {
						n.report.Devirt = append(n.report.Devirt, Devirtualized{v.Pos, p.cfg.ItabType(itab)})
					}
				}
			case ssa.OpClosureCall:
				call := v.Aux.(*ssa.Call)
				if call.Sym == "" {
					if code := p.closureCode(v.Args[0]); code != "" {
						known := *call
						known.Sym = code
						known.Pulled = p.differs(code, known.ABI)
						v.Aux = &known
					}
				}
			}
		}
	}
	return changed
}

// differs tells whether the function sym has another signature than a call.
func (p *Program) differs(sym string, call *abi.Signature) bool {
	m := p.nodes[sym]
	return m != nil && m.f != nil && !m.f.ABI.SameShape(call)
}

// direct turns interface call v into a call of sym, whose receiver is the interface's data word.
func (p *Program) direct(v *ssa.Value, sym string) bool {
	sig := p.cfg.SignatureOf(sym)
	old := v.Aux.(*ssa.Call)
	if sig == nil || len(sig.ABI.In) != len(v.Args)-1 || len(sig.ABI.Out) != len(old.ABI.Out) {
		return false
	}
	call := *sig
	call.ResultSlots, call.Site = old.ResultSlots, old.Site
	v.RemoveArg(0)
	v.Op, v.Aux = ssa.OpCall, &call
	return true
}

// closureCode gives the function behind a closure value, "" if several or unknown.
func (p *Program) closureCode(v *ssa.Value) string {
	for v.Op == ssa.OpCopy || v.Op == ssa.OpNilCheck {
		v = v.Args[0]
	}
	switch v.Op {
	case ssa.OpGlobalAddr:
		if v.AuxInt == 0 {
			return p.cfg.ClosureCode(v.Aux.(string))
		}
	case ssa.OpAlloc:
		return storedCode(v)
	case ssa.OpPhi:
		return p.sameCode(v)
	}
	return ""
}

// sameCode gives the function behind a phi of one closure and nil: a deferred call that may not be due.
func (p *Program) sameCode(phi *ssa.Value) (code string) {
	for _, a := range phi.Args {
		if a.Op == ssa.OpConst || a == phi {
			continue
		}
		if a.Op == ssa.OpPhi {
			return ""
		}
		switch c := p.closureCode(a); {
		case c == "" || code != "" && c != code:
			return ""
		default:
			code = c
		}
	}
	return code
}

// storedCode finds the only code pointer stored into closure object a, in the block that allocates it.
func storedCode(a *ssa.Value) string {
	for _, v := range a.Block.Values {
		if v.Op == ssa.OpStore && v.Args[0] == a && v.AuxInt == 0 {
			if v.Args[1].Op == ssa.OpFuncAddr {
				return v.Args[1].Aux.(string)
			}
			return ""
		}
	}
	return ""
}
