package ssa

import (
	"fmt"
	"math"
	"strings"
)

// String prints f in the text form that Parse reads back:
//
//	func "main.f" {
//	b0: ; pragma or other remarks
//	  v1 = Arg.i64 [0]
//	  v2 = Add.i64 v1 v1
//	  ret v2
//	b1: <- b0
//	}
func (f *Func) String() string {
	var w strings.Builder
	fmt.Fprintf(&w, "func %q {\n", f.Name)
	for _, s := range f.Slots {
		fmt.Fprintf(&w, "  slot s%d %q size=%d align=%d", s.ID, s.Name, s.Size, s.Align)
		if s.PtrMask != nil {
			fmt.Fprintf(&w, " ptrs=%x", s.PtrMask)
		}
		w.WriteByte('\n')
	}
	for _, b := range f.Blocks {
		b.print(&w)
	}
	w.WriteString("}\n")
	return w.String()
}

func (b *Block) String() string { return fmt.Sprintf("b%d", b.ID) }

func (b *Block) print(w *strings.Builder) {
	fmt.Fprintf(w, "%s:", b)
	if len(b.Preds) > 0 {
		w.WriteString(" <-")
		for _, p := range b.Preds {
			fmt.Fprintf(w, " %s", p)
		}
	}
	if b.Cold {
		w.WriteString(" cold")
	}
	if b.Func.Recover == b {
		w.WriteString(" recover")
	}
	w.WriteByte('\n')
	for _, v := range b.Values {
		fmt.Fprintf(w, "  %s\n", v.Long())
	}
	fmt.Fprintf(w, "  %s", b.Kind)
	if c, ok := b.Aux.(*Call); ok {
		fmt.Fprintf(w, " {%s}", c.Sym)
	}
	for _, c := range b.Controls {
		fmt.Fprintf(w, " %s", c)
	}
	if len(b.Succs) > 0 {
		w.WriteString(" ->")
		for _, s := range b.Succs {
			fmt.Fprintf(w, " %s", s)
		}
	}
	switch b.Likely {
	case Taken:
		w.WriteString(" likely")
	case Unlikely:
		w.WriteString(" unlikely")
	}
	w.WriteByte('\n')
}

func (v *Value) String() string {
	if v == nil {
		return "nil"
	}
	return fmt.Sprintf("v%d", v.ID)
}

// Long prints the whole instruction.
func (v *Value) Long() string {
	var w strings.Builder
	if v.Type != Void {
		fmt.Fprintf(&w, "%s = ", v)
	} else {
		fmt.Fprintf(&w, "%s: ", v)
	}
	w.WriteString(v.Op.String())
	if v.Type != Void {
		fmt.Fprintf(&w, ".%s", v.Type)
	}
	w.WriteString(v.auxString())
	for _, a := range v.Args {
		fmt.Fprintf(&w, " %s", a)
	}
	return w.String()
}

func (v *Value) auxString() string {
	s := ""
	switch aux := v.Aux.(type) {
	case nil:
	case string:
		s = fmt.Sprintf(" {%s}", aux)
	case *Slot:
		s = fmt.Sprintf(" {s%d}", aux.ID)
	case *AllocInfo:
		s = " {" + aux.Name + "}"
		if aux.Mem != nil {
			s += fmt.Sprintf(" size=%d", aux.Mem.Size)
		}
		if aux.NoPromote {
			s += " nopromote"
		}
	case *MemType:
		s = " {" + aux.TypeSym + "}"
	case *Call:
		s = " {" + aux.Sym + "}"
		if aux.NoReturn {
			s += " noreturn"
		}
	default:
		s = fmt.Sprintf(" {%v}", aux)
	}
	switch {
	case v.Op == OpConstF && v.Type == F32:
		s += fmt.Sprintf(" [%v]", math.Float32frombits(uint32(v.AuxInt)))
	case v.Op == OpConstF:
		s += fmt.Sprintf(" [%v]", math.Float64frombits(uint64(v.AuxInt)))
	case v.AuxInt != 0 || v.Op.Info().Aux == AuxIntOnly && v.Op == OpConst:
		s += fmt.Sprintf(" [%d]", v.AuxInt)
	}
	return s
}
