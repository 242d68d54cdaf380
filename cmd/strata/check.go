package main

import (
	"fmt"
	"os"

	"strata/internal/load"
	"strata/rt"
)

var cmdCheck = &command{
	name:  "check",
	args:  "[-tags list] [-C dir] [-test] [packages]",
	short: "load and type-check packages",
	run:   runCheck,
}

func runCheck(c *command, args []string) int {
	prog, err := load.Load(load.Config{Overlay: rt.FS}, args...)
	if err == nil {
		err = prog.Err()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
