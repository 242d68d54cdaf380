package opt

import (
	"maps"
	"slices"

	"strata/internal/ssa"
)

// promote turns objects whose address is only loaded from and stored to into
// SSA values, one per field (scalar replacement and mem2reg in one). Phis go to
// the iterated dominance frontier of the stores (Cytron et al., TOPLAS 1991).
func promote(f *ssa.Func, _ *Config) {
	p := promoter{f: f, objs: map[*ssa.Value]*object{}}
	for _, b := range f.RPO() {
		for _, v := range b.Values {
			if info, ok := v.Aux.(*ssa.AllocInfo); ok && v.Op == ssa.OpAlloc && !info.NoPromote {
				p.objs[v] = &object{alloc: v}
				p.order = append(p.order, v)
			}
		}
	}
	if len(p.objs) == 0 {
		return
	}
	p.collectUses()
	p.numberFields()
	if len(p.fields) == 0 {
		return
	}
	p.placePhis()
	p.rename()
	p.finish()
}

const maxFields = 32

type promoter struct {
	f      *ssa.Func
	objs   map[*ssa.Value]*object
	order  []*ssa.Value
	fields []field
	refs   map[*ssa.Value]ref   // address → object and offset
	phis   map[*ssa.Value]int32 // placed phi → field
	defs   [][]*ssa.Block       // blocks that define a field
	zero   map[ssa.Type]*ssa.Value
}

// object is an Alloc under consideration.
type object struct {
	alloc  *ssa.Value
	bad    bool
	fields map[int64]int32 // offset → index into promoter.fields
	types  map[int64]ssa.Type
}

type field struct {
	t   ssa.Type
	obj *object
}

type ref struct {
	obj *object
	off int64
}

// collectUses follows addresses through OffPtr, Copy and NilCheck and rejects
// objects with any use other than whole-field loads, stores and zeroing.
func (p *promoter) collectUses() {
	p.refs = map[*ssa.Value]ref{}
	for _, v := range p.order {
		p.refs[v] = ref{p.objs[v], 0}
	}
	// Reverse postorder meets definitions before uses, except through phis, which reject anyway.
	for _, b := range p.f.RPO() {
		for _, v := range b.Values {
			p.use(v)
		}
		for _, c := range b.Controls {
			p.reject(c)
		}
	}
	// A phi may stand before the address that a back edge brings to it.
	for _, b := range p.f.Blocks {
		for _, v := range b.Values {
			if v.Op == ssa.OpPhi || !p.f.Reachable(b) {
				for _, a := range v.Args {
					p.reject(a)
				}
			}
		}
	}
}

func (p *promoter) reject(v *ssa.Value) {
	if r, ok := p.refs[v]; ok {
		r.obj.bad = true
	}
}

func (p *promoter) use(v *ssa.Value) {
	if len(v.Args) == 0 {
		return
	}
	r, ok := p.refs[v.Args[0]]
	switch v.Op {
	case ssa.OpOffPtr:
		if ok {
			p.refs[v] = ref{r.obj, r.off + v.AuxInt}
		}
		return
	case ssa.OpCopy, ssa.OpNilCheck:
		if ok {
			p.refs[v] = r
		}
		return
	case ssa.OpLoad:
		if ok {
			r.obj.access(r.off+v.AuxInt, v.Type)
		}
		return
	case ssa.OpStore:
		if ok {
			r.obj.access(r.off+v.AuxInt, v.Args[1].Type)
		}
		p.reject(v.Args[1])
		return
	case ssa.OpZero:
		if ok && (r.off != 0 || v.AuxInt < r.obj.size()) {
			r.obj.bad = true
		}
		return
	case ssa.OpKeepAlive, ssa.OpRace:
		return
	}
	for _, a := range v.Args {
		p.reject(a)
	}
}

func (o *object) size() int64 { return o.alloc.Aux.(*ssa.AllocInfo).Mem.Size }

// access notes a field; fields must not overlap and have one type each.
func (o *object) access(off int64, t ssa.Type) {
	if o.types == nil {
		o.types = map[int64]ssa.Type{}
	}
	if old, ok := o.types[off]; ok {
		if old != t {
			o.bad = true
		}
		return
	}
	if off < 0 || off+t.Size() > o.size() || len(o.types) >= maxFields {
		o.bad = true
		return
	}
	for at, u := range o.types {
		if off < at+u.Size() && at < off+t.Size() {
			o.bad = true
			return
		}
	}
	o.types[off] = t
}

func (p *promoter) numberFields() {
	for _, v := range p.order {
		o := p.objs[v]
		if o.bad {
			continue
		}
		o.fields = map[int64]int32{}
		// By offset, for a result that does not depend on the map's order.
		for _, off := range slices.Sorted(maps.Keys(o.types)) {
			o.fields[off] = int32(len(p.fields))
			p.fields = append(p.fields, field{o.types[off], o})
		}
		if len(o.types) == 0 {
			p.drop(o)
		}
	}
}

// drop marks an object that is never read or written: its addresses just vanish.
func (p *promoter) drop(o *object) { o.fields = map[int64]int32{} }

// fieldsAt returns the fields that a memory operation touches.
func (p *promoter) fieldOf(v *ssa.Value, off int64) (int32, bool) {
	r, ok := p.refs[v]
	if !ok || r.obj.bad {
		return 0, false
	}
	i, ok := r.obj.fields[r.off+off]
	return i, ok
}

func (p *promoter) placePhis() {
	p.phis = map[*ssa.Value]int32{}
	p.defs = make([][]*ssa.Block, len(p.fields))
	for _, b := range p.f.RPO() {
		for _, v := range b.Values {
			switch v.Op {
			case ssa.OpAlloc, ssa.OpZero:
				a := v
				if v.Op == ssa.OpZero {
					a = v.Args[0]
				}
				if r, ok := p.refs[a]; ok && !r.obj.bad {
					for _, i := range r.obj.fields {
						p.addDef(i, b)
					}
				}
			case ssa.OpStore:
				if i, ok := p.fieldOf(v.Args[0], v.AuxInt); ok {
					p.addDef(i, b)
				}
			}
		}
	}
	df := dominanceFrontiers(p.f)
	placed := make([]int32, p.f.NumBlocks())
	for i := range p.fields {
		work := append([]*ssa.Block(nil), p.defs[i]...)
		for len(work) > 0 {
			b := work[len(work)-1]
			work = work[:len(work)-1]
			for _, d := range df[b.ID] {
				if placed[d.ID] == int32(i)+1 {
					continue
				}
				placed[d.ID] = int32(i) + 1
				phi := d.NewPhi(p.fields[i].t, d.Pos)
				p.phis[phi] = int32(i)
				work = append(work, d)
			}
		}
	}
}

func (p *promoter) addDef(i int32, b *ssa.Block) {
	if n := len(p.defs[i]); n == 0 || p.defs[i][n-1] != b {
		p.defs[i] = append(p.defs[i], b)
	}
}

// dominanceFrontiers follows Cooper, Harvey and Kennedy (2001).
func dominanceFrontiers(f *ssa.Func) [][]*ssa.Block {
	df := make([][]*ssa.Block, f.NumBlocks())
	for _, b := range f.RPO() {
		if len(b.Preds) < 2 {
			continue
		}
		for _, pr := range b.Preds {
			if !f.Reachable(pr) {
				continue
			}
			for r := pr; r != nil && r != f.Idom(b); r = f.Idom(r) {
				if n := len(df[r.ID]); n == 0 || df[r.ID][n-1] != b {
					df[r.ID] = append(df[r.ID], b)
				}
			}
		}
	}
	return df
}

// rename walks the dominator tree carrying the current value of every field.
func (p *promoter) rename() {
	type frame struct {
		b    *ssa.Block
		vals []*ssa.Value
	}
	p.zero = map[ssa.Type]*ssa.Value{}
	p.makeZeros()
	start := make([]*ssa.Value, len(p.fields))
	for i := range start {
		start[i] = p.zero[p.fields[i].t]
	}
	phis := make(map[*ssa.Value][]*ssa.Value, len(p.phis))
	work := []frame{{p.f.Entry, start}}
	for len(work) > 0 {
		fr := work[len(work)-1]
		work = work[:len(work)-1]
		p.renameBlock(fr.b, fr.vals)
		for i, s := range fr.b.Succs {
			j := -1
			for _, phi := range s.Values {
				if phi.Op != ssa.OpPhi {
					break
				}
				if k, ok := p.phis[phi]; ok {
					if j < 0 {
						j = fr.b.PredIndex(i)
					}
					args := phis[phi]
					if args == nil {
						args = make([]*ssa.Value, len(s.Preds))
						phis[phi] = args
					}
					args[j] = fr.vals[k]
				}
			}
		}
		kids := p.f.DomChildren(fr.b)
		for i, k := range kids {
			vals := fr.vals
			if i < len(kids)-1 {
				vals = append([]*ssa.Value(nil), fr.vals...)
			}
			work = append(work, frame{k, vals})
		}
	}
	for _, b := range p.f.Blocks {
		for _, phi := range b.Values {
			if phi.Op != ssa.OpPhi {
				break
			}
			k, ok := p.phis[phi]
			if !ok {
				continue
			}
			args := phis[phi]
			for j := range b.Preds {
				if args == nil || args[j] == nil {
					phi.AddArgs(p.zero[p.fields[k].t])
				} else {
					phi.AddArgs(args[j])
				}
			}
		}
	}
}

// makeZeros puts a zero of each field type at the start of the entry block.
func (p *promoter) makeZeros() {
	e := p.f.Entry
	for _, fd := range p.fields {
		if p.zero[fd.t] == nil {
			op := ssa.OpConst
			if fd.t.IsFloat() {
				op = ssa.OpConstF
			}
			z := e.Detached(op, fd.t, e.Pos)
			e.InsertAt(0, z)
			p.zero[fd.t] = z
		}
	}
}

func (p *promoter) renameBlock(b *ssa.Block, vals []*ssa.Value) {
	for _, v := range b.Values {
		switch v.Op {
		case ssa.OpPhi:
			if i, ok := p.phis[v]; ok {
				vals[i] = v
			}
		case ssa.OpAlloc:
			if r, ok := p.refs[v]; ok && !r.obj.bad {
				p.zeroAll(r.obj, vals)
			}
		case ssa.OpZero:
			if r, ok := p.refs[v.Args[0]]; ok && !r.obj.bad {
				p.zeroAll(r.obj, vals)
			}
		case ssa.OpStore:
			if i, ok := p.fieldOf(v.Args[0], v.AuxInt); ok {
				vals[i] = v.Args[1]
			}
		case ssa.OpLoad:
			if i, ok := p.fieldOf(v.Args[0], v.AuxInt); ok {
				v.CopyOf(vals[i])
			}
		}
	}
}

func (p *promoter) zeroAll(o *object, vals []*ssa.Value) {
	for _, i := range o.fields {
		vals[i] = p.zero[p.fields[i].t]
	}
}

// finish removes the memory operations of promoted objects.
func (p *promoter) finish() {
	gone := func(v *ssa.Value) bool {
		r, ok := p.refs[v]
		return ok && !r.obj.bad
	}
	doomed := map[*ssa.Value]bool{}
	for _, b := range p.f.RPO() {
		for _, v := range b.Values {
			if gone(v) || len(v.Args) > 0 && v.Op != ssa.OpCopy && v.Op != ssa.OpPhi && gone(v.Args[0]) {
				doomed[v] = true
			}
		}
	}
	for v := range doomed {
		v.ResetArgs()
	}
	for _, b := range p.f.Blocks {
		b.Remove(func(v *ssa.Value) bool { return doomed[v] })
	}
	p.f.ReplaceCopies()
}
