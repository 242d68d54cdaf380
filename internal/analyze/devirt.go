package analyze

import (
	"strata/internal/ssa"
)

// itabFun is the offset of the method array in an itab (internal/abi.ITab.Fun).
const itabFun = 24

// itabTarget gives the method that an interface call reaches when the itab is
// a known symbol, "" otherwise.
func (p *Program) itabTarget(v *ssa.Value) string {
	code := v.Args[0]
	if code.Op != ssa.OpLoad {
		return ""
	}
	base, off := code.Args[0], code.AuxInt
	for base.Op == ssa.OpOffPtr || base.Op == ssa.OpCopy || base.Op == ssa.OpNilCheck {
		off += base.AuxInt
		base = base.Args[0]
	}
	if base.Op != ssa.OpGlobalAddr || base.AuxInt != 0 || off < itabFun {
		return ""
	}
	return p.cfg.ItabMethod(base.Aux.(string), int(off-itabFun)/8)
}

// devirtualize makes interface calls on known itabs direct, and notes the code
// of closure calls on known closures. It reports whether an interface call changed.
func (p *Program) devirtualize(n *node) bool {
	changed := false
	for _, b := range n.f.Blocks {
		for _, v := range b.Values {
			switch v.Op {
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
