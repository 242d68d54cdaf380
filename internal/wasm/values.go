package wasm

import (
	"strata/internal/abi"
	"strata/internal/codegen"
	"strata/internal/ssa"
	"strata/internal/wasm/module"
)

// Where values live. A value is one of these:
//
//   - made again at each use: constants, addresses of symbols and slots, addresses at a constant distance from another (remat);
//   - another name of its argument (alias);
//   - computed on the operand stack where its only user needs it (nested);
//   - in a local (local);
//   - of no interest (dead).
//
// A nested value is computed when the statement that it is part of is, its root: nothing that could change it may lie between.

type place uint8

const (
	dead place = iota
	remat
	nested
	local
)

// values has what is known of a function's values, by ID.
type values struct {
	f     *ssa.Func
	place []place
	uses  []int32      // uses by values that are not dead, names followed
	user  []*ssa.Value // the last of them, nil for the end of a block or the edge to a phi
	root  []int32      // index in the block of the statement that computes it; len(Values) for the end
	index []int32      // in its block
	reg   []uint32     // local
	calls map[*ssa.Value]callKind
	// parts are the results of a tuple that are in locals, made where the tuple is.
	parts  map[*ssa.Value][]*ssa.Value
	rooted []bool // of values made again at each use: the only use is in the same block, at root
}

// wasmType is the type of a value of t in a local.
func wasmType(t ssa.Type) module.Type {
	switch t {
	case ssa.I64:
		return module.I64
	case ssa.F32:
		return module.F32
	case ssa.F64:
		return module.F64
	}
	return module.I32
}

// compType is the type in which a component is passed.
func compType(c *abi.Component) ssa.Type {
	switch c.Class {
	case abi.Ptr, abi.Mem:
		return ssa.Ptr
	case abi.Float:
		if c.Size == 4 {
			return ssa.F32
		}
		return ssa.F64
	}
	return ssa.IntType(c.Size)
}

// name follows other names of a value.
func name(v *ssa.Value) *ssa.Value {
	for {
		switch v.Op {
		case ssa.OpCopy, ssa.OpNilCheck, ssa.OpBounds:
			v = v.Args[0]
		case ssa.OpTrunc:
			if wasmType(v.Type) != wasmType(v.Args[0].Type) {
				return v
			}
			v = v.Args[0]
		case ssa.OpOffPtr:
			if v.AuxInt != 0 {
				return v
			}
			v = v.Args[0]
		default:
			return v
		}
	}
}

// isRemat tells whether v is made again at each use.
func isRemat(v *ssa.Value) bool {
	return codegen.AtUse(v) || v.Op == ssa.OpOffPtr
}

// isName tells whether v is another name of its argument.
func isName(v *ssa.Value) bool { return name(v) != v }

// effects of ops that matter for the order of computation.
func isPure(op ssa.Op) bool { return op.Has(ssa.Pure) || op == ssa.OpPtrToInt || op == ssa.OpIntToPtr }

// readsOnly tells of ops that may be computed later as long as no memory is written and nothing called in between.
func readsOnly(op ssa.Op) bool {
	switch op {
	case ssa.OpLoad, ssa.OpMemEqConst, ssa.OpGetG, ssa.OpGetCPUFlag, ssa.OpSP:
		return true
	}
	return false
}

// isStatement tells of ops that are computed in their place whoever wants their result.
func isStatement(op ssa.Op) bool {
	return !isPure(op) && !readsOnly(op) && op != ssa.OpPhi && op != ssa.OpArg && op != ssa.OpClosurePtr && op != ssa.OpResult
}

// writes tells of statements over which no load is moved.
func writes(op ssa.Op) bool {
	return op.Has(ssa.Writes|ssa.CallOp) || op.Has(ssa.Effect) && isStatement(op)
}

// traps tells of ops that may stop the program for arguments that have no meaning.
func traps(op ssa.Op) bool {
	switch op {
	case ssa.OpDiv, ssa.OpDivU, ssa.OpMod, ssa.OpModU, ssa.OpLoad, ssa.OpMemEqConst:
		return true
	}
	return false
}

// newValues finds a place for every value but does not number locals.
func newValues(f *ssa.Func, rpo []*ssa.Block) *values {
	n := f.NumValues()
	x := &values{f: f, place: make([]place, n), uses: make([]int32, n), user: make([]*ssa.Value, n), root: make([]int32, n),
		index: make([]int32, n), reg: make([]uint32, n), calls: map[*ssa.Value]callKind{},
		parts: map[*ssa.Value][]*ssa.Value{}, rooted: make([]bool, n)}
	x.count(rpo)
	for _, b := range rpo {
		x.nest(b)
	}
	return x
}

// count counts uses by what is computed at all.
func (x *values) count(rpo []*ssa.Block) {
	var work []*ssa.Value
	live := make([]bool, len(x.place))
	need := func(a *ssa.Value, user *ssa.Value) {
		a = name(a)
		x.uses[a.ID]++
		x.user[a.ID] = user
		if !live[a.ID] {
			live[a.ID] = true
			work = append(work, a)
		}
	}
	args := func(v *ssa.Value) {
		for _, a := range v.Args {
			if v.Op == ssa.OpPhi || v.Op == ssa.OpResult {
				need(a, nil)
			} else {
				need(a, v)
			}
		}
	}
	for _, b := range rpo {
		for i, v := range b.Values {
			x.index[v.ID] = int32(i)
			if isStatement(v.Op) {
				if k := x.kindOfCall(v); k != notCall {
					x.calls[v] = k
				}
				live[v.ID] = true
				args(v)
			}
		}
		for _, c := range b.Controls {
			need(c, nil)
		}
	}
	for len(work) > 0 {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		if !isStatement(v.Op) {
			args(v)
		}
	}
	for _, b := range rpo {
		for _, v := range b.Values {
			switch {
			case isName(v) || !live[v.ID]:
			case isRemat(v):
				x.place[v.ID] = remat
			case x.uses[v.ID] > 0 && v.Type.IsReg():
				x.place[v.ID] = local
				if v.Op == ssa.OpResult {
					x.parts[v.Args[0]] = append(x.parts[v.Args[0]], v)
				}
			}
		}
	}
}

// made is the block in which v gets its value.
func made(v *ssa.Value) *ssa.Block {
	if v.Op == ssa.OpResult {
		return v.Args[0].Block
	}
	return v.Block
}

// results lists the values in locals that v makes: itself or the parts of a tuple.
func (x *values) results(v *ssa.Value) []*ssa.Value {
	if v.Type == ssa.Tuple {
		return x.parts[v]
	}
	if x.place[v.ID] == local {
		return []*ssa.Value{v}
	}
	return nil
}

// nest finds the values of b that are computed where they are used. An address at a constant distance is computed at each use, so
// the value that it starts from has as many uses as it has itself.
func (x *values) nest(b *ssa.Block) {
	n := len(b.Values)
	before := make([]int32, n+1) // writes in front of each value
	for i, v := range b.Values {
		before[i+1] = before[i]
		if writes(v.Op) {
			before[i+1]++
		}
	}
	control := map[*ssa.Value]bool{}
	for _, c := range b.Controls {
		control[name(c)] = true
	}
	for i := n - 1; i >= 0; i-- {
		v := b.Values[i]
		x.root[v.ID] = int32(i)
		if x.place[v.ID] != local && x.place[v.ID] != remat || isStatement(v.Op) || x.uses[v.ID] != 1 {
			continue
		}
		if v.Op == ssa.OpPhi || v.Op == ssa.OpArg || v.Op == ssa.OpClosurePtr || v.Op == ssa.OpResult || v.Type == ssa.Tuple {
			continue
		}
		at := int32(n)
		if u := x.user[v.ID]; u != nil {
			if u.Block != b || u.Op == ssa.OpBounds || u.Type == ssa.Tuple && !u.Op.Has(ssa.CallOp) || !x.mayNest(v, u) {
				continue
			}
			at = x.root[u.ID]
			if x.place[u.ID] == remat && !x.rooted[u.ID] {
				continue
			}
			if r := b.Values; at < int32(n) && !x.mayNest(v, r[at]) {
				continue
			}
		} else if !control[v] {
			continue
		}
		if readsOnly(v.Op) && before[at] != before[i] {
			continue
		}
		x.root[v.ID], x.rooted[v.ID] = at, true
		if x.place[v.ID] == local {
			x.place[v.ID] = nested
		}
	}
}

// mayNest tells whether v may be computed as part of u: what a call that may be resumed computes is computed again when it is,
// from locals that have no meaning then.
func (x *values) mayNest(v, u *ssa.Value) bool {
	return x.calls[u] == notCall || !traps(v.Op)
}

// elsewhere tells of values that are not computed in their place, if at all.
func (x *values) elsewhere(v *ssa.Value) bool {
	switch x.place[v.ID] {
	case nested, remat:
		return true
	case dead:
		return !isStatement(v.Op) && len(x.parts[v]) == 0
	}
	return false
}

// leaves calls f for every value in a local that computing v takes.
func (x *values) leaves(v *ssa.Value, f func(*ssa.Value)) {
	v = name(v)
	switch x.place[v.ID] {
	case local:
		f(v)
	case nested, remat:
		for _, a := range v.Args {
			x.leaves(a, f)
		}
	}
}

// usedBy calls f for every value in a local that the statement v takes.
func (x *values) usedBy(v *ssa.Value, f func(*ssa.Value)) {
	for _, a := range v.Args {
		x.leaves(a, f)
	}
}
