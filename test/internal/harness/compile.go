// Package harness is what the test corpora share: a compiler that lives in this process, programs run under a
// time limit, and lists of known failures.
//
// The compiler is used as a library. One Toolchain checks the standard library once and compiles any number of
// programs, several at a time.
package harness

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"strata/internal/build"
	"strata/internal/design"
	"strata/internal/load"
	"strata/internal/ssahtml"
	"strata/internal/target"
	"strata/rt"
)

// CompileLimit is how long the compiler may take for one program.
const CompileLimit = 3 * time.Minute

// Toolchain compiles programs in this process.
type Toolchain struct {
	Session *load.Session
	designs design.Set
	version string
	tags    []string
	machine *target.Machine // nil for the default
	baseState
	warmState
}

var designs = flag.String("designs", "", "designs of the programs, as in era=1.5,gc=stw")

// Designs are those that -designs asks for.
func Designs() (design.Set, error) {
	c, err := design.ParseChoice(*designs)
	if err != nil {
		return nil, err
	}
	return c.Designs()
}

// DesignFlags are the flags of the strata command for what -designs asks for.
func DesignFlags() []string {
	var out []string
	for setting := range strings.FieldsFuncSeq(*designs, func(r rune) bool { return r == ',' || r == ' ' }) {
		out = append(out, "-"+setting)
	}
	return out
}

// NewToolchain prepares a compiler for the designs that -designs asks for, with extra build tags.
func NewToolchain(tags ...string) (*Toolchain, error) {
	return NewToolchainIn("", tags...)
}

// NewToolchainIn prepares a compiler that works in a directory: patterns are relative to it.
func NewToolchainIn(dir string, tags ...string) (*Toolchain, error) {
	set, err := Designs()
	if err != nil {
		return nil, err
	}
	return NewToolchainFor(set, dir, tags...)
}

// NewToolchainFor prepares a compiler for given designs.
func NewToolchainFor(set design.Set, dir string, tags ...string) (*Toolchain, error) {
	return newToolchain(set, load.Config{Dir: dir, Tags: tags, Generated: set.Sources()})
}

// NewToolchainOn prepares a compiler for another machine.
func NewToolchainOn(m *target.Machine) (*Toolchain, error) {
	set, err := (&design.Choice{GOARCH: m.GOARCH}).Designs()
	if err != nil {
		return nil, err
	}
	cfg := load.Config{Generated: set.Sources()}
	m.Configure(&cfg)
	t, err := newToolchain(set, cfg)
	if err == nil {
		t.machine = m
	}
	return t, err
}

// NewToolchainReplacing prepares a compiler for given designs, with other contents for some files below GOROOT/src.
func NewToolchainReplacing(set design.Set, files map[string][]byte) (*Toolchain, error) {
	generated := set.Sources()
	maps.Copy(generated, files)
	return newToolchain(set, load.Config{Generated: generated})
}

func newToolchain(set design.Set, cfg load.Config) (*Toolchain, error) {
	cfg.Overlay = rt.FS
	s, err := load.NewSession(cfg)
	if err != nil {
		return nil, err
	}
	return &Toolchain{Session: s, designs: set, version: s.GoVersion(), tags: cfg.Tags}, nil
}

// Facts are what follows from the toolchain's designs.
func (t *Toolchain) Facts() design.Facts { return t.designs.Facts() }

var shared = sync.OnceValues(func() (*Toolchain, error) { return NewToolchain() })

// Shared is the toolchain that all tests of a process use.
func Shared() (*Toolchain, error) { return shared() }

// Flags are the compiler and linker flags that a test may ask for.
type Flags struct {
	NoInline  bool // -l
	Debug     bool // -O=0
	ColdParts bool // -d=coldparts
	Record    *ssahtml.Recording
	Verify    bool              // -d=ssa/check/on
	XVars     map[string]string // -ldflags=-X
}

// BuildFile compiles the command in one file.
func (t *Toolchain) BuildFile(out, file string, f Flags) error {
	return t.BuildSources(out, f, load.Source{Files: []string{file}})
}

// BuildSources compiles packages given by their files; the last is the command.
func (t *Toolchain) BuildSources(out string, f Flags, list ...load.Source) error {
	prog, err := t.Session.LoadSources(list...)
	if err != nil {
		return err
	}
	return t.BuildProgram(out, f, prog)
}

// BuildProgram compiles the one command of a loaded program.
func (t *Toolchain) BuildProgram(out string, f Flags, prog *load.Program) error {
	if err := prog.Err(); err != nil {
		return err
	}
	mains := prog.Mains()
	if len(mains) != 1 {
		return fmt.Errorf("%d main packages, need one", len(mains))
	}
	o := build.Options{
		Program: prog.For(mains[0]), Out: out, Designs: t.designs, Machine: t.machine, GoVersion: t.version,
		NoInline: f.NoInline, Verify: f.Verify, XVars: f.XVars,
		Jobs: 1, // the tests run in parallel; and a crash stays on the goroutine that guard watches
	}
	o.Record = f.Record
	o.ColdParts = f.ColdParts
	if f.Debug {
		o.Debug = func(p *load.Package) bool { return !p.Standard }
	}
	return guard(func() error { return t.buildWith(o) })
}

// guard turns a crash of the compiler into an error, and a compilation that does not end as well.
func guard(work func() error) error {
	done := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				done <- fmt.Errorf("%s: %v\n%s", InternalError, r, debug.Stack())
			}
		}()
		done <- work()
	}()
	limit := time.NewTimer(CompileLimit)
	defer limit.Stop()
	select {
	case err := <-done:
		return err
	case <-limit.C:
		return fmt.Errorf("%s: not done after %v", InternalError, CompileLimit)
	}
}

var undefined = regexp.MustCompile(`undefined: (\S+) \(referred`)

// Undefined gives the symbols that the linker did not find, if that is what went wrong: a compilation without
// linking would not notice.
func Undefined(err error) []string {
	if err == nil || !strings.HasPrefix(err.Error(), "link: undefined: ") {
		return nil
	}
	var out []string
	for _, m := range undefined.FindAllStringSubmatch(err.Error(), -1) {
		out = append(out, m[1])
	}
	return out
}

// TempExe gives the name of an executable in a directory of its own and what removes both.
func TempExe() (name string, remove func(), err error) {
	dir, err := os.MkdirTemp("", "strata-test")
	if err != nil {
		return "", nil, err
	}
	return filepath.Join(dir, "a.exe"), func() { os.RemoveAll(dir) }, nil
}

// InternalError opens the message of a crash of the compiler.
const InternalError = "internal compiler error"
