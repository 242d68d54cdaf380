package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"strata/internal/build"
	"strata/internal/design"
	"strata/internal/load"
	"strata/rt"
)

// program is one executable of the list.
type program struct {
	name     string
	file     string // a command in one file, or
	pkg      string // a package of the checkout
	debug    bool   // as with -O=0
	apart    bool   // a part of every function laid out apart
	noInline bool   // as with -l, which compiles the library's functions anew
}

// packages are the directories of commands in the checkout.
var packages = []string{"cmd/strata", "examples/raytrace", "bench/cpu", "bench/text", "bench/net", "bench/maps", "bench/gc", "bench/conc", "bench/calls", "bench/alloc"}

// variants is how many programs there are to one that is also built in the other ways.
const variants = 8

// programs lists what the checkout at root has, in order of their names.
func programs(root string) (list []program) {
	for _, dir := range packages {
		list = append(list, program{name: dir, pkg: "./" + dir})
	}
	files, _ := filepath.Glob(filepath.Join(root, "test", "golden", "testdata", "*.go"))
	for i, f := range files {
		name := "golden/" + filepath.Base(f)
		list = append(list, program{name: name, file: f})
		if i%variants == 0 {
			list = append(list, program{name: name + " -O=0", file: f, debug: true}, program{name: name + " cold", file: f, apart: true})
		}
		if i == 0 {
			list = append(list, program{name: name + " -l", file: f, noInline: true})
		}
	}
	if *goroot {
		list = append(list, suite()...)
	}
	return list
}

// suite lists the files of GOROOT/test that are programs to run.
func suite() (list []program) {
	goroot, _, err := load.FindGoroot(nil)
	if err != nil {
		return nil
	}
	for _, glob := range []string{"*.go", "*/*.go"} {
		files, _ := filepath.Glob(filepath.Join(goroot, "test", glob))
		for _, f := range files {
			text, err := os.ReadFile(f)
			if line, _, _ := bytes.Cut(text, []byte("\n")); err == nil && strings.TrimSpace(string(line)) == "// run" {
				name, _ := filepath.Rel(goroot, f)
				list = append(list, program{name: name, file: f})
			}
		}
	}
	return list
}

// builder is the compiler of the checkout that this command is built in. All programs share what it makes of the standard library.
type builder struct {
	session *load.Session
	designs design.Set
	base    *build.Base
}

func newBuilder(root string) (*builder, error) {
	b := &builder{designs: design.Default()}
	var err error
	b.session, err = load.NewSession(load.Config{Dir: root, Overlay: rt.FS, Generated: b.designs.Sources()})
	if err != nil {
		return nil, err
	}
	std, err := b.session.Load("runtime", "fmt", "os", "strings", "sort", "time", "net/http")
	if err == nil {
		err = std.Err()
	}
	if err != nil {
		return nil, err
	}
	b.base, err = build.NewBase(std, b.designs, build.BaseOptions{})
	return b, err
}

func (b *builder) build(out string, p program) error {
	prog, err := b.load(p)
	if err == nil {
		err = prog.Err()
	}
	if err != nil {
		return err
	}
	o := build.Options{
		Program: prog.For(prog.Mains()[0]), Out: out, Designs: b.designs, GoVersion: b.session.GoVersion(), Base: b.base,
		NoInline: p.noInline, ColdParts: p.apart,
	}
	if p.noInline {
		o.Base = nil // it is compiled with inlining
	}
	if p.debug {
		o.Debug = func(p *load.Package) bool { return !p.Standard }
	}
	return build.Build(o)
}

func (b *builder) load(p program) (*load.Program, error) {
	if p.pkg == "" {
		return b.session.LoadFiles(p.file)
	}
	return b.session.Load(p.pkg)
}
