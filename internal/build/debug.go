package build

import (
	"strings"

	"strata/internal/link"
	"strata/internal/object"
)

// debugSymbols builds the type descriptors that debuggers want to see and the
// program does not contain: of its variables, of what the runtime is made of,
// and of whatever these lead to.
func (c *compiler) debugSymbols(program *link.Reach, syms []*object.Symbol) ([]*object.Symbol, error) {
	if c.o.StripSymbols || c.o.StripDWARF {
		return nil, nil
	}
	wanted := link.NewReach()
	for _, name := range link.DebugTypes() {
		i := strings.LastIndexByte(name, '.')
		if sym := c.low.TypeSym(name[:i], name[i+1:]); sym != "" {
			wanted.Root(sym)
		}
	}
	for _, s := range syms {
		if s.GoType != "" {
			wanted.Root(s.GoType)
		}
		if s.Func == nil {
			continue
		}
		for _, v := range s.Func.Vars {
			wanted.Root(v.GoType)
		}
	}
	// Only descriptors lead on, and those of the program lead nowhere else: it contains what they mention.
	var out []*object.Symbol
	for {
		name, ok := wanted.Next()
		if !ok {
			return out, nil
		}
		if program.Reached(name) || !strings.HasPrefix(name, "type:") || c.o.Base.isHuge(name) {
			continue
		}
		if f := c.stored(name); f != nil {
			wanted.Add(f.obj)
			out = append(out, f.obj)
			continue
		}
		if strings.HasPrefix(name, "type:.") {
			continue // no descriptor
		}
		made, err := c.low.DebugDescriptor(name)
		if err == nil && made == nil {
			switch {
			case c.low.Def(name) != nil:
				c.o.Base.setHuge(name)
			case c.o.Base.usesStore() || c.own.used():
				err = errUnknown
			}
		}
		if err != nil {
			return nil, err
		}
		c.keepData(made, c.low.FromBase(name))
		for _, s := range made {
			wanted.Add(s)
		}
		out = append(out, made...)
	}
}
