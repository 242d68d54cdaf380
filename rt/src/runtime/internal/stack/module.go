//go:build strata

// Package stack knows how stacks look: it finds functions and lines by program
// counter, unwinds, tells which words of a frame are pointers, and gives
// goroutines their stacks, which it copies to larger ones when they run out.
//
// The tables have the layout of Go's pclntab. Laws of frames, from high to low
// addresses: incoming argument area (at FP), return address, saved BP if the
// function has a frame, its slots down to SP. A frame stands at a call; the
// map of its live pointers is that of the return address minus 1. Only the
// innermost frame may stand elsewhere: at a fault, at an asynchronous preemption, or at the entry of a function that has never run.
package stack

import (
	"internal/abi"
	"internal/runtime/sys"
	"runtime/internal/task"
	"unsafe"
)

// ModuleData is what the linker says of the executable. The linker fills it in: the order of fields stands in
// ARCHITECTURE.md. It is that of Go's own, because programs that make code while they run describe it with one more such
// record, and append that to the list (modules.go).
type ModuleData struct {
	PCHeader    *pcHeader
	FuncNameTab []byte
	CUTab       []uint32
	FileTab     []byte
	PCTab       []byte
	PCLNTable   []byte
	FTab        []FuncTab
	FindFuncTab uintptr

	MinPC, MaxPC          uintptr
	Text, EText           uintptr
	NoPtrData, ENoPtrData uintptr
	Data, EData           uintptr
	BSS, EBSS             uintptr
	NoPtrBSS, ENoPtrBSS   uintptr
	CovCtrs, ECovCtrs     uintptr
	End, GCData, GCBSS    uintptr
	Types, ETypes         uintptr
	ROData, GoFunc        uintptr
	EPCLNTab              uintptr

	TextSections []struct{}
	TypeLinks    []int32
	ITabLinks    []*abi.ITab
	PTab         []struct{}
	PluginPath   string
	PkgHashes    []struct{}
	InitTasks    []struct{}
	ModuleName   string
	ModuleHashes []struct{}
	HasMain      uint8
	Bad          bool

	DataMask, BSSMask bitvector // a bit per word

	TypeMap unsafe.Pointer
	Next    *ModuleData
}

// bitvector is a bitmap as Go's tables have it.
type bitvector struct {
	N    int32
	Bits *byte
}

// FuncTab is one function: offsets from Text and in PCLNTable.
type FuncTab struct {
	EntryOff, FuncOff uint32
}

// Module describes the executable.
//
//go:linkname Module runtime.firstmoduledata
var Module ModuleData

// Indices of per-PC tables and per-function data.
const (
	pcdataUnsafePoint = 0
	pcdataStackMap    = 1
	pcdataInlTree     = 2

	funcdataArgs      = 0
	funcdataLocals    = 1
	funcdataInlTree   = 3
	funcdataOpenDefer = 4
	funcdataArgInfo   = 5
	funcdataWhole     = 6
)

// UnsafePoint values.
const unsafePointUnsafe = -2

// FuncIDs that matter here; the numbers are object.FuncID's.
const (
	IDNormal       = 0
	IDWrapper      = 1
	IDGoexit       = 2
	IDMcall        = 3
	IDMorestack    = 4
	IDMstart       = 5
	IDSigpanic     = 7
	IDSystemstack  = 8
	IDAsyncPreempt = 9
	IDPanic        = 10
	IDMain         = 11
	IDReflectStub  = 14
)

const (
	flagTopFrame = 1
	flagAsm      = 4
)

// funcRecord is a function's record in PCLNTable; offsets of per-PC tables and
// of function data follow.
type funcRecord struct {
	entryOff  uint32
	nameOff   int32
	args      int32
	recoverPC uint32
	pcsp      uint32
	pcfile    uint32
	pcln      uint32
	npcdata   uint32
	cuOff     uint32
	startLine int32
	id        uint8
	flag      uint8
	_         uint8
	nfuncdata uint8
}

// A Func is a function of the executable; the zero Func is none.
type Func struct {
	r *funcRecord
}

// Valid reports whether f is a function.
//
//go:nosplit
func (f Func) Valid() bool { return f.r != nil }

// Find returns the function that holds pc.
func Find(pc uintptr) Func {
	m := &Module
	if pc < m.MinPC || pc >= m.MaxPC {
		if m = moduleOf(pc); m == nil {
			return Func{}
		}
	}
	off := uint32(pc - m.Text)
	const bucket, sub = 4096, 256
	b := unsafe.Pointer(m.FindFuncTab + uintptr(off/bucket)*20)
	i := *(*uint32)(b) + uint32(*(*byte)(unsafe.Add(b, 4+off%bucket/sub)))
	for i+1 < uint32(len(m.FTab)) && m.FTab[i+1].EntryOff <= off {
		i++
	}
	return Func{(*funcRecord)(unsafe.Pointer(&m.PCLNTable[m.FTab[i].FuncOff]))}
}

// FromRecord returns the function whose record is at p, and Record the address of f's: it
// identifies the function.
func FromRecord(p unsafe.Pointer) Func { return Func{(*funcRecord)(p)} }
func (f Func) Record() unsafe.Pointer  { return unsafe.Pointer(f.r) }
func (f Func) Entry() uintptr          { return f.Module().Text + uintptr(f.r.entryOff) }

// Whole returns the function of which f is the part that is laid out apart, or else f itself.
func (f Func) Whole() Func {
	if p := f.funcdata(funcdataWhole); p != nil {
		return Find(f.Module().Text + uintptr(*(*uint32)(p)))
	}
	return f
}

func (f Func) StartLine() int32   { return f.r.startLine }
func (f Func) ArgsSize() int32    { return f.r.args }
func (f Func) RecoverPC() uintptr { return uintptr(f.r.recoverPC) }
func (f Func) TopFrame() bool     { return f.r.flag&flagTopFrame != 0 }
func (f Func) IsAsm() bool        { return f.r.flag&flagAsm != 0 }

// Compiled functions with an ID of their own are known by their entries.
var sigpanicEntry, gopanicEntry uintptr

// ID is the function's FuncID.
func (f Func) ID() uint8 {
	if f.r.id != IDNormal {
		return f.r.id
	}
	if sigpanicEntry == 0 {
		sigpanicEntry, gopanicEntry = task.SigpanicEntry(), task.GopanicEntry()
	}
	switch f.Entry() {
	case sigpanicEntry:
		return IDSigpanic
	case gopanicEntry:
		return IDPanic
	}
	return IDNormal
}

// Name is the function's name as programs see it.
func (f Func) Name() string {
	if f.r == nil {
		return ""
	}
	return f.Module().NameAt(f.r.nameOff)
}

// NameAt is the name at an offset in m's table of names.
func (m *ModuleData) NameAt(off int32) string {
	if off == 0 && len(m.FuncNameTab) == 0 {
		return ""
	}
	return cstring(&m.FuncNameTab[off])
}

// cstring makes a string of NUL-terminated bytes that stay.
func cstring(p *byte) string {
	n := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(p), n)) != 0 {
		n++
	}
	return unsafe.String(p, n)
}

// FileLine returns the position of the instruction at pc.
func (f Func) FileLine(pc uintptr) (file string, line int32) {
	if f.r == nil {
		return "?", 0
	}
	no := f.value(f.r.pcfile, pc)
	line = f.value(f.r.pcln, pc)
	if no < 0 || line < 0 {
		return "?", 0
	}
	m := f.Module()
	off := m.CUTab[f.r.cuOff+uint32(no)]
	if off == ^uint32(0) {
		return "?", 0
	}
	return cstring(&m.FileTab[off]), line
}

// pcdata returns the value of per-PC table i at pc, or -1.
func (f Func) pcdata(i uint32, pc uintptr) int32 {
	if i >= f.r.npcdata {
		return -1
	}
	off := *(*uint32)(unsafe.Add(unsafe.Pointer(f.r), unsafe.Sizeof(funcRecord{})+uintptr(i)*4))
	return f.value(off, pc)
}

// funcdata returns the address of function data i, or nil.
func (f Func) funcdata(i uint8) unsafe.Pointer {
	if i >= f.r.nfuncdata {
		return nil
	}
	at := unsafe.Sizeof(funcRecord{}) + uintptr(f.r.npcdata)*4 + uintptr(i)*4
	off := *(*uint32)(unsafe.Add(unsafe.Pointer(f.r), at))
	if off == ^uint32(0) {
		return nil
	}
	return unsafe.Pointer(f.Module().GoFunc + uintptr(off))
}

// OpenDefers says where a function's frames keep their open-coded deferred calls.
type OpenDefers struct {
	n       int32
	bitsOff int32    // a byte, bit i: call i is due
	slotOff [8]int32 // n closures
}

// OpenDefers returns nil for a function without open-coded defers.
func (f Func) OpenDefers() *OpenDefers { return (*OpenDefers)(f.funcdata(funcdataOpenDefer)) }

// Due reports whether calls of the frame at sp are due.
//
//go:nosplit
func (o *OpenDefers) Due(sp uintptr) bool {
	return *(*uint8)(unsafe.Pointer(sp + uintptr(o.bitsOff))) != 0
}

// Take takes the last deferred call off the frame at sp. The stack must not
// grow before it is read.
//
//go:nosplit
func (o *OpenDefers) Take(sp uintptr) func() {
	bits := (*uint8)(unsafe.Pointer(sp + uintptr(o.bitsOff)))
	i := sys.Len8(*bits) - 1
	*bits &^= 1 << i
	return *(*func())(unsafe.Pointer(sp + uintptr(o.slotOff[i])))
}

// SPDelta returns how many bytes lie between SP at pc and the return address.
func (f Func) SPDelta(pc uintptr) int32 { return f.value(f.r.pcsp, pc) }

// AsyncSafe reports whether the function may be stopped at pc, as far as its
// tables tell.
func (f Func) AsyncSafe(pc uintptr) bool {
	return !f.IsAsm() && f.pcdata(pcdataUnsafePoint, pc) != unsafePointUnsafe
}

// maxSPDelta returns the largest SPDelta anywhere in f.
func (f Func) maxSPDelta() int32 {
	if f.r.pcsp == 0 {
		return 0
	}
	p := &f.Module().PCTab[f.r.pcsp]
	most, val, pc := int32(0), int32(-1), uintptr(0)
	for first := true; ; first = false {
		p, pc, val = step(p, pc, val, first)
		if p == nil {
			return most
		}
		most = max(most, val)
	}
}

// value looks pc up in the table at offset off of PCTab: -1 when it is not
// there.
func (f Func) value(off uint32, pc uintptr) int32 {
	if off == 0 {
		return -1
	}
	m := f.Module()
	p := &m.PCTab[off]
	at, val := m.Text+uintptr(f.r.entryOff), int32(-1)
	for first := true; ; first = false {
		p, at, val = step(p, at, val, first)
		if p == nil {
			return -1
		}
		if pc < at {
			return val
		}
	}
}

// step decodes one entry, a zigzag difference of values and a difference of
// PCs: the value returned holds up to the PC returned. p is nil at the end. Most entries are
// a byte each. Two are always there to read: behind PCTab come the functions.
func step(p *byte, pc uintptr, val int32, first bool) (*byte, uintptr, int32) {
	v, d, size := uint32(*p), uint32(*(*byte)(unsafe.Add(unsafe.Pointer(p), 1))), uintptr(2)
	if v == 0 && !first {
		return nil, 0, 0
	}
	if (v|d)&0x80 != 0 {
		v, d, size = longStep(p)
	}
	return (*byte)(unsafe.Add(unsafe.Pointer(p), size)), pc + uintptr(d), val + (int32(v>>1) ^ -int32(v&1))
}

// longStep decodes an entry of any size.
//
//go:noinline
func longStep(p *byte) (v, d uint32, size uintptr) {
	start := p
	v, p = uvarint(p)
	d, p = uvarint(p)
	return v, d, uintptr(unsafe.Pointer(p)) - uintptr(unsafe.Pointer(start))
}

func uvarint(p *byte) (uint32, *byte) {
	v, shift := uint32(0), 0
	for {
		b := *p
		p = (*byte)(unsafe.Add(unsafe.Pointer(p), 1))
		v |= uint32(b&0x7f) << shift
		if b < 0x80 {
			return v, p
		}
		shift += 7
	}
}
