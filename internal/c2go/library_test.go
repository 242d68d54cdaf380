package c2go

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"modernc.org/cc/v4"
)

// notInLibrary are functions that headers declare and that the translation itself knows.
var notInLibrary = map[string]bool{"setjmp": true, "_setjmp": true, "sigsetjmp": true}

// later are functions that headers declare and package libc does not have yet: a program that calls one is refused.
var later = map[string]bool{"times": true}

// TestHeaders checks that each header can be included alone, and that each function it declares is in package libc with the types of
// its prototype.
func TestHeaders(t *testing.T) {
	dir := t.TempDir()
	err := fs.WalkDir(headers, "include", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name := strings.TrimPrefix(path, "include/")
		file := filepath.Join(dir, "x.c")
		if err := os.WriteFile(file, []byte("#include <"+name+">\n#include <"+name+">\n"), 0o666); err != nil {
			return err
		}
		p := newProgram(&Options{})
		u, err := p.parse(file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return nil
		}
		for l := u.ast.TranslationUnit; l != nil; l = l.TranslationUnit {
			if l.ExternalDeclaration.Case != cc.ExternalDeclarationDecl {
				continue
			}
			for i := l.ExternalDeclaration.Declaration.InitDeclaratorList; i != nil; i = i.InitDeclaratorList {
				d := i.InitDeclarator.Declarator
				if ft, ok := d.Type().(*cc.FunctionType); ok && !d.IsTypename() && strings.HasPrefix(d.Position().Filename, systemRoot) {
					checkPrototype(t, u, d, ft)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkPrototype(t *testing.T, u *unit, d *cc.Declarator, ft *cc.FunctionType) {
	name := d.Name()
	if notInLibrary[name] || later[name] {
		return
	}
	f := u.p.libc[libcName(name)]
	if f == nil {
		t.Errorf("%s: package libc has no %s", d.Position(), name)
		return
	}
	var params []string
	for _, p := range ft.Parameters() {
		if !isVoid(p.Type()) {
			params = append(params, u.goType(d, p.Type().Decay()))
		}
	}
	if got := strings.Join(f.params, " "); got != strings.Join(params, " ") || f.variadic != ft.IsVariadic() {
		t.Errorf("%s: %s takes %s, its prototype %s", d.Position(), name, got, strings.Join(params, " "))
	}
	result := ""
	if r := ft.Result(); !isVoid(r) {
		result = u.goType(d, r)
	}
	if result != f.result {
		t.Errorf("%s: %s gives %s, its prototype %s", d.Position(), name, f.result, result)
	}
}
