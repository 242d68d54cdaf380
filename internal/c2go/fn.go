package c2go

import (
	"fmt"
	"maps"
	"regexp"
	"sort"
	"strings"

	"modernc.org/cc/v4"
)

// fn translates one function. It runs at least twice: the first time finds out what must be known from the start, such as whose
// address is taken and which labels are used; facts holds that from one run to the next.
type fn struct {
	u          *unit
	name_      string // in C
	goer       string
	typ        *cc.FunctionType
	facts      *facts
	lines      []string
	temps      int
	locals     map[*cc.Declarator]*object
	names      map[string]bool // of locals
	hoisted    []string        // declarations at the top
	frame      int64           // bytes of C's stack so far
	fields     []string        // of the frame, as Go has them
	fieldEnd   int64
	targets    []target // of break and continue
	line       string
	labels     int
	inits      int
	static     bool                            // code outside functions
	lengths    map[cc.ExpressionNode]value     // of arrays of variable length
	unused     []string                        // statements that use variables nothing else uses
	cases      map[*cc.LabeledStatement]string // labels of cases of flat switches
	around     []cc.Node                       // blocks that the statement is in
	quiet      bool                            // reading a variable is no use of it to Go: it is only changed
	inJump     bool
	jumps      int
	usedLabels map[string]int
	moves      []string // of parameters into the frame
}

// facts are what a run of fn finds out.
type facts struct {
	inFrame    map[*cc.Declarator]bool
	used       map[*cc.Declarator]bool
	labels     map[string]int
	mentioned  map[string]bool // names at package level
	flat       map[cc.Node]bool
	hoist      bool
	needHoist  bool  // hoist in the next run
	varargs    int64 // words of the area for variable arguments
	framed     bool
	setjmp     int
	labelAddrs []string
	alloca     bool
	changed    bool
}

func newFacts() *facts {
	return &facts{inFrame: map[*cc.Declarator]bool{}, used: map[*cc.Declarator]bool{}, labels: map[string]int{}, mentioned: map[string]bool{}, flat: map[cc.Node]bool{}}
}

func (x *facts) set(p *bool) {
	if !*p {
		*p = true
		x.changed = true
	}
}

func (x *facts) mark(m map[*cc.Declarator]bool, d *cc.Declarator) {
	if !m[d] {
		m[d] = true
		x.changed = true
	}
}

func (f *fn) emit(format string, args ...any) {
	if len(args) == 0 {
		f.lines = append(f.lines, format)
		return
	}
	f.lines = append(f.lines, fmt.Sprintf(format, args...))
}

// sub runs g and gives the lines it emits instead of appending them.
func (f *fn) sub(g func()) []string {
	saved := f.lines
	f.lines = nil
	g()
	got := f.lines
	f.lines = saved
	return got
}

// at writes where in C the next line comes from.
func (f *fn) at(n cc.Node) {
	if f.static || n == nil {
		return
	}
	p := n.Position()
	if p.Filename == "" || strings.HasPrefix(p.Filename, "<") {
		return
	}
	s := fmt.Sprintf("//line %s:%d", p.Filename, p.Line)
	if s == f.line {
		return
	}
	f.line = s
	if n := len(f.lines); n > 0 && strings.HasPrefix(f.lines[n-1], "//line ") {
		f.lines = f.lines[:n-1]
	}
	f.emit("%s", s)
}

// temp makes a variable that holds v from here on.
func (f *fn) temp(at cc.Node, v value) value {
	if v.same {
		return v
	}
	if isVoid(v.t) {
		f.emit("%s", v.s)
		return value{s: "0", t: v.t, prec: precPrimary, same: true}
	}
	t := v.goT
	if v.cond {
		t = "bool"
	} else if t == "" {
		t = f.u.goType(at, v.t)
	}
	name := f.variable(t, v.s)
	return value{s: name, t: v.t, prec: precPrimary, same: true, cond: v.cond, bits: v.bits}
}

// variable declares a temporary of a Go type; init may be empty.
func (f *fn) variable(goType, init string) string {
	f.temps++
	name := fmt.Sprintf("_v%d", f.temps)
	switch {
	case f.facts.hoist && !f.static:
		f.hoisted = append(f.hoisted, "var "+name+" "+goType)
		if init != "" {
			f.emit("%s = %s", name, init)
		}
	case init == "":
		f.emit("var %s %s", name, goType)
	default:
		f.emit("var %s %s = %s", name, goType, init)
	}
	return name
}

// keep makes sure that v, translated when there were n lines, has the value it had then: if lines came since, it becomes a
// temporary in front of them.
func (f *fn) keep(at cc.Node, v value, n int) value {
	if len(f.lines) == n || v.same {
		return v
	}
	later := append([]string(nil), f.lines[n:]...)
	f.lines = f.lines[:n]
	v = f.temp(at, v)
	f.lines = append(f.lines, later...)
	return v
}

// local is the object of a variable of the function.
func (f *fn) local(d *cc.Declarator) *object {
	if o := f.locals[d]; o != nil {
		return o
	}
	return f.declareLocal(d)
}

func (f *fn) declareLocal(d *cc.Declarator) *object {
	o := &object{name: d.Name(), typ: d.Type(), d: d}
	f.locals[d] = o
	name := goName(o.name)
	if name == "" {
		name = "_p"
	}
	for i := 1; f.names[name] || f.isType(name); i++ {
		name = fmt.Sprintf("%s_%d", goName(o.name), i)
	}
	f.names[name] = true
	o.goer = name
	return o
}

// isType tells of names that the code of a function means at package level although C's scopes would hide them.
func (f *fn) isType(name string) bool {
	return f.u.p.records.byName[name] != nil || f.facts.mentioned[name]
}

// mention notes that the function means something at package level by a name, which no local may have then.
func (f *fn) mention(name string) {
	if !f.facts.mentioned[name] {
		f.facts.mentioned[name] = true
		f.facts.changed = true
	}
}

// place gives an object room in the frame.
func (f *fn) place(o *object, size, align int64, goType string) {
	align = max(min(align, 16), 1)
	f.frame = (f.frame + align - 1) &^ (align - 1)
	o.inFrame, o.off = true, f.frame
	f.frame += size
	if goType == "" {
		return
	}
	f.field(o.goer, goType, o.off, size, align)
	o.goer = "fr." + o.goer
}

// field adds a field to the Go type of the frame.
func (f *fn) field(name, goType string, off, size, align int64) {
	align = min(align, 8)
	if (f.fieldEnd+align-1)&^(align-1) != off {
		f.fields = append(f.fields, fmt.Sprintf("_ [%d]uint8", off-f.fieldEnd))
	}
	f.fields = append(f.fields, name+" "+goType)
	f.fieldEnd = off + size
}

// function translates a definition.
func (u *unit) function(fd *cc.FunctionDefinition) {
	o := u.lookup(fd.Declarator, fd.Declarator.Name())
	if o.def != fd || o.unit != u {
		return
	}
	if u.p.seen[o] {
		return
	}
	if strings.HasPrefix(fd.Position().Filename, systemRoot) && !o.isUsed {
		return
	}
	u.p.seen[o] = true
	x := newFacts()
	u.flow(fd, x)
	for i := 0; ; i++ {
		x.changed = false
		x.hoist = x.hoist || x.needHoist
		f := &fn{u: u, name_: o.name, goer: o.goer, typ: fd.Declarator.Type().(*cc.FunctionType), facts: x,
			locals: map[*cc.Declarator]*object{}, names: map[string]bool{}, lengths: map[cc.ExpressionNode]value{}, usedLabels: map[string]int{}}
		text := f.definition(fd)
		if !maps.Equal(f.usedLabels, x.labels) {
			x.labels, x.changed = f.usedLabels, true
		}
		if !x.changed {
			u.decls = append(u.decls, text)
			return
		}
		if i == 20 {
			fail(fd, "internal error: translation of %s does not settle", o.name)
		}
	}
}

// definition writes the function, as far as facts are known.
func (f *fn) definition(fd *cc.FunctionDefinition) string {
	var b strings.Builder
	var n cc.Node = fd.Declarator
	if fd.DeclarationSpecifiers != nil {
		n = fd.DeclarationSpecifiers
	}
	b.WriteString("\n" + comments(n))
	result := f.typ.Result()
	var params []string
	f.frame = (8*f.facts.varargs + 15) &^ 15
	for i, d := range f.parameters(fd) {
		params = append(params, f.parameter(fd, i, d))
	}
	if f.typ.IsVariadic() {
		params = append(params, "_va uintptr")
	}
	p := fd.Declarator.Position()
	fmt.Fprintf(&b, "//line %s:%d\n", p.Filename, p.Line)
	fmt.Fprintf(&b, "func %s(%s) %s{\n", f.goer, strings.Join(params, ", "), f.resultType(fd, result))
	body := f.sub(func() { f.body(fd) })
	body = f.useTemps(body)
	for _, s := range f.prologue() {
		b.WriteString(s + "\n")
	}
	for _, s := range body {
		b.WriteString(s)
		b.WriteByte('\n')
	}
	b.WriteString("}\n")
	return b.String()
}

var tempName = regexp.MustCompile(`\b_v\d+\b`)

// useTemps adds uses of temporaries that are only assigned to, which Go does not allow.
func (f *fn) useTemps(body []string) []string {
	used := map[string]bool{}
	for _, s := range body {
		if strings.Contains(s, "_v") {
			rest := strings.TrimPrefix(s, "var ")
			if i := strings.IndexAny(rest, " ,"); strings.HasPrefix(rest, "_v") && i > 0 && (rest != s || strings.HasPrefix(rest[i:], " = ")) {
				rest = rest[i:]
			}
			for _, n := range tempName.FindAllString(rest, -1) {
				used[n] = true
			}
		}
	}
	for _, h := range f.hoisted {
		if n := tempName.FindString(h); n != "" && !used[n] {
			f.unused = append(f.unused, "_ = "+n)
		}
	}
	var list []string
	for _, s := range body {
		list = append(list, s)
		if rest, ok := strings.CutPrefix(s, "var _v"); ok {
			n := "_v" + rest[:strings.IndexByte(rest, ' ')]
			if !used[n] {
				list = append(list, "_ = "+n)
			}
		}
	}
	return list
}

func (f *fn) resultType(at cc.Node, t cc.Type) string {
	if isVoid(t) {
		return ""
	}
	return f.u.goType(at, t) + " "
}

// parameters are the declarators of a definition's parameters, in order; old-style definitions declare them after their names.
func (f *fn) parameters(fd *cc.FunctionDefinition) []*cc.Declarator {
	var list []*cc.Declarator
	dd := functionDeclarator(fd.Declarator.DirectDeclarator)
	if dd == nil {
		return nil
	}
	if dd.Case == cc.DirectDeclaratorFuncIdent {
		byName := map[string]*cc.Declarator{}
		for l := fd.DeclarationList; l != nil; l = l.DeclarationList {
			for i := l.Declaration.InitDeclaratorList; i != nil; i = i.InitDeclaratorList {
				byName[i.InitDeclarator.Declarator.Name()] = i.InitDeclarator.Declarator
			}
		}
		for l := dd.IdentifierList; l != nil; l = l.IdentifierList {
			d := byName[l.Token.SrcStr()]
			if l.Token2.SrcStr() != "" && l.Token2.SrcStr() != "," {
				d = byName[l.Token2.SrcStr()]
			}
			if d == nil {
				fail(l, "parameter %s has no declared type", l.Token.SrcStr())
			}
			list = append(list, d)
		}
		return list
	}
	if dd.ParameterTypeList == nil {
		return nil
	}
	for l := dd.ParameterTypeList.ParameterList; l != nil; l = l.ParameterList {
		pd := l.ParameterDeclaration
		if pd.Case == cc.ParameterDeclarationDecl {
			list = append(list, pd.Declarator)
			continue
		}
		if isVoid(pd.Type()) {
			continue
		}
		list = append(list, nil)
	}
	return list
}

// functionDeclarator finds the parameter list of the function that a declarator declares.
func functionDeclarator(dd *cc.DirectDeclarator) *cc.DirectDeclarator {
	switch dd.Case {
	case cc.DirectDeclaratorFuncParam, cc.DirectDeclaratorFuncIdent:
		if inner := innerFunction(dd.DirectDeclarator); inner != nil {
			return inner
		}
		return dd
	case cc.DirectDeclaratorDecl:
		return functionDeclarator(dd.Declarator.DirectDeclarator)
	case cc.DirectDeclaratorIdent:
		return nil
	}
	if dd.DirectDeclarator != nil {
		return functionDeclarator(dd.DirectDeclarator)
	}
	return nil
}

// innerFunction finds the declared function in a declarator such as (*f(int))(char): the innermost list belongs to it.
func innerFunction(dd *cc.DirectDeclarator) *cc.DirectDeclarator {
	if dd == nil || dd.Case == cc.DirectDeclaratorIdent {
		return nil
	}
	return functionDeclarator(dd)
}

// parameter declares a parameter. Those whose address is taken move to the frame.
func (f *fn) parameter(at cc.Node, i int, d *cc.Declarator) string {
	if d == nil || d.Name() == "" {
		return fmt.Sprintf("_p%d %s", i, f.u.goType(at, f.typ.Parameters()[i].Type().Decay()))
	}
	o := f.declareLocal(d)
	if f.facts.inFrame[d] {
		f.facts.set(&f.facts.framed)
	}
	if k := o.typ.Kind(); k == cc.Array || k == cc.Function {
		o.typ = o.typ.Decay()
	}
	t := f.u.goType(d, o.typ)
	s := o.goer + " " + t
	if f.facts.inFrame[d] {
		arg := o.goer
		f.place(o, sizeOf(d, o.typ), int64(o.typ.Align()), t)
		f.moves = append(f.moves, o.goer+" = "+arg)
	}
	return s
}

// prologue is what comes before the statements: the frame, and variables that are declared at the top.
func (f *fn) prologue() []string {
	var list []string
	if f.facts.framed {
		size := (f.frame + 15) &^ 15
		list = append(list, "bp := libc.SP")
		list = append(list, fmt.Sprintf("libc.SP = bp + %d", size))
		if len(f.fields) > 0 {
			list = append(list, "fr := (*struct {\n"+strings.Join(f.fields, "\n")+"\n})(unsafe.Pointer(bp))", "_ = fr")
		}
	}
	list = append(list, f.moves...)
	byType := map[string][]string{}
	var types []string
	for _, h := range f.hoisted {
		name, t, _ := strings.Cut(strings.TrimPrefix(h, "var "), " ")
		if byType[t] == nil {
			types = append(types, t)
		}
		byType[t] = append(byType[t], name)
	}
	sort.Strings(types)
	for _, t := range types {
		list = append(list, "var "+strings.Join(byType[t], ", ")+" "+t)
	}
	return append(list, f.unused...)
}
