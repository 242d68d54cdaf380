package build

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"strata/internal/abi"
	"strata/internal/design"
	"strata/internal/load"
	"strata/internal/object"
	"strata/internal/rtcall"
	"strata/internal/symname"
	"strata/internal/target"
	"strata/rt"
)

// TestRuntimeTable holds package rtcall's rows against the runtime: each function is there, with the signature of its row.
func TestRuntimeTable(t *testing.T) {
	set := design.Default()
	s, err := load.NewSession(load.Config{Overlay: rt.FS, Generated: set.Sources()})
	if err != nil {
		t.Fatal(err)
	}
	prog, err := s.LoadFiles("testdata/reflects.go")
	if err != nil {
		t.Fatal(err)
	}
	if err := prog.Err(); err != nil {
		t.Fatal(err)
	}
	c, err := newCompiler(Options{Program: prog.For(prog.Mains()[0]), Designs: set})
	if err != nil {
		t.Fatal(err)
	}
	private := privateText(t)
	for i := range rtcall.Table {
		f := &rtcall.Table[i]
		if f.Kind == object.FuncRTStart && symname.ABI0(f.Sym) != target.Default().Entry {
			continue // the entry of another machine
		}
		stack, register := c.asm.defines(f.Sym)
		call, declared := c.low.RTCall(strings.TrimPrefix(f.Sym, "runtime."))
		if !declared {
			call = c.low.CallOf(f.Sym)
		}
		switch {
		case call == nil && !stack && !register && !private[f.Sym]:
			t.Errorf("the runtime does not define %s", f.Sym)
		case call == nil && f.Sig != "":
			t.Errorf("%s has the signature %q but is no Go function", f.Sym, f.Sig)
		case call != nil && signature(call.ABI) != f.Sig:
			t.Errorf("%s: the runtime's signature is %q, the row's is %q", f.Sym, signature(call.ABI), f.Sig)
		}
		if params, _, _ := strings.Cut(f.Sig, ":"); len(f.Keeps) > len(params) {
			t.Errorf("%s: the row tells of %d arguments of %d", f.Sym, len(f.Keeps), len(params))
		}
	}
}

// privateText are the symbols of the runtime's assembly that only their file knows.
func privateText(t *testing.T) map[string]bool {
	found := map[string]bool{}
	text := regexp.MustCompile(`(?m)^TEXT (\w+)<>\(SB\)`)
	err := fs.WalkDir(rt.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".s") {
			return err
		}
		src, err := fs.ReadFile(rt.FS, name)
		for _, m := range text.FindAllSubmatch(src, -1) {
			found[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// signature has a letter for each scalar, as rtcall.Func.Sig.
func signature(s *abi.Signature) string {
	var b strings.Builder
	scalars := func(list []abi.Component) {
		for i := range list {
			b.WriteByte(letter(&list[i]))
		}
	}
	scalars(s.In)
	b.WriteByte(':')
	scalars(s.Out)
	return b.String()
}

func letter(c *abi.Component) byte {
	switch c.Class {
	case abi.Ptr:
		return 'p'
	case abi.Mem:
		return 'm'
	case abi.Float:
		return map[int64]byte{4: 's', 8: 'f'}[c.Size]
	}
	return map[int64]byte{1: 'b', 2: 'h', 4: 'd', 8: 'w'}[c.Size]
}

// otherNames are the files that may write symbols of the runtime without a row: what they name is defined by the linker, shown to people
// or debuggers, or a function of Go's library that is replaced by instructions.
var otherNames = map[string]string{
	"internal/object/object.go":     "bounds that the linker sets",
	"internal/link/moduledata.go":   "bounds that the linker sets",
	"internal/link/strings.go":      "strings that the linker sets",
	"internal/link/symtab.go":       "bounds that the linker sets",
	"internal/link/dwarf_type.go":   "types, as debuggers know them",
	"internal/link/dwarf_view.go":   "types and variables, as debuggers know them",
	"internal/typedesc/builder.go":  "bitmaps of pointers: data",
	"internal/lower/intrinsic.go":   "functions that become instructions",
	"internal/wasm/builtin.go":      "functions of the runtime that are assembly elsewhere, and what those call",
	"internal/wasm/reflect.go":      "calls by reflection, which are assembly elsewhere",
	"internal/explain/exprs.go":     "patterns over the rows",
	"internal/explain/sites.go":     "patterns over the rows",
	"internal/load/check.go":        "a message",
	"internal/build/linkname.go":    "what modules ask for that is not there",
	"internal/asm/operand.go":       "names that <> does not make local",
	"internal/pgo/pgo.go":           "a function in profiles",
	"internal/lower/interp":         "the interpreter's own runtime",
	"internal/ssa/interp/interp.go": "how a panic is reported",
}

// TestRuntimeNames looks for symbols of the runtime in the sources of compiler, assembler and linker, and for names of
// functions to call: only package rtcall has any that have no row.
func TestRuntimeNames(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		if name == "internal/rtcall" || name == "internal/timeline" || d.Name() == "testdata" {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		return checkNames(t, path, filepath.ToSlash(name))
	})
	if err != nil {
		t.Fatal(err)
	}
}

var runtimeSymbol = regexp.MustCompile(`^runtime\.[a-zA-Z_]\w*(<ABI0>)?$`)

// callers are the functions whose argument, by number, is the short name of a function to call.
var callers = map[string]int{"rt": 0, "rt1": 0, "rtMakes": 1, "RTCall": 0, "RT": 0, "check": 1}

func checkNames(t *testing.T, path, name string) error {
	src, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, src, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	allowed := otherNames[name] != "" || otherNames[filepath.ToSlash(filepath.Dir(name))] != ""
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if s, _ := strconv.Unquote(n.Value); n.Kind == token.STRING && runtimeSymbol.MatchString(s) && !allowed {
				t.Errorf("%s: %s belongs into package rtcall", files.Position(n.Pos()), n.Value)
			}
		case *ast.CallExpr:
			if s, ok := calledName(n); ok && rtcall.Lookup(rtcall.Sym(s)) == nil {
				t.Errorf("%s: package rtcall has no row for %q", files.Position(n.Pos()), s)
			}
		}
		return true
	})
	return nil
}

// calledName is the literal that names the function of the runtime which call n is about.
func calledName(n *ast.CallExpr) (string, bool) {
	fn, ok := n.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	i, ok := callers[fn.Sel.Name]
	if !ok || i >= len(n.Args) {
		return "", false
	}
	lit, ok := n.Args[i].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// TestRuntimeKinds checks that every kind of function that unwinding knows belongs to a row, or to functions of no fixed name.
func TestRuntimeKinds(t *testing.T) {
	have := map[uint8]bool{object.FuncNormal: true, object.FuncWrapper: true}
	for i := range rtcall.Table {
		have[rtcall.Table[i].Kind] = true
	}
	for kind := object.FuncNormal; kind <= object.FuncReflectStub; kind++ {
		if !have[kind] && kind != object.FuncHandleAsync && kind != object.FuncDebugCall {
			t.Errorf("no row has the function kind %d", kind)
		}
	}
	if sym := symname.ABI0(rtcall.MoreStack); rtcall.Has(sym, rtcall.SwitchesStack) {
		t.Errorf("%s: rows are named without the convention", sym)
	}
}
