// Package explain tells what the compiler decided: which functions it inlines, what escapes to the heap, and why.
//
// It takes functions with their typed syntax and the analysis' reports, and gives messages in the words that Go
// programmers know from `go build -gcflags=-m`. The decisions are Strata's own; the names, places and order of the
// messages follow the source: every expression that may allocate gets one.
package explain

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"strata/internal/abi"
	"strata/internal/analyze"
	"strata/internal/inlcost"
	"strata/internal/load"
)

// Func is a function with what was decided of it.
type Func struct {
	Sym     string
	Pkg     *load.Package
	Decl    *ast.FuncDecl // nil for literals
	Lit     *ast.FuncLit
	Sig     *types.Signature
	ABI     *abi.Signature
	Verdict inlcost.Verdict
	// Cost is the function's size in operations; Inlinable tells whether callers inline it.
	Cost      int
	Inlinable bool
	// Forbidden is why Strata cannot inline the function whatever its size, "" if it can.
	Forbidden string
	NoEscape  bool            // bodyless, and promises not to keep its arguments
	Late      *Late           // nil if the function was not compiled
	Report    *analyze.Report // nil for functions without a body
	Wrappers  []*Wrapper
}

// Wrapper is a function that the compiler made for a go or defer statement: it makes the arguments and the call.
type Wrapper struct {
	Sym       string
	Pos       token.Pos // of the call
	Inlinable bool
	Report    *analyze.Report
}

// part is w as if it were all of f's source.
func (f *Func) part(w *Wrapper) *Func {
	p := *f
	p.Sym, p.Report, p.Wrappers = w.Sym, w.Report, nil
	return &p
}

// Unit is what is explained: the functions of some packages.
type Unit struct {
	Fset  *token.FileSet
	Funcs []*Func
	// Find gives the syntax of any function of the program, for what was inlined; nil if it has none.
	Find func(sym string) *Func
	// Type gives the type that a descriptor's symbol stands for; nil if it is not known.
	Type func(sym string) types.Type
	// FileName is how a file is named within texts; nil: as Fset does.
	FileName func(name string) string
	// NoInline says that nothing is inlined: decisions about that are not told.
	NoInline bool
}

// PackageAt is the import path of the package that a file belongs to.
func (u *Unit) PackageAt(file string) string {
	for _, f := range u.Funcs {
		for i, name := range f.Pkg.FileNames {
			if name == file || u.Fset.Position(f.Pkg.Files[i].Pos()).Filename == file {
				return f.Pkg.ImportPath
			}
		}
	}
	return file
}

// Message is one line about a place in the source.
type Message struct {
	Pos  token.Position
	Text string
}

// Messages tells the decisions in the order of the source: about inlining first, then about escapes. At level 2 it
// gives reasons too.
func (u *Unit) Messages(level int) []Message {
	p := printer{u: u, level: level}
	if !u.NoInline {
		for _, f := range u.Funcs {
			p.inlining(f)
		}
		for _, f := range u.Funcs {
			p.inlinedCalls(f)
			for _, w := range f.Wrappers {
				p.inlinedCalls(f.part(w))
			}
		}
		p.flush()
	}
	for _, f := range u.Funcs {
		p.devirtualized(f)
		for _, w := range f.Wrappers {
			p.devirtualized(f.part(w))
		}
		p.profiled(f)
		p.apart(f)
		p.escapes(f)
	}
	p.flush()
	return p.out
}

// printer collects messages.
type printer struct {
	u       *Unit
	level   int
	pending []Message
	out     []Message
	fixed   map[*Func]map[*types.Var]types.TypeAndValue // see constants
}

func (p *printer) say(pos token.Pos, format string, args ...any) {
	p.pending = append(p.pending, Message{p.u.Fset.Position(pos), fmt.Sprintf(format, args...)})
}

// flush sorts what was said and drops what was said twice.
func (p *printer) flush() {
	slices.SortStableFunc(p.pending, func(a, b Message) int {
		return cmp.Or(strings.Compare(a.Pos.Filename, b.Pos.Filename), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
	seen := map[Message]bool{}
	for _, m := range p.pending {
		if strings.HasPrefix(m.Text, " ") || !seen[m] {
			p.out = append(p.out, m)
		}
		seen[m] = true
	}
	p.pending = nil
}

// Name is how messages call f in package from.
func (f *Func) Name(from *load.Package) string {
	if f.Pkg == nil {
		return f.Sym
	}
	name := strings.TrimPrefix(f.Sym, f.Pkg.Path+".")
	if f.Pkg != from {
		name = f.Pkg.Name + "." + name
	}
	return name
}

// pos is where messages about f stand: behind the word func.
func (f *Func) pos() token.Pos {
	if f.Decl == nil {
		return f.Lit.Pos()
	}
	if f.Decl.Recv != nil {
		return f.Decl.Recv.Opening
	}
	return f.Decl.Name.Pos()
}

func (f *Func) body() *ast.BlockStmt {
	if f.Decl != nil {
		return f.Decl.Body
	}
	return f.Lit.Body
}

func (f *Func) funcType() *ast.FuncType {
	if f.Decl != nil {
		return f.Decl.Type
	}
	return f.Lit.Type
}
