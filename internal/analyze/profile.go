package analyze

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"strata/internal/pgo"
	"strata/internal/ssa"
)

// Profile steers the analysis by what a CPU profile says: hot calls are inlined beyond the usual budget, and hot calls
// through interfaces and function values get a direct call for the callee seen most often, behind a comparison.
type Profile struct {
	Calls *pgo.Profile
	// Line is the line of a position.
	Line func(token.Pos) int

	byName map[string]string // symbol by the name that programs see
}

// A hot call is inlined up to a size that grows with the share of all samples that fell into the callee's own code: what
// inlining saves is a few instructions a call, so calls of large functions matter only if a lot of time is spent in them, and
// each copy takes room in the instruction cache and in the caller's frame.
const (
	hotBudget     = 500 // operations, at most
	hotPerPercent = 200 // operations
)

// dominant is the share, in percent, that one callee must have of a call site's samples to be called directly.
const dominant = 30

// index finds symbols by display name. Of several, instances of one generic function, none is meant.
func (pr *Profile) index(list []*node) {
	pr.byName = map[string]string{}
	for _, n := range list {
		name := displayName(n.f)
		if _, twice := pr.byName[name]; twice {
			pr.byName[name] = ""
			continue
		}
		pr.byName[name] = n.f.Name
	}
}

// site is the place of v in terms of the profile: the innermost inlined function and the line in it.
func (pr *Profile) site(f *ssa.Func, pos ssa.Pos) pgo.Site {
	name, start := displayName(f), f.Pos
	if pos.Inl > 0 {
		in := &f.Inlines[pos.Inl-1]
		name, start = in.Callee, in.Start
	}
	return pgo.Site{Func: name, Line: pr.Line(pos.P) - pr.Line(start)}
}

// budget is the size in operations up to which the call v of callee is inlined if it is hot, else 0; share are the samples
// with the call on the stack, in percent.
func (pr *Profile) budget(f *ssa.Func, v *ssa.Value, callee string) (limit int, share float64) {
	if pr == nil {
		return 0, 0
	}
	e := pgo.Edge{Site: pr.site(f, v.Pos), Callee: callee}
	if !pr.Calls.Hot(e) {
		return 0, 0
	}
	own := pr.Calls.Percent(pr.Calls.Own[e])
	return min(hotBudget, budget+int(hotPerPercent*own)), pr.Calls.Percent(pr.Calls.Weight(e))
}

// target is the function that a hot call through an interface or a function value mostly reaches, "" if there is none.
func (p *Program) target(f *ssa.Func, v *ssa.Value) (sym string, weight int64) {
	pr := p.cfg.Profile
	if pr == nil || v.Op != ssa.OpInterCall && v.Op != ssa.OpClosureCall {
		return "", 0
	}
	call := v.Aux.(*ssa.Call)
	if call.Sym != "" || call.Guarded || call.Go || call.Defer {
		return "", 0
	}
	site := pr.site(f, v.Pos)
	var sum int64
	for _, c := range pr.Calls.Callees(site) {
		s := p.implements(call, v, c.Func)
		if s == "" {
			continue
		}
		sum += c.Weight
		if sym == "" {
			sym, weight = s, c.Weight
		}
	}
	if sym == "" || !pr.Calls.Hot(pgo.Edge{Site: site, Callee: displayName(p.nodes[sym].f)}) && !pr.Calls.Hot(pgo.Edge{Site: site, Callee: valueMethod(displayName(p.nodes[sym].f))}) {
		return "", 0
	}
	if weight*100 < sum*dominant {
		return "", 0
	}
	return sym, weight
}

// implements finds the symbol that call would reach if its target is the function that the profile calls name: the
// method itself, or the wrapper that an interface holds for a method of a value. "" if it cannot be.
func (p *Program) implements(call *ssa.Call, v *ssa.Value, name string) string {
	pr := p.cfg.Profile
	candidates := []string{name}
	if v.Op == ssa.OpInterCall {
		method, _, _ := strings.Cut(call.Method, " ")
		method = method[strings.LastIndexByte(method, '.')+1:] // unexported ones have their package's path
		if !strings.HasSuffix(name, "."+method) {
			return ""
		}
		candidates = []string{pointerMethod(name), name}
	}
	for _, c := range candidates {
		sym := pr.byName[c]
		if sym == "" {
			continue
		}
		sig := p.cfg.SignatureOf(sym)
		if sig != nil && len(sig.ABI.In) == len(v.Args)-1 && len(sig.ABI.Out) == len(call.ABI.Out) && sig.ABI.Conv == call.ABI.Conv {
			return sym
		}
	}
	return ""
}

// pointerMethod turns pkg.T.M into pkg.(*T).M.
func pointerMethod(name string) string {
	slash := strings.LastIndexByte(name, '/') + 1
	parts := strings.SplitN(name[slash:], ".", 3)
	if len(parts) != 3 || strings.HasPrefix(parts[1], "(") {
		return name
	}
	return name[:slash] + parts[0] + ".(*" + parts[1] + ")." + parts[2]
}

// valueMethod turns pkg.(*T).M into pkg.T.M.
func valueMethod(name string) string {
	return strings.Replace(strings.Replace(name, "(*", "", 1), ").", ".", 1)
}

// guardCalls puts direct calls in front of hot indirect ones and reports whether it did.
func (p *Program) guardCalls(n *node) bool {
	if p.cfg.Profile == nil {
		return false
	}
	changed := false
	f := n.f
	for _, b := range f.Blocks[:len(f.Blocks):len(f.Blocks)] {
		if !slices.ContainsFunc(b.Values, func(v *ssa.Value) bool { return v.Op.IsCall() }) {
			continue
		}
		c := ssa.NewCutter(b)
		for v := c.Next(); v != nil; v = c.Next() {
			sym, w := p.target(f, v)
			if sym == "" {
				c.Add(v)
				continue
			}
			if n.report != nil {
				n.report.Profiled = append(n.report.Profiled, Profiled{Pos: v.Pos, Sym: sym, Devirtualized: true, Method: v.Op == ssa.OpInterCall, Share: p.cfg.Profile.Calls.Percent(w)})
			}
			p.guard(c, v, sym)
			changed = true
		}
		c.Finish()
	}
	if changed {
		f.Invalidate()
	}
	return changed
}

// guard replaces the indirect call v by a comparison of its code with sym, a direct call of
// sym, and the indirect call for all else. What follows the call goes into a new block.
func (p *Program) guard(c *ssa.Cutter, v *ssa.Value, sym string) {
	results := c.Results(v)
	b, cont := c.Cut()
	f := b.Func
	code := v.Args[0]
	if v.Op == ssa.OpClosureCall {
		code = b.NewValueI(ssa.OpLoad, ssa.Ptr, v.Pos, 0, v.Args[0])
	}
	want := b.NewValueA(ssa.OpFuncAddr, ssa.Ptr, v.Pos, 0, sym)
	cond := b.NewValue(ssa.OpEq, ssa.Bool, v.Pos, code, want)
	direct, other := f.NewBlock(ssa.BlockJump), f.NewBlock(ssa.BlockJump)
	for _, x := range []*ssa.Block{direct, other} {
		x.Pos, x.Cold = b.Pos, b.Cold
	}
	b.Kind, b.Likely = ssa.BlockIf, ssa.Taken
	b.SetControls(cond)
	b.AddEdge(direct)
	b.AddEdge(other)
	call := p.directCall(v, direct, sym)
	v.Block = other
	other.Values = append(other.Values, v)
	direct.AddEdge(cont)
	other.AddEdge(cont)
	rest := *v.Aux.(*ssa.Call)
	rest.Guarded = true
	v.Aux = &rest
	joinResults(results, call, cont)
}

// directCall makes the call of sym with v's arguments in block b.
func (p *Program) directCall(v *ssa.Value, b *ssa.Block, sym string) *ssa.Value {
	old := v.Aux.(*ssa.Call)
	if v.Op == ssa.OpClosureCall {
		known := *old
		known.Sym = sym
		return b.NewValueA(ssa.OpClosureCall, v.Type, v.Pos, v.AuxInt, &known, v.Args...)
	}
	known := *p.cfg.SignatureOf(sym)
	known.ResultSlots, known.Site = old.ResultSlots, old.Site
	return b.NewValueA(ssa.OpCall, v.Type, v.Pos, v.AuxInt, &known, v.Args[1:]...)
}

// joinResults gets the results of a call from the two calls that stand for it now, and joins them in cont.
func joinResults(results []*ssa.Value, call *ssa.Value, cont *ssa.Block) {
	for _, r := range results {
		v := r.Args[0]
		a := call.Block.NewValueI(ssa.OpResult, r.Type, r.Pos, r.AuxInt, call)
		b := v.Block.NewValueI(ssa.OpResult, r.Type, r.Pos, r.AuxInt, v)
		phi := cont.NewPhi(r.Type, r.Pos)
		phi.AddArgs(a, b)
		r.CopyOf(phi)
	}
}

// Profiled is something that the profile changed.
type Profiled struct {
	Pos           ssa.Pos
	Sym           string
	Devirtualized bool    // else: inlined beyond the budget
	Method        bool    // the call was one of an interface's method, not of a function value
	Cost          int     // of the inlined function, in operations
	Share         float64 // of all samples, in percent
}

// Text says what was changed, naming the callee as given.
func (c Profiled) Text(call, callee string) string {
	switch {
	case c.Devirtualized && c.Method:
		return fmt.Sprintf("PGO devirtualizing interface call %s to %s (%.1f%% of samples)", call, callee, c.Share)
	case c.Devirtualized:
		return fmt.Sprintf("PGO devirtualizing function call %s to %s (%.1f%% of samples)", call, callee, c.Share)
	}
	return fmt.Sprintf("hot-budget check allows inlining for call to %s (%d operations, %.1f%% of samples)", callee, c.Cost, c.Share)
}
