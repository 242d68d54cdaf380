package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"strata/internal/cover"
	"strata/internal/load"
)

// coverFlags are -cover and its relatives, each of which turns coverage on.
type coverFlags struct {
	on       bool
	mode     string
	patterns []string // -coverpkg
	profile  string   // -coverprofile, of test only
	work     string   // directory for instrumented source
}

func (c *coverFlags) register(fs *flag.FlagSet) {
	c.mode = cover.Modes[0]
	fs.BoolVar(&c.on, "cover", false, "")
	fs.Func("covermode", "", func(v string) error {
		if !slices.Contains(cover.Modes, v) {
			return fmt.Errorf(`valid modes are "set", "count", or "atomic"`)
		}
		c.on, c.mode = true, v
		return nil
	})
	fs.Func("coverpkg", "", func(v string) error {
		c.on, c.patterns = true, nil
		if v != "" {
			c.patterns = strings.Split(v, ",")
		}
		return nil
	})
}

// config is what the loader needs; remove ends what it began.
func (c *coverFlags) config() (cfg *load.Cover, err error) {
	if !c.on {
		return nil, nil
	}
	if c.work, err = os.MkdirTemp("", "strata-cover"); err != nil {
		return nil, err
	}
	return &load.Cover{Mode: c.mode, Patterns: c.patterns, Work: c.work}, nil
}

func (c *coverFlags) remove() {
	if c.work != "" {
		os.RemoveAll(c.work)
	}
}

// warn tells about patterns of -coverpkg that mean nothing; doing is "built" or "tested".
func (c *coverFlags) warn(prog *load.Program, doing string) {
	for _, p := range prog.Unmatched {
		fmt.Fprintf(os.Stderr, "warning: no packages being %s depend on matches for pattern %s\n", doing, p)
	}
}
