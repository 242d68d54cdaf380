package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"strata/internal/load"
)

var cmdBuild = &command{
	name:  "build",
	args:  "[-o output] [build flags] [packages]",
	short: "compile packages and their dependencies",
	long: `Build compiles the named packages. Of a single command it writes the executable, named after the last
element of its import path or after the first file, or as -o says. Of several packages it only
checks that they compile, unless -o names a directory: there it puts the executables.

See also: strata help buildflags, strata help designs.`,
	run: runBuild,
}

func runBuild(c *command, args []string) int {
	b := buildFlags{released: true}
	fs := newFlags(c)
	b.register(fs)
	b.cover.register(fs)
	defer b.cover.remove()
	defer func() {
		if b.work {
			fmt.Fprintln(os.Stderr, "# -work: build has no temporary directory")
		}
	}()
	fs.StringVar(&b.out, "o", "", "")
	if parseFlags(c, fs, args) != nil {
		return 2
	}
	b.earlier = b.recall("build", args[:len(args)-fs.NArg()], fs.Args())
	if _, ok := b.earlier.done(""); ok {
		return 0
	}
	prog, err := loadPackages(b.config(), &b, fs.Args())
	if err == nil && len(prog.Errors) == 0 {
		err = checkOutput(prog, &b, fs.Args())
	}
	if err == nil {
		err = prog.Err()
	}
	if err != nil {
		return report(err)
	}
	b.cover.warn(prog, "built")
	defer func() { b.shared.flush() }()
	if len(prog.Mains()) == 1 && len(prog.Roots) == 1 {
		b.reload = func() (*load.Program, error) { return loadPackages(b.config(), &b, fs.Args()) }
	}
	if err := buildAll(prog, &b, fs.Args()); err != nil {
		return report(err)
	}
	b.earlier.save()
	return 0
}

// buildAll writes the executables that the flags ask for.
func buildAll(prog *load.Program, b *buildFlags, patterns []string) error {
	mains := prog.Mains()
	if err := explainLibraries(prog, b); err != nil {
		return err
	}
	dir, isDir := outputDir(b.out)
	switch {
	case b.out == os.DevNull:
		for _, m := range mains {
			if err := compileTo(prog, m, os.DevNull, b); err != nil {
				return compileError(m, err)
			}
		}
		return nil
	case isDir:
		if len(mains) == 0 {
			return errors.New("strata: no main packages to build")
		}
		return buildInto(dir, prog, b, patterns)
	case len(prog.Roots) == 1 && len(mains) == 1:
		out := b.out
		if out == "" {
			out = outputName(mains[0], patterns)
		}
		return compileError(mains[0], compileTo(prog, mains[0], out, b))
	case b.out != "":
		return fmt.Errorf("strata: %s is not a main package: there is nothing to write to %s", prog.Roots[0].ImportPath, b.out)
	}
	for _, m := range mains {
		if err := compileTo(prog, m, os.DevNull, b); err != nil {
			return compileError(m, err)
		}
	}
	return nil
}

// buildInto writes the executables of prog's commands into dir.
func buildInto(dir string, prog *load.Program, b *buildFlags, patterns []string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, m := range prog.Mains() {
		if err := compileTo(prog, m, filepath.Join(dir, outputName(m, patterns)), b); err != nil {
			return compileError(m, err)
		}
	}
	return nil
}

// checkOutput finds out before compiling whether there is a place for the output.
func checkOutput(prog *load.Program, b *buildFlags, patterns []string) error {
	if _, isDir := outputDir(b.out); isDir || b.out == os.DevNull {
		return nil
	}
	if b.out != "" {
		if len(prog.Roots) > 1 {
			return fmt.Errorf("strata: cannot write multiple packages to non-directory %s", b.out)
		}
		return nil
	}
	if mains := prog.Mains(); len(prog.Roots) == 1 && len(mains) == 1 {
		out := outputName(mains[0], patterns)
		if st, err := os.Stat(out); err == nil && st.IsDir() {
			return fmt.Errorf("strata: build output %q already exists and is a directory", out)
		}
	}
	return nil
}

func outputDir(out string) (string, bool) {
	if strings.HasSuffix(out, "/") {
		return out, true
	}
	st, err := os.Stat(out)
	return out, err == nil && st.IsDir()
}

// compileError puts the go command's header over what went wrong behind the front end.
func compileError(main *load.Package, err error) error {
	var place *outputError
	if err == nil || errors.Is(err, errNoBackend) || errors.As(err, &place) {
		return err
	}
	return fmt.Errorf("# %s\n%w", main.ImportPath, err)
}
