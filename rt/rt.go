// Package rt carries Strata's runtime: the Go and assembly files that are laid over GOROOT/src when a program
// is compiled. They stand in src, under the path they have in GOROOT/src, and start with
//
//	//go:build strata
//
// so that the go command leaves them alone. How the layers meet is described in internal/load (overlay.go).
package rt

import (
	"embed"
	"io/fs"
)

//go:embed all:src
var tree embed.FS

// FS is the overlay, with names like "runtime/proc.go".
var FS = sub(tree, "src")

func sub(f fs.FS, dir string) fs.FS {
	s, err := fs.Sub(f, dir)
	if err != nil {
		panic(err) // the name is constant and valid
	}
	return s
}
