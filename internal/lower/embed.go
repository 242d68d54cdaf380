package lower

import (
	"crypto/sha256"
	"fmt"
	"go/types"

	"strata/internal/load"
	"strata/internal/object"
)

// embedVar builds a variable that //go:embed fills: a string or byte slice over
// the file's bytes, or an embed.FS, which points to a slice of {name, data string; hash [16]byte}.
func (p *Program) embedVar(sym string, g *globalVar, e load.Embed) []*object.Symbol {
	m := p.memType(g.v.Type())
	v := &object.Symbol{
		Name: sym, Kind: object.Data, Align: 8, Size: m.Size, Data: make([]byte, m.Size),
		PtrMask: m.PtrMask, GoType: p.typeSym(g.v.Type()),
	}
	if e.Kind == load.EmbedFS {
		files := p.embedFiles(sym, e)
		point(v, 0, files[0].Name)
		return append([]*object.Symbol{v}, files...)
	}
	data := e.Files[0].Data
	if len(data) == 0 {
		return []*object.Symbol{v}
	}
	kind := object.ROData
	if e.Kind == load.EmbedBytes {
		kind = object.Data
		putLen(v, 16, len(data))
	}
	content := &object.Symbol{Name: sym + "..embed", Kind: kind, Align: 1, Size: int64(len(data)), Data: data}
	point(v, 0, content.Name)
	putLen(v, 8, len(data))
	return []*object.Symbol{v, content}
}

const embedFileSize = 48

// embedFiles builds the slice of an embed.FS, header first, and the contents.
func (p *Program) embedFiles(sym string, e load.Embed) []*object.Symbol {
	n := len(e.Files)
	str := tString
	file := types.NewArray(types.NewStruct([]*types.Var{
		types.NewField(0, nil, "name", str, false),
		types.NewField(0, nil, "data", str, false),
		types.NewField(0, nil, "hash", types.NewArray(tUint8, 16), false),
	}, nil), int64(n))
	list := &object.Symbol{
		Name: sym + "..files", Kind: object.Data, Align: 8, Size: int64(n * embedFileSize),
		Data: make([]byte, n*embedFileSize), PtrMask: p.memType(file).PtrMask,
	}
	header := &object.Symbol{
		Name: sym + "..fs", Kind: object.Data, Align: 8, Size: 24, Data: make([]byte, 24),
		PtrMask: []byte{1},
	}
	point(header, 0, list.Name)
	putLen(header, 8, n)
	putLen(header, 16, n)
	syms := []*object.Symbol{header, list}
	for i, f := range e.Files {
		at := i * embedFileSize
		point(list, at, p.stringSym(f.Name))
		putLen(list, at+8, len(f.Name))
		if len(f.Data) == 0 {
			continue
		}
		c := &object.Symbol{
			Name: fmt.Sprintf("%s..embed%d", sym, i), Kind: object.ROData, Align: 1,
			Size: int64(len(f.Data)), Data: f.Data,
		}
		point(list, at+16, c.Name)
		putLen(list, at+24, len(f.Data))
		sum := sha256.Sum256(f.Data)
		copy(list.Data[at+32:], sum[:16])
		syms = append(syms, c)
	}
	return syms
}

func point(s *object.Symbol, off int, target string) {
	s.Relocs = append(s.Relocs, object.Reloc{Off: int32(off), Kind: object.Abs64, Target: target})
}

func putLen(s *object.Symbol, off, n int) { copy(s.Data[off:], le64(uint64(n))) }
