package module

import "strings"

// FuncType is the type of a function: parameters and results, each value type a byte. It is comparable.
type FuncType struct{ Params, Results string }

// ParseType is the function type that a string spells: parameters, a colon, results; i, l, f, d are the four types.
func ParseType(s string) FuncType {
	conv := func(s string) string {
		b := []byte(s)
		for i, c := range b {
			switch c {
			case 'i':
				b[i] = byte(I32)
			case 'l':
				b[i] = byte(I64)
			case 'f':
				b[i] = byte(F32)
			default:
				b[i] = byte(F64)
			}
		}
		return string(b)
	}
	in, out, _ := strings.Cut(s, ":")
	return FuncType{Params: conv(in), Results: conv(out)}
}

// Module is a module in the making. Indices of functions count imports first.
type Module struct {
	types   []FuncType
	typeOf  map[FuncType]uint32
	Imports []Import
	Funcs   []Func
	Globals []Global
	Exports []Export
	// Table is the size of the only table, of functions.
	Table    uint32
	Elements []Element
	// Pages is the initial size of the memory, MaxPages its greatest; 0 for none.
	Pages, MaxPages uint32
	Data            []Data
	Names           []string // of functions, imports first; nil for none
	Customs         []Custom
}

// Import is an imported function.
type Import struct {
	Module, Name string
	Type         FuncType
}

// Func is a function that the module defines: Body is locals and code, with the final end.
type Func struct {
	Type FuncType
	Body []byte
}

// Global is a mutable global variable with a constant as its first value.
type Global struct {
	Type Type
	Init int64
}

// Export kinds.
const (
	ExportFunc   byte = 0
	ExportMemory byte = 2
)

// Export is an exported function or memory.
type Export struct {
	Name  string
	Kind  byte
	Index uint32
}

// Element puts functions into the table from an offset on.
type Element struct {
	Offset uint32
	Funcs  []uint32
}

// Data puts bytes into memory.
type Data struct {
	Offset uint32
	Bytes  []byte
}

// Custom is a custom section.
type Custom struct {
	Name string
	Data []byte
}

// TypeIndex is the index of a function type, which is added if it is new.
func (m *Module) TypeIndex(t FuncType) uint32 {
	if i, ok := m.typeOf[t]; ok {
		return i
	}
	if m.typeOf == nil {
		m.typeOf = map[FuncType]uint32{}
	}
	i := uint32(len(m.types))
	m.typeOf[t] = i
	m.types = append(m.types, t)
	return i
}

// Locals encodes the declaration of locals: runs of equal types.
func Locals(types []Type) []byte {
	var runs [][2]int
	for _, t := range types {
		if n := len(runs); n > 0 && runs[n-1][1] == int(t) {
			runs[n-1][0]++
		} else {
			runs = append(runs, [2]int{1, int(t)})
		}
	}
	b := AppendUint(nil, uint64(len(runs)))
	for _, r := range runs {
		b = append(AppendUint(b, uint64(r[0])), byte(r[1]))
	}
	return b
}

// section ids.
const (
	secCustom  = 0
	secType    = 1
	secImport  = 2
	secFunc    = 3
	secTable   = 4
	secMemory  = 5
	secGlobal  = 6
	secExport  = 7
	secElement = 9
	secCode    = 10
	secData    = 11
)

type writer struct{ out []byte }

func (w *writer) section(id byte, body []byte) {
	w.out = AppendUint(append(w.out, id), uint64(len(body)))
	w.out = append(w.out, body...)
}

// list writes a section that is a vector, unless it is empty.
func (w *writer) list(id byte, n int, item func(b []byte, i int) []byte) {
	if n == 0 {
		return
	}
	b := AppendUint(nil, uint64(n))
	for i := range n {
		b = item(b, i)
	}
	w.section(id, b)
}

func name(b []byte, s string) []byte { return append(AppendUint(b, uint64(len(s))), s...) }

// Encode gives the bytes of the module.
func (m *Module) Encode() []byte {
	for i := range m.Imports {
		m.TypeIndex(m.Imports[i].Type)
	}
	for i := range m.Funcs {
		m.TypeIndex(m.Funcs[i].Type)
	}
	w := &writer{out: []byte("\x00asm\x01\x00\x00\x00")}
	w.list(secType, len(m.types), func(b []byte, i int) []byte {
		t := m.types[i]
		return name(name(append(b, 0x60), t.Params), t.Results)
	})
	w.list(secImport, len(m.Imports), func(b []byte, i int) []byte {
		im := &m.Imports[i]
		return AppendUint(append(name(name(b, im.Module), im.Name), 0), uint64(m.typeOf[im.Type]))
	})
	w.list(secFunc, len(m.Funcs), func(b []byte, i int) []byte { return AppendUint(b, uint64(m.typeOf[m.Funcs[i].Type])) })
	if m.Table > 0 {
		w.section(secTable, AppendUint([]byte{1, byte(FuncRef), 0}, uint64(m.Table)))
	}
	m.memory(w)
	w.list(secGlobal, len(m.Globals), func(b []byte, i int) []byte {
		g := m.Globals[i]
		op := I32Const
		if g.Type == I64 {
			op = I64Const
		}
		return append(AppendInt(append(b, byte(g.Type), 1, byte(op)), g.Init), byte(End))
	})
	w.list(secExport, len(m.Exports), func(b []byte, i int) []byte {
		e := m.Exports[i]
		return AppendUint(append(name(b, e.Name), e.Kind), uint64(e.Index))
	})
	w.list(secElement, len(m.Elements), func(b []byte, i int) []byte {
		e := m.Elements[i]
		b = append(AppendInt(append(b, 0, byte(I32Const)), int64(e.Offset)), byte(End))
		b = AppendUint(b, uint64(len(e.Funcs)))
		for _, f := range e.Funcs {
			b = AppendUint(b, uint64(f))
		}
		return b
	})
	w.list(secCode, len(m.Funcs), func(b []byte, i int) []byte {
		return append(AppendUint(b, uint64(len(m.Funcs[i].Body))), m.Funcs[i].Body...)
	})
	w.list(secData, len(m.Data), func(b []byte, i int) []byte {
		d := m.Data[i]
		b = append(AppendInt(append(b, 0, byte(I32Const)), int64(int32(d.Offset))), byte(End))
		return append(AppendUint(b, uint64(len(d.Bytes))), d.Bytes...)
	})
	m.names(w)
	for _, c := range m.Customs {
		w.section(secCustom, append(name(nil, c.Name), c.Data...))
	}
	return w.out
}

func (m *Module) memory(w *writer) {
	if m.MaxPages > 0 {
		w.section(secMemory, AppendUint(AppendUint([]byte{1, 1}, uint64(m.Pages)), uint64(m.MaxPages)))
	} else {
		w.section(secMemory, AppendUint([]byte{1, 0}, uint64(m.Pages)))
	}
}

// names writes the name section with the functions' names.
func (m *Module) names(w *writer) {
	if m.Names == nil {
		return
	}
	sub := AppendUint(nil, uint64(len(m.Names)))
	for i, n := range m.Names {
		sub = name(AppendUint(sub, uint64(i)), n)
	}
	b := append(AppendUint(append(name(nil, "name"), 1), uint64(len(sub))), sub...)
	w.section(secCustom, b)
}
