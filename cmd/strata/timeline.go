package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"strata/internal/design"
	"strata/internal/load"
	"strata/internal/timeline"
)

var cmdTimeline = &command{
	name:  "timeline",
	args:  "[flags] program [arguments...] | -bench regexp [package] | -list",
	short: "measure one program under the designs of Go's history",
	long: `Timeline builds one program once for each era of Go's internals, or for a list of designs, runs the executables
interleaved, and compares them: time, processor time, memory, collections and their pauses, scheduling latencies,
size of code, compile time, and every figure that the program prints in the format of Go's benchmarks. The program is
a built-in one (several names, separated by commas, or all), a package, or .go files; with -bench it is the benchmarks
of a package.

What is compared:

	(nothing)         the eras; see strata help designs
	-designs list     designs separated by commas; + joins what one is made of, an era and single variants:
	                  -designs=1.5,1.5+gc=hybrid,now   -designs=gc=stw,gc=stw+sched=gm
	-axis dimension   all variants of a dimension; of several dimensions (gc,sched) all combinations
	-official list    add real releases of Go, fetched by go's own toolchain mechanism: -official=1.12,1.16,1.26
	-era, -gc, ...    what all of Strata's columns have in common
	-base name        the column that others are compared with (now, or else the first)

How:

	-rounds n         runs of each executable (6; with fewer than 4 nothing is significant)
	-builds n         builds of each executable, for compile times (1)
	-timeout d        end a run after d (2m)
	-func regexp      functions whose machine code the page shows (those of main.main's package that benchmarks name)
	-tags, -gcflags, -ldflags, -mod, -modfile, -overlay, -pgo, -p, -C
	                  as in strata build

What comes out:

	-json file        everything, with all samples
	-html file        one page with charts, that needs no network
	-from file        measure nothing; show what -json wrote
	-list             the built-in programs

Interrupting ends the measurement; what was measured until then is shown.`,
	run: runTimeline,
}

// timelineFlags is the command line.
type timelineFlags struct {
	designs, axis, official, base string
	rounds, builds                int
	timeout                       time.Duration
	bench, listing                string
	json, html, from              string
	list                          bool
	common                        []string // designs of all columns
	build                         []string // flags for strata build
}

func (t *timelineFlags) declare(fs *flag.FlagSet) {
	fs.StringVar(&t.designs, "designs", "", "")
	fs.StringVar(&t.axis, "axis", "", "")
	fs.StringVar(&t.official, "official", "", "")
	fs.StringVar(&t.base, "base", "", "")
	fs.IntVar(&t.rounds, "rounds", 6, "")
	fs.IntVar(&t.builds, "builds", 1, "")
	fs.DurationVar(&t.timeout, "timeout", 2*time.Minute, "")
	fs.StringVar(&t.bench, "bench", "", "")
	fs.StringVar(&t.listing, "func", "", "")
	fs.StringVar(&t.json, "json", "", "")
	fs.StringVar(&t.html, "html", "", "")
	fs.StringVar(&t.from, "from", "", "")
	fs.BoolVar(&t.list, "list", false, "")
	keep := func(to *[]string, name string) {
		fs.Func(name, "", func(v string) error {
			*to = append(*to, "-"+name+"="+v)
			return nil
		})
	}
	for _, name := range []string{"tags", "gcflags", "ldflags", "mod", "modfile", "overlay", "pgo", "p"} {
		keep(&t.build, name)
	}
	keep(&t.common, "era")
	for _, d := range design.Dimensions {
		keep(&t.common, d.Name)
	}
}

func runTimeline(c *command, args []string) int {
	var t timelineFlags
	fs := newFlags(c)
	t.declare(fs)
	commandLine := "strata timeline " + strings.Join(args, " ")
	if parseFlags(c, fs, args) != nil {
		return 2
	}
	switch {
	case t.list:
		for _, p := range timeline.Builtin {
			fmt.Printf("%-10s  %s\n", p.Name, p.Doc)
		}
		return 0
	case t.from != "":
		r, err := timeline.ReadFile(t.from)
		if err != nil {
			return report(err)
		}
		return report(t.show(r))
	case t.rounds < 1 || t.builds < 1:
		complain(c, errors.New("-rounds and -builds are at least 1"))
		return 2
	case fs.NArg() == 0 && t.bench == "":
		complain(c, errors.New("no program: give a package, or a name that strata timeline -list shows"))
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	r, err := t.measure(ctx, fs.Args())
	if err != nil {
		return report(err)
	}
	r.Command = commandLine
	if err := r.NothingBuilt(); err != nil && !r.Interrupted {
		return report(err)
	}
	if err := t.show(r); err != nil {
		return report(err)
	}
	if r.Interrupted {
		return 130
	}
	return 0
}

// show prints the report and writes the files that were asked for.
func (t *timelineFlags) show(r *timeline.Report) error {
	if t.base != "" {
		if r.Column(t.base) == nil {
			return fmt.Errorf("strata: -base=%s: no such column", t.base)
		}
		r.Base = t.base
	}
	r.Tabulate(os.Stdout, terminalWidth(os.Stdout))
	if t.json != "" {
		if err := r.WriteFile(t.json); err != nil {
			return err
		}
	}
	if t.html != "" {
		return r.WritePage(t.html)
	}
	return nil
}

// measure does the work.
func (t *timelineFlags) measure(ctx context.Context, args []string) (*timeline.Report, error) {
	columns, err := t.columns(ctx)
	if err != nil {
		return nil, err
	}
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp("", "strata-timeline")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	subject := &timeline.Subject{Strata: exe, Flags: t.build, Bench: t.bench, Work: work, Timeout: t.timeout, Listing: t.listing}
	r := &timeline.Report{Date: time.Now(), Machine: timeline.ThisMachine(), Columns: columns, Base: t.baseOf(columns)}
	if r.Programs, err = t.programs(subject, args); err != nil {
		return nil, err
	}
	_, goVersion, err := load.FindGoroot(nil)
	if err != nil {
		return nil, err
	}
	r.Toolchain = "Strata " + Version + ", library of " + goVersion
	bar := newProgress("timeline")
	defer bar.done()
	timeline.Prepare(ctx, columns, bar.step)
	r.Measure(ctx, timeline.Config{
		Rounds: t.rounds, Builds: t.builds, Builder: subject, Listings: subject.Disassemble,
		Progress: func(done, total int, what string) {
			bar.step(done, total, what+timeLeft(time.Since(r.Date), done, total))
		},
	})
	return r, nil
}

// timeLeft guesses how long the rest takes, once there is something to guess from.
func timeLeft(spent time.Duration, done, total int) string {
	if 10*done < total {
		return ""
	}
	return fmt.Sprintf(", about %v left", (spent * time.Duration(total-done) / time.Duration(done)).Round(time.Second))
}

// columns are what the flags say to compare.
func (t *timelineFlags) columns(ctx context.Context) ([]*timeline.Column, error) {
	var columns []*timeline.Column
	var err error
	switch {
	case t.designs != "" && t.axis != "":
		return nil, errors.New("strata: -designs and -axis exclude each other")
	case t.designs != "":
		columns, err = timeline.ParseDesigns(t.designs)
	case t.axis != "":
		columns, err = timeline.Axis(t.axis)
	default:
		columns = timeline.Eras()
	}
	if err != nil {
		return nil, fmt.Errorf("strata: %w", err)
	}
	timeline.Resolve(columns, t.common)
	if t.official != "" {
		releases, err := timeline.Releases(ctx, t.official)
		if err != nil {
			return nil, fmt.Errorf("strata: -official: %w", err)
		}
		columns = append(columns, releases...)
	}
	return columns, nil
}

// baseOf is the column to compare with: now, or else the first.
func (t *timelineFlags) baseOf(columns []*timeline.Column) string {
	for _, c := range columns {
		if c.Name == design.Now {
			return c.Name
		}
	}
	return columns[0].Name
}

// programs says what the arguments name, and tells the subject how it is built.
func (t *timelineFlags) programs(s *timeline.Subject, args []string) ([]timeline.Program, error) {
	if t.bench != "" {
		s.Packages = []string{"."}
		if len(args) > 0 {
			s.Packages = args[:1]
			args = args[1:]
		}
		return []timeline.Program{{Name: s.Packages[0] + " -bench " + t.bench, Args: args}}, nil
	}
	if list, err := builtinPrograms(args[0]); list != nil || err != nil {
		if err == nil {
			err = t.unpack(s, list, args[1:])
		}
		return list, err
	}
	patterns, rest := splitRunArgs(args)
	s.Packages = patterns
	if s.Listing == "" {
		s.Listing = `^main\.`
	}
	return []timeline.Program{{Name: strings.Join(patterns, " "), Args: rest}}, nil
}

// unpack makes the built-in programs what is built.
func (t *timelineFlags) unpack(s *timeline.Subject, list []timeline.Program, args []string) error {
	dir := filepath.Join(s.Work, "programs.src")
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	var listings []string
	for i := range list {
		list[i].Args = append(list[i].Args[:1:1], args...)
		if list[i].Listing != "" {
			listings = append(listings, list[i].Listing)
		}
	}
	if s.Listing == "" {
		s.Listing = strings.Join(listings, "|")
	}
	var err error
	s.Packages, err = timeline.Unpack(dir)
	return err
}

// builtinPrograms finds the built-in programs that an argument names; none if it names something else.
func builtinPrograms(arg string) ([]timeline.Program, error) {
	if arg == "all" {
		return append([]timeline.Program{}, timeline.Builtin...), nil
	}
	var out []timeline.Program
	for name := range strings.SplitSeq(arg, ",") {
		p := timeline.FindProgram(name)
		switch {
		case p != nil:
			out = append(out, *p)
		case len(out) > 0:
			return nil, fmt.Errorf("strata: no built-in program %q; see strata timeline -list", name)
		default:
			return nil, nil
		}
	}
	return out, nil
}
