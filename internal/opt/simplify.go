package opt

import (
	"math/bits"
	"strings"

	"strata/internal/ssa"
)

//go:generate go run ./gen -in algebra.rules -out algebra_rules.go

// simplify folds constants and applies the algebraic rules until nothing changes.
func simplify(f *ssa.Func, cfg *Config) {
	for round := 0; round < 8; round++ {
		changed := false
		for _, b := range f.RPO() {
			for i := 0; i < len(b.Values); i++ {
				v := b.Values[i]
				useSources(v)
				n := len(b.Values)
				if v.Op == ssa.OpPhi && sameConst(v) {
					changed = true
					continue
				}
				if foldConst(v) || rewriteAlgebra(v) {
					changed = true
					i += len(b.Values) - n // new values stand before v
				}
			}
			for k, c := range b.Controls {
				if c.Op == ssa.OpCopy {
					s := source(c)
					s.Uses++
					c.Uses--
					b.Controls[k] = s
				}
			}
		}
		copyElim(f, cfg)
		if !changed {
			return
		}
		deadCode(f, cfg)
	}
}

// sameConst makes a phi of equal constants a copy of one, made anew in the entry block.
func sameConst(v *ssa.Value) bool {
	c := v.Args[0]
	if c.Op != ssa.OpConst && c.Op != ssa.OpConstF || !v.Type.IsReg() {
		return false
	}
	for _, a := range v.Args {
		if a.Op != c.Op || a.AuxInt != c.AuxInt {
			return false
		}
	}
	e := v.Block.Func.Entry
	k := e.Detached(c.Op, v.Type, v.Pos)
	k.AuxInt = c.AuxInt
	e.InsertAt(0, k)
	v.CopyOf(k)
	return true
}

func source(v *ssa.Value) *ssa.Value {
	for v.Op == ssa.OpCopy {
		v = v.Args[0]
	}
	return v
}

// useSources makes v's arguments skip copies, so that rules see through them.
func useSources(v *ssa.Value) {
	for i, a := range v.Args {
		if a.Op == ssa.OpCopy {
			v.SetArg(i, source(a))
		}
	}
}

// before puts a new value right before v.
func before(v *ssa.Value, op ssa.Op, t ssa.Type, auxInt int64, aux any, args ...*ssa.Value) *ssa.Value {
	b := v.Block
	w := b.Detached(op, t, v.Pos, args...)
	w.AuxInt, w.Aux = auxInt, aux
	b.InsertAt(indexOf(b, v), w)
	return w
}

// indexOf finds v in its block, from the front: rewriting works near there.
func indexOf(b *ssa.Block, v *ssa.Value) int {
	for i, w := range b.Values {
		if w == v {
			return i
		}
	}
	panic("opt: value is not in its block")
}

// rewriteTo turns v into another operation of the same type.
func rewriteTo(v *ssa.Value, op ssa.Op, auxInt int64, aux any, args ...*ssa.Value) {
	for _, a := range args {
		a.Uses++
	}
	v.Reset(op)
	for _, a := range args {
		a.Uses--
	}
	v.AuxInt, v.Aux = auxInt, aux
	v.AddArgs(args...)
}

// norm brings c into the sign-extended form in which a constant of type t is held.
func norm(t ssa.Type, c int64) int64 {
	switch t {
	case ssa.Bool:
		return c & 1
	case ssa.I8:
		return int64(int8(c))
	case ssa.I16:
		return int64(int16(c))
	case ssa.I32:
		return int64(int32(c))
	}
	return c
}

// unsigned gives the constant c of type t zero-extended.
func unsigned(t ssa.Type, c int64) uint64 {
	if n := t.Bits(); n < 64 {
		return uint64(c) & (1<<n - 1)
	}
	return uint64(c)
}

func isPow2(c int64) bool { return c > 1 && c&(c-1) == 0 }
func log2(c int64) int64  { return int64(bits.TrailingZeros64(uint64(c))) }

func isPow2U(t ssa.Type, c int64) bool {
	u := unsigned(t, c)
	return u > 1 && u&(u-1) == 0
}

func log2U(t ssa.Type, c int64) int64 { return int64(bits.TrailingZeros64(unsigned(t, c))) }

// lowMask is the constant of type t with the n lowest bits set.
func lowMask(t ssa.Type, n int64) int64 {
	if n >= 64 {
		return -1
	}
	return norm(t, int64(uint64(1)<<uint(n)-1))
}

func smallShifts(t ssa.Type, c, d int64) bool {
	return c >= 0 && d >= 0 && c < 64 && d < 64 && c+d < int64(t.Bits())
}

// keepsLow tells whether anding with c leaves all bits of the narrower type t.
func keepsLow(t ssa.Type, c int64) bool {
	m := uint64(1)<<t.Bits() - 1
	return uint64(c)&m == m
}

func fits31(c int64) bool { return c >= -1<<30 && c < 1<<30 }

// fitsU tells whether the non-negative c is representable unsigned in t.
func fitsU(t ssa.Type, c int64) bool { return c >= 0 && (t.Bits() >= 63 || c < 1<<t.Bits()) }

func b2i(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// otherTypeWord tells whether two symbols are descriptors, or itabs, of different types: those have one address each.
func otherTypeWord(s, t any) bool {
	a, b := s.(string), t.(string)
	for _, prefix := range []string{"type:", "go:itab."} {
		if strings.HasPrefix(a, prefix) && strings.HasPrefix(b, prefix) {
			return a != b
		}
	}
	return false
}
