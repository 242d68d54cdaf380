package harness

import (
	"fmt"
	"os"
	"sync"

	"strata/internal/build"
	"strata/internal/explain"
	"strata/internal/load"
)

// warmUp is a program whose functions most explained packages use.
const warmUp = `package main

import (
	"errors"
	"fmt"
	"strings"
	"sync"
)

func main() {
	var mu sync.Mutex
	mu.Lock()
	defer mu.Unlock()
	fmt.Println(errors.New(strings.ToUpper("x")))
}
`

// warm fills the base, once: what is only explained adds nothing to it.
func (t *Toolchain) warm() error {
	t.warmOnce.Do(func() {
		exe, remove, err := TempExe()
		if err != nil {
			t.warmErr = err
			return
		}
		defer remove()
		name := os.TempDir() + "/strata_warm_up.go"
		t.warmErr = t.BuildSources(exe, Flags{}, load.Source{Files: []string{name}, Contents: map[string][]byte{name: []byte(warmUp)}})
	})
	return t.warmErr
}

type warmState struct {
	warmOnce sync.Once
	warmErr  error
}

// Explain tells what the compiler decides about one package of prog, which has one command. The standard library is compiled as always,
// whatever the flags.
func (t *Toolchain) Explain(prog *load.Program, p *load.Package, f Flags) (u *explain.Unit, err error) {
	if err := t.warm(); err != nil {
		return nil, err
	}
	base, err := t.base()
	if err != nil {
		return nil, err
	}
	mains := prog.Mains()
	if len(mains) != 1 {
		return nil, fmt.Errorf("%d main packages, need one", len(mains))
	}
	err = guard(func() error {
		var err error
		u, err = build.Explain(build.Options{
			Program: prog.For(mains[0]), Report: []*load.Package{p}, Designs: t.designs, GoVersion: t.version,
			NoInline: f.NoInline, Verify: f.Verify, Base: base, Jobs: 1,
		})
		return err
	})
	return u, err
}
