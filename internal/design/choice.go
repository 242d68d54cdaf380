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
	{"gc", "parallel", "assist", "off", noAssists},
	{"gc", "parallel", "assist", "capped", noAssists},
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

// limits are what a processor's programs cannot have, by GOARCH.
var limits = map[string][]limit{
	"arm64": {
		{"stack", func(f *Facts) bool { return f.SegmentsStacks }, "calls leave the return address in a register, and nothing brings the function back from a segment to it"},
	},
	"wasm": {
		{"gc", func(f *Facts) bool { return f.ConcurrentMark || f.WriteBarrier != NoBarrier }, "there is one thread: nothing can mark beside the program"},
		{"stack", func(f *Facts) bool { return !f.SegmentsStacks }, "stacks cannot move, since locals hold addresses in them and nobody can change these: they grow by segments"},
		{"preempt", func(f *Facts) bool { return f.AsyncPreempt || f.PollsAtPrologue }, "there are no signals and no other threads: nobody can ask a goroutine to stop"},
		{"sched", func(f *Facts) bool { return !f.HasP }, "there is one thread, which has the one P: goroutines cannot wait in threads"},
		{"abi", func(f *Facts) bool { return !f.RegisterABI }, "functions have parameters and results of their own"},
		{"backend", func(f *Facts) bool { return !f.Optimises }, "there are no registers and no slots: values live in locals, which only the ssa back end knows"},
	},
}

// limit forbids variants of a dimension for the facts that follow from them.
type limit struct {
	dim    string
	forbid func(f *Facts) bool
	why    string
}

// checkFor is Check for a processor's programs.
func (s Set) checkFor(goarch string) error {
	if err := s.Check(); err != nil {
		return err
	}
	f := s.Facts()
	for _, l := range limits[goarch] {
		if l.forbid(&f) {
			return fmt.Errorf("-%s=%s cannot be had with GOARCH=%s: %s", l.dim, s[l.dim], goarch, l.why)
		}
	}
	return nil
}

// Choice is what a user asks for: an era, and single dimensions on top of it. The zero Choice is the default.
type Choice struct {
	// GOARCH is what the program is for; what its programs cannot have gives way too. "" is amd64.
	GOARCH string
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
		if set.checkFor(c.GOARCH) == nil {
			break
		}
		if c.single[d.Name] == "" && (set.Check() != nil || set.limited(c.GOARCH, d.Name)) {
			set = d.fit(set, c.GOARCH)
		}
	}
	return set, set.checkFor(c.GOARCH)
}

// fit gives s with the first variant of d that goes with the others, or with which d itself is none of the obstacles; s itself if there
// is none.
func (d *Dimension) fit(s Set, goarch string) Set {
	t := maps.Clone(s)
	for _, v := range d.Variants {
		t[d.Name] = v.Name
		if t.checkFor(goarch) == nil {
			return t
		}
	}
	for _, v := range d.Variants {
		t[d.Name] = v.Name
		if t.Check() == nil && !t.limited(goarch, d.Name) {
			return t
		}
	}
	return s
}

// limited tells whether the variant of a dimension is one that a processor's programs cannot have.
func (s Set) limited(goarch, dim string) bool {
	f := s.Facts()
	for _, l := range limits[goarch] {
		if l.dim == dim && l.forbid(&f) {
			return true
		}
	}
	return false
}
