package typedesc

import (
	"encoding/binary"
	"go/types"
	"strconv"

	"strata/internal/object"
)

// Flags of the first byte of an encoded name.
const (
	nameExported = 1
	nameTag      = 2
	namePkgPath  = 4
	nameEmbedded = 8
)

// name makes the encoded name of a type, field or method and returns its
// symbol: flags, length, bytes, [tag length, tag], [offset of the package path].
// Equal names share one symbol.
func (d *desc) name(name, tag string, pkg *types.Package, exported, embedded bool) string {
	var flags byte
	if exported {
		flags |= nameExported
	}
	if tag != "" {
		flags |= nameTag
	}
	if pkg != nil {
		flags |= namePkgPath
	}
	if embedded {
		flags |= nameEmbedded
	}
	data := append([]byte{flags}, binary.AppendUvarint(nil, uint64(len(name)))...)
	data = append(data, name...)
	sym := "type:.namedata." + strconv.Itoa(int(flags)) + "." + name
	if tag != "" {
		data = binary.AppendUvarint(data, uint64(len(tag)))
		data = append(data, tag...)
		sym += " " + strconv.Itoa(len(name)) + " " + tag
	}
	s := &object.Symbol{Name: sym, Kind: object.TypeDesc, Flags: object.DupOK, Align: 1}
	if pkg != nil {
		s.Name += " in " + d.b.n.Prefix(pkg)
		s.Relocs = []object.Reloc{{Off: int32(len(data)), Kind: object.TypeOff, Target: d.pkgPath(pkg)}}
		data = append(data, 0, 0, 0, 0)
	}
	s.Data, s.Size = data, int64(len(data))
	d.extra = append(d.extra, s)
	return s.Name
}

// pkgPath makes the name symbol that holds an import path.
func (d *desc) pkgPath(pkg *types.Package) string {
	return d.name(d.b.n.Path(pkg), "", nil, false, false)
}
