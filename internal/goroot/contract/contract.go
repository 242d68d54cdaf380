// Package contract reads from a GOROOT what an implementation of Go that brings its own compiler and runtime has to agree
// with: names that the library pulls from the runtime, calls that compiled code makes, layouts both sides know, directives,
// mnemonics, settings. Two releases compared by it show what an update has to look at.
package contract

import (
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// A Topic is one part of the contract: names, and what each stands for.
type Topic struct {
	Title string
	// Why says what of Strata an entry concerns.
	Why  string
	Read func(root string) (map[string]string, error)
}

// Topics are all parts, in the order in which an update looks at them.
var Topics = []Topic{
	{"language versions", "what go/types accepts by the go line of go.mod; lowering has to know what is new", languageVersions},
	{"builtin functions and predeclared types", "internal/lower, internal/inlcost", universe},
	{"directives", "internal/load/directives.go, internal/lower/index.go", directives},
	{"runtime calls of compiled code", "internal/rtcall, rt/src: another signature is another meaning", runtimeCalls},
	{"intrinsics", "internal/lower/intrinsic.go", intrinsics},
	{"linknames into the runtime", "rt/src has to define what the library pulls", linknames},
	{"linknames of the runtime into the library", "rt/src has to push the same", pushes},
	{"exported declarations of package runtime", "rt/src replaces the package", exported("runtime")},
	{"layouts of internal/abi", "internal/typedesc, internal/link, rt/src", structs("internal/abi")},
	{"layouts of internal/runtime/maps", "internal/lower/maps.go, internal/typedesc/maps.go, internal/link/dwarf_type.go", structs("internal/runtime/maps")},
	{"layouts of internal/profilerecord", "rt: profiles", structs("internal/profilerecord")},
	{"constants of internal/abi", "internal/typedesc, internal/link, rt/src", constants("internal/abi")},
	{"wait reasons", "rt/src/runtime/internal/sched/park.go, by number", waitReasons},
	{"trace header and events", "rt/src/runtime/trace.go, rt/src/runtime/internal/trace", traceFormat},
	{"experiments", "internal/goroot", experiments},
	{"default experiments", "internal/goroot", defaultExperiments},
	{"GODEBUG settings", "internal/load/godebug.go, rt/src/runtime/env.go", godebugs},
	{"metrics", "rt/src/runtime/metrics.go", metrics},
	{"assembly mnemonics of amd64", "internal/amd64/x86/tables", mnemonics("x86")},
	{"assembly mnemonics of arm64", "the arm64 assembler", mnemonics("arm64")},
	{"packages of the library", "test/std", packages},
}

// parse reads the Go files of a package's directory, without tests.
func parse(root, pkg string) (*token.FileSet, []*ast.File, error) {
	fset := token.NewFileSet()
	names, err := filepath.Glob(filepath.Join(root, "src", filepath.FromSlash(pkg), "*.go"))
	if err != nil {
		return nil, nil, err
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || foreign(filepath.Base(name)) {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, f)
	}
	if len(files) == 0 {
		return nil, nil, &fs.PathError{Op: "read", Path: filepath.Join(root, "src", pkg), Err: fs.ErrNotExist}
	}
	return fset, files, nil
}

// others matches names of files for systems and machines other than linux on amd64 and arm64.
var others = regexp.MustCompile(`_(windows|darwin|ios|plan9|wasm|wasip1|js|(free|open|net|dragonfly)bsd|dragonfly|solaris|illumos|aix|android|386|arm|mips\w*|ppc64\w*|s390x|riscv64|loong64)\b`)

func foreign(file string) bool {
	return others.MatchString(strings.TrimSuffix(file, filepath.Ext(file)))
}

// text prints a node on one line.
func text(fset *token.FileSet, n ast.Node) string {
	var b strings.Builder
	if printer.Fprint(&b, fset, n) != nil {
		return "?"
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// matches collects the first group of a pattern in a file; a second group is what the name stands for.
func matches(file, pattern string) func(root string) (map[string]string, error) {
	re := regexp.MustCompile(pattern)
	return func(root string) (map[string]string, error) {
		data, err := os.ReadFile(filepath.Join(root, "src", filepath.FromSlash(file)))
		if err != nil {
			return nil, err
		}
		out := map[string]string{}
		for _, m := range re.FindAllStringSubmatch(string(data), -1) {
			value := ""
			if len(m) > 2 {
				value = strings.TrimSpace(m[2])
			}
			out[m[1]] = value
		}
		return out, nil
	}
}

var (
	languageVersions   = matches("go/types/version.go", `asGoVersion\("(go1\.\d+)"\)`)
	godebugs           = matches("internal/godebugs/table.go", `\{Name: "(\w+)", (.*)\}`)
	metrics            = matches("runtime/metrics/description.go", `Name:\s+"(/[^"]+)"`)
	waitReasons        = matches("runtime/runtime2.go", `(?m)^\twaitReason\w+:\s+"([^"]*)"`)
	defaultExperiments = matches("internal/buildcfg/exp.go", `(?m)^\t\t(\w+):\s+(true|\w+Supported),`)
)

func mnemonics(arch string) func(string) (map[string]string, error) {
	return matches("cmd/internal/obj/"+arch+"/anames.go", `(?m)^\t"([A-KM-Z0-9][A-Z0-9]*|L[A-Z0-9]{0,2}|L[A-Z0-9]{4,})",`)
}

func experiments(root string) (map[string]string, error) {
	return matches("internal/goexperiment/flags.go", `(?m)^\t(\w+)\s+bool`)(root)
}

// directives are the comments that gc's compiler understands.
func directives(root string) (map[string]string, error) {
	out, err := matches("cmd/compile/internal/noder/lex.go", `"(go:\w+)"`)(root)
	if err != nil {
		return nil, err
	}
	more, err := matches("cmd/compile/internal/noder/noder.go", `"(go:\w+) ?"`)(root)
	for name := range more {
		out[name] = ""
	}
	return out, err
}

// pushes are functions and variables that package runtime gives to other packages.
func pushes(root string) (map[string]string, error) {
	_, files, err := parse(root, "runtime")
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, f := range files {
		for _, g := range f.Comments {
			for _, c := range g.List {
				if m := pushed.FindStringSubmatch(c.Text); m != nil {
					out[m[2]] = "from " + m[1]
				}
			}
		}
	}
	return out, nil
}

// pushed matches the directives of package runtime that name something of another package.
var pushed = regexp.MustCompile(`^//go:linkname(?:std)? (\w+) ((?:[\w./]+/)?\w+\.[\w.()*]+)$`)

// universe lists builtin functions and predeclared types as go/types has them.
func universe(root string) (map[string]string, error) {
	return matches("go/types/universe.go", `(?m)^\t_[A-Z]\w+:\s+\{"(\w+)", (.*)\},`)(root)
}

// runtimeCalls are the declarations that gc's compiler calls.
func runtimeCalls(root string) (map[string]string, error) {
	fset, files, err := parse(root, "cmd/compile/internal/typecheck/_builtin")
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, f := range files {
		if f.Name.Name != "runtime" {
			continue
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				d.Doc = nil
				out[d.Name.Name] = strings.TrimPrefix(text(fset, d), "func "+d.Name.Name)
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if v, ok := s.(*ast.ValueSpec); ok {
						out[v.Names[0].Name] = text(fset, v)
					}
				}
			}
		}
	}
	return out, nil
}

// intrinsics are the functions that gc replaces by instructions on some machine.
func intrinsics(root string) (map[string]string, error) {
	return matches("cmd/compile/internal/ssagen/intrinsics.go", `(?:add|addF|alias)\(("[\w/]+", "\w+")`)(root)
}

// linknames are what packages outside of the runtime pull from it, with those that pull it.
func linknames(root string) (map[string]string, error) {
	out := map[string]string{}
	src := filepath.Join(root, "src")
	directive := regexp.MustCompile(`(?m)^//go:linkname(?:std)? (\w+) (runtime\.[\w.()*]+)$`)
	err := filepath.WalkDir(src, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(src, name)
		if d.IsDir() {
			if rel == "cmd" || rel == "runtime" || d.Name() == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || foreign(d.Name()) {
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, m := range directive.FindAllStringSubmatch(string(data), -1) {
			if by := filepath.ToSlash(filepath.Dir(rel)); !strings.Contains(" "+out[m[2]]+" ", " "+by+" ") {
				out[m[2]] = strings.TrimSpace(out[m[2]] + " " + by)
			}
		}
		return nil
	})
	return out, err
}

// exported lists a package's exported declarations with their types.
func exported(pkg string) func(string) (map[string]string, error) {
	return func(root string) (map[string]string, error) {
		fset, files, err := parse(root, pkg)
		if err != nil {
			return nil, err
		}
		out := map[string]string{}
		for _, f := range files {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.IsExported() {
					name := fn.Name.Name
					if fn.Recv != nil {
						recv := strings.TrimLeft(text(fset, fn.Recv.List[0].Type), "*")
						if !ast.IsExported(recv) {
							continue
						}
						name = recv + "." + name
					}
					out[name] = text(fset, fn.Type)
				}
			}
		}
		for name, t := range structsOf(fset, files) {
			if ast.IsExported(name) {
				out[name] = t
			}
		}
		return out, nil
	}
}

// structs lists a package's struct types with their fields.
func structs(pkg string) func(string) (map[string]string, error) {
	return func(root string) (map[string]string, error) {
		fset, files, err := parse(root, pkg)
		if err != nil {
			return nil, err
		}
		return structsOf(fset, files), nil
	}
}

func structsOf(fset *token.FileSet, files []*ast.File) map[string]string {
	out := map[string]string{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok {
				if st, ok := s.Type.(*ast.StructType); ok {
					out[s.Name.Name] = fields(fset, st)
				}
			}
			return true
		})
	}
	return out
}

func fields(fset *token.FileSet, st *ast.StructType) string {
	var list []string
	for _, f := range st.Fields.List {
		line := text(fset, f.Type)
		for i := len(f.Names) - 1; i >= 0; i-- {
			sep := " "
			if i < len(f.Names)-1 {
				sep = ", "
			}
			line = f.Names[i].Name + sep + line
		}
		list = append(list, line)
	}
	return "{ " + strings.Join(list, "; ") + " }"
}

// constants lists a package's constants that have a value written at their own place.
func constants(pkg string) func(string) (map[string]string, error) {
	return func(root string) (map[string]string, error) {
		fset, files, err := parse(root, pkg)
		if err != nil {
			return nil, err
		}
		out := map[string]string{}
		for _, f := range files {
			for _, d := range f.Decls {
				g, ok := d.(*ast.GenDecl)
				if !ok || g.Tok != token.CONST {
					continue
				}
				for n, s := range g.Specs {
					v := s.(*ast.ValueSpec)
					for i, name := range v.Names {
						out[name.Name] = "#" + strconv.Itoa(n)
						if i < len(v.Values) {
							out[name.Name] = text(fset, v.Values[i])
						}
					}
				}
			}
		}
		return out, nil
	}
}

// traceFormat is the header of execution traces, and the events with their arguments.
func traceFormat(root string) (map[string]string, error) {
	out, err := matches("runtime/trace.go", `"(go 1\.\d+ trace)`)(root)
	if err != nil {
		return nil, err
	}
	events, err := matches("internal/trace/tracev2/events.go", `(?m)^\t(Ev\w+)[\s:]+(\{.*|.*//.*)$`)(root)
	for name, spec := range events {
		out[name] = spec
	}
	return out, err
}

// packages are the importable packages of the library.
func packages(root string) (map[string]string, error) {
	out := map[string]string{}
	src := filepath.Join(root, "src")
	err := filepath.WalkDir(src, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(src, name)
		if base := d.Name(); rel == "cmd" || base == "testdata" || base == "vendor" || strings.HasPrefix(base, "_") {
			return filepath.SkipDir
		}
		files, _ := filepath.Glob(filepath.Join(name, "*.go"))
		for _, f := range files {
			if !strings.HasSuffix(f, "_test.go") {
				out[filepath.ToSlash(rel)] = ""
				break
			}
		}
		return nil
	})
	return out, err
}
