package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// A Distribution is Go's own, built from its source by way of a toolchain that Strata compiled, and compared with what the installed
// toolchain makes of the same source: diverse double-compiling (Wheeler, "Countering Trusting Trust through Diverse
// Double-Compiling", ACSAC 2005). A compiler that was tampered with, or is wrong, in a way that it hands on to what it compiles
// cannot hand it on through a compiler that has no part in it. The two ways end in the same bytes if both compilers translate Go
// correctly and gc's output depends on its source alone.
type Distribution struct {
	Builder        // Source is GOROOT, Dir the folder to work in
	Strata  string // the executable
}

// tools are the commands that a make of the distribution runs, by where they stand below GOROOT.
func tools() map[string]string {
	at := "pkg/tool/" + runtime.GOOS + "_" + runtime.GOARCH + "/"
	return map[string]string{"cmd/compile": at + "compile", "cmd/asm": at + "asm", "cmd/link": at + "link", "cmd/cgo": at + "cgo", "cmd/go": "bin/go"}
}

// Tools builds Go's tools by Strata and puts them into a GOROOT of their own, whose folder it returns. Nothing in it was compiled by gc.
func (d *Distribution) Tools(ctx context.Context) (root string, stages []*Stage, err error) {
	root = filepath.Join(d.Dir, "strata-built")
	if err := os.RemoveAll(root); err != nil {
		return "", nil, err
	}
	if err := d.link(root, "pkg", "bin"); err != nil {
		return "", nil, err
	}
	if err := os.MkdirAll(filepath.Join(root, "pkg"), 0o777); err != nil {
		return "", nil, err
	}
	if err := os.Symlink(filepath.Join(d.Source, "pkg/include"), filepath.Join(root, "pkg/include")); err != nil {
		return "", nil, err
	}
	for _, cmd := range []string{"cmd/asm", "cmd/link", "cmd/cgo", "cmd/go", "cmd/compile"} {
		s := &Stage{Name: cmd, By: "strata", File: filepath.Join(root, tools()[cmd])}
		if err := os.MkdirAll(filepath.Dir(s.File), 0o777); err != nil {
			return "", nil, err
		}
		args := append(append([]string{"build"}, d.Flags...), "-o", s.File, cmd)
		if err := d.build(ctx, s, d.Strata, args); err != nil {
			return "", nil, err
		}
		stages = append(stages, s)
	}
	return root, stages, nil
}

// link makes folder root with symbolic links to all of GOROOT but the entries named.
func (d *Distribution) link(root string, but ...string) error {
	if err := os.MkdirAll(root, 0o777); err != nil {
		return err
	}
	entries, err := os.ReadDir(d.Source)
	for _, e := range entries {
		if strings.Contains(" "+strings.Join(but, " ")+" ", " "+e.Name()+" ") {
			continue
		}
		err = errors.Join(err, os.Symlink(filepath.Join(d.Source, e.Name()), filepath.Join(root, e.Name())))
	}
	return err
}

// Make builds the distribution from source as Go's make.bash does, with the toolchain in the GOROOT by, and keeps the binaries that
// were made in the folder out. All makes run in one folder, so that no path tells them apart.
func (d *Distribution) Make(ctx context.Context, by, out string) (*Stage, error) {
	work := filepath.Join(d.Dir, "go")
	if err := errors.Join(os.RemoveAll(work), os.RemoveAll(out)); err != nil {
		return nil, err
	}
	if err := copyTree(work, d.Source, "pkg/tool", "pkg/obj", "bin", "test", "doc"); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "bash", "make.bash")
	cmd.Dir = filepath.Join(work, "src")
	// A make writes CGO_ENABLED into go/build, as the default; releases are made without.
	cmd.Env = d.environ("GOROOT_BOOTSTRAP="+by, "GOROOT=", "CGO_ENABLED=")
	s := &Stage{Name: "make.bash", By: by}
	if err := d.run(s, cmd); err != nil {
		return nil, fmt.Errorf("making Go by the toolchain in %s: %w", by, err)
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return nil, err
	}
	for _, part := range []string{"bin", "pkg"} {
		if err := os.Rename(filepath.Join(work, part), filepath.Join(out, part)); err != nil {
			return nil, err
		}
	}
	return s, os.RemoveAll(work)
}

// Archives compiles the standard library with the toolchain in the GOROOT by and puts its archives beside the binaries in out.
func (d *Distribution) Archives(ctx context.Context, by, out string) (*Stage, error) {
	cache, err := os.MkdirTemp(d.Dir, "cache")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(cache)
	cmd := exec.CommandContext(ctx, filepath.Join(by, "bin/go"), "install", "-trimpath", "-pkgdir="+filepath.Join(out, archives), "std")
	cmd.Dir = filepath.Join(d.Source, "src")
	cmd.Env = d.environ("GOROOT="+by, "GODEBUG=installgoroot=all", "GOCACHE="+cache)
	s := &Stage{Name: "go install std", By: by}
	if err := d.run(s, cmd); err != nil {
		return nil, fmt.Errorf("compiling std by the toolchain in %s: %w", by, err)
	}
	return s, nil
}

// Installed copies the installed binaries to out.
func (d *Distribution) Installed(out string) error {
	if err := os.MkdirAll(filepath.Join(out, "pkg"), 0o777); err != nil {
		return err
	}
	return errors.Join(copyTree(filepath.Join(out, "bin"), filepath.Join(d.Source, "bin")), copyTree(filepath.Join(out, "pkg/tool"), filepath.Join(d.Source, "pkg/tool")))
}

// archives is the folder of archives below a GOROOT.
var archives = "pkg/" + runtime.GOOS + "_" + runtime.GOARCH

// environ is the environment of a make: nothing that the caller's sets changes what comes out.
func (d *Distribution) environ(more ...string) []string {
	return append(append(os.Environ(), "CGO_ENABLED=0", "GOTOOLCHAIN=local", "GOFLAGS=", "GOENV=off", "GOWORK=off", "GOPROXY=off", "GOEXPERIMENT=",
		"GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH, "GOAMD64=", "GOBIN=", "GOPATH="+filepath.Join(d.Dir, "gopath")), more...)
}

// copyTree copies the folder from, without the folders named, links and modes kept.
func copyTree(to, from string, but ...string) error {
	skip := map[string]bool{}
	for _, b := range but {
		skip[filepath.Join(from, b)] = true
	}
	return filepath.WalkDir(from, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if skip[name] {
			return fs.SkipDir
		}
		rel, _ := filepath.Rel(from, name)
		target := filepath.Join(to, rel)
		info, err := os.Stat(name)
		switch {
		case err != nil:
			return err
		case e.IsDir() || name == from:
			return os.MkdirAll(target, 0o777)
		case info.Mode().IsRegular():
			return copyFile(target, name, info.Mode().Perm())
		}
		return nil
	})
}

func copyFile(to, from string, mode fs.FileMode) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode|0o200)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// A File is a binary or an archive of the distribution.
type File struct {
	Name     string // below GOROOT
	Size     int64
	Ours     string // SHA-256 of the one that the toolchain built by Strata led to, "" for none
	Official string // of the one that the installed toolchain led to
}

// Same tells whether both ways led to the same bytes.
func (f *File) Same() bool { return f.Ours == f.Official }

// Binaries lists the binaries of two GOROOTs, Archives' archives not.
func Binaries(ours, official string) ([]*File, error) {
	return compare(ours, official, "bin", "pkg/tool")
}

// All lists the binaries and archives of two GOROOTs.
func All(ours, official string) ([]*File, error) {
	return compare(ours, official, "bin", "pkg/tool", archives)
}

func compare(ours, official string, parts ...string) ([]*File, error) {
	at := map[string]*File{}
	var list []*File
	for _, root := range []string{ours, official} {
		for _, part := range parts {
			err := filepath.WalkDir(filepath.Join(root, part), func(name string, e fs.DirEntry, err error) error {
				if errors.Is(err, fs.ErrNotExist) {
					return nil
				}
				if err != nil || !e.Type().IsRegular() {
					return err
				}
				rel, _ := filepath.Rel(root, name)
				f := at[rel]
				if f == nil {
					f = &File{Name: rel}
					at[rel] = f
					list = append(list, f)
				}
				sum, size, err := hash(name)
				f.Size = size
				if root == ours {
					f.Ours = sum
				} else {
					f.Official = sum
				}
				return err
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// Files prints the binaries one by one, and of the archives those that differ and how many there are.
func Files(w io.Writer, list []*File) (differ []*File) {
	verdict := map[bool]string{true: "same", false: "DIFFERS"}
	count, size := 0, int64(0)
	fmt.Fprintf(w, "%-44s %8s  %-7s  %s\n", "", "MB", "", "sha256")
	for _, f := range list {
		if !f.Same() {
			differ = append(differ, f)
		}
		if strings.HasSuffix(f.Name, ".a") {
			count++
			size += f.Size
			if f.Same() {
				continue
			}
		}
		fmt.Fprintf(w, "%-44s %8.1f  %-7s  %s\n", f.Name, float64(f.Size)/1e6, verdict[f.Same()], f.Official)
	}
	fmt.Fprintf(w, "%-44s %8.1f  %d of %d differ\n", fmt.Sprintf("%d archives of the standard library", count), float64(size)/1e6, countArchives(differ), count)
	return differ
}

func countArchives(list []*File) (n int) {
	for _, f := range list {
		if strings.HasSuffix(f.Name, ".a") {
			n++
		}
	}
	return n
}
