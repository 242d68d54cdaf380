package main

import (
	"errors"
	"strings"

	"strata/internal/c2go"
)

var cmdC2go = &command{
	name:  "c2go",
	args:  "[-o dir] [-pkg name] [-Dname[=value]] [-Uname] [-Idir] file.c...",
	short: "translate C to Go",
	long: `C2go translates C files, C99 or C11 with GNU's extensions, to a Go package that any Go compiler builds: a function of C becomes a
function of Go, with its name and comments, and its positions as line directives. Declarations that the files share are linked as
a C linker would.

The package goes to dir, one file for each of C, and the C library that it uses, Go too, to dir/internal/libc. If no go.mod is
around dir, one is written. C's headers come with c2go; no C compiler and no header of the system is used.

The machine that C sees is that of Linux on amd64: 64-bit long and pointers, little endian, signed char; long double is double.
A translated program has one thread.

What cannot be translated, such as inline assembly, threads, vectors and complex numbers, is an error with its position; then
nothing is written.

	-o dir          where the package goes; . if it is not given
	-pkg name       name of the package: main if there is a function main, else the folder's
	-Dname[=value]  define a macro
	-Uname          undefine one
	-Idir           look for headers there`,
	run: runC2go,
}

func runC2go(c *command, args []string) int {
	fs := newFlags(c)
	dir := fs.String("o", ".", "")
	o := &c2go.Options{}
	fs.StringVar(&o.Package, "pkg", "", "")
	for name, list := range map[string]*[]string{"D": &o.Define, "U": &o.Undefine, "I": &o.Include} {
		fs.Func(name, "", func(v string) error {
			*list = append(*list, v)
			return nil
		})
	}
	if parseFlags(c, fs, separate(args)) != nil {
		return 2
	}
	if fs.NArg() == 0 {
		complain(c, errors.New("no C files"))
		return 2
	}
	return report(c2go.Run(o, *dir, fs.Args()))
}

// separate splits flags such as -DNAME, as C compilers take them, from their values.
func separate(args []string) []string {
	var list []string
	for i, a := range args {
		if a == "--" {
			return append(list, args[i:]...)
		}
		if len(a) > 2 && a[0] == '-' && strings.ContainsRune("DUI", rune(a[1])) {
			list = append(list, a[:2], a[2:])
			continue
		}
		list = append(list, a)
	}
	return list
}
