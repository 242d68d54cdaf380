package analyze

import (
	"reflect"
	"testing"

	"strata/internal/wire"
	"strata/internal/wire/wiretest"
)

func TestCodec(t *testing.T) {
	var s Summary
	wiretest.Fill(&s)
	var e wire.Encoder
	s.Encode(&e)
	var d wire.Decoder
	d.Reset(e.Record())
	if got := DecodeSummary(&d); d.Err() != nil || !reflect.DeepEqual(got, &s) {
		t.Errorf("%v\n%+v\n%+v", d.Err(), got, s)
	}
}
