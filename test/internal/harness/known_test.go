package harness

import (
	"strings"
	"testing"

	"strata/internal/design"
)

// A line that names designs counts under these alone.
func TestKnownByDesign(t *testing.T) {
	const list = "# comment\nalways: a\nloop [preempt=none sched=gm]: b\n"
	old, err := design.LookupEra("1.0")
	if err != nil {
		t.Fatal(err)
	}
	set, err := old.Designs()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		set  design.Set
		want bool
	}{{set, true}, {design.Default(), false}} {
		k, err := parseKnown("list", list, test.set)
		if err != nil {
			t.Fatal(err)
		}
		if _, listed := k.Reason("loop"); listed != test.want {
			t.Errorf("%s: loop is listed: %v", test.set, listed)
		}
		if _, listed := k.Reason("always"); !listed || len(k.All()) != 2 {
			t.Errorf("%s: always is listed: %v, all %v", test.set, listed, k.All())
		}
	}
	for line, want := range map[string]string{
		"a [gc=best]: b": "no such design", "a [x=y]: b": "no design dimension", "a:": "has no reason", "a: b\na: c": "listed twice",
	} {
		if _, err := parseKnown("list", line, set); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", line, err, want)
		}
	}
}
