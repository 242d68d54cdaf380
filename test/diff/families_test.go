package diff

import (
	"strconv"
	"strings"
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

// TestAllocs compares how many objects pieces of code allocate: never more than gc's; with -short one case in forty.
func TestAllocs(t *testing.T) {
	f := family.Allocs()
	if testing.Short() {
		f = f.Every(40)
	}
	o, err := comparer(t).Compare(f.Program())
	if err != nil {
		t.Fatal(err)
	}
	if o.Err != nil {
		t.Fatal(o.Text())
	}
	ref, got := byCase(o.Ref), byCase(o.Got)
	for i, fc := range f.Cases {
		id := uint64(i)
		if a, b := lastNumber(ref[id]), lastNumber(got[id]); a < 0 || b < 0 || b > a {
			t.Errorf("%s: Strata allocates %v, gc %v", fc.Name, b, a)
		}
	}
}

// lastNumber is the number at the end of what a case prints, -1 if there is none.
func lastNumber(out string) float64 {
	words := strings.Fields(out)
	if len(words) == 0 {
		return -1
	}
	x, err := strconv.ParseFloat(strings.Trim(words[len(words)-1], "[]"), 64)
	if err != nil {
		return -1
	}
	return x
}
