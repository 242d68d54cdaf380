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

// commands is filled in by init, since help refers to it.
var commands []*command

func init() {
	commands = []*command{
		cmdCheck,
	}
}

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if len(args) == 0 {
		fmt.Fprint(os.Stderr, "usage\n")
		return 2
	}
	for _, c := range commands {
		if c.name == args[0] {
			return c.run(c, args[1:])
		}
	}
	fmt.Fprintf(os.Stderr, "strata %s: unknown command\nRun 'strata help' for usage.\n", args[0])
	return 2
}
