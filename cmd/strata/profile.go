package main

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"strata/internal/load"
	"strata/internal/pgo"
	"strata/internal/symname"
)

// defaultProfile is the profile that -pgo=auto looks for in the folder of a command.
const defaultProfile = "default.pgo"

// readProfile reads the profile that -pgo means for a command, if it means one.
func (b *buildFlags) readProfile(prog *load.Program, main *load.Package) error {
	b.profile, b.calls = "", nil
	name := b.pgo
	switch name {
	case "off", "":
		return nil
	case "auto":
		if main.Dir == "" || !b.choice.Era().Profile {
			return nil
		}
		name = filepath.Join(main.Dir, defaultProfile)
		if _, err := os.Stat(name); err != nil {
			return nil
		}
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	if b.calls, err = pgo.Read(abs); err != nil {
		return fmt.Errorf("strata: -pgo: %w", err)
	}
	b.profile = abs
	if b.calls.Total == 0 {
		fmt.Fprintf(os.Stderr, "strata: warning: -pgo=%s: the profile has no samples\n", name)
	} else if !knowsAny(b.calls, prog, main) {
		fmt.Fprintf(os.Stderr, "strata: warning: -pgo=%s: no function of %s or the modules it uses is in the profile: it is another program's\n", name, main.ImportPath)
	}
	return nil
}

// knowsAny tells whether a profile knows any function of a command that is not the standard library's. A profile of another program
// shares functions of the library with it, and perhaps main.main, in which few programs spend time of their own.
func knowsAny(profile *pgo.Profile, prog *load.Program, main *load.Package) bool {
	declared := map[string]bool{}
	for _, p := range prog.For(main).Packages {
		if p.Standard {
			continue
		}
		path := symname.EscapePath(p.Path)
		for _, f := range p.Files {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && !(p == main && fn.Name.Name == "main" && fn.Recv == nil) {
					declared[path+"."+profileName(fn)] = true
				}
			}
		}
	}
	if len(declared) == 0 {
		return true // nothing but main.main
	}
	for site := range profile.Lines {
		if declared[plainName(site.Func)] {
			return true
		}
	}
	for e := range profile.Edges {
		if declared[plainName(e.Site.Func)] || declared[plainName(e.Callee)] || e.Site.Func == "main.main" && strings.HasPrefix(e.Callee, "main.") && e.Callee != "main.main" {
			return true
		}
	}
	return false
}

// profileName is the name of a function without its package, as profiles show it: F, T.M or (*T).M.
func profileName(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return fn.Name.Name
	}
	t := ast.Unparen(fn.Recv.List[0].Type)
	star, isPtr := t.(*ast.StarExpr)
	if isPtr {
		t = ast.Unparen(star.X)
	}
	switch x := t.(type) {
	case *ast.IndexExpr:
		t = x.X
	case *ast.IndexListExpr:
		t = x.X
	}
	id, ok := t.(*ast.Ident)
	switch {
	case !ok:
		return fn.Name.Name
	case isPtr:
		return "(*" + id.Name + ")." + fn.Name.Name
	}
	return id.Name + "." + fn.Name.Name
}

// closures are what a function's literals are called behind its name.
var closures = regexp.MustCompile(`(\.func\d+|\.gowrap\d+|\.deferwrap\d+|-range\d+|-fm|\.\d+)+$`)

// plainName is the declared function that a profile's name belongs to.
func plainName(name string) string {
	return closures.ReplaceAllString(strings.ReplaceAll(name, "[...]", ""), "")
}
