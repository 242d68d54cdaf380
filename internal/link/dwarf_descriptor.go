package link

import (
	"encoding/binary"

	"strata/internal/object"
)

// descriptor is a view of a type descriptor; nil if there is none of that name.
func (t *typeUnit) descriptor(name string) *descriptorView {
	if s := t.symbol(name); s != nil && len(s.Data) >= descriptorSize {
		return &descriptorView{t, s}
	}
	return nil
}

// descriptorSize is the part that all descriptors have (internal/abi.Type).
const descriptorSize = 48

// descriptorView reads a descriptor with its relocations.
type descriptorView struct {
	t *typeUnit
	s *object.Symbol
}

func (d *descriptorView) kind() byte   { return d.s.Data[kindOff] & 31 }
func (d *descriptorView) size() uint64 { return d.word(0) }

func (d *descriptorView) word(off int) uint64 {
	if off+8 > len(d.s.Data) {
		return 0
	}
	return binary.LittleEndian.Uint64(d.s.Data[off:])
}

func (d *descriptorView) half(off int) uint16 {
	if off+2 > len(d.s.Data) {
		return 0
	}
	return binary.LittleEndian.Uint16(d.s.Data[off:])
}

// target returns the name of what the field at off points to.
func (d *descriptorView) target(off int) (name string, add int64) {
	for i := range d.s.Relocs {
		r := &d.s.Relocs[i]
		if int(r.Off) == off && (r.Kind == object.Abs64 || r.Kind == object.TypeOff) {
			return r.Target, r.Add
		}
	}
	return "", 0
}

func (d *descriptorView) targetName(off int) string {
	name, _ := d.target(off)
	return name
}

// member is a field of a struct, with its type's key.
type member struct {
	name     string
	off      uint64
	typ      string
	embedded bool
}

// fields decodes the fields of a struct: 24 bytes each, name, type, offset.
func (d *descriptorView) fields() []member {
	var list []member
	_, at := d.target(56)
	for i := range d.word(64) {
		f := int(at) + 24*int(i)
		m := member{off: d.word(f + 16), typ: d.targetName(f + 8)}
		if s := d.t.symbol(d.targetName(f)); s != nil {
			m.name = decodeName(s.Data)
			m.embedded = len(s.Data) > 0 && s.Data[0]&nameEmbedded != 0
		}
		list = append(list, m)
	}
	return list
}

// nameEmbedded is the flag of an embedded field in its encoded name.
const nameEmbedded = 8

// signature decodes the parameters and results of a function type.
func (d *descriptorView) signature() (in, out []string) {
	at := 56 // behind the counts
	if d.s.Data[tflagOff]&tflagUncommon != 0 {
		at += 16
	}
	nin, nout := int(d.half(48)), int(d.half(50)&^(1<<15))
	for i := range nin + nout {
		name := d.targetName(at + 8*i)
		if i < nin {
			in = append(in, name)
		} else {
			out = append(out, name)
		}
	}
	return in, out
}

const (
	tflagOff      = 20
	tflagUncommon = 1
)

// Kinds of types that need more than a look at the table encodings (internal/abi.Kind).
const (
	kindArray         = 17
	kindChan          = 18
	kindFunc          = 19
	kindMap           = 21
	kindPointer       = 22
	kindSlice         = 23
	kindString        = 24
	kindStruct        = 25
	kindUnsafePointer = 26
)
