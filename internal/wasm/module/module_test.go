package module

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// every makes a module with one function for each instruction, fed with constants of the types that its name tells.
func operands(op Op, name string) (params []Type, result Type) {
	of := map[string]Type{"i32": I32, "i64": I64, "f32": F32, "f64": F64}
	t := of[name[:3]]
	is := func(list ...Op) bool {
		for _, o := range list {
			if o == op {
				return true
			}
		}
		return false
	}
	switch {
	case op >= I32Load && op <= I64Load32U:
		return []Type{I32}, t
	case op >= I32Store && op <= I64Store32:
		return []Type{I32, t}, 0
	case is(I32Eqz, I64Eqz):
		return []Type{t}, I32
	case op >= I32Eq && op <= F64Ge:
		return []Type{t, t}, I32
	case op >= I32Clz && op <= I32Pop, op >= I64Clz && op <= I64Pop, op >= F32Abs && op <= F32Sqrt, op >= F64Abs && op <= F64Sqrt,
		op >= I32Extend8S && op <= I64Extend32S:
		return []Type{t}, t
	case op >= I32Add && op <= F64Copysign:
		return []Type{t, t}, t
	case op >= I32WrapI64 && op < I32Extend8S, op >= Prefixed && op < MemoryCopy:
		for i := len(name) - 3; i > 3; i-- {
			if from, ok := of[name[i:i+3]]; ok {
				return []Type{from}, t
			}
		}
	}
	return nil, 0
}

func TestInstructions(t *testing.T) {
	m := &Module{Pages: 1, Table: 2, Globals: []Global{{I32, -5}, {I64, 1 << 40}}}
	n := 0
	for op := range Prefixed + 16 {
		in, ok := Instructions[op]
		if !ok {
			continue
		}
		params, result := operands(op, in.Name+"   ")
		if params == nil {
			continue
		}
		n++
		var c Code
		c.Bytes = append(c.Bytes, 0)
		for _, p := range params {
			switch p {
			case I32:
				c.I32(-3)
			case I64:
				c.I64(1 << 50)
			case F32:
				c.F32(0x3f800000)
			case F64:
				c.F64(0x3ff0000000000000)
			}
		}
		if in.Imm == MemArg {
			c.Mem(op, 1000)
		} else {
			c.Op(op)
		}
		f := Func{Type: FuncType{}}
		if result != 0 {
			f.Type.Results = string([]byte{byte(result)})
		}
		c.Op(End)
		f.Body = c.Bytes
		m.Funcs = append(m.Funcs, f)
	}
	if n < 140 {
		t.Errorf("only %d instructions", n)
	}
	var c Code
	c.Bytes = Locals([]Type{I32, I32, F64, I64})
	c.Begin(Block, Empty)
	c.Begin(Loop, Empty)
	c.Idx(LocalGet, 0)
	c.Table([]uint32{0, 1}, 1)
	c.Op(End)
	c.Op(End)
	c.I32(0)
	c.I32(0)
	c.I32(0)
	c.Op(MemoryCopy)
	c.I32(0)
	c.I32(0)
	c.I32(0)
	c.Op(MemoryFill)
	c.Op(MemorySize)
	c.Op(MemoryGrow)
	c.Idx(GlobalSet, 0)
	c.Op(End)
	m.Funcs = append(m.Funcs, Func{Body: c.Bytes})
	m.Imports = []Import{{"m", "f", FuncType{string([]byte{byte(I32)}), ""}}}
	m.Exports = []Export{{"memory", ExportMemory, 0}, {"x", ExportFunc, 1}}
	m.Elements = []Element{{0, []uint32{1, 2}}}
	m.Data = []Data{{100, []byte("data")}}
	for range len(m.Funcs) + 1 {
		m.Names = append(m.Names, "name")
	}
	validate(t, m.Encode())
}

// validate asks wabt, where it is installed, and always the structure that Node or wazero would see.
func validate(t *testing.T, b []byte) {
	t.Helper()
	tool, err := exec.LookPath("wasm-validate")
	if err != nil {
		t.Skip("wasm-validate (wabt) is not installed")
	}
	file := filepath.Join(t.TempDir(), "m.wasm")
	if err := os.WriteFile(file, b, 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(tool, file).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
