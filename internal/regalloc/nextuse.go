package regalloc

import "sort"

// Next-use distances decide what stays in registers (Belady's rule on control
// flow graphs; Braun and Hack, "Register Spilling and Live-Range Splitting for
// SSA-Form Programs", CC 2009). A distance counts instructions to the nearest use on any
// path; paths through calls and out of loops count as long, because the value
// would not stay in its register until then.

const (
	callDistance = 1 << 20 // added when a path passes an instruction that clobbers every register of a class
	exitDistance = 1 << 12 // added when a path leaves a loop
	coldDistance = 1 << 11 // added when a path enters a cold block
	farAway      = 1 << 28
)

// liveValue is a value live at the end of a block, with the distance from there.
type liveValue struct {
	v    VReg
	dist int32
}

// liveness computes for each block the values live at its end.
type liveness struct {
	f    *Func
	out  [][]liveValue // sorted by v
	dist []int32       // working distances by VReg, valid where present
	gen  []int32
	now  int32
	live []VReg
}

func computeLiveness(f *Func) *liveness {
	l := &liveness{f: f, out: make([][]liveValue, len(f.Blocks)), dist: make([]int32, len(f.VRegs)), gen: make([]int32, len(f.VRegs))}
	for changed := true; changed; {
		changed = false
		for b := len(f.Blocks) - 1; b >= 0; b-- {
			if l.visit(int32(b)) {
				changed = true
			}
		}
	}
	return l
}

// visit computes the values live into b from those live out of it and offers
// them to the predecessors; it tells whether any predecessor's set grew or came nearer.
func (l *liveness) visit(b int32) bool {
	f := l.f
	blk := &f.Blocks[b]
	l.begin(b)
	for i := blk.Last - 1; i >= blk.First; i-- {
		l.step(&f.Insts[i], i-blk.First)
	}
	for _, p := range blk.Params {
		l.kill(p)
	}
	changed := false
	for k, p := range blk.Preds {
		if l.offer(p, b, edgeOccurrence(blk.Preds, k)) {
			changed = true
		}
	}
	return changed
}

func edgeOccurrence(preds []int32, k int) int {
	n := 0
	for _, p := range preds[:k] {
		if p == preds[k] {
			n++
		}
	}
	return n
}

// begin loads the live-out set of b; distances are from the start of the block.
func (l *liveness) begin(b int32) {
	blk := &l.f.Blocks[b]
	l.now++
	l.live = l.live[:0]
	n := blk.Last - blk.First
	for _, lv := range l.out[b] {
		l.put(lv.v, lv.dist+n)
	}
}

func (l *liveness) put(v VReg, d int32) {
	if l.gen[v] != l.now {
		l.gen[v] = l.now
		l.live = append(l.live, v)
	}
	l.dist[v] = d
}

func (l *liveness) kill(v VReg) {
	if l.gen[v] == l.now {
		l.dist[v] = -1
	}
}

// step moves the set from after an instruction to before it.
func (l *liveness) step(in *Inst, at int32) {
	for _, o := range in.Operands {
		if o.Kind == Def {
			l.kill(o.VReg)
		}
	}
	if in.Safepoint || manyRegs(in.Clobbers) {
		for _, v := range l.live {
			if d := l.dist[v]; d >= 0 && d < farAway {
				l.dist[v] = d + callDistance
			}
		}
	}
	for _, o := range in.Operands {
		if o.Kind == Use {
			l.put(o.VReg, at)
		}
	}
}

func manyRegs(s RegSet) bool {
	n := 0
	for ; s != 0; s &= s - 1 {
		n++
	}
	return n > 8
}

// offer merges what is live into b, plus the arguments of its parameters, into the live-out set of p.
func (l *liveness) offer(p, b int32, occurrence int) bool {
	f := l.f
	pb, blk := &f.Blocks[p], &f.Blocks[b]
	extra := int32(1)
	if blk.Depth < pb.Depth {
		extra += exitDistance
	}
	if blk.Cold && !pb.Cold {
		extra += coldDistance
	}
	in := make([]liveValue, 0, len(l.live)+len(blk.Params))
	for _, v := range l.live {
		if d := l.dist[v]; d >= 0 {
			in = append(in, liveValue{v, min(d+extra, farAway)})
		}
	}
	if len(blk.Params) > 0 {
		for _, a := range pb.Args[succIndex(pb, b, occurrence)] {
			in = append(in, liveValue{a, 1})
		}
	}
	sort.Slice(in, func(i, j int) bool {
		return in[i].v < in[j].v || in[i].v == in[j].v && in[i].dist < in[j].dist
	})
	merged, changed := mergeLive(l.out[p], in)
	l.out[p] = merged
	return changed
}

// succIndex finds the k-th edge from a block to s.
func succIndex(b *Block, s int32, k int) int {
	for i, t := range b.Succs {
		if t == s {
			if k == 0 {
				return i
			}
			k--
		}
	}
	panic("regalloc: edge without counterpart")
}

// mergeLive unites two sorted sets keeping the smaller distance; b may repeat values, nearest first.
func mergeLive(a, b []liveValue) ([]liveValue, bool) {
	out := make([]liveValue, 0, len(a)+len(b))
	changed := false
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case j >= len(b) || i < len(a) && a[i].v < b[j].v:
			out = append(out, a[i])
			i++
		case i >= len(a) || b[j].v < a[i].v:
			if n := len(out); n == 0 || out[n-1].v != b[j].v {
				out = append(out, b[j])
				changed = true
			}
			j++
		default:
			lv := a[i]
			if b[j].dist < lv.dist {
				lv.dist = b[j].dist
				changed = true
			}
			out = append(out, lv)
			v := lv.v
			i++
			for j < len(b) && b[j].v == v {
				j++
			}
		}
	}
	if !changed {
		return a, false
	}
	return out, true
}
