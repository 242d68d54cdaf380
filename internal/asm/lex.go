package asm

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// pos is a place in a source file.
type pos struct {
	file string
	line int32
}

// token is a lexical element. kind is the character itself for punctuation.
type token struct {
	kind rune
	text string
	pos  pos
	glue bool // no white space before it
}

// Kinds of token that are not single characters.
const (
	tokEOF = -(iota + 1)
	tokIdent
	tokInt
	tokFloat
	tokString
	tokChar
	tokShl // <<
	tokShr // >>
)

// lexer splits a file into tokens. Newlines are tokens; comments are not.
type lexer struct {
	src  string
	off  int
	pos  pos
	glue bool
	errs *errorList
	out  []token
}

func lex(file, src string, errs *errorList) []token {
	l := &lexer{src: src, pos: pos{file, 1}, errs: errs, out: make([]token, 0, len(src)/3)}
	for l.next() {
	}
	if n := len(l.out); n > 0 && l.out[n-1].kind != '\n' {
		l.emit('\n', "\n")
	}
	return l.out
}

func (l *lexer) emit(kind rune, text string) {
	l.out = append(l.out, token{kind, text, l.pos, l.glue})
	l.glue = true
}

// next scans one token; false at the end.
func (l *lexer) next() bool {
	if l.off >= len(l.src) {
		return false
	}
	c := l.src[l.off]
	rest := l.src[l.off:]
	switch {
	case c == '\n':
		l.off++
		l.emit('\n', "\n")
		l.pos.line++
	case c == ' ' || c == '\t' || c == '\r':
		l.off++
		l.glue = false
	case strings.HasPrefix(rest, "//"):
		if i := strings.IndexByte(rest, '\n'); i >= 0 {
			l.off += i
		} else {
			l.off = len(l.src)
		}
	case strings.HasPrefix(rest, "/*"):
		l.comment(rest)
	case strings.HasPrefix(rest, "<<"):
		l.off += 2
		l.emit(tokShl, "<<")
	case strings.HasPrefix(rest, ">>"):
		l.off += 2
		l.emit(tokShr, ">>")
	case c >= '0' && c <= '9', c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		l.number(rest)
	case c == '"' || c == '\'':
		l.quoted(rest, c)
	default:
		l.word(rest)
	}
	return true
}

func (l *lexer) comment(rest string) {
	i := strings.Index(rest[2:], "*/")
	if i < 0 {
		l.errs.add(l.pos, "comment not terminated")
		l.off = len(l.src)
		return
	}
	l.pos.line += int32(strings.Count(rest[:i+4], "\n"))
	l.off += i + 4
	l.glue = false
}

// number scans an integer or floating-point literal.
func (l *lexer) number(rest string) {
	n, float := 1, rest[0] == '.'
	hex := len(rest) > 1 && (rest[1] == 'x' || rest[1] == 'X')
	for ; n < len(rest); n++ {
		c := rest[n]
		switch {
		case c == '.':
			float = true
		case !hex && (c == 'e' || c == 'E') || hex && (c == 'p' || c == 'P'):
			float = true
			if n+1 < len(rest) && (rest[n+1] == '+' || rest[n+1] == '-') {
				n++
			}
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_':
		default:
			goto done
		}
	}
done:
	l.off += n
	if float {
		l.emit(tokFloat, rest[:n])
	} else {
		l.emit(tokInt, rest[:n])
	}
}

func (l *lexer) quoted(rest string, q byte) {
	n := 1
	for n < len(rest) && rest[n] != q && rest[n] != '\n' {
		if rest[n] == '\\' {
			n++
		}
		n++
	}
	if n >= len(rest) || rest[n] != q {
		l.errs.add(l.pos, "literal not terminated")
		l.off = len(l.src)
		return
	}
	l.off += n + 1
	kind := rune(tokString)
	if q == '\'' {
		kind = tokChar
	}
	l.emit(kind, rest[:n+1])
}

// word scans an identifier or a punctuation character.
func (l *lexer) word(rest string) {
	n := 0
	for n < len(rest) {
		r, size := utf8.DecodeRuneInString(rest[n:])
		if !isIdent(r, n > 0) {
			break
		}
		n += size
	}
	if n == 0 {
		r, size := utf8.DecodeRuneInString(rest)
		l.off += size
		l.emit(r, rest[:size])
		return
	}
	l.off += n
	l.emit(tokIdent, dotted.Replace(rest[:n]))
}

// dotted turns the characters that stand for . and / in identifiers.
var dotted = strings.NewReplacer("\u00B7", ".", "\u2215", "/")

func isIdent(r rune, digits bool) bool {
	switch {
	case r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
		return true
	case r < utf8.RuneSelf:
		return digits && r >= '0' && r <= '9'
	}
	return r == '\u00B7' || r == '\u2215' || unicode.IsLetter(r) || digits && unicode.IsDigit(r)
}
