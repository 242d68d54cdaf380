package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"strata/internal/build"
	"strata/internal/ssahtml"
)

var cmdSSA = &command{
	name:  "ssa",
	args:  "-func name [-diff flags] [-pass names] [-o file] [build flags] [package]",
	short: "show what the compiler does to a function, as a web page",
	long: `SSA compiles a command and writes a page, ssa.html or what -o says, that shows the named function (main.f,
main.(*T).m, example.com/pkg.f): its source and syntax, the SSA after every pass with its control-flow graph,
and the assembly. -pass names the passes that are open at first, separated by commas; * means all.

With -diff the function is compiled a second time with the flags given there as well, and the page compares the two:

	strata ssa -func main.f -diff=-abi=stack .
	strata ssa -func main.f -diff=-gcflags=-d=ssa/prove/off .
	strata ssa -func main.f -pgo=old.pprof -diff=-pgo=new.pprof .

The environment variable GOSSAFUNC=name[:passes] makes any build write ssa.html; name+ prints the passes as text.`,
	run: runSSA,
}

// compileRecorded builds and writes ssa.html of the function that GOSSAFUNC names.
func compileRecorded(o build.Options, spec string) error {
	name, passes := splitSpec(spec)
	name, text := strings.CutSuffix(name, "+")
	o.Record = &ssahtml.Recording{Func: name}
	if err := build.Build(o); err != nil {
		return err
	}
	if o.Record.Empty() {
		near := ""
		if list := o.Record.Near(); len(list) > 0 {
			near = "; there is " + strings.Join(list, ", ")
		}
		fmt.Fprintf(os.Stderr, "GOSSAFUNC: no function %s is compiled for %s%s\n", name, o.Program.Main.ImportPath, near)
		return nil
	}
	if text {
		fmt.Print(o.Record.Text())
	}
	if err := writePage("ssa.html", func(w io.Writer) error { return ssahtml.WritePage(w, o.Record, passes) }); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "dumped SSA for %s to ./ssa.html\n", name)
	return nil
}

// inMain gives a name that says no package that of the command.
func inMain(spec string) string {
	name, passes := splitSpec(spec)
	if !strings.Contains(name, ".") || strings.HasPrefix(name, "(") && strings.Count(name, ".") == 1 {
		name = "main." + name
	}
	if passes != "" {
		name += ":" + passes
	}
	return name
}

// splitSpec splits NAME:PASSES; names may hold colons only inside brackets.
func splitSpec(spec string) (name, passes string) {
	if i := strings.LastIndexByte(spec, ':'); i > strings.LastIndexByte(spec, ']') {
		return spec[:i], spec[i+1:]
	}
	return spec, ""
}

func writePage(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func runSSA(c *command, args []string) int {
	var b buildFlags
	fs := newFlags(c)
	b.register(fs)
	fn := fs.String("func", "", "")
	diff := fs.String("diff", "", "")
	passes := fs.String("pass", "", "")
	out := fs.String("o", "ssa.html", "")
	if parseFlags(c, fs, args) != nil {
		return 2
	}
	if *fn == "" {
		complain(c, errors.New("-func is missing"))
		return 2
	}
	first, err := record(*fn, &b, fs.Args())
	if err != nil {
		return report(err)
	}
	if *diff == "" {
		return report(writePage(*out, func(w io.Writer) error { return ssahtml.WritePage(w, first, *passes) }))
	}
	second, err := recordWith(c, *fn, args[:len(args)-fs.NArg()], *diff, fs.Args())
	if errors.Is(err, errUsage) {
		return 2
	}
	if err != nil {
		return report(err)
	}
	first.Title, second.Title = "as given", *diff
	return report(writePage(*out, func(w io.Writer) error { return ssahtml.WriteDiff(w, first, second) }))
}

// recordWith records the function of the second setting: the flags of the first with more behind them.
func recordWith(c *command, fn string, flags []string, more string, patterns []string) (*ssahtml.Recording, error) {
	words, err := splitQuoted(more)
	if err != nil {
		return nil, err
	}
	var b buildFlags
	fs := newFlags(c)
	b.register(fs)
	for _, name := range []string{"func", "diff", "pass", "o"} {
		fs.String(name, "", "")
	}
	if err := parseFlags(c, fs, append(append([]string{}, flags...), words...)); err != nil {
		return nil, err
	}
	return record(fn, &b, patterns)
}

// record compiles the one command that the patterns name and records a function.
func record(fn string, b *buildFlags, patterns []string) (*ssahtml.Recording, error) {
	prog, err := loadPackages(b.config(), b, patterns)
	if err == nil {
		err = prog.Err()
	}
	if err != nil {
		return nil, err
	}
	mains := prog.Mains()
	if len(mains) != 1 {
		return nil, fmt.Errorf("strata: ssa: %d main packages, need one", len(mains))
	}
	if err := b.readProfile(prog, mains[0]); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "strata-ssa")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	o := b.options(prog.For(mains[0]))
	o.Out, o.Record = filepath.Join(dir, "a.out"), &ssahtml.Recording{Func: fn}
	if err := build.Build(o); err != nil {
		return nil, compileError(mains[0], err)
	}
	if o.Record.Empty() {
		return nil, fmt.Errorf("strata: ssa: the program has no function %s, or inlines it everywhere", fn)
	}
	return o.Record, nil
}
