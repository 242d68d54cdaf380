package load

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// Directive is one //go:name comment.
type Directive struct {
	Pos  token.Pos // after the slashes, where the compiler reports it
	Name string    // "go:noinline"
	Args string    // the rest of the line, trimmed
}

// Linkname is one //go:linkname directive.
type Linkname struct {
	Pos    token.Pos
	Local  string
	Target string // with OneArg: "", the directive only marks Local as reachable by linkname
	OneArg bool
	File   *ast.File
}

// directives fills in Linknames, Debug, Pragmas and Embeds of a checked package.
func (s *Session) directives(p *Package) {
	p.Pragmas = map[ast.Node][]Directive{}
	for _, f := range p.Files {
		all := p.directivesOf(f)
		for _, d := range all {
			switch d.Name {
			case "go:debug":
				p.Debug = append(p.Debug, d)
			case "go:linkname", "go:linknamestd": // the second is for names that only the standard library may use
				switch words := strings.Fields(d.Args); len(words) {
				case 1:
					p.Linknames = append(p.Linknames, Linkname{Pos: d.Pos, Local: words[0], OneArg: true, File: f})
				case 2:
					p.Linknames = append(p.Linknames, Linkname{Pos: d.Pos, Local: words[0], Target: words[1], File: f})
				}
			}
		}
		attachPragmas(p.Pragmas, f, all)
	}
	s.embeds(p)
}

// directivesOf lists the directives of a file in order: //go: comments alone in their line.
func (p *Package) directivesOf(f *ast.File) []Directive {
	return slices.DeleteFunc(fileDirectives(f), func(d Directive) bool { return slices.Contains(p.strays, d.Pos) })
}

// fileDirectives lists the //go: comments of a file in order.
func fileDirectives(f *ast.File) []Directive {
	var out []Directive
	for _, g := range f.Comments {
		for _, c := range g.List {
			if d, ok := parseDirective(c); ok {
				out = append(out, d)
			}
		}
	}
	return out
}

// strayDirectives finds the directives that stand behind something else in their line.
func strayDirectives(fset *token.FileSet, f *ast.File, src []byte) []token.Pos {
	var out []token.Pos
	for _, d := range fileDirectives(f) {
		before := src[:fset.PositionFor(d.Pos, false).Offset-len("//")]
		if line := before[bytes.LastIndexByte(before, '\n')+1:]; len(bytes.TrimSpace(line)) > 0 {
			out = append(out, d.Pos)
		}
	}
	return out
}

// parseDirective takes a directive apart. Its name ends at a blank: as for the compiler, a tab is part of it.
func parseDirective(c *ast.Comment) (Directive, bool) {
	text, ok := strings.CutPrefix(c.Text, "//go:")
	if !ok {
		return Directive{}, false
	}
	name, args, _ := strings.Cut(text, " ")
	return Directive{Pos: c.Pos() + token.Pos(len("//")), Name: "go:" + name, Args: strings.TrimSpace(args)}, true
}

// attachPragmas gives each declaration the directives between it and what stands before it. In a group each
// specification has its own; directives before the group or in a function body belong to nothing.
func attachPragmas(to map[ast.Node][]Directive, f *ast.File, all []Directive) {
	if len(all) == 0 {
		return
	}
	next := 0
	take := func(end token.Pos, node ast.Node) {
		first := next
		next += sort.Search(len(all)-next, func(i int) bool { return all[first+i].Pos >= end })
		if next > first && node != nil {
			to[node] = all[first:next:next]
		}
	}
	take(f.Package, nil)
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			take(d.Pos(), d)
		case *ast.GenDecl:
			if d.Lparen.IsValid() {
				take(d.Lparen, nil)
			}
			for _, spec := range d.Specs {
				take(spec.Pos(), spec)
				take(spec.End(), nil)
			}
		}
		take(d.End(), nil)
	}
}

// funcDirectives are those that say something about the function that follows.
var funcDirectives = map[string]bool{
	"go:nointerface": true, "go:noescape": true, "go:norace": true, "go:nosplit": true, "go:noinline": true,
	"go:nocheckptr": true, "go:systemstack": true, "go:nowritebarrier": true, "go:nowritebarrierrec": true,
	"go:yeswritebarrierrec": true, "go:cgo_unsafe_args": true, "go:uintptrkeepalive": true, "go:uintptrescapes": true,
	"go:registerparams": true, "go:wasmexport": true, "go:wasmimport": true,
}

// runtimeDirectives are allowed in the runtime's packages alone.
var runtimeDirectives = map[string]bool{
	"go:systemstack": true, "go:nowritebarrier": true, "go:nowritebarrierrec": true, "go:yeswritebarrierrec": true,
}

// directiveErrors checks who may use directives, and how those are written that say something about no declaration.
func (p *Package) directiveErrors(f *ast.File) []*Error {
	var errs []*Error
	add := func(d Directive, format string, args ...any) {
		errs = append(errs, &Error{Pos: d.Pos, Msg: fmt.Sprintf(format, args...)})
	}
	for _, d := range fileDirectives(f) {
		text := strings.TrimSpace(d.Name + " " + d.Args)
		switch words := strings.Fields(d.Args); {
		case slices.Contains(p.strays, d.Pos):
			add(d, "misplaced compiler directive")
		case d.Name == "go:linkname" && len(words) > 2:
			add(d, "usage: //go:linkname localname [linkname]")
		case d.Name == "go:embed":
			list, err := embedPatterns(d)
			if err != nil {
				add(d, "%v", err)
			}
			if err != nil || len(list) == 0 {
				add(d, "usage: //go:embed pattern...")
			}
		case runtimeDirectives[d.Name]:
			add(d, "//%s only allowed in runtime", d.Name)
		case d.Name == "go:uintptrkeepalive":
			add(d, "//%s is only allowed in the standard library", d.Name)
		case d.Name == "go:cgo_import_dynamic" && len(words) == 3:
		case strings.HasPrefix(d.Name, "go:cgo_"):
			add(d, "//%s only allowed in cgo-generated code", text)
			if d.Name == "go:cgo_ldflag" && (len(words) != 1 || !strings.HasPrefix(words[0], `"`)) {
				add(d, `usage: //go:cgo_ldflag "arg"`)
			}
		}
	}
	return errs
}

// misplacedDirectives finds directives that stand before nothing they could apply to.
func (p *Package) misplacedDirectives(f *ast.File) []*Error {
	all := p.directivesOf(f)
	attached := map[ast.Node][]Directive{}
	attachPragmas(attached, f, all)
	fine := map[token.Pos]bool{}
	for node, list := range attached {
		for _, d := range list {
			switch node.(type) {
			case *ast.FuncDecl:
				fine[d.Pos] = funcDirectives[d.Name]
			case *ast.ValueSpec:
				fine[d.Pos] = d.Name == "go:embed"
			}
		}
	}
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.CONST {
			for _, spec := range g.Specs {
				for _, p := range attached[spec] {
					fine[p.Pos] = false
				}
			}
		}
	}
	var errs []*Error
	for _, d := range all {
		switch {
		case fine[d.Pos]:
		case d.Name == "go:embed" && inFunc(f, d.Pos):
			errs = append(errs, &Error{Pos: d.Pos, Msg: "go:embed cannot apply to var inside func"})
		case funcDirectives[d.Name] || d.Name == "go:embed",
			(d.Name == "go:build" || d.Name == "go:debug") && d.Pos > f.Package:
			errs = append(errs, &Error{Pos: d.Pos, Msg: "misplaced compiler directive"})
		}
	}
	return errs
}

// inFunc says whether a directive stands before a variable declared in a function.
func inFunc(f *ast.File, pos token.Pos) bool {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Pos() < pos && pos < fn.End() {
			return true
		}
	}
	return false
}

// importsPath tells whether a file imports a package, however the import is written.
func importsPath(f *ast.File, path string) bool {
	return slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool {
		p, err := strconv.Unquote(i.Path.Value)
		return err == nil && p == path
	})
}

// linknameErrors checks what //go:linkname directives name. The standard library and the runtime may do as they like.
func linknameErrors(p *Package) []*Error {
	var errs []*Error
	seen := map[string]bool{}
	for _, l := range p.Linknames {
		msg := ""
		switch p.Types.Scope().Lookup(l.Local).(type) {
		case *types.Func, *types.Var:
			if seen[l.Local] {
				msg = "duplicate //go:linkname for " + l.Local
			}
			seen[l.Local] = true
		default:
			msg = "//go:linkname must refer to declared function or variable"
		}
		if !importsPath(l.File, "unsafe") {
			msg = `//go:linkname only allowed in Go files that import "unsafe"`
		}
		if msg != "" {
			errs = append(errs, &Error{Pos: l.Pos, Msg: msg})
		}
	}
	return errs
}
