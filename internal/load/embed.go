package load

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"unicode"
)

// EmbedKind is the type of a variable that a //go:embed directive fills.
type EmbedKind int

const (
	EmbedString EmbedKind = iota
	EmbedBytes
	EmbedFS
)

func (k EmbedKind) String() string { return [...]string{"string", "bytes", "FS"}[k] }

// Embed is what a //go:embed variable holds.
type Embed struct {
	Kind  EmbedKind
	Pos   token.Pos   // of the directive
	Files []EmbedFile // String and Bytes: exactly one; FS: in the order embed.FS needs, directories included
}

// EmbedFile is one file, or a directory: its name then ends in a slash and Data is nil.
type EmbedFile struct {
	Name string // slash-separated, relative to the package
	Data []byte
}

// embeds resolves the //go:embed directives of a checked package.
func (s *Session) embeds(p *Package) {
	seen := map[string]bool{}
	for _, f := range p.Files {
		imported := importsPath(f, "embed")
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, spec := range g.Specs {
				vs := spec.(*ast.ValueSpec)
				if !hasPragma(p.Pragmas[vs], "go:embed") {
					continue
				}
				s.embedVar(p, vs, imported, seen)
			}
		}
	}
	for name := range seen {
		p.EmbedFiles = append(p.EmbedFiles, name)
	}
	sort.Strings(p.EmbedFiles)
}

func (s *Session) embedVar(p *Package, vs *ast.ValueSpec, imported bool, seen map[string]bool) {
	var patterns []embedPattern
	var first token.Pos
	fail := func(pos token.Pos, format string, args ...any) {
		p.embedErrs = append(p.embedErrs, &Error{Pos: pos, Msg: fmt.Sprintf(format, args...)})
	}
	for _, d := range p.Pragmas[vs] {
		if d.Name != "go:embed" {
			continue
		}
		if !first.IsValid() {
			first = d.Pos
		}
		if list, err := embedPatterns(d); err == nil { // or else an error of the directive
			patterns = append(patterns, list...)
		}
	}
	if len(patterns) == 0 {
		return
	}
	switch {
	case !imported:
		fail(first, `go:embed only allowed in Go files that import "embed"`)
		return
	case len(vs.Names) > 1:
		fail(first, "go:embed cannot apply to multiple vars")
		return
	case len(vs.Values) > 0:
		fail(first, "go:embed cannot apply to var with initializer")
		return
	case vs.Type == nil:
		fail(first, "go:embed cannot apply to var without type")
		return
	}
	v, ok := p.Info.Defs[vs.Names[0]].(*types.Var)
	if !ok {
		return
	}
	kind, ok := embedKind(v.Type())
	if !ok {
		fail(v.Pos(), "go:embed cannot apply to var of type %s", types.TypeString(v.Type(), types.RelativeTo(p.Types)))
		return
	}
	names := map[string]bool{}
	for _, pat := range patterns {
		list, err := s.embedGlob(p.Dir, pat.text)
		if err != nil {
			p.patternErrs = append(p.patternErrs, &Error{Pos: pat.pos, Msg: fmt.Sprintf("pattern %s: %v", pat.text, err)})
			continue
		}
		for _, n := range list {
			names[n] = true
		}
	}
	e := Embed{Kind: kind, Pos: first}
	for n := range names {
		data, err := s.src.ReadFile(filepath.Join(p.Dir, filepath.FromSlash(n)))
		if err != nil {
			fail(first, "%v", err)
		}
		seen[filepath.Join(p.Dir, filepath.FromSlash(n))] = true
		s.src.embeds(filepath.Join(p.Dir, filepath.FromSlash(n)), data)
		e.Files = append(e.Files, EmbedFile{Name: n, Data: data})
	}
	if kind == EmbedFS {
		e.Files = withDirs(e.Files)
	} else if len(e.Files) > 1 {
		fail(first, "invalid go:embed: multiple files for type %s", types.TypeString(v.Type(), types.RelativeTo(p.Types)))
		return
	}
	sort.Slice(e.Files, func(i, j int) bool {
		di, ei := embedSplit(e.Files[i].Name)
		dj, ej := embedSplit(e.Files[j].Name)
		return di < dj || di == dj && ei < ej
	})
	if p.Embeds == nil {
		p.Embeds = map[*types.Var]Embed{}
	}
	p.Embeds[v] = e
}

// embedSplit gives the (dir, elem) by which embed.FS is sorted: "a/b/" is ("a", "b"), "x" is (".", "x").
func embedSplit(name string) (dir, elem string) {
	name = strings.TrimSuffix(name, "/")
	i := strings.LastIndexByte(name, '/')
	if i < 0 {
		return ".", name
	}
	return name[:i], name[i+1:]
}

// withDirs adds the directories that files lie in.
func withDirs(files []EmbedFile) []EmbedFile {
	dirs := map[string]bool{}
	for _, f := range files {
		for d := path.Dir(f.Name); d != "." && !dirs[d]; d = path.Dir(d) {
			dirs[d] = true
		}
	}
	for d := range dirs {
		files = append(files, EmbedFile{Name: d + "/"})
	}
	return files
}

func embedKind(t types.Type) (EmbedKind, bool) {
	if n, ok := types.Unalias(t).(*types.Named); ok {
		if o := n.Obj(); o.Name() == "FS" && o.Pkg() != nil && o.Pkg().Path() == "embed" {
			return EmbedFS, true
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return EmbedString, u.Kind() == types.String
	case *types.Slice:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return EmbedBytes, ok && b.Kind() == types.Uint8
	}
	return 0, false
}

type embedPattern struct {
	text string
	pos  token.Pos
}

// embedPatterns splits a directive's arguments: words, "quoted" or `raw`.
func embedPatterns(d Directive) ([]embedPattern, error) {
	var out []embedPattern
	rest := d.Args
	at := d.Pos + token.Pos(len("go:embed "))
	for {
		trimmed := strings.TrimLeftFunc(rest, unicode.IsSpace)
		at += token.Pos(len(rest) - len(trimmed))
		rest = trimmed
		if rest == "" {
			return out, nil
		}
		var word, text string
		switch rest[0] {
		case '"', '`':
			q, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return out, fmt.Errorf("invalid quoted string in //go:embed: %s", rest)
			}
			word = q
			text, _ = strconv.Unquote(q)
		default:
			word = rest
			if i := strings.IndexFunc(rest, unicode.IsSpace); i >= 0 {
				word = rest[:i]
			}
			text = word
		}
		out = append(out, embedPattern{text, at})
		at += token.Pos(len(word))
		rest = rest[len(word):]
	}
}

type embedErr string

func (e embedErr) Error() string { return string(e) }

// embedGlob lists the files a pattern names, relative to dir. In a directory that a pattern names, files that
// start with . or _ are left out unless the pattern starts with "all:". Other modules' trees and what is not a
// regular file are no part of the package.
func (s *Session) embedGlob(dir, pattern string) ([]string, error) {
	glob, all := strings.CutPrefix(pattern, "all:")
	if _, err := path.Match(glob, ""); err != nil || !validEmbedName(glob) {
		return nil, embedErr("invalid pattern syntax")
	}
	s.src.globs(dir, glob)
	matches, err := filepath.Glob(quoteGlob(dir) + string(filepath.Separator) + filepath.FromSlash(glob))
	if err != nil {
		return nil, err
	}
	if len(matches) == 0 {
		return nil, embedErr("no matching files found")
	}
	var out []string
	for _, match := range matches {
		rel := filepath.ToSlash(strings.TrimPrefix(match[len(dir):], string(filepath.Separator)))
		info, err := os.Lstat(match)
		if err != nil {
			return nil, err
		}
		what := "file"
		if info.IsDir() {
			what = "directory"
		}
		for parent := match; len(parent) > len(dir); parent = filepath.Dir(parent) {
			if _, err := os.Stat(filepath.Join(parent, "go.mod")); err == nil {
				return nil, fmt.Errorf("cannot embed %s %s: in different module", what, rel)
			}
			if info, err := os.Lstat(parent); parent != match && err == nil && !info.IsDir() {
				return nil, fmt.Errorf("cannot embed %s %s: in non-directory %s", what, rel, filepath.ToSlash(parent[len(dir)+1:]))
			}
			if elem := filepath.Base(parent); badEmbedName(elem) {
				if parent == match {
					return nil, fmt.Errorf("cannot embed %s %s: invalid name %s", what, rel, elem)
				}
				return nil, fmt.Errorf("cannot embed %s %s: in invalid directory %s", what, rel, filepath.ToSlash(parent[len(dir)+1:]))
			}
		}
		switch {
		case info.Mode().IsRegular():
			out = append(out, rel)
		case info.IsDir():
			files, err := s.embedTree(dir, match, all)
			if err != nil {
				return nil, err
			}
			if len(files) == 0 {
				return nil, fmt.Errorf("cannot embed directory %s: contains no embeddable files", rel)
			}
			out = append(out, files...)
		default:
			return nil, fmt.Errorf("cannot embed irregular file %s", rel)
		}
	}
	return out, nil
}

func (s *Session) embedTree(dir, root string, all bool) ([]string, error) {
	var out []string
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		elem := d.Name()
		if name != root && (badEmbedName(elem) || (elem[0] == '.' || elem[0] == '_') && !all) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			s.src.embedsIn(name)
			if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil && name != root {
				return fs.SkipDir
			}
			return nil
		}
		if d.Type().IsRegular() {
			out = append(out, filepath.ToSlash(name[len(dir)+1:]))
		}
		return nil
	})
	return out, err
}

func validEmbedName(glob string) bool { return glob != "." && fs.ValidPath(glob) }

// badEmbedName lists names that modules cannot hold.
func badEmbedName(elem string) bool {
	switch elem {
	case "", ".bzr", ".hg", ".git", ".svn":
		return true
	}
	return strings.ContainsAny(elem, "\"'*<>?`|/\\:")
}

func quoteGlob(s string) string {
	if !strings.ContainsAny(s, `*?[\`) {
		return s
	}
	var b strings.Builder
	for _, c := range s {
		if strings.ContainsRune(`*?[\`, c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}
