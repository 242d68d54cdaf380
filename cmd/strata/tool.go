package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"

	"strata/internal/load"
)

var cmdTool = &command{
	name:  "tool",
	args:  "name [arguments...]",
	short: "run one of the tools",
	long: `Tool runs one of Strata's tools; without a name it lists them. Tools that work on any Go program, such as
pprof and trace, are the installed Go's.`,
	run: runTool,
}

// tools are Strata's own tools; each one's file adds it.
var tools = map[string]func(args []string) int{}

// borrowed are tools of the installed Go that are of use with Strata's executables.
var borrowed = []string{"pprof", "trace", "test2json", "covdata", "cover", "addr2line", "buildid"}

func runTool(c *command, args []string) int {
	if len(args) == 0 {
		names := append([]string{}, borrowed...)
		for name := range tools {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			fmt.Println(name)
		}
		return 0
	}
	name := args[0]
	if run, ok := tools[name]; ok {
		return run(args[1:])
	}
	for _, b := range borrowed {
		if b == name {
			return runGoTool(args)
		}
	}
	fmt.Fprintf(os.Stderr, "strata: no such tool %q\n", name)
	return 2
}

func runGoTool(args []string) int {
	goroot, _, err := load.FindGoroot(nil)
	if err != nil {
		return report(err)
	}
	cmd := exec.Command(filepath.Join(goroot, "bin", "go"), append([]string{"tool"}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		if exit, ok := err.(*exec.ExitError); ok {
			return exit.ExitCode()
		}
		return report(err)
	}
	return 0
}
