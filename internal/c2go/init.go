package c2go

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"modernc.org/cc/v4"
)

// part is the value of a piece of an object: what an initialiser says of it.
type part struct {
	off  int64
	t    cc.Type
	bits *cc.Field
	n    cc.ExpressionNode
}

// flatten lists an initialiser's parts. Of parts at one place the last one counts.
func flatten(init *cc.Initializer) []part {
	var list []part
	collect(init, 0, &list)
	index := map[[2]int64]int{}
	kept := list[:0:0]
	for _, p := range list {
		key := [2]int64{p.off, 0}
		if p.bits != nil {
			key[1] = 1 + int64(p.bits.OffsetBits())
		}
		if i, ok := index[key]; ok && (kept[i].t.Size() <= p.t.Size()) {
			kept[i] = p
			continue
		}
		index[key] = len(kept)
		kept = append(kept, p)
	}
	sort.SliceStable(kept, func(i, j int) bool { return kept[i].off < kept[j].off })
	return kept
}

// collect appends the parts of an initialiser, each moved by delta. A range of designators means its part several times.
func collect(init *cc.Initializer, delta int64, list *[]part) {
	step := int64(0)
	if init.Len() > 1 {
		step = init.Type().Size()
	}
	for i := range init.Len() {
		d := delta + i*step
		if init.Case == cc.InitializerInitList {
			for l := init.InitializerList; l != nil; l = l.InitializerList {
				collect(l.Initializer, d, list)
			}
			continue
		}
		p := part{off: init.Offset() + d, t: init.Type(), n: init.AssignmentExpression}
		if fd := init.Field(); fd != nil && fd.IsBitfield() {
			p.bits = fd
		}
		*list = append(*list, p)
	}
}

// flexibleExtra is how many bytes an initialiser fills behind its object: those of a flexible array member.
func flexibleExtra(t cc.Type, init *cc.Initializer) int64 {
	if !isRecord(t) {
		return 0
	}
	end := int64(0)
	for _, p := range flatten(init) {
		end = max(end, p.off+p.t.Size())
	}
	return max(end-t.Size(), 0)
}

// isString reports whether a part initialises an array of characters with a string.
func (p part) isString() bool { return p.t.Kind() == cc.Array }

// staticInit writes what Go can write of an initialiser as a composite literal. The other parts are left to statements.
func (f *fn) staticInit(at cc.Node, t cc.Type, init *cc.Initializer) (lit string, rest []part) {
	bytes := map[int64]constPart{}
	for _, p := range flatten(init) {
		switch {
		case p.isString() && f.u.isField(at, t, p.off):
			f.stringParts(p, bytes)
		case p.isString():
			rest = append(rest, p)
		default:
			v, ok := f.folded(strip(p.n))
			if !ok || p.bits != nil || !f.u.isField(at, t, p.off) || !isInt(p.t) && !isFloat(p.t) && !isPtr(p.t) || p.bits == nil && strings.Contains(v.s, "(") {
				rest = append(rest, p)
				continue
			}
			c := v.c
			if c == nil {
				rest = append(rest, p)
				continue
			}
			c = convertConstant(c, v.t, p.t)
			if c.float && (math.IsInf(c.f, 0) || math.IsNaN(c.f) || c.f == 0 && math.Signbit(c.f)) {
				rest = append(rest, p)
				continue
			}
			name := ""
			if v.s != "" && isInt(p.t) && v.c.i == c.i && isSigned(v.t) == isSigned(p.t) {
				name = v.s
			}
			bytes[p.off] = constPart{c, p.t, name}
		}
	}
	for off, c := range bytes {
		if !c.c.float && c.c.i == 0 {
			delete(bytes, off)
		}
	}
	if len(bytes) == 0 {
		return "", rest
	}
	offs := make([]int64, 0, len(bytes))
	for off := range bytes {
		offs = append(offs, off)
	}
	sort.Slice(offs, func(i, j int) bool { return offs[i] < offs[j] })
	w := &literalWriter{f: f, at: at, parts: bytes, offs: offs}
	return w.literal(t, 0), rest
}

// constPart is a scalar of a static object.
type constPart struct {
	c    *constant
	t    cc.Type
	name string
}

func (f *fn) stringParts(p part, bytes map[int64]constPart) {
	a := p.t.(*cc.ArrayType)
	size := a.Elem().Size()
	for i, c := range stringUnits(strip(p.n)) {
		if a.Len() >= 0 && int64(i) >= a.Len() {
			break
		}
		bytes[p.off+int64(i)*size] = constPart{&constant{i: truncate(c, a.Elem())}, a.Elem(), ""}
	}
}

// stringUnits are the characters of a string constant with its NUL.
func stringUnits(n cc.ExpressionNode) []uint64 {
	var list []uint64
	switch s := n.Value().(type) {
	case cc.StringValue:
		for i := 0; i < len(s); i++ {
			list = append(list, uint64(s[i]))
		}
		if len(list) == 0 || list[len(list)-1] != 0 {
			list = append(list, 0)
		}
	case cc.UTF16StringValue:
		for _, c := range s {
			list = append(list, uint64(c))
		}
	case cc.UTF32StringValue:
		for _, c := range s {
			list = append(list, uint64(c))
		}
	default:
		fail(n, "string of unknown kind")
	}
	return list
}

// isField reports whether what is at an offset of an object can be written in a composite literal of Go: it is in fields of Go.
func (u *unit) isField(at cc.Node, t cc.Type, off int64) bool {
	switch t.Kind() {
	case cc.Array:
		e := t.(*cc.ArrayType).Elem()
		return e.Size() > 0 && u.isField(at, e, off%e.Size())
	case cc.Struct, cc.Union:
		r := u.record(at, t)
		if r.blob {
			return off < r.size
		}
		rt := t.(recordType)
		for i := range rt.NumFields() {
			fd := rt.FieldByIndex(i)
			if r.field(fd) != "" && off >= fd.Offset() && off < fd.Offset()+fd.Type().Size() {
				return u.isField(at, fd.Type(), off-fd.Offset())
			}
		}
		return false
	}
	return true
}

// literalWriter writes composite literals of Go from scalars by their offsets.
type literalWriter struct {
	f     *fn
	at    cc.Node
	parts map[int64]constPart
	offs  []int64 // sorted
}

// any reports whether something in [from, to) is not zero.
func (w *literalWriter) any(from, to int64) bool {
	i := sort.Search(len(w.offs), func(i int) bool { return w.offs[i] >= from })
	return i < len(w.offs) && w.offs[i] < to
}

func (w *literalWriter) literal(t cc.Type, off int64) string {
	u := w.f.u
	switch t.Kind() {
	case cc.Array:
		a := t.(*cc.ArrayType)
		e := a.Elem()
		size := e.Size()
		var b strings.Builder
		b.WriteString(u.goType(w.at, t) + "{")
		next := int64(0)
		for i := int64(0); i < a.Len(); i++ {
			if !w.any(off+i*size, off+(i+1)*size) {
				continue
			}
			if i != next {
				fmt.Fprintf(&b, "%d: ", i)
			}
			b.WriteString(w.literal(e, off+i*size))
			b.WriteString(",")
			if next = i + 1; next%16 == 0 || isRecord(e) || e.Kind() == cc.Array {
				b.WriteString("\n")
			} else {
				b.WriteString(" ")
			}
		}
		return strings.TrimRight(b.String(), ", \n") + "}"
	case cc.Struct, cc.Union:
		return w.recordLiteral(t, off)
	}
	p, ok := w.parts[off]
	if !ok {
		return "0"
	}
	if p.name != "" {
		return p.name
	}
	return literal(p.c, p.t).s
}

// recordLiteral writes a record. One that is bytes to Go is written as bytes.
func (w *literalWriter) recordLiteral(t cc.Type, off int64) string {
	u := w.f.u
	r := u.record(w.at, t)
	rt := t.(recordType)
	if r.blob {
		return r.name + "{raw: " + w.bytes(off, r.size) + "}"
	}
	var list []string
	for i := range rt.NumFields() {
		fd := rt.FieldByIndex(i)
		name := r.field(fd)
		if name == "" || !w.any(off+fd.Offset(), off+fd.Offset()+fd.Type().Size()) {
			continue
		}
		list = append(list, name+": "+w.literal(fd.Type(), off+fd.Offset()))
	}
	return r.name + "{" + strings.Join(list, ", ") + "}"
}

// bytes writes the bytes of [off, off+size).
func (w *literalWriter) bytes(off, size int64) string {
	raw := make([]byte, size)
	for _, o := range w.offs {
		if o < off || o >= off+size {
			continue
		}
		p := w.parts[o]
		v := p.c.i
		if p.c.float {
			v = math.Float64bits(p.c.f)
			if p.t.Size() == 4 {
				v = uint64(math.Float32bits(float32(p.c.f)))
			}
		}
		for i := int64(0); i < p.t.Size() && o-off+i < size; i++ {
			raw[o-off+i] = byte(v >> (8 * i))
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "[%d]uint8{", size)
	next := 0
	for i, c := range raw {
		if c == 0 {
			continue
		}
		if i != next {
			fmt.Fprintf(&b, "%d: ", i)
		}
		fmt.Fprintf(&b, "%d, ", c)
		next = i + 1
	}
	return strings.TrimSuffix(b.String(), ", ") + "}"
}

// stores emits statements that set parts of an object.
func (f *fn) stores(at cc.Node, l lvalue, parts []part) {
	for _, p := range parts {
		f.storePart(at, l, p)
	}
}

// storePart sets one part.
func (f *fn) storePart(at cc.Node, l lvalue, p part) {
	m := lvalue{t: p.t, base: l.base, variable: l.variable, owner: l.owner, off: l.off + p.off, bits: p.bits}
	if p.isString() {
		if w := f.facts; w != nil && l.owner != nil && !l.owner.global {
			f.facts.mark(f.facts.inFrame, l.owner.d)
		}
		units := stringUnits(strip(p.n))
		a := p.t.(*cc.ArrayType)
		size := a.Elem().Size()
		n := min(int64(len(units)), a.Len())
		if size == 1 {
			raw := make([]byte, n)
			for i := range raw {
				raw[i] = byte(units[i])
			}
			f.emit("libc.Memcpy(%s, libc.S(%s), %d)", f.address(at, m).s, quote(string(raw)), n)
			return
		}
		for i := range n {
			e := lvalue{t: a.Elem(), base: m.base, variable: m.variable, owner: m.owner, off: m.off + i*size}
			f.store(at, e, literal(&constant{i: truncate(units[i], a.Elem())}, a.Elem()))
		}
		return
	}
	if p.t.Kind() == cc.Array {
		fail(p.n, "array initialised by %s", p.n.Type())
	}
	v := f.convert(p.n, f.expr(p.n), p.t)
	v.s = f.plain(p.n, v)
	f.store(at, m, v)
}

// initialise emits the initialisation of a local object: it becomes zero, then gets its parts.
func (f *fn) initialise(at cc.Node, l lvalue, init *cc.Initializer) {
	if init.Case == cc.InitializerExpr && l.t.Kind() != cc.Array {
		v := f.convert(at, f.expr(init.AssignmentExpression), l.t)
		v.s = f.plain(at, v)
		f.store(at, l, v)
		return
	}
	if !isRecord(l.t) && l.t.Kind() != cc.Array {
		for _, p := range flatten(init) {
			f.storePart(at, l, p)
		}
		return
	}
	lit, rest := f.staticInit(at, l.t, init)
	if lit == "" {
		lit = f.u.goType(at, l.t) + "{}"
	}
	// Parts are evaluated before the object is cleared: they may read what it was.
	if len(rest) > 0 && !f.static {
		vals := make([]value, len(rest))
		for i, p := range rest {
			if !p.isString() {
				v := f.convert(p.n, f.expr(p.n), p.t)
				v.s = f.plain(p.n, v)
				v.cond = false
				vals[i] = f.temp(p.n, v)
			}
		}
		f.emit("%s = %s", f.whole(at, l), lit)
		for i, p := range rest {
			if p.isString() {
				f.storePart(at, l, p)
				continue
			}
			f.store(at, lvalue{t: p.t, base: l.base, variable: l.variable, owner: l.owner, off: l.off + p.off, bits: p.bits}, vals[i])
		}
		return
	}
	f.emit("%s = %s", f.whole(at, l), lit)
}

// whole is an object as a variable of Go, arrays too.
func (f *fn) whole(at cc.Node, l lvalue) string {
	if l.path != "" {
		return l.whole()
	}
	return "*(*" + f.u.goType(at, l.t) + ")(" + l.pointer() + ")"
}

// compoundLiteral is (type){...}: an object in the frame, or a variable if it is outside functions.
func (f *fn) compoundLiteral(x *cc.PostfixExpression) lvalue {
	t := x.TypeName.Type()
	if a, ok := t.(*cc.ArrayType); ok && a.Len() < 0 || t.IsIncomplete() {
		t = x.Type().Undecay()
	}
	init := &cc.Initializer{Case: cc.InitializerInitList, InitializerList: x.InitializerList}
	if f.static {
		o := &object{name: "literal", typ: t, d: nil, unit: f.u, isDef: true, global: true, init: init}
		o.goer = f.u.p.free("_literal")
		lit, rest := f.staticInit(x, t, init)
		decl := "var " + o.goer + " " + f.u.goType(x, t)
		if lit != "" {
			decl += " = " + lit
		}
		f.u.decls = append(f.u.decls, decl+"\n")
		l := lvalue{t: t, path: o.goer, variable: o.goer, owner: o}
		f.stores(x, l, rest)
		return l
	}
	f.facts.set(&f.facts.framed)
	f.temps++
	o := &object{goer: fmt.Sprintf("literal%d", f.temps), typ: t}
	f.place(o, sizeOf(x, t), max(int64(t.Align()), 8), f.u.goType(x, t))
	l := f.localLvalue(x, o)
	f.initialise(x, l, init)
	return l
}
