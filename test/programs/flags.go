// Package programs builds well-known programs with gc and with Strata, uses both in the same way and compares what comes out.
//
//	go test ./test/programs                                  the three of CI
//	go test ./test/programs -full -timeout 12h               all
//	go test ./test/programs -programs 'esbuild|etcd'         some, by regular expression
//	go test ./test/programs -full -shard 2/8                 an eighth of them
//	go test ./test/programs -programs hugo -fresh            what both builds cost from empty caches
//	go test ./test/programs -programs opa -memory 12 -gomemlimit 7GiB
//
// A file of testdata is a program: its pinned module, what is built, the steps, and what must come out. One program is built and
// used at a time. At the end stands a table of what building took: user CPU of all processes and memory of the largest.
// Modules, gc's executables and the folders of the last run are kept in the folder that -cache names.
package programs

import "flag"

var (
	full       = flag.Bool("full", false, "all programs")
	wanted     = flag.String("programs", "", "regular expression of names of programs")
	shard      = flag.String("shard", "1/1", "i/n: the i-th of n parts")
	cacheDir   = flag.String("cache", "", "folder for modules, executables and runs (default: strata-programs in the user's cache folder)")
	fresh      = flag.Bool("fresh", false, "build from empty caches, to measure")
	memory     = flag.Uint64("memory", 16, "GB of address space that Strata may take")
	onlyGC     = flag.Bool("gc", false, "gc's executables alone, to write a script")
	goMemLimit = flag.String("gomemlimit", "", "GOMEMLIMIT of Strata")
	strataFlag = flag.String("strata", "", "the strata command (default: built from this tree)")
)
