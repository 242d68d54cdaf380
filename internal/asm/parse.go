package asm

import (
	"strings"

	"strata/internal/amd64/x86"
	"strata/internal/object"
)

// parser turns tokens into symbols. Functions are kept until the end of the
// file, because a reference depends on which TEXTs the file defines.
type parser struct {
	cfg   *Config
	errs  *errorList
	at    pos
	funcs []*function
	cur   *function
	texts map[string]*function // by the name that references use, static ones excluded
	data  dataSet

	jumped bool // the last instruction was a jump
}

// function is a TEXT with its statements.
type function struct {
	p         *parser
	sym       symRef
	at        pos
	flags     int64
	frame     int32
	args      int32
	stmts     []stmt
	labels    map[string]int32 // index of a statement
	linkName  string
	displayed string
}

// stmt is one instruction as written. A statement that makes no code is a LABEL.
type stmt struct {
	op     x86.Op
	adjsp  int32 // operand of ADJSP; op is LABEL then
	isAdj  bool
	arm    *armStmt // of arm64; op is LABEL then
	suffix x86.Suffix
	nargs  uint8
	args   [6]arg
	at     pos
}

func newParser(cfg *Config, errs *errorList) *parser {
	return &parser{cfg: cfg, errs: errs, texts: map[string]*function{}, data: dataSet{by: map[string]*datum{}}}
}

// run parses the whole file.
func (p *parser) run(toks []token) {
	for len(toks) > 0 {
		n := 0
		for n < len(toks) && toks[n].kind != '\n' && toks[n].kind != ';' {
			n++
		}
		p.statement(toks[:n])
		toks = toks[min(n+1, len(toks)):]
	}
}

func (p *parser) errorf(format string, args ...any) { p.errs.add(p.at, format, args...) }

// pseudoOps are the statements that are not instructions.
var pseudoOps = map[string]func(*parser, [][]token){
	"TEXT":     (*parser).text,
	"DATA":     (*parser).dataStmt,
	"GLOBL":    (*parser).globl,
	"FUNCDATA": (*parser).noCode,
	"PCDATA":   (*parser).noCode,
	"ADJSP":    (*parser).adjsp,
}

// statement parses labels and one instruction or directive.
func (p *parser) statement(toks []token) {
	for len(toks) >= 2 && toks[0].kind == tokIdent && toks[1].kind == ':' {
		p.at = toks[0].pos
		p.label(toks[0].text)
		toks = toks[2:]
	}
	if len(toks) == 0 {
		return
	}
	p.at = toks[0].pos
	if toks[0].kind != tokIdent {
		p.errorf("expected instruction, found %s", toks[0].text)
		return
	}
	word, toks := toks[0].text, toks[1:]
	if f := pseudoOps[word]; f != nil {
		f(p, splitOperands(toks))
		return
	}
	var suffix strings.Builder
	for len(toks) >= 2 && toks[0].kind == '.' && toks[1].kind == tokIdent {
		suffix.WriteString("." + toks[1].text)
		toks = toks[2:]
	}
	if p.cfg.Arch == "arm64" {
		p.instructionARM64(word, suffix.String(), splitOperands(toks))
		return
	}
	p.instruction(word, suffix.String(), splitOperands(toks))
}

// splitOperands splits at commas outside parentheses and brackets.
func splitOperands(toks []token) [][]token {
	if len(toks) == 0 {
		return nil
	}
	var out [][]token
	depth, start := 0, 0
	for i, t := range toks {
		switch t.kind {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, toks[start:i])
				start = i + 1
			}
		}
	}
	return append(out, toks[start:])
}

func (p *parser) label(name string) {
	if p.cur == nil {
		p.errorf("label %s outside a function", name)
		return
	}
	if _, dup := p.cur.labels[name]; dup {
		p.errorf("label %s is already defined", name)
	}
	p.cur.labels[name] = int32(len(p.cur.stmts))
}

func (p *parser) instruction(word, suffix string, operands [][]token) {
	op, ok := x86.OpByName(word)
	if !ok {
		p.errorf("unrecognized instruction %s", word)
		return
	}
	s := stmt{op: op, at: p.at}
	if s.suffix, ok = x86.ParseSuffix(suffix); !ok {
		p.errorf("unknown instruction suffix %s", suffix)
	}
	if len(operands) > len(s.args) {
		p.errorf("too many operands")
		return
	}
	jump := op.IsBranch()
	p.jumped = isJump(word)
	if n := len(operands); n == 2 && len(operands[1]) == 3 && operands[1][1].kind == ':' {
		// Double shift in the old spelling, R1:R2 for R2, R1.
		pair := operands[1]
		operands = append(operands[:1], pair[2:], pair[:1])
	}
	for i, toks := range operands {
		a, err := parseOperand(toks, jump)
		if err != nil {
			p.errorf("%v", err)
			return
		}
		s.args[i] = a
	}
	s.nargs = uint8(len(operands))
	p.add(s)
}

// isJump tells for which instructions Go's assembler takes a bare name as a label.
func isJump(word string) bool {
	return word[0] == 'J' || word == "CALL" || strings.HasPrefix(word, "LOOP") || word == "XBEGIN"
}

// flags evaluates the flags of a TEXT or GLOBL. Behind a jump Go's assembler takes a name that stands alone, like a flag whose
// header is not included, for a label, whose value is what is added to it.
func (p *parser) flags(what string, toks []token) int64 {
	c := &cursor{toks: toks}
	if p.jumped && c.peek() == tokIdent {
		c.next()
		if k := c.peek(); k != '+' && k != '-' && k != tokEOF {
			c.fail("illegal or missing addressing mode for symbol %s", toks[0].text)
		}
		c.toks = append([]token{{kind: tokInt, text: "0", pos: toks[0].pos}}, c.toks...)
	}
	v := int64(c.expr())
	if c.err == nil && len(c.toks) > 0 {
		c.fail("unexpected %s in expression", c.toks[0].text)
	}
	if c.err != nil {
		p.errorf("%s: %v", what, c.err)
	}
	return v
}

func (p *parser) add(s stmt) {
	if p.cur == nil {
		p.errorf("instruction outside a function")
		return
	}
	p.cur.stmts = append(p.cur.stmts, s)
}

// noCode is a statement without code that n(PC) counts.
func (p *parser) noCode([][]token) {
	p.add(stmt{op: x86.LABEL, at: p.at})
}

func (p *parser) adjsp(operands [][]token) {
	if len(operands) != 1 {
		p.errorf("ADJSP wants one operand")
		return
	}
	a, err := parseOperand(operands[0], false)
	if err != nil || a.op.Kind != x86.Immediate {
		p.errorf("ADJSP wants an integer")
		return
	}
	p.add(stmt{op: x86.LABEL, isAdj: true, adjsp: int32(a.op.Imm), at: p.at})
}

// qualified is the symbol's name with its package.
func (p *parser) qualified(name string) string {
	if strings.HasPrefix(name, ".") {
		return p.cfg.PkgPath + name
	}
	return name
}

// linkName is the name of a symbol that is not known to be a function.
func (p *parser) linkName(s symRef) string {
	name := p.qualified(s.name)
	if !s.static {
		return name
	}
	if name == s.name && !strings.Contains(name, ".") {
		name = p.cfg.PkgPath + "." + name
	}
	file := p.cfg.File
	return name + "<" + file[strings.LastIndexByte(file, '/')+1:] + ">"
}

// funcName is the name of a function.
func (p *parser) funcName(s symRef) string {
	name := p.linkName(s)
	if s.static || s.internal {
		return name
	}
	return name + "<ABI0>"
}

// reference is the name of a symbol used as an operand other than a jump target.
func (p *parser) reference(s symRef) string {
	if s.abi0 {
		return p.funcName(s)
	}
	if f := p.texts[p.qualified(s.name)]; f != nil && !s.static && !s.internal && !f.sym.internal {
		return f.linkName
	}
	return p.linkName(s)
}

// symbols finishes all functions and data.
func (p *parser) symbols() []*object.Symbol {
	var out []*object.Symbol
	for _, f := range p.funcs {
		finish := f.finish
		if p.cfg.Arch == "arm64" {
			finish = f.finishARM64
		}
		if s := finish(); s != nil {
			out = append(out, s)
		}
	}
	return append(out, p.data.symbols(p)...)
}
