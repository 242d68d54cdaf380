package regalloc

import (
	"math/rand/v2"
	"testing"
)

// randomFunc makes allocator input of a machine with few registers: branches,
// loops, and instructions with every kind of constraint.
type randomFunc struct {
	r    *rand.Rand
	f    *Func
	cur  int32
	live []VReg // defined in a block that dominates the current one
	size int
}

// Registers 0..5 are integers, 16..19 floats, 31 scratch.
func newRandomFunc(seed uint64) *randomFunc {
	g := &randomFunc{r: rand.New(rand.NewPCG(seed, 9)), size: 60}
	g.f = &Func{Name: "random", VRegs: make([]VRegInfo, 1), Scratch: 31}
	g.f.Regs[IntClass] = []PReg{0, 1, 2, 3, 4, 5}
	g.f.Regs[FloatClass] = []PReg{16, 17, 18, 19}
	g.block()
	g.inst(Operand{VReg: g.vreg(IntClass), Kind: Def, When: Late, Want: Fixed, PReg: 0}, Operand{VReg: g.vreg(IntClass), Kind: Def, When: Late, Want: Fixed, PReg: 3})
	return g
}

// block starts a new block, which has to be made in reverse postorder.
func (g *randomFunc) block() int32 {
	g.f.Blocks = append(g.f.Blocks, Block{First: int32(len(g.f.Insts))})
	g.cur = int32(len(g.f.Blocks) - 1)
	return g.cur
}

func (g *randomFunc) vreg(c Class) VReg {
	info := VRegInfo{Class: c, Remat: -1, Hint: NoPReg}
	switch g.r.IntN(4) {
	case 0:
		info.Ptr = c == IntClass
	case 1:
		info.Wide = c == FloatClass
	}
	g.f.VRegs = append(g.f.VRegs, info)
	v := VReg(len(g.f.VRegs) - 1)
	g.live = append(g.live, v)
	return v
}

func (g *randomFunc) inst(ops ...Operand) *Inst {
	g.f.Insts = append(g.f.Insts, Inst{Operands: ops})
	g.f.Blocks[g.cur].Last = int32(len(g.f.Insts))
	return &g.f.Insts[len(g.f.Insts)-1]
}

// pick chooses a live register of class c, or any with c = NumClasses.
func (g *randomFunc) pick(c Class) (VReg, bool) {
	for range 20 {
		v := g.live[g.r.IntN(len(g.live))]
		if c == NumClasses || g.f.VRegs[v].Class == c {
			return v, true
		}
	}
	return 0, false
}

// step adds a random instruction.
func (g *randomFunc) step() {
	g.size--
	a, ok := g.pick(IntClass)
	b, ok2 := g.pick(IntClass)
	x, _ := g.pick(NumClasses)
	if !ok || !ok2 {
		return
	}
	use := func(v VReg, w Want) Operand { return Operand{VReg: v, Kind: Use, Want: w} }
	switch g.r.IntN(8) {
	case 0: // call
		in := g.inst(Operand{VReg: a, Kind: Use, Want: Fixed, PReg: 0}, Operand{VReg: b, Kind: Use, Want: Fixed, PReg: 1})
		for _, regs := range g.f.Regs {
			for _, r := range regs {
				in.Clobbers = in.Clobbers.With(r)
			}
		}
		in.Safepoint = true
		if g.r.IntN(2) == 0 {
			in.Operands = append(in.Operands, Operand{VReg: g.vreg(IntClass), Kind: Def, When: Late, Want: Fixed, PReg: 0})
		}
	case 1: // shift: count in 1, result in place of the operand
		g.inst(use(a, Reg), Operand{VReg: b, Kind: Use, Want: Fixed, PReg: 1}, Operand{VReg: g.vreg(IntClass), Kind: Def, When: Late, Want: SameAsUse, Tied: 0})
	case 2: // division: operand in 0, the other one outside of 0 and 2
		in := g.inst(Operand{VReg: a, Kind: Use, Want: Fixed, PReg: 0}, Operand{VReg: b, Kind: Use, When: Late, Want: Reg}, Operand{VReg: g.vreg(IntClass), Kind: Def, When: Late, Want: Fixed, PReg: 0})
		in.Clobbers = in.Clobbers.With(2)
	case 3: // with a temporary
		g.inst(use(a, Reg), Operand{VReg: g.vreg(IntClass), Kind: Def, When: Early, Want: Reg}, Operand{VReg: g.vreg(IntClass), Kind: Def, When: Late, Want: Reg})
		g.live = append(g.live[:len(g.live)-2], g.live[len(g.live)-1])
	case 4:
		g.inst(use(x, Any), use(a, Reg))
	case 5:
		in := g.inst(Operand{VReg: g.vreg(g.f.VRegs[x].Class), Kind: Def, When: Late, Want: Reg}, use(x, Reg))
		d := &g.f.VRegs[in.Operands[0].VReg]
		d.Wide, d.Ptr, in.Move = g.f.VRegs[x].Wide, g.f.VRegs[x].Ptr, true
	case 6:
		g.inst(use(a, Reg), use(x, Any), Operand{VReg: g.vreg(FloatClass), Kind: Def, When: Late, Want: Reg})
	default:
		g.inst(use(a, Reg), use(b, Any), Operand{VReg: g.vreg(IntClass), Kind: Def, When: Late, Want: SameAsUse, Tied: 0})
	}
}

func (g *randomFunc) edge(from, to int32, args ...VReg) {
	f, t := &g.f.Blocks[from], &g.f.Blocks[to]
	f.Succs, f.Args = append(f.Succs, to), append(f.Args, args)
	t.Preds = append(t.Preds, from)
}

// body fills the current block and perhaps goes on with branches and loops.
func (g *randomFunc) body(depth int) {
	for n := 1 + g.r.IntN(8); n > 0; n-- {
		g.step()
	}
	for depth > 0 && g.size > 0 {
		if g.r.IntN(2) == 0 {
			g.branch(depth)
		} else {
			g.loop(depth)
		}
		for n := g.r.IntN(4); n > 0; n-- {
			g.step()
		}
	}
}

// param makes a parameter register like a.
func (g *randomFunc) param(a VReg) VReg {
	p := g.vreg(g.f.VRegs[a].Class)
	g.f.VRegs[p].Wide, g.f.VRegs[p].Ptr = g.f.VRegs[a].Wide, g.f.VRegs[a].Ptr
	return p
}

func (g *randomFunc) branch(depth int) {
	a, _ := g.pick(NumClasses)
	g.inst()
	head, saved := g.cur, len(g.live)
	var ends [2]int32
	var args [2]VReg
	for k := range ends {
		g.live = g.live[:saved]
		arm := g.block()
		g.f.Blocks[arm].Depth = g.f.Blocks[head].Depth
		g.f.Blocks[arm].Cold = g.r.IntN(6) == 0
		g.edge(head, arm)
		g.body(depth - 1)
		g.inst()
		ends[k], args[k] = g.cur, a
		for range 5 {
			if v, _ := g.pick(NumClasses); v != 0 && g.f.VRegs[v] == g.f.VRegs[a] {
				args[k] = v
			}
		}
	}
	g.live = g.live[:saved]
	join := g.block()
	g.f.Blocks[join].Depth = g.f.Blocks[head].Depth
	p := g.param(a)
	g.f.Blocks[join].Params = []VReg{p}
	for k := range ends {
		g.edge(ends[k], join, args[k])
	}
	g.inst(Operand{VReg: p, Kind: Use, Want: Any})
}

func (g *randomFunc) loop(depth int) {
	a, _ := g.pick(NumClasses)
	b, _ := g.pick(NumClasses)
	g.inst()
	pre := g.cur
	head := g.block()
	d := g.f.Blocks[pre].Depth + 1
	g.f.Blocks[head].Depth = d
	p, q := g.param(a), g.param(b)
	g.f.Blocks[head].Params = []VReg{p, q}
	g.edge(pre, head, a, b)
	g.inst(Operand{VReg: p, Kind: Use, Want: Any})
	g.inst()
	saved := len(g.live)
	body := g.block()
	g.f.Blocks[body].Depth = d
	g.edge(head, body)
	g.body(depth - 1)
	g.inst()
	next := [2]VReg{p, q}
	if g.r.IntN(2) == 0 && g.f.VRegs[p] == g.f.VRegs[q] {
		next = [2]VReg{q, p} // they change places every round
	}
	for k, like := range []VReg{p, q} {
		if v, _ := g.pick(NumClasses); v != 0 && g.f.VRegs[v] == g.f.VRegs[like] {
			next[k] = v
		}
	}
	g.edge(g.cur, head, next[0], next[1])
	g.live = g.live[:saved]
	exit := g.block()
	g.f.Blocks[exit].Depth = d - 1
	g.edge(head, exit)
	g.inst(Operand{VReg: q, Kind: Use, Want: Any})
}

// TestRandom allocates random functions with every allocator and checks the results.
func TestRandom(t *testing.T) {
	n := uint64(3000)
	if testing.Short() {
		n = 300
	}
	for name, alloc := range map[string]Allocator{"simple": Simple, "linear": Linear, "split": Split} {
		for seed := range n {
			g := newRandomFunc(seed)
			g.body(3)
			g.inst(Operand{VReg: g.live[0], Kind: Use, Want: Reg})
			res, err := alloc(g.f)
			if err == nil {
				err = Check(g.f, res)
			}
			if err != nil {
				t.Fatalf("%s, seed %d: %v", name, seed, err)
			}
		}
	}
}
