package design

import (
	"fmt"
	"maps"
	"strings"
)

// conflict is a pair of variants that cannot be had together.
type conflict struct {
	dim1, variant1, dim2, variant2, why string
}

var conflicts = []conflict{
	{"backend", "classic", "regalloc", "split", "the classic back end keeps every value in a slot: there is nothing to allocate"},
	{"backend", "classic", "regalloc", "linear", "the classic back end keeps every value in a slot: there is nothing to allocate"},
	{"gc", "stw", "assist", "off", noAssists},
	{"gc", "stw", "assist", "capped", noAssists},
	{"gc", "none", "assist", "off", "without a collector there is nothing to help with"},
	{"gc", "none", "assist", "capped", "without a collector there is nothing to help with"},
	{"backend", "ssa", "regalloc", "none", "optimised code has more values than a frame should have slots; only the classic back end does without registers"},
}

const noAssists = "a collector that marks while the world stands still has no helpers"

// is reports whether value, a name or a name with an argument, chooses the variant.
func is(value, variant string) bool {
	name, _, _ := strings.Cut(value, ":")
	return name == variant
}

// Check refuses impossible combinations and says why.
func (s Set) Check() error {
	for _, c := range conflicts {
		if is(s[c.dim1], c.variant1) && is(s[c.dim2], c.variant2) {
			return fmt.Errorf("-%s=%s and -%s=%s cannot be had together: %s", c.dim1, s[c.dim1], c.dim2, s[c.dim2], c.why)
		}
	}
	return nil
}

// Choice is what a user asks for: an era, and single dimensions on top of it. The zero Choice is the default.
type Choice struct {
	era    string
	single Set
}

// ParseChoice reads settings such as "era=1.5,gc=stw".
func ParseChoice(list string) (Choice, error) {
	var c Choice
	for setting := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		name, value, _ := strings.Cut(strings.TrimPrefix(setting, "-"), "=")
		set := c.Set
		if name == "era" {
			set = func(_, value string) error { return c.SetEra(value) }
		}
		if err := set(name, value); err != nil {
			return c, err
		}
	}
	return c, nil
}

// SetEra chooses the era; dimensions that are set one by one stay, whatever the order.
func (c *Choice) SetEra(name string) error {
	if _, err := LookupEra(name); err != nil {
		return err
	}
	c.era = name
	_, err := c.Designs()
	return err
}

// Set chooses the variant of one dimension.
func (c *Choice) Set(dim, variant string) error {
	if err := known(dim, variant); err != nil {
		return err
	}
	if c.single == nil {
		c.single = Set{}
	}
	c.single[dim] = variant
	_, err := c.Designs()
	return err
}

// Era is the era that was chosen.
func (c *Choice) Era() Era {
	if c.era == "" {
		return eras[len(eras)-1]
	}
	e, _ := LookupEra(c.era)
	return e
}

// Designs gives a variant of every dimension. A dimension that was not chosen gives way to one that was: its first
// variant that goes with the others is taken.
func (c *Choice) Designs() (Set, error) {
	set, err := c.Era().Designs()
	if err != nil {
		return nil, err
	}
	maps.Copy(set, c.single)
	for _, d := range Dimensions {
		if set.Check() == nil {
			break
		}
		if c.single[d.Name] == "" {
			set = d.fit(set)
		}
	}
	return set, set.Check()
}

// fit gives s with the first variant of d that goes with the others; s itself if there is none.
func (d *Dimension) fit(s Set) Set {
	t := maps.Clone(s)
	for _, v := range d.Variants {
		t[d.Name] = v.Name
		if t.Check() == nil {
			return t
		}
	}
	return s
}
