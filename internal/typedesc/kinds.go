package typedesc

import (
	"go/types"

	"strata/internal/goroot"
	"strata/internal/object"
	"strata/internal/symname"
)

const commonSize = 48

// sizes returns the size of the common part with the tail of its kind, and of
// the variable data.
func (d *desc) sizes() (tail, variable int) {
	switch u := d.t.Underlying().(type) {
	case *types.Array:
		return 72, 0
	case *types.Chan:
		return 64, 0
	case *types.Signature:
		return 56, 8 * (u.Params().Len() + u.Results().Len())
	case *types.Interface:
		return 80, imethodSize * u.NumMethods()
	case *types.Map:
		return goroot.Current.MapTypeSize(), 0
	case *types.Pointer, *types.Slice:
		return 56, 0
	case *types.Struct:
		return 80, 24 * u.NumFields()
	}
	return commonSize, 0
}

// tail fills what belongs to the kind of type; vars is the offset of the variable data.
func (d *desc) tail(vars int) {
	switch u := d.t.Underlying().(type) {
	case *types.Array:
		d.elem(commonSize, u.Elem())
		d.elem(commonSize+8, types.NewSlice(u.Elem()))
		d.put64(commonSize+16, u.Len())
	case *types.Chan:
		d.elem(commonSize, u.Elem())
		d.put64(commonSize+8, chanDir(u.Dir()))
	case *types.Signature:
		d.signature(u, vars)
	case *types.Interface:
		d.iface(u, vars)
	case *types.Map:
		d.mapType(u)
	case *types.Pointer:
		d.elem(commonSize, u.Elem())
	case *types.Slice:
		d.elem(commonSize, u.Elem())
	case *types.Struct:
		d.structure(u, vars)
	}
}

// elem stores the address of another descriptor.
func (d *desc) elem(off int, t types.Type) {
	if d.noalg && isGroupPart(t) {
		d.addr(off, d.group("type:noalg.", t))
		return
	}
	d.addr(off, d.typeSym(t))
}

// chanDir maps go/types' directions to abi's bits: 1 receive, 2 send.
func chanDir(d types.ChanDir) int64 {
	switch d {
	case types.RecvOnly:
		return 1
	case types.SendOnly:
		return 2
	}
	return 3
}

func (d *desc) signature(u *types.Signature, vars int) {
	in, out := u.Params().Len(), u.Results().Len()
	le16(d.sym.Data[commonSize:], in)
	if u.Variadic() {
		le16(d.sym.Data[commonSize+2:], out|1<<15)
	} else {
		le16(d.sym.Data[commonSize+2:], out)
	}
	for i := 0; i < in; i++ {
		d.elem(vars+8*i, u.Params().At(i).Type())
	}
	for i := 0; i < out; i++ {
		d.elem(vars+8*(in+i), u.Results().At(i).Type())
	}
}

// slice stores a slice header that points into the descriptor itself.
func (d *desc) slice(off, vars, n int) {
	d.reloc(off, object.Abs64, d.sym.Name, int64(vars))
	d.put64(off+8, int64(n))
	d.put64(off+16, int64(n))
}

// IfaceMethods returns the methods of an interface in the order of descriptors and itabs.
func IfaceMethods(n *symname.Namer, t *types.Interface) []*types.Func {
	return symname.SortedMethods(t, n)
}

func (d *desc) iface(u *types.Interface, vars int) {
	var pkg *types.Package
	if n, ok := d.t.(*types.Named); ok {
		pkg = n.Obj().Pkg()
	}
	if pkg != nil {
		d.addr(commonSize, d.pkgPath(pkg))
	}
	ms := IfaceMethods(d.b.n, u)
	d.slice(commonSize+8, vars, len(ms))
	for i, m := range ms {
		var mpkg *types.Package
		if !m.Exported() && m.Pkg() != pkg {
			mpkg = m.Pkg()
		}
		sig := m.Signature()
		d.off(vars+i*imethodSize, d.name(m.Name(), "", mpkg, m.Exported(), false))
		d.off(vars+i*imethodSize+4, d.typeSym(plainSignature(sig)))
		d.sym.Methods = append(d.sym.Methods, object.Method{
			Key: d.b.n.MethodKey(m, sig), Name: m.Name(), Exported: m.Exported(),
		})
	}
}

func (d *desc) structure(u *types.Struct, vars int) {
	for i := 0; i < u.NumFields(); i++ {
		// All unexported fields come from one package, or the type could not be written down.
		if f := u.Field(i); !f.Exported() && f.Pkg() != nil {
			d.addr(commonSize, d.pkgPath(f.Pkg()))
			break
		}
	}
	d.slice(commonSize+8, vars, u.NumFields())
	for i, off := range d.b.FieldOffsets(u) {
		f, at := u.Field(i), vars+24*i
		d.addr(at, d.name(f.Name(), u.Tag(i), nil, f.Exported(), f.Embedded()))
		d.elem(at+8, f.Type())
		d.put64(at+16, off)
	}
}
