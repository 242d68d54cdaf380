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
	e.Uint(uint64(f.Heap))
	for _, to := range f.To {
		e.Uint(to)
	}
	e.Bool(f.Hidden)
	e.Uint(uint64(f.Writes))
}

func (f *Flow) decode(d *wire.Decoder) {
	f.Heap = uint8(d.Uint())
	for i := range f.To {
		f.To[i] = d.Uint()
	}
	f.Hidden = d.Bool()
	f.Writes = uint8(d.Uint())
}
