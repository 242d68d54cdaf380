package asm

import (
	"strconv"
)

// macro is a #define.
type macro struct {
	params   []string
	function bool // has a parameter list, perhaps empty
	body     []token
}

// preprocessor expands includes, conditionals and macros into one token list.
type preprocessor struct {
	cfg    *Config
	macros map[string]*macro
	out    []token
	errs   errorList
	depth  int // of includes
	limit  int // of len(out), for the statement being expanded
}

const (
	maxIncludes  = 50
	maxExpansion = 100
	maxTokens    = 1 << 20 // that one token may expand to
)

func newPreprocessor(cfg *Config) *preprocessor {
	p := &preprocessor{cfg: cfg, macros: map[string]*macro{}}
	for name, value := range cfg.Defines {
		body := lex("<predefined>", value, &p.errs)
		if n := len(body); n > 0 {
			body = body[:n-1] // the newline
		}
		p.macros[name] = &macro{body: body}
	}
	return p
}

// condition is one open #ifdef.
type condition struct {
	active bool // this branch is being read
	outer  bool // the surrounding code is
	at     pos
}

// file processes one file and all it includes.
func (p *preprocessor) file(name string, src []byte) {
	toks := lex(name, string(src), &p.errs)
	var conds []condition
	active := true
	for len(toks) > 0 {
		if toks[0].kind == '#' {
			var line []token
			line, toks = directiveLine(toks)
			conds = p.directive(line, conds, active)
			active = len(conds) == 0 || conds[len(conds)-1].active
			continue
		}
		n := 0
		for toks[n].kind != '\n' {
			n++
		}
		n++
		if active {
			n = p.line(toks, n)
		}
		toks = toks[n:]
	}
	if len(conds) > 0 {
		p.errs.add(conds[len(conds)-1].at, "unclosed #ifdef or #ifndef")
	}
}

// line expands one line of n tokens, more when a macro call goes on. It returns
// the number of tokens used.
func (p *preprocessor) line(toks []token, n int) int {
	for i := 0; i < n; {
		p.limit = len(p.out) + maxTokens
		used := p.expand(toks[i:], 0, toks[i].pos)
		i += used
		n = max(n, i)
		if i == n && toks[n-1].kind != '\n' { // a call ended past its line
			for n < len(toks) && toks[n-1].kind != '\n' {
				n++
			}
		}
	}
	return n
}

// directiveLine cuts off a directive with its continuation lines; the newlines
// of those stay in as tokens.
func directiveLine(toks []token) (line, rest []token) {
	i := 1
	for ; i < len(toks) && toks[i].kind != '\n'; i++ {
		if toks[i].kind == '\\' && i+1 < len(toks) && toks[i+1].kind == '\n' {
			line = append(line, toks[i+1])
			i++
			continue
		}
		line = append(line, toks[i])
	}
	return line, toks[min(i+1, len(toks)):]
}

func (p *preprocessor) directive(line []token, conds []condition, active bool) []condition {
	if len(line) == 0 {
		return conds
	}
	at, name, args := line[0].pos, line[0].text, line[1:]
	switch name {
	case "ifdef", "ifndef":
		if len(args) != 1 || args[0].kind != tokIdent {
			p.errs.add(at, "#%s wants one name", name)
			return append(conds, condition{outer: active, at: at})
		}
		_, defined := p.macros[args[0].text]
		return append(conds, condition{active && defined == (name == "ifdef"), active, at})
	case "else", "endif":
		if len(conds) == 0 {
			p.errs.add(at, "#%s without #ifdef", name)
			return conds
		}
		if name == "endif" {
			return conds[:len(conds)-1]
		}
		c := &conds[len(conds)-1]
		c.active = c.outer && !c.active
		return conds
	}
	if !active {
		return conds
	}
	switch name {
	case "define":
		p.define(at, args)
	case "undef":
		if len(args) != 1 {
			p.errs.add(at, "#undef wants one name")
			break
		}
		delete(p.macros, args[0].text)
	case "include":
		p.include(at, args)
	case "line":
	default:
		p.errs.add(at, "unknown directive #%s", name)
	}
	return conds
}

func (p *preprocessor) define(at pos, line []token) {
	if len(line) == 0 || line[0].kind != tokIdent {
		p.errs.add(at, "#define wants a name")
		return
	}
	m := &macro{}
	body := line[1:]
	if len(body) > 0 && body[0].kind == '(' && body[0].glue {
		m.function = true
		i := 1
		for ; i < len(body) && body[i].kind != ')'; i++ {
			switch body[i].kind {
			case tokIdent:
				m.params = append(m.params, body[i].text)
			case ',', '\n':
			default:
				p.errs.add(at, "bad parameter list of macro %s", line[0].text)
				return
			}
		}
		if i == len(body) {
			p.errs.add(at, "bad parameter list of macro %s", line[0].text)
			return
		}
		body = body[i+1:]
	}
	m.body = body
	p.macros[line[0].text] = m
}

func (p *preprocessor) include(at pos, args []token) {
	if len(args) != 1 || args[0].kind != tokString {
		p.errs.add(at, "#include wants a file name in quotes")
		return
	}
	name, err := strconv.Unquote(args[0].text)
	if err != nil || p.cfg.Include == nil {
		p.errs.add(at, "cannot include %s", args[0].text)
		return
	}
	if p.depth++; p.depth > maxIncludes {
		p.errs.add(at, "includes nested too deeply")
		return
	}
	defer func() { p.depth-- }()
	src, err := p.cfg.Include(name)
	if err != nil {
		p.errs.add(at, "#include: %v", err)
		return
	}
	p.file(name, src)
}

// expand appends the expansion of toks[0], which may be a macro call that takes
// up more tokens, and returns how many it used. Results are placed at at.
func (p *preprocessor) expand(toks []token, depth int, at pos) int {
	t := toks[0]
	t.pos = at
	m := p.macros[t.text]
	if t.kind != tokIdent || m == nil || m.function && (len(toks) < 2 || toks[1].kind != '(') {
		p.out = append(p.out, t)
		return 1
	}
	if depth > maxExpansion && p.limit > 0 {
		p.errs.add(at, "macro %s expands without end", t.text)
		p.limit = 0
	}
	if len(p.out) >= p.limit {
		if p.limit > 0 {
			p.errs.add(at, "macro %s expands to too much", t.text)
		}
		p.limit = 0
		return len(toks)
	}
	used, body := 1, m.body
	if m.function {
		args, n := callArgs(toks[1:])
		if n == 0 {
			p.errs.add(at, "call of macro %s is not closed", t.text)
			return len(toks)
		}
		if len(args) == 1 && len(args[0]) == 0 && len(m.params) == 0 {
			args = nil
		}
		if len(args) != len(m.params) {
			p.errs.add(at, "macro %s wants %d arguments, has %d", t.text, len(m.params), len(args))
			return 1 + n
		}
		used, body = 1+n, m.substitute(args)
	}
	for i := 0; i < len(body); {
		i += p.expand(body[i:], depth+1, at)
	}
	return used
}

// callArgs splits the parenthesized list at the start of toks, and returns its
// length in tokens, 0 if it has no end.
func callArgs(toks []token) (args [][]token, n int) {
	depth := 0
	var cur []token
	for i, t := range toks {
		switch {
		case t.kind == '(':
			if depth++; depth == 1 {
				continue
			}
		case t.kind == ')':
			if depth--; depth == 0 {
				return append(args, cur), i + 1
			}
		case t.kind == ',' && depth == 1:
			args = append(args, cur)
			cur = nil
			continue
		case t.kind == '\n':
			continue
		}
		cur = append(cur, t)
	}
	return nil, 0
}

func (m *macro) substitute(args [][]token) []token {
	out := make([]token, 0, len(m.body)+8)
next:
	for _, t := range m.body {
		if t.kind == tokIdent {
			for i, name := range m.params {
				if name == t.text {
					out = append(out, args[i]...)
					continue next
				}
			}
		}
		out = append(out, t)
	}
	return out
}
