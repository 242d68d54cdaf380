package explain

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"strings"

	"strata/internal/abi"
	"strata/internal/analyze"
	"strata/internal/symname"
)

// escapes says what escapes from f: its parameters, its variables, what its expressions make.
func (p *printer) escapes(f *Func) {
	if f.Report == nil {
		p.promises(f)
		return
	}
	p.params(f)
	s := p.finder(f)
	for _, w := range f.Wrappers {
		part := p.finder(f.part(w))
		for k, sites := range part.sites {
			if k.inl == 0 {
				s.sites[k] = append(s.sites[k], sites...)
			}
		}
		part.inlined()
	}
	s.function()
	s.inlined()
}

// finder is ready to look through f.
func (p *printer) finder(f *Func) *siteFinder {
	s := &siteFinder{p: p, f: f, in: f, calls: p.callsOf(f), sites: map[siteKey][]*analyze.Site{}, called: map[*ast.FuncLit]bool{}}
	for i := range f.Report.Sites {
		site := &f.Report.Sites[i]
		k := siteKey{f.made(site.Pos.Inl), site.Pos.P}
		s.sites[k] = append(s.sites[k], site)
	}
	return s
}

// made is inl, or for a wrapper of a go or defer statement the inlined call that has the statement.
func (f *Func) made(inl int32) int32 {
	for inl != 0 {
		in := &f.Report.Inlines[inl-1]
		if _, wrapper := symname.Wrapped(in.Sym); !wrapper {
			break
		}
		inl = in.Parent
	}
	return inl
}

// inlined looks through the functions that were inlined into s.f.
func (s *siteFinder) inlined() {
	p, f := s.p, s.f
	for i := range f.Report.Inlines {
		in := &f.Report.Inlines[i]
		callee := p.u.Find(in.Sym)
		if callee == nil || in.Wrapper || callee.body() == nil || !p.written(f, in, s.calls) {
			continue
		}
		inner := *s
		inner.in, inner.inl = callee, int32(i+1)
		inner.outer, _ = p.outermost(f, int32(i+1), s.calls)
		inner.function()
	}
}

// eachParam calls do for the parameters of a function, the receiver first.
func eachParam(f *Func, do func(id *ast.Ident, i int)) {
	i := 0
	fields := func(list *ast.FieldList) {
		if list == nil {
			return
		}
		for _, fld := range list.List {
			if len(fld.Names) == 0 {
				i++
			}
			for _, id := range fld.Names {
				do(id, i)
				i++
			}
		}
	}
	if f.Decl != nil {
		fields(f.Decl.Recv)
	}
	fields(f.funcType().Params)
}

// promises speaks about the parameters of a function without a body.
func (p *printer) promises(f *Func) {
	if f.Decl == nil {
		return
	}
	eachParam(f, func(id *ast.Ident, i int) {
		t := f.Pkg.Info.Defs[id].Type()
		b, basic := t.Underlying().(*types.Basic)
		switch {
		case basic && b.Kind() == types.Uintptr:
			p.say(id.Pos(), "assuming %s is unsafe uintptr", id.Name)
		case !hasPointers(t):
		case f.NoEscape:
			p.say(id.Pos(), "%s does not escape", id.Name)
		default:
			p.say(id.Pos(), "leaking param: %s", id.Name)
		}
	})
}

// params says which parameters leak.
func (p *printer) params(f *Func) {
	eachParam(f, func(id *ast.Ident, i int) {
		if id.Name == "_" || i >= len(f.ABI.Params) || !hasPointers(f.ABI.Params[i].Type) {
			return
		}
		p.param(f, id, f.ABI.Params[i])
	})
}

func (p *printer) param(f *Func, id *ast.Ident, param abi.Param) {
	if v := f.Report.Variable(id.Pos()); v != nil && v.Heap {
		return // its address escapes: that is said elsewhere
	}
	l := leak{heap: -1, results: map[int]int{}}
	if f.Report.Unknown {
		l.heap = 0
	} else {
		for c := param.First; c < param.First+param.N; c++ {
			l.add(f, c)
		}
		l.limit(param.Type)
	}
	said := true
	if p.level >= 2 && l.path != nil {
		p.paramReasons(f, id, &l)
	}
	switch {
	case l.heap == 0:
		p.say(id.Pos(), "leaking param: %s", id.Name)
	case l.heap > 0:
		p.say(id.Pos(), "leaking param content: %s", id.Name)
	default:
		said = false
	}
	for r := range f.ABI.Results {
		level, ok := l.results[r]
		if ok && (l.heap < 0 || level < l.heap) {
			p.say(id.Pos(), "leaking param: %s to result %s level=%d", id.Name, resultName(f, r), level)
			said = true
		}
	}
	if !said {
		p.say(id.Pos(), "%s does not escape", id.Name)
	}
}

// leak is what becomes of a parameter: the least number of dereferences to the heap and to each result.
type leak struct {
	heap    int // -1: does not get there
	results map[int]int
	path    []analyze.Step
}

// add takes component c of the parameters into account. Of a parameter in memory the component is an address.
func (l *leak) add(f *Func, c int) {
	flow := &f.Report.Params[c]
	mem := 0
	if f.ABI.In[c].Class == abi.Mem {
		mem = 1
	}
	if level := flow.HeapLevel(); level >= 0 {
		l.toHeap(max(level-mem, 0), flow.Path)
	}
	for r, res := range f.ABI.Results {
		for k := res.First; k < res.First+res.N; k++ {
			bit := uint64(1) << min(k, 63)
			for level, to := range flow.To {
				if to&bit != 0 {
					l.toResult(r, max(level-mem, 0))
					break
				}
			}
		}
	}
}

// limit drops levels on which values of type t hold no pointers: what is read through a []byte has none.
func (l *leak) limit(t types.Type) {
	depth, last := pointerDepth(t)
	if !last {
		return
	}
	if l.heap >= depth {
		l.heap, l.path = -1, nil
	}
	maps.DeleteFunc(l.results, func(_, level int) bool { return level >= depth })
}

// pointerDepth is on how many levels a value of type t holds pointers; ok is false if no number can be given.
func pointerDepth(t types.Type) (depth int, ok bool) {
	for hasPointers(t) {
		switch u := t.Underlying().(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Basic:
			return depth + 1, u.Kind() != types.UnsafePointer
		case *types.Chan: // what is sent has escaped before
			return depth + 1, true
		default:
			return 0, false
		}
		if depth++; depth > analyze.Levels {
			return 0, false
		}
	}
	return depth, true
}

func (l *leak) toHeap(n int, path []analyze.Step) {
	if l.heap < 0 || n < l.heap {
		l.heap, l.path = n, path
	}
}

func (l *leak) toResult(r, level int) {
	if old, ok := l.results[r]; !ok || level < old {
		l.results[r] = level
	}
}

// resultName names a result as gc does: ~r0 if it has no name.
func resultName(f *Func, r int) string {
	if v := f.Sig.Results().At(r); v.Name() != "" && v.Name() != "_" {
		return v.Name()
	}
	return "~r" + itoa(r)
}

// hasPointers tells whether values of t hold pointers.
func hasPointers(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.String || u.Kind() == types.UnsafePointer || u.Kind() == types.UntypedString
	case *types.Array:
		return u.Len() > 0 && hasPointers(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if hasPointers(f.Type()) {
				return true
			}
		}
		return false
	}
	return true
}

// siteKey is the place of a site: inlined call and position.
type siteKey struct {
	inl int32
	pos token.Pos
}

// verdict says what became of the object made at a place; what lists the names that the compiler may have for it.
func (s *siteFinder) verdict(pos token.Pos, what ...string) *analyze.Site {
	var found *analyze.Site
	for _, site := range s.sites[siteKey{s.inl, pos}] {
		for _, w := range what {
			if site.What != w && !(strings.HasSuffix(w, "*") && strings.HasPrefix(site.What, w[:len(w)-1])) {
				continue
			}
			if found == nil || site.Escapes && !found.Escapes {
				found = site
			}
		}
	}
	return found
}
