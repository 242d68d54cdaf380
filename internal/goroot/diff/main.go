// Command diff compares two GOROOTs and prints what an update of Strata from one release of Go to the other has to look at.
//
//	go run ./internal/goroot/diff OLD NEW
//
// docs/dev/go-release.md says what to do with each part.
package main

import (
	"bufio"
	"fmt"
	"os"

	"strata/internal/goroot/contract"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go run ./internal/goroot/diff OLD NEW (two GOROOTs)")
		os.Exit(2)
	}
	out := bufio.NewWriter(os.Stdout)
	err := contract.Diff(out, os.Args[1], os.Args[2])
	out.Flush()
	if err != nil {
		fmt.Fprintln(os.Stderr, "diff:", err)
		os.Exit(1)
	}
}
