package amd64

import (
	"go/token"

	"strata/internal/amd64/x86"
	"strata/internal/object"
	"strata/internal/rtcall"
	"strata/internal/ssa"
)

func (e *emitter) position(p token.Pos) (string, int32) {
	if e.opts.Position == nil || !p.IsValid() {
		return "", 0
	}
	return e.opts.Position(p)
}

// padInlines makes sure that every inlined call has an instruction at the
// position of the call: tracebacks find the caller's line through its address.
// Calls without one get a byte behind the function that is never executed. One more byte keeps the return address
// that stands for the last of them inside the function. The cold part needs only the calls around its own instructions.
func (e *emitter) padInlines() {
	if len(e.f.Inlines) == 0 {
		return
	}
	have, around := map[ssa.Pos]bool{}, make([]bool, len(e.f.Inlines))
	for _, p := range e.pos[e.cold:] {
		have[p] = true
		for i := p.Inl; e.cold > 0 && i > 0 && !around[i-1]; i = e.f.Inlines[i-1].Parent {
			around[i-1] = true
		}
	}
	padded := false
	for i, in := range e.f.Inlines {
		p := ssa.Pos{P: in.Call, Inl: in.Parent}
		if !have[p] && (around[i] || e.cold == 0) {
			have[p], padded = true, true
			e.at = p
			e.op(x86.BYTE, x86.I(0x90))
		}
	}
	if padded {
		e.op(x86.BYTE, x86.I(0x90))
	}
}

// info makes the tables of the function; pc has the offset of every x86 instruction and the end.
func (e *emitter) info(pc []int32) *object.FuncInfo {
	f := e.f
	fi := &object.FuncInfo{
		FrameSize: int32(e.frame.size), DisplayName: f.DisplayName,
		Locals: e.maps.locals, Args: e.maps.args, ArgInfo: e.argInfo(),
	}
	fi.File, fi.StartLine = e.position(f.Pos)
	fi.FuncID = rtcall.Kind(f.Name)
	if f.Pragma&ssa.WrapperFunc != 0 {
		fi.FuncID = object.FuncWrapper
	}
	if f.ABI != nil {
		fi.ArgsSize = int32(f.ABI.AreaSize())
	}
	fi.PCSP = rows(e.sp, pc)
	if f.Pragma&ssa.RuntimeFunc != 0 {
		fi.UnsafePoints = []object.PCValue{{PC: 0, Value: 1}}
	} else if len(e.unsafe) > 0 {
		fi.UnsafePoints = rows(append([]mark{{0, 0}}, e.unsafe...), pc)
	}
	e.stackMaps(fi, pc)
	e.lines(fi, pc)
	if e.rejoin.hot > 0 {
		fi.RecoverPC = pc[e.rejoin.hot]
	} else if b := e.recoverBlock(); b != nil {
		fi.RecoverPC = pc[e.starts[b.index]]
	}
	fi.Cold = e.coldPart(pc)
	if f.OpenDeferBits != nil {
		fi.OpenDefer = &object.OpenDefer{BitsOff: int32(e.frame.slots[f.OpenDeferBits.ID])}
		for _, s := range f.OpenDeferSlots {
			fi.OpenDefer.SlotsOffs = append(fi.OpenDefer.SlotsOffs, int32(e.frame.slots[s.ID]))
		}
	}
	for _, c := range e.splitCalls {
		fi.NoSplitCalls = append(fi.NoSplitCalls, c.sym)
		fi.NoSplitUse = append(fi.NoSplitUse, c.use)
	}
	e.vars(fi, pc)
	return fi
}

// rows turns marks into a table over program counters, without repetitions.
func rows(marks []mark, pc []int32) []object.PCValue {
	var out []object.PCValue
	for _, m := range marks {
		p := pc[m.inst]
		if n := len(out); n > 0 && out[n-1].PC == p {
			out = out[:n-1]
		}
		if n := len(out); n > 0 && out[n-1].Value == m.value {
			continue
		}
		out = append(out, object.PCValue{PC: p, Value: m.value})
	}
	return out
}

// stackMaps covers the bytes of every call with its map; everywhere else map 0 is in force.
func (e *emitter) stackMaps(fi *object.FuncInfo, pc []int32) {
	marks := []mark{{0, 0}}
	for _, c := range e.calls {
		marks = append(marks, mark{c.inst, c.m}, mark{c.inst + 1, 0})
	}
	fi.StackMap = rows(marks, pc)
}

func (e *emitter) lines(fi *object.FuncInfo, pc []int32) {
	var last ssa.Pos
	for i, p := range e.pos {
		if i > 0 && p == last || pc[i] == pc[i+1] {
			continue
		}
		last = p
		file, line := e.position(p.P)
		row := object.PCLine{PC: pc[i], File: file, Line: line, Inl: p.Inl - 1}
		if n := len(fi.Lines); n > 0 && fi.Lines[n-1].File == file && fi.Lines[n-1].Line == line && fi.Lines[n-1].Inl == row.Inl {
			continue
		}
		fi.Lines = append(fi.Lines, row)
	}
	if len(e.f.Inlines) == 0 {
		return
	}
	first := e.firstAt(0, pc)
	for _, in := range e.f.Inlines {
		c := object.InlinedCall{Parent: in.Parent - 1, Func: in.Callee}
		c.File, c.Line = e.position(in.Call)
		_, c.StartLine = e.position(in.Start)
		c.CallPC = first[ssa.Pos{P: in.Call, Inl: in.Parent}]
		if in.Wrapper {
			c.FuncID = object.FuncWrapper
		}
		fi.Inlines = append(fi.Inlines, c)
	}
}

// firstAt finds the first instruction, from the given one on, at each position.
func (e *emitter) firstAt(from int, pc []int32) map[ssa.Pos]int32 {
	first := map[ssa.Pos]int32{}
	for i := from; i < len(e.pos); i++ {
		if _, ok := first[e.pos[i]]; !ok && pc[i] != pc[i+1] {
			first[e.pos[i]] = pc[i]
		}
	}
	return first
}
