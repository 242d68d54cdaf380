package goroot

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"strata/internal/load"
)

// unit is one package of a case: its files with the harness's changes.
type unit struct {
	path  string // import path; "" for a command
	name  string
	names []string // full names of the files
	files []*file
	sfile []string
	extra map[string][]byte // generated files by full name
}

// unitOf makes the package of some files.
func unitOf(importPath string, names ...string) (*unit, error) {
	u := &unit{path: importPath, extra: map[string][]byte{}}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		u.names = append(u.names, name)
		u.files = append(u.files, parseFile(src))
		if u.name == "" {
			u.name = packageName(src)
		}
	}
	if u.name == "main" {
		u.path = ""
	}
	for _, f := range u.files {
		f.absoluteImports()
	}
	return u, nil
}

// dirUnits are the packages of a case's folder, in order of their first file: all files with one package
// name, or every file for itself.
func (c *Case) dirUnits() ([]*unit, error) {
	names, err := filepath.Glob(filepath.Join(c.Dir(), "*.go"))
	if err != nil {
		return nil, err
	}
	var order []string
	byName := map[string][]string{}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		key := packageName(src)
		if c.SinglePkgs {
			key = name
		}
		if byName[key] == nil {
			order = append(order, key)
		}
		byName[key] = append(byName[key], name)
	}
	var units []*unit
	for _, key := range order {
		first := byName[key][0]
		u, err := unitOf(path.Join("test", strings.TrimSuffix(filepath.Base(first), ".go")), byName[key]...)
		if err != nil {
			return nil, err
		}
		units = append(units, u)
	}
	return units, nil
}

// addToken has the command print tok when it ends.
func (u *unit) addToken(tok string) {
	for _, f := range u.files {
		if has, wrap := f.addToken(); has {
			u.extra[u.beside("token")] = tokenSource(tok, u.files, wrap)
			return
		}
	}
}

// keepAll has every function of the package compiled.
func (u *unit) keepAll() {
	hasMain := false
	for _, f := range u.files {
		hasMain = hasMain || f.main() != nil
	}
	u.extra[u.beside("keep")] = keepSource(u.name, u.files, u.name == "main" && !hasMain)
}

// beside names a generated file in the folder of the package.
func (u *unit) beside(what string) string {
	return strings.TrimSuffix(u.names[0], ".go") + "__strata_" + what + ".go"
}

// source is what the loader gets.
func (u *unit) source(s settings) load.Source {
	src := load.Source{ImportPath: u.path, GoVersion: s.lang, Complete: s.complete, Contents: map[string][]byte{}}
	for i, name := range u.names {
		src.Files = append(src.Files, name)
		if len(u.files[i].edits) > 0 {
			src.Contents[name] = u.files[i].bytes()
		}
	}
	for name, data := range u.extra {
		src.Files = append(src.Files, name)
		src.Contents[name] = data
	}
	src.Files = append(src.Files, u.sfile...)
	return src
}

func sources(units []*unit, s settings) []load.Source {
	var list []load.Source
	for _, u := range units {
		list = append(list, u.source(s))
	}
	return list
}

// importer is a command that only imports the packages.
func (c *Case) importer(units []*unit) load.Source {
	text := "package main\n\nimport (\n"
	for _, u := range units {
		if u.path != "" {
			text += "\t_ \"" + u.path + "\"\n"
		}
	}
	text += ")\n\nfunc main() {}\n"
	name := strings.TrimSuffix(c.Path(), ".go") + "__strata_main.go"
	return load.Source{Files: []string{name}, Contents: map[string][]byte{name: []byte(text)}}
}
