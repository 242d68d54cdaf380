package codegen

import "strata/internal/ssa"

// Prepare rewrites what is better said in SSA before selection.
func Prepare(f *ssa.Func) {
	if len(f.RPO()) != len(f.Blocks) {
		f.DropUnreachable()
	}
	f.SplitCritical()
	shareDivisions(f)
}

// divKey identifies a quotient.
type divKey struct {
	op   ssa.Op
	x, y *ssa.Value
}

// shareDivisions turns x % y into x - x/y*y where a block computes x / y too: a
// division costs more than the product. A quotient behind its remainder moves in front of it.
func shareDivisions(f *ssa.Func) {
	quotient := map[ssa.Op]ssa.Op{ssa.OpMod: ssa.OpDiv, ssa.OpModU: ssa.OpDivU}
	for _, b := range f.Blocks {
		divs := map[divKey]*ssa.Value{}
		mods := false
		for _, v := range b.Values {
			switch v.Op {
			case ssa.OpDiv, ssa.OpDivU:
				if v.Type.IsInt() && divs[keyOf(v)] == nil {
					divs[keyOf(v)] = v
				}
			case ssa.OpMod, ssa.OpModU:
				mods = true
			}
		}
		if !mods || len(divs) == 0 {
			continue
		}
		done := map[*ssa.Value]bool{}
		for i := 0; i < len(b.Values); i++ {
			v := b.Values[i]
			done[v] = true
			q, ok := quotient[v.Op]
			if !ok || isPowerOfTwo(v.Args[1]) && v.Op == ssa.OpModU {
				continue
			}
			x, y := v.Args[0], v.Args[1]
			div := divs[divKey{q, x, y}]
			if div == nil {
				continue
			}
			if !done[div] {
				moveTo(b, div, i)
				done[div] = true
				i++
			}
			p := b.Detached(ssa.OpMul, v.Type, v.Pos, div, y)
			b.InsertAt(i, p)
			i++
			v.Reset(ssa.OpSub)
			v.AddArgs(x, p)
		}
	}
}

func keyOf(v *ssa.Value) divKey { return divKey{v.Op, v.Args[0], v.Args[1]} }

func isPowerOfTwo(v *ssa.Value) bool {
	return v.Op == ssa.OpConst && v.AuxInt > 0 && v.AuxInt&(v.AuxInt-1) == 0
}

// moveTo moves v, which stands behind the i-th value of b, before that one.
func moveTo(b *ssa.Block, v *ssa.Value, i int) {
	j := i
	for b.Values[j] != v {
		j++
	}
	copy(b.Values[i+1:j+1], b.Values[i:j])
	b.Values[i] = v
}
