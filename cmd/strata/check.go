package main

import (
	"fmt"
	"os"

	"strata/internal/design"
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
	prog, err := load.Load(load.Config{Overlay: rt.FS, Tests: os.Getenv("XT") != "",
		Generated: map[string][]byte{"runtime/internal/design/design.go": design.Default().RuntimeSource()}}, args...)
	if err == nil {
		err = prog.Err()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
