package cache

import (
	"bytes"
	"os"
	"sync/atomic"
)

// Group is a segment by itself, for those who say in its name what it was made from. It is safe for concurrent use.
type Group struct {
	seg     *segment
	damaged atomic.Bool
}

// EncodeGroup makes the content of a group's file. Names must differ.
func EncodeGroup(list []Record) ([]byte, error) {
	var b bytes.Buffer
	err := writeSegment(&b, nil, nil, list)
	return b.Bytes(), err
}

// OpenGroup opens a group's file; nil if there is none. A damaged one is removed.
func OpenGroup(path string) *Group {
	seg, err := openSegment(path)
	if err == errSegment {
		os.Remove(path)
	}
	if err != nil {
		return nil
	}
	return &Group{seg: seg}
}

// Len is the number of records.
func (g *Group) Len() int { return len(g.seg.records) / recordSize }

// Name is the name of a record.
func (g *Group) Name(i int) string { return g.seg.name(g.seg.record(uint32(i))) }

// Content gives a record's data, nil if they are not as they were written: then the group is damaged, and removed.
func (g *Group) Content(i int) []byte {
	data, err := g.seg.content(g.seg.record(uint32(i)))
	if err != nil {
		g.damaged.Store(true)
		os.Remove(g.seg.path)
		return nil
	}
	return data
}

// Damaged says whether a record that was read was not as it was written.
func (g *Group) Damaged() bool { return g.damaged.Load() }
