package main

import (
	"os"
	"strings"

	"strata/internal/build"
	"strata/internal/load"
)

func init() { backend, explainer = compile, explainPackages }

// options are what the flags ask of the driver.
func (b *buildFlags) options(prog *load.Program) build.Options {
	o := build.Options{
		Program:      prog,
		Designs:      b.designs,
		Machine:      theMachine(),
		GoVersion:    goVersion(prog),
		XVars:        b.ldflags.x,
		StripSymbols: b.ldflags.strip,
		StripDWARF:   b.ldflags.noDWF,
		Verify:       b.gcflags.check,
		NoInline:     b.gcflags.noInline,
		NoEscape:     b.gcflags.noEscape,
		ColdParts:    b.gcflags.coldParts,
		TrimPath:     b.trimpath,
		Disable:      b.gcflags.disable,
		Jobs:         b.p,
		Debug:        debugPackages(prog, b),
		Profile:      b.calls,
		CountEdges:   b.edges,
		Race:         b.race,
	}
	b.reportOn(&o)
	return o
}

// explainPackages says what the flags ask for about a program that is not linked.
func explainPackages(prog *load.Program, b *buildFlags) error {
	o := b.options(prog)
	u, err := build.Explain(o)
	if err == nil && o.Reported != nil {
		o.Reported(u)
	}
	return err
}

// compile hands a command to the driver.
func compile(whole *load.Program, main *load.Package, out string, b *buildFlags, info string) error {
	base, err := b.shared.get(whole, b)
	if err != nil {
		return err
	}
	o := b.options(whole.For(main))
	o.Base = base
	o.Out, o.BuildInfo = out, info
	if b.phases != nil {
		o.Phase = b.phases.end
	}
	if b.gcflags.listing {
		o.Listing = os.Stderr
		o.Listed = func(p *load.Package) bool { return b.gcflags.named(p, whole) }
	}
	if b.reload != nil {
		o.Reload = func() (*load.Program, *build.Base, error) {
			again, err := b.reload()
			if err != nil {
				return nil, nil, err
			}
			if err := again.Err(); err != nil {
				return nil, nil, err
			}
			b.shared = new(sharedBase)
			base, err := b.shared.get(again, b)
			return again.For(again.Mains()[0]), base, err
		}
	}
	if name := os.Getenv("GOSSAFUNC"); name != "" {
		return compileRecorded(o, inMain(name))
	}
	return build.Build(o)
}

// goVersion is the version of the Go release whose library is compiled in.
func goVersion(prog *load.Program) string {
	v, err := prog.ReadFile(prog.Goroot + "/VERSION")
	if err != nil {
		return "go1.26"
	}
	line, _, _ := strings.Cut(string(v), "\n")
	return withExperiments(line)
}
