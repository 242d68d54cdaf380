package load

import (
	"go/ast"
	"go/token"
	"sort"
	"strings"
)

// Directive is one //go:name comment.
type Directive struct {
	Pos  token.Pos
	Name string // "go:noinline"
	Args string // the rest of the line, trimmed
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
		all := fileDirectives(f)
		for _, d := range all {
			switch d.Name {
			case "go:debug":
				p.Debug = append(p.Debug, d)
			case "go:linkname":
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

func parseDirective(c *ast.Comment) (Directive, bool) {
	text, ok := strings.CutPrefix(c.Text, "//go:")
	if !ok {
		return Directive{}, false
	}
	name, args, _ := strings.Cut(text, " ")
	if i := strings.IndexByte(name, '\t'); i >= 0 {
		name, args = name[:i], name[i+1:]+" "+args
	}
	return Directive{Pos: c.Pos(), Name: "go:" + strings.TrimSpace(name), Args: strings.TrimSpace(args)}, true
}

// attachPragmas gives each declaration the directives between it and the end of the one before. In a group each
// specification has its own; those before the group belong to its first.
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
	if f.Package.IsValid() {
		take(f.Package, nil)
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			take(d.Pos(), d)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				take(spec.Pos(), spec)
				take(spec.End(), nil)
			}
		}
		take(d.End(), nil)
	}
}
