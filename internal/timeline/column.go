package timeline

import (
	"fmt"
	"strings"

	"strata/internal/design"
)

// Eras gives a column for each era of the registry.
func Eras() []*Column {
	var out []*Column
	for _, e := range design.Eras() {
		out = append(out, newColumn(e.Name, e.Doc, []string{"-era=" + e.Name}))
	}
	return out
}

// ParseDesigns reads a list of designs: commas between columns, + between what one column is made of, which is an era
// and variants of dimensions, in any order:
//
//	1.5,1.5+gc=hybrid,now
//	gc=stw,gc=dijkstra,gc=hybrid
//	gc=stw+sched=gm,gc=stw+sched=gmp
func ParseDesigns(list string) ([]*Column, error) {
	var out []*Column
	for name := range strings.SplitSeq(list, ",") {
		c, err := parseDesign(strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func parseDesign(name string) (*Column, error) {
	var flags []string
	seen := map[string]bool{}
	for word := range strings.SplitSeq(name, "+") {
		dim, variant, ok := strings.Cut(word, "=")
		if !ok {
			dim, variant = "era", word
		}
		if seen[dim] {
			return nil, fmt.Errorf("%s: %s is set twice; commas separate designs, + joins the settings of one", name, dim)
		}
		seen[dim] = true
		if err := set(new(design.Choice), dim, variant); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		flags = append(flags, "-"+dim+"="+variant)
	}
	return newColumn(name, "", flags), nil
}

func set(c *design.Choice, dim, variant string) error {
	if dim != "era" {
		return c.Set(dim, variant)
	}
	// What an era lacks is said in its column; here only the name can be wrong.
	_, err := design.LookupEra(variant)
	return err
}

// Axis gives a column for each variant of the dimensions named, separated by commas: of several, for each combination.
func Axis(dims string) ([]*Column, error) {
	names := []string{""}
	for dim := range strings.SplitSeq(dims, ",") {
		d := dimension(dim)
		if d == nil {
			return nil, fmt.Errorf("no design dimension %q; there is %s", dim, strings.Join(dimensions(), ", "))
		}
		var longer []string
		for _, name := range names {
			for _, v := range d.Variants {
				longer = append(longer, strings.TrimPrefix(name+"+"+dim+"="+v.Name, "+"))
			}
		}
		names = longer
	}
	var out []*Column
	for _, name := range names {
		c := newColumn(name, "", flagsOf(name))
		if d := dimension(dims); d != nil {
			c.Label = label(d, name)
		}
		out = append(out, c)
	}
	return out, nil
}

func flagsOf(name string) []string {
	var flags []string
	for word := range strings.SplitSeq(name, "+") {
		flags = append(flags, "-"+word)
	}
	return flags
}

// label is when Go had a variant.
func label(d *design.Dimension, name string) string {
	_, variant, _ := strings.Cut(name, "=")
	for _, v := range d.Variants {
		if v.Name == variant {
			return v.Years
		}
	}
	return ""
}

func dimension(name string) *design.Dimension {
	for i := range design.Dimensions {
		if design.Dimensions[i].Name == name {
			return &design.Dimensions[i]
		}
	}
	return nil
}

func dimensions() []string {
	var out []string
	for _, d := range design.Dimensions {
		out = append(out, d.Name)
	}
	return out
}

// newColumn makes a column of Strata's designs.
func newColumn(name, label string, flags []string) *Column {
	return &Column{Name: name, Label: label, Flags: flags}
}

// Resolve completes Strata's columns: common are flags of designs that all have unless they set the dimension
// themselves. A combination that is impossible, or that Strata does not have, becomes the column's error.
func Resolve(columns []*Column, common []string) {
	for _, c := range columns {
		if c.Release != "" {
			continue
		}
		own := map[string]bool{}
		for _, f := range c.Flags {
			dim, _, _ := strings.Cut(f, "=")
			own[dim] = true
		}
		var inherited []string
		for _, f := range common {
			if dim, _, _ := strings.Cut(f, "="); !own[dim] {
				inherited = append(inherited, f)
			}
		}
		c.Flags = append(inherited, c.Flags...)
		set, err := designs(c.Flags)
		if err != nil {
			c.Error = err.Error()
			continue
		}
		c.Designs = set.String()
	}
}

func designs(flags []string) (design.Set, error) {
	var choice design.Choice
	for _, f := range flags {
		dim, variant, _ := strings.Cut(strings.TrimPrefix(f, "-"), "=")
		var err error
		if dim == "era" {
			err = choice.SetEra(variant)
		} else {
			err = choice.Set(dim, variant)
		}
		if err != nil {
			return nil, err
		}
	}
	return choice.Designs()
}
