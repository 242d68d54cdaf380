package analyze

import "strata/internal/wire"

// Encode appends a summary.
func (s *Summary) Encode(e *wire.Encoder) {
	wire.PutList(e, s.In, func(f *Flow) { f.encode(e) })
	s.Context.encode(e)
}

// DecodeSummary reads what Encode wrote.
func DecodeSummary(d *wire.Decoder) *Summary {
	s := &Summary{In: wire.List(d, func(f *Flow) { f.decode(d) })}
	s.Context.decode(d)
	return s
}

func (f *Flow) encode(e *wire.Encoder) {
	e.Bool(f.Escapes)
	e.Bool(f.ContentEscapes)
	e.Bool(f.DeepEscapes)
	e.Uint(f.ToResult)
	e.Uint(f.ContentTo)
	e.Uint(f.DeepTo)
	e.Bool(f.Hidden)
}

func (f *Flow) decode(d *wire.Decoder) {
	*f = Flow{
		Escapes: d.Bool(), ContentEscapes: d.Bool(), DeepEscapes: d.Bool(),
		ToResult: d.Uint(), ContentTo: d.Uint(), DeepTo: d.Uint(), Hidden: d.Bool(),
	}
}
