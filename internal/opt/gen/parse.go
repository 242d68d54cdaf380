package main

import (
	"fmt"
	"strings"
)

func parseRule(line string) (rule, error) {
	left, right, ok := strings.Cut(line, " => ")
	if !ok {
		return rule{}, fmt.Errorf("no =>")
	}
	cond := ""
	if i := strings.Index(left, ") && "); i >= 0 {
		cond, left = left[i+5:], left[:i+1]
	}
	p := &parser{s: left}
	m, err := p.expr()
	if err != nil {
		return rule{}, err
	}
	if m.op == "" {
		return rule{}, fmt.Errorf("pattern is no operation")
	}
	q := &parser{s: right}
	w, err := q.expr()
	return rule{match: m, cond: strings.TrimSpace(cond), with: w}, err
}

type parser struct {
	s string
	i int
}

func (p *parser) space() {
	for p.i < len(p.s) && p.s[p.i] == ' ' {
		p.i++
	}
}

func (p *parser) word() string {
	start := p.i
	for p.i < len(p.s) && !strings.ContainsRune(" ()[]{}:.", rune(p.s[p.i])) {
		p.i++
	}
	return p.s[start:p.i]
}

func (p *parser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *parser) expr() (*expr, error) {
	p.space()
	e := &expr{}
	if p.peek() != '(' {
		e.name = p.word()
		if e.name == "" {
			return nil, fmt.Errorf("name or ( wanted at %q", p.s[p.i:])
		}
		if p.peek() != ':' {
			return e, nil
		}
		p.i++
	}
	if p.peek() != '(' {
		return nil, fmt.Errorf("( wanted at %q", p.s[p.i:])
	}
	p.i++
	e.op = p.word()
	if p.peek() == '.' {
		p.i++
		e.typ = p.word()
		if e.typ == "typeof" {
			inner, err := p.bracket('(', ')')
			if err != nil {
				return nil, err
			}
			e.typ = "typeof " + inner
		}
	}
	for {
		p.space()
		var err error
		switch p.peek() {
		case ')':
			p.i++
			return e, nil
		case '[':
			e.aux, err = p.bracket('[', ']')
			e.hasAux = true
		case '{':
			e.sym, err = p.bracket('{', '}')
			e.hasSym = true
		case 0:
			err = fmt.Errorf("missing )")
		default:
			var a *expr
			a, err = p.expr()
			e.args = append(e.args, a)
		}
		if err != nil {
			return nil, err
		}
	}
}

func (p *parser) bracket(open, shut byte) (string, error) {
	depth, start := 0, p.i+1
	for ; p.i < len(p.s); p.i++ {
		switch p.s[p.i] {
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				p.i++
				return p.s[start : p.i-1], nil
			}
		}
	}
	return "", fmt.Errorf("missing %c", shut)
}
