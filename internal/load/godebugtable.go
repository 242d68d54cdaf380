package load

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/version"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// godebugTable is what the release's package internal/godebugs says: the settings that there are, and those that there were.
type godebugTable struct {
	known   map[string]bool
	rows    []godebugRow
	removed map[string]removedSetting
}

// godebugRow is a setting whose default has changed.
type godebugRow struct {
	name, old string
	changed   int // the minor release
}

// removedSetting is one that the release does not have any more. Where it says which values meant the old
// behaviour, only those are errors.
type removedSetting struct {
	release int
	old     []string
	always  bool
}

// settings reads the table once.
func (s *Session) settings() *godebugTable {
	s.godebugOnce.Do(func() {
		s.godebugs = &godebugTable{known: map[string]bool{}, removed: map[string]removedSetting{}}
		name := filepath.Join(s.goroot, "src", "internal", "godebugs", "table.go")
		data, err := s.src.ReadFile(name)
		if err != nil {
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, data, parser.SkipObjectResolution)
		if err == nil {
			s.godebugs.read(f)
		}
	})
	return s.godebugs
}

func (t *godebugTable) read(f *ast.File) {
	funcs := map[string]ast.Node{}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			funcs[fn.Name.Name] = fn
		}
	}
	ast.Inspect(f, func(node ast.Node) bool {
		lit, ok := node.(*ast.CompositeLit)
		if !ok || lit.Type != nil {
			return true
		}
		row := stringFields(lit)
		name := row["Name"]
		if release, ok := row["Removed"]; ok {
			n, _ := strconv.Atoi(release)
			r := removedSetting{release: n, always: true}
			if old := fieldOf(lit, "Old"); old != nil {
				r.always = false
				if id, ok := old.(*ast.Ident); ok {
					r.old = stringsIn(funcs[id.Name])
				} else {
					r.old = stringsIn(old)
				}
			}
			t.removed[name] = r
			return true
		}
		t.known[name] = true
		if changed, _ := strconv.Atoi(row["Changed"]); changed > 0 {
			t.rows = append(t.rows, godebugRow{name, row["Old"], changed})
		}
		return true
	})
}

// check finds out what is wrong with a setting of a //go:debug line, in the go command's words.
func (t *godebugTable) check(key, value, installed string) error {
	for _, c := range []struct {
		chars, what string
	}{{" \t", "space"}, {",", "comma"}} {
		if strings.ContainsAny(key, c.chars) {
			return fmt.Errorf("key contains %s", c.what)
		}
		if strings.ContainsAny(value, c.chars) {
			return fmt.Errorf("value contains %s", c.what)
		}
	}
	if key == "default" {
		if !strings.HasPrefix(value, "go") || !version.IsValid(value) {
			return fmt.Errorf("value for default= must be goVERSION")
		}
		if version.Compare(value, installed) > 0 {
			return fmt.Errorf("default=%s too new (toolchain is %s)", value, installed)
		}
		return nil
	}
	if t.known[key] || len(t.known) == 0 { // a GOROOT whose table cannot be read says nothing
		return nil
	}
	r, ok := t.removed[key]
	switch {
	case !ok:
		return fmt.Errorf("unknown //go:debug setting %q", key)
	case r.always:
		return fmt.Errorf("use of removed //go:debug setting %q, see https://go.dev/doc/godebug#go-1%d", key, r.release)
	case slices.Contains(r.old, value):
		return fmt.Errorf("removed GODEBUG %q set to old value %q (https://go.dev/doc/godebug#go-1%d)", key, value, r.release)
	}
	return nil
}

// debugErrors checks the //go:debug lines above the package clauses. As with the go command, they come before all that the compiler finds.
func (s *Session) debugErrors(p *Package) []*Error {
	var errs []*Error
	seen := map[string]token.Pos{}
	for _, f := range p.Files {
		for _, group := range f.Comments {
			if group.Pos() >= f.Package {
				break
			}
			for _, c := range group.List {
				key, value, ok, err := parseDebug(c.Text)
				if !ok {
					continue
				}
				if err == nil {
					err = s.settings().check(key, value, s.version)
				}
				if err != nil {
					errs = append(errs, &Error{Pos: c.Pos(), Msg: "invalid //go:debug: " + err.Error()})
					continue
				}
				if before, again := seen[key]; again {
					errs = append(errs, &Error{Pos: c.Pos(), Msg: "repeated //go:debug for " + key,
						More: []*Error{{Pos: before, Msg: "previous //go:debug"}}})
					continue
				}
				seen[key] = c.Pos()
			}
		}
	}
	return errs
}

// parseDebug takes a //go:debug line apart; ok is false for other comments.
func parseDebug(text string) (key, value string, ok bool, err error) {
	rest, ok := strings.CutPrefix(text, "//go:debug")
	if !ok || rest != "" && strings.TrimLeft(rest, " \t") == rest {
		return "", "", false, nil
	}
	key, value, has := strings.Cut(strings.TrimSpace(rest), "=")
	if !has {
		return "", "", true, fmt.Errorf("missing key=value")
	}
	return key, value, true, nil
}

// fieldOf finds the value of a field in a struct literal, nil if it has none.
func fieldOf(lit *ast.CompositeLit, name string) ast.Expr {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok && id.Name == name {
				return kv.Value
			}
		}
	}
	return nil
}

// stringsIn lists the string literals of a piece of syntax.
func stringsIn(n ast.Node) []string {
	var out []string
	if n == nil {
		return nil
	}
	ast.Inspect(n, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil {
				out = append(out, s)
			}
		}
		return true
	})
	return out
}

// stringFields reads the literals of a struct literal with field names, strings unquoted.
func stringFields(lit *ast.CompositeLit) map[string]string {
	row := map[string]string{}
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key, isName := kv.Key.(*ast.Ident)
		value, isLit := kv.Value.(*ast.BasicLit)
		if !isName || !isLit {
			continue
		}
		row[key.Name] = value.Value
		if s, err := strconv.Unquote(value.Value); err == nil {
			row[key.Name] = s
		}
	}
	return row
}
