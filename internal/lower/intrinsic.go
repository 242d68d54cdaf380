package lower

import (
	"go/ast"
	"go/types"
	"strings"

	"strata/internal/ssa"
)

// intrinsicFn lowers a call from its evaluated arguments.
type intrinsicFn func(b *builder, args []val, t types.Type) []val

// intrinsic lowers calls of functions that the compiler knows. Functions of a
// package are known inside it too, but not inside their own body.
func (b *builder) intrinsic(e *ast.CallExpr, c *callee) ([]val, bool) {
	if !plainFunc(c) {
		return nil, false
	}
	path, name := c.fn.Pkg().Path(), c.fn.Name()
	if v, ok := b.special(e, c, path, name); ok {
		return v, true
	}
	f := b.p.intrinsics[path+"."+name]
	if f == nil && !b.p.pulled(c.sym, c.fn) {
		f = b.p.intrinsics[c.sym] // under another name by linkname
	}
	if f == nil {
		return nil, false
	}
	args := b.args(e, c.sig)
	b.setPos(callPos(e))
	t := types.Type(nil)
	if c.sig.Results().Len() > 0 {
		t = c.sig.Results().At(0).Type()
	}
	return f(b, args, t), true
}

// plainFunc tells whether a call is of a function known by name.
func plainFunc(c *callee) bool {
	return c.fn != nil && c.recv == nil && !c.iface && c.fn.Pkg() != nil && c.fn.Signature().Recv() == nil
}

// isIntrinsic tells whether intrinsic lowers calls of c.
func (b *builder) isIntrinsic(c *callee) bool {
	if !plainFunc(c) {
		return false
	}
	switch name := c.fn.Pkg().Path() + "." + c.fn.Name(); name {
	case "internal/abi.FuncPCABI0", "internal/abi.FuncPCABIInternal", "internal/abi.EscapeNonString", "runtime.KeepAlive":
		return true
	default:
		return b.p.intrinsics[name] != nil || b.p.intrinsics[c.sym] != nil && !b.p.pulled(c.sym, c.fn)
	}
}

// special lowers intrinsics that look at their arguments' syntax.
func (b *builder) special(e *ast.CallExpr, c *callee, path, name string) ([]val, bool) {
	switch path {
	case "internal/abi":
		switch name {
		case "FuncPCABI0", "FuncPCABIInternal":
			return []val{b.funcPC(e.Args[0], name == "FuncPCABI0")}, true
		case "EscapeNonString":
			b.escapeNonString(c.fn.Pkg(), b.ex(e.Args[0]))
			return nil, true
		}
	case "runtime":
		if name == "KeepAlive" {
			v := b.ex(e.Args[0])
			for _, s := range v.s {
				if s.Type == ssa.Ptr {
					b.op(ssa.OpKeepAlive, ssa.Void, s)
				}
			}
			if v.inMem() {
				b.op(ssa.OpKeepAlive, ssa.Void, v.addr)
			}
			return nil, true
		}
	}
	return nil, false
}

// escapeNonString calls internal/abi's Escape for v, if it holds pointers other than those of strings.
func (b *builder) escapeNonString(pkg *types.Package, v val) {
	if !hasNonStringPointers(v.t) {
		return
	}
	escape := pkg.Scope().Lookup("Escape").(*types.Func)
	v1 := types.NewTuple(types.NewVar(0, pkg, "", v.t))
	b.callFunc(b.p.funcSym(escape, []types.Type{v.t}), types.NewSignatureType(nil, nil, nil, v1, v1, false), []val{v})
}

func hasNonStringPointers(t types.Type) bool {
	switch t := under(t).(type) {
	case *types.Basic:
		return t.Kind() == types.UnsafePointer
	case *types.Array:
		return t.Len() > 0 && hasNonStringPointers(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			if hasNonStringPointers(f.Type()) {
				return true
			}
		}
		return false
	}
	return true
}

// funcPC is the entry point of the function that an argument names, or of a function value.
func (b *builder) funcPC(e ast.Expr, abi0 bool) val {
	e = ast.Unparen(e)
	var id *ast.Ident
	switch x := e.(type) {
	case *ast.Ident:
		id = x
	case *ast.SelectorExpr:
		if b.info.Selections[x] == nil {
			id = x.Sel
		}
	}
	if id != nil {
		if fn, ok := b.info.Uses[id].(*types.Func); ok {
			sym := b.p.funcSym(fn, nil)
			if abi0 {
				sym += "<ABI0>"
			}
			return scalarVal(tUintptr, b.op(ssa.OpPtrToInt, ssa.I64, b.codeAddr(sym)))
		}
	}
	v := b.ex(e)
	p := v.s[0]
	if isInterface(v.t) {
		p = v.s[1]
	}
	return scalarVal(tUintptr, b.opI(ssa.OpLoad, ssa.I64, 0, p))
}

// behindSegment has the runtime say what v, the return address or the SP of the caller, is when the function has a
// stack segment of its own.
func (b *builder) behindSegment(fn string, v *ssa.Value) *ssa.Value {
	if !b.p.Segmented {
		return v
	}
	return b.rt1(fn, v)
}

// newIntrinsics is the table of known functions, by package path and name.
// Elsewhere the maps' groups are matched as Go's source says for machines other than amd64, and WebAssembly has no division of 128 bits.
func newIntrinsics(goarch string) map[string]intrinsicFn {
	m := map[string]intrinsicFn{}
	addSys(m)
	addBits(m)
	addMath(m)
	addAtomics(m)
	if goarch == "amd64" {
		addMaps(m)
	}
	if goarch == "wasm" {
		delete(m, "math/bits.Div")
		delete(m, "math/bits.Div64")
	}
	return m
}

func addSys(m map[string]intrinsicFn) {
	const sys = "internal/runtime/sys."
	m[sys+"GetCallerPC"] = func(b *builder, _ []val, t types.Type) []val {
		return []val{scalarVal(t, b.behindSegment("callerpc", b.op(ssa.OpCallerPC, ssa.I64)))}
	}
	m[sys+"GetCallerSP"] = func(b *builder, _ []val, t types.Type) []val {
		return []val{scalarVal(t, b.behindSegment("callersp", b.op(ssa.OpPtrToInt, ssa.I64, b.op(ssa.OpCallerSP, ssa.Ptr))))}
	}
	m[sys+"GetClosurePtr"] = func(b *builder, _ []val, t types.Type) []val {
		return []val{scalarVal(t, b.op(ssa.OpPtrToInt, ssa.I64, b.closurePtr()))}
	}
	prefetch := func(kind int64) intrinsicFn {
		return func(b *builder, a []val, t types.Type) []val {
			b.opI(ssa.OpPrefetch, ssa.Void, kind, b.coerce(a[0].scalar(), ssa.Ptr))
			return nil
		}
	}
	m[sys+"Prefetch"] = prefetch(0)
	m[sys+"PrefetchStreamed"] = prefetch(1)
	m["runtime/internal/task.Getg"] = func(b *builder, _ []val, t types.Type) []val {
		return []val{scalarVal(t, b.op(ssa.OpGetG, ssa.Ptr))}
	}
	m["runtime.getg"] = m["runtime/internal/task.Getg"]
	m["crypto/internal/constanttime.boolToUint8"] = func(b *builder, a []val, t types.Type) []val {
		// A bool is the byte 0 or 1 already.
		return []val{scalarVal(t, b.op(ssa.OpTrunc, ssa.I8, b.op(ssa.OpZeroExt, ssa.I64, a[0].scalar())))}
	}
}

// closurePtr reads the closure context, which is there at entry only.
func (b *builder) closurePtr() *ssa.Value {
	for _, v := range b.f.Entry.Values {
		if v.Op == ssa.OpClosurePtr {
			return v
		}
	}
	v := b.f.Entry.Detached(ssa.OpClosurePtr, ssa.Ptr, b.at)
	i := 0
	for i < len(b.f.Entry.Values) && b.f.Entry.Values[i].Op == ssa.OpArg {
		i++
	}
	b.f.Entry.InsertAt(i, v)
	b.f.Pragma |= ssa.NeedCtxt
	return v
}

// unary1 makes an intrinsic of an op on one integer. The op works on the
// argument's type; the result is widened to int.
func unary1(op ssa.Op) intrinsicFn {
	return func(b *builder, a []val, t types.Type) []val {
		x := a[0].scalar()
		r := b.op(op, x.Type, x)
		return []val{scalarVal(t, b.resize(r, b.p.typeOfScalar(t)))}
	}
}

// resize zero-extends or truncates.
func (b *builder) resize(v *ssa.Value, t ssa.Type) *ssa.Value {
	if v.Type.Size() > t.Size() {
		return b.op(ssa.OpTrunc, t, v)
	}
	return b.extend(v, t, true)
}

func tuple2(op ssa.Op) intrinsicFn {
	return func(b *builder, a []val, t types.Type) []val {
		var args []*ssa.Value
		for _, v := range a {
			args = append(args, v.scalar())
		}
		r := b.op(op, ssa.Tuple, args...)
		x, y := b.opI(ssa.OpResult, ssa.I64, 0, r), b.opI(ssa.OpResult, ssa.I64, 1, r)
		return []val{scalarVal(t, x), scalarVal(t, y)}
	}
}

func addBits(m map[string]intrinsicFn) {
	const bits = "math/bits."
	for _, w := range []string{"", "8", "16", "32", "64"} {
		m[bits+"TrailingZeros"+w] = unary1(ssa.OpCtz)
		m[bits+"Len"+w] = unary1(ssa.OpBitLen)
		m[bits+"OnesCount"+w] = unary1(ssa.OpPopCnt)
		m[bits+"RotateLeft"+w] = rotate
		if w == "32" || w == "64" || w == "" {
			m[bits+"ReverseBytes"+w] = unary1(ssa.OpBswap)
		}
	}
	const sys = "internal/runtime/sys."
	for _, w := range []string{"8", "32", "64"} {
		m[sys+"TrailingZeros"+w] = unary1(ssa.OpCtz)
		m[sys+"Len"+w] = unary1(ssa.OpBitLen)
	}
	m[sys+"OnesCount64"] = unary1(ssa.OpPopCnt)
	m[sys+"Bswap32"] = unary1(ssa.OpBswap)
	m[sys+"Bswap64"] = unary1(ssa.OpBswap)
	for _, w := range []string{"", "64"} {
		m[bits+"Add"+w] = tuple2(ssa.OpAddCarry)
		m[bits+"Sub"+w] = tuple2(ssa.OpSubBorrow)
		m[bits+"Mul"+w] = tuple2(ssa.OpMulWideU)
		m[bits+"Div"+w] = divWide
	}
	m["internal/runtime/math.Mul64"] = tuple2(ssa.OpMulWideU)
	m["internal/runtime/math.Add64"] = tuple2(ssa.OpAddCarry)
	m["internal/runtime/math.MulUintptr"] = func(b *builder, a []val, t types.Type) []val {
		r := b.op(ssa.OpMulWideU, ssa.Tuple, a[0].scalar(), a[1].scalar())
		hi, lo := b.opI(ssa.OpResult, ssa.I64, 0, r), b.opI(ssa.OpResult, ssa.I64, 1, r)
		return []val{scalarVal(tUintptr, lo), scalarVal(tBool, b.op(ssa.OpNe, ssa.Bool, hi, b.int(0)))}
	}
}

func rotate(b *builder, a []val, t types.Type) []val {
	x := a[0].scalar()
	return []val{scalarVal(t, b.op(ssa.OpRotL, x.Type, x, a[1].scalar()))}
}

// divWide divides 128 by 64 bits: it panics as bits.Div does.
func divWide(b *builder, a []val, t types.Type) []val {
	hi, lo, y := a[0].scalar(), a[1].scalar(), a[2].scalar()
	b.check(b.op(ssa.OpNe, ssa.Bool, y, b.int(0)), "panicdivide")
	b.check(b.op(ssa.OpLtU, ssa.Bool, hi, y), "panicoverflow")
	return tuple2(ssa.OpDivWideU)(b, []val{scalarVal(t, hi), scalarVal(t, lo), scalarVal(t, y)}, t)
}

func addMath(m map[string]intrinsicFn) {
	f := func(op ssa.Op) intrinsicFn {
		return func(b *builder, a []val, t types.Type) []val {
			return []val{scalarVal(t, b.op(op, ssa.F64, a[0].scalar()))}
		}
	}
	m["math.sqrt"], m["math.Sqrt"] = f(ssa.OpSqrt), f(ssa.OpSqrt)
	m["math.Abs"] = f(ssa.OpAbs)
	m["math.Copysign"] = func(b *builder, a []val, t types.Type) []val {
		return []val{scalarVal(t, b.op(ssa.OpCopySign, ssa.F64, a[0].scalar(), a[1].scalar()))}
	}
	m["math.Floor"], m["math.Ceil"] = f(ssa.OpFloor), f(ssa.OpCeil)
	m["math.Trunc"], m["math.RoundToEven"] = f(ssa.OpTruncF), f(ssa.OpRoundEven)
	bitcast := func(to ssa.Type) intrinsicFn {
		return func(b *builder, a []val, t types.Type) []val {
			return []val{scalarVal(t, b.op(ssa.OpBitcast, to, a[0].scalar()))}
		}
	}
	m["math.Float64bits"], m["math.Float64frombits"] = bitcast(ssa.I64), bitcast(ssa.F64)
	m["math.Float32bits"], m["math.Float32frombits"] = bitcast(ssa.I32), bitcast(ssa.F32)
}

// addAtomics knows the functions of both atomic packages. Stores of pointers
// that need a write barrier are not among them.
func addAtomics(m map[string]intrinsicFn) {
	const rt, std = "internal/runtime/atomic.", "sync/atomic."
	for _, s := range strings.Fields("Load Load8 Load64 LoadAcq LoadAcq64 LoadAcquintptr Loadint32 Loadint64 Loadp Loaduint Loaduintptr") {
		m[rt+s] = atomicLoad
	}
	for _, s := range strings.Fields("Store Store8 Store64 StoreRel StoreRel64 StoreReluintptr Storeint32 Storeint64 StorepNoWB Storeuintptr") {
		m[rt+s] = atomicStore
	}
	for _, s := range strings.Fields("Xadd Xadd64 Xaddint32 Xaddint64 Xadduintptr") {
		m[rt+s] = atomicAdd
	}
	for _, s := range strings.Fields("Xchg Xchg8 Xchg64 Xchgint32 Xchgint64 Xchguintptr") {
		m[rt+s] = atomicOp(ssa.OpAtomicXchg)
	}
	for _, s := range strings.Fields("Cas Cas64 CasRel Casint32 Casint64 Casp1 Casuintptr") {
		m[rt+s] = atomicCAS
	}
	for _, w := range strings.Fields("And And8 And32 And64 Anduintptr") {
		m[rt+w] = atomicOp(ssa.OpAtomicAnd)
		m[rt+strings.Replace(w, "And", "Or", 1)] = atomicOp(ssa.OpAtomicOr)
	}
	for _, w := range strings.Fields("Int32 Int64 Uint32 Uint64 Uintptr") {
		m[std+"Load"+w], m[std+"Store"+w] = atomicLoad, atomicStore
		m[std+"Add"+w], m[std+"CompareAndSwap"+w] = atomicAdd, atomicCAS
		m[std+"Swap"+w] = atomicOp(ssa.OpAtomicXchg)
		m[std+"And"+w], m[std+"Or"+w] = atomicOp(ssa.OpAtomicAnd), atomicOp(ssa.OpAtomicOr)
	}
	m[std+"LoadPointer"] = atomicLoad
	m["sync.runtime_LoadAcquintptr"], m["sync.runtime_StoreReluintptr"] = atomicLoad, atomicStore
}

// atomicPtr is the checked address an atomic works on.
func (b *builder) atomicPtr(v val) *ssa.Value {
	return b.nilCheck(b.coerce(v.scalar(), ssa.Ptr))
}

func atomicLoad(b *builder, a []val, t types.Type) []val {
	return []val{scalarVal(t, b.op(ssa.OpAtomicLoad, b.p.typeOfScalar(t), b.atomicPtr(a[0])))}
}

func atomicStore(b *builder, a []val, t types.Type) []val {
	b.op(ssa.OpAtomicStore, ssa.Void, b.atomicPtr(a[0]), a[1].scalar())
	if t != nil { // sync.runtime_StoreReluintptr says it returns something
		return []val{b.zero(t)}
	}
	return nil
}

// atomicAdd gives the new value.
func atomicAdd(b *builder, a []val, t types.Type) []val {
	d := a[1].scalar()
	old := b.op(ssa.OpAtomicAdd, d.Type, b.atomicPtr(a[0]), d)
	return []val{scalarVal(t, b.op(ssa.OpAdd, d.Type, old, d))}
}

// atomicOp gives the old value, if any is wanted.
func atomicOp(op ssa.Op) intrinsicFn {
	return func(b *builder, a []val, t types.Type) []val {
		x := a[1].scalar()
		old := b.op(op, x.Type, b.atomicPtr(a[0]), x)
		if t == nil {
			return nil
		}
		return []val{scalarVal(t, old)}
	}
}

func atomicCAS(b *builder, a []val, t types.Type) []val {
	return []val{scalarVal(t, b.op(ssa.OpAtomicCAS, ssa.Bool, b.atomicPtr(a[0]), a[1].scalar(), a[2].scalar()))}
}

// addMaps knows how maps search their control groups: a set of slots is a bit per slot here, a byte per slot in the library's
// Go code, so all functions on such sets are known or none.
func addMaps(m map[string]intrinsicFn) {
	const maps = "internal/runtime/maps."
	for i, name := range []string{ssa.GroupMatchH2: "H2", ssa.GroupMatchEmpty: "Empty", ssa.GroupMatchEmptyOrDeleted: "EmptyOrDeleted", ssa.GroupMatchFull: "Full"} {
		m[maps+"ctrlGroupMatch"+name] = func(b *builder, a []val, t types.Type) []val {
			args := []*ssa.Value{a[0].scalar()}
			if i == ssa.GroupMatchH2 {
				args = append(args, a[1].scalar())
			}
			return []val{scalarVal(t, b.opI(ssa.OpCtrlGroup, ssa.I64, int64(i), args...))}
		}
	}
	m[maps+"bitsetFirst"] = func(b *builder, a []val, t types.Type) []val {
		set := b.op(ssa.OpTrunc, ssa.I8, a[0].scalar())
		return []val{scalarVal(t, b.resize(b.op(ssa.OpCtz, ssa.I8, set), ssa.I64))}
	}
	m[maps+"bitsetRemoveBelow"] = func(b *builder, a []val, t types.Type) []val {
		mask := b.op(ssa.OpShl, ssa.I64, b.int(-1), a[1].scalar())
		return []val{scalarVal(t, b.op(ssa.OpAnd, ssa.I64, a[0].scalar(), mask))}
	}
	m[maps+"bitsetLowestSet"] = func(b *builder, a []val, t types.Type) []val {
		low := b.op(ssa.OpAnd, ssa.I64, a[0].scalar(), b.int(1))
		return []val{scalarVal(t, b.op(ssa.OpNe, ssa.Bool, low, b.int(0)))}
	}
	m[maps+"bitsetShiftOutLowest"] = func(b *builder, a []val, t types.Type) []val {
		return []val{scalarVal(t, b.op(ssa.OpShr, ssa.I64, a[0].scalar(), b.int(1)))}
	}
}
