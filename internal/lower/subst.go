package lower

import (
	"go/token"
	"go/types"
	"strings"
)

// subst replaces the type parameters of one generic function. Types declared
// inside the function become types of their own for each list of type arguments.
// A subst is used by one goroutine; see fresh.
type subst struct {
	p      *Program
	params map[*types.TypeParam]types.Type
	targs  []types.Type
	key    string    // of targs
	lo, hi token.Pos // source of the function
	cache  map[types.Type]types.Type
	locked bool // p.localMu is held
}

// localKey identifies an instance of a type declared in a generic function.
type localKey struct {
	origin *types.TypeName
	targs  string
}

func newSubst(p *Program, f *funcDecl, targs []types.Type) *subst {
	s := &subst{p: p, params: map[*types.TypeParam]types.Type{}, targs: targs, lo: f.pos, hi: f.end, cache: map[types.Type]types.Type{}}
	sig := f.fn.Signature()
	rest := targs
	for _, list := range []*types.TypeParamList{sig.RecvTypeParams(), sig.TypeParams()} {
		for i := range list.Len() {
			s.params[list.At(i)] = rest[i]
		}
		rest = rest[list.Len():]
	}
	names := make([]string, len(targs))
	for i, t := range targs {
		names[i] = p.Names.Type(t)
	}
	s.key = strings.Join(names, ",")
	return s
}

// fresh gives a copy for another goroutine.
func (s *subst) fresh() *subst {
	if s == nil {
		return nil
	}
	c := *s
	c.cache = map[types.Type]types.Type{}
	return &c
}

// typ replaces type parameters in t.
func (s *subst) typ(t types.Type) types.Type {
	switch t := t.(type) {
	case nil:
		return nil
	case *types.Basic:
		return t
	case *types.TypeParam:
		if r, ok := s.params[t]; ok {
			return r
		}
		return t
	}
	if r, ok := s.cache[t]; ok {
		return r
	}
	r := s.compute(t)
	s.cache[t] = r
	return r
}

func (s *subst) compute(t types.Type) types.Type {
	switch t := t.(type) {
	case *types.Alias:
		return s.typ(types.Unalias(t))
	case *types.Named:
		return s.named(t)
	case *types.Pointer:
		if e := s.typ(t.Elem()); e != t.Elem() {
			return types.NewPointer(e)
		}
	case *types.Slice:
		if e := s.typ(t.Elem()); e != t.Elem() {
			return types.NewSlice(e)
		}
	case *types.Array:
		if e := s.typ(t.Elem()); e != t.Elem() {
			return types.NewArray(e, t.Len())
		}
	case *types.Chan:
		if e := s.typ(t.Elem()); e != t.Elem() {
			return types.NewChan(t.Dir(), e)
		}
	case *types.Map:
		k, e := s.typ(t.Key()), s.typ(t.Elem())
		if k != t.Key() || e != t.Elem() {
			return types.NewMap(k, e)
		}
	case *types.Tuple:
		if n, changed := s.tuple(t); changed {
			return n
		}
	case *types.Signature:
		return s.signature(t)
	case *types.Struct:
		return s.structure(t)
	case *types.Interface:
		return s.iface(t)
	case *types.Union:
		return s.union(t)
	}
	return t
}

func (s *subst) tuple(t *types.Tuple) (*types.Tuple, bool) {
	changed := false
	vars := make([]*types.Var, t.Len())
	for i := range vars {
		v := t.At(i)
		vars[i] = v
		if n := s.typ(v.Type()); n != v.Type() {
			vars[i] = types.NewParam(v.Pos(), v.Pkg(), v.Name(), n)
			changed = true
		}
	}
	if !changed {
		return t, false
	}
	return types.NewTuple(vars...), true
}

// signature replaces inside a function type that has no type parameters of its own.
func (s *subst) signature(t *types.Signature) types.Type {
	params, c1 := s.tuple(t.Params())
	results, c2 := s.tuple(t.Results())
	if !c1 && !c2 {
		return t
	}
	return types.NewSignatureType(nil, nil, nil, params, results, t.Variadic())
}

// sig gives the signature of the function's instance, with receiver.
func (s *subst) sig(t *types.Signature) *types.Signature {
	params, _ := s.tuple(t.Params())
	results, _ := s.tuple(t.Results())
	var recv *types.Var
	if r := t.Recv(); r != nil {
		recv = types.NewParam(r.Pos(), r.Pkg(), r.Name(), s.typ(r.Type()))
	}
	return types.NewSignatureType(recv, nil, nil, params, results, t.Variadic())
}

func (s *subst) structure(t *types.Struct) types.Type {
	changed := false
	fields := make([]*types.Var, t.NumFields())
	tags := make([]string, t.NumFields())
	for i := range fields {
		f := t.Field(i)
		fields[i], tags[i] = f, t.Tag(i)
		if n := s.typ(f.Type()); n != f.Type() {
			fields[i] = types.NewField(f.Pos(), f.Pkg(), f.Name(), n, f.Embedded())
			changed = true
		}
	}
	if !changed {
		return t
	}
	return types.NewStruct(fields, tags)
}

func (s *subst) iface(t *types.Interface) types.Type {
	changed := false
	var methods []*types.Func
	for i := range t.NumExplicitMethods() {
		m := t.ExplicitMethod(i)
		sig := m.Signature()
		n := s.signature(sig).(*types.Signature)
		if n != sig {
			changed = true
			m = types.NewFunc(m.Pos(), m.Pkg(), m.Name(), n)
		}
		methods = append(methods, m)
	}
	var embedded []types.Type
	for i := range t.NumEmbeddeds() {
		e := t.EmbeddedType(i)
		n := s.typ(e)
		changed = changed || n != e
		embedded = append(embedded, n)
	}
	if !changed {
		return t
	}
	// Methods that did not change belong to the old interface; copies keep it untouched.
	for i, m := range methods {
		sig := m.Signature()
		methods[i] = types.NewFunc(m.Pos(), m.Pkg(), m.Name(), types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic()))
	}
	return types.NewInterfaceType(methods, embedded).Complete()
}

func (s *subst) union(t *types.Union) types.Type {
	terms := make([]*types.Term, t.Len())
	for i := range terms {
		terms[i] = types.NewTerm(t.Term(i).Tilde(), s.typ(t.Term(i).Type()))
	}
	return types.NewUnion(terms)
}

func (s *subst) named(t *types.Named) types.Type {
	origin := t.Origin()
	if s.isLocal(origin.Obj()) {
		return s.local(t, origin)
	}
	args := t.TypeArgs()
	if args.Len() == 0 {
		return t
	}
	changed := false
	list := make([]types.Type, args.Len())
	for i := range list {
		list[i] = s.typ(args.At(i))
		changed = changed || list[i] != args.At(i)
	}
	if !changed {
		return t
	}
	n, err := s.p.warm.instantiate(s.p.ctxt, origin, list)
	if err != nil {
		return t
	}
	return n
}

// isLocal tells whether a type is declared inside the generic function.
func (s *subst) isLocal(obj *types.TypeName) bool {
	if obj.Pos() < s.lo || obj.Pos() >= s.hi {
		return false
	}
	return obj.Pkg() != nil && obj.Parent() != nil && obj.Parent() != obj.Pkg().Scope()
}

// local gives the instance of a type declared in the function. The type may be generic itself.
func (s *subst) local(t, origin *types.Named) types.Type {
	if !s.locked {
		s.p.localMu.Lock()
		s.locked = true
		defer func() {
			s.locked = false
			s.p.localMu.Unlock()
		}()
	}
	key := s.key
	var own []types.Type
	inner := s
	if args := t.TypeArgs(); args.Len() > 0 {
		inner = s.fresh()
		inner.locked = true
		inner.params = map[*types.TypeParam]types.Type{}
		for p, a := range s.params {
			inner.params[p] = a
		}
		key += ";"
		for i := range args.Len() {
			a := s.typ(args.At(i))
			own = append(own, a)
			key += s.p.Names.Type(a) + ","
			inner.params[origin.TypeParams().At(i)] = a
		}
	}
	k := localKey{origin.Obj(), key}
	if n, ok := s.p.locals[k]; ok {
		return n
	}
	obj := types.NewTypeName(origin.Obj().Pos(), origin.Obj().Pkg(), origin.Obj().Name(), nil)
	n := types.NewNamed(obj, nil, nil)
	s.p.Names.SetInstance(n, origin.Obj(), s.targs, own)
	s.p.locals[k] = n
	s.cache[t] = n
	n.SetUnderlying(inner.typ(origin.Underlying()))
	return n
}
