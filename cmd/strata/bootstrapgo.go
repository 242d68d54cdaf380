package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"strata/internal/bootstrap"
)

// bootstrapGo builds Go's distribution with a toolchain that Strata built, and compares it with the installed one.
func bootstrapGo(ctx context.Context, dir string, flags []string) error {
	out, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	goroot := strings.TrimSpace(string(out))
	if _, err := os.Stat(filepath.Join(goroot, "src", "make.bash")); err != nil {
		return fmt.Errorf("Go's distribution cannot be made from this GOROOT: %w", err)
	}
	strata, err := os.Executable()
	if err != nil {
		return err
	}
	d := &bootstrap.Distribution{
		Builder: bootstrap.Builder{Source: goroot, Dir: dir, Go: "go", Flags: flags, Env: append(os.Environ(), "CGO_ENABLED=0"), Log: os.Stdout},
		Strata:  strata,
	}
	by, stages, err := d.Tools(ctx)
	if err != nil {
		return err
	}
	fmt.Println()
	bootstrap.Table(os.Stdout, stages)
	ours := filepath.Join(dir, "by-strata")
	if err := steps(
		made("\nmaking Go from "+filepath.Join(goroot, "src")+" with these", func() (*bootstrap.Stage, error) { return d.Make(ctx, by, ours) }),
		made("compiling std with these", func() (*bootstrap.Stage, error) { return d.Archives(ctx, by, ours) }),
	); err != nil {
		return err
	}
	official, err := officialGo(ctx, d, goroot, ours)
	if err != nil {
		return err
	}
	list, err := bootstrap.All(ours, official)
	if err != nil {
		return err
	}
	fmt.Println()
	return verdict(ours, official, bootstrap.Files(os.Stdout, list))
}

// made is a step that tells what it does, and what it took.
func made(what string, f func() (*bootstrap.Stage, error)) func() error {
	return func() error {
		fmt.Println(what)
		s, err := f()
		if err == nil {
			fmt.Printf("%s: %.1f s, %.1f s of CPU\n", s.Name, s.Wall.Seconds(), s.CPU.Seconds())
		}
		return err
	}
}

func steps(list ...func() error) error {
	for _, f := range list {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// officialGo returns a folder with what the installed Go makes of its source: its own binaries, if those in ours are the same, and otherwise
// those that it makes.
func officialGo(ctx context.Context, d *bootstrap.Distribution, goroot, ours string) (dir string, err error) {
	dir = filepath.Join(d.Dir, "by-go")
	list, err := bootstrap.Binaries(ours, goroot)
	if err != nil {
		return "", err
	}
	same := true
	for _, f := range list {
		same = same && f.Same()
	}
	binaries := made("the binaries are not those installed in "+goroot+": making Go with the installed one", func() (*bootstrap.Stage, error) { return d.Make(ctx, goroot, dir) })
	if same {
		binaries = func() error {
			fmt.Println("the binaries are those installed in " + goroot)
			return d.Installed(dir)
		}
	}
	return dir, steps(binaries, made("compiling std with the installed Go", func() (*bootstrap.Stage, error) { return d.Archives(ctx, goroot, dir) }))
}

// verdict is the error that files differ, with the first function of one of them that does.
func verdict(ours, official string, differ []*bootstrap.File) error {
	if len(differ) == 0 {
		fmt.Println("all are the same bytes")
		return nil
	}
	for _, f := range differ {
		if f.Ours == "" || f.Official == "" || strings.HasSuffix(f.Name, ".a") {
			continue
		}
		difference, err := firstDifference(filepath.Join(ours, f.Name), filepath.Join(official, f.Name))
		if err != nil {
			return err
		}
		return fmt.Errorf("%d files differ; %s: %s", len(differ), f.Name, difference)
	}
	return fmt.Errorf("%d files differ, the first is %s", len(differ), differ[0].Name)
}
