package build

import (
	"errors"
	"fmt"
	"go/types"
	"sort"
	"strings"

	"strata/internal/link"
	"strata/internal/load"
	"strata/internal/object"
)

// Modules reach into Go's runtime with go:linkname. What is widely used is there, with Go's meaning (rt/src/runtime/pulled*.go);
// of the rest the error says who asks for it, and why it cannot be.

// noC is why what serves C code is not there.
const noC = "it serves C code, of which there can be none: cgo is not supported"

// withheld are the runtime's names that modules are known to use and that cannot be there, with the reason.
var withheld = map[string]string{
	"runtime.iscgo":                         noC,
	"runtime.set_crosscall2":                noC,
	"runtime._cgo_init":                     noC,
	"runtime._cgo_thread_start":             noC,
	"runtime._cgo_notify_runtime_init_done": noC,
	"runtime._cgo_callers":                  noC,
	"runtime._cgo_yield":                    noC,
	"runtime._cgo_setenv":                   noC,
	"runtime._cgo_unsetenv":                 noC,
	"runtime._cgo_panic_internal":           noC,
	"runtime.cgoCheckPointer":               noC,
	"runtime.cgoCheckResult":                noC,
	"runtime.cgoUse":                        noC,
	"runtime.cgoKeepAlive":                  noC,
	"runtime.cgoNoCallback":                 noC,
	"runtime.sched":                         "Strata's scheduler keeps its state in other places, and which there are depends on the design",
	"runtime.doInit":                        "a program's initialisers are one function here, with no list of them that could be run again",
	"runtime.mayMoreStackMove":              "it is a hook of the Go compiler's own tests; STRATASTRESS=stack moves stacks at every chance",
	"runtime.mayMoreStackPreempt":           "it is a hook of the Go compiler's own tests; STRATASTRESS=preempt preempts at every chance",
	"runtime.vdsoClockgettimeSym":           "the kernel's functions are found and kept by package runtime/internal/kernel, under other names",
	"runtime.vdsoGettimeofdaySym":           "the kernel's functions are found and kept by package runtime/internal/kernel, under other names",
	"runtime.blockUntilEmptyFinalizerQueue": "it is a hook of the Go runtime's own tests",
}

// A linkError is about symbols that linkname directives mention.
type linkError struct {
	text  string
	cause error
}

func (e *linkError) Error() string { return e.text }
func (e *linkError) Unwrap() error { return e.cause }

// puller is a directive by which a package asks for a symbol.
type puller struct {
	pkg  *load.Package
	link load.Linkname
}

// pullers finds the directives of the program's own packages, by symbol.
func pullers(p *load.Program) map[string][]puller {
	by := map[string][]puller{}
	for _, pkg := range p.Packages {
		for _, l := range pkg.Linknames {
			if !pkg.Standard && !l.OneArg {
				by[l.Target] = append(by[l.Target], puller{pkg, l})
			}
		}
	}
	return by
}

// explainUndefined adds to a linker's error which packages ask for the symbols, and why those are not there.
func explainUndefined(p *load.Program, err error) error {
	var undefined *link.UndefinedError
	if !errors.As(err, &undefined) {
		return err
	}
	by := pullers(p)
	var lines []string
	for _, u := range undefined.Symbols {
		name := strings.TrimSuffix(u.Name, "<ABI0>")
		if len(by[name]) == 0 {
			line := u.String()
			if why := withheld[name]; why != "" {
				line += ": " + why
			}
			lines = append(lines, "link: "+line)
			continue
		}
		for _, d := range by[name] {
			lines = append(lines, d.complain(p, name))
		}
	}
	return &linkError{strings.Join(lines, "\n"), err}
}

func (d puller) complain(p *load.Program, name string) string {
	why := withheld[name]
	if why == "" {
		why = "nothing defines it"
		if strings.HasPrefix(name, "runtime.") {
			why = "Strata's runtime has no function or variable of that name"
		}
	}
	return fmt.Sprintf("%s: package %s refers to %s by go:linkname: %s", p.Place(d.link.Pos), d.pkg.ImportPath, name, why)
}

// idle are variables of Go's runtime that are zero on this machine whatever happens.
var idle = map[string]bool{"runtime.goarm": true, "runtime.goarmsoftfp": true}

// checkPulled refuses variables of the program's packages that stand for ones which Strata's runtime lacks: they would link, and
// be something else.
func checkPulled(p *load.Program, syms []*object.Symbol) error {
	var lines []string
	by := pullers(p)
	runtimes := runtimeVars(p)
	for _, s := range syms {
		if len(by[s.Name]) == 0 || !strings.HasPrefix(s.Name, "runtime.") || idle[s.Name] || runtimes[s.Name] {
			continue
		}
		for _, d := range by[s.Name] {
			if _, isVar := d.pkg.Types.Scope().Lookup(d.link.Local).(*types.Var); isVar {
				lines = append(lines, d.complain(p, s.Name))
			}
		}
	}
	if len(lines) == 0 {
		return nil
	}
	sort.Strings(lines)
	return &linkError{strings.Join(lines, "\n"), nil}
}

// runtimeVars are the names of package runtime that the runtime's packages define.
func runtimeVars(p *load.Program) map[string]bool {
	names := map[string]bool{}
	for _, pkg := range p.Packages {
		if !pkg.Standard {
			continue
		}
		for _, l := range pkg.Linknames {
			names[l.Target] = true
		}
		if pkg.ImportPath == "runtime" {
			for _, name := range pkg.Types.Scope().Names() {
				names["runtime."+name] = true
			}
		}
	}
	return names
}
