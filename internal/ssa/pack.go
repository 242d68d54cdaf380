package ssa

import (
	"encoding/binary"
	"go/token"
)

// A program has many functions that wait: for their callees to be analysed, for code to be made of them. Pack keeps the body of such a
// function in about a tenth of the memory. Blocks and values become bytes; what is named by Aux, slots and all else stays as it is, so
// that a body which is unpacked is the one that was packed.

// packed is a body: numbers in order of the blocks, and the Aux of the values and blocks that have one.
type packed struct {
	code  []byte
	aux   []any
	count int // values
}

// Pack puts f's body away until Unpack.
func (f *Func) Pack() {
	if f.Blocks == nil {
		return
	}
	w := packer{}
	w.uint(len(f.Blocks))
	for _, b := range f.Blocks {
		w.block(b)
	}
	w.block1(f.Entry)
	w.block1(f.Recover)
	f.body = &packed{code: append([]byte(nil), w.code...), aux: append([]any(nil), w.aux...), count: w.count}
	f.Blocks, f.Entry, f.Recover, f.dom = nil, nil, nil, nil
}

// Unpack makes the body of a packed function anew; of others nothing.
func (f *Func) Unpack() {
	if f.body == nil {
		return
	}
	f.unpack(f.body)
	f.body = nil
}

// Read shows do the body of f, which must not change it, and leaves f packed if it was.
func (f *Func) Read(do func()) {
	body := f.body
	if body == nil {
		do()
		return
	}
	f.Unpack()
	do()
	f.Blocks, f.Entry, f.Recover, f.dom = nil, nil, nil, nil
	f.body = body
}

// Packed is a copy of f that is packed; f's own body stays. What passes change is not shared.
func (f *Func) Packed() *Func {
	g := f.Clone()
	g.Pack()
	return g
}

// Unpacked is a copy of f with its body; it shares with f what passes change, and so only one such copy may be compiled.
func (f *Func) Unpacked() *Func {
	g := *f
	g.Unpack()
	return &g
}

type packer struct {
	code  []byte
	aux   []any
	count int
	last  int32 // ID of the last value
	pos   Pos
}

func (w *packer) uint(n int)  { w.code = binary.AppendUvarint(w.code, uint64(n)) }
func (w *packer) int(n int64) { w.code = binary.AppendVarint(w.code, n) }

// block1 writes a reference to a block, or to none.
func (w *packer) block1(b *Block) {
	if b == nil {
		w.uint(0)
		return
	}
	w.uint(int(b.ID) + 1)
}

func (w *packer) place(p Pos) {
	w.int(int64(p.P - w.pos.P))
	w.int(int64(p.Inl - w.pos.Inl))
	w.pos = p
}

// A value's flags, above its op and type.
const (
	packAux = 1 << iota
	packAuxInt
	packMoved // its position is not that of the value before
	packOp    = iota
)

func (w *packer) block(b *Block) {
	flags := 0
	if b.Cold {
		flags |= 1
	}
	if b.Aux != nil {
		flags |= 2
		w.aux = append(w.aux, b.Aux)
	}
	w.uint(int(b.ID))
	w.uint(int(b.Kind))
	w.uint(flags)
	w.int(int64(b.Likely))
	w.int(b.Freq)
	w.place(b.Pos)
	w.uint(len(b.Values))
	for _, v := range b.Values {
		w.value(v)
	}
	w.values(b.Controls, w.last)
	w.uint(len(b.Succs))
	for _, s := range b.Succs {
		w.block1(s)
	}
	w.uint(len(b.Preds))
	for _, p := range b.Preds {
		w.block1(p)
	}
}

func (w *packer) value(v *Value) {
	flags := 0
	if v.Aux != nil {
		flags |= packAux
		w.aux = append(w.aux, v.Aux)
	}
	if v.AuxInt != 0 {
		flags |= packAuxInt
	}
	if v.Pos != w.pos {
		flags |= packMoved
	}
	w.uint(int(v.Op)<<packOp | flags)
	w.code = append(w.code, byte(v.Type))
	w.int(int64(v.ID - w.last))
	if v.AuxInt != 0 {
		w.int(v.AuxInt)
	}
	if v.Pos != w.pos {
		w.place(v.Pos)
	}
	w.values(v.Args, v.ID)
	w.last = v.ID
	w.count++
}

func (w *packer) values(list []*Value, from int32) {
	w.uint(len(list))
	for _, a := range list {
		w.int(int64(from - a.ID))
	}
}

type unpacker struct {
	f      *Func
	code   []byte
	aux    []any
	slab   []Value
	values []*Value // by ID
	blocks []*Block // by ID
	last   int32
	pos    Pos
}

// unpack makes f's body of p.
func (f *Func) unpack(p *packed) {
	r := &unpacker{f: f, code: p.code, aux: p.aux, slab: make([]Value, p.count), values: make([]*Value, f.nextValue), blocks: make([]*Block, f.nextBlock)}
	f.Blocks = make([]*Block, r.uint())
	for i := range f.Blocks {
		f.Blocks[i] = r.block()
	}
	f.Entry, f.Recover = r.block1(), r.block1()
}

func (r *unpacker) uint() int {
	if c := r.code[0]; c < 0x80 {
		r.code = r.code[1:]
		return int(c)
	}
	v, n := binary.Uvarint(r.code)
	r.code = r.code[n:]
	return int(v)
}

func (r *unpacker) int() int64 {
	u := uint64(r.uint())
	return int64(u>>1) ^ -int64(u&1)
}

// block1 gives the block that is referred to, which may come later.
func (r *unpacker) block1() *Block {
	id := r.uint()
	if id == 0 {
		return nil
	}
	b := r.blocks[id-1]
	if b == nil {
		b = &Block{ID: int32(id - 1), Func: r.f}
		r.blocks[id-1] = b
	}
	return b
}

func (r *unpacker) place() Pos {
	r.pos.P += token.Pos(r.int())
	r.pos.Inl += int32(r.int())
	return r.pos
}

func (r *unpacker) nextAux() any {
	a := r.aux[0]
	r.aux = r.aux[1:]
	return a
}

func (r *unpacker) block() *Block {
	id := r.uint()
	b := r.blocks[id]
	if b == nil {
		b = &Block{ID: int32(id), Func: r.f}
		r.blocks[id] = b
	}
	b.Kind = BlockKind(r.uint())
	flags := r.uint()
	b.Likely, b.Freq = Likely(r.int()), r.int()
	b.Cold = flags&1 != 0
	if flags&2 != 0 {
		b.Aux = r.nextAux()
	}
	b.Pos = r.place()
	if n := r.uint(); n > 0 {
		b.Values = make([]*Value, n)
	}
	for i := range b.Values {
		b.Values[i] = r.value(b)
	}
	if n := r.uint(); n > 0 {
		b.Controls = r.list(make([]*Value, n), r.last)
	}
	b.Succs, b.Preds = r.edges(), r.edges()
	return b
}

func (r *unpacker) edges() []*Block {
	n := r.uint()
	if n == 0 {
		return nil
	}
	list := make([]*Block, n)
	for i := range list {
		list[i] = r.block1()
	}
	return list
}

// at gives the value with an ID, which may come later.
func (r *unpacker) at(id int32) *Value {
	v := r.values[id]
	if v == nil {
		v = &r.slab[0]
		r.slab = r.slab[1:]
		v.ID = id
		r.values[id] = v
	}
	return v
}

func (r *unpacker) value(b *Block) *Value {
	head := r.uint()
	t := Type(r.code[0])
	r.code = r.code[1:]
	v := r.at(r.last + int32(r.int()))
	r.last = v.ID
	v.Op, v.Type, v.Block = Op(head>>packOp), t, b
	if head&packAux != 0 {
		v.Aux = r.nextAux()
	}
	if head&packAuxInt != 0 {
		v.AuxInt = r.int()
	}
	if head&packMoved != 0 {
		r.place()
	}
	v.Pos = r.pos
	n := r.uint()
	v.Args = v.argbuf[:0]
	if n > len(v.argbuf) {
		v.Args = make([]*Value, 0, n)
	}
	v.Args = r.list(v.Args[:n], v.ID)
	return v
}

// list reads references to values, each of which is a use.
func (r *unpacker) list(list []*Value, from int32) []*Value {
	for i := range list {
		list[i] = r.at(from - int32(r.int()))
		list[i].Uses++
	}
	return list
}
