package build

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"strata/internal/design"
	"strata/internal/link"
	"strata/internal/load"
	"strata/internal/lower"
	"strata/rt"
)

// TestForget builds a program that is forgotten once it is lowered: it comes out the same, and nothing turns out to be missing.
func TestForget(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program twice; TestEdits forgets too")
	}
	const file = "testdata/plain.go"
	want, _ := compileWith(t, "", file)
	set := design.Default()
	prog, err := load.Load(load.Config{Overlay: rt.FS, Generated: set.Sources()}, file)
	if err != nil {
		t.Fatal(err)
	}
	base, err := NewBase(prog.Standard(), set, BaseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "a.out")
	err = Build(Options{Program: prog.For(prog.Mains()[0]), Base: base, Out: out, Reload: func() (*load.Program, *Base, error) {
		return nil, nil, errors.New("something was lowered late")
	}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the executable differs: %v", err)
	}
	for _, p := range prog.Packages {
		if p.Files != nil || p.Info != nil {
			t.Fatalf("%s has syntax", p.Path)
		}
	}
}

// TestReload checks when a program is loaded again, and what is tried with it.
func TestReload(t *testing.T) {
	undefined := &link.UndefinedError{}
	other := errors.New("other")
	for _, test := range []struct {
		name    string
		results []error // of the attempts
		reloads int
		all     []bool // attempts that lower everything
		want    error
	}{
		{"good", []error{nil}, 0, []bool{false}, nil},
		{"wrong", []error{other}, 0, []bool{false}, other},
		{"late", []error{lower.ErrForgotten, nil}, 1, []bool{false, false}, nil},
		{"late, then unknown", []error{lower.ErrForgotten, errUnknown, nil}, 1, []bool{false, false, true}, nil},
		{"unknown", []error{errUnknown, nil}, 1, []bool{false, true}, nil},
		{"undefined", []error{undefined, undefined, undefined}, 1, []bool{false, true, false}, undefined},
	} {
		t.Run(test.name, func(t *testing.T) {
			reloads, first, again := 0, new(load.Program), new(load.Program)
			o := Options{Program: first, Base: new(Base), Reload: func() (*load.Program, *Base, error) {
				reloads++
				return again, new(Base), nil
			}}
			var all []bool
			err := o.attempt(func(o Options, lowerAll bool) error {
				if n := len(all); n > 0 && (o.Program != again || o.Reload != nil) || n == 0 && o.Program != first {
					t.Errorf("attempt %d is of the wrong program", n)
				}
				all = append(all, lowerAll)
				return test.results[len(all)-1]
			})
			if err != test.want || reloads != test.reloads || !slices.Equal(all, test.all) {
				t.Errorf("%v after %d reloads and attempts %v", err, reloads, all)
			}
		})
	}
}
