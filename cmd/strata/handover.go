package main

import (
	"fmt"
	"os"
	"strconv"
	"syscall"

	"strata/internal/load"
)

// Commands that compile nothing are the installed go's own: strata becomes that go, with the same words and the same environment,
// so that output and exit status are its.

// handedOver lists those commands. What they have to say about themselves is go's too.
var handedOver = []struct{ name, short string }{
	{"bug", "start a bug report (go's)"},
	{"doc", "show documentation of a package or symbol (go's)"},
	{"fix", "apply fixes suggested by static checkers (go's)"},
	{"fmt", "gofmt (reformat) package sources (go's)"},
	{"generate", "run the commands in go:generate directives (go's)"},
	{"get", "add dependencies to the current module (go's)"},
	{"list", "list packages or modules (go's)"},
	{"mod", "maintain modules (go's)"},
	{"telemetry", "manage telemetry data and settings (go's)"},
	{"vet", "report likely mistakes in packages (go's)"},
	{"work", "maintain workspaces (go's)"},
}

func handoverCommands() []*command {
	var list []*command
	for _, h := range handedOver {
		list = append(list, &command{name: h.name, args: "...", short: h.short, run: func(c *command, args []string) int {
			return handOver(append([]string{c.name}, args...)...)
		}})
	}
	return list
}

// chain counts how often a command line has been handed over: the go that is found may be a wrapper that starts strata.
const (
	chain      = "STRATA_HANDED_OVER"
	chainLimit = 8
)

// handOver makes this process the installed go with args.
func handOver(args ...string) int {
	goCmd, err := load.GoCommand()
	if err != nil {
		return report(err)
	}
	n, _ := strconv.Atoi(os.Getenv(chain))
	if n >= chainLimit {
		return report(fmt.Errorf("strata: %s hands the command %q back to strata again and again: put the installed Go's bin in front of it on PATH, or set GOROOT", goCmd, args[0]))
	}
	os.Setenv(chain, strconv.Itoa(n+1))
	return report(syscall.Exec(goCmd, append([]string{"go"}, args...), os.Environ()))
}
