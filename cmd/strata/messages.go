package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"strata/internal/build"
	"strata/internal/explain"
	"strata/internal/load"
)

// diagnoses tells whether the compiler is asked to say what it decided.
func (f *compilerFlags) diagnoses() bool { return f.explain > 0 || f.checkBCE }

// reportOn makes the build say what was decided about the packages that the flags name.
func (b *buildFlags) reportOn(o *build.Options) {
	if !b.gcflags.diagnoses() {
		return
	}
	for _, p := range o.Program.Packages {
		if b.gcflags.meant(p, o.Program.Roots) {
			o.Report = append(o.Report, p)
		}
	}
	if len(o.Report) > 0 {
		o.Reported = func(u *explain.Unit) { b.gcflags.print(os.Stderr, u) }
	}
}

// meant tells whether flags of -gcflags are for p: its pattern matches, or without one p is named on the command line.
func (f *compilerFlags) meant(p *load.Package, named []*load.Package) bool {
	switch {
	case f.pattern == "":
		for _, n := range named {
			if n == p {
				return true
			}
		}
		return false
	case f.pattern == "all":
		return true
	case f.pattern == "std":
		return p.Standard
	case strings.HasPrefix(f.pattern, "./") || f.pattern == "." || strings.HasPrefix(f.pattern, "../"):
		dir, err := filepath.Abs(strings.TrimSuffix(f.pattern, "..."))
		if err != nil {
			return false
		}
		return matches(filepath.ToSlash(dir), strings.HasSuffix(f.pattern, "..."), filepath.ToSlash(p.Dir))
	}
	return matches(strings.TrimSuffix(f.pattern, "..."), strings.HasSuffix(f.pattern, "..."), p.ImportPath)
}

// matches compares a path with the beginning of a pattern.
func matches(prefix string, open bool, path string) bool {
	prefix = strings.TrimSuffix(prefix, "/")
	return path == prefix || open && (prefix == "" || strings.HasPrefix(path, prefix+"/"))
}

// print writes the messages about each package under its name, as the go command shows compilers' output.
func (f *compilerFlags) print(w io.Writer, u *explain.Unit) {
	u.FileName = shortNames()
	var list []explain.Message
	if f.explain > 0 {
		list = u.Messages(f.explain)
	}
	if f.checkBCE {
		list = append(list, u.BoundsChecks()...)
	}
	header := ""
	for _, m := range list {
		if h := u.PackageAt(m.Pos.Filename); h != header {
			header = h
			fmt.Fprintf(w, "# %s\n", h)
		}
		fmt.Fprintf(w, "%s:%d:%d: %s\n", u.FileName(m.Pos.Filename), m.Pos.Line, m.Pos.Column, m.Text)
	}
}

// shortNames names files relative to the working directory.
func shortNames() func(name string) string {
	dir, err := os.Getwd()
	if err != nil {
		dir = ""
	}
	return func(name string) string { return shortName(dir, name) }
}

// shortName is a file's name relative to dir if that is shorter.
func shortName(dir, name string) string {
	rel, err := filepath.Rel(dir, name)
	if err != nil || len(rel) >= len(name) {
		return name
	}
	if !strings.HasPrefix(rel, "../") {
		rel = "./" + rel
	}
	return rel
}

// explainLibraries says what the flags ask for about packages that no command of prog is built from.
func explainLibraries(prog *load.Program, b *buildFlags) error {
	if !b.gcflags.diagnoses() || explainer == nil {
		return nil
	}
	for _, p := range prog.Roots {
		if !p.IsMain() {
			if err := explainer(prog.For(p), b); err != nil {
				return compileError(p, err)
			}
		}
	}
	return nil
}
