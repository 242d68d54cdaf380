package ssa

import (
	"errors"
	"fmt"
)

// Verify checks the laws of the package on f: edges match, arguments dominate
// uses, types fit operations, use counts are right. It returns every breach found.
func Verify(f *Func) error {
	c := &checker{f: f, where: make([]*Block, f.NumValues()), index: make([]int32, f.NumValues())}
	c.blocks()
	if len(c.errs) == 0 {
		c.values()
	}
	if len(c.errs) == 0 {
		return nil
	}
	return errors.Join(c.errs...)
}

type checker struct {
	f     *Func
	where []*Block // block of a value by ID
	index []int32
	uses  map[*Value]int32
	errs  []error
}

func (c *checker) fail(format string, args ...any) {
	if len(c.errs) < 10 {
		c.errs = append(c.errs, fmt.Errorf("%s: "+format, append([]any{c.f.Name}, args...)...))
	}
}

var blockShape = map[BlockKind]struct{ succs, controls int }{
	BlockJump: {1, 0}, BlockIf: {2, 1}, BlockSwitch: {-1, 1}, BlockRet: {0, -1},
	BlockUnreachable: {0, 0}, BlockDefer: {2, 0}, BlockTailCall: {0, -1},
}

func (c *checker) blocks() {
	f := c.f
	if f.Entry == nil || len(f.Entry.Preds) != 0 {
		c.fail("entry missing or with predecessors")
		return
	}
	for _, b := range f.Blocks {
		shape, ok := blockShape[b.Kind]
		if !ok {
			c.fail("%s has kind %s", b, b.Kind)
			continue
		}
		if shape.succs >= 0 && len(b.Succs) != shape.succs || shape.controls >= 0 && len(b.Controls) != shape.controls {
			c.fail("%s: %s with %d successors, %d controls", b, b.Kind, len(b.Succs), len(b.Controls))
		}
		if b.Kind == BlockRet && f.ABI != nil && len(b.Controls) != len(f.ABI.Out) {
			c.fail("%s returns %d components, the signature has %d", b, len(b.Controls), len(f.ABI.Out))
		}
		c.edges(b)
		c.define(b)
	}
}

// edges checks that successor and predecessor lists agree, counting duplicates.
func (c *checker) edges(b *Block) {
	for _, s := range b.Succs {
		if count(b.Succs, s) != count(s.Preds, b) {
			c.fail("edge %s -> %s: successor and predecessor lists disagree", b, s)
		}
	}
	for _, p := range b.Preds {
		if count(p.Succs, b) != count(b.Preds, p) {
			c.fail("edge %s -> %s: predecessor and successor lists disagree", p, b)
		}
	}
}

func count(list []*Block, b *Block) (n int) {
	for _, x := range list {
		if x == b {
			n++
		}
	}
	return n
}

func (c *checker) define(b *Block) {
	phis := true
	for i, v := range b.Values {
		if v.Op != OpPhi {
			phis = false
		} else if !phis {
			c.fail("%s: phi %s behind other values", b, v)
		}
		if v.Block != b {
			c.fail("%s is in %s but says %v", v.Long(), b, v.Block)
		}
		if c.where[v.ID] != nil {
			c.fail("%s stands twice", v.Long())
		}
		c.where[v.ID], c.index[v.ID] = b, int32(i)
	}
}

func (c *checker) values() {
	c.uses = map[*Value]int32{}
	for _, b := range c.f.Blocks {
		for i, v := range b.Values {
			c.value(b, i, v)
		}
		for _, v := range b.Controls {
			c.uses[v]++
			c.available(b, len(b.Values), v, "control of "+b.String())
		}
		if b.Kind == BlockIf && b.Controls[0].Type != Bool {
			c.fail("%s branches on %s", b, b.Controls[0].Long())
		}
	}
	for _, b := range c.f.Blocks {
		for _, v := range b.Values {
			if v.Uses != c.uses[v] {
				c.fail("%s has Uses %d, counted %d", v.Long(), v.Uses, c.uses[v])
			}
		}
	}
}

func (c *checker) value(b *Block, i int, v *Value) {
	info := v.Op.Info()
	if v.Op == OpInvalid || info.Name == "" {
		c.fail("%s: invalid op %d in %s", v, v.Op, b)
		return
	}
	if info.NArgs >= 0 && len(v.Args) != int(info.NArgs) {
		c.fail("%s has %d arguments, wants %d", v.Long(), len(v.Args), info.NArgs)
		return
	}
	if v.Op == OpPhi && len(v.Args) != len(b.Preds) {
		c.fail("%s has %d arguments, %s %d predecessors", v.Long(), len(v.Args), b, len(b.Preds))
		return
	}
	for k, a := range v.Args {
		if a == nil {
			c.fail("%s: argument %d is nil", v.Long(), k)
			return
		}
		c.uses[a]++
		if v.Op == OpPhi {
			p := b.Preds[k]
			c.available(p, len(p.Values), a, v.Long())
		} else {
			c.available(b, i, a, v.Long())
		}
	}
	if info.Types != nil {
		if msg := info.Types(v); msg != "" {
			c.fail("%s in %s: %s", v.Long(), b, msg)
		}
	}
	if call, ok := v.Aux.(*Call); ok && v.Op.IsCall() {
		c.call(v, call)
	}
}

func (c *checker) call(v *Value, call *Call) {
	extra := 1
	if v.Op == OpCall {
		extra = 0
	}
	if call.ABI != nil && len(v.Args) != len(call.ABI.In)+extra {
		c.fail("%s has %d arguments, the signature %d", v.Long(), len(v.Args)-extra, len(call.ABI.In))
	}
}

// available checks that a is computed when control is before the i-th value of b.
func (c *checker) available(b *Block, i int, a *Value, user string) {
	d := c.where[a.ID]
	switch {
	case d == nil:
		c.fail("%s uses %s, which is in no block", user, a.Long())
	case !c.f.Reachable(b):
	case d == b:
		if int(c.index[a.ID]) >= i {
			c.fail("%s uses %s before it is computed", user, a.Long())
		}
	case !c.f.Reachable(d) || !c.f.Dominates(d, b):
		c.fail("%s in %s uses %s of %s, which does not dominate it", user, b, a.Long(), d)
	}
}
