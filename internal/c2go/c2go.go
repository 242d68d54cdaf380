// Package c2go translates C to Go, mechanically: a function of C becomes a function of Go, with its names, its comments and, by line
// directives, its positions.
//
// It takes C files, as C99 or C11 with the extensions of GNU C that programs use, and gives the files of a Go package and of the C
// library that this package uses. The front end (preprocessor, parser, types) is modernc.org/cc; all that follows is here.
//
// # What C becomes
//
// The machine is that of Linux on amd64: 64-bit long and pointers, little endian, signed char; long double is double. Pointers are
// uintptr, so that Go's collector never follows them, and what they point at lies where the collector moves and frees nothing: C's
// heap and stack, which package libc maps, and Go's package-level variables, which are C's static objects. A local variable is a Go
// variable, unless its address is taken: then it lies in the function's frame on C's stack. Functions' addresses are those of Go's
// function values.
//
// Whatever cannot be translated is an error with its position. All output is made in memory; nothing is written for a program with
// an error.
package c2go

import (
	"errors"
	"fmt"
	"go/format"
	"go/token"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"modernc.org/cc/v4"
)

// Options are what the command line tells.
type Options struct {
	Package  string   // name of the Go package; if empty, main where the program has a main, else the folder's
	Libc     string   // import path of package libc
	Define   []string // NAME or NAME=VALUE
	Undefine []string
	Include  []string // directories
}

// Error is a reason why a program cannot be translated.
type Error struct {
	Pos token.Position
	Msg string
}

func (e *Error) Error() string {
	if e.Pos.Filename == "" {
		return e.Msg
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Pos.Filename, e.Pos.Line, max(e.Pos.Column, 1), e.Msg)
}

// File is a file of Go.
type File struct {
	Name string
	Text []byte
}

// Translate makes the Go package of C files.
func Translate(o *Options, files []string) ([]File, error) {
	p := newProgram(o)
	var errs []error
	for _, file := range files {
		u, err := p.parse(file)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		p.units = append(p.units, u)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	p.declare()
	if o.Package == "" {
		o.Package = path.Base(path.Dir(path.Dir(o.Libc)))
		if m := p.objects["main"]; m != nil && m.def != nil {
			o.Package = "main"
		}
		o.Package = strings.NewReplacer("-", "_", ".", "_").Replace(o.Package)
	}
	for _, u := range p.units {
		u.translate()
	}
	if len(p.errs) > 0 {
		return nil, p.joined()
	}
	var out []File
	names := map[string]bool{}
	for _, u := range p.units {
		text, err := format.Source(u.source())
		if err != nil {
			return nil, fmt.Errorf("%s: the translation is no Go: %v", u.file, err)
		}
		out = append(out, File{goFile(u.file, names), text})
	}
	return out, nil
}

// goFile names the file of a translation; names holds those that are taken.
func goFile(c string, names map[string]bool) string {
	base := strings.TrimSuffix(filepath.Base(c), filepath.Ext(c))
	base = strings.TrimLeft(base, "_.")
	if base == "" {
		base = "c"
	}
	if strings.HasSuffix(base, "_test") || hasPlatform(base) {
		base += "_c"
	}
	name := base
	for i := 2; names[name]; i++ {
		name = fmt.Sprintf("%s%d", base, i)
	}
	names[name] = true
	return name + ".go"
}

// hasPlatform reports whether a file's name ends like one that Go builds for some systems only.
func hasPlatform(base string) bool {
	i := strings.LastIndexByte(base, '_')
	return i >= 0 && platforms[base[i+1:]]
}

// program is a translation of several units into one package.
type program struct {
	opts         *Options
	units        []*unit
	objects      map[string]*object // external names
	taken        map[string]bool    // names of the package that are used
	records      recordTable
	libc         map[string]*libcFunc
	wides        map[string]string // variables of wide string constants by their values
	staticLocals map[*cc.Declarator]*object
	seen         map[*object]bool // functions that are translated
	errs         []*Error
}

func newProgram(o *Options) *program {
	return &program{opts: o, objects: map[string]*object{}, taken: map[string]bool{}, seen: map[*object]bool{}, staticLocals: map[*cc.Declarator]*object{}, wides: map[string]string{}, records: newRecordTable(), libc: libcTable()}
}

// fail gives up on what is being translated; guard catches it.
func fail(at cc.Node, format string, args ...any) {
	panic(&Error{position(at), fmt.Sprintf(format, args...)})
}

func position(n cc.Node) token.Position {
	if n == nil {
		return token.Position{}
	}
	return token.Position(n.Position())
}

// guard runs f and keeps the error with which it gives up.
func (p *program) guard(f func()) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *Error:
			p.errs = append(p.errs, e)
		default:
			panic(e)
		}
	}()
	f()
}

// joined are all errors in the order of their positions, each once.
func (p *program) joined() error {
	order := map[string]int{}
	for i, u := range p.units {
		order[u.file] = i
	}
	sort.SliceStable(p.errs, func(i, j int) bool {
		a, b := p.errs[i].Pos, p.errs[j].Pos
		if a.Filename != b.Filename {
			return order[a.Filename] < order[b.Filename]
		}
		return a.Offset < b.Offset
	})
	var list []error
	seen := map[string]bool{}
	for _, e := range p.errs {
		if s := e.Error(); !seen[s] {
			seen[s] = true
			list = append(list, e)
		}
	}
	return errors.Join(list...)
}

// platforms are the names of systems and machines that Go reads out of file names.
var platforms = func() map[string]bool {
	m := map[string]bool{}
	for _, s := range strings.Fields(`aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris
		wasip1 windows zos 386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64
		ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm`) {
		m[s] = true
	}
	return m
}()
