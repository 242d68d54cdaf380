// Command programs holds the programs that strata timeline has built in. Each shows what one design of Go's internals
// costs, and prints its figures as lines in the format of Go's benchmarks.
//
// It is written in the Go of 2013, so that old releases of Go can compile it beside Strata.
package main

import (
	"fmt"
	"os"
	"sort"
)

// programs are the functions to run, by the name that strata timeline knows them under.
var programs = map[string]func(){
	"calls":     calls,
	"compute":   compute,
	"concat":    concat,
	"hotsplit":  hotsplit,
	"iface":     iface,
	"pause":     pause,
	"pingpong":  pingpong,
	"ptrwrites": ptrwrites,
	"recursion": recursion,
	"stacks":    stacks,
	"storm":     storm,
	"tightloop": tightloop,
	"trees":     trees,
}

func main() {
	if len(os.Args) > 1 {
		if run := programs[os.Args[1]]; run != nil {
			run()
			return
		}
	}
	names := []string{}
	for name := range programs {
		names = append(names, name)
	}
	sort.Strings(names)
	fmt.Fprintln(os.Stderr, "usage: programs NAME [SIZE]; NAME is one of", names)
	os.Exit(2)
}
