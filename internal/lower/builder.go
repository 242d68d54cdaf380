package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"strata/internal/abi"
	"strata/internal/load"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// builder lowers one function. SSA variables follow Braun et al., "Simple and
// Efficient Construction of Static Single Assignment Form" (CC 2013).
type builder struct {
	p    *Program
	def  *FuncDef
	f    *ssa.Func
	cur  *ssa.Block // nil when control cannot get here
	at   ssa.Pos    // position of the values being made
	pkg  *load.Package
	info *types.Info
	sub  *subst // nil outside generic functions
	sig  *types.Signature

	fi   *funcInfo // of the source function; nil for made ones without source
	vars map[*types.Var]*variable
	// results are the result variables of a source function, one for each result, named or not.
	results []*types.Var

	blocks []blockState // by Block.ID
	types  []ssa.Type   // their types

	nsite   int32                    // calls made
	nedge   int                      // counters of control flow
	hoisted map[ast.Expr]val         // calls that were evaluated before the rest of their expression
	tuples  map[ast.Expr][]val       // calls of several values that were evaluated ahead, by a delayed call
	debug   map[*types.Var]*debugVar // of functions compiled for a debugger
	ext     builderExt               // what statements keep
}

// blockState is the construction state of a block.
type blockState struct {
	defs   map[int]*ssa.Value
	sealed bool
	// phis of an unsealed block, by SSA scalar
	incomplete []incompletePhi
}

type incompletePhi struct {
	scalar int
	phi    *ssa.Value
}

// variable is where a source variable lives: SSA scalars first..first+n-1, or memory at addr.
type variable struct {
	t        types.Type
	first, n int
	addr     *ssa.Value
}

// lowerError is what fail panics with.
type lowerError struct {
	pos token.Pos
	msg string
}

// fail gives up on the function with an error that names what is wrong.
func (b *builder) fail(pos token.Pos, format string, args ...any) {
	if !pos.IsValid() {
		pos = b.at.P
	}
	panic(&lowerError{pos, fmt.Sprintf(format, args...)})
}

// setPos makes p the position of the values to come.
func (b *builder) setPos(p token.Pos) {
	if p.IsValid() {
		b.at = ssa.Pos{P: p}
	}
}

// Blocks and control flow.

// newBlock makes a block that is not sealed: predecessors may still come.
func (b *builder) newBlock() *ssa.Block {
	blk := b.f.NewBlock(ssa.BlockInvalid)
	blk.Pos = b.at
	b.blocks = append(b.blocks, blockState{})
	return blk
}

// setBlock continues lowering in blk.
func (b *builder) setBlock(blk *ssa.Block) { b.cur = blk }

// next seals blk and continues lowering there, or nowhere if nothing leads to it.
func (b *builder) next(blk *ssa.Block) {
	b.seal(blk)
	b.cur = blk
	if len(blk.Preds) == 0 && blk != b.f.Entry {
		blk.Kind = ssa.BlockUnreachable
		b.cur = nil
	}
}

// here is the current block; code that cannot be reached goes to a block that is dropped at the end.
func (b *builder) here() *ssa.Block {
	if b.cur == nil {
		b.cur = b.newBlock()
		b.seal(b.cur)
	}
	return b.cur
}

// jump ends the current block.
func (b *builder) jump(to *ssa.Block) {
	if b.cur == nil {
		return
	}
	b.cur.Kind = ssa.BlockJump
	b.cur.AddEdge(to)
	b.cur = nil
}

// branch ends the current block on a condition. Constant conditions make jumps.
func (b *builder) branch(cond *ssa.Value, t, f *ssa.Block, likely ssa.Likely) {
	if b.cur == nil {
		return
	}
	if cond.Op == ssa.OpConst {
		if cond.AuxInt != 0 {
			b.jump(t)
		} else {
			b.jump(f)
		}
		return
	}
	c := b.cur
	if t == f {
		b.jump(t)
		return
	}
	c.Kind, c.Likely, c.Pos = ssa.BlockIf, likely, b.at
	c.SetControls(cond)
	c.AddEdge(t)
	c.AddEdge(f)
	b.cur = nil
}

// unreachable ends the current block: control does not get to its end.
func (b *builder) unreachable() {
	if b.cur != nil {
		b.cur.Kind = ssa.BlockUnreachable
		b.cur = nil
	}
}

// ret ends the current block with a return of one value per result.
func (b *builder) ret(vals []val) {
	if b.cur == nil {
		return
	}
	var out []*ssa.Value
	for i, r := range b.f.ABI.Results {
		out = append(out, b.components(vals[i], b.f.ABI.Out[r.First:r.First+r.N])...)
	}
	if b.cur == nil {
		return
	}
	b.cur.Kind, b.cur.Pos = ssa.BlockRet, b.at
	b.cur.SetControls(out...)
	b.cur = nil
}

// seal says that all predecessors of blk are known.
func (b *builder) seal(blk *ssa.Block) {
	st := &b.blocks[blk.ID]
	if st.sealed {
		return
	}
	st.sealed = true
	inc := st.incomplete
	st.incomplete = nil
	for _, p := range inc {
		b.fillPhi(p.scalar, p.phi)
	}
}

// SSA scalars.

// newScalars gives out n consecutive SSA scalars.
func (b *builder) newScalars(ts []abi.Scalar) int {
	first := len(b.types)
	for _, s := range ts {
		b.types = append(b.types, ssaType(s))
	}
	return first
}

func (b *builder) writeScalar(i int, blk *ssa.Block, v *ssa.Value) {
	st := &b.blocks[blk.ID]
	if st.defs == nil {
		st.defs = map[int]*ssa.Value{}
	}
	st.defs[i] = v
}

func (b *builder) readScalar(i int, blk *ssa.Block) *ssa.Value {
	// Straight chains are walked, not recursed into.
	var chain []*ssa.Block
	at := blk
	var v *ssa.Value
	for {
		if d, ok := b.blocks[at.ID].defs[i]; ok {
			v = resolve(d)
			break
		}
		if !b.blocks[at.ID].sealed || len(at.Preds) != 1 {
			v = b.readJoin(i, at)
			break
		}
		chain = append(chain, at)
		at = at.Preds[0]
	}
	for _, c := range chain {
		b.writeScalar(i, c, v)
	}
	return v
}

func (b *builder) readJoin(i int, blk *ssa.Block) *ssa.Value {
	st := &b.blocks[blk.ID]
	switch {
	case !st.sealed:
		phi := blk.NewPhi(b.types[i], b.at)
		st.incomplete = append(st.incomplete, incompletePhi{i, phi})
		b.writeScalar(i, blk, phi)
		return phi
	case len(blk.Preds) == 0:
		v := b.zeroIn(blk, b.types[i])
		b.writeScalar(i, blk, v)
		return v
	}
	phi := blk.NewPhi(b.types[i], b.at)
	b.writeScalar(i, blk, phi)
	b.fillPhi(i, phi)
	v := resolve(phi)
	b.writeScalar(i, blk, v)
	return v
}

// zeroIn makes a zero at the start of a block, for variables read where they
// were never set: in code that cannot run.
func (b *builder) zeroIn(blk *ssa.Block, t ssa.Type) *ssa.Value {
	op := ssa.OpConst
	if t.IsFloat() {
		op = ssa.OpConstF
	}
	v := blk.Detached(op, t, b.at)
	i := 0
	for i < len(blk.Values) && (blk.Values[i].Op == ssa.OpPhi || blk.Values[i].Op == ssa.OpArg || blk.Values[i].Op == ssa.OpClosurePtr) {
		i++
	}
	blk.InsertAt(i, v)
	return v
}

func (b *builder) fillPhi(i int, phi *ssa.Value) {
	for _, p := range phi.Block.Preds {
		phi.AddArgs(b.readScalar(i, p))
	}
	tryTrivial(phi)
}

// tryTrivial turns a phi of one value and itself into a copy.
func tryTrivial(phi *ssa.Value) bool {
	var same *ssa.Value
	for _, a := range phi.Args {
		a = resolve(a)
		if a == phi || a == same {
			continue
		}
		if same != nil {
			return false
		}
		same = a
	}
	if same == nil {
		return false
	}
	phi.CopyOf(same)
	return true
}

// resolve looks through copies.
func resolve(v *ssa.Value) *ssa.Value {
	for v.Op == ssa.OpCopy {
		v = v.Args[0]
	}
	return v
}

// Making values.

// op makes a value in the current block.
func (b *builder) op(op ssa.Op, t ssa.Type, args ...*ssa.Value) *ssa.Value {
	return b.here().NewValue(op, t, b.at, args...)
}

// opI makes a value with an AuxInt.
func (b *builder) opI(op ssa.Op, t ssa.Type, auxInt int64, args ...*ssa.Value) *ssa.Value {
	return b.here().NewValueI(op, t, b.at, auxInt, args...)
}

// opA makes a value with an AuxInt and an Aux.
func (b *builder) opA(op ssa.Op, t ssa.Type, auxInt int64, aux any, args ...*ssa.Value) *ssa.Value {
	return b.here().NewValueA(op, t, b.at, auxInt, aux, args...)
}

// constInt makes an integer, bool or nil constant.
func (b *builder) constInt(t ssa.Type, v int64) *ssa.Value {
	return b.opI(ssa.OpConst, t, v)
}

// int makes a constant of type int.
func (b *builder) int(v int64) *ssa.Value { return b.constInt(ssa.I64, v) }

// nilPtr makes a nil pointer.
func (b *builder) nilPtr() *ssa.Value { return b.constInt(ssa.Ptr, 0) }

// globalAddr is the address of a data symbol.
func (b *builder) globalAddr(sym string) *ssa.Value {
	return b.opA(ssa.OpGlobalAddr, ssa.Ptr, 0, sym)
}

// offPtr moves a pointer inside its object.
func (b *builder) offPtr(ptr *ssa.Value, off int64) *ssa.Value {
	if off == 0 {
		return ptr
	}
	switch ptr.Op {
	case ssa.OpOffPtr:
		return b.opI(ssa.OpOffPtr, ssa.Ptr, ptr.AuxInt+off, ptr.Args[0])
	case ssa.OpGlobalAddr, ssa.OpLocalAddr:
		return b.opA(ptr.Op, ssa.Ptr, ptr.AuxInt+off, ptr.Aux)
	}
	return b.opI(ssa.OpOffPtr, ssa.Ptr, off, ptr)
}

// nilCheck makes sure that ptr is not nil.
func (b *builder) nilCheck(ptr *ssa.Value) *ssa.Value {
	switch ptr.Op {
	case ssa.OpGlobalAddr, ssa.OpLocalAddr, ssa.OpAlloc, ssa.OpNilCheck, ssa.OpArgAddr, ssa.OpOffPtr:
		return ptr
	}
	return b.op(ssa.OpNilCheck, ssa.Ptr, ptr)
}

// check calls a runtime function that does not return unless cond.
func (b *builder) check(cond *ssa.Value, fn string) {
	b.opA(ssa.OpCheck, ssa.Void, 0, rtcall.Sym(fn), cond)
}

// temp makes a frame slot and gives its address: for the memory operands of runtime calls. It holds garbage.
func (b *builder) temp(t types.Type) *ssa.Value {
	s := b.tempSlot("tmp", t)
	b.opA(ssa.OpVarDef, ssa.Void, 0, s)
	return b.opA(ssa.OpLocalAddr, ssa.Ptr, 0, s)
}

// tempResult is temp for what a runtime call fills: a stack scan during the call finds zeros.
func (b *builder) tempResult(t types.Type) *ssa.Value {
	a := b.temp(t)
	b.clearPointers(a, t)
	return a
}

// clearPointers zeroes the object at dst if it has pointers.
func (b *builder) clearPointers(dst *ssa.Value, t types.Type) {
	if b.p.memType(t).PtrMask != nil {
		b.clearMem(dst, t)
	}
}

func (b *builder) tempSlot(name string, t types.Type) *ssa.Slot {
	m := b.p.memType(t)
	s := b.f.NewSlot(name, m.Size, m.Align, m.PtrMask)
	s.Pos = b.at.P
	s.Zeroed = m.PtrMask != nil
	return s
}

// alloc makes an object whose place escape analysis chooses, for the expression or variable at site.
func (b *builder) alloc(name string, site token.Pos, t types.Type) *ssa.Value {
	return b.opA(ssa.OpAlloc, ssa.Ptr, 0, &ssa.AllocInfo{Name: name, Mem: b.p.memType(t), TypeSym: b.p.typeSym(t), Site: site})
}

// staticObject is the address of static data that stands for an object made at site.
func (b *builder) staticObject(sym string, site token.Pos) *ssa.Value {
	v := b.globalAddr(sym)
	v.Pos.P = site
	return v
}

// Memory.

// load reads a value of type t. In memory it stays where it is: copy it with
// snapshot if the place may change before the value is used.
func (b *builder) load(addr *ssa.Value, t types.Type) val { return b.loadOff(addr, 0, t) }

func (b *builder) loadOff(addr *ssa.Value, off int64, t types.Type) val {
	if !b.ssaable(t) {
		return val{t: t, addr: b.offPtr(addr, off)}
	}
	v := val{t: t}
	for _, s := range b.p.scalarsOf(t) {
		v.s = append(v.s, b.opI(ssa.OpLoad, ssaType(s), off+s.Off, addr))
	}
	return v
}

// store writes a value.
func (b *builder) store(addr *ssa.Value, v val) { b.storeOff(addr, 0, v) }

func (b *builder) storeOff(addr *ssa.Value, off int64, v val) {
	if v.inMem() {
		b.move(b.offPtr(addr, off), v.addr, v.t)
		return
	}
	for i, s := range b.p.scalarsOf(v.t) {
		b.opI(ssa.OpStore, ssa.Void, off+s.Off, addr, v.s[i])
	}
}

// move copies a value in memory; the two places are disjoint or the same.
func (b *builder) move(dst, src *ssa.Value, t types.Type) {
	m := b.p.memType(t)
	if m.Size == 0 || dst == src {
		return
	}
	b.opA(ssa.OpMove, ssa.Void, m.Size, m, dst, src)
}

// clearMem zeroes memory of type t.
func (b *builder) clearMem(dst *ssa.Value, t types.Type) {
	if m := b.p.memType(t); m.Size > 0 {
		b.opA(ssa.OpZero, ssa.Void, m.Size, m, dst)
	}
}

// zero is the zero value of t.
func (b *builder) zero(t types.Type) val {
	if !b.ssaable(t) {
		a := b.temp(t)
		b.clearMem(a, t)
		return val{t: t, addr: a}
	}
	v := val{t: t}
	for _, s := range b.p.scalarsOf(t) {
		v.s = append(v.s, b.zeroScalar(ssaType(s)))
	}
	return v
}

func (b *builder) zeroScalar(t ssa.Type) *ssa.Value {
	if t.IsFloat() {
		return b.opI(ssa.OpConstF, t, 0)
	}
	return b.constInt(t, 0)
}

// snapshot makes v independent of later writes to memory.
func (b *builder) snapshot(v val) val {
	if !v.inMem() {
		return v
	}
	a := b.temp(v.t)
	b.move(a, v.addr, v.t)
	return val{t: v.t, addr: a}
}

// addrOf gives the address of memory that holds v, which must not be written: for
// operands of runtime functions.
func (b *builder) addrOf(v val) *ssa.Value {
	if v.inMem() {
		return v.addr
	}
	a := b.temp(v.t)
	b.store(a, v)
	return a
}

// Variables.

// declare begins the life of a local variable with a value, or zero.
func (b *builder) declare(obj *types.Var, v *val) {
	if obj == nil {
		return
	}
	t := b.typ(obj.Type())
	if b.inSSA(obj, t) {
		x := b.vars[obj]
		if x == nil {
			x = b.newVar(t)
			b.vars[obj] = x
		}
		z := v
		if z == nil {
			zv := b.zero(t)
			z = &zv
		}
		b.writeVar(x, *z)
		return
	}
	a := b.allocVar(obj, t)
	b.vars[obj] = &variable{t: t, addr: a}
	if v != nil {
		b.store(a, *v)
	}
}

// newVar makes an SSA variable.
func (b *builder) newVar(t types.Type) *variable {
	ss := b.p.scalarsOf(t)
	return &variable{t: t, first: b.newScalars(ss), n: len(ss)}
}

func (b *builder) writeVar(x *variable, v val) {
	blk := b.here()
	for i, s := range v.s {
		b.writeScalar(x.first+i, blk, s)
	}
}

func (b *builder) readVar(x *variable) val {
	if x.addr != nil {
		return b.load(x.addr, x.t)
	}
	return val{t: x.t, s: b.readScalars(x.first, x.n)}
}

func (b *builder) readScalars(first, n int) []*ssa.Value {
	blk := b.here()
	s := make([]*ssa.Value, n)
	for i := range s {
		s[i] = b.readScalar(first+i, blk)
	}
	return s
}

// inSSA tells whether a variable is made of SSA scalars.
func (b *builder) inSSA(obj *types.Var, t types.Type) bool {
	if !b.ssaable(t) || b.debugged(obj) {
		return false
	}
	vi := b.fi.varInfo(obj)
	return vi == nil || !vi.inMemory()
}

func (b *builder) allocVar(obj *types.Var, t types.Type) *ssa.Value {
	a := b.alloc(obj.Name(), obj.Pos(), t)
	info := a.Aux.(*ssa.AllocInfo)
	info.Named = true
	if vi := b.fi.varInfo(obj); vi != nil {
		info.NoPromote = vi.noPromote
	}
	if b.debugged(obj) {
		info.NoPromote = true
		b.debugAlloc(obj, t, info)
	}
	return a
}

// typ applies the function's type arguments to t.
func (b *builder) typ(t types.Type) types.Type {
	if b.sub == nil || t == nil {
		return t
	}
	return b.sub.typ(t)
}

// typeOf is the type of an expression, type parameters replaced.
func (b *builder) typeOf(e ast.Expr) types.Type {
	if tv, ok := b.info.Types[e]; ok {
		return b.typ(tv.Type)
	}
	if id, ok := e.(*ast.Ident); ok {
		if obj := b.objectOf(id); obj != nil {
			return b.typ(obj.Type())
		}
	}
	b.fail(e.Pos(), "expression without type")
	return nil
}

func (b *builder) objectOf(id *ast.Ident) types.Object {
	if obj := b.info.Defs[id]; obj != nil {
		return obj
	}
	return b.info.Uses[id]
}
