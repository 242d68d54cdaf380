// Command strata compiles, runs and tests Go programs with Strata's own compiler, linker and runtime.
//
// It takes the command line of the go command where the two do the same thing. Each subcommand has a file of
// its own and one row in the table below.
package main

import (
	"fmt"
	"os"
)

// command is one subcommand.
type command struct {
	name  string
	args  string // usage after the name
	short string // one line for `strata help`
	long  string // for `strata help name`
	run   func(c *command, args []string) int
}

// commands lists the subcommands in the order of `strata help`. It is filled by init because help refers to it.
var commands []*command

func init() {
	commands = []*command{
		cmdBootstrap,
		cmdBuild,
		cmdC2go,
		cmdCheck,
		cmdClean,
		cmdCompletion,
		cmdEnv,
		cmdExplain,
		cmdHelp,
		cmdInstall,
		cmdRun,
		cmdTest,
		cmdTimeline,
		cmdSSA,
		cmdTool,
		cmdVersion,
	}
	commands = append(commands, handoverCommands()...)
}

func main() {
	tuneCollector()
	os.Exit(dispatch(os.Args[1:]))
}

// dispatch runs one command line and gives its exit status.
func dispatch(args []string) int {
	if len(args) == 0 {
		printUsage(os.Stderr)
		return 2
	}
	switch args[0] {
	case "-h", "-help", "--help":
		args[0] = "help"
	case "-version", "--version":
		args[0] = "version"
	}
	if c := findCommand(args[0]); c != nil {
		return c.run(c, args[1:])
	}
	fmt.Fprintf(os.Stderr, "strata %s: unknown command\n", args[0])
	if name := near(args[0], commandWords()); name != "" {
		fmt.Fprintf(os.Stderr, "Did you mean 'strata %s'?\n", name)
	}
	fmt.Fprint(os.Stderr, "Run 'strata help' for usage.\n")
	return 2
}

func findCommand(name string) *command {
	for _, c := range commands {
		if c.name == name {
			return c
		}
	}
	return nil
}
