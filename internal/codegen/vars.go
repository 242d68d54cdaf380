package codegen

import (
	"cmp"
	"go/token"
	"slices"

	"strata/internal/object"
	"strata/internal/ssa"
)

// What debuggers are told of a function: where its variables are, which code
// belongs to the blocks that declare them, and where the first statement begins.

// vars gives the places of the variables that have one.
func (e *Emitter) vars(fi *object.FuncInfo, pc []int32) {
	fi.Debug = e.F.Debug
	if len(e.F.Vars) > 0 {
		scopes := newScopes(e.F.Vars)
		used := e.M.UsedSlots()
		for i := range e.F.Vars {
			if v := &e.F.Vars[i]; v.InArgs || v.Slot != nil && used[v.Slot.ID] {
				fi.Vars = append(fi.Vars, e.variable(v, scopes))
			}
		}
		fi.Scopes = scopes.code(e.Pos, pc)
	}
	if e.F.Debug {
		fi.BodyPC = pc[e.Bound]
	}
}

// variable describes one variable. Places count from the canonical frame address: SP behind the return.
func (e *Emitter) variable(v *ssa.DebugVar, scopes *scopes) object.Var {
	_, line := e.position(v.Pos)
	out := object.Var{Name: v.Name, GoType: v.Type, Param: v.Param, Result: v.Result, Line: line, Scope: scopes.number(v.Scope)}
	if v.InArgs {
		out.SPOff = int32(v.ArgOff)
	} else {
		out.SPOff = int32(e.Frame.Slots[v.Slot.ID] - e.Frame.Size - 8)
	}
	out.SPOff += int32(e.M.Target.LinkArea)
	return out
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
