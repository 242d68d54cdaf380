package opt

import "strata/internal/ssa"

// runClasses are the sizes of the objects that the runtime takes from runs of free neighbours, by size class.
var runClasses = [...]int64{
	0, 8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448, 480, 512,
}

// maxTiny bounds pointer-free objects that share blocks.
const maxTiny = 16

// allocFromRuns has small objects made by the runtime functions that are told the size class and the pointers, as
// numbers, instead of the type. It comes after all passes that know new objects by runtime.newobject.
func allocFromRuns(f *ssa.Func, cfg *Config) {
	for _, b := range f.Blocks {
		for i := 0; i < len(b.Values); i++ {
			v := b.Values[i]
			call, ok := v.Aux.(*ssa.Call)
			if v.Op != ssa.OpCall || !ok || call.Object == nil {
				continue
			}
			name, numbers := runtimeNew(call.Object)
			if name == "" {
				continue
			}
			var args []*ssa.Value
			for _, n := range numbers {
				c := b.Detached(ssa.OpConst, ssa.I64, v.Pos)
				c.AuxInt = n
				args = append(args, c)
			}
			b.InsertAt(i, args...)
			i += len(args)
			v.ResetArgs()
			v.AddArgs(args...)
			v.Aux = cfg.RT(name)
		}
	}
}

// runtimeNew returns the function that makes an object with this layout, and its
// arguments; no name if there is only the general one.
func runtimeNew(m *ssa.MemType) (name string, args []int64) {
	if m.Size == 0 || m.Size > runClasses[len(runClasses)-1] {
		return "", nil
	}
	if !m.HasPointers() && m.Size < maxTiny {
		return "newtiny", []int64{m.Size, m.Size & -m.Size}
	}
	class := 0
	for runClasses[class] < m.Size {
		class++
	}
	if !m.HasPointers() {
		return "newplain", []int64{runClasses[class], int64(2*class + 1)}
	}
	var mask uint64
	for i, b := range m.PtrMask {
		mask |= uint64(b) << (8 * i)
	}
	return "newscan", []int64{runClasses[class], int64(2 * class), int64(mask)}
}
