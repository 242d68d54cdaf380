package load

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// Error is one problem, at a place where there is one.
type Error struct {
	Pos   token.Pos      // NoPos: see Place
	Place token.Position // used when Pos is NoPos and Place is valid
	Msg   string
	More  []*Error // continuation lines: "other declaration of x"

	dropped bool // said elsewhere

	fset *token.FileSet
	seq  int // among the package's errors, in the order found
}

func (e *Error) Error() string { return e.text("") }

// position is where the error is, with //line directives applied.
func (e *Error) position() token.Position {
	if e.Pos.IsValid() && e.fset != nil {
		return e.fset.Position(e.Pos)
	}
	return e.Place
}

// text prints the error with file names relative to dir as the go command shows them ("./x.go:1:2: message").
func (e *Error) text(dir string) string {
	var b strings.Builder
	at := e.place(dir)
	if at != "" {
		at += ": "
	}
	b.WriteString(at + e.Msg)
	for _, m := range e.More {
		fmt.Fprintf(&b, "\n\t%s: %s", m.place(dir), m.Msg)
	}
	return b.String()
}

// place prints where the error is. A relative name in a //line directive stays as it is written there.
func (e *Error) place(dir string) string {
	pos := e.position()
	if e.Pos.IsValid() && e.fset != nil {
		if file := e.fset.File(e.Pos).Name(); file != pos.Filename {
			if rel, err := filepath.Rel(filepath.Dir(file), pos.Filename); err == nil && !strings.HasPrefix(rel, "..") {
				pos.Filename, dir = rel, ""
			}
		}
	}
	return place(pos, dir)
}

func place(pos token.Position, dir string) string {
	if !pos.IsValid() {
		return ""
	}
	name := pos.Filename
	if dir != "" && filepath.IsAbs(name) {
		if s := shortName(dir, name); s != name {
			name = s
			if !strings.HasPrefix(name, "..") && !strings.Contains(name, "/") {
				name = "./" + name
			}
		}
	}
	if pos.Column == 0 {
		return fmt.Sprintf("%s:%d", name, pos.Line)
	}
	return fmt.Sprintf("%s:%d:%d", name, pos.Line, pos.Column)
}

// PackageErrors are the compile errors of one package. They print as go build prints them: a header, then
// the first ten that were found, in order of place.
type PackageErrors struct {
	Pkg *Package
	Dir string // names are relative to it
}

const maxErrors = 10

func (e *PackageErrors) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s", e.Pkg.header())
	var tooMany *Error
	for _, err := range e.Pkg.Errors {
		one, ok := err.(*Error)
		switch {
		case !ok:
			b.WriteString("\n" + err.Error())
		case one.seq < maxErrors:
			b.WriteString("\n" + one.text(e.Dir))
			if one.seq == maxErrors-1 {
				tooMany = one
			}
		}
	}
	if tooMany != nil {
		b.WriteString("\n" + tooMany.place(e.Dir) + ": too many errors")
	}
	return b.String()
}

// SourceErrors makes one error of what the back end finds wrong with the source, nil of nothing. The package in which the
// first is heads them.
func (p *Program) SourceErrors(list []*Error) error {
	if len(list) == 0 {
		return nil
	}
	found := Package{ImportPath: "command-line-arguments"}
	for _, e := range sortErrors(p.Fset, list) {
		found.Errors = append(found.Errors, e)
	}
	first := list[0].Pos
	for _, q := range p.Packages {
		if slices.ContainsFunc(q.Files, func(f *ast.File) bool { return f.FileStart <= first && first <= f.FileEnd }) {
			found.ImportPath = q.ImportPath
		}
	}
	return &PackageErrors{Pkg: &found, Dir: p.session.cfg.Dir}
}

// Unwrap gives the package's errors.
func (e *PackageErrors) Unwrap() []error { return e.Pkg.Errors }

func (p *Package) header() string { return p.ImportPath }

// sortErrors orders errors by place, drops duplicates and what only follows from another error on the line.
func sortErrors(fset *token.FileSet, list []*Error) []*Error {
	for i, e := range list {
		e.fset, e.seq = fset, i
		for _, m := range e.More {
			m.fset = fset
		}
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i].position(), list[j].position()
		if a.Filename != b.Filename {
			return a.Filename < b.Filename
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
	var out []*Error
	for _, e := range list {
		if n := len(out); n > 0 {
			last, pos := out[n-1].position(), e.position()
			sameLine := last.Filename == pos.Filename && last.Line == pos.Line
			if sameLine && (out[n-1].Msg == e.Msg || isSyntax(e) && isSyntax(out[n-1])) {
				continue
			}
		}
		out = append(out, e)
	}
	return out
}

func isSyntax(e *Error) bool { return strings.HasPrefix(e.Msg, "syntax error: ") }

// followsFrom says whether a syntax error, not the first, is likely only a consequence of an earlier one:
// go/parser recovers less well than the compiler.
func followsFrom(e *Error) bool {
	return strings.Contains(e.Msg, "unexpected EOF") || strings.Contains(e.Msg, "non-declaration statement")
}

// compilerWords turns the few go/types messages that differ into the compiler's.
func compilerWords(msg string) string {
	if rest, ok := strings.CutPrefix(msg, "could not import "); ok {
		path, _, _ := strings.Cut(rest, " ")
		return "could not import " + path + " (open : no such file or directory)"
	}
	return msg
}

var foundExpected = regexp.MustCompile(`^expected (.+), found (.+)$`)

// syntaxError turns an error of go/parser into the compiler's words, as far as the parser says what it saw.
func syntaxError(e *scanner.Error, src []byte) *Error {
	out := &Error{Place: e.Pos}
	msg := e.Msg
	if m := foundExpected.FindStringSubmatch(msg); m != nil {
		want, got := m[1], foundToken(m[2], e.Pos, src)
		switch want {
		case "operand":
			want = "expression"
		case "declaration":
			out.Msg = "syntax error: non-declaration statement outside function body"
			return out
		case "';'", "'}'":
			out.Msg = "syntax error: unexpected " + got + " at end of statement"
			return out
		case "'IDENT'":
			want = "name"
		case "'package'":
			out.Msg = "syntax error: package statement must be first"
			return out
		case "';' or '}'", "';' or newline":
			out.Msg = "syntax error: unexpected " + got + " at end of statement"
			return out
		}
		want = strings.Trim(want, "'")
		out.Msg = "syntax error: unexpected " + got + ", expected " + want
		return out
	}
	switch {
	case strings.HasPrefix(msg, "missing ',' before newline in composite literal"):
		msg = "syntax error: unexpected newline in composite literal; possibly missing comma or }"
	case strings.HasPrefix(msg, "missing ',' before newline in argument list"):
		msg = "syntax error: unexpected newline in argument list; possibly missing comma or )"
	case strings.HasPrefix(msg, "missing ',' before newline in parameter list"):
		msg = "syntax error: unexpected newline in parameter list; possibly missing comma or )"
	case strings.HasPrefix(msg, "missing ','"):
		msg = "syntax error: unexpected " + foundToken("", e.Pos, src) + strings.TrimPrefix(msg, "missing ','") + "; possibly missing comma"
	case msg == "string literal not terminated":
		msg = "newline in string"
	case msg == "raw string literal not terminated":
		msg = "string not terminated"
	case msg == "imports must appear before other declarations":
		msg = "syntax error: imports must appear before other declarations"
	case strings.HasPrefix(msg, "illegal character "):
		msg = "invalid character " + strings.TrimPrefix(msg, "illegal character ")
	}
	out.Msg = msg
	return out
}

// foundToken names the token at a place as the compiler does: "name x", "keyword for", "literal 1", "newline".
func foundToken(got string, pos token.Position, src []byte) string {
	switch {
	case got == "newline" || got == "'EOF'" || got == "EOF":
		return strings.Trim(got, "'")
	case strings.HasPrefix(got, "';'"):
		return "semicolon"
	}
	if pos.Offset > len(src) {
		return strings.Trim(got, "'")
	}
	var sc scanner.Scanner
	rest := bytes.Clone(src[pos.Offset:])
	sc.Init(token.NewFileSet().AddFile("", -1, len(rest)), rest, nil, 0)
	_, tok, lit := sc.Scan()
	switch {
	case tok == token.EOF:
		return "EOF"
	case tok == token.IDENT:
		return "name " + lit
	case tok.IsLiteral():
		return "literal " + lit
	case tok.IsKeyword():
		return "keyword " + tok.String()
	case tok == token.SEMICOLON && lit == "\n":
		return "newline"
	case tok == token.SEMICOLON:
		return "semicolon"
	case tok == token.COMMA:
		return "comma"
	}
	return tok.String()
}
