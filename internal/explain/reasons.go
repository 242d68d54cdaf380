package explain

import (
	"go/ast"
	"go/token"

	"strata/internal/analyze"
)

// reasons gives at level 2 the way of an object out of its function.
func (s *siteFinder) reasons(at token.Pos, site *analyze.Site, text string, variable bool) {
	if s.p.level < 2 || site == nil {
		return
	}
	s.say(at, "%s escapes to heap in %s:", text, s.f.Name(s.f.Pkg))
	if variable {
		text = "&" + text
	}
	steps := site.Path
	if len(steps) == 0 && !site.Escapes {
		steps = []analyze.Step{{Pos: site.Pos, What: "its size is known only when the program runs"}}
	}
	s.p.steps(s.f, steps, text, func(format string, args ...any) { s.say(at, format, args...) })
}

func (p *printer) paramReasons(f *Func, id *ast.Ident, l *leak) {
	p.say(id.Pos(), "parameter %s leaks to {heap} for %s with derefs=%d:", id.Name, f.Name(f.Pkg), l.heap)
	p.steps(f, l.path, id.Name, func(format string, args ...any) { p.say(id.Pos(), format, args...) })
}

// steps prints a way out.
func (p *printer) steps(f *Func, steps []analyze.Step, text string, say func(format string, args ...any)) {
	say("  flow: {heap} ← %s:", text)
	for _, st := range steps {
		say("    %s at %s", st.What, p.place(f, st))
	}
}

// place shows where a step stands; inlined steps show the function they come from.
func (p *printer) place(f *Func, st analyze.Step) string {
	at := p.u.Fset.Position(st.Pos.P)
	if p.u.FileName != nil {
		at.Filename = p.u.FileName(at.Filename)
	}
	text := at.String()
	if st.Pos.Inl > 0 && int(st.Pos.Inl) <= len(f.Report.Inlines) {
		text += " (inlined from " + f.Report.Inlines[st.Pos.Inl-1].Callee + ")"
	}
	return text
}
