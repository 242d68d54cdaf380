package ssa

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

// randomBody makes a function whose blocks and values have fields of all kinds, references forwards and backwards, and IDs out of order.
func randomBody(seed uint64) *Func {
	r := rand.New(rand.NewPCG(seed, 1))
	f := &Func{Name: "f"}
	slot := f.NewSlot("s", 8, 8, nil)
	auxes := []any{nil, nil, "symbol", slot, &AllocInfo{Name: "a"}, &MemType{Size: 3}, &Call{Sym: "g"}}
	place := func() Pos { return Pos{P: 1000 + 1<<r.IntN(20), Inl: int32(r.IntN(3))} }
	for range 1 + r.IntN(6) {
		b := f.NewBlock(BlockKind(1 + r.IntN(7)))
		b.Likely, b.Cold, b.Freq, b.Pos = Likely(r.IntN(3)-1), r.IntN(2) == 0, r.Int64N(1<<40), place()
		if r.IntN(4) == 0 {
			b.Aux = &Call{Sym: "tail"}
		}
		for range r.IntN(8) {
			b.NewValueA(Op(1+r.IntN(150)), Type(r.IntN(12)), place(), int64(r.Uint64())>>r.IntN(64), auxes[r.IntN(len(auxes))])
		}
	}
	var all []*Value
	for _, b := range f.Blocks {
		r.Shuffle(len(b.Values), func(i, j int) { b.Values[i], b.Values[j] = b.Values[j], b.Values[i] })
		all = append(all, b.Values...)
	}
	f.nextValue += 3 // values that are gone
	pick := func(n int) (list []*Value) {
		if len(all) > 0 {
			for range r.IntN(n + 1) {
				list = append(list, all[r.IntN(len(all))])
			}
		}
		return list
	}
	for _, v := range all {
		v.AddArgs(pick(3)...)
	}
	for _, b := range f.Blocks {
		if list := pick(5); list != nil {
			b.SetControls(list...)
		}
		for range r.IntN(3) {
			b.AddEdge(f.Blocks[r.IntN(len(f.Blocks))])
		}
	}
	f.Entry = f.Blocks[r.IntN(len(f.Blocks))]
	if r.IntN(2) == 0 {
		f.Recover = f.Blocks[r.IntN(len(f.Blocks))]
	}
	for _, b := range f.Blocks { // an empty list and none are the same
		if len(b.Values) == 0 {
			b.Values = nil
		}
	}
	return f
}

func TestPack(t *testing.T) {
	for seed := range uint64(300) {
		f, want := randomBody(seed), randomBody(seed)
		equal := func(when string) {
			t.Helper()
			if !reflect.DeepEqual(f, want) {
				t.Fatalf("seed %d, %s:\n%v\nwant\n%v", seed, when, f, want)
			}
		}
		f.Pack()
		if f.Blocks != nil || f.Entry != nil {
			t.Fatal("a packed function has its body")
		}
		f.Read(func() {
			if f.NumValues() != want.NumValues() || len(f.Blocks) != len(want.Blocks) {
				t.Fatalf("seed %d: the body that is read is another", seed)
			}
		})
		if f.Blocks != nil {
			t.Fatal("reading unpacked the function")
		}
		g := f.Unpacked()
		f.Unpack()
		equal("unpacked")
		f.Unpack()
		equal("unpacked twice")
		for _, b := range g.Blocks {
			if b.Func != g {
				t.Fatal("a copy's block belongs to another function")
			}
		}
		f = g
		equal("a copy")
	}
}

// A value with more arguments than fit into it, as large phis have.
func TestPackManyArgs(t *testing.T) {
	f := &Func{Name: "f"}
	b := f.NewBlock(BlockRet)
	f.Entry = b
	var args []*Value
	for range 200 {
		args = append(args, b.NewValue(OpConst, I64, Pos{}))
	}
	b.NewValue(OpPhi, I64, Pos{}, args...)
	want := f.String()
	f.Pack()
	f.Unpack()
	if f.String() != want {
		t.Errorf("%v\nwant\n%s", f, want)
	}
	for _, v := range f.Blocks[0].Values[:200] {
		if v.Uses != 1 {
			t.Fatalf("v%d has %d uses", v.ID, v.Uses)
		}
	}
}
