package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"sort"
	"strconv"
)

func init() { tools["nm"] = runNM }

const nmUsage = `usage: strata tool nm [options] file...
  -n
      an alias for -sort address (numeric)
  -size
      print symbol size in decimal between address and type
  -sort {address,name,none,size}
      sort output in the given order (default name)
      size orders from largest to smallest
  -type
      print symbol type after name
`

// nmFlags are what nm was asked for.
type nmFlags struct {
	order string
	size  bool
}

func runNM(args []string) int {
	opt := nmFlags{order: "name"}
	fs := flag.NewFlagSet("nm", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&opt.order, "sort", "name", "")
	fs.BoolVar(&opt.size, "size", false, "")
	fs.Bool("type", false, "") // the symbols of executables have none
	fs.BoolFunc("n", "", func(v string) error {
		if on, err := strconv.ParseBool(v); err != nil || !on {
			return err
		}
		opt.order = "address"
		return nil
	})
	if err := fs.Parse(args); err != nil || fs.NArg() == 0 {
		if err != nil && err != flag.ErrHelp {
			fmt.Fprintln(os.Stderr, err)
		}
		fmt.Fprint(os.Stderr, nmUsage)
		return 2
	}
	if !slices.Contains([]string{"address", "name", "none", "size"}, opt.order) {
		fmt.Fprintf(os.Stderr, "nm: unknown sort order %q\n", opt.order)
		return 2
	}
	code := 0
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, name := range fs.Args() {
		if err := printSymbols(out, name, opt, fs.NArg() > 1); err != nil {
			out.Flush()
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	return code
}

func printSymbols(out io.Writer, name string, opt nmFlags, prefix bool) error {
	e, err := openExecutable(name)
	if err != nil {
		return err
	}
	defer e.close()
	syms, err := e.symbols()
	if err != nil {
		return fmt.Errorf("reading %s: %v", name, err)
	}
	if len(syms) == 0 {
		return fmt.Errorf("reading %s: no symbols", name)
	}
	// As go tool nm sorts, so that equal ones come in its order.
	switch opt.order {
	case "address":
		sort.Slice(syms, func(i, j int) bool { return syms[i].addr < syms[j].addr })
	case "name":
		sort.Slice(syms, func(i, j int) bool { return syms[i].name < syms[j].name })
	case "size":
		sort.Slice(syms, func(i, j int) bool { return syms[i].size > syms[j].size })
	}
	for _, s := range syms {
		if prefix {
			fmt.Fprintf(out, "%s:\t", name)
		}
		if s.code == 'U' {
			fmt.Fprintf(out, "%8s", "")
		} else {
			fmt.Fprintf(out, "%8x", s.addr)
		}
		if opt.size {
			fmt.Fprintf(out, " %10d", s.size)
		}
		fmt.Fprintf(out, " %c %s\n", s.code, s.name)
	}
	return nil
}
