package ssa

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"strata/internal/abi"
)

// String prints f in the text form that Parse reads back:
//
//	func "main.f" (i64) (i64) {
//	b0:
//	  v1 = Arg.i64 [0]
//	  v2 = Add.i64 v1 v1
//	  ret v2
//	}
//
// Behind the name stand the components of parameters and results, behind an op
// its type, {Aux}, [AuxInt] and arguments. Positions and source variables are not printed.
func (f *Func) String() string {
	var w strings.Builder
	fmt.Fprintf(&w, "func %q", f.Name)
	if f.ABI != nil {
		w.WriteString(signatureString(f.ABI))
	}
	if f.Pragma != 0 {
		fmt.Fprintf(&w, " pragma=%#x", uint32(f.Pragma))
	}
	w.WriteString(" {\n")
	for _, s := range f.Slots {
		fmt.Fprintf(&w, "  %s\n", s)
	}
	for _, b := range f.Blocks {
		b.print(&w)
	}
	w.WriteString("}\n")
	return w.String()
}

// String prints the declaration of a slot.
func (s *Slot) String() string {
	out := fmt.Sprintf("slot s%d %q size=%d align=%d%s", s.ID, s.Name, s.Size, s.Align, ptrsString(s.PtrMask))
	if s.Zeroed {
		out += " zeroed"
	}
	return out
}

func (b *Block) String() string { return fmt.Sprintf("b%d", b.ID) }

func (b *Block) print(w *strings.Builder) {
	w.WriteString(b.Head())
	w.WriteByte('\n')
	for _, v := range b.Values {
		fmt.Fprintf(w, "  %s\n", v.Long())
	}
	fmt.Fprintf(w, "  %s\n", b.Tail())
}

// Head is the line that begins a block.
func (b *Block) Head() string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s:", b)
	if len(b.Preds) > 0 {
		w.WriteString(" <-")
		for _, p := range b.Preds {
			fmt.Fprintf(&w, " %s", p)
		}
	}
	if b.Cold {
		w.WriteString(" cold")
	}
	if b.Func.Recover == b {
		w.WriteString(" recover")
	}
	return w.String()
}

// Tail is the line that ends a block.
func (b *Block) Tail() string {
	var w strings.Builder
	w.WriteString(b.Kind.String())
	if c, ok := b.Aux.(*Call); ok {
		w.WriteString(c.text())
	}
	for _, c := range b.Controls {
		fmt.Fprintf(&w, " %s", c)
	}
	if len(b.Succs) > 0 {
		w.WriteString(" ->")
		for _, s := range b.Succs {
			fmt.Fprintf(&w, " %s", s)
		}
	}
	switch b.Likely {
	case Taken:
		w.WriteString(" likely")
	case Unlikely:
		w.WriteString(" unlikely")
	}
	return w.String()
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
		s = braced(aux)
	case *Slot:
		s = fmt.Sprintf(" {s%d}", aux.ID)
	case *AllocInfo:
		s = aux.text()
	case *MemType:
		s = aux.text(v.AuxInt)
	case *Call:
		s = aux.text()
	default:
		s = fmt.Sprintf(" {%v}", aux)
	}
	switch {
	case v.Op == OpConstF:
		s += " [" + floatText(v.Type, v.AuxInt) + "]"
	case v.AuxInt != 0 || v.Op == OpConst || v.Op == OpArg || v.Op == OpResult:
		s += fmt.Sprintf(" [%d]", v.AuxInt)
	}
	return s
}

// braced is a name in braces, quoted if it holds what would confuse a reader.
func braced(name string) string {
	if strings.ContainsAny(name, " {}\"\n") {
		name = strconv.Quote(name)
	}
	return " {" + name + "}"
}

// floatText writes a float so that its bits can be read back.
func floatText(t Type, bits int64) string {
	x := math.Float64frombits(uint64(bits))
	if t == F32 {
		x = float64(math.Float32frombits(uint32(bits)))
	}
	if math.IsNaN(x) {
		return fmt.Sprintf("%#x", uint64(bits))
	}
	if t == F32 {
		return strconv.FormatFloat(x, 'g', -1, 32)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

func ptrsString(mask []byte) string {
	if mask == nil {
		return ""
	}
	return fmt.Sprintf(" ptrs=%x", mask)
}

// flagText lists the names whose condition holds.
func flagText(flags ...any) string {
	s := ""
	for i := 0; i < len(flags); i += 2 {
		if flags[i+1].(bool) {
			s += " " + flags[i].(string)
		}
	}
	return s
}

func (a *AllocInfo) text() string {
	s := braced(a.Name)
	if a.Mem != nil {
		s += fmt.Sprintf(" size=%d align=%d", a.Mem.Size, a.Mem.Align) + ptrsString(a.Mem.PtrMask)
	}
	if a.TypeSym != "" {
		s += " type=" + strconv.Quote(a.TypeSym)
	}
	if a.Box != NoBox {
		s += fmt.Sprintf(" box=%d", a.Box)
	}
	return s + flagText("nopromote", a.NoPromote, "onstack", a.OnStack, "heap", a.Heap, "stack", a.Stack, "param", a.Param)
}

// text leaves out a size that equals the operation's.
func (m *MemType) text(n int64) string {
	if m == nil {
		return ""
	}
	s := braced(m.TypeSym)
	if m.Size != n {
		s += fmt.Sprintf(" size=%d", m.Size)
	}
	return s + fmt.Sprintf(" align=%d", m.Align) + ptrsString(m.PtrMask)
}

func (c *Call) text() string {
	s := braced(c.Sym)
	if c.ABI != nil {
		s += signatureString(c.ABI)
	}
	if c.Method != "" {
		s += " method=" + strconv.Quote(c.Method)
	}
	for _, r := range c.ResultSlots {
		s += fmt.Sprintf(" result=s%d", r.ID)
	}
	if c.Lent != 0 {
		s += fmt.Sprintf(" lent=%#x", uint64(c.Lent))
	}
	return s + flagText("noreturn", c.NoReturn, "noescape", c.NoEscape, "uintptrescapes", c.UintptrEscapes, "go", c.Go, "defer", c.Defer)
}

// signatureString lists the components of a signature: " (ptr i64) (bool)".
func signatureString(s *abi.Signature) string {
	return " (" + componentsString(s.In) + ") (" + componentsString(s.Out) + ")"
}

func componentsString(list []abi.Component) string {
	var parts []string
	for i := range list {
		parts = append(parts, componentString(&list[i]))
	}
	return strings.Join(parts, " ")
}

func componentString(c *abi.Component) string {
	switch {
	case c.Bool:
		return "bool"
	case c.Class == abi.Ptr:
		return "ptr"
	case c.Class == abi.Float:
		return fmt.Sprintf("f%d", 8*c.Size)
	case c.Class == abi.Mem:
		return fmt.Sprintf("mem%d", c.Size)
	}
	return fmt.Sprintf("i%d", 8*c.Size)
}
