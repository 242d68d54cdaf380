package abi

import (
	"go/types"
	"reflect"
	"testing"

	"strata/internal/wire"
	"strata/internal/wire/wiretest"
)

func TestCodec(t *testing.T) {
	var s Signature
	wiretest.Fill(&s, reflect.TypeFor[types.Type]())
	for _, list := range [][]Param{s.Params, s.Results} {
		for i := range list {
			list[i].Name = "" // names and types are not kept
		}
	}
	var e wire.Encoder
	s.Encode(&e)
	var d wire.Decoder
	d.Reset(e.Record())
	if got := DecodeSignature(&d); d.Err() != nil || !reflect.DeepEqual(got, &s) {
		t.Errorf("%v\n%+v\n%+v", d.Err(), got, s)
	}
}
