package link

import (
	"strings"
	"testing"

	"strata/internal/object"
)

// descriptor makes a type symbol with methods "name" → functions.
func descriptor(name string, kind byte, methods ...string) *object.Symbol {
	s := &object.Symbol{Name: "type:" + name, Kind: object.TypeDesc, Flags: object.DupOK, Align: 8, Data: make([]byte, 64+16*len(methods))}
	s.Data[kindOff] = kind
	s.Size = int64(len(s.Data))
	for i, m := range methods {
		s.Methods = append(s.Methods, object.Method{Key: m + " func()", Name: m, Exported: m[0] < 'a'})
		if kind != kindInterface {
			at := int32(64 + 16*i)
			s.Relocs = append(s.Relocs,
				object.Reloc{Off: at + 4, Kind: object.MethodTypeOff, Target: "type:func()"},
				object.Reloc{Off: at + 8, Kind: object.MethodOff, Target: name + "." + m},
				object.Reloc{Off: at + 12, Kind: object.MethodOff, Target: name + "." + m})
		}
	}
	return s
}

func fn(name string, relocs ...object.Reloc) *object.Symbol {
	return &object.Symbol{Name: name, Kind: object.Text, Data: []byte{0xc3}, Size: 1, Relocs: relocs}
}

func use(kind object.RelocKind, target string) object.Reloc {
	return object.Reloc{Kind: kind, Target: target}
}

// TestMethods drives Reach as a compiler does, with symbols made on demand.
func TestMethods(t *testing.T) {
	inT := descriptor("T", 25, "A", "B", "c")
	base := map[string]*object.Symbol{
		"type:T":      inT,
		"type:U":      descriptor("U", 25, "A"),
		"type:I":      descriptor("I", kindInterface, "B"),
		"type:func()": descriptor("func()", 19),
		"type:S": {Name: "type:S", Kind: object.TypeDesc, Data: make([]byte, 64), Size: 64,
			Relocs: []object.Reloc{{Off: 48, Kind: object.Abs64, Target: "type:T"}}},
	}
	cases := []struct {
		name   string
		main   []object.Reloc
		flags  object.Flags
		reach  string // space separated methods that must be reached, the others must not
		absent string
	}{
		{"not converted", []object.Reloc{use(object.Keep, "type:T"), use(object.UseIfaceMethod, "A func()")}, 0, "", "T.A T.B T.c"},
		{"not called", []object.Reloc{use(object.Keep, "type:T"), use(object.UseIface, "type:T")}, 0, "", "T.A T.B T.c"},
		{"called", []object.Reloc{use(object.UseIfaceMethod, "A func()"), use(object.Keep, "type:T"), use(object.UseIface, "type:T")}, 0, "T.A", "T.B T.c U.A"},
		{"called later", []object.Reloc{use(object.Keep, "type:T"), use(object.UseIface, "type:T"), use(object.Keep, "main.g")}, 0, "T.A", "T.B"},
		{"through another", []object.Reloc{use(object.Keep, "type:S"), use(object.UseIface, "type:S"), use(object.UseIfaceMethod, "A func()")}, 0, "T.A", "T.B"},
		{"interface type", []object.Reloc{use(object.Keep, "type:T"), use(object.UseIface, "type:T"), use(object.Keep, "type:I"), use(object.UseIface, "type:I")}, 0, "T.B", "T.A"},
		{"reflection", []object.Reloc{use(object.Keep, "type:T"), use(object.UseIface, "type:T")}, object.ReflectMethod, "T.A T.B", "T.c"},
		{"by name", []object.Reloc{use(object.UseNamedMethod, "B"), use(object.Keep, "type:T"), use(object.UseIface, "type:T")}, 0, "T.B", "T.A"},
		{"weak", []object.Reloc{use(object.WeakTypeOff, "type:T"), use(object.UseIface, "type:T"), use(object.UseIfaceMethod, "A func()")}, 0, "", "T.A type:T"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := NewReach("main.main")
			main := fn("main.main", c.main...)
			main.Flags = c.flags
			r.Add(main)
			for {
				name, ok := r.Next()
				if !ok {
					break
				}
				switch s := base[name]; {
				case s != nil:
					r.Add(s)
				case name == "main.g":
					r.Add(fn(name, use(object.UseIfaceMethod, "A func()")))
				default:
					r.Add(fn(name))
				}
			}
			for _, m := range strings.Fields(c.reach) {
				if !r.Reached(m) {
					t.Errorf("%s not reached", m)
				}
			}
			for _, m := range strings.Fields(c.absent) {
				if r.Reached(m) {
					t.Errorf("%s reached", m)
				}
			}
		})
	}
}

func TestTentative(t *testing.T) {
	r := NewReach("x")
	r.Add(&object.Symbol{Name: "x", Kind: object.BSS, Size: 8})
	r.Add(&object.Symbol{Name: "x", Kind: object.Data, Size: 8, Relocs: []object.Reloc{{Kind: object.Abs64, Target: "y"}}})
	r.Add(&object.Symbol{Name: "x", Kind: object.BSS, Size: 8})
	if name, ok := r.Next(); !ok || name != "y" {
		t.Errorf("content of the variable not followed: %q %v", name, ok)
	}
	if len(r.duplicates) > 0 {
		t.Error("tentative definitions clash")
	}
}
