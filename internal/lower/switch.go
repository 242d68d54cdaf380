package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"sort"

	"strata/internal/ssa"
)

// clause is one case of a switch with the block of its body.
type clause struct {
	node *ast.CaseClause
	body *ssa.Block
}

// switchStmt lowers an expression switch: first the dispatch, then the bodies.
func (b *builder) switchStmt(s *ast.SwitchStmt, label *types.Label) {
	if s.Init != nil {
		b.stmt(s.Init)
	}
	done := b.newBlock()
	clauses, deflt := b.clauses(s.Body, done)
	b.setPos(s.Switch)
	if s.Tag == nil {
		b.dispatchBool(clauses, deflt, true)
	} else if tv := b.constOf(s.Tag); tv != nil && tv.Kind() == constant.Bool {
		b.dispatchBool(clauses, deflt, constant.BoolVal(tv))
	} else if to := b.constClause(tv, clauses, deflt); to != nil {
		b.jump(to)
	} else {
		b.dispatchTag(b.tagValue(s.Tag), clauses, deflt)
	}
	b.bodies(clauses, done, label)
}

// constClause gives the body that a constant tag leads to, nil if tag or cases are no constants.
func (b *builder) constClause(tag constant.Value, clauses []clause, deflt *ssa.Block) (to *ssa.Block) {
	if tag == nil {
		return nil
	}
	for _, c := range clauses {
		for _, e := range c.node.List {
			v := b.constOf(e)
			if v == nil || isInterface(b.typeOf(e)) {
				return nil
			}
			if to == nil && constant.Compare(tag, token.EQL, v) {
				to = c.body
			}
		}
	}
	if to == nil {
		return deflt
	}
	return to
}

// tagValue evaluates the tag once; its value must not change when case expressions write variables.
func (b *builder) tagValue(tag ast.Expr) val {
	t := b.typeOf(tag)
	if bt, ok := t.(*types.Basic); ok && bt.Info()&types.IsUntyped != 0 {
		t = types.Default(t)
	}
	return b.snapshot(b.exprTo(tag, t))
}

// clauses makes a block for every body; deflt is where no match leads.
func (b *builder) clauses(body *ast.BlockStmt, done *ssa.Block) (list []clause, deflt *ssa.Block) {
	deflt = done
	for _, n := range body.List {
		c := clause{n.(*ast.CaseClause), b.newBlock()}
		if c.node.List == nil {
			deflt = c.body
		}
		list = append(list, c)
	}
	if deflt == done && b.counting() {
		deflt = b.newBlock()
		list = append(list, clause{&ast.CaseClause{Case: body.Rbrace, Colon: body.Rbrace}, deflt})
	}
	return list, deflt
}

// bodies lowers the bodies behind the dispatch, in order: each may fall through to the next.
func (b *builder) bodies(clauses []clause, done *ssa.Block, label *types.Label) {
	b.pushTarget(&target{label: label, brk: done})
	saved := b.ext.fallthru
	for i, c := range clauses {
		b.next(c.body)
		b.ext.fallthru = nil
		if i+1 < len(clauses) {
			b.ext.fallthru = clauses[i+1].body
		}
		b.body(c.node.Body)
		b.jump(done)
	}
	b.ext.fallthru = saved
	b.popTarget()
	b.next(done)
}

// dispatchBool tests conditions one after the other; want is the value of the constant tag.
func (b *builder) dispatchBool(clauses []clause, deflt *ssa.Block, want bool) {
	for _, c := range clauses {
		for _, e := range c.node.List {
			next := b.newBlock()
			switch {
			case isInterface(b.typeOf(e)):
				tag := b.constant(constant.MakeBool(want), tBool)
				b.branch(b.equalMixed(tag, b.expr(e)), c.body, next, ssa.Unknown)
			case want:
				b.cond(e, c.body, next, ssa.Unknown)
			default:
				b.cond(e, next, c.body, ssa.Unknown)
			}
			b.next(next)
		}
	}
	b.jump(deflt)
}

// dispatchTag compares the tag with the cases: long runs of constants by search.
func (b *builder) dispatchTag(tag val, clauses []clause, deflt *ssa.Block) {
	consts := []constCase{}
	flush := func() {
		if len(consts) > 0 {
			next := b.newBlock()
			b.searchConsts(tag, consts, next)
			b.next(next)
			consts = consts[:0:0]
		}
	}
	searchable := isInteger(tag.t) || isString(tag.t)
	for _, c := range clauses {
		for _, e := range c.node.List {
			if v := b.constOf(e); v != nil && searchable && !isInterface(b.typeOf(e)) {
				consts = append(consts, constCase{v, e.Pos(), c.body})
				continue
			}
			flush()
			b.setPos(e.Pos())
			next := b.newBlock()
			v := b.caseValue(e, tag.t)
			b.setPos(c.node.Case)
			b.branch(b.equalMixed(tag, v), c.body, next, ssa.Unknown)
			b.next(next)
		}
	}
	flush()
	b.jump(deflt)
}

// caseValue evaluates a case expression; untyped constants take the tag's type.
func (b *builder) caseValue(e ast.Expr, tag types.Type) val {
	t := b.typeOf(e)
	if bt, ok := t.(*types.Basic); ok && bt.Info()&types.IsUntyped != 0 {
		return b.exprTo(e, tag)
	}
	return b.expr(e)
}

// equalMixed compares values of which one may be of an interface type that the other implements.
func (b *builder) equalMixed(x, y val) *ssa.Value {
	switch xi, yi := isInterface(x.t), isInterface(y.t); {
	case xi && !yi:
		return b.ifaceEqualConcrete(x, y)
	case yi && !xi:
		return b.ifaceEqualConcrete(y, x)
	case xi && yi && !types.Identical(x.t, y.t):
		// Only one of them may have methods that the other lacks.
		if types.AssignableTo(y.t, x.t) {
			y = b.convert(y, x.t, token.NoPos)
		} else {
			x = b.convert(x, y.t, token.NoPos)
		}
	}
	return b.equal(x, y, x.t)
}

// constCase is a constant and where it leads.
type constCase struct {
	v    constant.Value
	pos  token.Pos
	body *ssa.Block
}

func (b *builder) searchConsts(tag val, cases []constCase, none *ssa.Block) {
	if isString(tag.t) {
		b.searchStrings(tag, cases, none)
		return
	}
	x := tag.s[0]
	search := intSearch{x: x, unsigned: isUnsigned(tag.t), none: none}
	for _, c := range cases {
		search.add(extendConst(intBits(c.v), x.Type, false), c.body)
	}
	b.searchInts(&search)
}

// intRun is a run of consecutive constants that lead to the same block.
type intRun struct {
	lo, hi int64
	body   *ssa.Block
}

// intSearch finds the block for an integer.
type intSearch struct {
	x        *ssa.Value
	unsigned bool
	none     *ssa.Block
	runs     []intRun
}

func (s *intSearch) add(v int64, body *ssa.Block) {
	s.runs = append(s.runs, intRun{v, v, body})
}

func (s *intSearch) less(a, b int64) bool {
	if s.unsigned {
		return uint64(a) < uint64(b)
	}
	return a < b
}

// prepare sorts the constants and joins neighbours. Of equal ones (possible in
// generic code only) the first in source order wins.
func (s *intSearch) prepare() {
	sort.SliceStable(s.runs, func(i, j int) bool { return s.less(s.runs[i].lo, s.runs[j].lo) })
	out := s.runs[:0]
	for _, r := range s.runs {
		n := len(out)
		switch {
		case n > 0 && out[n-1].hi == r.lo:
		case n > 0 && out[n-1].body == r.body && out[n-1].hi+1 == r.lo && r.lo != -1<<63:
			out[n-1].hi = r.hi
		default:
			out = append(out, r)
		}
	}
	s.runs = out
}

// Jump tables pay off for this many runs, and when at least one entry in maxSparse is used. Few cases are
// tested one after the other.
const (
	minTable         = 8
	maxSparse        = 3
	maxLinear        = 3
	maxLinearStrings = 4
)

func (b *builder) searchInts(s *intSearch) {
	s.prepare()
	b.searchRuns(s, s.runs)
}

func (b *builder) searchRuns(s *intSearch, runs []intRun) {
	switch {
	case len(runs) <= maxLinear:
		for _, r := range runs {
			next := b.newBlock()
			b.branch(b.inRun(s, r), r.body, next, ssa.Unknown)
			b.next(next)
		}
		b.jump(s.none)
	case tableFits(runs):
		b.jumpTable(s, runs)
	default:
		mid := len(runs) / 2
		op := ssa.OpLt
		if s.unsigned {
			op = ssa.OpLtU
		}
		low, high := b.newBlock(), b.newBlock()
		b.branch(b.op(op, ssa.Bool, s.x, b.constInt(s.x.Type, runs[mid].lo)), low, high, ssa.Unknown)
		b.next(low)
		b.searchRuns(s, runs[:mid])
		b.next(high)
		b.searchRuns(s, runs[mid:])
	}
}

// inRun tests membership: x == lo, or x-lo <= hi-lo without sign.
func (b *builder) inRun(s *intSearch, r intRun) *ssa.Value {
	lo := b.constInt(s.x.Type, r.lo)
	if r.lo == r.hi {
		return b.op(ssa.OpEq, ssa.Bool, s.x, lo)
	}
	d := b.op(ssa.OpSub, s.x.Type, s.x, lo)
	return b.op(ssa.OpLeU, ssa.Bool, d, b.constInt(s.x.Type, extendConst(r.hi-r.lo, s.x.Type, false)))
}

func tableFits(runs []intRun) bool {
	span := uint64(runs[len(runs)-1].hi - runs[0].lo)
	return len(runs) >= minTable && span < uint64(len(runs)*maxSparse) && span < 1<<12
}

// jumpTable branches on x-lo, which is below the table's length.
func (b *builder) jumpTable(s *intSearch, runs []intRun) {
	lo, hi := runs[0].lo, runs[len(runs)-1].hi
	d := b.op(ssa.OpSub, s.x.Type, s.x, b.constInt(s.x.Type, lo))
	if s.x.Type.Size() < 8 {
		d = b.op(ssa.OpZeroExt, ssa.I64, d)
	}
	table := b.newBlock()
	b.branch(b.op(ssa.OpLeU, ssa.Bool, d, b.constInt(ssa.I64, hi-lo)), table, s.none, ssa.Unknown)
	b.next(table)
	if b.cur == nil {
		return
	}
	table.Kind = ssa.BlockSwitch
	table.Pos = b.at
	table.SetControls(d)
	next := 0
	for v := lo; ; v++ {
		if runs[next].hi < v && next+1 < len(runs) {
			next++
		}
		if v >= runs[next].lo {
			table.AddEdge(runs[next].body)
		} else {
			table.AddEdge(s.none)
		}
		if v == hi {
			break
		}
	}
	b.cur = nil
}

// searchStrings splits by length first, then compares contents.
func (b *builder) searchStrings(tag val, cases []constCase, none *ssa.Block) {
	if len(cases) <= maxLinearStrings {
		for _, c := range cases {
			b.setPos(c.pos)
			next := b.newBlock()
			b.branch(b.equalString(tag, b.stringConst(constant.StringVal(c.v), tString)), c.body, next, ssa.Unknown)
			b.next(next)
		}
		b.jump(none)
		return
	}
	byLen := map[int64][]constCase{}
	search := intSearch{x: tag.s[1], none: none}
	blocks := map[int64]*ssa.Block{}
	for _, c := range cases {
		n := int64(len(constant.StringVal(c.v)))
		if byLen[n] == nil {
			blocks[n] = b.newBlock()
			search.add(n, blocks[n])
		}
		byLen[n] = append(byLen[n], c)
	}
	b.searchInts(&search)
	for _, run := range search.runs {
		b.next(run.body)
		b.searchSameLength(tag, byLen[run.lo], none)
	}
}

// searchSameLength finds a string among those of its length: by the byte that
// tells most of them apart when there are many.
func (b *builder) searchSameLength(tag val, cases []constCase, none *ssa.Block) {
	n := int64(len(constant.StringVal(cases[0].v)))
	if at := bestByte(cases, n); len(cases) > maxLinearStrings && at >= 0 {
		c := b.opI(ssa.OpLoad, ssa.I8, at, tag.s[0])
		search := intSearch{x: c, unsigned: true, none: none}
		groups := map[int64][]constCase{}
		for _, k := range cases {
			v := int64(int8(constant.StringVal(k.v)[at]))
			if groups[v] == nil {
				search.add(v, b.newBlock())
			}
			groups[v] = append(groups[v], k)
		}
		b.searchInts(&search)
		for _, run := range search.runs {
			b.next(run.body)
			b.searchSameLength(tag, groups[run.lo], none)
		}
		return
	}
	for _, c := range cases {
		b.setPos(c.pos)
		next := b.newBlock()
		b.branch(b.sameBytes(tag, b.stringConst(constant.StringVal(c.v), tString), n), c.body, next, ssa.Unknown)
		b.next(next)
	}
	b.jump(none)
}

// sameBytes compares strings known to be of length n.
func (b *builder) sameBytes(x, y val, n int64) *ssa.Value {
	if n == 0 {
		return b.constInt(ssa.Bool, 1)
	}
	if n <= maxInlineCompare {
		return b.memEqConst(x.s[0], y.s[0], n)
	}
	return b.rt("memequal", x.s[0], y.s[0], b.constInt(ssa.I64, n))[0]
}

// bestByte is the index at which the strings, all of length n, have most values; -1 if all are equal everywhere.
func bestByte(cases []constCase, n int64) int64 {
	best, most := int64(-1), 1
	for i := int64(0); i < n; i++ {
		seen := map[byte]bool{}
		for _, c := range cases {
			seen[constant.StringVal(c.v)[i]] = true
		}
		if len(seen) > most {
			best, most = i, len(seen)
		}
	}
	return best
}
