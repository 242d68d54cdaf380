package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"

	"strata/internal/bootstrap"
	"strata/internal/design"
)

var cmdBootstrap = &command{
	name:  "bootstrap",
	args:  "[-gc] [-o dir] [designs] [source]",
	short: "build Strata with itself, twice, and compare; Go's toolchain with -gc",
	long: `Bootstrap builds Strata three times: the host's Go builds stage 1, stage 1 builds stage 2, stage 2 builds stage 3. Stages 2
and 3 must be the same bytes. Each stage's time, memory and hash are shown as it is done, and a table at the end. Where the
stages differ, bootstrap names the first function that does, prints it as both stages have it, and fails.

Source is Strata's source folder, by default the one around the working directory. Modules that it needs and that the module
cache lacks are downloaded, as go build does. It must not change while bootstrap runs.

With -gc bootstrap checks the installed Go by diverse double-compiling: Strata builds the go command, the compiler, the
assembler and the linker of GOROOT, these make Go's distribution from GOROOT's source as make.bash does, and every binary and
archive of it must be the same bytes as those that the installed Go makes. The installed binaries stand for these where they are
the same; otherwise the installed Go makes the distribution too. Source is then not used. It takes about a quarter of an hour of
CPU and 3 GB of disk.

	-gc             build Go's distribution by way of Strata, and compare; with a value, -gc=stw, it is the design of that name
	-o dir          keep the executables strata1, strata2, strata3 there; with -gc what was made of Go
	-era, -gc, ...  designs of stages 2 and 3, hence also of the compiler that builds stage 3; see strata help designs
	-p, -gcflags    as in strata build`,
	run: runBootstrap,
}

func runBootstrap(c *command, args []string) int {
	fs := newFlags(c)
	dir := fs.String("o", "", "")
	distribution := false
	var flags []string
	for _, name := range append([]string{"era", "p", "gcflags"}, dimensionNames()...) {
		set := func(v string) error {
			flags = append(flags, "-"+name+"="+v)
			return nil
		}
		if name == "gc" {
			fs.BoolFunc(name, "", func(v string) error {
				if v == "true" { // -gc alone is Go's toolchain, with a value the collector
					distribution = true
					return nil
				}
				return set(v)
			})
			continue
		}
		fs.Func(name, "", set)
	}
	if parseFlags(c, fs, args) != nil {
		return 2
	}
	if fs.NArg() > 1 {
		complain(c, errors.New("one source folder at most"))
		return 2
	}
	start := "."
	if fs.NArg() == 1 {
		start = fs.Arg(0)
	}
	if distribution {
		if fs.NArg() > 0 {
			complain(c, errors.New("-gc builds GOROOT's source: no source folder is used"))
			return 2
		}
		return report(inFolder(*dir, func(ctx context.Context, dir string) error { return bootstrapGo(ctx, dir, flags) }))
	}
	return report(bootstrapIn(start, *dir, flags))
}

// dimensionNames are the names of the flags that choose single designs.
func dimensionNames() []string {
	names := make([]string, len(design.Dimensions))
	for i, d := range design.Dimensions {
		names[i] = d.Name
	}
	return names
}

func bootstrapIn(start, dir string, flags []string) error {
	source, err := bootstrap.FindSource(start)
	if err != nil {
		return err
	}
	return inFolder(dir, func(ctx context.Context, dir string) error { return bootstrapStrata(ctx, source, dir, flags) })
}

// inFolder calls f with dir, made if it is not there, or with a folder that is removed afterwards, and a context that signals cancel.
func inFolder(dir string, f func(ctx context.Context, dir string) error) (err error) {
	if dir == "" {
		if dir, err = os.MkdirTemp("", "strata-bootstrap"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	} else if err = os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return f(ctx, dir)
}

func bootstrapStrata(ctx context.Context, source, dir string, flags []string) error {
	b := &bootstrap.Builder{Source: source, Dir: dir, Go: "go", Flags: flags, Env: append(os.Environ(), "CGO_ENABLED=0"), Log: os.Stdout}
	stages, err := b.Stages(ctx)
	if err != nil {
		return err
	}
	fmt.Println()
	bootstrap.Table(os.Stdout, stages)
	two, three := stages[1], stages[2]
	if two.SHA256 == three.SHA256 {
		fmt.Println("stages 2 and 3 are the same bytes")
		return nil
	}
	difference, err := firstDifference(two.File, three.File)
	if err != nil {
		return err
	}
	return fmt.Errorf("stages 2 and 3 differ: %s", difference)
}

// firstDifference tells of the first function, in order of addresses, of which two executables have different instructions, with both
// listings. Instructions that differ only in how far away a symbol is are the same.
func firstDifference(a, b string) (string, error) {
	x, y := &disassembler{end: ^uint64(0)}, &disassembler{end: ^uint64(0)}
	if err := errors.Join(x.open(a), y.open(b)); err != nil {
		return "", err
	}
	p, err := x.printer()
	if err != nil {
		return "", err
	}
	q, err := y.printer()
	if err != nil {
		return "", err
	}
	other := map[string]execSymbol{}
	for _, s := range y.syms {
		other[s.name] = s
	}
	for _, s := range x.syms {
		if s.code != 'T' && s.code != 't' {
			continue
		}
		o, ok := other[s.name]
		if !ok {
			return fmt.Sprintf("%s is only in %s", s.name, a), nil
		}
		f, g := p.listing(s), q.listing(o)
		if places.ReplaceAllString(f, "") != places.ReplaceAllString(g, "") {
			return fmt.Sprintf("%s\n%s:\n%s\n%s:\n%s", s.name, a, f, b, g), nil
		}
	}
	return "all functions are the same, so it is data that differs", nil
}

// places matches what in a listing depends on where things lie: the columns of addresses and encodings, distances to data
// without a symbol, and targets of jumps inside the function.
var places = regexp.MustCompile(`\t+0x[0-9a-f]+\t+[0-9a-f]+\t+|0x[0-9a-f]+\(IP\)|\b(J[A-Z]+|CALL) 0x[0-9a-f]+`)

// printer prepares to print functions one by one.
func (d *disassembler) printer() (*funcPrinter, error) {
	lines, err := d.newLines()
	return &funcPrinter{disassembler: d, lines: lines}, err
}

// listing disassembles one function.
func (f *funcPrinter) listing(s execSymbol) string {
	var buf bytes.Buffer
	f.print(&buf, s)
	return strings.TrimRight(buf.String(), "\n")
}
