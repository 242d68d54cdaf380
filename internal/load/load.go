// Package load turns import paths, patterns and file names into parsed and type-checked packages.
//
// It takes a Config (directory, build tags, the runtime overlay) and patterns as the go command knows them,
// and gives a Program: packages in dependency order with syntax, types, assembly files, embedded files and the
// directives the compiler needs. Packages of the standard library are found by the loader itself in
// GOROOT/src with the overlay laid over it; those of modules through one call of `go list`.
//
// Everything a Load returns is immutable and may be shared between goroutines. A Session keeps the
// standard library's packages, so that one process can load thousands of programs.
package load

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"

	"strata/internal/abi"
	"strata/internal/reuse"
)

// Config says where and how to look for packages. Its zero value loads for the current directory.
type Config struct {
	Dir     string   // working directory; "" is the process's
	Tags    []string // extra build tags (-tags)
	Overlay fs.FS    // laid over GOROOT/src: "runtime/proc.go"; nil for none. See overlay.go
	// Generated are more files of the overlay, those that depend on the designs.
	Generated map[string][]byte
	// Replace names the files that stand for others, by absolute path; "" takes a file away.
	Replace  map[string]string
	Tests    bool     // also build test variants and test mains (Program.Tests)
	GOROOT   string   // "" finds the installed Go (see FindGoroot)
	Parallel int      // packages parsed or checked at once; 0 is GOMAXPROCS
	Env      []string // environment of the go command; nil is os.Environ()
	Flags    []string // more flags for `go list`, e.g. -mod=vendor, -modfile=x

	// The machine that programs are for, as target.Machine.Configure sets it: linux/amd64 if GOARCH is "". Level is the variable that
	// says which processors, with its value, "GOAMD64=v1"; Regs are the registers of the calling convention.
	GOOS, GOARCH string
	Level        string
	Regs         abi.Regs

	// Implicit packages are part of every linkable program, imported or not. nil is {"runtime"}.
	Implicit []string
	// Complete checks the implicit packages even if no pattern names a command: then any package can be compiled.
	Complete bool

	// Cover instruments packages for coverage; nil for none.
	Cover *Cover

	// Inputs, if not nil, is told what was read. Store keeps what the go command says, for the toolchain named here; nil for none.
	Inputs    *reuse.Inputs
	Store     *reuse.Store
	Toolchain string

	// SkipBodies checks declarations only, for tools that need no code.
	SkipBodies bool

	// Progress, when set, is called from many goroutines when a package has been checked.
	Progress func(done, total int, path string)
}

// Package is one package variant: parsed, type-checked and immutable.
type Package struct {
	Path       string // path for symbols: "main" for a main package, never with a test suffix
	ImportPath string // unique in a Load: "strings [strings.test]", "example.com/cmd/hello"
	Name       string
	Dir        string
	Standard   bool
	ForTest    string // of a test variant: the import path of the package under test

	Files     []*ast.File
	FileNames []string // beside Files; names as for FileSet.Position, absolute
	SFiles    []string // assembly, absolute; read with Program.ReadFile
	HFiles    []string // headers in the package's directory, absolute; read with Program.ReadFile

	Types     *types.Package
	Info      *types.Info
	Imports   []*Package        // direct, sorted by Path; unsafe is not among them
	ImportMap map[string]string // import path in source → ImportPath, where they differ

	GoVersion string // language version, "go1.26"; per file see Info.FileVersions
	Module    *Module

	Linknames  []Linkname
	Debug      []Directive // //go:debug lines
	Embeds     map[*types.Var]Embed
	EmbedFiles []string // all embedded files, absolute

	Errors    []error // parse, type and import errors of this package alone, in source order
	DepErrors bool    // a package it imports has errors: its own may only follow from them

	// Pragmas are the //go: directives before a declaration (*ast.FuncDecl, *ast.TypeSpec, *ast.ValueSpec).
	Pragmas map[ast.Node][]Directive

	// Counters is what the names of coverage counters among the package's variables start with; "" if there are none.
	Counters string

	meta        *meta
	allFiles    []*file
	strays      []token.Pos // as in file, of all files
	embedErrs   []*Error
	patternErrs []*Error

	implicit []*Package // of a command: what it links without importing it
	start    sync.Once
	done     chan struct{} // closed when checked
}

// IsMain says whether the package is a command.
func (p *Package) IsMain() bool { return p.Name == "main" && p.Path == "main" }

// Module describes where a package comes from, for build information.
type Module struct {
	Path      string
	Version   string
	Sum       string
	Main      bool
	Dir       string
	GoMod     string
	GoVersion string
	Replace   *Module
}

// Program is a set of packages in dependency order.
type Program struct {
	Fset     *token.FileSet
	Goroot   string
	Packages []*Package // every package after those it imports; ready ones in order of path, as Go initialises
	Roots    []*Package // those the patterns named, in order
	Main     *Package   // of a program made by For: its main package

	// ByPath finds packages by Package.ImportPath, and in a program made by For by Package.Path.
	ByPath map[string]*Package

	Tests []*Test // with Config.Tests: one for each root, in order

	// Covered are the packages that -coverpkg instruments; Unmatched are its patterns that mean no package.
	Covered   []Covered
	Unmatched []string

	Errors []error // problems with the patterns themselves

	session *Session
}

// ReadFile reads a file the program's packages name, from disk, overlay or memory.
func (p *Program) ReadFile(name string) ([]byte, error) { return p.session.src.ReadFile(name) }

// Sizes is the layout rule under which the program was checked.
func (p *Program) Sizes() *abi.Sizes { return p.session.sizes }

// GOARCH is the processor that the program is for.
func (p *Program) GOARCH() string { return p.session.cfg.GOARCH }

// Mains lists the roots that are commands.
func (p *Program) Mains() []*Package {
	var mains []*Package
	for _, r := range p.Roots {
		if r.IsMain() {
			mains = append(mains, r)
		}
	}
	return mains
}

// For gives the program of one package, linkable if that is a command: it, all it imports, and the implicit packages, found by
// symbol path.
func (p *Program) For(main *Package) *Program {
	roots := slices.Clone(main.implicit)
	roots = append(roots, main)
	sub := &Program{Fset: p.Fset, Goroot: p.Goroot, Roots: []*Package{main}, session: p.session}
	if main.IsMain() {
		sub.Main = main
	}
	sub.Packages = initOrder(roots)
	sub.ByPath = make(map[string]*Package, len(sub.Packages))
	for _, q := range sub.Packages {
		sub.ByPath[q.Path] = q
	}
	return sub
}

// Err gives all errors of a program as one, printed as the go command prints them, or nil.
func (p *Program) Err() error {
	var list ErrorList
	if list = append(list, p.Errors...); len(list) > 0 {
		return list // nothing is compiled when packages are missing
	}
	for _, q := range p.Packages {
		if len(q.Errors) > 0 && !q.DepErrors {
			list = append(list, p.packageErrors(q))
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

// Place is a position as error messages have it: file:line:col, the file relative to the directory of the command.
func (p *Program) Place(pos token.Pos) string { return place(p.Fset.Position(pos), p.session.cfg.Dir) }

func (p *Program) packageErrors(q *Package) *PackageErrors {
	return &PackageErrors{Pkg: q, Dir: p.session.cfg.Dir}
}

// Load loads patterns with a session of their own.
func Load(cfg Config, patterns ...string) (*Program, error) {
	s, err := NewSession(cfg)
	if err != nil {
		return nil, err
	}
	return s.Load(patterns...)
}

func (c *Config) setDefaults() {
	if c.Parallel <= 0 {
		c.Parallel = runtime.GOMAXPROCS(0)
	}
	if c.GOARCH == "" {
		c.GOOS, c.GOARCH, c.Level, c.Regs = "linux", "amd64", "GOAMD64=v1", abi.AMD64
	}
	if c.Implicit == nil {
		c.Implicit = []string{"runtime"}
	}
}

// ErrorList is several errors, printed one after the other.
type ErrorList []error

func (l ErrorList) Error() string {
	var b strings.Builder
	for i, err := range l {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprint(&b, err)
	}
	return b.String()
}

// Unwrap gives the list's errors.
func (l ErrorList) Unwrap() []error { return l }
