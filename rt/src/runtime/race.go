//go:build strata

package runtime

import (
	"internal/abi"
	"internal/runtime/sys"
	"runtime/internal/race"
	"runtime/internal/task"
	"unsafe"
)

// What channels tell the race detector. A send comes before its receive, the n-th receive from a channel with room for n values before the
// send that uses its slot again, and a close before the receives that see it.

// raceAddr is where operations on the channel as such are noted; len and cap read other fields.
func (c *hchan) raceAddr() uintptr { return uintptr(unsafe.Pointer(&c.buf)) }

// raceSending: a send is a read of the channel, which a close at the same time races with.
//
//go:noinline
func raceSending(c *hchan, ep unsafe.Pointer) {
	gp, pc, fp := getg(), sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP())
	race.Access(gp, c.raceAddr(), 8, race.Read, pc, fp)
	race.Range(gp, uintptr(ep), uintptr(c.elemSize), race.Read, pc, fp)
}

//go:noinline
func raceElement(c *hchan, ep unsafe.Pointer, kind uint64) {
	race.Range(getg(), uintptr(ep), uintptr(c.elemSize), kind, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
}

//go:noinline
func raceClosing(c *hchan) {
	race.Access(getg(), c.raceAddr(), 8, race.Write, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	race.Release(race.Of(getg()), c.raceAddr())
}

// raceSlot: gp puts a value into slot i, or takes one out.
func raceSlot(c *hchan, i uint, gp *task.G) {
	t, at := race.Of(gp), uintptr(c.slot(i))
	if c.elemSize == 0 { // all slots are one: what all did there is kept together
		race.Acquire(t, at)
		race.Release(t, at)
		return
	}
	race.ReleaseAcquire(t, at)
}

// raceMeet: the running goroutine and the waiting s exchange a value.
func raceMeet(c *hchan, s *task.Sudog) {
	if c.size > 0 {
		raceSlot(c, c.recvx, getg())
		raceSlot(c, c.recvx, s.G)
		return
	}
	me, other, at := race.Of(getg()), race.Of(s.G), uintptr(c.slot(0))
	race.Release(me, at)
	race.Acquire(other, at)
	race.Release(other, at)
	race.Acquire(me, at)
}

// raceSelect: each send of a select is a read of its channel.
//
//go:noinline
func raceSelect(cs []scase, poll []uint16, nsends int) {
	gp, pc, fp := getg(), sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP())
	for _, i := range poll {
		if int(i) < nsends {
			race.Access(gp, cs[i].c.raceAddr(), 8, race.Read, pc, fp)
		}
	}
}

// raceChosen: the value of the chosen case has been read or written.
//
//go:noinline
func raceChosen(cs []scase, i, nsends int) {
	kind := uint64(race.Write)
	if i < nsends {
		kind = race.Read
	}
	if ep := cs[i].elem; ep != nil {
		race.Range(getg(), uintptr(ep), uintptr(cs[i].c.elemSize), kind, sys.GetCallerPC(), race.CallerFP(sys.GetCallerSP()))
	}
}

// raceObjectSize is how much of an object of type t an access is told of: of what has parts all, else the first word.
func raceObjectSize(t *abi.Type) uintptr {
	switch t.Kind() {
	case abi.Array, abi.Struct:
		return t.Size_
	}
	return min(t.Size_, 1)
}
