package object

import (
	"reflect"
	"testing"

	"strata/internal/wire"
	"strata/internal/wire/wiretest"
)

func TestCodec(t *testing.T) {
	var full Symbol
	wiretest.Fill(&full)
	for _, s := range []*Symbol{&full, {Name: "empty"}, {Name: "f", Func: &FuncInfo{}}} {
		var e wire.Encoder
		s.Encode(&e)
		var d wire.Decoder
		d.Reset(e.Record())
		got := DecodeSymbol(&d, s.Name)
		if err := d.Err(); err != nil {
			t.Error(err)
		}
		if !reflect.DeepEqual(got, s) {
			t.Errorf("%s:\n%+v\n%+v\n%+v\n%+v", s.Name, got, s, got.Func, s.Func)
		}
	}
}
