package link

import (
	"encoding/binary"
	"strings"
	"sync"

	"strata/internal/object"
)

// The function table in the layout of Go 1.20 and later, which the runtime's
// unwinder, debug/gosym, "go tool objdump" and delve read. Functions are
// encoded in parallel; then their tables are gathered in order of address,
// equal ones stored once. A function numbers the files it uses from 0; its
// slice of cutab, shared with functions that use the same files, maps these
// to names. Everything is relative to the start of the text or of a table,
// so no address is needed here.
//
// Values: UnsafePoint -2 unsafe, -1 safe; StackMapIndex as given, -1 none;
// InlTree an index into the inline tree, -1 none. Function data stand in
// read-only data at ModuleData.GoFunc plus the offset in the function's record
// (all ones: none), aligned to 4 bytes:
//
//	ArgsPointerMaps, LocalsPointerMaps  {n, nbit int32; n bitmaps of (nbit+7)/8 bytes}
//	InlTree                             []{funcID uint8; _ [3]byte; nameOff, parentPc, startLine int32}
//	OpenCodedDeferInfo                  {n, bitsOff int32; slotOff [n]int32}, offsets from SP in the body
//	Whole                               offset in the text, uint32, of the function that this is the cold part of

const (
	pclnMagic  = 0xfffffff1
	headerSize = 8 + 8*8

	pcdataUnsafePoint = 0
	pcdataStackMap    = 1
	pcdataInlTree     = 2
	numPCData         = 3

	funcdataArgs      = 0
	funcdataLocals    = 1
	funcdataInlTree   = 3
	funcdataOpenDefer = 4
	funcdataArgInfo   = 5
	funcdataWhole     = 6
	numFuncData       = 7

	flagTopFrame = 1
	flagAsm      = 4
)

// pclntab is the finished table with the offsets that module data needs.
type pclntab struct {
	data     []byte // header and all parts
	names    span
	cu       span
	files    span
	pctab    span
	funcs    span // starts with the table of entries
	nfunc    int
	funcdata []byte // lies in read-only data
	findfunc []byte
}

// span is a range of bytes in data.
type span struct{ off, len int }

// funcTables are the encoded tables of one function.
type funcTables struct {
	files      []string
	sp, fl, ln []byte
	pcdata     [numPCData][]byte
	funcdata   [numFuncData][]byte
}

func (l *linker) makePclntab() error {
	tabs := make([]funcTables, len(l.funcs))
	l.parallel(len(l.funcs), 64, func(lo, hi int) {
		w := pcWriter{value: -1}
		for i := lo; i < hi; i++ {
			tabs[i].encode(&w, l.funcs[i].sym)
		}
	})
	g := newGatherer()
	p := &pclntab{nfunc: len(l.funcs)}
	funcs := make([]byte, 8*(len(l.funcs)+1))
	for i, n := range l.funcs {
		entry := uint32(n.addr - l.sects.text.addr)
		binary.LittleEndian.PutUint32(funcs[8*i:], entry)
		binary.LittleEndian.PutUint32(funcs[8*i+4:], uint32(len(funcs)))
		if w := l.wholeOf[n]; w != nil {
			tabs[i].funcdata[funcdataWhole] = binary.LittleEndian.AppendUint32(nil, uint32(w.addr-l.sects.text.addr))
		}
		funcs = g.function(funcs, n.sym, entry, &tabs[i])
	}
	binary.LittleEndian.PutUint32(funcs[8*len(l.funcs):], uint32(l.sects.text.size))
	p.assemble(g, funcs)
	p.findfunc = l.findFuncTable()
	l.pcln = p
	return nil
}

// parallel calls work for ranges of [0,n), at least grain at a time.
func (l *linker) parallel(n, grain int, work func(lo, hi int)) {
	jobs := min(l.in.Jobs, (n+grain-1)/grain)
	if jobs <= 1 {
		work(0, n)
		return
	}
	chunk := max(grain, (n+4*jobs-1)/(4*jobs)) // a few chunks each, since their cost differs
	var wg sync.WaitGroup
	var mu sync.Mutex
	next := 0
	for range jobs {
		wg.Go(func() {
			for {
				mu.Lock()
				lo := next
				next += chunk
				mu.Unlock()
				if lo >= n {
					return
				}
				work(lo, min(lo+chunk, n))
			}
		})
	}
	wg.Wait()
}

func textSize(s *object.Symbol) int32 { return int32(max(s.Size, int64(len(s.Data)))) }

func (t *funcTables) encode(w *pcWriter, s *object.Symbol) {
	f, size := s.Func, textSize(s)
	if f == nil {
		f = &object.FuncInfo{}
	}
	t.sp = w.table(f.PCSP, size, nil)
	if f.PCSP == nil && size > 0 {
		w.set(0, f.FrameSize)
		t.sp = w.finish(size)
	}
	t.lines(w, f, size)
	t.pcdata[pcdataUnsafePoint] = w.table(f.UnsafePoints, size, unsafePoint)
	t.pcdata[pcdataStackMap] = w.table(f.StackMap, size, nil)
	if f.Args != nil {
		t.funcdata[funcdataArgs] = stackMap(f.Args)
	}
	if f.Locals != nil {
		t.funcdata[funcdataLocals] = stackMap(f.Locals)
	}
	t.funcdata[funcdataArgInfo] = f.ArgInfo
	if d := f.OpenDefer; d != nil {
		b := binary.LittleEndian.AppendUint32(nil, uint32(len(d.SlotsOffs)))
		b = binary.LittleEndian.AppendUint32(b, uint32(d.BitsOff))
		for _, off := range d.SlotsOffs {
			b = binary.LittleEndian.AppendUint32(b, uint32(off))
		}
		t.funcdata[funcdataOpenDefer] = b
	}
}

// unsafePoint maps marks to Go's values: -2 unsafe, -1 safe.
func unsafePoint(v int32) int32 {
	if v != 0 {
		return -2
	}
	return -1
}

func (t *funcTables) lines(w *pcWriter, f *object.FuncInfo, size int32) {
	lines := f.Lines
	if len(lines) == 0 {
		lines = []object.PCLine{{File: f.File, Line: f.StartLine, Inl: -1}}
	}
	for _, r := range lines {
		w.set(r.PC, r.Line)
	}
	t.ln = w.finish(size)
	last, no := "", int32(-1)
	for i, r := range lines {
		if i == 0 || r.File != last {
			last, no = r.File, t.file(r.File)
		}
		w.set(r.PC, no)
	}
	t.fl = w.finish(size)
	if len(f.Inlines) > 0 {
		for _, r := range lines {
			w.set(r.PC, r.Inl)
		}
		t.pcdata[pcdataInlTree] = w.finish(size)
	}
}

// file numbers the files of one function: there are few.
func (t *funcTables) file(name string) int32 {
	for i, f := range t.files {
		if f == name {
			return int32(i)
		}
	}
	t.files = append(t.files, name)
	return int32(len(t.files) - 1)
}

// stackMap encodes bitmaps as {n, nbit int32; bitmaps}, each of the length of the longest.
func stackMap(maps []object.Bitmap) []byte {
	nbit := 0
	for _, m := range maps {
		for i := len(m) - 1; i >= 0; i-- {
			if m[i] != 0 {
				top := 7
				for m[i]>>top == 0 {
					top--
				}
				nbit = max(nbit, 8*i+top+1)
				break
			}
		}
	}
	width := (nbit + 7) / 8
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(maps)))
	b = binary.LittleEndian.AppendUint32(b, uint32(nbit))
	for _, m := range maps {
		row := make([]byte, width)
		copy(row, m)
		b = append(b, row...)
	}
	return b
}

// gatherer stores tables, equal ones once.
type gatherer struct {
	names, files     []byte
	nfiles           int
	cu               []byte
	pctab            []byte
	funcdata         []byte
	nameAt, fileAt   map[string]uint32
	cuAt, pcAt, fdAt map[string]uint32
}

func newGatherer() *gatherer {
	return &gatherer{
		pctab:  []byte{0}, // offset 0 means: no table
		nameAt: map[string]uint32{}, fileAt: map[string]uint32{},
		cuAt: map[string]uint32{}, pcAt: map[string]uint32{}, fdAt: map[string]uint32{},
	}
}

func intern(at map[string]uint32, to *[]byte, s string) uint32 {
	off, ok := at[s]
	if !ok {
		off = uint32(len(*to))
		at[s] = off
		*to = append(append(*to, s...), 0)
	}
	return off
}

func (g *gatherer) name(s string) uint32 { return intern(g.nameAt, &g.names, s) }

func (g *gatherer) pcs(b []byte) uint32 {
	if b == nil {
		return 0
	}
	off, ok := g.pcAt[string(b)]
	if !ok {
		off = uint32(len(g.pctab))
		g.pcAt[string(b)] = off
		g.pctab = append(g.pctab, b...)
	}
	return off
}

const noFuncData = ^uint32(0)

func (g *gatherer) data(b []byte) uint32 {
	if b == nil {
		return noFuncData
	}
	off, ok := g.fdAt[string(b)]
	if !ok {
		off = uint32(len(g.funcdata))
		g.fdAt[string(b)] = off
		g.funcdata = append(g.funcdata, b...)
		for len(g.funcdata)%4 != 0 {
			g.funcdata = append(g.funcdata, 0)
		}
	}
	return off
}

// unit returns the index in cutab where the names of files start.
func (g *gatherer) unit(files []string) uint32 {
	key := strings.Join(files, "\x00")
	at, ok := g.cuAt[key]
	if !ok {
		at = uint32(len(g.cu) / 4)
		g.cuAt[key] = at
		for _, f := range files {
			n := len(g.files)
			g.cu = binary.LittleEndian.AppendUint32(g.cu, intern(g.fileAt, &g.files, f))
			if len(g.files) > n {
				g.nfiles++
			}
		}
	}
	return at
}

// function appends the record of one function.
func (g *gatherer) function(b []byte, s *object.Symbol, entry uint32, t *funcTables) []byte {
	f := s.Func
	if f == nil {
		f = &object.FuncInfo{}
	}
	if len(f.Inlines) > 0 {
		t.funcdata[funcdataInlTree] = g.inlineTree(f.Inlines)
	}
	npc, nfd := numPCData, numFuncData
	for npc > 0 && t.pcdata[npc-1] == nil {
		npc--
	}
	for nfd > 0 && t.funcdata[nfd-1] == nil {
		nfd--
	}
	flags := byte(0)
	if s.Flags&object.TopFrame != 0 {
		flags |= flagTopFrame
	}
	if s.Flags&object.Asm != 0 {
		flags |= flagAsm
	}
	le := binary.LittleEndian
	for _, v := range []uint32{
		entry, g.name(displayName(s)), uint32(f.ArgsSize), uint32(f.RecoverPC),
		g.pcs(t.sp), g.pcs(t.fl), g.pcs(t.ln), uint32(npc), g.unit(t.files), uint32(f.StartLine),
	} {
		b = le.AppendUint32(b, v)
	}
	b = append(b, f.FuncID, flags, 0, byte(nfd))
	for i := 0; i < npc; i++ {
		b = le.AppendUint32(b, g.pcs(t.pcdata[i]))
	}
	for i := 0; i < nfd; i++ {
		b = le.AppendUint32(b, g.data(t.funcdata[i]))
	}
	return b
}

func displayName(s *object.Symbol) string {
	if s.Func != nil && s.Func.DisplayName != "" {
		return s.Func.DisplayName
	}
	return strings.TrimSuffix(s.Name, "<ABI0>")
}

// inlineTree encodes {funcID uint8; _ [3]byte; nameOff, parentPc, startLine int32} for each call.
func (g *gatherer) inlineTree(calls []object.InlinedCall) []byte {
	var b []byte
	for _, c := range calls {
		b = append(b, c.FuncID, 0, 0, 0)
		b = binary.LittleEndian.AppendUint32(b, g.name(c.Func))
		b = binary.LittleEndian.AppendUint32(b, uint32(c.CallPC))
		b = binary.LittleEndian.AppendUint32(b, uint32(c.StartLine))
	}
	return b
}

// assemble puts the parts one behind the other.
func (p *pclntab) assemble(g *gatherer, funcs []byte) {
	at := headerSize
	put := func(n int) span {
		s := span{at, n}
		at = (at + n + 7) &^ 7
		return s
	}
	p.names, p.cu, p.files = put(len(g.names)), put(len(g.cu)), put(len(g.files))
	p.pctab, p.funcs = put(len(g.pctab)), put(len(funcs))
	p.data = make([]byte, at)
	le := binary.LittleEndian
	le.PutUint32(p.data, pclnMagic)
	p.data[6], p.data[7] = 1, 8 // instruction granularity, pointer size
	for i, v := range []int{p.nfunc, g.nfiles, 0, p.names.off, p.cu.off, p.files.off, p.pctab.off, p.funcs.off} {
		le.PutUint64(p.data[8+8*i:], uint64(v))
	}
	copy(p.data[p.names.off:], g.names)
	copy(p.data[p.cu.off:], g.cu)
	copy(p.data[p.files.off:], g.files)
	copy(p.data[p.pctab.off:], g.pctab)
	copy(p.data[p.funcs.off:], funcs)
	p.funcdata = g.funcdata
}

// findFuncTable makes the index from addresses to functions: for every 4096
// bytes of text the number of the function at their start, and for each of the
// 16 parts of 256 bytes a byte to add to it.
func (l *linker) findFuncTable() []byte {
	const bucket, sub = 4096, 256
	size := l.sects.text.size
	n := (size + bucket - 1) / bucket
	b := make([]byte, n*20)
	i := 0
	for off := uint64(0); off < size; off += sub {
		for i+1 < len(l.funcs) && l.funcs[i+1].addr-l.sects.text.addr <= off {
			i++
		}
		at := b[off/bucket*20:]
		if off%bucket == 0 {
			binary.LittleEndian.PutUint32(at, uint32(i))
		}
		at[4+off%bucket/sub] = byte(i - int(binary.LittleEndian.Uint32(at)))
	}
	return b
}
