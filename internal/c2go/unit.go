package c2go

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"modernc.org/cc/v4"
)

// unit is the translation of one C file.
type unit struct {
	p         *program
	file      string
	ast       *cc.AST
	statics   map[string]*object // names of file scope that are the unit's own
	typeNames map[*cc.Field]string
	types     []*record // records that this unit's file defines
	decls     []string  // all other declarations, in order
	inits     []string  // statements that fill in addresses when the program starts
	usesMath  bool
	usesLibc  bool
	enums     map[string]*object
	labels    map[string][]string // labels whose addresses are taken, by function
	pending   []*object           // functions of headers that are used and not translated yet
}

// object is something that has a name in C.
type object struct {
	name string // in C
	goer string // in Go
	typ  cc.Type
	d    *cc.Declarator // the declaration that defines it, or any one

	unit   *unit // that defines it
	def    *cc.FunctionDefinition
	init   *cc.Initializer
	isDef  bool
	libc   *libcFunc
	global bool

	// Of locals:
	aligned bool // goer holds the address of a global that Go cannot align
	inFrame bool
	off     int64
	hoisted bool // declared at the top
	emitted bool // static local that is written
	vla     bool // goer holds the address
	isUsed  bool
}

// parse preprocesses, parses and checks a file.
func (p *program) parse(file string) (u *unit, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, &Error{Msg: strings.TrimPrefix(err.Error(), "open ")}
	}
	if err := checkText(file, text); err != nil {
		return nil, err
	}
	in := &inclusions{once: map[string]bool{}}
	cfg, err := config(p.opts, in)
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := recover(); e != nil {
			err = &Error{Msg: fmt.Sprintf("%s: the C front end failed: %v", file, e)}
		}
	}()
	ast, err := cc.Translate(cfg, sources(p.opts, cfg, file, text))
	if in.err != nil {
		return nil, in.err
	}
	if err != nil {
		return nil, frontEndError(file, text, err)
	}
	return &unit{p: p, file: file, ast: ast, statics: map[string]*object{}, typeNames: map[*cc.Field]string{}, enums: map[string]*object{}}, nil
}

// frontEndError gives the front end's messages the form file:line:col: reason.
func frontEndError(file string, text []byte, err error) error {
	lines := bytes.Count(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")) + 1
	var list []error
	for _, line := range strings.Split(strings.TrimSpace(err.Error()), "\n") {
		if line == "" || strings.HasPrefix(line, "TODO ") && len(list) > 0 {
			continue // what the front end could not check after an error
		}
		line = ownPosition.ReplaceAllString(line, "")
		if !hasPosition(line) {
			line = file + ":1:1: " + line
		}
		if part := strings.SplitN(line, ":", 4); len(part) == 4 && part[0] == file {
			if n, _ := strconv.Atoi(part[1]); n > lines { // the pragma that is behind the text
				line = fmt.Sprintf("%s:%d:1:%s", file, lines, part[3])
			}
		}
		list = append(list, errors.New(line))
	}
	return errors.Join(list...)
}

// ownPosition is where in its own source the front end says that it found an error.
var ownPosition = regexp.MustCompile(`\s*\([a-z0-9]+\.go:\d+:\w*:?\).*$`)

func hasPosition(line string) bool {
	part := strings.SplitN(line, ":", 4)
	if len(part) < 4 {
		return false
	}
	_, err := strconv.Atoi(part[1])
	return err == nil
}

// checkText refuses what is no C source in UTF-8 or a superset of ASCII in which C is written.
func checkText(file string, text []byte) error {
	if len(text) >= 2 && (text[0] == 0xfe && text[1] == 0xff || text[0] == 0xff && text[1] == 0xfe) {
		return &Error{Msg: file + ":1:1: the file is in UTF-16; C is read as UTF-8"}
	}
	for i, c := range text {
		if c == 0 {
			line := 1 + strings.Count(string(text[:i]), "\n")
			return &Error{Msg: fmt.Sprintf("%s:%d:%d: NUL character in source", file, line, i-strings.LastIndex(string(text[:i]), "\n"))}
		}
	}
	return nil
}

// declare finds what the units define, before anything is translated, because each may use what another defines.
func (p *program) declare() {
	for _, u := range p.units {
		u.attributes()
		for l := u.ast.TranslationUnit; l != nil; l = l.TranslationUnit {
			e := l.ExternalDeclaration
			switch e.Case {
			case cc.ExternalDeclarationFuncDef:
				fd := e.FunctionDefinition
				u.p.guard(func() { u.declareObject(fd.Declarator, nil, fd) })
			case cc.ExternalDeclarationDecl:
				u.p.guard(func() { u.declareNames(e.Declaration) })
			}
		}
	}
	for _, u := range p.units {
		u.assignNames()
	}
}

func (u *unit) declareNames(d *cc.Declaration) {
	for l := d.InitDeclaratorList; l != nil; l = l.InitDeclaratorList {
		id := l.InitDeclarator
		dd := id.Declarator
		if dd.IsTypename() {
			t := dd.Type()
			if rt, ok := t.(recordType); ok && rt.NumFields() > 0 {
				if tag := rt.Tag(); tag.SrcStr() == "" && u.typeNames[rt.FieldByIndex(0)] == "" {
					u.typeNames[rt.FieldByIndex(0)] = goName(dd.Name())
				}
			}
			continue
		}
		u.declareObject(dd, id.Initializer, nil)
	}
}

// declareObject enters a declaration of file scope.
func (u *unit) declareObject(d *cc.Declarator, init *cc.Initializer, def *cc.FunctionDefinition) {
	name := d.Name()
	var o *object
	if d.Linkage() == cc.Internal {
		if o = u.statics[name]; o == nil {
			o = &object{name: name, typ: d.Type(), d: d, unit: u, global: true}
			u.statics[name] = o
		}
	} else {
		if o = u.p.objects[name]; o == nil {
			o = &object{name: name, typ: d.Type(), d: d, global: true}
			u.p.objects[name] = o
		}
	}
	isFunc := d.Type().Kind() == cc.Function
	switch {
	case def != nil:
		if isInlineOnly(d) && o.isDef {
			return
		}
		if o.def != nil && o.unit != nil && !isInlineOnly(o.d) {
			fail(d, "%s is defined twice", name)
		}
		o.def, o.isDef, o.unit, o.d, o.typ = def, true, u, d, d.Type()
	case isFunc:
		if !o.isDef && better(d.Type(), o.typ) {
			o.typ, o.d = d.Type(), d
		}
	case init != nil:
		if o.init != nil {
			fail(d, "%s is defined twice", name)
		}
		o.init, o.isDef, o.unit, o.d, o.typ = init, true, u, d, d.Type()
	case !d.IsExtern():
		if !o.isDef || o.typ.IsIncomplete() {
			o.isDef, o.unit, o.d, o.typ = true, u, d, d.Type()
		}
	default:
		if o.typ.IsIncomplete() {
			o.typ = d.Type()
		}
	}
}

// isInlineOnly tells of inline definitions that define nothing outside their unit; each unit may have one.
func isInlineOnly(d *cc.Declarator) bool { return d.IsInline() && !d.IsStatic() }

// better prefers a prototype to a declaration without one.
func better(a, b cc.Type) bool {
	x, ok1 := a.(*cc.FunctionType)
	y, ok2 := b.(*cc.FunctionType)
	return ok1 && ok2 && len(x.Parameters()) > len(y.Parameters())
}

// assignNames gives Go names to what a unit defines. External names come first and keep theirs.
func (u *unit) assignNames() {
	if u == u.p.units[0] {
		for _, o := range sortedObjects(u.p.objects) {
			if o.isDef {
				o.goer = u.p.free(globalName(o.name))
			}
		}
	}
	for _, o := range sortedObjects(u.statics) {
		o.goer = u.p.free(globalName(o.name))
	}
}

// globalName is the name of something at package level; C's main is called by Go's.
func globalName(c string) string {
	if c == "main" {
		return "c_main"
	}
	return goName(c)
}

// free makes a name at package level that is not taken.
func (p *program) free(name string) string {
	n := name
	for i := 2; p.taken[n]; i++ {
		n = fmt.Sprintf("%s_%d", name, i)
	}
	p.taken[n] = true
	return n
}

// lookup finds what a name of file scope means.
func (u *unit) objectOf(d *cc.Declarator) *object {
	if d.Linkage() == cc.None {
		return nil
	}
	return u.lookup(d, d.Name())
}

func (u *unit) lookup(at cc.Node, name string) *object {
	if o := u.statics[name]; o != nil {
		return o
	}
	o := u.p.objects[name]
	if o == nil {
		o = &object{name: name, global: true}
		u.p.objects[name] = o
	}
	return o
}

// translate makes the Go declarations of a unit.
func (u *unit) translate() {
	seen := map[*object]bool{}
	for l := u.ast.TranslationUnit; l != nil; l = l.TranslationUnit {
		e := l.ExternalDeclaration
		switch e.Case {
		case cc.ExternalDeclarationFuncDef:
			u.p.guard(func() { u.function(e.FunctionDefinition) })
		case cc.ExternalDeclarationDecl:
			u.p.guard(func() { u.fileScope(e.Declaration, seen) })
		case cc.ExternalDeclarationAsmStmt:
			u.p.guard(func() { fail(e, "inline assembly cannot be translated") })
		}
	}
	for len(u.pending) > 0 {
		o := u.pending[0]
		u.pending = u.pending[1:]
		u.p.guard(func() { o.unit.function(o.def) })
	}
}

func (u *unit) fileScope(d *cc.Declaration, seen map[*object]bool) {
	comment := comments(d)
	for l := d.InitDeclaratorList; l != nil; l = l.InitDeclaratorList {
		dd := l.InitDeclarator.Declarator
		if dd.IsTypename() || dd.Type().Kind() == cc.Function || dd.Name() == "__func__" {
			continue
		}
		o := u.lookup(dd, dd.Name())
		if !o.isDef || o.unit != u || seen[o] {
			continue
		}
		seen[o] = true
		if dd.IsThreadLocal() {
			fail(dd, "thread-local variables are not supported")
		}
		u.global(o, comment)
		comment = ""
	}
}

// source puts a unit's file together.
func (u *unit) source() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "// Code generated by strata c2go from %s. DO NOT EDIT.\n\npackage %s\n\n", filepath.Base(u.file), u.p.opts.Package)
	b.WriteString("import (\n\"math\"\n\"unsafe\"\n\n")
	fmt.Fprintf(&b, "%q\n)\n\n", u.p.opts.Libc)
	b.WriteString("var (\n_ = math.Pi\n_ unsafe.Pointer\n_ = libc.SP\n)\n\n")
	if o := u.p.objects["main"]; o != nil && o.unit == u && o.def != nil && u.p.opts.Package == "main" {
		b.WriteString(startMain(o))
	}
	u.writeEnums(&b)
	for _, r := range u.types {
		b.WriteString(r.text)
		b.WriteString("\n\n")
	}
	for _, d := range u.decls {
		b.WriteString(d)
		b.WriteString("\n")
	}
	const most = 400 // statements of a function that fills in addresses
	for rest := u.inits; len(rest) > 0; {
		n := min(most, len(rest))
		b.WriteString("\nfunc init() {\n" + strings.Join(rest[:n], "\n") + "\n}\n")
		rest = rest[n:]
	}
	return []byte(b.String())
}

// startMain is Go's main of a program: it calls C's.
func startMain(o *object) string {
	args := ""
	if t, ok := o.typ.(*cc.FunctionType); ok {
		names := []string{"argc", "argv", "envp"}
		n := min(len(t.Parameters()), 3)
		if n == 1 && isVoid(t.Parameters()[0].Type()) {
			n = 0
		}
		args = strings.Join(names[:n], ", ")
	}
	call := "return c_main(" + args + ")"
	if t, ok := o.typ.(*cc.FunctionType); ok && isVoid(t.Result()) {
		call = "c_main(" + args + ")\nreturn 0"
	}
	return "func main() {\nlibc.Start(func(argc int32, argv, envp uintptr) int32 {\n" + call + "\n})\n}\n\n"
}
