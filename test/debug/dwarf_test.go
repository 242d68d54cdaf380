package debug

import (
	"debug/dwarf"
	"debug/elf"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"strata/test/internal/harness"
)

// attrGoKind is DW_AT_go_kind.
const attrGoKind dwarf.Attr = 0x2900

// TestDWARF reads the debug information of the program without a debugger: variables in their
// blocks, shapes of types, and what delve wants to find of the runtime.
func TestDWARF(t *testing.T) {
	exe := filepath.Join(t.TempDir(), "strata")
	source, err := filepath.Abs(program)
	if err != nil {
		t.Fatal(err)
	}
	tool, err := harness.Shared()
	if err != nil {
		t.Fatal(err)
	}
	if err := tool.BuildFile(exe, source, harness.Flags{Debug: true}); err != nil {
		t.Fatal(err)
	}
	file, err := elf.Open(exe)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	d, err := file.DWARF()
	if err != nil {
		t.Fatal(err)
	}
	x := &info{d: d, types: map[string]*dwarf.Entry{}, globals: map[string]bool{}}
	x.read(t)
	want := []string{"param n", "param label", "param list", "param p", "result sum", "result err",
		"m", "deep", "arr", "s", "empty", "boxed", "bits", "wave", "letter", "counter", "add", "  i", "  v", "    product", "  i", "    sum"}
	slices.Sort(want)
	slices.Sort(x.compute)
	if !slices.Equal(x.compute, want) {
		t.Errorf("variables of main.compute: %q\nwant %q", x.compute, want)
	}
	if !strings.Contains(x.producer, "; -N -l") {
		t.Errorf("producer of main %q", x.producer)
	}
	for name, kind := range map[string]int64{"map[string]int": 21, "chan string": 18, "string": 24, "[]int": 23, "[3]string": 17,
		"main.shape": 20, "func(int)": 19, "uint8": 8, "complex128": 16, "*main.point": 22} {
		e := x.types[name]
		if e == nil {
			t.Errorf("no type %s", name)
		} else if got, _ := e.Val(attrGoKind).(int64); got != kind {
			t.Errorf("%s has kind %d, want %d", name, got, kind)
		}
	}
	for name, fields := range map[string][]string{
		"runtime.g": {"goid", "sched", "stack", "gopc", "startpc", "waitsince", "waitreason", "atomicstatus", "m"}, "runtime.gobuf": {"sp", "pc", "bp"},
		"runtime.moduledata": {"types", "etypes", "text", "etext", "next", "typemap"}, "runtime.m": {"procid", "curg"},
		"map<string,int>": {"used", "dirPtr", "dirLen"}, "group<string,int>": {"ctrl", "slots"}, "hchan<string>": {"qcount", "dataqsiz", "buf"},
	} {
		x.hasFields(t, name, fields)
	}
	for _, name := range []string{"runtime.allgs", "runtime.allglen", "runtime.firstmoduledata"} {
		if !x.globals[name] {
			t.Errorf("no variable %s", name)
		}
	}
}

// info is what the test looks at.
type info struct {
	d        *dwarf.Data
	types    map[string]*dwarf.Entry
	globals  map[string]bool
	compute  []string // variables of main.compute, indented by the depth of their block
	producer string   // of package main
}

func (x *info) read(t *testing.T) {
	r := x.d.Reader()
	depth, inCompute := 0, -1
	for {
		e, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e == nil {
			return
		}
		name, _ := e.Val(dwarf.AttrName).(string)
		switch e.Tag {
		case 0:
			if depth--; depth == inCompute {
				inCompute = -1
			}
			continue
		case dwarf.TagCompileUnit:
			if name == "main" {
				x.producer, _ = e.Val(dwarf.AttrProducer).(string)
			}
		case dwarf.TagSubprogram:
			if name == "main.compute" {
				inCompute = depth
			}
		case dwarf.TagVariable, dwarf.TagFormalParameter:
			if inCompute >= 0 {
				x.compute = append(x.compute, variableLine(e, name, depth-inCompute-1))
			} else if depth == 1 {
				x.globals[name] = true
			}
		case dwarf.TagBaseType, dwarf.TagStructType, dwarf.TagArrayType, dwarf.TagPointerType, dwarf.TagSubroutineType, dwarf.TagTypedef:
			if x.types[name] == nil || e.Val(attrGoKind) != nil {
				x.types[name] = e
			}
		}
		if e.Children {
			depth++
		}
	}
}

func variableLine(e *dwarf.Entry, name string, depth int) string {
	if e.Tag == dwarf.TagFormalParameter {
		if isResult, _ := e.Val(dwarf.AttrVarParam).(bool); isResult {
			return "result " + name
		}
		return "param " + name
	}
	return strings.Repeat("  ", depth) + name
}

// hasFields checks that a struct has fields of these names.
func (x *info) hasFields(t *testing.T, name string, fields []string) {
	t.Helper()
	e := x.types[name]
	if e == nil {
		t.Errorf("no type %s", name)
		return
	}
	typ, err := x.d.Type(e.Offset)
	if err != nil {
		t.Error(err)
		return
	}
	s, ok := typ.(*dwarf.StructType)
	if !ok {
		t.Errorf("%s is %T", name, typ)
		return
	}
	for _, f := range fields {
		if !slices.ContainsFunc(s.Field, func(g *dwarf.StructField) bool { return g.Name == f }) {
			t.Errorf("%s has no field %s", name, f)
		}
	}
}
