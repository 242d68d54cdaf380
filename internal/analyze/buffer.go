package analyze

import "strata/internal/ssa"

// String helpers of the runtime take a temporary buffer as their first
// argument: when the result does not outlive the frame and is short, it is built there instead of on the heap.

// buffers gives the size in bytes of each helper's buffer.
var buffers = map[string]int64{
	"runtime.slicebytetostring": 32, "runtime.stringtoslicebyte": 32, "runtime.intstring": 4, "runtime.slicerunetostring": 32,
	"runtime.stringtoslicerune": 32 * 4, "runtime.concatstrings": 32, "runtime.concatbytes": 32,
	"runtime.concatstring2": 32, "runtime.concatstring3": 32, "runtime.concatstring4": 32, "runtime.concatstring5": 32,
	"runtime.concatbyte2": 32, "runtime.concatbyte3": 32, "runtime.concatbyte4": 32, "runtime.concatbyte5": 32,
}

// bufferFor tells whether v is a call that could use a buffer and has none yet.
func bufferFor(v *ssa.Value) (size int64, ok bool) {
	size, ok = buffers[v.Aux.(*ssa.Call).Sym]
	return size, ok && len(v.Args) > 0 && v.Args[0].Op == ssa.OpConst
}

// giveBuffer passes a buffer in the frame to call.
func giveBuffer(f *ssa.Func, call *ssa.Value) {
	size, _ := bufferFor(call)
	b := call.Block
	addr := b.Detached(ssa.OpLocalAddr, ssa.Ptr, call.Pos)
	addr.Aux = f.NewSlot("temporary string", size, 8, nil)
	for i, v := range b.Values {
		if v == call {
			b.InsertAt(i, addr)
			break
		}
	}
	call.SetArg(0, addr)
}
