package ssa

// Cutter takes a block apart from front to back and puts it together again in one or several pieces, so that each value moves
// once however many cuts there are. Its user takes values with Next or Skip and gives them, or others, back with Add. A value that is
// not given back is gone from the block's list. Values ahead still name the whole block as theirs.
type Cutter struct {
	Cur     *Block // the piece to which values are added
	whole   *Block
	ahead   []*Value
	end     *Block // from the first cut on: how control leaves the whole block, and where to
	results map[*Value][]*Value
}

// NewCutter begins with b.
func NewCutter(b *Block) *Cutter {
	c := &Cutter{Cur: b, whole: b, ahead: b.Values}
	b.Values = make([]*Value, 0, len(b.Values))
	return c
}

// Next takes the next value, nil at the end.
func (c *Cutter) Next() *Value {
	if len(c.ahead) == 0 {
		return nil
	}
	v := c.ahead[0]
	c.ahead = c.ahead[1:]
	return v
}

// Ahead lists the values that have not been taken yet.
func (c *Cutter) Ahead() []*Value { return c.ahead }

// Skip takes n values.
func (c *Cutter) Skip(n int) { c.ahead = c.ahead[n:] }

// Add appends values to the current piece.
func (c *Cutter) Add(vs ...*Value) {
	for _, v := range vs {
		v.Block = c.Cur
	}
	c.Cur.Values = append(c.Cur.Values, vs...)
}

// Cut ends the current piece. It returns that, without an end, and the new current piece, to which nothing leads yet.
func (c *Cutter) Cut() (done, rest *Block) {
	done = c.Cur
	if c.end == nil {
		c.end = &Block{Kind: done.Kind, Likely: done.Likely, Aux: done.Aux, Pos: done.Pos, Controls: done.Controls, Succs: done.Succs}
	}
	rest = done.Func.NewBlock(c.end.Kind)
	rest.Likely, rest.Aux, rest.Pos, rest.Cold, rest.Freq = c.end.Likely, c.end.Aux, c.end.Pos, done.Cold, done.Freq
	done.Aux, done.Controls, done.Succs = nil, nil, nil
	c.Cur = rest
	return done, rest
}

// Results lists the OpResults of a call among the block's values, in order. It must be asked before any of them changes.
func (c *Cutter) Results(call *Value) []*Value {
	if c.results == nil {
		c.results = map[*Value][]*Value{}
		for _, v := range c.ahead {
			if v.Op == OpResult {
				c.results[v.Args[0]] = append(c.results[v.Args[0]], v)
			}
		}
	}
	return c.results[call]
}

// Finish adds what has not been taken, and gives the last piece the whole block's end.
func (c *Cutter) Finish() {
	c.Add(c.ahead...)
	c.ahead = nil
	if c.end == nil {
		return
	}
	c.Cur.Controls, c.Cur.Succs = c.end.Controls, c.end.Succs
	// The k-th edge to a block is the k-th predecessor that names this block, so all are renamed in order.
	for _, s := range c.Cur.Succs {
		for j, p := range s.Preds {
			if p == c.whole {
				s.Preds[j] = c.Cur
			}
		}
	}
}
