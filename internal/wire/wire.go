// Package wire writes and reads the compact records that the build cache keeps: variable-length integers,
// and strings that a record holds once, however often it mentions them.
//
// A record is self-contained, so records may be copied from file to file without being understood. Strings
// and bytes that a Decoder returns share the record's memory, which must not change.
package wire

import (
	"encoding/binary"
	"errors"
	"slices"
	"unsafe"
)

// Encoder builds one record.
type Encoder struct {
	body    []byte
	strings []string
	index   map[string]int
}

// Uint appends a number.
func (e *Encoder) Uint(v uint64) { e.body = binary.AppendUvarint(e.body, v) }

// Int appends a number that may be negative.
func (e *Encoder) Int(v int64) { e.body = binary.AppendVarint(e.body, v) }

// Bool appends a truth value.
func (e *Encoder) Bool(v bool) {
	b := byte(0)
	if v {
		b = 1
	}
	e.body = append(e.body, b)
}

// Len appends the length of a list, and whether it is nil.
func (e *Encoder) Len(n int, isNil bool) {
	if isNil {
		n = -1
	}
	e.Uint(uint64(n + 1))
}

// Bytes appends bytes.
func (e *Encoder) Bytes(b []byte) {
	e.Len(len(b), b == nil)
	e.body = append(e.body, b...)
}

// String appends a string.
func (e *Encoder) String(s string) {
	i, ok := e.index[s]
	if !ok {
		if e.index == nil {
			e.index = map[string]int{}
		}
		i = len(e.strings)
		e.strings = append(e.strings, s)
		e.index[s] = i
	}
	e.Uint(uint64(i))
}

// Record gives the finished record and empties e.
func (e *Encoder) Record() []byte {
	out := binary.AppendUvarint(nil, uint64(len(e.strings)))
	for _, s := range e.strings {
		out = binary.AppendUvarint(out, uint64(len(s)))
		out = append(out, s...)
	}
	out = append(out, e.body...)
	e.body, e.strings = e.body[:0], e.strings[:0]
	clear(e.index)
	return out
}

// ErrCorrupt says that a record is not what an Encoder wrote.
var ErrCorrupt = errors.New("wire: corrupt record")

// Decoder reads a record. After the first fault all it gives are zeros; Err tells.
type Decoder struct {
	rest    []byte
	strings []string
	bad     bool
}

// Reset starts on a record.
func (d *Decoder) Reset(record []byte) {
	d.rest, d.bad, d.strings = record, false, d.strings[:0]
	n := d.length(d.Uint(), 1)
	d.strings = slices.Grow(d.strings, n)
	for range n {
		b := d.take(d.length(d.Uint(), 1))
		d.strings = append(d.strings, unsafe.String(unsafe.SliceData(b), len(b)))
	}
}

// Err is ErrCorrupt if something was wrong with the record so far.
func (d *Decoder) Err() error {
	if d.bad {
		return ErrCorrupt
	}
	return nil
}

func (d *Decoder) fail() {
	d.bad, d.rest = true, nil
}

// length checks a count of things that take at least size bytes each.
func (d *Decoder) length(n uint64, size int) int {
	if n > uint64(len(d.rest)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *Decoder) take(n int) []byte {
	if n > len(d.rest) {
		d.fail()
		return nil
	}
	b := d.rest[:n:n]
	d.rest = d.rest[n:]
	return b
}

// Uint reads a number.
func (d *Decoder) Uint() uint64 {
	if len(d.rest) > 0 && d.rest[0] < 0x80 {
		v := d.rest[0]
		d.rest = d.rest[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// Int reads a number that may be negative.
func (d *Decoder) Int() int64 {
	u := d.Uint()
	return int64(u>>1) ^ -int64(u&1)
}

// Bool reads a truth value.
func (d *Decoder) Bool() bool { return d.Uint() != 0 }

// Len reads the length of a list whose elements take at least one byte each.
func (d *Decoder) Len() (n int, isNil bool) {
	u := d.Uint()
	if u == 0 {
		return 0, true
	}
	return d.length(u-1, 1), false
}

// Bytes reads bytes.
func (d *Decoder) Bytes() []byte {
	n, isNil := d.Len()
	if isNil {
		return nil
	}
	return d.take(n)
}

// String reads a string.
func (d *Decoder) String() string {
	i := d.Uint()
	if i >= uint64(len(d.strings)) {
		d.fail()
		return ""
	}
	return d.strings[i]
}

// List reads a list.
func List[T any](d *Decoder, read func(*T)) []T {
	n, isNil := d.Len()
	if isNil {
		return nil
	}
	list := make([]T, n)
	for i := range list {
		read(&list[i])
	}
	return list
}

// PutList appends a list.
func PutList[T any](e *Encoder, list []T, put func(*T)) {
	e.Len(len(list), list == nil)
	for i := range list {
		put(&list[i])
	}
}
