package link

import (
	"bytes"
	"debug/dwarf"
	"debug/elf"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"strata/internal/object"
)

// debugProgram has a frame, an inlined call, a parameter and a variable with a type.
func debugProgram() Input {
	in := helloProgram()
	f := new(code).bytes(0x48, 0x83, 0xec, 0x10). // SUB RSP, 16
							movEAX(1).bytes(0x90, 0x90, 0x90).
							bytes(0x48, 0x83, 0xc4, 0x10).ret().symbol("main.f", "/src/main.go", 40)
	f.Func.FrameSize = 16
	f.Func.PCSP = []object.PCValue{{PC: 0, Value: 0}, {PC: 4, Value: 16}, {PC: 16, Value: 0}}
	f.Func.Lines = []object.PCLine{{PC: 0, File: "/src/main.go", Line: 40, Inl: -1}, {PC: 4, File: "/src/main.go", Line: 41, Inl: -1},
		{PC: 9, File: "/src/other.go", Line: 5, Inl: 0}, {PC: 12, File: "/src/main.go", Line: 42, Inl: -1}}
	f.Func.Inlines = []object.InlinedCall{{Parent: -1, Func: "main.tiny", StartLine: 4, File: "/src/main.go", Line: 41, CallPC: 4}}
	f.Func.Vars = []object.Var{{Name: "p", GoType: "type:*main.T", SPOff: 0, Param: true, Line: 40}}
	in.Symbols[0] = new(code).call("main.f").call("main.hello").movEDI(7).movEAX(231).syscall().symbol("_rt0_amd64_linux<ABI0>", "/src/rt0.s", 10)
	name := func(sym, s string) *object.Symbol {
		return &object.Symbol{Name: "type:.namedata." + sym, Kind: object.TypeDesc, Flags: object.DupOK, Align: 1,
			Data: append([]byte{0, byte(len(s))}, s...), Size: int64(len(s) + 2)}
	}
	typ := func(sym, str string, kind, flags byte, size byte, more []byte, relocs ...object.Reloc) *object.Symbol {
		d := make([]byte, 48)
		d[0], d[20], d[kindOff] = size, flags, kind
		d = append(d, more...)
		return &object.Symbol{Name: "type:" + sym, Kind: object.TypeDesc, Flags: object.DupOK, Align: 8, Data: d, Size: int64(len(d)),
			Relocs: append(relocs, object.Reloc{Off: 40, Kind: object.TypeOff, Target: "type:.namedata." + str})}
	}
	st := make([]byte, 32+24)
	st[16], st[24] = 1, 1 // one field
	in.Symbols = append(in.Symbols, f, name("*main.T", "*main.T"), name("int", "int"), name("x", "x"),
		typ("int", "int", 2, 4, 8, nil),
		typ("*main.T", "*main.T", 22, 0, 8, make([]byte, 8), object.Reloc{Off: 48, Kind: object.Abs64, Target: "type:main.T"}),
		typ("main.T", "*main.T", 25, 4|2, 8, st,
			object.Reloc{Off: 56, Kind: object.Abs64, Target: "type:main.T", Add: 80},
			object.Reloc{Off: 80, Kind: object.Abs64, Target: "type:.namedata.x"},
			object.Reloc{Off: 88, Kind: object.Abs64, Target: "type:int"}),
		&object.Symbol{Name: "main.global", Kind: object.BSS, Size: 8, Align: 8, GoType: "type:main.T"})
	in.Roots = []string{"type:*main.T", "main.global"}
	return in
}

func TestDWARF(t *testing.T) {
	img, err := Image(debugProgram())
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(img))
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.DWARF()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	r := d.Reader()
	for {
		e, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e == nil {
			break
		}
		name, _ := e.Val(dwarf.AttrName).(string)
		found[e.Tag.String()+" "+name] = true
		if e.Tag == dwarf.TagSubprogram && name == "main.f" {
			if line := e.Val(dwarf.AttrDeclLine); line != int64(40) {
				t.Errorf("main.f declared at line %v", line)
			}
		}
		if off, ok := e.Val(dwarf.AttrType).(dwarf.Offset); ok && name == "global" {
			typ, err := d.Type(off)
			if err != nil || typ.String() != "struct main.T" {
				t.Errorf("type of main.global: %v %v", typ, err)
			}
		}
		if e.Tag == dwarf.TagCompileUnit && name == "main" {
			checkLines(t, d, e)
		}
	}
	for _, want := range []string{"CompileUnit main", "Subprogram main.hello", "InlinedSubroutine ", "FormalParameter p",
		"StructType main.T", "Member x", "Variable main.global", "PointerType *main.T"} {
		if !found[want] {
			t.Errorf("no entry %q in %v", want, found)
		}
	}
}

func checkLines(t *testing.T, d *dwarf.Data, cu *dwarf.Entry) {
	lr, err := d.LineReader(cu)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	var e dwarf.LineEntry
	for lr.Next(&e) == nil {
		if !e.EndSequence {
			got = append(got, filepath.Base(e.File.Name)+":"+string(rune('0'+e.Line%10)))
		}
	}
	if s := strings.Join(got, " "); !strings.Contains(s, "main.go:0 main.go:1 other.go:5 main.go:2") {
		t.Errorf("lines %s", s)
	}
}

func TestGDB(t *testing.T) {
	gdb, err := exec.LookPath("gdb")
	if err != nil {
		t.Skip("no gdb")
	}
	in := debugProgram()
	in.Out = filepath.Join(t.TempDir(), "prog")
	if err := Link(in); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(gdb, "-nx", "-batch", "-ex", "break other.go:5", "-ex", "run", "-ex", "bt",
		"-ex", "ptype struct main.T", "-ex", "whatis 'main.global'", "-ex", "info line main.hello", in.Out).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"main.tiny () at /src/other.go:5", "main.f (p=", "/src/main.go:41", "_rt0_amd64_linux ()", "main.T", "Line 20 of"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("gdb output lacks %q", want)
		}
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}
