package lower

import (
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"strata/internal/object"
	"strata/internal/ssa"
)

// Functions that are compiled for a debugger keep every source variable in
// memory of its own. What is known of a variable goes to ssa.Func.Vars; it
// gets its place when escape analysis has decided on its object.

// debugVar is a variable that the debugger is told of: its number in
// ssa.Func.Vars, and the object that is the variable at present. A loop that
// gives every iteration a fresh variable has two; the body's counts.
type debugVar struct {
	number int32 // as ssa.AllocInfo.Var
	object *ssa.AllocInfo
}

// debugged tells whether a variable must be found by a debugger. Those that the compiler made up have no position, or
// names that begin with #.
func (b *builder) debugged(obj *types.Var) bool {
	return b.f.Debug && obj.Pos().IsValid() && !strings.HasPrefix(obj.Name(), "#")
}

// debugEntry is the entry of a variable in ssa.Func.Vars.
func (b *builder) debugEntry(obj *types.Var, t types.Type) *debugVar {
	if d := b.debug[obj]; d != nil {
		return d
	}
	v := ssa.DebugVar{Name: obj.Name(), Type: b.p.typeSym(t), PtrType: b.p.typeSym(types.NewPointer(t)), Pos: obj.Pos()}
	for i, r := range b.results {
		if r == obj {
			v.Param, v.Result = true, true
			if obj.Name() == "~r" {
				v.Name += strconv.Itoa(i)
			}
		}
	}
	v.Scope = b.scopeOf(obj)
	b.f.Vars = append(b.f.Vars, v)
	d := &debugVar{number: int32(len(b.f.Vars))}
	if b.debug == nil {
		b.debug = map[*types.Var]*debugVar{}
	}
	b.debug[obj] = d
	return d
}

// scopeOf is the extent of the block that declares a variable, NoPos if that is the function.
func (b *builder) scopeOf(obj *types.Var) (extent [2]token.Pos) {
	s := obj.Parent()
	if s == nil || s.Pos() <= b.f.Pos || b.info.Scopes[b.fi.node] == s {
		return extent
	}
	if obj.Pos() < b.f.Pos || obj.Pos() >= b.f.End { // captured
		return extent
	}
	return [2]token.Pos{s.Pos(), s.End()}
}

// debugAlloc notes that an object is a variable.
func (b *builder) debugAlloc(obj *types.Var, t types.Type, info *ssa.AllocInfo) {
	d := b.debugEntry(obj, t)
	if d.object != nil {
		d.object.Var = 0
	}
	d.object, info.Var = info, d.number
}

// debugParam notes a parameter that is the variable itself: in the argument area, or assembled in a slot.
func (b *builder) debugParam(obj *types.Var, v val) {
	if !b.debugged(obj) {
		return
	}
	e := &b.f.Vars[b.debugEntry(obj, v.t).number-1]
	e.Param = true
	switch v.addr.Op {
	case ssa.OpArgAddr:
		e.InArgs, e.ArgOff = true, v.addr.AuxInt
	case ssa.OpLocalAddr:
		e.Slot = v.addr.Aux.(*ssa.Slot)
	}
}

// debugCaptured keeps the address of a variable that a closure has captured by reference.
func (b *builder) debugCaptured(obj *types.Var, t types.Type, addr *ssa.Value) {
	if !b.debugged(obj) {
		return
	}
	e := &b.f.Vars[b.debugEntry(obj, t).number-1]
	place := b.temp(types.NewPointer(t))
	e.Escaped(place.Aux.(*ssa.Slot))
	b.opI(ssa.OpStore, ssa.Void, 0, place, addr)
}

// TypeSym is the descriptor symbol of a package's type; "" if the program has no such type.
func (p *Program) TypeSym(pkgPath, name string) string {
	for _, pkg := range p.Load.Packages {
		if pkg.Path != pkgPath || pkg.Types == nil {
			continue
		}
		if obj, ok := pkg.Types.Scope().Lookup(name).(*types.TypeName); ok {
			return p.typeSym(obj.Type())
		}
	}
	return ""
}

// hugeType is the size from which on types are not described: such arrays are address space, not data.
const hugeType = 1 << 24

// DebugDescriptor builds the descriptor of a type that was mentioned, with its helper
// symbols, for a debugger; none for a type that is not known, or huge.
func (p *Program) DebugDescriptor(sym string) ([]*object.Symbol, error) {
	t := p.TypeOf(sym)
	if t == nil || p.Sizes.Sizeof(t) > hugeType {
		return nil, nil
	}
	def, ok := p.Def(sym).(*DataDef)
	if !ok {
		return nil, nil
	}
	return def.Build()
}

// TypeOf is the type of a descriptor symbol that was mentioned, or nil.
func (p *Program) TypeOf(sym string) types.Type {
	p.mu.RLock()
	t := p.typesBy[sym]
	p.mu.RUnlock()
	if t == nil && p.base != nil {
		return p.base.TypeOf(sym)
	}
	return t
}
