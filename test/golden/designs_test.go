package golden

import (
	"flag"
	"maps"
	"slices"
	"strings"
	"testing"

	"strata/internal/design"
	"strata/test/internal/harness"
)

var everyDesign = flag.Bool("everydesign", false, "all programs under every era and a pairwise covering set of designs")

// sample are the programs and designs that a run without -everydesign takes: together the eras hold all old variants.
var sample = struct{ programs, eras []string }{
	[]string{"closures", "defers", "goroutines", "panics", "rangefunc", "reflects"},
	[]string{"1.0", "1.7"},
}

// collects are the programs that see memory being collected.
var collects = map[string]bool{
	"bubbles": true, "deadslots": true, "fatals": true, "framelife": true, "gcwaves": true, "maplives": true, "memlimit": true, "memorylimit": true,
	"newglobal": true, "overlimit": true, "stackmemory": true, "uniquebytes": true, "uniqueweak": true, "weakswept": true,
}

// cannot tells why a program cannot do under some designs what it does under gc.
func cannot(name string, f design.Facts) string {
	switch {
	case name == "preemptloop" && !f.AsyncPreempt:
		return "a loop without calls starves others"
	case name == "memlimit" && !f.MemoryLimit:
		return "without a memory limit GOMEMLIMIT means nothing"
	case (name == "noallocs" || name == "assertinlined") && !f.Optimises:
		return "without inlining more has to lie in the heap"
	case name == "devirtual" && !f.Optimises:
		return "a call that stays indirect goes to the method's wrapper, whose panic of a nil pointer names the method"
	case (name == "memorylimit" || name == "overlimit" || name == "fatals") && !f.MemoryLimit:
		return "there is no memory limit"
	case name == "memorylimit" && !f.ConcurrentMark:
		return "cycles that stop the world soon take the half of all time that the limiter gives them; then the limit is passed"
	case f.NeverCollects && collects[name]:
		return "there is no collector"
	case name == "stackmemory" && !f.MovesStacks:
		return "stacks do not shrink"
	}
	return ""
}

// TestDesigns runs programs under old and mixed designs.
func TestDesigns(t *testing.T) {
	known, err := harness.ReadKnown(knownFile)
	if err != nil {
		t.Fatal(err)
	}
	names, sets := sample.programs, map[string]design.Set{}
	for _, e := range design.Eras() {
		if *everyDesign || slices.Contains(sample.eras, e.Name) {
			if sets["era="+e.Name], err = e.Designs(); err != nil {
				t.Error(err)
			}
		}
	}
	if *everyDesign {
		names = programs(t)
		for _, set := range design.Pairs() {
			sets[strings.ReplaceAll(set.String(), " ", "")] = set
		}
	}
	for turn, label := range slices.Sorted(maps.Keys(sets)) {
		set := sets[label]
		t.Run(label, func(t *testing.T) {
			tool, err := harness.NewToolchainFor(set, "")
			if err != nil {
				t.Fatal(err)
			}
			for i, name := range names {
				if _, listed := known.Reason(name); listed || cannot(name, set.Facts()) != "" {
					continue
				}
				t.Run(name, func(t *testing.T) {
					modes := slices.DeleteFunc(stressInTurn(turn+i), func(mode string) bool { return tooSlow(name, mode, set.Facts()) })
					buildAndCompare(t, tool, name, modes)
				})
			}
		})
	}
}

// tooSlow tells of programs with thousands of goroutines, many allocations or a large heap, that a collector without
// registers takes many minutes for when it collects and checks at every turn, and of one whose clients wait for ten seconds only.
func tooSlow(name, mode string, f design.Facts) bool {
	slow := []string{"allocruns", "goroutines", "mapdb", "nethttp"}
	return !f.Optimises && strings.Contains(mode, "gc") && slices.Contains(slow, name)
}

// stressInTurn gives the stress modes of a program under a set of designs: those that -stress names, or else one, so that
// neighbouring programs and sets have different ones.
func stressInTurn(turn int) []string {
	if *stress != "" {
		return stressModes(*stress)
	}
	all := stressModes(allStress)
	return []string{"", all[1+turn%(len(all)-1)]}
}

// buildAndCompare builds a program once and compares what it does under each of the stress modes.
func buildAndCompare(t *testing.T, tool *harness.Toolchain, name string, modes []string) {
	exe, remove, err := harness.TempExe()
	if err != nil {
		t.Fatal(err)
	}
	defer remove()
	if err := tool.BuildFile(exe, source(name), harness.Flags{}); err != nil {
		t.Fatal(err)
	}
	for _, mode := range modes {
		if err := compare(name, exe, mode); err != nil {
			t.Errorf("stress %q: %v", mode, err)
		}
	}
}
