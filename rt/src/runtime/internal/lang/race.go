//go:build strata

package lang

import (
	"internal/abi"
	"internal/runtime/maps"
	"runtime/internal/race"
	"runtime/internal/task"
	"unsafe"
)

// raceRead tells the race detector of a read of n bytes by the caller of a function of the runtime.
func raceRead(p unsafe.Pointer, n, pc, fp uintptr) {
	race.Range(task.Getg(), uintptr(p), n, race.Read, pc, fp)
}

// raceMap tells of a use of a map as a whole by the caller of a function of the runtime.
func raceMap(m *maps.Map, kind uint64, pc, fp uintptr) {
	if m != nil {
		race.Access(task.Getg(), uintptr(unsafe.Pointer(m)), 1, kind, pc, fp)
	}
}

// raceKey tells of the read of a map's key.
func raceKey(t *abi.MapType, key unsafe.Pointer, pc, fp uintptr) {
	n := t.Key.Size_
	if k := t.Key.Kind(); k != abi.Array && k != abi.Struct {
		n = min(n, 1)
	}
	race.Range(task.Getg(), uintptr(key), n, race.Read, pc, fp)
}

func raceCopy(to, from unsafe.Pointer, n, pc, fp uintptr) {
	gp := task.Getg()
	race.Range(gp, uintptr(from), n, race.Read, pc, fp)
	race.Range(gp, uintptr(to), n, race.Write, pc, fp)
}
