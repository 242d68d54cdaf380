package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"strata/internal/load"
)

// backend makes an executable of one of a program's commands. It is set in backend.go.
var backend func(whole *load.Program, main *load.Package, out string, b *buildFlags, info string) error

// explainer says what the flags ask for about the root of a program. It is set in backend.go.
var explainer func(prog *load.Program, b *buildFlags) error

var errNoBackend = errors.New("strata: the compiler back end is not available in this build")

// compileTo compiles one command to the file out, which appears whole or not at all.
func compileTo(prog *load.Program, main *load.Package, out string, b *buildFlags) error {
	if backend == nil {
		return errNoBackend
	}
	thrownAway := out == os.DevNull || b.temporary
	if out == os.DevNull {
		dir, remove, err := tempDir("strata-build")
		if err != nil {
			return err
		}
		defer remove()
		out = filepath.Join(dir, "a.out")
	}
	if st, err := os.Stat(out); err == nil && !st.Mode().IsRegular() && !st.IsDir() {
		return compileToDevice(prog, main, out, b)
	}
	if err := checkOverwrite(main, out); err != nil {
		return err
	}
	if err := b.readProfile(prog, main); err != nil {
		return err
	}
	info, err := buildInfo(prog, main, b)
	if err != nil {
		return err
	}
	exe, err := b.executable(prog, main, info)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o777); err != nil {
		return err
	}
	if b.x && !b.temporary {
		fmt.Fprintf(os.Stderr, "# compile %s with all that it reaches, link, > %s\n", main.ImportPath, out)
	}
	err = writeWhole(out, func(tmp *os.File) error {
		if exe.restore(tmp) {
			return nil
		}
		if err := backend(prog, main, tmp.Name(), b, info); err != nil {
			return err
		}
		exe.keep(tmp.Name())
		return nil
	})
	if err == nil {
		if thrownAway {
			out = ""
		}
		b.earlier.wrote(main, out, filepath.Base(out), exe.sum)
	}
	return err
}

// compileToDevice compiles to something that must not be replaced: a device or a pipe.
func compileToDevice(prog *load.Program, main *load.Package, out string, b *buildFlags) error {
	dir, remove, err := tempDir("strata-build")
	if err != nil {
		return err
	}
	defer remove()
	exe := filepath.Join(dir, "a.out")
	b.earlier.forget() // what it wrote is out of sight
	if err := compileTo(prog, main, exe, b); err != nil {
		return err
	}
	data, err := os.ReadFile(exe)
	if err != nil {
		return err
	}
	to, err := os.OpenFile(out, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = to.Write(data)
	if e := to.Close(); err == nil {
		err = e
	}
	return err
}

// report prints an error as the go command does and gives the exit status.
func report(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}
