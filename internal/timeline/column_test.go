package timeline

import (
	"slices"
	"strings"
	"testing"

	"strata/internal/design"
)

func TestParseDesigns(t *testing.T) {
	list, err := ParseDesigns("gc=stw,1.14+gc=hybrid,now")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range list {
		got = append(got, c.Name+": "+strings.Join(c.Flags, " "))
	}
	want := []string{"gc=stw: -gc=stw", "1.14+gc=hybrid: -era=1.14 -gc=hybrid", "now: -era=now"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, bad := range []string{"", "gc=stw+gc=hybrid", "gc=fast", "color=red", "1.5+now", "2.0"} {
		if _, err := ParseDesigns(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestAxis(t *testing.T) {
	one, err := Axis("gc")
	if err != nil || len(one) != len(dimension("gc").Variants) || one[0].Label == "" {
		t.Errorf("%v %v", one, err)
	}
	two, err := Axis("gc,sched")
	if err != nil || len(two) != len(dimension("gc").Variants)*len(dimension("sched").Variants) {
		t.Errorf("%v %v", two, err)
	}
	if want := []string{"-gc=" + dimension("gc").Variants[0].Name, "-sched=" + dimension("sched").Variants[0].Name}; !slices.Equal(two[0].Flags, want) {
		t.Errorf("flags %v, want %v", two[0].Flags, want)
	}
	if _, err := Axis("color"); err == nil {
		t.Error("there is no dimension of that name")
	}
}

func TestResolve(t *testing.T) {
	columns, err := ParseDesigns("sched=gm,gc=stw")
	if err != nil {
		t.Fatal(err)
	}
	columns = append(columns, &Column{Name: "impossible", Flags: []string{"-backend=classic", "-regalloc=split"}})
	Resolve(columns, []string{"-gc=hybrid"})
	if want := []string{"-gc=hybrid", "-sched=gm"}; !slices.Equal(columns[0].Flags, want) {
		t.Errorf("common flags: %v, want %v", columns[0].Flags, want)
	}
	if want := []string{"-gc=stw"}; !slices.Equal(columns[1].Flags, want) {
		t.Errorf("a column's own flag goes first: %v, want %v", columns[1].Flags, want)
	}
	if !strings.Contains(columns[1].Designs, "-gc=stw") {
		t.Errorf("designs %q", columns[1].Designs)
	}
	if columns[2].Error == "" {
		t.Error("an impossible combination has no error")
	}
}

func TestEras(t *testing.T) {
	list := Eras()
	if len(list) < 10 || list[len(list)-1].Name != design.Now || list[0].Label == "" {
		t.Errorf("%d eras, the last %q", len(list), list[len(list)-1].Name)
	}
}

func TestLatestOf(t *testing.T) {
	known := []string{"go1.9.7", "go1.12", "go1.12.1", "go1.12.17", "go1.12rc1", "go1.21rc2", "go1.21.0", "go1.21.13", "go1.2.2", "go1.26rc1"}
	for v, want := range map[string]string{
		"go1.12": "go1.12.17", "go1.12.1": "go1.12.1", "go1.21": "go1.21.13", "go1.21rc2": "go1.21rc2", "go1.13": "",
		"go1.9": "go1.9.7", "go1.2": "go1.2.2", "go1.26": "", "go1.1": "",
	} {
		if got := latestOf(v, known); got != want {
			t.Errorf("%s: %q, want %q", v, got, want)
		}
	}
}
