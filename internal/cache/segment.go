package cache

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"syscall"
	"unsafe"
)

// A segment is
//
//	magic, its own size, the number of inputs, of records, of slots, the size of the text, checksum of the head
//	inputs:  for each the position and length of its name in the text, and its sum
//	slots:   a hash table of record numbers + 1, open addressing by checksum of the name
//	records: for each the position and length of its name in the text, position and length of its data, checksum of both
//	text:    the names
//	data
//
// all numbers little-endian, positions from the start of the part. The head's checksum covers everything up to the data.
const (
	magic      = "strata\x00\x01"
	headSize   = len(magic) + 8 + 4*4 + 4
	inputSize  = 8 + SumSize
	slotSize   = 4
	recordSize = 4 + 4 + 8 + 4 + 4
)

// SumSize is the length of a Sum.
const SumSize = 32

// Sum is the checksum of an input.
type Sum [SumSize]byte

var table = crc32.MakeTable(crc32.Castagnoli)

var errSegment = errors.New("not a segment")

// segment is an open segment.
type segment struct {
	path    string
	inputs  map[string]Sum
	mask    uint32
	slots   []byte
	records []byte
	text    []byte
	data    []byte
}

// openRegular opens a file, unless it is a pipe or the like: nobody may be at the other end.
func openRegular(path string) (*os.File, os.FileInfo, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	st, err := f.Stat()
	if err == nil && !st.Mode().IsRegular() {
		err = errSegment
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, st, nil
}

// openSegment maps a segment and checks its head.
func openSegment(path string) (*segment, error) {
	f, st, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if st.Size() < int64(headSize) || st.Size() > 1<<40 {
		return nil, errSegment
	}
	b, err := syscall.Mmap(int(f.Fd()), 0, int(st.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	s, err := parseSegment(b)
	if err != nil {
		syscall.Munmap(b)
		return nil, err
	}
	s.path = path
	return s, nil
}

func parseSegment(b []byte) (*segment, error) {
	le := binary.LittleEndian
	if string(b[:len(magic)]) != magic || le.Uint64(b[len(magic):]) != uint64(len(b)) {
		return nil, errSegment
	}
	n := b[len(magic)+8:]
	inputs, records, slots, text := le.Uint32(n), le.Uint32(n[4:]), le.Uint32(n[8:]), le.Uint32(n[12:])
	sum := le.Uint32(n[16:])
	size := uint64(headSize) + uint64(inputs)*uint64(inputSize) + uint64(slots)*slotSize + uint64(records)*recordSize + uint64(text)
	if size > uint64(len(b)) || slots == 0 || slots&(slots-1) != 0 || records >= slots {
		return nil, errSegment
	}
	if headSum(b[:size]) != sum {
		return nil, errSegment
	}
	rest := b[headSize:]
	cut := func(n uint32, size int) []byte {
		part := rest[:int(n)*size]
		rest = rest[len(part):]
		return part
	}
	in := cut(inputs, inputSize)
	s := &segment{inputs: make(map[string]Sum, inputs), mask: slots - 1}
	s.slots, s.records, s.text = cut(slots, slotSize), cut(records, recordSize), cut(text, 1)
	s.data = rest
	for ; len(in) > 0; in = in[inputSize:] {
		s.inputs[s.name(in)] = Sum(in[8:inputSize])
	}
	return s, nil
}

// headSum is the checksum of everything before the data but the checksum itself.
func headSum(head []byte) uint32 {
	sum := crc32.Checksum(head[:headSize-4], table)
	return crc32.Update(sum, table, head[headSize:])
}

// name reads the name whose position and length stand at b.
func (s *segment) name(b []byte) string {
	at, n := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
	if uint64(at)+uint64(n) > uint64(len(s.text)) || n == 0 {
		return ""
	}
	return unsafe.String(&s.text[at], n)
}

// hash spreads names over slots.
func hash(name string) uint32 {
	return crc32.Checksum(unsafe.Slice(unsafe.StringData(name), len(name)), table)
}

// lookup finds a record, nil if there is none. A damaged record is an error.
func (s *segment) lookup(name string, h uint32) ([]byte, error) {
	for i := h & s.mask; ; i = (i + 1) & s.mask {
		n := binary.LittleEndian.Uint32(s.slots[i*slotSize:])
		if n == 0 {
			return nil, nil
		}
		if r := s.record(n - 1); r != nil && s.name(r) == name {
			return s.content(r)
		}
	}
}

func (s *segment) record(i uint32) []byte {
	if uint64(i+1)*recordSize > uint64(len(s.records)) {
		return nil
	}
	return s.records[i*recordSize : (i+1)*recordSize]
}

// content gives a record's data if they are as they were written.
func (s *segment) content(r []byte) ([]byte, error) {
	at, n := binary.LittleEndian.Uint64(r[8:]), uint64(binary.LittleEndian.Uint32(r[16:]))
	if at > uint64(len(s.data)) || n > uint64(len(s.data))-at {
		return nil, errSegment
	}
	data := s.data[at : at+n : at+n]
	if crc32.Checksum(data, table) != binary.LittleEndian.Uint32(r[20:]) {
		return nil, errSegment
	}
	return data, nil
}

// Record is a named piece of data.
type Record struct {
	Name string
	Data []byte
}

// writeSegment writes a segment to w. Names must differ.
func writeSegment(w io.Writer, inputs map[string]Sum, order []string, list []Record) error {
	le := binary.LittleEndian
	slots := 1
	for slots < len(list)*3/2+1 {
		slots *= 2
	}
	var text []byte
	putName := func(b []byte, name string) []byte {
		b = le.AppendUint32(b, uint32(len(text)))
		b = le.AppendUint32(b, uint32(len(name)))
		text = append(text, name...)
		return b
	}
	var in, records []byte
	for _, name := range order {
		sum := inputs[name]
		in = append(putName(in, name), sum[:]...)
	}
	hashed := make([]byte, slots*slotSize)
	size := 0
	for n, r := range list {
		i := int(hash(r.Name)) & (slots - 1)
		for le.Uint32(hashed[i*slotSize:]) != 0 {
			i = (i + 1) & (slots - 1)
		}
		le.PutUint32(hashed[i*slotSize:], uint32(n+1))
		records = putName(records, r.Name)
		records = le.AppendUint64(records, uint64(size))
		records = le.AppendUint32(records, uint32(len(r.Data)))
		records = le.AppendUint32(records, crc32.Checksum(r.Data, table))
		size += len(r.Data)
	}
	total := headSize + len(in) + len(hashed) + len(records) + len(text)
	head := make([]byte, 0, total)
	head = append(head, magic...)
	head = le.AppendUint64(head, uint64(total+size))
	for _, n := range []int{len(order), len(list), slots, len(text), 0} {
		head = le.AppendUint32(head, uint32(n))
	}
	for _, part := range [][]byte{in, hashed, records, text} {
		head = append(head, part...)
	}
	le.PutUint32(head[headSize-4:], headSum(head))
	if _, err := w.Write(head); err != nil {
		return err
	}
	for _, r := range list {
		if _, err := w.Write(r.Data); err != nil {
			return err
		}
	}
	return nil
}
