package build

import (
	"fmt"
	"go/constant"
	"go/types"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"

	"strata/internal/abi"
	"strata/internal/asm"
	"strata/internal/load"
	"strata/internal/object"
	"strata/internal/symname"
)

// asmIndex finds the assembly file that defines a symbol. Files are scanned
// for names at once and assembled when one of their symbols is first wanted.
type asmIndex struct {
	prog *load.Program
	conv abi.Conv            // of Go functions
	file map[string]*asmFile // by symbol
	all  map[string]*asmFile // by file name
}

type asmFile struct {
	pkg  *load.Package
	name string
	src  []byte
	once sync.Once
	syms []*object.Symbol
	err  error
}

var textLine = regexp.MustCompile(`(?m)^\s*(?:TEXT|GLOBL|DATA)\s+([^\s,(<+]*)(<ABIInternal>|<>)?[+0-9]*\(SB\)`)

// newAsmIndex scans the assembly files of every package of prog; files that base has are shared with it.
func newAsmIndex(prog *load.Program, conv abi.Conv, base *asmIndex) (*asmIndex, error) {
	x := &asmIndex{prog: prog, conv: conv, file: map[string]*asmFile{}, all: map[string]*asmFile{}}
	for _, p := range prog.Packages {
		for _, name := range p.SFiles {
			if base != nil && base.all[name] != nil && base.all[name].pkg == p {
				x.scan(base.all[name])
				continue
			}
			src, err := prog.ReadFile(name)
			if err != nil {
				return nil, err
			}
			x.scan(&asmFile{pkg: p, name: name, src: src})
		}
	}
	return x, nil
}

// scan notes the names that f defines.
func (x *asmIndex) scan(f *asmFile) {
	x.all[f.name] = f
	for _, m := range textLine.FindAllSubmatchIndex(f.src, -1) {
		name := string(f.src[m[2]:m[3]])
		name = strings.NewReplacer("·", ".", "∕", "/").Replace(name)
		if strings.HasPrefix(name, ".") {
			name = f.pkg.Path + name
		}
		suffix := ""
		if m[4] >= 0 {
			suffix = string(f.src[m[4]:m[5]])
		}
		if suffix == "<>" {
			continue
		}
		line := strings.TrimSpace(string(f.src[m[0]:m[2]]))
		if line == "TEXT" && suffix == "" {
			name += "<ABI0>"
		}
		if _, dup := x.file[name]; !dup {
			x.file[name] = f
		}
	}
}

// defines tells under which conventions assembly defines a function.
func (x *asmIndex) defines(sym string) (abi0, abiInternal bool) {
	return x.file[sym+"<ABI0>"] != nil, x.file[sym] != nil
}

// define returns the symbols of the file that defines sym, or nil.
func (x *asmIndex) define(sym string) ([]*object.Symbol, error) {
	f := x.file[sym]
	if f == nil {
		return nil, nil
	}
	f.once.Do(func() { f.syms, f.err = x.assemble(f) })
	return f.syms, f.err
}

func (x *asmIndex) assemble(f *asmFile) ([]*object.Symbol, error) {
	defines := map[string]string{"GOOS_linux": "1", "GOARCH_amd64": "1", "GOAMD64_v1": "1", "GOEXPERIMENT_regabiwrappers": "1"}
	if x.conv == abi.Register {
		defines["GOEXPERIMENT_regabiargs"] = "1"
	}
	syms, err := asm.Assemble(asm.Config{
		PkgPath: f.pkg.Path,
		File:    f.name,
		Include: func(name string) ([]byte, error) { return x.include(f.pkg, name) },
		Defines: defines,
	}, f.src)
	for _, s := range syms {
		if s.Func != nil {
			s.Func.Args = pointerArgs(f.pkg, s.Name)
		}
	}
	return syms, err
}

// pointerArgs marks the pointers among the arguments of an assembly function, as its Go declaration says: while
// its stack grows, they are in its argument area alone.
func pointerArgs(p *load.Package, sym string) []object.Bitmap {
	name, abi0 := symname.TrimABI(sym)
	name, ok := strings.CutPrefix(name, p.Path+".")
	if !ok || !abi0 {
		return nil
	}
	fn, ok := p.Types.Scope().Lookup(name).(*types.Func)
	if !ok || fn.Signature().TypeParams().Len() > 0 {
		return nil
	}
	args := abi.Assign(fn.Signature(), abi.Stack).ArgPtrs
	if !slices.ContainsFunc(args, func(b byte) bool { return b != 0 }) {
		return nil
	}
	return []object.Bitmap{args}
}

// include resolves a header: generated, beside the source, or one of Go's own.
func (x *asmIndex) include(p *load.Package, name string) ([]byte, error) {
	if name == "go_asm.h" {
		return asmHeader(p), nil
	}
	for _, dir := range []string{p.Dir, path.Join(x.prog.Goroot, "src", "runtime"), path.Join(x.prog.Goroot, "pkg", "include")} {
		if src, err := x.prog.ReadFile(filepath.Join(dir, name)); err == nil {
			return src, nil
		}
	}
	return nil, fmt.Errorf("header %s not found", name)
}

// asmHeader makes go_asm.h: the package's constants and the layout of its structs.
func asmHeader(p *load.Package) []byte {
	var w strings.Builder
	sizes := types.SizesFor("gc", "amd64")
	scope := p.Types.Scope()
	names := scope.Names()
	sort.Strings(names)
	for _, name := range names {
		switch obj := scope.Lookup(name).(type) {
		case *types.Const:
			switch v := obj.Val(); v.Kind() {
			case constant.Int:
				fmt.Fprintf(&w, "#define const_%s %s\n", name, v.ExactString())
			case constant.Bool:
				n := 0
				if constant.BoolVal(v) {
					n = 1
				}
				fmt.Fprintf(&w, "#define const_%s %d\n", name, n)
			case constant.String:
				if !strings.ContainsAny(v.ExactString(), "\n") {
					fmt.Fprintf(&w, "#define const_%s %s\n", name, v.ExactString())
				}
			}
		case *types.TypeName:
			asmStruct(&w, sizes, name, obj.Type())
		}
	}
	return []byte(w.String())
}

func asmStruct(w *strings.Builder, sizes types.Sizes, name string, t types.Type) {
	if n, ok := t.(*types.Named); ok && n.TypeParams().Len() > 0 {
		return
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	fmt.Fprintf(w, "#define %s__size %d\n", name, sizes.Sizeof(t))
	fields := make([]*types.Var, st.NumFields())
	for i := range fields {
		fields[i] = st.Field(i)
	}
	for i, off := range sizes.Offsetsof(fields) {
		if n := fields[i].Name(); n != "_" {
			fmt.Fprintf(w, "#define %s_%s %d\n", name, n, off)
		}
	}
}
