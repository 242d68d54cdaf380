package lower

import (
	"go/types"
	"sync"
)

// go/types computes the method sets of interfaces that instantiation made when
// they are first asked for, without a lock. Lowering runs on many goroutines, so
// a warmer asks beforehand: for all types of the source when the program is made,
// for new instances before anyone else sees them.
type warmer struct {
	mu   sync.Mutex
	seen map[types.Type]bool
}

// Instances that only method signatures of instances lead to are followed this
// deep; such chains may have no end.
const warmDepth = 3

// program warms all types that the packages' expressions have; the base has warmed its own.
func (w *warmer) program(p *Program) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, pkg := range p.Load.Packages {
		if pkg.Info == nil || p.base != nil && p.base.index.pkgOf[pkg.Types] == pkg {
			continue
		}
		for _, inst := range pkg.Info.Instances {
			w.visit(inst.Type, 0)
		}
		for _, tv := range pkg.Info.Types {
			if n := instanceOf(tv.Type); n != nil {
				w.visit(n, 0)
			}
		}
	}
}

// instanceOf finds the instance behind pointers; what source spells out itself the checker has warmed.
func instanceOf(t types.Type) *types.Named {
	for {
		p, ok := t.(*types.Pointer)
		if !ok {
			break
		}
		t = p.Elem()
	}
	n, ok := t.(*types.Named)
	if !ok || n.TypeArgs().Len() == 0 {
		return nil
	}
	return n
}

// instantiate is types.Instantiate with a warm result.
func (w *warmer) instantiate(ctxt *types.Context, origin types.Type, targs []types.Type) (types.Type, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, err := types.Instantiate(ctxt, origin, targs, false)
	if err == nil {
		w.visit(t, 0)
	}
	return t, err
}

func (w *warmer) visit(t types.Type, depth int) {
	if t == nil || w.seen[t] {
		return
	}
	switch t := t.(type) {
	case *types.Basic, *types.TypeParam:
		return
	case *types.Pointer:
		w.visit(t.Elem(), depth)
		return
	case *types.Slice:
		w.visit(t.Elem(), depth)
		return
	case *types.Chan:
		w.visit(t.Elem(), depth)
		return
	case *types.Alias:
		w.visit(types.Unalias(t), depth)
		return
	}
	w.seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		w.named(t, depth)
	case *types.Array:
		w.visit(t.Elem(), depth)
	case *types.Map:
		w.visit(t.Key(), depth)
		w.visit(t.Elem(), depth)
	case *types.Tuple:
		for i := range t.Len() {
			w.visit(t.At(i).Type(), depth)
		}
	case *types.Signature:
		w.visit(t.Params(), depth)
		w.visit(t.Results(), depth)
	case *types.Struct:
		for i := range t.NumFields() {
			w.visit(t.Field(i).Type(), depth)
		}
	case *types.Interface:
		for i := range t.NumMethods() {
			w.visit(t.Method(i).Type(), depth)
		}
	}
}

// named warms instances; the checker has warmed the types that source declares.
func (w *warmer) named(t *types.Named, depth int) {
	if t.TypeArgs().Len() == 0 || depth > warmDepth {
		return
	}
	w.visit(t.Underlying(), depth)
	for i := range t.NumMethods() {
		w.visit(t.Method(i).Type(), depth+1)
	}
}
