package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"strata/internal/load"
)

var cmdInstall = &command{
	name:  "install",
	args:  "[build flags] [packages]",
	short: "compile and install commands",
	long: `Install compiles the named commands and puts their executables into the directory GOBIN, else into bin of GOPATH.
Packages that are no commands are only compiled.

With versions, as in strata install example.com/cmd/tool@latest, the commands are those of a module at that version, whatever
module the working directory is in; versions of its dependencies are those that its go.mod asks for.

See also: strata help buildflags, strata help designs.`,
	run: runInstall,
}

func runInstall(c *command, args []string) int {
	b := buildFlags{released: true}
	fs := newFlags(c)
	b.register(fs)
	b.cover.register(fs)
	defer b.cover.remove()
	if parseFlags(c, fs, args) != nil {
		return 2
	}
	patterns, remove, err := b.atVersion(fs.Args())
	if err != nil {
		return report(err)
	}
	defer remove()
	prog, err := loadPackages(b.config(), &b, patterns)
	if err == nil {
		err = prog.Err()
	}
	if err != nil {
		return report(err)
	}
	defer b.shared.flush()
	return report(installAll(prog, &b, patterns))
}

// installAll writes the executables of prog's commands where they are to be installed.
func installAll(prog *load.Program, b *buildFlags, patterns []string) error {
	if err := explainLibraries(prog, b); err != nil {
		return err
	}
	mains := prog.Mains()
	if len(mains) == 0 {
		if b.dir != "" {
			return fmt.Errorf("package %s is not a main package", prog.Roots[0].ImportPath)
		}
		return nil
	}
	bin, err := binDir()
	if err != nil {
		return err
	}
	return buildInto(bin, prog, b, patterns)
}

// binDir is where executables are installed.
func binDir() (string, error) {
	if dir := load.Getenv("GOBIN"); dir != "" {
		if !filepath.IsAbs(dir) {
			return "", errors.New("cannot install, GOBIN must be an absolute path")
		}
		return dir, nil
	}
	path := load.Getenv("GOPATH")
	if path == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", errors.New("no install location: neither GOBIN, GOPATH nor HOME is set")
		}
		path = filepath.Join(home, "go")
	}
	return filepath.Join(filepath.SplitList(path)[0], "bin"), nil
}

// hasVersion says whether a pattern is PKG@version.
func hasVersion(pattern string) bool {
	return strings.Contains(pattern, "@") && !strings.HasPrefix(pattern, ".") && !filepath.IsAbs(pattern)
}
