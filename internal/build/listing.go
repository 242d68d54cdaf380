package build

import (
	"bytes"
	"cmp"
	"fmt"
	"go/token"
	"io"
	"slices"
	"sync"

	"strata/internal/load"
	"strata/internal/lower"
	"strata/internal/ssa"
)

// listing collects the assembly of functions, which are compiled in any order, and prints it in the order of the source.
type listing struct {
	mu    sync.Mutex
	parts []listed
}

// listed is a function's assembly.
type listed struct {
	pkg  *load.Package
	pos  token.Pos
	name string
	text bytes.Buffer
}

// listingOf is where f's assembly goes, nil if nobody wants it; done is called when it is complete.
func (c *compiler) listingOf(f *ssa.Func) (w io.Writer, done func()) {
	if c.o.Record.Wanted(f) {
		var text bytes.Buffer
		return &text, func() { c.o.Record.Listing(text.String()) }
	}
	if c.o.Listing == nil {
		return nil, func() {}
	}
	d, ok := c.low.Def(f.Name).(*lower.FuncDef)
	if !ok || d.Package() == nil || !c.o.Listed(d.Package()) {
		return nil, func() {}
	}
	part := &listed{pkg: d.Package(), pos: f.Pos, name: f.Name}
	return &part.text, func() {
		c.listing.mu.Lock()
		defer c.listing.mu.Unlock()
		c.listing.parts = append(c.listing.parts, *part)
	}
}

// write prints everything, the packages under headers like the go command's.
func (l *listing) write(w io.Writer) error {
	slices.SortFunc(l.parts, func(a, b listed) int {
		return cmp.Or(cmp.Compare(a.pkg.ImportPath, b.pkg.ImportPath), cmp.Compare(a.pos, b.pos), cmp.Compare(a.name, b.name))
	})
	var last *load.Package
	for i := range l.parts {
		p := &l.parts[i]
		if p.pkg != last {
			fmt.Fprintf(w, "# %s\n", p.pkg.ImportPath)
			last = p.pkg
		}
		if _, err := w.Write(p.text.Bytes()); err != nil {
			return err
		}
	}
	return nil
}
