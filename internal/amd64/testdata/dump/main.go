// Dump prints the SSA and the code of functions of a source file.
package main

import (
	"fmt"
	"go/token"
	"os"
	"strings"

	"strata/internal/abi"
	"strata/internal/amd64"
	"strata/internal/analyze"
	"strata/internal/design"
	"strata/internal/load"
	"strata/internal/lower"
	"strata/internal/opt"
	"strata/internal/regalloc"
	"strata/internal/ssa"
)

func main() {
	s, err := load.NewSession(load.Config{})
	check(err)
	prog, err := s.LoadFiles(os.Args[1])
	check(err)
	check(prog.Err())
	low := lower.NewProgram(prog.For(prog.Mains()[0]), abi.Register)
	cfg := &opt.Config{Facts: design.Default().Facts(), RT: func(name string) *ssa.Call { c, _ := low.RTCall(name); return c }}
	position := func(p token.Pos) (string, int32) {
		q := prog.Fset.Position(p)
		return q.Filename[strings.LastIndex(q.Filename, "/")+1:], int32(q.Line)
	}
	var order []string
	funcs := map[string]*ssa.Func{}
	for _, name := range os.Args[2:] {
		f, err := low.Def("main." + name).(*lower.FuncDef).Lower()
		check(err)
		check(opt.Run(f, opt.Early, cfg))
		funcs["main."+name] = f
		order = append(order, "main."+name)
	}
	_, err = analyze.Run(order, funcs, analyze.Config{
		Parallel: func(n int, f func(int)) {
			for i := range n {
				f(i)
			}
		},
		Clean:       func(f *ssa.Func) error { return opt.Run(f, opt.Early, cfg) },
		ClosureCode: low.ClosureCode, ItabMethod: low.ItabMethod, SignatureOf: low.CallOf,
	})
	check(err)
	for _, name := range order {
		f := funcs[name]
		check(opt.Run(f, opt.Passes, cfg))
		if os.Getenv("SSA") != "" {
			fmt.Println(f)
		}
		_, err = amd64.Compile(f, amd64.Options{Position: position, Alloc: regalloc.Split, Check: true, Listing: os.Stdout})
		check(err)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
