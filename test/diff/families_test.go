package diff

import (
	"testing"

	"strata/test/diff/family"
)

// TestFamilies compares families of programs with gc; with -short one case in forty.
func TestFamilies(t *testing.T) {
	c := comparer(t)
	for _, f := range family.All() {
		if testing.Short() {
			f = f.Every(40)
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			o, err := c.Compare(f.Program())
			if err != nil {
				t.Fatal(err)
			}
			if o.Err != nil {
				t.Fatal(o.Text())
			}
			ref, got := byCase(o.Ref), byCase(o.Got)
			for i, fc := range f.Cases {
				if id := uint64(i); ref[id] != got[id] {
					t.Errorf("%s\n--- gc\n%s--- strata\n%s--- of\n%s\n%s", fc.Name, ref[id], got[id], fc.Decls, fc.Body)
				}
			}
			if len(ref) < len(f.Cases) {
				t.Errorf("gc's program printed %d of %d cases", len(ref), len(f.Cases))
			}
		})
	}
}
