package typedesc

import (
	"bytes"
	"encoding/binary"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"testing"
	"unsafe"

	"strata/internal/goroot"
	"strata/internal/object"
	"strata/internal/symname"
)

// image is a tiny linker: it places every symbol of the closure of one type.
type image struct {
	t    *testing.T
	n    *symname.Namer
	b    *Builder
	mem  []byte
	at   map[string]int
	todo map[string]types.Type
	syms []*object.Symbol
}

func newImage(t *testing.T) *image {
	im := &image{t: t, n: symname.New(nil), at: map[string]int{}, todo: map[string]types.Type{}, mem: make([]byte, 16)}
	im.b = New(im.n, nil, Callbacks{
		Type:   func(sym string, typ types.Type) { im.todo[sym] = typ },
		Equal:  func(types.Type) string { return "eq" },
		Hash:   func(types.Type) string { return "hash" },
		Method: func(types.Type, *types.Selection) (string, string) { return "ifn", "tfn" },
	})
	return im
}

func (im *image) place(s *object.Symbol) {
	if _, ok := im.at[s.Name]; ok {
		return
	}
	for len(im.mem)%8 != 0 {
		im.mem = append(im.mem, 0)
	}
	im.at[s.Name] = len(im.mem)
	data := make([]byte, s.Size)
	copy(data, s.Data)
	im.mem = append(im.mem, data...)
	im.syms = append(im.syms, s)
}

func (im *image) close() {
	im.place(&object.Symbol{Name: "eq", Size: 8})
	im.place(&object.Symbol{Name: "hash", Size: 8})
	for len(im.todo) > 0 {
		for name, typ := range im.todo {
			delete(im.todo, name)
			if _, ok := im.at[name]; !ok {
				for _, s := range im.b.Descriptor(typ) {
					im.place(s)
				}
			}
		}
	}
	for _, s := range im.syms {
		for _, r := range s.Relocs {
			to, ok := im.at[r.Target]
			p := im.mem[im.at[s.Name]+int(r.Off):]
			switch r.Kind {
			case object.Abs64:
				if !ok {
					im.t.Fatalf("%s refers to missing %s", s.Name, r.Target)
				}
				binary.LittleEndian.PutUint64(p, uint64(to)+uint64(r.Add))
			case object.TypeOff:
				if !ok {
					im.t.Fatalf("%s refers to missing %s", s.Name, r.Target)
				}
				binary.LittleEndian.PutUint32(p, uint32(to))
			case object.WeakTypeOff, object.MethodTypeOff:
				binary.LittleEndian.PutUint32(p, uint32(to))
			}
		}
	}
}

func (im *image) u64(off int) int { return int(binary.LittleEndian.Uint64(im.mem[off:])) }
func (im *image) u32(off int) int { return int(binary.LittleEndian.Uint32(im.mem[off:])) }
func (im *image) u16(off int) int { return int(binary.LittleEndian.Uint16(im.mem[off:])) }

func (im *image) name(off int) []byte { return nameBytes(im.mem[off:]) }

// nameBytes cuts an encoded name (without the package offset) off b.
func nameBytes(b []byte) []byte {
	n, k := binary.Uvarint(b[1:])
	end := 1 + k + int(n)
	if b[0]&nameTag != 0 {
		n, k := binary.Uvarint(b[end:])
		end += k + int(n)
	}
	return b[:end]
}

// real reads gc's descriptor in this process.
type real struct {
	p     unsafe.Pointer
	names unsafe.Pointer // base of name offsets
}

func realOf(t reflect.Type) real {
	r := real{p: (*[2]unsafe.Pointer)(unsafe.Pointer(&t))[1]}
	n, back := len(t.String()), 0
	if r.u8(20)&TFlagExtraStar != 0 {
		n, back = n+1, 1
	}
	back += 1 + len(binary.AppendUvarint(nil, uint64(n))) + r.u32(40)
	r.names = unsafe.Add(unsafe.Pointer(unsafe.StringData(t.String())), -back)
	return r
}

func (r real) u8(off int) byte                { return *(*byte)(unsafe.Add(r.p, off)) }
func (r real) u16(off int) int                { return int(*(*uint16)(unsafe.Add(r.p, off))) }
func (r real) u32(off int) int                { return int(*(*uint32)(unsafe.Add(r.p, off))) }
func (r real) u64(off int) int                { return int(*(*uint64)(unsafe.Add(r.p, off))) }
func (r real) ptr(off int) unsafe.Pointer     { return *(*unsafe.Pointer)(unsafe.Add(r.p, off)) }
func (r real) nameOff(off int) []byte         { return r.nameAt(unsafe.Add(r.names, r.u32(off))) }
func (r real) nameAt(p unsafe.Pointer) []byte { return nameBytes(unsafe.Slice((*byte)(p), 4096)) }

func loadSample(t *testing.T) *types.Package {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "sample_test.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	conf := types.Config{Importer: importer.Default(), Sizes: types.SizesFor("gc", "amd64")}
	pkg, err := conf.Check("strata/internal/typedesc", fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

func TestAgainstReflect(t *testing.T) {
	pkg := loadSample(t)
	im := newImage(t)
	typ := pkg.Scope().Lookup("Sample").Type()
	im.b.typeSym(typ)
	im.close()
	c := comparer{im: im, t: t, seen: map[reflect.Type]bool{}}
	c.compare(typ, reflect.TypeFor[Sample]())
	if len(c.seen) < 95 {
		t.Errorf("only %d types compared", len(c.seen))
	}
	t.Logf("%d types compared, %d symbols", len(c.seen), len(im.syms))
}

type comparer struct {
	im   *image
	t    *testing.T
	seen map[reflect.Type]bool
}

func (c *comparer) check(what string, rt reflect.Type, got, want int) {
	if got != want {
		c.t.Errorf("%v: %s is %#x, gc has %#x", rt, what, got, want)
	}
}

func (c *comparer) compare(typ types.Type, rt reflect.Type) {
	typ = types.Unalias(typ)
	if c.seen[rt] {
		return
	}
	c.seen[rt] = true
	im, r := c.im, realOf(rt)
	a, ok := im.at[im.n.TypeSym(typ)]
	if !ok {
		c.t.Fatalf("no descriptor of %v", typ)
	}
	c.check("size", rt, im.u64(a), r.u64(0))
	c.check("PtrBytes", rt, im.u64(a+8), r.u64(8))
	c.check("TFlag", rt, int(im.mem[a+20]), int(r.u8(20)))
	c.check("Align", rt, int(im.mem[a+21]), int(r.u8(21)))
	c.check("FieldAlign", rt, int(im.mem[a+22]), int(r.u8(22)))
	c.check("Kind", rt, int(im.mem[a+23]), int(r.u8(23)))
	c.check("has Equal", rt, b2i(im.u64(a+24) != 0), b2i(r.u64(24) != 0))
	c.names("Str", rt, im.name(im.u32(a+40)), r.nameOff(40))
	if im.mem[a+20]&TFlagGCMaskOnDemand == 0 && r.u64(8) > 0 {
		n := (r.u64(8)/8 + 7) / 8
		if got, want := im.mem[im.u64(a+32):][:n], unsafe.Slice((*byte)(r.ptr(32)), n); !bytes.Equal(got, want) {
			c.t.Errorf("%v: mask %x, gc has %x", rt, got, want)
		}
	}
	tail, _ := (&desc{t: typ}).sizes()
	if r.u8(20)&TFlagUncommon != 0 {
		c.uncommon(rt, a+tail, real{unsafe.Add(r.p, tail), r.names})
	}
	c.tail(typ, rt, a, r)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (c *comparer) names(what string, rt reflect.Type, got, want []byte) {
	if !bytes.Equal(got, want) {
		c.t.Errorf("%v: %s %q, gc has %q", rt, what, got, want)
	}
}

func (c *comparer) uncommon(rt reflect.Type, a int, r real) {
	im := c.im
	c.check("has PkgPath", rt, b2i(im.u32(a) != 0), b2i(r.u32(0) != 0))
	if r.u32(0) != 0 && im.u32(a) != 0 {
		c.names("PkgPath", rt, im.name(im.u32(a)), r.nameOff(0))
	}
	c.check("Mcount", rt, im.u16(a+4), r.u16(4))
	c.check("Xcount", rt, im.u16(a+6), r.u16(6))
	if r.u16(4) == 0 {
		return
	}
	c.check("Moff", rt, im.u32(a+8), r.u32(8))
	for i := 0; i < r.u16(4); i++ {
		off := r.u32(8) + 16*i
		c.names("method", rt, im.name(im.u32(a+off)), r.nameOff(off))
	}
}

func (c *comparer) tail(typ types.Type, rt reflect.Type, a int, r real) {
	im := c.im
	switch u := typ.Underlying().(type) {
	case *types.Array:
		c.check("Len", rt, im.u64(a+64), r.u64(64))
		c.check("slice", rt, im.u64(a+56), im.at[im.n.TypeSym(types.NewSlice(u.Elem()))])
		c.compare(u.Elem(), rt.Elem())
	case *types.Chan:
		c.check("Dir", rt, im.u64(a+56), r.u64(56))
		c.compare(u.Elem(), rt.Elem())
	case *types.Pointer:
		c.compare(u.Elem(), rt.Elem())
	case *types.Slice:
		c.compare(u.Elem(), rt.Elem())
	case *types.Signature:
		c.check("InCount", rt, im.u16(a+48), r.u16(48))
		c.check("OutCount", rt, im.u16(a+50), r.u16(50))
		for i := 0; i < rt.NumIn(); i++ {
			c.compare(u.Params().At(i).Type(), rt.In(i))
		}
		for i := 0; i < rt.NumOut(); i++ {
			c.compare(u.Results().At(i).Type(), rt.Out(i))
		}
	case *types.Map:
		c.mapType(rt, a, r)
		c.compare(u.Key(), rt.Key())
		c.compare(u.Elem(), rt.Elem())
	case *types.Struct:
		c.structure(u, rt, a, r)
	case *types.Interface:
		c.iface(u, rt, a, r)
	}
}

func (c *comparer) mapType(rt reflect.Type, a int, r real) {
	im := c.im
	for _, what := range goroot.Current.MapType {
		off, _ := goroot.Current.MapWord(what)
		if what == "Flags" { // a word of four bytes
			c.check(what, rt, im.u32(a+off), r.u32(off))
			continue
		}
		c.check(what, rt, im.u64(a+off), r.u64(off))
	}
	g, rg := im.u64(a+64), real{r.ptr(64), r.names}
	c.check("group size", rt, im.u64(g), rg.u64(0))
	c.check("group PtrBytes", rt, im.u64(g+8), rg.u64(8))
	c.check("group TFlag", rt, int(im.mem[g+20]), int(rg.u8(20)))
	c.check("group Align", rt, int(im.mem[g+21]), int(rg.u8(21)))
	if n := (rg.u64(8)/8 + 7) / 8; n > 0 {
		if got, want := im.mem[im.u64(g+32):][:n], unsafe.Slice((*byte)(rg.ptr(32)), n); !bytes.Equal(got, want) {
			c.t.Errorf("%v: group mask %x, gc has %x", rt, got, want)
		}
	}
}

func (c *comparer) structure(u *types.Struct, rt reflect.Type, a int, r real) {
	im := c.im
	c.check("has PkgPath", rt, b2i(im.u64(a+48) != 0), b2i(r.u64(48) != 0))
	c.check("fields", rt, im.u64(a+64), r.u64(64))
	at, rf := im.u64(a+56), real{r.ptr(56), r.names}
	for i := 0; i < rt.NumField(); i++ {
		c.names("field", rt, im.name(im.u64(at+24*i)), r.nameAt(rf.ptr(24*i)))
		c.check("offset", rt, im.u64(at+24*i+16), rf.u64(24*i+16))
		c.compare(u.Field(i).Type(), rt.Field(i).Type)
	}
}

func (c *comparer) iface(u *types.Interface, rt reflect.Type, a int, r real) {
	im := c.im
	c.check("has PkgPath", rt, b2i(im.u64(a+48) != 0), b2i(r.u64(48) != 0))
	c.check("methods", rt, im.u64(a+64), r.u64(64))
	at, rm := im.u64(a+56), real{r.ptr(56), r.names}
	for i, m := range IfaceMethods(im.n, u) {
		c.names("imethod", rt, im.name(im.u32(at+8*i)), rm.nameOff(8*i))
		c.compare(m.Signature(), rt.Method(i).Type)
	}
}

func TestItab(t *testing.T) {
	pkg := loadSample(t)
	im := newImage(t)
	named := pkg.Scope().Lookup("impl").Type()
	it := im.b.Itab(named, pkg.Scope().Lookup("Stringer").Type())
	if it.Size != 40 || len(it.Relocs) != 5 {
		t.Errorf("size %d, relocs %v", it.Size, it.Relocs)
	}
}
