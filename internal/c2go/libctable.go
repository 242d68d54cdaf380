package c2go

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strings"
	"sync"

	"modernc.org/cc/v4"
)

// library is package libc, the C library of translated programs; its files are written out beside them.
//
//go:embed libc/*.go
var library embed.FS

// libcFunc is a function of package libc that C programs can call.
type libcFunc struct {
	name     string
	params   []string // Go types
	variadic bool     // the last parameter, not in params, points at variable arguments
	result   string
}

// helperFile holds functions that only the translation calls; they are no functions of C.
const helperFile = "rt.go"

var (
	libcVariables = map[string]string{} // Go names of C's variables, by their names in C
	libcTable     = sync.OnceValue(readLibrary)
)

// LibraryFiles are the files of package libc.
func LibraryFiles() []File {
	var list []File
	entries, err := fs.ReadDir(library, "libc")
	if err != nil {
		panic(err) // the files are part of the executable
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		text, err := library.ReadFile("libc/" + e.Name())
		if err != nil {
			panic(err)
		}
		list = append(list, File{e.Name(), text})
	}
	return list
}

// readLibrary finds the functions and variables of package libc in its source.
func readLibrary() map[string]*libcFunc {
	m := map[string]*libcFunc{}
	for _, file := range LibraryFiles() {
		if file.Name == helperFile {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file.Name, file.Text, parser.SkipObjectResolution)
		if err != nil {
			panic(err)
		}
		for _, d := range tree.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.IsExported() {
					m[d.Name.Name] = newLibcFunc(d)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if v, ok := s.(*ast.ValueSpec); ok && d.Tok == token.VAR {
						for _, n := range v.Names {
							if n.IsExported() {
								libcVariables[strings.ToLower(n.Name[:1])+n.Name[1:]] = n.Name
							}
						}
					}
				}
			}
		}
	}
	return m
}

func newLibcFunc(d *ast.FuncDecl) *libcFunc {
	f := &libcFunc{name: d.Name.Name}
	for _, p := range d.Type.Params.List {
		for _, n := range p.Names {
			if n.Name == "va" {
				f.variadic = true
				continue
			}
			f.params = append(f.params, typeString(p.Type))
		}
	}
	if r := d.Type.Results; r != nil {
		f.result = typeString(r.List[0].Type)
	}
	return f
}

func typeString(e ast.Expr) string {
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return "?"
}

// libcName is the name in package libc of a function of C.
func libcName(c string) string {
	if c == "" || c[0] == '_' {
		return "X" + c
	}
	return strings.ToUpper(c[:1]) + c[1:]
}

// cType is the type of C that a parameter of a library function has.
func (u *unit) cType(goType string) cc.Type {
	switch goType {
	case "int32":
		return u.ast.Int
	case "uint32":
		return u.ast.UInt
	case "int64":
		return u.ast.Long
	case "uint64":
		return u.ast.ULong
	case "uintptr":
		return u.ast.PVoid
	case "float64":
		return u.ast.Double
	case "float32":
		return u.ast.Float
	case "int16":
		return u.ast.Short
	case "uint16":
		return u.ast.UShort
	case "int8":
		return u.ast.SChar
	case "uint8":
		return u.ast.UChar
	}
	panic("libc: parameter of type " + goType)
}
