package explain

import "strata/internal/ssa"

// Late is what is known of a function when it has been compiled.
type Late struct {
	Checks []Check
	Frame  int64 // bytes
	Size   int64 // of the code
	Cold   int64 // of the part that is laid out apart
	// Unseen are the beginnings of blocks that the profile never saw.
	Unseen []ssa.Pos
}

// Check is something that the code still does at run time to keep the program safe.
type Check struct {
	Kind CheckKind
	Pos  ssa.Pos
}

// CheckKind is a kind of check.
type CheckKind uint8

const (
	IndexBounds  CheckKind = iota // of an index
	SliceBounds                   // of a slice expression
	NilCheck                      // of a pointer, by an instruction or by a fault
	WriteBarrier                  // tells the collector of a pointer that is overwritten
)

// boundsNames are gc's names of bounds checks.
var boundsNames = map[CheckKind]string{IndexBounds: "IsInBounds", SliceBounds: "IsSliceInBounds"}

// BoundsChecks tells which bounds checks are left.
func (u *Unit) BoundsChecks() []Message {
	p := printer{u: u}
	for _, f := range u.Funcs {
		if f.Late == nil {
			continue
		}
		for _, c := range f.Late.Checks {
			name, ok := boundsNames[c.Kind]
			if !ok {
				continue
			}
			pos := c.Pos.P
			if c.Pos.Inl != 0 && f.Report != nil {
				pos, _ = p.outermost(f, c.Pos.Inl, p.callsOf(f))
			}
			p.say(pos, "Found %s", name)
		}
	}
	p.flush()
	return p.out
}
