// Package typedesc makes type descriptors and itabs: go/types types in,
// object symbols in the byte layout of GOROOT's internal/abi out.
//
// A Builder owns nothing but its callbacks; it is safe for concurrent use if
// they are. Which types a descriptor mentions, the Builder tells through
// Callbacks.Type, so that whoever drives compilation can define them on demand.
package typedesc

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"go/token"
	"go/types"

	"strata/internal/abi"
	"strata/internal/object"
	"strata/internal/symname"
)

// Callbacks supply the names of code that descriptors point to. Each function
// also promises that the named symbol can be defined when the linker asks for it.
type Callbacks struct {
	// Type is told every type whose descriptor is mentioned. May be nil.
	Type func(sym string, t types.Type)
	// Equal names the closure func(p, q unsafe.Pointer) bool that compares two t. Only called for comparable types.
	Equal func(t types.Type) string
	// Hash names the closure func(p unsafe.Pointer, seed uintptr) uintptr that hashes a t.
	Hash func(t types.Type) string
	// Method names the functions for a method of recv: ifn takes the data
	// word of an interface as receiver, tfn the receiver itself.
	Method func(recv types.Type, sel *types.Selection) (ifn, tfn string)
}

// Builder builds descriptors.
type Builder struct {
	Layout
	n  *symname.Namer
	cb Callbacks
}

// New returns a Builder. sizes may be nil. Callbacks except Type must not be nil.
func New(n *symname.Namer, sizes *abi.Sizes, cb Callbacks) *Builder {
	return &Builder{Layout: Layout{sizes}, n: n, cb: cb}
}

// Flags of descriptors (abi.TFlag).
const (
	TFlagUncommon       = 1
	TFlagExtraStar      = 2
	TFlagNamed          = 4
	TFlagRegularMemory  = 8
	TFlagGCMaskOnDemand = 16
	TFlagDirectIface    = 32
)

// Masks longer than this are built by the runtime when first needed.
const maxMaskBytes = 2048

// Hash is the hash of a descriptor: FNV-1a over the canonical type string.
func Hash(link string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(link); i++ {
		h = (h ^ uint32(link[i])) * 16777619
	}
	return h
}

// Descriptor returns the descriptor of t, first, and the symbols that only
// descriptors refer to (names, pointer masks, map group types); these may be
// handed out many times.
func (b *Builder) Descriptor(t types.Type) []*object.Symbol {
	t = types.Unalias(t)
	link := b.n.Type(t)
	d := b.newDesc("type:"+link, link, t)
	d.build()
	return append([]*object.Symbol{d.sym}, d.extra...)
}

// desc is a descriptor under construction.
type desc struct {
	b       *Builder
	t       types.Type
	link    string
	noalg   bool // part of a map's group: neither comparable nor listed for reflection
	sym     *object.Symbol
	extra   []*object.Symbol
	methods []method
}

func (b *Builder) newDesc(name, link string, t types.Type) *desc {
	return &desc{b: b, t: t, link: link, sym: &object.Symbol{
		Name: name, Kind: object.TypeDesc, Flags: object.DupOK, Align: WordSize,
	}}
}

// build lays the parts down in order: common part, tail of the kind, uncommon
// part, variable data, methods.
func (d *desc) build() {
	kind := Kind(d.t)
	if !d.noalg {
		d.methods = d.b.methodSet(d.t)
	}
	uncommon := isNamed(d.t) || len(d.methods) > 0
	tail, variable := d.sizes()
	total := tail + variable + len(d.methods)*methodSize
	if uncommon {
		total += uncommonSize
	}
	d.sym.Data = make([]byte, total)
	d.common(kind, uncommon)
	vars := tail
	if uncommon {
		vars += uncommonSize
		d.uncommon(tail, variable)
	}
	d.tail(vars)
	d.sym.Size = int64(len(d.sym.Data))
}

// isNamed reports whether t has a name: predeclared types count.
func isNamed(t types.Type) bool {
	switch t.(type) {
	case *types.Named, *types.Basic:
		return true
	}
	return false
}

func (d *desc) common(kind uint8, uncommon bool) {
	size, ptr := d.b.Size(d.t), d.b.PtrBytes(d.t)
	d.put64(0, size)
	d.put64(8, ptr)
	d.put32(16, Hash(d.link))
	flags := d.gcdata(ptr)
	if uncommon {
		flags |= TFlagUncommon
	}
	if isNamed(d.t) {
		flags |= TFlagNamed
	}
	if !d.noalg {
		if d.b.IsRegularMemory(d.t) {
			flags |= TFlagRegularMemory
		}
		if d.b.Comparable(d.t) {
			d.addr(24, d.b.cb.Equal(d.t))
		}
	}
	if d.b.DirectIface(d.t) {
		flags |= TFlagDirectIface
	}
	if d.str() {
		flags |= TFlagExtraStar
	}
	d.sym.Data[20] = flags
	d.sym.Data[21] = uint8(d.b.Align(d.t))
	d.sym.Data[22] = uint8(d.b.Align(d.t))
	d.sym.Data[23] = kind
	d.ptrToThis()
}

// str sets the type string; it reports whether it was stored with a star in
// front, which T and *T then share.
func (d *desc) str() bool {
	s := d.b.n.TypeString(d.t)
	star := s[0] != '*'
	base := d.t
	if star {
		s = "*" + s
	} else if p, ok := d.t.(*types.Pointer); ok {
		base = types.Unalias(p.Elem())
	}
	exported := s == "*unsafe.Pointer"
	if n, ok := base.(*types.Named); ok {
		exported = token.IsExported(n.Obj().Name())
	}
	d.off(40, d.name(s, "", nil, exported, false))
	return star
}

// ptrToThis refers to *T. Where *T has methods, reflection must find the
// compiled descriptor; elsewhere it can make one up.
func (d *desc) ptrToThis() {
	if d.noalg {
		return
	}
	kind := object.WeakTypeOff
	p := types.NewPointer(d.t)
	if _, isPtr := d.t.(*types.Pointer); !isPtr && len(d.b.methodSet(p)) > 0 {
		kind = object.TypeOff
		d.typeSym(p)
	}
	d.reloc(44, kind, "type:*"+d.link, 0)
}

func hasEmbedded(n *types.Named) bool {
	s, ok := n.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := 0; i < s.NumFields(); i++ {
		if s.Field(i).Embedded() {
			return true
		}
	}
	return false
}

// gcdata points to the pointer mask; it returns TFlagGCMaskOnDemand where the
// runtime is to build a mask that would be too long.
func (d *desc) gcdata(ptr int64) (flags uint8) {
	switch {
	case ptr == 0:
		return 0
	case ptr/WordSize > maxMaskBytes*8:
		s := &object.Symbol{Name: "type:.gcmask." + d.link, Kind: object.BSS, Flags: object.DupOK, Align: WordSize, Size: WordSize}
		d.extra = append(d.extra, s)
		d.addr(32, s.Name)
		return TFlagGCMaskOnDemand
	}
	mask := d.b.PtrMask(d.t)
	for len(mask)%WordSize != 0 { // the runtime reads whole words
		mask = append(mask, 0)
	}
	s := MaskSymbol(mask)
	d.extra = append(d.extra, s)
	d.addr(32, s.Name)
	return 0
}

// MaskSymbol returns the read-only symbol with these bytes, named by its content.
func MaskSymbol(mask []byte) *object.Symbol {
	id := hex.EncodeToString(mask)
	if len(mask) > 64 {
		sum := sha256.Sum256(mask)
		id = hex.EncodeToString(sum[:16])
	}
	return &object.Symbol{Name: "runtime.gcbits." + id, Kind: object.ROData, Flags: object.DupOK,
		Align: 1, Size: int64(len(mask)), Data: mask}
}

func (d *desc) put64(off int, v int64) { binary.LittleEndian.PutUint64(d.sym.Data[off:], uint64(v)) }
func (d *desc) put32(off int, v uint32) {
	binary.LittleEndian.PutUint32(d.sym.Data[off:], v)
}

func (d *desc) reloc(off int, kind object.RelocKind, target string, add int64) {
	d.sym.Relocs = append(d.sym.Relocs, object.Reloc{Off: int32(off), Kind: kind, Target: target, Add: add})
}

// addr stores the address of a symbol.
func (d *desc) addr(off int, target string) { d.reloc(off, object.Abs64, target, 0) }

// off stores the offset of a symbol of the types section.
func (d *desc) off(at int, target string) { d.reloc(at, object.TypeOff, target, 0) }

// typeSym names the descriptor of t and makes its existence known.
func (d *desc) typeSym(t types.Type) string { return d.b.typeSym(t) }

func (b *Builder) typeSym(t types.Type) string {
	t = types.Unalias(t)
	name := b.n.TypeSym(t)
	if b.cb.Type != nil {
		b.cb.Type(name, t)
	}
	return name
}
