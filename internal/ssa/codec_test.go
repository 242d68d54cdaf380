package ssa

import (
	"go/token"
	"go/types"
	"reflect"
	"testing"

	"strata/internal/abi"
	"strata/internal/wire"
	"strata/internal/wire/wiretest"
)

// offsets is a Positions whose positions are offsets.
type offsets struct{}

func (offsets) File(p token.Pos) (string, int)        { return "file", int(p) }
func (offsets) Pos(name string, offset int) token.Pos { return token.Pos(offset) }

func TestCodec(t *testing.T) {
	f := &Func{}
	wiretest.Fill(f, reflect.TypeFor[types.Type](), reflect.TypeFor[*Block](), reflect.TypeFor[[]*Block](),
		reflect.TypeFor[*abi.Signature](), reflect.TypeFor[*Slot](), reflect.TypeFor[[]*Slot]())
	f.ABI = &abi.Signature{}
	slot := f.NewSlot("", 0, 0, nil)
	wiretest.Fill(slot)
	slot.ID = 0
	f.OpenDeferBits, f.OpenDeferSlots = slot, []*Slot{slot}
	for i := range f.Vars {
		f.Vars[i].Slot = slot
	}
	auxes := []any{nil, "symbol", slot, &AllocInfo{}, &MemType{}, &Call{}}
	wiretest.Fill(auxes[3])
	wiretest.Fill(auxes[4])
	skipped := []reflect.Type{reflect.TypeFor[any](), reflect.TypeFor[*abi.Signature](), reflect.TypeFor[[]*Slot]()}
	call := auxes[5].(*Call)
	wiretest.Fill(call, skipped...)
	call.ABI, call.ResultSlots = f.ABI, []*Slot{slot}

	entry, last := f.NewBlock(BlockIf), f.NewBlock(BlockTailCall)
	f.Entry, f.Recover = entry, last
	wiretest.Fill(&entry.Pos)
	entry.Likely, entry.Cold, entry.Freq, last.Aux = Taken, true, 7, call
	entry.AddEdge(last)
	entry.AddEdge(last)
	var args []*Value
	for i, aux := range auxes {
		v := entry.NewValueA(Op(10+i), I64, entry.Pos, int64(100+i), aux, args...)
		args = append(args, v)
	}
	entry.SetControls(args[1])
	last.SetControls(args...)

	var e wire.Encoder
	f.Encode(&e, offsets{})
	record := e.Record()
	var d wire.Decoder
	d.Reset(record)
	got, err := DecodeFunc(&d, offsets{})
	if err != nil || !reflect.DeepEqual(got, f) {
		t.Errorf("%v\n%+v\n%v\n%+v\n%v", err, got, got, f, f)
	}
	for i := range record {
		d.Reset(record[:i])
		if _, err := DecodeFunc(&d, offsets{}); err == nil {
			t.Fatalf("no error for the first %d of %d bytes", i, len(record))
		}
	}
}
