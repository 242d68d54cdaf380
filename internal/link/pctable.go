package link

import (
	"encoding/binary"

	"strata/internal/object"
)

// Tables over program counters in Go's encoding: pairs (zigzag varint of the
// value's change, uvarint of the length in bytes) that start from value -1 and
// end with a zero byte. A change of 0 can only stand first.

// pcRange is a range of equal values that ends at pc.
type pcRange struct {
	end, value int32
}

// pcWriter collects ranges, merging neighbours of one value.
type pcWriter struct {
	ranges []pcRange
	at     int32 // end of the last range
	value  int32 // in force from at on
}

// set says that value holds from pc on.
func (w *pcWriter) set(pc, value int32) {
	w.extend(pc)
	w.value = value
}

func (w *pcWriter) extend(pc int32) {
	if pc <= w.at {
		return
	}
	if n := len(w.ranges); n > 0 && w.ranges[n-1].value == w.value {
		w.ranges[n-1].end = pc
	} else {
		w.ranges = append(w.ranges, pcRange{pc, w.value})
	}
	w.at = pc
}

// finish returns the table of a function of that size; nil if the value is -1 throughout.
func (w *pcWriter) finish(size int32) []byte {
	w.extend(size)
	var b []byte
	if n := len(w.ranges); n > 0 && !(n == 1 && w.ranges[0].value == -1) {
		pc, value := int32(0), int32(-1)
		for _, r := range w.ranges {
			d := r.value - value
			b = binary.AppendUvarint(b, uint64(uint32(d<<1)^uint32(d>>31)))
			b = binary.AppendUvarint(b, uint64(r.end-pc))
			pc, value = r.end, r.value
		}
		b = append(b, 0)
	}
	*w = pcWriter{ranges: w.ranges[:0], value: -1}
	return b
}

// table encodes rows, with values put through conv.
func (w *pcWriter) table(rows []object.PCValue, size int32, conv func(int32) int32) []byte {
	for _, r := range rows {
		v := r.Value
		if conv != nil {
			v = conv(v)
		}
		w.set(r.PC, v)
	}
	return w.finish(size)
}
