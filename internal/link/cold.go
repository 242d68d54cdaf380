package link

import (
	"slices"
	"sort"
	"strings"

	"strata/internal/object"
)

// Cold parts. A function whose compiler says where its cold part begins becomes two symbols, each with a record in the
// function table. Both records have the function's name, frame and function data, so that unwinding, stack maps and
// tracebacks work in either part; that of the cold part also tells the function's entry (funcdata Whole).
// Its frame is there from the first byte on.

func (l *linker) splitCold() error {
	l.coldOf, l.wholeOf = map[*node]*node{}, map[*node]*node{}
	for _, n := range l.reach.order {
		if n.sym == nil || n.sym.Kind != object.Text || n.sym.Func == nil || n.sym.Func.Cold == nil {
			continue
		}
		cold := &node{name: coldName(n.name), reached: true, scanned: true}
		splitSymbol(n, cold)
		l.coldOf[n], l.wholeOf[cold] = cold, n
	}
	return nil
}

// coldName is the name of a cold part in symbol tables.
func coldName(name string) string {
	if s, ok := strings.CutSuffix(name, "<ABI0>"); ok {
		return s + ".cold<ABI0>"
	}
	return name + ".cold"
}

// splitSymbol moves the end of n's code to cold.
func splitSymbol(n, cold *node) {
	s := n.sym
	at := s.Func.Cold.PC
	hot, rest := *s, *s
	hot.Data, rest.Data = s.Data[:at:at], s.Data[at:]
	hot.Size, rest.Size = int64(at), s.Size-int64(at)
	hot.Func, rest.Func = splitInfo(s.Func, displayName(s))
	hot.Relocs, rest.Relocs = nil, nil
	rest.Name, rest.Flags = cold.name, s.Flags|object.Cold
	targets := n.targets
	n.targets = nil
	for i, r := range s.Relocs {
		target := targets[i]
		if target == n && r.Add >= int64(at) {
			target, r.Target, r.Add = cold, cold.name, r.Add-int64(at)
		}
		if r.Off < at {
			hot.Relocs, n.targets = append(hot.Relocs, r), append(n.targets, target)
			continue
		}
		r.Off -= at
		rest.Relocs, cold.targets = append(rest.Relocs, r), append(cold.targets, target)
	}
	n.sym, cold.sym = &hot, &rest
}

// splitInfo divides the tables of a function.
func splitInfo(f *object.FuncInfo, name string) (hot, cold *object.FuncInfo) {
	part := f.Cold
	h, c := *f, *f
	h.Cold, c.Cold = nil, nil
	c.DisplayName = name
	c.RecoverPC, c.BodyPC = part.RecoverPC, 0
	c.NoSplitCalls, c.NoSplitUse = nil, nil
	value := func(v *object.PCValue) *int32 { return &v.PC }
	h.PCSP, c.PCSP = splitRows(f.PCSP, part.PC, value)
	h.StackMap, c.StackMap = splitRows(f.StackMap, part.PC, value)
	h.UnsafePoints, c.UnsafePoints = splitRows(f.UnsafePoints, part.PC, value)
	h.Lines, c.Lines = splitRows(f.Lines, part.PC, func(l *object.PCLine) *int32 { return &l.PC })
	c.Inlines = slices.Clone(f.Inlines)
	for i, pc := range part.CallPCs {
		c.Inlines[i].CallPC = pc
	}
	return &h, &c
}

// splitRows divides a table at an offset; pc gives the place of a row's offset. What is in force there holds on behind it.
func splitRows[R any](rows []R, at int32, pc func(*R) *int32) (before, behind []R) {
	i := sort.Search(len(rows), func(i int) bool { return *pc(&rows[i]) >= at })
	behind = slices.Clone(rows[i:])
	if i > 0 && (i == len(rows) || *pc(&rows[i]) > at) {
		behind = slices.Insert(behind, 0, rows[i-1])
		*pc(&behind[0]) = at
	}
	for j := range behind {
		*pc(&behind[j]) -= at
	}
	return rows[:i:i], behind
}
