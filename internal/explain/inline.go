package explain

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"strata/internal/analyze"
	"strata/internal/ssa"
)

// inlining says whether f can be inlined.
func (p *printer) inlining(f *Func) {
	if f.Report == nil {
		return
	}
	for _, w := range f.Wrappers {
		if w.Inlinable {
			p.say(f.statement(w), "can inline %s", f.part(w).Name(f.Pkg))
		}
	}
	name := f.Name(f.Pkg)
	switch {
	case f.Inlinable && p.level < 2:
		p.say(f.pos(), "can inline %s", name)
	case f.Inlinable:
		t := printText{pkg: f.Pkg}
		p.say(f.pos(), "can inline %s with cost %d as: %s { %s }%s", name, f.Verdict.Cost, t.signature(f), t.stmts(f.body().List), f.beyond())
	case p.level < 2:
	case f.Verdict.Reason != "":
		p.say(f.pos(), "cannot inline %s: %s", name, f.Verdict.Reason)
	default:
		p.say(f.pos(), "cannot inline %s: %s", name, f.Forbidden)
	}
}

// statement is the go or defer statement that w was made for.
func (f *Func) statement(w *Wrapper) (at token.Pos) {
	at = w.Pos
	ast.Inspect(f.body(), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			if n.Call.Pos() == w.Pos {
				at = n.Go
			}
		case *ast.DeferStmt:
			if n.Call.Pos() == w.Pos {
				at = n.Defer
			}
		}
		return true
	})
	return at
}

// beyond says why a function is inlined that gc's model rejects.
func (f *Func) beyond() string {
	if f.Verdict.OK() && f.Verdict.Cost <= f.Verdict.CallLimit {
		return ""
	}
	return fmt.Sprintf(" (beyond budget %d: the body is %d operations, at most %d are inlined)", f.Verdict.CallLimit, f.Cost, analyze.Budget)
}

// inlinedCalls says which calls in f were inlined, at the place of the outermost one.
func (p *printer) inlinedCalls(f *Func) {
	if f.Report == nil {
		return
	}
	calls := p.callsOf(f)
	for i := range f.Report.Inlines {
		in := &f.Report.Inlines[i]
		callee := p.u.Find(in.Sym)
		if in.Wrapper || callee == nil {
			continue
		}
		outer, ok := p.outermost(f, int32(i+1), calls)
		if ok && p.written(f, in, calls) {
			p.say(outer, "inlining call to %s", callee.Name(f.Pkg))
		}
	}
}

// callsOf finds the calls that stand in f's source, by the position that the compiler gives calls: their opening parenthesis.
func (p *printer) callsOf(f *Func) map[token.Pos]*ast.CallExpr {
	calls := map[token.Pos]*ast.CallExpr{}
	ast.Inspect(f.body(), func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			calls[c.Lparen] = c
		}
		return true
	})
	return calls
}

// written tells whether an inlined call is one that the source has, not one that the compiler made.
func (p *printer) written(f *Func, in *ssa.Inline, calls map[token.Pos]*ast.CallExpr) bool {
	for at := in; ; at = &f.Report.Inlines[at.Parent-1] {
		if at.Parent == 0 {
			return calls[at.Call] != nil
		}
		parent := &f.Report.Inlines[at.Parent-1]
		outer := p.u.Find(parent.Sym)
		if parent.Wrapper {
			continue
		}
		if outer == nil || outer.body() == nil || p.callsOf(outer)[at.Call] == nil {
			return false
		}
	}
}

// outermost is the place of the call in f's own source that an inlined call belongs to.
func (p *printer) outermost(f *Func, inl int32, calls map[token.Pos]*ast.CallExpr) (token.Pos, bool) {
	if inl == 0 {
		return token.NoPos, false
	}
	in := &f.Report.Inlines[inl-1]
	for in.Parent != 0 {
		in = &f.Report.Inlines[in.Parent-1]
	}
	if c := calls[in.Call]; c != nil {
		return c.Lparen, true
	}
	return in.Call, true
}

// profiled says what the profile changed.
func (p *printer) profiled(f *Func) {
	if f.Report == nil {
		return
	}
	calls := p.callsOf(f)
	for _, c := range f.Report.Profiled {
		callee := p.u.Find(c.Sym)
		if callee == nil {
			continue
		}
		at, in := c.Pos.P, f
		if c.Pos.Inl != 0 {
			at, _ = p.outermost(f, c.Pos.Inl, calls)
			in = p.u.Find(f.Report.Inlines[c.Pos.Inl-1].Sym)
		}
		text := "a call"
		if in != nil && in.body() != nil {
			if call := p.callsOf(in)[c.Pos.P]; call != nil {
				t := printText{pkg: f.Pkg}
				text = t.expr(call.Fun, 0)
				if c.Pos.Inl == 0 {
					at = call.Lparen
				}
			}
		}
		p.say(at, "%s", c.Text(text, callee.Name(f.Pkg)))
	}
}

// apart says which code does not stand with the rest of its function, by what the profile tells.
func (p *printer) apart(f *Func) {
	if f.Late == nil || f.Late.Cold == 0 {
		return
	}
	p.say(f.pos(), "PGO lays out %d of %d bytes of %s apart", f.Late.Cold, f.Late.Size, f.Name(f.Pkg))
	calls := p.callsOf(f)
	for _, pos := range f.Late.Unseen {
		at := pos.P
		if pos.Inl != 0 {
			at, _ = p.outermost(f, pos.Inl, calls)
		}
		p.say(at, "PGO has no samples of this branch")
	}
}

// devirtualized says which interface calls became direct.
func (p *printer) devirtualized(f *Func) {
	if f.Report == nil {
		return
	}
	calls := p.callsOf(f)
	for _, d := range f.Report.Devirt {
		at, inlined := p.outermost(f, d.Pos.Inl, calls)
		in := f
		if inlined {
			in = p.u.Find(f.Report.Inlines[d.Pos.Inl-1].Sym)
		}
		if in == nil {
			continue
		}
		c := p.callsOf(in)[d.Pos.P]
		if c == nil {
			continue
		}
		if !inlined {
			at = c.Lparen
		}
		t := printText{pkg: f.Pkg}
		p.say(at, "devirtualizing %s to %s", t.expr(c.Fun, 0), p.dynamicType(d.Type, t))
	}
}

// dynamicType is how messages call the type of a descriptor.
func (p *printer) dynamicType(sym string, t printText) string {
	if typ := p.u.Type(sym); typ != nil {
		return t.typ(typ)
	}
	return strings.TrimPrefix(sym, "type:")
}
