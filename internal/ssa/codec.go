package ssa

import (
	"fmt"
	"go/token"

	"strata/internal/abi"
	"strata/internal/wire"
)

// Positions maps source positions to what they mean in every file set, and back.
type Positions interface {
	File(p token.Pos) (name string, offset int) // "" for no position
	Pos(name string, offset int) token.Pos
}

// Encode appends a function.
func (f *Func) Encode(e *wire.Encoder, at Positions) {
	w := &encoder{Encoder: e, at: at}
	w.String(f.Name)
	w.String(f.DisplayName)
	w.String(f.PkgPath)
	w.pos(f.Pos)
	w.pos(f.End)
	w.Uint(uint64(f.Pragma))
	w.Bool(f.Debug)
	f.ABI.Encode(e)
	w.Int(int64(f.nextBlock))
	w.Int(int64(f.nextValue))
	wire.PutList(e, f.Slots, w.slot)
	wire.PutList(e, f.Inlines, func(in *Inline) {
		w.Int(int64(in.Parent))
		w.String(in.Callee)
		w.String(in.Sym)
		w.pos(in.Call)
		w.pos(in.Start)
		w.Bool(in.Wrapper)
	})
	wire.PutList(e, f.Vars, func(v *DebugVar) {
		w.String(v.Name)
		w.String(v.Type)
		w.String(v.PtrType)
		w.slotRef(v.Slot)
		w.Bool(v.InArgs)
		w.Int(v.ArgOff)
		w.Bool(v.Param)
		w.Bool(v.Result)
		for _, p := range []token.Pos{v.Pos, v.Scope[0], v.Scope[1]} {
			w.pos(p)
		}
	})
	w.slotRef(f.OpenDeferBits)
	wire.PutList(e, f.OpenDeferSlots, func(s **Slot) { w.slotRef(*s) })
	wire.PutList(e, f.Blocks, func(b **Block) { w.block(*b) })
	for _, b := range f.Blocks {
		w.edges(b)
	}
	w.blockRef(f.Entry)
	w.blockRef(f.Recover)
}

type encoder struct {
	*wire.Encoder
	at Positions
}

func (w *encoder) pos(p token.Pos) {
	name, off := w.at.File(p)
	w.String(name)
	if name != "" {
		w.Uint(uint64(off))
	}
}

func (w *encoder) place(p Pos) {
	w.pos(p.P)
	w.Int(int64(p.Inl))
}

func (w *encoder) slot(s **Slot) {
	w.String((*s).Name)
	w.Int((*s).Size)
	w.Int((*s).Align)
	w.Bytes((*s).PtrMask)
	w.Bool((*s).Zeroed)
	w.pos((*s).Pos)
	w.Uint(uint64((*s).Area))
	w.Int((*s).Off)
}

func (w *encoder) slotRef(s *Slot) {
	if s == nil {
		w.Int(-1)
		return
	}
	w.Int(int64(s.ID))
}

func (w *encoder) blockRef(b *Block) {
	if b == nil {
		w.Int(-1)
		return
	}
	w.Int(int64(b.ID))
}

// block writes a block's head and its values without their arguments.
func (w *encoder) block(b *Block) {
	w.Int(int64(b.ID))
	w.Uint(uint64(b.Kind))
	w.Int(int64(b.Likely))
	w.Bool(b.Cold)
	w.place(b.Pos)
	w.Int(b.Freq)
	w.aux(b.Aux)
	wire.PutList(w.Encoder, b.Values, func(p **Value) {
		v := *p
		w.Int(int64(v.ID))
		w.Uint(uint64(v.Op))
		w.Uint(uint64(v.Type))
		w.Int(v.AuxInt)
		w.aux(v.Aux)
		w.place(v.Pos)
	})
}

// edges writes what refers to other blocks and values.
func (w *encoder) edges(b *Block) {
	for _, v := range b.Values {
		w.values(v.Args)
	}
	w.values(b.Controls)
	for _, list := range [][]*Block{b.Succs, b.Preds} {
		wire.PutList(w.Encoder, list, func(p **Block) { w.blockRef(*p) })
	}
}

func (w *encoder) values(list []*Value) {
	wire.PutList(w.Encoder, list, func(a **Value) { w.Uint(uint64((*a).ID)) })
}

// Kinds of Aux in the encoding.
const (
	auxNil = iota
	auxString
	auxSlot
	auxAlloc
	auxCall
	auxMem
)

func (w *encoder) aux(a any) {
	switch a := a.(type) {
	case nil:
		w.Uint(auxNil)
	case string:
		w.Uint(auxString)
		w.String(a)
	case *Slot:
		w.Uint(auxSlot)
		w.slotRef(a)
	case *AllocInfo:
		w.Uint(auxAlloc)
		w.String(a.Name)
		w.mem(a.Mem)
		w.String(a.TypeSym)
		w.Int(int64(a.Var))
		w.pos(a.Site)
		for _, b := range []bool{a.Named, a.NoPromote, a.OnStack, a.Heap, a.Stack, a.Param} {
			w.Bool(b)
		}
		w.Uint(uint64(a.Box))
	case *Call:
		w.Uint(auxCall)
		w.call(a)
	case *MemType:
		w.Uint(auxMem)
		w.mem(a)
	default:
		panic(fmt.Sprintf("ssa: cannot encode %T", a))
	}
}

func (w *encoder) mem(m *MemType) {
	w.Bool(m != nil)
	if m != nil {
		w.Int(m.Size)
		w.Int(m.Align)
		w.Bytes(m.PtrMask)
		w.String(m.TypeSym)
	}
}

func (w *encoder) call(c *Call) {
	w.String(c.Sym)
	w.Bool(c.ABI != nil)
	if c.ABI != nil {
		c.ABI.Encode(w.Encoder)
	}
	for _, b := range []bool{c.NoReturn, c.NoEscape, c.UintptrEscapes, c.Guarded, c.Go, c.Defer, c.Pulled} {
		w.Bool(b)
	}
	w.Uint(uint64(c.Lent))
	wire.PutList(w.Encoder, c.ResultSlots, func(s **Slot) { w.slotRef(*s) })
	w.String(c.Method)
	w.String(c.Iface)
	w.Int(int64(c.Index))
	w.Int(int64(c.Site))
	w.mem(c.Object)
}

// DecodeFunc reads what Encode wrote.
func DecodeFunc(d *wire.Decoder, at Positions) (*Func, error) {
	r := &decoder{Decoder: d, at: at}
	f := &Func{Name: r.String(), DisplayName: r.String(), PkgPath: r.String(), Pos: r.pos(), End: r.pos(), Pragma: Pragma(r.Uint()), Debug: r.Bool()}
	r.f = f
	f.ABI = abi.DecodeSignature(d)
	f.nextBlock, f.nextValue = int32(r.Int()), int32(r.Int())
	f.Slots = wire.List(d, func(p **Slot) {
		*p = &Slot{Name: r.String(), Size: r.Int(), Align: r.Int(), PtrMask: r.Bytes(), Zeroed: r.Bool(), Pos: r.pos(), Area: Area(r.Uint()), Off: r.Int()}
	})
	for i, s := range f.Slots {
		s.ID = int32(i)
	}
	f.Inlines = wire.List(d, func(in *Inline) {
		*in = Inline{Parent: int32(r.Int()), Callee: r.String(), Sym: r.String(), Call: r.pos(), Start: r.pos(), Wrapper: r.Bool()}
	})
	f.Vars = wire.List(d, func(v *DebugVar) {
		*v = DebugVar{Name: r.String(), Type: r.String(), PtrType: r.String(), Slot: r.slotRef(), InArgs: r.Bool(), ArgOff: r.Int(),
			Param: r.Bool(), Result: r.Bool(), Pos: r.pos(), Scope: [2]token.Pos{r.pos(), r.pos()}}
	})
	f.OpenDeferBits = r.slotRef()
	f.OpenDeferSlots = wire.List(d, func(s **Slot) { *s = r.slotRef() })
	r.blocks = map[int64]*Block{}
	r.values = map[uint64]*Value{}
	f.Blocks = wire.List(d, r.block)
	if err := d.Err(); err != nil {
		return nil, err
	}
	for _, b := range f.Blocks {
		r.edges(b)
	}
	f.Entry, f.Recover = r.blockRef(), r.blockRef()
	if r.dangling || f.Entry == nil {
		return nil, wire.ErrCorrupt
	}
	return f, d.Err()
}

type decoder struct {
	*wire.Decoder
	at       Positions
	f        *Func
	blocks   map[int64]*Block
	values   map[uint64]*Value
	dangling bool // a reference to nothing
}

func (r *decoder) pos() token.Pos {
	name := r.String()
	if name == "" {
		return token.NoPos
	}
	return r.at.Pos(name, int(r.Uint()))
}

func (r *decoder) place() Pos { return Pos{P: r.pos(), Inl: int32(r.Int())} }

func (r *decoder) slotRef() *Slot {
	i := r.Int()
	if i < 0 {
		return nil
	}
	if i >= int64(len(r.f.Slots)) {
		r.dangling = true
		return nil
	}
	return r.f.Slots[i]
}

func (r *decoder) blockRef() *Block {
	id := r.Int()
	if id < 0 {
		return nil
	}
	b := r.blocks[id]
	r.dangling = r.dangling || b == nil
	return b
}

func (r *decoder) block(p **Block) {
	b := &Block{ID: int32(r.Int()), Kind: BlockKind(r.Uint()), Likely: Likely(r.Int()), Cold: r.Bool(), Pos: r.place(), Func: r.f, Freq: r.Int(), Aux: r.aux()}
	*p = b
	r.blocks[int64(b.ID)] = b
	b.Values = wire.List(r.Decoder, func(p **Value) {
		v := &Value{ID: int32(r.Int()), Op: Op(r.Uint()), Type: Type(r.Uint()), AuxInt: r.Int(), Aux: r.aux(), Pos: r.place(), Block: b}
		v.Args = v.argbuf[:0]
		*p = v
		r.values[uint64(v.ID)] = v
	})
}

func (r *decoder) edges(b *Block) {
	for _, v := range b.Values {
		v.AddArgs(r.valueList()...)
	}
	if list := r.valueList(); len(list) > 0 {
		b.SetControls(list...)
	}
	b.Succs = wire.List(r.Decoder, func(p **Block) { *p = r.blockRef() })
	b.Preds = wire.List(r.Decoder, func(p **Block) { *p = r.blockRef() })
}

func (r *decoder) valueList() []*Value {
	return wire.List(r.Decoder, func(p **Value) {
		if *p = r.values[r.Uint()]; *p == nil {
			r.dangling = true
			*p = new(Value)
		}
	})
}

func (r *decoder) aux() any {
	switch r.Uint() {
	case auxString:
		return r.String()
	case auxSlot:
		return r.slotRef()
	case auxAlloc:
		return &AllocInfo{Name: r.String(), Mem: r.mem(), TypeSym: r.String(), Var: int32(r.Int()), Site: r.pos(),
			Named: r.Bool(), NoPromote: r.Bool(), OnStack: r.Bool(), Heap: r.Bool(), Stack: r.Bool(), Param: r.Bool(), Box: BoxKind(r.Uint())}
	case auxCall:
		return r.call()
	case auxMem:
		return r.mem()
	}
	return nil
}

func (r *decoder) mem() *MemType {
	if !r.Bool() {
		return nil
	}
	return &MemType{Size: r.Int(), Align: r.Int(), PtrMask: r.Bytes(), TypeSym: r.String()}
}

func (r *decoder) call() *Call {
	c := &Call{Sym: r.String()}
	if r.Bool() {
		c.ABI = abi.DecodeSignature(r.Decoder)
	}
	c.NoReturn, c.NoEscape, c.UintptrEscapes, c.Guarded, c.Go, c.Defer, c.Pulled = r.Bool(), r.Bool(), r.Bool(), r.Bool(), r.Bool(), r.Bool(), r.Bool()
	c.Lent = LentSet(r.Uint())
	c.ResultSlots = wire.List(r.Decoder, func(s **Slot) { *s = r.slotRef() })
	c.Method, c.Iface, c.Index, c.Site = r.String(), r.String(), int(r.Int()), int32(r.Int())
	c.Object = r.mem()
	return c
}
