package rt

import (
	"io/fs"
	"regexp"
	"testing"
	"testing/fstest"

	"strata/internal/goroot"
)

// Each release's overlay is a file system by the rules, no file of a release hides one that all releases have,
// and every file is invisible to the go command.
// constrained matches files that no other toolchain compiles.
var constrained = regexp.MustCompile(`^//go:build strata( && [^|\n]*)?\n`)

func TestOverlay(t *testing.T) {
	for _, r := range goroot.Releases {
		o := Overlay(r)
		if err := fstest.TestFS(o, "runtime/boot.go"); err != nil {
			t.Errorf("%s: %v", r.Minor(), err)
		}
		common, own := o.(union)[0], o.(union)[1]
		err := fs.WalkDir(own, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if _, err := fs.Stat(common, name); err == nil {
				t.Errorf("%s: %s is also in the overlay of all releases", r.Minor(), name)
			}
			src, err := fs.ReadFile(own, name)
			if err == nil && !constrained.Match(src) {
				t.Errorf("%s: %s does not begin with its build constraint", r.Minor(), name)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
