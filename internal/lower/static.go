package lower

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"strata/internal/load"
	"strata/internal/object"
	"strata/internal/rtcall"
)

// staticSym is a data symbol being filled.
type staticSym struct {
	name   string
	t      types.Type
	data   []byte // nil while all is zero
	relocs []object.Reloc
	ro     bool // nobody writes it
}

func (s *staticSym) isZero() bool { return s.data == nil && len(s.relocs) == 0 }

// staticEncoder writes values of expressions into data symbols.
//
// For package variables (globals is set) what is not static becomes a step of
// initialisation, addresses of literals are symbols of their own, and slices
// lie over static arrays. For literals inside functions everything must be
// constant, and fresh objects are refused.
type staticEncoder struct {
	p       *Program
	pkg     *load.Package
	info    *types.Info
	sub     *subst
	base    string
	globals bool
	in      *pkgInit // of the package, when globals is set
	helpers []*staticSym
	steps   []initStep
}

func (c *staticEncoder) typ(t types.Type) types.Type {
	if c.sub == nil {
		return t
	}
	return c.sub.typ(t)
}

func (c *staticEncoder) newSym(name string, t types.Type) *staticSym {
	return &staticSym{name: name, t: t}
}

// maxStatic is the largest object that is written out.
const maxStatic = 1 << 27

// helper begins a symbol that another one points to.
func (c *staticEncoder) helper(t types.Type) *staticSym {
	s := c.newSym(fmt.Sprintf("%s..stmp_%d", c.base, len(c.helpers)), t)
	c.helpers = append(c.helpers, s)
	return s
}

// define makes the helpers known to the program.
func (c *staticEncoder) define() {
	p := c.p
	for _, s := range c.helpers {
		p.defineData(s.name, func() ([]*object.Symbol, error) {
			return []*object.Symbol{p.staticObject(s)}, nil
		})
	}
}

func (p *Program) staticObject(s *staticSym) *object.Symbol {
	m := p.memType(s.t)
	o := &object.Symbol{
		Name: s.name, Kind: object.Data, Align: int32(max(m.Align, 1)), Size: m.Size,
		Data: s.data, Relocs: s.relocs, PtrMask: m.PtrMask,
	}
	switch {
	case s.ro:
		o.Kind, o.PtrMask = object.ROData, nil
		if o.Data == nil {
			o.Data = make([]byte, m.Size)
		}
	case s.isZero():
		o.Kind = object.BSS
	}
	return o
}

func (c *staticEncoder) bytes(s *staticSym) []byte {
	if s.data == nil {
		s.data = make([]byte, c.p.sizeof(s.t))
	}
	return s.data
}

func (c *staticEncoder) int(s *staticSym, off, size int64, v uint64) {
	if v == 0 {
		return
	}
	data := c.bytes(s)
	for i := range size {
		data[off+i] = byte(v >> (8 * i))
	}
}

func (c *staticEncoder) addr(s *staticSym, off int64, target string, add int64) {
	c.bytes(s)
	s.relocs = append(s.relocs, object.Reloc{Off: int32(off), Kind: object.Abs64, Target: target, Add: add})
}

// put writes the value of e, converted to t, at s+off. It returns false, with
// nothing written, if e is not static; parts of literals that are not become steps.
func (c *staticEncoder) put(s *staticSym, off int64, e ast.Expr, t types.Type) bool {
	e = ast.Unparen(e)
	tv := c.info.Types[e]
	et := c.typ(tv.Type)
	switch {
	case et != nil && c.p.sizeof(t) > maxStatic:
		return false
	case tv.IsNil():
		return true
	case et == nil:
		return false
	case isInterface(t) && !isInterface(et):
		return c.iface(s, off, e, t, et)
	case isInterface(t) && !types.Identical(et, t):
		return false
	case tv.Value != nil:
		return c.constant(s, off, tv.Value, t)
	}
	switch e := e.(type) {
	case *ast.FuncLit:
		return c.funcLit(s, off, e)
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr, *ast.IndexListExpr:
		if fn := c.function(e); fn != "" {
			c.addr(s, off, c.p.funcValueSym(fn), 0)
			return true
		}
		if id, ok := e.(*ast.Ident); ok {
			return c.copyOf(s, off, id)
		}
	case *ast.CallExpr:
		return c.call(s, off, e, et)
	case *ast.UnaryExpr:
		return e.Op == token.AND && c.address(s, off, e.X)
	case *ast.SliceExpr:
		return c.slice(s, off, e)
	case *ast.CompositeLit:
		return c.composite(s, off, e, et)
	}
	return false
}

// part writes a part of a literal; in package variables anything can be one.
func (c *staticEncoder) part(s *staticSym, off int64, e ast.Expr, t types.Type) bool {
	if c.put(s, off, e, t) {
		return true
	}
	if !c.globals || s.ro {
		return false
	}
	c.steps = append(c.steps, initStep{rhs: e, sym: s.name, off: off, typ: t})
	return true
}

func (c *staticEncoder) constant(s *staticSym, off int64, v constant.Value, t types.Type) bool {
	u, ok := under(t).(*types.Basic)
	if !ok {
		return false
	}
	size := c.p.sizeof(t)
	switch info := u.Info(); {
	case info&types.IsBoolean != 0:
		if constant.BoolVal(v) {
			c.int(s, off, 1, 1)
		}
	case info&types.IsString != 0:
		if str := constant.StringVal(v); str != "" {
			c.addr(s, off, c.p.stringSym(str), 0)
			c.int(s, off+8, 8, uint64(len(str)))
		}
	case info&types.IsInteger != 0:
		c.int(s, off, size, uint64(intBits(v)))
	case info&types.IsFloat != 0:
		c.float(s, off, size, v)
	case info&types.IsComplex != 0:
		c.float(s, off, size/2, constant.Real(v))
		c.float(s, off+size/2, size/2, constant.Imag(v))
	default:
		return false
	}
	return true
}

func (c *staticEncoder) float(s *staticSym, off, size int64, v constant.Value) {
	c.int(s, off, size, uint64(floatBits(v, size)))
}

// iface writes type word and data word. Boxed data is never written again, so
// it must be static as a whole; what a pointer points to need not be.
func (c *staticEncoder) iface(s *staticSym, off int64, e ast.Expr, t, et types.Type) bool {
	if b, ok := et.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		et = types.Default(et)
	}
	steps, helpers, relocs := len(c.steps), len(c.helpers), len(s.relocs)
	box := s
	at := off + 8
	direct := c.p.directIface(et)
	if !direct {
		box, at = c.helper(et), 0
		box.ro = true
	}
	if !c.put(box, at, e, et) || !direct && len(c.steps) != steps {
		c.steps, c.helpers, s.relocs = c.steps[:steps], c.helpers[:helpers], s.relocs[:relocs]
		return false
	}
	if isEmptyInterface(t) {
		tsym := c.p.typeSym(et)
		c.addr(s, off, tsym, 0)
		s.relocs = append(s.relocs, object.Reloc{Kind: object.UseIface, Target: tsym})
	} else {
		c.addr(s, off, c.p.itabSym(et, t), 0)
	}
	switch {
	case direct:
	case c.p.sizeof(et) == 0:
		c.helpers = c.helpers[:helpers]
		c.addr(s, off+8, rtcall.ZeroBase, 0)
	default:
		c.addr(s, off+8, box.name, 0)
	}
	return true
}

func (c *staticEncoder) funcLit(s *staticSym, off int64, lit *ast.FuncLit) bool {
	if c.in == nil {
		return false
	}
	fi := c.in.lits.a.lits[lit]
	if fi == nil || len(fi.captures) > 0 {
		return false
	}
	c.p.defineLit(c.pkg, fi, lit)
	c.addr(s, off, c.p.funcValueSym(fi.sym), 0)
	return true
}

// defineLit makes a function literal of a package variable's initialiser known.
func (p *Program) defineLit(pkg *load.Package, fi *funcInfo, lit *ast.FuncLit) {
	d := FuncDef{
		Sym: fi.sym, Display: fi.display, PkgPath: p.Names.Path(pkg.Types), Conv: p.Conv,
		Sig: under(pkg.Info.Types[lit].Type).(*types.Signature),
		Pos: lit.Pos(), End: lit.End(), pkg: pkg, fi: fi,
	}
	d.Pragma = p.pkgPragma(pkg)
	d.make = func(b *builder) { b.funcBody(nil, lit.Type, lit.Body) }
	p.defineFuncX(d)
}

// function names the declared function, method expression or instance that e denotes, "" if it is none.
func (c *staticEncoder) function(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return c.declared(e)
	case *ast.SelectorExpr:
		sel := c.info.Selections[e]
		if sel == nil {
			return c.declared(e.Sel)
		}
		if sel.Kind() == types.MethodExpr && c.sub == nil {
			return c.p.methodExpr(sel, c.typeArgs(e.Sel))
		}
	case *ast.IndexExpr:
		return c.function(ast.Unparen(e.X))
	case *ast.IndexListExpr:
		return c.function(ast.Unparen(e.X))
	}
	return ""
}

// methodExpr names the function that takes a method's receiver as its first parameter.
func (p *Program) methodExpr(sel *types.Selection, targs []types.Type) string {
	return p.methodOn(sel.Recv(), p.instantiateMethod(sel.Obj().(*types.Func), targs), sel.Index())
}

// typeArgs are the type arguments where id names a generic function or method.
func (c *staticEncoder) typeArgs(id *ast.Ident) []types.Type {
	var targs []types.Type
	for i := range c.info.Instances[id].TypeArgs.Len() {
		targs = append(targs, c.typ(c.info.Instances[id].TypeArgs.At(i)))
	}
	return targs
}

func (c *staticEncoder) declared(id *ast.Ident) string {
	fn, ok := c.info.Uses[id].(*types.Func)
	if !ok || fn.Signature().Recv() != nil || isIntrinsicOnly(fn) {
		return ""
	}
	targs := c.typeArgs(id)
	if fn.Signature().TypeParams().Len() != len(targs) {
		return ""
	}
	return c.p.funcSym(fn, targs)
}

// isIntrinsicOnly tells of functions that have no code to point to: package unsafe's.
func isIntrinsicOnly(fn *types.Func) bool { return fn.Pkg() == nil || fn.Pkg() == types.Unsafe }

// call writes conversions. What new makes is no static data: programs attach finalizers and bubbles to it.
func (c *staticEncoder) call(s *staticSym, off int64, e *ast.CallExpr, et types.Type) bool {
	if len(e.Args) != 1 || !c.info.Types[ast.Unparen(e.Fun)].IsType() {
		return false
	}
	return c.conversion(s, off, e.Args[0], et)
}

func (c *staticEncoder) conversion(s *staticSym, off int64, arg ast.Expr, t types.Type) bool {
	tv := c.info.Types[ast.Unparen(arg)]
	at := c.typ(tv.Type)
	if tv.Value != nil {
		if bytes, ok := under(t).(*types.Slice); ok && tv.Value.Kind() == constant.String {
			return c.byteSlice(s, off, constant.StringVal(tv.Value), bytes)
		}
		return isInterface(t) && c.put(s, off, arg, t)
	}
	switch {
	case tv.IsNil():
		return true
	case isInterface(t):
		return c.put(s, off, arg, t)
	case isInterface(at):
		return false
	case types.Identical(under(t), under(at)), types.ConvertibleTo(at, t) && isPointerShaped(t) && isPointerShaped(at):
		return c.put(s, off, arg, at)
	case types.IdenticalIgnoreTags(under(t), under(at)):
		return c.put(s, off, arg, at)
	}
	return false
}

// isPointerShaped tells of pointers and unsafe.Pointer.
func isPointerShaped(t types.Type) bool { return isPointer(t) || isUnsafePointer(t) }

// byteSlice is []byte("text") over static bytes.
func (c *staticEncoder) byteSlice(s *staticSym, off int64, str string, t *types.Slice) bool {
	if b, ok := under(t.Elem()).(*types.Basic); !ok || b.Kind() != types.Uint8 || !c.globals {
		return false
	}
	h := c.helper(types.NewArray(tUint8, int64(len(str))))
	h.data = []byte(str)
	c.sliceHeader(s, off, h.name, 0, int64(len(str)), int64(len(str)))
	return true
}

func (c *staticEncoder) sliceHeader(s *staticSym, off int64, target string, add, n, capacity int64) {
	if capacity == 0 {
		target, add = rtcall.ZeroBase, 0
	}
	c.addr(s, off, target, add)
	c.int(s, off+8, 8, uint64(n))
	c.int(s, off+16, 8, uint64(capacity))
}

// address writes &x for a literal or a part of a package variable.
func (c *staticEncoder) address(s *staticSym, off int64, x ast.Expr) bool {
	x = ast.Unparen(x)
	if lit, ok := x.(*ast.CompositeLit); ok {
		t := c.typ(c.info.Types[lit].Type)
		if !c.globals || s.ro {
			return false
		}
		if c.p.sizeof(t) == 0 {
			c.addr(s, off, rtcall.ZeroBase, 0)
			return true
		}
		helpers := len(c.helpers)
		h := c.helper(t)
		if !c.put(h, 0, lit, t) {
			c.helpers = c.helpers[:helpers]
			return false
		}
		c.addr(s, off, h.name, 0)
		return true
	}
	sym, add, ok := c.place(x)
	if ok {
		c.addr(s, off, sym, add)
	}
	return ok
}

// place finds the symbol and offset of a part of a package variable.
func (c *staticEncoder) place(x ast.Expr) (sym string, add int64, ok bool) {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return c.globalVar(x)
	case *ast.SelectorExpr:
		sel := c.info.Selections[x]
		if sel == nil {
			return c.globalVar(x.Sel)
		}
		if sel.Kind() != types.FieldVal {
			return "", 0, false
		}
		sym, add, ok = c.place(x.X)
		t := c.typ(sel.Recv())
		for _, i := range sel.Index() {
			st, isStruct := under(t).(*types.Struct)
			if !isStruct {
				return "", 0, false
			}
			add += c.p.fieldOff(st, i)
			t = st.Field(i).Type()
		}
		return sym, add, ok
	case *ast.IndexExpr:
		a, isArray := under(c.typ(c.info.Types[x.X].Type)).(*types.Array)
		v := c.info.Types[x.Index].Value
		if !isArray || v == nil {
			return "", 0, false
		}
		sym, add, ok = c.place(x.X)
		return sym, add + intBits(v)*c.p.sizeof(a.Elem()), ok
	}
	return "", 0, false
}

func (c *staticEncoder) globalVar(id *ast.Ident) (sym string, add int64, ok bool) {
	v, isVar := c.info.Uses[id].(*types.Var)
	if !isVar || v.Pkg() == nil || v.Parent() != v.Pkg().Scope() || v.Name() == "_" {
		return "", 0, false
	}
	return c.p.globalSym(v), 0, true
}

// slice writes x[:] for an array in a package variable.
func (c *staticEncoder) slice(s *staticSym, off int64, e *ast.SliceExpr) bool {
	a, ok := under(c.typ(c.info.Types[e.X].Type)).(*types.Array)
	if !ok || e.Low != nil || e.High != nil || e.Max != nil {
		return false
	}
	sym, add, ok := c.place(e.X)
	if ok {
		c.sliceHeader(s, off, sym, add, a.Len(), a.Len())
	}
	return ok
}

func (c *staticEncoder) composite(s *staticSym, off int64, e *ast.CompositeLit, t types.Type) bool {
	switch u := under(t).(type) {
	case *types.Struct:
		return c.structLit(s, off, e, u)
	case *types.Array:
		return c.elements(s, off, e, u.Elem())
	case *types.Slice:
		if !c.globals || s.ro {
			return false
		}
		n := litLen(c.info, e)
		if n > maxStatic/max(1, c.p.sizeof(u.Elem())) {
			return false
		}
		h := c.helper(types.NewArray(u.Elem(), n))
		c.elements(h, 0, e, u.Elem())
		c.sliceHeader(s, off, h.name, 0, n, n)
		return true
	case *types.Pointer: // elided &T in a list of pointers
		if !c.globals || s.ro {
			return false
		}
		h := c.helper(u.Elem())
		if c.p.sizeof(u.Elem()) == 0 {
			c.addr(s, off, rtcall.ZeroBase, 0)
			return true
		}
		helpers := len(c.helpers)
		if !c.composite(h, 0, e, u.Elem()) {
			c.helpers = c.helpers[:helpers-1]
			return false
		}
		c.addr(s, off, h.name, 0)
		return true
	}
	return false
}

func (c *staticEncoder) structLit(s *staticSym, off int64, e *ast.CompositeLit, u *types.Struct) bool {
	for _, f := range fieldInits(c.info, e, u) {
		if f.blank {
			if !c.blank(f.e, f.t) {
				return false
			}
			continue
		}
		if !c.part(s, off+c.p.offsetOf(u, f.path), f.e, f.t) {
			return false
		}
	}
	return true
}

// blank evaluates what initialises a blank field, which stays zero.
func (c *staticEncoder) blank(e ast.Expr, t types.Type) bool {
	switch {
	case c.info.Types[e].Value != nil:
	case c.globals:
		c.steps = append(c.steps, initStep{rhs: e, lhs: []*types.Var{types.NewVar(e.Pos(), nil, "_", t)}})
	default:
		return false
	}
	return true
}

func (c *staticEncoder) elements(s *staticSym, off int64, e *ast.CompositeLit, elem types.Type) bool {
	size := c.p.sizeof(elem)
	at := int64(0)
	for _, el := range e.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			at = intBits(c.info.Types[kv.Key].Value)
			el = kv.Value
		}
		if !c.part(s, off+at*size, el, elem) {
			return false
		}
		at++
	}
	return true
}

// litLen is the length of a slice literal.
func litLen(info *types.Info, e *ast.CompositeLit) int64 {
	n, at := int64(0), int64(0)
	for _, el := range e.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			at = intBits(info.Types[kv.Key].Value)
		}
		at++
		n = max(n, at)
	}
	return n
}

// maxStaticBox is the size of the largest literal that is written out for an interface.
const maxStaticBox = 1 << 12

// staticLiteral names read-only memory that holds a struct or array literal, if all its parts are constant.
func (b *builder) staticLiteral(e *ast.CompositeLit, t types.Type) (sym string, ok bool) {
	c := &staticEncoder{p: b.p, pkg: b.pkg, info: b.info, sub: b.sub}
	s := c.newSym("", t)
	s.ro = true
	if !c.put(s, 0, e, t) || len(c.helpers) > 0 {
		return "", false
	}
	o := b.p.staticObject(s)
	key := fmt.Appendln(nil, o.Align, o.Relocs)
	h := sha256.Sum256(append(key, o.Data...))
	o.Name, o.Flags = "go:const.lit."+hex.EncodeToString(h[:16]), object.DupOK
	b.p.defineData(o.Name, func() ([]*object.Symbol, error) { return []*object.Symbol{o}, nil })
	return o.Name, true
}

// staticName names the next static data of a function.
func (b *builder) staticName() string {
	b.ext.statics++
	return fmt.Sprintf("%s..static_%d", b.f.Name, b.ext.statics)
}
