package lower

import (
	"go/ast"
	"go/types"

	"strata/internal/ssa"
)

// keepPointers serves the directives uintptrkeepalive and uintptrescapes: of
// arguments written as uintptr(pointer) it gives the pointers, for the caller
// to keep alive until the call returns. The arguments are left as hoisted, for
// args to find.
func (b *builder) keepPointers(e *ast.CallExpr, c *callee) (kept []val) {
	if c.fn == nil {
		return nil
	}
	d := b.p.index.declOf[b.p.originOf(c.fn)]
	if d == nil {
		return nil
	}
	pragma := b.p.index.pragma(d)
	if pragma&(ssa.UintptrKeepAlive|ssa.UintptrEscapes) == 0 {
		return nil
	}
	b.hoistParts(e.Args...)
	for _, a := range e.Args {
		ptr := b.convertedPointer(a)
		if ptr == nil {
			continue
		}
		v := b.ex(ptr)
		if pragma&ssa.UintptrEscapes != 0 {
			b.escape(v)
		}
		if b.hoisted == nil {
			b.hoisted = map[ast.Expr]val{}
		}
		b.hoisted[a] = scalarVal(b.typeOf(a), b.op(ssa.OpPtrToInt, ssa.I64, v.s[0]))
		kept = append(kept, v)
	}
	return kept
}

// escape lets every pointer of v go to the heap.
func (b *builder) escape(v val) {
	a := b.opA(ssa.OpAlloc, ssa.Ptr, 0, &ssa.AllocInfo{Name: "escape", Mem: b.p.memType(v.t), TypeSym: b.p.typeSym(v.t), Heap: true, NoPromote: true})
	b.store(a, v)
}

// convertedPointer gives x of uintptr(x) for an unsafe.Pointer x, nil for other expressions.
func (b *builder) convertedPointer(e ast.Expr) ast.Expr {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || !b.info.Types[call.Fun].IsType() {
		return nil
	}
	t, ok := under(b.typeOf(call)).(*types.Basic)
	if !ok || t.Kind() != types.Uintptr || !isUnsafePointer(b.typeOf(call.Args[0])) {
		return nil
	}
	return call.Args[0]
}

// keepAlive lets values live up to here.
func (b *builder) keepAlive(vals []val) {
	for _, v := range vals {
		for _, s := range v.s {
			if s.Type == ssa.Ptr && b.cur != nil {
				b.op(ssa.OpKeepAlive, ssa.Void, s)
			}
		}
	}
}
