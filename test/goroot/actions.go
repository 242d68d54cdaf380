package goroot

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"strata/internal/load"
	"strata/test/internal/harness"
)

// Skipped says that a case was not run, or not to the end, and why.
type Skipped string

func (s Skipped) Error() string { return string(s) }

// runner runs cases with one toolchain.
type runner struct {
	tool    *harness.Toolchain
	noToken map[string]bool // cases that end by themselves, without returning from main
	env     []string
	tallies *tallies
}

// run runs a case: nil, Skipped, or what went wrong.
func (r *runner) run(c *Case) error {
	if c.Skip != "" {
		return Skipped(c.Skip)
	}
	s := c.settings()
	if s.skip != "" {
		return Skipped("needs " + s.skip)
	}
	switch c.Action {
	case "run", "buildrun":
		if drivesGo.Match(c.Src) {
			return Skipped("drives gc's own commands")
		}
		return r.runFiles(c, s, c.goFiles())
	case "runoutput":
		return r.runOutput(c, s)
	case "errorcheckoutput":
		return r.errorCheckOutput(c, s)
	case "compile", "build", "asmcheck":
		return r.compile(c, s)
	case "compiledir":
		return r.compileDir(c, s)
	case "rundir", "errorcheckandrundir":
		return r.runDir(c, s)
	case "builddir", "buildrundir":
		return r.buildDir(c, s)
	case "runindir":
		return r.runInDir(c, s)
	case "errorcheck":
		return r.errorCheck(c, s)
	case "errorcheckdir":
		return r.errorCheckDir(c, s)
	case "skip":
		return Skipped("part of another case")
	}
	return fmt.Errorf("unknown action %q", c.Action)
}

// goFiles are the files of a command: the case and the .go files among its arguments, which are taken away.
func (c *Case) goFiles() []string {
	files := []string{c.Path()}
	for len(c.Args) > 0 && strings.HasSuffix(c.Args[0], ".go") {
		files = append(files, filepath.Join(c.Root, c.Args[0]))
		c.Args = c.Args[1:]
	}
	return files
}

// runFiles compiles some files of one command and runs it.
func (r *runner) runFiles(c *Case, s settings, files []string) error {
	u, err := unitOf("", files...)
	if err != nil {
		return err
	}
	return r.runUnits(c, s, u)
}

// runUnits compiles packages, the last being the command, runs it and compares its output with the case's .out file.
func (r *runner) runUnits(c *Case, s settings, units ...*unit) error {
	out, err := r.output(c, s, units...)
	if err != nil {
		return err
	}
	return c.compare(out)
}

func (r *runner) output(c *Case, s settings, units ...*unit) ([]byte, error) {
	exe, remove, err := harness.TempExe()
	if err != nil {
		return nil, err
	}
	defer remove()
	tok := endToken(c)
	units[len(units)-1].addToken(tok)
	if err := r.tool.BuildSources(exe, s.Flags, sources(units, s)...); err != nil {
		return nil, err
	}
	return r.execute(c, exe, c.Root)
}

func endToken(c *Case) string {
	return "strata: main of " + c.Name + " has returned"
}

// execute runs an executable and gives its output without the token, which it demands.
func (r *runner) execute(c *Case, exe, dir string) ([]byte, error) {
	env := r.env
	if c.GodebugEnv != "" {
		env = append(env[:len(env):len(env)], "GODEBUG="+c.GodebugEnv)
	}
	res := harness.Command{
		Args: append([]string{exe}, c.Args...), Dir: dir, Env: env, Limit: c.Limit, Combine: true,
	}.Run()
	out, seen := cutToken(res.Stdout, endToken(c))
	switch {
	case res.Err != nil:
		return nil, res.Err
	case res.TimedOut:
		return nil, fmt.Errorf("timeout after %v\n%s", res.Elapsed.Round(1e8), out)
	case res.Signal != "":
		return nil, fmt.Errorf("%s\n%s", res.Signal, out)
	case res.Exit != 0:
		return nil, fmt.Errorf("exit status %d\n%s", res.Exit, out)
	case !seen && !r.noToken[c.Name]:
		return nil, fmt.Errorf("main did not return\n%s", out)
	}
	return out, nil
}

// cutToken takes the lines with the token out of a program's output.
func cutToken(out []byte, tok string) ([]byte, bool) {
	cut := bytes.ReplaceAll(out, []byte(tok+"\n"), nil)
	return cut, len(cut) != len(out)
}

// compare compares output with the case's .out file; without one there should be none.
func (c *Case) compare(got []byte) error {
	want, err := os.ReadFile(strings.TrimSuffix(c.Path(), ".go") + ".out")
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("output differs\n--- want\n%s--- got\n%s", want, got)
	}
	return nil
}

// runOutput runs a program that writes a program, and runs that.
func (r *runner) runOutput(c *Case, s settings) error {
	if drivesGo.Match(c.Src) {
		return Skipped("drives gc's own commands")
	}
	name, remove, err := r.generate(c, s)
	if err != nil {
		return err
	}
	defer remove()
	c.Args = nil
	return r.runFiles(c, settings{}, []string{name})
}

// generate runs a case and writes its output to a file.
func (r *runner) generate(c *Case, s settings) (name string, remove func(), err error) {
	u, err := unitOf("", c.goFiles()...)
	if err != nil {
		return "", nil, err
	}
	out, err := r.output(c, s, u)
	if err != nil {
		return "", nil, fmt.Errorf("generator: %w", err)
	}
	dir, err := os.MkdirTemp("", "strata-goroot")
	if err != nil {
		return "", nil, err
	}
	name = filepath.Join(dir, "tmp__.go")
	return name, func() { os.RemoveAll(dir) }, os.WriteFile(name, out, 0o666)
}

func (r *runner) errorCheckOutput(c *Case, s settings) error {
	name, remove, err := r.generate(c, settings{})
	if err != nil {
		return err
	}
	defer remove()
	return r.checkErrors(c, s, name)
}

func (r *runner) runDir(c *Case, s settings) error {
	units, err := c.dirUnits()
	if err != nil {
		return err
	}
	if len(units) == 0 || units[len(units)-1].name != "main" {
		return errors.New("the last package is not main")
	}
	return r.runUnits(c, s, units...)
}

// buildDir compiles all files of a folder as one command, assembly too, and runs it if the case says so.
func (r *runner) buildDir(c *Case, s settings) error {
	names, err := filepath.Glob(filepath.Join(c.Dir(), "*.go"))
	if err != nil {
		return err
	}
	u, err := unitOf("", names...)
	if err != nil {
		return err
	}
	if u.sfile, err = filepath.Glob(filepath.Join(c.Dir(), "*.s")); err != nil {
		return err
	}
	if c.Action == "buildrundir" {
		return r.runUnits(c, s, u)
	}
	return r.build(s, u.source(s))
}

// build compiles and throws the executable away.
func (r *runner) build(s settings, list ...load.Source) error {
	exe, remove, err := harness.TempExe()
	if err != nil {
		return err
	}
	defer remove()
	return r.tool.BuildSources(exe, s.Flags, list...)
}
