package opt

import (
	"strings"

	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// The race detector is told of every load and store of the program's own memory, before it happens. MarkAccesses does that where the source's
// accesses are still all there, before anything is promoted or optimised: a mark (OpRace) is no use of its address that lets an object
// escape, and vanishes with an object that is promoted. The pass race makes calls of the runtime of the marks that are left.

// MarkAccesses puts a mark in front of each access of f.
func MarkAccesses(f *ssa.Func, rt func(name string) *ssa.Call) {
	for _, b := range f.Blocks {
		for i := 0; i < len(b.Values); i++ {
			v := b.Values[i]
			var marks []*ssa.Value
			mark := func(addr *ssa.Value, size, write int64) {
				if size <= 0 || !shared(addr) {
					return
				}
				m := b.Detached(ssa.OpRace, ssa.Void, v.Pos, addr)
				m.AuxInt = size<<1 | write
				marks = append(marks, m)
			}
			span := func(name string, addr, n *ssa.Value) {
				if shared(addr) {
					call := b.Detached(ssa.OpCall, ssa.Tuple, v.Pos, addr, n)
					call.Aux = rt(name)
					marks = append(marks, call)
				}
			}
			switch v.Op {
			case ssa.OpLoad:
				addr, off := v.Args[0], v.AuxInt
				if off != 0 && shared(addr) {
					addr = offset(b, v, addr, off, &marks)
				}
				mark(addr, v.Type.Size(), 0)
			case ssa.OpStore:
				addr, off := v.Args[0], v.AuxInt
				if off != 0 && shared(addr) {
					addr = offset(b, v, addr, off, &marks)
				}
				mark(addr, v.Args[1].Type.Size(), 1)
			case ssa.OpMove:
				mark(v.Args[1], v.AuxInt, 0)
				mark(v.Args[0], v.AuxInt, 1)
			case ssa.OpZero:
				mark(v.Args[0], v.AuxInt, 1)
			case ssa.OpMemEqConst:
				mark(v.Args[0], int64(v.AuxInt), 0)
			case ssa.OpMemCopy:
				span("racereadrange", v.Args[1], v.Args[2])
				span("racewriterange", v.Args[0], v.Args[2])
			case ssa.OpCall:
				if v.Aux.(*ssa.Call).Sym == rtcall.MemEqual {
					span("racereadrange", v.Args[0], v.Args[2])
					span("racereadrange", v.Args[1], v.Args[2])
				}
			case ssa.OpMemClear:
				span("racewriterange", v.Args[0], v.Args[1])
			}
			if len(marks) > 0 {
				b.InsertAt(i, marks...)
				i += len(marks)
			}
		}
	}
}

func offset(b *ssa.Block, v, addr *ssa.Value, off int64, to *[]*ssa.Value) *ssa.Value {
	p := b.Detached(ssa.OpOffPtr, ssa.Ptr, v.Pos, addr)
	p.AuxInt = off
	*to = append(*to, p)
	return p
}

// shared tells whether an address may be of memory that several goroutines write: not the frame, a closure's captured values, or what
// the compiler has laid down.
func shared(addr *ssa.Value) bool {
	for {
		switch addr.Op {
		case ssa.OpOffPtr, ssa.OpAddPtr, ssa.OpCopy, ssa.OpNilCheck:
			addr = addr.Args[0]
		case ssa.OpLocalAddr, ssa.OpArgAddr, ssa.OpClosurePtr, ssa.OpGetG, ssa.OpSP, ssa.OpCallerSP, ssa.OpFuncAddr:
			return false
		case ssa.OpGlobalAddr:
			sym, _ := addr.Aux.(string)
			return !strings.HasPrefix(sym, "go:") && !strings.HasPrefix(sym, "type:")
		default:
			return true
		}
	}
}

// raceCalls makes calls of the marks. Where one address is marked twice without a call between, the second tells nothing new.
func raceCalls(f *ssa.Func, cfg *Config) {
	if !cfg.Race {
		return
	}
	type access struct {
		addr *ssa.Value
		off  int64
		what int64
	}
	for _, b := range f.Blocks {
		subsumeReads(b)
		told := map[access]bool{}
		for i := 0; i < len(b.Values); i++ {
			v := b.Values[i]
			if v.Op.Has(ssa.CallOp) {
				clear(told)
			}
			if v.Op != ssa.OpRace {
				continue
			}
			addr, off := v.Args[0], int64(0)
			for addr.Op == ssa.OpOffPtr {
				addr, off = addr.Args[0], off+addr.AuxInt
			}
			if !shared(v.Args[0]) || told[access{addr, off, v.AuxInt}] || told[access{addr, off, v.AuxInt | 1}] {
				v.ResetArgs()
				v.Op, v.AuxInt = ssa.OpNop, 0
				continue
			}
			told[access{addr, off, v.AuxInt}] = true
			i = raceCall(b, i, cfg)
		}
		b.Remove(func(v *ssa.Value) bool { return v.Op == ssa.OpNop })
	}
}

// subsumeReads drops marks of reads that a mark of a write to the same place follows, before anything else can run: what races with the read
// races with the write.
func subsumeReads(b *ssa.Block) {
	written := map[*ssa.Value]int64{} // the size that is written at an address further down
	for i := len(b.Values) - 1; i >= 0; i-- {
		v := b.Values[i]
		switch {
		case v.Op.Has(ssa.CallOp) || v.Op.Has(ssa.CanPanic):
			clear(written)
		case v.Op != ssa.OpRace:
		case v.AuxInt&1 != 0:
			written[v.Args[0]] = v.AuxInt >> 1
		case written[v.Args[0]] == v.AuxInt>>1:
			v.ResetArgs()
			v.Op, v.AuxInt = ssa.OpNop, 0
		}
	}
}

var raceNames = [2]map[int64]string{
	{1: "raceread1", 2: "raceread2", 4: "raceread4", 8: "raceread8"},
	{1: "racewrite1", 2: "racewrite2", 4: "racewrite4", 8: "racewrite8"},
}

// raceCall makes a call of the mark at i, and gives the call's index.
func raceCall(b *ssa.Block, i int, cfg *Config) int {
	v := b.Values[i]
	size, write := v.AuxInt>>1, v.AuxInt&1
	v.AuxInt = 0
	name := raceNames[write][size]
	if name == "" {
		name = [2]string{"racereadrange", "racewriterange"}[write]
		n := b.Detached(ssa.OpConst, ssa.I64, v.Pos)
		n.AuxInt = size
		b.InsertAt(i, n)
		i++
		v.AddArgs(n)
	}
	v.Op, v.Type, v.Aux = ssa.OpCall, ssa.Tuple, cfg.RT(name)
	return i
}
