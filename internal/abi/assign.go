package abi

import "go/types"

// MaxSSA is the greatest number of scalars of a type whose values are taken apart.
const MaxSSA = 4

// Scalar is one scalar of a type: a component before it has a place.
type Scalar struct {
	Class Class
	Size  int64
	Bool  bool
	Off   int64 // in the type's memory
}

// Flatten takes t apart into scalars in order of memory. ok is false when t has
// an array of more than one element or more than max scalars, in which case
// the list is incomplete.
func (s *Sizes) Flatten(t types.Type, max int) (list []Scalar, ok bool) {
	f := flattener{max: max, sizes: s}
	ok = f.add(t, 0)
	return f.list, ok
}

// SSAable tells whether values of t are taken apart into scalars.
func (s *Sizes) SSAable(t types.Type) bool {
	_, ok := s.Flatten(t, MaxSSA)
	return ok
}

type flattener struct {
	sizes *Sizes
	list  []Scalar
	max   int
}

func (f *flattener) scalar(c Class, size, off int64) bool {
	f.list = append(f.list, Scalar{Class: c, Size: size, Off: off})
	return len(f.list) <= f.max
}

func (f *flattener) add(t types.Type, off int64) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return f.basic(u, off)
	case *types.Pointer, *types.Map, *types.Chan, *types.Signature:
		return f.scalar(Ptr, 8, off)
	case *types.Interface:
		return f.scalar(Ptr, 8, off) && f.scalar(Ptr, 8, off+8)
	case *types.Slice:
		return f.scalar(Ptr, 8, off) && f.scalar(Int, 8, off+8) && f.scalar(Int, 8, off+16)
	case *types.Array:
		return u.Len() == 0 || u.Len() == 1 && f.add(u.Elem(), off)
	case *types.Struct:
		return f.fields(u, off)
	}
	panic("abi: no layout for " + t.String())
}

func (f *flattener) fields(u *types.Struct, off int64) bool {
	for i, o := range f.sizes.Offsets(u) {
		if !f.add(u.Field(i).Type(), off+o) {
			return false
		}
	}
	return true
}

func (f *flattener) basic(u *types.Basic, off int64) bool {
	switch u.Kind() {
	case types.Bool, types.UntypedBool:
		ok := f.scalar(Int, 1, off)
		f.list[len(f.list)-1].Bool = true
		return ok
	case types.String, types.UntypedString:
		return f.scalar(Ptr, 8, off) && f.scalar(Int, 8, off+8)
	case types.Float32:
		return f.scalar(Float, 4, off)
	case types.Float64, types.UntypedFloat:
		return f.scalar(Float, 8, off)
	case types.Complex64:
		return f.scalar(Float, 4, off) && f.scalar(Float, 4, off+4)
	case types.Complex128, types.UntypedComplex:
		return f.scalar(Float, 8, off) && f.scalar(Float, 8, off+8)
	case types.UnsafePointer, types.UntypedNil:
		return f.scalar(Ptr, 8, off)
	case types.UntypedInt:
		return f.scalar(Int, 8, off)
	case types.UntypedRune:
		return f.scalar(Int, 4, off)
	}
	return f.scalar(Int, f.sizes.Sizeof(u), off)
}

// Assign places the parameters and results of a function type. The receiver,
// if any, is the first parameter.
func (s *Sizes) Assign(sig *types.Signature, conv Conv) *Signature {
	var in, out []*types.Var
	if r := sig.Recv(); r != nil {
		in = append(in, r)
	}
	for i := range sig.Params().Len() {
		in = append(in, sig.Params().At(i))
	}
	for i := range sig.Results().Len() {
		out = append(out, sig.Results().At(i))
	}
	return s.AssignVars(in, out, conv)
}

// AssignVars is Assign for lists of parameters and results.
func (sizes *Sizes) AssignVars(in, out []*types.Var, conv Conv) *Signature {
	s := &Signature{Conv: conv}
	a := assigner{sizes: sizes, regs: sizes.registers(), conv: conv}
	s.Params, s.In = a.assign(in)
	a.off = align(a.off, 8)
	s.RetOff = a.off
	a.ints, a.floats = 0, 0
	s.Results, s.Out = a.assign(out)
	s.ArgSize = align(a.off, 8)
	s.SpillOff = s.ArgSize
	s.SpillSize = s.spill(sizes)
	s.ArgPtrs = s.pointers(sizes, false, 0, s.ArgSize)
	s.SpillPtrs = s.pointers(sizes, true, s.SpillOff, s.SpillSize)
	return s
}

func align(n, a int64) int64 { return (n + a - 1) &^ (a - 1) }

// assigner walks one side of a signature.
type assigner struct {
	sizes        *Sizes
	regs         Regs
	conv         Conv
	ints, floats int
	off          int64
}

func (a *assigner) assign(vars []*types.Var) ([]Param, []Component) {
	var params []Param
	var comps []Component
	for i, v := range vars {
		p := Param{Type: v.Type(), Name: v.Name(), First: len(comps)}
		comps = append(comps, a.one(&p, i)...)
		p.N = len(comps) - p.First
		if hasCounts(p.Type) {
			for i := range comps[p.First:] {
				c := &comps[p.First+i]
				c.Count = c.MemOff > 0
			}
		}
		params = append(params, p)
	}
	return params, comps
}

// hasCounts tells whether all words of t but the first are counts.
func hasCounts(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Slice:
		return true
	case *types.Basic:
		return t.Info()&types.IsString != 0
	}
	return false
}

func (a *assigner) one(p *Param, index int) []Component {
	size := a.sizes.Sizeof(p.Type)
	if a.conv == Register && size > 0 {
		if list, ok := a.sizes.Flatten(p.Type, a.regs.Ints+a.regs.Floats); ok && a.fits(list) {
			p.InReg = true
			return a.registers(list, index)
		}
	}
	a.off = align(a.off, a.sizes.Alignof(p.Type))
	p.Off = a.off
	a.off += size
	list, ok := a.sizes.Flatten(p.Type, MaxSSA)
	if !ok {
		return []Component{{Class: Mem, Size: size, Reg: -1, Off: p.Off, Param: index}}
	}
	var comps []Component
	for _, s := range list {
		comps = append(comps, Component{Class: s.Class, Size: s.Size, Bool: s.Bool, Reg: -1, Off: p.Off + s.Off, Param: index, MemOff: s.Off})
	}
	return comps
}

// fits tells whether all scalars find a register: a parameter is never split.
func (a *assigner) fits(list []Scalar) bool {
	ints, floats := a.ints, a.floats
	for _, s := range list {
		if s.Class == Float {
			floats++
		} else {
			ints++
		}
	}
	return ints <= a.regs.Ints && floats <= a.regs.Floats
}

func (a *assigner) registers(list []Scalar, index int) []Component {
	var comps []Component
	for _, s := range list {
		c := Component{Class: s.Class, Size: s.Size, Bool: s.Bool, Param: index, MemOff: s.Off}
		if s.Class == Float {
			c.Reg = int8(a.floats)
			a.floats++
		} else {
			c.Reg = int8(a.ints)
			a.ints++
		}
		comps = append(comps, c)
	}
	return comps
}

// spill places the spill slots of register parameters, in their memory layout,
// behind the argument area and gives the size of that space.
func (s *Signature) spill(sizes *Sizes) int64 {
	off := s.SpillOff
	for i := range s.Params {
		p := &s.Params[i]
		if !p.InReg {
			continue
		}
		off = align(off, sizes.Alignof(p.Type))
		p.Off = off
		for j := p.First; j < p.First+p.N; j++ {
			s.In[j].Off = off + s.In[j].MemOff
		}
		off += sizes.Sizeof(p.Type)
	}
	return align(off, 8) - s.SpillOff
}

// pointers makes the bitmap of the words in [base, base+size) that hold
// pointers of parameters in registers or on the stack.
func (s *Signature) pointers(sizes *Sizes, inReg bool, base, size int64) []byte {
	var m []byte
	set := func(off int64) {
		if m == nil {
			m = make([]byte, (size/8+7)/8)
		}
		w := (off - base) / 8
		m[w/8] |= 1 << (w % 8)
	}
	for _, p := range s.Params {
		if p.InReg == inReg {
			sizes.PointerWords(p.Type, p.Off, set)
		}
	}
	return m
}

// PointerWords calls set with the offset of every word of t, at off, that may
// hold a pointer into the heap. The first word of an interface does not count:
// descriptors and itabs are kept alive by others.
func (s *Sizes) PointerWords(t types.Type, off int64, set func(off int64)) {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch u.Kind() {
		case types.String, types.UnsafePointer, types.UntypedString, types.UntypedNil:
			set(off)
		}
	case *types.Pointer, *types.Map, *types.Chan, *types.Signature, *types.Slice:
		set(off)
	case *types.Interface:
		set(off + 8)
	case *types.Array:
		s.arrayPointers(u, off, set)
	case *types.Struct:
		for i, o := range s.Offsets(u) {
			s.PointerWords(u.Field(i).Type(), off+o, set)
		}
	}
}

// arrayPointers finds the element's pointers once and repeats them.
func (s *Sizes) arrayPointers(u *types.Array, off int64, set func(off int64)) {
	var words []int64
	s.PointerWords(u.Elem(), 0, func(o int64) { words = append(words, o) })
	if words == nil {
		return
	}
	size := s.Sizeof(u.Elem())
	for i := range u.Len() {
		for _, w := range words {
			set(off + i*size + w)
		}
	}
}
