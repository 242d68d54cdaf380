package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"strata/internal/abi"
	"strata/internal/load"
	"strata/internal/ssa"
	"strata/internal/symname"
)

// FuncDef is the definition of a function: declared, instance, closure, or made by the compiler.
type FuncDef struct {
	Sym     string
	Display string
	PkgPath string
	Sig     *types.Signature // type arguments replaced; a receiver is the first parameter
	Conv    abi.Conv
	Pragma  ssa.Pragma
	Pos     token.Pos
	End     token.Pos

	// Decl is the source function of declarations and instances; nil otherwise.
	Decl *types.Func

	p    *Program
	pkg  *load.Package
	sub  *subst
	fi   *funcInfo
	make func(b *builder)
}

// Symbol is the linker symbol.
func (d *FuncDef) Symbol() string { return d.Sym }

// Lower makes the function's SSA. Every call makes a new ssa.Func.
func (d *FuncDef) Lower() (f *ssa.Func, err error) {
	if d.p.forgotten {
		return nil, ErrForgotten
	}
	defer catch(d, &err)
	b := newBuilder(d)
	d.make(b)
	b.defineEdges()
	b.finish()
	return b.f, nil
}

// Error is a construct that cannot be lowered.
type Error struct {
	Pos  token.Position
	Func string
	Msg  string
}

func (e *Error) Error() string { return fmt.Sprintf("%v: %s: %s", e.Pos, e.Func, e.Msg) }

// catch turns fail's panic into an error.
func catch(d *FuncDef, err *error) {
	r := recover()
	if r == nil {
		return
	}
	le, ok := r.(*lowerError)
	if !ok {
		panic(r)
	}
	e := &Error{Msg: le.msg}
	if d != nil {
		e.Func = d.Display
		e.Pos = d.p.Load.Fset.Position(le.pos)
	}
	*err = e
}

// newBuilder begins a function: an entry block, nothing in it.
func newBuilder(d *FuncDef) *builder {
	f := &ssa.Func{
		Name: d.Sym, DisplayName: d.Display, PkgPath: d.PkgPath, Pos: d.Pos, End: d.End, Pragma: d.Pragma,
		ABI: d.p.Sizes.Assign(d.Sig, d.Conv),
	}
	if f.DisplayName == "" {
		f.DisplayName = f.Name
	}
	if _, abi0 := symname.TrimABI(d.Sym); abi0 {
		f.Pragma |= ssa.ABI0Func
	}
	b := &builder{p: d.p, def: d, f: f, pkg: d.pkg, sub: d.sub.fresh(), sig: d.Sig, fi: d.fi, vars: map[*types.Var]*variable{}}
	if d.pkg != nil {
		b.info = d.pkg.Info
		f.Debug = d.p.Debug != nil && d.p.Debug(d.pkg)
	}
	b.at = ssa.Pos{P: d.Pos}
	b.cur = b.newBlock()
	f.Entry = b.cur
	b.seal(b.cur)
	return b
}

// params makes the values of the parameters, receiver first. It must come
// first in the entry block.
func (b *builder) params() []val {
	var list []val
	for _, p := range b.f.ABI.Params {
		list = append(list, b.param(p))
	}
	return list
}

func (b *builder) param(p abi.Param) val {
	t := p.Type
	comps := b.f.ABI.In[p.First : p.First+p.N]
	if len(comps) == 1 && comps[0].Class == abi.Mem {
		return val{t: t, addr: b.opI(ssa.OpArgAddr, ssa.Ptr, comps[0].Off)}
	}
	v := val{t: t}
	for i, c := range comps {
		v.s = append(v.s, b.opI(ssa.OpArg, componentType(c), int64(p.First+i)))
	}
	if b.ssaable(t) {
		return v
	}
	// In registers, but too big to be taken apart: assembled in a slot.
	a := b.temp(t)
	for i, c := range comps {
		b.opI(ssa.OpStore, ssa.Void, c.MemOff, a, v.s[i])
	}
	return val{t: t, addr: a}
}

func componentType(c abi.Component) ssa.Type {
	return ssaType(abi.Scalar{Class: c.Class, Size: c.Size, Bool: c.Bool})
}

// components gives a value the shape that the convention wants.
func (b *builder) components(v val, comps []abi.Component) []*ssa.Value {
	if len(comps) == 1 && comps[0].Class == abi.Mem {
		return []*ssa.Value{b.addrOf(v)}
	}
	if !v.inMem() {
		return v.s
	}
	var list []*ssa.Value
	for _, c := range comps {
		list = append(list, b.opI(ssa.OpLoad, componentType(c), c.MemOff, v.addr))
	}
	return list
}

// finish checks and tidies what was made: drops blocks that nothing reaches, phis that are copies, and copies.
func (b *builder) finish() {
	b.unreachable()
	for i := range b.blocks {
		if !b.blocks[i].sealed {
			b.seal(b.f.Blocks[i])
		}
	}
	b.dropUnreachable()
	for b.dropTrivialPhis() {
	}
	b.dropCopies()
}

func (b *builder) dropUnreachable() {
	live := make([]bool, b.f.NumBlocks())
	work := []*ssa.Block{b.f.Entry}
	live[b.f.Entry.ID] = true
	for len(work) > 0 {
		blk := work[len(work)-1]
		work = work[:len(work)-1]
		for _, s := range blk.Succs {
			if !live[s.ID] {
				live[s.ID] = true
				work = append(work, s)
			}
		}
	}
	kept := b.f.Blocks[:0]
	for _, blk := range b.f.Blocks {
		if live[blk.ID] {
			b.dropDeadPreds(blk, live)
			kept = append(kept, blk)
			continue
		}
		blk.SetControls()
		for _, v := range blk.Values {
			v.ResetArgs()
		}
	}
	for i := len(kept); i < len(b.f.Blocks); i++ {
		b.f.Blocks[i] = nil
	}
	b.f.Blocks = kept
}

func (b *builder) dropDeadPreds(blk *ssa.Block, live []bool) {
	for i := len(blk.Preds) - 1; i >= 0; i-- {
		if live[blk.Preds[i].ID] {
			continue
		}
		blk.Preds = append(blk.Preds[:i], blk.Preds[i+1:]...)
		for _, v := range blk.Values {
			if v.Op != ssa.OpPhi {
				break
			}
			v.RemoveArg(i)
		}
	}
}

func (b *builder) dropTrivialPhis() (changed bool) {
	for _, blk := range b.f.Blocks {
		for _, v := range blk.Values {
			if v.Op == ssa.OpPhi && tryTrivial(v) {
				changed = true
			}
		}
	}
	return changed
}

// dropCopies lets every use see the original and removes the copies.
func (b *builder) dropCopies() {
	for _, blk := range b.f.Blocks {
		for _, v := range blk.Values {
			for i, a := range v.Args {
				if a.Op == ssa.OpCopy {
					v.SetArg(i, resolve(a))
				}
			}
		}
		for i, c := range blk.Controls {
			if c.Op == ssa.OpCopy {
				list := append([]*ssa.Value(nil), blk.Controls...)
				list[i] = resolve(c)
				blk.SetControls(list...)
			}
		}
	}
	for _, blk := range b.f.Blocks {
		kept := blk.Values[:0]
		for _, v := range blk.Values {
			if v.Op == ssa.OpCopy {
				v.ResetArgs()
				continue
			}
			kept = append(kept, v)
		}
		for i := len(kept); i < len(blk.Values); i++ {
			blk.Values[i] = nil
		}
		blk.Values = kept
	}
}

// declDef makes the definition of a declared function or an instance of it.
func (p *Program) declDef(f *funcDecl, targs []types.Type, sym string) *FuncDef {
	_, display := p.Names.Func(f.fn, targs)
	if f.fn.Signature().Recv() == nil && len(targs) == 0 {
		display = f.sym // init functions have numbers; a linkname is what programs see
	}
	d := &FuncDef{
		Sym: sym, Display: display, PkgPath: p.Names.Path(f.pkg.Types), Pragma: p.index.pragma(f), Conv: p.Conv,
		Pos: f.pos, End: f.end, Decl: f.fn, p: p, pkg: f.pkg,
	}
	sig := f.fn.Signature()
	if len(targs) > 0 {
		d.sub = newSubst(p, f, targs)
		sig = d.sub.sig(sig)
	}
	d.Sig = sig
	d.make = func(b *builder) {
		b.fi = analyse(b, f.decl, sym, display)
		b.funcBody(f.decl.Recv, f.decl.Type, f.decl.Body)
	}
	return d
}

// funcBody lowers a source function: parameters, results, statements.
func (b *builder) funcBody(recv *ast.FieldList, ft *ast.FuncType, body *ast.BlockStmt) {
	b.setPos(body.Pos())
	if b.f.Debug {
		b.setPos(b.f.Pos) // all before the first statement belongs to the prologue
	}
	vals := b.params()
	b.captures()
	i := 0
	if recv != nil {
		i = b.declareParams(recv, vals, i)
	}
	b.declareParams(ft.Params, vals, i)
	b.declareResults(ft)
	b.prologue()
	if b.f.Debug {
		b.op(ssa.OpNop, ssa.Void)
	}
	b.body(body.List)
	if b.cur != nil {
		b.setPos(body.Rbrace)
		b.fallOff()
	}
	b.epilogue()
}

// declareParams binds the parameters of a field list and gives the index of the next one.
func (b *builder) declareParams(list *ast.FieldList, vals []val, i int) int {
	for _, f := range list.List {
		if len(f.Names) == 0 {
			i++
		}
		for _, id := range f.Names {
			if obj, ok := b.info.Defs[id].(*types.Var); ok && id.Name != "_" {
				b.bindParam(obj, vals[i])
			}
			i++
		}
	}
	return i
}

// bindParam makes a parameter a variable. Memory of the argument area is the variable itself unless its address is wanted.
func (b *builder) bindParam(obj *types.Var, v val) {
	vi := b.fi.varInfo(obj)
	if v.inMem() && (vi == nil || !vi.inMemory()) {
		b.vars[obj] = &variable{t: v.t, addr: v.addr}
		b.debugParam(obj, v)
		return
	}
	b.declare(obj, &v)
	if x := b.vars[obj]; x.addr != nil && x.addr.Op == ssa.OpAlloc {
		x.addr.Aux.(*ssa.AllocInfo).Param = true
		if b.debugged(obj) {
			b.f.Vars[b.debugEntry(obj, v.t).number-1].Param = true
		}
	}
}

// declareResults makes the result variables, named or not, and zeroes them.
func (b *builder) declareResults(ft *ast.FuncType) {
	b.results = b.fi.results
	for _, r := range b.results {
		b.declare(r, nil)
	}
}
