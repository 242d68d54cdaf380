// Package symname gives every type, function and variable its name: the
// canonical linker name, which is the same string exactly for identical
// entities, and the string that reflect and tracebacks show.
//
// A Namer takes go/types objects and returns strings; it owns only the
// numbering of types declared inside functions. It is safe for concurrent use.
package symname

import (
	"go/types"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// A Namer names the entities of one program.
type Namer struct {
	// Main is the package whose path is "main". Nil means: any package
	// called main.
	Main *types.Package

	local     sync.Map  // *types.Package → map[*types.TypeName]int
	instances sync.Map  // *types.Named → instance
	methods   *sync.Map // shared with the base program's namer; *types.Func → methodInstance
}

// instance says that a type stands for a local type of a generic function
// under that function's type arguments.
type instance struct {
	origin *types.TypeName
	targs  []types.Type
	own    []types.Type // the type's own arguments, if it is generic itself
}

// New returns a Namer. main may be nil.
func New(main *types.Package) *Namer { return &Namer{Main: main, methods: new(sync.Map)} }

// Over is New for a program that shares packages with the one that n names: they know the same instances of methods.
func (n *Namer) Over(main *types.Package) *Namer { return &Namer{Main: main, methods: n.methods} }

// SetInstance tells that t was made as the copy of the local type origin for
// an instance of the enclosing generic function with type arguments targs, and own ones.
// It must be called before t is named for the first time.
func (n *Namer) SetInstance(t *types.Named, origin *types.TypeName, targs, own []types.Type) {
	n.instances.Store(t, instance{origin, targs, own})
}

// Path is the import path of pkg as symbols know it, not escaped: "main" for the main package.
func (n *Namer) Path(pkg *types.Package) string {
	if pkg == n.Main || n.Main == nil && pkg.Name() == "main" {
		return "main"
	}
	return pkg.Path()
}

// Prefix is Path escaped for use in symbol names.
func (n *Namer) Prefix(pkg *types.Package) string { return EscapePath(n.Path(pkg)) }

// EscapePath escapes an import path for symbol names: dots of the last
// element, quotes, percent signs, blanks, control and non-ASCII bytes.
func EscapePath(path string) string {
	slash := strings.LastIndexByte(path, '/')
	bad := func(i int, c byte) bool {
		return c <= ' ' || c == '.' && i > slash || c == '%' || c == '"' || c >= 0x7f
	}
	count := 0
	for i := 0; i < len(path); i++ {
		if bad(i, path[i]) {
			count++
		}
	}
	if count == 0 {
		return path
	}
	const hex = "0123456789abcdef"
	out := make([]byte, 0, len(path)+2*count)
	for i := 0; i < len(path); i++ {
		if c := path[i]; bad(i, c) {
			out = append(out, '%', hex[c>>4], hex[c&15])
		} else {
			out = append(out, c)
		}
	}
	return string(out)
}

// Type returns the canonical string of t: equal for identical types only.
func (n *Namer) Type(t types.Type) string {
	w := writer{n: n, link: true}
	w.typ(t)
	return string(w.b)
}

// TypeString returns what reflect shows for t.
func (n *Namer) TypeString(t types.Type) string {
	w := writer{n: n}
	w.typ(t)
	return string(w.b)
}

// writer prints types: with full paths when link is set, as reflect does otherwise.
type writer struct {
	n    *Namer
	link bool
	b    []byte
}

func (w *writer) str(s string) { w.b = append(w.b, s...) }

// qualified prints name in front of its package.
func (w *writer) qualified(pkg *types.Package, name string) {
	if pkg != nil {
		if w.link {
			w.str(w.n.Prefix(pkg))
		} else {
			w.str(pkg.Name())
		}
		w.str(".")
	}
	w.str(name)
}

func (w *writer) typ(t types.Type) {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		w.str(basicName(t))
	case *types.Named:
		w.named(t)
	case *types.Pointer:
		w.str("*")
		w.typ(t.Elem())
	case *types.Slice:
		w.str("[]")
		w.typ(t.Elem())
	case *types.Array:
		w.str("[" + strconv.FormatInt(t.Len(), 10) + "]")
		w.typ(t.Elem())
	case *types.Map:
		w.str("map[")
		w.typ(t.Key())
		w.str("]")
		w.typ(t.Elem())
	case *types.Chan:
		w.channel(t)
	case *types.Signature:
		w.str("func")
		w.signature(t)
	case *types.Struct:
		w.structure(t)
	case *types.Interface:
		w.iface(t)
	case *types.Tuple:
		w.tuple(t, false)
	case *types.TypeParam:
		w.str("$" + t.Obj().Name() + strconv.Itoa(t.Index()))
	case *types.Union:
		w.union(t)
	case nil:
		w.str("<nil>")
	default:
		w.str(t.String())
	}
}

// basicName resolves byte and rune, whose types.Basic differ from uint8 and int32.
func basicName(t *types.Basic) string {
	switch t.Kind() {
	case types.Uint8:
		return "uint8"
	case types.Int32:
		return "int32"
	case types.UnsafePointer:
		return "unsafe.Pointer"
	}
	return t.Name()
}

// named prints PATH.NAME[IMPLICIT;EXPLICIT]·N; reflect's form drops ·N at the
// end, but keeps it (and full paths) inside type arguments.
func (w *writer) named(t *types.Named) {
	obj, implicit, explicit := t.Origin().Obj(), []types.Type(nil), typeList(t.TypeArgs())
	if in, ok := w.n.instances.Load(t.Origin()); ok {
		in := in.(instance)
		obj, implicit, explicit = in.origin, in.targs, in.own
	}
	w.qualified(obj.Pkg(), obj.Name())
	w.typeArgs(implicit, explicit)
	if w.link {
		if k := w.n.localNumber(obj); k > 0 {
			w.str("·" + strconv.Itoa(k))
		}
	}
}

func (w *writer) typeArgs(implicit, explicit []types.Type) {
	if len(implicit)+len(explicit) == 0 {
		return
	}
	link := w.link
	w.link = true
	w.str("[")
	for i, t := range implicit {
		if i > 0 {
			w.str(",")
		}
		w.typ(t)
	}
	for i, t := range explicit {
		if i > 0 {
			w.str(",")
		} else if len(implicit) > 0 {
			w.str(";")
		}
		w.typ(t)
	}
	w.str("]")
	w.link = link
}

func typeList(l *types.TypeList) []types.Type {
	var out []types.Type
	for i := 0; i < l.Len(); i++ {
		out = append(out, l.At(i))
	}
	return out
}

func (w *writer) channel(t *types.Chan) {
	switch t.Dir() {
	case types.RecvOnly:
		w.str("<-chan ")
	case types.SendOnly:
		w.str("chan<- ")
	default:
		w.str("chan ")
		if e, ok := types.Unalias(t.Elem()).(*types.Chan); ok && e.Dir() == types.RecvOnly {
			w.str("(")
			w.typ(e)
			w.str(")")
			return
		}
	}
	w.typ(t.Elem())
}

// signature prints parameters and results without the word func.
func (w *writer) signature(t *types.Signature) {
	w.tuple(t.Params(), t.Variadic())
	switch r := t.Results(); r.Len() {
	case 0:
	case 1:
		w.str(" ")
		w.typ(r.At(0).Type())
	default:
		w.str(" ")
		w.tuple(r, false)
	}
}

func (w *writer) tuple(t *types.Tuple, variadic bool) {
	w.str("(")
	for i := 0; i < t.Len(); i++ {
		if i > 0 {
			w.str(", ")
		}
		pt := t.At(i).Type()
		if s, ok := types.Unalias(pt).(*types.Slice); ok && variadic && i == t.Len()-1 {
			w.str("...")
			pt = s.Elem()
		}
		w.typ(pt)
	}
	w.str(")")
}

func (w *writer) structure(t *types.Struct) {
	if t.NumFields() == 0 {
		w.str("struct {}")
		return
	}
	w.str("struct {")
	for i := 0; i < t.NumFields(); i++ {
		if i > 0 {
			w.str(";")
		}
		w.str(" ")
		w.field(t.Field(i))
		if tag := t.Tag(i); tag != "" {
			w.str(" " + strconv.Quote(tag))
		}
	}
	w.str(" }")
}

// field prints an embedded field as its type; the canonical form adds the name
// where an alias makes it differ, since identity of structs includes it.
func (w *writer) field(f *types.Var) {
	switch {
	case !f.Embedded():
		w.fieldName(f)
		w.str(" ")
	case w.link && !namedAs(f):
		w.fieldName(f)
		w.str(" = ")
	}
	w.typ(f.Type())
}

func (w *writer) fieldName(f *types.Var) {
	if w.link && !f.Exported() {
		w.qualified(f.Pkg(), f.Name())
	} else {
		w.str(f.Name())
	}
}

// namedAs reports whether the embedded field f is called as its type is.
func namedAs(f *types.Var) bool {
	t := types.Unalias(f.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	return ok && n.Obj().Name() == f.Name() && (f.Exported() || n.Obj().Pkg() == f.Pkg())
}

func (w *writer) iface(t *types.Interface) {
	ms := SortedMethods(t, w.n)
	if len(ms) == 0 && t.IsMethodSet() {
		w.str("interface {}")
		return
	}
	w.str("interface {")
	sep := " "
	for _, m := range ms {
		w.str(sep)
		sep = "; "
		if m.Exported() {
			w.str(m.Name())
		} else {
			w.qualified(m.Pkg(), m.Name())
		}
		w.signature(m.Type().(*types.Signature))
	}
	if !t.IsMethodSet() { // a constraint: never a type of values, but possibly named in an error
		if t.IsComparable() {
			w.str(sep + "comparable")
			sep = "; "
		}
		for i := 0; i < t.NumEmbeddeds(); i++ {
			w.str(sep)
			sep = "; "
			w.typ(t.EmbeddedType(i))
		}
	}
	w.str(" }")
}

func (w *writer) union(t *types.Union) {
	for i := 0; i < t.Len(); i++ {
		if i > 0 {
			w.str("|")
		}
		if t.Term(i).Tilde() {
			w.str("~")
		}
		w.typ(t.Term(i).Type())
	}
}

// SortedMethods returns all methods of an interface in the order of
// descriptors and itabs: see Less.
func SortedMethods(t *types.Interface, n *Namer) []*types.Func {
	ms := make([]*types.Func, t.NumMethods())
	for i := range ms {
		ms[i] = t.Method(i)
	}
	sort.Slice(ms, func(i, j int) bool { return n.Less(ms[i], ms[j]) })
	return ms
}

// Less is the order of methods in descriptors: exported ones first, then by
// name, unexported ones of the same name by package path.
func (n *Namer) Less(a, b types.Object) bool {
	if x, y := a.Exported(), b.Exported(); x != y {
		return x
	}
	if a.Name() != b.Name() {
		return a.Name() < b.Name()
	}
	return !a.Exported() && n.Path(a.Pkg()) < n.Path(b.Pkg())
}
