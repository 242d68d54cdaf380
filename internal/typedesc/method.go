package typedesc

import (
	"go/types"
	"sort"

	"strata/internal/object"
)

const (
	uncommonSize = 16
	methodSize   = 16
	imethodSize  = 8
)

// method is a method of a concrete type.
type method struct {
	fn  *types.Func
	sel *types.Selection
}

// methodSet returns the methods of t in the order of descriptors. Interfaces
// have none here: theirs are part of the tail.
func (b *Builder) methodSet(t types.Type) []method {
	if !mayHaveMethods(t) {
		return nil
	}
	set := types.NewMethodSet(t)
	ms := make([]method, 0, set.Len())
	for i := 0; i < set.Len(); i++ {
		sel := set.At(i)
		// What has type parameters of its own satisfies no interface and is hidden from reflection.
		if fn := sel.Obj().(*types.Func); fn.Name() != "_" && fn.Signature().TypeParams().Len() == 0 {
			ms = append(ms, method{fn, sel})
		}
	}
	sort.Slice(ms, func(i, j int) bool { return b.n.Less(ms[i].fn, ms[j].fn) })
	return ms
}

// mayHaveMethods rules out cheaply what has no method set of its own.
func mayHaveMethods(t types.Type) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	switch t := t.(type) {
	case *types.Named:
		return !types.IsInterface(t) && (t.NumMethods() > 0 || hasEmbedded(t))
	case *types.Struct:
		for i := 0; i < t.NumFields(); i++ {
			if t.Field(i).Embedded() {
				return true
			}
		}
	}
	return false
}

// typePkg is the package that owns a type: of a named type its own, of a
// pointer, array, slice or channel that of its element.
func typePkg(t types.Type) *types.Package {
	switch u := t.(type) {
	case *types.Basic:
		if u.Kind() == types.UnsafePointer {
			return types.Unsafe
		}
	case *types.Pointer:
		t = u.Elem()
	case *types.Array:
		t = u.Elem()
	case *types.Slice:
		t = u.Elem()
	case *types.Chan:
		t = u.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Pkg()
	}
	return nil
}

// uncommon writes the UncommonType at off and the method array behind the variable data.
func (d *desc) uncommon(off, variable int) {
	pkg := typePkg(d.t)
	if pkg != nil {
		d.off(off, d.pkgPath(pkg))
	}
	exported := 0
	for _, m := range d.methods {
		if m.fn.Exported() {
			exported++
		}
	}
	moff := uncommonSize + variable
	le16(d.sym.Data[off+4:], len(d.methods))
	le16(d.sym.Data[off+6:], exported)
	d.put32(off+8, uint32(moff))
	for i, m := range d.methods {
		d.method(off+moff+i*methodSize, m, pkg)
	}
}

func le16(b []byte, v int) { b[0], b[1] = byte(v), byte(v>>8) }

func (d *desc) method(at int, m method, owner *types.Package) {
	var pkg *types.Package
	if !m.fn.Exported() && m.fn.Pkg() != owner {
		pkg = m.fn.Pkg()
	}
	sig := m.sel.Type().(*types.Signature)
	plain := plainSignature(sig)
	ifn, tfn := d.b.cb.Method(d.t, m.sel)
	d.off(at, d.name(m.fn.Name(), "", pkg, m.fn.Exported(), false))
	d.reloc(at+4, object.MethodTypeOff, d.typeSym(plain), 0)
	d.reloc(at+8, object.MethodOff, ifn, 0)
	d.reloc(at+12, object.MethodOff, tfn, 0)
	d.sym.Methods = append(d.sym.Methods, object.Method{
		Key: d.b.n.MethodKey(m.fn, sig), Name: m.fn.Name(), Exported: m.fn.Exported(),
	})
}

// plainSignature drops receiver and type parameters.
func plainSignature(s *types.Signature) *types.Signature {
	return types.NewSignatureType(nil, nil, nil, s.Params(), s.Results(), s.Variadic())
}

// Methods names the functions behind t's methods that take an interface's data word as receiver.
func (b *Builder) Methods(t types.Type) []string {
	t = types.Unalias(t)
	var list []string
	for _, m := range b.methodSet(t) {
		ifn, _ := b.cb.Method(t, m.sel)
		list = append(list, ifn)
	}
	return list
}

// Itab returns the method table of the concrete type t for interface type
// iface. Its methods are kept by the entries of t's descriptor, not by the
// table, so methods that nobody calls through an interface stay out.
func (b *Builder) Itab(t, iface types.Type) *object.Symbol {
	t, iface = types.Unalias(t), types.Unalias(iface)
	it := iface.Underlying().(*types.Interface)
	s := &object.Symbol{Name: b.n.Itab(t, iface), Kind: object.TypeDesc, Flags: object.DupOK, Align: WordSize}
	d := &desc{b: b, t: t, sym: s}
	byName := map[string]method{}
	for _, m := range b.methodSet(t) {
		byName[b.n.MethodName(m.fn)] = m
	}
	s.Data = make([]byte, 24+8*max(1, it.NumMethods()))
	s.Size = int64(len(s.Data))
	tsym := b.typeSym(t)
	d.addr(0, b.typeSym(iface))
	d.addr(8, tsym)
	d.put32(16, Hash(b.n.Type(t)))
	d.reloc(0, object.UseIface, tsym, 0)
	for i, m := range IfaceMethods(b.n, it) {
		found, ok := byName[b.n.MethodName(m)]
		if !ok {
			continue // no implementation: the table is never used with this type
		}
		ifn, _ := b.cb.Method(t, found.sel)
		d.reloc(24+8*i, object.MethodAbs64, ifn, 0)
	}
	return s
}
