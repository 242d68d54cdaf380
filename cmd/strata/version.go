package main

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"strata/internal/load"
)

// Version is Strata's own release.
const Version = "0.1"

var cmdVersion = &command{
	name:  "version",
	args:  "[-m] [file ...]",
	short: "print Strata's version, or that of executables",
	long: `Version prints Strata's release and that of the Go whose standard library it compiles.
Of files it prints the Go version they were built with; -m adds their module information. Without files -m adds what strata itself
was built from: its module, its dependencies and the commit.`,
	run: runVersion,
}

func runVersion(c *command, args []string) int {
	fs := newFlags(c)
	modules := fs.Bool("m", false, "")
	if parseFlags(c, fs, args) != nil {
		return 2
	}
	if fs.NArg() == 0 {
		_, goVersion, err := load.FindGoroot(nil)
		if err != nil {
			goVersion = "no Go found"
		}
		fmt.Printf("strata version %s %s %s/%s\n", Version, goVersion, runtime.GOOS, runtime.GOARCH)
		if own, ok := debug.ReadBuildInfo(); ok && *modules {
			printModules(own)
		}
		return report(err)
	}
	status := 0
	for _, name := range fs.Args() {
		info, err := buildinfo.ReadFile(name)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			status = 1
			continue
		}
		fmt.Printf("%s: %s\n", name, info.GoVersion)
		if *modules {
			printModules(info)
		}
	}
	return status
}

// printModules prints what an executable says of its modules, and how and from which commit it was built.
func printModules(info *debug.BuildInfo) {
	own := *info
	own.GoVersion = ""
	for line := range strings.Lines(own.String()) {
		fmt.Print("\t", line)
	}
}
