package goroot

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"sort"
	"strconv"
	"strings"
)

// edit replaces the bytes [from, to) of a file.
type edit struct {
	from, to int
	text     string
}

func apply(src []byte, edits []edit) []byte {
	sort.SliceStable(edits, func(i, j int) bool { return edits[i].from < edits[j].from })
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		out.Write(src[at:e.from])
		out.WriteString(e.text)
		at = e.to
	}
	out.Write(src[at:])
	return out.Bytes()
}

// file is a source file of a case, with the changes that the harness makes to it. No change moves a line.
type file struct {
	src    []byte
	syntax *ast.File
	fset   *token.FileSet
	edits  []edit
}

// parseFile parses src; syntax is nil if it has syntax errors.
func parseFile(src []byte) *file {
	f := &file{src: src, fset: token.NewFileSet()}
	syntax, err := parser.ParseFile(f.fset, "x.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err == nil {
		f.syntax = syntax
	}
	return f
}

func (f *file) offset(p token.Pos) int { return f.fset.PositionFor(p, false).Offset }

func (f *file) bytes() []byte { return apply(f.src, f.edits) }

// packageName is the name in the package clause, also of a file with syntax errors.
func packageName(src []byte) string {
	f, err := parser.ParseFile(token.NewFileSet(), "", src, parser.PackageClauseOnly)
	if err != nil && (f == nil || f.Name == nil) {
		return "p"
	}
	return f.Name.Name
}

// absoluteImports turns "./a" into "test/a", as -D test does.
func (f *file) absoluteImports() {
	if f.syntax == nil {
		return
	}
	for _, s := range f.syntax.Imports {
		p, err := strconv.Unquote(s.Path.Value)
		if err != nil || !strings.HasPrefix(p, ".") {
			continue
		}
		f.edits = append(f.edits, edit{f.offset(s.Path.Pos()), f.offset(s.Path.End()), strconv.Quote(path.Join("test", p))})
	}
}

func (f *file) main() *ast.FuncDecl {
	if f.syntax == nil || f.syntax.Name.Name != "main" {
		return nil
	}
	for _, d := range f.syntax.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "main" && fn.Body != nil {
			return fn
		}
	}
	return nil
}

// bodyless names the functions and methods without a body.
func (f *file) bodyless() (names []string) {
	if f.syntax == nil {
		return nil
	}
	for _, d := range f.syntax.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body == nil {
			names = append(names, fn.Name.Name)
		}
	}
	return names
}

// addToken makes main print the token whenever it ends: before its closing brace and at each return. A main
// with deferred calls may end by recovering from a panic: it is renamed and called by another main. It says
// whether the file has main, and whether the other main is needed.
func (f *file) addToken() (has, wrap bool) {
	fn := f.main()
	if fn == nil {
		return false, false
	}
	const call = "strata_token()"
	end := f.offset(fn.Body.Rbrace)
	edits := []edit{{end, end, ";" + call}}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			wrap = true
		case *ast.ReturnStmt:
			edits = append(edits, edit{f.offset(n.Pos()), f.offset(n.End()), "{" + call + ";return}"})
		}
		return true
	})
	if wrap {
		edits = []edit{{f.offset(fn.Name.Pos()), f.offset(fn.Name.End()), "strata_main"}}
	}
	f.edits = append(f.edits, edits...)
	return true, wrap
}

// tokenSource is the file with strata_token, and with main if it wraps strata_main. It imports nothing unless
// println means something else in the package.
func tokenSource(tok string, files []*file, wrap bool) []byte {
	text := fmt.Sprintf("package main\n\nfunc strata_token() { println(%q) }\n", tok)
	for _, f := range files {
		if bytes.Contains(f.src, []byte("println ")) || bytes.Contains(f.src, []byte("func println")) {
			text = fmt.Sprintf("package main\n\nimport strata_os \"os\"\n\nfunc strata_token() { strata_os.Stderr.WriteString(%q) }\n", tok+"\n")
			break
		}
	}
	if wrap {
		text += "\nfunc main() {\n\tstrata_main()\n\tstrata_token()\n}\n"
	}
	return []byte(text)
}

// keepSource is a file that refers to all functions, methods and variables of a package, so that a
// compiler that compiles on demand compiles them all. withMain adds an empty main.
func keepSource(pkg string, files []*file, withMain bool) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "package %s\n\nvar strata_sink interface{}\n\nfunc init() {\n", pkg)
	for _, f := range files {
		if f.syntax == nil {
			continue
		}
		for _, d := range f.syntax.Decls {
			keepDecl(&b, d, genericTypes(files))
		}
	}
	b.WriteString("}\n")
	if withMain {
		b.WriteString("\nfunc main() {}\n")
	}
	return b.Bytes()
}

func keepDecl(b *bytes.Buffer, d ast.Decl, generic map[string]bool) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if e := funcExpr(d, generic); e != "" {
			fmt.Fprintf(b, "\tstrata_sink = %s\n", e)
		}
	case *ast.GenDecl:
		if d.Tok != token.VAR {
			return
		}
		for _, s := range d.Specs {
			for _, n := range s.(*ast.ValueSpec).Names {
				if n.Name != "_" {
					fmt.Fprintf(b, "\tstrata_sink = &%s\n", n.Name)
				}
			}
		}
	}
}

// funcExpr is an expression for the function that d declares; "" if there is none.
func funcExpr(d *ast.FuncDecl, generic map[string]bool) string {
	name := d.Name.Name
	if name == "_" || d.Type.TypeParams != nil || d.Recv == nil && name == "init" {
		return ""
	}
	if d.Recv == nil {
		return name
	}
	if len(d.Recv.List) != 1 {
		return ""
	}
	star := ""
	t := ast.Unparen(d.Recv.List[0].Type)
	if p, ok := t.(*ast.StarExpr); ok {
		star, t = "*", ast.Unparen(p.X)
	}
	id, ok := t.(*ast.Ident)
	if !ok || generic[id.Name] {
		return ""
	}
	return fmt.Sprintf("(%s%s).%s", star, id.Name, name)
}

func genericTypes(files []*file) map[string]bool {
	out := map[string]bool{"_": true}
	for _, f := range files {
		if f.syntax == nil {
			continue
		}
		for _, d := range f.syntax.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, s := range g.Specs {
				if t := s.(*ast.TypeSpec); t.TypeParams != nil {
					out[t.Name.Name] = true
				}
			}
		}
	}
	return out
}
