package diff

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"time"

	"strata/internal/design"
	"strata/test/diff/shrink"
	"strata/test/internal/harness"
)

// block is how many programs have the same random designs: a toolchain for a set of designs costs as much as some dozens of programs.
const block = 250

// StressModes are those that a share of the programs runs in.
var StressModes = []string{"gc", "stack", "sched", "poison", "gc,stack,sched,poison"}

// Random gives variants for the programs from a seed on: the default, some sets of designs, one of them and the default also in a stress
// mode. They follow from the seed's block.
func Random(tool *harness.Toolchain, seed uint64, designs int) ([]Variant, error) {
	r := rand.New(rand.NewPCG(seed/block, 0x6465736967))
	out := []Variant{{Name: "default", Tool: tool}}
	sets := design.Pairs()
	for range designs {
		set := sets[r.IntN(len(sets))]
		t, err := harness.NewToolchainFor(set, "")
		if err != nil {
			return nil, err
		}
		out = append(out, Variant{Name: strings.ReplaceAll(set.String(), " ", ""), Tool: t})
	}
	return out, nil
}

// Stressed adds, for every fourth batch, each variant once more in a stress mode.
func Stressed(list []Variant, batch uint64) []Variant {
	if batch%4 != 0 {
		return list
	}
	mode := StressModes[batch/4%uint64(len(StressModes))]
	var out []Variant
	for _, v := range list {
		out = append(out, v)
		v.Name, v.Stress = v.Name+" stress "+mode, mode
		out = append(out, v)
	}
	return out
}

// Shrink makes the program of a difference smaller. A candidate must differ, whatever it prints, and print the same twice when built by gc,
// as parts of expressions may be addresses.
func (d *Difference) Shrink(limit time.Duration) {
	c := &Comparer{Variants: []Variant{d.Variant}}
	d.Src = shrink.Program(d.Src, limit, func(src []byte) bool {
		o, err := c.Compare(src)
		if err != nil || o.Same() || bytes.Contains(o.Ref, []byte("timeout=true")) {
			return false
		}
		again, err := c.Compare(src)
		return err == nil && !again.Same() && bytes.Equal(o.Ref, again.Ref)
	})
}
