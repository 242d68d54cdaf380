package c2go

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"modernc.org/cc/v4"
)

// sortedObjects are objects in the order of their names, so that names do not depend on a map's order.
func sortedObjects(m map[string]*object) []*object {
	list := make([]*object, 0, len(m))
	for _, o := range m {
		list = append(list, o)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].name < list[j].name })
	return list
}

// enum is the object of an enumeration constant that has a name in Go.
func (u *unit) enum(e *cc.Enumerator) *object {
	name := e.Token.SrcStr()
	if s := e.ResolvedIn(); s != nil && s.Parent != nil || strings.HasPrefix(e.Position().Filename, systemRoot) {
		return nil
	}
	v, ok := constantOf(e.Value())
	if !ok {
		return nil
	}
	for _, other := range u.p.units {
		if o := other.enums[name]; o != nil {
			if o.off == int64(v.i) {
				return o
			}
			return nil
		}
	}
	if u.statics[name] != nil || u.p.taken[goName(name)] {
		return nil
	}
	o := &object{name: name, goer: u.p.free(goName(name)), off: int64(v.i)}
	u.enums[name] = o
	return o
}

// writeEnums writes the enumeration constants that the unit's code uses.
func (u *unit) writeEnums(b *strings.Builder) {
	list := sortedObjects(u.enums)
	if len(list) == 0 {
		return
	}
	b.WriteString("const (\n")
	for _, o := range list {
		fmt.Fprintf(b, "%s = %d\n", o.goer, o.off)
	}
	b.WriteString(")\n\n")
}

// comments are the comments in front of a declaration, as line comments of Go.
func comments(n cc.Node) string {
	toks := firstToken(n)
	sep := string(toks.Sep())
	if !strings.Contains(sep, "/*") && !strings.Contains(sep, "//") {
		return ""
	}
	var b strings.Builder
	for sep != "" {
		switch {
		case strings.HasPrefix(sep, "//"):
			i := strings.IndexByte(sep, '\n')
			if i < 0 {
				i = len(sep)
			}
			writeComment(&b, sep[2:i])
			sep = sep[i:]
		case strings.HasPrefix(sep, "/*"):
			i := strings.Index(sep, "*/")
			if i < 0 {
				i = len(sep)
			}
			writeComment(&b, sep[2:i])
			sep = sep[min(i+2, len(sep)):]
		case strings.HasPrefix(sep, "\n\n"):
			if b.Len() > 0 {
				b.WriteString("\n")
			}
			sep = sep[1:]
		default:
			sep = sep[1:]
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func writeComment(b *strings.Builder, text string) {
	for _, line := range strings.Split(strings.Trim(text, "\n"), "\n") {
		line = strings.TrimRight(utf8Text(line), " \t\r*")
		line = strings.TrimLeft(line, "\t\r ")
		if rest, ok := strings.CutPrefix(line, "*"); ok {
			line = strings.TrimPrefix(rest, " ")
		}
		line = strings.TrimPrefix(line, " ")
		if line == "" {
			b.WriteString("//\n")
			continue
		}
		b.WriteString("// " + line + "\n")
	}
}

// firstToken is the token that a node begins with.
func firstToken(n cc.Node) cc.Token {
	switch x := n.(type) {
	case *cc.Declaration:
		if x.DeclarationSpecifiers != nil {
			return firstToken(x.DeclarationSpecifiers)
		}
		return x.Token
	case *cc.FunctionDefinition:
		if x.DeclarationSpecifiers != nil {
			return firstToken(x.DeclarationSpecifiers)
		}
		return firstToken(x.Declarator)
	}
	if toks := cc.NodeTokens(n); len(toks) > 0 {
		return toks[0]
	}
	return cc.Token{}
}

// utf8Text is text in which bytes that are no UTF-8 are taken for Latin-1.
func utf8Text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	r := make([]rune, len(s))
	for i := range len(s) {
		r[i] = rune(s[i])
	}
	return string(r)
}
