package link

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"debug/gosym"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"strata/internal/object"
)

// code assembles the few instructions that the tests need.
type code struct {
	b      []byte
	relocs []object.Reloc
}

func (c *code) bytes(b ...byte) *code { c.b = append(c.b, b...); return c }

func (c *code) reloc(kind object.RelocKind, target string, add int64) *code {
	c.relocs = append(c.relocs, object.Reloc{Off: int32(len(c.b)), Kind: kind, Target: target, Add: add})
	return c.bytes(0, 0, 0, 0)
}

func (c *code) movEAX(v uint32) *code { return c.imm(0xb8, v) }
func (c *code) movEDI(v uint32) *code { return c.imm(0xbf, v) }
func (c *code) movEDX(v uint32) *code { return c.imm(0xba, v) }
func (c *code) imm(op byte, v uint32) *code {
	c.b = binary.LittleEndian.AppendUint32(append(c.b, op), v)
	return c
}
func (c *code) leaRSI(target string) *code {
	return c.bytes(0x48, 0x8d, 0x35).reloc(object.PCRel32, target, 0)
}
func (c *code) call(target string) *code { return c.bytes(0xe8).reloc(object.Call32, target, 0) }
func (c *code) syscall() *code           { return c.bytes(0x0f, 0x05) }
func (c *code) ret() *code               { return c.bytes(0xc3) }

func (c *code) symbol(name, file string, line int32) *object.Symbol {
	n := int32(len(c.b))
	return &object.Symbol{
		Name: name, Kind: object.Text, Size: int64(n), Data: c.b, Relocs: c.relocs,
		Func: &object.FuncInfo{
			StartLine: line, File: file,
			PCSP:     []object.PCValue{{PC: 0, Value: 0}},
			Lines:    []object.PCLine{{PC: 0, File: file, Line: line, Inl: -1}, {PC: n / 2, File: file, Line: line + 1, Inl: -1}},
			StackMap: []object.PCValue{{PC: 0, Value: -1}, {PC: n / 2, Value: 1}},
			Locals:   []object.Bitmap{{0}, {5}}, Args: []object.Bitmap{{0}, {1}},
		},
	}
}

func str(name, s string) *object.Symbol {
	return &object.Symbol{Name: name, Kind: object.ROData, Align: 1, Size: int64(len(s)), Data: []byte(s)}
}

// helloProgram writes "hello, linker\n" and exits with the low byte of a
// variable that an Abs64 pointer leads to.
func helloProgram() Input {
	const msg = "hello, linker\n"
	start := new(code).call("main.hello").
		bytes(0x48, 0x8b, 0x05).reloc(object.PCRel32, "main.ptr", 0). // MOV RAX, main.ptr
		bytes(0x8b, 0x38).                                            // MOV EDI, [RAX]
		movEAX(231).syscall()
	hello := new(code).movEAX(1).movEDI(1).leaRSI("go:string.hello").movEDX(uint32(len(msg))).syscall().ret()
	entry := start.symbol("_rt0_amd64_linux<ABI0>", "/src/rt0.s", 10)
	entry.Flags |= object.TopFrame | object.Asm
	ptr := &object.Symbol{Name: "main.ptr", Kind: object.Data, Align: 8, Size: 8, PtrMask: []byte{1},
		Relocs: []object.Reloc{{Kind: object.Abs64, Target: "main.value", Add: 4}}}
	value := &object.Symbol{Name: "main.value", Kind: object.Data, Align: 4, Size: 8, Data: []byte{0, 0, 0, 0, 7, 0, 0, 0}}
	unused := new(code).call("no.such.symbol").symbol("main.unused", "/src/main.go", 30)
	return Input{
		Entry:   "_rt0_amd64_linux<ABI0>",
		Symbols: []*object.Symbol{entry, hello.symbol("main.hello", "/src/main.go", 20), str("go:string.hello", msg), ptr, value, unused},
	}
}

func TestHello(t *testing.T) {
	in := helloProgram()
	in.Out = filepath.Join(t.TempDir(), "hello")
	in.BuildInfo = "path\tcommand-line-arguments\nmod\texample.com/m\t(devel)\t\n"
	in.GoVersion = "go1.26.8"
	if err := Link(in); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(in.Out).Output()
	if string(out) != "hello, linker\n" {
		t.Errorf("output %q", out)
	}
	if ee, ok := err.(*exec.ExitError); !ok || ee.ExitCode() != 7 {
		t.Errorf("exit: %v, want status 7", err)
	}
	info, err := buildinfo.ReadFile(in.Out)
	if err != nil || info.GoVersion != "go1.26.8" || info.Main.Path != "example.com/m" {
		t.Errorf("build info %v, %v", info, err)
	}
	nm, err := exec.Command("go", "tool", "nm", in.Out).CombinedOutput()
	if err != nil || !strings.Contains(string(nm), "T main.hello") || !strings.Contains(string(nm), "D main.ptr") {
		t.Errorf("nm: %v\n%s", err, nm)
	}
	if strings.Contains(string(nm), "unused") {
		t.Error("unreachable function linked in")
	}
}

func TestDeterministic(t *testing.T) {
	a, err := Image(helloProgram())
	if err != nil {
		t.Fatal(err)
	}
	in := helloProgram()
	for i, j := 0, len(in.Symbols)-1; i < j; i, j = i+1, j-1 {
		in.Symbols[i], in.Symbols[j] = in.Symbols[j], in.Symbols[i]
	}
	in.Jobs = 1
	b, err := Image(in)
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("images differ (%v)", err)
	}
}

func TestGosym(t *testing.T) {
	img, err := Image(helloProgram())
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(img))
	if err != nil {
		t.Fatal(err)
	}
	data, _ := f.Section(".gopclntab").Data()
	tab, err := gosym.NewTable(nil, gosym.NewLineTable(data, f.Section(".text").Addr))
	if err != nil {
		t.Fatal(err)
	}
	fn := tab.LookupFunc("main.hello")
	if fn == nil {
		t.Fatal("main.hello not in table")
	}
	for off, line := range map[uint64]int{0: 20, 6: 20, fn.End - fn.Entry - 1: 21} {
		file, l, f := tab.PCToLine(fn.Entry + off)
		if file != "/src/main.go" || l != line || f != fn {
			t.Errorf("offset %d: %s:%d %v", off, file, l, f)
		}
	}
}

func TestErrors(t *testing.T) {
	one := func(name string, f func(*Input), want ...string) {
		t.Run(name, func(t *testing.T) {
			in := helloProgram()
			f(&in)
			_, err := Image(in)
			if err == nil {
				t.Fatal("no error")
			}
			for _, w := range want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("error %q lacks %q", err, w)
				}
			}
		})
	}
	one("undefined", func(in *Input) { in.Roots = []string{"main.unused"} }, "no.such.symbol", "main.unused")
	one("duplicate", func(in *Input) { in.Symbols = append(in.Symbols, str("main.hello", "x")) }, "main.hello defined more than once")
	one("range", func(in *Input) {
		in.Symbols = append(in.Symbols, &object.Symbol{Name: "main.big", Kind: object.BSS, Size: 3 << 30},
			new(code).leaRSI("main.zz").symbol("main.far", "/f.go", 1), &object.Symbol{Name: "main.zz", Kind: object.BSS, Size: 8})
		in.Roots = []string{"main.big", "main.far"}
	}, "main.far", "main.zz", "does not fit")
	one("nosplit", func(in *Input) {
		a, b := new(code).call("main.b").symbol("main.a", "/f.go", 1), new(code).ret().symbol("main.b", "/f.go", 2)
		a.Flags, b.Flags = object.NoSplit, object.NoSplit
		a.Func.FrameSize, b.Func.FrameSize = 400, 400
		a.Func.NoSplitCalls, a.Func.NoSplitUse = []string{"main.b"}, []int32{400}
		in.Symbols = append(in.Symbols, a, b)
		in.Roots = []string{"main.a"}
	}, "main.a", "main.b", "more than 800")
}

// TestModuledata reads back what the runtime would read.
func TestModuledata(t *testing.T) {
	in := helloProgram()
	in.Symbols = append(in.Symbols,
		&object.Symbol{Name: moduledataSym, Kind: object.BSS, Size: moduledataSize, Align: 8, PtrMask: []byte{1}},
		&object.Symbol{Name: "main.p", Kind: object.BSS, Size: 24, Align: 8, PtrMask: []byte{5}})
	in.Roots = []string{"main.p"}
	for i := range 300 {
		f := new(code).ret().symbol(fmt.Sprintf("main.f%03d", i), "/f.go", int32(i))
		in.Symbols = append(in.Symbols, f)
		in.Roots = append(in.Roots, f.Name)
	}
	img, err := Image(in)
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(img))
	if err != nil {
		t.Fatal(err)
	}
	syms, _ := f.Symbols()
	at := map[string]uint64{}
	for _, s := range syms {
		at[s.Name] = s.Value
	}
	mem := func(addr uint64) []byte {
		for _, p := range f.Progs {
			if p.Type == elf.PT_LOAD && addr >= p.Vaddr && addr < p.Vaddr+p.Filesz {
				return img[p.Off+addr-p.Vaddr:]
			}
		}
		t.Fatalf("address %#x not in file", addr)
		return nil
	}
	md := mem(at[moduledataSym])
	word := func(off int) uint64 { return binary.LittleEndian.Uint64(md[off:]) }
	if got := binary.LittleEndian.Uint32(mem(word(0))); got != pclnMagic {
		t.Errorf("magic %#x", got)
	}
	text, bss := word(176), word(224)
	if p := at["main.p"]; p != bss {
		t.Errorf("main.p at %#x, bss starts at %#x", p, bss)
	}
	if mask := mem(word(568))[0]; mask != 5 {
		t.Errorf("bss mask %#x", mask)
	}
	// Find every function through the finder table, as the runtime does.
	ftab := mem(word(128))
	for _, s := range syms {
		if elf.ST_TYPE(s.Info) != elf.STT_FUNC {
			continue
		}
		off := s.Value - text
		b := mem(word(152))[off/4096*20:]
		i := binary.LittleEndian.Uint32(b) + uint32(b[4+off%4096/256])
		for uint64(binary.LittleEndian.Uint32(ftab[8*(i+1):])) <= off {
			i++
		}
		if e := binary.LittleEndian.Uint32(ftab[8*i:]); uint64(e) != off {
			t.Errorf("%s at %#x: found %#x", s.Name, off, e)
		}
	}
	if n := word(136); n != 303 {
		t.Errorf("ftab has %d entries", n)
	}
}

func TestXVars(t *testing.T) {
	in := helloProgram()
	in.Symbols = append(in.Symbols, &object.Symbol{Name: "main.version", Kind: object.BSS, Size: 16, Align: 8, PtrMask: []byte{1}})
	in.Roots = []string{"main.version"}
	in.XVars = map[string]string{"main.version": "v1.2.3-marked", "main.unknown": "zzz"}
	img, err := Image(in)
	if err != nil || !bytes.Contains(img, []byte("v1.2.3-marked")) || bytes.Contains(img, []byte("zzz")) {
		t.Errorf("-X not applied: %v", err)
	}
}

func TestWriteFailure(t *testing.T) {
	in := helloProgram()
	in.Out = filepath.Join(t.TempDir(), "missing", "dir")
	if err := Link(in); err == nil {
		t.Error("no error for a missing directory")
	}
	in.Out = "/dev/full"
	if _, err := os.Stat(in.Out); err == nil {
		if err := Link(in); err == nil {
			t.Error("no error on a full device")
		}
	}
}
