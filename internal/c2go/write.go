package c2go

import (
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// libraryFolder is where package libc stands beside a translation.
const libraryFolder = "internal/libc"

// modulePath finds the import path of a folder by the go.mod around it. If there is none, the folder becomes a module.
func modulePath(dir string) (importPath string, isNew bool, err error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", false, err
	}
	for d := abs; ; d = filepath.Dir(d) {
		text, err := os.ReadFile(filepath.Join(d, "go.mod"))
		if err == nil {
			mod := modfile.ModulePath(text)
			if mod == "" {
				return "", false, fmt.Errorf("%s names no module", filepath.Join(d, "go.mod"))
			}
			rel, err := filepath.Rel(d, abs)
			return path.Join(mod, filepath.ToSlash(rel)), false, err
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", false, err
		}
		if d == filepath.Dir(d) {
			return packageName(filepath.Base(abs)), true, nil
		}
	}
}

// packageName makes a name of Go of a folder's.
func packageName(s string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(s) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' && b.Len() > 0 {
			b.WriteRune(c)
		}
	}
	if n := b.String(); n != "" && !reserved[n] && !token.IsKeyword(n) {
		return n
	}
	return "translated"
}

// Run translates C files and writes a package, with its library, to a folder. Nothing is written if anything is wrong.
func Run(o *Options, dir string, files []string) error {
	importPath, isNew, err := modulePath(dir)
	if err != nil {
		return err
	}
	o.Libc = path.Join(importPath, libraryFolder)
	out, err := Translate(o, files)
	if err != nil {
		return err
	}
	if isNew {
		out = append(out, File{"go.mod", []byte("module " + importPath + "\n\ngo 1.24\n")})
	}
	for _, f := range LibraryFiles() {
		out = append(out, File{libraryFolder + "/" + f.Name, f.Text})
	}
	return write(dir, out)
}

// write makes the files of a package. Each is complete before it gets its name.
func write(dir string, files []File) error {
	if err := os.MkdirAll(filepath.Join(dir, filepath.FromSlash(libraryFolder)), 0o777); err != nil {
		return err
	}
	var temps []string
	defer func() {
		for _, t := range temps {
			os.Remove(t)
		}
	}()
	for _, f := range files {
		t := filepath.Join(dir, filepath.FromSlash(f.Name)) + ".tmp"
		temps = append(temps, t)
		if err := os.WriteFile(t, f.Text, 0o666); err != nil {
			return err
		}
	}
	for _, t := range temps {
		if err := os.Rename(t, strings.TrimSuffix(t, ".tmp")); err != nil {
			return err
		}
	}
	return nil
}
