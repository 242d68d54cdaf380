package link

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"strata/internal/object"
	"strata/internal/rtcall"
	"strata/internal/wasm/module"
)

// WebAssembly. The phases are those of executables but for text and image. Functions have no addresses; the space of program counters
// stands for those: each function has as many numbers in it as its symbol has bytes. Its first number is also its index in the table of
// functions, if its address is asked for; those come first. Code is taken out of the symbols, since its length has nothing to do
// with that, and put together in the end, when indices and addresses are known: they are inserted as LEB128 numbers.

// Wasm says what a module needs besides symbols.
type Wasm struct {
	Globals []module.Global
	Exports map[string]string // symbols of exported functions by name
	// Adapter makes the function that calls functions of a type from memory. There are some if Adapts is reached.
	Adapter func(m *module.Module, typ string) module.Func
	Adapts  string
}

const (
	wasmTextBase  = 16 // of the space of program counters
	wasmTextAlign = 16 // at most 16 functions start in 256 numbers
	wasmPage      = 1 << 16
)

var wasmPhases = []phase{
	{"reach", (*linker).findReachable},
	{"strings", (*linker).setStrings},
	{"claim", (*linker).claimModuledata},
	{"sort", (*linker).sortSymbols},
	{"text", (*linker).layoutWasmText},
	{"pclntab", (*linker).makePclntab},
	{"data", (*linker).layoutData},
	{"moduledata", (*linker).fillModuledata},
	{"relocate", (*linker).relocate},
	{"image", (*linker).makeModule},
}

// layoutWasmText numbers program counters.
func (l *linker) layoutWasmText() error {
	s := &l.sects
	s.goNote, s.gnuNote = &section{}, &section{}
	taken := l.takenFunctions()
	slices.SortStableFunc(l.text, func(a, b *node) int { return trueLast(!taken[a], !taken[b]) })
	l.wasmCode = map[*node][]byte{}
	for _, n := range l.text {
		l.wasmCode[n] = n.sym.Data
		sym := *n.sym
		sym.Data, sym.Align = nil, wasmTextAlign
		n.sym = &sym
		if taken[n] {
			l.wasmTaken++
		}
	}
	l.numberAdapters()
	t := &section{name: ".text", align: wasmTextAlign, addr: wasmTextBase}
	t.size = place(t, l.text, t.addr, wasmTextAlign) - t.addr
	s.text = t
	l.funcs = l.text
	return nil
}

// wasmAdapters are the functions that call others from memory, if the program has need of them: one for each type of a function whose
// address is known, and for each 16 program counters the number of that of the function there.
type wasmAdapters struct {
	types []string
	of    []byte
}

func (l *linker) numberAdapters() {
	if n := l.reach.nodes[l.in.Wasm.Adapts]; n == nil || !n.reached || n.sym == nil {
		return
	}
	a := &wasmAdapters{}
	number := map[string]int{}
	pc := uint64(wasmTextBase)
	for _, n := range l.text[:l.wasmTaken] {
		typ := ""
		for _, r := range n.sym.Relocs {
			if r.Kind == object.FuncSig {
				typ = r.Target
			}
		}
		k, ok := number[typ]
		if !ok {
			k = len(a.types)
			number[typ] = k
			a.types = append(a.types, typ)
		}
		for uint64(len(a.of)) <= pc/16*2 {
			a.of = append(a.of, 0, 0)
		}
		binary.LittleEndian.PutUint16(a.of[pc/16*2:], uint16(k))
		pc = alignUp(pc+max(uint64(n.sym.Size), 1), wasmTextAlign)
		l.sects.wasmAdapterBase = pc
	}
	l.wasmAdapters = a
}

// takenFunctions are those whose addresses are asked for.
func (l *linker) takenFunctions() map[*node]bool {
	taken := map[*node]bool{}
	for _, n := range l.reach.order {
		if n.sym == nil {
			continue
		}
		for i, t := range n.targets {
			if t == nil || t.sym == nil || t.sym.Kind != object.Text || t == n {
				continue
			}
			switch n.sym.Relocs[i].Kind {
			case object.Abs64, object.MethodAbs64, object.LebAddr, object.TextOff, object.MethodOff:
				taken[t] = true
			}
		}
	}
	if n := l.reach.nodes[rtcall.Unreachable]; n != nil && n.reached && n.sym != nil {
		taken[n] = true
	}
	return taken
}

// makeModule puts the module together.
func (l *linker) makeModule() error {
	m := &module.Module{Globals: l.in.Wasm.Globals}
	imports := l.wasmImports(m)
	index := map[*node]uint32{}
	for i, n := range l.text {
		index[n] = uint32(len(m.Imports) + i)
	}
	names := make([]string, 0, len(m.Imports)+len(l.text))
	for _, im := range m.Imports {
		names = append(names, im.Name)
	}
	for i, n := range l.text {
		f, err := l.wasmFunc(m, n, index, imports)
		if err != nil {
			return err
		}
		m.Funcs = append(m.Funcs, f)
		if i < l.wasmTaken {
			m.Elements = append(m.Elements, module.Element{Offset: uint32(n.addr), Funcs: []uint32{index[n]}})
			m.Table = uint32(n.addr) + 1
		}
		names = append(names, displayName(n.sym))
	}
	if a := l.wasmAdapters; a != nil {
		e := module.Element{Offset: uint32(l.sects.wasmAdapterBase)}
		for _, typ := range a.types {
			e.Funcs = append(e.Funcs, uint32(len(m.Imports)+len(m.Funcs)))
			m.Funcs = append(m.Funcs, l.in.Wasm.Adapter(m, typ))
			names = append(names, "wasm.adapter "+typ)
		}
		m.Elements = append(m.Elements, e)
		m.Table = e.Offset + uint32(len(e.Funcs))
	}
	if !l.in.StripSymbols {
		m.Names = names
	}
	l.wasmData(m)
	end := l.sects.noptrbss.end()
	m.Pages = uint32((end + wasmPage - 1) / wasmPage)
	m.Exports = append(m.Exports, module.Export{Name: "memory", Kind: module.ExportMemory})
	var exported []string
	for name := range l.in.Wasm.Exports {
		exported = append(exported, name)
	}
	slices.Sort(exported)
	for _, name := range exported {
		m.Exports = append(m.Exports, module.Export{Name: name, Kind: module.ExportFunc, Index: index[l.reach.nodes[l.in.Wasm.Exports[name]]]})
	}
	l.image = m.Encode()
	return nil
}

// wasmImports collects the functions that the host provides.
func (l *linker) wasmImports(m *module.Module) map[string]uint32 {
	var list []string
	seen := map[string]uint32{}
	for _, n := range l.text {
		for _, r := range n.sym.Relocs {
			if _, ok := seen[r.Target]; !ok && r.Kind == object.LebImport {
				seen[r.Target] = 0
				list = append(list, r.Target)
			}
		}
	}
	slices.Sort(list)
	for i, s := range list {
		seen[s] = uint32(i)
		part := strings.SplitN(s, "\x00", 3)
		m.Imports = append(m.Imports, module.Import{Module: part[0], Name: part[1], Type: module.ParseType(part[2])})
	}
	return seen
}

// wasmFunc makes the body of a function: its code with numbers inserted.
func (l *linker) wasmFunc(m *module.Module, n *node, index map[*node]uint32, imports map[string]uint32) (f module.Func, err error) {
	code := l.wasmCode[n]
	at := int32(0)
	for i := range n.sym.Relocs {
		r := &n.sym.Relocs[i]
		var t *node
		if i < len(n.targets) {
			t = n.targets[i]
		}
		switch r.Kind {
		case object.FuncSig:
			f.Type = module.ParseType(r.Target)
			continue
		case object.LebFunc, object.LebType, object.LebAddr, object.LebImport:
		default:
			continue
		}
		f.Body = append(f.Body, code[at:r.Off]...)
		at = r.Off
		switch r.Kind {
		case object.LebFunc:
			k, ok := index[t]
			if !ok {
				return f, fmt.Errorf("link: %s calls %s, which is no function", n.name, r.Target)
			}
			f.Body = module.AppendUint(f.Body, uint64(k))
		case object.LebType:
			f.Body = module.AppendUint(f.Body, uint64(m.TypeIndex(module.ParseType(r.Target))))
		case object.LebAddr:
			addr, _ := l.address(t)
			f.Body = module.AppendInt(f.Body, int64(addr)+r.Add)
		case object.LebImport:
			f.Body = module.AppendUint(f.Body, uint64(imports[r.Target]))
		}
	}
	f.Body = append(f.Body, code[at:]...)
	return f, nil
}

// wasmData makes segments of what is not zero in the sections.
func (l *linker) wasmData(m *module.Module) {
	const gap = 16 // zeros that a new segment is worth
	zeros := make([]byte, gap)
	for _, s := range l.loaded()[3:] {
		b, addr := s.data, s.addr
		for len(b) > 0 {
			if b[0] == 0 {
				b, addr = b[1:], addr+1
				continue
			}
			n := bytes.Index(b, zeros)
			if n < 0 {
				n = len(bytes.TrimRight(b, "\x00"))
				m.Data = append(m.Data, module.Data{Offset: uint32(addr), Bytes: b[:n]})
				break
			}
			m.Data = append(m.Data, module.Data{Offset: uint32(addr), Bytes: b[:n]})
			b, addr = b[n:], addr+uint64(n)
		}
	}
}
