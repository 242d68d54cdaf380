package wasm

import (
	"strata/internal/codegen"
	"strata/internal/ssa"
	"strata/internal/wasm/module"
)

// addr is a place in memory: what base pushes plus an offset.
type addr struct {
	base  func()
	off   int64
	place addrPlace
}

type addrPlace uint8

const (
	elsewhere addrPlace = iota
	ofFrame
)

// push pushes the base.
func (a *addr) push() { a.base() }

func (e *emitter) atFrame(off int64) addr {
	return addr{base: func() { e.code.Idx(module.LocalGet, e.fp) }, off: off, place: ofFrame}
}

// outArea is a place among outgoing arguments, argArea among incoming ones and results.
func (e *emitter) outArea(off int64) addr { return e.atFrame(8 + off) }

func (e *emitter) argArea(off int64) addr {
	if !e.hasFrame {
		return addr{base: func() { e.code.Idx(module.GlobalGet, Base) }, off: 8 + off}
	}
	return e.atFrame(16 + e.Frame.Size + off)
}

func (e *emitter) slotAddr(s *ssa.Slot, off int64) addr {
	switch s.Area {
	case ssa.OutgoingArea:
		return e.outArea(s.Off + off)
	case ssa.ResultArea:
		return e.argArea(s.Off + off)
	}
	return e.atFrame(8 + e.Frame.Slots[s.ID] + off)
}

// addrOf takes a pointer apart.
func (e *emitter) addrOf(p *ssa.Value, off int64) addr {
	for {
		p = name(p)
		if p.Op != ssa.OpOffPtr {
			break
		}
		off += p.AuxInt
		p = p.Args[0]
	}
	var a addr
	switch p.Op {
	case ssa.OpLocalAddr:
		a = e.slotAddr(p.Aux.(*ssa.Slot), p.AuxInt+off)
	case ssa.OpArgAddr:
		a = e.argArea(p.AuxInt + off)
	case ssa.OpGlobalAddr:
		sym, at := p.Aux.(string), p.AuxInt+off
		a = addr{base: func() { e.address(sym, at) }}
	default:
		a = addr{base: func() { e.push(p) }, off: off}
	}
	if a.off < 0 || a.off > 1<<30 {
		base, by := a.base, a.off
		a.base = func() {
			base()
			e.code.I32(int32(by))
			e.code.Op(module.I32Add)
		}
		a.off, a.place = 0, elsewhere
	}
	return a
}

// pushAddr pushes the address itself.
func (e *emitter) pushAddr(a addr) {
	a.push()
	if a.off != 0 {
		e.code.I32(int32(a.off))
		e.code.Op(module.I32Add)
	}
}

// keep has an address whose base is used several times computed once.
func (e *emitter) keep(a addr, p *ssa.Value) (addr, func()) {
	if a.place == ofFrame {
		return a, func() {}
	}
	if p != nil {
		for p = name(p); p.Op == ssa.OpOffPtr; p = name(p.Args[0]) {
		}
		if e.x.place[p.ID] == local && a.off != 0 || p.Op == ssa.OpGlobalAddr {
			return a, func() {}
		}
	}
	t := e.temp(module.I32)
	a.push()
	e.code.Idx(module.LocalSet, t)
	a.base = func() { e.code.Idx(module.LocalGet, t) }
	return a, func() { e.release(module.I32, t) }
}

var loads = [...]module.Op{
	ssa.Bool: module.I32Load8U, ssa.I8: module.I32Load8U, ssa.I16: module.I32Load16U, ssa.I32: module.I32Load, ssa.I64: module.I64Load,
	ssa.Ptr: module.I32Load, ssa.F32: module.F32Load, ssa.F64: module.F64Load,
}

var stores = [...]module.Op{
	ssa.Bool: module.I32Store8, ssa.I8: module.I32Store8, ssa.I16: module.I32Store16, ssa.I32: module.I32Store, ssa.I64: module.I64Store,
	ssa.F32: module.F32Store, ssa.F64: module.F64Store,
}

func (e *emitter) loadFrom(a addr, t ssa.Type) {
	a.push()
	e.code.Mem(loads[t], uint32(a.off))
}

// storeOp stores the value of type t on the stack, whose address is below it.
func (e *emitter) storeOp(t ssa.Type, off int64) {
	if t == ssa.Ptr {
		e.code.Op(module.I64ExtendI32U)
		e.code.Mem(module.I64Store, uint32(off))
		return
	}
	e.code.Mem(stores[t], uint32(off))
}

func (e *emitter) load(v *ssa.Value) { e.loadFrom(e.addrOf(v.Args[0], v.AuxInt), v.Type) }

func (e *emitter) store(v *ssa.Value) {
	a := e.addrOf(v.Args[0], v.AuxInt)
	x := v.Args[1]
	a.push()
	if x.Type == ssa.Ptr && x.Op == ssa.OpConst {
		e.code.I64(x.AuxInt)
		e.code.Mem(module.I64Store, uint32(a.off))
		return
	}
	e.push(x)
	e.storeOp(x.Type, a.off)
}

// unrolled is the size up to which memory is copied and cleared word by word.
const unrolled = 64

// pieces cuts n bytes into 8, 4, 2 and 1.
func pieces(n int64, each func(off int64, t ssa.Type)) {
	off := int64(0)
	for _, t := range []ssa.Type{ssa.I64, ssa.I32, ssa.I16, ssa.I8} {
		for ; n-off >= t.Size(); off += t.Size() {
			each(off, t)
		}
	}
}

// copyMem copies n bytes; the two places are apart or the same.
func (e *emitter) copyMem(n int64, dst, src addr) {
	if n == 0 {
		return
	}
	if n > unrolled {
		e.pushAddr(dst)
		e.pushAddr(src)
		e.code.I32(int32(n))
		e.code.Op(module.MemoryCopy)
		return
	}
	pieces(n, func(off int64, t ssa.Type) {
		dst.push()
		src.push()
		e.code.Mem(loads[t], uint32(src.off+off))
		e.code.Mem(stores[t], uint32(dst.off+off))
	})
}

func (e *emitter) clearMem(n int64, dst addr) {
	if n > unrolled {
		e.pushAddr(dst)
		e.code.I32(0)
		e.code.I32(int32(n))
		e.code.Op(module.MemoryFill)
		return
	}
	pieces(n, func(off int64, t ssa.Type) {
		dst.push()
		e.zero(wasmType(t))
		e.code.Mem(stores[t], uint32(dst.off+off))
	})
}

func (e *emitter) move(v *ssa.Value) {
	n := v.AuxInt
	if n == 0 {
		return
	}
	dst, src := e.addrOf(v.Args[0], 0), e.addrOf(v.Args[1], 0)
	if n > unrolled || n == 8 || n == 4 || n == 2 || n == 1 {
		e.copyMem(n, dst, src)
		return
	}
	dst, done := e.keep(dst, v.Args[0])
	src, done2 := e.keep(src, v.Args[1])
	e.copyMem(n, dst, src)
	done2()
	done()
}

func (e *emitter) zeroMem(v *ssa.Value) {
	n := v.AuxInt
	dst := e.addrOf(v.Args[0], 0)
	if n > 8 && n <= unrolled {
		var done func()
		dst, done = e.keep(dst, v.Args[0])
		defer done()
	}
	e.clearMem(n, dst)
}

func (e *emitter) memCopy(v *ssa.Value) {
	e.push(v.Args[0])
	e.push(v.Args[1])
	e.pushAs(v.Args[2], ssa.I32)
	e.code.Op(module.MemoryCopy)
}

func (e *emitter) memClear(v *ssa.Value) {
	e.push(v.Args[0])
	e.code.I32(0)
	e.pushAs(v.Args[1], ssa.I32)
	e.code.Op(module.MemoryFill)
}

// memEqConst compares bytes: the differences of all words are collected.
func (e *emitter) memEqConst(v *ssa.Value) {
	p, q := e.addrOf(v.Args[0], 0), e.addrOf(v.Args[1], 0)
	switch v.AuxInt {
	case 1, 2, 4, 8:
		t := ssa.IntType(v.AuxInt)
		e.loadFrom(p, t)
		e.loadFrom(q, t)
		if t == ssa.I64 {
			e.code.Op(module.I64Eq)
		} else {
			e.code.Op(module.I32Eq)
		}
		return
	}
	p, done := e.keep(p, v.Args[0])
	q, done2 := e.keep(q, v.Args[1])
	first := true
	pieces(v.AuxInt, func(off int64, t ssa.Type) {
		for _, a := range []addr{p, q} {
			a.off += off
			e.loadFrom(a, t)
			e.convert(t, ssa.I64)
		}
		e.code.Op(module.I64Xor)
		if !first {
			e.code.Op(module.I64Or)
		}
		first = false
	})
	if first {
		e.code.I64(0)
	}
	e.code.Op(module.I64Eqz)
	done2()
	done()
}

// constOf is a constant in the width that it has on the stack, sign-extended.
func constOf(v *ssa.Value) int64 { return codegen.ConstOf(v) }
