package opt

import "strata/internal/ssa"

// lowerAllocs gives every remaining Alloc its place: a frame slot where escape
// analysis said so, otherwise a call of runtime.newobject.
func lowerAllocs(f *ssa.Func, cfg *Config) {
	for _, b := range f.Blocks {
		for i := 0; i < len(b.Values); i++ {
			v := b.Values[i]
			if v.Op != ssa.OpAlloc {
				continue
			}
			info := v.Aux.(*ssa.AllocInfo)
			if info.Stack || info.OnStack {
				i = stackAlloc(f, b, i, info)
			} else {
				i = heapAlloc(f, b, i, info, cfg)
			}
		}
	}
}

// stackAlloc makes v the address of a slot that is zeroed where v stood.
func stackAlloc(f *ssa.Func, b *ssa.Block, i int, info *ssa.AllocInfo) int {
	v := b.Values[i]
	slot := f.NewSlot(info.Name, info.Mem.Size, info.Mem.Align, info.Mem.PtrMask)
	slot.Pos = v.Pos.P
	if info.Var != 0 {
		f.Vars[info.Var-1].Slot = slot
	}
	v.Op, v.Aux = ssa.OpLocalAddr, slot
	def := b.Detached(ssa.OpVarDef, ssa.Void, v.Pos)
	def.Aux = slot
	b.InsertAt(i, def)
	if info.Mem.Size == 0 {
		return i + 1
	}
	zero := b.Detached(ssa.OpZero, ssa.Void, v.Pos, v)
	zero.AuxInt, zero.Aux = info.Mem.Size, info.Mem
	b.InsertAt(i+2, zero)
	return i + 2
}

func heapAlloc(f *ssa.Func, b *ssa.Block, i int, info *ssa.AllocInfo, cfg *Config) int {
	v := b.Values[i]
	typ := b.Detached(ssa.OpGlobalAddr, ssa.Ptr, v.Pos)
	typ.Aux = info.TypeSym
	call := b.Detached(ssa.OpCall, ssa.Tuple, v.Pos, typ)
	target := cfg.RT("newobject")
	target.Object = info.Mem
	call.Aux = target
	b.InsertAt(i, typ, call)
	v.Reset(ssa.OpResult)
	v.AddArgs(call)
	if info.Var == 0 {
		return i + 2
	}
	// The debugger finds the variable through a pointer in the frame.
	slot := f.NewSlot("&"+info.Name, 8, 8, []byte{1})
	slot.Zeroed = true
	f.Vars[info.Var-1].Escaped(slot)
	place := b.Detached(ssa.OpLocalAddr, ssa.Ptr, v.Pos)
	place.Aux = slot
	b.InsertAt(i+3, place, b.Detached(ssa.OpStore, ssa.Void, v.Pos, place, v))
	return i + 4
}
