package analyze

import (
	"strings"

	"strata/internal/ssa"
)

// Offsets in an itab (internal/abi.ITab).
const (
	itabTypeWord = 8
	itabFun      = 24
)

// itabTarget gives the method that an interface call reaches when the itab is
// a known symbol, "" otherwise.
func (p *Program) itabTarget(v *ssa.Value) string {
	sym, off := globalWord(v.Args[0])
	if sym == "" || off < itabFun {
		return ""
	}
	return p.cfg.ItabMethod(sym, int(off-itabFun)/8)
}

// globalWord tells which word of a global object load v reads; sym is "" if v is something else.
func globalWord(v *ssa.Value) (sym string, off int64) {
	if v.Op != ssa.OpLoad {
		return "", 0
	}
	base, off := v.Args[0], v.AuxInt
	for base.Op == ssa.OpOffPtr || base.Op == ssa.OpCopy || base.Op == ssa.OpNilCheck {
		off += base.AuxInt
		base = base.Args[0]
	}
	if base.Op != ssa.OpGlobalAddr || base.AuxInt != 0 {
		return "", 0
	}
	return base.Aux.(string), off
}

// typeOf gives the descriptor that a type word is the address of, "" if that is not known.
func (p *Program) typeOf(word *ssa.Value) string {
	for word.Op == ssa.OpCopy || word.Op == ssa.OpNilCheck {
		word = word.Args[0]
	}
	if word.Op == ssa.OpGlobalAddr && word.AuxInt == 0 {
		if sym := word.Aux.(string); strings.HasPrefix(sym, "type:") {
			return sym
		}
	}
	if sym, off := globalWord(word); off == itabTypeWord && strings.HasPrefix(sym, "go:itab.") {
		return p.cfg.ItabType(sym)
	}
	return ""
}

// assertion resolves a call of the runtime that looks for the itab of a type that is known by now: every result of call
// becomes that itab's address, or nil for a type without the methods. Where that panics, the call stays.
func (p *Program) assertion(f *ssa.Func, call *ssa.Value) bool {
	sym := call.Aux.(*ssa.Call).Sym
	if sym != "runtime.assertE2I" && sym != "runtime.assertE2I2" {
		return false
	}
	typ, inter := p.typeOf(call.Args[1]), p.typeOf(call.Args[0])
	if typ == "" || inter == "" {
		return false
	}
	itab, ok := p.cfg.AssertItab(typ, inter)
	if !ok || itab == "" && sym == "runtime.assertE2I" {
		return false
	}
	for _, b := range f.Blocks {
		for _, v := range b.Values {
			if v.Op != ssa.OpResult || v.Args[0] != call {
				continue
			}
			if itab == "" {
				v.Reset(ssa.OpConst)
			} else {
				v.Reset(ssa.OpGlobalAddr)
				v.Aux = itab
			}
		}
	}
	call.Reset(ssa.OpConst) // for dead code elimination
	call.Type = ssa.I64
	return true
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
				if code := p.itabTarget(v); code != "" && p.direct(v, code) {
					changed = true
					if n.report != nil {
						n.report.Devirt = append(n.report.Devirt, Devirtualized{v.Pos, code})
					}
				}
			case ssa.OpClosureCall:
				call := v.Aux.(*ssa.Call)
				if call.Sym == "" {
					if code := p.closureCode(v.Args[0]); code != "" {
						known := *call
						known.Sym = code
						v.Aux = &known
					}
				}
			}
		}
	}
	return changed
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
