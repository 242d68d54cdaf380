package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"strata/internal/design"
	"strata/internal/load"
	"strata/internal/opt"
	"strata/internal/pgo"
	"strata/rt"
)

// buildFlags are the flags that commands which compile share.
type buildFlags struct {
	out      string
	dir      string // where packages are looked for, "" for the working directory
	tags     string
	p        int
	v, x     bool
	work     bool
	trimpath bool
	race     bool
	pgo      string
	profile  string       // file of the profile for the command being built: absolute, "" for none
	calls    *pgo.Profile // what it says
	opt      optLevel
	gcflags  compilerFlags
	ldflags  linkerFlags
	list     []string          // flags handed to `go list`
	replace  map[string]string // -overlay
	choice   design.Choice
	designs  design.Set // what choice comes to
	cover    coverFlags // of build, run and test
	edges    []string   // packages that fuzzing is guided by
	all      bool       // -a: compile everything anew
	shared   *sharedBase
	// reload loads the packages of the command line again. It is set if the command builds one program and needs nothing of it afterwards.
	reload    func() (*load.Program, error)
	earlier   *earlier // runs of this command line
	temporary bool     // executables are written where nobody else looks for them
	stamped   string   // the state of version control that the command being built is stamped with
	vcs       vcsMode
	phases    *phases // with -v: told when a phase of a build ends
	released  bool    // the executable is to stay: -buildvcs=auto stamps it
	files     bool    // names that end in .go are files, even if they do not exist
}

// vcsMode is what -buildvcs says.
type vcsMode int

const (
	vcsAuto vcsMode = iota // stamp what `build` makes, if there is something to read
	vcsOff
	vcsOn // stamp, or say why not
)

// register declares the flags in fs.
func (b *buildFlags) register(fs *flag.FlagSet) {
	if m, err := machine(); err == nil {
		b.choice.GOARCH = m.GOARCH
	}
	b.designs = b.defaultDesigns()
	b.shared = new(sharedBase)
	fs.StringVar(&b.tags, "tags", "", "")
	fs.IntVar(&b.p, "p", 0, "")
	if fs.Lookup("v") == nil { // test has its own
		fs.BoolVar(&b.v, "v", false, "")
	}
	fs.BoolVar(&b.x, "x", false, "")
	fs.BoolFunc("n", "", refused("false", "there are no commands to print"))
	fs.BoolVar(&b.work, "work", false, "")
	fs.BoolVar(&b.trimpath, "trimpath", false, "")
	fs.StringVar(&b.pgo, "pgo", "auto", "")
	fs.BoolVar(&b.all, "a", false, "")
	fs.Var(&b.opt, "O", "")
	fs.Var(&b.gcflags, "gcflags", "")
	fs.Var(&b.ldflags, "ldflags", "")
	fs.Func("asmflags", "", refused("", "the assembler has no options"))
	const onePiece = "compiler, assembler and linker are one process"
	fs.Func("toolexec", "", refused("", "there are no tools to run: "+onePiece))
	fs.Func("compiler", "", refused("gc", "gccgo's runtime and library are others"))
	fs.Func("gccgoflags", "", refused("", "gccgo is not used"))
	fs.Func("installsuffix", "", refused("", "no package is installed"))
	fs.Func("pkgdir", "", refused("", "no package is installed"))
	fs.BoolFunc("linkshared", "", refused("false", "there are no shared libraries: executables are whole programs"))
	fs.BoolFunc("modcacherw", "", func(v string) error {
		b.list = append(b.list, "-modcacherw="+v)
		return nil
	})
	if fs.Lookup("json") == nil && fs.Name() != "test" {
		fs.BoolFunc("json", "", refused("false", "errors are printed as text"))
	}
	fs.Func("C", "", func(string) error { return errors.New("-C flag must be first flag on command line") })
	fs.BoolVar(&b.race, "race", false, "")
	fs.BoolFunc("msan", "", notSupported("the memory sanitizer"))
	fs.BoolFunc("asan", "", notSupported("the address sanitizer"))
	fs.Func("buildmode", "", func(v string) error {
		if v == "exe" || v == "default" {
			return nil
		}
		if why := buildmodes[v]; why != "" {
			return errors.New("not supported: " + why)
		}
		return errors.New("there is no such mode")
	})
	fs.BoolFunc("buildvcs", "", func(v string) error {
		if v == "auto" {
			b.vcs = vcsAuto
			return nil
		}
		on, err := strconv.ParseBool(v)
		if err != nil {
			return errors.New("value is neither 'auto' nor a valid bool")
		}
		b.vcs = vcsOff
		if on {
			b.vcs = vcsOn
		}
		return nil
	})
	fs.Func("overlay", "", b.readOverlay)
	for _, name := range []string{"mod", "modfile"} {
		fs.Func(name, "", func(v string) error {
			b.list = append(b.list, "-"+name+"="+v)
			return nil
		})
	}
	fs.Func("era", "", func(v string) error { return b.choose(b.choice.SetEra(v)) })
	for _, d := range design.Dimensions {
		fs.Func(d.Name, d.Doc, func(v string) error { return b.choose(b.choice.Set(d.Name, v)) })
	}
}

// buildmodes are those of the go command that there are not, with the reason.
var buildmodes = map[string]string{
	"archive":   "no package is compiled by itself",
	"c-archive": "there is no C to call the program: cgo is not supported",
	"c-shared":  "there is no C to call the program: cgo is not supported",
	"shared":    "there are no shared libraries: executables are whole programs",
	"pie":       "code and data have fixed addresses; the heap's is random",
	"plugin":    "a program is compiled as a whole, and what it does not reach is not in it",
}

// defaultDesigns are those of programs for the machine at hand.
func (b *buildFlags) defaultDesigns() design.Set {
	set, err := b.choice.Designs()
	if err != nil {
		panic(err) // a machine without any
	}
	return set
}

// choose takes over a changed choice of designs.
func (b *buildFlags) choose(err error) error {
	if err == nil {
		b.designs, err = b.choice.Designs()
	}
	return err
}

func notSupported(what string) func(string) error {
	return func(v string) error {
		if v == "false" {
			return nil
		}
		return errors.New(what + " is not supported")
	}
}

// refused is for flags of the go command that only have one meaning here: none.
func refused(none, why string) func(string) error {
	return func(v string) error {
		if v == none {
			return nil
		}
		return errors.New("not supported: " + why)
	}
}

// readOverlay reads the file of -overlay, which says what files stand for others. Names in it are relative to the working directory.
func (b *buildFlags) readOverlay(name string) error {
	b.list = append(b.list, "-overlay="+name)
	data, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("reading overlay: %w", err)
	}
	var overlay struct{ Replace map[string]string }
	if err := json.Unmarshal(data, &overlay); err != nil {
		return fmt.Errorf("parsing overlay JSON: %w", err)
	}
	b.replace = map[string]string{}
	for from, to := range overlay.Replace {
		if from, err = filepath.Abs(from); err != nil {
			return err
		}
		if to != "" {
			if to, err = filepath.Abs(to); err != nil {
				return err
			}
		}
		b.replace[from] = to
	}
	return nil
}

// config makes what the loader needs.
func (b *buildFlags) config() load.Config {
	cfg := load.Config{
		Dir:       b.dir,
		Tags:      append(strings.FieldsFunc(b.tags, func(r rune) bool { return r == ',' || r == ' ' }), experimentTags()...),
		Overlay:   rt.FS,
		Replace:   b.replace,
		Parallel:  b.p,
		Flags:     b.list,
		Generated: b.designs.Sources(),
		Complete:  b.gcflags.diagnoses(),
	}
	theMachine().Configure(&cfg)
	if b.race {
		cfg.Tags = append(cfg.Tags, "race")
	}
	if b.earlier != nil {
		cfg.Inputs = b.earlier.inputs
	}
	cfg.Store, cfg.Toolchain = b.results()
	if b.gcflags.metrics {
		cfg.Generated["runtime/instrument.go"] = []byte("//go:build strata\n\npackage runtime\n\nconst snapshots = true\n")
	}
	return cfg
}

// errUsage says that the command line was wrong and the user has been told.
var errUsage = errors.New("usage")

// newFlags makes a flag set that complains as the go command does.
func newFlags(c *command) *flag.FlagSet {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	return fs
}

// parseFlags parses a command's flags. An error has been printed.
func parseFlags(c *command, fs *flag.FlagSet, args []string) error {
	args, err := changeDir(args)
	if err == nil {
		err = presetFlags(fs)
	}
	if err == nil {
		err = fs.Parse(args)
	}
	if err == nil && fs.Lookup("gcflags") != nil {
		if err := checkSettings(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return errUsage
		}
	}
	if err == nil {
		return nil
	}
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(os.Stderr, "usage: strata %s %s\nRun 'strata help %s' for details.\n", c.name, c.args, c.name)
		return errUsage
	}
	complain(c, err)
	return errUsage
}

// presetFlags sets those of fs that GOFLAGS names: defaults for all commands, so what a command does not know is not for it. The
// go command, which finds the packages, refuses flags that nothing knows.
func presetFlags(fs *flag.FlagSet) error {
	words, err := splitQuoted(load.Getenv("GOFLAGS"))
	if err != nil {
		return fmt.Errorf("parsing $GOFLAGS: %w", err)
	}
	for _, word := range words {
		if !strings.HasPrefix(word, "-") {
			return fmt.Errorf("parsing $GOFLAGS: non-flag %q", word)
		}
		name, value, has := strings.Cut(strings.TrimPrefix(word[1:], "-"), "=")
		f := fs.Lookup(name)
		if f == nil {
			continue
		}
		if !has {
			if b, ok := f.Value.(interface{ IsBoolFlag() bool }); !ok || !b.IsBoolFlag() {
				return fmt.Errorf("invalid value in $GOFLAGS for flag -%s: missing value", name)
			}
			value = "true"
		}
		if err := fs.Set(name, value); err != nil {
			return fmt.Errorf("invalid value %q in $GOFLAGS for flag -%s: %w", value, name, err)
		}
	}
	return nil
}

func complain(c *command, err error) {
	also := ""
	if c.name == "test" {
		also = " and 'strata help testflag'"
	}
	fmt.Fprintf(os.Stderr, "%v\nusage: strata %s %s\nRun 'strata help %s'%s for details.\n", err, c.name, c.args, c.name, also)
}

// changeDir does what -C says, which must stand first because everything else is relative to it.
func changeDir(args []string) ([]string, error) {
	if len(args) == 0 {
		return args, nil
	}
	name, dir, has := strings.Cut(args[0], "=")
	if name != "-C" && name != "--C" {
		return args, nil
	}
	args = args[1:]
	if !has {
		if len(args) == 0 {
			return nil, errors.New("flag needs an argument: -C")
		}
		dir, args = args[0], args[1:]
	}
	if err := os.Chdir(dir); err != nil {
		fmt.Fprintf(os.Stderr, "strata: %v\n", err)
		os.Exit(1)
	}
	if abs, err := filepath.Abs("."); err == nil {
		os.Setenv("PWD", abs)
	}
	return args, nil
}

// compilerFlags is -gcflags: [pattern=]args, several times. Strata compiles whole programs, so the pattern only
// says which packages messages are wanted of.
type compilerFlags struct {
	listing   bool            // -S
	explain   int             // number of -m
	noOpt     bool            // -N
	noInline  bool            // -l
	noEscape  bool            // -d=noescape: every object on the heap
	coldParts bool            // -d=coldparts: an arbitrary part of every function is laid out apart
	check     bool            // -d=ssa/check/on: verify the SSA after every pass
	checkBCE  bool            // -d=ssa/check_bce: say which bounds checks are left
	metrics   bool            // -d=metrics: the program obeys STRATAMETRICS
	disable   map[string]bool // -d=ssa/PASS/off
	pattern   string
	text      string // as the user wrote it
}

func (f *compilerFlags) String() string { return "" }

func (f *compilerFlags) Set(v string) error {
	pattern, words, err := patternFlags(v)
	if err != nil {
		return err
	}
	f.pattern, f.text = pattern, v
	for _, w := range words {
		name, value, _ := strings.Cut(strings.TrimPrefix(w, "-"), "=")
		switch strings.TrimPrefix(name, "-") {
		case "S":
			f.listing = true
		case "m":
			if f.explain++; value == "2" {
				f.explain = 2
			}
		case "N":
			f.noOpt = true
		case "l":
			f.noInline = true
		case "d":
			if err := f.setDebug(value); err != nil {
				return err
			}
		case "e", "L", "c", "B", "dwarf", "spectre", "lang", "complete", "std":
			// Accepted: these change nothing in Strata.
		default:
			return fmt.Errorf("unknown compiler flag %s", w)
		}
	}
	return nil
}

// setDebug takes the settings of -d.
func (f *compilerFlags) setDebug(list string) error {
	for _, name := range strings.Split(list, ",") {
		switch strings.TrimSuffix(strings.TrimRight(name, "=0123456789"), "/debug") {
		case "ssa/check_bce":
			f.checkBCE = true
		case "ssa/check/on":
			f.check = true
		case "noescape":
			f.noEscape = true
		case "coldparts":
			f.coldParts = true
		case "metrics":
			f.metrics = true
		default:
			pass, ok := strings.CutSuffix(strings.TrimPrefix(name, "ssa/"), "/off")
			if !ok || !opt.Optional(pass) {
				return fmt.Errorf("unknown debug setting -d=%s", name)
			}
			if f.disable == nil {
				f.disable = map[string]bool{}
			}
			f.disable[pass] = true
		}
	}
	return nil
}

// linkerFlags is -ldflags.
type linkerFlags struct {
	x            map[string]string // -X
	strip, noDWF bool              // -s, -w
	text         string            // as the user wrote it
}

func (f *linkerFlags) String() string { return "" }

func (f *linkerFlags) Set(v string) error {
	_, words, err := patternFlags(v)
	if err != nil {
		return err
	}
	f.text = v
	for len(words) > 0 {
		name, value, has := strings.Cut(words[0], "=")
		words = words[1:]
		name = "-" + strings.TrimLeft(name, "-")
		takes := name == "-X" || name == "-extldflags" || name == "-linkmode" || name == "-extld" || name == "-buildid" || name == "-E"
		if takes && !has {
			if len(words) == 0 {
				return fmt.Errorf("flag needs an argument: %s", name)
			}
			value, words = words[0], words[1:]
		}
		on := !has || value == "true" || value == "1"
		switch name {
		case "-X":
			key, val, ok := strings.Cut(value, "=")
			if !ok || !strings.Contains(key, ".") {
				return fmt.Errorf("-X flag requires argument of the form importpath.name=value")
			}
			if f.x == nil {
				f.x = map[string]string{}
			}
			f.x[key] = val
		case "-s":
			f.strip = on
		case "-w":
			f.noDWF = on
		case "-extldflags", "-linkmode", "-extld", "-buildid", "-E", "-compressdwarf", "-checklinkname":
			// Accepted: these change nothing in Strata.
		default:
			return fmt.Errorf("unknown linker flag %s", name)
		}
	}
	return nil
}

// patternFlags splits "[pattern=]args" into words; words may be quoted.
func patternFlags(v string) (pattern string, words []string, err error) {
	v = strings.TrimSpace(v)
	if v != "" && !strings.HasPrefix(v, "-") {
		i := strings.IndexByte(v, '=')
		if i <= 0 {
			return "", nil, fmt.Errorf("missing =<pattern>")
		}
		pattern, v = v[:i], v[i+1:]
	}
	words, err = splitQuoted(v)
	return pattern, words, err
}

// splitQuoted splits at spaces; a word that starts with ' or " goes on to the next one of it.
func splitQuoted(s string) ([]string, error) {
	var out []string
	for {
		s = strings.TrimLeft(s, " \t\r\n")
		if s == "" {
			return out, nil
		}
		if q := s[0]; q == '\'' || q == '"' {
			i := strings.IndexByte(s[1:], q)
			if i < 0 {
				return nil, fmt.Errorf("unterminated %c string", q)
			}
			out = append(out, s[1:1+i])
			s = s[i+2:]
			continue
		}
		i := strings.IndexAny(s, " \t\r\n")
		if i < 0 {
			i = len(s)
		}
		out = append(out, s[:i])
		s = s[i:]
	}
}
