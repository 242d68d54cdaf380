package load

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// What gc's back end refuses although the language allows it. It is looked for in packages that have no other errors.

const (
	maxTypeSize = 1<<50 - 1 // gc's address space
	maxChanElem = 1<<16 - 1
	maxFrame    = 1 << 30
)

// limits collects the errors of one package.
type limits struct {
	p     *Package
	sizes types.Sizes
	at    token.Pos // of the declaration that is looked through
	seen  map[string]bool
	errs  []*Error
}

// limitErrors finds types that are too large, and operands that print and println cannot show.
func (p *Package) limitErrors(sizes types.Sizes) []*Error {
	l := &limits{p: p, sizes: sizes, seen: map[string]bool{}}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok {
				l.genDecl(g)
			}
		}
	}
	if len(l.errs) > 0 {
		return l.errs
	}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				if l.at = d.Name.Pos(); d.Recv != nil {
					l.at = d.Recv.Pos()
				}
				if fn, ok := p.Info.Defs[d.Name].(*types.Func); ok && !generic(fn) {
					l.arguments(fn.Signature(), l.at)
					ast.Inspect(d, l.look)
				}
			}
		}
	}
	return l.errs
}

func generic(fn *types.Func) bool {
	return fn.Signature().TypeParams().Len() > 0 || fn.Signature().RecvTypeParams().Len() > 0
}

func (l *limits) genDecl(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.ValueSpec:
			if d.Tok == token.VAR {
				l.valueSpec(s)
			}
		case *ast.TypeSpec:
			if l.at = s.Name.Pos(); s.TypeParams == nil {
				ast.Inspect(s, l.look)
			}
		}
	}
}

// valueSpec looks through a declaration of variables. What is wrong with a value is reported at its variable.
func (l *limits) valueSpec(s *ast.ValueSpec) {
	l.at = s.Names[0].Pos()
	if s.Type != nil {
		ast.Inspect(s.Type, l.look)
	}
	for i, v := range s.Values {
		l.at = s.Names[min(i, len(s.Names)-1)].Pos()
		ast.Inspect(v, l.look)
	}
}

// look examines a node of a declaration and tells whether to go on to its parts.
func (l *limits) look(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GenDecl: // in a function
		if n.Tok == token.VAR {
			at := l.at
			l.genDecl(n)
			l.at = at
		}
		return false
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE {
			at := l.at
			for i, r := range n.Rhs {
				if l.at = n.Lhs[i].Pos(); !l.isConstant(r) {
					ast.Inspect(r, l.look)
				}
			}
			l.at = at
			return false
		}
	case *ast.FuncLit:
		l.arguments(l.p.Info.Types[n].Type.(*types.Signature), n.Pos())
	case *ast.ArrayType, *ast.ChanType:
		l.size(l.p.Info.Types[n.(ast.Expr)].Type)
	case *ast.CallExpr:
		l.printed(n)
		return !l.isConstant(n)
	}
	return true
}

func (l *limits) isConstant(e ast.Expr) bool { return l.p.Info.Types[e].Value != nil }

// size checks a type that is written down, given that what it is made of is checked where that is written.
func (l *limits) size(t types.Type) {
	switch t := t.(type) {
	case *types.Array:
		if n := l.sizeof(t.Elem()); n > 0 && n <= maxTypeSize && t.Len() > maxTypeSize/n {
			l.tooLarge(t, fmt.Sprintf("type %s larger than address space", l.name(t)))
		}
	case *types.Chan:
		if l.sizeof(t.Elem()) > maxChanElem {
			l.tooLarge(t, "channel element type too large (>64kB)")
		}
	}
}

// arguments checks what a function's parameters and results take on the stack.
func (l *limits) arguments(sig *types.Signature, at token.Pos) {
	n := int64(0)
	if r := sig.Recv(); r != nil {
		n = l.sizeof(r.Type())
	}
	for _, list := range []*types.Tuple{sig.Params(), sig.Results()} {
		for v := range list.Variables() {
			n += min(l.sizeof(v.Type()), maxTypeSize)
		}
	}
	if n >= maxFrame {
		l.errs = append(l.errs, &Error{Pos: at, Msg: fmt.Sprintf("stack frame too large (>1GB): 0 MB locals + %d MB args", n>>20)})
	}
}

// tooLarge reports a type once a declaration.
func (l *limits) tooLarge(t types.Type, msg string) {
	if key := fmt.Sprint(l.at, " ", types.TypeString(t, nil)); !l.seen[key] {
		l.seen[key] = true
		l.errs = append(l.errs, &Error{Pos: l.at, Msg: msg})
	}
}

// sizeof is the size of a type, at most little more than maxTypeSize.
func (l *limits) sizeof(t types.Type) int64 {
	switch u := t.Underlying().(type) {
	case *types.Array:
		n := l.sizeof(u.Elem())
		if n > 0 && u.Len() > maxTypeSize/n {
			return maxTypeSize + 1
		}
		return n * u.Len()
	case *types.Struct:
		for f := range u.Fields() {
			if l.sizeof(f.Type()) > maxTypeSize {
				return maxTypeSize + 1
			}
		}
		return l.sizes.Sizeof(t)
	}
	return l.sizes.Sizeof(t)
}

// printed checks the operands of print and println.
func (l *limits) printed(e *ast.CallExpr) {
	id, ok := ast.Unparen(e.Fun).(*ast.Ident)
	if !ok || id.Name != "print" && id.Name != "println" || !l.p.Info.Types[e.Fun].IsBuiltin() {
		return
	}
	for _, a := range e.Args {
		switch t := l.p.Info.Types[a].Type.(type) {
		case *types.Tuple:
			for v := range t.Variables() {
				l.printable(e, v.Type())
			}
		default:
			l.printable(e, t)
		}
	}
}

func (l *limits) printable(e *ast.CallExpr, t types.Type) {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		l.errs = append(l.errs, &Error{Pos: e.Lparen, Msg: "illegal types for operand: print\n\t" + l.name(t)})
	}
}

// name writes a type as gc does, which puts blanks inside the braces of types.
func (l *limits) name(t types.Type) string {
	return gcBraces.Replace(types.TypeString(t, types.RelativeTo(l.p.Types)))
}

var gcBraces = strings.NewReplacer("struct{}", "struct {}", "interface{}", "interface {}", "struct{", "struct { ", "interface{", "interface { ", "}", " }")
