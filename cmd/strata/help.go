package main

import (
	"fmt"
	"io"
	"os"

	"strata/internal/design"
)

var cmdHelp = &command{
	name:  "help",
	args:  "[topic]",
	short: "print help",
	long:  "Help prints what a command or topic is about; without one, it lists them.",
	run:   runHelp,
}

// topics are help pages that are no commands.
var topics = []struct {
	name, short string
	print       func(w io.Writer)
}{
	{"buildflags", "flags that build, run, test and check share", printBuildFlags},
	{"testflag", "flags of test and of test binaries", printTestFlags},
	{"designs", "the designs that can be selected, and what they are", printDesigns},
}

func runHelp(c *command, args []string) int {
	if len(args) == 0 {
		printUsage(os.Stdout)
		return 0
	}
	for _, t := range topics {
		if t.name == args[0] {
			t.print(os.Stdout)
			return 0
		}
	}
	if c := findCommand(args[0]); c != nil {
		if c.long == "" {
			return handOver(append([]string{"help"}, args...)...)
		}
		fmt.Printf("usage: strata %s %s\n\n%s\n", c.name, c.args, c.long)
		return 0
	}
	fmt.Fprintf(os.Stderr, "strata help %s: unknown help topic. Run 'strata help'.\n", args[0])
	if name := near(args[0], append(commandWords(), topicWords()...)); name != "" {
		fmt.Fprintf(os.Stderr, "Did you mean 'strata help %s'?\n", name)
	}
	return 2
}

func printUsage(w io.Writer) {
	fmt.Fprint(w, "Strata is a Go toolchain.\n\nUsage:\n\n\tstrata <command> [arguments]\n\nThe commands are:\n\n")
	for _, c := range commands {
		fmt.Fprintf(w, "\t%-10s  %s\n", c.name, c.short)
	}
	fmt.Fprint(w, "\nFurther help topics:\n\n")
	for _, t := range topics {
		fmt.Fprintf(w, "\t%-10s  %s\n", t.name, t.short)
	}
	fmt.Fprint(w, "\nUse \"strata help <topic>\" for more about one of them.\n")
}

func printBuildFlags(w io.Writer) {
	fmt.Fprint(w, `The flags below are those of the go command.

	-C dir            change to dir first; must be the first flag
	-tags list        build tags, separated by commas
	-p n              packages compiled at once
	-v                print the names of packages as they are checked, and time and memory of a build's phases
	-x                print the commands that are run
	-work             print the temporary directory and keep it
	-race             report data races while the program runs; GORACE has the options that go help environment and
	                  Go's documentation of the race detector name
	-a                compile everything anew, without the cache
	-trimpath         leave the file system's directories out of the executable
	-O level          0 compiles for a debugger (not the standard library), 1 optimises
	-gcflags args     [pattern=]: -S listing, -m and -m=2 decisions, -d=ssa/check_bce bounds checks,
	                  -N no optimisation, -l no inlining
	                  -d=metrics: when the program ends it writes its runtime/metrics, as JSON, to the file that
	                  STRATAMETRICS names
	-ldflags args     -X path.name=value, -s no symbols, -w no debug information
	-pgo file         CPU profile that steers optimisation, taken from gc's or Strata's executable; auto is
	                  default.pgo beside the command, in eras that had that, off none
	-cover            count which blocks run: of the main module's packages, or those that -coverpkg names (not of check)
	-covermode mode   set, count or atomic; turns -cover on
	-coverpkg list    patterns of packages, separated by commas; turns -cover on
	-mod, -modfile, -overlay, -buildmode exe
	                  as in the go command
	-n, -asmflags, -toolexec, -json, -linkshared, -compiler, -installsuffix, -pkgdir, and other values of -buildmode
	                  are refused with the reason; so are values of GOOS, GOARCH, GOAMD64, GOEXPERIMENT, GOFIPS140,
	                  CGO_ENABLED and GO_EXTLINK_ENABLED that cannot be obeyed
	-buildvcs         stamp executables with the commit of the Git repository they are built in: true, false, or auto,
	                  which stamps what build makes, if there is such a repository

GOFLAGS holds flags for all commands, as for the go command.

	-era release      all designs as Go had them at a release: 1.0 … 1.20, now

One flag per design selects it, on top of -era; see "strata help designs".
`)
}

func printTestFlags(w io.Writer) {
	fmt.Fprint(w, `Test takes the build flags, and:

	-c                compile the test binary, do not run it
	-o file           name of the test binary, or a directory for it
	-json             print events as go test -json does (go doc test2json)
	-v                print all tests as they run
	-timeout d        end a test binary after d (10m; 0 is never)
	-exec xprog       run the test binary with xprog
	-coverprofile f   write a profile that strata tool cover reads; turns -cover on
	-vet list         run the installed Go's vet with these analyses, all, or off for none; by default those of go test
	-args             all that follows is passed to the test binary

These are passed to the test binary; -test.NAME means the same as -NAME:

	-artifacts -bench -benchmem -benchtime -blockprofile -blockprofilerate -count -cpu -cpuprofile -failfast
	-fullpath -fuzz -fuzzminimizetime -fuzztime -list -memprofile -memprofilerate -mutexprofile
	-mutexprofilefraction -outputdir -parallel -run -short -shuffle -skip -trace
`)
}

// profiles says what -pgo is in an era, by whether that uses profiles.
var profiles = map[bool]string{false: "off", true: "auto"}

func printDesigns(w io.Writer) {
	fmt.Fprint(w, `Each dimension of compiler and runtime is chosen by a flag of build, run and test; the first variant
is the default. The flag -era chooses all of them at once, as Go had them at a release; flags of single
dimensions overrule it.
`)
	for _, d := range design.Dimensions {
		fmt.Fprintf(w, "\n-%s: %s\n\n", d.Name, d.Doc)
		for _, v := range d.Variants {
			name := v.Name
			if v.Arg != "" {
				name += "[:" + v.Arg + "]"
			}
			fmt.Fprintf(w, "\t%-12s %s\n\t%12s %s; costs: %s\n", name, v.Doc, "", v.Years, v.Cost)
		}
	}
	fmt.Fprint(w, "\n-era: a release of Go; one that is not listed is the one before it\n\n")
	for _, e := range design.Eras() {
		fmt.Fprintf(w, "\t%-12s %s\n\t%12s ", e.Name, e.Doc, "")
		if set, err := e.Designs(); err != nil {
			fmt.Fprintln(w, err)
		} else {
			fmt.Fprint(w, set, " -pgo=", profiles[e.Profile], "\n")
		}
	}
}
