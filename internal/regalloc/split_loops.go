package regalloc

import "sort"

// loopInfo is what the allocator wants to know of a loop at its header.
type loopInfo struct {
	calls    bool            // a block that is not cold clobbers all registers
	pressure [NumClasses]int // most values alive at once
}

// findLoops describes the natural loops by header. Blocks are in reverse
// postorder, so a back edge goes to a block that is not later.
func findLoops(f *Func, live *liveness) map[int32]*loopInfo {
	loops := map[int32]*loopInfo{}
	var press [][NumClasses]int
	seen := make([]int32, len(f.Blocks))
	for h := range f.Blocks {
		var work []int32
		for _, p := range f.Blocks[h].Preds {
			if int(p) >= h {
				work = append(work, p)
			}
		}
		if work == nil {
			continue
		}
		if press == nil {
			press = live.pressures()
		}
		l := &loopInfo{}
		loops[int32(h)] = l
		mark := int32(h) + 1
		seen[h] = mark
		l.add(f, int32(h), press)
		for len(work) > 0 {
			b := work[len(work)-1]
			work = work[:len(work)-1]
			if seen[b] == mark {
				continue
			}
			seen[b] = mark
			l.add(f, b, press)
			for _, p := range f.Blocks[b].Preds {
				if int(p) >= h { // irreducible entries aside
					work = append(work, p)
				}
			}
		}
	}
	return loops
}

func (l *loopInfo) add(f *Func, b int32, press [][NumClasses]int) {
	blk := &f.Blocks[b]
	if blk.Cold {
		return
	}
	for c := range l.pressure {
		l.pressure[c] = max(l.pressure[c], press[b][c])
	}
	for i := blk.First; i < blk.Last && !l.calls; i++ {
		l.calls = manyRegs(f.Insts[i].Clobbers)
	}
}

// pressures gives the greatest number of values alive at once in each block.
func (l *liveness) pressures() [][NumClasses]int {
	f := l.f
	out := make([][NumClasses]int, len(f.Blocks))
	alive := make([]int32, len(f.VRegs)) // block + 1 while alive there
	for b := range f.Blocks {
		blk, mark := &f.Blocks[b], int32(b)+1
		var n [NumClasses]int
		for _, lv := range l.out[b] {
			alive[lv.v] = mark
			n[f.VRegs[lv.v].Class]++
		}
		peak := n
		for i := blk.Last - 1; i >= blk.First; i-- {
			ops := f.Insts[i].Operands
			for k := range ops {
				o := &ops[k]
				if o.Kind != Def {
					continue
				}
				c := f.VRegs[o.VReg].Class
				if alive[o.VReg] == mark {
					alive[o.VReg] = 0
					n[c]--
				} else {
					peak[c] = max(peak[c], n[c]+1)
				}
			}
			for k := range ops {
				o := &ops[k]
				if o.Kind == Use && alive[o.VReg] != mark {
					alive[o.VReg] = mark
					n[f.VRegs[o.VReg].Class]++
				}
			}
			for c := range n {
				peak[c] = max(peak[c], n[c])
			}
		}
		out[b] = peak
	}
	return out
}

// enterLoop chooses the registers at the header of a loop: what its primary
// predecessor has and the loop uses stays; what is only used behind the loop stays while
// there is room; what the loop uses but is in memory is loaded on the way in.
func (s *splitter) enterLoop(b, p int32) {
	blk := &s.f.Blocks[b]
	info := s.loops[b]
	type candidate struct {
		v    VReg
		r    PReg
		dist int32
	}
	var list []candidate
	add := func(v VReg, r PReg) {
		d := s.nextUse(v) - blk.First
		if d >= callDistance || info.calls && (d >= exitDistance || r == NoPReg) {
			return
		}
		list = append(list, candidate{v, r, d})
	}
	for _, rv := range s.end[p] {
		if s.isLive(rv.v) && s.vals[rv.v].regs == 0 {
			s.occupy(rv.r, rv.v) // only to notice values in several registers
			add(rv.v, rv.r)
		}
	}
	for _, rv := range s.end[p] {
		if s.occ[rv.r] != 0 {
			s.release(rv.r)
		}
	}
	for _, lv := range s.live.out[p] {
		v := lv.v
		if s.isLive(v) && !holds(s.end[p], v) && s.vals[v].def != noDef && s.vals[v].def != -1-b && s.f.VRegs[v].Remat < 0 {
			add(v, NoPReg)
		}
	}
	sort.SliceStable(list, func(i, j int) bool {
		x, y := &list[i], &list[j]
		if xf, yf := x.dist >= exitDistance, y.dist >= exitDistance; xf != yf {
			return yf
		}
		return x.r != NoPReg && y.r == NoPReg // what costs nothing first; else by order of registers
	})
	// room is what the loop leaves for values that it does not use itself or that are not in registers yet.
	var room [NumClasses]int
	for c := range room {
		room[c] = len(s.f.Regs[c]) - 1 - info.pressure[c]
	}
	for _, c := range list {
		through := c.dist >= exitDistance
		class := s.f.VRegs[c.v].Class
		if through && room[class] < 0 || c.r == NoPReg && (through || room[class] < 0) {
			// Leaving one out makes room in the loop.
			room[class]++
			continue
		}
		r := c.r
		if r == NoPReg || s.occ[r] != 0 {
			if r = s.freeReg(c.v, s.class[class]); r == NoPReg {
				continue
			}
		}
		s.occupy(r, c.v)
	}
}
