package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"strata/internal/build"
	"strata/internal/load"
)

var cmdExplain = &command{
	name:  "explain",
	args:  "[build flags] file.go:line ...",
	short: "say in plain words what the compiler made of a line",
	long: `Explain compiles the package that the file belongs to and tells about each line: what lives on the heap and why,
with the way that the pointer takes; which calls are inlined, and why others are not; which bounds checks, nil checks
and write barriers are left; how large the function's frame and code are.

The compiler's own messages are those of build -gcflags=-m=2.`,
	run: runExplain,
}

func runExplain(c *command, args []string) int {
	var b buildFlags
	fs := newFlags(c)
	b.register(fs)
	if parseFlags(c, fs, args) != nil {
		return 2
	}
	if fs.NArg() == 0 {
		complain(c, fmt.Errorf("no line is named"))
		return 2
	}
	for _, place := range fs.Args() {
		file, line, err := parsePlace(place)
		if err == nil {
			err = explainLine(&b, file, line)
		}
		if err != nil {
			return report(err)
		}
	}
	return 0
}

// parsePlace splits file.go:line; a column behind it is left out.
func parsePlace(place string) (file string, line int, err error) {
	parts := strings.Split(place, ":")
	if len(parts) < 2 || !strings.HasSuffix(parts[0], ".go") {
		return "", 0, fmt.Errorf("strata: %s is not of the form file.go:line", place)
	}
	if line, err = strconv.Atoi(parts[1]); err != nil || line < 1 {
		return "", 0, fmt.Errorf("strata: %s: invalid line %q", place, parts[1])
	}
	if _, err := os.Stat(parts[0]); err != nil {
		return "", 0, err
	}
	return parts[0], line, nil
}

func explainLine(b *buildFlags, file string, line int) error {
	prog, p, err := packageOf(b, file)
	if err != nil {
		return err
	}
	if err := b.readProfile(prog, p); err != nil {
		return err
	}
	o := b.options(prog.For(p))
	o.Report, o.Reported = []*load.Package{p}, nil
	u, err := build.Explain(o)
	if err != nil {
		return err
	}
	u.FileName = shortNames()
	abs, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	fmt.Printf("%s:%d\n", file, line)
	list := u.Line(abs, line)
	if len(list) == 0 {
		list = []string{"The compiler has nothing to say about this line: no code is made for it."}
	}
	for _, text := range list {
		fmt.Println("\t" + text)
	}
	return nil
}

// packageOf loads the package that a file belongs to: the one in its folder, or the file alone.
func packageOf(b *buildFlags, file string) (*load.Program, *load.Package, error) {
	cfg := b.config()
	cfg.Complete = true
	dir := filepath.Dir(file)
	if !filepath.IsAbs(dir) {
		dir = "./" + dir
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return nil, nil, err
	}
	var last error
	for _, pattern := range []string{dir, file} {
		prog, err := loadPackages(cfg, b, []string{pattern})
		if err == nil {
			err = prog.Err()
		}
		if err != nil {
			last = err
			continue
		}
		for _, p := range prog.Roots {
			for _, name := range p.FileNames {
				if name == abs {
					return prog, p, nil
				}
			}
		}
	}
	if last == nil {
		last = fmt.Errorf("strata: %s belongs to no package: build constraints exclude it", file)
	}
	return nil, nil, last
}
