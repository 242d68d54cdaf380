package reuse

import "strata/internal/wire"

// An answer is a result with the inputs that it was made from: it holds as long as they are the same.

// LoadAnswer finds an answer and tells whether it still holds. The inputs are given with it.
func LoadAnswer(s *Store, k Key) (in *Inputs, data []byte, ok bool) {
	record := s.Get(k)
	if record == nil {
		return nil, nil, false
	}
	var d wire.Decoder
	d.Reset(record)
	data = d.Bytes()
	in = DecodeInputs(&d)
	if d.Err() != nil || !in.Same() {
		return nil, nil, false
	}
	return in, data, true
}

// SaveAnswer keeps an answer, unless its inputs have changed since the work began.
func SaveAnswer(s *Store, k Key, in *Inputs, data []byte) error {
	if s == nil {
		return nil
	}
	var e wire.Encoder
	e.Bytes(data)
	if err := in.Encode(&e); err != nil {
		return err
	}
	return s.Put(k, e.Record())
}
