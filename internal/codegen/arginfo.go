package codegen

import (
	"encoding/binary"
	"go/types"

	"strata/internal/abi"
	"strata/internal/object"
	"strata/internal/regalloc"
)

// How much of a function's arguments a traceback shows, as gc's do.
const (
	maxArgValues = 10 // scalars
	maxArgDepth  = 5  // nested aggregates
)

// argInfo describes the parameters' values for tracebacks: see object.FuncInfo.
func (e *Emitter) argInfo() []byte {
	sig := e.F.ABI
	if sig == nil || len(sig.Params) == 0 && sig.AreaSize() == 0 {
		return nil
	}
	a := argWriter{e: e}
	for i := range sig.Params {
		p := &sig.Params[i]
		if p.Type == nil {
			return nil
		}
		if !a.write(p, p.Type, 0, 0) {
			break
		}
	}
	return append(a.out, object.ArgsEnd)
}

type argWriter struct {
	e      *Emitter
	values int
	out    []byte
}

// write describes the value of type t at an offset inside parameter p. It is false when the limit is reached.
func (a *argWriter) write(p *abi.Param, t types.Type, off int64, depth int) bool {
	var parts []types.Type // beside the offsets
	var offs []int64
	fields := func(size int64, of ...types.Type) {
		for i, t := range of {
			parts, offs = append(parts, t), append(offs, off+int64(i)*size)
		}
	}
	word := types.Typ[types.Uintptr]
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			fields(8, word, word)
		case u.Kind() == types.Complex128:
			fields(8, types.Typ[types.Float64], types.Typ[types.Float64])
		case u.Kind() == types.Complex64:
			fields(4, types.Typ[types.Float32], types.Typ[types.Float32])
		default:
			return a.value(p, off, (*abi.Sizes)(nil).Sizeof(u))
		}
	case *types.Interface:
		fields(8, word, word)
	case *types.Slice:
		fields(8, word, word, word)
	case *types.Array:
		n := min(u.Len(), maxArgValues+1) // no more are shown
		size := (*abi.Sizes)(nil).Sizeof(u.Elem())
		for i := range n {
			parts, offs = append(parts, u.Elem()), append(offs, off+i*size)
		}
	case *types.Struct:
		vars := make([]*types.Var, u.NumFields())
		for i := range vars {
			vars[i] = u.Field(i)
		}
		for i, o := range (*abi.Sizes)(nil).Offsetsof(vars) {
			parts, offs = append(parts, vars[i].Type()), append(offs, off+o)
		}
	default:
		return a.value(p, off, 8)
	}
	if depth >= maxArgDepth {
		a.out = append(a.out, object.ArgsMore)
		return true
	}
	a.out = append(a.out, object.ArgsOpen)
	for i, t := range parts {
		if !a.write(p, t, offs[i], depth+1) {
			return false
		}
	}
	a.out = append(a.out, object.ArgsClose)
	return true
}

// value describes a scalar.
func (a *argWriter) value(p *abi.Param, off, size int64) bool {
	if a.values == maxArgValues {
		a.out = append(a.out, object.ArgsMore)
		return false
	}
	a.values++
	if !p.InReg {
		a.out = append(a.out, object.ArgsStack, byte(size))
		a.out = binary.AppendUvarint(a.out, uint64(p.Off+off))
		return true
	}
	for i := p.First; i < p.First+p.N; i++ {
		if a.e.F.ABI.In[i].MemOff != off {
			continue
		}
		if below, ok := a.e.spilledArg(i); ok {
			a.out = append(a.out, object.ArgsFrame, byte(size))
			a.out = binary.AppendUvarint(a.out, uint64(below))
			return true
		}
	}
	a.out = append(a.out, object.ArgsUnknown)
	return true
}

// spilledArg tells how far below the argument area the slot lies that component i is spilled to.
func (e *Emitter) spilledArg(i int) (below int64, ok bool) {
	v := e.M.Args[i]
	if v == 0 || int(v) >= len(e.res.Slots) || e.res.Slots[v] == regalloc.NoSlot {
		return 0, false
	}
	return e.Frame.Size + 8 - e.Frame.Spill(int(e.res.Slots[v])), true
}
