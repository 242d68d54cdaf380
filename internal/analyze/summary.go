package analyze

import (
	"math/bits"

	"strata/internal/abi"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

// Levels is how many numbers of dereferences from a pointer argument are told apart: 0, 1, 2…; the last stands for
// all beyond too.
const Levels = 6

// Flow says what a function does with one pointer argument: with the pointer itself (level 0), with pointers read
// through it (level 1), with those read through these, and so on.
type Flow struct {
	Heap   uint8          // bit n: a pointer of level n is stored where the caller does not see it
	To     [Levels]uint64 // by level, bit i: such a pointer may be (part of) result component i; bit 63 stands for all beyond
	Hidden bool           // one of all these becomes an integer: nobody knows where it is afterwards
	Writes uint8          // bit n: the memory that pointers of level n lead to may be written
}

// HeapLevel is the least level that escapes, -1 if none does.
func (f *Flow) HeapLevel() int {
	if f.Heap == 0 {
		return -1
	}
	return bits.TrailingZeros8(f.Heap)
}

// returns tells whether a pointer of some level may be in a result.
func (f *Flow) returns() bool { return f.To != [Levels]uint64{} }

// Summary is what callers know of a function: one Flow per ABI component, and
// one for the closure context.
type Summary struct {
	In      []Flow
	Context Flow
}

// everyLevel is Flow.Writes of a function that may write to all that it gets hold of.
const everyLevel = 1<<Levels - 1

var (
	keeps  = Flow{}             // nothing escapes
	leaks  = Flow{Heap: 1 << 0} // everything does
	spills = Flow{Heap: 1 << 1} // only what it points to
	values = Flow{Heap: 1 << 2} // only what that points to: of channels and addresses, what is sent
)

func isMem(c abi.Class) bool { return c == abi.Mem }

// kept is the flow of what package rtcall says of an argument.
var kept = [...]Flow{rtcall.Nothing: keeps, rtcall.Itself: leaks, rtcall.Pointees: spills, rtcall.Values: values, rtcall.Hidden: {Hidden: true}}

// flowsOf returns the flows of a call's arguments in n's function, nil when nothing is known.
func (p *Program) flowsOf(n *node, v *ssa.Value) (in []Flow, ctx Flow, known bool) {
	call := v.Aux.(*ssa.Call)
	args := len(v.Args) - argBase(v)
	if f := rtcall.Lookup(call.Known()); f != nil && f.Keeps != nil {
		in := make([]Flow, max(args, len(f.Keeps)))
		if call.Known() == rtcall.GrowSlice && call.Object != nil && !call.Object.HasPointers() {
			return in, keeps, true // its elements lead nowhere
		}
		for i, k := range f.Keeps {
			in[i] = kept[k]
		}
		if f.Flags&(rtcall.Quiet|rtcall.Reads) == 0 {
			for i := range in {
				in[i].Writes = everyLevel
			}
		}
		return in, keeps, true
	}
	if call.NoEscape {
		return promised(call.ABI, args), keeps, true
	}
	if m := p.lookup(n, call.Known()); m != nil && len(m.sum.In) == args {
		return m.sum.In, m.sum.Context, true
	}
	return nil, leaks, false
}
