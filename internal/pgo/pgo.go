// Package pgo reads CPU profiles for the compiler.
//
// It takes a profile in pprof's format, of a program that gc or Strata built, and gives what steers optimisation: how
// often calls were on the stack, by caller, line and callee, and how often lines ran. Functions are known by the names
// that programs see, lines by their distance from the line of the function's declaration, so a profile
// stays useful while the program around a function changes.
package pgo

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/google/pprof/profile"
)

// hotShare is the share of all weight, in percent, that the calls considered hot have together.
const hotShare = 99

// Site is a place in a function: the function's name and the distance from its first line.
type Site struct {
	Func string
	Line int
}

// Edge is a call.
type Edge struct {
	Site   Site
	Callee string
}

// Profile is what a CPU profile says about calls and lines.
type Profile struct {
	Hash  string // of the file, for identities of builds
	Total int64
	// Edges counts samples with the call on the stack.
	Edges map[Edge]int64
	// Own counts samples in the callee's own code, with all that is inlined into it there.
	Own map[Edge]int64
	// Lines counts samples in which the line itself ran.
	Lines map[Site]int64
	// Physical counts samples in a function's code, with all that was inlined into it.
	Physical map[string]int64
	// Jumps counts samples with a function's code calling another's: caller and callee, both with all that was inlined.
	Jumps map[[2]string]int64

	callees map[Site][]Callee
	hot     int64 // least weight of hot calls
}

// Callee is a function called at a site.
type Callee struct {
	Func   string
	Weight int64
}

// Read reads a profile file.
func Read(name string) (*Profile, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	raw, err := profile.ParseData(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p, err := fromPprof(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	sum := sha256.Sum256(data)
	p.Hash = hex.EncodeToString(sum[:])
	return p, nil
}

func newProfile() *Profile {
	return &Profile{Edges: map[Edge]int64{}, Own: map[Edge]int64{}, Lines: map[Site]int64{}, Physical: map[string]int64{}, Jumps: map[[2]string]int64{},
		callees: map[Site][]Callee{}}
}

// New makes a profile that knows calls only, all time being spent in the callees' own code.
func New(edges map[Edge]int64) *Profile {
	p := newProfile()
	p.Edges, p.Own = edges, edges
	for _, w := range edges {
		p.Total += w
	}
	p.rank()
	return p
}

// fromPprof counts calls and lines in the samples of a profile.
func fromPprof(raw *profile.Profile) (*Profile, error) {
	value := -1
	for i, t := range raw.SampleType {
		if t.Type == "samples" && t.Unit == "count" || t.Type == "cpu" && t.Unit == "nanoseconds" {
			value = i
			break
		}
	}
	if value < 0 {
		return nil, errors.New("the profile has neither a sample count nor CPU time")
	}
	p := newProfile()
	for _, s := range raw.Sample {
		p.sample(s, s.Value[value])
	}
	if p.Total > 0 && !p.hasStartLines(raw) {
		return nil, errors.New("the profile does not say where functions start (Function.start_line)")
	}
	p.rank()
	return p, nil
}

func (p *Profile) hasStartLines(raw *profile.Profile) bool {
	return slices.ContainsFunc(raw.Function, func(f *profile.Function) bool { return f.StartLine != 0 })
}

// sample counts one stack. A recursive call counts once.
func (p *Profile) sample(s *profile.Sample, weight int64) {
	p.Total += weight
	stack := s.Location
	for len(stack) > 1 && interruption(stack[0]) {
		stack = stack[1:]
	}
	p.code(stack, weight)
	seen := map[Edge]bool{}
	callee := ""
	for depth, loc := range stack {
		for i, line := range loc.Line { // innermost first
			if line.Function == nil {
				callee = ""
				continue
			}
			site := Site{line.Function.Name, int(line.Line - line.Function.StartLine)}
			if callee == "" {
				p.Lines[site] += weight
			} else if e := (Edge{site, callee}); !seen[e] {
				seen[e] = true
				p.Edges[e] += weight
				if depth == 0 || depth == 1 && i == 0 {
					p.Own[e] += weight
				}
			}
			callee = site.Func
		}
	}
}

// code counts one stack's functions as they are called, with what is inlined into them.
func (p *Profile) code(stack []*profile.Location, weight int64) {
	seen := map[[2]string]bool{}
	callee := ""
	for i, loc := range stack {
		name := ""
		if n := len(loc.Line); n > 0 && loc.Line[n-1].Function != nil {
			name = loc.Line[n-1].Function.Name
		}
		if i == 0 && name != "" {
			p.Physical[name] += weight
		}
		if jump := [2]string{name, callee}; name != "" && callee != "" && !seen[jump] {
			seen[jump] = true
			p.Jumps[jump] += weight
		}
		callee = name
	}
}

// interruption tells whether loc is a call that the program did not make: on a busy machine many samples fall on the
// first instruction of the runtime's preemption, whose signal comes together with the profiler's.
func interruption(loc *profile.Location) bool {
	return len(loc.Line) == 1 && loc.Line[0].Function != nil && loc.Line[0].Function.Name == "runtime.asyncPreempt"
}

// rank finds the weight from which calls are hot, and sorts the callees of each site.
func (p *Profile) rank() {
	var sum int64
	weights := make([]int64, 0, len(p.Edges))
	for e, w := range p.Edges {
		sum += w
		weights = append(weights, w)
		p.callees[e.Site] = append(p.callees[e.Site], Callee{e.Callee, w})
	}
	for _, list := range p.callees {
		slices.SortFunc(list, func(a, b Callee) int { return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Func, b.Func)) })
	}
	slices.SortFunc(weights, func(a, b int64) int { return cmp.Compare(b, a) })
	var cum int64
	for _, w := range weights {
		p.hot = w
		if cum += w; cum*100 > sum*hotShare {
			return
		}
	}
}

// Weight is how often a call was on the stack.
func (p *Profile) Weight(e Edge) int64 {
	if p == nil {
		return 0
	}
	return p.Edges[e]
}

// Hot tells whether a call is hot.
func (p *Profile) Hot(e Edge) bool {
	w := p.Weight(e)
	return w > 0 && w >= p.hot
}

// Callees lists what was called at a site, most often called first.
func (p *Profile) Callees(s Site) []Callee {
	if p == nil {
		return nil
	}
	return p.callees[s]
}

// Percent is a weight's share of all samples.
func (p *Profile) Percent(w int64) float64 {
	if p == nil || p.Total == 0 {
		return 0
	}
	return 100 * float64(w) / float64(p.Total)
}
