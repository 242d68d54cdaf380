package link

import (
	"encoding/binary"
	"fmt"
	"math"
	"sync"

	"strata/internal/object"
	"strata/internal/rtcall"
)

// Relocation. Every symbol's bytes are copied into its section and patched
// there, in parallel by ranges of symbols: each writes only its own bytes.
// Text between functions is filled with what stops whoever comes there.

func (l *linker) relocate() error {
	s := &l.sects
	patched := []*section{s.rodata, s.types, s.noptrdata, s.data}
	if l.in.Wasm == nil {
		l.fillText()
		patched = append(patched, s.text)
	}
	var mu sync.Mutex
	var first error
	var firstName string
	report := func(n *node, err error) {
		mu.Lock()
		defer mu.Unlock()
		if first == nil || n.name < firstName { // the same error whatever runs first
			first, firstName = err, n.name
		}
	}
	for _, sec := range patched {
		l.parallel(len(sec.nodes), 256, func(lo, hi int) {
			for _, n := range sec.nodes[lo:hi] {
				out := sec.data[n.addr-sec.addr:]
				copy(out, n.sym.Data)
				if err := l.patch(n, out); err != nil {
					report(n, err)
				}
			}
		})
	}
	return first
}

func (l *linker) fillText() {
	t := l.sects.text
	filler := l.in.Arch.Filler
	at := t.addr
	for _, n := range t.nodes {
		for ; at < n.addr; at++ {
			t.data[at-t.addr] = filler
		}
		at = n.addr + uint64(textSize(n.sym))
	}
}

// patch applies the relocations of n to its bytes.
func (l *linker) patch(n *node, out []byte) error {
	for i := range n.sym.Relocs {
		r := &n.sym.Relocs[i]
		var t *node
		if i < len(n.targets) {
			t = n.targets[i]
		}
		if err := l.patchOne(n, t, r, out); err != nil {
			return fmt.Errorf("link: %s+%#x: %s: %w", n.name, r.Off, r.Target, err)
		}
	}
	return nil
}

// errRange says that a target is too far away for the field.
var errRange = fmt.Errorf("value does not fit the relocated field")

func (l *linker) patchOne(n, t *node, r *object.Reloc, out []byte) error {
	size := 4
	switch r.Kind {
	case object.UseIface, object.UseIfaceMethod, object.UseNamedMethod, object.Keep:
		return nil
	case object.Abs64, object.MethodAbs64:
		size = 8
	}
	if r.Off < 0 || int64(r.Off)+int64(size) > max(n.sym.Size, int64(len(n.sym.Data))) {
		return fmt.Errorf("relocation outside of the symbol's %d bytes", n.sym.Size)
	}
	addr, present := l.address(t)
	field := out[r.Off:]
	var v int64
	switch r.Kind {
	case object.Abs64:
		binary.LittleEndian.PutUint64(field, addr+uint64(r.Add))
		return nil
	case object.MethodAbs64:
		if !present {
			addr = l.unreachable()
		}
		binary.LittleEndian.PutUint64(field, addr+uint64(r.Add))
		return nil
	case object.Abs32:
		v = int64(addr) + r.Add
		if v < 0 || v > math.MaxUint32 {
			return errRange
		}
		binary.LittleEndian.PutUint32(field, uint32(v))
		return nil
	case object.PCRel32, object.Call32:
		v = int64(addr) + r.Add - int64(n.addr+uint64(r.Off)+4)
	case object.TypeOff, object.WeakTypeOff, object.MethodTypeOff:
		if present {
			v = int64(addr) + r.Add - int64(l.sects.types.addr)
		}
	case object.TextOff:
		v = int64(addr) + r.Add - int64(l.sects.text.addr)
	case object.MethodOff:
		v = -1
		if present {
			v = int64(addr) + r.Add - int64(l.sects.text.addr)
		}
	case object.SecRel32:
		if t != nil && t.sect != nil {
			v = int64(addr) + r.Add - int64(t.sect.addr)
		}
	default:
		if r.Kind >= object.MachineReloc && l.in.Arch.Relocate != nil {
			if !l.in.Arch.Relocate(r.Kind, field, n.addr+uint64(r.Off), addr+uint64(r.Add)) {
				return errRange
			}
			return nil
		}
		return fmt.Errorf("unknown relocation kind %d", r.Kind)
	}
	if v != int64(int32(v)) {
		return errRange
	}
	binary.LittleEndian.PutUint32(field, uint32(v))
	return nil
}

// address returns where a target is; present is false for what reachability
// has dropped and for weak symbols that nobody defines: address 0.
func (l *linker) address(t *node) (addr uint64, present bool) {
	if t == nil || !t.reached {
		return 0, false
	}
	if t.sect != nil {
		return t.addr, true
	}
	if at := linkerMade[t.name]; at != nil {
		return at(&l.sects), true
	}
	return 0, false
}

// unreachable is what dropped entries of itabs hold: not 0, since that marks
// the end of a table that was found lacking a method.
func (l *linker) unreachable() uint64 {
	if n := l.reach.nodes[rtcall.Unreachable]; n != nil && n.sect != nil {
		return n.addr
	}
	return 1
}
