package analyze

import (
	"math/bits"
	"strings"

	"strata/internal/abi"
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
	// NoFresh: results hold only pointers that Flow tells of or that lie on the heap. Always so.
}

var (
	keeps  = Flow{}             // nothing escapes
	leaks  = Flow{Heap: 1 << 0} // everything does
	spills = Flow{Heap: 1 << 1} // only what it points to
	values = Flow{Heap: 1 << 2} // only what that points to: of channels and addresses, what is sent
)

func isMem(c abi.Class) bool { return c == abi.Mem }

// runtimeFlows are the flows of runtime functions that work on memory through
// unsafe means, which the analysis of their bodies would see as leaks. One Flow per
// argument component; missing ones keep.
var runtimeFlows = map[string][]Flow{
	"newobject": {}, "mallocgc": {}, "newarray": {}, "makeslice": {}, "makeslice64": {}, "makemap_small": {}, "makechan": {}, "makechan64": {},
	"makemap": {}, "makemap64": {},
	"growslice":      {spills},
	"makeslicecopy":  {keeps, keeps, keeps, spills},
	"typedslicecopy": {keeps, spills, keeps, spills},
	"slicecopy":      {spills, keeps, spills},
	"typedmemmove":   {keeps, spills, spills},
	"typedmemclr":    {}, "memclrNoHeapPointers": {}, "memclrHasPointers": {},
	"memmove":  {spills, spills},
	"memequal": {}, "cmpstring": {}, "strequal": {}, "efaceeq": {}, "ifaceeq": {}, "interequal": {}, "nilinterequal": {},
	"memhash": {}, "strhash": {}, "interhash": {}, "nilinterhash": {}, "f64hash": {}, "f32hash": {}, "c64hash": {}, "c128hash": {},
	// The result of a concatenation is one of its arguments only if that does not lie on the
	// stack, or if the result does not escape either (then a buffer is passed).
	"concatstring2": {}, "concatstring3": {}, "concatstring4": {}, "concatstring5": {}, "concatstrings": {},
	"concatbyte2": {}, "concatbyte3": {}, "concatbyte4": {}, "concatbyte5": {}, "concatbytes": {},
	"intstring": {}, "slicebytetostring": {}, "stringtoslicebyte": {}, "stringtoslicerune": {}, "slicerunetostring": {},
	"decoderune": {}, "countrunes": {},
	"printstring": {}, "printpointer": {}, "printeface": {}, "printiface": {}, "printslice": {},
	"mapaccess1": {{}, {}, {}}, "mapaccess2": {{}, {}, {}}, "mapdelete": {{}, {}, {}},
	"mapaccess1_fast32": {}, "mapaccess1_fast64": {}, "mapaccess1_faststr": {}, "mapaccess2_fast32": {}, "mapaccess2_fast64": {}, "mapaccess2_faststr": {},
	"mapdelete_fast32": {}, "mapdelete_fast64": {}, "mapdelete_faststr": {}, "mapclear": {},
	"mapassign": {{}, {}, spills}, "mapassign_fast32": {}, "mapassign_fast64": {},
	"mapassign_fast32ptr": {{}, {}, leaks}, "mapassign_fast64ptr": {{}, {}, leaks}, "mapassign_faststr": {{}, {}, leaks},
	"mapIterStart": {}, "mapIterNext": {},
	"chansend1": {{}, spills}, "chanrecv1": {}, "chanrecv2": {}, "closechan": {}, "chanlen": {}, "chancap": {},
	"selectnbsend": {{}, spills}, "selectnbrecv": {}, "selectgo": {values, keeps, keeps},
	"assertE2I": {}, "assertE2I2": {}, "typeAssert": {}, "interfaceSwitch": {},
	"panicdottypeE": {}, "panicdottypeI": {}, "panicnildottype": {},
	"deferprocStack": {{Hidden: true}}, "deferreturn": {}, "panicBounds": {},
	"newproc": {leaks}, "deferproc": {leaks}, "gopanic": {leaks, leaks},
	"systemstack": {}, "wbZero": {}, "wbMove": {spills, spills, spills},
}

// flowsOf returns the flows of a call's arguments in n's function, nil when nothing is known.
func (p *Program) flowsOf(n *node, v *ssa.Value) (in []Flow, ctx Flow, known bool) {
	call := v.Aux.(*ssa.Call)
	args := len(v.Args) - argBase(v)
	if name, ok := strings.CutPrefix(call.Sym, "runtime."); ok {
		if fl, ok := runtimeFlows[name]; ok {
			in := make([]Flow, max(args, len(fl)))
			if name == "growslice" && call.Object != nil && !call.Object.HasPointers() {
				return in, keeps, true // its elements lead nowhere
			}
			copy(in, fl)
			return in, keeps, true
		}
	}
	if call.NoEscape {
		return promised(call.ABI, args), keeps, true
	}
	if m := p.lookup(n, call.Sym); m != nil && len(m.sum.In) == args {
		return m.sum.In, m.sum.Context, true
	}
	return nil, leaks, false
}
