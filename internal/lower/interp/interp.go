// Package interp runs SSA without a back end. It is the oracle for lowering,
// passes and native code: tests run a program here and compare.
//
// A Machine takes functions and data symbols from a Program by name, keeps all
// memory in one byte array, and leaves what touches the outside (allocation,
// printing, system calls, panics) to natives: Go functions in place of
// symbols. There is one goroutine and no collector.
package interp

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"strings"

	"strata/internal/abi"
	"strata/internal/object"
	"strata/internal/ssa"
)

// Program gives definitions by symbol name; both results nil means there is none.
type Program interface {
	Find(sym string) (*ssa.Func, []*object.Symbol, error)
}

// Native stands in place of a function: scalars in, scalars out.
type Native func(m *Machine, caller *Frame, args []uint64) []uint64

// Machine is the state of a run.
type Machine struct {
	Prog    Program
	Natives map[string]Native
	// Fault makes the value of a run-time panic from its text: the two words of an any.
	Fault   func(m *Machine, text string) [2]uint64
	Steps   int64             // instructions run
	Limit   int64             // of Steps; 0 for none
	OnThrow func(text string) // sees run-time panics before they are raised
	Ctx     uint64            // closure context of the native being called

	mem    []byte
	heap   uint64 // next free address
	stack  uint64
	syms   map[string]uint64
	names  map[uint64]string // of functions by address
	datas  map[uint64]string // of data by address
	funcs  map[string]*ssa.Func
	depth  int
	cur    *Frame
	Panics []*Panic // being handled, innermost last
}

// Panic is a Go panic on its way.
type Panic struct {
	Value     [2]uint64
	Recovered bool
	Goexit    bool
	by        *Frame // the frame whose deferred call runs
}

func (p *Panic) Error() string { return fmt.Sprintf("panic(%#x, %#x)", p.Value[0], p.Value[1]) }

// Frame is an activation of a function.
type Frame struct {
	Func     *ssa.Func
	Caller   *Frame
	Defers   []uint64 // closures, last is run first
	Deferred *Panic   // set in a function that a panic (or a return: nil) runs as deferred
	IsDefer  bool     // was called by the runtime as a deferred function
	vals     []uint64
	tuples   map[*ssa.Value][]uint64
	slots    []uint64
	args     []uint64
	area     uint64
	ctx      uint64
	sp       uint64
}

const (
	base = 0x100000
	// Base is the bottom of memory: offsets in descriptors count from here.
	Base      = 0
	stackSize = 256 << 20
)

// New makes a machine with size bytes of memory.
func New(p Program, size int) *Machine {
	m := &Machine{
		Prog: p, Natives: map[string]Native{}, mem: make([]byte, size+stackSize), heap: base + stackSize, stack: base,
		syms: map[string]uint64{}, names: map[uint64]string{}, datas: map[uint64]string{}, funcs: map[string]*ssa.Func{},
	}
	return m
}

// failure is an error of the machine, not of the program.
type failure struct{ msg string }

func (m *Machine) fail(format string, args ...any) { panic(&failure{fmt.Sprintf(format, args...)}) }

// Run calls a function without arguments and gives the panic that ends it, if any.
func (m *Machine) Run(sym string) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Panic:
			err = r
		case *failure:
			err = fmt.Errorf("interp: %s", r.msg)
		default:
			panic(r)
		}
	}()
	m.Call(nil, sym, nil)
	return nil
}

// Memory.

// Alloc gives zeroed memory.
func (m *Machine) Alloc(size, align int64) uint64 {
	if align < 1 {
		align = 1
	}
	m.heap = (m.heap + uint64(align) - 1) &^ (uint64(align) - 1)
	a := m.heap
	m.heap += uint64(size)
	if m.heap > base+uint64(len(m.mem)) {
		m.fail("out of memory")
	}
	if size == 0 {
		m.heap++ // an address of its own
	}
	return a
}

// Bytes is memory [addr, addr+n).
func (m *Machine) Bytes(addr uint64, n int64) []byte {
	if n == 0 {
		return nil
	}
	if addr < base || addr+uint64(n) > base+uint64(len(m.mem)) || n < 0 {
		m.Throw("invalid memory address or nil pointer dereference")
	}
	return m.mem[addr-base : addr-base+uint64(n)]
}

// Load reads an integer of a size in bytes.
func (m *Machine) Load(addr uint64, size int64) uint64 {
	b := m.Bytes(addr, size)
	switch size {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(b))
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	}
	return binary.LittleEndian.Uint64(b)
}

// Store writes an integer of a size in bytes.
func (m *Machine) Store(addr uint64, size int64, v uint64) {
	b := m.Bytes(addr, size)
	for i := range b {
		b[i] = byte(v >> (8 * i))
	}
}

// String reads a string.
func (m *Machine) String(ptr, n uint64) string { return string(m.Bytes(ptr, int64(n))) }

// NewString makes a string.
func (m *Machine) NewString(s string) (ptr, n uint64) {
	a := m.Alloc(int64(len(s)), 1)
	copy(m.Bytes(a, int64(len(s))), s)
	return a, uint64(len(s))
}

// Name is the symbol at an address.
func (m *Machine) Name(addr uint64) string {
	if s, ok := m.names[addr]; ok {
		return s
	}
	return m.datas[addr]
}

// Addr is the address of a symbol, which is defined if need be.
func (m *Machine) Addr(sym string) uint64 {
	if a, ok := m.syms[sym]; ok {
		return a
	}
	if m.Natives[strings.TrimSuffix(sym, "<ABI0>")] != nil {
		return m.funcAddr(sym)
	}
	f, datas, err := m.Prog.Find(sym)
	if err != nil {
		m.fail("%v", err)
	}
	if f != nil {
		m.funcs[sym] = f
		return m.funcAddr(sym)
	}
	for _, d := range datas {
		m.place(d)
	}
	for _, d := range datas {
		m.relocate(d)
	}
	a, ok := m.syms[sym]
	if !ok {
		// Perhaps never used: a function without body gets an address that cannot be called.
		return m.funcAddr(sym)
	}
	return a
}

func (m *Machine) funcAddr(sym string) uint64 {
	a := m.Alloc(16, 16)
	m.syms[sym], m.names[a] = a, sym
	return a
}

// lazy is the address of a function that need not be looked for before it is called.
func (m *Machine) lazy(sym string) uint64 {
	if a, ok := m.syms[sym]; ok {
		return a
	}
	return m.funcAddr(sym)
}

func (m *Machine) place(d *object.Symbol) {
	if _, ok := m.syms[d.Name]; ok {
		return
	}
	size := max(d.Size, int64(len(d.Data)))
	a := m.Alloc(size, int64(max(d.Align, 1)))
	m.syms[d.Name], m.datas[a] = a, d.Name
	copy(m.Bytes(a, int64(len(d.Data))), d.Data)
}

// Offsets in types count from the bottom of memory, so that zero is none.
func (m *Machine) relocate(d *object.Symbol) {
	at := m.syms[d.Name]
	for _, r := range d.Relocs {
		p := at + uint64(r.Off)
		switch r.Kind {
		case object.Abs64:
			m.Store(p, 8, m.Addr(r.Target)+uint64(r.Add))
		case object.MethodAbs64:
			m.Store(p, 8, m.lazy(r.Target))
		case object.MethodOff:
			m.Store(p, 4, m.lazy(r.Target))
		case object.TypeOff, object.TextOff, object.MethodTypeOff:
			if r.Target != "" {
				m.Store(p, 4, m.Addr(r.Target)+uint64(r.Add))
			}
		}
	}
}

// Calls.

// Call calls a function by symbol.
func (m *Machine) Call(caller *Frame, sym string, args []uint64) []uint64 {
	return m.call(caller, sym, 0, args, nil, false, nil)
}

// CallClosure calls a function value.
func (m *Machine) CallClosure(caller *Frame, fn uint64, args []uint64) []uint64 {
	return m.call(caller, m.code(m.Load(fn, 8)), fn, args, nil, false, nil)
}

// CallAddr calls the function at a code address.
func (m *Machine) CallAddr(pc uint64, args []uint64) []uint64 {
	return m.call(nil, m.code(pc), 0, args, nil, false, nil)
}

// CallDeferred calls a func() as deferred on behalf of a frame.
func (m *Machine) CallDeferred(of *Frame, fn uint64, p *Panic) {
	m.call(of, m.code(m.Load(fn, 8)), fn, nil, nil, true, p)
}

func (m *Machine) code(addr uint64) string {
	s, ok := m.names[addr]
	if !ok {
		m.Throw("invalid memory address or nil pointer dereference (call)")
	}
	return s
}

func (m *Machine) find(sym string) *ssa.Func {
	if f := m.funcs[sym]; f != nil {
		return f
	}
	f, _, err := m.Prog.Find(sym)
	if err != nil {
		m.fail("%v", err)
	}
	if f == nil {
		m.fail("undefined function %s", sym)
	}
	m.funcs[sym] = f
	return f
}

func (m *Machine) call(caller *Frame, sym string, ctx uint64, args []uint64, results []uint64, isDefer bool, p *Panic) []uint64 {
	if n := m.Natives[strings.TrimSuffix(sym, "<ABI0>")]; n != nil {
		m.Ctx = ctx
		return n(m, caller, args)
	}
	f := m.find(sym)
	if m.depth++; m.depth > 100000 {
		m.fail("stack overflow in %s", sym)
	}
	fr := &Frame{Func: f, Caller: caller, args: args, ctx: ctx, vals: make([]uint64, f.NumValues()), IsDefer: isDefer, Deferred: p, sp: m.stack}
	defer func(depth int, sp uint64) { m.depth, m.stack = depth, sp }(m.depth-1, m.stack)
	m.enter(fr)
	m.cur = fr
	defer func() { m.cur = caller }()
	return m.exec(fr, results)
}

func (m *Machine) enter(fr *Frame) {
	f := fr.Func
	for _, s := range f.Slots {
		align := uint64(max(s.Align, 8))
		m.stack = (m.stack + align - 1) &^ (align - 1)
		fr.slots = append(fr.slots, m.stack)
		clear(m.Bytes(m.stack, s.Size))
		if !s.Zeroed { // garbage shows what relies on zeros
			b := m.Bytes(m.stack, s.Size)
			for i := range b {
				b[i] = 0xa5
			}
		}
		m.stack += uint64(s.Size)
	}
	m.stack = (m.stack + 15) &^ 15
	fr.area = m.stack
	m.stack += uint64(f.ABI.AreaSize())
	for i, c := range f.ABI.In {
		if c.Class == abi.Mem {
			copy(m.Bytes(fr.area+uint64(c.Off), c.Size), m.Bytes(fr.args[i], c.Size))
		}
	}
}

// exec runs a frame; a panic runs its deferred functions and, once recovered, its recover block.
func (m *Machine) exec(fr *Frame, results []uint64) []uint64 {
	if fr.Func.Recover == nil {
		return m.blocks(fr, fr.Func.Entry, results)
	}
	out, p := m.guarded(fr, fr.Func.Entry, results)
	for p != nil {
		if !m.unwind(fr, p) {
			panic(p)
		}
		out, p = m.guarded(fr, fr.Func.Recover, results)
	}
	return out
}

func (m *Machine) guarded(fr *Frame, b *ssa.Block, results []uint64) (out []uint64, p *Panic) {
	depth, sp := m.depth, m.stack
	defer func() {
		if r := recover(); r != nil {
			q, ok := r.(*Panic)
			if !ok {
				panic(r)
			}
			m.depth, m.stack = depth, sp
			p = q
		}
	}()
	return m.blocks(fr, b, results), nil
}

// unwind runs a frame's deferred functions for a panic and tells whether one recovered it.
func (m *Machine) unwind(fr *Frame, p *Panic) bool {
	for {
		fn, ok := m.nextDeferred(fr)
		if !ok {
			return false
		}
		p.by = fr
		m.Panics = append(m.Panics, p)
		n := len(m.Panics)
		if q := m.deferred(fr, fn, p); q != nil {
			m.Panics = m.Panics[:n-1]
			if p.Recovered && q != p {
				p = q
				continue
			}
			*p = *q // the new panic takes the old one's place
			continue
		}
		m.Panics = m.Panics[:n-1]
		if p.Recovered {
			return true
		}
	}
}

// nextDeferred takes the next deferred call of a frame, from its records or its open-coded ones.
func (m *Machine) nextDeferred(fr *Frame) (fn uint64, ok bool) {
	if n := len(fr.Defers) - 1; n >= 0 {
		fn, fr.Defers = fr.Defers[n], fr.Defers[:n]
		return fn, true
	}
	if fr.Func.OpenDeferBits == nil {
		return 0, false
	}
	at := m.slot(fr, fr.Func.OpenDeferBits)
	due := uint8(m.Load(at, 1))
	if due == 0 {
		return 0, false
	}
	i := bits.Len8(due) - 1
	m.Bytes(at, 1)[0] = due &^ (1 << i)
	return m.Load(m.slot(fr, fr.Func.OpenDeferSlots[i]), 8), true
}

func (m *Machine) deferred(fr *Frame, fn uint64, p *Panic) (q *Panic) {
	depth, sp := m.depth, m.stack
	defer func() {
		if r := recover(); r != nil {
			x, ok := r.(*Panic)
			if !ok {
				panic(r)
			}
			m.depth, m.stack = depth, sp
			q = x
		}
	}()
	m.CallDeferred(fr, fn, p)
	return nil
}

// Trace lists the functions that are running, innermost first.
func (m *Machine) Trace() (list []string) {
	for f := m.cur; f != nil && len(list) < 30; f = f.Caller {
		list = append(list, f.Func.Name)
	}
	return list
}

// Throw panics as the run time does.
func (m *Machine) Throw(text string) {
	if m.OnThrow != nil {
		m.OnThrow(text)
	}
	if m.Fault == nil {
		m.fail("%s", text)
	}
	panic(&Panic{Value: m.Fault(m, text)})
}

// blocks runs from a block to a return.
func (m *Machine) blocks(fr *Frame, b *ssa.Block, results []uint64) []uint64 {
	var prev *ssa.Block
	for {
		m.phis(fr, b, prev)
		for _, v := range b.Values {
			if v.Op != ssa.OpPhi {
				m.step(fr, v)
			}
		}
		m.Steps += int64(len(b.Values)) + 1
		if m.Limit > 0 && m.Steps > m.Limit {
			m.fail("too many steps, in %s", fr.Func.Name)
		}
		prev = b
		switch b.Kind {
		case ssa.BlockJump, ssa.BlockDefer:
			b = b.Succs[0]
		case ssa.BlockIf:
			if m.get(fr, b.Controls[0]) != 0 {
				b = b.Succs[0]
			} else {
				b = b.Succs[1]
			}
		case ssa.BlockSwitch:
			b = b.Succs[m.get(fr, b.Controls[0])]
		case ssa.BlockRet:
			return m.ret(fr, b)
		case ssa.BlockTailCall:
			return m.tail(fr, b)
		default:
			m.fail("%s: %s is reached", fr.Func.Name, b)
		}
	}
}

func (m *Machine) phis(fr *Frame, b, prev *ssa.Block) {
	var news []uint64
	k := -1
	for _, v := range b.Values {
		if v.Op != ssa.OpPhi {
			break
		}
		if k < 0 {
			for i, p := range b.Preds {
				if p == prev {
					k = i
				}
			}
		}
		news = append(news, m.get(fr, v.Args[k]))
	}
	for i, x := range news {
		fr.vals[b.Values[i].ID] = x
	}
}

func (m *Machine) ret(fr *Frame, b *ssa.Block) []uint64 {
	out := make([]uint64, len(b.Controls))
	for i, c := range b.Controls {
		out[i] = m.get(fr, c)
		if comp := fr.Func.ABI.Out[i]; comp.Class == abi.Mem {
			// The value is copied before the frame goes.
			a := m.Alloc(comp.Size, 8)
			copy(m.Bytes(a, comp.Size), m.Bytes(out[i], comp.Size))
			out[i] = a
		}
	}
	return out
}

func (m *Machine) tail(fr *Frame, b *ssa.Block) []uint64 {
	var args []uint64
	for _, c := range b.Controls {
		args = append(args, m.get(fr, c))
	}
	return m.call(fr.Caller, b.Aux.(*ssa.Call).Sym, fr.ctx, args, nil, fr.IsDefer, fr.Deferred)
}

func (m *Machine) get(fr *Frame, v *ssa.Value) uint64 { return fr.vals[v.ID] }

// callOp runs one of the three call ops.
func (m *Machine) callOp(fr *Frame, v *ssa.Value) {
	call := v.Aux.(*ssa.Call)
	var args []uint64
	for _, a := range v.Args {
		args = append(args, m.get(fr, a))
	}
	var out []uint64
	switch v.Op {
	case ssa.OpCall:
		out = m.call(fr, call.Sym, 0, args, nil, false, nil)
	case ssa.OpClosureCall:
		out = m.call(fr, m.code(m.Load(args[0], 8)), args[0], args[1:], nil, false, nil)
	case ssa.OpInterCall:
		out = m.call(fr, m.code(args[0]), 0, args[1:], nil, false, nil)
	}
	slot := 0
	for i, c := range call.ABI.Out {
		if c.Class == abi.Mem && i < len(out) {
			copy(m.Bytes(m.slot(fr, call.ResultSlots[slot]), c.Size), m.Bytes(out[i], c.Size))
			slot++
		}
	}
	if fr.tuples == nil {
		fr.tuples = map[*ssa.Value][]uint64{}
	}
	fr.tuples[v] = out
}

func (m *Machine) slot(fr *Frame, s *ssa.Slot) uint64 {
	for i, x := range fr.Func.Slots {
		if x == s {
			return fr.slots[i]
		}
	}
	m.fail("slot of another function in %s", fr.Func.Name)
	return 0
}
