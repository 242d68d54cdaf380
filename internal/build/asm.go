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
	"strata/internal/target"
)

// asmIndex finds the assembly file that defines a symbol. Packages are scanned for names when a
// symbol that they may define is first looked for; files are assembled when one of their symbols is first wanted.
type asmIndex struct {
	prog *load.Program
	mach *target.Machine
	conv abi.Conv  // of Go functions
	trim bool      // Options.TrimPath
	base *asmIndex // of packages that are shared, nil for none
	// names, if not nil, may know what scanning a package would find.
	names func(*load.Package) ([]string, bool)
	once  sync.Once
	err   error
	file  map[string]*asmFile // by symbol
	found map[*load.Package][]string
}

type asmFile struct {
	pkg    *load.Package
	name   string
	shown  string // in tables
	mach   *target.Machine
	conv   abi.Conv // of Go functions
	shared bool     // belongs to the base
	once   sync.Once
	syms   []*object.Symbol
	err    error
}

var textLine = regexp.MustCompile(`(?m)^\s*(?:TEXT|GLOBL|DATA)\s+([^\s,(<+]*)(<ABIInternal>|<>)?[+0-9]*\(SB\)`)

// newAsmIndex makes the index of prog's packages; those of base are shared with it.
func newAsmIndex(prog *load.Program, m *target.Machine, conv abi.Conv, base *asmIndex) *asmIndex {
	return &asmIndex{prog: prog, mach: m, conv: conv, base: base, file: map[string]*asmFile{}, found: map[*load.Package][]string{}}
}

// scan finds out what the packages' files define.
func (x *asmIndex) scan() {
	if x.mach.Builtin != nil {
		return // there is no assembler: what Go's own packages have in assembly is written anew
	}
	for _, p := range x.prog.Packages {
		if len(p.SFiles) == 0 || x.base != nil && x.base.prog.ByPath[p.ImportPath] == p {
			continue
		}
		files := map[string]*asmFile{}
		for _, name := range p.SFiles {
			files[name] = &asmFile{pkg: p, name: name, shown: x.shown(p, name), mach: x.mach, conv: x.conv, shared: x.base == nil}
		}
		names, ok := []string(nil), false
		if x.names != nil {
			names, ok = x.names(p)
		}
		if !ok {
			if names, x.err = scanPackage(x.prog, p); x.err != nil {
				return
			}
		}
		x.found[p] = names
		for i := 0; i+1 < len(names); i += 2 {
			if _, dup := x.file[names[i]]; !dup {
				x.file[names[i]] = files[names[i+1]]
			}
		}
	}
}

// shown is the name of a file in tables.
func (x *asmIndex) shown(p *load.Package, name string) string {
	if x.trim {
		return trimmed(p, name)
	}
	return name
}

// known gives what was found in a package, if it was looked for.
func (x *asmIndex) known(p *load.Package) ([]string, bool) {
	names, ok := x.found[p]
	return names, ok
}

// scanPackage lists the symbols that a package's assembly files define, each with the file behind it.
func scanPackage(prog *load.Program, p *load.Package) ([]string, error) {
	var list []string
	for _, file := range p.SFiles {
		src, err := prog.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, m := range textLine.FindAllSubmatchIndex(src, -1) {
			name := string(src[m[2]:m[3]])
			name = strings.NewReplacer("·", ".", "∕", "/").Replace(name)
			if strings.HasPrefix(name, ".") {
				name = p.Path + name
			}
			suffix := ""
			if m[4] >= 0 {
				suffix = string(src[m[4]:m[5]])
			}
			if suffix == "<>" {
				continue
			}
			if suffix == "" && strings.HasPrefix(strings.TrimSpace(string(src[m[0]:m[2]])), "TEXT") {
				name += "<ABI0>"
			}
			list = append(list, name, file)
		}
	}
	return list, nil
}

// find returns the file that defines sym, or nil.
func (x *asmIndex) find(sym string) *asmFile {
	if strings.HasPrefix(sym, "type:") || strings.HasPrefix(sym, "go:") {
		return nil // made by the compiler
	}
	x.once.Do(x.scan)
	if f := x.file[sym]; f != nil || x.base == nil {
		return f
	}
	return x.base.find(sym)
}

// fault is what went wrong when files were scanned.
func (x *asmIndex) fault() error {
	if x == nil || x.err != nil {
		return x.err
	}
	return x.base.fault()
}

// defines tells under which conventions assembly defines a function.
func (x *asmIndex) defines(sym string) (abi0, abiInternal bool) {
	if b := x.mach.Builtin; b != nil && b(sym) != nil {
		return false, true
	}
	return x.find(sym+"<ABI0>") != nil, x.find(sym) != nil
}

// assembled gives all symbols of the file.
func (f *asmFile) assembled(prog *load.Program) ([]*object.Symbol, error) {
	f.once.Do(func() { f.syms, f.err = f.assemble(prog) })
	return f.syms, f.err
}

func (f *asmFile) assemble(prog *load.Program) ([]*object.Symbol, error) {
	src, err := prog.ReadFile(f.name)
	if err != nil {
		return nil, err
	}
	defines := f.mach.Defines()
	defines["GOEXPERIMENT_regabiwrappers"] = "1"
	if f.conv == abi.Register {
		defines["GOEXPERIMENT_regabiargs"] = "1"
	}
	syms, err := asm.Assemble(asm.Config{
		Arch:    f.mach.GOARCH,
		PkgPath: f.pkg.Path,
		File:    f.shown,
		Include: func(name string) ([]byte, error) { return include(prog, f.pkg, name) },
		Defines: defines,
	}, src)
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
	args := (*abi.Sizes)(nil).Assign(fn.Signature(), abi.Stack).ArgPtrs
	if !slices.ContainsFunc(args, func(b byte) bool { return b != 0 }) {
		return nil
	}
	return []object.Bitmap{args}
}

// include resolves a header: generated, beside the source, or one of Go's own.
func include(prog *load.Program, p *load.Package, name string) ([]byte, error) {
	if name == "go_asm.h" {
		return asmHeader(p), nil
	}
	for _, dir := range []string{p.Dir, path.Join(prog.Goroot, "src", "runtime"), path.Join(prog.Goroot, "pkg", "include")} {
		if src, err := prog.ReadFile(filepath.Join(dir, name)); err == nil {
			return src, nil
		}
	}
	return nil, fmt.Errorf("header %s not found", name)
}

// asmHeader makes go_asm.h: the package's constants and the layout of its structs.
func asmHeader(p *load.Package) []byte {
	var w strings.Builder
	var sizes *abi.Sizes
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
