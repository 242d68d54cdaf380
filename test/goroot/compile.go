package goroot

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"strata/internal/load"
	"strata/test/internal/harness"
)

// compile compiles every function of one file. What gc's assembly should look like (asmcheck) is not compared.
func (r *runner) compile(c *Case, s settings) error {
	u, err := unitOf("p", c.goFiles()...)
	if err != nil {
		return err
	}
	return r.compileUnits(c, s, u)
}

func (r *runner) compileDir(c *Case, s settings) error {
	units, err := c.dirUnits()
	if err != nil {
		return err
	}
	if len(units) == 0 {
		return fmt.Errorf("no files in %s", c.Dir())
	}
	return r.compileUnits(c, s, units...)
}

// compileUnits compiles all packages. Symbols without definition are as good as for a compiler that does not link.
func (r *runner) compileUnits(c *Case, s settings, units ...*unit) error {
	for _, u := range units {
		u.keepAll()
	}
	list := sources(units, s)
	last := units[len(units)-1]
	if last.name != "main" {
		list = append(list, c.importer(units))
	}
	err := r.build(s, list...)
	if missing := harness.Undefined(err); missing != nil && c.Action != "build" && declaredOnly(units, missing) {
		return nil
	}
	return err
}

// declaredOnly says whether all symbols are functions that the packages declare without a body.
func declaredOnly(units []*unit, symbols []string) bool {
	bodyless := map[string]bool{}
	for _, u := range units {
		for _, f := range u.files {
			for _, name := range f.bodyless() {
				bodyless[name] = true
			}
		}
	}
	return !slices.ContainsFunc(symbols, func(sym string) bool {
		return !bodyless[sym[strings.LastIndex(sym, ".")+1:]]
	})
}

// runInDir copies the case's folder into a module of its own and runs the command there.
func (r *runner) runInDir(c *Case, s settings) error {
	dir, err := os.MkdirTemp("", "strata-goroot")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	dir = filepath.Join(dir, filepath.Base(c.Dir()))
	if err := os.CopyFS(dir, os.DirFS(c.Dir())); err != nil {
		return err
	}
	version := c.ModVersion
	if version == "" {
		version = "1.14"
	}
	mod := fmt.Sprintf("module %s\ngo %s\n", filepath.Base(dir), version)
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o666); err != nil {
		return err
	}
	if err := markMain(dir, endToken(c)); err != nil {
		return err
	}
	tool, err := harness.NewToolchainIn(dir)
	if err != nil {
		return err
	}
	prog, err := tool.Session.Load(".")
	if err != nil {
		return err
	}
	exe := filepath.Join(dir, "a.exe")
	if err := tool.BuildProgram(exe, s.Flags, prog); err != nil {
		return err
	}
	out, err := r.execute(c, exe, dir)
	if err != nil {
		return err
	}
	return c.compare(out)
}

// markMain adds the token to the command in dir, on disk.
func markMain(dir, tok string) error {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		f := parseFile(src)
		has, wrap := f.addToken()
		if !has {
			continue
		}
		if err := os.WriteFile(name, f.bytes(), 0o666); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, "strata_token.go"), tokenSource(tok, []*file{f}, wrap), 0o666)
	}
	return nil
}

// noMain opens the message about a command without main.
const noMain = "runtime.main_main·f"

// frontEnd loads packages and gives the compiler's messages about the last one.
func (r *runner) frontEnd(list ...load.Source) (*load.Program, []string, error) {
	prog, err := r.tool.Session.LoadSources(list...)
	if err != nil {
		return nil, nil, err
	}
	var out []string
	for _, e := range prog.Errors {
		out = append(out, e.Error())
	}
	for _, root := range prog.Roots {
		for _, e := range root.Errors {
			if !strings.HasPrefix(e.Error(), noMain) { // the linker's to say
				out = append(out, e.Error())
			}
		}
	}
	return prog, out, nil
}
