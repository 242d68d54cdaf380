package codegen

import (
	"strings"
	"testing"

	"strata/internal/ssa"
)

// lifetimeCases are bodies of functions with two objects x and y of a pointer each, and what is alive at their calls.
var lifetimeCases = []struct{ name, body, want string }{
	{"read behind the call", `
b0:
  v0 = Arg.ptr [0]
  v20: VarDef {s0}
  v1 = LocalAddr.ptr {s0}
  v2: Store [0] v1 v0
  v3: Call {main.a} () ()
  v4 = Load.ptr [0] v1
  v5: Call {main.b} () ()
  ret v4`, "a: x, b:"},
	{"lent to a callee that gives it back", `
b0:
  v0 = Arg.ptr [0]
  v20: VarDef {s0}
  v1 = LocalAddr.ptr {s0}
  v2: Store [0] v1 v0
  v3: Call {main.a} (ptr) () lent=0x1 v1
  v4: Call {main.b} () ()
  ret v0`, "a: x, b:"},
	{"kept by the callee", `
b0:
  v0 = Arg.ptr [0]
  v20: VarDef {s0}
  v1 = LocalAddr.ptr {s0}
  v2: Store [0] v1 v0
  v3: Call {main.a} (ptr) () v1
  v4: Call {main.b} () ()
  ret v0`, "a: x, b: x"},
	{"the address stored in an object that lives longer", `
b0:
  v0 = Arg.ptr [0]
  v20: VarDef {s0}
  v1 = LocalAddr.ptr {s0}
  v21: VarDef {s1}
  v2 = LocalAddr.ptr {s1}
  v3: Store [0] v1 v0
  v4: Store [0] v2 v1
  v5: Call {main.a} () ()
  v6 = Load.ptr [0] v2
  v7 = Load.ptr [0] v6
  v8: Call {main.b} () ()
  ret v7`, "a: x y, b:"},
	{"written on one way only", `
b0:
  v0 = Arg.ptr [0]
  v20: VarDef {s0}
  v1 = LocalAddr.ptr {s0}
  v2 = Const.ptr [0]
  v3 = Ne.bool v0 v2
  if v3 -> b1 b2
b1: <- b0
  v4: Store [0] v1 v0
  jump -> b2
b2: <- b0 b1
  v5: Call {main.a} () ()
  v6 = Load.ptr [0] v1
  ret v6`, "a:, always x"},
	{"a next life begins", `
b0:
  v0 = Arg.ptr [0]
  v20: VarDef {s0}
  v1 = LocalAddr.ptr {s0}
  v2: Store [0] v1 v0
  v3: Call {main.a} (ptr) () v1
  v4: VarDef {s0}
  v5: Call {main.b} () ()
  ret v0`, "a: x, b:"},
	{"a next life that is read unwritten on some way", `
b0:
  v0 = Arg.ptr [0]
  v20: VarDef {s0}
  v1 = LocalAddr.ptr {s0}
  v2: Call {main.a} () ()
  v3: Store [0] v1 v0
  v4 = Load.ptr [0] v1
  ret v4`, "a:, always x"},
	{"a large copy is a call", `
b0:
  v0 = Arg.ptr [0]
  v20: VarDef {s0}
  v1 = LocalAddr.ptr {s0}
  v2: Store [0] v1 v0
  v3: Move {m} align=8 [512] v0 v0
  v4 = Load.ptr [0] v1
  ret v4`, "Move: x"},
}

func TestLifetimes(t *testing.T) {
	for _, c := range lifetimeCases {
		f, err := ssa.Parse(`func "main.f" (ptr) (ptr) {
  slot s0 "x" size=8 align=8 ptrs=01
  slot s1 "y" size=8 align=8 ptrs=01
` + strings.TrimPrefix(c.body, "\n") + "\n}\n")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err := ssa.Verify(f); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := describe(f); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// describe lists the objects that the maps name at each call, and those that they always name.
func describe(f *ssa.Func) string {
	const inlineLimit = 256
	l := ComputeLifetimes(f, inlineLimit)
	var out []string
	for _, b := range f.RPO() {
		for _, v := range b.Values {
			if !mayCall(v, inlineLimit) {
				continue
			}
			name := v.Op.String()
			if c, ok := v.Aux.(*ssa.Call); ok {
				name = strings.TrimPrefix(c.Sym, "main.")
			}
			s := name + ":"
			for _, slot := range l.At(v) {
				s += " " + slot.Name
			}
			out = append(out, s)
		}
	}
	for _, slot := range f.Slots {
		if i := l.number(slot); i >= 0 && l.bad.has(i) {
			out = append(out, "always "+slot.Name)
		}
	}
	return strings.Join(out, ", ")
}
