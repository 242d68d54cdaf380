package amd64

import (
	"cmp"
	"go/token"
	"slices"

	"strata/internal/amd64/x86"
	"strata/internal/object"
	"strata/internal/ssa"
)

// What debuggers are told of a function: where its variables are, which code
// belongs to the blocks that declare them, and where the first statement begins.

// vars gives the places of the variables that have one.
func (e *emitter) vars(fi *object.FuncInfo, pc []int32) {
	fi.Debug = e.f.Debug
	if len(e.f.Vars) > 0 {
		scopes := newScopes(e.f.Vars)
		used := e.m.usedSlots()
		for i := range e.f.Vars {
			if v := &e.f.Vars[i]; v.InArgs || v.Slot != nil && used[v.Slot.ID] {
				fi.Vars = append(fi.Vars, e.variable(v, scopes))
			}
		}
		fi.Scopes = scopes.code(e.pos, pc)
	}
	if e.f.Debug {
		fi.BodyPC = pc[e.bound]
	}
}

// variable describes one variable. Places count from the canonical frame address, which lies above the return address.
func (e *emitter) variable(v *ssa.DebugVar, scopes *scopes) object.Var {
	_, line := e.position(v.Pos)
	out := object.Var{Name: v.Name, GoType: v.Type, Param: v.Param, Result: v.Result, Line: line, Scope: scopes.number(v.Scope)}
	if v.InArgs {
		out.SPOff = int32(v.ArgOff)
	} else {
		out.SPOff = int32(e.frame.slots[v.Slot.ID] - e.frame.size - 8)
	}
	return out
}

// lowerNop makes the instruction at which a function compiled for a debugger has its parameters and
// results in place: breakpoints on the function go there.
func lowerNop(s *selector, v *ssa.Value) { s.pseudo(expandNop) }

func expandNop(e *emitter, in *inst) {
	e.bound = len(e.prog)
	e.op(x86.XCHGL, x86.R(x86.AX), x86.R(x86.AX))
}

// scopes are the extents of a function's blocks that declare variables, outer ones before inner ones.
type scopes struct{ extents [][2]token.Pos }

func newScopes(vars []ssa.DebugVar) *scopes {
	s := &scopes{}
	for i := range vars {
		if vars[i].Scope[0].IsValid() {
			s.extents = append(s.extents, vars[i].Scope)
		}
	}
	slices.SortFunc(s.extents, func(a, b [2]token.Pos) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(b[1], a[1]))
	})
	s.extents = slices.Compact(s.extents)
	return s
}

// number is 1 + the index of an extent, 0 for the function.
func (s *scopes) number(extent [2]token.Pos) int32 {
	return int32(slices.Index(s.extents, extent)) + 1
}

// parent is the number of the innermost other extent around the i-th.
func (s *scopes) parent(i int) int32 {
	for j := i - 1; j >= 0; j-- {
		if s.extents[j][1] >= s.extents[i][1] {
			return int32(j) + 1
		}
	}
	return 0
}

// code finds the instructions of every block.
func (s *scopes) code(pos []ssa.Pos, pc []int32) []object.Scope {
	out := make([]object.Scope, len(s.extents))
	for i, extent := range s.extents {
		out[i].Parent = s.parent(i)
		for k, p := range pos {
			if p.Inl != 0 || p.P < extent[0] || p.P >= extent[1] || pc[k] == pc[k+1] {
				continue
			}
			list := out[i].Ranges
			if n := len(list); n > 0 && list[n-1][1] == pc[k] {
				list[n-1][1] = pc[k+1]
			} else {
				out[i].Ranges = append(list, [2]int32{pc[k], pc[k+1]})
			}
		}
	}
	return out
}
