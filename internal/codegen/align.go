package codegen

import "strata/internal/ssa"

// Short innermost loops begin at multiples of Target.LoopAlign: how a processor fetches, decodes and predicts a few
// instructions depends on how they lie in such blocks, up to a factor of two.
const alignSize = 64 // machine instructions in the longest loop to be aligned

// loopHeads tells for each block of the layout whether a short innermost loop begins there.
func (e *Emitter) loopHeads() []bool {
	loops := e.F.Loops()
	heads := make([]bool, len(e.order))
	if len(loops.Loops) == 0 {
		return heads
	}
	outer := map[*ssa.Loop]bool{}
	for _, l := range loops.Loops {
		outer[l.Outer] = true
	}
	first, size := map[*ssa.Loop]int{}, map[*ssa.Loop]int32{}
	pos := make([]int, len(e.M.Blocks))
	for i, b := range e.order {
		pos[b.Index] = i
		l := loops.Of(b.SSA)
		if _, seen := first[l]; !seen {
			first[l] = i
		}
		size[l] += b.Last - b.First
	}
	for j, b := range e.order {
		l := loops.Of(b.SSA)
		if l == nil || outer[l] || size[l] > alignSize || b.SSA.Cold {
			continue
		}
		for _, s := range b.Succs {
			if i := pos[e.Resolve(s)]; i <= j && i == first[l] {
				heads[i] = true
			}
		}
	}
	return heads
}
