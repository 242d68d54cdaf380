// Package shrink makes a program smaller that shows a fault, as long as it goes on to show it.
//
// A candidate is the program with one part left out or put in place of what is around it. Candidates that are not well
// typed are mended, by leaving out what refers to the part, or given up before anybody has to compile them.
package shrink

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"time"
)

// Program shrinks a command in one file. shows says whether a well-typed program still has the fault. No candidate is tried after the
// limit.
func Program(src []byte, limit time.Duration, shows func([]byte) bool) []byte {
	s := &shrinker{src: src, shows: shows, end: time.Now().Add(limit), importer: importer.Default(), tried: map[string]bool{}}
	for _, pass := range passes {
		s.repeat(pass)
	}
	for before := 0; before != len(s.src) && s.left(); {
		before = len(s.src)
		for _, pass := range passes {
			s.repeat(pass)
		}
	}
	return s.src
}

// passes find candidates in a program, the largest first.
var passes = []func(*file) []edit{unused, statements, unwrapped, expressions}

type shrinker struct {
	src      []byte
	shows    func([]byte) bool
	end      time.Time
	importer types.Importer
	tried    map[string]bool
}

func (s *shrinker) left() bool { return time.Now().Before(s.end) }

// repeat carries a pass out until it finds nothing more.
func (s *shrinker) repeat(pass func(*file) []edit) {
	for again := true; again && s.left(); {
		again = false
		f := s.check(s.src)
		if f == nil {
			return
		}
		for _, e := range pass(f) {
			if !s.left() {
				return
			}
			if s.try(e) {
				again = true
				break // positions have changed
			}
		}
	}
}

// try takes a candidate over if it is well typed, new, not longer, and shows the fault.
func (s *shrinker) try(e edit) bool {
	src := s.mended(e.apply(s.src))
	if src == nil || len(src) >= len(s.src) || s.tried[string(src)] {
		return false
	}
	s.tried[string(src)] = true
	if !s.shows(src) {
		return false
	}
	s.src = src
	return true
}

// mended leaves out what does not type-check any more because something is missing, and lays the rest out anew.
// It gives up with nil.
func (s *shrinker) mended(src []byte) []byte {
	for range 40 {
		f := s.check(src)
		if f == nil {
			return nil
		}
		if len(f.errs) == 0 {
			out, err := format.Source(src)
			if err != nil {
				return nil
			}
			return out
		}
		var edits []edit
		for _, e := range f.errs {
			if r, ok := f.around(e.Pos); ok {
				edits = append(edits, r)
			}
		}
		if len(edits) == 0 {
			return nil
		}
		src = applyAll(src, edits)
	}
	return nil
}

// file is a program that parses, with its types and what is wrong with them.
type file struct {
	src   []byte
	fset  *token.FileSet
	ast   *ast.File
	info  *types.Info
	errs  []types.Error
	edits []edit
}

func (s *shrinker) check(src []byte) *file {
	f := &file{src: src, fset: token.NewFileSet(), info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}}
	var err error
	if f.ast, err = parser.ParseFile(f.fset, "main.go", src, parser.SkipObjectResolution); err != nil {
		return nil
	}
	conf := types.Config{Importer: s.importer, Error: func(err error) { f.errs = append(f.errs, err.(types.Error)) }}
	conf.Check("main", f.fset, []*ast.File{f.ast}, f.info)
	return f
}

func (f *file) offset(p token.Pos) int { return f.fset.Position(p).Offset }

// around is the smallest thing at a place that can be left out: an import, a statement of a list, a declaration.
func (f *file) around(p token.Pos) (out edit, found bool) {
	take := func(n ast.Node) { out, found = f.without(n, n), true }
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if n == nil || p < n.Pos() || p >= n.End() {
			return n == ast.Node(f.ast)
		}
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Name.Name == "main" && n.Recv == nil {
				return true
			}
			take(n)
		case *ast.GenDecl:
			take(n)
			return n.Lparen.IsValid()
		case *ast.ImportSpec:
			take(n)
		}
		for _, s := range list(n) {
			if s.Pos() <= p && p < s.End() {
				take(s)
			}
		}
		return true
	})
	return out, found
}

// list is the list of statements of a node that has one.
func list(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

// edit puts text in the place of a range of the source.
type edit struct {
	from, to int
	text     string
}

func (e edit) apply(src []byte) []byte { return applyAll(src, []edit{e}) }

// applyAll carries edits out from the end to the start. Of those that overlap the outermost counts.
func applyAll(src []byte, edits []edit) []byte {
	slices.SortFunc(edits, func(a, b edit) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		if e.from < at {
			continue
		}
		out.Write(src[at:e.from])
		out.WriteString(e.text)
		at = e.to
	}
	out.Write(src[at:])
	return out.Bytes()
}
