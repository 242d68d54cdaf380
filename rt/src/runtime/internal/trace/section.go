//go:build strata

package trace

import (
	"internal/trace/tracev2"
	"runtime/internal/task"
	"unsafe"
)

const noThread = ^uint64(0)

// A Section writes batches that belong to no thread: tables, clocks.
type Section struct {
	gen  uint64
	kind tracev2.EventType
	b    uintptr
}

// NewSection begins batches of a kind in generation g.
func NewSection(g uint64, kind tracev2.EventType) *Section { return &Section{gen: g, kind: kind} }

// Record adds an event with its arguments, and a trailing string where the event has one.
func (s *Section) Record(ev tracev2.EventType, args []uint64, text string) {
	b := s.room(1 + maxUvarint*uintptr(len(args)) + uintptr(len(text)))
	b.byte(byte(ev))
	for _, a := range args {
		b.uvarint(a)
	}
	b.bytes(unsafe.Pointer(unsafe.StringData(text)), uintptr(len(text)))
}

// room returns a block with room for n bytes.
func (s *Section) room(n uintptr) *block {
	if s.b != 0 && !blockAt(s.b).has(n) {
		s.Close()
	}
	if s.b == 0 {
		b := newBlock()
		b.thread, b.time = noThread, uint64(task.Nanotime())
		b.byte(byte(s.kind))
		s.b = uintptr(unsafe.Pointer(b))
	}
	return blockAt(s.b)
}

// Close hands over what has been written.
func (s *Section) Close() {
	if s.b == 0 {
		return
	}
	b := blockAt(s.b)
	s.b = 0
	b.seal(s.gen)
	push(b, s.gen)
}

// PushEnd marks the end of generation g for readers of the trace.
func PushEnd(g uint64) {
	b := newBlock()
	b.byte(byte(tracev2.EvEndOfGeneration))
	push(b, g)
}
