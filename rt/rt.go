// Package rt carries Strata's runtime: the Go and assembly files that are laid over GOROOT/src when a program
// is compiled. They stand in src, under the path they have in GOROOT/src, and start with
//
//	//go:build strata
//
// so that the go command leaves them alone. What differs between releases of Go stands in a folder per release (go126,
// go127), with the same paths. How the layers meet is described in internal/load (overlay.go).
package rt

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"strata/internal/goroot"
)

//go:embed all:src all:go126 all:go127
var tree embed.FS

// FS is the overlay for the release that this Strata serves, with names like "runtime/boot.go".
var FS fs.FS = Overlay(goroot.Current)

// Overlay is the overlay for a release: the files of all releases, and the release's own. No file is in both.
func Overlay(r *goroot.Release) fs.FS {
	return union{sub("src"), sub(fmt.Sprintf("go1%d", r.Number))}
}

func sub(dir string) fs.FS {
	s, err := fs.Sub(tree, dir)
	if err != nil {
		panic(err) // the names are constant and valid
	}
	return s
}

// union is a file system that has the files of several.
type union []fs.FS

func (u union) Open(name string) (fs.File, error) {
	var err error
	for _, f := range u {
		var file fs.File
		if file, err = f.Open(name); err != nil {
			continue
		}
		if info, err := file.Stat(); err != nil || !info.IsDir() {
			return file, err
		}
		entries, err := u.ReadDir(name)
		return &directory{File: file, rest: entries}, err
	}
	return nil, err
}

// directory is an open directory that has what several file systems have.
type directory struct {
	fs.File
	rest []fs.DirEntry // not yet read
}

func (d *directory) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 || n > len(d.rest) {
		if n > 0 && len(d.rest) == 0 {
			return nil, io.EOF
		}
		n = len(d.rest)
	}
	out := d.rest[:n:n]
	d.rest = d.rest[n:]
	return out, nil
}

// ReadDir lists a directory of any of the file systems, sorted by name.
func (u union) ReadDir(name string) ([]fs.DirEntry, error) {
	var all []fs.DirEntry
	err := error(&fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist})
	for _, f := range u {
		entries, e := fs.ReadDir(f, name)
		switch {
		case e == nil:
			err = nil
			all = append(all, entries...)
		case !errors.Is(e, fs.ErrNotExist):
			return nil, e
		}
	}
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return slices.CompactFunc(all, func(a, b fs.DirEntry) bool { return a.Name() == b.Name() }), nil
}
